"""A place that nobody has recorded yet, for a service that is accepted already."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from common.errors import InvalidInput, InvalidState
from directory.models import Location
from tests import world
from workflow import queries
from workflow.actions import decisions, new_places
from workflow.actions.choosing import Choice
from workflow.choices import RejectReason, Verdict
from workflow.models import Listing, Proposal, Record

pytestmark = pytest.mark.django_db
KEY = "7d0c3a0e-0000-4000-8000-000000000001"


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def propose(place: world.Place, listing: Listing, **more: Any) -> Proposal:
    location = world.hall(id=KEY, name="The old barn")
    said: dict[str, Any] = {"evidence": "visited", **more}
    return new_places.propose_place(
        by=said.pop("by", place.contributor), listing_id=listing.pk,
        location=said.pop("location", location), **said,
    )  # fmt: skip


def test_new_place_is_suggested_with_the_service_and_nothing_changes_yet(
    place: world.Place, listing: Listing
) -> None:
    proposal = propose(place, listing)

    record = Record.objects.get(pk=KEY)
    assert (record.label, record.revision, record.home) == (
        "The old barn", None, place.partnership,
    )  # fmt: skip
    paths = [(str(c.record_id) == KEY, c.path) for c in proposal.changes.all()]
    link = new_places.link_path(listing.record_id, KEY)
    assert (True, "name") in paths
    assert paths[-1] == (False, link)
    assert len(queries.location_ids(queries.current(listing.record))) == 1
    assert not Location.objects.filter(pk=KEY).exists()


def test_accepting_makes_the_place_with_its_first_version(
    place: world.Place, listing: Listing
) -> None:
    proposal = propose(place, listing)

    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )

    record = Record.objects.select_related("revision").get(pk=KEY)
    assert record.revision is not None
    assert (record.revision.number, record.revision.payload["name"]) == (
        1, "The old barn",
    )  # fmt: skip
    assert Location.objects.filter(pk=KEY, name="The old barn").exists()
    service = queries.current(world.fresh(listing).record)
    assert KEY in queries.location_ids(service)
    assert uuid.UUID(KEY) in world.fresh(listing).location_ids
    with pytest.raises(InvalidState, match="A place that was added is not undone"):
        decisions.undo_decision(by=place.assurer, decision_id=decision.pk)


def test_the_service_is_not_at_a_place_that_was_rejected(
    place: world.Place, listing: Listing
) -> None:
    proposal = propose(place, listing)
    no = Choice(Verdict.REJECTED, reason=RejectReason.OTHER, words="No such barn.")
    choices = {
        c.pk: no if str(c.record_id) == KEY else Choice(Verdict.ACCEPTED)
        for c in proposal.changes.all()
    }

    with pytest.raises(InvalidInput, match="is not in the directory yet"):
        decisions.decide(by=place.assurer, proposal_id=proposal.pk, choices=choices)

    assert not Location.objects.filter(pk=KEY).exists()


def test_new_place_sent_twice_is_one(place: world.Place, listing: Listing) -> None:
    first = propose(place, listing)

    again = propose(place, listing)

    assert (again.pk, again.repeats) == (first.pk, "same")
    assert Record.objects.filter(pk=KEY).count() == 1


def test_place_that_is_known_is_not_brought_as_new(
    place: world.Place, listing: Listing
) -> None:
    hall = {"id": str(listing.location_ids[0]), "name": "Mine now"}

    with pytest.raises(InvalidInput, match="This place is known already"):
        propose(place, listing, location=hall)


def test_all_that_is_wrong_is_said_at_once(
    place: world.Place, listing: Listing
) -> None:
    empty = {"id": KEY, "location_type": "physical"}
    with pytest.raises(InvalidInput) as refused:
        propose(place, listing, location=empty, evidence="")

    assert refused.value.errors == {
        "evidence": "Say how you know.",
        f"{KEY}:name": "Give its name, or its address.",
    }
    assert not Record.objects.filter(pk=KEY).exists()


def test_reader_suggests_no_place(place: world.Place, listing: Listing) -> None:
    with pytest.raises(PermissionDenied):
        propose(place, listing, by=place.reader)
