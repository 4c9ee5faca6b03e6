"""What a figure is: a number with its definition, its unit and the rows it counts.

How many there are is counted in the database, a fixed number of queries for all: the
figures about listings in one, and those about each other kind of thing in one.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    Expression,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    Sum,
)

from workflow.models import Policy

Values = Mapping[str, int | None]
"""Numbers by the slug of their figure; None where there was nothing to measure."""


class Unit(StrEnum):
    """What a number is. It is always kept as a whole number of ``kept``."""

    COUNT = "count"
    PERCENT = "percent"
    SPAN = "span"
    WORK = "work"
    MONEY = "money"

    @property
    def kept(self) -> str:
        """What the whole number counts, as the dictionary says it."""
        return _KEPT[self]

    def said(self, number: int | None) -> str:
        """The number as a page writes it."""
        if number is None:
            return "Nothing to measure"
        return _SAID[self](number)


def _span(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    if minutes < 48 * 60:
        hours = round(minutes / 60)
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{minutes / 1440:.1f} days".replace(".0 ", " ")


def worked(minutes: int) -> str:
    """Minutes of work as they are shown and charged: ``1 hour 5 minutes``."""
    hours, rest = divmod(minutes, 60)
    said = []
    if hours:
        said.append(f"{hours:,} hour{'' if hours == 1 else 's'}")
    if rest or not hours:
        said.append(f"{rest} minute{'' if rest == 1 else 's'}")
    return " ".join(said)


_KEPT = {
    Unit.COUNT: "how many",
    Unit.PERCENT: "percent, rounded down",
    Unit.SPAN: "minutes",
    Unit.WORK: "minutes of work",
    Unit.MONEY: "pence",
}
_SAID: Mapping[Unit, Callable[[int], str]] = {
    Unit.COUNT: lambda number: f"{number:,}",
    Unit.PERCENT: lambda number: f"{number}%",
    Unit.SPAN: _span,
    Unit.WORK: worked,
    Unit.MONEY: lambda number: f"£{Decimal(number) / 100:,.2f}",
}


class Began(StrEnum):
    """From when a figure can be known."""

    PLACE = "From the first day of the place: it is told by what was written then."
    KEPT = (
        "From the end of the first month for which it was kept: what it is about is "
        "stored as it is today and not as it was."
    )


@dataclass(frozen=True)
class Source:
    """A kind of thing that figures count, with the rows that any of them may count."""

    name: str
    rows: Callable[[Policy, dt.datetime], QuerySet[Any]]


class Median(Aggregate):
    """The middle of numbers, or the mean of the two in the middle."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Measure:
    """What is measured of each row, in minutes or pence, and what is made of them.
    ``nothing`` is the sum of no rows at all."""

    value: Expression
    median: bool
    nothing: int | None = 0

    def over(self, part: Q) -> Aggregate:
        """The number for the rows that a condition leaves."""
        made = Median if self.median else Sum
        return made(self.value, filter=part)

    def whole(self, found: float | None) -> int | None:
        """What the database found, as kept; the middle of nothing is not known."""
        if found is None:
            return None if self.median else self.nothing
        return round(found)


def minutes_between(first: str, last: str) -> Expression:
    """The minutes from one moment of a row to another."""
    return Func(
        F(last), F(first), template="EXTRACT(EPOCH FROM %(expressions)s) / 60",
        arg_joiner=" - ", output_field=FloatField(),
    )  # fmt: skip


Where = Callable[[Policy, dt.date], Q]
Part = Callable[[Policy, dt.datetime], Q]
Rows = Callable[[Policy, dt.datetime], QuerySet[Any]]


@dataclass(frozen=True)
class Derived:
    """A number made from those of other figures; its records are those of the first.
    A share is that first one divided by ``whole``: one of them, or several together."""

    needs: tuple[str, ...]
    made: Callable[[Values, Policy, dt.datetime], int | None]
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A number with its definition.

    ``where`` for listings, or ``source`` with the ``part`` of its rows, or ``derived``
    from other figures, or ``rows`` for what belongs to one page alone. ``noun`` is what
    is counted, with an odd plural after a comma.
    """

    slug: str
    label: str
    definition: str
    group: str
    where: Where | None = None
    rows: Rows | None = None
    noun: str = "record"
    source: Source | None = None
    part: Part | None = None
    measure: Measure | None = None
    derived: Derived | None = None
    unit: Unit = Unit.COUNT
    began: Began = Began.PLACE

    @property
    def is_count(self) -> bool:
        """Whether the number is how many records there are in its list."""
        return self.measure is None and self.derived is None

    def aggregate(self, part: Q) -> Aggregate:
        """What is asked of the database, over the rows that a condition leaves."""
        return self.measure.over(part) if self.measure else Count("pk", filter=part)

    def whole(self, found: Any) -> int | None:
        """What the database answered, as it is kept."""
        return self.measure.whole(found) if self.measure else int(found)
