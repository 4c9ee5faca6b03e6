"""Text as people paste it, made plain; web and e-mail addresses checked.

What comes from other systems holds HTML, characters damaged by a wrong encoding, and
characters nobody sees. ``clean`` gives text that can be kept, compared and shown as it
is, and says what it repaired. Cleaning cleaned text changes nothing.
"""

import re
import unicodedata
from string import whitespace
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

import ftfy

from directory.markup import decoded, has_markup, plain_text

FORMATTING: Final = "Formatting was removed"
STRUCK_OUT: Final = "Words that were struck through were left out"
CODES: Final = "Codes such as &amp; were turned into the characters they stand for"
DAMAGED: Final = "Damaged characters were repaired"
INVISIBLE: Final = "Invisible characters were removed"
LOST: Final = "Some characters were lost before they came here: look for �"

_MOST_LAYERS: Final = 8

_REPAIRS: Final = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    explain=False,
)
# A closing quotation mark is three bytes, the last of which many systems drop.
_LOST_QUOTE = re.compile(r"â€(?=[\s\xa0.,;:!?)\]<]|\Z)")
_LOST_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\ufffd(?=(?:s|t|d|m|re|ve|ll)\b)")

_ESCAPED_AGAIN = re.compile(r"&(?:amp;|#38;|#[xX]26;)+", re.IGNORECASE)

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Joiners shape letters of Arabic and Indic scripts and hold emoji together.
_KEPT_JOINER = re.compile(
    "(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])"
    "|(?<=[\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])\u200d"
    "(?=[\u2600-\u27bf\U0001f000-\U0001faff])"
)
_BULLETS: Final = "•‣▪●◦·"
_BULLET = re.compile(rf"^[ \t]*[{_BULLETS}][ \t\u00a0]*", re.MULTILINE)
_LIST_MARKS = re.compile(rf"^(?:[{_BULLETS}]\s*|-\s+)+")
# Bullets of the Symbol and Wingdings fonts, as word processors paste them.
_PRIVATE_BULLETS: Final = {0xF0B7: "•", 0xF0A7: "•"}
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_LINE_END = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")
# Words of visible ASCII with a space between them, without & < and >: most of all text.
_PLAIN = re.compile("[!-%'-;=?-~]+(?: [!-%'-;=?-~]+)*")


def clean(value: str) -> tuple[str, list[str]]:
    """The text made plain, and what was repaired in sentences without a full stop.

    HTML becomes paragraphs, list items become lines that begin with "- ", the address
    of a link follows its words in brackets where it differs from them. Damaged and
    invisible characters are repaired or removed, blank lines collapse to one. What only
    looks like HTML ("<3", "a < b") stays.
    """
    if _PLAIN.fullmatch(value):
        return value, []
    notes: list[str] = []
    text, is_settled = _settled(value, notes)
    if not is_settled:
        # Text escaped this many times over is an attack: without the characters that
        # escape, there is nothing left to unpack.
        text, _ = _settled(re.sub("[&<>]", "", text), notes)
    if FORMATTING in notes and CODES in notes:
        notes.remove(CODES)
    if "\ufffd" in text:
        _note(notes, LOST)
    return text, notes


def clean_line(value: str) -> str:
    """The text made plain as by ``clean``, on one line and without list marks."""
    line = value
    for _ in range(_MOST_LAYERS):
        before = line
        # Joining lines can bring the two halves of a damaged character together.
        line = _LIST_MARKS.sub("", " ".join(clean(line)[0].split()))
        if line == before:
            break
    return line


def _settled(text: str, notes: list[str]) -> tuple[str, bool]:
    """The text after as many layers as change something, and whether that was all."""
    for _ in range(_MOST_LAYERS):
        before, text = text, _clean_once(text, notes)
        if text == before:
            return text, True
    return text, False


def _clean_once(text: str, notes: list[str]) -> str:
    """One layer less of damage, escaping and markup; the spaces tidied."""
    text = _LINE_ENDS.sub("\n", _repaired(text, notes))
    text = _visible(text, notes)
    if has_markup(text):
        text, struck_out = plain_text(text)
        _note(notes, FORMATTING)
        if struck_out:
            _note(notes, STRUCK_OUT)
    characters = decoded(_ESCAPED_AGAIN.sub("&amp;", text))
    if characters != text:
        _note(notes, CODES)
    text = _BULLET.sub("- ", characters)
    text = _AROUND_LINE_END.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _repaired(text: str, notes: list[str]) -> str:
    fixed = _LOST_APOSTROPHE.sub("’", _LOST_QUOTE.sub("”", text))
    fixed = ftfy.fix_text(fixed, _REPAIRS)
    if fixed != unicodedata.normalize("NFC", text):
        _note(notes, DAMAGED)
    return fixed


