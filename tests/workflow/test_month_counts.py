"""What is kept of the months that are over is what a plain count of the rows gives."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import edit, page, query_count, report
from workflow import figures, trends
from workflow.actions import counting, listings, periodic
from workflow.actions.telling import UNDO
from workflow.choices import Hidden
from workflow.models import JobRun, MonthCount, Policy

pytestmark = pytest.mark.django_db


def ago(**by: int) -> dt.datetime:
    return clock.now() - dt.timedelta(**by)


@pytest.fixture
def place(settings: Any) -> world.Place:
    """A place with half a year behind it in which everything happened."""
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    dice = random.Random(3)
    services = []
    for number in range(4):
        with clock.at(ago(days=dice.randint(70, 190))):
            services.append(world.published(made, name=f"Service {number}"))
    with clock.at(ago(days=65)):
        listings.hide_listing(
            by=made.assurer, listing_id=services[0].pk, because=Hidden.WITHDRAWN,
            reason="They asked.",
        )  # fmt: skip
        report(made, services[1])
        edit(made, services[2], fees="Free")
        world.check(made, services[3])
    return made


def plain(policy: Policy) -> dict[dt.date, dict[str, int | None]]:
    """Every month that is over, counted from the rows one by one."""
    ends = trends.wanted(policy, clock.now())
    return {
        p.day: p.values for end in ends for p in trends.at(policy, [end], trends.TOLD)
    }


def stored(policy: Policy) -> dict[dt.date, dict[str, int | None]]:
    found: dict[dt.date, dict[str, int | None]] = {}
    rows = MonthCount.objects.filter(figure__in=trends.TOLD)
    for row in rows.filter(partnership=policy.partnership_id):
        found.setdefault(row.day, {})[row.figure] = row.number
    return found


def test_each_figure_is_told_by_the_past_or_kept() -> None:
    assert sorted((*trends.TOLD, *trends.KEPT)) == sorted(figures.BY_SLUG)


def test_what_only_today_can_tell_is_kept_right_after_the_month(
    place: world.Place,
) -> None:
    month = clock.today().replace(day=1)
    midnight = dt.datetime.combine(month, dt.time(), tzinfo=clock.LONDON)
    with clock.at(midnight + dt.timedelta(hours=1)):
        counting.count_months(place.policy, clock.now())
        found = figures.of_slugs(trends.KEPT, place.policy, clock.now())

    rows = MonthCount.objects.filter(figure__in=trends.KEPT)
    days = {month - dt.timedelta(days=1)}
    assert {row.day for row in rows} == days
    assert {row.figure: row.number for row in rows} == found


def test_kept_numbers_are_those_of_a_plain_count(place: world.Place) -> None:
    assert counting.count_months(place.policy, clock.now()) > 1

    assert stored(place.policy) == plain(place.policy)


def test_pages_show_what_a_plain_count_gives_kept_or_not(place: world.Place) -> None:
    def months() -> list[list[str]]:
        rows = page(place.lead, "figure", "published").context["months"]
        return [[cell["text"] for cell in row] for row in rows]

    before = months()
    counting.count_months(place.policy, clock.now())

    assert months() == before
    assert len(before) == len(plain(place.policy)) + 1


def test_nothing_is_counted_twice(place: world.Place) -> None:
    counting.count_months(place.policy, clock.now())
    first = list(MonthCount.objects.order_by("pk").values())

    assert counting.count_months(place.policy, clock.now()) == 0
    assert list(MonthCount.objects.order_by("pk").values()) == first


def test_the_job_counts_what_is_missing(place: world.Place) -> None:
    counting.count_months(place.policy, clock.now())
    whole = stored(place.policy)
    MonthCount.objects.filter(figure="late").delete()

    periodic.freshen(JobRun(name="freshen"))

    assert stored(place.policy) == whole


def test_lost_numbers_are_made_again(place: world.Place, capsys: Any) -> None:
    counting.count_months(place.policy, clock.now())
    whole = stored(place.policy)
    MonthCount.objects.update(number=99)

    call_command("recount_months")

    assert stored(place.policy) == whole
    assert capsys.readouterr().out == f"Testham: {len(whole)} months counted.\n"


def test_a_new_policy_is_counted_anew(place: world.Place) -> None:
    counting.count_months(place.policy, clock.now())
    Policy.objects.filter(pk=place.policy.pk).update(overdue_days=1)
    place.policy.refresh_from_db()

    told = trends.of_place(place.policy, clock.now(), trends.TOLD)
    shown = {p.day: p.values for p in told}
    counting.count_months(place.policy, clock.now())

    assert stored(place.policy) == shown == plain(place.policy)


def test_the_last_minutes_of_a_month_are_waited_for(place: world.Place) -> None:
    """A check can be undone for ten minutes, and then never was."""
    month = clock.today().replace(day=1)
    midnight = dt.datetime.combine(month, dt.time(), tzinfo=clock.LONDON)
    last = month - dt.timedelta(days=1)

    counting.count_months(place.policy, midnight + UNDO - dt.timedelta(seconds=1))
    early = last in stored(place.policy)
    counting.count_months(place.policy, midnight + UNDO + dt.timedelta(seconds=1))

    assert (early, last in stored(place.policy)) == (False, True)


def test_another_place_has_its_own(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    with clock.at(ago(days=70)):
        world.published(other)
    counting.count_months(place.policy, clock.now())
    counting.count_months(other.policy, clock.now())

    assert stored(other.policy) == plain(other.policy)
    assert stored(place.policy) == plain(place.policy)


def test_kept_months_cost_the_page_one_query(place: world.Place) -> None:
    """One instead of the two that count; as many with twelve months as with one."""
    url = reverse("workflow:lead")
    before = query_count(place.lead, url)
    counting.count_months(place.policy, clock.now())

    assert query_count(place.lead, url) == before - 2
