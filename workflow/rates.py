"""What an hour costs in a place, day by day: work is charged at the rate of its day.

A rate that is agreed later leaves what was charged before as it was, unless the lead
says that it holds from an earlier day.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from common import remembered
from workflow.measuring import worked
from workflow.models import AgreedRate


@dataclass(frozen=True)
class Stretch:
    """Days, from the first to the one before ``after``, with one rate in pounds an
    hour; None where none was agreed."""

    first: dt.date
    after: dt.date
    rate: Decimal | None

    @property
    def last(self) -> dt.date:
        return self.after - dt.timedelta(days=1)


@dataclass(frozen=True)
class Charge:
    """The minutes that were worked in a stretch, and what they come to."""

    stretch: Stretch
    minutes: int

    @property
    def time(self) -> str:
        """The time in words."""
        return worked(self.minutes)

    @property
    def cost(self) -> Decimal | None:
        """Pounds; None where no rate was agreed."""
        rate = self.stretch.rate
        return None if rate is None else cost_of(self.minutes, rate)


def cost_of(minutes: int, rate: Decimal) -> Decimal:
    """What minutes of work come to in pounds, to the penny; ``rate`` is that of an
    hour."""
    return (minutes * rate / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Rates:
    """All rates that a place ever agreed, with the day each begins on, latest first."""

    agreed: Sequence[tuple[dt.date, Decimal | None]]

    def on(self, day: dt.date) -> Decimal | None:
        """What an hour cost on a day; None where nothing was agreed."""
        return next((rate for starts, rate in self.agreed if starts <= day), None)

    def stretches(self, first: dt.date, after: dt.date) -> list[Stretch]:
        """The days from the first to the one before ``after``, cut where the rate
        changed; at least one stretch."""
        starts = [day for day, _ in reversed(self.agreed) if first < day < after]
        changed = [day for day in starts if self.on(day) != self.on(_before(day))]
        return [
            Stretch(one, next_one, self.on(one))
            for one, next_one in pairwise([first, *changed, after])
        ]


def _before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1)


def of_place(place_id: Any) -> Rates:
    """The rates of a place: one query, and none where the page has asked already."""
    rows = AgreedRate.objects.filter(partnership_id=place_id).order_by("-starts_on")
    return remembered.once(
        ("rates", place_id), lambda: Rates(list(rows.values_list("starts_on", "rate")))
    )
