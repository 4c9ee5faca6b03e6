"""Deciding: accept, change and accept, or reject each change. The heart of Vouch.

Exactly what was accepted becomes the next revision. Accepting is not assuring: the date
on which a record was checked moves only by ``checking.py`` and the first assurance.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_person
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import diff
from workflow import access, erased, queries
from workflow.actions import efforts, undoing
from workflow.actions.accepting import (
    Accepted,
    fill_in,
    is_term,
    mark_others,
    record_choices,
    write_accepted,
)
from workflow.actions.choosing import (
    Check,
    Choice,
    Informant,
    choice_problem,
    need_informant,
)
from workflow.actions.lines import label_of
from workflow.actions.outcomes import close_if_done, take_back, untell
from workflow.actions.proposals import (
    lock_proposal,
    refuse_if_claimed,
    refuse_replaced,
)
from workflow.actions.revising import lock_records
from workflow.actions.telling import UNDO
from workflow.actions.vouching import assure_new, body_for, body_for_record
from workflow.choices import EffortKind, Method, ProposalKind, Verdict
from workflow.models import Change, Decision, Listing, Proposal, Revision

__all__ = ["Check", "Choice", "Informant", "decide", "undo_decision"]


@transaction.atomic
def decide(
    *,
    by: User,
    proposal_id: Any,
    choices: Mapping[Any, Choice],
    seen: Mapping[str, int] | None = None,
    fill: Mapping[str, Mapping[str, Any]] | None = None,
    informant: Informant | None = None,
    check: Check | None = None,
    override_reason: str = "",
    answer: str = "",
    minutes: int | None = None,
) -> Decision:
    """Decide some or all changes of a proposal.

    ``choices`` by change id; ``seen`` the versions the decider had before them;
    ``fill`` adds values found out while deciding (record id → path → value), with the
    ``informant`` who gave them (terms need none: they are the assurer's to set);
    ``check`` is wanted for a new listing; ``minutes`` are what it took. Raises
    PermissionDenied, InvalidState (somebody was faster, a field moved on), InvalidInput
    (by change id, or ``record id:path`` for what was filled in).
    """
    proposal = lock_proposal(proposal_id, _typed(proposal_id, choices, fill or {}))
    me = access.authority_of(by)
    if not access.can_decide(me, proposal):
        raise PermissionDenied(
            "You may not decide this: it is yours, or not in your area of work."
        )
    refuse_if_claimed(proposal, by)
    pending = {
        str(c.pk): c
        for c in proposal.changes.select_related("record__revision")
        .filter(verdict=Verdict.PENDING)
        .select_for_update(of=("self",), no_key=True)
    }
    for change in pending.values():
        refuse_replaced(change.record)
    _check_choices(me, proposal, pending, choices, seen or {})
    new = proposal.kind == ProposalKind.NEW
    if new and len(choices) < len(pending):
        raise InvalidInput("Decide every line of a new service before you go on.")
    if not new and not pending and not answer.strip():
        raise InvalidInput({"answer": "Say what came of it; they are told."})
    erased.refuse({"override_reason": override_reason, "answer": answer})
    paths = [path for edits in (fill or {}).values() for path in edits]
    found_out = not all(map(is_term, paths))
    decision = Decision.objects.create(
        proposal=proposal,
        decided_by=by,
        body_label=_body(me, proposal),
        single_handed=found_out or proposal.proposer_id == by.pk,
        override_reason=override_reason.strip(),
        answer=answer.strip(),
    )
    _log(me, proposal, decision, minutes)
    accepted = record_choices(decision, pending, choices, by)
    if fill and proposal.listing:
        fill_in(
            decision, proposal, proposal.listing, fill,
            need_informant(informant) if found_out else None, accepted, by,
        )  # fmt: skip
    write_accepted(decision, accepted, by, Method.DECISION)
    mark_others(decision, accepted, by=by)
    if new and proposal.listing:
        _still_may_assure(by, proposal, accepted)
        assure_new(
            proposal.listing, by=by, decision=decision, check=check,
            override_reason=override_reason,
        )  # fmt: skip
    _finish(proposal, decision, by)
    return decision


def _typed(
    proposal_id: Any,
    choices: Mapping[Any, Choice],
    fill: Mapping[str, Mapping[str, Any]],
) -> list[tuple[str, Any]]:
    """The values that the decider put in, by path."""
    typed = {
        str(key): choice.value
        for key, choice in choices.items()
        if choice.verdict == Verdict.CHANGED
    }
    changed = []
    if typed:
        rows = Change.objects.filter(proposal=proposal_id).values_list("pk", "path")
        paths = {str(pk): path for pk, path in rows}
        changed = [(paths[key], value) for key, value in typed.items() if key in paths]
    return changed + [one for values in fill.values() for one in values.items()]


def _check_choices(
    me: access.Authority,
    proposal: Proposal,
    pending: dict[str, Change],
    choices: Mapping[Any, Choice],
    seen: Mapping[str, int],
) -> None:
    if not choices and pending:
        raise InvalidInput("Choose accept, change or reject for at least one line.")
    if proposal.kind == ProposalKind.NEW:
        mine = set(pending)
    else:
        rows = access.decidable_changes_by(me, proposal)
        mine = {str(pk) for pk in rows.values_list("pk", flat=True)}
    errors: dict[str, str] = {}
    for key, choice in choices.items():
        change = pending.get(str(key))
        if change is None:
            raise InvalidState(
                "Part of this was decided meanwhile. Your other choices are below, "
                "nothing is lost."
            )
        if str(key) not in mine:
            raise PermissionDenied(f"“{label_of(change)}” is for somebody else.")
        problem = choice_problem(choice)
        if problem:
            errors[str(key)] = problem
    errors |= erased.faults({str(key): one.words for key, one in choices.items()})
    if errors:
        raise InvalidInput(errors)
    _check_not_moved(pending, choices, seen)


def _check_not_moved(
    pending: dict[str, Change], choices: Mapping[Any, Choice], seen: Mapping[str, int]
) -> None:
    """Refuse to decide over a value that changed after the decider opened the page."""
    for key in choices:
        change = pending[str(key)]
        number = seen.get(str(change.record_id))
        revision = change.record.revision
        if number is None or revision is None or revision.number == number:
            continue
        before = _seen_value(change, number)
        now = diff.at(revision.payload, change.path)
        if not diff.same(before, now):
            raise InvalidState(
                f"“{label_of(change)}” was changed by {revision.made_by_label} while "
                "you were deciding. Look at the new value; your choices are below, "
                "nothing is lost."
            )


def _still_may_assure(by: User, proposal: Proposal, accepted: Accepted) -> None:
    """Ask again once it is written: what was decided may have changed whose it is.

    A trusted body's people take none of the fields that the policy always checks.
    """
    listing = Listing.objects.select_related("partnership__policy").get(
        proposals__pk=proposal.pk
    )
    if not access.can_assure(by, listing):
        raise PermissionDenied(
            "With who runs it now, this is for somebody else to decide."
        )
    always = set(listing.partnership.policy.always_checked)
    names = {diff.split(p)[0] for paths in accepted.values.values() for p in paths}
    if names & always and not access.is_in_remit(by, listing):
        raise PermissionDenied(
            "This place always has its own assurers look at a part of this. Leave it "
            "in the queue for them."
        )


def _seen_value(change: Change, number: int) -> Any:
    """The value a version had; one that never was counts as changed since."""
    try:
        return diff.at(queries.payload_at(change.record, number), change.path)
    except Revision.DoesNotExist:
        return object()


def _log(
    by: access.Authority, proposal: Proposal, decision: Decision, minutes: int | None
) -> None:
    if proposal.listing is not None:
        new = proposal.kind == ProposalKind.NEW
        efforts.log(
            proposal.listing, by=by, decision=decision, minutes=minutes,
            kind=EffortKind.NEW if new else EffortKind.DECISION,
        )  # fmt: skip
    elif proposal.record is not None:
        efforts.log_for_record(
            proposal.record, by=by, decision=decision, minutes=minutes
        )


def _body(by: access.Authority, proposal: Proposal) -> str:
    if proposal.record is not None:
        return body_for_record(by, proposal.record)
    return body_for(by, proposal.listing) if proposal.listing else ""


def _finish(proposal: Proposal, decision: Decision, by: User) -> None:
    done = close_if_done(proposal)
    verdicts = {c.path: c.verdict for c in proposal.changes.filter(decision=decision)}
    audit.record(
        "proposal_decided" if done else "proposal_partly_decided",
        proposal,
        actor=by,
        body=decision.body_label,
        partnership_id=proposal.partnership_id,
        after=verdicts,
        reason=decision.override_reason,
    )


@transaction.atomic
def undo_decision(*, by: User, decision_id: Any) -> Proposal:
    """Within ten minutes: a compensating revision, and the proposal anew in the queue;
    withdrawn at once where it was their own, as nobody suggests it any more.

    The decided proposal itself is never reopened. Raises PermissionDenied,
    InvalidState when it is too late, when it made a new listing or came with a check,
    or when a value has moved on since.
    """
    decision = Decision.objects.select_related("proposal__listing").get(pk=decision_id)
    proposal = decision.proposal
    ids = set(decision.revisions.values_list("record_id", flat=True))
    about = proposal.listing.record_id if proposal.listing else proposal.record_id
    records = lock_records({*ids, about})
    proposal = Proposal.objects.select_for_update(of=("self",), no_key=True).get(
        decisions__pk=decision_id
    )
    decision = Decision.objects.select_for_update(of=("self",), no_key=True).get(
        pk=decision_id
    )
    if not is_person(by) or decision.decided_by_id != by.pk:
        raise PermissionDenied("Only who decided it may undo it.")
    _refuse_undo(decision, proposal)
    undoing.write_back(decision, records, by)
    decision.undone_at = clock.now()
    decision.undone_by_label = str(by)
    decision.save(update_fields=["undone_at", "undone_by_label"])
    efforts.take_back(decision=decision)
    untell(proposal)
    undoing.put_others_again(decision, by)
    again = undoing.put_again(
        proposal, proposal.changes.filter(decision=decision, informant="")
    )
    audit.record(
        "decision_undone", proposal, actor=by, partnership_id=proposal.partnership_id,
        after={"again": str(again.pk)},
    )  # fmt: skip
    if _is_all_of(by, again):
        take_back(again, by)
    return again


def _is_all_of(by: User, proposal: Proposal) -> bool:
    """Whether somebody suggested all of it themselves."""
    others = proposal.changes.exclude(proposed_by=None).exclude(proposed_by=by)
    return proposal.proposer_id == by.pk and not others.exists()


def _refuse_undo(decision: Decision, proposal: Proposal) -> None:
    if decision.undone_at:
        raise InvalidState("This has been undone already.")
    if clock.now() > decision.decided_at + UNDO:
        raise InvalidState("Ten minutes have passed. Suggest the change back instead.")
    about = proposal.listing
    if about and about.partnership_id != proposal.partnership_id:
        raise InvalidState(
            f"{about.partnership} keeps it since. Suggest the change back instead."
        )
    if proposal.kind == ProposalKind.NEW:
        raise InvalidState("A new service is not undone: hide it, with a reason.")
    if decision.revisions.filter(number=1).exists():
        raise InvalidState(
            "A place that was added is not undone: suggest that it is taken away."
        )
    if proposal.changes.filter(decision=decision).exclude(informant="").exists():
        raise InvalidState("Somebody told you so. If it is wrong, correct it again.")
