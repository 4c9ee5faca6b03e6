"""What each row of the stage table needs (PRODUCT.md section 3), and who is told."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Message
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.choices import Visibility
from tests import world
from workflow import queries
from workflow.actions import checking, decisions, drafts, listings
from workflow.actions import place as places
from workflow.actions.choosing import Check
from workflow.choices import Hidden, Method, ProposalState, Stage
from workflow.letters import page
from workflow.models import Listing, Proposal, Record, Revision


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def _assure(place: world.Place, listing: Listing, **more: Any) -> None:
    proposal = listing.proposals.get(state=ProposalState.OPEN)
    decisions.decide(
        by=place.second_assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal), check=Check(Method.CALL), **more,
    )  # fmt: skip


# --- what each row needs --------------------------------------------------------------


def test_a_draft_needs_a_name_and_one_clue(place: world.Place) -> None:
    def start(**service: Any) -> Listing:
        return drafts.start_listing(
            by=place.contributor, place=place.partnership, service=service
        )

    with pytest.raises(InvalidInput) as nameless:
        start(name="  ", description="Tea and cake.")
    with pytest.raises(InvalidInput) as clueless:
        start(name="Coffee morning", status="active")
    listing = start(name="Coffee morning", fees="Free")

    assert nameless.value.errors == {
        "name": "Give it a name, so that people can find it."
    }
    assert clueless.value.errors == {
        "description": "Give one clue as well: what it is, where, or who runs it."
    }
    assert listing.stage == Stage.DRAFT
    assert listing.draft == {
        "service": {
            "id": str(listing.record_id), "name": "Coffee morning",
            "status": "active", "fees": "Free",
        },
        "organization": None,
        "locations": {},
    }  # fmt: skip


def test_a_draft_may_hold_anything_and_gaps_never_stop_it(place: world.Place) -> None:
    odd = {
        "name": "Coffee morning", "email": "not an address", "minimum_age": "young",
        "organization_id": "the church", "attributes": [{"link_type": "audience"}],
        "service_at_locations": [{"location_id": "the hall"}, {"description": "Up"}],
        "schedules": [{"byday": "some day"}],
    }  # fmt: skip
    listing = drafts.start_listing(
        by=place.contributor, place=place.partnership, service=odd
    )

    proposal = listings.submit_listing(by=place.contributor, listing_id=listing.pk)

    listing = world.fresh(listing)
    assert (listing.stage, listing.remit_id) == (Stage.SUBMITTED, place.remit.pk)
    assert listing.draft is not None
    assert listing.draft["service"]["email"] == "not an address"
    assert proposal.changes.get(path="minimum_age").value == "young"


def test_a_submission_is_a_proposal_without_a_base(place: world.Place) -> None:
    listing = world.submitted(place)

    proposal = Proposal.objects.get(listing=listing)
    assert (proposal.kind, proposal.state) == ("new", ProposalState.OPEN)
    assert proposal.proposer == place.contributor
    assert set(proposal.changes.values_list("base", "was")) == {(0, None)}
    about = Record.objects.filter(pk__in=proposal.changes.values("record_id"))
    assert set(about.values_list("revision", flat=True)) == {None}


def test_a_returned_listing_tells_its_author_why(place: world.Place) -> None:
    listing = world.submitted(place)

    listings.return_listing(
        by=place.assurer, listing_id=listing.pk, reason="  Which room? "
    )

    message = Message.objects.get(text__contains="Which room?")
    assert message.to == place.contributor.email
    assert message.text.splitlines() == [
        "Hello,", "", f"“{listing}” was sent back to you:", "", "“Which room?”", "",
        "Go on with it:", f"  {page(place.partnership, 'listing', listing.pk)}", "",
        f"The directory of {place.partnership}",
    ]  # fmt: skip
    assert world.fresh(listing).returned_because == "Which room?"
    assert listing.proposals.get().state == ProposalState.WITHDRAWN


def test_a_withdrawn_submission_can_be_sent_in_again(place: world.Place) -> None:
    listing = world.submitted(place)

    listings.withdraw_submission(by=place.contributor, listing_id=listing.pk)
    assert world.fresh(listing).stage == Stage.DRAFT
    listings.submit_listing(by=place.contributor, listing_id=listing.pk)

    assert world.fresh(listing).stage == Stage.SUBMITTED
    states = listing.proposals.order_by("created_at").values_list("state", flat=True)
    assert list(states) == [ProposalState.WITHDRAWN, ProposalState.OPEN]


def test_assuring_needs_what_the_policy_asks_for(place: world.Place) -> None:
    listing = world.draft(place, description="", url="", phones=[])
    listings.submit_listing(by=place.contributor, listing_id=listing.pk)

    with pytest.raises(InvalidInput) as refused:
        _assure(place, listing)

    prefix = f"{listing.record_id}:"
    assert refused.value.errors == {
        f"{prefix}description": "Still needed: what it is.",
        f"{prefix}phones": (
            "Give at least one way to get in touch: phone, e-mail or web page."
        ),
    }
    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_assuring_against_a_closing_check_needs_a_reason(place: world.Place) -> None:
    listing = world.submitted(place, description="Tea.")

    with pytest.raises(InvalidInput) as refused:
        _assure(place, listing)
    _assure(place, listing, override_reason="It says all there is.")

    assert refused.value.errors == {
        "override_reason": "The description says very little. If it is right all the "
        "same, say why."
    }
    decision = listing.proposals.get().decisions.get()
    assert decision.override_reason == "It says all there is."
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_what_was_accepted_becomes_revision_one(place: world.Place) -> None:
    listing = world.published(place)

    numbers = Revision.objects.values_list("record__kind", "number")
    assert sorted(numbers) == [("location", 1), ("organization", 1), ("service", 1)]
    assert world.fresh(listing).draft is None


def test_policy_publishes_at_once_or_waits_for_a_publisher(place: world.Place) -> None:
    at_once = world.published(place)
    places.save_policy(
        by=place.lead, place=place.partnership, values={"publish_at_once": False}
    )
    waits = world.published(place)

    assert (at_once.stage, waits.stage) == (Stage.PUBLISHED, Stage.ASSURED)
    assert at_once.published_at is not None
    assert waits.published_at is None


def test_what_the_gate_stops_is_assured_and_waits(place: world.Place) -> None:
    listing = world.submitted(place, name="Call Mrs Margaret Hargreaves")
    _assure(place, listing)

    assert world.fresh(listing).stage == Stage.ASSURED
    with pytest.raises(InvalidInput) as stopped:
        listings.publish_listing(by=place.publisher, listing_id=listing.pk)
    assert stopped.value.errors == {
        "name": "The name of the service is held back: This looks like the name of a "
        "private person."
    }


def test_a_record_for_partners_is_assured_but_never_public(place: world.Place) -> None:
    listing = world.submitted(place)
    Record.objects.filter(pk=listing.record_id).update(visibility=Visibility.PARTNERS)

    _assure(place, listing)

    assert world.fresh(listing).stage == Stage.ASSURED
    with pytest.raises(InvalidInput) as stopped:
        listings.publish_listing(by=place.publisher, listing_id=listing.pk)
    assert stopped.value.errors == {
        "": "This record is for partners only and is not published."
    }


@pytest.mark.parametrize(
    ("who", "because", "allowed"),
    [
        ("editor", Hidden.WITHDRAWN, True),
        ("editor", Hidden.CLOSED, True),
        ("editor", Hidden.PERSONAL_DATA, False),
        ("editor", Hidden.DUPLICATE, False),
        ("assurer", Hidden.PERSONAL_DATA, True),
        ("assurer", Hidden.DUPLICATE, True),
        ("publisher", Hidden.WITHDRAWN, True),
        ("publisher", Hidden.CLOSED, True),
        ("assurer", Hidden.LAPSED, False),
        ("publisher", Hidden.CARRIED_OVER_ENDED, False),
        ("publisher", Hidden.REFUSED, False),
        ("publisher", "because", False),
    ],
)
def test_who_may_hide_for_which_reason(
    place: world.Place, who: str, because: str, allowed: bool
) -> None:
    listing = world.published(place)
    by = world.make_editor(listing) if who == "editor" else getattr(place, who)

    if allowed:
        listings.hide_listing(
            by=by, listing_id=listing.pk, because=because, reason="  Because. "
        )
        hidden = world.fresh(listing)
        assert (hidden.hidden_because, hidden.hidden_words) == ([because], "Because.")
    else:
        with pytest.raises(InvalidInput) as refused:
            listings.hide_listing(
                by=by, listing_id=listing.pk, because=because, reason="Because."
            )
        assert list(refused.value.errors) == ["because"]
        assert world.fresh(listing).stage == Stage.PUBLISHED


def test_a_reason_is_wanted_wherever_one_is_due(place: world.Place) -> None:
    public, sent = world.published(place), world.submitted(place)
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("reason", lambda: listings.return_listing(
            by=place.assurer, listing_id=sent.pk, reason=" ")),
        ("reason", lambda: listings.decline_listing(
            by=place.assurer, listing_id=sent.pk, because=Hidden.REFUSED, reason="")),
        ("because", lambda: listings.decline_listing(
            by=place.assurer, listing_id=sent.pk, because=Hidden.LAPSED, reason="No")),
        ("reason", lambda: listings.hide_listing(
            by=place.assurer, listing_id=public.pk, because=Hidden.CLOSED, reason="")),
        ("reason", lambda: listings.reopen_listing(
            by=place.assurer, listing_id=public.pk, reason="")),
        ("reason", lambda: listings.carry_over_listings(
            by=place.lead, listing_ids=[sent.pk], reason="",
            until=clock.today() + dt.timedelta(days=1))),
        ("until", lambda: listings.carry_over_listings(
            by=place.lead, listing_ids=[sent.pk], reason="Old", until=clock.today())),
    ]  # fmt: skip
    before = AuditEvent.objects.count()

    for name, call in calls:
        with pytest.raises(InvalidInput) as refused:
            call()
        assert list(refused.value.errors) == [name]

    assert AuditEvent.objects.count() == before


def test_a_declined_listing_has_one_appeal_to_another_assurer(
    place: world.Place,
) -> None:
    listing = world.submitted(place)
    refuse = {"because": Hidden.REFUSED, "reason": "Not a service."}
    listings.decline_listing(by=place.assurer, listing_id=listing.pk, **refuse)

    listings.appeal_listing(
        by=place.contributor, listing_id=listing.pk, words="It is one."
    )

    for action, more in (
        (listings.decline_listing, refuse),
        (listings.return_listing, {"reason": "Hm."}),
    ):
        with pytest.raises(PermissionDenied):
            action(by=place.assurer, listing_id=listing.pk, **more)
    appeal = listing.proposals.get(state=ProposalState.OPEN)
    with pytest.raises(PermissionDenied):
        decisions.decide(
            by=place.assurer, proposal_id=appeal.pk, check=Check(Method.CALL),
            choices=world.accept_all(appeal),
        )  # fmt: skip
    listings.decline_listing(by=place.second_assurer, listing_id=listing.pk, **refuse)
    with pytest.raises(InvalidState) as twice:
        listings.appeal_listing(
            by=place.contributor, listing_id=listing.pk, words="Please."
        )
    assert twice.value.sentence == (
        "There is one appeal, and it has been made already."
    )


def test_an_appeal_can_succeed(place: world.Place) -> None:
    listing = world.submitted(place)
    listings.decline_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.REFUSED, reason="No."
    )
    listings.appeal_listing(
        by=place.contributor, listing_id=listing.pk, words="It is one."
    )

    _assure(place, listing)

    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_what_was_assured_cannot_be_appealed(place: world.Place) -> None:
    listing = world.published(place)
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN, reason="Yes"
    )

    with pytest.raises(InvalidState):
        listings.appeal_listing(
            by=place.contributor, listing_id=listing.pk, words="Please."
        )


def test_a_reopened_listing_can_be_returned_and_sent_in_again(
    place: world.Place,
) -> None:
    places.save_policy(
        by=place.lead, place=place.partnership, values={"publish_at_once": False}
    )
    listing = world.published(place)
    listings.reopen_listing(
        by=place.assurer, listing_id=listing.pk, reason="The fee is gone."
    )
    listings.return_listing(
        by=place.assurer, listing_id=listing.pk, reason="Please say what it costs."
    )
    draft = world.fresh(listing).draft
    assert draft is not None
    assert draft["service"] == queries.current(listing.record)

    draft["service"]["fees"] = "£2"
    drafts.save_draft(by=place.contributor, listing_id=listing.pk, draft=draft)
    proposal = listings.submit_listing(by=place.contributor, listing_id=listing.pk)

    changes = proposal.changes.values_list("path", "was", "value", "base")
    assert list(changes) == [("fees", None, "£2", 1)]
    _assure(place, listing)
    assert queries.current(world.fresh(listing).record)["fees"] == "£2"


def test_a_listing_comes_back_when_the_last_reason_is_gone(place: world.Place) -> None:
    listing = world.published(place)
    for because in (Hidden.WITHDRAWN, Hidden.PERSONAL_DATA):
        listings.hide_listing(
            by=place.assurer, listing_id=listing.pk, because=because, reason="So."
        )
    assert world.fresh(listing).hidden_because == ["personal_data", "withdrawn"]

    listings.restore_listing(
        by=place.assurer, listing_id=listing.pk, reason="Both are gone."
    )

    back = world.fresh(listing)
    assert (back.stage, back.hidden_because) == (Stage.PUBLISHED, [])


def test_restoring_leaves_what_only_a_check_lifts(place: world.Place) -> None:
    listing = world.published(place)
    late = clock.now() + dt.timedelta(days=200)
    with clock.at(late):
        places.hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Too old.")
        with pytest.raises(InvalidState):
            listings.restore_listing(
                by=place.publisher, listing_id=listing.pk, reason="Please."
            )
        listings.hide_listing(
            by=place.assurer, listing_id=listing.pk, because=Hidden.CLOSED, reason="So."
        )
        listings.restore_listing(
            by=place.publisher, listing_id=listing.pk, reason="It is open."
        )

    left = world.fresh(listing)
    assert (left.stage, left.hidden_because) == (Stage.UNPUBLISHED, [Hidden.LAPSED])


def test_a_defunct_service_is_not_restored(place: world.Place) -> None:
    listing = world.published(place, status="temporarily closed")
    editor = world.make_editor(listing)
    world.trust(place, listing)
    checking.edit_own(
        by=editor, listing_id=listing.pk, bases={str(listing.record_id): 1},
        edits={str(listing.record_id): {"status": "defunct"}},
    )  # fmt: skip

    with pytest.raises(InvalidInput) as refused:
        listings.restore_listing(
            by=place.publisher, listing_id=listing.pk, reason="Please."
        )

    assert refused.value.errors == {
        "": "It is marked as closed for good. Change that first."
    }


# --- what the database refuses by itself ----------------------------------------------


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"stage": "elsewhere"}, "listing_stage_known"),
        ({"hidden_because": ["closed"]}, "published_listing_has_no_reason_to_hide"),
        ({"stage": "unpublished"}, "unpublished_listing_has_a_reason"),
        ({"author": None}, "listing_has_an_author"),
    ],
)
def test_database_refuses_an_impossible_listing(
    place: world.Place, columns: dict[str, Any], constraint: str
) -> None:
    listing = world.published(place)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(**columns)
