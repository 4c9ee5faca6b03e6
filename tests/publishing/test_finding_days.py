"""Looking for a day: the next such day, with what is different on it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from publishing import finding, narrowing, other_days
from publishing.models import Endpoint, PublishedPlace, PublishedService
from publishing.narrowing import Asked
from tests.publishing import sample
from tests.publishing.test_finding import facts, found
from tests.publishing.test_lists import hall, weekly

pytestmark = pytest.mark.django_db

SATURDAY = dt.datetime(2026, 12, 19, 10, tzinfo=clock.LONDON)
CHRISTMAS = {"id": "c", "days": "dates", "what": "closed",
             "start_date": "2026-12-24", "end_date": "2027-01-02"}  # fmt: skip
BANK = {"id": "b", "days": "bank_holidays", "what": "closed"}
OTHER = {"id": "o", "days": "dates", "what": "times", "start_date": "2026-12-22",
         "opens_at": "18:00", "closes_at": "20:00"}  # fmt: skip

Said = dict[str, Any]


def friday(endpoint: Endpoint, name: str, *different: Said, **service: Any) -> None:
    """A service that is open on Friday mornings, on Christmas Day as it happens."""
    times = [weekly("FR", "10:00", "12:00")]
    said = {"schedules": times, "holiday_schedules": list(different), **service}
    sample.shelve(endpoint, name, service=said)


def at(
    moment: dt.datetime, ask: Callable[..., list[str]], *args: Any, **asked: Any
) -> list[str]:
    with clock.at(moment):
        return ask(*args, **asked)


def test_what_is_closed_on_that_very_day_is_not_found(
    endpoint: Endpoint, client: Client
) -> None:
    friday(endpoint, "Usual")
    friday(endpoint, "Closed at Christmas", CHRISTMAS)
    friday(endpoint, "Closed on bank holidays", BANK)
    friday(endpoint, "Open all the same", BANK,
           {**CHRISTMAS, "what": "usual"})  # fmt: skip
    friday(endpoint, "Closed for now", status="temporarily closed")
    closed_row = {"id": str(uuid.uuid4()), "description": "Closed for Christmas",
                  "valid_from": "2026-12-25", "valid_to": "2026-12-26"}  # fmt: skip
    friday(endpoint, "Says so in a row",
           schedules=[weekly("FR", "10:00", "12:00"), closed_row])  # fmt: skip

    assert at(SATURDAY, found, client, day=4) == ["Open all the same", "Usual"]
    assert at(SATURDAY, facts, client, day=4) == ["Open on Friday 25 December"] * 2
    assert at(SATURDAY, found, client, part="morning") == [
        "Closed at Christmas", "Closed on bank holidays", "Open all the same",
        "Says so in a row", "Usual",
    ]  # fmt: skip


def test_other_times_count_on_their_day_alone(
    endpoint: Endpoint, client: Client
) -> None:
    friday(endpoint, "Friday", OTHER)
    tuesday = [weekly("TU", "10:00", "12:00")]
    friday(endpoint, "Tuesday", OTHER, schedules=tuesday)

    assert at(SATURDAY, found, client, day=1) == ["Friday", "Tuesday"]
    assert at(SATURDAY, found, client, day=1, part="evening") == ["Friday", "Tuesday"]
    assert (
        at(SATURDAY, facts, client, day=1, part="evening")
        == ["Open on Tuesday 22 December in the evening"] * 2
    )
    assert at(SATURDAY, found, client, day=1, part="morning") == []
    later = SATURDAY + dt.timedelta(days=7)
    assert at(later, found, client, day=1, part="morning") == ["Tuesday"]


def test_other_times_on_bank_holidays_are_those_of_the_nation(
    endpoint: Endpoint, client: Client
) -> None:
    open_then = {**BANK, "what": "times", "opens_at": "18:00", "closes_at": "20:00"}
    scotland = hall(55.9, -3.2, addresses=[{
        "id": str(uuid.uuid4()), "address_1": "1 High Street", "city": "Leith",
        "state_province": "Scotland", "postal_code": "EH6 6AA", "country": "GB",
        "address_type": "physical",
    }])  # fmt: skip
    monday = {"schedules": [weekly("MO", "10:00", "12:00")],
              "holiday_schedules": [open_then]}  # fmt: skip
    sample.shelve(endpoint, "In England", service=monday)
    sample.shelve(endpoint, "In Scotland", service=monday, places=[scotland])
    # Monday 30 November 2026 is St Andrew's Day, kept in Scotland alone.
    before = dt.datetime(2026, 11, 29, 10, tzinfo=clock.LONDON)

    assert at(before, found, client, day=0, part="morning") == ["In England"]
    assert at(before, found, client, day=0, part="evening") == ["In Scotland"]


@pytest.mark.parametrize(
    ("hour", "part", "day"),
    [
        (10, "", "18 December"),
        (10, "morning", "18 December"),
        (12, "morning", "25 December"),
        (12, "evening", "18 December"),
        (23, "", "18 December"),
    ],
)
def test_day_asked_for_is_the_next_of_which_some_is_left(
    endpoint: Endpoint, client: Client, hour: int, part: str, day: str
) -> None:
    moment = dt.datetime(2026, 12, 18, hour, 30, tzinfo=clock.LONDON)
    with clock.at(moment):
        asked: dict[str, Any] = {"day": 4, "part": part}
        applied = client.get("/", asked).context["applied"]

    assert applied[0]["label"] == f"On Friday {day}"


def test_day_changes_at_midnight_in_london(endpoint: Endpoint, client: Client) -> None:
    # Half past midnight on Saturday in London; still Friday in UTC.
    moment = dt.datetime(2026, 6, 19, 23, 30, tzinfo=dt.UTC)
    with clock.at(moment):
        applied = client.get("/", {"day": 4}).context["applied"]

    assert applied[0]["label"] == "On Friday 26 June"


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ({"freq": "MONTHLY", "byday": "2FR", "opens_at": "10:00", "closes_at": "12:00"},
         "Not every Friday: next on Friday 8 January"),
        ({"freq": "WEEKLY", "byday": "FR", "valid_to": "2026-10-01",
          "opens_at": "10:00", "closes_at": "12:00"},
         "Ring to ask about Friday 25 December"),
        ({"freq": "WEEKLY", "byday": "FR"}, "Open on Friday 25 December"),
        ({"freq": "WEEKLY", "byday": "TH", "opens_at": "22:00", "closes_at": "02:00"},
         "Open on Friday 25 December"),
    ],
)  # fmt: skip
def test_reason_says_the_date_on_which_it_is_open(
    endpoint: Endpoint, client: Client, times: Said, said: str
) -> None:
    friday(endpoint, "A", schedules=[{"id": str(uuid.uuid4()), **times}])

    assert at(SATURDAY, facts, client, day=4) == [said]


def test_columns_hold_each_different_day_by_its_key(endpoint: Endpoint) -> None:
    twice = {**OTHER, "id": "o2", "opens_at": "22:00", "closes_at": "01:00"}
    staff_day = {**CHRISTMAS, "id": "s", "start_date": "2026-12-22", "end_date": ""}
    friday(endpoint, "A", OTHER, twice, BANK)
    friday(endpoint, "B", staff_day, status="inactive")

    rows = PublishedService.objects.order_by("title").values_list(
        "other_days", flat=True
    )
    assert list(rows) == [
        {"2026-12-22": [[1080, 1200], [1320, 1500]], "England": []},
        {"2026-12-22": [], "not-running": []},
    ]


def test_place_is_found_by_its_day_near_a_postcode(endpoint: Endpoint) -> None:
    times = {"schedules": [weekly("FR", "10:00", "12:00")]}
    closed = {**times, "holiday_schedules": [CHRISTMAS]}
    sample.shelve(endpoint, "Open", service=times, places=[hall(51.2, -2.2)])
    sample.shelve(endpoint, "Closed", service=closed, places=[hall(51.2, -2.2)])

    christmas = Asked(during=(0, 1440), on=dt.date(2026, 12, 25))
    rows = narrowing.narrowed(PublishedPlace.objects.all(), christmas)

    assert [row.title for row in rows] == ["Open"]


def test_days_ask_nothing_more_for_three_than_for_one(
    endpoint: Endpoint, client: Client
) -> None:
    friday(endpoint, "A", OTHER, BANK)
    asked = Asked(during=(0, 1440), on=dt.date(2026, 12, 22))
    with CaptureQueriesContext(connection) as one:
        assert len(finding.find(endpoint, SATURDAY.date(), asked).keys) == 1
    friday(endpoint, "B", OTHER)
    friday(endpoint, "C", OTHER, CHRISTMAS)
    with CaptureQueriesContext(connection) as three:
        assert len(finding.find(endpoint, SATURDAY.date(), asked).keys) == 3
    assert (len(one), len(three)) == (1, 1)


def test_keys_of_a_day_name_those_who_have_a_holiday() -> None:
    assert other_days.keys(dt.date(2026, 11, 30)) == ["2026-11-30", "Scotland"]
    assert other_days.keys(dt.date(2026, 11, 24)) == ["2026-11-24"]
