"""Opening times as people type them, read and said back."""

import contextlib
import datetime as dt
import signal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import schedules
from directory.schedule_words import describe
from directory.typed_times import NotUnderstood, read_times

TODAY = dt.date(2026, 11, 22)


def said_back(text: str) -> list[str]:
    return schedules.describe_all(read_times(text, today=TODAY).schedules)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Mon-Fri 9-5", ["Every weekday, 9am to 5pm"]),
        ("every second Tuesday 2pm to 4pm", ["Every second Tuesday, 2pm to 4pm"]),
        ("24 hours", ["Open 24 hours, every day"]),
        ("Open 24/7", ["Open 24 hours, every day"]),
        ("24 hours a day, 7 days a week", ["Open 24 hours, every day"]),
        (
            "Mon to Fri 9am–5pm, Sat 10-1",
            ["Every weekday, 9am to 5pm", "Saturdays, 10am to 1pm"],
        ),
        (
            "Mon, Wed & Fri 09:00-17:00; Sat 10:00 - 13:00",
            [
                "Mondays, Wednesdays and Fridays, 9am to 5pm",
                "Saturdays, 10am to 1pm",
            ],
        ),
        ("first Monday each month 7pm", ["The first Monday of every month, from 7pm"]),
        (
            "1st and 3rd Tuesday 10.30-12",
            ["The first and third Tuesdays of every month, 10.30am to 12 noon"],
        ),
        (
            "every second Tuesday of the month, 2-4",
            ["The second Tuesday of every month, 2pm to 4pm"],
        ),
        ("the 15th of each month 2pm-3pm", ["The 15th of every month, 2pm to 3pm"]),
        ("Weekends 10 to 4", ["Saturdays and Sundays, 10am to 4pm"]),
        ("daily 8am - 8pm", ["Every day, 8am to 8pm"]),
        ("Every day except Wednesday 9-5", ["Every day except Wednesday, 9am to 5pm"]),
        ("Monday 9-12 and 1-5", ["Mondays, 9am to 12 noon and 1pm to 5pm"]),
        ("9am to 5pm Monday to Friday", ["Every weekday, 9am to 5pm"]),
        ("Fridays 10pm-2am", ["Fridays, 10pm to 2am the next day"]),
        ("Tuesday 2-4pm until 18 December", [
            "Tuesdays, 2pm to 4pm, until 18 December 2026"]),
        ("Only on 28 December, 10am to noon", [
            "Only on 28 December 2026, 10am to 12 noon"]),
        ("Mon 9-5, Tue 10-4, Wed closed", [
            "Mondays, 9am to 5pm", "Tuesdays, 10am to 4pm"]),
        ("Mon-Sat 9-5, closed on Sundays", ["Monday to Saturday, 9am to 5pm"]),
        ("Thursday to Sunday 6pm-8pm", ["Thursday to Sunday, 6pm to 8pm"]),
        ("Fortnightly on Thursdays 10-12", [
            "Every second Thursday, 10am to 12 noon"]),
        ("", []),
    ],
)  # fmt: skip
def test_what_people_type_is_read(typed: str, expected: list[str]) -> None:
    assert said_back(typed) == expected


@pytest.mark.parametrize(
    ("typed", "opens", "closes"),
    [
        ("9-5", "09:00", "17:00"),
        ("10-1", "10:00", "13:00"),
        ("2-4", "14:00", "16:00"),
        ("12-2", "12:00", "14:00"),
        ("8-6", "08:00", "18:00"),
        ("8.30-5.15", "08:30", "17:15"),
        ("2-4pm", "14:00", "16:00"),
        ("10-2pm", "10:00", "14:00"),
        ("11-12pm", "11:00", "12:00"),
        ("9am-12", "09:00", "12:00"),
        ("10pm-2", "22:00", "02:00"),
        ("9:00-17:00", "09:00", "17:00"),
        ("07.30-9.30", "07:30", "09:30"),
        ("noon to 3", "12:00", "15:00"),
        ("6pm to midnight", "18:00", "00:00"),
    ],
)
def test_each_end_gets_its_half_of_the_day(typed: str, opens: str, closes: str) -> None:
    [row] = read_times(f"Mon {typed}", today=TODAY).schedules

    assert (row["opens_at"], row["closes_at"]) == (opens, closes)


def test_every_second_week_is_counted_from_the_day_that_is_said() -> None:
    [row] = read_times(
        "every other Wednesday from 6 January 2027, 6.30pm to 8pm", today=TODAY
    ).schedules

    assert row == {
        "freq": "WEEKLY", "byday": "WE", "interval": 2, "dtstart": "2027-01-06",
        "valid_from": "2027-01-06", "opens_at": "18:30", "closes_at": "20:00",
    }  # fmt: skip


def test_what_times_do_not_say_is_kept_in_words() -> None:
    read = read_times("Mon 9-5 (term time only)", today=TODAY)

    assert [row["description"] for row in read.schedules] == ["term time only"]


def test_part_of_the_day_beside_its_hours_says_nothing_new() -> None:
    read = read_times("Tuesday evenings 6pm to 8pm", today=TODAY)

    assert read == read_times("Tuesday 6pm to 8pm", today=TODAY)


