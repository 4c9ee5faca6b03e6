"""From what was chosen to the next version: exactly what was accepted, no more."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from common.errors import InvalidInput
from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.declare import List
from workflow import access, queries
from workflow.actions import public
from workflow.actions.choosing import Choice, Informant
from workflow.actions.outcomes import close_if_done, close_with_thanks, tell_anew
from workflow.actions.proposals import lock_proposal, with_values
from workflow.actions.revising import faults, lock_records, write_revision
from workflow.choices import (
    Hidden,
    ProposalKind,
    ProposalState,
    RejectReason,
    Stage,
    Verdict,
)
from workflow.models import Change, Decision, Listing, Proposal, Record

CLOSED_FOR_GOOD = "It has closed for good."
_ORDER = (Kind.ORGANIZATION, Kind.LOCATION, Kind.SERVICE)


@dataclass
class Accepted:
    """Values to put into each record, by record id and path."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, record_id: Any, path: str, value: Any) -> None:
        self.values.setdefault(str(record_id), {})[path] = value


def record_choices(
    decision: Decision, pending: Mapping[str, Change], choices: Mapping[Any, Choice],
    by: User,
) -> Accepted:  # fmt: skip
    """Store what was chosen for each change; what is accepted, in its stored form.

    Raises InvalidInput by change id, PermissionDenied where somebody would accept in
    this way what they suggested themselves.
    """
    accepted = Accepted()
    as_they_are = []
    for key, choice in choices.items():
        change = pending[str(key)]
        change.verdict = choice.verdict
        change.decision = decision
        change.reason_words = choice.words.strip()
        if choice.verdict == Verdict.REJECTED:
            change.reason = choice.reason
        else:
            change.accepted_value = change.value
            if choice.verdict == Verdict.CHANGED:
                _change_value(change, choice.value, by)
            accepted.put(change.record_id, change.path, change.accepted_value)
        if change.verdict == Verdict.ACCEPTED and not change.reason_words:
            as_they_are.append(change.pk)
        else:
            change.save()
    # All lines of a new record at once, or of whoever accepts everything.
    Change.objects.filter(pk__in=as_they_are).update(
        verdict=Verdict.ACCEPTED,
        decision=decision,
        reason_words="",
        accepted_value=F("value"),
    )
    return accepted


def _change_value(change: Change, typed: Any, by: User) -> None:
    """Take another value than the suggested one; the same again is just accepting."""
    item = diff.declaration(RECORDS[change.record.kind], change.path)
    if isinstance(item, List) and item.is_set:
        raise InvalidInput(
            {str(change.pk): "Accept or reject it; another term is another line."}
        )
    key = str(change.pk)
    try:
        stored = with_values(
            change.record, {"id": str(change.record_id)}, {change.path: typed}
        )
    except InvalidInput as error:
        raise InvalidInput({key: " ".join(error.errors.values())}) from error
    value = diff.at(stored, change.path)
    if diff.same(value, change.value):
        change.verdict = Verdict.ACCEPTED
        return
    _refuse_own_value(change, value, by)
    change.accepted_value = value


def _refuse_own_value(change: Change, value: Any, by: User) -> None:
    """Changing somebody's value into one's own open suggestion would accept that."""
    mine = Change.objects.filter(
        record_id=change.record_id, path=change.path, verdict=Verdict.PENDING,
        proposed_by=by, proposal__state=ProposalState.OPEN,
    ).exclude(pk__in=access.decidable_changes_by(by).values("pk"))  # fmt: skip
    if any(diff.same(own.value, value) for own in mine):
        raise PermissionDenied(
            "You suggested this value yourself, so somebody else decides about it."
        )


