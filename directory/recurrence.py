"""Reading the standard's recurrence fields: tidying them, and saying what is wrong.

A schedule is a mapping with the fields of ORUK 3.0 (digest 1.6 and 2), a subset of
RFC 5545 without ``until``, ``count`` and ``wkst``. A public holiday is a row of its own
with a validity; open all day and night is 00:00 to 23:59; closing before opening means
past midnight. ``directory/schedules.py`` is the way in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from directory.freshness import full_date
from directory.text import url_problem
from directory.wall_clock import minutes, parse_time
from directory.weekdays import Day, code, from_code, from_words

Schedule = Mapping[str, Any]

WEEKLY: Final = "WEEKLY"
MONTHLY: Final = "MONTHLY"
MOST_INTERVAL: Final = 52

_MONTHDAY = re.compile(
    r"(?:THE)?(?:(?P<day>[+-]?[0-9]{1,2})(?:ST|ND|RD|TH)?|LAST(?:DAY)?)"
)

_CLOSED = re.compile(
    r"\W*(?:closed|not open|shut|cancelled|no (?:session|meeting|group|class|service))"
    r"(?![ -](?:group|session|meeting|membership|referral|circle|door))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pattern:
    """What a schedule says, as far as it can be read.

    ``opens`` and ``closes`` are minutes after midnight by the clock on the wall;
    ``dtstart`` is the day from which intervals are counted. Without ``freq`` it does
    not repeat.
    """

    freq: str = ""
    interval: int = 1
    days: tuple[Day, ...] = ()
    monthdays: tuple[int, ...] = ()
    dtstart: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens: int | None = None
    closes: int | None = None
    closed: bool = False


def normalise(schedule: Schedule) -> dict[str, Any]:
    """The schedule in its stored form, without what is empty.

    Times "HH:MM", dates "YYYY-MM-DD", ``byday`` in capitals from MO to SU (also from
    words: "Monday and Thursday", "second Monday"), ``bymonthday`` in order,
    ``interval`` a number; midnight to midnight becomes 00:00 to 23:59. What cannot be
    read stays as it came, for ``problems`` to name. Fields it does not know are kept.
    """
    tidied: dict[str, Any] = {}
    for name, value in schedule.items():
        if isinstance(value, str):
            value = value.strip()
        if value is None or value in ("", [], {}):
            continue
        tidied[name] = _TIDY[name](value) if name in _TIDY else value
    if tidied.get("opens_at") == tidied.get("closes_at") == "00:00":
        tidied["closes_at"] = "23:59"
    return tidied


def problems(schedule: Schedule) -> dict[str, str]:
    """A sentence to a person for each field that cannot be accepted, by field name.

    Judged in the form that ``normalise`` gives it. Empty fields are allowed, and so is
    an opening time without a closing time.
    """
    return read(schedule)[1]


def read(schedule: Schedule) -> tuple[Pattern, dict[str, str]]:
    """The pattern of a schedule, bad values left out, with a sentence for each of them.

    Never raises. What the rest implies is filled in: a frequency from the days, the day
    from the first date.
    """
    tidied = normalise(schedule)
    wrong: dict[str, str] = {}
    said: dict[str, Any] = {}
    for name, reader in _READ.items():
        if name in tidied:
            try:
                said[name] = reader(tidied[name])
            except ValueError as error:
                wrong[name] = str(error)
    pattern = _pattern(said, str(tidied.get("description", "")))
    return pattern, _contradictions(said, wrong) | wrong


def _pattern(said: dict[str, Any], description: str) -> Pattern:
    days: tuple[Day, ...] = said.get("byday", ())
    monthdays: tuple[int, ...] = said.get("bymonthday", ())
    dtstart: date | None = said.get("dtstart")
    freq: str = said.get("freq", "")
    if any(ordinal for ordinal, _ in days) or (monthdays and not days):
        freq = MONTHLY
    elif days and not freq:
        freq = WEEKLY
    if freq == WEEKLY:
        monthdays = ()
    if dtstart and not days and not monthdays:
        if freq == WEEKLY:
            days = ((0, dtstart.weekday()),)
        elif freq == MONTHLY:
            monthdays = (dtstart.day,)
    opens, closes = said.get("opens_at"), said.get("closes_at")
    return Pattern(
        freq=freq,
        interval=said.get("interval", 1),
        days=days,
        monthdays=monthdays,
        dtstart=dtstart,
        valid_from=said.get("valid_from"),
        valid_to=said.get("valid_to"),
        opens=opens,
        closes=closes,
        closed=opens is closes is None and _CLOSED.match(description) is not None,
    )


def _contradictions(said: dict[str, Any], wrong: dict[str, str]) -> dict[str, str]:
    """What is right by itself and wrong together, by the field to change."""
    found: dict[str, str] = {}
    weekly = said.get("freq") == WEEKLY
    days: tuple[Day, ...] = said.get("byday", ())
    numbered = [day for day in days if day[0]]
    if weekly and numbered:
        found["byday"] = (
            f"“{code(numbered[0])}” is one day of a month. Choose by the month, or "
            "leave out the number."
        )
    if weekly and said.get("bymonthday"):
        found["bymonthday"] = "Days of the month need the choice by the month."
    first: date | None = said.get("dtstart")
    if said.get("interval", 1) > 1 and first is None and "dtstart" not in wrong:
        found["dtstart"] = (
            f"Enter the first date: every {said['interval']} weeks or months are "
            "counted from it."
        )
    start: date | None = said.get("valid_from")
    end: date | None = said.get("valid_to")
    if start and end and end < start:
        found["valid_to"] = (
            f"The last day ({full_date(end)}) is before the first ({full_date(start)})."
        )
    if first and end and end < first:
        found["dtstart"] = (
            f"The first date ({full_date(first)}) is after the last day "
            f"({full_date(end)})."
        )
    opens = said.get("opens_at")
    if opens is not None and opens == said.get("closes_at"):
        found["closes_at"] = (
            "This is also the opening time. For all day and night enter midnight twice."
        )
    return found


def _tidy_text(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _tidy_time(value: Any) -> Any:
    try:
        return parse_time(str(value))
    except ValueError:
        return value


def _tidy_date(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    said = str(value)
    if re.fullmatch(
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9:.]+(?:Z|[+-][0-9:]+)?", said
    ):
        said = re.split("[T ]", said)[0]
    for written in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(said, written).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return value


def _tidy_interval(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch("[0-9]{1,4}", value):
        return int(value)
    return value


def _tidy_days(value: Any) -> Any:
    """The days as codes, whether they came as codes or in words."""
    try:
        days = from_words(_joined(value))
    except ValueError:
        return value
    in_order = sorted(set(days), key=lambda day: (day[1], day[0] < 0, day[0]))
    return ",".join(code(day) for day in in_order)


def _tidy_monthdays(value: Any) -> Any:
    found: set[int] = set()
    for item in re.split("[,;&]|AND", _joined(value)):
        match = _MONTHDAY.fullmatch(item)
        if match is None:
            return value
        found.add(int(match["day"] or -1))
    return ",".join(str(day) for day in sorted(found, key=lambda day: (day < 0, day)))


def _joined(value: Any) -> str:
    """A list or a text as one text in capitals without spaces."""
    if isinstance(value, list | tuple):
        value = ",".join(str(item) for item in value)
    return "".join(str(value).split()).upper()


_TIDY: Final[dict[str, Callable[[Any], Any]]] = {
    "freq": _tidy_text,
    "interval": _tidy_interval,
    "byday": _tidy_days,
    "bymonthday": _tidy_monthdays,
    "opens_at": _tidy_time,
    "closes_at": _tidy_time,
    "dtstart": _tidy_date,
    "valid_from": _tidy_date,
    "valid_to": _tidy_date,
}


def _read_freq(value: Any) -> str:
    if value in (WEEKLY, MONTHLY):
        return str(value)
    if value == "DAILY":
        raise ValueError("For every day, choose by the week and all seven days.")
    raise ValueError(f"“{value}” cannot be kept. Choose by the week or by the month.")


def _read_interval(value: Any) -> int:
    if type(value) is int and 1 <= value <= MOST_INTERVAL:
        return value
    raise ValueError(
        f"“{value}” is not a number of weeks or months. Enter a whole number from 1 to "
        f"{MOST_INTERVAL}."
    )


def _read_days(value: Any) -> tuple[Day, ...]:
    return tuple(from_code(item) for item in str(value).split(","))


def _read_monthdays(value: Any) -> tuple[int, ...]:
    return tuple(_read_monthday(item) for item in str(value).split(","))


def _read_monthday(item: str) -> int:
    number = int(item) if re.fullmatch("-?[0-9]{1,2}", item) else 0
    if not 1 <= abs(number) <= 31:
        raise ValueError(
            f"“{item.strip()}” is not a day of the month. Use 1 to 31, or -1 for the "
            "last day."
        )
    return number


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(
            f"“{value}” is not a date. Write it like 2026-04-06."
        ) from None


def _read_time(value: Any) -> int:
    return minutes(str(value))


def _read_link(value: Any) -> str:
    if problem := url_problem(str(value)):
        raise ValueError(problem)
    return str(value)


_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "freq": _read_freq,
    "interval": _read_interval,
    "byday": _read_days,
    "bymonthday": _read_monthdays,
    "opens_at": _read_time,
    "closes_at": _read_time,
    "dtstart": _read_date,
    "valid_from": _read_date,
    "valid_to": _read_date,
    "schedule_link": _read_link,
}
