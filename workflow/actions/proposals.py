"""Saying what should be different, that it closed, or that it is still right."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partner, User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import diff, validation
from directory.declarations import RECORDS
from directory.declare import Field, List
from workflow import access, queries
from workflow.actions.revising import announce, lock_listing, lock_records
from workflow.choices import (
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    SaidBy,
    Stage,
    Verdict,
)
from workflow.models import Change, Confirmation, Listing, Proposal, Record, Source

CLAIM = dt.timedelta(minutes=30)
Edits = Mapping[str, Mapping[str, Any]]
"""Record id → path → new value (None takes it away)."""


@transaction.atomic
def propose_edit(
    *,
    by: User,
    listing_id: Any,
    edits: Edits,
    bases: Mapping[str, int],
    evidence: str,
    words: str = "",
    partner: Partner | None = None,
) -> Proposal:
    """Suggest changes to a service, its organization or its places.

    ``bases`` are the versions the person saw. Raises PermissionDenied, InvalidInput
    (by ``record id:path``) for values nobody could accept or where nothing differs.
    """
    listing = lock_listing(listing_id)
    _need_proposer(by, listing)
    _check_evidence(evidence)
    allowed = set(queries.whole(listing).numbers)
    if not set(edits) <= allowed:
        raise InvalidInput("This record does not belong to the service any more.")
    return write_proposal(
        listing,
        edits=edits,
        bases=bases,
        by=by,
        evidence=evidence,
        words=words,
        partner=partner,
    )


def write_proposal(
    listing: Listing,
    *,
    edits: Edits,
    bases: Mapping[str, int],
    by: User | Source,
    evidence: str,
    words: str,
    partner: Partner | None,
) -> Proposal:
    """Store a proposal to change things; the caller has authorised it."""
    found = queries.records(edits)
    changes: list[Change] = []
    errors: dict[str, str] = {}
    for record_id, values in edits.items():
        record = found[record_id]
        base = queries.payload_at(record, bases.get(record_id, 0))
        rows, wrong = _changes(record, base, values, bases.get(record_id, 0))
        changes += rows
        errors |= {f"{record_id}:{path}": text for path, text in wrong.items()}
    if errors:
        raise InvalidInput(errors)
    if not changes:
        raise InvalidInput("Nothing is different from what is there now.")
    person = by if isinstance(by, User) else None
    proposal = open_proposal(
        listing, ProposalKind.EDIT, by, evidence, words, partner, Gravity.ERROR
    )
    for position, change in enumerate(changes):
        change.proposal = proposal
        change.position = position
        change.proposed_by = person
    Change.objects.bulk_create(changes)
    return proposal


def _changes(
    record: Record, base: dict[str, Any], values: Mapping[str, Any], number: int
) -> tuple[list[Change], dict[str, str]]:
    """The changes that these values are against a base, and what is wrong with them."""
    entity = RECORDS[record.kind]
    target = base
    for path, value in values.items():
        try:
            item = diff.declaration(entity, path)
        except KeyError:
            return [], {path: "There is no such field."}
        if isinstance(item, Field) == ("/" in path):
            return [], {path: "There is no such field."}
        target = diff.put(target, path, value)
    target = validation.normalise(record.kind, target)
    rows = [
        Change(record=record, path=d.path, was=d.was, value=d.value, base=number)
        for d in diff.changes(entity, base, target)
    ]
    touched = {r.path for r in rows}
    wrong = {
        path: sentence
        for path, sentence in validation.problems(record.kind, target).items()
        if path in touched or path.split(".")[0] in touched
    }
    return rows, wrong


def open_proposal(
    listing: Listing,
    kind: str,
    by: User | Source,
    evidence: str,
    words: str,
    partner: Partner | None,
    gravity: str,
) -> Proposal:
    """A proposal without changes yet, and its audit row; the caller has authorised."""
    person = by if isinstance(by, User) else None
    urgent = gravity in (Gravity.CLOSED, Gravity.HARM)
    proposal = Proposal.objects.create(
        kind=kind,
        partnership=listing.partnership,
        listing=listing,
        title=listing.title,
        proposer=person,
        proposer_partner=partner,
        proposer_label=str(by)[:250],
        source=by if isinstance(by, Source) else None,
        by_provider=bool(person and access.is_own(person, listing)),
        evidence=evidence,
        evidence_words=words.strip(),
        gravity=gravity,
        answer_by=_answer_by(listing, urgent) if kind != ProposalKind.EDIT else None,
    )
    audit.record(
        "change_proposed",
        proposal,
        actor=person or str(by),
        body=str(partner or ""),
        partnership_id=listing.partnership_id,
        reason=words,
    )
    return proposal


def _answer_by(listing: Listing, urgent: bool) -> dt.datetime:
    """When the clock of a report runs out: the end of the same or a working day."""
    day = clock.today()
    days = 0 if urgent else listing.partnership.policy.report_days
    while days or day.weekday() >= 5:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and days:
            days -= 1
    return dt.datetime.combine(day, dt.time(23, 59), tzinfo=clock.LONDON)


@transaction.atomic
def report_closed(
    *,
    by: User,
    listing_id: Any,
    words: str,
    evidence: str,
    for_good: bool = True,
    partner: Partner | None = None,
) -> Proposal:
    """Say that a service has closed: a proposal to change its status."""
    listing = lock_listing(listing_id)
    _need_proposer(by, listing)
    _check_evidence(evidence)
    record = listing.record
    status = "defunct" if for_good else "temporarily closed"
    was = queries.current(record).get("status")
    if was == status:
        raise InvalidInput("It is marked as closed already.")
    proposal = open_proposal(
        listing, ProposalKind.CLOSURE, by, evidence, words, partner, Gravity.CLOSED
    )
    assert record.revision is not None
    Change.objects.create(
        proposal=proposal,
        record=record,
        path="status",
        was=was,
        value=status,
        base=record.revision.number,
        proposed_by=by,
    )
    return proposal


@transaction.atomic
def report_problem(
    *,
    by: User,
    listing_id: Any,
    words: str,
    evidence: str,
    harm: bool = False,
    partner: Partner | None = None,
) -> Proposal:
    """Say that something is wrong without saying what should be there instead."""
    listing = lock_listing(listing_id)
    _need_proposer(by, listing)
    _check_evidence(evidence)
    if not words.strip():
        raise InvalidInput({"words": "Say what is wrong, in your own words."})
    gravity = Gravity.HARM if harm else Gravity.ERROR
    return open_proposal(
        listing, ProposalKind.REPORT, by, evidence, words, partner, gravity
    )


@transaction.atomic
def say_still_right(*, by: User, listing_id: Any, words: str = "") -> Confirmation:
    """“Nothing has changed”: a confirmation from the provider, else a sighting.

    Never a proposal, and it never moves the date on which it was checked.
    """
    listing = lock_listing(listing_id)
    _need_proposer(by, listing)
    today = clock.today()
    source = SaidBy.PROVIDER if access.is_own(by, listing) else SaidBy.OTHER
    said = Confirmation.objects.create(
        listing=listing, source=source, said_by=by, said_on=today, words=words.strip()
    )
    date = "confirmed_on" if source == SaidBy.PROVIDER else "seen_on"
    setattr(listing, date, today)
    listing.save(update_fields=[date])
    announce(listing.record_id)
    audit.record(
        "listing_confirmed" if source == SaidBy.PROVIDER else "listing_seen",
        listing,
        actor=by,
        partnership_id=listing.partnership_id,
        reason=words,
    )
    return said


@transaction.atomic
def withdraw_proposal(*, by: User, proposal_id: Any) -> None:
    """Take back one's own suggestion while nobody has decided it."""
    proposal = lock_proposal(proposal_id)
    if proposal.proposer_id != by.pk:
        raise PermissionDenied("Only who suggested it may take it back.")
    if proposal.kind == ProposalKind.NEW:
        raise InvalidState("Take back the new service itself, from its own page.")
    if proposal.changes.exclude(verdict=Verdict.PENDING).exists():
        raise InvalidState("Part of it has been decided already.")
    proposal.changes.update(verdict=Verdict.WITHDRAWN)
    proposal.state = ProposalState.WITHDRAWN
    proposal.decided_at = clock.now()
    proposal.save(update_fields=["state", "decided_at"])
    audit.record(
        "proposal_withdrawn", proposal, actor=by, partnership_id=proposal.partnership_id
    )