def fill_in(
    decision: Decision,
    proposal: Proposal,
    listing: Listing,
    fill: Mapping[str, Mapping[str, Any]],
    informant: Informant | None,
    accepted: Accepted,
    by: User,
) -> None:
    """Put in what the decider found out: correct-and-check, one act, single-handed.

    Without an informant it may only be terms, which assurers set from what providers
    say in their own words, whatever the policy is about correcting.
    Raises PermissionDenied where the policy or the record's keeper does not allow it,
    InvalidInput by ``record id:path``.
    """
    if informant and not proposal.partnership.policy.correct_and_check:
        raise PermissionDenied("This place does not let one person correct and decide.")
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("Only an assurer of this area of work corrects at once.")
    # A line that lost its value by an erasure is there to be filled in again.
    blank = proposal.changes.filter(verdict=Verdict.WITHDRAWN)
    lines = {
        (str(c.record_id), c.path): c
        for c in proposal.changes.exclude(verdict=Verdict.WITHDRAWN)
    }
    allowed = {str(c.record_id) for c in proposal.changes.all()}
    allowed |= set(queries.whole(listing).numbers)
    if not set(fill) <= allowed | {str(listing.record_id)}:
        raise InvalidInput("This record does not belong to the service.")
    for record_id, record in lock_records(fill).items():
        _need_keeper(by, listing, record)
        base = queries.current(record)
        try:
            target = with_values(record, base, fill[record_id])
        except InvalidInput as error:
            raise InvalidInput(
                {f"{record_id}:{p}": text for p, text in error.errors.items()}
            ) from error
        for change in diff.changes(RECORDS[record.kind], base, target):
            line = lines.get((record_id, change.path))
            if line is not None:
                _need_the_same(line, accepted, change)
                continue
            blank.filter(record=record, path=change.path).delete()
            Change.objects.create(
                proposal=proposal, record=record, path=change.path, was=change.was,
                value=change.value, accepted_value=change.value,
                base=record.revision.number if record.revision else 0,
                position=proposal.changes.count(), verdict=Verdict.ACCEPTED,
                decision=decision, proposed_by=by,
                **_informed(informant),
            )  # fmt: skip
            accepted.put(record_id, change.path, change.value)


def is_term(path: str) -> bool:
    """Whether a path is a term of a record."""
    return path.startswith("attributes/")


def _informed(informant: Informant | None) -> dict[str, Any]:
    if informant is None:
        return {}
    return {
        "informant": informant.name_and_role.strip(),
        "informed_on": informant.on,
        "informed_by": informant.method,
    }


def _need_keeper(by: User, listing: Listing, record: Record) -> None:
    """A hall's or an organization's value is corrected by its own home's assurers."""
    new = record.revision_id is None or record.pk == listing.record_id
    if not new and not access.can_correct(by, record):
        raise PermissionDenied(
            f"“{record}” is kept by {record.home}. Suggest the change to them."
        )


def _need_the_same(line: Change, accepted: Accepted, change: diff.PathChange) -> None:
    """What somebody suggested is decided in its own line, or their words were lost."""
    values = accepted.values.get(str(line.record_id), {})
    if change.path not in values or not diff.same(values[change.path], change.value):
        raise InvalidInput(
            {
                f"{line.record_id}:{change.path}": "Somebody suggested a value for "
                "this. Use “change and accept” in its own line."
            }
        )


def write_accepted(
    decision: Decision, accepted: Accepted, by: User | str, method: str
) -> None:
    """One new revision for each record that something was accepted for.

    Organizations and places before services, which refer to them.
    """
    found = lock_records(accepted.values)
    for record in sorted(
        found.values(), key=lambda r: (_ORDER.index(Kind(r.kind)), r.pk)
    ):
        payload = queries.current(record)
        for path, value in accepted.values[str(record.pk)].items():
            payload = diff.put(payload, path, value)
        try:
            write_revision(
                record, payload, by=by, body=decision.body_label, method=method,
                decision=decision,
            )  # fmt: skip
        except InvalidInput as error:
            raise InvalidInput(_by_change(decision, record, error)) from error
    for record in found.values():
        if "status" in accepted.values[str(record.pk)]:
            _follow_status(record, by)
    hidden = [key for key, values in accepted.values.items() if _hides(values)]
    if hidden:
        tell_anew(hidden)


def _hides(values: Mapping[str, Any]) -> bool:
    """Whether a place is kept secret from now on, or where somebody lives."""
    return bool(values.get("sensitive") or values.get("home"))


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
    """Accepting *defunct* takes a listing away as closed (PRODUCT.md section 3).

    Also one that is hidden for another reason, or a check would bring it back.
    """
    closed = queries.current(record).get("status") == "defunct"
    if record.kind != Kind.SERVICE or not closed:
        return
    listing = Listing.objects.select_for_update(of=("self",), no_key=True).get(
        record=record
    )
    away = listing.stage == Stage.PUBLISHED or (
        listing.stage == Stage.UNPUBLISHED
        and Hidden.CLOSED not in listing.hidden_because
    )
    if away:
        public.take_from_public(listing, Hidden.CLOSED, by=by, reason=CLOSED_FOR_GOOD)


