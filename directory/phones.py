"""Phone numbers as people in the UK write, ring and mistype them.

The form a number is kept in is the form people read ("01632 960123"), so that equal
numbers are equal strings. Rules: Ofcom's National Telephone Numbering Plan for lengths
and ranges (its numbers reserved for drama are as good as any other), RFC 3966 for
``tel:`` addresses, 18001 and 18002 for the text relay service.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import phonenumbers

# Numbers that are dialled as they are: emergency and advice numbers, the 116 helplines,
# 118 directory enquiries, and the five-figure numbers that take text messages.
_SHORT_CODE = re.compile(
    r"10[015]|11[129]|159|195|999|18000|116(?:000|006|111|117|123)|118\d{3}|[678]\d{4}"
)
# The dialling codes where some numbers are one figure shorter than elsewhere.
_SHORT_AREA = re.compile(
    "01(?:20[48]|254|276|29[78]|36[34]|38[46]|404|420|46[01]|48[08]|52[47]|56[26]|606"
    "|629|635|647|659|69[57]|726|744|750|768|827|837|884|90[05]|935|94[69]|963|995)"
)

_DASHES: Final = "\\-‐‑‒–"
_LABEL = re.compile(
    r"(?:tel(?:ephone)?|phone|mob(?:ile)?|call|ring|t|m)"
    r"(?:\s*(?:no|number))?\s*[.:]*\s*(?=[+(\d])",
    re.IGNORECASE,
)
_TEXTPHONE = re.compile(r"\(?\b(?:textphone|minicom)\b\s*[.:]*\s*\)?", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;]*\(?(?:;ext=|\b(?:extension|extn|ext)\b[\s.:]*|(?<=\d)\s*x\s*)(\d{1,6})\)?\Z",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"[\s,;]*\(?\b(?:option|opt|press)\b[\s.:]*(\d)\)?\Z", re.IGNORECASE
)
_SEPARATORS = re.compile(rf"[\s().,/{_DASHES}]")
_SEVERAL = re.compile(r"\d[\s)]*(?:/|,|;|&|\bor\b|\band\b)[\s(]*\+?\d", re.IGNORECASE)

_START = re.compile(
    r"(?:\+|00)\s?44|\+(?=[1-9])|\b447(?=\d{9}\b)|\(?0(?=[\s)]?\d)|1800[12]|116(?=\s?\d)"
)
_GAP = re.compile(rf"[^\S\n]?[().{_DASHES}]?[^\S\n]?[()]?")
_LABEL_BEFORE = re.compile(
    r"(?:\b|_)(?:tel|telephone|phone|mob|mobile|call|text|ring|t|m|on)\Z", re.IGNORECASE
)
_EXTENSION_AFTER = re.compile(r"\s?(?:ext|x)[\s.:]*\d", re.IGNORECASE)


@dataclass(frozen=True)
class _Phone:
    """A number that can be dialled: ``digits`` with its 0, or with + for abroad."""

    digits: str
    relay: str = ""
    extension: str = ""
    option: str = ""
    textphone: bool = False

    def __str__(self) -> str:
        parts = [self.relay, _grouped(self.digits)]
        if self.extension:
            parts.append(f"ext {self.extension}")
        if self.option:
            parts.append(f"option {self.option}")
        if self.textphone:
            parts.append("(textphone)")
        return " ".join(part for part in parts if part)


def normalise(text: str) -> str:
    """The number as people read it, the form it is kept in ("01632 960123 ext 204").

    +44 becomes 0; numbers abroad keep their + and code. Raises ValueError with the
    sentence of ``problem``.
    """
    return str(_read(text))


def display(number: str) -> str:
    """The number grouped as UK people write it; what is no number stays as it is."""
    try:
        return normalise(number)
    except ValueError:
        return number.strip()


def tel_uri(number: str) -> str:
    """The address of a link that dials the number ("tel:+441632960123;ext=204").

    Short codes and text relay numbers have no international form and are given as they
    are dialled. Raises ValueError as ``normalise`` does.
    """
    phone = _read(number)
    if phone.relay:
        return f"tel:{phone.relay}{phone.digits}"
    digits = phone.digits
    if digits.startswith("0"):
        digits = f"+44{digits[1:]}"
    return f"tel:{digits};ext={phone.extension}" if phone.extension else f"tel:{digits}"


def is_mobile(number: str) -> bool:
    """Whether it is a UK mobile: 07, but not 070 (forwarding) or a pager.

    076 is for pagers except 07624, the Isle of Man's mobiles.
    """
    try:
        digits = _read(number).digits
    except ValueError:
        return False
    if digits.startswith("076"):
        return digits.startswith("07624")
    return digits.startswith("07") and not digits.startswith("070")


def problem(number: str) -> str | None:
    """A sentence for the person who typed it, or None if it can be dialled."""
    try:
        _read(number)
    except ValueError as error:
        return str(error)
    return None


def find_in_text(text: str) -> list[tuple[int, int, str]]:
    """Every full number in running text as (start, end, text as written), in order.

    National and international numbers in any usual spacing, text relay numbers and the
    116 helplines; not short codes such as 111, which in a sentence may be anything.
    """
    found: list[tuple[int, int, str]] = []
    position = 0
    while match := _START.search(text, position):
        start = match.start()
        end = _end_of_number(text, start, found[-1][1] if found else 0)
        if end is None:
            position = start + 1
        else:
            found.append((start, end, text[start:end]))
            position = end
    return found


def _read(text: str) -> _Phone:
    """The parts of what somebody typed. Raises ValueError with a sentence."""
    said = " ".join(_visible(text).split())
    if not said:
        raise ValueError("Enter a phone number, for example 01632 960123.")
    body, textphones = _TEXTPHONE.subn(" ", said)
    body = body.strip()
    if label := _LABEL.match(body):
        body = body[label.end() :]
    extension = option = ""
    if found := _EXTENSION.search(body):
        extension, body = found[1], body[: found.start()]
    elif found := _OPTION.search(body):
        option, body = found[1], body[: found.start()]
    if _SEVERAL.search(body) and len(re.sub(r"\D", "", body)) > 13:
        raise ValueError("Put one number in each phone field.")
    dialled = _SEPARATORS.sub("", body.removeprefix("tel:").strip())
    if not re.fullmatch(r"\+?\d+", dialled, re.ASCII):
        if not find_in_text(said):
            raise ValueError(
                f"“{said}” is not a phone number. Check the digits, for example "
                "01632 960123."
            )
        raise ValueError(
            f"“{said}” is more than a phone number. Put other words in the description."
        )
    relay = re.match(r"1800[12](?=\d)", dialled)
    digits = _national(dialled[relay.end() :] if relay else dialled)
    if reason := _wrong(digits, said):
        raise ValueError(reason)
    return _Phone(digits, relay[0] if relay else "", extension, option, textphones > 0)


def _visible(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        char for char in folded if unicodedata.category(char) not in {"Cf", "Cc"}
    )


def _national(dialled: str) -> str:
    """The number as dialled in the UK; a number abroad with its + and code."""
    if dialled.startswith("00"):
        dialled = f"+{dialled[2:]}"
    if re.fullmatch(r"44[1-9]\d{9}", dialled):
        dialled = f"+{dialled}"
    if not dialled.startswith("+44"):
        return dialled
    rest = dialled[3:]
    return rest if rest.startswith("0") else f"0{rest}"


def _wrong(digits: str, said: str) -> str | None:
    """Why nobody can dial these digits, in a sentence; None if they can."""
    if digits.startswith("+"):
        return None if _possible_abroad(digits) else f"“{said}” is not a phone number."
    if not digits.startswith("0"):
        return _wrong_without_zero(digits, said)
    if digits.startswith("0500"):
        return f"“{said}” cannot be rung: 0500 numbers were switched off in 2017."
    if digits[1:2] in {"0", "4", "6"} or digits.startswith("010"):
        return f"No UK number begins with {digits[:2]}. Check “{said}”."
    if len(digits) in _lengths(digits):
        return None
    more = "too many" if len(digits) > 11 else "too few"
    return f"“{said}” has {more} figures: {len(digits)} instead of 11."


def _wrong_without_zero(digits: str, said: str) -> str | None:
    if _SHORT_CODE.fullmatch(digits):
        return None
    if len(digits) == 10 and digits[0] in "1235789":
        return f"“{said}” has lost its first 0. Is it {_grouped('0' + digits)}?"
    if 5 <= len(digits) <= 8:
        return f"“{said}” needs its area code, for example 01632."
    return f"“{said}” is not a phone number."


def _lengths(digits: str) -> set[int]:
    """How many figures a UK number that begins like this may have, its 0 included."""
    if digits in {"08001111", "08454647"}:
        return {8}
    if digits.startswith("0800") or _SHORT_AREA.match(digits):
        return {10, 11}
    return {11}


def _possible_abroad(digits: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(digits))
    except phonenumbers.NumberParseException:
        return False


def _grouped(digits: str) -> str:
    if digits.startswith("116"):
        return f"116 {digits[3:]}"
    if digits.startswith("118"):
        return f"118 {digits[3:]}"
    if digits[0] not in "+0":
        return digits
    number = phonenumbers.parse(digits, "GB")
    style = phonenumbers.PhoneNumberFormat
    at_home = digits.startswith("0")
    return phonenumbers.format_number(
        number, style.NATIONAL if at_home else style.INTERNATIONAL
    )


def _end_of_number(text: str, start: int, last_end: int) -> int | None:
    """Where the number that begins here ends, or None if none does."""
    if not _may_begin(text, start, last_end):
        return None
    ends = _figure_ends(text, start)
    for count in range(len(ends), 5, -1):
        end = ends[count - 1]
        after = text[end : end + 1]
        if after.isalnum() and not _EXTENSION_AFTER.match(text, end):
            continue
        if _is_number_in_text(text[start:end]):
            return end
    return None


def _may_begin(text: str, start: int, last_end: int) -> bool:
    before = text[start - 1 : start]
    if before.isalpha():
        return _LABEL_BEFORE.search(text, max(0, start - 12), start) is not None
    if before in {"/", ".", "-"} and start - 1 > last_end:
        return not text[start - 2 : start - 1].isdigit()
    return not before.isdigit() and before not in {"+", "=", "%", "&", "_", "£"}


def _figure_ends(text: str, start: int) -> list[int]:
    """The position after each figure from here on, up to the first longer gap."""
    position = start + (text[start] in "+(")
    ends: list[int] = []
    while len(ends) < 20 and position < len(text):
        if text[position].isdecimal():
            position += 1
            ends.append(position)
            continue
        gap = _GAP.match(text, position)
        if gap is None or gap.end() == position:
            break
        position = gap.end()
    return ends


def _is_number_in_text(raw: str) -> bool:
    """Whether this is a number, and grouped as one: dates and times are not."""
    groups = re.findall(r"\d+", raw)
    dialled = _SEPARATORS.sub("", _visible(raw))
    if not re.fullmatch(r"\+?\d{6,}", dialled, re.ASCII):
        return False
    if re.fullmatch(r"1800[12]\d+", dialled):
        dialled, groups = dialled[5:], groups[-1:]
    digits = _national(dialled)
    if digits.startswith("+"):
        return _valid_abroad(digits)
    if digits.startswith("116"):
        return _SHORT_CODE.fullmatch(digits) is not None
    if not digits.startswith("0") or _wrong(digits, raw) is not None:
        return False
    if digits.startswith("07") or dialled.startswith(("+", "00", "44")):
        return True
    return len(groups[0]) >= 3 and len(groups) <= 5


def _valid_abroad(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits))
    except phonenumbers.NumberParseException:
        return False
