"""Saying what should be different, that it closed, or that it is still right."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_person
from accounts.models import Partner, Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import diff, validation
from directory.declarations import RECORDS
from directory.declare import Field, List
from directory.payload import Payload
from directory.wall_clock import in_words
from workflow import access, erased, queries, report_clock, working_days
from workflow.actions import repeating
from workflow.actions.answered_otherwise import answered_signed_in
from workflow.actions.closing import closed_words
from workflow.actions.lines import announce_if_urgent, label_of
from workflow.actions.outcomes import take_back
from workflow.actions.revising import (
    announce,
    faults,
    lock_listing,
    lock_records,
    referred,
)
from workflow.choices import (
    URGENT,
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    SaidBy,
    Verdict,
)
from workflow.models import (
    Change,
    Confirmation,
    Listing,
    Proposal,
    Record,
    Revision,
    Source,
)

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
    listing = lock_for_edits(listing_id, edits)
    need_proposer(by, listing, partner)
    missing = evidence_problems(evidence)
    try:
        proposal = write_proposal(
            listing, edits=edits, bases=bases, by=by, evidence=evidence, words=words,
            partner=partner,
        )  # fmt: skip
    except InvalidInput as error:
        raise InvalidInput({**missing, **error.errors}) from error
    if missing:
        raise InvalidInput(missing)
    return proposal


def lock_for_edits(listing_id: Any, edits: Edits) -> Listing:
    """Lock a listing and the records that edits are about, all at once.

    Raises InvalidInput where one is not part of what the listing shows.
    """
    peek = Listing.objects.select_related("record__revision").get(pk=listing_id)
    shown = {str(peek.record_id), *queries.whole(peek).numbers}
    if not set(edits) <= shown:
        raise InvalidInput("This record does not belong to the service any more.")
    return lock_listing(listing_id, also=shown)


def gravity_of(changes: list[Change], *, by_provider: bool) -> Gravity:
    """That it closes weighs the same whichever form somebody else said it in."""
    closes = not by_provider and any(
        c.path == "status" and c.value == "defunct" for c in changes
    )
    return Gravity.CLOSED if closes else Gravity.ERROR


def write_proposal(
    about: Listing | Record,
    *,
    edits: Edits,
    bases: Mapping[str, int],
    by: User | Source | str,
    evidence: str,
    words: str,
    partner: Partner | None,
    by_provider: bool = False,
) -> Proposal:
    """Store a proposal to change things; the caller has authorised it.

    ``by`` as words is somebody without an account, for the provider where
    ``by_provider`` says so.

    What the same person has suggested already, and still waits, is not stored again:
    where nothing else is left the answer is the waiting proposal (``repeats``). Where
    they say something else by now, this takes the place of what waits.
    """
    changes = drafted(edits, bases)
    person = by if isinstance(by, User) else None
    if person:
        changes, before = repeating.without_waiting(changes, person)
        if before and not changes:
            return repeating.say_again(before, words, by=person)
        repeating.replace_waiting(changes, person)
    own = by_provider or bool(person and runs(person, about))
    gravity = gravity_of(changes, by_provider=own)
    proposal = open_proposal(
        about, ProposalKind.EDIT, by, evidence, words, partner, gravity,
        by_provider=by_provider,
    )  # fmt: skip
    for position, change in enumerate(changes):
        change.proposal = proposal
        change.position = position
        change.proposed_by = person
    Change.objects.bulk_create(changes)
    return proposal


def drafted(edits: Edits, bases: Mapping[str, int]) -> list[Change]:
    """The changes, not stored yet, that edits are against the versions somebody saw.

    Raises InvalidInput (by ``record id:path``) for values nobody could accept or where
    nothing differs.
    """
    found = queries.records(edits)
    for record in found.values():
        refuse_replaced(record)
    changes: list[Change] = []
    errors: dict[str, str] = {}
    for record_id, values in edits.items():
        record = found[record_id]
        rows, wrong = _changes(record, values, bases.get(record_id, 0))
        changes += rows
        errors |= {f"{record_id}:{path}": text for path, text in wrong.items()}
    if errors:
        raise InvalidInput(errors)
    if not changes:
        raise InvalidInput("Nothing is different from what is there now.")
    return changes


def _changes(
    record: Record, values: Mapping[str, Any], number: int
) -> tuple[list[Change], dict[str, str]]:
    """The changes that these values are against a version, and what is wrong with
    them."""
    try:
        base = queries.payload_at(record, number)
    except Revision.DoesNotExist:
        return [], {"": "The version you saw is not there. Read the page again."}
    try:
        target = with_values(record, base, values)
    except InvalidInput as error:
        return [], error.errors
    rows = [
        Change(record=record, path=d.path, was=d.was, value=d.value, base=number)
        for d in diff.changes(RECORDS[record.kind], base, target)
    ]
    return rows, faults(record, target, {row.path for row in rows})


def with_values(record: Record, base: Payload, values: Mapping[str, Any]) -> Payload:
    """A payload with these values put at their paths, in the form it is stored in.

    Raises InvalidInput, by path, where the record has no such field.
    """
    target = base
    for path, value in values.items():
        name, element = diff.split(path)
        try:
            item = diff.declaration(RECORDS[record.kind], path)
        except KeyError:
            raise InvalidInput({path: "There is no such field."}) from None
        whole = isinstance(value, dict) and isinstance(item, List)
        if isinstance(item, Field) == bool(element) or (
            element and value is not None and not whole
        ):
            raise InvalidInput({path: f"“{name}” cannot be changed in this way."})
        target = diff.put(target, path, {**value, "id": element} if whole else value)
    return validation.normalise(record.kind, target)


def runs(person: User, about: Listing | Record) -> bool:
    """Whether a service, or an organization, is that of a person who edits for it."""
    if isinstance(about, Listing):
        return access.is_own(person, about)
    return access.edited_organizations(person).filter(pk=about.pk).exists()


def open_proposal(
    about: Listing | Record,
    kind: str,
    by: User | Source | str,
    evidence: str,
    words: str,
    partner: Partner | None,
    gravity: str,
    *,
    by_provider: bool = False,
) -> Proposal:
    """A proposal without changes yet, and its audit row; the caller has authorised.

    ``by`` as words is somebody without an account: theirs are kept out of the audit
    trail, which is for good. Raises InvalidInput where a person's words hold what was
    erased.
    """
    person = by if isinstance(by, User) else None
    if not isinstance(by, Source):
        erased.refuse({"words": words})
    listing = about if isinstance(about, Listing) else None
    place = about.partnership if isinstance(about, Listing) else about.home
    proposal = Proposal.objects.create(
        kind=kind,
        partnership=place,
        listing=listing,
        record=about if isinstance(about, Record) else None,
        title=str(about)[:255],
        proposer=person,
        proposer_partner=partner,
        proposer_label=str(by)[:250],
        source=by if isinstance(by, Source) else None,
        by_provider=by_provider or bool(person and runs(person, about)),
        evidence=evidence,
        evidence_words=words.strip(),
        gravity=gravity,
        answer_by=answer_by(place, gravity in URGENT)
        if kind not in (ProposalKind.EDIT, ProposalKind.DIVISION)
        else None,
    )
    audit.record(
        "change_proposed",
        proposal,
        actor="The provider" if by_provider and not person else person or str(by),
        body=str(partner or ""),
        partnership_id=place.pk,
        reason="" if isinstance(by, str) else words,
    )
    announce_if_urgent(proposal)
    return proposal


def answer_by(place: Partnership, urgent: bool) -> dt.datetime:
    """When the clock of a report runs out: at the end of a working day, or today."""
    policy = place.policy
    working = working_days.of_policy(policy)
    return report_clock.ends(clock.today(), policy.report_days, working, urgent=urgent)


@transaction.atomic
def report_closed(
    *,
    by: User,
    listing_id: Any,
    words: str,
    evidence: str,
    for_good: bool = True,
    until: dt.date | None = None,
    partner: Partner | None = None,
) -> Proposal:
    """Say that a service has closed: a proposal to change its status. What is closed
    for now may be so ``until`` a day, on which it opens again.

    Said again by the same person while the first waits, it is the first (``repeats``);
    another answer to “for good?” takes the place of theirs.
    """
    words = closed_words(None if for_good else until, words)
    listing = lock_listing(listing_id)
    need_proposer(by, listing, partner)
    if missing := evidence_problems(evidence):
        raise InvalidInput(missing)
    record = listing.record
    status = "defunct" if for_good else "temporarily closed"
    was = queries.current(record).get("status")
    if was == status and (for_good or until is None):
        raise InvalidInput("It is marked as closed already.")
    before = repeating.lock_waiting(listing, by, ProposalKind.CLOSURE)
    if before and before.changes.filter(value=status, verdict=Verdict.PENDING).exists():
        return repeating.say_again(before, words, by=by)
    if before:
        take_back(before, by)
    proposal = open_proposal(
        listing, ProposalKind.CLOSURE, by, evidence, words, partner, Gravity.CLOSED
    )
    Change.objects.create(
        proposal=proposal,
        record=record,
        path="status",
        was=was,
        value=status,
        base=record.revision.number if record.revision else 0,
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
    """Say that something is wrong without saying what should be there instead.

    Said again by the same person while the first waits, new words go with the first
    (``repeats``), and its clock is that of the graver of the two.
    """
    listing = lock_listing(listing_id)
    need_proposer(by, listing, partner)
    missing = evidence_problems(evidence)
    if not words.strip():
        missing["words"] = "Say what is wrong, in your own words."
    if missing:
        raise InvalidInput(missing)
    gravity = Gravity.HARM if harm else Gravity.ERROR
    before = repeating.lock_waiting(listing, by, ProposalKind.REPORT)
    if before:
        return _report_again(before, words, gravity, by)
    return open_proposal(
        listing, ProposalKind.REPORT, by, evidence, words, partner, gravity
    )


def _report_again(before: Proposal, words: str, gravity: Gravity, by: User) -> Proposal:
    said = repeating.say_again(before, words, by=by)
    if not repeating.is_worse(before, gravity) or before.listing is None:
        return said
    before.gravity = gravity
    before.answer_by = answer_by(before.partnership, urgent=True)
    before.save(update_fields=["gravity", "answer_by"])
    before.repeats = repeating.MORE
    announce_if_urgent(before)
    audit.record(
        "report_made_urgent", before, actor=by, partnership_id=before.partnership_id
    )
    return before


@transaction.atomic
def say_still_right(*, by: User, listing_id: Any, words: str = "") -> Confirmation:
    """“Nothing has changed”: a confirmation from the provider, else a sighting.

    Never a proposal, and it never moves the date on which it was checked. Said again
    by the same person on the same day it is the first (``repeats``). Raises
    InvalidState while the same person's word that it is wrong or closed waits.
    """
    listing = lock_listing(listing_id)
    need_proposer(by, listing)
    if contrary := repeating.contrary(listing, by):
        raise InvalidState(repeating.contrary_in_words(contrary))
    today = clock.today()
    source = SaidBy.PROVIDER if access.is_own(by, listing) else SaidBy.OTHER
    if before := repeating.noted_today(listing, by, source):
        before.repeats = True
        return before
    said = Confirmation.objects.create(
        listing=listing, source=source, said_by=by, said_on=today, words=words.strip()
    )
    date = "confirmed_on" if source == SaidBy.PROVIDER else "seen_on"
    setattr(listing, date, today)
    listing.save(update_fields=[date])
    if source == SaidBy.PROVIDER:
        answered_signed_in(listing, said)
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
    if not is_person(by) or proposal.proposer_id != by.pk:
        raise PermissionDenied("Only who suggested it may take it back.")
    if proposal.kind == ProposalKind.NEW:
        raise InvalidState("Take back the new service itself, from its own page.")
    if proposal.changes.exclude(verdict=Verdict.PENDING).exists():
        raise InvalidState("Part of it has been decided already.")
    take_back(proposal, by)


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
    if not access.can_decide(by, proposal):
        raise PermissionDenied("This is not in your area of work.")
    if proposal.claimed_by_id != by.pk:
        raise InvalidState("You are not working on this at the moment.")
    proposal.claimed_by = None
    proposal.claimed_until = None
    proposal.save(update_fields=["claimed_by", "claimed_until"])
    audit.record(
        "proposal_given_back", proposal, actor=by,
        partnership_id=proposal.partnership_id,
    )  # fmt: skip


def lock_proposal(proposal_id: Any, also: Iterable[tuple[str, Any]] = ()) -> Proposal:
    """Lock an open proposal: its records first, then the row.

    With them what its values refer to, and what other values by path (``also``) would.

    Raises InvalidState, saying what was decided by whom, if it is not open any more.
    """
    abouts = Proposal.objects.values_list("listing__record_id", "record_id")
    of_listing, of_itself = abouts.get(pk=proposal_id)
    rows = list(
        Change.objects.filter(proposal=proposal_id).values_list(
            "record_id", "path", "value"
        )
    )
    ids = {record_id for record_id, _, _ in rows}
    about = of_listing or of_itself
    refers = referred([*((path, value) for _, path, value in rows), *also])
    lock_records({*ids, about, *refers})
    proposal = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "listing__record__revision",
            "listing__remit__partner",
            "record__revision",
            "partnership__policy",
            "proposer",
        )
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
    clock_time = clock_words(when) if when else ""
    who = str(decision.decided_by) if decision and decision.decided_by else "Vouch"
    said = ", ".join(
        f"{label_of(c).lower()} {Verdict(c.verdict).label.lower()}"
        for c in proposal.changes.select_related("record")[:6]
    )
    answer = f" {decision.answer}" if decision and decision.answer else ""
    return f"{who} decided this at {clock_time}{f': {said}' if said else ''}.{answer}"


def clock_words(moment: dt.datetime) -> str:
    """``9.53am``, in Europe/London."""
    local = moment.astimezone(clock.LONDON)
    return in_words(local.hour * 60 + local.minute)


def is_claimed(proposal: Proposal) -> bool:
    """Whether somebody is working on it at the moment."""
    return proposal.claimed_until is not None and proposal.claimed_until > clock.now()


def refuse_if_claimed(proposal: Proposal, by: User) -> None:
    """Raise InvalidState while somebody else holds the claim."""
    until = proposal.claimed_until
    if until and is_claimed(proposal) and proposal.claimed_by_id != by.pk:
        raise InvalidState(
            f"{proposal.claimed_by} is looking at this until {clock_words(until)}."
        )


def need_proposer(by: User, listing: Listing, partner: Partner | None = None) -> None:
    """Raise PermissionDenied unless the person may suggest changes to a listing."""
    if not access.can_propose(by, listing):
        raise PermissionDenied("You may not suggest changes to this service.")
    need_member(by, partner)
    refuse_replaced(listing.record)


def need_member(by: User, partner: Partner | None) -> None:
    """Raise PermissionDenied where somebody speaks for a body that is not theirs."""
    if partner is not None and not access.speaks_for(by, partner):
        raise PermissionDenied(f"You do not take part for {partner}.")


def refuse_replaced(record: Record) -> None:
    """Raise InvalidState, naming the other, for a record that another one replaces."""
    if record.replaced_by:
        raise InvalidState(
            f"“{record}” was replaced by “{record.replaced_by}”. Look there instead."
        )


def evidence_problems(evidence: str) -> dict[str, str]:
    """A sentence where nobody said how they know; nothing where they did."""
    return {} if evidence in Evidence.values else {"evidence": "Say how you know."}
