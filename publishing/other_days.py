"""Days that are different, as the search needs them: short keys, each with its times.

A key is a day ("2026-12-24"), or the nation on whose bank holidays it holds. Its value
are pairs of minutes of a day, none of them for a day on which it is closed, or None
for one that is as usual.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from directory import bank_holidays, different_days, schedules
from directory.choices import OnThoseDays, ServiceStatus, WhichDays
from directory.different_days import Different
from directory.service_elements import HOLIDAYS
from publishing import different
from publishing.render import Document

NOT_RUNNING: Final = "not-running"
"""The key of what is closed for now, whatever day it is."""

Times = list[list[int]] | None
_STOPPED: Final = frozenset(set(ServiceStatus.values) - {ServiceStatus.ACTIVE.value})


def of(full: Document, *links: Document) -> dict[str, Times]:
    """What is different of a service, or of it at some of its places."""
    records = [full, *links]
    elements = [e for record in records for e in record.get(HOLIDAYS.name, [])]
    rows = [row for record in records for row in different.regular(record)]
    out: dict[str, Times] = {}
    if full.get("status") in _STOPPED:
        out[NOT_RUNNING] = []
    holidays = [e for e in elements if e.get("days") == WhichDays.BANK_HOLIDAYS]
    if holidays:
        out[different.nation(full)] = _times(holidays)
    dated = [e for e in elements if e.get("days") == WhichDays.DATES]
    for day in {day for each in dated for day in different_days.days_of(each)}:
        out[day.isoformat()] = _times(different_days.on(dated, day, nation=""))
    for row in rows:
        out |= {day.isoformat(): [] for day in schedules.closed_dates(row)}
    return dict(sorted(out.items()))


def _times(elements: Iterable[Different]) -> Times:
    every = list(elements)
    if all(element.get("what") == OnThoseDays.USUAL for element in every):
        return None
    return sorted(
        list(schedules.day_minutes({n: each.get(n) for n in ("opens_at", "closes_at")}))
        for each in every
        if each.get("what") == OnThoseDays.TIMES
    )


def keys(day: dt.date) -> list[str]:
    """The keys that speak of a day: its own, and the nations whose bank holiday it is.

    What is said of a date counts more than what is said of bank holidays.
    """
    nations = sorted(bank_holidays.NATION_NAMES)
    return [
        day.isoformat(),
        *(each for each in nations if bank_holidays.is_one(each, day)),
    ]
