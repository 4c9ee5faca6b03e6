"""UK postcodes: writing them one way, explaining a wrong one, finding them in text.

Only the form is judged, not whether Royal Mail has given the postcode out. Rules: the
formats and forbidden letters of BS 7666 and the Royal Mail Programmers' Guide, with the
forces' BFPO numbers, the overseas territories' postcodes and Girobank's GIR 0AA.
"""

import re
import unicodedata
from typing import Final

_EXAMPLE: Final = "A postcode looks like BA12 3AB."

# Not in the first place: Q, V, X; not in the second: I, J, Z. Where a letter ends the
# first half (W1A, EC1A) only some do. The last two are never C, I, K, M, O or V.
_FIRST: Final = "[A-PR-UWYZ]"
_SECOND: Final = "[A-HK-Y]"
_OUTWARD: Final = (
    rf"(?:{_FIRST}[0-9](?:[0-9]|[ABCDEFGHJKPSTUW])?"
    rf"|{_FIRST}{_SECOND}[0-9](?:[0-9]|[ABEHMNPRVWXY])?)"
)
_INWARD: Final = "[0-9][ABD-HJLNP-UW-Z]{2}"
_OVERSEAS: Final = "(?:ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA)"

_ORDINARY = re.compile(rf"({_OUTWARD})({_INWARD})")
_FIXED = re.compile(rf"(GIR)(0AA)|({_OVERSEAS})(1ZZ)|(BFPO)([1-9][0-9]{{0,3}})")
_FIRST_HALF = re.compile(rf"{_OUTWARD}|{_OVERSEAS}|GIR")
_SECOND_HALF = re.compile("[0-9][A-Z]{2}")
_SHAPE = re.compile("([A-Z]{1,2})([0-9])([A-Z0-9]?)([0-9])([A-Z]{2})")
_LOST_DIGIT = re.compile("([A-Z]{1,2}[0-9][A-Z0-9]?|GIR)([OIL])([A-Z]{2})")
_IN_TEXT = re.compile(
    rf"(?<![A-Z0-9])(?:{_OUTWARD}[ \u00a0]{{0,2}}{_INWARD}|GIR[ \u00a0]?0AA"
    rf"|{_OVERSEAS}[ \u00a0]?1ZZ|BFPO[ \u00a0][1-9][0-9]{{0,3}})(?![A-Z0-9])",
    re.IGNORECASE | re.ASCII,
)


def normalise(text: str) -> str:
    """The postcode as it is written: capitals, one space ("ba123ab" → "BA12 3AB").

    Spaces, hyphens and dots do not matter, and a letter O or I typed for the figure of
    the second half is corrected. Raises ValueError with a sentence for the person who
    typed it.
    """
    said = " ".join(text.split())
    letters = _letters(text)
    written = _written(letters)
    if written is None:
        lost = _LOST_DIGIT.fullmatch(letters)
        if lost:
            figure = "0" if lost[2] == "O" else "1"
            written = _written(lost[1] + figure + lost[3])
    if written is None:
        raise ValueError(_explain(said, letters))
    return written


def is_valid(text: str) -> bool:
    """Whether ``normalise`` makes a postcode of it."""
    try:
        normalise(text)
    except ValueError:
        return False
    return True


def find_in_text(text: str) -> list[tuple[int, int, str]]:
    """Every postcode in running text as (start, end, normalised), in order.

    Nothing is corrected here: in a sentence a near miss is usually something else.
    """
    return [
        (match.start(), match.end(), normalise(match[0]))
        for match in _IN_TEXT.finditer(text)
    ]


def outward(postcode: str) -> str:
    """The first half of a postcode, its district ("BA12 3AB" → "BA12").

    Raises ValueError as ``normalise`` does.
    """
    return normalise(postcode).split(" ", 1)[0]


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        char
        for char in folded
        if not char.isspace()
        and char not in "-.‐‑–"
        and unicodedata.category(char) not in {"Cc", "Cf"}
    )


def _written(letters: str) -> str | None:
    match = _ORDINARY.fullmatch(letters) or _FIXED.fullmatch(letters)
    if match is None:
        return None
    return " ".join(part for part in match.groups() if part)


def _explain(said: str, letters: str) -> str:
    """One sentence or two for a person: what is wrong with these letters."""
    if not letters:
        return "Enter a postcode, for example BA12 3AB."
    if len(said) > 20:
        return f"This is too long for a postcode. {_EXAMPLE}"
    if letters == "BFPO":
        return f"“{said}” needs its number, for example BFPO 58."
    if _FIRST_HALF.fullmatch(letters):
        return (
            f"“{said}” is only the first half of a postcode. Add the second half: "
            "a figure and two letters."
        )
    if _SECOND_HALF.fullmatch(letters):
        return (
            f"“{said}” is only the second half of a postcode. Put the first half "
            "before it, for example BA12."
        )
    shape = _SHAPE.fullmatch(letters)
    reason = _forbidden(shape) if shape else ""
    if reason:
        return f"“{said}” cannot be a postcode: {reason}."
    return f"“{said}” is not a UK postcode. {_EXAMPLE}"


def _forbidden(shape: re.Match[str]) -> str:
    """Which letter stands where no postcode has it; nothing if all are allowed."""
    area, _, last, _, inward = shape.groups()
    if area[0] in "QVX":
        return f"none begins with {area[0]}"
    if len(area) == 2 and area[1] in "IJZ":
        return f"none has {area[1]} as its second letter"
    wrong = [letter for letter in inward if letter in "CIKMOV"]
    if wrong:
        return f"the last two letters are never {wrong[0]}"
    if last.isalpha():
        return f"the first half never ends with {last} here"
    return ""
