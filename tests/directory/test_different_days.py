"""Days that are different: in words, problems, opening times, and in the dates."""

import datetime as dt
from typing import Any

import pytest

from directory import bank_holidays, different_days, schedules
from directory.choices import OnThoseDays
from directory.schedules import LONDON

TODAY = dt.date(2026, 11, 22)
CHRISTMAS = {
    "id": "4fa03ecd-3c3d-4eb1-9d88-9da08d4b0c05",
    "days": "dates",
    "what": "closed",
    "start_date": "2026-12-24",
    "end_date": "2027-01-02",
}
BETWEEN = {
    "id": "5ab14fde-4d4e-4fc2-8e99-aeb19e5c0c06",
    "days": "dates",
    "what": "times",
    "start_date": "2026-12-28",
    "opens_at": "10:00",
    "closes_at": "12:00",
}
BANK = {"id": "b", "days": "bank_holidays", "what": "closed"}
WEEKDAYS = {
    "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00",
    "closes_at": "17:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (CHRISTMAS, "Closed from 24 December 2026 to 2 January 2027"),
        (BETWEEN, "On 28 December 2026, open 10am to 12 noon"),
        (BANK, "Closed on bank holidays"),
        ({**BANK, "what": "usual"}, "Open as usual on bank holidays"),
        (
            {**BANK, "what": "times", "opens_at": "10:00:00", "closes_at": "14:00:00"},
            "On bank holidays, open 10am to 2pm",
        ),
        (
            {**CHRISTMAS, "end_date": None, "description": "staff day"},
            "Closed on 24 December 2026 (staff day)",
        ),
        ({"days": "dates", "what": "closed"}, ""),
        ({"days": "dates", "what": "times", "start_date": "2026-12-28"}, ""),
        ({}, ""),
    ],
)
def test_different_day_is_said_in_words(element: dict[str, Any], said: str) -> None:
    assert different_days.describe(element) == said


