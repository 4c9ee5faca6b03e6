"""A draft: what somebody has typed of a listing so far, valid or not."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from accounts.models import Partner, Partnership, User
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from directory import validation
from directory.choices import Kind
from directory.payload import Payload
from workflow import access, erased, remits
from workflow.actions.proposals import need_member
from workflow.actions.public import write_audit
from workflow.actions.revising import lock_listing, route
from workflow.choices import (
    Stage,
)
from workflow.merging import merge_drafts
from workflow.models import Listing, Record, Source

Draft = dict[str, Any]


def _need(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


@transaction.atomic
def start_listing(
    *,
    by: User,
    place: Partnership,
    service: Payload,
    organization: Payload | None = None,
    locations: dict[str, Payload] | None = None,
    partner: Partner | None = None,
) -> Listing:
    """Begin a draft: a name and one clue (PRODUCT.md section 3).

    ``organization`` and ``locations`` are those not in the directory yet. Raises
    PermissionDenied, InvalidInput.
    """
    _need(access.can_start_listing(by, place), "You may not add a service here.")
    need_member(by, partner)
    draft: Draft = {
        "service": {**service, "id": str(uuid.uuid4())},
        "organization": organization,
        "locations": locations or {},
    }
    _check_clue(draft)
    _refuse_known_ids(draft, {})
    _refuse_erased(draft)
    return write_draft(
        place=place, draft=draft, author=by, partner=partner, source=None, by=by
    )


def _check_clue(draft: Draft) -> None:
    service = draft["service"]
    missing = {}
    if not str(service.get("name") or "").strip():
        missing["name"] = "Give it a name, so that people can find it."
    clues = set(service) - {"id", "name", "status", "alternate_name"}
    if not clues and not draft["organization"] and not draft["locations"]:
        missing["description"] = (
            "Give one clue as well: what it is, where, or who runs it."
        )
    if missing:
        raise InvalidInput(missing)


def _refuse_known_ids(draft: Draft, own: Draft) -> None:
    """Nobody may bring a record as new that is in the directory, or in another draft.

    ``own`` is the draft as it was before.
    """
    new = _new_ids(draft) - _new_ids(own)
    keys = {key for key in map(as_uuid, new) if key}
    if len(keys) < len(new) or Record.objects.filter(pk__in=keys).exists():
        raise InvalidInput("What you add as new is known already: choose it instead.")


def _refuse_erased(draft: Draft) -> None:
    """Nobody types again what was erased; told by field of its record."""
    locations = draft.get("locations") or {}
    sides = [draft["service"], draft.get("organization") or {}, *locations.values()]
    values = {
        (at, name): value
        for at, side in enumerate(sides)
        for name, value in side.items()
    }
    if wrong := erased.faults(values):
        raise InvalidInput({name: said for (_, name), said in wrong.items()})


def _new_ids(draft: Draft) -> set[str]:
    """The ids of the organization and places that a draft brings."""
    organization = draft.get("organization") or {}
    own = {_spelt(organization["id"])} if organization.get("id") else set()
    return own | {_spelt(key) for key in draft.get("locations") or {}}


def write_draft(
    *,
    place: Partnership,
    draft: Draft,
    author: User | None,
    partner: Partner | None,
    source: Source | None,
    by: User | str,
) -> Listing:
    """Store a new draft with the records it will become; the caller authorised it."""
    remits.hold_rules([place.pk])
    draft = with_keys(draft)
    service = draft["service"]
    record = Record.objects.create(
        pk=service["id"],
        kind=Kind.SERVICE,
        home=place,
        label=str(service.get("name") or "")[:255],
    )
    ensure_records(draft, place)
    listing = Listing(
        record=record,
        partnership=place,
        title=record.label,
        draft=draft,
        author=author,
        author_partner=partner,
        source=source,
    )
    listing.save()
    route(listing, service)
    write_audit("listing_drafted", listing, by)
    return listing


def with_keys(draft: Draft) -> Draft:
    """The draft with ids on its new records, normalised as far as it can be read."""
    service = dict(draft["service"])
    service["id"] = _spelt(service.get("id") or uuid.uuid4())
    service.setdefault("status", "active")
    organization = draft.get("organization")
    if organization:
        organization = dict(organization)
        organization["id"] = _spelt(organization.get("id") or uuid.uuid4())
        service["organization_id"] = organization["id"]
        organization = validation.normalise(Kind.ORGANIZATION, organization)
    places = {
        key: validation.normalise(Kind.LOCATION, {**place, "id": key})
        for sent, place in (draft.get("locations") or {}).items()
        for key in [_spelt(sent)]
    }
    return {
        "service": validation.normalise(Kind.SERVICE, service),
        "organization": organization,
        "locations": places,
    }


def _spelt(key: Any) -> str:
    """An id in the one spelling that is stored; what is none stays as it came."""
    return str(as_uuid(key) or key)


def ensure_records(draft: Draft, place: Partnership) -> None:
    """A Record row for each new organization and place of a draft."""
    new = [(Kind.LOCATION, p) for p in draft["locations"].values()]
    if draft["organization"]:
        new.append((Kind.ORGANIZATION, draft["organization"]))
    rows = [
        Record(
            pk=payload["id"],
            kind=kind,
            home=place,
            label=str(payload.get("name") or "Unnamed")[:255],
        )
        for kind, payload in new
    ]
    # One that is there already stays as it is.
    Record.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def save_draft(
    *, by: User, listing_id: Any, draft: Draft, base: Draft | None = None
) -> Listing:
    """Keep what has been typed so far, valid or not.

    With ``base``, the draft as the person saw it, what others saved meanwhile in other
    parts stays. Raises PermissionDenied, InvalidState if they changed the same part.
    """
    listing = lock_listing(listing_id)
    if listing.stage != Stage.DRAFT:
        raise InvalidState("This has been sent in, so the draft can no longer change.")
    _need(access.can_edit_draft(by, listing), "This draft is somebody else's.")
    if base is not None:
        draft = merge_drafts(base, listing.draft or {}, draft)
    _refuse_known_ids(draft, listing.draft or {})
    _refuse_erased(draft)
    rewrite_draft(listing, draft, by=by)
    return listing


def rewrite_draft(listing: Listing, draft: Draft, *, by: User | str) -> None:
    """Replace a locked listing's draft; the caller has authorised it."""
    before = listing.draft
    service = {**draft["service"], "id": str(listing.record_id)}
    draft = with_keys({**draft, "service": service})
    ensure_records(draft, listing.partnership)
    listing.draft = draft
    listing.title = str(draft["service"].get("name") or listing.title)[:255]
    listing.save(update_fields=["draft", "title"])
    Record.objects.filter(pk=listing.record_id, revision=None).update(
        label=listing.title
    )
    route(listing, draft["service"])
    write_audit("draft_saved", listing, by, before=before, after=draft)


