"""Saying that two records are one place, while somebody else works on either."""

from typing import Any

import pytest

from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.threads import together, while_holding
from tests.workflow.town import ACCEPT, Town, as_it_is, decide, make_town, now, suggest
from workflow import queries
from workflow.actions.records import split_location
from workflow.actions.shared_places import share_location
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return make_town(world.make_place())


@pytest.fixture
def choir(town: Town) -> Listing:
    """A service in another record of the same hall."""
    hall = world.hall(name="The hall")
    return world.published(town.place, name="Choir", in_hall=hall)


def twin_of(choir: Listing) -> Record:
    return Record.objects.get(pk=choir.location_ids[0])


def share(town: Town, place: Record, other: Record, by: Any = None) -> Record:
    return share_location(
        by=by or town.place.assurer, location_id=place.pk, other_id=other.pk,
        reason="One hall.",
    )  # fmt: skip


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_each_said_to_be_the_other_at_once_leaves_one(
    town: Town, choir: Listing
) -> None:
    twin = twin_of(choir)

    results = together(
        lambda: share(town, town.hall, twin),
        lambda: share(town, twin, town.hall, town.place.second_assurer),
    )

    assert kinds(results) == ["InvalidState", "Record"]
    (gone,) = Record.objects.exclude(replaced_by=None)
    (stays,) = {town.hall.pk, twin.pk} - {gone.pk}
    found = as_it_is(town)
    choir = world.fresh(choir)
    assert {*found.listing.location_ids, *found.neighbour.location_ids,
            *choir.location_ids} == {stays}  # fmt: skip


def test_said_twice_at_once_is_said_once(town: Town, choir: Listing) -> None:
    twin = twin_of(choir)

    results = together(
        lambda: share(town, town.hall, twin),
        lambda: share(town, town.hall, twin, town.place.second_assurer),
    )

    assert kinds(results) == ["InvalidState", "Record"]
    assert as_it_is(town).listing.location_ids == [twin.pk]


def test_decision_that_comes_first_is_kept_by_the_place_that_goes(
    town: Town, choir: Listing
) -> None:
    twin = twin_of(choir)
    url = {"url": "https://hall.example/"}
    proposal = suggest(town, url, record=town.hall)

    _, shared = while_holding(
        lambda: decide(town, proposal, choices={"url": ACCEPT}),
        lambda: share(town, town.hall, twin),
    )

    assert shared == twin
    assert now(town.hall)["url"] == "https://hall.example/"
    assert as_it_is(town).listing.location_ids == [twin.pk]


def test_decision_that_comes_after_is_told_that_it_went(
    town: Town, choir: Listing
) -> None:
    proposal = suggest(town, {"url": "https://hall.example/"}, record=town.hall)

    _, late = while_holding(
        lambda: share(town, town.hall, twin_of(choir)),
        lambda: decide(town, proposal, choices={"url": ACCEPT}),
    )

    assert isinstance(late, InvalidState)
    assert "url" not in now(town.hall)


def _move_choir(town: Town, choir: Listing) -> Any:
    """A suggestion that the choir meets in the hall of the others."""
    choir = world.fresh(choir)
    link = now(choir.record)["service_at_locations"][0]
    path = f"service_at_locations/{link['id']}"
    asked = Town(town.place, choir, town.neighbour, town.hall)
    value = {**link, "location_id": str(town.hall.pk)}
    return asked, suggest(asked, {path: value}), path


def test_service_that_comes_to_the_place_meanwhile_is_not_left_behind(
    town: Town, choir: Listing
) -> None:
    other = world.published(town.place, name="Bridge", in_hall=world.hall(name="Hut"))
    asked, proposal, path = _move_choir(town, choir)

    _, shared = while_holding(
        lambda: decide(asked, proposal, choices={path: ACCEPT}),
        lambda: share(town, town.hall, twin_of(other)),
    )

    gone = set(Record.objects.exclude(replaced_by=None).values_list("pk", flat=True))
    assert isinstance(shared, InvalidState) or gone == {town.hall.pk}
    assert gone & set(world.fresh(choir).location_ids) == set()


def test_service_that_would_come_to_the_place_that_went_is_sent_to_the_other(
    town: Town, choir: Listing
) -> None:
    other = world.published(town.place, name="Bridge", in_hall=world.hall(name="Hut"))
    asked, proposal, path = _move_choir(town, choir)

    _, late = while_holding(
        lambda: share(town, town.hall, twin_of(other)),
        lambda: decide(asked, proposal, choices={path: ACCEPT}),
    )

    assert isinstance(late, (InvalidInput, InvalidState))
    assert town.hall.pk not in world.fresh(choir).location_ids


def test_a_copy_of_its_own_and_one_place_for_all_do_not_cross(
    town: Town, choir: Listing
) -> None:
    twin = twin_of(choir)

    results = together(
        lambda: share(town, town.hall, twin),
        lambda: split_location(
            by=town.place.second_assurer, listing_id=town.neighbour.pk,
            location_id=town.hall.pk,
        ),
    )  # fmt: skip

    found = as_it_is(town)
    assert "Record" in kinds(results)
    for listing in (found.listing, found.neighbour):
        places = queries.records(listing.location_ids).values()
        assert [place.replaced_by for place in places] == [None]
