"""The reminder ladder that a lead sets."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from common.errors import InvalidInput
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import filled_in, text
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


PAGE = "/lead/reminders/"


def typed(page: Any, **said: str) -> dict[str, Any]:
    """What the page would send with one step, some of it typed over."""
    empty = {f"{name}_{n}": "" for n in range(1, 9) for name in ("days", "to")}
    first = {"days_1": "12", "when_1": "before", "to_1": "first"}
    return filled_in(page, **{**empty, **first, **said})


def test_lead_sets_it_on_a_page(place: world.Place) -> None:
    client = signed_in(place.lead)
    page = client.get(PAGE)

    preview = client.post(PAGE, typed(page, call_tries="5"))
    before = ladder(place)
    answer = client.post(PAGE, {**filled_in(preview), "step": "save"})

    start = page.context["form"].initial
    assert [start[name] for name in ("days_1", "when_1", "call_tries")] == [
        15, "before", 3,
    ]  # fmt: skip
    assert (preview.status_code, before) == (200, OURS)
    assert (answer.status_code, ladder(place)) == (302, [(-12, "first")])
    assert Policy.objects.get(partnership=place.partnership).call_tries == 5


def test_page_before_saving_says_what_changes(place: world.Place) -> None:
    client = signed_in(place.lead)

    answer = client.post(PAGE, typed(client.get(PAGE), call_tries="5"))

    context = answer.context
    assert context["now"] == [
        "15 days before: the first contact", "On the day: the first contact",
        "7 days after: the second contact", "10 days after: the assurer's phone list",
        "28 days after: the lead",
    ]  # fmt: skip
    assert context["then"] == ["12 days before: the first contact"]
    assert context["tries"] == ("3 calls", "5 calls")
    assert "5 calls that nobody answers (now: 3 calls)" in text(answer)


def test_ladder_under_a_contract_is_shown_before_it_is_saved(
    place: world.Place,
) -> None:
    client = signed_in(place.lead)
    page = client.get(PAGE + "contracts/")

    preview = client.post(PAGE + "contracts/", typed(page))
    before = ladder(place, contracted=True)
    answer = client.post(PAGE + "contracts/", {**filled_in(preview), "step": "save"})

    assert (preview.context["tries"], len(before)) == (None, 7)
    assert answer.status_code == 302
    assert ladder(place, contracted=True) == [(-12, "first")]
    assert ladder(place) == OURS


def test_typed_is_kept_when_something_is_changed_first(place: world.Place) -> None:
    client = signed_in(place.lead)
    preview = client.post(PAGE, typed(client.get(PAGE)))

    answer = client.post(PAGE, {**filled_in(preview), "step": "edit"})

    assert answer.context["form"]["days_1"].value() == "12"
    assert ladder(place) == OURS


def test_nothing_is_saved_where_nothing_is_different(place: world.Place) -> None:
    client = signed_in(place.lead)

    answer = client.post(PAGE, filled_in(client.get(PAGE)), follow=True)

    assert "Nothing is different, so nothing was saved." in text(answer)
    assert not AuditEvent.objects.filter(verb="ladder_set").exists()


def test_own_steps_that_are_as_ours_can_be_given_up(place: world.Place) -> None:
    save(place, *OURS)
    client = signed_in(place.lead)

    preview = client.post(PAGE, typed(client.get(PAGE), days_1="", to_1=""))
    client.post(PAGE, {**filled_in(preview), "step": "save"})

    assert "no longer your own, but ours" in text(preview)
    assert not place.partnership.ladder_steps.exists()


@pytest.mark.parametrize("step", ["", "save"])
def test_ladder_is_not_saved_over_what_somebody_else_saved_meanwhile(
    place: world.Place, step: str
) -> None:
    client = signed_in(place.lead)
    data = {**typed(client.get(PAGE)), "step": step}
    save_ladder(
        by=place.lead, place=place.partnership, contracted=False,
        steps=[(-20, "first"), (20, "phone")], call_tries=4,
    )  # fmt: skip

    answer = client.post(PAGE, data)

    assert (answer.status_code, ladder(place)) == (
        409, [(-20, "first"), (20, "phone")],
    )  # fmt: skip
    assert "Somebody else has changed the reminders meanwhile" in text(answer)
    assert answer.context["form"]["days_1"].value() == "12"
    assert answer.context["stands"] == [
        "20 days before: the first contact", "20 days after: the assurer's phone list",
    ]  # fmt: skip
    assert "The lead is told after 4 calls that nobody answers." in text(answer)
    preview = client.post(PAGE, {**filled_in(answer), "step": ""})
    saved = client.post(PAGE, {**filled_in(preview), "step": "save"})
    assert (saved.status_code, ladder(place)) == (302, [(-12, "first")])


def test_reminders_sent_twice_are_saved_once(place: world.Place) -> None:
    client = signed_in(place.lead)
    data = {**typed(client.get(PAGE)), "step": "save"}

    said = [text(client.post(PAGE, data, follow=True)) for _ in range(2)]

    assert ["Saved. It holds from the next run on." in one for one in said] == [
        True, True,
    ]  # fmt: skip
    assert AuditEvent.objects.filter(verb="ladder_set").count() == 1


def test_calls_that_somebody_else_set_meanwhile_are_seen_to(place: world.Place) -> None:
    client = signed_in(place.lead)
    data = {**typed(client.get(PAGE)), "step": "save"}
    save_ladder(
        by=place.lead, place=place.partnership, contracted=False, steps=[],
        call_tries=4,
    )  # fmt: skip

    assert client.post(PAGE, data).status_code == 409
    assert Policy.objects.get(partnership=place.partnership).call_tries == 4


@pytest.mark.parametrize(
    ("typed_over", "where", "told"),
    [
        ({"days_2": "3", "to_2": ""}, "to_2",
         "Step 2: choose whom, or empty its days."),
        ({"days_2": "", "to_2": "phone"}, "days_2",
         "Step 2: give the days, or choose “Nobody”."),
        ({"days_2": "-3", "to_2": "phone"}, "days_2",
         "Step 2: write a whole number of days, 0 or more."),
        ({"days_2": "a week", "to_2": "phone"}, "days_2",
         "Step 2: write a whole number of days, 0 or more."),
        ({"days_2": "121", "to_2": "phone"}, "days_2",
         "Step 2: write 120 days or fewer."),
    ],
)  # fmt: skip
def test_step_that_is_not_whole_is_asked_about_by_its_name_and_not_thrown_away(
    place: world.Place, typed_over: dict[str, str], where: str, told: str
) -> None:
    client = signed_in(place.lead)
    before = ladder(place)

    answer = client.post(PAGE, typed(client.get(PAGE), **typed_over))

    assert (answer.status_code, answer.context["form"].errors) == (200, {where: [told]})
    summary = text(answer).partition("One thing needs another look")[2]
    assert summary.lstrip().startswith(told)
    assert ladder(place) == before
