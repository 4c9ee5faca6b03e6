"""Opening times as people say them: "Mon-Fri 9-5", "every second Tuesday 2pm to 4pm".

The way in is :func:`read_times`. What is read is said back in words before anything is
kept (``directory/schedule_words.py``), and nothing is guessed that could as well mean
something else: "7-9" may be a breakfast or a youth club, and is asked for again.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from common.days import month_number, read_day
from directory.recurrence import MONTHLY, WEEKLY
from directory.schedule_words import describe
from directory.typed_clock import T, Times, fits, one_time, time_range
from directory.typed_days import DATES_OF_MONTH, RUN, Days, dates_of_month, days_of
from directory.weekdays import code

LONGEST: Final = 500
"""Characters that are read; nobody says more in one breath."""
EXAMPLES: Final = "“Mon to Fri 9am to 5pm” or “every second Tuesday 2pm to 4pm”"
_DAYS_FIRST: Final = f"Write the days before their times, like {EXAMPLES}."

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:the )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}}\b)?"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2})"
)
_SKIPPED = re.compile(
    r"(?:[\s,:&–-]|and\b|plus\b|then\b|on\b|in\b|we are\b|we're\b|it is\b"
    r"|open(?:ing)?(?: hours| times)?\b(?! 24)|every week\b|weekly\b)+"
)
_ALL_DAY = re.compile(
    r"(?:open )?(?:24 ?/ ?7|24 ?(?:hours|hrs|h)(?: a day)?|round the clock|all day"
    r"(?: and (?:all )?night)?)\b(?:,? (?:7|seven) days a week)?"
)
_NEVER_CLOSES = re.compile(r"24 ?/ ?7|(?:7|seven) days")
_BANK_HOLIDAYS = re.compile(
    r"(?:except|but not|not|closed)(?: on| for)?(?: all)? (?:bank|public) holidays?"
)
_CLOSED = re.compile(rf"closed(?: (?:on|all day|from))*(?P<date> {_DATE})?")
_NOTE = re.compile(
    r"\((?P<note>[^()]{1,200})\)|(?:(?:during|in) )?(?:school )?term[ -]?time(?: only)?"
    r"|by appointment(?: only)?|(?:during )?(?:the )?school holidays(?: only)?"
)
_ONLY_ON = re.compile(rf"only(?: on)? (?P<date>{_DATE})|(?P<bare>{_DATE})")
_FROM = re.compile(rf"(?:from|starting|beginning|since)(?: on)? (?P<date>{_DATE})")
_UNTIL = re.compile(rf"(?:until|till|to|up to|ending)(?: on)? (?P<date>{_DATE})")
_WEEKS = re.compile(
    r"(?:every (?P<number>second|other|two|third|three|fourth|four"
    r"|\d{1,2}(?:nd|rd|th)?) weeks?|fortnightly|every fortnight|alternate weeks?)\b"
)
_NTH = re.compile(
    r"(?:every (?P<number>second|other|third|fourth|2nd|3rd|4th)|(?:fortnightly|"
    r"alternate)(?: on)?) (?=mon|tue|wed|thu|fri|sat|sun)"
)
_OF_MONTH = re.compile(
    r"(?:,? ?(?:of|in) (?:the|each|every|a)"
    r"(?: (?P<number>other|second|third|fourth|fifth|\d{1,2}(?:st|nd|rd|th)))? month"
    r"|,? (?:each|every|a) month|,? monthly)\b"
)
_PART_OF_DAY = re.compile(
    r"(?:(?:in |during )?(?:the |every )?(?:early |late )?)"
    r"(?P<part>morning|afternoon|eve(?=ning|s?\b)|night|lunch|am\b|pm\b)"
    r"(?:ning| ?time)?s?\b"
)
_PART_AFTER = re.compile(rf" ?(?:in )?{_PART_OF_DAY.pattern} ?")
_HOURS: Final = {
    "morning": "10am to 12 noon", "lunch": "12 noon to 2pm",
    "afternoon": "2pm to 4pm", "eve": "6pm to 8pm", "night": "8pm to 10pm",
    "am": "10am to 12 noon", "pm": "2pm to 4pm",
}  # fmt: skip
"""What stands as an example of when a part of the day is; nobody's are assumed."""
_NUMBERS: Final = {
    "second": 2, "other": 2, "two": 2, "third": 3, "three": 3, "fourth": 4, "four": 4,
    "fifth": 5,
}  # fmt: skip


