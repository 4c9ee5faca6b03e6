"""Two pairs of eyes (PRODUCT.md section 4), and the exceptions that are counted."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import Role
from common.errors import InvalidState
from tests import world
from tests.workflow.town import ACCEPT, REJECT, Town, decide, line, now, suggest
from workflow import access
from workflow.actions import checking, decisions, listings, proposals
from workflow.actions import place as places
from workflow.actions.choosing import Check, Choice
from workflow.choices import (
    Hidden,
    Method,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.models import Assurance, Decision, Listing, Record, Remit


def _assure(listing: Listing, by: User, **more: Any) -> Decision:
    proposal = listing.proposals.get(state=ProposalState.OPEN)
    return decisions.decide(
        by=by, proposal_id=proposal.pk, choices=world.accept_all(proposal),
        check=Check(Method.CALL), **more,
    )  # fmt: skip


# --- one's own values -----------------------------------------------------------------


@pytest.mark.parametrize("choice", [ACCEPT, REJECT], ids=["accept", "reject"])
def test_nobody_decides_on_a_value_they_proposed(town: Town, choice: Choice) -> None:
    proposal = suggest(town, {"fees": "£2"}, by=town.place.assurer)

    with pytest.raises(PermissionDenied):
        decide(town, proposal, choices={"fees": choice})
    with pytest.raises(PermissionDenied):
        proposals.start_deciding(by=town.place.assurer, proposal_id=proposal.pk)
    decide(town, proposal, by=town.place.second_assurer, choices={"fees": choice})

    assert line(proposal, "fees").verdict == choice.verdict


def test_changing_counts_as_deciding(town: Town) -> None:
    """The changed value is the decider's; that somebody suggested another is the
    first pair."""
    proposal = suggest(town, {"fees": "£2"})
    own = suggest(town, {"fees": "£3"}, by=town.place.assurer)
    to_own = {"fees": Choice(Verdict.CHANGED, value="£3", words="They said so.")}

    with pytest.raises(PermissionDenied):
        decide(town, proposal, choices=to_own)
    assert (now(town.listing.record)["fees"], line(own, "fees").verdict) == (
        "Free", "pending",
    )  # fmt: skip
    decision = decide(town, proposal, by=town.place.second_assurer, choices=to_own)

    assert (decision.single_handed, line(own, "fees").verdict) == (False, "same")


def test_nobody_accepts_their_own_by_accepting_half_of_it_elsewhere(
    town: Town,
) -> None:
    """The same value from a second person is a second pair of eyes."""
    own = suggest(town, {"fees": "£3"}, by=town.place.assurer)
    proposal = suggest(town, {"fees": "£3"})

    decision = decide(town, proposal, choices={"fees": ACCEPT})

    assert decision.single_handed is False
    assert line(own, "fees").verdict == Verdict.SAME


def test_nobody_assures_a_listing_they_submitted(town: Town) -> None:
    listing = world.submitted(town.place, by=town.place.assurer)

    with pytest.raises(PermissionDenied):
        _assure(listing, town.place.assurer)
    _assure(listing, town.place.second_assurer)

    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_nobody_assures_a_listing_that_somebody_else_sent_in_for_them(
    town: Town,
) -> None:
    """The author stays the author: an editor of the organization may submit it."""
    editor = world.make_editor(town.listing)
    listing = world.draft(
        town.place, by=town.place.assurer,
        run_by=Record.objects.get(pk=str(town.listing.organization_id)),
    )  # fmt: skip
    listings.submit_listing(by=editor, listing_id=listing.pk)

    with pytest.raises(PermissionDenied):
        _assure(world.fresh(listing), town.place.assurer)


def test_whoever_reopened_a_listing_does_not_assure_it_again(town: Town) -> None:
    places.save_policy(
        by=town.place.lead, place=town.place.partnership,
        values={"publish_at_once": False},
    )  # fmt: skip
    listing = world.published(town.place)
    listings.reopen_listing(
        by=town.place.assurer, listing_id=listing.pk, reason="Is it still there?"
    )

    with pytest.raises(PermissionDenied):
        _assure(world.fresh(listing), town.place.assurer)
    _assure(world.fresh(listing), town.place.second_assurer)

    assert world.fresh(listing).stage == Stage.ASSURED


# --- the first publication needs another body -----------------------------------------


def test_a_partner_does_not_publish_its_own_body_for_the_first_time(
    town: Town,
) -> None:
    listing = world.submitted(town.place, run_by=_organization(town))
    world.own_body(town.place.council, town.listing)

    for assurer in (town.place.assurer, town.place.second_assurer):
        assert access.can_assure(assurer, listing) is False
        with pytest.raises(PermissionDenied):
            _assure(listing, assurer)
    other = _other_bodys_assurer(town, listing)
    _assure(listing, other)

    assert world.fresh(listing).stage == Stage.PUBLISHED


def _organization(town: Town) -> Record:
    return Record.objects.get(pk=str(town.listing.organization_id))


def _other_bodys_assurer(town: Town, listing: Listing) -> User:
    """An assurer of another partner, to whom the lead hands the listing over."""
    other = world.give(world.person("Ada Other"), Role.ASSURER, town.place.health)
    remit = Remit.objects.create(
        partnership=town.place.partnership, partner=town.place.health, name="Ours",
        lead=other, organization_ids=[uuid.uuid4()],
    )  # fmt: skip
    places.hand_over(
        by=town.place.lead, listing_id=listing.pk, remit=remit, reason="Own body."
    )
    return other


def test_an_editor_who_is_an_assurer_does_not_publish_their_own_body(
    town: Town,
) -> None:
    both = world.give(
        world.give(world.person("Bo Both"), Role.ASSURER, town.place.council),
        Role.EDITOR, world.organization_of(town.listing),
    )  # fmt: skip
    listing = world.submitted(town.place, run_by=_organization(town))

    with pytest.raises(PermissionDenied):
        _assure(listing, both)
    _assure(listing, town.place.assurer)

    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_a_trusted_body_publishes_its_own_and_it_is_marked(town: Town) -> None:
    editor = world.make_editor(town.listing)
    listing = world.submitted(town.place, by=editor, run_by=_organization(town))
    with pytest.raises(PermissionDenied):
        _assure(listing, editor)
    world.trust(town.place, town.listing)

    decision = _assure(listing, editor)

    assert decision.single_handed is True
    assert Assurance.objects.get(listing=listing).single_handed is True
    assert Assurance.objects.get(listing=listing).body_label == "Testham Friends"


def test_two_people_of_a_trusted_body_are_two_pairs(town: Town) -> None:
    first, second = (world.make_editor(town.listing, n) for n in ("One", "Two"))
    world.trust(town.place, town.listing)
    proposal = suggest(town, {"name": "Tea"}, by=town.place.contributor)

    decision = decide(town, proposal, by=first, choices={"name": ACCEPT})

    assert decision.single_handed is False
    assert access.can_check(second, town.listing) is True


# --- checks of one's own --------------------------------------------------------------


def test_an_assurers_check_of_their_own_body_is_marked(town: Town) -> None:
    """After the first publication it may, and the lead sees it counted."""
    world.own_body(town.place.council, town.listing)

    own = checking.check_listing(
        by=town.place.assurer, listing_id=town.listing.pk, method=Method.OWN
    )
    other = checking.check_listing(
        by=town.place.assurer, listing_id=world.published(town.place).pk,
        method=Method.CALL,
    )  # fmt: skip

    assert (own.single_handed, other.single_handed) == (True, False)


def test_what_was_carried_over_is_first_checked_by_another_body(town: Town) -> None:
    Listing.objects.filter(pk=town.listing.pk).update(assured_on=None, due_on=None)
    world.own_body(town.place.council, town.listing)

    with pytest.raises(PermissionDenied):
        checking.check_listing(
            by=town.place.assurer, listing_id=town.listing.pk, method=Method.CALL
        )


# --- and nobody appoints themselves ---------------------------------------------------


def test_an_assurer_does_not_make_themselves_an_organizations_editor(
    town: Town,
) -> None:
    other = world.published(town.place)
    record = Record.objects.get(pk=str(other.organization_id))
    assurer = town.place.assurer

    with pytest.raises(PermissionDenied):
        places.appoint_first_editor(by=assurer, record=record, user=assurer)
    with pytest.raises(PermissionDenied):
        places.invite_first_editor(
            by=assurer, record=record, email=f" {assurer.email.upper()} ",
            base_url="https://vouch.example",
        )  # fmt: skip

    assert access.own_by(assurer).count() == 0


def test_declining_and_deciding_the_appeal_are_two_people(town: Town) -> None:
    listing = world.submitted(town.place)
    listings.decline_listing(
        by=town.place.assurer, listing_id=listing.pk, because=Hidden.REFUSED,
        reason="No.",
    )  # fmt: skip
    listings.appeal_listing(
        by=town.place.contributor, listing_id=listing.pk, words="Yes."
    )

    with pytest.raises(PermissionDenied):
        _assure(world.fresh(listing), town.place.assurer)
    with pytest.raises(InvalidState):
        listings.reopen_listing(
            by=town.place.assurer, listing_id=listing.pk, reason="Hm."
        )
    _assure(world.fresh(listing), town.place.second_assurer)
