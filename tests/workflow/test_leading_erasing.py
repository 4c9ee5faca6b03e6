"""The page of the data protection officer: looking, erasing, letting in, accounts."""

from typing import Any

import pytest

from accounts.models import AuditEvent, User
from accounts.roles import Role
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow.actions.erasing_accounts import NAMELESS
from workflow.models import ErasedValue, Revision

pytestmark = pytest.mark.django_db

VALUE = "01632 960101"


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def send(place: world.Place, **typed: str) -> Any:
    data = {"value": VALUE, "reason": "She asked.", **typed}
    return signed_in(place.officer).post("/lead/erase/", data)


def stands(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.context["stands"]
    return found


def test_first_it_is_shown_where_the_value_stands(place: world.Place) -> None:
    listing = world.published(place)

    answer = send(place, value="01632960101")

    found = stands(answer)
    assert (found["records"], found["others"], found["accounts"]) == (
        ["Tuesday coffee morning"], 0, 0,
    )  # fmt: skip
    assert "1 version of a record" in found["rows"]
    said = text(answer)
    assert f"It stands in {found['total']} entries of 1 record" in said
    assert "Erase it everywhere" in said
    payload = Revision.objects.get(record_id=listing.record_id).payload
    assert "960101" in str(payload)
    looked = AuditEvent.objects.get(verb="value_looked_for")
    assert "960101" not in str([looked.after, looked.before, looked.reason])


def test_then_it_is_erased_everywhere(place: world.Place) -> None:
    one = world.published(place)
    total = stands(send(place))["total"]

    answer = send(place, seen=str(total), sure="on")

    assert (answer.status_code, answer["Location"]) == (302, "/lead/erase/")
    event = AuditEvent.objects.get(verb="value_erased")
    assert (event.actor_id, event.reason) == (place.officer.pk, "She asked.")
    assert event.after == {"rows": total}
    payload = Revision.objects.get(record_id=one.record_id).payload
    assert "960101" not in str(payload)
    said = text(signed_in(place.officer).get("/lead/erase/"))
    assert "960101" not in said


def test_what_came_meanwhile_is_looked_at_first(place: world.Place) -> None:
    world.published(place)
    total = stands(send(place))["total"]
    world.published(place, name="Chess club")

    answer = send(place, seen=str(total), sure="on")

    assert answer.status_code == 409
    assert "entries by now, not in" in text(answer)
    assert not AuditEvent.objects.filter(verb="value_erased").exists()


def test_erasing_what_nothing_holds_says_so(place: world.Place) -> None:
    data = {"value": "07700 900999", "reason": "She asked.", "seen": "0", "sure": "on"}

    answer = signed_in(place.officer).post("/lead/erase/", data, follow=True)

    assert "Nothing here held it, so nothing was changed." in text(answer)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"value": "abc"}, "value", "Give at least five characters, to be safe."),
        ({"value": "01632"}, "value", "Give the whole number, not a part of it."),
        ({"value": "Tuesday"}, "value",
         "This is a common word of this directory, about nobody."),
        ({"value": "ACTIVE"}, "value",
         "This is a common word of this directory, about nobody."),
        ({"seen": "1", "sure": "on", "reason": ""}, "reason",
         "Give a reason; it is all that will be left."),
        ({"seen": "1", "sure": "on", "reason": "Her 01632 960101."}, "reason",
         "Do not repeat the value: the reason is kept."),
        ({"seen": "1", "sure": ""}, "sure", "Tick that you know it cannot be undone."),
    ],
)  # fmt: skip
def test_erasing_says_beside_the_field_what_is_wrong(
    place: world.Place, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = send(place, **typed)

    form = answer.context["form"]
    assert (answer.status_code, form.errors) == (200, {field: [sentence]})
    assert form["value"].value() == typed.get("value", VALUE)
    assert not AuditEvent.objects.filter(verb="value_erased").exists()


def test_nobody_else_erases(place: world.Place) -> None:
    for who in (place.lead, place.publisher, place.assurer):
        for address in ("", "again/", "account/"):
            answer = signed_in(who).post(f"/lead/erase/{address}", {"value": VALUE})
            assert answer.status_code == 403


def test_a_record_that_the_officer_does_not_read_is_only_counted(
    place: world.Place,
) -> None:
    elsewhere = world.make_place("Elseham")
    world.published(elsewhere, name="Their secret club")

    answer = send(place)

    assert (stands(answer)["records"], stands(answer)["others"]) == ([], 1)
    assert "secret club" not in text(answer)


def test_what_is_erased_can_be_let_in_again(place: world.Place) -> None:
    client = signed_in(place.officer)
    send(place, seen="0", sure="on")
    asked = {"value": "+44 1632 960101", "reason": "She agreed on 4 May."}

    answer = client.post("/lead/erase/again/", asked)

    assert (answer.status_code, answer["Location"]) == (302, "/lead/erase/")
    assert ErasedValue.objects.get().let_in_at is not None
    again = client.post("/lead/erase/again/", asked)
    assert again.status_code == 409
    assert "Testham has not erased this" in text(again)


# --- accounts -------------------------------------------------------------------------


def test_a_closed_accounts_name_goes_and_the_trail_stays(place: world.Place) -> None:
    listing = world.published(place)
    gone, address = place.assurer, place.assurer.email
    acts = AuditEvent.objects.filter(actor_id=gone.pk).count()
    assert acts > 0
    sent = {"user": str(gone.pk), "reason": "They asked."}
    client = signed_in(place.officer)
    refused = client.post("/lead/erase/account/", sent)
    assert "user" in refused.context["closed"].errors
    User.objects.filter(pk=gone.pk).update(is_active=False)

    answer = client.post("/lead/erase/account/", sent)

    assert answer.status_code == 302
    gone.refresh_from_db()
    assert (gone.name, gone.email) == (NAMELESS, f"{gone.pk}@erased.invalid")
    assert gone.has_usable_password() is False
    labels = AuditEvent.objects.filter(actor_id=gone.pk).values_list("actor_label")
    assert set(labels) == {(NAMELESS,)}
    assert len(labels) == acts
    made = Revision.objects.filter(record=listing.record_id).get()
    assert (made.made_by_id, made.made_by_label) == (gone.pk, NAMELESS)
    assert _left("Asha Assurer") == []
    assert _left(address) == []


def _left(value: str) -> list[str]:
    from tests.workflow.test_erasure import everything

    return [column for column, said in everything() if value.lower() in said.lower()]


def test_who_took_no_part_here_is_not_offered(place: world.Place) -> None:
    stranger = world.give(
        world.person("Sam Stranger"), Role.READER, world.make_place("Elseham").council
    )
    User.objects.filter(pk=stranger.pk).update(is_active=False)

    said = text(signed_in(place.officer).get("/lead/erase/"))

    assert "Sam Stranger" not in said
