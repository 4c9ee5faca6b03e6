"""Schedules in plain English, the way a person would say them to another.

Read from the standard's recurrence fields (digest 1.6). Odd input never raises: what
can be read is said, and if that is nothing, what the schedule says of itself in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from directory.freshness import MONTH_NAMES, full_date
from directory.recurrence import MONTHLY, WEEKLY, Pattern, Schedule, read
from directory.wall_clock import LAST_MINUTE, in_words
from directory.weekdays import DAY_NAMES, Day

_ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth")
_ALL_DAYS: Final = tuple(range(7))

Times = tuple[int | None, int | None]


def describe(schedule: Schedule) -> str:
    """One schedule in a phrase: "Every second Tuesday, 10am to 12 noon".

    Starts with a capital and has no full stop; empty if the schedule says nothing.
    Never raises.
    """
    return _row(schedule).phrase()


def describe_all(schedules: Iterable[Schedule]) -> list[str]:
    """All schedules of a service, one phrase for those that belong together.

    Rows with the same times become one phrase with all their days, rows with the same
    days one phrase with all their times. Weekly times come first, Monday first, then
    monthly ones, single dates, what is only said in words, and closures. Never raises.
    """
    rows = [_row(schedule) for schedule in schedules]
    merged = _with_same_days(_with_same_times(rows))
    phrases = [row.phrase() for row in sorted(merged, key=_place)]
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))


@dataclass(frozen=True)
class _Row:
    """A pattern with all its times, and the words to fall back on."""

    pattern: Pattern
    times: tuple[Times, ...]
    description: str = ""
    words: str = ""

    def phrase(self) -> str:
        if self.pattern.closed:
            return self._closed()
        when, validity = _when(self.pattern), _validity(self.pattern)
        one_day = _only_day(self.pattern)
        if one_day:
            when, validity = f"Only on {full_date(one_day)}", ""
        elif not when and self.times and _lasts_from_to(self.pattern):
            when = "Every day"
        if _is_all_day(self.times):
            return _joined_parts("Open 24 hours", _lowered(when), validity)
        times = _listed([_time_range(*pair) for pair in self.times])
        if not when and not times:
            if not self.description:
                return _capital(validity) or self.words
            when = self.description
        return _capital(_joined_parts(when, times, validity))

    def _closed(self) -> str:
        pattern, said = self.pattern, _capital(self.description.rstrip(" .!"))
        when, validity = _when(pattern), _validity(pattern)
        if one_day := _only_day(pattern):
            when, validity = f"on {full_date(one_day)}", ""
        elif when and not (when.startswith("Every") or _is_run(when)):
            when = f"on {_lowered(when)}"
        when = _lowered(when)
        if " " in said:
            already = any(name in said for name in DAY_NAMES)
            return _joined_parts(said, "" if already else when, validity)
        if when:
            return _joined_parts(f"{said} {when}", validity)
        return f"{said} {validity}".rstrip()


def _row(schedule: Schedule) -> _Row:
    pattern, _ = read(schedule)
    times: tuple[Times, ...] = ((pattern.opens, pattern.closes),)
    link = _text(schedule.get("schedule_link"))
    return _Row(
        pattern,
        () if times == ((None, None),) else times,
        _text(schedule.get("description")),
        _text(schedule.get("notes")) or (f"See {link}" if link else ""),
    )


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _with_same_times(rows: Sequence[_Row]) -> list[_Row]:
    """Rows that differ only in their days made one."""
    merged: dict[object, _Row] = {}
    for place, row in enumerate(rows):
        pattern = row.pattern
        numbered = any(ordinal for ordinal, _ in pattern.days)
        may_merge = bool(pattern.days) and not pattern.monthdays
        key = (
            _anchored(replace(pattern, days=())),
            row.times,
            numbered,
            row.description if pattern.closed else "",
            None if may_merge else place,
        )
        if key in merged:
            first = merged[key]
            days = tuple(dict.fromkeys(first.pattern.days + pattern.days))
            row = replace(first, pattern=replace(first.pattern, days=days))
        merged[key] = row
    return list(merged.values())


def _with_same_days(rows: Sequence[_Row]) -> list[_Row]:
    """Rows that differ only in their times made one."""
    merged: dict[object, _Row] = {}
    for place, row in enumerate(rows):
        pattern = row.pattern
        repeats = bool(pattern.freq or _only_day(pattern))
        key = (
            _anchored(replace(pattern, opens=None, closes=None, days=())),
            frozenset(pattern.days),
            None if repeats and not pattern.closed else place,
        )
        if key in merged:
            row = replace(
                merged[key], times=tuple(dict.fromkeys(merged[key].times + row.times))
            )
        merged[key] = row
    return [
        replace(row, times=tuple(sorted(row.times, key=_clock_order)))
        for row in merged.values()
    ]


def _clock_order(times: Times) -> tuple[int, int]:
    return times[0] or 0, times[1] or 0


def _anchored(pattern: Pattern) -> tuple[Pattern, int]:
    """The pattern without its first date, and which weeks or months that date meant."""
    start, turn = pattern.dtstart, 0
    if start and pattern.freq == WEEKLY:
        turn = (start.toordinal() - 1) // 7 % pattern.interval
    elif start and pattern.freq == MONTHLY:
        turn = (start.year * 12 + start.month) % pattern.interval
    if pattern.freq and pattern.interval < 12:
        start = None
    return replace(pattern, dtstart=start), turn


def _place(row: _Row) -> tuple[int, date, int, int, int]:
    """Where a row stands in the list."""
    pattern = row.pattern
    one_day = _only_day(pattern)
    kind = 1 if pattern.freq == MONTHLY else 0
    if one_day or not pattern.freq:
        kind = 2 if one_day or row.times else 3
    days = sorted((weekday, ordinal) for ordinal, weekday in pattern.days)
    weekday, ordinal = days[0] if days else (7, 0)
    opens = row.times[0][0] if row.times else None
    return (
        4 if pattern.closed else kind,
        one_day or (pattern.valid_from if kind > 1 else None) or date.min,
        weekday,
        ordinal if ordinal >= 0 else 10 + ordinal,
        opens or 0,
    )


def _when(pattern: Pattern) -> str:
    """The days on which it happens, with a capital; nothing if it does not repeat."""
    if pattern.freq == WEEKLY:
        return _weekly([weekday for _, weekday in pattern.days], pattern.interval)
    if pattern.freq == MONTHLY:
        return _monthly(pattern)
    return ""


def _weekly(weekdays: Sequence[int], interval: int) -> str:
    days = tuple(sorted(set(weekdays)))
    if interval == 1:
        return _days_of_every_week(days) if days else "Every week"
    if interval == 2:
        if len(days) == 1:
            return f"Every second {DAY_NAMES[days[0]]}"
        every = "Every second week"
    else:
        every = f"Every {interval} weeks"
    if not days:
        return every
    run = _run(days)
    return f"{every}, {run}" if run else f"{every}, on {_names(days, '')}"


def _days_of_every_week(days: tuple[int, ...]) -> str:
    if days == _ALL_DAYS:
        return "Every day"
    if days == _ALL_DAYS[:5]:
        return "Every weekday"
    run = _run(days)
    if run:
        return run
    if len(days) == 6:
        missing = next(day for day in _ALL_DAYS if day not in days)
        return f"Every day except {DAY_NAMES[missing]}"
    return _names(days, "s")


def _run(days: tuple[int, ...]) -> str:
    """ "Monday to Thursday" for three or more days in a row, else nothing."""
    if len(days) >= 3 and days[-1] - days[0] == len(days) - 1:
        return f"{DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}"
    return ""


def _names(days: Iterable[int], ending: str) -> str:
    return _listed([f"{DAY_NAMES[day]}{ending}" for day in days])


def _monthly(pattern: Pattern) -> str:
    every = _every_month(pattern)
    if not pattern.days and not pattern.monthdays:
        return _capital(every)
    if not pattern.days:
        return f"The {_listed(_monthday_names(pattern.monthdays))} of {every}"
    if all(ordinal == 0 for ordinal, _ in pattern.days):
        when = _weekly([weekday for _, weekday in pattern.days], 1)
        if pattern.interval > 1:
            when = f"{when} in {every}"
    else:
        when = f"{_capital(_numbered_days(pattern.days))} of {every}"
    if pattern.monthdays:
        dates = _listed(_monthday_names(pattern.monthdays), "or")
        return f"{when}, when it is the {dates} of the month"
    return when


def _every_month(pattern: Pattern) -> str:
    if pattern.interval == 12 and pattern.dtstart:
        return f"{MONTH_NAMES[pattern.dtstart.month - 1]} every year"
    if pattern.interval == 1:
        return "every month"
    if pattern.interval == 2:
        return "every other month"
    if pattern.interval < len(_ORDINALS):
        return f"every {_ORDINALS[pattern.interval]} month"
    return f"every {_numeral(pattern.interval)} month"


def _numbered_days(days: Iterable[Day]) -> str:
    """ "the first and third Mondays and the last Friday"."""
    by_day: dict[int, list[int]] = {}
    for ordinal, weekday in sorted(days, key=lambda d: (d[0] < 0, d[0], d[1])):
        by_day.setdefault(weekday, []).append(ordinal)
    parts = []
    for weekday, ordinals in by_day.items():
        if 0 in ordinals:
            parts.append(f"every {DAY_NAMES[weekday]}")
            continue
        ending = "s" if len(ordinals) > 1 else ""
        words = _listed([_ordinal_word(ordinal) for ordinal in ordinals])
        parts.append(f"the {words} {DAY_NAMES[weekday]}{ending}")
    return _listed(parts)


def _ordinal_word(ordinal: int) -> str:
    if ordinal > 0:
        return _ORDINALS[ordinal]
    return "last" if ordinal == -1 else f"{_ORDINALS[-ordinal]} to last"


def _monthday_names(monthdays: Sequence[int]) -> list[str]:
    names = [_numeral(day) for day in sorted(monthdays) if day > 0]
    for day in sorted((day for day in monthdays if day < 0), reverse=True):
        if day >= -5:
            name = f"{_ordinal_word(day)} day"
        else:
            name = f"{_numeral(-day)} to last day"
        names.append(f"the {name}" if names else name)
    return names


def _numeral(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _is_all_day(times: Sequence[Times]) -> bool:
    return list(times) == [(0, LAST_MINUTE)]


def _time_range(opens: int | None, closes: int | None) -> str:
    if closes is None:
        return f"from {in_words(opens or 0)}"
    if opens is None:
        return f"until {in_words(closes)}"
    if opens == closes:
        return f"at {in_words(opens)}"
    next_day = " the next day" if 0 < closes < opens else ""
    return f"{in_words(opens)} to {in_words(closes)}{next_day}"


def _only_day(pattern: Pattern) -> date | None:
    """The one date on which it happens, if there is only one."""
    if pattern.valid_from and pattern.valid_from == pattern.valid_to:
        return pattern.valid_from
    if not pattern.freq and not pattern.valid_from and not pattern.valid_to:
        return pattern.dtstart
    return None


def _lasts_from_to(pattern: Pattern) -> bool:
    return bool(pattern.valid_from and pattern.valid_to and not pattern.freq)


def _validity(pattern: Pattern) -> str:
    parts = []
    if pattern.valid_from:
        parts.append(f"from {full_date(pattern.valid_from)}")
    if pattern.valid_to:
        parts.append(f"until {full_date(pattern.valid_to)}")
    return " ".join(parts)


def _lowered(when: str) -> str:
    """The phrase as it stands inside a sentence; names of days keep their capital."""
    if when.startswith(("Every", "The ", "Only")):
        return f"{when[0].lower()}{when[1:]}"
    return when


def _is_run(when: str) -> bool:
    return " to " in when and not when.startswith("The ")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _joined_parts(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _listed(items: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
