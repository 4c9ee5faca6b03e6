"""Taking back what a decision wrote, and putting what was suggested into the queue.

A decided proposal is never reopened: an open copy takes its place.
"""

import uuid
from typing import Any

from accounts import audit
from accounts.models import User
from common.errors import InvalidState
from directory import diff
from directory.choices import Kind
from workflow import queries
from workflow.actions import public
from workflow.actions.accepting import CLOSED_FOR_GOOD
from workflow.actions.outcomes import untell
from workflow.actions.revising import lock_listing, write_revision
from workflow.choices import Hidden, ProposalState, Stage, Verdict
from workflow.models import Change, Decision, Listing, Proposal, Record


def write_back(decision: Decision, records: dict[str, Record], by: User) -> None:
    """A compensating revision of each locked record that the decision changed.

    Raises InvalidState where a value has moved on since.
    """
    for revision in decision.revisions.all():
        record = records[str(revision.record_id)]
        before = queries.payload_at(record, revision.number - 1)
        payload = queries.current(record)
        for path in revision.paths:
            if not diff.same(diff.at(payload, path), diff.at(revision.payload, path)):
                raise InvalidState("A value has been changed again since. Look at it.")
            payload = diff.put(payload, path, diff.at(before, path))
        write_revision(
            record, payload, by=by, body=decision.body_label, method="undo",
            reason="undone", exact=True,
        )  # fmt: skip
        if record.kind == Kind.SERVICE and "status" in revision.paths:
            _no_longer_closed(record, by)


def _no_longer_closed(record: Record, by: User) -> None:
    """Lift “closed”, where it was this decision that closed it."""
    listing = lock_listing(Listing.objects.get(record=record).pk)
    because = listing.hidden_because
    if (
        listing.stage != Stage.UNPUBLISHED
        or Hidden.CLOSED not in because
        or listing.hidden_words != CLOSED_FOR_GOOD
    ):
        return
    left = [reason for reason in because if reason != Hidden.CLOSED]
    if left:
        listing.hidden_because = left
        listing.hidden_words = ""
        listing.save(update_fields=["hidden_because", "hidden_words"])
    else:
        public.go_public_if_it_may(listing, "put_back", by=by, reason="undone")


def put_again(proposal: Proposal, changes: Any) -> Proposal:
    """An open copy of a proposal with these of its changes, so that none is lost."""
    rows = list(changes)
    again = Proposal.objects.get(pk=proposal.pk)
    again.pk = uuid.uuid4()
    again._state.adding = True
    again.state = ProposalState.OPEN
    again.decided_at = again.claimed_by = again.claimed_until = None
    again.save()
    Change.objects.bulk_create(
        Change(
            proposal=again, record_id=row.record_id, path=row.path, was=row.was,
            value=row.value, base=row.base, position=row.position,
            proposed_by_id=row.proposed_by_id,
        )
        for row in rows
    )  # fmt: skip
    return again


def put_others_again(decision: Decision, by: User) -> None:
    """What was closed with thanks because of this decision waits once more, and what
    wanted something else is no longer overtaken."""
    decision.overtook.update(overtaken_by=None)
    others = Proposal.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=Change.objects.filter(decision=decision, verdict=Verdict.SAME).values(
            "proposal"
        )
    )
    for proposal in others:
        same = proposal.changes.filter(decision=decision, verdict=Verdict.SAME)
        if proposal.state == ProposalState.OPEN:
            same.update(verdict=Verdict.PENDING, decision=None, accepted_value=None)
            continue
        again = put_again(proposal, same)
        untell(proposal)
        audit.record(
            "proposal_put_again", again, actor=by,
            partnership_id=again.partnership_id,
        )  # fmt: skip