@pytest.mark.parametrize(
    ("typed", "opens", "closes"),
    [
        ("Tues eve 7-9", "19:00", "21:00"),
        ("Tuesday evenings 7-9", "19:00", "21:00"),
        ("Tuesdays 7-9 in the evening", "19:00", "21:00"),
        ("Tuesday evenings from 7", "19:00", None),
        ("Tuesday mornings 7-9", "07:00", "09:00"),
        ("Tuesday nights 10-2", "22:00", "02:00"),
        ("Tues pm 1-4", "13:00", "16:00"),
        ("Tues am 8-10", "08:00", "10:00"),
        ("Tuesday mornings 10-1", "10:00", "13:00"),
        ("Tuesday early mornings 4-7", "04:00", "07:00"),
        ("Tuesday lunchtimes 12-3", "12:00", "15:00"),
        ("Tuesday evenings 8-12", "20:00", "00:00"),
        ("late night Tuesday from 8", "20:00", None),
    ],
)
def test_part_of_the_day_says_which_half_its_hours_are_in(
    typed: str, opens: str, closes: str | None
) -> None:
    [row] = read_times(typed, today=TODAY).schedules

    assert (row["opens_at"], row.get("closes_at")) == (opens, closes)


@pytest.mark.parametrize(
    "typed",
    [
        "Mon 7-9 am and pm", "Mon 7-9 mornings and evenings",
        "Mon mornings and evenings 7-9", "Mon am & pm 9-5", "Mon 9-5 eve",
        "Mon 9-11 mornings 5-7", "Mon mornings 9-12 and 6-8", "Mon evenings 10am to 12",
        "Mon evenings 09.00-11.00", "Sat nights 12-6", "Fri night 12-2",
        "Mon evenings until 12", "Fri nights from 12", "Sat night at 12",
        "Thursday nights 2-6", "Mon from 8 in the afternoon", "Mon 9-12 am",
        "Mon mornings 9-12am", "Mon mornings 9-12 midnight", "Mon evening 6-noon",
        "Mon evenings 07.30-09.30", "Mon morning 1-3", "Mon am 9-1",
        "Saturday mornings and Sunday afternoons 2-4",
    ],
)  # fmt: skip
def test_hours_that_do_not_fit_their_part_of_the_day_are_asked_for(typed: str) -> None:
    """Each of them could send somebody to a closed door."""
    with pytest.raises(NotUnderstood):
        read_times(typed, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("every evening 7-9", "Every day, 7pm to 9pm"),
        ("Mon to Fri every evening 7-9", "Every weekday, 7pm to 9pm"),
        ("every Tuesday evening 7-9", "Tuesdays, 7pm to 9pm"),
        ("first Tuesday evening of the month 7-9",
         "The first Tuesday of every month, 7pm to 9pm"),
        ("second Thursday afternoon of every other month 2-4",
         "The second Thursday of every other month, 2pm to 4pm"),
        ("Tue between 10 and 12", "Tuesdays, 10am to 12 noon"),
        ("Mondays between 2-4pm", "Mondays, 2pm to 4pm"),
        ("Mon evening between 7 and 9", "Mondays, 7pm to 9pm"),
        ("open between 9 and 5 Monday to Friday", "Every weekday, 9am to 5pm"),
    ],
)  # fmt: skip
def test_evenings_of_every_day_or_of_the_month_and_between_are_read(
    typed: str, said: str
) -> None:
    [row] = read_times(typed, today=TODAY).schedules

    assert describe(row) == said


