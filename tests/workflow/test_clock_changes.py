"""The jobs in the nights in which the clocks change, and around the end of a month.

They run at full hours of UTC, and twice, as two beats would have it. A day is a day in
London: one has 23 hours, one 25, and in summer it begins an hour before that of UTC.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from accounts.models import AuditEvent, Message
from common import clock
from tests import world
from tests.workflow.ageing import LONG
from tests.workflow.asking_scene import due
from tests.workflow.town import many
from workflow.actions import asking_run, periodic
from workflow.choices import Stage
from workflow.models import Ask, AskedListing, JobRun

HOUR = dt.timedelta(hours=1)
DAYS = [
    dt.date(2026, 3, 29),  # 23 hours
    dt.date(2026, 10, 25),  # 25 hours
    dt.date(2026, 7, 1),  # begins at 23:00 in UTC, in June
    dt.date(2028, 2, 29),
    dt.date(2027, 1, 1),  # a bank holiday
]


def hours_of(day: dt.date) -> Iterator[dt.datetime]:
    """Each full hour of UTC that begins a day in London, the hour before it, and the
    hour after it."""
    now = dt.datetime.combine(day, dt.time(), tzinfo=clock.LONDON).astimezone(dt.UTC)
    after = dt.datetime.combine(
        day + dt.timedelta(days=1), dt.time(), tzinfo=clock.LONDON
    )
    now -= HOUR
    while now <= after.astimezone(dt.UTC):
        yield now
        now += HOUR


def through(day: dt.date, job: Callable[[JobRun], None]) -> list[int]:
    """Run a job twice at each hour at which anything could begin or come again; how
    much each run did."""
    done = []
    for now in hours_of(day):
        if now.astimezone(clock.LONDON).hour not in (23, 0, 1, 2, 9):
            continue
        with clock.at(now):
            done += [periodic.run_job("job", job).done for _ in range(2)]
    return done


def test_days_have_as_many_hours_as_they_have() -> None:
    assert [len(list(hours_of(day))) - 2 for day in DAYS] == [23, 25, 24, 24, 24]


@pytest.mark.parametrize("day", DAYS)
def test_record_lapses_once_at_the_beginning_of_its_day(
    place: world.Place, day: dt.date
) -> None:
    (listing,) = many(place, 1, due_on=day - dt.timedelta(days=28))
    many(place, 30, due_on=max(LONG, day + dt.timedelta(days=400)))

    done = through(day, periodic.freshen)

    # Neither run of the hour before midnight, the first one of the day, no other.
    assert done == [0, 0, 1, *[0] * (len(done) - 3)]
    assert world.fresh(listing).stage == Stage.UNPUBLISHED
    (event,) = AuditEvent.objects.filter(verb="listing_hidden")
    assert clock.london_day(event.at) == day


@pytest.mark.parametrize("day", DAYS)
def test_provider_is_asked_once_on_the_first_day_and_after_nine(
    place: world.Place, day: dt.date
) -> None:
    due(place, day + dt.timedelta(days=15))
    place.policy.working_days = list(range(7))
    place.policy.nation = ""
    place.policy.save()

    done = through(day, asking_run.ask_everybody)

    assert (done[:3], sum(done)) == ([0, 0, 1], 1)
    (line,) = AskedListing.objects.all()
    assert (line.step, line.ask.asked_on) == (-15, day)
    (mail,) = Message.objects.filter(kind="ask")
    goes = mail.send_after.astimezone(clock.LONDON)
    assert (goes.date(), goes.time()) == (day, dt.time(9))


@pytest.mark.parametrize("day", DAYS)
def test_link_works_for_45_times_24_hours(place: world.Place, day: dt.date) -> None:
    """Also where a day less or an hour more lies between."""
    due(place, day - dt.timedelta(days=5))
    place.policy.working_days = list(range(7))
    place.policy.nation = ""
    place.policy.save()
    asked_at = dt.datetime.combine(
        day - dt.timedelta(days=20), dt.time(1, 30), tzinfo=clock.LONDON
    ).astimezone(dt.UTC)
    with clock.at(asked_at):
        periodic.run_job("ask", asking_run.ask_everybody)

    (ask,) = Ask.objects.all()
    assert ask.expires_at == asked_at + dt.timedelta(days=45)
