"""Schedules in words, as problems, as dates with times and as minutes of the week."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory import schedules
from directory.schedules import LONDON

TUESDAYS = {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "12:00"}


def weekly(byday: str, opens: str = "", closes: str = "", **more: object) -> dict:
    times = {"opens_at": opens, "closes_at": closes}
    return {"freq": "WEEKLY", "byday": byday, **times, **more}


def monthly(byday: str = "", monthday: str = "", **more: object) -> dict:
    return {"freq": "MONTHLY", "byday": byday, "bymonthday": monthday, **more}


NIGHT = {"opens_at": "22:00", "closes_at": "02:00"}
SECOND_WEEK: dict[str, Any] = {"interval": 2, "dtstart": "2026-01-06"}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({**TUESDAYS, **SECOND_WEEK}, "Every second Tuesday, 10am to 12 noon"),
        (weekly("MO,TU,WE,TH,FR", "09:00", "17:00"), "Every weekday, 9am to 5pm"),
        (weekly("TH,MO", "18:30", "20:00"), "Mondays and Thursdays, 6.30pm to 8pm"),
        (
            monthly("2MO", opens_at="19:00:00", closes_at="21:00:00"),
            "The second Monday of every month, 7pm to 9pm",
        ),
        (monthly("-1FR", interval=2), "The last Friday of every other month"),
        (weekly("FR", "22:00", "02:00"), "Fridays, 10pm to 2am the next day"),
        (weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59"), "Open 24 hours, every day"),
        (weekly("MO,TU,WE,TH,FR", "00:00", "00:00"), "Open 24 hours, every weekday"),
        (weekly("SA,SU", "00:00", "24:00"), "Open 24 hours, Saturdays and Sundays"),
        ({"opens_at": "00:00", "closes_at": "23:59"}, "Open 24 hours"),
        (weekly("SA", "19:00", "00:00"), "Saturdays, 7pm to midnight"),
        (weekly("SA", "19:00", "23:59"), "Saturdays, 7pm to midnight"),
        (weekly("SA", "00:00", "06:15"), "Saturdays, midnight to 6.15am"),
        (weekly("SA", "12:00", "12:30"), "Saturdays, 12 noon to 12.30pm"),
        (weekly("SA", "00:30", "01:00"), "Saturdays, 12.30am to 1am"),
        (weekly("SA", "10:00Z", "11:00+01:00"), "Saturdays, 10am to 11am"),
        (weekly("SA", "10:00"), "Saturdays, from 10am"),
        (weekly("SA", "", "16:00"), "Saturdays, until 4pm"),
        (weekly("SA", "10:00", "10:00"), "Saturdays, at 10am"),
        (weekly("MO,TU,WE,TH,FR,SA,SU"), "Every day"),
        (weekly("MO,TU,WE"), "Monday to Wednesday"),
        (weekly("MO,TU,WE,TH,FR,SA"), "Monday to Saturday"),
        (weekly("MO,TU,TH,FR,SA,SU"), "Every day except Wednesday"),
        (weekly("MO,WE,FR"), "Mondays, Wednesdays and Fridays"),
        (weekly("TU", **{**SECOND_WEEK, "interval": 3}), "Every 3 weeks, on Tuesday"),
        (weekly("TU,MO", **SECOND_WEEK), "Every second week, on Monday and Tuesday"),
        (weekly("MO,TU,WE", **SECOND_WEEK), "Every second week, Monday to Wednesday"),
        (weekly("", dtstart="2026-01-06"), "Tuesdays"),
        ({"freq": "WEEKLY"}, "Every week"),
        ({"freq": "WEEKLY", "interval": 2}, "Every second week"),
        (monthly("1MO,3MO"), "The first and third Mondays of every month"),
        (
            monthly("3WE,1MO,-1FR"),
            "The first Monday, the third Wednesday and the last Friday of every month",
        ),
        (monthly("-2SU", interval=3), "The second to last Sunday of every third month"),
        (monthly("1SA", interval=6), "The first Saturday of every 6th month"),
        (
            monthly("2SU", interval=12, dtstart="2026-05-10"),
            "The second Sunday of May every year",
        ),
        (monthly("MO"), "Mondays"),
        (monthly("MO", interval=2), "Mondays in every other month"),
        (monthly("MO,-1FR"), "Every Monday and the last Friday of every month"),
        (monthly("FR", "13"), "Fridays, when it is the 13th of the month"),
        (monthly("", "1"), "The 1st of every month"),
        (monthly("", "2,3,11,22"), "The 2nd, 3rd, 11th and 22nd of every month"),
        (monthly("", "-1"), "The last day of every month"),
        (monthly("", "15,-1"), "The 15th and the last day of every month"),
        (monthly("", "-2"), "The second to last day of every month"),
        (monthly("", "-7"), "The 7th to last day of every month"),
        (monthly(dtstart="2026-01-21"), "The 21st of every month"),
        (monthly(), "Every month"),
        (monthly(interval=2), "Every other month"),
        ({"byday": "2MO"}, "The second Monday of every month"),
        ({"byday": "MO"}, "Mondays"),
        ({"bymonthday": "5"}, "The 5th of every month"),
        (weekly("2MO"), "The second Monday of every month"),
        (
            {**TUESDAYS, "valid_from": "2026-04-06", "valid_to": "2026-07-31"},
            "Tuesdays, 10am to 12 noon, from 6 April 2026 until 31 July 2026",
        ),
        (
            {**TUESDAYS, "valid_from": "2026-04-06"},
            "Tuesdays, 10am to 12 noon, from 6 April 2026",
        ),
        (
            {**TUESDAYS, "valid_to": "2026-07-31"},
            "Tuesdays, 10am to 12 noon, until 31 July 2026",
        ),
        (
            {**TUESDAYS, "valid_from": "2026-12-24", "valid_to": "2026-12-24"},
            "Only on 24 December 2026, 10am to 12 noon",
        ),
        (
            {"dtstart": "2026-05-05", **NIGHT},
            "Only on 5 May 2026, 10pm to 2am the next day",
        ),
        (
            {"valid_from": "2026-12-28", "valid_to": "2026-12-30", **NIGHT},
            (
                "Every day, 10pm to 2am the next day, "
                "from 28 December 2026 until 30 December 2026"
            ),
        ),
        ({"valid_from": "2026-04-06"}, "From 6 April 2026"),
        ({"opens_at": "10:00"}, "From 10am"),
        (
            {
                "description": "closed",
                "valid_from": "2026-12-24",
                "valid_to": "2027-01-02",
            },
            "Closed from 24 December 2026 until 2 January 2027",
        ),
        (
            {
                "description": "Closed.",
                "valid_from": "2026-12-25",
                "valid_to": "2026-12-25",
            },
            "Closed on 25 December 2026",
        ),
        ({"description": "Closed", "byday": "MO"}, "Closed on Mondays"),
        ({"description": "Closed", "byday": "Mon-Fri"}, "Closed every weekday"),
        ({"description": "Closed", "byday": "MO,TU,WE"}, "Closed Monday to Wednesday"),
        (
            {"description": "Closed", "byday": "-1FR", "valid_to": "2026-07-31"},
            "Closed on the last Friday of every month, until 31 July 2026",
        ),
        ({"description": "Closed"}, "Closed"),
        ({"description": "Closed on bank holidays."}, "Closed on bank holidays"),
        (
            {"description": "Closed for training", "dtstart": "2026-06-03"},
            "Closed for training, on 3 June 2026",
        ),
        (
            {"description": "Closed for lunch", "byday": "MO"},
            "Closed for lunch, on Mondays",
        ),
        ({"description": "Closed on Mondays", "byday": "MO"}, "Closed on Mondays"),
        (
            {**TUESDAYS, "description": "Closed in August"},
            "Tuesdays, 10am to 12 noon",
        ),
        ({"description": "Closed group, ask first"}, "Closed group, ask first"),
        ({"description": "term time only"}, "Term time only"),
        (
            {"description": "Term time only", "valid_to": "2026-07-31"},
            "Term time only, until 31 July 2026",
        ),
        ({"notes": "Ring first"}, "Ring first"),
        ({"schedule_link": "https://example.org/when"}, "See https://example.org/when"),
        ({}, ""),
        (
            {
                "freq": "DAILY",
                "byday": "XX",
                "opens_at": "?",
                "description": "By chance",
            },
            "By chance",
        ),
    ],
)
def test_describe_says_it_as_people_do(schedule, expected):
    assert schedules.describe(schedule) == expected


def test_describe_all_makes_one_phrase_of_rows_that_belong_together():
    rows = [
        weekly(day, opens, closes)
        for day in ("WE", "FR", "MO")
        for opens, closes in (("13:00", "16:00"), ("09:00", "12:00"))
    ]

    assert schedules.describe_all(rows) == [
        "Mondays, Wednesdays and Fridays, 9am to 12 noon and 1pm to 4pm"
    ]


def test_describe_all_puts_monday_first_and_closures_last():
    rows = [
        {"description": "Closed", "valid_from": "2026-12-25", "valid_to": "2026-12-25"},
        {"description": "Ring to ask"},
        {"dtstart": "2026-05-05", "opens_at": "10:00"},
        {"dtstart": "2026-03-05", "opens_at": "11:00"},
        monthly("-1MO"),
        monthly("1MO", opens_at="10:00"),
        weekly("SU", "10:00", "11:00"),
        weekly("TU", "14:00", "15:00"),
        weekly("TU", "09:00", "10:00", valid_from="2026-09-01"),
        weekly("MO", "18:00", "19:00"),
        weekly("MO", "18:00", "19:00"),
        {},
    ]

    assert schedules.describe_all(rows) == [
        "Mondays, 6pm to 7pm",
        "Tuesdays, 9am to 10am, from 1 September 2026",
        "Tuesdays, 2pm to 3pm",
        "Sundays, 10am to 11am",
        "The first Monday of every month, from 10am",
        "The last Monday of every month",
        "Only on 5 March 2026, from 11am",
        "Only on 5 May 2026, from 10am",
        "Ring to ask",
        "Closed on 25 December 2026",
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2026-01-05", "2026-01-20", ["Every second week, on Monday and Tuesday"]),
        ("2026-01-05", "2026-01-13", ["Every second Monday", "Every second Tuesday"]),
    ],
)
def test_describe_all_joins_only_days_of_the_same_weeks(first, second, expected):
    rows = [
        weekly("MO", interval=2, dtstart=first),
        weekly("TU", interval=2, dtstart=second),
    ]

    assert schedules.describe_all(rows) == expected


def test_describe_all_keeps_rows_of_different_validity_apart():
    rows = [weekly("MO", "10:00"), weekly("TU", "10:00", valid_to="2026-07-31")]

    assert schedules.describe_all(rows) == [
        "Mondays, from 10am",
        "Tuesdays, from 10am, until 31 July 2026",
    ]


VALUES = st.one_of(
    st.none(),
    st.integers(-3, 60),
    st.floats(),
    st.booleans(),
    st.lists(st.sampled_from(["MO", "2TU", 3])),
    st.text(max_size=12),
    st.dates().map(str),
    st.dates(),
    st.times().map(str),
    st.sampled_from(
        ["MO", "MO,TU", "-1FR", "0MO", "9MO", "31", "-1", "WEEKLY", "MONTHLY", "24:00",
         "first and last Friday", "Mon-", "-", "Closed", "9999-12-31", "0001-01-01"]
    ),
)  # fmt: skip
ANYTHING = st.dictionaries(
    st.sampled_from(
        ["valid_from", "valid_to", "dtstart", "freq", "interval", "byday", "bymonthday",
         "opens_at", "closes_at", "description", "attending_type", "notes",
         "schedule_link", "id"]
    ),
    VALUES,
)  # fmt: skip


@given(st.lists(ANYTHING, max_size=4))
@example([{"schedule_link": "\r"}])
def test_nothing_raises_on_odd_input(rows):
    for phrase in schedules.describe_all(rows):
        assert phrase == phrase.strip() != ""
    for row in rows:
        schedules.describe(row)
        tidied = schedules.normalise(row)
        assert repr(schedules.normalise(tidied)) == repr(tidied)
        assert schedules.problems(tidied) == schedules.problems(row)
        last = -1
        for begin, end in schedules.weekly_minutes(row):
            assert last < begin < end <= 10_080
            last = end
        found = schedules.occurrences(
            row, start=date(2026, 3, 1), end=date(2026, 4, 30)
        )
        opening = [opens for opens, _ in found]
        assert opening == sorted(opening)
        assert {d for d in opening if not date(2026, 3, 1) <= d.date()} == set()
        assert {d for d in opening if d.date() > date(2026, 4, 30)} == set()


def days(schedule: dict, start: str, end: str) -> list[str]:
    found = schedules.occurrences(
        schedule, start=date.fromisoformat(start), end=date.fromisoformat(end)
    )
    return [f"{opens:%Y-%m-%d}" for opens, _ in found]


@pytest.mark.parametrize(
    ("schedule", "start", "end", "expected"),
    [
        (
            TUESDAYS,
            "2026-06-01", "2026-06-16",
            ["2026-06-02", "2026-06-09", "2026-06-16"],
        ),
        (TUESDAYS, "2026-06-03", "2026-06-08", []),
        (
            {**TUESDAYS, **SECOND_WEEK},
            "2026-06-01", "2026-07-01",
            ["2026-06-09", "2026-06-23"],
        ),
        # the weeks are those of the first date, also when another day comes before it
        (
            weekly("MO,WE", interval=2, dtstart="2026-01-07"),
            "2026-01-01", "2026-01-31",
            ["2026-01-07", "2026-01-19", "2026-01-21"],
        ),
        (weekly("TU", interval=2), "2026-06-01", "2026-07-01", []),
        (
            weekly("TU", interval=2, valid_from="2026-06-02"),
            "2026-06-01", "2026-06-20",
            ["2026-06-02", "2026-06-16"],
        ),
        (
            {**TUESDAYS, "valid_from": "2026-06-09", "valid_to": "2026-06-16"},
            "2026-06-01", "2026-07-01",
            ["2026-06-09", "2026-06-16"],
        ),
        (
            monthly("2MO"),
            "2026-01-01", "2026-03-31",
            ["2026-01-12", "2026-02-09", "2026-03-09"],
        ),
        (monthly("5FR"), "2026-01-01", "2026-06-30", ["2026-01-30", "2026-05-29"]),
        (
            monthly("-1FR"),
            "2026-01-01", "2026-03-31",
            ["2026-01-30", "2026-02-27", "2026-03-27"],
        ),
        (
            monthly("-1FR", interval=2, dtstart="2026-01-30"),
            "2026-02-01", "2026-06-30",
            ["2026-03-27", "2026-05-29"],
        ),
        (
            monthly("", "31"),
            "2026-01-01", "2026-06-30",
            ["2026-01-31", "2026-03-31", "2026-05-31"],
        ),
        (
            monthly("", "-1"),
            "2028-01-01", "2028-03-31",
            ["2028-01-31", "2028-02-29", "2028-03-31"],
        ),
        (monthly("", "29"), "2027-02-01", "2028-02-29",
         [f"2027-{m:02}-29" for m in range(3, 13)] + ["2028-01-29", "2028-02-29"]),
        (monthly("", "1,-1"), "2026-02-01", "2026-02-28", ["2026-02-01", "2026-02-28"]),
        (
            monthly("FR", "13"),
            "2026-01-01", "2026-12-31",
            ["2026-02-13", "2026-03-13", "2026-11-13"],
        ),
        (
            monthly(dtstart="2026-01-31"),
            "2026-01-01", "2026-04-30",
            ["2026-01-31", "2026-03-31"],
        ),
        (
            weekly("", dtstart="2026-06-03"),
            "2026-06-01", "2026-06-10",
            ["2026-06-03", "2026-06-10"],
        ),
        ({"dtstart": "2026-06-03"}, "2026-06-01", "2026-06-30", ["2026-06-03"]),
        ({"dtstart": "2026-06-03"}, "2026-06-04", "2026-06-30", []),
        (
            {"valid_from": "2026-06-03", "valid_to": "2026-06-05"},
            "2026-06-04", "2026-06-30",
            ["2026-06-04", "2026-06-05"],
        ),
        ({"valid_from": "2026-06-03"}, "2026-06-01", "2026-06-30", []),
        ({**TUESDAYS, "byday": "XX"}, "2026-06-01", "2026-06-30", []),
        ({"description": "Closed", "byday": "TU"}, "2026-06-01", "2026-06-30", []),
        (TUESDAYS, "2026-06-30", "2026-06-01", []),
        (
            weekly("MO", interval=2, dtstart="0001-01-01"),
            "9999-12-20", "9999-12-31",
            ["9999-12-27"],
        ),
    ],
)  # fmt: skip
def test_occurrences_fall_on_the_days_of_the_pattern(schedule, start, end, expected):
    assert days(schedule, start, end) == expected


def one(schedule: dict, day: str) -> tuple[str, str | None]:
    on = date.fromisoformat(day)
    [(opens, closes)] = schedules.occurrences(schedule, start=on, end=on)
    return opens.isoformat(), closes.isoformat() if closes else None


@pytest.mark.parametrize(
    ("schedule", "day", "opens", "closes"),
    [
        (weekly("SU", "10:00", "12:00"), "2026-03-22",
         "2026-03-22T10:00:00+00:00", "2026-03-22T12:00:00+00:00"),
        (weekly("SU", "10:00", "12:00"), "2026-03-29",
         "2026-03-29T10:00:00+01:00", "2026-03-29T12:00:00+01:00"),
        (weekly("SA", **NIGHT), "2026-03-28",
         "2026-03-28T22:00:00+00:00", "2026-03-29T02:00:00+01:00"),
        (weekly("SA", **NIGHT), "2026-10-24",
         "2026-10-24T22:00:00+01:00", "2026-10-25T02:00:00+00:00"),
        (weekly("SU", "01:30", "02:00"), "2026-03-29",
         "2026-03-29T02:30:00+01:00", "2026-03-29T02:30:00+01:00"),
        (weekly("TH", **NIGHT), "2026-12-31",
         "2026-12-31T22:00:00+00:00", "2027-01-01T02:00:00+00:00"),
        (weekly("TU", "10:00"), "2026-06-02", "2026-06-02T10:00:00+01:00", None),
        (weekly("TU"), "2026-06-02", "2026-06-02T00:00:00+01:00", None),
        (weekly("TU", "", "17:00"), "2026-06-02",
         "2026-06-02T00:00:00+01:00", "2026-06-02T17:00:00+01:00"),
        (weekly("TU", "00:00", "23:59"), "2026-06-02",
         "2026-06-02T00:00:00+01:00", "2026-06-03T00:00:00+01:00"),
        (weekly("TU", "18:00", "00:00"), "2026-06-02",
         "2026-06-02T18:00:00+01:00", "2026-06-03T00:00:00+01:00"),
    ],
)  # fmt: skip
def test_occurrences_are_by_the_clock_on_the_wall(schedule, day, opens, closes):
    assert one(schedule, day) == (opens, closes)


ORDINAL_DAYS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), st.integers(0, 6)),
    min_size=1,
    max_size=3,
)


@given(ORDINAL_DAYS, st.integers(1, 6), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_occurrences_of_numbered_days_are_those_of_a_calendar(
    numbered, interval, first
):
    codes = ",".join(
        f"{n}{['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][d]}" for n, d in numbered
    )
    end = first + timedelta(days=400)
    expected = []
    for ahead in range(401):
        day = first + timedelta(days=ahead)
        months = (day.year - first.year) * 12 + day.month - first.month
        from_start = (day.day - 1) // 7 + 1
        last_of_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        left = (last_of_month - day).days - 1
        places = {(from_start, day.weekday()), (-(left // 7) - 1, day.weekday())}
        if months % interval == 0 and places & set(numbered):
            expected.append(str(day))

    schedule = monthly(codes, interval=interval, dtstart=str(first))

    assert days(schedule, str(first), str(end)) == expected


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 5),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 3000),
)
def test_occurrences_by_the_week_are_counted_from_the_first_date(
    weekdays, interval, first, ahead
):
    codes = ",".join(["MO", "TU", "WE", "TH", "FR", "SA", "SU"][d] for d in weekdays)
    start = first + timedelta(days=ahead)
    monday = first - timedelta(days=first.weekday())
    expected = [
        str(day)
        for day in (start + timedelta(days=n) for n in range(60))
        if day.weekday() in weekdays and (day - monday).days // 7 % interval == 0
    ]

    schedule = weekly(codes, interval=interval, dtstart=str(first))

    assert days(schedule, str(start), str(start + timedelta(days=59))) == expected


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (weekly("MO", "00:00", "01:00"), [(0, 60)]),
        (TUESDAYS, [(2040, 2160)]),
        (weekly("FR", "22:00", "02:00"), [(7080, 7320)]),
        (weekly("SU", "22:00", "02:00"), [(0, 120), (9960, 10080)]),
        (weekly("SU", "22:00", "00:00"), [(9960, 10080)]),
        (weekly("MO,TU", "00:00", "23:59"), [(0, 2880)]),
        (weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "00:00"), [(0, 10080)]),
        (weekly("MO,TU", "22:00", "23:00"), [(1320, 1380), (2760, 2820)]),
        (weekly("MO,SU", "20:00", "06:00"), [(0, 360), (1200, 1800), (9840, 10080)]),
        (weekly("SA"), [(7200, 8640)]),
        (weekly("SA", "10:00"), [(7800, 7801)]),
        (weekly("SA", "", "10:00"), [(7799, 7800)]),
        (weekly("SA", "", "00:00"), [(8639, 8640)]),
        (weekly("SA", "10:00", "10:00"), [(7800, 7801)]),
        (monthly("2MO", opens_at="10:00", closes_at="11:00"), [(600, 660)]),
        (monthly("1MO,3MO"), [(0, 1440)]),
        (monthly("", "15", opens_at="10:00"), []),
        ({"dtstart": "2026-06-02", "opens_at": "10:00"}, []),
        ({"description": "Closed", "byday": "MO"}, []),
        ({}, []),
    ],
)
def test_weekly_minutes_are_ranges_of_an_ordinary_week(schedule, expected):
    assert schedules.weekly_minutes(schedule) == expected


def test_occurrences_are_in_london_time():
    [(opens, closes)] = schedules.occurrences(
        TUESDAYS, start=date(2026, 6, 2), end=date(2026, 6, 2)
    )

    assert (opens.tzinfo, closes.tzinfo if closes else None) == (LONDON, LONDON)
