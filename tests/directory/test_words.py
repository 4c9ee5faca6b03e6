"""How values read in words."""

from typing import Any

import pytest

from directory.declarations import LOCATION, ORGANIZATION, SERVICE
from directory.service_elements import SCHEDULE
from directory.words import details, money, show

ID = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "Coffee", "Coffee"),
        ("name", None, ""),
        ("status", "temporarily closed", "Closed for now"),
        ("status", "sleeping", "sleeping"),
        ("minimum_age", 0, "0"),
        ("organization_id", ID, "Testham Friends"),
        ("organization_id", ID[:-1] + "9", "No longer in the directory"),
        ("phones", {"number": "01632960101"}, "01632 960101"),
        ("phones",
         {"number": "01632960101", "extension": "7", "type": "text",
          "description": "Bookings"},
         "01632 960101 extension 7 (Bookings, text message)"),
        ("phones", {"description": "Bookings"}, "Bookings"),
        ("contacts",
         {"name": "The office", "title": "bookings", "email": "a@example.org",
          "phones": [{"number": "01632960101"}]},
         "The office, bookings; a@example.org; 01632 960101"),
        ("cost_options", {"amount": 3, "option": "adults"}, "adults: £3"),
        ("cost_options",
         {"amount": 3.5, "amount_description": "with tea", "valid_to": "2026-03-27"},
         "£3.50 (with tea, until 27 March 2026)"),
        ("cost_options", {"amount_description": "ask"}, "ask"),
        ("schedules", {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                       "closes_at": "12:00", "attending_type": "venue"},
         "Tuesdays, 10am to 12 noon (In person)"),
        ("schedules", [{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"},
                       {"freq": "WEEKLY", "byday": "TH", "opens_at": "10:00"}],
         ["Tuesdays and Thursdays, from 10am"]),
        ("schedules", [{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                        "notes": "Term time"},
                       {"freq": "WEEKLY", "byday": "TH", "opens_at": "10:00"}],
         ["Tuesdays, from 10am (Term time)", "Thursdays, from 10am"]),
        ("schedules", [], []),
        ("service_at_locations", {"location_id": ID, "description": "upstairs"},
         "Testham Friends (upstairs)"),
        ("service_areas", {"name": "Testham", "extent": "{}"},
         "Testham (with an outline)"),
        ("languages", {"name": "Polish", "note": "on Tuesdays"},
         "Polish (on Tuesdays)"),
        ("attributes", [{"taxonomy_term_id": ID}], ["Testham Friends"]),
    ],
)  # fmt: skip
def test_show_says_a_value_of_a_service_in_words(
    name: str, value: Any, words: Any
) -> None:
    assert show(SERVICE.get(name), value, {ID: "Testham Friends"}) == words


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        (LOCATION.get("home"), True, "Yes"),
        (LOCATION.get("latitude"), 51.234567, "51.234567"),
        (LOCATION.get("addresses"),
         {"address_1": "1 High Street", "city": "Testham", "state_province": "England",
          "postal_code": "BA12 9AA", "country": "GB"},
         "1 High Street, Testham, England, BA12 9AA"),
        (ORGANIZATION.get("organization_identifiers"),
         {"identifier_scheme": "GB-CHC", "identifier_type": "charity number",
          "identifier": "123"},
         "Charity Commission 123"),
    ],
)  # fmt: skip
def test_show_says_other_records_in_words(item: Any, value: Any, words: Any) -> None:
    assert show(item, value) == words


def test_show_says_what_a_draft_holds_as_it_was_typed() -> None:
    schedule = {"opens_at": "teatime", "valid_from": "spring"}

    assert details(SCHEDULE, schedule, {}) == [
        ("Opens at", "teatime"),
        ("From", "spring"),
    ]


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "Free"), (3, "£3"), ("3.5", "£3.50"), (1250, "£1,250"), ("ask", "ask"),
     (None, ""), ("nan", "nan")],
)  # fmt: skip
def test_money_is_written_as_people_do(amount: Any, words: str) -> None:
    assert money(amount) == words


def test_money_of_another_country_has_its_code() -> None:
    assert money(3, "EUR") == "3 EUR"
