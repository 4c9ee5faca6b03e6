"""The reminder ladder that a lead sets."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from common.errors import InvalidInput
from tests import world
from workflow import asking
from workflow.actions.ladders import save_ladder
from workflow.models import Policy

pytestmark = pytest.mark.django_db

OURS = [(-15, "first"), (0, "first"), (7, "second"), (10, "phone"), (28, "lead")]


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def ladder(place: world.Place, *, contracted: bool = False) -> list[tuple[int, str]]:
    found = asking.ladder_of(place.partnership, contracted=contracted)
    return [(step.days, step.to) for step in found]


def save(place: world.Place, *steps: tuple[int, str]) -> None:
    save_ladder(by=place.lead, place=place.partnership, contracted=False, steps=steps)


def test_place_has_the_default_until_it_sets_its_own(place: world.Place) -> None:
    before = ladder(place)
    save(place, (20, "phone"), (-20, "first"))
    own = ladder(place)
    save(place)

    assert (before, own, ladder(place)) == (
        OURS, [(-20, "first"), (20, "phone")], OURS,
    )  # fmt: skip
    event = AuditEvent.objects.filter(verb="ladder_set").order_by("id")[0]
    assert event.after == {
        "steps": [[-20, "first"], [20, "phone"]], "call_tries": 3,
    }  # fmt: skip


def test_ladder_under_a_contract_is_longer_and_apart(place: world.Place) -> None:
    save(place, (-20, "first"))

    assert ladder(place, contracted=True) == sorted([
        *OURS, (-5, "first"), (4, "first"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    "steps",
    [
        [(-10, "second")],
        [(-10, "first"), (-10, "phone")],
        [(-10, "first"), (5, "lead"), (9, "phone")],
        [(-61, "first")],
        [(-10, "first"), (5, "nobody")],
        [(day, "first") for day in range(9)],
    ],
)
def test_ladder_that_makes_no_sense_is_refused(
    place: world.Place, steps: list[tuple[int, str]]
) -> None:
    with pytest.raises(InvalidInput):
        save(place, *steps)


def test_lead_sets_it_on_a_page(place: world.Place) -> None:
    client = Client()
    client.force_login(place.lead)
    page = client.get("/lead/reminders/")
    typed = {
        "days_1": "12", "when_1": "before", "to_1": "first", "days_2": "", "to_2": "",
        "call_tries": "5",
    }  # fmt: skip

    answer = client.post("/lead/reminders/", typed)

    start = page.context["form"].initial
    assert [start[name] for name in ("days_1", "when_1", "call_tries")] == [
        15, "before", 3,
    ]  # fmt: skip
    assert (answer.status_code, ladder(place)) == (302, [(-12, "first")])
    assert Policy.objects.get(partnership=place.partnership).call_tries == 5


@pytest.mark.parametrize(
    ("half", "where"),
    [
        ({"days_2": "3", "to_2": ""}, "to_2"),
        ({"days_2": "", "to_2": "phone"}, "days_2"),
    ],
)
def test_half_a_step_is_asked_about_and_not_thrown_away(
    place: world.Place, half: dict[str, str], where: str
) -> None:
    client = Client()
    client.force_login(place.lead)
    before = ladder(place)

    answer = client.post("/lead/reminders/", {"days_1": "0", "to_1": "first", **half})

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [where])
    assert ladder(place) == before
