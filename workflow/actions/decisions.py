"""Deciding: accept, change and accept, or reject each change. The heart of Vouch.

Exactly what was accepted becomes the next revision. Accepting is not assuring: the date
on which a record was checked moves only by ``checking.py`` and the first assurance.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Message, User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import checks, diff, freshness, validation
from directory.choices import Kind
from directory.declarations import RECORDS
from workflow import access, queries
from workflow.actions import listings
from workflow.actions.proposals import (
    label_of,
    lock_proposal,
    refuse_if_claimed,
)
from workflow.actions.revising import announce, lock_records, write_revision
from workflow.actions.telling import UNDO, tell
from workflow.choices import (
    Hidden,
    Method,
    ProposalKind,
    ProposalState,
    RejectReason,
    Stage,
    Verdict,
)
from workflow.models import Assurance, Change, Decision, Listing, Proposal, Record
from workflow.stages import move


@dataclass(frozen=True)
class Choice:
    """What was chosen for one change."""

    verdict: str
    value: Any = None
    reason: str = ""
    words: str = ""


@dataclass(frozen=True)
class Informant:
    """The second pair of eyes of a value the decider put in: who said so, and how."""

    name_and_role: str
    method: str
    on: dt.date


@dataclass(frozen=True)
class Check:
    """The first assurance of a new listing: how it was checked."""

    method: str
    note: str = ""


@dataclass
class Accepted:
    """Values to put into each record, by record id and path."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, record_id: Any, path: str, value: Any) -> None:
        self.values.setdefault(str(record_id), {})[path] = value


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
) -> Decision:
    """Decide some or all changes of a proposal.

    ``choices`` by change id; ``seen`` the versions the decider had before them;
    ``fill`` adds values found out while deciding (record id → path → value), with the
    ``informant`` who gave them; ``check`` is wanted for a new listing. Raises
    PermissionDenied, InvalidState (somebody was faster, a field moved on), InvalidInput
    (by change id, or ``record id:path`` for what was filled in).
    """
    proposal = lock_proposal(proposal_id)
    if not access.can_decide(by, proposal):
        raise PermissionDenied(
            "You may not decide this: it is yours, or not in your area of work."
        )
    refuse_if_claimed(proposal, by)
    pending = {
        str(c.pk): c
        for c in proposal.changes.select_related("record__revision")
        .filter(verdict=Verdict.PENDING)
        .select_for_update(of=("self",))
    }
    _check_choices(by, proposal, pending, choices, seen or {})
    new = proposal.kind == ProposalKind.NEW
    if new and len(choices) < len(pending):
        raise InvalidInput("Decide every line of a new service before you go on.")
    if not new and not pending and not answer.strip():
        raise InvalidInput({"answer": "Say what came of it; they are told."})
    decision = Decision.objects.create(
        proposal=proposal,
        decided_by=by,
        body_label=_body(by, proposal),
        single_handed=bool(fill) or _is_single_handed(by, proposal),
        override_reason=override_reason.strip(),
        answer=answer.strip(),
    )
    accepted = _record_choices(decision, pending, choices)
    if fill:
        fill_in(decision, proposal, fill, informant, accepted, by)
    write_accepted(decision, accepted, by, Method.DECISION)
    mark_others(decision, accepted)
    if new:
        _assure_new(by, proposal, decision, check, override_reason)
    _finish(proposal, decision, by)
    return decision


