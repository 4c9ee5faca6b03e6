"""A listing before its first assurance, and its ways to the public and back."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from workflow import access, erased, queries
from workflow.actions.accepting import accept_everything
from workflow.actions.public import go_public, take_from_public, write_audit
from workflow.actions.revising import (
    announce,
    lock_listing,
    lock_records,
    referred,
)
from workflow.actions.telling import UNDO, tell
from workflow.choices import (
    DECLINED,
    PROVIDER_REASONS,
    Evidence,
    Hidden,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
    WhenLapsed,
)
from workflow.letters import letter
from workflow.models import Change, Listing, Proposal, Source
from workflow.stages import move

Draft = dict[str, Any]


def _need(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


@transaction.atomic
def submit_listing(
    *,
    by: User,
    listing_id: Any,
    evidence: str = Evidence.OTHER,
    words: str = "",
) -> Proposal:
    """Send a draft in: it becomes a Proposal without a base. Gaps never stop it."""
    listing = lock_listing(listing_id)
    if listing.stage != Stage.DRAFT:
        move(listing, "submit")
    _need(access.can_edit_draft(by, listing), "Only its author may send this in.")
    erased.refuse({"words": words})
    return write_submission(listing, by=by, evidence=evidence, words=words)


def write_submission(
    listing: Listing, *, by: User | Source, evidence: str, words: str
) -> Proposal:
    """Move a locked draft to submitted and make its proposal; authorised before."""
    move(listing, "submit")
    now = clock.now()
    listing.submitted_at = now
    listing.returned_because, listing.returned_at = "", None
    listing.save(
        update_fields=["stage", "submitted_at", "returned_because", "returned_at"]
    )
    person = by if isinstance(by, User) else None
    proposal = Proposal.objects.create(
        kind=ProposalKind.NEW,
        partnership=listing.partnership,
        listing=listing,
        title=f"New: {listing.title}"[:255],
        proposer=person,
        proposer_partner=listing.author_partner,
        proposer_label=str(by)[:250],
        source=by if isinstance(by, Source) else None,
        by_provider=bool(person and access.is_own(person, listing)),
        evidence=evidence,
        evidence_words=words,
    )
    _write_new_changes(proposal, listing, person)
    write_audit("listing_submitted", listing, person or str(by))
    return proposal


def _write_new_changes(
    proposal: Proposal, listing: Listing, person: User | None
) -> None:
    """A change for every value of a draft, its new organization's and places' too."""
    draft = listing.draft or {"service": queries.current(listing.record)}
    sides = [(Kind.SERVICE, draft["service"])]
    if draft.get("organization"):
        sides.append((Kind.ORGANIZATION, draft["organization"]))
    sides += [(Kind.LOCATION, p) for p in (draft.get("locations") or {}).values()]
    records = queries.records(p["id"] for _, p in sides)
    rows: list[Change] = []
    for kind, payload in sides:
        record = records[payload["id"]]
        if record.revision is not None and kind != Kind.SERVICE:
            continue  # accepted meanwhile: it has its own way of being changed
        base = queries.current(record)
        for change in diff.changes(RECORDS[kind], base, payload):
            rows.append(
                Change(
                    proposal=proposal,
                    record=record,
                    path=change.path,
                    was=change.was,
                    value=change.value,
                    base=record.revision.number if record.revision else 0,
                    position=len(rows),
                    proposed_by=person,
                )
            )
    Change.objects.bulk_create(rows)


def _close_new_proposal(listing: Listing) -> None:
    """End the open proposal of a listing that leaves ``submitted`` undecided."""
    open_one = listing.proposals.filter(
        kind=ProposalKind.NEW, state=ProposalState.OPEN
    ).first()
    if open_one is None:
        return
    open_one.changes.filter(verdict=Verdict.PENDING).update(verdict=Verdict.WITHDRAWN)
    open_one.state = ProposalState.WITHDRAWN
    open_one.decided_at = clock.now()
    open_one.save(update_fields=["state", "decided_at"])


@transaction.atomic
def return_listing(*, by: User, listing_id: Any, reason: str) -> None:
    """Give a submission back to its author with a reason and what is missing."""
    listing = lock_listing(listing_id)
    if not reason.strip():
        raise InvalidInput({"reason": "Say what is missing or has to be different."})
    _need(access.is_in_remit(by, listing), "This is not in your area of work.")
    _need_another(by, listing)
    _send_back(listing)
    listing.returned_because, listing.returned_at = reason.strip(), clock.now()
    listing.save(update_fields=["returned_because", "returned_at"])
    write_audit("listing_returned", listing, by, reason=reason)
    _tell_author(listing, "returned", reason.strip())


@transaction.atomic
def withdraw_submission(*, by: User, listing_id: Any) -> None:
    """Take one's own submission back; it is a draft again."""
    listing = lock_listing(listing_id)
    if listing.stage != Stage.SUBMITTED:
        move(listing, "send_back")
    _need(access.can_withdraw(by, listing), "Only who sent it in may take it back.")
    take_back(listing, by=by)


