"""Notes for one's own team: who sees them, and that nobody else ever does."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import AuditEvent
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.deciding import page, query_count, send, signed_in
from tests.workflow.pages import text
from workflow import access
from workflow.actions.erasure import erase_value, find_value
from workflow.actions.notes import AT_ONCE_AGAIN, add_note, strike_note
from workflow.models import Listing, TeamNote

pytestmark = pytest.mark.django_db

SECRET = "zqnote: the keyholder drinks"


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


@pytest.fixture
def note(place: world.Place, listing: Listing) -> TeamNote:
    return add_note(by=place.assurer, listing_id=listing.pk, words=SECRET)


def test_note_is_kept_with_author_team_and_audit(
    place: world.Place, note: TeamNote
) -> None:
    event = AuditEvent.objects.get(verb="note_added")

    assert (note.author, note.partner, note.words) == (
        place.assurer, place.council, SECRET,
    )  # fmt: skip
    assert (event.object_id, event.actor_id) == (note.pk, place.assurer.pk)
    assert SECRET not in str(vars(event))


def test_form_that_is_sent_twice_leaves_one_note(
    place: world.Place, listing: Listing, note: TeamNote
) -> None:
    again = add_note(by=place.assurer, listing_id=listing.pk, words=f" {SECRET} ")
    other = add_note(by=place.assurer, listing_id=listing.pk, words="Something else.")
    with clock.at(note.created_at + AT_ONCE_AGAIN):
        later = add_note(by=place.assurer, listing_id=listing.pk, words=SECRET)
    strike_note(by=place.assurer, note_id=later.pk)
    anew = add_note(by=place.assurer, listing_id=listing.pk, words=f"{SECRET}?")

    assert again == note
    assert TeamNote.objects.count() == len({note, other, later, anew}) == 4
    assert AuditEvent.objects.filter(verb="note_added").count() == 4


@pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
def test_note_says_something_and_not_too_much(
    place: world.Place, listing: Listing, words: str
) -> None:
    with pytest.raises(InvalidInput):
        add_note(by=place.assurer, listing_id=listing.pk, words=words)


def test_note_is_seen_by_the_own_team_alone(
    place: world.Place, listing: Listing, note: TeamNote
) -> None:
    team = world.give(world.person("Tess"), Role.CONTRIBUTOR, place.council)
    reader = world.give(world.person("Rae"), Role.READER, place.council)
    others = [
        place.contributor, place.reader, place.lead, place.publisher,
        place.officer, world.make_editor(listing), reader,
    ]  # fmt: skip

    assert [access.can_see_note(who, note) for who in others] == [False] * 7
    assert access.can_see_note(team, note)


def test_provider_never_sees_it_though_they_are_of_the_team(
    place: world.Place, listing: Listing, note: TeamNote
) -> None:
    both = world.make_editor(listing)
    world.give(both, Role.CONTRIBUTOR, place.council)

    assert not access.can_see_note(both, note)
    assert not access.can_note(both, listing)
    assert SECRET not in text(page(both, "record", listing.pk))


def test_secret_of_a_note_is_on_no_page_of_anybody_else(
    place: world.Place, listing: Listing, note: TeamNote
) -> None:
    consume_outbox()
    own = text(page(place.assurer, "record", listing.pk))
    assert SECRET in own

    names = ("record", "history", "preview")
    for who in (place.contributor, place.reader, place.lead, place.officer):
        for name in names:
            assert SECRET not in page(who, name, listing.pk).content.decode(), name
    editor = world.make_editor(listing)
    assert SECRET not in page(editor, "listing", listing.pk).content.decode()
    for address in (
        f"/services/{listing.record_id}/", "/oruk/v3/services",
        f"/oruk/v3/services/{listing.record_id}", "/?q=keyholder",
    ):  # fmt: skip
        assert "drinks" not in Client().get(address).content.decode(), address


def test_note_is_struck_out_by_its_author_and_stays_readable(
    place: world.Place, listing: Listing, note: TeamNote
) -> None:
    answer = send(place.assurer, "strike-note", note.pk)

    note.refresh_from_db()
    shown = page(place.assurer, "record", listing.pk).content.decode()
    assert (answer.status_code, note.struck_by) == (302, place.assurer)
    assert f"<del><p>{SECRET}</p></del>" in shown
    assert "Struck out by" in shown
    assert AuditEvent.objects.filter(verb="note_struck").count() == 1


def test_contributor_strikes_out_their_own_alone(
    place: world.Place, note: TeamNote
) -> None:
    team = world.give(world.person("Tess"), Role.CONTRIBUTOR, place.council)
    own = add_note(by=team, listing_id=note.listing_id, words="Ring first.")

    strike_note(by=team, note_id=own.pk)
    with pytest.raises(PermissionDenied):
        strike_note(by=team, note_id=note.pk)


def test_note_is_struck_out_once(place: world.Place, note: TeamNote) -> None:
    strike_note(by=place.assurer, note_id=note.pk)

    with pytest.raises(InvalidState):
        strike_note(by=place.assurer, note_id=note.pk)
    assert send(place.assurer, "strike-note", note.pk).status_code == 409


def test_note_of_another_team_is_not_found(place: world.Place, note: TeamNote) -> None:
    assert send(place.contributor, "strike-note", note.pk).status_code == 404


def test_a_draft_gets_no_notes(place: world.Place) -> None:
    drafted = world.draft(place)

    with pytest.raises(PermissionDenied):
        add_note(by=place.contributor, listing_id=drafted.pk, words="Hello")


def test_page_takes_a_note_and_gives_a_refused_one_back(
    place: world.Place, listing: Listing
) -> None:
    refused = send(place.assurer, "add-note", listing.pk, words=" ")
    taken = send(place.assurer, "add-note", listing.pk, words="Ring after ten.")

    assert refused.status_code == 200
    assert refused.context["refused_form"].errors["words"] == [
        "Fill in “Leave a note”."
    ]
    assert taken.status_code == 302
    assert TeamNote.objects.get().words == "Ring after ten."


def test_reader_is_offered_no_note(place: world.Place, listing: Listing) -> None:
    rail = page(place.reader, "record", listing.pk).context["rail"]

    assert "notes" not in [part["id"] for part in rail]


def test_erasure_reaches_a_note(place: world.Place, listing: Listing) -> None:
    made = add_note(
        by=place.assurer, listing_id=listing.pk, words="Jo Zqname has the key."
    )
    found = find_value(by=place.officer, place=place.partnership, value="Jo Zqname")

    erase_value(
        by=place.officer, place=place.partnership, value="Jo Zqname", reason="Asked."
    )

    made.refresh_from_db()
    assert found.rows == {"team note": 1}
    assert "Zqname" not in made.words


def test_notes_cost_the_same_with_one_and_three(
    place: world.Place, listing: Listing, note: TeamNote
) -> None:
    address = f"/records/{listing.pk}/"
    one = query_count(place.assurer, address)
    for words in ("Two", "Three"):
        add_note(by=place.assurer, listing_id=listing.pk, words=words)

    assert query_count(place.assurer, address) == one
    assert signed_in(place.assurer).get(address).context["rail"][-1]["count"] == 3
