"""Where most of a service happens, said by those who run it."""

from typing import Any

import pytest
from django.urls import reverse

from directory.models import Location
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow.choices import AreaKind
from workflow.models import Area, Listing, Remit

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    """A service in two halls; the second lies in the district BA15."""
    other = world.published(
        place,
        in_hall=world.hall(
            name="Upper Hall",
            addresses=[{**world.hall()["addresses"][0], "postal_code": "BA15 1AA"}],
        ),
    )
    made = world.published(place, name="Choir")
    both = [*made.location_ids, *other.location_ids]
    Listing.objects.filter(pk=made.pk).update(location_ids=both)
    return world.fresh(made)


def address(listing: Listing) -> str:
    return reverse("workflow:where", args=[listing.pk])


def page(by: Any, listing: Listing) -> Any:
    return signed_in(by).get(reverse("workflow:listing", args=[listing.pk]))


def test_provider_sees_and_says_where_most_of_it_happens(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    upper = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Upper town",
        districts=["BA15"], lead=place.second_assurer,
    )  # fmt: skip
    before = page(editor, listing)
    answer = signed_in(editor).post(
        address(listing), {"where": f"place {listing.location_ids[1]}"}
    )

    assert "Most of it happens all over Testham, as far as we know." in text(before)
    assert answer.status_code == 302
    assert world.fresh(listing).remit == upper
    assert page(editor, listing).context["main"] == "at Upper Hall"


def test_only_who_runs_it_says_so_and_only_of_several_places(
    place: world.Place, listing: Listing
) -> None:
    single = world.published(place, name="Bridge")
    editor = world.make_editor(single)

    assert signed_in(editor).get(address(single)).status_code == 404
    assert page(editor, single).context["main"] == ""
    assert signed_in(editor).get(address(listing)).status_code == 404
    assert signed_in(place.contributor).get(address(listing)).status_code == 404


def test_nothing_is_said_of_a_secret_place(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    Location.objects.filter(pk=str(listing.location_ids[1])).update(sensitive=True)

    assert page(editor, listing).context["main"] == ""
    assert signed_in(editor).get(address(listing)).status_code == 404


def test_area_that_somebody_said_is_shown_too(
    place: world.Place, listing: Listing
) -> None:
    ward = Area.objects.create(
        partnership=place.partnership, name="North", kind=AreaKind.WARD, code="N1",
        size=1,
    )  # fmt: skip
    editor = world.make_editor(listing)
    signed_in(editor).post(address(listing), {"where": f"area {ward.pk}"})

    assert world.fresh(listing).main_area == ward
    assert page(editor, listing).context["main"] == f"in {ward}"
