"""Suggesting, editing and correcting what an organization or a place says of itself,
by itself: decided once, by its home, for every service that shows it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partner, User
from common.errors import InvalidInput, InvalidState
from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from workflow import access, bodies, queries
from workflow.actions import efforts
from workflow.actions.accepting import Accepted, mark_others, write_accepted
from workflow.actions.choosing import Choice, Informant, need_informant
from workflow.actions.correcting import own_proposal
from workflow.actions.decisions import decide
from workflow.actions.outcomes import close_if_done
from workflow.actions.proposals import (
    evidence_problems,
    need_member,
    refuse_replaced,
    with_values,
    write_proposal,
)
from workflow.actions.revising import lock_records
from workflow.choices import Evidence, Verdict
from workflow.models import Change, Decision, Proposal, Record

Values = Mapping[str, Any]
"""Path → new value (None takes it away)."""


def _lock(record_id: Any) -> Record:
    """Lock an accepted organization or place. Raises PermissionDenied for a service:
    what is said of that has its own rules."""
    record = lock_records([record_id])[str(record_id)]
    if record.kind not in bodies.KINDS or record.revision is None:
        raise PermissionDenied("This is no organisation or place of the directory.")
    return record


@transaction.atomic
def propose_record_edit(
    *,
    by: User,
    record_id: Any,
    values: Values,
    base: int,
    evidence: str,
    words: str = "",
    partner: Partner | None = None,
) -> Proposal:
    """Suggest changes to an organization or a place by itself.

    ``base`` is the version the person saw. Its home's remit decides. Raises
    PermissionDenied, InvalidState, InvalidInput (by ``record id:path``).
    """
    record = _lock(record_id)
    if not bodies.can_propose(by, record):
        raise PermissionDenied("You may not suggest changes to this.")
    need_member(by, partner)
    refuse_replaced(record)
    missing = evidence_problems(evidence)
    try:
        proposal = write_proposal(
            record, edits={str(record.pk): values}, bases={str(record.pk): base},
            by=by, evidence=evidence, words=words, partner=partner,
        )  # fmt: skip
    except InvalidInput as error:
        raise InvalidInput({**missing, **error.errors}) from error
    if missing:
        raise InvalidInput(missing)
    return proposal


@transaction.atomic
def edit_own_organization(
    *, by: User, record_id: Any, values: Values, base: int, words: str = ""
) -> Proposal:
    """An organization's edit of what it says of itself. A trusted one's is accepted at
    once, single-handed; what the policy always checks waits as usual."""
    record = _lock(record_id)
    if record.kind != Kind.ORGANIZATION or not bodies.is_own(by, record):
        raise PermissionDenied("Only its own people edit an organisation in this way.")
    proposal = propose_record_edit(
        by=by, record_id=record_id, values=values, base=base,
        evidence=Evidence.RUN_IT, words=words,
    )  # fmt: skip
    mine = access.decidable_changes_by(by, proposal)
    choices = {pk: Choice(Verdict.ACCEPTED) for pk in mine.values_list("pk", flat=True)}
    if choices:
        decide(by=by, proposal_id=proposal.pk, choices=choices)
        proposal.refresh_from_db()
    return proposal


@transaction.atomic
def correct_record(
    *,
    by: User,
    record_id: Any,
    values: Values,
    informant: Informant,
    seen: int | None = None,
    minutes: int | None = None,
) -> Proposal:
    """One act of an assurer who asked: put an organization or a place right.

    The informant is the second pair of eyes; it is marked single-handed and counted. It
    vouches for no service: each is checked by itself. Raises PermissionDenied (also
    where the policy does not allow it), InvalidState, InvalidInput.
    """
    record = _lock(record_id)
    if not access.can_correct(by, record):
        raise PermissionDenied(f"“{record}” is kept by {record.home}.")
    if not record.home.policy.correct_and_check:
        raise PermissionDenied("This place does not let one person correct and decide.")
    refuse_replaced(record)
    need_informant(informant)
    number = record.revision.number if record.revision else 0
    if seen is not None and seen != number:
        raise InvalidState(
            "The record changed while you were looking at it. Read it again; what you "
            "typed is below."
        )
    proposal, decision = own_proposal(record, by, informant)
    efforts.log_for_record(record, by=by, decision=decision, minutes=minutes)
    accepted = _put_right(record, values, proposal, decision, informant)
    write_accepted(decision, accepted, by, "correct_and_check")
    mark_others(decision, accepted, by=by)
    close_if_done(proposal)
    audit.record(
        "record_corrected", proposal, actor=by, body=decision.body_label,
        partnership_id=proposal.partnership_id,
        # Not who it was: this row stays, and a name has its time (retention.py).
        after={"method": informant.method, "on": informant.on.isoformat()},
    )  # fmt: skip
    return proposal


def _put_right(
    record: Record,
    values: Values,
    proposal: Proposal,
    decision: Decision,
    informant: Informant,
) -> Accepted:
    """A line for each value that differs, accepted on the informant's word."""
    base, key = queries.current(record), str(record.pk)
    try:
        target = with_values(record, base, values)
    except InvalidInput as error:
        raise InvalidInput(
            {f"{key}:{path}": text for path, text in error.errors.items()}
        ) from error
    accepted = Accepted()
    rows = diff.changes(RECORDS[record.kind], base, target)
    for position, row in enumerate(rows):
        Change.objects.create(
            proposal=proposal, record=record, path=row.path, was=row.was,
            value=row.value, accepted_value=row.value,
            base=record.revision.number if record.revision else 0,
            position=position, verdict=Verdict.ACCEPTED, decision=decision,
            proposed_by=proposal.proposer, informant=informant.name_and_role.strip(),
            informed_on=informant.on, informed_by=informant.method,
        )  # fmt: skip
        accepted.put(record.pk, row.path, row.value)
    if not accepted.values:
        raise InvalidInput("Nothing is different from what is there now.")
    return accepted
