"""Days that are different, in a public document: which they are, and in words."""

import datetime as dt
import uuid

from directory import bank_holidays, different_days
from directory.choices import OnThoseDays, WhichDays
from directory.freshness import full_date
from directory.service_elements import HOLIDAYS
from publishing.render import Document

NEAR = 14
"""Days ahead of which a list of services says what is different."""


def regular(record: Document) -> list[Document]:
    """The opening times of an ordinary week, without those that say of certain days
    what ``holiday_schedules`` says too."""
    extra = {different_days.schedule_id(e) for e in record.get(HOLIDAYS.name, [])}
    return [row for row in record.get("schedules", []) if row.get("id") not in extra]


def nation(document: Document) -> str:
    """Whose bank holidays a service keeps: the nation of its first address; England's
    where it has none."""
    for link in document.get("service_at_locations", []):
        for address in link["location"].get("addresses", []):
            return bank_holidays.nation_of(address)
    return bank_holidays.ENGLAND


def lines(record: Document, document: Document, today: dt.date) -> list[str]:
    """The different days to come of a service or of a place of it, in words."""
    return different_days.lines(
        record.get(HOLIDAYS.name, []), today=today, nation=nation(document)
    )


def soon(document: Document, today: dt.date) -> list[str]:
    """What is different on the days from today on that are near, in words."""
    elements = document.get(HOLIDAYS.name, [])
    here = nation(document) if elements else ""
    days = [today + dt.timedelta(days=number) for number in range(NEAR)]
    found: dict[str, str] = {}
    for day in days:
        for element in different_days.on(elements, day, nation=here):
            said = different_days.describe(element)
            if element.get("days") == WhichDays.BANK_HOLIDAYS:
                said = f"{said}: {full_date(day)}"
            found.setdefault(str(element.get("id")), said)
    return list(found.values())


def replaced(document: Document, start: dt.date, end: dt.date) -> set[dt.date]:
    """The days from start to end on which the service does not keep its usual times."""
    return different_days.replaced(
        document.get(HOLIDAYS.name, []),
        start=start, end=end, nation=nation(document),
    )  # fmt: skip


def other_times(
    document: Document, start: dt.date, end: dt.date
) -> list[tuple[Document, set[dt.date]]]:
    """The times of days that are different from start to end, as opening times: each
    with the days of it of which something else counts more.

    What holds on bank holidays is a row for each of them.
    """
    elements, here = document.get(HOLIDAYS.name, []), nation(document)
    days = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    out: list[tuple[Document, set[dt.date]]] = []
    for element in elements:
        if element.get("what") != OnThoseDays.TIMES:
            continue
        counting = {
            day
            for day in days
            if element in different_days.on(elements, day, nation=here)
        }
        if element.get("days") == WhichDays.BANK_HOLIDAYS:
            out += [(_one_day(element, day), set()) for day in sorted(counting)]
        elif counting:
            [row] = different_days.as_schedules(element)
            out.append((row, set(days) - counting))
    return out


def _one_day(element: Document, day: dt.date) -> Document:
    """What is said of bank holidays as the opening time of one of them."""
    known = different_days.schedule_id(element)
    names = ("opens_at", "closes_at", "description")
    row = {name: element[name] for name in names if name in element}
    key = uuid.uuid5(different_days.NAMESPACE, f"{known} {day.isoformat()}")
    return {**row, "id": str(key), "dtstart": day.isoformat()}
