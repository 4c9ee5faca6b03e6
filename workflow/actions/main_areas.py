"""Saying where most of a service happens, so that remits by area can take it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from common.errors import InvalidInput
from common.models import as_uuid
from directory.models import Location
from workflow import access, remits
from workflow.actions.revising import lock_listing
from workflow.models import Area, Listing


@transaction.atomic
def declare_main(
    *, by: User, listing_id: Any, place_id: Any = None, area_id: Any = None
) -> Listing:
    """Say which of its places is the main one, or which area; with neither, the whole
    place is (ADR 29).

    For its provider, an assurer in remit and the lead. Of a service with a place that
    is kept secret nothing is said. Raises PermissionDenied, InvalidInput by field.
    """
    listing = lock_listing(listing_id)
    if not access.can_declare_main(by, listing):
        raise PermissionDenied("This is for its provider and those who check it.")
    if place_id and area_id:
        raise InvalidInput("Choose a place or an area, not both.")
    place, area = as_uuid(place_id), _area(listing, area_id)
    if place_id and place not in listing.location_ids:
        raise InvalidInput({"place": "Choose one of the places where it happens."})
    if (place or area) and keeps_a_secret(listing):
        raise InvalidInput(
            "One of its places is kept secret, so nothing is said about where it is."
        )
    before = _said(listing)
    listing.main_place_id, listing.main_area = place, area
    listing.save(update_fields=["main_place_id", "main_area"])
    audit.record(
        "main_area_declared", listing, actor=by,
        partnership_id=listing.partnership_id, before=before, after=_said(listing),
    )  # fmt: skip
    remits.work_out_one(listing)
    return listing


def keeps_a_secret(listing: Listing) -> bool:
    """Whether one of a service's places is kept secret, also in its draft."""
    drafted = ((listing.draft or {}).get("locations") or {}).values()
    if any(place.get("sensitive") for place in drafted):
        return True
    secret = Location.objects.filter(sensitive=True)
    return secret.filter(pk__in=listing.location_ids).exists()


def _area(listing: Listing, area_id: Any) -> Area | None:
    if not area_id:
        return None
    own = Area.objects.filter(partnership=listing.partnership_id)
    key = as_uuid(area_id)
    found = own.filter(pk=key).first() if key else None
    if found is None:
        raise InvalidInput({"area": "Choose from the areas on the map of the place."})
    return found


def _said(listing: Listing) -> dict[str, str]:
    return {
        "place": str(listing.main_place_id or ""), "area": str(listing.main_area or "")
    }  # fmt: skip
