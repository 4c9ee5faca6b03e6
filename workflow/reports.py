"""The monthly report and the baseline: what is kept of them, and the words they say.

A report is made, not typed. Its lines are worked out once, when the month is over, and
compare with the month before, the year before and the day on which the place started.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import AuditEvent
from common import clock
from directory.freshness import MONTH_NAMES, add_months, full_date
from workflow import figures
from workflow.choices import KeptKind
from workflow.measuring import Unit, Values
from workflow.models import KeptFigures, Policy

STARTS = ("listing_published", "harvest_begun")
"""What a place starts with: its first publication or the first feed that it reads."""


@dataclass(frozen=True)
class Line:
    """One figure of a report. The numbers are whole ones of its unit; None where there
    was nothing to measure or nothing is known."""

    slug: str
    group: str
    label: str
    unit: Unit
    value: int | None
    before: int | None
    year_before: int | None
    baseline: int | None

    @property
    def said(self) -> str:
        """The number as a page writes it."""
        return self.unit.said(self.value)

    def other(self, key: str) -> int | None:
        """The number beside which this one stands, by its key in ``compared_with``."""
        others = {
            "before": self.before,
            "year_before": self.year_before,
            "baseline": self.start,
        }
        return others[key]

    @property
    def start(self) -> int | None:
        """What it was on the first day; None of what happens over weeks: all that is
        known of those before that day is what the place was filled with."""
        return self.baseline if figures.stands(self.slug) else None

    def than(self, other: int | None) -> str:
        """“12 more”: the number beside another one."""
        if self.value is None or other is None:
            return "Not known"
        return difference(self.unit, self.value - other)

    def as_row(self) -> dict[str, Any]:
        return {**self.__dict__, "unit": self.unit.value}


_MORE = {
    Unit.COUNT: ("more", "fewer"),
    Unit.PERCENT: ("higher", "lower"),
    Unit.SPAN: ("longer", "shorter"),
    Unit.WORK: ("more", "fewer"),
    Unit.MONEY: ("more", "less"),
}


def difference(unit: Unit, by: int) -> str:
    """“12 more”, “3 points lower”, “2 days longer”, “the same”."""
    if by == 0:
        return "the same"
    more, less = _MORE[unit]
    number = abs(by)
    said = unit.said(number)
    if unit == Unit.PERCENT:
        said = f"{number} point{'' if number == 1 else 's'}"
    return f"{said} {more if by > 0 else less}"


def lines(
    values: Values, before: Values, year_before: Values, baseline: Values
) -> list[Line]:
    """The lines of a report, in the order of the lead's page: every figure that is
    known of the month."""
    return [
        Line(
            one.slug, one.group, one.label, one.unit, values[one.slug],
            before.get(one.slug), year_before.get(one.slug), baseline.get(one.slug),
        )
        for one in figures.FIGURES
        if one.slug in values
    ]  # fmt: skip


def read(kept: KeptFigures) -> list[Line]:
    """The lines that are kept."""
    return [Line(**{**row, "unit": Unit(row["unit"])}) for row in kept.rows]


def values_of(kept: KeptFigures | None) -> dict[str, int | None]:
    """The numbers that are kept, by figure; none where nothing is."""
    return {row["slug"]: row["value"] for row in kept.rows} if kept else {}


def baseline_of(policy: Policy) -> KeptFigures | None:
    """What was kept on the day on which the place started."""
    return KeptFigures.objects.filter(
        partnership_id=policy.partnership_id, kind=KeptKind.BASELINE
    ).first()


def months_of(policy: Policy) -> QuerySet[KeptFigures]:
    """The months that are kept, the latest first."""
    return KeptFigures.objects.filter(
        partnership_id=policy.partnership_id, kind=KeptKind.MONTH
    ).order_by("-day")


def started(policy: Policy) -> dt.date | None:
    """The day on which the place published or read a feed for the first time."""
    first = (
        AuditEvent.objects.filter(partnership_id=policy.partnership_id, verb__in=STARTS)
        .order_by("at")
        .values_list("at", flat=True)
        .first()
    )
    return clock.london_day(first) if first else None


def month_before(day: dt.date) -> dt.date:
    """The last day of the month before the one in which a day lies."""
    return day.replace(day=1) - dt.timedelta(days=1)


def year_before(day: dt.date) -> dt.date:
    """The last day of the same month a year before."""
    return month_before(add_months(day.replace(day=1), -11))


def month_name(day: dt.date) -> str:
    """“September 2026”."""
    return f"{MONTH_NAMES[day.month - 1]} {day.year}"


def compared_with(day: dt.date, baseline: dt.date | None) -> Mapping[str, str]:
    """What each number of a report of this month is held against, in words."""
    start = f"at the start, {full_date(baseline)}" if baseline else "at the start"
    return {
        "before": f"in {month_name(month_before(day))}",
        "year_before": f"in {month_name(year_before(day))}",
        "baseline": start,
    }


def sentence(line: Line, names: Mapping[str, str]) -> str:
    """“Published: 354, 12 more than in September 2026.”: words that are worked out."""
    parts = [
        f"{line.than(other)} as {name}" if line.value == other
        else f"{line.than(other)} than {name}"
        for key, name in names.items()
        if line.value is not None and (other := line.other(key)) is not None
    ]  # fmt: skip
    return ", ".join([f"{line.label}: {line.said}", *parts]) + "."