class NotUnderstood(ValueError):
    """What was typed cannot be read for sure. Its text says what to type instead."""


@dataclass(frozen=True)
class Read:
    """What was read: opening times as schedules (ORUK fields, without ids), and whether
    it is closed on bank holidays."""

    schedules: list[dict[str, Any]]
    closed_on_bank_holidays: bool = False


@dataclass
class _Group:
    """Days with their times, until other days are named."""

    days: Days | None = None
    times: list[Times] = field(default_factory=list)
    start: dt.date | None = None
    end: dt.date | None = None
    notes: list[str] = field(default_factory=list)
    part: str = ""
    """The part of the day that was named, as it was typed: hours have to go with it."""

    def schedules(self) -> Iterator[dict[str, Any]]:
        more: dict[str, Any] = {}
        if self.start:
            more["valid_from"] = self.start.isoformat()
        if self.end:
            more["valid_to"] = self.end.isoformat()
        if self.notes:
            more["description"] = ", ".join(self.notes)
        days = self.days or Days()
        if days.days or days.monthdays:
            more["freq"] = MONTHLY if days.is_monthly else WEEKLY
        if days.days:
            more["byday"] = ",".join(code(day) for day in days.days)
        if days.monthdays:
            more["bymonthday"] = ",".join(map(str, days.monthdays))
        if days.interval > 1:
            more["interval"] = days.interval
            if self.start:
                more["dtstart"] = self.start.isoformat()
        for opens, closes in self.times or [("", "")]:
            times = {"opens_at": opens, "closes_at": closes}
            yield {**more, **{name: value for name, value in times.items() if value}}


def read_times(text: str, *, today: dt.date) -> Read:
    """The opening times that somebody typed. Empty for no words.

    A date without its year is the next one from ``today``. Raises NotUnderstood with a
    sentence that says what could not be read.
    """
    if len(text) > LONGEST:
        raise NotUnderstood(
            f"That is more than {LONGEST} characters. Say only the days and times here."
        )
    closed, out = False, []
    for clause in re.split(r"[;\n]|\.(?=\s|$)", _plain(text)):
        reader = _Clause(clause.strip(), today)
        out += reader.schedules()
        closed = closed or reader.closed
    return Read(out, closed)


def _plain(text: str) -> str:
    said = text.replace("’", "'").replace("—", "-").lower()
    said = re.sub(r"[^\S\n]+", " ", said)
    return re.sub(r"\b([ap])\.m\.?", r"\1m", said)


