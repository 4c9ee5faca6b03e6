"""Races with real concurrent transactions: one wins, nothing is doubled or lost."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEvent, Message
from common.errors import InvalidState
from tests import world
from tests.workflow.threads import together, while_holding
from tests.workflow.town import (
    ACCEPT,
    Town,
    as_it_is,
    make_town,
    now,
    suggest,
)
from workflow.actions import checking, decisions, proposals, records
from workflow.actions.choosing import Choice
from workflow.actions.proposals import clock_words
from workflow.choices import Hidden, Method, ProposalState, Verdict
from workflow.models import (
    Assurance,
    Decision,
    Listing,
    Proposal,
    Record,
    Revision,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return as_it_is(make_town(world.make_place()))


def _choose(proposal: Proposal, choice: Choice = ACCEPT) -> dict[Any, Choice]:
    return {change.pk: choice for change in proposal.changes.all()}


def _decide(proposal: Proposal, by: Any, choice: Choice = ACCEPT, **more: Any) -> Any:
    return decisions.decide(
        by=by, proposal_id=proposal.pk, choices=_choose(proposal, choice), **more
    )


# --- two assurers decide at once ------------------------------------------------------


def test_of_two_assurers_who_decide_at_once_one_wins(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2", "alert": "Closed"})
    place = town.place
    audited = AuditEvent.objects.count()

    results = together(
        lambda: _decide(proposal, place.assurer),
        lambda: _decide(proposal, place.second_assurer),
    )

    (won,) = [r for r in results if isinstance(r, Decision)]
    (lost,) = [r for r in results if isinstance(r, Exception)]
    assert isinstance(lost, InvalidState)
    assert lost.sentence == (
        f"{won.decided_by} decided this at {clock_words(won.decided_at)}: "
        "notice accepted, cost in words accepted."
    )
    numbers = Revision.objects.filter(record=town.listing.record).values_list(
        "number", flat=True
    )
    assert list(numbers) == [1, 2]
    assert Decision.objects.filter(proposal=proposal).count() == 1
    assert Message.objects.filter(about_id=proposal.pk).count() == 1
    assert AuditEvent.objects.count() - audited == 2  # revision and decision


def test_of_two_who_claim_at_once_one_wins(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    results = together(*(
        lambda who=who: proposals.start_deciding(by=who, proposal_id=proposal.pk)
        for who in (town.place.assurer, town.place.second_assurer)
    ))  # fmt: skip

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InvalidState", "Proposal"]


def test_deciding_meets_taking_back(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    _, late = while_holding(
        lambda: proposals.withdraw_proposal(
            by=town.place.contributor, proposal_id=proposal.pk
        ),
        lambda: _decide(proposal, town.place.assurer),
    )

    assert isinstance(late, InvalidState)
    assert now(town.listing.record)["fees"] == "Free"


# --- a change lands while a decision page is open -------------------------------------


def test_a_change_lands_while_the_decision_page_is_open(town: Town) -> None:
    ours = suggest(town, {"fees": "£2"})
    theirs = suggest(town, {"fees": "£9"}, by=town.place.volunteer)
    seen = {str(town.listing.record_id): 1}

    _, late = while_holding(
        lambda: _decide(theirs, town.place.second_assurer, seen=seen),
        lambda: _decide(ours, town.place.assurer, seen=seen),
    )

    assert isinstance(late, InvalidState)
    assert late.sentence == (
        "“Cost in words” was changed by Bert Assurer while you were deciding. Look at "
        "the new value; your choices are below, nothing is lost."
    )
    assert now(town.listing.record)["fees"] == "£9"
    ours.refresh_from_db()
    assert ours.state == ProposalState.OPEN


def test_two_fields_of_one_record_are_both_kept(town: Town) -> None:
    """The second waits for the first and builds on what it wrote."""
    one, other = suggest(town, {"fees": "£2"}), suggest(town, {"alert": "Closed"})

    while_holding(
        lambda: _decide(one, town.place.assurer),
        lambda: _decide(other, town.place.second_assurer),
    )

    record = now(town.listing.record)
    assert (record["fees"], record["alert"]) == ("£2", "Closed")
    last = Revision.objects.filter(record=town.listing.record).last()
    assert last is not None
    assert (last.number, last.paths) == (3, ["alert"])


def test_a_check_of_what_changed_meanwhile_is_refused(town: Town) -> None:
    proposal = suggest(town, {"transportation": "Bus 7"}, record=town.hall)
    seen = {str(town.listing.record_id): 1, str(town.hall.pk): 1}

    _, late = while_holding(
        lambda: _decide(proposal, town.place.second_assurer),
        lambda: checking.check_listing(
            by=town.place.assurer, listing_id=town.listing.pk, method=Method.CALL,
            seen=seen,
        ),
    )  # fmt: skip

    assert isinstance(late, InvalidState)
    assert Assurance.objects.filter(listing=town.listing).count() == 1


def test_a_halls_new_address_does_not_undo_a_services_change(town: Town) -> None:
    """Routing the services of a hall must not write what a service was before."""
    (address,) = now(town.hall)["addresses"]
    moved = suggest(
        town, {f"addresses/{address['id']}": {**address, "postal_code": "SP1 1AA"}},
        record=town.hall,
    )  # fmt: skip
    renamed = suggest(town, {"name": "Tea and talk"})

    while_holding(
        lambda: _decide(renamed, town.place.assurer),
        lambda: _decide(moved, town.place.second_assurer),
    )

    listing = world.fresh(town.listing)
    assert (listing.title, listing.area) == ("Tea and talk", "SP1")


# --- a proposal meets a merge of its base ---------------------------------------------


def _merge(town: Town) -> Any:
    return records.replace_record(
        by=town.place.assurer, listing_id=town.listing.pk, reason="The same group.",
        replaced_by_id=town.neighbour.record_id,
    )  # fmt: skip


def test_a_suggestion_that_comes_after_a_merge_is_sent_on(town: Town) -> None:
    _, late = while_holding(lambda: _merge(town), lambda: suggest(town, {"fees": "£2"}))

    assert isinstance(late, InvalidState)
    assert late.sentence == (
        "“Tuesday coffee morning” was replaced by “Chess club”. Look there instead."
    )
    assert Proposal.objects.filter(listing=town.listing, state="open").count() == 0


def test_a_suggestion_that_comes_before_a_merge_is_answered_by_it(town: Town) -> None:
    proposal, merged = while_holding(
        lambda: suggest(town, {"fees": "£2"}), lambda: _merge(town)
    )

    assert isinstance(merged, Listing)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECIDED
    assert proposal.changes.get().verdict == Verdict.OVERTAKEN


def test_a_decision_that_comes_after_a_merge_is_sent_on(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    _, late = while_holding(
        lambda: _merge(town), lambda: _decide(proposal, town.place.second_assurer)
    )

    assert isinstance(late, InvalidState)
    assert late.sentence.endswith(
        "“Tuesday coffee morning” is kept as “Chess club” now. Please look there."
    )
    assert now(town.listing.record)["fees"] == "Free"


def test_a_decision_before_a_merge_stands(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    decided, merged = while_holding(
        lambda: _decide(proposal, town.place.second_assurer), lambda: _merge(town)
    )

    assert isinstance(decided, Decision)
    assert isinstance(merged, Listing)
    assert now(town.listing.record)["fees"] == "£2"
    assert world.fresh(town.listing).hidden_because == [Hidden.DUPLICATE]


def test_two_merges_into_each_other_make_no_ring(town: Town) -> None:
    def merge(one: Listing, other: Listing) -> Callable[[], Any]:
        return lambda: records.replace_record(
            by=town.place.assurer, listing_id=one.pk, reason="The same.",
            replaced_by_id=other.record_id,
        )  # fmt: skip

    results = together(
        merge(town.listing, town.neighbour), merge(town.neighbour, town.listing)
    )

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InvalidState", "Listing"]
    assert Record.objects.filter(replaced_by__isnull=False).count() == 1
