"""The clock of a report (PRODUCT.md section 5): working days, pauses, amber and red."""

import datetime as dt

import pytest

from common.clock import LONDON
from workflow import report_clock
from workflow.report_clock import Light
from workflow.working_days import WorkingDays

WORKING = WorkingDays(frozenset(range(5)), "England", frozenset())


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type, misc]


def day(*parts: int) -> dt.date:
    return dt.date(*parts)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (day(2026, 11, 16), at(2026, 11, 18, 23, 59)),
        (day(2026, 11, 20), at(2026, 11, 24, 23, 59)),
        (day(2026, 11, 21), at(2026, 11, 24, 23, 59)),
        # Christmas Eve: Christmas, the weekend and the day for Boxing Day are free.
        (day(2026, 12, 24), at(2026, 12, 30, 23, 59)),
        # The clocks go back on Sunday 25 October and on on Sunday 29 March.
        (day(2026, 10, 23), at(2026, 10, 27, 23, 59)),
        (day(2026, 3, 27), at(2026, 3, 31, 23, 59)),
        (day(2028, 2, 28), at(2028, 3, 1, 23, 59)),
    ],
)
def test_a_clock_ends_with_its_second_working_day(
    today: dt.date, expected: dt.datetime
) -> None:
    assert report_clock.ends(today, 2, WORKING, urgent=False) == expected


def test_what_is_urgent_ends_today_also_on_a_holiday() -> None:
    christmas = day(2026, 12, 25)
    found = report_clock.ends(christmas, 2, WORKING, urgent=True)
    assert found == at(2026, 12, 25, 23, 59)


def test_the_end_of_a_day_is_in_london_time() -> None:
    winter = report_clock.end_of(day(2026, 3, 28)).astimezone(dt.UTC)
    summer = report_clock.end_of(day(2026, 3, 29)).astimezone(dt.UTC)
    assert (winter.hour, summer.hour) == (23, 22)


def test_a_pause_stops_the_clock_and_gives_back_what_was_left() -> None:
    monday, ends = at(2026, 11, 16, 11), at(2026, 11, 18, 23, 59)
    found = report_clock.pause(monday, ends, 3, WORKING)
    # Tuesday, Wednesday and Thursday wait; from Friday on two working days are left.
    assert found.until == at(2026, 11, 20)
    assert (found.left, found.answer_by) == (2, at(2026, 11, 24, 23, 59))


def test_a_pause_on_the_last_day_leaves_the_day_on_which_it_goes_on() -> None:
    found = report_clock.pause(
        at(2026, 11, 18, 20), at(2026, 11, 18, 23, 59), 3, WORKING
    )
    assert (found.left, found.until) == (0, at(2026, 11, 24))
    assert found.answer_by == at(2026, 11, 24, 23, 59)


def test_a_pause_counts_no_free_days() -> None:
    found = report_clock.pause(
        at(2026, 12, 23, 9), at(2026, 12, 24, 23, 59), 2, WORKING
    )
    # Thursday the 24th and Tuesday the 29th wait.
    assert (found.left, found.until) == (1, at(2026, 12, 30))
    assert found.answer_by == at(2026, 12, 31, 23, 59)


@pytest.mark.parametrize(
    ("now", "left", "expected"),
    [
        (at(2026, 11, 18, 10), 2, at(2026, 11, 20, 23, 59)),
        (at(2026, 11, 18, 10), 0, at(2026, 11, 18, 23, 59)),
        (at(2026, 11, 21, 10), 0, at(2026, 11, 23, 23, 59)),
        (at(2026, 10, 24, 10), 1, at(2026, 10, 27, 23, 59)),
    ],
)
def test_a_clock_goes_on_with_what_was_left(
    now: dt.datetime, left: int, expected: dt.datetime
) -> None:
    assert report_clock.resumed(now, left, WORKING) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 11, 17, 23, 58), Light.GREEN),
        (at(2026, 11, 17, 23, 59), Light.AMBER),
        (at(2026, 11, 18, 23, 59), Light.AMBER),
        (at(2026, 11, 19), Light.RED),
    ],
)
def test_amber_comes_before_red(now: dt.datetime, expected: Light) -> None:
    assert report_clock.light(at(2026, 11, 18, 23, 59), now, 24) == expected


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    ends = at(2026, 10, 25, 23, 59)
    begins = ends.astimezone(dt.UTC) - dt.timedelta(hours=24)
    assert report_clock.light(ends, begins, 24) == Light.AMBER
    before = begins - dt.timedelta(minutes=1)
    assert report_clock.light(ends, before, 24) == Light.GREEN
    assert begins.astimezone(LONDON).hour == 0
