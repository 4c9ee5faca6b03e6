"""Dates as people type them. No clock here: a date is read from its words alone."""

import datetime as dt
import re

_MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_TYPED = re.compile(
    r"(?:[a-z]+day,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s/.-]+(?:of\s+)?"
    r"(\d{1,2}|[a-z]{3,9})[\s/.,-]+(\d{4}|\d{2})",
    re.ASCII | re.IGNORECASE,
)


def month_number(text: str) -> int:
    """A month from its number or (the beginning of) its name; raises ValueError."""
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def full_year(text: str) -> int:
    """A year of four figures, or of two in this century; raises ValueError."""
    year = int(text)
    return year + 2000 if 0 <= year < 100 else year


def read_day(text: str) -> dt.date:
    """The day that somebody typed: "27 3 2026", "27/3/26", "27 March 2026", ISO 8601.

    Day before month, as in Britain. Raises ValueError where it is no date.
    """
    said = " ".join(text.split())
    iso = _ISO.fullmatch(said)
    if iso:
        return dt.date(*(int(part) for part in iso.groups()))
    typed = _TYPED.fullmatch(said)
    if typed is None:
        raise ValueError("a date is wanted")
    day, month, year = typed.groups()
    return dt.date(full_year(year), month_number(month), int(day))
