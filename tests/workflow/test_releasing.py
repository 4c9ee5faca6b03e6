"""Releases in free text, for sister services, and the two pairs of eyes on them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Role
from common.errors import InvalidState
from directory.gate import HeldBack, release_key
from directory.models import Organization
from tests import world
from workflow import queries
from workflow.actions import releases
from workflow.models import Listing, Record, Release

MOBILE = "07700 900123"
KEY = release_key("mobile", MOBILE)
PERSONAL = "margaret.hargreaves@friends.example"


@pytest.fixture(scope="module")
def shared_listing(shared_place: world.Place) -> Listing:
    return world.published(
        shared_place, phones=[{"number": MOBILE}], email=PERSONAL,
        description=f"Tea and cake. Text 07700-900123 or write to {PERSONAL} first.",
    )  # fmt: skip


@pytest.fixture
def listing(shared_listing: Listing, db: None) -> Listing:
    return world.fresh(shared_listing)


@pytest.fixture
def place(shared_place: world.Place, db: None) -> world.Place:
    return shared_place


def public(listing: Listing) -> dict[str, Any]:
    """The service as the public may see it."""
    return queries.public_parts(queries.whole(world.fresh(listing))).service


def held(listing: Listing) -> list[HeldBack]:
    parts = queries.public_parts(queries.whole(world.fresh(listing)))
    return parts.held_back[str(listing.record_id)]


def state(listing: Listing, by: User, key: str = KEY) -> Release:
    return releases.state_public_line(
        by=by, listing_id=listing.pk, key=key, reason="It is the group's own."
    )


def test_what_looks_personal_is_held_back_until_released(listing: Listing) -> None:
    assert public(listing)["description"] == (
        "Tea and cake. Text [held back] or write to [held back] first."
    )
    assert {"phones", "email"} & set(public(listing)) == set()
    assert sorted({f.kind for f in held(listing)}) == ["mobile", "personal_email"]


def test_a_release_holds_for_all_services_of_the_organization_and_no_other(
    place: world.Place, listing: Listing
) -> None:
    organization = Record.objects.get(pk=str(listing.organization_id))
    sister = world.published(
        place, run_by=organization, phones=[{"number": "+44 7700 900 123"}]
    )
    stranger = world.published(place, phones=[{"number": MOBILE}])
    release = state(listing, world.make_editor(listing))

    releases.accept_public_line(by=place.assurer, release_id=release.pk)

    assert [("phones" in public(x)) for x in (listing, sister, stranger)] == [
        True, True, False,
    ]  # fmt: skip


def test_a_provider_does_not_accept_their_own_statement(
    place: world.Place, listing: Listing
) -> None:
    both = world.make_editor(listing)
    world.give(both, Role.ASSURER, place.council)
    release = state(listing, both)

    with pytest.raises(PermissionDenied):
        releases.accept_public_line(by=both, release_id=release.pk)


def test_a_line_is_accepted_once(place: world.Place, listing: Listing) -> None:
    release = state(listing, world.make_editor(listing))
    releases.accept_public_line(by=place.assurer, release_id=release.pk)

    with pytest.raises(InvalidState):
        releases.accept_public_line(by=place.second_assurer, release_id=release.pk)
    with pytest.raises(InvalidState) as gone:
        state(listing, world.make_editor(listing))

    assert gone.value.sentence == (
        "Nothing is held back here for this reason any more."
    )


def test_stating_again_before_it_is_accepted_keeps_one_release(
    listing: Listing,
) -> None:
    editor = world.make_editor(listing)

    first = state(listing, editor)
    second = state(listing, editor)

    assert first.pk == second.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(
            listing=listing, organization_id=str(listing.organization_id), key=KEY,
            value=MOBILE, reason="Twice.",
        )  # fmt: skip


def test_a_publisher_puts_the_role_mailbox_instead_everywhere(
    place: world.Place, listing: Listing
) -> None:
    releases.release_finding(
        by=place.publisher, listing_id=listing.pk, reason="Use ours.",
        key=release_key("personal_email", PERSONAL), use_mailbox=True,
    )  # fmt: skip

    shown = public(listing)
    assert shown["email"] == "services@sharedham.example"
    assert shown["description"] == (
        "Tea and cake. Text [held back] or write to services@sharedham.example first."
    )


def test_a_finding_of_a_draft_can_be_stated_before_it_is_assured(
    place: world.Place,
) -> None:
    known = Record.objects.get(pk=str(world.published(place).organization_id))
    editor = world.person("Eli Editor")
    world.give(editor, Role.EDITOR, Organization.objects.get(pk=known.pk))
    draft = world.draft(place, by=editor, run_by=known, phones=[{"number": MOBILE}])

    release = state(draft, editor)

    assert (release.organization_id, release.accepted_at) == (known.pk, None)


def test_an_e_mail_in_a_text_is_found_whatever_its_case(
    place: world.Place, listing: Listing
) -> None:
    assert release_key("personal_email", PERSONAL.upper()) == release_key(
        "personal_email", PERSONAL
    )
    assert release_key("mobile", "+44 (0)7700 900123") == KEY
    assert release_key("mobile", MOBILE) != release_key("person_name", MOBILE)
