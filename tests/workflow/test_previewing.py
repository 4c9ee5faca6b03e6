"""What a change of the policy would do is what it then does."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from common import clock
from directory.freshness import add_months
from tests import world
from tests.workflow.ageing import TODAY, at, run
from tests.workflow.leading import signed_in
from tests.workflow.pages import filled_in, text
from workflow import figures, hours, lapsing, previewing
from workflow.actions import place as places
from workflow.choices import Grade, Hidden, Stage
from workflow.models import Listing, Policy
from workflow.periods import Row

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def crowd(place: world.Place) -> list[Listing]:
    """Records checked on many days, of two types, one critical, one hidden."""
    music, food = world.term("Music"), world.term("Food")
    kinds = (music, food)
    made = []
    for number, days in enumerate((5, 40, 66, 70, 80, 92, 100, 108, 118, 125)):
        with at(TODAY - dt.timedelta(days=days)):
            listing = world.published(place, name=f"Club {number}")
        Listing.objects.filter(pk=listing.pk).update(
            term_ids=[kinds[number % 2].pk], critical=number == 7, area="ZZ1"
        )
        made.append(listing)
    with at(TODAY - dt.timedelta(days=121)):
        made.append(world.published(place, name="Club 10"))
    places_allowing(place)
    run(TODAY)
    return made


def places_allowing(place: world.Place) -> None:
    """So few records are never too much to hide."""
    places.save_policy(
        by=place.lead, place=place.partnership, values={"stop_percent": 100}
    )


def policy_of(place: world.Place) -> Policy:
    return Policy.objects.select_related("partnership").get(
        partnership=place.partnership
    )


def grades(place: world.Place) -> list[int]:
    policy = policy_of(place)
    public = figures.listings(policy).filter(figures.PUBLIC)
    return [
        public.filter(figures.graded(policy, grade, TODAY)).count()
        for grade in Grade
    ]  # fmt: skip


def hidden(place: world.Place) -> int:
    return Listing.objects.filter(
        partnership=place.partnership, hidden_because=[Hidden.LAPSED]
    ).count()


CHANGES: tuple[dict[str, Any], ...] = (
    {"period_months": 2},
    {"lapsed_days": 40, "overdue_days": 20},
    {"grace_days": 20},
    {"when_lapsed": "warn"},
    {"due_soon_days": 30, "overdue_days": 2, "lapsed_days": 3},
    {"period_rules": [Row(2, critical=True)]},
)


@pytest.mark.parametrize("values", CHANGES)
def test_what_is_foretold_is_what_happens(
    place: world.Place, crowd: list[Listing], values: dict[str, Any]
) -> None:
    before = {x.pk: x.due_on for x in Listing.objects.all()}
    with at(TODAY):
        foretold = previewing.preview(policy_of(place), values, TODAY)
    assert [g.now for g in foretold.grades] == grades(place)
    policy = policy_of(place)
    public = figures.listings(policy).filter(figures.PUBLIC).count()
    assert sum(g.now for g in foretold.grades) == public
    gone = hidden(place)

    with at(TODAY):
        places.save_policy(by=place.lead, place=place.partnership, values=values)
    assert [g.then for g in foretold.grades] == grades(place)
    moved = [(before[x.pk], x.due_on) for x in Listing.objects.all()]
    assert foretold.earlier == sum(bool(a and b and b < a) for a, b in moved)
    assert foretold.later == sum(bool(a and b and b > a) for a, b in moved)
    run(TODAY)

    assert hidden(place) == gone - foretold.back + foretold.hidden
    left = lapsing.verdict(policy_of(place), TODAY).left
    assert foretold.left.then == len(left)
    assert foretold.scope == ""


def test_the_changes_above_do_all_there_is_to_foretell(
    place: world.Place, crowd: list[Listing]
) -> None:
    """Or equality would say nothing."""
    policy = policy_of(place)
    with at(TODAY):
        found = [previewing.preview(policy, values, TODAY) for values in CHANGES]
    assert max(p.earlier for p in found) > 1
    assert max(p.hidden for p in found) > 1
    assert max(p.back for p in found) >= 1
    assert max(p.left.more for p in found) >= 1
    assert any(g.more for p in found for g in p.grades)


def test_a_run_that_would_stop_is_foretold(place: world.Place) -> None:
    for number in range(3):
        with at(TODAY - dt.timedelta(days=95)):
            world.published(place, name=f"Club {number}")
    with at(TODAY):
        foretold = previewing.preview(policy_of(place), {"period_months": 2}, TODAY)
        places.save_policy(
            by=place.lead, place=place.partnership, values={"period_months": 2}
        )
    run(TODAY)

    assert (foretold.hidden, foretold.scope) == (3, "the whole place")
    assert Listing.objects.filter(stage=Stage.PUBLISHED).count() == 3


def test_work_is_checks_a_month_for_each_area_of_work(place: world.Place) -> None:
    for number in range(6):
        with at(TODAY - dt.timedelta(days=30)):
            world.published(place, name=f"Club {number}")

    with at(TODAY):
        (work,) = previewing.preview(policy_of(place), {"period_months": 2}, TODAY).work

    assert (work.name, work.people) == (place.remit.name, 2)
    assert (work.month.now, work.month.then) == (2, 3)
    due = [add_months(TODAY - dt.timedelta(days=30), n) for n in (3, 2)]
    soon = TODAY + dt.timedelta(days=30)
    assert (work.soon.now, work.soon.then) == tuple(6 * (day <= soon) for day in due)
    each = hours.minutes_of_check(place.policy)
    assert (work.minutes.now, work.minutes.then) == (2 * each, 3 * each)
    assert work.minutes_each.then == 3 * each // 2


def test_preview_asks_as_much_for_two_records_as_for_six(place: world.Place) -> None:
    counts = []
    for days in (95, 100, 105):
        for number in range(2):
            with at(TODAY - dt.timedelta(days=days)):
                world.published(place, name=f"Club {days} {number}")
        with at(TODAY), CaptureQueriesContext(connection) as queries:
            previewing.preview(policy_of(place), {"period_months": 2}, TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


# --- the page -------------------------------------------------------------------------


def test_policy_is_shown_before_it_is_saved(place: world.Place) -> None:
    world.published(place)
    client = signed_in(place.lead)
    data = filled_in(client.get("/lead/policy/"), period_months="2")

    answer = client.post("/lead/policy/", data)

    assert answer.status_code == 200
    assert policy_of(place).period_months == 3
    assert "1 record falls due earlier than now." in text(answer)
    words = [row[0]["text"] for row in answer.context["grade_rows"]]
    assert words[:3] == ["Not due yet", "Due soon", "Due now"]
    saved = client.post("/lead/policy/", {**filled_in(answer), "step": "save"})
    assert (saved.status_code, policy_of(place).period_months) == (302, 2)
    assert Listing.objects.get().due_on == add_months(clock.today(), 2)


def test_policy_can_be_changed_again_from_the_preview(place: world.Place) -> None:
    client = signed_in(place.lead)
    data = filled_in(client.get("/lead/policy/"), report_days="4")
    preview = client.post("/lead/policy/", data)

    answer = client.post("/lead/policy/", {**filled_in(preview), "step": "edit"})

    assert answer.context["form"]["report_days"].value() == "4"
    assert policy_of(place).report_days == 2


def test_policy_is_not_saved_over_what_somebody_else_saved_meanwhile(
    place: world.Place,
) -> None:
    client = signed_in(place.lead)
    ticked = dict.fromkeys(
        ("publish_at_once", "trusted_assures_own", "correct_and_check"), "on"
    )
    data = filled_in(client.get("/lead/policy/"), report_days="4", **ticked)
    preview = client.post("/lead/policy/", data)
    places.save_policy(
        by=place.lead, place=place.partnership, values={"report_days": 5}
    )

    answer = client.post("/lead/policy/", {**filled_in(preview), "step": "save"})

    assert (answer.status_code, policy_of(place).report_days) == (409, 5)
    assert "Somebody else has changed the policy meanwhile" in text(answer)
    # What is different from the other's is shown, and may then be saved.
    again = client.post("/lead/policy/", filled_in(answer, **ticked))
    (different,) = again.context["differences"]
    assert (different.now, different.then) == ("5", "4")
    saved = client.post("/lead/policy/", {**filled_in(again), "step": "save"})
    assert (saved.status_code, policy_of(place).report_days) == (302, 4)


def test_policy_that_is_sent_twice_is_saved_once(place: world.Place) -> None:
    client = signed_in(place.lead)
    data = filled_in(client.get("/lead/policy/"), report_days="4")
    sent = {**filled_in(client.post("/lead/policy/", data)), "step": "save"}

    said = [text(client.post("/lead/policy/", sent, follow=True)) for _ in range(2)]

    assert ["The policy is saved and holds from now on." in one for one in said] == [
        True, True,
    ]  # fmt: skip
    assert (policy_of(place).report_days, policy_of(place).version) == (4, 2)
    assert AuditEvent.objects.filter(verb="policy_changed").count() == 1
