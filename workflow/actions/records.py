"""What is decided about a record as a whole: who sees it, what replaces it, a place of
its own."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import User
from common.errors import InvalidInput, InvalidState
from directory import diff
from directory.choices import EntryKind, Kind, Visibility
from workflow import access, queries
from workflow.actions.outcomes import close_if_done
from workflow.actions.proposals import refuse_replaced
from workflow.actions.public import take_from_public, write_audit
from workflow.actions.revising import (
    announce,
    lock_listing,
    lock_records,
    write_revision,
)
from workflow.actions.vouching import body_for
from workflow.choices import Hidden, ProposalState, Stage, Verdict
from workflow.models import Decision, Listing, Proposal, Record
from workflow.stages import WAITING, move


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    return reason.strip()


@transaction.atomic
def set_visibility(*, by: User, record_id: Any, visibility: str, reason: str) -> Record:
    """Say who may see a record at all (PRODUCT.md section 2).

    For an assurer of the body that keeps it. Raises PermissionDenied, InvalidInput.
    """
    record = lock_records([record_id])[str(record_id)]
    if not access.can_correct(by, record):
        raise PermissionDenied(f"“{record}” is kept by {record.home}.")
    if visibility not in Visibility.values:
        raise InvalidInput({"visibility": "Choose who may see it."})
    reason = _reason(reason)
    before = record.visibility
    record.visibility = visibility
    record.save(update_fields=["visibility"])
    announce(record.pk)
    audit.record(
        "visibility_set", record, actor=by, partnership_id=record.home_id,
        before=before, after=visibility, reason=reason,
    )  # fmt: skip
    return record


@transaction.atomic
def mark_entry(*, by: User, listing_id: Any, kind: str, reason: str) -> Listing:
    """Say what kind of entry it is: a service of its own, an organization's card, or
    one that only points elsewhere. The public is told; nobody is asked again.

    For an assurer in remit. Raises PermissionDenied, InvalidInput, InvalidState.
    """
    listing = lock_listing(listing_id)
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("This is not in your area of work.")
    if kind not in EntryKind.values:
        raise InvalidInput({"kind": "Choose what kind of entry it is."})
    reason = _reason(reason)
    refuse_replaced(listing.record)
    before = listing.entry
    if before == kind:
        raise InvalidState(f"It is marked as “{EntryKind(kind).label}” already.")
    listing.entry = kind
    listing.save(update_fields=["entry"])
    announce(listing.record_id)
    write_audit("entry_marked", listing, by, reason=reason, before=before, after=kind)
    return listing


# --- one record for two ---------------------------------------------------------------


def seen_by(user: User) -> QuerySet[Listing]:
    """Listings that this person sees anything of, and so may name as the other one."""
    return Listing.objects.filter(
        access.one_of(access.read_by(user)) | access.one_of(access.public_to(user))
    )


@transaction.atomic
def replace_record(
    *, by: User, listing_id: Any, replaced_by_id: Any, reason: str
) -> Listing:
    """Say that a listing is the same service as another one, which stays.

    It is hidden as a duplicate, what was suggested about it is answered, and whoever
    comes to it is sent to the other. For an assurer in remit. Raises PermissionDenied,
    InvalidInput, InvalidState.
    """
    listing = lock_listing(listing_id, also=[replaced_by_id])
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("This is not in your area of work.")
    reason = _reason(reason)
    refuse_replaced(listing.record)
    other = Record.objects.select_related("replaced_by").get(pk=replaced_by_id)
    refuse_replaced(other)
    if other.pk == listing.record_id or other.kind != Kind.SERVICE:
        raise InvalidInput({"replaced_by": "Choose another service."})
    if not seen_by(by).filter(record_id=other.pk).exists():
        raise InvalidInput({"replaced_by": "Choose another service."})
    if other.revision_id is None:
        raise InvalidInput({"replaced_by": "The other one has to be assured first."})
    if listing.record.replaces.exists():
        raise InvalidState(f"“{listing}” itself replaces another record.")
    record = listing.record
    record.replaced_by = other
    record.save(update_fields=["replaced_by"])
    _answer_open_ones(listing, other, by)
    _hide_as_duplicate(listing, by, reason)
    announce(record.pk, other.pk)
    write_audit(
        "record_replaced", listing, by, reason=reason, after={"by": str(other.pk)}
    )
    return listing


def _hide_as_duplicate(listing: Listing, by: User, reason: str) -> None:
    if listing.stage in WAITING:
        move(listing, "decline")
        listing.hidden_because = [Hidden.DUPLICATE]
        listing.hidden_words = reason
        listing.declined_by = by
        listing.save(
            update_fields=["stage", "hidden_because", "hidden_words", "declined_by"]
        )
    elif Hidden.DUPLICATE not in listing.hidden_because:
        take_from_public(listing, Hidden.DUPLICATE, by=by, reason=reason)


def _answer_open_ones(listing: Listing, other: Record, by: User) -> None:
    """Close what waits about a replaced listing, telling who suggested it."""
    open_ones = Proposal.objects.select_for_update(of=("self",), no_key=True).filter(
        listing=listing, state=ProposalState.OPEN
    )
    for proposal in open_ones.order_by("pk"):
        decision = Decision.objects.create(
            proposal=proposal,
            decided_by=by,
            body_label=body_for(by, listing),
            answer=f"“{listing}” is kept as “{other}” now. Please look there.",
        )
        proposal.changes.filter(verdict=Verdict.PENDING).update(
            verdict=Verdict.OVERTAKEN, decision=decision
        )
        close_if_done(proposal)
        audit.record(
            "proposal_overtaken", proposal, actor=by,
            partnership_id=proposal.partnership_id,
        )  # fmt: skip


@transaction.atomic
def keep_apart(*, by: User, listing_id: Any, reason: str) -> Listing:
    """Take back that another record replaces this one. It stays hidden until restored.

    Raises PermissionDenied, InvalidInput, InvalidState.
    """
    listing = lock_listing(listing_id)
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("This is not in your area of work.")
    reason = _reason(reason)
    record = listing.record
    if record.replaced_by_id is None:
        raise InvalidState(f"Nothing replaces “{listing}”.")
    before = str(record.replaced_by_id)
    record.replaced_by = None
    record.save(update_fields=["replaced_by"])
    announce(record.pk)
    write_audit("record_kept_apart", listing, by, reason=reason, before={"by": before})
    return listing


# --- a place of its own ---------------------------------------------------------------


@transaction.atomic
def split_location(
    *, by: User, listing_id: Any, location_id: Any, proposal_id: Any = None
) -> Record:
    """Give a service its own copy of a place that it shared (PRODUCT.md section 2).

    Nothing it says changes; from now on a change of the one is none of the other. What
    an open suggestion about this service (``proposal_id``) says of the place is then
    said of the copy alone. For an assurer in remit. Raises PermissionDenied,
    InvalidState.
    """
    listing = lock_listing(listing_id, also=[location_id])
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("This is not in your area of work.")
    if listing.stage in (Stage.DRAFT, Stage.SUBMITTED):
        raise InvalidState("It has to be assured first.")
    service = queries.current(listing.record)
    links = [
        link for link in service.get("service_at_locations", [])
        if link["location_id"] == str(location_id)
    ]  # fmt: skip
    shared = Record.objects.select_related("revision").get(pk=location_id)
    if not links or shared.revision is None:
        raise InvalidState("It does not happen at this place any more.")
    if not queries.listings_showing(shared.pk).exclude(pk=listing.pk).exists():
        raise InvalidState("No other service happens at this place.")
    own = Record.objects.create(
        pk=uuid.uuid4(), kind=Kind.LOCATION, home=listing.partnership,
        label=shared.label, visibility=shared.visibility,
    )  # fmt: skip
    body = body_for(by, listing)
    write_revision(
        own, {**queries.current(shared), "id": str(own.pk)},
        by=by, body=body, method="split",
    )  # fmt: skip
    for link in links:
        path = f"service_at_locations/{link['id']}"
        service = diff.put(service, path, {**link, "location_id": str(own.pk)})
    write_revision(listing.record, service, by=by, body=body, method="split")
    if proposal_id is not None:
        _move_changes(listing, proposal_id, shared, own)
    write_audit(
        "location_split", listing, by,
        before={"location": str(shared.pk)}, after={"location": str(own.pk)},
    )  # fmt: skip
    return own


def _move_changes(
    listing: Listing, proposal_id: Any, shared: Record, own: Record
) -> None:
    """What waits about a shared place in one suggestion is about the copy now."""
    proposal = Proposal.objects.select_for_update(of=("self",), no_key=True).get(
        pk=proposal_id, listing=listing
    )
    if proposal.state != ProposalState.OPEN:
        raise InvalidState("This suggestion has been decided already.")
    proposal.changes.filter(record=shared, verdict=Verdict.PENDING).update(
        record=own, base=1
    )
