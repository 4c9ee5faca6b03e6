"""Schedules: in words, as problems, as dates with times, as minutes of the week.

The way in to everything about a schedule in ORUK 3.0 fields (digest 1.6 and 2), which
is a mapping with any of ``valid_from``, ``valid_to``, ``dtstart``, ``freq``,
``interval``, ``byday``, ``bymonthday``, ``opens_at``, ``closes_at``, ``description``,
``attending_type``, ``notes`` and ``schedule_link``. Times are those of the clock on the
wall in Europe/London.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil import rrule

from directory import different_days
from directory.choices import OnThoseDays
from directory.different_days import LONGEST, Different
from directory.freshness import add_months
from directory.recurrence import (
    MONTHLY,
    WEEKLY,
    Pattern,
    Schedule,
    normalise,
    problems,
    read,
)
from directory.schedule_words import describe, describe_all
from directory.wall_clock import LAST_MINUTE, parse_time

__all__ = [
    "Schedule",
    "closed_dates",
    "day_minutes",
    "describe",
    "describe_all",
    "normalise",
    "occurrences",
    "openings",
    "parse_time",
    "problems",
    "weekly_minutes",
]

LONDON: Final = ZoneInfo("Europe/London")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY


def occurrences(
    schedule: Schedule, *, start: date, end: date
) -> Iterator[tuple[datetime, datetime | None]]:
    """When it opens and closes on the days from ``start`` to ``end``, both included.

    In order, as aware datetimes of Europe/London; what begins on the last day may close
    on the next. Without a closing time the second is None; without an opening time it
    begins at midnight. A time that the clocks skip in spring is one hour later. Bad
    values are passed over; a closure, an interval that is counted from no date, and a
    schedule that does not repeat and has no last day have no occurrences.
    """
    pattern, _ = read(schedule)
    if pattern.closed:
        return
    first = max(filter(None, (start, pattern.valid_from, pattern.dtstart)))
    last = min(filter(None, (end, pattern.valid_to)))
    if first > last:
        return
    for day in _days(pattern, first, last):
        opens = _moment(day, pattern.opens or 0)
        yield opens, _closing(pattern, day, opens)


def openings(
    rows: Iterable[Schedule],
    different: Iterable[Different],
    *,
    start: date,
    end: date,
    nation: str,
) -> list[tuple[datetime, datetime | None]]:
    """When a service with all these opening times opens and closes, in order.

    As :func:`occurrences`, and days that are different are so: the closed ones fall
    out, the others have their own times. Rows that say that it is closed take their
    days from the rest. ``nation`` is the one whose bank holidays are kept.
    """
    rows, different = list(rows), list(different)
    closed = {day for row in rows for day in _closed_days(row, start, end)}
    closed |= different_days.replaced(different, start=start, end=end, nation=nation)
    found = {
        moment
        for row in rows
        for moment in occurrences(row, start=start, end=end)
        if moment[0].date() not in closed
    }
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        for element in different_days.on(different, day, nation=nation):
            if element.get("what") == OnThoseDays.TIMES:
                hours = {n: element.get(n) for n in ("opens_at", "closes_at")}
                one_day = {**hours, "dtstart": day.isoformat()}
                found |= set(occurrences(one_day, start=day, end=day))
    return sorted(found, key=lambda pair: (pair[0], pair[1] or pair[0]))


def closed_dates(schedule: Schedule) -> list[date]:
    """The dates of which a schedule says that it is closed then, a year at most; none
    where it does not say from when."""
    pattern, _ = read(schedule)
    first = pattern.valid_from or pattern.dtstart
    if first is None:
        return []
    last = min(pattern.valid_to or first, first + timedelta(days=LONGEST - 1))
    return list(_closed_days(schedule, first, last))


def day_minutes(schedule: Schedule) -> tuple[int, int]:
    """When on its day it is open, as minutes [from, to) of that day, for searching; the
    end may be on the next. Of a single known time it is one minute."""
    pattern, _ = read(schedule)
    begin, length = _span(pattern)
    return begin, begin + length


def _closed_days(row: Schedule, start: date, end: date) -> Iterator[date]:
    """The days of which a row says that it is closed then."""
    pattern, _ = read(row)
    if pattern.closed:
        as_open = replace(pattern, closed=False)
        first = max(filter(None, (start, pattern.valid_from, pattern.dtstart)))
        last = min(filter(None, (end, pattern.valid_to)))
        if first <= last:
            yield from _days(as_open, first, last)


def weekly_minutes(schedule: Schedule) -> list[tuple[int, int]]:
    """When in an ordinary week it is open, as minutes from Monday 00:00, for searching.

    Ranges [from, to) in order, apart from each other, at most 10,080; past midnight on
    Sunday goes on on Monday. A monthly weekday counts as that weekday. Of a single
    known time one minute is given, of days without times the whole day; dates without
    weekdays, single dates and closures give nothing.
    """
    pattern, _ = read(schedule)
    if pattern.closed or not pattern.freq:
        return []
    start, length = _span(pattern)
    minutes = []
    for weekday in {weekday for _, weekday in pattern.days}:
        begin = weekday * _DAY + start
        minutes.append((begin, min(begin + length, _WEEK)))
        if begin + length > _WEEK:
            minutes.append((0, begin + length - _WEEK))
    return _merged(minutes)


def _days(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    """The days from first to last on which the pattern falls."""
    if not pattern.freq:
        yield from _days_of_no_recurrence(pattern, first, last)
        return
    counted_from = pattern.dtstart or pattern.valid_from
    if not (pattern.days or pattern.monthdays):
        return
    if pattern.interval > 1 and counted_from is None:
        return
    begin = _first_period(pattern, counted_from or first, first)
    rule = rrule.rrule(
        rrule.WEEKLY if pattern.freq == WEEKLY else rrule.MONTHLY,
        dtstart=datetime.combine(begin, time()),
        until=datetime.combine(last, time()),
        interval=pattern.interval,
        wkst=rrule.MO,
        byweekday=[rrule.weekday(day, nth or None) for nth, day in pattern.days]
        or None,
        bymonthday=pattern.monthdays or None,
    )
    for moment in rule:
        if moment.date() >= first:
            yield moment.date()


def _days_of_no_recurrence(pattern: Pattern, first: date, last: date) -> Iterator[date]:
    if pattern.valid_from and pattern.valid_to:
        day = first
        while day < last:
            yield day
            day += timedelta(days=1)
        yield last
    elif pattern.dtstart == first:
        yield first


def _first_period(pattern: Pattern, counted_from: date, first: date) -> date:
    """The start of the last counted week or month that is not after ``first``.

    So that a pattern that began long ago costs no more than a new one.
    """
    if pattern.freq == MONTHLY:
        months = (first.year - counted_from.year) * 12
        months += first.month - counted_from.month
        months -= months % pattern.interval
        return add_months(counted_from.replace(day=1), months)
    monday = counted_from.toordinal() - counted_from.weekday()
    weeks = (first.toordinal() - monday) // 7
    return date.fromordinal(monday + (weeks - weeks % pattern.interval) * 7)


def _moment(day: date, minutes: int) -> datetime:
    """This time of the clock on the wall; a skipped one is an hour later."""
    naive = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return naive.replace(tzinfo=LONDON).astimezone(UTC).astimezone(LONDON)


def _closing(pattern: Pattern, day: date, opens: datetime) -> datetime | None:
    if pattern.closes is None:
        return None
    minutes = _end_minute(pattern.opens or 0, pattern.closes)
    return max(opens, _moment(day, minutes))


def _end_minute(opens: int, closes: int) -> int:
    """The minute of closing, counted from the day of opening.

    23:59 stands for the end of the day; what closes before it opens does so next day.
    """
    if closes == LAST_MINUTE:
        return _DAY
    return closes + _DAY if closes < opens else closes


def _span(pattern: Pattern) -> tuple[int, int]:
    """The first minute of the day and how many minutes from there."""
    if pattern.opens is None and pattern.closes is None:
        return 0, _DAY
    if pattern.closes is None:
        return pattern.opens or 0, 1
    if pattern.opens is None:
        end = _end_minute(0, pattern.closes) or _DAY
        return end - 1, 1
    length = _end_minute(pattern.opens, pattern.closes) - pattern.opens
    return pattern.opens, max(1, length)


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(ranges):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