def take_back(listing: Listing, *, by: User | str) -> None:
    """Make a locked submission a draft again; the caller has authorised it."""
    _send_back(listing)
    write_audit("submission_withdrawn", listing, by)


def _send_back(listing: Listing) -> None:
    """Make a locked submission a draft again: of what is accepted, if anything is."""
    move(listing, "send_back")
    if listing.draft is None:
        listing.draft = {
            "service": queries.current(listing.record),
            "organization": None,
            "locations": {},
        }
    listing.save(update_fields=["stage", "draft"])
    _close_new_proposal(listing)


def _need_another(by: User, listing: Listing) -> None:
    _need(
        listing.declined_by_id != by.pk,
        "You declined this before. Its appeal goes to another assurer.",
    )


@transaction.atomic
def decline_listing(*, by: User, listing_id: Any, because: str, reason: str) -> None:
    """Refuse a listing on its way, with a reason; the author may appeal once."""
    listing = lock_listing(listing_id)
    if because not in DECLINED:
        raise InvalidInput({"because": "Choose why it is declined."})
    if not reason.strip():
        raise InvalidInput({"reason": "Say why, in a sentence its author can read."})
    _need(access.is_in_remit(by, listing), "This is not in your area of work.")
    _need_another(by, listing)
    move(listing, "decline")
    listing.hidden_because = [because]
    listing.hidden_words = reason.strip()
    listing.declined_by = by
    listing.save(
        update_fields=["stage", "hidden_because", "hidden_words", "declined_by"]
    )
    _close_new_proposal(listing)
    write_audit("listing_declined", listing, by, reason=reason, after=[because])
    _tell_author(listing, "declined", reason.strip())


@transaction.atomic
def appeal_listing(*, by: User, listing_id: Any, words: str) -> Proposal:
    """Ask another assurer, once (PRODUCT.md section 3)."""
    listing = lock_listing(listing_id)
    if listing.stage != Stage.UNPUBLISHED:
        move(listing, "appeal")
    if listing.appealed_at:
        raise InvalidState("There is one appeal, and it has been made already.")
    if listing.was_assured:
        raise InvalidState("It was assured before, so it cannot be sent in as new.")
    _need(access.can_appeal(by, listing), "Only its author may appeal.")
    if not words.strip():
        raise InvalidInput({"words": "Say why it should be looked at again."})
    move(listing, "appeal")
    listing.appealed_at = clock.now()
    listing.submitted_at = listing.appealed_at
    listing.hidden_because = []
    listing.save(
        update_fields=["stage", "appealed_at", "submitted_at", "hidden_because"]
    )
    proposal = Proposal.objects.create(
        kind=ProposalKind.NEW,
        partnership=listing.partnership,
        listing=listing,
        title=f"Appeal: {listing.title}"[:255],
        proposer=by,
        proposer_partner=listing.author_partner,
        proposer_label=str(by),
        by_provider=access.is_own(by, listing),
        evidence=Evidence.OTHER,
        evidence_words=words.strip(),
    )
    _write_new_changes(proposal, listing, by)
    write_audit("listing_appealed", listing, by, reason=words)
    return proposal


