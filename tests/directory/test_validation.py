"""What is wrong with a record, in a sentence beside each value."""

from typing import Any

import pytest

from directory import validation
from directory.service_elements import COST_OPTION

RECORD = "0b1f5a3e-5c1d-4c57-9c43-2f6f2f1d0c01"
PHONE = "7b0f3c52-64d0-4e31-8f77-3b0b0d1d7001"


def service(**values: Any) -> dict[str, Any]:
    """A service that nothing objects to."""
    return {
        "id": RECORD, "organization_id": RECORD, "name": "Tea", "status": "active",
        **values,
    }  # fmt: skip


def test_small_service_is_right() -> None:
    assert validation.problems("service", service()) == {}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("name", "Enter the name."),
        ("organization_id", "Choose an answer for “Run by”."),
        ("status", "Choose an answer for “Is it running?”."),
    ],
)
def test_gap_says_what_to_do(name: str, sentence: str) -> None:
    record = service()
    del record[name]

    assert validation.problems("service", record) == {name: sentence}


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("minimum_age", "ten", "Youngest age: enter a number, for example 5."),
        ("minimum_age", 5.5, "Youngest age: enter a whole number, for example 5."),
        ("minimum_age", -1, "Enter an age between 0 and 130."),
        ("maximum_age", 131, "Enter an age between 0 and 130."),
        ("maximum_age", 10**12, "Oldest age: this number is too large."),
        ("name", ["Tea"], "Name: one value is wanted here, not a list."),
        ("name", {"en": "Tea"}, "Name: one value is wanted here, not a list."),
        ("name", "x" * 256, "Name is too long: 256 characters, 255 at most."),
        ("organization_id", "us", "Run by: choose one from the list."),
        (
            "status", "open",
            ("Is it running?: “open” is not one of: Running, Not running at the "
             "moment, Closed for good, Closed for now."),
        ),
        ("phones", "01632 960101", "Phone numbers: a list of entries is wanted here."),
        ("phones", ["01632"], "Phone numbers: a list of entries is wanted here."),
    ],
)  # fmt: skip
def test_wrong_value_gets_a_sentence(name: str, typed: Any, sentence: str) -> None:
    found = validation.problems("service", service(**{name: typed}))

    assert found == {name: sentence}


def test_two_ages_that_are_no_numbers_get_a_sentence_each() -> None:
    found = validation.problems(
        "service", service(minimum_age="ten", maximum_age="five")
    )

    assert found == {
        "minimum_age": "Youngest age: enter a number, for example 5.",
        "maximum_age": "Oldest age: enter a number, for example 5.",
    }


def test_ages_the_wrong_way_round_are_named_at_the_second() -> None:
    found = validation.problems("service", service(minimum_age=60, maximum_age=18))

    assert found == {"maximum_age": "Oldest age (18) is before the youngest age (60)."}


@pytest.mark.parametrize(
    ("point", "found"),
    [
        ({"latitude": 51.2, "longitude": -2.1}, {}),
        ({"latitude": 51.2},
         {"longitude": "Give latitude and longitude together, or neither."}),
        ({"longitude": -2.1},
         {"latitude": "Give latitude and longitude together, or neither."}),
        ({"latitude": 90.5, "longitude": 0},
         {"latitude": "Latitude: enter a number from -90 to 90."}),
        ({"latitude": 0, "longitude": -181},
         {"longitude": "Longitude: enter a number from -180 to 180."}),
    ],
)  # fmt: skip
def test_point_is_whole_and_on_earth(
    point: dict[str, float], found: dict[str, str]
) -> None:
    place = {"id": RECORD, "location_type": "physical", **point}

    assert validation.problems("location", place) == found


def test_element_is_named_by_its_path() -> None:
    record = service(phones=[{"id": PHONE, "description": "Bookings"}])

    assert validation.problems("service", record) == {
        f"phones/{PHONE}.number": "Enter the number."
    }


def test_same_term_twice_is_named() -> None:
    other = "7b0f3c52-64d0-4e31-8f77-3b0b0d1d7002"
    tags = [{"id": key, "taxonomy_term_id": RECORD} for key in (PHONE, other)]

    assert validation.problems("service", service(attributes=tags)) == {
        f"attributes/{other}": "Terms: the same one is there twice."
    }


@pytest.mark.parametrize(
    ("amount", "found"),
    [(0, {}), (3.5, {}), (-0.01, {"amount": "Amount in pounds: enter 0 or more."})],
)
def test_price_is_not_below_nothing(amount: float, found: dict[str, str]) -> None:
    assert validation.element_problems(COST_OPTION, {"amount": amount}) == found


# --- the stored form ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("name", "  Tea   and <b>talk</b> ", "Tea and talk"),
        ("minimum_age", "16", 16),
        ("minimum_age", 16.0, 16),
        ("minimum_age", True, True),
        ("minimum_age", "1e400", "1e400"),
        ("organization_id", RECORD.upper(), RECORD),
        ("url", "www.example.org", "https://www.example.org"),
        ("email", " info@example.org ", "info@example.org"),
        ("name", ["Tea"], ["Tea"]),
    ],
)
def test_value_is_kept_in_one_form(name: str, typed: Any, stored: Any) -> None:
    found = validation.normalise("service", {"id": RECORD, name: typed})

    assert found == {"id": RECORD, name: stored}


@pytest.mark.parametrize("gap", [None, "", "   ", [], [{}], [{"number": ""}]])
def test_gap_is_left_out(gap: Any) -> None:
    name = "phones" if isinstance(gap, list) else "name"

    assert validation.normalise("service", {"id": RECORD, name: gap}) == {"id": RECORD}


def test_what_is_not_declared_is_left_out() -> None:
    found = validation.normalise("service", {"id": RECORD, "made_up": "x"})

    assert found == {"id": RECORD}


@pytest.mark.parametrize("key", [None, "", "one", 7, ["a"], {"a": 1}])
def test_element_without_a_uuid_gets_the_same_one_each_time(key: Any) -> None:
    record = {"id": RECORD, "phones": [{"id": key, "number": "01632 960101"}]}

    (first,), (second,) = (
        validation.normalise("service", record)["phones"] for _ in range(2)
    )

    assert first == second
    assert len(first["id"]) == 36
