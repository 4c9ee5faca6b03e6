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

Schedule = Mapping[str, Any]
#: An occurrence of a weekday: which one in the month (0 for each, -1 for the last) and
#: the weekday (Monday 0).
Day = tuple[int, int]

WEEKLY: Final = "WEEKLY"
MONTHLY: Final = "MONTHLY"
CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
#: Minutes of 23:59, which the standard writes for the end of the day.
LAST_MINUTE: Final = 24 * 60 - 1
MOST_INTERVAL: Final = 52

_ORDINAL_WORDS: Final = {
    "FIRST": 1,
    "SECOND": 2,
    "THIRD": 3,
    "FOURTH": 4,
    "FIFTH": 5,
    "LAST": -1,
}
_DAY_GROUPS: Final = {
    "WEEKDAY": range(5),
    "WEEKEND": range(5, 7),
    "EVERYDAY": range(7),
    "DAILY": range(7),
}
# One token of days in words, without spaces. "4TH" before a day is an ordinal, before
# anything else the standard's code for the fourth Thursday.
_DAY_TOKEN = re.compile(
    r"(?P<group>WEEKDAY|WEEKEND|EVERYDAY|DAILY)S?"
    r"|(?P<ordinal>[+-]?[0-9]{1,2}(?:ST|ND|RD|TH(?=MO|TU|WE|TH|FR|SA|SU))?"
    r"|FIRST|SECOND|THIRD|FOURTH|FIFTH|LAST)"
    r"|[,;/&]|AND|THE|OF(?:EACH|EVERY|THE)?MONTH"
    r"|(?:EVERY|EACH)(?=MO|TU|WE|TH(?!IRD)|FR|SA|SU)"
    r"|(?P<day>MO(?:N(?:DAYS?)?)?|TU(?:E(?:S(?:DAYS?)?)?)?|WE(?:D(?:S|NESDAYS?)?)?"
    r"|TH(?:U(?:R(?:S(?:DAYS?)?)?)?)?|FR(?:I(?:DAYS?)?)?|SA(?:T(?:URDAYS?)?)?"
    r"|SU(?:N(?:DAYS?)?)?)\.?"
    r"|(?P<range>TO|[-–])"
)
_DAY_CODE = re.compile(r"(?P<ordinal>-?[0-9]{1,2})?(?P<code>MO|TU|WE|TH|FR|SA|SU)")
_MONTHDAY = re.compile(
    r"(?:THE)?(?:(?P<day>[+-]?[0-9]{1,2})(?:ST|ND|RD|TH)?|LAST(?:DAY)?)"
)

_ZONE: Final = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_CLOCK = re.compile(
    rf"(?P<hour>[0-9]{{1,2}})(?:[:.h](?P<minute>[0-9]{{2}})(?::[0-9]{{2}}(?:\.[0-9]+)?)?"
    rf"{_ZONE})?\s*(?:hrs|hours)?\s*(?P<half>[ap]\.?m\.?)?"
)
_FIGURES = re.compile(r"(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})\s*(?:hrs|hours)?")
_TIME_EXAMPLE: Final = "Write it like 10am, 6.30pm or 18:30."

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


def parse_time(text: str) -> str:
    """What people type for a time as "HH:MM": "10am", "10.30", "12 noon", "1930".

    A figure from 1 to 7 with neither am nor pm may be either and is asked for again,
    unless it has its 0 ("07:30"). A time zone is dropped: times are those of the clock
    on the wall. Raises ValueError with a sentence.
    """
    said = " ".join(text.split())
    plain = said.lower().replace("o'clock", "").replace("o’clock", "").strip()
    if re.fullmatch(r"(?:12 ?)?(?:noon|midday)|12 ?n", plain):
        return "12:00"
    if re.fullmatch(r"(?:12 ?)?midnight|24[:.]?00(?::00)?", plain):
        return "00:00"
    match = _CLOCK.fullmatch(plain) or _FIGURES.fullmatch(plain)
    if match is None:
        raise ValueError(f"“{said}” is not a time. {_TIME_EXAMPLE}")
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match.groupdict().get("half") or "")[:1]
    if (half == "a" and hour > 12) or hour > 23 or minute > 59:
        raise ValueError(f"“{said}” is not a time. {_TIME_EXAMPLE}")
    if not half and len(match["hour"]) == 1 and 1 <= hour <= 7:
        shown = plain.replace(":", ".")
        raise ValueError(
            f"Is “{said}” in the morning or later? Write {shown}am or {shown}pm."
        )
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}"


def normalise(schedule: Schedule) -> dict[str, Any]:
    """The schedule in its stored form, without what is empty.

    Times "HH:MM", dates "YYYY-MM-DD", ``byday`` in capitals from MO to SU (also from
    words: "Monday and Thursday", "second Monday"), ``bymonthday`` in order, ``interval``
    a number; midnight to midnight becomes 00:00 to 23:59. What cannot be read stays as
    it came, for ``problems`` to name. Fields it does not know are kept.
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
            f"“{_code(numbered[0])}” is one day of a month. Choose by the month, or "
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
        days = _days_in_words(_joined(value))
    except ValueError:
        return value
    in_order = sorted(set(days), key=lambda day: (day[1], day[0] < 0, day[0]))
    return ",".join(_code(day) for day in in_order)


def _days_in_words(text: str) -> list[Day]:
    """Days and their ordinals from words or codes. Raises ValueError when unsure."""
    days: list[Day] = []
    ordinals: list[int] = []
    to_next = False
    position = 0
    while position < len(text):
        token = _DAY_TOKEN.match(text, position)
        if token is None:
            raise ValueError(text)
        position = token.end()
        if token["group"]:
            days += [(0, day) for day in _DAY_GROUPS[token["group"]]]
        elif token["ordinal"]:
            ordinals.append(_ordinal(token["ordinal"]))
        elif token["day"]:
            day = CODES.index(token["day"][:2])
            if to_next:
                last = days[-1][1]
                days += [(0, (last + n) % 7) for n in range(1, (day - last) % 7 + 1)]
            else:
                days += [(ordinal, day) for ordinal in ordinals or [0]]
            ordinals, to_next = [], False
        elif token["range"]:
            if not days or days[-1][0]:
                raise ValueError(text)
            to_next = True
    if not days or ordinals or to_next:
        raise ValueError(text)
    return days


def _ordinal(text: str) -> int:
    number = _ORDINAL_WORDS.get(text) or int(re.sub("[A-Z]", "", text))
    if number == 0:
        raise ValueError(text)
    return number


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


def _code(day: Day) -> str:
    return f"{day[0] or ''}{CODES[day[1]]}"


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
    return tuple(_read_day(item) for item in str(value).split(","))


def _read_day(item: str) -> Day:
    match = _DAY_CODE.fullmatch(item)
    if match is None:
        raise ValueError(
            f"“{item.strip()}” is not a day. Write days like MO,TH or Monday and "
            "Thursday; in a month like 2MO or second Monday."
        )
    ordinal = int(match["ordinal"] or 0)
    if abs(ordinal) > 5:
        raise ValueError(
            f"“{item}” cannot be: a month has at most five of one day. Use 1 to 5, or "
            "-1 for the last."
        )
    return ordinal, CODES.index(match["code"])


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
    hour, minute = parse_time(str(value)).split(":")
    return int(hour) * 60 + int(minute)


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