@transaction.atomic
def reopen_listing(*, by: User, listing_id: Any, reason: str) -> Proposal:
    """Send an assured, unpublished listing back to be looked at again."""
    listing = lock_listing(listing_id)
    if not reason.strip():
        raise InvalidInput({"reason": "Say why it has to be looked at again."})
    _need(access.is_in_remit(by, listing), "This is not in your area of work.")
    move(listing, "reopen")
    listing.submitted_at = clock.now()
    listing.save(update_fields=["stage", "submitted_at"])
    write_audit("listing_reopened", listing, by, reason=reason)
    return Proposal.objects.create(
        kind=ProposalKind.NEW,
        partnership=listing.partnership,
        listing=listing,
        title=f"Look again: {listing.title}"[:255],
        proposer=by,
        proposer_label=str(by),
        evidence=Evidence.OTHER,
        evidence_words=reason.strip(),
    )


def _tell_author(listing: Listing, what: str, reason: str) -> None:
    if listing.author is None:
        return
    mail = author_mail(listing, what, reason)
    tell(listing.author.email, **mail, about=listing)


def author_mail(listing: Listing, what: str, reason: str) -> dict[str, Any]:
    """The mail to the author of a listing that was ``returned`` or ``declined``."""
    said = "sent back to you" if what == "returned" else "declined"
    lines = letter(
        listing.partnership, f"“{listing}” was {said}:", "", f"“{reason}”",
        look="Go on with it" if what == "returned" else "What it says",
        at="listing", key=listing.pk,
    )  # fmt: skip
    return {
        "kind": f"listing_{what}",
        "subject": f"“{listing}” was {said}",
        "lines": lines,
        "delay": dt.timedelta(0),
    }


# --- to the public and back -----------------------------------------------------------


@transaction.atomic
def publish_listing(*, by: User, listing_id: Any) -> None:
    """Let the public see an assured listing. Raises InvalidInput if the gate stops."""
    listing = lock_listing(listing_id)
    if listing.stage != Stage.ASSURED:
        move(listing, "publish")
    _need(access.can_publish(by, listing), "Only a publisher of this place may.")
    go_public(listing, "publish", by=by, reason="")


@transaction.atomic
def undo_publishing(*, by: User, listing_id: Any) -> None:
    """Within ten minutes, who published a listing takes that back; it is assured, and
    waits for a publisher again. Raises PermissionDenied, InvalidState."""
    listing = lock_listing(listing_id)
    if listing.stage != Stage.PUBLISHED:
        move(listing, "call_back")
    last = AuditEvent.objects.filter(object_id=listing.pk, verb="listing_published")
    event = last.order_by("-id").first()
    _need(
        access.can_publish(by, listing) and event is not None
        and event.actor_id == by.pk,
        "Only who published it may take that back.",
    )  # fmt: skip
    if event and clock.now() > event.at + UNDO:
        raise InvalidState("Ten minutes have passed. Hide it, with a reason.")
    move(listing, "call_back")
    listing.save(update_fields=["stage"])
    announce(listing.record_id)
    write_audit("publishing_undone", listing, by)


@transaction.atomic
def hide_listing(*, by: User, listing_id: Any, because: str, reason: str) -> None:
    """Take a listing from the public, or add a reason to one that is hidden."""
    listing = lock_listing(listing_id)
    _need(access.can_hide(by, listing), "You may not take this from the public.")
    keeper = access.is_in_remit(by, listing) or access.can_publish(by, listing)
    allowed = (
        (Hidden.WITHDRAWN, Hidden.CLOSED, Hidden.PERSONAL_DATA, Hidden.DUPLICATE)
        if keeper
        else PROVIDER_REASONS
    )
    missing = {}
    if because not in allowed:
        missing["because"] = "Choose why it should not be public."
    if not reason.strip():
        missing["reason"] = "Say why, so that others know."
    if missing:
        raise InvalidInput(missing)
    take_from_public(listing, because, by=by, reason=reason.strip())


