"""Opening times as a calendar file (RFC 5545), from the public document. Pure.

One event for each opening time that still happens, beginning with its next occurrence:
a calendar that was given one of 2019 would show six years of them. A row that only says
"closed" on some days takes these out of the others; days with other times, bank
holidays too, are events of their own in their place.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from icalendar import Calendar, Event, Timezone

from directory import phones, schedules
from directory.recurrence import Pattern, read
from directory.weekdays import code
from publishing import different
from publishing.render import Document

AHEAD = dt.timedelta(days=730)
"""How far it is looked for the next occurrence, and for days on which it is closed."""

LONDON = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19810329T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
"""When the clocks change, for calendars that do not know Europe/London by its name."""

PRODUCER = "-//Vouch//Opening times//EN"
CHECKED = "Checked means that the information was checked, not the service."


def calendar(
    document: Document, *, address: str, today: dt.date, made_at: dt.datetime
) -> bytes | None:
    """The times of a service as the bytes of a file; None where it has none to come.

    ``address`` is that of its page, ``made_at`` the instant its information last
    changed.
    """
    events = list(_events(document, today))
    if not events:
        return None
    made = Calendar()
    made.add("prodid", PRODUCER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", document["name"])
    for event in events:
        event.add("url", address)
        event.add("dtstamp", made_at.astimezone(dt.UTC))
        made.add_component(event)
    made.add_component(Timezone.from_ical(LONDON))
    return bytes(made.to_ical())


def has_times(document: Document, today: dt.date) -> bool:
    """Whether there is anything to put into a calendar."""
    return next(_events(document, today), None) is not None


def _events(document: Document, today: dt.date) -> Iterator[Event]:
    """The usual times without the days that are different, then those of these days."""
    usual = different.regular(document)
    closed = {day for row in usual for day in _closed_days(row, today)}
    other = closed | different.replaced(document, today, today + AHEAD)
    rows = [(row, other) for row in usual]
    rows += different.other_times(document, today, today + AHEAD)
    for row, without in rows:
        event = _event(row, document, without, today)
        if event is not None:
            yield event


def _next(row: Document, today: dt.date) -> tuple[dt.datetime, Any] | None:
    return next(schedules.occurrences(row, start=today, end=today + AHEAD), None)


def _event(
    row: Document, document: Document, closed: set[dt.date], today: dt.date
) -> Event | None:
    """One opening time; None for a closure and for what has no occurrence to come."""
    first = _next(row, today)
    if first is None:
        return None
    pattern, _ = read(row)
    event = Event()
    event.add("uid", f"urn:uuid:{row['id']}")
    event.add("summary", document["name"])
    for name, value in _span(pattern, *first).items():
        event.add(name, value)
    rule = _rule(pattern)
    if rule:
        event.add("rrule", rule)
        coming = schedules.occurrences(row, start=today, end=today + AHEAD)
        for begins, _ in coming:
            if begins.date() in closed:
                event.add("exdate", _moment(pattern, begins))
    event.add("description", _description(row, document))
    for name, value in _where(row, document).items():
        event.add(name, value)
    return event


def _closed_days(row: Document, today: dt.date) -> Iterator[dt.date]:
    """The days to come on which a row says that it is closed."""
    pattern, _ = read(row)
    first = pattern.valid_from or pattern.dtstart
    if not pattern.closed or first is None:
        return
    last = pattern.valid_to or first
    day = max(first, today)
    while day <= min(last, today + AHEAD):
        weekdays = {weekday for _, weekday in pattern.days}
        if not weekdays or day.weekday() in weekdays:
            yield day
        day += dt.timedelta(days=1)


def _is_all_day(pattern: Pattern) -> bool:
    return pattern.opens is None and pattern.closes is None


def _moment(pattern: Pattern, begins: dt.datetime) -> dt.date:
    return begins.date() if _is_all_day(pattern) else begins


def _span(
    pattern: Pattern, begins: dt.datetime, ends: dt.datetime | None
) -> dict[str, dt.date]:
    """When it begins, and ends if that is known; whole days where no time is."""
    out = {"dtstart": _moment(pattern, begins)}
    if ends is not None and ends > begins:
        out["dtend"] = ends
    return out


def _rule(pattern: Pattern) -> dict[str, Any]:
    """How it comes back (RFC 5545, section 3.3.10); nothing for what is once."""
    if not pattern.freq:
        begins, ends = pattern.valid_from, pattern.valid_to
        if begins is None or ends is None or begins == ends:
            return {}
        return {"freq": "DAILY", "until": _until(pattern, ends)}
    rule: dict[str, Any] = {"freq": pattern.freq}
    if pattern.interval > 1:
        rule["interval"] = pattern.interval
    if pattern.days:
        rule["byday"] = [code(day) for day in pattern.days]
    if pattern.monthdays:
        rule["bymonthday"] = list(pattern.monthdays)
    if pattern.valid_to:
        rule["until"] = _until(pattern, pattern.valid_to)
    return rule


def _until(pattern: Pattern, last: dt.date) -> dt.date:
    """The last day, in UTC where times are told: the standard wants it so."""
    if _is_all_day(pattern):
        return last
    end_of_day = dt.datetime.combine(last, dt.time(23, 59, 59), schedules.LONDON)
    return end_of_day.astimezone(dt.UTC)


def _description(row: Document, document: Document) -> str:
    lines = [schedules.describe(row), *(row[n] for n in ("notes",) if n in row)]
    organization = document.get("organization", {}).get("name")
    if organization:
        lines.append(f"Run by {organization}.")
    return "\n".join([*(line for line in lines if line), _checked(document)])


def _checked(document: Document) -> str:
    """What checked means, and at which number to ask before a journey, as its page has
    it: the service's own, else that of who runs it. Where nobody answers any, it names
    none."""
    organization = document.get("organization", {})
    for record in (document, organization):
        for phone in record.get("phones", []):
            if phone.get("type", "voice") != "voice":
                continue
            number = phones.display(phone["number"])
            if extension := phone.get("extension"):
                number += f" extension {extension}"
            return f"{CHECKED} Ring before you go: {number}."
    return f"{CHECKED} Ask before you go."


def _where(row: Document, document: Document) -> dict[str, Any]:
    """The place of an opening time: the one it names, or the only one there is."""
    links = document.get("service_at_locations", [])
    named = [one for one in links if one["id"] == row.get("service_at_location_id")]
    chosen = named or (links if len(links) == 1 else [])
    if not chosen:
        return {}
    place = chosen[0]["location"]
    names = ("address_1", "address_2", "city", "postal_code")
    address = [
        each[name]
        for each in place.get("addresses", [])[:1]
        for name in names
        if name in each
    ]
    lines = [place["name"], *address] if "name" in place else address
    out: dict[str, Any] = {}
    if lines:
        out["location"] = ", ".join(dict.fromkeys(lines))
    if "latitude" in place and "longitude" in place:
        out["geo"] = (place["latitude"], place["longitude"])
    return out
