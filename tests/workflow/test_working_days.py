"""The working days of a place (PRODUCT.md section 5)."""

import datetime as dt

import pytest

from workflow.models import Policy
from workflow.working_days import WorkingDays, of_policy

WEEK = frozenset(range(5))


def days(nation: str = "England", *closed: dt.date) -> WorkingDays:
    return WorkingDays(WEEK, nation, frozenset(closed))


@pytest.mark.parametrize(
    ("day", "nation", "expected"),
    [
        (dt.date(2026, 11, 20), "England", True),
        (dt.date(2026, 11, 21), "England", False),
        (dt.date(2026, 12, 25), "England", False),
        (dt.date(2026, 12, 25), "", True),
        # Boxing Day 2026 is a Saturday, and so Monday is free.
        (dt.date(2026, 12, 28), "England", False),
        # Saint Andrew's day is free in Scotland alone, Easter Monday is not free there.
        (dt.date(2026, 11, 30), "Scotland", False),
        (dt.date(2026, 11, 30), "Wales", True),
        (dt.date(2026, 4, 6), "Scotland", True),
        (dt.date(2026, 4, 6), "Wales", False),
        (dt.date(2026, 7, 13), "Northern Ireland", False),
    ],
)
def test_weekends_and_the_bank_holidays_of_the_nation_are_free(
    day: dt.date, nation: str, expected: bool
) -> None:
    assert days(nation).includes(day) is expected


def test_days_on_which_the_place_is_closed_are_free() -> None:
    closed = dt.date(2026, 11, 20)
    assert days("England", closed).includes(closed) is False


def test_after_counts_over_weekends_and_holidays() -> None:
    friday = dt.date(2026, 12, 18)
    eve = dt.date(2026, 12, 24)
    assert days().after(friday, 0) == friday
    assert days().after(friday, 2) == dt.date(2026, 12, 22)
    # Christmas, the weekend and the day for Boxing Day lie between.
    assert days().after(eve, 1) == dt.date(2026, 12, 29)
    assert days("England", dt.date(2026, 12, 29)).after(eve, 1) == dt.date(2026, 12, 30)


def test_next_is_the_day_itself_where_people_work() -> None:
    assert days().next(dt.date(2026, 11, 20)) == dt.date(2026, 11, 20)
    assert days().next(dt.date(2026, 11, 21)) == dt.date(2026, 11, 23)


def test_between_names_both_ends() -> None:
    assert days().between(dt.date(2026, 12, 24), dt.date(2026, 12, 29)) == [
        dt.date(2026, 12, 24), dt.date(2026, 12, 29),
    ]  # fmt: skip
    assert days().between(dt.date(2026, 12, 29), dt.date(2026, 12, 24)) == []


def test_a_place_that_never_works_is_said_to_be_so() -> None:
    first = dt.date(2026, 1, 1)
    closed = frozenset(first + dt.timedelta(days=n) for n in range(500))
    with pytest.raises(ValueError, match="no working day within a year"):
        WorkingDays(WEEK, "", closed).next(first)


def test_policy_names_them() -> None:
    sunday, day = dt.date(2026, 11, 22), dt.date(2026, 12, 24)
    found = of_policy(Policy(working_days=[6], nation="", closed_days=[day]))
    assert (found.includes(sunday), found.includes(day)) == (True, False)
    assert found == WorkingDays(frozenset({6}), "", frozenset({day}))
