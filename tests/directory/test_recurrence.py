"""Recurrence fields tidied, and what is wrong with them in sentences."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import schedules

TUESDAYS = {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "12:00"}


def weekly(byday: str, **more: object) -> dict:
    return {"freq": "WEEKLY", "byday": byday, **more}


def monthly(byday: str = "", monthday: str = "") -> dict:
    return {"freq": "MONTHLY", "byday": byday, "bymonthday": monthday}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({}, {}),
        ({**TUESDAYS, "closes_at": ""}, {}),
        ({"closes_at": "12:00"}, {}),
        (
            {"freq": "YEARLY"},
            {"freq": "“YEARLY” cannot be kept. Choose by the week or by the month."},
        ),
        (
            {"freq": "daily"},
            {"freq": "For every day, choose by the week and all seven days."},
        ),
        (
            weekly("XX"),
            {
                "byday": "“XX” is not a day. Write days like MO,TH or Monday and "
                "Thursday; in a month like 2MO or second Monday."
            },
        ),
        (
            weekly("2MO"),
            {
                "byday": "“2MO” is one day of a month. Choose by the month, or leave "
                "out the number."
            },
        ),
        (
            monthly("6MO"),
            {
                "byday": "“6MO” cannot be: a month has at most five of one day. Use 1 "
                "to 5, or -1 for the last."
            },
        ),
        (
            weekly("MO", bymonthday="1"),
            {"bymonthday": "Days of the month need the choice by the month."},
        ),
        (
            monthly("", "1,32"),
            {
                "bymonthday": "“32” is not a day of the month. Use 1 to 31, or -1 for "
                "the last day."
            },
        ),
        (
            monthly("", "0"),
            {
                "bymonthday": "“0” is not a day of the month. Use 1 to 31, or -1 for "
                "the last day."
            },
        ),
        *(
            (
                weekly("MO", interval=value),
                {
                    "interval": f"“{value}” is not a number of weeks or months. "
                    "Enter a whole number from 1 to 52."
                },
            )
            for value in (0, -1, 53, 1.5, "often", True)
        ),
        (
            weekly("MO", interval=2),
            {
                "dtstart": "Enter the first date: every 2 weeks or months are counted "
                "from it."
            },
        ),
        (
            {"valid_from": "2026-07-31", "valid_to": "2026-04-06"},
            {
                "valid_to": "The last day (6 April 2026) is before the first "
                "(31 July 2026)."
            },
        ),
        (
            {"dtstart": "2026-07-31", "valid_to": "2026-04-06"},
            {
                "dtstart": "The first date (31 July 2026) is after the last day "
                "(6 April 2026)."
            },
        ),
        (
            {"dtstart": "2026-02-30"},
            {"dtstart": "“2026-02-30” is not a date. Write it like 2026-04-06."},
        ),
        (
            {"valid_to": "soon"},
            {"valid_to": "“soon” is not a date. Write it like 2026-04-06."},
        ),
        (
            {"opens_at": "25:00"},
            {"opens_at": "“25:00” is not a time. Write it like 10am, 6.30pm or 18:30."},
        ),
        (
            {"opens_at": "10:00", "closes_at": "10am"},
            {
                "closes_at": "This is also the opening time. For all day and night "
                "enter midnight twice."
            },
        ),
        (
            {"schedule_link": "ask us"},
            {"schedule_link": "“ask us” has a space in it. Give one web address."},
        ),
        (
            {"freq": "X", "byday": "2MO", "valid_from": "?", "opens_at": "10:00"},
            {
                "freq": "“X” cannot be kept. Choose by the week or by the month.",
                "valid_from": "“?” is not a date. Write it like 2026-04-06.",
            },
        ),
    ],
)
def test_problems_names_each_wrong_field_in_a_sentence(schedule, expected):
    assert schedules.problems(schedule) == expected


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (
            {
                "id": "7", "freq": "weekly", "byday": " th, mo ", "interval": "2",
                "opens_at": "9am", "closes_at": "17:30:00", "dtstart": "06/04/2026",
                "valid_from": date(2026, 4, 6), "valid_to": "2026-07-31T00:00:00Z",
                "notes": "  ", "description": None,
            },
            {
                "id": "7", "freq": "WEEKLY", "byday": "MO,TH", "interval": 2,
                "opens_at": "09:00", "closes_at": "17:30", "dtstart": "2026-04-06",
                "valid_from": "2026-04-06", "valid_to": "2026-07-31",
            },
        ),
        (
            {"valid_from": datetime(2026, 4, 6, 9, tzinfo=UTC)},
            {"valid_from": "2026-04-06"},
        ),
        ({"interval": 2.0}, {"interval": 2}),
        (
            {"opens_at": "midnight", "closes_at": "midnight"},
            {"opens_at": "00:00", "closes_at": "23:59"},
        ),
        ({"bymonthday": "-1, 15,1,-2"}, {"bymonthday": "1,15,-2,-1"}),
        ({"bymonthday": "the 1st and last day"}, {"bymonthday": "1,-1"}),
        ({"bymonthday": 15}, {"bymonthday": "15"}),
        ({"bymonthday": "1-5"}, {"bymonthday": "1-5"}),
        ({"byday": ["WE", "MO"]}, {"byday": "MO,WE"}),
        ({"byday": "Monday and Thursday"}, {"byday": "MO,TH"}),
        ({"byday": "MONDAYANDTHURSDAY"}, {"byday": "MO,TH"}),
        ({"byday": "Tues/Thurs"}, {"byday": "TU,TH"}),
        ({"byday": "Mon-Fri"}, {"byday": "MO,TU,WE,TH,FR"}),
        ({"byday": "Saturday to Monday"}, {"byday": "MO,SA,SU"}),
        ({"byday": "every weekday"}, {"byday": "MO,TU,WE,TH,FR"}),
        ({"byday": "weekdays and Sundays"}, {"byday": "MO,TU,WE,TH,FR,SU"}),
        ({"byday": "daily"}, {"byday": "MO,TU,WE,TH,FR,SA,SU"}),
        ({"byday": "every Monday"}, {"byday": "MO"}),
        ({"byday": "-1FR,2MO,1MO,MO"}, {"byday": "MO,1MO,2MO,-1FR"}),
        ({"byday": "second Monday"}, {"byday": "2MO"}),
        ({"byday": "the 1st and 3rd Wednesday of every month"}, {"byday": "1WE,3WE"}),
        ({"byday": "4th Thursday"}, {"byday": "4TH"}),
        ({"byday": "4TH"}, {"byday": "4TH"}),
        ({"byday": "last Friday"}, {"byday": "-1FR"}),
        ({"byday": "every second Tuesday"}, {"byday": "every second Tuesday"}),
        ({"byday": "Monday to"}, {"byday": "Monday to"}),
        ({"byday": "2MO-FR"}, {"byday": "2MO-FR"}),
        ({"byday": "0MO"}, {"byday": "0MO"}),
        ({"byday": "second"}, {"byday": "second"}),
        ({"opens_at": "when the bell rings"}, {"opens_at": "when the bell rings"}),
        ({"dtstart": "31/02/2026"}, {"dtstart": "31/02/2026"}),
    ],
)  # fmt: skip
def test_normalise_gives_the_stored_form_and_leaves_what_it_cannot_read(
    schedule, expected
):
    assert schedules.normalise(schedule) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("10am", "10:00"),
        ("10 AM", "10:00"),
        ("10.30", "10:30"),
        ("10:30", "10:30"),
        ("10.30 a.m.", "10:30"),
        ("6.30pm", "18:30"),
        ("6:30 p.m.", "18:30"),
        ("7pm", "19:00"),
        ("12pm", "12:00"),
        ("12am", "00:00"),
        ("12.30am", "00:30"),
        ("12.30", "12:30"),
        ("12", "12:00"),
        ("12 noon", "12:00"),
        ("noon", "12:00"),
        ("Midday", "12:00"),
        ("midnight", "00:00"),
        ("12 midnight", "00:00"),
        ("24:00", "00:00"),
        ("0:00", "00:00"),
        ("1930", "19:30"),
        ("0930", "09:30"),
        ("930", "09:30"),
        ("1400 hrs", "14:00"),
        ("19h30", "19:30"),
        ("10 o'clock", "10:00"),
        ("9", "09:00"),
        ("07:30", "07:30"),
        ("19:30:00", "19:30"),
        ("19:30:00Z", "19:30"),
        ("09:00+01:00", "09:00"),
        ("13:00pm", "13:00"),
        (" 8  pm ", "20:00"),
    ],
)
def test_parse_time_reads_what_people_type(typed, expected):
    assert schedules.parse_time(typed) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "“” is not a time. Write it like 10am, 6.30pm or 18:30."),
        ("soon", "“soon” is not a time. Write it like 10am, 6.30pm or 18:30."),
        ("25:00", "“25:00” is not a time. Write it like 10am, 6.30pm or 18:30."),
        ("10.60", "“10.60” is not a time. Write it like 10am, 6.30pm or 18:30."),
        ("15am", "“15am” is not a time. Write it like 10am, 6.30pm or 18:30."),
        ("10-12", "“10-12” is not a time. Write it like 10am, 6.30pm or 18:30."),
        ("7", "Is “7” in the morning or later? Write 7am or 7pm."),
        ("7.30", "Is “7.30” in the morning or later? Write 7.30am or 7.30pm."),
        ("7:30", "Is “7:30” in the morning or later? Write 7.30am or 7.30pm."),
    ],
)
def test_parse_time_asks_again_in_a_sentence(typed, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared as a whole
        schedules.parse_time(typed)

    assert str(caught.value) == sentence


@given(st.times())
def test_parse_time_reads_every_time_of_the_standard(time):
    expected = f"{time.hour:02}:{time.minute:02}"

    assert schedules.parse_time(expected) == expected
    assert schedules.parse_time(f"{expected}:{time.second:02}") == expected
    half = f"{(time.hour - 1) % 12 + 1}.{time.minute:02}{'ap'[time.hour // 12]}m"
    assert schedules.parse_time(half) == expected
