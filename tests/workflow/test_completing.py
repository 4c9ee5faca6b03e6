"""What pages suggest to fill in next, and a list in the order of what lacks most."""

from typing import Any

import pytest
from django.urls import reverse

from directory.choices import Visibility
from tests import world
from tests.workflow.deciding import signed_in
from workflow import completing, queries
from workflow.actions import revising
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


def thinned(listing: Listing) -> Listing:
    """The listing as one of which nothing is said but its name, and by whom."""
    key = str(listing.record_id)
    record = revising.lock_records([key])[key]
    payload = queries.current(record)
    kept = ("id", "name", "status", "organization_id", "service_at_locations")
    revising.write_revision(
        record, {name: payload[name] for name in kept if name in payload},
        by="test", body="", method="call",
    )  # fmt: skip
    return world.fresh(listing)


def titles(cards: list[dict[str, Any]]) -> list[str]:
    return [card["title"] for card in cards]


@pytest.fixture
def two(place: world.Place) -> tuple[Listing, Listing]:
    """Two services of one organization; of the second in the order of all there is
    little said."""
    full = world.published(place, name="Art")
    body = Record.objects.get(pk=str(full.organization_id))
    thin = world.published(place, name="Zumba", run_by=body)
    return full, thinned(thin)


def test_provider_sees_the_least_filled_in_of_theirs_first(
    two: tuple[Listing, Listing],
) -> None:
    client = signed_in(world.make_editor(two[0]))

    plain = client.get("/my-services/")
    thin = client.get("/my-services/", {"order": "thin"})

    assert titles(plain.context["cards"]) == ["Art", "Zumba"]
    assert titles(thin.context["cards"]) == ["Zumba", "Art"]
    assert "Show the least filled in first" in plain.content.decode()
    assert "What says least comes first." in thin.content.decode()
    hint = client.get(f"/listings/{two[0].pk}/")
    assert 'href="/my-services/?order=thin"' in hint.content.decode()


def test_who_keeps_an_organization_sees_its_least_filled_in_service_first(
    place: world.Place, two: tuple[Listing, Listing]
) -> None:
    where = reverse("workflow:organization", args=[two[0].organization_id])
    assurer, reader = signed_in(place.assurer), signed_in(place.reader)
    hint = assurer.get(reverse("workflow:record", args=[two[0].pk]))

    plain = assurer.get(where)
    thin = assurer.get(where, {"order": "thin"})
    read = reader.get(where, {"order": "thin"})

    assert f'href="{where}?order=thin#services"' in hint.content.decode()
    assert sorted(titles(plain.context["services"])) == ["Art", "Zumba"]
    assert titles(thin.context["services"]) == ["Zumba", "Art"]
    assert sorted(titles(read.context["services"])) == ["Art", "Zumba"]
    assert "Show the least filled in first" not in read.content.decode()


def test_one_service_is_put_in_no_order(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))

    shown = client.get("/my-services/", {"order": "thin"}).content.decode()
    assert "least filled in" not in shown
    page = client.get(f"/listings/{listing.pk}/").content.decode()
    assert "See which services say least" not in page
    record = reverse("workflow:record", args=[listing.pk])
    kept = signed_in(place.assurer).get(record).content.decode()
    assert "See which services say least" not in kept


def test_what_nobody_accepted_comes_last(
    place: world.Place, two: tuple[Listing, Listing]
) -> None:
    drafted = world.draft(place)

    found = completing.thinnest_first([drafted, *two])

    assert found == [two[1], two[0], drafted]


@pytest.mark.parametrize(("number", "may"), [(1, False), (2, True), (301, False)])
def test_only_some_are_put_in_order(number: int, may: bool) -> None:
    assert completing.may_order(number) is may
