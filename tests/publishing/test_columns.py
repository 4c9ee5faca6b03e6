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


def test_area_is_that_of_the_first_place_that_has_one() -> None:
    links = [at(name="Online"), at(addresses=[ADDRESS])]

    assert columns.of(full(service_at_locations=links))["area"] == "BA12"


def test_times_without_a_place_are_those_of_every_place() -> None:
    times = {"freq": "WEEKLY", "opens_at": "10:00", "closes_at": "12:00"}
    whole = full(
        service_at_locations=[{**at(latitude=51.5, longitude=-2.5), "id": "1"},
                              {**at(), "id": "2"}],
        schedules=[{**times, "byday": "MO"},
                   {**times, "byday": "TU", "service_at_location_id": "1"}],
    )  # fmt: skip
    first, second = (
        columns.of_place(link, whole) for link in whole["service_at_locations"]
    )

    assert (first["latitude"], first["longitude"]) == (51.5, -2.5)
    assert (second["latitude"], second["longitude"]) == (None, None)
    assert [r.lower for r in first["open_minutes"]] == [600, 2040]
    assert [r.lower for r in second["open_minutes"]] == [600]


def test_what_never_closes_is_a_slot_for_each_day() -> None:
    always = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU",
              "opens_at": "00:00", "closes_at": "23:59"}  # fmt: skip
    found = columns.of(full(schedules=[always]))["open_minutes"]

    assert [(r.lower, r.upper) for r in found] == [
        (day * 1440, (day + 1) * 1440) for day in range(7)
    ]


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    found = columns.of(full())

    assert found == {
        "title": "Coffee morning",
        "sort_key": "coffee morning",
        "organization_id": None,
        "location_ids": [],
        "term_ids": [],
        "taxonomy_ids": [],
        "names_text": "coffee morning",
        "provider_text": "",
        "description_text": "",
        "minimum_age": None,
        "maximum_age": None,
        "other_days": {},
        "open_minutes": [],
        "facets": ["all", "anywhere"],
        "area": "",
    }


def test_terms_of_all_three_records_count_once() -> None:
    def tagged(*ids: str) -> list[dict[str, Any]]:
        return [
            {"taxonomy_term": {"id": i, "name": f"Term {i}", "taxonomy_id": "x"}}
            for i in ids
        ]

    found = columns.of(
        full(
            attributes=tagged("1", "2"),
            organization={"id": "o", "name": "Friends", "attributes": tagged("2", "3")},
            service_at_locations=[at(attributes=tagged("4"))],
        )
    )

    assert found["term_ids"] == ["1", "2", "3", "4"]
    assert found["taxonomy_ids"] == ["x"]


def test_words_are_searched_by_weight() -> None:
    found = columns.of(
        full(
            alternate_name="Tea time",
            description="Cake.",
            eligibility_description="Everybody.",
            alert="Not on Monday.",
            organization={"id": "o", "name": "Friends", "alternate_name": "FoT"},
            attributes=[
                {"taxonomy_term": {"id": "t", "name": "Company", "taxonomy_id": "x"}}
            ],
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
