"""What an attacker tried once and must never succeed with again."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts import actions as accounts_actions
from accounts.models import Invitation, Message
from accounts.roles import Role
from common.errors import InvalidState
from tests import world
from workflow import queries
from workflow.actions import decisions, drafts, proposals
from workflow.actions.decisions import Check, Choice
from workflow.choices import Evidence, Gravity, Method, Stage, Verdict
from workflow.merging import merge_drafts
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def decide_new(by: Any, listing: Listing, **changed: Any) -> None:
    """Accept every line of a new service, but for those given: changed to that."""
    proposal = listing.proposals.get(state="open")
    choices = {
        change.pk: Choice(Verdict.CHANGED, changed[change.path], words="so")
        if change.path in changed
        else Choice(Verdict.ACCEPTED)
        for change in proposal.changes.filter(verdict=Verdict.PENDING)
    }
    decisions.decide(
        by=by, proposal_id=proposal.pk, choices=choices, check=Check(Method.OWN)
    )


def trusted_editor(place: world.Place) -> tuple[Any, Listing]:
    first = world.published(place)
    world.trust(place, first)
    return world.make_editor(first), first


def test_trusted_body_cannot_publish_in_another_bodys_name(
    place: world.Place,
) -> None:
    editor, first = trusted_editor(place)
    other = world.published(place, name="Other", body=world.organization(name="Others"))
    own = Record.objects.get(pk=str(first.organization_id))
    hall = Record.objects.get(pk=first.location_ids[0])
    listing = world.submitted(place, by=editor, at=hall, run_by=own, name="Mine")

    with pytest.raises(PermissionDenied):
        decide_new(editor, listing, organization_id=str(other.organization_id))

    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_trusted_body_leaves_always_checked_fields_to_the_remit(
    place: world.Place,
) -> None:
    editor, first = trusted_editor(place)
    place.policy.always_checked = ["phones"]
    place.policy.save()
    own = Record.objects.get(pk=str(first.organization_id))
    hall = Record.objects.get(pk=first.location_ids[0])
    listing = world.submitted(place, by=editor, at=hall, run_by=own, name="Mine")

    with pytest.raises(PermissionDenied):
        decide_new(editor, listing)
    decide_new(place.assurer, listing)

    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_version_that_never_was_counts_as_changed(place: world.Place) -> None:
    listing = world.published(place)
    key = str(listing.record_id)
    proposal = proposals.propose_edit(
        by=place.contributor,
        listing_id=listing.pk,
        edits={key: {"fees": "Free"}},
        bases={key: 1},
        evidence=Evidence.RANG,
    )

    with pytest.raises(InvalidState):
        decisions.decide(
            by=place.assurer,
            proposal_id=proposal.pk,
            choices=world.accept_all(proposal),
            seen={key: 999},
        )


def test_two_sections_of_a_draft_saved_at_once_are_both_kept(
    place: world.Place,
) -> None:
    listing = world.draft(place)
    seen = dict(listing.draft or {})
    for name, words in (("fees", "Free"), ("alert", "Shut in May")):
        drafts.save_draft(
            by=place.contributor,
            listing_id=listing.pk,
            draft={**seen, "service": {**seen["service"], name: words}},
            base=seen,
        )

    service = (world.fresh(listing).draft or {})["service"]
    assert (service["fees"], service["alert"]) == ("Free", "Shut in May")


def test_same_part_of_a_draft_changed_twice_is_refused() -> None:
    base = {"service": {"id": "1", "fees": "£1"}}

    with pytest.raises(InvalidState):
        merge_drafts(
            base,
            {"service": {"id": "1", "fees": "£2"}},
            {"service": {"id": "1", "fees": "£3"}},
        )


def test_closing_by_an_edit_weighs_as_a_closure(place: world.Place) -> None:
    listing = world.published(place)
    key = str(listing.record_id)

    proposal = proposals.propose_edit(
        by=place.contributor,
        listing_id=listing.pk,
        edits={key: {"status": "defunct"}},
        bases={key: 1},
        evidence=Evidence.RANG,
    )

    assert proposal.gravity == Gravity.CLOSED
    assert queries.being_checked(listing) is True


def invited(place: world.Place) -> str:
    accounts_actions.invite(
        by=place.lead,
        email="new@wexcombe.example",
        role=Role.CONTRIBUTOR,
        on=place.health,
        base_url="http://testserver",
    )
    text = Message.objects.get(kind="invitation").text
    return text.split("/invitations/")[1].split("/")[0]


def test_invitation_of_who_lost_the_right_is_refused(place: world.Place) -> None:
    token = invited(place)
    place.lead.partnershipgrant_set.all().delete()

    with pytest.raises(InvalidState):
        accounts_actions.accept_invitation(
            token=token, target=place.health, name="New", password=str(uuid.uuid4())
        )

    assert Invitation.objects.get().accepted_at is None


def test_invitation_of_who_still_may_is_taken(place: world.Place) -> None:
    token = invited(place)

    user = accounts_actions.accept_invitation(
        token=token, target=place.health, name="New", password=str(uuid.uuid4())
    )

    assert user.email == "new@wexcombe.example"
