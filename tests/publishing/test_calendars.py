"""Opening times as a calendar file, read back with the library that reads it."""

import datetime as dt
from typing import Any

import pytest
from dateutil import rrule
from django.test import Client
from icalendar import Calendar

from common import clock
from directory import different_days, schedules
from publishing import actions, calendars
from publishing.models import Endpoint
from tests import world
from tests.publishing import sample

TODAY = dt.date(2026, 9, 14)  # a Monday
MADE = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
PAGE = "https://directory.wexcombe.example/services/1/"


def row(**values: Any) -> dict[str, Any]:
    return {"id": "5c0e6f3a-0000-4000-8000-000000000001", **values}


def made(*rows: dict[str, Any], **document: Any) -> Any:
    full = {"name": "Coffee morning", "schedules": list(rows), **document}
    body = calendars.calendar(full, address=PAGE, today=TODAY, made_at=MADE)
    return None if body is None else Calendar.from_ical(body)


def only_event(*rows: dict[str, Any], **document: Any) -> Any:
    (event,) = made(*rows, **document).walk("VEVENT")
    return event


def moments(event: Any, until: dt.date) -> list[dt.datetime]:
    """When the event happens, worked out by another library than ours."""
    begins = event.decoded("dtstart")
    rule = rrule.rrulestr(
        event["rrule"].to_ical().decode(), dtstart=begins.replace(tzinfo=None)
    ) if event["rrule"].get("until") is None else None  # fmt: skip
    assert rule is not None
    end = dt.datetime.combine(until, dt.time(23, 59))
    return list(rule.between(begins.replace(tzinfo=None), end, inc=True))


WEEKLY = row(freq="WEEKLY", byday="TU,TH", opens_at="10:00", closes_at="12:00")


def test_weekly_times_begin_with_the_next_one() -> None:
    event = only_event(WEEKLY)

    assert event.decoded("dtstart") == dt.datetime(2026, 9, 15, 10, tzinfo=clock.LONDON)
    assert event.decoded("dtend") == dt.datetime(2026, 9, 15, 12, tzinfo=clock.LONDON)
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU,TH"
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert (str(event["summary"]), event["url"]) == ("Coffee morning", PAGE)


@pytest.mark.parametrize(
    "schedule",
    [
        WEEKLY,
        row(freq="WEEKLY", byday="TU", interval=2, dtstart="2020-01-07",
            opens_at="10:00", closes_at="12:00"),
        row(freq="MONTHLY", byday="2TU,-1FR", opens_at="18:00", closes_at="20:30"),
        row(freq="MONTHLY", bymonthday="1,-1", opens_at="09:00", closes_at="09:30"),
        row(freq="MONTHLY", bymonthday="15", interval=3, dtstart="2025-02-15",
            opens_at="09:00"),
    ],
)  # fmt: skip
def test_calendar_shows_the_days_that_the_page_means(schedule: dict[str, Any]) -> None:
    end = dt.date(2027, 9, 13)
    ours = [
        begins.replace(tzinfo=None)
        for begins, _ in schedules.occurrences(schedule, start=TODAY, end=end)
    ]

    assert moments(only_event(schedule), end) == ours


def test_zone_is_told_with_the_days_on_which_clocks_change() -> None:
    (zone,) = made(WEEKLY).walk("VTIMEZONE")
    told = zone.to_tz()

    for written in ("2027-03-28T00:30", "2027-03-28T03:00", "2027-07-01T12:00",
                    "2027-10-31T03:00"):  # fmt: skip
        moment = dt.datetime.fromisoformat(written)
        ours = moment.replace(tzinfo=clock.LONDON).utcoffset()
        assert moment.replace(tzinfo=told).utcoffset() == ours


def test_last_day_ends_the_rule() -> None:
    event = only_event({**WEEKLY, "valid_to": "2026-10-01"})

    assert event["rrule"].to_ical() == (
        b"FREQ=WEEKLY;UNTIL=20261001T225959Z;BYDAY=TU,TH"
    )


def test_closed_days_are_taken_out() -> None:
    holiday = row(
        description="Closed for Christmas",
        valid_from="2026-12-24", valid_to="2027-01-01",
    )  # fmt: skip
    event = only_event(WEEKLY, holiday)
    out = event["exdate"] if isinstance(event["exdate"], list) else [event["exdate"]]

    assert [each.dts[0].dt.date().isoformat() for each in out] == [
        "2026-12-24", "2026-12-29", "2026-12-31",
    ]  # fmt: skip


def test_days_without_times_are_whole_days() -> None:
    event = only_event(row(freq="WEEKLY", byday="SA", valid_to="2026-12-31"))

    assert event.decoded("dtstart") == dt.date(2026, 9, 19)
    assert "dtend" not in event
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY;UNTIL=20261231;BYDAY=SA"


def test_one_date_happens_once() -> None:
    event = only_event(row(dtstart="2026-10-03", opens_at="14:00", closes_at="16:00"))

    assert "rrule" not in event
    assert event.decoded("dtstart").date() == dt.date(2026, 10, 3)


def test_several_days_in_a_row_are_told_as_such() -> None:
    event = only_event(
        row(valid_from="2026-10-03", valid_to="2026-10-05", opens_at="14:00")
    )

    assert event["rrule"].to_ical() == b"FREQ=DAILY;UNTIL=20261005T225959Z"
    assert "dtend" not in event


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(description="By appointment")],
        [row(dtstart="2026-09-01", opens_at="10:00")],
        [row(description="Closed", valid_from="2026-12-24", valid_to="2026-12-26")],
    ],
)
def test_nothing_to_come_makes_no_file(rows: list[dict[str, Any]]) -> None:
    assert made(*rows) is None
    assert calendars.has_times({"schedules": rows}, TODAY) is False


