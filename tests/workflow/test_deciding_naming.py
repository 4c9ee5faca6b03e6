"""Names and options for what a record refers to."""

from typing import Any

import pytest

from accounts.models import Partnership
from tests import world
from workflow import naming, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def test_names_are_those_of_organization_place_link_and_term(
    place: world.Place,
) -> None:
    term = world.term("Coffee mornings")
    listing = world.published(place, attributes=[{"taxonomy_term_id": str(term.pk)}])
    service = queries.current(listing.record)
    link = service["service_at_locations"][0]

    assert naming.names([service]) == {
        service["organization_id"]: "Testham Friends",
        link["location_id"]: "Testham Hall",
        link["id"]: "Testham Hall",
        str(term.pk): "Coffee mornings",
    }


def test_names_cost_two_queries_whatever_there_is(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    services = [queries.current(world.published(place).record) for _ in range(3)]

    with django_assert_num_queries(2):
        naming.names(services)


def test_options_offer_what_is_at_home_here(place: world.Place) -> None:
    listing = world.published(place)
    world.published(world.make_place("Elsewhere"))
    world.term("Debt advice")
    world.term("Money and debt", "Needs")
    world.term("Elsewhere’s", of=Partnership.objects.get(name="Elsewhere"))

    offered = naming.options(place.partnership)

    assert offered["organization"] == [
        (str(listing.organization_id), "Testham Friends")
    ]
    assert offered["location"] == [(str(listing.location_ids[0]), "Testham Hall")]
    assert [
        (group, [name for _, name in terms])
        for group, terms in offered["taxonomy_term"]
    ] == [("Service types", ["Debt advice"])]
