"""Whom another ladder would ask is whom it then asks."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Message
from common.errors import InvalidInput
from tests import world
from tests.workflow.asking_scene import MONDAY, at, due, falls_due, run
from tests.workflow.leading import signed_in
from tests.workflow.pages import filled_in, text
from workflow import ladder_previewing, standing_counts
from workflow.actions.ladders import save_ladder
from workflow.ladder_previewing import Preview
from workflow.models import (
    Ask,
    AskedListing,
    AssuranceLevel,
    Call,
    CalledListing,
    ContactPoint,
    LadderStep,
    Listing,
    Policy,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
Steps = Sequence[tuple[int, str]]
EARLY: Steps = ((-40, "first"), (-20, "second"), (-3, "phone"), (5, "lead"))
LADDERS: tuple[Steps, ...] = (
    (),
    EARLY,
    ((0, "first"),),
    ((-10, "first"), (-9, "first"), (2, "second"), (9, "phone"), (12, "lead")),
)


@pytest.fixture
def place(old_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = old_place.partnership.slug
    return old_place


@pytest.fixture
def crowd(place: world.Place) -> None:
    """Records due on many days: with two mailboxes, with one, with none, kept on the
    telephone; some asked before, of two something was heard lately."""
    falls_due(place, MONDAY + 15 * DAY)
    for days in (-60, -29, -8, 0, 2, 11, 14, 16, 30, 44, 50):
        # Each of an organization of its own, so that no mail takes anything along.
        due(place, MONDAY + days * DAY, name=f"Club {days}", run_by=None)
    for days, said in ((38, -20), (14, -10)):
        heard = due(place, MONDAY + days * DAY, name=f"Heard {days}", run_by=None)
        said_on = MONDAY + said * DAY
        Listing.objects.filter(pk=heard.pk).update(confirmed_on=said_on)
    run(MONDAY - 5 * DAY)
    run(MONDAY - 3 * DAY)
    two, none, rung = (
        str(Listing.objects.get(title=f"Club {days}").organization_id)
        for days in (11, -8, 2)
    )
    ContactPoint.objects.create(
        partnership=place.partnership, organization_id=two,
        position=2, email="chair@club.example", by_hand=True,
    )  # fmt: skip
    first = ContactPoint.objects.filter(position=1, organization_id=none)
    assert first.update(email="", by_hand=True)
    assert AssuranceLevel.objects.filter(organization_id=rung).delete()[0]


def preview(place: world.Place, steps: Steps, **said: Any) -> Preview:
    with at(MONDAY):
        return ladder_previewing.preview(
            place.partnership, lambda: save(place, steps, **said),
            tries=said.get("call_tries", 3),
        )  # fmt: skip


def save(place: world.Place, steps: Steps, **said: Any) -> None:
    save_ladder(
        by=place.lead, place=place.partnership, contracted=False, steps=steps, **said
    )


def numbers(found: Preview, when: str) -> list[int]:
    month = (found.written_in_month, found.rung_in_month, found.told_in_month)
    return [getattr(one, when) for one in (found.mails, found.rung, found.told, *month)]


def happened() -> list[int]:
    """The same of what was asked from the first day on, after thirty days of runs."""
    before = Counter(AskedListing.objects.values_list("ask__channel", flat=True))
    mails = Ask.objects.filter(channel="mail").count()
    run(MONDAY)
    first = Counter(AskedListing.objects.values_list("ask__channel", flat=True))
    sent = Ask.objects.filter(channel="mail").count() - mails
    for days in range(1, ladder_previewing.DAYS):
        run(MONDAY + days * DAY)
    after = Counter(AskedListing.objects.values_list("ask__channel", flat=True))
    channels = ("mail", "phone", "lead")
    return [
        sent, first["phone"] - before["phone"], first["lead"] - before["lead"],
        *(after[one] - before[one] for one in channels),
    ]  # fmt: skip


@pytest.mark.parametrize("steps", LADDERS)
def test_what_is_foretold_is_what_happens(
    place: world.Place, crowd: None, steps: Steps
) -> None:
    found = preview(place, steps)
    with at(MONDAY):
        save(place, steps)

    assert numbers(found, "then") == happened()


@pytest.mark.parametrize("steps", LADDERS)
def test_next_run_of_a_large_place_is_foretold_without_planning_it(
    place: world.Place, crowd: None, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_counts, "LARGE", 0)
    monkeypatch.delattr(ladder_previewing, "plan_of")
    found = preview(place, steps)
    with at(MONDAY):
        save(place, steps)

    assert found.is_reckoned
    # Each is of an organization of its own: as many records as mails.
    assert numbers(found, "then") == happened()


def test_what_is_said_of_now_is_what_happens_without_a_change(
    place: world.Place, crowd: None
) -> None:
    found = preview(place, EARLY)

    assert numbers(found, "now") == happened()
    assert min(numbers(found, "now")[3:]) > 0
    assert all(one.more for one in (found.mails, found.written_in_month))
    assert found.rung_in_month.more


def test_nothing_of_it_is_kept(place: world.Place, crowd: None) -> None:
    kinds = (AuditEvent, Message, Ask, AskedListing, ContactPoint, LadderStep)
    due(place, MONDAY + DAY, name="Never asked", run_by=None)
    before = [kind.objects.count() for kind in kinds]

    preview(place, EARLY)

    assert [kind.objects.count() for kind in kinds] == before


def test_ladder_that_makes_no_sense_is_not_shown(place: world.Place) -> None:
    with pytest.raises(InvalidInput):
        preview(place, [(-10, "second")])


def test_calls_are_shown_for_each_assurer(place: world.Place, crowd: None) -> None:
    (calls,) = preview(place, EARLY).calls

    assert (calls.name, calls.people) == (place.remit.name, 2)
    assert (calls.each.now, calls.each.then) == (
        -(-calls.number.now // 2), -(-calls.number.then // 2),
    )  # fmt: skip
    assert calls.number.more


def test_next_run_is_on_the_next_working_day(place: world.Place) -> None:
    Policy.objects.update(closed_days=[MONDAY, MONDAY + DAY])
    place.partnership.refresh_from_db()
    falls_due(place, MONDAY + 17 * DAY)

    found = preview(place, EARLY)

    assert (found.next_on, found.mails.now) == (MONDAY + 2 * DAY, 1)


def test_place_that_is_closed_for_long_asks_nobody(place: world.Place) -> None:
    Policy.objects.update(closed_days=[MONDAY + n * DAY for n in range(40)])
    place.partnership.refresh_from_db()
    falls_due(place, MONDAY)

    found = preview(place, EARLY)

    assert (found.next_on, found.does_nothing) == (None, True)


def test_lead_sees_what_goes_to_them_with_fewer_calls(
    place: world.Place, crowd: None
) -> None:
    for days in range(-2, 1):
        run(MONDAY + days * 7 * DAY + 14 * DAY)
    listed = AskedListing.objects.filter(ask__channel="phone").order_by("pk")
    assert len(listed) > 1
    contact = listed[0].ask.contact
    assert contact is not None
    call = Call.objects.create(
        partnership=place.partnership, contact=contact,
        called_by=place.assurer, outcome="no_answer",
    )  # fmt: skip
    CalledListing.objects.create(call=call, asked=listed[0])

    two, one = (preview(place, (), call_tries=tries).nearly for tries in (2, 1))

    assert (two.now, two.then, one.now, one.then) == (0, 1, 0, len(listed))


def test_preview_asks_as_much_for_two_records_as_for_six(place: world.Place) -> None:
    counts = []
    for days in (3, 5, 9):
        for number in range(2):
            due(place, MONDAY + days * DAY, name=f"Club {days} {number}", run_by=None)
        with CaptureQueriesContext(connection) as queries:
            preview(place, EARLY)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_page_shows_what_would_follow(place: world.Place, crowd: None) -> None:
    client = signed_in(place.lead)
    with at(MONDAY):
        page = client.get("/lead/reminders/")
        typed = {"days_1": "40", "days_2": "", "to_2": ""}
        answer = client.post("/lead/reminders/", filled_in(page, **typed))

    found = answer.context["preview"]
    assert answer.status_code == 200
    assert [row[1]["text"] for row in answer.context["month_rows"]] == [
        str(n) for n in numbers(found, "now")[3:]
    ]
    assert "The next run is on 1 June 2026." in text(answer)


def test_page_says_that_areas_of_work_whose_part_stays_are_not_listed(
    place: world.Place, crowd: None
) -> None:
    client = signed_in(place.lead)
    with at(MONDAY):
        page = client.get("/lead/reminders/")
        answer = client.post("/lead/reminders/", filled_in(page, days_4="25"))

    assert [row[0]["text"] for row in answer.context["call_rows"]] == [
        place.remit.name
    ]  # fmt: skip
    assert "Only the areas of work whose part changes are listed" in text(answer)
