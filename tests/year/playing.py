"""Playing a year a day at a time: the jobs of a morning, then what people do.

Every morning what the jobs did is compared with what ``expected`` works out from the
rows that stood before; every month the lead's figures with what ``recount`` makes of
the audit trail.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts import audit
from accounts.models import AuditEvent, Partnership
from common import clock
from tests.year import people
from tests.year.expected import Morning
from tests.year.recount import disagreements
from workflow.choices import Hidden
from workflow.models import AskedListing, HidingStop, Listing

HOUR = dt.time(10)


@dataclass
class Year:
    """What came of it, counted."""

    days: int = 0
    did: people.Tally = field(default_factory=people.Tally)
    asked: Counter[str] = field(default_factory=Counter)
    hidden: int = 0
    stopped: int = 0
    ended: int = 0


def play(
    days: int, jobs: Callable[[], None], in_a_year: int, say: Callable[[str], None]
) -> Year:
    """Live so many days from tomorrow on. ``jobs`` runs what a morning runs."""
    year, first = Year(), clock.today()
    for number in range(1, days + 1):
        day = first + dt.timedelta(days=number)
        _one_day(year, day, jobs, in_a_year)
        if day.day == 1 or number == days:
            _agrees_with_the_trail()
            say(f"{day}: {year}")
    return year


def _one_day(
    year: Year, day: dt.date, jobs: Callable[[], None], in_a_year: int
) -> None:
    now = dt.datetime.combine(day, HOUR, tzinfo=clock.LONDON)
    before = [
        Morning(place, now, day) for place in Partnership.objects.order_by("slug")
    ]
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    asked_before = set(AskedListing.objects.values_list("pk", flat=True))
    clock.move_to(now)
    jobs()
    rows = AskedListing.objects.exclude(pk__in=asked_before)
    for morning in before:
        _compare(year, morning, rows, last)
    people.live_a_day(year.did, in_a_year)
    year.days += 1


def _compare(year: Year, morning: Morning, rows: Any, last: int) -> None:
    place, day = morning.place, morning.day
    asked = {
        (listing, step, how if how in ("phone", "lead") else "mail")
        for listing, step, how in rows.filter(
            listing__partnership=place
        ).values_list("listing", "step", "ask__channel")
    }  # fmt: skip
    _equal(day, "asked", asked, morning.asked())
    hide, stops = morning.hidden()
    _equal(day, "lapsed", _gone(place, last, Hidden.LAPSED), hide)
    ended = _gone(place, last, Hidden.CARRIED_OVER_ENDED)
    _equal(day, "ended", ended, morning.ended())
    waits = HidingStop.objects.filter(partnership=place, decided_at=None).exists()
    assert waits == stops, (day, place, waits, stops)
    year.asked.update(how for _, _, how in asked)
    year.hidden += len(hide)
    year.stopped += stops
    year.ended += len(ended)


def _gone(place: Partnership, last: int, why: str) -> set[Any]:
    """What the jobs hid since, by the audit trail, for a reason."""
    found = AuditEvent.objects.filter(
        partnership_id=place.pk, verb="listing_hidden", pk__gt=last,
        actor_label=audit.SYSTEM,
    )  # fmt: skip
    return {event.object_id for event in found if why in (event.after or [])}


def _agrees_with_the_trail() -> None:
    """The lead's figures are those that the audit trail tells."""
    for place in Partnership.objects.order_by("slug"):
        assert (place, disagreements(place, clock.now())) == (place, {})


def _equal(day: dt.date, what: str, there: set[Any], wanted: set[Any]) -> None:
    if there == wanted:
        return
    names = dict(Listing.objects.values_list("pk", "title"))

    def said(rows: set[Any]) -> list[str]:
        return sorted(
            str((names.get(row), row) if not isinstance(row, tuple)
                else (names.get(row[0]), *row[1:]))
            for row in rows
        )  # fmt: skip

    raise AssertionError(
        f"{day}, {what}: too many {said(there - wanted)}, "
        f"missing {said(wanted - there)}"
    )
