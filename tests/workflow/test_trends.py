"""The six figures month by month, from what was written at the time."""

import datetime as dt
import random
from typing import Any

import pytest

from common import clock
from tests import world
from tests.workflow.deciding import edit, page, report
from workflow import figures, trends
from workflow.actions import checking, listings, periodic
from workflow.actions.decisions import decide
from workflow.actions.place import hide_lapsed
from workflow.choices import Hidden, Method
from workflow.models import JobRun

pytestmark = pytest.mark.django_db

NAMES = [figure.slug for figure in figures.HEADLINES]


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def ago(**by: int) -> dt.datetime:
    return clock.now() - dt.timedelta(**by)


def then(place: world.Place, **by: int) -> dict[str, int | None]:
    return trends.at(place.policy, [ago(**by)])[0].values


def test_there_are_six() -> None:
    assert len(NAMES) == 6


def test_ends_of_months_are_the_last_instants_in_london() -> None:
    now = dt.datetime(2026, 5, 10, 12, tzinfo=clock.LONDON)

    ends = trends.ends_of_months(now, 4)

    assert [str(end) for end in ends] == [
        "2026-02-28 23:59:59.999999+00:00",
        "2026-03-31 23:59:59.999999+01:00",
        "2026-04-30 23:59:59.999999+01:00",
        "2026-05-10 12:00:00+01:00",
    ]


def test_now_is_what_the_figures_count(place: world.Place) -> None:
    """History and the stored columns agree, whatever was done in what order."""
    dice = random.Random(7)
    made = []
    for number in range(6):
        with clock.at(ago(days=dice.randint(5, 130))):
            made.append(world.published(place, name=f"Service {number}"))
    with clock.at(ago(days=3)):
        listings.hide_listing(
            by=place.assurer, listing_id=made[0].pk, because=Hidden.WITHDRAWN,
            reason="They asked.",
        )  # fmt: skip
        report(place, made[1])
        periodic.freshen(JobRun(name="freshen"))
    edit(place, made[2], fees="Free")
    world.check(place, made[3])
    with clock.at(clock.now() + dt.timedelta(days=9)):
        now = clock.now()
        found = figures.values(place.policy, now)

        assert trends.at(place.policy, [now], trends.TOLD)[0].values == {
            name: found[name] for name in trends.TOLD
        }


def test_what_was_due_then_is_told_by_the_checks(place: world.Place) -> None:
    with clock.at(ago(days=140)):
        world.published(place, name="Overdue then")
    with clock.at(ago(days=40)):
        world.published(place, name="In date then")
        edit(place, world.published(place, name="Waiting then"), fees="Free")
    world.published(place, name="New")

    assert then(place, days=30) == {
        "published": 3, "in-date": 2, "behind": 1, "waiting": 1, "late": 0,
        "checks": 2,
    }  # fmt: skip


def test_what_was_hidden_then_was_not_public(place: world.Place) -> None:
    with clock.at(ago(days=200)):
        listing = world.published(place)
    with clock.at(ago(days=50)):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Nobody answers.")
    world.check(place, listing)

    before, between = then(place, days=60), then(place, days=30)
    assert (before["published"], before["behind"]) == (1, 1)
    assert (between["published"], between["behind"]) == (0, 1)
    assert (then(place, days=0)["published"], then(place, days=0)["behind"]) == (1, 0)


def test_waiting_then_counts_what_was_decided_since(place: world.Place) -> None:
    with clock.at(ago(days=40)):
        proposal = edit(place, world.published(place), fees="Free")
    decide(by=place.assurer, proposal_id=proposal.pk,
           choices=world.accept_all(proposal))  # fmt: skip

    assert (then(place, days=30)["waiting"], then(place, days=0)["waiting"]) == (1, 0)


def test_a_check_that_was_undone_never_counted(place: world.Place) -> None:
    listing = world.published(place)
    check = checking.check_listing(
        by=place.assurer, listing_id=listing.pk, method=Method.CALL
    )
    checking.undo_check(by=place.assurer, assurance_id=check.pk)

    assert then(place, days=0)["checks"] == 1


def test_another_place_counts_nowhere(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    listing = world.published(other)
    edit(other, listing, fees="Free")

    assert then(place, days=0) == dict.fromkeys(NAMES, 0)


def test_a_young_place_begins_where_it_began(place: world.Place) -> None:
    last_month = clock.today().replace(day=1) - dt.timedelta(days=3)
    with clock.at(dt.datetime.combine(last_month, dt.time(12), tzinfo=clock.LONDON)):
        world.published(place)

    points = trends.of_place(place.policy, clock.now())

    assert [(p.day, p.values["published"]) for p in points] == [
        (clock.today().replace(day=1) - dt.timedelta(days=1), 1)
    ]


def test_twelve_months_cost_two_queries(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        world.published(place, name=f"Service {number}")

    with django_assert_num_queries(2):
        trends.at(place.policy, trends.ends_of_months(clock.now()))


def test_the_page_of_a_figure_ends_with_its_own_number(place: world.Place) -> None:
    with clock.at(ago(days=40)):
        world.published(place, name="Old")
    world.published(place, name="New")

    answer = page(place.lead, "figure", "published")

    first, *_, last = answer.context["months"]
    assert [cell["text"] for cell in first] == ["Now", "2"]
    assert last[1]["text"] == "1"
    assert answer.context["chart"].last.value == len(answer.context["rows"]) == 2
    assert answer.context["chart_words"].endswith("2 now; most 2 (Now).")
