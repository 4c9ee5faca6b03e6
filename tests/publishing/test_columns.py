"""What queries need, read from the public document."""

from typing import Any

import pytest

from publishing import columns

ADDRESS = {
    "address_1": "1 High Street",
    "city": "Testham",
    "postal_code": "BA12 9AA",
    "address_type": "physical",
}


def full(**values: Any) -> dict[str, Any]:
    return {"id": "a", "name": "Coffee morning", "status": "active", **values}


def at(**place: Any) -> dict[str, Any]:
    return {"id": "link", "location": {"id": "p", "location_type": "physical", **place}}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Coffee", "coffee"),
        ("“Élan” – Café!", "elan cafe"),
        ("  1st  Scouts ", "1st scouts"),
        ("Straße", "strasse"),
        ("…", ""),
        ("x" * 300, "x" * 255),
    ],
)
def test_sort_key_skips_what_is_no_letter(title: str, key: str) -> None:
    assert columns.sort_key(title) == key


def test_point_and_area_are_those_of_the_first_place_that_has_one() -> None:
    found = columns.of(
        full(
            service_at_locations=[
                at(name="Online"),
                at(latitude=51.5, longitude=-2.5, addresses=[ADDRESS]),
                at(latitude=1.0, longitude=1.0),
            ]
        )
    )

    assert (found["latitude"], found["longitude"]) == (51.5, -2.5)
    assert found["area"] == "BA12"


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    found = columns.of(full())

    assert found == {
        "title": "Coffee morning",
        "sort_key": "coffee morning",
        "organization_id": None,
        "location_ids": [],
        "term_ids": [],
        "names_text": "coffee morning",
        "provider_text": "",
        "description_text": "",
        "minimum_age": None,
        "maximum_age": None,
        "open_minutes": [],
        "latitude": None,
        "longitude": None,
        "area": "",
    }


def test_terms_of_all_three_records_count_once() -> None:
    def tagged(*ids: str) -> list[dict[str, Any]]:
        return [{"taxonomy_term": {"id": i, "name": f"Term {i}"}} for i in ids]

    found = columns.of(
        full(
            attributes=tagged("1", "2"),
            organization={"id": "o", "name": "Friends", "attributes": tagged("2", "3")},
            service_at_locations=[at(attributes=tagged("4"))],
        )
    )

    assert found["term_ids"] == ["1", "2", "3", "4"]


def test_words_are_searched_by_weight() -> None:
    found = columns.of(
        full(
            alternate_name="Tea time",
            description="Cake.",
            eligibility_description="Everybody.",
            alert="Not on Monday.",
            organization={"id": "o", "name": "Friends", "alternate_name": "FoT"},
            attributes=[{"taxonomy_term": {"id": "t", "name": "Company"}}],
            service_areas=[{"id": "s", "name": "The county"}],
            service_at_locations=[
                at(name="Hall", addresses=[{**ADDRESS, "region": "Norton"}])
            ],
        )
    )

    assert found["names_text"] == "coffee morning\ntea time"
    assert found["provider_text"] == (
        "friends\nfot\ncompany\nhall\ntestham\nnorton\nthe county"
    )
    assert found["description_text"] == "cake.\neverybody.\nnot on monday."


def test_endless_text_is_searched_at_its_beginning() -> None:
    found = columns.of(full(description="cake " * 100_000))

    assert len(found["description_text"]) == columns.LONGEST_SEARCHED