def test_place_is_that_of_the_time() -> None:
    def link(key: str, name: str) -> dict[str, Any]:
        address = {
            "address_1": "1 High Street",
            "city": name,
            "postal_code": "BA12 9AA",
        }
        place = {"name": f"{name} Hall", "addresses": [address],
                 "latitude": 51.2, "longitude": -2.1}  # fmt: skip
        return {"id": key, "location": place}

    links = [link("a", "Norton"), link("b", "Sutton")]
    named = only_event(
        {**WEEKLY, "service_at_location_id": "b"}, service_at_locations=links
    )
    unsaid = only_event(WEEKLY, service_at_locations=links)

    assert str(named["location"]) == "Sutton Hall, 1 High Street, Sutton, BA12 9AA"
    assert named["geo"].to_ical() == "51.2;-2.1"
    assert ("location" in unsaid, "geo" in unsaid) == (False, False)


# --- the address ----------------------------------------------------------------------


@pytest.mark.django_db
def test_file_comes_from_the_page_of_the_service(
    endpoint: Endpoint, client: Client
) -> None:
    service = sample.shelve(endpoint, "Coffee & cake", service={"schedules": [WEEKLY]})
    page = f"/services/{service.service_id}/"
    with clock.at(dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)):
        shown = client.get(page).content.decode()
        answer = client.get(f"{page}times.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")

    assert f'href="{page}times.ics"' in shown
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="coffee-cake.ics"'
    assert event["url"] == f"http://testserver{page}"


@pytest.mark.django_db
def test_service_without_times_offers_no_file(
    endpoint: Endpoint, client: Client
) -> None:
    service = sample.shelve(endpoint, "By phone")
    page = f"/services/{service.service_id}/"

    assert "times.ics" not in client.get(page).content.decode()
    assert client.get(f"{page}times.ics").status_code == 404


@pytest.mark.django_db
def test_calendar_says_nothing_of_a_secret_place(
    place: world.Place, client: Client
) -> None:
    times = [{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"}]
    listing = world.published(
        place, in_hall=world.hall(sensitive=True), schedules=times
    )
    actions.consume_outbox()
    body = client.get(f"/services/{listing.record_id}/times.ics").content

    assert b"BEGIN:VEVENT" in body
    for secret in (b"Testham Hall", b"High Street", b"BA12", b"LOCATION", b"GEO"):
        assert secret not in body


# --- days with other times ------------------------------------------------------------

BANK = {"id": "b", "days": "bank_holidays", "what": "times",
        "opens_at": "10:00", "closes_at": "12:00"}  # fmt: skip
CHRISTMAS = {"id": "c", "days": "dates", "what": "closed",
             "start_date": "2026-12-25", "end_date": "2026-12-28"}  # fmt: skip
ADVENT = {"id": "a", "days": "dates", "what": "times", "start_date": "2026-12-01",
          "end_date": "2026-12-31", "opens_at": "18:00",
          "closes_at": "20:00"}  # fmt: skip


def moment(event: Any, name: str = "dtstart") -> str:
    return str(event.decoded(name).strftime("%Y-%m-%d %H:%M"))


def test_other_times_on_bank_holidays_are_events_of_their_own() -> None:
    monday = row(freq="WEEKLY", byday="MO", opens_at="14:00", closes_at="16:00")
    usual, *others = made(monday, holiday_schedules=[BANK, CHRISTMAS]).walk("VEVENT")
    out = [each.dts[0].dt.date() for each in usual["exdate"]]

    # Christmas Day and the Monday after it are closed, which counts more.
    assert [moment(each) for each in others[:3]] == [
        "2027-01-01 10:00",
        "2027-03-26 10:00",
        "2027-03-29 10:00",
    ]
    assert out[:2] == [dt.date(2026, 12, 28), dt.date(2027, 3, 29)]
    assert len({str(each["uid"]) for each in others}) == len(others)
    assert moment(others[0], "dtend") == "2027-01-01 12:00"
    assert "rrule" not in others[0]


def test_other_times_on_dates_leave_out_what_is_closed() -> None:
    rows = [
        *different_days.as_schedules(ADVENT),
        *different_days.as_schedules(CHRISTMAS),
    ]
    usual, other = made(
        WEEKLY, *rows, holiday_schedules=[ADVENT, CHRISTMAS]
    ).walk("VEVENT")  # fmt: skip
    out = [each.dts[0].dt.date().isoformat() for each in other["exdate"]]

    assert moment(other) == "2026-12-01 18:00"
    assert other["rrule"].to_ical() == b"FREQ=DAILY;UNTIL=20261231T235959Z"
    assert out == ["2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"]
    assert moment(usual) == "2026-09-15 10:00"


def test_what_is_open_on_bank_holidays_alone_has_a_calendar() -> None:
    assert calendars.has_times({"name": "A", "holiday_schedules": [BANK]}, TODAY)
    assert not calendars.has_times(
        {"name": "A", "holiday_schedules": [CHRISTMAS]}, TODAY
    )


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            {"phones": [{"number": "01632960101", "extension": "4"}],
             "organization": {"phones": [{"number": "01632960777"}]}},
            "Ring before you go: 01632 960101 extension 4.",
        ),
        (
            {"phones": [{"number": "01632960102", "type": "fax"}],
             "organization": {"phones": [{"number": "01632960777"}]}},
            "Ring before you go: 01632 960777.",
        ),
        ({}, "Ask before you go."),
    ],
)  # fmt: skip
def test_event_says_at_which_number_to_ring(
    document: dict[str, Any], said: str
) -> None:
    (event,) = made(WEEKLY, **document).walk("VEVENT")

    assert str(event["description"]).endswith(
        f"Checked means that the information was checked, not the service. {said}"
    )
