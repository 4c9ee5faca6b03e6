"""What would be most useful to fill in next, worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from directory import completeness
from directory.choices import Kind
from directory.declarations import RECORDS, SERVICE

ID = "11111111-1111-4111-8111-111111111111"
HALL = {
    "id": "22222222-2222-4222-8222-222222222222",
    "name": "Town Hall",
    "location_type": "physical",
}
FULL: dict[str, Any] = {
    "id": ID,
    "name": "Coffee morning",
    "description": "Tea and company.",
    "url": "https://www.example.org",
    "email": "info@example.org",
    "eligibility_description": "Anybody.",
    "application_process": "Just turn up.",
    "phones": [{"number": "01632 960123"}],
    "contacts": [{"name": "Bookings"}],
    "schedules": [{"byday": "TU", "opens_at": "10:00"}],
    "service_at_locations": [{"location_id": HALL["id"]}],
    "service_areas": [{"name": "Wexcombe"}],
    "cost_options": [{"amount": 0}],
    "attributes": [{"taxonomy_term_id": ID}],
}
"""Weights: 10 + 5 + 2 + 2 + 2 + 2, then 2 + 2 + 2 + 9 + 5 + 2 + 2: 47 in all."""


def names(*args: Any) -> list[str]:
    return [gap.name for gap in completeness.missing(*args)]


def test_full_record_lacks_nothing() -> None:
    hall = {**HALL, "transportation": "Bus 12", "accessibility": [{"description": "x"}]}

    assert names(FULL, [hall]) == []
    assert completeness.share(FULL, [hall]) == Decimal("100.00")


def test_most_useful_comes_first_and_equal_ones_as_declared() -> None:
    service = {k: v for k, v in FULL.items() if k in ("id", "name", "url", "phones")}

    assert names(service) == [
        "service_at_locations",
        "description",
        "service_areas",
        "email",
        "eligibility_description",
        "application_process",
        "contacts",
        "schedules",
        "cost_options",
        "attributes",
    ]


def test_share_of_a_thin_record_is_counted_by_hand() -> None:
    # name 10, url 2 and phones 2 of 47
    service = {k: v for k, v in FULL.items() if k in ("id", "name", "url", "phones")}

    assert completeness.share(service) == Decimal("29.79")


def test_share_of_an_empty_record_is_nothing() -> None:
    assert completeness.share({"id": ID}) == Decimal("0.00")


def test_place_counts_only_where_people_come() -> None:
    service = {k: v for k, v in FULL.items() if k != "service_at_locations"}
    online = {**service, "schedules": [{"attending_type": "online"}]}
    both = {
        **service,
        "schedules": [{"attending_type": "online"}, {"attending_type": "venue"}],
    }

    assert names(service) == ["service_at_locations"]
    assert names(online) == []
    assert completeness.share(online) == Decimal("100.00")
    assert names(both) == ["service_at_locations"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (HALL, ["accessibility", "transportation"]),
        ({**HALL, "location_type": "virtual"}, []),
        ({**HALL, "location_type": "postal"}, []),
        ({**HALL, "sensitive": True}, []),
    ],
)
def test_access_and_the_way_count_only_where_people_go(
    place: dict[str, Any], expected: list[str]
) -> None:
    assert names(FULL, [place]) == expected


def test_cost_in_words_is_a_cost() -> None:
    service = {**FULL, "fees": "Free"}
    del service["cost_options"]

    assert names(service) == []


def test_number_of_a_contact_is_a_number() -> None:
    service = {**FULL, "contacts": [{"phones": [{"number": "01632 960123"}]}]}
    del service["phones"]

    assert names(service) == []


def test_each_says_where_it_is_filled_in_and_why() -> None:
    [access, way] = completeness.missing(FULL, [HALL])

    assert (access.kind, access.record_id, access.section) == (
        Kind.LOCATION, HALL["id"], "access",
    )  # fmt: skip
    assert way.section == "address"
    assert way.sentence == (
        "“Getting there, Town Hall”: People without a car look for how to get there."
    )


def test_gap_of_a_place_is_named_alone_and_with_its_place() -> None:
    gaps = completeness.missing(FULL, [HALL])

    assert [(gap.item_label, gap.label) for gap in gaps if gap.kind == "location"] == [
        ("Access", "Access, Town Hall"),
        ("Getting there", "Getting there, Town Hall"),
    ]


def test_thinnest_comes_first() -> None:
    thin = {"id": ID, "name": "Thin"}
    records: dict[str, Any] = {
        "full": (FULL, []),
        "thin": (thin, []),
        "same": (thin, []),
    }

    assert completeness.thinnest_first(records) == ["thin", "same", "full"]


def test_whatever_has_a_weight_says_why() -> None:
    for entity in RECORDS.values():
        for item in entity.items:
            if entity is not SERVICE and item.name in ("phones", "attributes"):
                continue
            assert bool(item.weight) == bool(item.why), (entity.name, item.name)
