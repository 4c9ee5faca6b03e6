"""Spreading first checks over a cycle, within what people can do. Pure.

When a place begins, or takes over what another directory held, hundreds of records
wait for their first check at once. Each gets a day of its own: the riskiest first,
working days only, never more in a week than can be done beside what falls due anyway
(PRODUCT.md section 5).
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

_DAY = dt.timedelta(days=1)
_STEP = 1.1
"""By how much the pace is raised until everything fits into the cycle."""
LONGEST = 3660
"""Days that are planned ahead at the most; beyond it nothing gets a day."""


@dataclass(frozen=True)
class Waiting:
    """A record that was never checked. ``ends_on`` is the day until which it is
    carried over, ``months`` its period."""

    listing_id: Any
    critical: bool
    months: int
    ends_on: dt.date | None
    since: dt.datetime

    @property
    def rank(self) -> tuple[Any, ...]:
        """The riskiest first: critical, then what is checked more often, then what
        ends soonest, then what has waited longest."""
        ends = self.ends_on or dt.date.max
        return (not self.critical, self.months, ends, self.since, str(self.listing_id))


def working(first: dt.date, is_open: Callable[[dt.date], bool]) -> Iterator[dt.date]:
    """The working days from ``first`` on, as far ahead as is planned."""
    days = (first + n * _DAY for n in range(LONGEST))
    return (day for day in days if is_open(day))


def spread(
    waiting: Iterable[Waiting],
    *,
    first: dt.date,
    cycle_end: dt.date,
    is_open: Callable[[dt.date], bool],
    per_day: float,
    load: Mapping[dt.date, int],
) -> dict[Any, dt.date]:
    """A day for each, from ``first`` on.

    ``per_day`` is how many checks can be made on a working day, ``load`` how many fall
    due on each day anyway. Where everything fits into the cycle, days are filled
    evenly, and no slower than what is carried over needs to be checked before it ends;
    where it does not, days are filled up and the rest goes on after ``cycle_end``.
    Raises ValueError where nobody can check anything.
    """
    if per_day <= 0:
        raise ValueError("Nobody can make a check.")
    order = sorted(waiting, key=lambda one: one.rank)
    inside = [day for day in working(first, is_open) if day <= cycle_end]
    pace = per_day
    if inside and order:
        busy = sum(load.get(day, 0) for day in inside)
        pace = min(per_day, (len(order) + busy) / len(inside))
    while pace < per_day and not _is_in_time(order, inside, pace, load):
        pace = min(per_day, pace * _STEP)
    days = _days(len(order), working(first, is_open), pace, load)
    return {one.listing_id: day for one, day in zip(order, days, strict=False)}


def _is_in_time(
    order: Sequence[Waiting], inside: Iterable[dt.date], pace: float,
    load: Mapping[dt.date, int],
) -> bool:  # fmt: skip
    """Whether each has its day in the cycle, and before its carrying over ends."""
    days = _days(len(order), inside, pace, load)
    return len(days) == len(order) and all(
        one.ends_on is None or day <= one.ends_on
        for one, day in zip(order, days, strict=True)
    )


def _days(
    number: int, days: Iterable[dt.date], pace: float, load: Mapping[dt.date, int]
) -> list[dt.date]:
    """The first so many places on these days, as many on each as the pace leaves."""
    return list(islice(_places(days, pace, load), number))


def _places(
    days: Iterable[dt.date], pace: float, load: Mapping[dt.date, int]
) -> Iterator[dt.date]:
    room = 0.0
    for day in days:
        # What could not be done on a full day is caught up with on those that follow.
        room += pace - load.get(day, 0)
        # A little more than nothing is lost when fractions are added up.
        for _ in range(math.floor(room + 1e-9)):
            yield day
            room -= 1