def _check_choices(
    by: User,
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
        rows = access.decidable_changes_by(by).filter(proposal=proposal)
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
        if choice.verdict not in (Verdict.ACCEPTED, Verdict.CHANGED, Verdict.REJECTED):
            errors[str(key)] = "Choose accept, change or reject."
        elif choice.verdict == Verdict.REJECTED and (
            choice.reason not in RejectReason.values
        ):
            errors[str(key)] = "Choose a reason; the person who suggested it reads it."
        elif choice.reason == RejectReason.OTHER and not choice.words.strip():
            errors[str(key)] = "Say the reason in a few words."
        elif choice.verdict == Verdict.CHANGED and not choice.words.strip():
            errors[str(key)] = "Say in a few words why you changed it."
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
        before = diff.at(queries.payload_at(change.record, number), change.path)
        now = diff.at(revision.payload, change.path)
        if not diff.same(before, now):
            raise InvalidState(
                f"“{label_of(change)}” was changed by {revision.made_by_label} while "
                "you were deciding. Look at the new value; your choices are below, "
                "nothing is lost."
            )


def _record_choices(
    decision: Decision, pending: dict[str, Change], choices: Mapping[Any, Choice]
) -> Accepted:
    accepted = Accepted()
    for key, choice in choices.items():
        change = pending[str(key)]
        change.verdict = choice.verdict
        change.decision = decision
        change.reason_words = choice.words.strip()
        if choice.verdict == Verdict.REJECTED:
            change.reason = choice.reason
        else:
            value = change.value
            if choice.verdict == Verdict.CHANGED:
                value = choice.value
            change.accepted_value = value
            accepted.put(change.record_id, change.path, value)
        change.save()
    return accepted


def fill_in(
    decision: Decision,
    proposal: Proposal,
    fill: Mapping[str, Mapping[str, Any]],
    informant: Informant | None,
    accepted: Accepted,
    by: User,
) -> None:
    """Put in what the decider found out: correct-and-check, one act, single-handed."""
    if not proposal.partnership.policy.correct_and_check:
        raise PermissionDenied("This place does not let one person correct and decide.")
    check_informant(informant)
    assert informant is not None and proposal.listing is not None
    numbers = {str(c.record_id) for c in proposal.changes.all()}
    allowed = numbers | set(queries.whole(proposal.listing).numbers)
    allowed |= {str(proposal.listing.record_id)}
    found = lock_records(set(fill) & allowed)
    if set(fill) - allowed:
        raise InvalidInput("This record does not belong to the service.")
    position = proposal.changes.count()
    for record_id, values in fill.items():
        record = found[record_id]
        base = queries.current(record)
        target = base
        for path, value in values.items():
            diff.declaration(RECORDS[record.kind], path)
            target = diff.put(target, path, value)
        target = validation.normalise(record.kind, target)
        for change in diff.changes(RECORDS[record.kind], base, target):
            if change.path in accepted.values.get(record_id, {}):
                continue  # decided in its own line
            Change.objects.update_or_create(
                proposal=proposal,
                record=record,
                path=change.path,
                defaults={
                    "was": change.was,
                    "value": change.value,
                    "accepted_value": change.value,
                    "base": record.revision.number if record.revision else 0,
                    "position": position,
                    "verdict": Verdict.ACCEPTED,
                    "decision": decision,
                    "reason": "",
                    "proposed_by": by,
                    "informant": informant.name_and_role,
                    "informed_on": informant.on,
                    "informed_by": informant.method,
                },
            )
            position += 1
            accepted.put(record_id, change.path, change.value)


def check_informant(informant: Informant | None) -> None:
    """Raise InvalidInput unless who, how and when are all there."""
    if informant is None:
        raise InvalidInput({"informant": "Say who told you: name or role, how, when."})
    errors = {}
    if len(informant.name_and_role.strip()) < 3:
        errors["informant"] = "Say who told you and what they do there."
    if informant.method not in Method.values or informant.method == Method.DECISION:
        errors["informed_by"] = "Say how you found out."
    if informant.on > clock.today():
        errors["informed_on"] = "This day has not come yet."
    elif informant.on < clock.today() - dt.timedelta(days=31):
        errors["informed_on"] = "This is more than a month ago. Please ask again."
    if errors:
        raise InvalidInput(errors)


def write_accepted(
    decision: Decision, accepted: Accepted, by: User | str, method: str
) -> None:
    """One new revision for each record that something was accepted for.

    Organizations and places before services, which refer to them.
    """
    found = lock_records(accepted.values)
    order = (Kind.ORGANIZATION, Kind.LOCATION, Kind.SERVICE)
    errors: dict[str, str] = {}
    for record in sorted(found.values(), key=lambda r: (order.index(r.kind), r.pk)):
        payload = queries.current(record)
        for path, value in accepted.values[str(record.pk)].items():
            payload = diff.put(payload, path, value)
        try:
            write_revision(
                record,
                payload,
                by=by,
                body=decision.body_label,
                method=method,
                decision=decision,
            )
        except InvalidInput as error:
            errors |= _by_change(decision, record, error)
            break
    if errors:
        raise InvalidInput(errors)
    for record in found.values():
        _follow_status(record, by)


def _by_change(
    decision: Decision, record: Record, error: InvalidInput
) -> dict[str, str]:
    """Errors by path, told by the change that brought the value where there is one."""
    changes = {
        c.path: str(c.pk)
        for c in decision.proposal.changes.filter(record=record, decision=decision)
        if not c.informant
    }
    out = {}
    for path, sentence in error.errors.items():
        key = changes.get(path) or changes.get(path.split(".")[0])
        out[key or (f"{record.pk}:{path}" if path else "")] = sentence
    return out


def _follow_status(record: Record, by: User | str) -> None:
    """Accepting *defunct* takes a public listing away as closed (section 3)."""
    if record.kind != Kind.SERVICE:
        return
    listing = Listing.objects.select_for_update(of=("self",)).get(record=record)
    status = queries.current(record).get("status")
    if status == "defunct" and listing.stage == Stage.PUBLISHED:
        listings.take_from_public(
            listing, Hidden.CLOSED, by=by, reason="It has closed for good."
        )


def mark_others(decision: Decision, accepted: Accepted) -> None:
    """Close equal pending changes of other proposals with thanks.

    Those that want something else stay open; that their field moved on is seen by
    comparing (``queries.moved_on``).
    """
    touched: set[uuid.UUID] = set()
    for record_id, values in accepted.values.items():
        others = (
            Change.objects.select_for_update(of=("self",))
            .filter(
                record_id=record_id,
                path__in=list(values),
                verdict=Verdict.PENDING,
                proposal__state=ProposalState.OPEN,
            )
            .exclude(proposal=decision.proposal)
        )
        for change in others:
            if diff.same(change.value, values[change.path]):
                change.verdict = Verdict.SAME
                change.decision = decision
                change.accepted_value = change.value
                change.save()
                touched.add(change.proposal_id)
    for proposal in Proposal.objects.select_for_update(of=("self",)).filter(
        pk__in=touched, state=ProposalState.OPEN
    ):
        if proposal.kind != ProposalKind.NEW:
            close_if_done(proposal)


def close_if_done(proposal: Proposal) -> bool:
    if proposal.changes.filter(verdict=Verdict.PENDING).exists():
        return False
    proposal.state = ProposalState.DECIDED
    proposal.decided_at = clock.now()
    proposal.claimed_by = None
    proposal.claimed_until = None
    proposal.save()
    _tell_outcome(proposal)
    return True


def _assure_new(
    by: User,
    proposal: Proposal,
    decision: Decision,
    check: Check | None,
    override_reason: str,
) -> None:
    """submitted → assured, and published at once if the policy says so."""
    assert proposal.listing is not None
    if check is None or check.method not in Method.values:
        raise InvalidInput({"method": "Say how you checked it."})
    listing = (
        Listing.objects.select_for_update(of=("self",))
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .get(pk=proposal.listing.pk)
    )
    service = queries.current(listing.record)
    if listing.record.revision is None or not service.get("organization_id"):
        raise InvalidInput("A service needs at least a name and who runs it.")
    missing = listings.mandatory_missing(listing, service)
    if missing:
        prefix = f"{listing.record_id}:"
        raise InvalidInput({prefix + name: text for name, text in missing.items()})
    odd = checks.oddities(service, clock.today())
    if odd and not override_reason.strip():
        raise InvalidInput(
            {"override_reason": " ".join(odd.values()) + " If it is right all the "
             "same, say why."}
        )  # fmt: skip
    move(listing, "assure")
    listing.draft = None
    listing.save(update_fields=["stage", "draft"])
    write_assurance(
        listing, by=by, method=check.method, note=check.note,
        body=decision.body_label, single_handed=decision.single_handed,
    )  # fmt: skip
    if listing.partnership.policy.publish_at_once:
        listings.go_public(listing, "publish", by=by, reason="at once, by policy")


def write_assurance(
    listing: Listing, *, by: User, method: str, note: str, body: str,
    single_handed: bool,
) -> Assurance:  # fmt: skip
    """Store that a person vouched for a locked listing today; its dates follow."""
    today = clock.today()
    revision = listing.record.revision
    if revision is None:
        raise InvalidState("There is no accepted version to vouch for yet.")
    months = listing.partnership.policy.period_months
    assurance = Assurance.objects.create(
        listing=listing,
        revision=revision,
        covers=queries.covers(listing),
        assured_by=by,
        body_label=body,
        body_mailbox=_mailbox(listing, body),
        assured_on=today,
        due_on=freshness.due_on(today, months),
        method=method,
        note=note.strip(),
        single_handed=single_handed,
    )
    listing.assurance = assurance
    listing.assured_on = assurance.assured_on
    listing.due_on = assurance.due_on
    listing.carried_over_until = None
    listing.save(
        update_fields=["assurance", "assured_on", "due_on", "carried_over_until"]
    )
    announce(listing.record_id)
    audit.record(
        "listing_assured",
        listing,
        actor=by,
        body=body,
        partnership_id=listing.partnership_id,
        after={"assured_on": today.isoformat(), "revision": revision.number},
        reason=note,
    )
    return assurance


def _mailbox(listing: Listing, body: str) -> str:
    """The role mailbox of the body that vouches, else the place's."""
    remit = listing.remit
    if remit and remit.partner.name == body and remit.partner.role_mailbox:
        return remit.partner.role_mailbox
    return listing.partnership.role_mailbox


def _body(by: User, proposal: Proposal) -> str:
    if proposal.listing is None:
        return str(proposal.partnership)
    return body_for(by, proposal.listing)


def body_for(by: User, listing: Listing) -> str:
    """The body a person acts for on this listing: their partner, or the provider."""
    if listing.remit and access.is_in_remit(by, listing):
        return listing.remit.partner.name
    if access.is_own(by, listing):
        names = queries.whole(listing).organization
        return str(names.get("name") or "the provider")
    partner = access.first_partner(by)
    return partner.name if partner else str(listing.partnership)


def _is_single_handed(by: User, proposal: Proposal) -> bool:
    return proposal.proposer_id == by.pk


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


def _tell_outcome(proposal: Proposal) -> None:
    """Write the answer to who suggested it: each change and its reason.

    Values are left out: the mail may go to a stranger, and a value may be personal.
    """
    to = proposal.answer_to or (proposal.proposer.email if proposal.proposer else "")
    told_by = proposal.decisions.order_by("-decided_at").first()
    if not to or (told_by and told_by.decided_by_id == proposal.proposer_id):
        return
    lines = [f"Thank you for what you sent us about “{proposal.title}”.", ""]
    for change in proposal.changes.select_related("record"):
        if change.informant:
            continue
        line = f"- {label_of(change)}: {Verdict(change.verdict).label.lower()}"
        why = [RejectReason(change.reason).label] if change.reason else []
        why += [change.reason_words] if change.reason_words else []
        lines.append(line + (f" ({'. '.join(why)})" if why else ""))
    if told_by and told_by.answer:
        lines += ["", told_by.answer]
    lines += ["", "Checked means that the information was checked, not the service."]
    tell(
        to,
        kind="outcome",
        subject=f"What became of your suggestion about “{proposal.title}”",
        lines=lines,
        about=proposal,
    )


@transaction.atomic
def undo_decision(*, by: User, decision_id: Any) -> Proposal:
    """Within ten minutes: a compensating revision, and the proposal anew in the queue.

    The decided proposal itself is never reopened. Raises InvalidState when it is too
    late, when it made a new listing, or when a value has moved on since.
    """
    decision = Decision.objects.select_related("proposal__listing").get(pk=decision_id)
    proposal = decision.proposal
    records = lock_records(decision.revisions.values_list("record_id", flat=True))
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.decided_by_id != by.pk:
        raise PermissionDenied("Only who decided it may undo it.")
    if decision.undone_at:
        raise InvalidState("This has been undone already.")
    if clock.now() > decision.decided_at + UNDO:
        raise InvalidState("Ten minutes have passed. Suggest the change back instead.")
    if proposal.kind == ProposalKind.NEW:
        raise InvalidState("A new service is not undone: hide it, with a reason.")
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
            reason="undone",
        )  # fmt: skip
    decision.undone_at = clock.now()
    decision.undone_by_label = str(by)
    decision.save(update_fields=["undone_at", "undone_by_label"])
    Message.objects.filter(
        about_id=proposal.pk, kind="outcome", sent_at=None, claimed_at=None
    ).update(cancelled_at=clock.now())
    audit.record(
        "decision_undone", proposal, actor=by, partnership_id=proposal.partnership_id
    )
    return _put_again(proposal, decision)


