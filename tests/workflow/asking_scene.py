"""A place with records that come due, and the run that asks about them."""

import datetime as dt
import re
from typing import Any

from accounts.models import Message
from common import clock
from tests import world
from workflow.actions import asking_run, periodic
from workflow.choices import Level
from workflow.models import AssuranceLevel, JobRun, Listing
from workflow.tasks import send_mail

MONDAY = dt.date(2026, 6, 1)
"""A working day."""
CHECKED_BEFORE = dt.timedelta(days=92)
"""How long before its due day a record was checked."""


def at(day: dt.date, hour: int = 10) -> Any:
    """Let it be ten in the morning of a day."""
    return clock.at(dt.datetime.combine(day, dt.time(hour), tzinfo=clock.LONDON))


def monitored(place: world.Place, listing: Listing) -> Listing:
    """Let its organization keep its own records, so that it is asked."""
    AssuranceLevel.objects.update_or_create(
        partnership=place.partnership,
        organization_id=str(listing.organization_id),
        defaults={"level": Level.MONITORED, "reason": "They keep it."},
    )
    return listing


def due(place: world.Place, due_on: dt.date, **values: Any) -> Listing:
    """A public record of an organization that keeps its own, due on a day."""
    with at(due_on - CHECKED_BEFORE):
        listing = monitored(place, world.published(place, **values))
    return _fall_due(listing, due_on)


def long_ago() -> world.Place:
    """A place whose public service is older than all the days of these tests, and not
    due; its organization keeps its own."""
    with at(MONDAY - dt.timedelta(days=365)):
        place = world.stocked()
    assert place.ready is not None
    monitored(place, place.ready)
    Listing.objects.filter(pk=place.ready.pk).update(due_on=None)
    return place


def falls_due(place: world.Place, due_on: dt.date) -> Listing:
    """The public service of such a place, due on a day."""
    assert place.ready is not None
    return _fall_due(place.ready, due_on)


def _fall_due(listing: Listing, due_on: dt.date) -> Listing:
    Listing.objects.filter(pk=listing.pk).update(
        due_on=due_on, assured_on=due_on - CHECKED_BEFORE
    )
    return world.fresh(listing)


def run(day: dt.date) -> JobRun:
    """One run of the job on a day."""
    with at(day):
        return periodic.run_job("ask", asking_run.ask_everybody)


def sent(day: dt.date) -> None:
    """Send what waits."""
    with at(day):
        send_mail()


def mails() -> list[Message]:
    """The mails that ask, oldest first."""
    return list(Message.objects.filter(kind="ask").order_by("created_at", "pk"))


def link_in(message: Message) -> str:
    """The address of the answer page in a mail that has not gone out."""
    found = re.search(r"https?://[^/\s]+(/answer/[^\s]+)", message.words)
    assert found is not None
    return found[1]