@pytest.mark.parametrize(
    "typed",
    [
        "Mon between 7 and 9",
        "every evening",
        "every evening 7-9, Mondays",
        "every evening except Sunday 7-9",
        "Tuesday evening each month 7-9",
        "every second Tuesday evening of the month 7-9",
        "Mon 9 and 5",
        "every afternoon Mon-Fri 2-4",
        "between 1 May and 30 September, Mon 9-5",
    ],
)
def test_what_may_be_meant_in_two_ways_is_asked_for(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_times(typed, today=TODAY)


def test_part_of_the_day_is_said_of_the_next_hours_alone() -> None:
    [_, later] = read_times("Mon mornings 9-12 and 5-7", today=TODAY).schedules

    assert (later["opens_at"], later["closes_at"]) == ("17:00", "19:00")


def test_each_part_of_the_day_is_said_of_the_hours_beside_it() -> None:
    read = read_times("Mon mornings 7-9 and evenings 6-8, Tue 10-12 afternoon 2-4",
                      today=TODAY)  # fmt: skip

    assert [(row["byday"], row["opens_at"]) for row in read.schedules] == [
        ("MO", "07:00"), ("MO", "18:00"), ("TU", "10:00"), ("TU", "14:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "closed"),
    [("Mon-Fri 9-5 except bank holidays", True), ("Mon 9-5", False)],
)
def test_closed_on_bank_holidays_is_understood(typed: str, closed: bool) -> None:
    assert read_times(typed, today=TODAY).closed_on_bank_holidays is closed


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Tues 7-9", "Is “7” in the morning or in the evening? Write 7am or 7pm."),
        (
            "9-5",
            ("On which days? Write the days before their times, like “Mon to Fri 9am "
            "to 5pm” or “every second Tuesday 2pm to 4pm”."),
        ),
        (
            "9-5 Mon-Fri, 10-1 Sat",
            ("We could not tell which times are for which days. Write the days before "
            "their times, like “Mon to Fri 9am to 5pm” or “every second Tuesday 2pm to "
            "4pm”."),
        ),
        (
            "Mon 9-5, ring first",
            ("We could not read “ring first”. Write days and times like “Mon to "
            "Fri 9am to 5pm” or “every second Tuesday 2pm to 4pm”, or use the fields "
            "below."),
        ),
        (
            "closed 24 December",
            ("Leave out “closed 24 december” here: dates on which it is closed are "
            "asked for by themselves, under “Days that are different”."),
        ),
        ("Mon 9-5 from 31 February", ("“31 february” is not a date. Write it like 6 "
         "January 2026.")),
        (
            "Tuesday evenings",
            ("We understood “Tuesdays”. From when until when is “evenings”? Write the "
            "hours with the days, for example: Tuesdays 6pm to 8pm."),
        ),
        (
            "Mondays and Thursdays, evenings",
            ("We understood “Mondays and Thursdays”. From when until when is "
            "“evenings”? Write the hours with the days, for example: Mondays and "
            "Thursdays 6pm to 8pm."),
        ),
        (
            "Saturday mornings and Sunday afternoons",
            ("We understood “Saturdays” and “Sundays”. From when until when is "
            "“mornings” and “afternoons”? Write the hours with the days, for example: "
            "Saturdays 10am to 12 noon; Sundays 2pm to 4pm."),
        ),
        (
            "in the evenings",
            "On which days, and at what hours? Write both: Tuesdays 6pm to 8pm.",
        ),
        ("x" * 501, ("That is more than 500 characters. Say only the days and times "
         "here.")),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_asked_for_again(typed: str, sentence: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_times(typed, today=TODAY)

    assert str(refused.value) == sentence


# --- there and back -------------------------------------------------------------------

_DAYS = st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1)
_TIMES = st.tuples(st.times(), st.times()).filter(
    lambda pair: (pair[0].hour, pair[0].minute) != (pair[1].hour, pair[1].minute)
)
_DATES = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
_NTH = st.sampled_from([1, 2, 3, 4, 5, -1, -2])
_WEEKLY = _DAYS.map(lambda days: {"freq": "WEEKLY", "byday": ",".join(days)})
_EVERY_FEW = st.tuples(_WEEKLY, st.integers(2, 8), _DATES).map(
    lambda t: {**t[0], "interval": t[1], "dtstart": t[2].isoformat(),
               "valid_from": t[2].isoformat()}
)  # fmt: skip
_MONTHLY = st.tuples(st.dictionaries(_NTH, _DAYS, min_size=1, max_size=3),
                     st.sampled_from([1, 2, 3, 6])).map(
    lambda t: {
        "freq": "MONTHLY",
        "byday": ",".join(f"{n}{day}" for n, days in t[0].items() for day in days),
        **({"interval": t[1], "dtstart": "2026-01-01", "valid_from": "2026-01-01"}
           if t[1] > 1 else {}),
    }
)  # fmt: skip
_DATES_OF_MONTH = st.sets(
    st.integers(-10, 28).filter(bool), min_size=1, max_size=3
).map(lambda days: {"freq": "MONTHLY", "bymonthday": ",".join(map(str, days))})


@st.composite
def _schedules(draw: st.DrawFn) -> dict[str, Any]:
    row = dict(draw(st.one_of(_WEEKLY, _EVERY_FEW, _MONTHLY, _DATES_OF_MONTH)))
    opens, closes = draw(_TIMES)
    row |= {"opens_at": f"{opens:%H:%M}", "closes_at": f"{closes:%H:%M}"}
    if "valid_from" not in row and draw(st.booleans()):
        row["valid_from"] = draw(_DATES).isoformat()
    if draw(st.booleans()):
        row["valid_to"] = "2040-06-30"
    return row


@given(_schedules())
def test_what_is_said_back_can_be_typed_again(row: dict[str, Any]) -> None:
    said = schedules.describe_all([row])

    again = read_times("; ".join(said), today=TODAY).schedules

    assert schedules.describe_all(again) == said


@given(st.text(max_size=80))
def test_no_words_break_it(text: str) -> None:
    with contextlib.suppress(NotUnderstood):
        read_times(text, today=TODAY)


@pytest.mark.parametrize(
    "typed",
    ["mon" + " -" * 200 + " x", "mon" + " and the" * 60 + " x", "1st" + " -" * 200,
     "first" + " and" * 120 + " x", "mon" + " ,the" * 90 + " x"],
)  # fmt: skip
def test_read_times_ends_soon_whatever_stands_between_days(typed: str) -> None:
    def too_long(*_: Any) -> None:
        raise AssertionError("it did not end")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        with pytest.raises(NotUnderstood):
            read_times(typed, today=TODAY)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
