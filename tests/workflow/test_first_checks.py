"""The first checks of what was taken over, spread over what can be done: by the action
and by the page."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from accounts.models import AuditEvent
from tests import world
from tests.workflow.ageing import at
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from tests.workflow.town import from_source
from workflow.actions import listings
from workflow.actions.spreading import spread_first_checks
from workflow.first_checks import Plan
from workflow.models import Listing

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 6, 1)
PAGE = "/lead/first-checks/"


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def taken_over(place: world.Place, number: int, until: int = 90) -> list[Listing]:
    with at(MONDAY):
        made = [from_source(place, name=f"Service {n}") for n in range(number)]
        refused = listings.carry_over_listings(
            by=place.lead, listing_ids=[one.pk for one in made],
            until=MONDAY + dt.timedelta(days=until), reason="The old one ends.",
        )  # fmt: skip
    assert refused == {}
    return made


def days(made: list[Listing]) -> Counter[dt.date | None]:
    return Counter(world.fresh(one).first_due_on for one in made)


def spread(place: world.Place, per_week: int) -> Plan:
    with at(MONDAY):
        return spread_first_checks(
            by=place.lead, place=place.partnership, per_week=per_week
        )


def test_no_day_has_more_than_can_be_done_and_no_weekend_has_any(
    place: world.Place,
) -> None:
    made = taken_over(place, 12)

    plan = spread(place, 10)

    planned = days(made)
    assert max(planned.values()) <= 2
    assert {day.weekday() for day in planned if day} <= set(range(5))
    assert min(day for day in planned if day) > MONDAY
    assert plan.last
    assert plan.last <= MONDAY + dt.timedelta(days=90), "before any of them ends"
    assert (plan.days, plan.too_late) == (
        {one.pk: world.fresh(one).first_due_on for one in made}, 0,
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="first_checks_planned")
    assert event.after
    assert (event.after["records"], event.after["checks_per_week"]) == (12, 10)


def test_more_than_can_be_done_in_the_cycle_goes_beyond_it(
    place: world.Place,
) -> None:
    taken_over(place, 16)

    plan = spread(place, 1)

    assert plan.last
    assert plan.last > plan.cycle_end
    assert max(number for _, number in plan.weeks) == 1


def test_what_is_critical_comes_first(place: world.Place) -> None:
    made = taken_over(place, 6)
    Listing.objects.filter(pk=made[-1].pk).update(critical=True)

    spread(place, 5)

    first = min(day for day in days(made) if day)
    assert world.fresh(made[-1]).first_due_on == first


def test_what_falls_due_anyway_takes_its_part_of_a_day(place: world.Place) -> None:
    made = taken_over(place, 3)
    with at(MONDAY):
        known = world.published(place, name="Choir")
    tuesday = MONDAY + dt.timedelta(days=1)
    Listing.objects.filter(pk=known.pk).update(due_on=tuesday)

    spread(place, 5)

    assert tuesday not in days(made)


def test_planned_days_stay_and_what_came_in_since_gets_its_own(
    place: world.Place,
) -> None:
    early = taken_over(place, 3)
    spread(place, 5)
    before = days(early)
    late = taken_over(place, 2)

    plan = spread(place, 5)

    assert days(early) == before
    assert set(plan.days) == {one.pk for one in late}
    assert None not in days(late)
    assert spread(place, 5).days == {}


def test_plan_says_what_would_be_hidden_before_its_turn(place: world.Place) -> None:
    taken_over(place, 8, until=3)

    assert spread(place, 5).too_late > 0


def test_lead_sees_the_plan_before_it_is_made(place: world.Place) -> None:
    made = taken_over(place, 4)
    client = signed_in(place.lead)
    with at(MONDAY):
        empty = client.post(PAGE, {"checks": "", "hours": ""})
        both = client.post(PAGE, {"checks": "5", "hours": "2"})
        seen = client.post(PAGE, {"checks": "5"})
        before = days(made)
        saved = client.post(PAGE, {"checks": "5", "step": "save"}, follow=True)

    assert "Fill in one of the two." in text(empty)
    assert "Fill in one of the two and leave the other empty." in text(both)
    assert sum(int(row[1]["text"]) for row in seen.context["rows"]) == 4
    assert before == {None: 4}
    assert None not in days(made)
    assert "4 first checks planned, the last on" in text(saved)


def test_hours_are_reckoned_into_checks(place: world.Place) -> None:
    taken_over(place, 1)
    with at(MONDAY):
        seen = signed_in(place.lead).post(PAGE, {"hours": "2"})

    form = seen.context["form"]
    assert seen.context["plan"].per_week == 2 * form.people * 60 // form.each