@transaction.atomic
def start_deciding(*, by: User, proposal_id: Any) -> Proposal:
    """Claim a proposal for 30 minutes. Opening it claims nothing."""
    proposal = lock_proposal(proposal_id)
    if not access.can_decide(by, proposal):
        raise PermissionDenied("This is not in your area of work.")
    refuse_if_claimed(proposal, by)
    proposal.claimed_by = by
    proposal.claimed_until = clock.now() + CLAIM
    proposal.save(update_fields=["claimed_by", "claimed_until"])
    audit.record(
        "proposal_claimed", proposal, actor=by, partnership_id=proposal.partnership_id
    )
    return proposal


@transaction.atomic
def stop_deciding(*, by: User, proposal_id: Any) -> None:
    """Give a claimed proposal back to the queue."""
    proposal = lock_proposal(proposal_id)
    if proposal.claimed_by_id != by.pk:
        raise InvalidState("You are not working on this at the moment.")
    proposal.claimed_by = None
    proposal.claimed_until = None
    proposal.save(update_fields=["claimed_by", "claimed_until"])


def lock_proposal(proposal_id: Any) -> Proposal:
    """Lock an open proposal: its records first, then the row.

    Raises InvalidState, saying what was decided by whom, if it is not open any more.
    """
    peek = Proposal.objects.select_related("listing").get(pk=proposal_id)
    ids = set(peek.changes.values_list("record_id", flat=True))
    if peek.listing:
        ids.add(peek.listing.record_id)
    lock_records(ids)
    proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("listing__record__revision", "partnership__policy", "proposer")
        .get(pk=proposal_id)
    )
    if proposal.state != ProposalState.OPEN:
        raise InvalidState(what_happened(proposal))
    return proposal