def _put_again(proposal: Proposal, decision: Decision) -> Proposal:
    """A fresh open copy of what was decided, so that it is not lost."""
    again = Proposal.objects.get(pk=proposal.pk)
    again.pk = uuid.uuid4()
    again._state.adding = True
    again.state = ProposalState.OPEN
    again.decided_at = again.claimed_by = again.claimed_until = None
    again.save()
    for change in proposal.changes.filter(decision=decision, informant=""):
        Change.objects.create(
            proposal=again, record=change.record, path=change.path, was=change.was,
            value=change.value, base=change.base, position=change.position,
            proposed_by=change.proposed_by,
        )  # fmt: skip
    return again


def accept_everything(listing: Listing, *, by: User, rule: str) -> Sequence[Change]:
    """Accept what is valid in a submission by a named rule; authorised by the caller.

    What cannot be accepted is rejected with the sentence that says why.
    """
    peek = listing.proposals.get(kind=ProposalKind.NEW, state=ProposalState.OPEN)
    proposal = lock_proposal(peek.pk)
    decision = Decision.objects.create(
        proposal=proposal, rule=rule, body_label=str(listing.partnership)
    )
    accepted = Accepted()
    changes = list(proposal.changes.select_related("record__revision"))
    targets: dict[str, dict[str, Any]] = {}
    for change in changes:
        key = str(change.record_id)
        base = targets.get(key) or queries.current(change.record)
        targets[key] = diff.put(base, change.path, change.value)
    wrong = {
        key: validation.problems(next(c.record.kind for c in changes
                                      if str(c.record_id) == key), target)
        for key, target in targets.items()
    }  # fmt: skip
    for change in changes:
        faults = wrong[str(change.record_id)]
        why = [t for p, t in faults.items() if p.split(".")[0] == change.path]
        change.decision = decision
        if why:
            change.verdict = Verdict.REJECTED
            change.reason = RejectReason.OTHER
            change.reason_words = " ".join(why)
        else:
            change.verdict = Verdict.ACCEPTED
            change.accepted_value = change.value
            accepted.put(change.record_id, change.path, change.value)
        change.save()
    write_accepted(decision, accepted, str(by), "carried over")
    mark_others(decision, accepted)
    close_if_done(proposal)
    Listing.objects.filter(pk=listing.pk).update(draft=None)
    return changes