@transaction.atomic
def restore_listing(*, by: User, listing_id: Any, reason: str) -> None:
    """Lift what a person may lift; public again once no reason is left.

    “Lapsed” and “carried over” are lifted by a check alone.
    """
    listing = lock_listing(listing_id)
    if listing.stage != Stage.UNPUBLISHED:
        move(listing, "put_back")
    _need(access.can_restore(by, listing), "You may not bring this back.")
    if not listing.was_assured:
        raise InvalidState("It was never assured. Its author may send it in again.")
    if not reason.strip():
        raise InvalidInput({"reason": "Say why it may be public again."})
    service = queries.current(listing.record)
    if Hidden.CLOSED in listing.hidden_because and service.get("status") == "defunct":
        raise InvalidInput("It is marked as closed for good. Change that first.")
    before = list(listing.hidden_because)
    left = [why for why in before if _only_a_check_lifts(listing, why)]
    if left == before:
        raise InvalidState("It is hidden because nobody has checked it: check it.")
    if left:
        listing.hidden_because = left
        listing.save(update_fields=["hidden_because"])
        write_audit(
            "reasons_lifted", listing, by, before=before, after=left, reason=reason
        )
        return
    write_audit("reasons_lifted", listing, by, before=before, after=[], reason=reason)
    go_public(listing, "put_back", by=by, reason=reason)


def _only_a_check_lifts(listing: Listing, why: str) -> bool:
    if why == Hidden.CARRIED_OVER_ENDED:
        return listing.assured_on is None
    hides = listing.partnership.policy.when_lapsed == WhenLapsed.HIDE
    lapsed = access.is_lapsed(listing, clock.today())
    return why == Hidden.LAPSED and hides and lapsed


@transaction.atomic
def carry_over_listings(
    *, by: User, listing_ids: list[Any], until: dt.date, reason: str
) -> dict[str, str]:
    """Publish inherited submissions unchecked until a fixed date, in bulk.

    Returns a sentence for each listing that could not be carried over; the others
    are public, shown as “not yet checked”. Raises PermissionDenied, InvalidInput.
    """
    if until <= clock.today():
        raise InvalidInput({"until": "Choose a day in the future."})
    if not reason.strip():
        raise InvalidInput({"reason": "Say where it was taken over from."})
    _lock_submissions(listing_ids)
    refused: dict[str, str] = {}
    for listing_id in sorted(listing_ids, key=str):
        try:
            with transaction.atomic():
                _carry_over(by, listing_id, until, reason)
        except (InvalidInput, InvalidState) as error:
            refused[str(listing_id)] = str(error)
    return refused


def _lock_submissions(listing_ids: list[Any]) -> None:
    """Lock all their records at once, and what those refer to, so that a long run waits
    in no ring: who changes a place holds it, and wants the listings there."""
    changes = Change.objects.filter(
        proposal__listing__in=listing_ids, verdict=Verdict.PENDING
    )
    own = Listing.objects.filter(pk__in=listing_ids)
    lock_records(
        {
            *own.values_list("record_id", flat=True),
            *changes.values_list("record_id", flat=True),
            *referred(changes.values_list("path", "value")),
        }
    )


def _carry_over(by: User, listing_id: Any, until: dt.date, reason: str) -> None:
    listing = lock_listing(listing_id)
    _need(
        access.can_in_place(by, Permission.CARRY_OVER, listing.partnership),
        "Only the lead of this place carries listings over.",
    )
    if listing.stage != Stage.SUBMITTED:
        move(listing, "carry_over")
    if listing.source is None:
        raise InvalidState("Only what came from another directory is carried over.")
    accept_everything(listing, by=by, rule="carried over")
    listing = lock_listing(listing_id)
    listing.carried_over_until = until
    listing.save(update_fields=["carried_over_until"])
    go_public(listing, "carry_over", by=by, reason=reason)
