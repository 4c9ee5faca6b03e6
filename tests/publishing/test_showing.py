"""The public document in words."""

import datetime as dt
from typing import Any

import pytest

from directory import different_days
from publishing import render, showing, sureness
from publishing.choices import HOW_CHECKED
from publishing.models import PublishedService
from publishing.showing import Link, Row, Touch
from tests.publishing.test_render import maximal
from workflow.choices import Method

TODAY = dt.date(2026, 9, 14)
HALL = {"id": "p", "location_type": "physical", "name": "Testham Hall"}
ADDRESS = {
    "id": "a",
    "address_1": "1 High Street",
    "city": "Testham",
    "state_province": "England",
    "postal_code": "BA12 9AA",
    "country": "GB",
    "address_type": "physical",
}


def shown_today(document: dict[str, Any]) -> showing.Shown:
    return showing.shown(document, TODAY)


def full(**values: Any) -> dict[str, Any]:
    return {"id": "s", "name": "Coffee morning", "status": "active", **values}


def rows(**values: Any) -> dict[str, Row]:
    return {row.label: row for row in shown_today(full(**values)).rows}


def lines(label: str, **values: Any) -> list[str]:
    return rows(**values)[label].lines


def row(due_in: int | None) -> PublishedService:
    if due_in is None:
        return PublishedService()
    due = TODAY + dt.timedelta(days=due_in)
    return PublishedService(
        due_on=due,
        overdue_on=due + dt.timedelta(days=14),
        lapsed_on=due + dt.timedelta(days=28),
    )


# --- how sure it is -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_in", "grade"),
    [
        (None, "never"),
        (30, "current"),
        (1, "current"),
        (0, "due"),
        (-13, "due"),
        (-14, "overdue"),
        (-27, "overdue"),
        (-28, "lapsed"),
    ],
)
def test_grade_is_worked_out_from_today(due_in: int | None, grade: str) -> None:
    assert sureness.grade(row(due_in), TODAY) == grade


@pytest.mark.parametrize(
    ("due_in", "sentence"),
    [
        (None, ""),
        (1, ""),
        (0, "It is to be checked again today, 14 September 2026."),
        (
            -20,
            (
                "It was to be checked again by 25 August 2026 (2 weeks ago), and "
                "nobody has done so yet. Much of it may well still be right: ring "
                "first."
            ),
        ),
    ],
)
def test_late_check_is_told_honestly(due_in: int | None, sentence: str) -> None:
    assert sureness.warning(row(due_in), TODAY) == sentence


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("active", ""),
        ("inactive", "Not running at the moment"),
        ("temporarily closed", "Closed for now"),
    ],
)
def test_status_is_told_where_it_is_not_running(status: str, words: str) -> None:
    assert shown_today(full(status=status)).status == words


# --- facts ----------------------------------------------------------------------------


def test_times_are_said_as_people_say_them() -> None:
    schedules = [
        {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00:00",
         "closes_at": "12:00:00", "notes": "Term time only",
         "schedule_link": "https://www.friends.example/dates"},
        {"description": "And whenever the sun shines"},
    ]  # fmt: skip

    assert rows(schedules=schedules)["When"] == Row(
        "When",
        [
            "Tuesdays, 10am to 12 noon",
            "And whenever the sun shines",
            "Term time only",
        ],
        [Link("Dates on the web", "https://www.friends.example/dates")],
    )


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ({"minimum_age": 18}, "From 18 years old"),
        ({"maximum_age": 5}, "Up to 5 years old"),
        ({"minimum_age": 0, "maximum_age": 5}, "Up to 5 years old"),
        ({"minimum_age": 13, "maximum_age": 19}, "From 13 to 19 years old"),
    ],
)
def test_ages_are_said_in_words(ages: dict[str, int], words: str) -> None:
    assert lines("Who it is for", **ages) == [words]


def test_service_for_everybody_says_nothing_of_ages() -> None:
    assert rows(minimum_age=0) == {}


def test_costs_are_said_in_pounds() -> None:
    options = [
        {"id": "1", "option": "adults", "amount": 3.5},
        {"id": "2", "option": "under 5s", "amount": 0},
    ]

    assert lines("What it costs", fees="Pay on the day", cost_options=options) == [
        "Pay on the day",
        "adults: £3.50",
        "under 5s: Free",
    ]