@transaction.atomic
def discard_draft(*, by: User, listing_id: Any) -> None:
    """Throw away a draft that was never sent in, with the records that it alone brings.

    A record with a revision stays (docs/adr/0013-a-draft-may-go.md). Raises
    PermissionDenied, and InvalidState where something that is kept hangs on it.
    """
    listing = lock_listing(listing_id)
    if listing.stage != Stage.DRAFT:
        raise InvalidState("This has been sent in, so it can no longer be thrown away.")
    _need(access.can_edit_draft(by, listing), "This draft is somebody else's.")
    if not access.can_discard(by, listing):
        raise InvalidState(
            "It was sent in before, or came from another directory, so it is kept. "
            f"Ask {listing.remit or listing.partnership} to put it aside."
        )
    brought = _new_ids(listing.draft or {})
    write_audit("draft_discarded", listing, by)
    try:
        listing.delete()
        listing.record.delete()
    except models.ProtectedError:
        raise InvalidState(
            "Something was said about it since, so it is kept."
        ) from None
    _drop_unused(brought)


def _drop_unused(ids: set[str]) -> None:
    """Delete those of these records that nothing accepted and no listing names."""
    for record in Record.objects.filter(
        pk__in=ids, revision=None, revisions=None, changes=None
    ):
        named = models.Q(organization_id=record.pk) | models.Q(
            location_ids__contains=[record.pk]
        )
        if not Listing.objects.filter(named).exists():
            record.delete()
