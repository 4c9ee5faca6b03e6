"""Saying where most of a service happens."""

import uuid
from typing import Any

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from common.errors import InvalidInput
from directory.models import Location
from tests import world
from workflow import remits
from workflow.actions.areas import write_areas
from workflow.actions.main_areas import declare_main
from workflow.choices import AreaKind
from workflow.importing.outlines import AreaRead
from workflow.models import Area, Listing, Remit

pytestmark = pytest.mark.django_db

RING = ((-2.0, 51.0), (-1.0, 51.0), (-1.0, 52.0), (-2.0, 52.0), (-2.0, 51.0))


@pytest.fixture
def listing(place: world.Place) -> Listing:
    """A service in a hall at 51.5 north, 1.5 west."""
    made = world.published(place, in_hall=world.hall(latitude=51.5, longitude=-1.5))
    return world.fresh(made)


@pytest.fixture
def ward(place: world.Place) -> Remit:
    """An area of work in the ward around it."""
    with transaction.atomic():
        write_areas(
            place.partnership, [AreaRead("North", AreaKind.WARD, "N1", (RING,))],
            by="test",
        )  # fmt: skip
    return Remit.objects.create(
        partnership=place.partnership, partner=place.council, name="North",
        lead=place.assurer, area_ids=[Area.objects.get().pk],
    )  # fmt: skip


def remit_of(listing: Listing) -> Any:
    return world.fresh(listing).remit


def test_undeclared_service_is_everywhere(
    place: world.Place, listing: Listing, ward: Remit
) -> None:
    remits.work_out(place.partnership.pk)

    assert remit_of(listing) == place.remit


def test_main_place_brings_it_into_the_wards_remit(
    place: world.Place, listing: Listing, ward: Remit
) -> None:
    hall = listing.location_ids[0]
    declare_main(by=place.assurer, listing_id=listing.pk, place_id=hall)

    assert remit_of(listing) == ward
    told = AuditEvent.objects.get(verb="main_area_declared")
    assert (told.before, told.after) == (
        {"place": "", "area": ""}, {"place": str(hall), "area": ""}
    )  # fmt: skip


def test_main_area_brings_it_there_and_back(
    place: world.Place, listing: Listing, ward: Remit
) -> None:
    area = Area.objects.get()
    declare_main(by=place.assurer, listing_id=listing.pk, area_id=area.pk)
    there = remit_of(listing)
    declare_main(by=place.assurer, listing_id=listing.pk)

    assert (there, remit_of(listing)) == (ward, place.remit)


def test_redrawn_ward_moves_what_was_declared(
    place: world.Place, listing: Listing, ward: Remit
) -> None:
    hall = listing.location_ids[0]
    declare_main(by=place.assurer, listing_id=listing.pk, place_id=hall)
    east = tuple((x + 2, y) for x, y in RING)
    with transaction.atomic():
        write_areas(
            place.partnership, [AreaRead("North", AreaKind.WARD, "N1", (east,))],
            by="test",
        )  # fmt: skip

    assert remit_of(listing) == place.remit


def test_nothing_is_said_of_a_service_with_a_secret_place(
    place: world.Place, listing: Listing, ward: Remit
) -> None:
    hall = listing.location_ids[0]
    Location.objects.filter(pk=hall).update(sensitive=True)

    with pytest.raises(InvalidInput, match="is kept secret"):
        declare_main(by=place.assurer, listing_id=listing.pk, place_id=hall)


def test_place_that_becomes_secret_leaves_the_wards_remit(
    place: world.Place, listing: Listing, ward: Remit
) -> None:
    hall = listing.location_ids[0]
    declare_main(by=place.assurer, listing_id=listing.pk, place_id=hall)
    Location.objects.filter(pk=hall).update(sensitive=True)
    remits.work_out(place.partnership.pk)

    assert remit_of(listing) == place.remit


@pytest.mark.parametrize("field", ["place", "area"])
def test_only_its_own_places_and_areas_are_chosen(
    place: world.Place, listing: Listing, field: str
) -> None:
    said: dict[str, Any] = {f"{field}_id": uuid.uuid4()}
    with pytest.raises(InvalidInput) as refused:
        declare_main(by=place.assurer, listing_id=listing.pk, **said)
    assert set(refused.value.errors) == {field}