def test_everything_declared_has_its_place_on_the_page() -> None:
    """Every text of the public document can be read on the page, or is a link there."""
    document = render.documents(maximal()).full
    page = showing.shown(document, dt.date(2026, 1, 1))
    said = repr(page)
    unsaid = {
        "id", "organization_id", "uri", "logo", "parent_organization_id", "extent",
        "extent_type", "external_identifier", "external_identifier_type",
        "identifier_scheme", "attention", "country", "address_type", "link_type",
        "attending_type", "dtstart", "code", "valid_from", "valid_to", "freq", "byday",
        "bymonthday", "opens_at", "closes_at", "currency", "taxonomy_term", "status",
        "assured_date", "assurer_email", "type", "location_type", "schedule_link",
        "link_id", "link_entity", "taxonomy_term_id", "service_id", "location_id",
        "service_at_location_id", "days", "what", "start_date", "end_date",
    }  # fmt: skip

    def texts(node: Any, name: str = "") -> list[tuple[str, str]]:
        if name in unsaid:
            return []
        if isinstance(node, dict):
            return [t for n, inner in node.items() for t in texts(inner, n)]
        if isinstance(node, list):
            return [t for inner in node for t in texts(inner, name)]
        return [(name, node)] if isinstance(node, str) else []

    assert [name for name, text in texts(document) if text not in said] == []


# --- places ---------------------------------------------------------------------------


def test_address_stands_as_on_an_envelope() -> None:
    place = {**HALL, "addresses": [{**ADDRESS, "region": "Norton"}]}
    (shown,) = shown_today(
        full(service_at_locations=[{"id": "l", "location": place}])
    ).places

    assert shown.address == ["1 High Street", "Norton", "Testham", "BA12 9AA"]
    assert shown.map_url == (
        "https://www.openstreetmap.org/search"
        "?query=1+High+Street%2C+Testham%2C+BA12+9AA"
    )


def test_place_with_a_point_is_shown_on_the_map() -> None:
    place = {**HALL, "addresses": [ADDRESS], "latitude": 51.25, "longitude": -2.125}
    (shown,) = shown_today(
        full(service_at_locations=[{"id": "l", "location": place}])
    ).places

    assert shown.map_url == (
        "https://www.openstreetmap.org/?mlat=51.25&mlon=-2.125#map=17/51.25/-2.125"
    )


def test_every_method_of_checking_has_words() -> None:
    assert sorted(HOW_CHECKED) == sorted(Method.values)


def test_postal_address_is_said_to_be_one_and_has_no_map() -> None:
    place = {**HALL, "addresses": [{**ADDRESS, "address_type": "postal"}]}
    (shown,) = shown_today(
        full(service_at_locations=[{"id": "l", "location": place}])
    ).places

    assert (shown.address[0], shown.map_url) == ("For post only:", "")


def test_virtual_place_is_called_what_it_is() -> None:
    place = {"id": "p", "location_type": "virtual"}
    (shown,) = shown_today(
        full(service_at_locations=[{"id": "l", "location": place}])
    ).places

    assert shown.name == "Online or by phone"


def test_times_stand_with_their_place_where_there_are_several() -> None:
    times = {"freq": "WEEKLY", "opens_at": "10:00:00", "closes_at": "12:00:00"}
    shown = shown_today(
        full(
            service_at_locations=[
                {"id": "1", "location": HALL},
                {"id": "2", "location": {**HALL, "name": "Library"}},
            ],
            schedules=[
                {**times, "byday": "MO", "service_at_location_id": "1"},
                {**times, "byday": "TU", "service_at_location_id": "2"},
                {**times, "byday": "WE"},
            ],
        )
    )

    assert [(p.name, p.times) for p in shown.places] == [
        ("Testham Hall", ["Mondays, 10am to 12 noon"]),
        ("Library", ["Tuesdays, 10am to 12 noon"]),
    ]
    assert [r.lines for r in shown.rows] == [["Wednesdays, 10am to 12 noon"]]


# --- reaching somebody ----------------------------------------------------------------


def test_ways_to_get_in_touch_are_links() -> None:
    shown = shown_today(
        full(
            phones=[{"number": "01632 960101", "extension": "7", "type": "textphone",
                     "description": "Bookings"}],
            email="info@friends.example",
            url="https://www.friends.example/coffee",
            contacts=[{"title": "Group leader", "phones": [{"number": "01632 960102"}]},
                      {"department": "Front desk"}],
        )
    )  # fmt: skip

    assert shown.touch == [
        Touch(
            "",
            [
                Link(
                    "01632 960101 extension 7",
                    "tel:+441632960101",
                    "Bookings, textphone",
                ),
                Link("info@friends.example", "mailto:info@friends.example"),
                Link("friends.example", "https://www.friends.example/coffee"),
            ],
        ),
        Touch("Group leader", [Link("01632 960102", "tel:+441632960102")]),
        Touch("Front desk", []),
    ]


def test_provider_is_not_described_by_its_own_name() -> None:
    bare = {"id": "o", "name": "Friends", "description": "Friends"}
    provider = shown_today(full(organization=bare)).organization

    assert provider is not None
    assert provider.description == ""


# --- in short -------------------------------------------------------------------------


def test_long_description_is_cut_between_words() -> None:
    short = showing.in_short(full(description="cake and " * 50))

    assert len(short) <= showing.SHORT + 2
    assert short.endswith(("cake …", "and …"))


