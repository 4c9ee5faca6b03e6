"""What pages suggest to fill in next, and a list in the order of what lacks most."""

from typing import Any

import pytest
from django.urls import reverse

from directory import completeness
from directory.choices import Visibility
from tests import world
from tests.workflow.deciding import signed_in
from workflow import completing, queries
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def test_listing_leads_its_provider_to_what_is_most_useful(place: world.Place) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)

    useful = signed_in(editor).get(f"/listings/{listing.pk}/").context["useful"]

    assert [one["label"] for one in useful][:1] == ["Areas it covers"]
    assert useful[0]["url"] == (
        f"/listings/{listing.pk}/service/{listing.record_id}/where/"
    )
    assert len(useful) == completing.MOST_SHOWN


def test_assurer_is_told_too_and_a_reader_is_not(place: world.Place) -> None:
    listing = world.published(place)
    address = reverse("workflow:record", args=[listing.pk])

    kept = signed_in(place.assurer).get(address).context["useful"]
    read = signed_in(place.contributor).get(address).context["useful"]

    assert kept[0].name == "service_areas"
    assert read == []


def test_provider_is_not_asked_for_terms(place: world.Place) -> None:
    listing = world.published(place)
    whole = queries.whole(listing)

    assert "attributes" in {gap.name for gap in completing.of_whole(whole)}
    editor = world.make_editor(listing)
    page = signed_in(editor).get(f"/listings/{listing.pk}/").context["records"]
    gaps = completing.of_sides(record.side for record in page)
    assert "attributes" not in {gap.name for gap in gaps}


def test_closed_place_says_nothing_of_what_it_lacks(place: world.Place) -> None:
    listing = world.published(place)
    [key] = queries.location_ids(queries.current(listing.record))
    Record.objects.filter(pk=key).update(visibility=Visibility.INTERNAL)

    [(_, places)] = completing.payloads([listing]).values()

    assert places == []


@pytest.mark.parametrize("number", [1, 3])
def test_payloads_cost_the_same_for_one_and_three(
    place: world.Place, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        world.published(place)
    listings = list(Listing.objects.all())

    with django_assert_num_queries(2):
        assert len(completing.payloads(listings)) == number


def test_thinnest_listing_comes_first(place: world.Place) -> None:
    full = world.published(place)
    thin = world.published(place)
    revision = Record.objects.get(pk=thin.record_id).revision
    assert revision is not None
    bare = {k: revision.payload[k] for k in ("id", "name", "organization_id")}

    found = completing.payloads([full, thin])
    found[str(thin.pk)] = (bare, [])

    assert completeness.thinnest_first(found) == [
        str(thin.pk),
        str(full.pk),
    ]
    assert set(completing.thinnest_first([full, thin])) == {full, thin}
