"""What the tests of finding records and saying something about them share."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from directory.choices import Kind
from tests import world
from workflow.actions import checking, proposals
from workflow.actions.decisions import Informant
from workflow.models import Listing, Proposal


def page_of(listing: Listing, name: str = "suggest") -> str:
    """The address of a page about a record."""
    return reverse(f"workflow:{name}", args=[listing.pk])


def section_of(
    listing: Listing, slug: str, kind: str = Kind.SERVICE, record_id: Any = None
) -> str:
    """The address at which one section of it is suggested."""
    record = record_id or listing.record_id
    return reverse("workflow:suggest-section", args=[listing.pk, kind, record, slug])


def suggested(place: world.Place, listing: Listing, **edits: Any) -> Proposal:
    """A suggestion of the contributor for the service."""
    record = str(listing.record_id)
    return proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk, edits={record: edits},
        bases={record: 1}, evidence="visited",
        partner=place.health,
    )  # fmt: skip


def secrets() -> dict[str, Any]:
    """Values that not everybody may see."""
    return {
        "partner_notes": "Ring the side door first",
        "internal_notes": "Their lease ends soon",
        "phones": [{"number": "07700 900123"}],
    }


def cost(client: Client, address: str) -> tuple[int, int]:
    """How often a page asks the database, and how many cards it shows."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    return len(asked), len(response.context["cards"])


def corrected(place: world.Place, listing: Listing, **edits: Any) -> None:
    """The assurer puts the hall of a service right."""
    checking.correct_and_check(
        by=place.assurer, listing_id=listing.pk,
        edits={str(listing.location_ids[0]): edits},
        informant=Informant("Sam Ford, leader", "call", clock.today()), method="call",
    )  # fmt: skip