def _visible(text: str, notes: list[str]) -> str:
    """The text without controls, direction marks, joiners and private characters."""
    text = text.translate(_PRIVATE_BULLETS)
    kept_joiners = {match.start() for match in _KEPT_JOINER.finditer(text)}
    kept = "".join(
        char
        for place, char in enumerate(text)
        if char in "\n\t"
        or place in kept_joiners
        or unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"}
    )
    if kept != text:
        _note(notes, INVISIBLE)
    return kept


def _note(notes: list[str], sentence: str) -> None:
    if sentence not in notes:
        notes.append(sentence)


_SCHEME = re.compile(r"(https?)\s*[:;]?/{1,3}(?=[^/])", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+-]*):(?!\d+(?:[/?#]|\Z))", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}")
_LOCAL_PART = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URL_EXAMPLE: Final = "A web address looks like www.example.org."
_LONGEST_URL: Final = 2000


def normalise_url(text: str) -> str:
    """A web address in the form that a link needs ("www.x.org" → "https://www.x.org").

    Only http and https; characters outside ASCII are encoded, as the standard's ``uri``
    format asks (digest 1.6). Raises ValueError with a sentence.
    """
    said = text.strip(f"<>.,;\"'“”‘’{whitespace}")
    if not said:
        raise ValueError("Enter a web address, for example www.example.org.")
    if len(said) > _LONGEST_URL:
        raise ValueError("This web address is too long: 2,000 characters at most.")
    _refuse_what_is_no_url(said)
    scheme, rest = "https", said.removeprefix("//")
    while found := _SCHEME.match(rest):
        scheme, rest = found[1].lower(), rest[found.end() :]
    other = _OTHER_SCHEME.match(rest)
    if other and other[1].lower() not in {"http", "https"}:
        raise ValueError(
            f"An address that begins with “{other[1]}:” cannot be used here. "
            "Give one that begins with https://."
        )
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host = _host(parts)
    except ValueError:
        host = ""
    if not host:
        raise ValueError(f"“{said}” is not a web address. {_URL_EXAMPLE}")
    if "@" in parts.netloc:
        raise ValueError("This web address has a sign-in name in it. Leave it out.")
    path, query, fragment = (
        quote(_BAD_PERCENT.sub("%25", part), safe="%/:@!$&'()*+,;=~?")
        for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((scheme, host, path.replace("?", "%3F"), query, fragment))


def url_problem(text: str) -> str | None:
    """A sentence for the person who typed it, or None for a web address."""
    try:
        normalise_url(text)
    except ValueError as error:
        return str(error)
    return None


def email_problem(text: str) -> str | None:
    """A sentence for the person who typed it, or None for an e-mail address."""
    said = text.strip()
    if not said:
        return "Enter an e-mail address, for example info@example.org."
    inside = re.fullmatch(r"[^<>]*<([^<>\s]+@[^<>\s]+)>", said)
    bare = inside[1] if inside else said.removeprefix("mailto:").rstrip(".,;")
    if bare != said and email_problem(bare) is None:
        return f"Give only the e-mail address: {bare}"
    if said.count("@") > 1:
        return "Give one e-mail address, with one @ in it."
    if re.search(r"\s", said):
        return f"“{said}” has a space in it. E-mail addresses have none."
    name, at, domain = said.partition("@")
    if not at:
        return (
            f"“{said}” has no @ in it. An e-mail address looks like info@example.org."
        )
    if not name or not domain:
        gap = "after" if name else "before"
        return (
            f"“{said}” has nothing {gap} the @. An e-mail address looks like "
            "info@example.org."
        )
    if not said.isascii():
        wrong = next(char for char in said if not char.isascii())
        return f"“{wrong}” cannot be part of an e-mail address."
    if len(name) > 64 or not _LOCAL_PART.fullmatch(name):
        return f"“{name}” before the @ is not right. Check it for missing letters."
    if not _is_domain(domain.lower()):
        return f"“{domain}” after the @ is not right. It looks like example.org."
    return None


def _refuse_what_is_no_url(said: str) -> None:
    """Says what people type by mistake where a web address belongs."""
    if re.search(r"\s", said):
        raise ValueError(f"“{said}” has a space in it. Give one web address.")
    if any(unicodedata.category(char) in {"Cc", "Cf"} for char in said):
        raise ValueError("This web address has invisible characters in it. Type it.")
    if "\\" in said:
        raise ValueError("A web address has / where this has \\.")
    if email_problem(said.removeprefix("mailto:")) is None:
        raise ValueError(f"“{said}” is an e-mail address. {_URL_EXAMPLE}")


def _host(parts: SplitResult) -> str:
    """The host in ASCII with its port; nothing if it is not the name of one."""
    name = (parts.hostname or "").rstrip(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if not _is_domain(name):
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    return name if parts.port in {None, usual} else f"{name}:{parts.port}"


def _is_domain(name: str) -> bool:
    *labels, top = name.split(".")
    return (
        len(name) <= 253
        and bool(labels)
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP_LEVEL.fullmatch(top) is not None
    )
