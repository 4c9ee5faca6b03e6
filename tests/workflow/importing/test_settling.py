"""No shape of a value costs the rest of a record."""

import uuid
from typing import Any

import pytest

from tests.workflow.importing import feeds
from tests.workflow.importing.mapped import Read, plain
from workflow.importing import oruk1, oruk3
from workflow.importing.noting import What
from workflow.models import Source

pytestmark = pytest.mark.django_db


WRONG_SHAPES = ["text", 7, True, [], [[]], {}, {"x": {}}, [None]]
FIELDS = (
    "description", "url", "minimum_age", "organization", "phones", "contacts",
    "schedules", "regular_schedules", "holiday_schedules", "eligibilitys",
    "attributes", "service_taxonomys", "service_at_locations", "attending_type",
    "deliverable_type", "languages", "assured_date",
)  # fmt: skip


@pytest.mark.parametrize("standard", [oruk1, oruk3])
def test_no_shape_of_a_field_costs_the_rest(source: Source, standard: Any) -> None:
    cost_more = [
        (name, wrong)
        for name in FIELDS
        for wrong in WRONG_SHAPES
        if Read(source, feeds.service(**{name: wrong}), standard=standard)
        .service.keys()
        .isdisjoint({"name", "status"})
    ]

    assert cost_more == []


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ({"latitude": 91, "longitude": 2}, {}),
        ({"latitude": "51.5"}, {}),
        ({"latitude": "north", "longitude": 2}, {}),
        ({"latitude": 51.5, "longitude": -2}, {"latitude": 51.5, "longitude": -2}),
        ({"latitude": 0, "longitude": 0}, {}),
    ],
)
def test_only_a_whole_point_is_kept(
    source: Source, location: Any, expected: Any
) -> None:
    links = [{"location": feeds.hall(**location)}]
    (place,) = Read(source, feeds.service(service_at_locations=links)).bundle.locations

    point = {k: v for k, v in place.payload.items() if k in ("latitude", "longitude")}
    assert point == expected


def test_text_that_is_too_long_is_kept_for_a_person_to_shorten(source: Source) -> None:
    fees = "Free for everybody who lives here. " * 10

    read = Read(source, feeds.service(fees=fees))

    assert read.service["fees"] == fees.strip()
    assert read.told() == [(What.TOO_LONG, "fees", fees.strip())]


def test_gaps_in_an_address_do_not_cost_the_rest(source: Source) -> None:
    links = [{"location": feeds.hall(addresses=[{"address_1": "2 Mill Lane"}])}]
    read = Read(source, feeds.service(service_at_locations=links))
    (place,) = read.bundle.locations

    assert plain(place.payload["addresses"]) == [{"address_1": "2 Mill Lane"}]
    assert read.told() == [
        (What.INCOMPLETE, "addresses.city", ""),
        (What.INCOMPLETE, "addresses.state_province", ""),
        (What.INCOMPLETE, "addresses.postal_code", ""),
    ]


def test_element_without_its_main_value_is_left_out(source: Source) -> None:
    phones = [{"number": "", "description": "Bookings"}, {"number": ""}, "01632 960124"]
    read = Read(source, feeds.service(phones=phones))

    assert plain(read.service["phones"]) == [{"number": "01632 960124"}]
    assert read.told() == [
        (What.INCOMPLETE, "phones.number", ""),
        (What.INCOMPLETE, "phones", "description: Bookings"),
    ]


def test_same_place_linked_twice_is_linked_once(source: Source) -> None:
    links = [
        {"id": str(uuid.uuid4()), "location": feeds.hall(), "description": words}
        for words in ("Upstairs", "Upstairs", "Garden")
    ]
    read = Read(source, feeds.service(service_at_locations=links))

    assert plain(read.service["service_at_locations"]) == [
        {"location_id": feeds.HALL, "description": "Upstairs"}
    ]
    assert [told[0] for told in read.told()] == [What.CONFLICT]


def test_elements_without_ids_get_the_same_ones_each_time(source: Source) -> None:
    given = feeds.service(phones=[{"number": "01632 960123"}], contacts=[{"name": "A"}])

    assert Read(source, given).service == Read(source, given).service


def test_records_without_ids_are_known_by_what_they_say(source: Source) -> None:
    link = {"location": {k: v for k, v in feeds.hall().items() if k != "id"}}
    given = feeds.service(
        organization={"name": "Pinfold Makers"}, service_at_locations=[link]
    )
    del given["id"]

    first, second = Read(source, given).bundle, Read(source, given).bundle

    assert first == second
    assert len({part.id for part in first.parts}) == 3
    assert {part.external_id[:5] for part in first.parts} == {"made|"}


def test_service_named_by_nothing_is_told(source: Source) -> None:
    read = Read(source, {"description": "Something", "organization": {}})

    assert read.bundles == [None]
    assert (What.UNUSABLE, "id", "") in read.told()


def test_organization_by_id_alone_is_found_if_the_source_has_it(source: Source) -> None:
    known = Read(source, feeds.repairs(), feeds.service(id=feeds.KNITTING))
    lone = feeds.service(organization_id="nobody-knows")
    del lone["organization"]
    unknown = Read(source, lone)

    assert [b.service.payload["organization_id"] for b in known.bundles if b] == [
        feeds.MAKERS,
        feeds.MAKERS,
    ]
    assert "organization_id" not in unknown.service
    assert (What.INCOMPLETE, "organization_id", "nobody-knows") in unknown.told()
