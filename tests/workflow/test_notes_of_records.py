"""Notes for one's own team about organizations and places: as private as the others."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.roles import Role
from common.errors import InvalidInput, InvalidState
from directory.choices import Kind, Visibility
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.deciding import page, query_count, send, text
from tests.workflow.test_bodies_pages import guard, organization
from tests.workflow.test_bodies_places import share
from tests.workflow.town import Town
from workflow import access
from workflow.actions import records
from workflow.actions.erasure import erase_value, find_value
from workflow.actions.notes import add_note, add_record_note, strike_note
from workflow.models import Record, TeamNote

pytestmark = pytest.mark.django_db

SECRET = "zqnote: the keyholder drinks"


@pytest.fixture(autouse=True)
def default_place(town: Town, settings: Any) -> None:
    settings.DEFAULT_PLACE = town.place.partnership.slug


@pytest.fixture(params=[Kind.ORGANIZATION, Kind.LOCATION])
def record(town: Town, request: pytest.FixtureRequest) -> Record:
    return organization(town.listing) if request.param == "organization" else town.hall


@pytest.fixture
def note(town: Town, record: Record) -> TeamNote:
    return add_record_note(by=town.place.assurer, record_id=record.pk, words=SECRET)


def of_the_team(town: Town, role: Role = Role.CONTRIBUTOR) -> User:
    return world.give(world.person("Tess"), role, town.place.council)


def rail(user: User, record: Record) -> dict[str, Any]:
    parts = page(user, record.kind, record.pk).context["rail"]
    return {part["id"]: part for part in parts}


def test_note_is_kept_with_author_team_and_audit(
    town: Town, record: Record, note: TeamNote
) -> None:
    event = AuditEvent.objects.get(verb="note_added")

    assert (note.author, note.partner, note.words, note.record, note.listing) == (
        town.place.assurer, town.place.council, SECRET, record, None,
    )  # fmt: skip
    assert (event.object_id, event.partnership_id) == (
        note.pk, town.place.partnership.pk,
    )  # fmt: skip
    assert SECRET not in str(vars(event))


@pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
def test_note_says_something_and_not_too_much(town: Town, words: str) -> None:
    with pytest.raises(InvalidInput):
        add_record_note(by=town.place.assurer, record_id=town.hall.pk, words=words)


def test_note_is_about_one_thing(town: Town, note: TeamNote) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamNote.objects.filter(pk=note.pk).update(listing=town.listing)


def test_note_is_seen_by_the_own_team_alone(
    town: Town, record: Record, note: TeamNote
) -> None:
    place = town.place
    reader = of_the_team(town, Role.READER)
    others = [
        place.contributor, place.reader, place.lead, place.publisher, place.officer,
        world.make_editor(town.listing), reader,
    ]  # fmt: skip
    team = of_the_team(town)

    assert [access.can_see_note(who, note) for who in others] == [False] * 7
    assert access.can_see_note(team, note)
    assert rail(team, record)["notes"]["count"] == 1


def test_neighbours_neither_see_nor_leave_one(
    town: Town, record: Record, note: TeamNote
) -> None:
    other = world.make_place("Otherham")

    for who in (other.assurer, other.contributor, other.lead):
        assert not access.can_see_note(who, note)
        with pytest.raises(PermissionDenied):
            add_record_note(by=who, record_id=record.pk, words="Hello")


def test_provider_never_sees_it_though_they_are_of_the_team(
    town: Town, record: Record, note: TeamNote
) -> None:
    """Of a place, who runs a service there is its provider."""
    both = world.make_editor(town.listing)
    world.give(both, Role.CONTRIBUTOR, town.place.council)

    assert not access.can_see_note(both, note)
    assert not access.can_note_record(both, record)
    assert SECRET not in text(page(both, record.kind, record.pk))
    assert send(both, f"{record.kind}-add-note", record.pk, words="Hi").status_code in (
        403, 404,
    )  # fmt: skip
    assert TeamNote.objects.count() == 1


def test_secret_of_a_note_is_on_no_page_of_anybody_else(
    town: Town, record: Record, note: TeamNote
) -> None:
    consume_outbox()
    place = town.place
    assert SECRET in text(page(place.assurer, record.kind, record.pk))

    editor = world.make_editor(town.listing)
    for who in (place.contributor, place.reader, place.lead, place.officer, editor):
        for name in (record.kind, f"{record.kind}-history"):
            assert "drinks" not in page(who, name, record.pk).content.decode(), name
        assert "drinks" not in page(who, "record", town.listing.pk).content.decode()
    for address in (
        f"/services/{town.listing.record_id}/", f"/run-by/{record.pk}/",
        f"/oruk/v3/organizations/{record.pk}", "/oruk/v3/services?full=true",
        "/oruk/v3/service_at_locations?full=true", "/?q=keyholder",
    ):  # fmt: skip
        assert "drinks" not in Client().get(address).content.decode(), address


@pytest.mark.parametrize("mark", ["sensitive", "home"])
def test_of_a_guarded_place_only_who_keeps_it_sees_and_leaves_notes(
    town: Town, mark: str
) -> None:
    team = of_the_team(town)
    note = add_record_note(by=team, record_id=town.hall.pk, words="Ring twice.")
    assert access.can_see_note(team, note)

    guard(town, mark)

    assert not access.can_see_note(team, note)
    assert access.can_see_note(town.place.assurer, note)
    with pytest.raises(PermissionDenied):
        add_record_note(by=team, record_id=town.hall.pk, words="Ring thrice.")


def test_of_an_internal_record_only_who_keeps_it_sees_notes(
    town: Town, record: Record, note: TeamNote
) -> None:
    team = of_the_team(town)
    assert access.can_see_note(team, note)

    records.set_visibility(
        by=town.place.assurer, record_id=record.pk, visibility=Visibility.INTERNAL,
        reason="For us.",
    )  # fmt: skip

    assert not access.can_see_note(team, note)
    assert access.can_see_note(town.place.assurer, note)


def test_page_takes_a_note_and_gives_a_refused_one_back(
    town: Town, record: Record
) -> None:
    assurer, name = town.place.assurer, f"{record.kind}-add-note"
    refused = send(assurer, name, record.pk, words=" ")
    taken = send(assurer, name, record.pk, words="Ring after ten.")

    assert refused.status_code == 200
    assert refused.context["refused_form"].errors["words"] == [
        "Fill in “Leave a note”."
    ]
    assert "govuk-error-summary" in text(refused)
    assert (taken.status_code, taken.url) == (
        302, page(assurer, record.kind, record.pk).request["PATH_INFO"],
    )  # fmt: skip
    assert TeamNote.objects.get().words == "Ring after ten."
    assert page(assurer, name, record.pk).status_code == 302


def test_note_is_struck_out_once_and_stays_readable(
    town: Town, record: Record, note: TeamNote
) -> None:
    answer = send(town.place.assurer, "strike-note", note.pk)

    shown = page(town.place.assurer, record.kind, record.pk).content.decode()
    assert (answer.status_code, answer.url) == (
        302, page(town.place.assurer, record.kind, record.pk).request["PATH_INFO"],
    )  # fmt: skip
    assert f"<del><p>{SECRET}</p></del>" in shown
    with pytest.raises(InvalidState):
        strike_note(by=town.place.assurer, note_id=note.pk)
    assert send(town.place.contributor, "strike-note", note.pk).status_code == 404


def test_erasure_reaches_a_note_and_names_its_record(
    town: Town, record: Record
) -> None:
    place = town.place
    made = add_record_note(
        by=place.assurer, record_id=record.pk, words="Jo Zqname has the key."
    )
    found = find_value(by=place.officer, place=place.partnership, value="Jo Zqname")

    erase_value(
        by=place.officer, place=place.partnership, value="Jo Zqname", reason="Asked."
    )

    made.refresh_from_db()
    assert (found.rows, found.of_records) == ({"team note": 1}, 1)
    assert "Zqname" not in made.words


def test_notes_of_a_place_go_with_it_to_the_one_it_is_found_to_be(town: Town) -> None:
    twin = Record.objects.get(
        pk=world.published(town.place, name="Bingo").location_ids[0]
    )
    note = add_record_note(
        by=town.place.assurer, record_id=town.hall.pk, words="Ring twice."
    )

    share(town, town.hall, twin)

    note.refresh_from_db()
    assert note.record == twin
    with pytest.raises(PermissionDenied):
        add_record_note(by=town.place.assurer, record_id=town.hall.pk, words="More.")


def test_service_is_no_organization_or_place(town: Town) -> None:
    with pytest.raises(PermissionDenied):
        add_record_note(
            by=town.place.assurer, record_id=town.listing.record_id, words="Hello"
        )


def test_notes_cost_the_same_with_one_and_three(
    town: Town, record: Record, note: TeamNote
) -> None:
    address = page(town.place.assurer, record.kind, record.pk).request["PATH_INFO"]
    one = query_count(town.place.assurer, address)
    for words in ("Two", "Three"):
        add_record_note(by=town.place.assurer, record_id=record.pk, words=words)
    add_note(by=town.place.assurer, listing_id=town.listing.pk, words="Of a service")

    assert query_count(town.place.assurer, address) == one
    assert rail(town.place.assurer, record)["notes"]["count"] == 3
