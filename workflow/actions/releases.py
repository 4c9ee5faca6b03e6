"""Letting a held-back value out, and taking that back (PRODUCT.md section 6)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.gate import HeldBack
from workflow import access, queries
from workflow.actions.revising import announce, lock_listing
from workflow.models import Listing, Release


def _finding(listing: Listing, key: str) -> HeldBack:
    """The finding on this listing's whole record. Raises InvalidState if gone."""
    parts = queries.whole(listing)
    if listing.draft and not listing.was_assured:
        parts = queries.drafted(listing)
    held = queries.public_parts(parts).held_back
    for finding in (f for found in held.values() for f in found):
        if finding.key == key:
            return finding
    raise InvalidState("Nothing is held back here for this reason any more.")


def _write(listing: Listing, finding: HeldBack, reason: str, **more: Any) -> Release:
    if not reason.strip():
        raise InvalidInput({"reason": "Say why it may be public."})
    if listing.organization_id is None:
        raise InvalidState("Say first who runs the service.")
    release = Release.objects.filter(
        organization_id=listing.organization_id, key=finding.key, revoked_at=None
    ).first() or Release(
        listing=listing, organization_id=listing.organization_id,
        key=finding.key, value=finding.text,
    )  # fmt: skip
    release.reason = reason.strip()
    for name, value in more.items():
        setattr(release, name, value)
    release.save()
    return release


def _audit(verb: str, release: Release, by: User, reason: str = "") -> None:
    audit.record(
        verb, release, actor=by, reason=reason,
        partnership_id=release.listing.partnership_id,
    )  # fmt: skip


@transaction.atomic
def state_public_line(*, by: User, listing_id: Any, key: str, reason: str) -> Release:
    """A provider states that a mobile is the group's public line; it waits for an
    assurer."""
    listing = lock_listing(listing_id)
    if not access.is_own(by, listing):
        raise PermissionDenied("Only the provider may state this.")
    finding = _finding(listing, key)
    if finding.kind != "mobile":
        raise InvalidInput("Only a phone number can be a group's public line.")
    release = _write(listing, finding, reason, stated_by=by)
    _audit("public_line_stated", release, by, reason)
    return release


@transaction.atomic
def accept_public_line(*, by: User, release_id: Any) -> Release:
    """An assurer in remit accepts what a provider stated about its own number."""
    release = _lock(release_id)
    if not access.is_in_remit(by, release.listing) or release.stated_by_id == by.pk:
        raise PermissionDenied("This is not in your area of work.")
    if release.accepted_at or release.revoked_at:
        raise InvalidState("This has been decided already.")
    _accept(release, by)
    _audit("public_line_accepted", release, by)
    return release


@transaction.atomic
def release_finding(
    *, by: User, listing_id: Any, key: str, reason: str, use_mailbox: bool = False
) -> Release:
    """A publisher lets a wrong finding out, or puts the role mailbox instead."""
    listing = lock_listing(listing_id)
    if not access.can_in_place(by, Permission.RELEASE_FINDINGS, listing.partnership):
        raise PermissionDenied("Only a publisher of this place may release it.")
    finding = _finding(listing, key)
    if finding.kind == "secret_place":
        raise InvalidState("A place that is kept secret is never released.")
    replacement = ""
    if use_mailbox:
        if finding.kind != "personal_email":
            raise InvalidInput("Only an e-mail address can be replaced by a mailbox.")
        replacement = _mailbox(listing)
    release = _write(listing, finding, reason, replacement=replacement)
    _accept(release, by)
    _audit("finding_released", release, by, reason)
    return release


@transaction.atomic
def revoke_release(*, by: User, release_id: Any, reason: str) -> Release:
    """Hold a released value back again, at once."""
    release = _lock(release_id)
    listing = release.listing
    if not (
        access.can_in_place(by, Permission.RELEASE_FINDINGS, listing.partnership)
        or access.is_in_remit(by, listing)
        or access.is_own(by, listing)
    ):
        raise PermissionDenied("You may not take this release back.")
    if release.revoked_at:
        raise InvalidState("It has been taken back already.")
    release.revoked_at = clock.now()
    release.revoked_by_label = str(by)
    release.save()
    announce(release.organization_id, listing.record_id)
    _audit("release_revoked", release, by, reason)
    return release


def _lock(release_id: Any) -> Release:
    return (
        Release.objects.select_for_update(of=("self",), no_key=True)
        .select_related("listing__partnership")
        .get(pk=release_id)
    )


def _accept(release: Release, by: User) -> None:
    release.accepted_at = clock.now()
    release.accepted_by_label = str(by)
    release.save()
    announce(release.organization_id, release.listing.record_id)


def _mailbox(listing: Listing) -> str:
    partner = listing.remit.partner if listing.remit else None
    mailbox = (partner.role_mailbox if partner else "") or (
        listing.partnership.role_mailbox
    )
    if not mailbox:
        raise InvalidInput("There is no role mailbox to put instead.")
    return mailbox