def what_happened(proposal: Proposal) -> str:
    """What became of a closed proposal, in one sentence for who came too late."""
    if proposal.state == ProposalState.WITHDRAWN:
        return "This was taken back meanwhile, so there is nothing left to decide."
    decision = proposal.decisions.order_by("-decided_at").first()
    when = proposal.decided_at
    clock_time = f"{when.astimezone(clock.LONDON):%H:%M}" if when else ""
    who = str(decision.decided_by) if decision and decision.decided_by else "Vouch"
    said = ", ".join(
        f"{label_of(c).lower()} {Verdict(c.verdict).label.lower()}"
        for c in proposal.changes.select_related("record")[:6]
    )
    return f"{who} decided this at {clock_time}" + (f": {said}." if said else ".")


def label_of(change: Change) -> str:
    """The words for the field that a change is about."""
    item: Field | List = diff.declaration(RECORDS[change.record.kind], change.path)
    return item.entity.label if isinstance(item, List) else item.label


def refuse_if_claimed(proposal: Proposal, by: User) -> None:
    """Raise InvalidState while somebody else holds the claim."""
    until = proposal.claimed_until
    if until and until > clock.now() and proposal.claimed_by_id != by.pk:
        raise InvalidState(
            f"{proposal.claimed_by} is looking at this until "
            f"{until.astimezone(clock.LONDON):%H:%M}."
        )


def _need_proposer(by: User, listing: Listing) -> None:
    if not access.can_propose(by, listing):
        raise PermissionDenied("You may not suggest changes to this service.")
    if listing.stage in (Stage.DRAFT, Stage.SUBMITTED) and not listing.was_assured:
        raise InvalidState("This service has not been assured yet.")


def _check_evidence(evidence: str) -> None:
    if evidence not in Evidence.values:
        raise InvalidInput({"evidence": "Say how you know."})