@pytest.mark.parametrize(
    ("element", "found"),
    [
        (CHRISTMAS, {}),
        (BETWEEN, {}),
        (BANK, {}),
        (
            {"days": "dates", "what": "closed"},
            {"start_date": "Enter the first day, for example 24 December 2026."},
        ),
        (
            {**CHRISTMAS, "end_date": "2026-12-01"},
            {"end_date": "The last day (1 December 2026) is before the first "
             "(24 December 2026)."},
        ),
        (
            {**BANK, "start_date": "2026-12-25"},
            {"start_date": "Leave the dates out, or choose “On these dates”."},
        ),
        (
            {**BETWEEN, "closes_at": None},
            {"closes_at": "Say from when to when it is open on those days."},
        ),
        (
            {**CHRISTMAS, "opens_at": "10:00"},
            {"opens_at": "Leave the times out, or choose “Open at other times”."},
        ),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said_at_its_field(
    element: dict[str, Any], found: dict[str, str]
) -> None:
    assert different_days.problems(element) == found


def test_what_is_over_is_said_no_more() -> None:
    said = different_days.lines(
        [BANK, BETWEEN, CHRISTMAS], today=dt.date(2026, 12, 29), nation="England"
    )

    assert said == [
        "Closed from 24 December 2026 to 2 January 2027",
        "Closed on bank holidays. Next: 1 January 2027.",
    ]


def test_dates_become_opening_times_with_a_validity() -> None:
    assert different_days.as_schedules(CHRISTMAS) == [
        {
            "id": different_days.schedule_id(CHRISTMAS),
            "description": "Closed from 24 December 2026 to 2 January 2027",
            "valid_from": "2026-12-24",
            "valid_to": "2027-01-02",
        }
    ]
    [open_then] = different_days.as_schedules(BETWEEN)
    assert (open_then["valid_from"], open_then["valid_to"]) == ("2026-12-28",) * 2
    assert (open_then["opens_at"], open_then["closes_at"]) == ("10:00", "12:00")


def test_bank_holidays_become_words_alone() -> None:
    assert different_days.as_schedules({**BANK, "id": "b"}) == [
        {"id": different_days.schedule_id(BANK), "description": "Closed on bank "
         "holidays"},
    ]  # fmt: skip


def days_open(*different: dict[str, Any], start: str, end: str) -> list[str]:
    found = schedules.openings(
        [WEEKDAYS], different, nation="England",
        start=dt.date.fromisoformat(start), end=dt.date.fromisoformat(end),
    )  # fmt: skip
    return [f"{opens:%d %b %H:%M}" for opens, _ in found]


def test_closed_days_fall_out_and_others_have_their_own_times() -> None:
    assert days_open(CHRISTMAS, BETWEEN, start="2026-12-22", end="2027-01-05") == [
        "22 Dec 09:00",
        "23 Dec 09:00",
        "28 Dec 10:00",
        "04 Jan 09:00",
        "05 Jan 09:00",
    ]


def test_bank_holidays_are_closed_unless_a_date_says_otherwise() -> None:
    # Monday 31 August 2026 is the late summer bank holiday in England.
    usual = {"days": "dates", "what": "usual", "start_date": "2026-08-31"}

    assert days_open(BANK, start="2026-08-28", end="2026-09-01") == [
        "28 Aug 09:00", "01 Sep 09:00",
    ]  # fmt: skip
    assert days_open(BANK, usual, start="2026-08-28", end="2026-09-01") == [
        "28 Aug 09:00", "31 Aug 09:00", "01 Sep 09:00",
    ]  # fmt: skip


def test_opening_time_that_says_closed_takes_its_days_away() -> None:
    closed = {"description": "Closed", "valid_from": "2026-08-28",
              "valid_to": "2026-08-31"}  # fmt: skip

    found = schedules.openings(
        [WEEKDAYS, closed], [], nation="England",
        start=dt.date(2026, 8, 27), end=dt.date(2026, 9, 1),
    )  # fmt: skip

    assert [opens for opens, _ in found] == [
        dt.datetime(2026, 8, 27, 9, tzinfo=LONDON),
        dt.datetime(2026, 9, 1, 9, tzinfo=LONDON),
    ]


def test_dates_of_a_kind_are_listed() -> None:
    assert len(different_days.dates([CHRISTMAS, BETWEEN], OnThoseDays.CLOSED)) == 10
    assert different_days.dates([BETWEEN], OnThoseDays.TIMES) == [dt.date(2026, 12, 28)]
    endless = {**CHRISTMAS, "end_date": "2199-01-01"}
    assert len(different_days.dates([endless], OnThoseDays.CLOSED)) == 366


# --- bank holidays --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nation", "day", "expected"),
    [
        ("England", "2026-12-25", True),
        ("England", "2026-12-28", True),  # Boxing Day is a Saturday
        ("England", "2026-11-30", False),
        ("Scotland", "2026-11-30", True),  # St Andrew's Day
        ("Scotland", "2026-04-06", False),  # Easter Monday
        ("Wales", "2026-04-06", True),
        ("Northern Ireland", "2026-03-17", True),  # St Patrick's Day
    ],
)
def test_bank_holidays_are_those_of_the_nation(
    nation: str, day: str, expected: bool
) -> None:
    assert bank_holidays.is_one(nation, dt.date.fromisoformat(day)) is expected


def test_next_bank_holiday_may_be_next_year() -> None:
    assert bank_holidays.next_one("England", dt.date(2026, 12, 29)) == dt.date(
        2027, 1, 1
    )
    assert bank_holidays.next_one("England", dt.date(2026, 12, 25)) == dt.date(
        2026, 12, 25
    )


@pytest.mark.parametrize(
    ("address", "nation"),
    [
        ({"state_province": "Scotland", "postal_code": "BA12 9AA"}, "Scotland"),
        ({"state_province": "Fife", "postal_code": "KY1 1AA"}, "Scotland"),
        ({"state_province": "Antrim", "postal_code": "BT1 1AA"}, "Northern Ireland"),
        ({"state_province": "Wiltshire", "postal_code": "BA12 9AA"}, "England"),
        ({"postal_code": "G1 1AA"}, "Scotland"),
        ({"postal_code": "GL1 1AA"}, "England"),
        ({}, "England"),
    ],
)
def test_nation_follows_from_the_address(address: dict[str, str], nation: str) -> None:
    assert bank_holidays.nation_of(address) == nation
