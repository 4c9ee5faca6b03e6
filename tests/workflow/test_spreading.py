"""First checks are spread: riskiest first, within what can be done, on open days."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.spreading import Waiting, spread

MONDAY = dt.date(2026, 11, 23)
QUARTER = dt.date(2027, 2, 21)
SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def one(key: Any, **more: Any) -> Waiting:
    given_: dict[str, Any] = {"critical": False, "months": 3, "ends_on": None}
    return Waiting(key, since=SINCE, **(given_ | more))


def weekdays(day: dt.date) -> bool:
    return day.weekday() < 5


def planned(number: int, per_day: float, load: Any = None, **more: Any) -> Counter[Any]:
    asked: dict[str, Any] = {
        "first": MONDAY, "cycle_end": QUARTER, "is_open": weekdays,
    }  # fmt: skip
    found = spread(
        [one(n) for n in range(number)], per_day=per_day, load=load or {},
        **(asked | more),
    )  # fmt: skip
    return Counter(found.values())


def test_few_are_spread_evenly_over_the_whole_cycle() -> None:
    found = planned(130, per_day=50)
    assert sum(found.values()) == 130
    assert set(found.values()) == {2}
    assert (min(found), max(found)) == (MONDAY, dt.date(2027, 2, 19))


def test_many_go_on_after_the_cycle_as_fast_as_can_be_done() -> None:
    found = planned(400, per_day=4)
    assert set(found.values()) == {4}
    assert max(found) > QUARTER


def test_less_than_one_a_day_is_a_check_now_and_then() -> None:
    found = planned(20, per_day=0.2)
    assert sorted(found) == [
        dt.date(2026, 11, 27) + n * dt.timedelta(days=7) for n in range(20)
    ]


@pytest.mark.parametrize(("per_day", "late"), [(50, 0), (2, 10)])
def test_what_ends_is_checked_before_that_where_it_can_be(
    per_day: int, late: int
) -> None:
    ends = MONDAY + dt.timedelta(days=4)
    waiting = [one(n, ends_on=ends) for n in range(20)] + [one(99)]
    found = spread(
        waiting, first=MONDAY, cycle_end=QUARTER, is_open=weekdays, per_day=per_day,
        load={},
    )  # fmt: skip

    assert sum(day > ends for key, day in found.items() if key != 99) == late


def test_what_falls_due_anyway_takes_its_room() -> None:
    busy = MONDAY + dt.timedelta(days=1)
    found = planned(20, per_day=4, load={busy: 10}, cycle_end=MONDAY)
    assert found[MONDAY] == 4
    # Ten on Tuesday are six too many, which Wednesday and Thursday make up for.
    days = [MONDAY + n * dt.timedelta(days=1) for n in range(1, 5)]
    assert [found[day] for day in days] == [0, 0, 2, 4]


def test_no_day_is_a_closed_one() -> None:
    closed = {dt.date(2026, 12, 25), dt.date(2026, 12, 28), dt.date(2027, 1, 1)}
    found = planned(
        300, per_day=9, is_open=lambda day: weekdays(day) and day not in closed
    )
    assert [day for day in found if not weekdays(day) or day in closed] == []


def test_the_riskiest_come_first() -> None:
    end = dt.date(2026, 12, 31)
    order = [
        one("critical", critical=True),
        one("often", months=2),
        one("ends", ends_on=end),
        one("later", ends_on=end + dt.timedelta(days=1)),
        one("a"),
        one("b"),
    ]
    found = spread(
        reversed(order), first=MONDAY, cycle_end=MONDAY, is_open=weekdays, per_day=1,
        load={},
    )  # fmt: skip
    assert sorted(found, key=lambda key: found[key]) == [x.listing_id for x in order]


def test_nothing_waits_for_nothing() -> None:
    assert planned(0, per_day=3) == Counter()


def test_where_nobody_can_check_it_is_said() -> None:
    with pytest.raises(ValueError, match="Nobody can make a check"):
        planned(3, per_day=0)


@settings(deadline=None)
@given(
    number=st.integers(0, 300), per_day=st.floats(0.3, 30),
    load=st.dictionaries(
        st.integers(0, 90).map(lambda n: MONDAY + dt.timedelta(days=n)),
        st.integers(0, 20), max_size=20,
    ),
)  # fmt: skip
def test_everybody_gets_a_day_and_no_stretch_is_fuller_than_can_be_done(
    number: int, per_day: float, load: dict[dt.date, int]
) -> None:
    found = planned(number, per_day=per_day, load=load)
    assert sum(found.values()) == number
    done, days = 0.0, 0
    for day in sorted(found):
        done += found[day]
        days = sum(weekdays(MONDAY + n * dt.timedelta(days=1))
                   for n in range((day - MONDAY).days + 1))  # fmt: skip
        assert done <= per_day * days + 1e-6