def mark_others(decision: Decision, accepted: Accepted, *, by: User | str) -> None:
    """Close equal waiting changes of other proposals with thanks; mark the different.

    Those that want something else stay open, with the decision that overtook them. The
    same new element of a list has an id of its own in each proposal and is equal.
    """
    touched: set[uuid.UUID] = set()
    for change in _rivals(decision, accepted):
        values = accepted.values[str(change.record_id)]
        value = _rival_value(change, values)
        if value is not None and _says_the_same(change.value, value[0]):
            change.verdict = Verdict.SAME
            change.decision = decision
            change.accepted_value = value[0]
            change.overtaken_by = None
            change.save()
            touched.add(change.proposal_id)
        elif change.path in values:
            change.overtaken_by = decision
            change.save(update_fields=["overtaken_by"])
    for proposal in Proposal.objects.select_for_update(
        of=("self",), no_key=True
    ).filter(pk__in=touched, state=ProposalState.OPEN):
        if proposal.kind != ProposalKind.NEW:
            close_with_thanks(proposal, by=by)


def _rivals(decision: Decision, accepted: Accepted) -> QuerySet[Change]:
    """Waiting changes of other proposals to the same fields, and to lists that
    something was added to; locked."""
    where = Q(pk__in=[])
    for record_id, values in accepted.values.items():
        same = Q(path__in=list(values))
        for path, value in values.items():
            name, element = diff.split(path)
            if element and value is not None:
                same |= Q(path__startswith=f"{name}/", was__isnull=True)
        where |= Q(same, record_id=record_id)
    return (
        Change.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            where,
            record_id__in=list(accepted.values),
            verdict=Verdict.PENDING,
            proposal__state=ProposalState.OPEN,
        )
        .exclude(proposal=decision.proposal)
    )


def _rival_value(change: Change, values: Mapping[str, Any]) -> tuple[Any] | None:
    """What was accepted that a change may be equal to, in a tuple of one: the value at
    its own path, or the same element under another id."""
    if change.path in values:
        return (values[change.path],)
    name, _ = diff.split(change.path)
    for path, value in values.items():
        if diff.split(path)[0] == name and _says_the_same(change.value, value):
            return (value,)
    return None


def _says_the_same(one: Any, other: Any) -> bool:
    """Whether two values say the same, whatever ids their elements were given."""
    return diff.same(diff.without_ids(one), diff.without_ids(other))


@transaction.atomic
def accept_everything(listing: Listing, *, by: User, rule: str) -> list[Change]:
    """Accept what is valid in a submission by a named rule; authorised by the caller.

    What cannot be accepted is rejected with the sentence that says why.
    """
    peek = listing.proposals.get(kind=ProposalKind.NEW, state=ProposalState.OPEN)
    proposal = lock_proposal(peek.pk)
    decision = Decision.objects.create(
        proposal=proposal, rule=rule, body_label=str(listing.partnership)
    )
    whole = Accepted()
    changes = list(proposal.changes.select_related("record__revision"))
    changes.sort(key=lambda c: (_ORDER.index(Kind(c.record.kind)), c.record_id))
    for record_id, group in groupby(changes, key=lambda c: str(c.record_id)):
        # One by one: a service is judged when its organization is there.
        accepted = _accept_valid(list(group), decision)
        write_accepted(decision, accepted, str(by), "carried over")
        whole.values[record_id] = accepted.values.get(record_id, {})
    mark_others(decision, whole, by=by)
    close_if_done(proposal)
    Listing.objects.filter(pk=listing.pk).update(draft=None)
    return changes


def _accept_valid(changes: list[Change], decision: Decision) -> Accepted:
    """Accept what may be of one record's changes; reject the rest, saying why."""
    accepted = Accepted()
    record = changes[0].record
    target = queries.current(record)
    for change in changes:
        target = diff.put(target, change.path, change.value)
    wrong = faults(record, target, [change.path for change in changes])
    for change in changes:
        why = [s for path, s in wrong.items() if path.split(".")[0] == change.path]
        change.decision = decision
        if why:
            change.verdict = Verdict.REJECTED
            change.reason = RejectReason.OTHER
            change.reason_words = " ".join(why)
        else:
            change.verdict = Verdict.ACCEPTED
            change.accepted_value = change.value
            accepted.put(record.pk, change.path, change.value)
        change.save()
    return accepted