def test_short_forms_say_the_first_and_that_there_is_more() -> None:
    times = {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00:00"}
    other = {"freq": "MONTHLY", "byday": "1SU", "opens_at": "15:00:00"}
    place = {**HALL, "addresses": [ADDRESS]}
    document = full(
        schedules=[times, other], service_at_locations=[{"id": "l", "location": place}]
    )

    assert showing.when_in_short(document, TODAY) == "Mondays, from 10am (and 1 more)"
    assert showing.where_in_short(document) == "Testham Hall, Testham"
    assert showing.where_in_short(full(service_areas=[{"name": "The county"}])) == (
        "The county"
    )
    assert showing.when_in_short(full(), TODAY) == showing.where_in_short(full()) == ""


def test_list_says_when_it_is_open_on_the_day_that_is_asked_for() -> None:
    morning = {"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "10:00:00"}
    evening = {"freq": "WEEKLY", "byday": "TH", "opens_at": "17:00:00"}
    document = full(schedules=[morning, evening])

    def told(day: str) -> str:
        return showing.when_in_short(document, TODAY, dt.date.fromisoformat(day))

    assert told("2026-11-26") == "Thursdays, from 5pm (and 1 more)"
    assert told("2026-11-25") == "Mondays and Wednesdays, from 10am (and 1 more)"
    assert told("2026-11-27") == showing.when_in_short(document, TODAY)


def test_list_says_when_it_is_open_in_the_part_of_a_day_that_is_asked_for() -> None:
    after_lunch = {
        "freq": "WEEKLY",
        "byday": "TU",
        "opens_at": "13:00:00",
        "closes_at": "15:00:00",
    }
    evening = {
        "freq": "WEEKLY",
        "byday": "TH",
        "opens_at": "17:00:00",
        "closes_at": "18:30:00",
    }
    document = full(schedules=[after_lunch, evening])

    def told(begins: int, ends: int, day: str = "") -> str:
        on = dt.date.fromisoformat(day) if day else None
        return showing.when_in_short(document, TODAY, on, (begins * 60, ends * 60))

    first, second = "Tuesdays, 1pm to 3pm", "Thursdays, 5pm to 6.30pm"
    assert told(12, 17) == f"{first} (and 1 more)"
    assert told(17, 24) == told(17, 24, "2026-11-26") == f"{second} (and 1 more)"
    assert told(17, 24, "2026-11-24") == f"{first} (and 1 more)"


CLOSED_ON_BANK_HOLIDAYS = {"id": "x", "days": "bank_holidays", "what": "closed"}


def test_bank_holidays_name_the_next_one() -> None:
    assert lines("Different days", holiday_schedules=[CLOSED_ON_BANK_HOLIDAYS]) == [
        "Closed on bank holidays. Next: 25 December 2026."
    ]


def test_bank_holidays_are_those_of_the_nation_of_the_place() -> None:
    address = {**ADDRESS, "state_province": "Scotland", "postal_code": "EH1 1AA"}
    hall = {**HALL, "addresses": [address]}

    assert lines(
        "Different days",
        holiday_schedules=[CLOSED_ON_BANK_HOLIDAYS],
        service_at_locations=[{"id": "l", "location": hall}],
    ) == ["Closed on bank holidays. Next: 30 November 2026."]


def test_different_days_are_not_said_twice() -> None:
    christmas = {
        "id": "4fa03ecd-3c3d-4eb1-9d88-9da08d4b0c05", "days": "dates",
        "what": "closed", "start_date": "2026-12-24", "end_date": "2027-01-02",
    }  # fmt: skip
    weekly = {"id": "w", "freq": "WEEKLY", "byday": "MO", "opens_at": "10:00"}
    rows = [weekly, *different_days.as_schedules(christmas)]

    said = {"schedules": rows, "holiday_schedules": [christmas]}

    assert lines("When", **said) == ["Mondays, from 10am"]
    assert lines("Different days", **said) == [
        "Closed from 24 December 2026 to 2 January 2027"
    ]


def test_card_says_what_is_different_in_the_next_two_weeks() -> None:
    monday = {"id": "w", "freq": "WEEKLY", "byday": "MO", "opens_at": "10:00"}
    staff_day = {"id": "x", "days": "dates", "what": "closed",
                 "start_date": "2026-09-21"}  # fmt: skip
    document = full(
        schedules=[monday], holiday_schedules=[staff_day, CLOSED_ON_BANK_HOLIDAYS]
    )

    def short(day: str) -> str:
        return showing.when_in_short(document, dt.date.fromisoformat(day))

    assert short("2026-09-07") == "Mondays, from 10am"
    assert short("2026-09-08") == "Mondays, from 10am. Closed on 21 September 2026"
    assert short("2026-12-20").startswith(
        "Mondays, from 10am. Closed on bank holidays: 25 December 2026"
    )
