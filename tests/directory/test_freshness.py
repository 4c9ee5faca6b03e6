"""Due dates, grades and ages (PRODUCT.md section 5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import freshness

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2190, 12, 31))
TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -1, date(2025, 12, 10)),
        (date(2026, 5, 3), 0, date(2026, 5, 3)),
    ],
)
def test_add_months_keeps_the_day_or_takes_the_last_of_the_month(day, months, expected):
    assert freshness.add_months(day, months) == expected


def test_add_months_refuses_what_is_outside_the_calendar():
    with pytest.raises(OverflowError):
        freshness.add_months(date(9999, 12, 1), 1)


@given(days, st.integers(-600, 600))
def test_add_months_moves_the_month_by_exactly_that_many(day, months):
    moved = freshness.add_months(day, months)

    assert moved.year * 12 + moved.month == day.year * 12 + day.month + months
    assert moved.day <= day.day


@given(days, days, st.integers(0, 36))
def test_add_months_keeps_the_order_of_days(one, other, months):
    first, second = sorted((one, other))

    assert freshness.add_months(first, months) <= freshness.add_months(second, months)


@given(days, st.integers(0, 60))
def test_add_months_never_passes_a_later_month_count(day, months):
    assert freshness.add_months(day, months) < freshness.add_months(day, months + 1)


@pytest.mark.parametrize(
    ("assured_on", "period", "expected"),
    [
        (date(2026, 5, 3), 3, date(2026, 8, 3)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
    ],
)
def test_due_on_is_the_period_in_calendar_months_later(assured_on, period, expected):
    assert freshness.due_on(assured_on, period) == expected


@pytest.mark.parametrize("period", [0, -3])
def test_due_on_refuses_a_period_of_less_than_a_month(period):
    with pytest.raises(ValueError, match="at least one month"):
        freshness.due_on(TODAY, period)


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (-400, freshness.CURRENT),
        (-16, freshness.CURRENT),
        (-15, freshness.DUE_SOON),
        (-1, freshness.DUE_SOON),
        (0, freshness.DUE),
        (13, freshness.DUE),
        (14, freshness.OVERDUE),
        (27, freshness.OVERDUE),
        (28, freshness.LAPSED),
        (4000, freshness.LAPSED),
    ],
)
def test_grade_changes_on_the_day_the_policy_says(late, expected):
    assert freshness.grade(TODAY - timedelta(days=late), TODAY) == expected


def test_grade_of_a_record_that_was_never_checked_is_never():
    assert freshness.grade(None, TODAY) == freshness.NEVER


def test_grade_follows_the_numbers_of_a_policy():
    due = date(2026, 6, 15)
    policy = {"due_soon_days": 30, "overdue_days": 7, "lapsed_days": 7}

    grades = [
        freshness.grade(due, due + timedelta(days=n), **policy) for n in (-30, 0, 6, 7)
    ]

    assert grades == ["due_soon", "due", "due", "lapsed"]


@pytest.mark.parametrize(
    "policy",
    [
        {"due_soon_days": -1},
        {"overdue_days": -1},
        {"overdue_days": 29},
        {"overdue_days": 10, "lapsed_days": 9},
    ],
)
def test_grade_refuses_limits_out_of_order(policy):
    with pytest.raises(ValueError, match="A record cannot"):
        freshness.grade(TODAY, TODAY, **policy)
    with pytest.raises(ValueError, match="A record cannot"):
        freshness.due_between(freshness.DUE, TODAY, **policy)


@given(days, days, st.integers(0, 60))
def test_grade_never_gets_better_by_waiting(due, today, wait):
    order = freshness.GRADES.index
    later = today + timedelta(days=wait)

    assert order(freshness.grade(due, today)) <= order(freshness.grade(due, later))


@given(
    st.integers(-60, 60),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_due_between_holds_exactly_the_due_dates_of_its_grade(late, soon, over, more):
    policy = {
        "due_soon_days": soon,
        "overdue_days": over,
        "lapsed_days": over + more,
    }
    due = TODAY - timedelta(days=late)
    holding = []
    for grade in freshness.GRADES[:-1]:
        first, last = freshness.due_between(grade, TODAY, **policy)
        if (first is None or first <= due) and (last is None or due <= last):
            holding.append(grade)

    assert holding == [freshness.grade(due, TODAY, **policy)]


@pytest.mark.parametrize("name", [freshness.NEVER, "stale"])
def test_due_between_refuses_what_has_no_due_dates(name):
    with pytest.raises(ValueError, match="is not a grade that has due dates"):
        freshness.due_between(name, TODAY)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (date(2026, 6, 15), "today"),
        (date(2026, 6, 14), "yesterday"),
        (date(2026, 6, 13), "2 days ago"),
        (date(2026, 6, 2), "13 days ago"),
        (date(2026, 6, 1), "2 weeks ago"),
        (date(2026, 5, 25), "3 weeks ago"),
        (date(2026, 4, 16), "8 weeks ago"),
        (date(2026, 4, 15), "2 months ago"),
        (date(2026, 1, 15), "5 months ago"),
        (date(2026, 1, 16), "4 months ago"),
        (date(2025, 6, 15), "12 months ago"),
        (date(2024, 6, 16), "23 months ago"),
        (date(2024, 6, 15), "2 years ago"),
        (date(2024, 6, 14), "more than 2 years ago"),
        (date(2023, 6, 16), "more than 2 years ago"),
        (date(2023, 6, 15), "3 years ago"),
        (date(2001, 1, 1), "more than 25 years ago"),
        (date(2026, 6, 16), "tomorrow"),
        (date(2026, 6, 18), "in 3 days"),
        (date(2026, 7, 6), "in 3 weeks"),
        (date(2026, 9, 15), "in 3 months"),
    ],
)
def test_age_in_words_says_it_as_people_do(then, expected):
    assert freshness.age_in_words(then, TODAY) == expected


def test_age_in_words_of_a_leap_day_has_its_birthday_on_the_28th():
    leap_day = date(2024, 2, 29)

    assert freshness.age_in_words(leap_day, date(2026, 2, 28)) == "2 years ago"
    assert freshness.age_in_words(leap_day, date(2026, 3, 1)) == "more than 2 years ago"


@given(days, days)
def test_months_between_is_the_greatest_number_that_fits(one, other):
    earlier, later = sorted((one, other))

    months = freshness.months_between(earlier, later)

    assert freshness.add_months(earlier, months) <= later
    assert freshness.add_months(earlier, months + 1) > later


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 3), "3 May 2026"),
        (date(2028, 2, 29), "29 February 2028"),
        (date(2026, 12, 31), "31 December 2026"),
    ],
)
def test_full_date_has_the_month_in_words(day, expected):
    assert freshness.full_date(day) == expected
