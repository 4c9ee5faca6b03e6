"""The same person saying the same thing again while the first still waits.

A double click, the back button, or a week later: nothing is put into the queue twice.
New words go with what waits. The caller holds the lock of the listing's record, so two
requests at once find each other here.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts import audit
from accounts.models import User
from common import clock
from directory import diff
from directory.freshness import full_date
from workflow import erased
from workflow.actions.outcomes import close_if_done, take_back
from workflow.choices import URGENT, Gravity, ProposalKind, ProposalState, Verdict
from workflow.models import Change, Confirmation, Listing, Proposal

SAME = "same"
MORE = "more"


def waiting(listing: Listing, by: User, kind: str) -> Proposal | None:
    """What this person said about a listing and nobody has decided on."""
    return (
        Proposal.objects.filter(
            listing=listing, proposer=by, kind=kind, state=ProposalState.OPEN
        )
        .order_by("created_at")
        .first()
    )


def contrary(listing: Listing, by: User) -> Proposal | None:
    """What this person said is wrong with a listing, or that it closed, and nobody has
    decided on: “it is still right” would say the opposite."""
    return (
        Proposal.objects.filter(
            Q(kind__in=(ProposalKind.CLOSURE, ProposalKind.REPORT))
            | Q(gravity=Gravity.CLOSED),
            listing=listing,
            proposer=by,
            state=ProposalState.OPEN,
        )
        .order_by("created_at")
        .first()
    )


def contrary_in_words(proposal: Proposal) -> str:
    """“You told us on 22 November 2026 that it has closed; take that back first …”"""
    day = full_date(proposal.created_at.astimezone(clock.LONDON))
    closed = proposal.gravity == Gravity.CLOSED
    said = "it has closed" if closed else "something is wrong"
    return (
        f"You told us on {day} that {said}; take that back first if it is still right."
    )


def noted_today(listing: Listing, by: User, source: str) -> Confirmation | None:
    """What this person said today already: that it is still right."""
    return Confirmation.objects.filter(
        listing=listing, said_by=by, source=source, said_on=clock.today()
    ).first()


def lock_waiting(listing: Listing, by: User, kind: str) -> Proposal | None:
    """The same, locked until the transaction ends."""
    found = waiting(listing, by, kind)
    if found is None:
        return None
    return (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("listing__record__revision", "partnership__policy")
        .filter(pk=found.pk, state=ProposalState.OPEN)
        .first()
    )


def say_again(proposal: Proposal, words: str, *, by: User) -> Proposal:
    """Put new words to what waits; ``repeats`` of the answer says what came of it.

    Raises InvalidInput where they hold what was erased.
    """
    said = words.strip()
    proposal.repeats = SAME
    if not said or said in proposal.evidence_words.split("\n\n"):
        return proposal
    erased.refuse({"words": said})
    proposal.evidence_words = "\n\n".join(
        part for part in (proposal.evidence_words, said) if part
    )
    proposal.repeats = MORE
    proposal.save(update_fields=["evidence_words"])
    audit.record(
        "words_added", proposal, actor=by,
        partnership_id=proposal.partnership_id, reason=said,
    )  # fmt: skip
    return proposal


def is_worse(proposal: Proposal, gravity: str) -> bool:
    """Whether what is said now cannot wait as long as what was said before."""
    return gravity in URGENT and proposal.gravity not in URGENT


def without_waiting(
    changes: Iterable[Change], by: User
) -> tuple[list[Change], Proposal | None]:
    """Those of these changes that the same person has not suggested already, and the
    oldest open suggestion that holds one of the others."""
    wanted = list(changes)
    there = _waiting_changes(wanted, by)
    new: list[Change] = []
    first: Proposal | None = None
    for change in wanted:
        same = [
            other
            for other in there.get((change.record_id, change.path), [])
            if diff.same(other.value, change.value)
        ]
        if same:
            first = first or same[0].proposal
        else:
            new.append(change)
    return new, first


def replace_waiting(changes: Iterable[Change], by: User) -> None:
    """Take back what the same person wanted at these paths before, and still waits.

    It stays in the history as taken back; what else they suggested with it waits on.
    """
    wanted = list(changes)
    there = _waiting_changes(wanted, by)
    old = [
        change for new in wanted for change in there.get((new.record_id, new.path), [])
    ]
    for proposal in (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("listing", "partnership", "proposer", "record")
        .filter(pk__in={c.proposal_id for c in old}, state=ProposalState.OPEN)
        .order_by("pk")
    ):
        mine = proposal.changes.filter(pk__in=[c.pk for c in old])
        others = proposal.changes.exclude(pk__in=mine.values("pk"))
        if not others.exclude(verdict=Verdict.WITHDRAWN).exists():
            take_back(proposal, by)
            continue
        mine.update(verdict=Verdict.WITHDRAWN)
        audit.record(
            "change_replaced", proposal, actor=by,
            partnership_id=proposal.partnership_id,
        )  # fmt: skip
        close_if_done(proposal)


def _waiting_changes(
    wanted: Iterable[Change], by: User
) -> dict[tuple[Any, str], list[Change]]:
    """What this person suggested for the records of these changes and nobody has
    decided on, by record and path, the oldest first."""
    mine = (
        Change.objects.filter(
            proposed_by=by, verdict=Verdict.PENDING,
            proposal__state=ProposalState.OPEN, proposal__proposer=by,
            record_id__in={change.record_id for change in wanted},
        )
        .exclude(proposal__kind=ProposalKind.NEW)
        .select_related("proposal")
        .order_by("proposal__created_at")
    )  # fmt: skip
    there: dict[tuple[Any, str], list[Change]] = {}
    for change in mine:
        there.setdefault((change.record_id, change.path), []).append(change)
    return there
