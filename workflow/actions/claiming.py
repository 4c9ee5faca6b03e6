"""Being on the check of a record, so that nobody else rings about it meanwhile."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import InvalidState
from workflow import access
from workflow.actions.proposals import CLAIM, clock_words
from workflow.actions.public import write_audit
from workflow.actions.revising import lock_listing
from workflow.models import CheckClaim, Listing


def claim_of(listing: Listing) -> CheckClaim | None:
    """Who is on the check of a record now, if anybody is."""
    rows = CheckClaim.objects.filter(listing=listing, until__gt=clock.now())
    return rows.select_related("by").first()


@transaction.atomic
def start_checking(*, by: User, listing_id: Any) -> CheckClaim:
    """Be on the check of a record for 30 minutes. Opening its page claims nothing.

    Raises PermissionDenied, InvalidState while somebody else is on it.
    """
    listing = _locked(by, listing_id)
    refuse_if_somebody_is_on_it(listing, by)
    claim, _ = CheckClaim.objects.update_or_create(
        listing=listing, defaults={"by": by, "until": clock.now() + CLAIM}
    )
    write_audit("check_claimed", listing, by)
    return claim


@transaction.atomic
def stop_checking(*, by: User, listing_id: Any) -> None:
    """Leave the check of a record to others. Raises PermissionDenied, InvalidState."""
    listing = _locked(by, listing_id)
    claim = claim_of(listing)
    if claim is None or claim.by_id != by.pk:
        raise InvalidState("You are not working on this at the moment.")
    claim.delete()
    write_audit("check_given_back", listing, by)


def claim_ends(listing: Listing) -> None:
    """Let nobody be on the check of a locked record any more: it is made."""
    CheckClaim.objects.filter(listing=listing).delete()


def _locked(by: User, listing_id: Any) -> Listing:
    listing = lock_listing(listing_id)
    if not access.can_check(by, listing):
        raise PermissionDenied("You may not check this record.")
    return listing


def refuse_if_somebody_is_on_it(listing: Listing, by: User) -> None:
    """Raise InvalidState while somebody else is on the check of a locked record."""
    claim = claim_of(listing)
    if claim and claim.by_id != by.pk:
        raise InvalidState(
            f"{claim.by} is checking this until {clock_words(claim.until)}."
        )