class _Clause:
    """Reads one clause from left to right."""

    def __init__(self, text: str, today: dt.date) -> None:
        self.text, self.today = text, today
        self.position = 0
        self.groups = [_Group()]
        self.parts: list[str] = []
        """Parts of the day that were named since the hours that were read last."""
        self.closed = False

    def schedules(self) -> list[dict[str, Any]]:
        while self.position < len(self.text):
            if self._skip() or any(take() for take in self._takers()):
                continue
            raise NotUnderstood(
                f"We could not read “{self.text[self.position :][:60]}”. Write days "
                f"and times like {EXAMPLES}, or use the fields below."
            )
        groups = [g for g in self.groups if g.days or g.times or g.start or g.end]
        self._share(groups)
        self._need_hours()
        if self.parts:
            raise NotUnderstood(_both_ways(self.groups[-1].part))
        if any(g.times for g in groups) and not all(g.times for g in groups):
            raise NotUnderstood(
                f"We could not tell which times are for which days. {_DAYS_FIRST}"
            )
        for group in groups:
            if group.days is None and not (group.start and group.start == group.end):
                raise NotUnderstood(f"On which days? {_DAYS_FIRST}")
        return [row for group in groups for row in group.schedules()]

    def _need_hours(self) -> None:
        """“Tuesday evenings” says the days: ask for the hours, saying what was read."""
        unclear = [one for one in self.groups if one.part and not one.times]
        if not unclear:
            return
        if unclear[0].days is None:
            raise NotUnderstood(
                "On which days, and at what hours? Write both: Tuesdays "
                f"{_hours(unclear[0].part)}."
            )
        plain = [{**next(one.schedules()), "description": ""} for one in unclear]
        days = [describe(row) for row in plain]
        parts = " and ".join(f"“{one.part}”" for one in unclear)
        examples = "; ".join(
            f"{said} {_hours(one.part)}"
            for said, one in zip(days, unclear, strict=True)
        )
        raise NotUnderstood(
            f"We understood {' and '.join(f'“{one}”' for one in days)}. From when "
            f"until when is {parts}? Write the hours with the days, for example: "
            f"{examples}."
        )

    def _share(self, groups: list[_Group]) -> None:
        """Dates and notes at the end of a clause are said of all of it."""
        last = groups[-1] if groups else None
        for group in groups[:-1]:
            if last and not (group.start or group.end):
                group.start, group.end = last.start, last.end
            if last and not group.notes:
                group.notes = list(last.notes)

    def _takers(self) -> list[Any]:
        return [
            self._bank_holidays, self._closed, self._note, self._all_day, self._from,
            self._until, self._weeks, self._nth, self._dates_of_month, self._days,
            self._only_on, self._time, self._part_of_day,
        ]  # fmt: skip

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def _skip(self) -> bool:
        return self._match(_SKIPPED) is not None

    @property
    def group(self) -> _Group:
        """The one that is being read."""
        return self.groups[-1]

    def _begin(self, days: Days) -> None:
        """Other days are named: what follows belongs to them."""
        known = self.group.days
        if known is not None and not self.group.times and known.waits:
            days = replace(days, interval=known.interval, waits=False)
        elif known is not None and not (self.group.times or self.group.part):
            days = known.joined(days)
        elif known is not None:
            self.groups.append(_Group())
        self.group.days = days

    # --- one kind of words each: whether it was read ----------------------------------

    def _bank_holidays(self) -> bool:
        if self._match(_BANK_HOLIDAYS) is None:
            return False
        self.closed = True
        return True

    def _closed(self) -> bool:
        """ "Closed on Sundays", "Wed closed": days that are not named are closed."""
        found = self._match(_CLOSED)
        if found is None:
            return False
        if found["date"]:
            raise NotUnderstood(
                f"Leave out “{found[0]}” here: dates on which it is closed are asked "
                "for by themselves, under “Days that are different”."
            )
        if self.group.days and not self.group.times:
            self.groups[-1] = _Group()
        elif self._match(re.compile(rf" *(?:{RUN.pattern})")) is None:
            raise NotUnderstood("Which days is it closed? Name those when it is open.")
        return True

    def _note(self) -> bool:
        found = self._match(_NOTE)
        if found is None:
            return False
        self.group.notes.append((found["note"] or found[0]).strip())
        return True

    def _all_day(self) -> bool:
        found = self._match(_ALL_DAY)
        if found is None:
            return False
        self.group.times.append(("00:00", "23:59"))
        rest = self.text[self.position :].strip(" ,.")
        if self.group.days is None and (not rest or _NEVER_CLOSES.search(found[0])):
            self.group.days = Days(tuple((0, day) for day in range(7)))
        return True

    def _from(self) -> bool:
        found = self._match(_FROM)
        if found:
            self.group.start = self._day(found["date"])
        return found is not None

    def _until(self) -> bool:
        found = self._match(_UNTIL)
        if found:
            self.group.end = self._day(found["date"])
        return found is not None

    def _weeks(self) -> bool:
        found = self._match(_WEEKS)
        if found:
            self._begin(Days(interval=_number(found["number"]), waits=True))
        return found is not None

    def _nth(self) -> bool:
        """ "Every second Tuesday": by the week, unless "of the month" follows."""
        found = _NTH.match(self.text, self.position)
        if found is None:
            return False
        run = RUN.match(self.text, found.end())
        if run is None or _OF_MONTH.match(self.text, run.end()):
            return False
        self.position = run.end()
        self._begin(replace(days_of(run[0]), interval=_number(found["number"])))
        return True

    def _dates_of_month(self) -> bool:
        found = DATES_OF_MONTH.match(self.text, self.position)
        of_month = found and _OF_MONTH.match(self.text, found.end())
        if not found or not of_month:
            return False
        self.position = of_month.end()
        number = _number(of_month["number"], 1)
        self._begin(Days((), tuple(dates_of_month(found[0])), number))
        return True

    def _days(self) -> bool:
        found = self._match(RUN)
        if found is None:
            return False
        try:
            days = days_of(found[0])
        except ValueError:
            raise NotUnderstood(
                f"We could not read the days in “{found[0].strip()}”. Write them like "
                "“Mon to Fri”, “Tuesdays and Thursdays” or “first Monday of the month”."
            ) from None
        of_month = self._match(_OF_MONTH)
        if of_month and days.is_monthly:
            days = replace(days, interval=_number(of_month["number"], 1))
        self._begin(days)
        return True

    def _only_on(self) -> bool:
        found = self._match(_ONLY_ON)
        if found is None:
            return False
        self.group.start = self.group.end = self._day(found["date"] or found["bare"])
        return True

    def _time(self) -> bool:
        found = self._match(T)
        if found is None:
            return False
        part = self._part_here(found[0])
        try:
            if found["opens"]:
                times = time_range(found["opens"], found["closes"], part)
            else:
                said = found["one"] or found["bare"]
                times = one_time(found["how"] or "", said, part)
        except ValueError as error:
            raise NotUnderstood(str(error)) from None
        if part and (not fits(times, part) or self._goes_back(times)):
            raise NotUnderstood(_both_ways(found[0]))
        self.group.times.append(times)
        return True

    def _goes_back(self, times: Times) -> bool:
        """Whether these hours begin before those said of the same days have ended:
        "9-11 mornings 5-7" may have its mornings on either side."""
        return bool(self.group.times) and times[0] < self.group.times[-1][1]

    def _part_here(self, said: str) -> str:
        """The part of the day that some hours are in, one of ``PARTS``: named since the
        hours before them, or right behind them: "7-9 in the evening"."""
        named, self.parts = self.parts, []
        after = _PART_AFTER.match(self.text, self.position)
        if after and not T.match(self.text, after.end()):
            self.position = after.end()
            named = [*named, after["part"]]
        if len(set(named)) > 1:
            raise NotUnderstood(_both_ways(said))
        return named[0] if named else ""

    def _part_of_day(self) -> bool:
        found = self._match(_PART_OF_DAY)
        if found is None:
            return False
        self.group.part = found[0].strip()
        self.parts.append(found["part"])
        days = self.group.days
        if days is None and found[0].startswith("every "):
            self.group.days = Days(tuple((0, day) for day in range(7)))
        elif days and days.is_monthly and (of_month := self._match(_OF_MONTH)):
            self.group.days = replace(days, interval=_number(of_month["number"], 1))
        return True

    def _day(self, said: str) -> dt.date:
        """A date; without its year the next one."""
        try:
            return read_day(said)
        except ValueError:
            pass
        part = re.search(rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})", said)
        for year in range(self.today.year, self.today.year + 9):
            try:
                day = dt.date(year, month_number(part[2]), int(part[1]))  # type: ignore[index]
            except (ValueError, TypeError):
                continue
            if day >= self.today:
                return day
        raise NotUnderstood(f"“{said}” is not a date. Write it like 6 January 2026.")


def _both_ways(said: str) -> str:
    """Asks for hours that can be read in one way only."""
    return (
        f"We could not tell when “{said.strip()}” is. Write am or pm, noon or midnight "
        "with each hour, like “Tuesdays 9am to 12 noon and 7pm to 9pm”."
    )


def _hours(part: str) -> str:
    """When a part of the day might be."""
    return next(hours for said, hours in _HOURS.items() if said in part)


def _number(said: str | None, otherwise: int = 2) -> int:
    """How many weeks or months; "fortnightly" says none and means two."""
    if not said:
        return otherwise
    return _NUMBERS.get(said) or int(re.sub(r"\D", "", said))
