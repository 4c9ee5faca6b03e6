"""What of a service would be most useful to fill in next, for those who keep it."""

from collections.abc import Collection, Iterable

from django.urls import reverse

from directory import completeness
from directory.choices import Kind, Visibility
from directory.completeness import Missing
from directory.payload import Payload
from workflow import queries
from workflow.models import Listing
from workflow.seeing import Side

TERMS = "terms"
"""The section that assurers fill in: providers say it in their own words."""
MOST_SHOWN = 3
MOST_ORDERED = 300
"""Services of which all is read, to say which lacks most."""
THIN = "thin"
"""How an address asks for the least filled in first, as its ``order``."""


def of_sides(
    sides: Iterable[Side], *, without: Collection[str] = (TERMS,)
) -> list[Missing]:
    """What a page of a listing suggests to fill in, the most useful first.

    Only what can be changed from the page, and nothing of the sections ``without``.
    """
    kept = {side.record_id: side for side in sides if side.is_kept_here}
    service = next((s.payload for s in kept.values() if s.kind == Kind.SERVICE), {})
    places = [s.payload for s in kept.values() if s.kind == Kind.LOCATION]
    return [
        gap
        for gap in completeness.missing(service, places)
        if gap.section not in without
        and gap.record_id in kept
        and gap.section in {section.slug for section in kept[gap.record_id].sections}
    ]


def of_whole(whole: queries.Whole) -> list[Missing]:
    """What an assurer would have filled in, terms included."""
    return completeness.missing(whole.service, whole.locations.values())


def next_by_listing(listings: Collection[Listing]) -> dict[str, Missing]:
    """The one most useful thing for each assured service of a list, by the listing's
    id; a fixed number of queries. Its places count where everybody may see them."""
    out = {}
    for key, (service, places) in payloads(listings).items():
        found = [g for g in completeness.missing(service, places) if g.section != TERMS]
        if found:
            out[key] = found[0]
    return out


def thinnest_first(listings: Collection[Listing]) -> list[Listing]:
    """These listings, the one that lacks most first, and last what nobody has accepted
    yet; a fixed number of queries."""
    by_id = {str(listing.pk): listing for listing in listings}
    found = [by_id[k] for k in completeness.thinnest_first(payloads(listings))]
    known = {listing.pk for listing in found}
    return found + [listing for listing in listings if listing.pk not in known]


def may_order(number: int) -> bool:
    """Whether so many are put in this order: several, and not more than are read for
    one page."""
    return 1 < number <= MOST_ORDERED


def payloads(
    listings: Collection[Listing],
) -> dict[str, tuple[Payload, list[Payload]]]:
    """The accepted service of each listing that has one, with its open places, by the
    listing's id: two queries."""
    services = queries.records(listing.record_id for listing in listings)
    accepted = {
        str(listing.pk): queries.current(services[str(listing.record_id)])
        for listing in listings
        if listing.was_assured
    }
    wanted = {key for s in accepted.values() for key in queries.location_ids(s)}
    places = {
        key: queries.current(record)
        for key, record in queries.records(wanted).items()
        if record.visibility == Visibility.OPEN
    }
    return {
        key: (
            service,
            [places[i] for i in queries.location_ids(service) if i in places],
        )
        for key, service in accepted.items()
    }


def section_url(listing: Listing, gap: Missing) -> str:
    """Where its provider fills it in."""
    return reverse(
        "workflow:section", args=[listing.pk, gap.kind, gap.record_id, gap.section]
    )
