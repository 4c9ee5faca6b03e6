"""Days that are different: closed at Christmas, open on bank holidays, other hours.

An element of ``holiday_schedules`` says of certain dates, or of every bank holiday,
that it is closed then, open at other times, or open as usual. What is said of dates
counts more than what is said of bank holidays, and fewer dates count more than many.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from common.days import read_day
from directory import bank_holidays
from directory.choices import OnThoseDays, WhichDays
from directory.freshness import full_date
from directory.wall_clock import in_words, minutes

Different = Mapping[str, Any]
"""One element, in its stored form; a time may have seconds, as it is published."""

NAMESPACE: Final = uuid.UUID("0d5b1c1e-53a1-5c55-8f0f-7e6f9e0f4a10")
LONGEST: Final = 366
"""Days of one element that are looked at: nothing is closed for the holidays longer."""
_ALL_YEAR: Final = 10_000


def problems(element: Different) -> dict[str, str]:
    """A sentence for each field that does not go with the others, by field name."""
    found: dict[str, str] = {}
    dated, what = element.get("days") == WhichDays.DATES, element.get("what")
    first, last = _day(element, "start_date"), _day(element, "end_date")
    if dated and first is None and not element.get("start_date"):
        found["start_date"] = "Enter the first day, for example 24 December 2026."
    if first and last and last < first:
        found["end_date"] = (
            f"The last day ({full_date(last)}) is before the first "
            f"({full_date(first)})."
        )
    if not dated and (element.get("start_date") or element.get("end_date")):
        found["start_date"] = "Leave the dates out, or choose “On these dates”."
    times = [n for n in ("opens_at", "closes_at") if element.get(n)]
    if what == OnThoseDays.TIMES and len(times) < 2:
        missing = "closes_at" if times == ["opens_at"] else "opens_at"
        found[missing] = "Say from when to when it is open on those days."
    if what in (OnThoseDays.CLOSED, OnThoseDays.USUAL) and times:
        found[times[0]] = "Leave the times out, or choose “Open at other times”."
    return found


def describe(element: Different) -> str:
    """One element in words: "Closed from 24 December 2026 to 2 January 2027"; ``""``
    for one that says nothing that can be read."""
    when = _when(element)
    if not when:
        return ""
    what = element.get("what")
    if what == OnThoseDays.TIMES:
        hours = _hours(element)
        said = f"{when[0].upper()}{when[1:]}, open {hours}" if hours else ""
    elif what == OnThoseDays.USUAL:
        said = f"Open as usual {when}"
    else:
        said = f"Closed {when}"
    note = str(element.get("description") or "")
    return f"{said} ({note})" if said and note else said


def _when(element: Different) -> str:
    if element.get("days") == WhichDays.BANK_HOLIDAYS:
        return "on bank holidays"
    first, last = _day(element, "start_date"), _day(element, "end_date")
    if first is None:
        return ""
    if last is None or last == first:
        return f"on {full_date(first)}"
    return f"from {full_date(first)} to {full_date(last)}"


def _hours(element: Different) -> str:
    try:
        opens, closes = minutes(element["opens_at"]), minutes(element["closes_at"])
    except (KeyError, ValueError):
        return ""
    return f"{in_words(opens)} to {in_words(closes)}"


def lines(elements: Iterable[Different], *, today: dt.date, nation: str) -> list[str]:
    """What is still to come, in words, soonest first; what is said of bank holidays
    with the next of them, and last."""
    dated, others = [], []
    for element in elements:
        said = describe(element)
        if element.get("days") == WhichDays.BANK_HOLIDAYS:
            coming = full_date(bank_holidays.next_one(nation, today))
            others.append(f"{said}. Next: {coming}.")
        elif said and (_last(element) or today) >= today:
            dated.append((_day(element, "start_date") or today, said))
    return [said for _, said in sorted(dated)] + others


def as_schedules(element: Different) -> list[dict[str, Any]]:
    """The same as opening times of the standard, which has no list of holidays: a row
    of its own with its validity (digest 1.6), for bank holidays in words alone."""
    said = describe(element)
    if not said:
        return []
    row: dict[str, Any] = {"id": schedule_id(element), "description": said}
    first = _day(element, "start_date")
    if element.get("days") == WhichDays.DATES and first:
        row["valid_from"] = first.isoformat()
        row["valid_to"] = (_last(element) or first).isoformat()
        if element.get("what") == OnThoseDays.TIMES:
            row |= {n: element[n] for n in ("opens_at", "closes_at") if n in element}
    return [row]


def schedule_id(element: Different) -> str:
    """The id of the opening time that :func:`as_schedules` makes of an element."""
    return str(uuid.uuid5(NAMESPACE, str(element.get("id", ""))))


def on(elements: Iterable[Different], day: dt.date, *, nation: str) -> list[Different]:
    """What is said of this day, of the elements that count most; empty on an ordinary
    day. Several are several times on one day."""
    covering = [(span, e) for e in elements if (span := _span(e, day, nation))]
    if not covering:
        return []
    closest = min(span for span, _ in covering)
    return [element for span, element in covering if span == closest]


def replaced(
    elements: Iterable[Different], *, start: dt.date, end: dt.date, nation: str
) -> set[dt.date]:
    """The days from start to end, both included, without their usual times."""
    every = list(elements)
    if not every:
        return set()
    days = (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
    return {
        day
        for day in days
        if any(
            element.get("what") != OnThoseDays.USUAL
            for element in on(every, day, nation=nation)
        )
    }


def _span(element: Different, day: dt.date, nation: str) -> int:
    """How many days the element speaks of if this is one of them; else 0."""
    if element.get("days") == WhichDays.BANK_HOLIDAYS:
        return _ALL_YEAR if bank_holidays.is_one(nation, day) else 0
    first = _day(element, "start_date")
    last = _last(element)
    if first is None or last is None or not first <= day <= last:
        return 0
    return (last - first).days + 1


def dates(elements: Iterable[Different], what: OnThoseDays) -> list[dt.date]:
    """Every date of which that is said, bank holidays apart; a year of one element."""
    found = {
        day
        for element in elements
        if element.get("what") == what and element.get("days") == WhichDays.DATES
        for day in days_of(element)
    }
    return sorted(found)


def days_of(element: Different) -> Iterator[dt.date]:
    """The dates of which an element speaks, a year at most; no bank holidays."""
    first, last = _day(element, "start_date"), _last(element)
    if first is None or last is None:
        return
    for number in range(min((last - first).days + 1, LONGEST)):
        yield first + dt.timedelta(days=number)


def _last(element: Different) -> dt.date | None:
    return _day(element, "end_date") or _day(element, "start_date")


def _day(element: Different, name: str) -> dt.date | None:
    try:
        return read_day(str(element[name]))
    except (KeyError, ValueError):
        return None
