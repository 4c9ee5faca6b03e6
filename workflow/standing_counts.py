"""What a very large place counted last, where counting takes longer than a page may.

Some figures are sums over what the database keeps counted (``listing_counts.py``) and
are those of this instant in a place of any size. What people did, and how a figure
divides, is found by looking at each row. In a place with more than ``LARGE`` records
that is done every hour by a job (``actions/counting_standing.py``), and pages show what
it found, with its time (docs/adr/0042).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum

from accounts.models import User
from workflow import areas, divided, figures, hours, listing_counts, splits
from workflow.divided import Part
from workflow.measuring import Figure
from workflow.models import Policy, StandingCount
from workflow.splits import Split

LARGE = 20_000
"""Of more records than this nobody waits for what has to look at each."""
NUMBER = ""
"""Stands for the split where a row is the figure itself."""

AREAS = "areas"
"""Stands for the split where a row is about the wards, parishes and districts."""
OF_AREAS = ("area-services", "area-places")
"""What is kept of those: the public services of each, and the places of those."""

LEVELS = "levels"
OF_LEVELS = "organisations"
"""The same for how many organizations are at each level, and ready for more."""


def is_large(policy: Policy) -> bool:
    """Whether a place has so many records, whatever their stage."""
    found = listing_counts.of_place(policy).aggregate(number=Sum("number"))
    return (found["number"] or 0) > LARGE


@dataclass(frozen=True)
class Standing:
    """Figures by slug, and when those were counted that are not of this instant."""

    values: Mapping[str, int | None]
    counted_at: Mapping[str, dt.datetime] = field(default_factory=dict)


Rows = Mapping[tuple[str, str], StandingCount]
"""What is kept of a place, by figure and split; nothing of one that is not large."""


def of_figures(policy: Policy) -> Rows:
    """The figures themselves that are kept of a place, and what is of its areas of
    work. One query."""
    remits = [f"remit-{slug}" for slug in hours.OF_REMIT]
    rows = StandingCount.objects.filter(
        Q(split=NUMBER) | Q(split=splits.REMITS.slug, figure__in=remits),
        partnership_id=policy.partnership_id,
    )
    return {(row.figure, row.split): row for row in rows}


def of_remits(rows: Rows) -> tuple[hours.Tallies, dt.datetime] | None:
    """What each area of work has to do (``hours.OF_REMIT``), by slug, and when that was
    counted; None where it is not kept."""
    found = {slug: rows.get((f"remit-{slug}", "remit")) for slug in hours.OF_REMIT}
    kept = {slug: row for slug, row in found.items() if row}
    if len(kept) < len(found):
        return None
    numbers = {
        slug: {uuid.UUID(key): number for key, number in row.parts}
        for slug, row in kept.items()
    }
    return numbers, min(row.counted_at for row in kept.values())


def of_areas(policy: Policy) -> tuple[areas.Numbers, dt.datetime] | None:
    """What was public in each area of a place, and when that was counted; None where it
    is not kept. One query."""
    rows = StandingCount.objects.filter(
        partnership_id=policy.partnership_id, split=AREAS, figure__in=OF_AREAS
    )
    kept = {row.figure: row for row in rows}
    if len(kept) < len(OF_AREAS):
        return None
    services, places = (dict(kept[figure].parts) for figure in OF_AREAS)
    found = {
        uuid.UUID(key): (number, places.get(key, 0)) for key, number in services.items()
    }
    return found, min(row.counted_at for row in kept.values())


def of_levels(policy: Policy) -> tuple[Mapping[str, int], dt.datetime] | None:
    """How many organizations are at each level (``readiness.counts``), and when that
    was counted; None where it is not kept. One query."""
    row = StandingCount.objects.filter(
        partnership_id=policy.partnership_id, figure=OF_LEVELS, split=LEVELS
    ).first()
    if row is None:
        return None
    return {key or "": number for key, number in row.parts}, row.counted_at


def of_figure(figure: Figure, split: Split, policy: Policy) -> Rows:
    """What is kept of one figure, of what it is made of, and of how they divide. One
    query."""
    slugs = [figure.slug, *(figure.derived.needs if figure.derived else ())]
    rows = StandingCount.objects.filter(
        partnership_id=policy.partnership_id, figure__in=slugs,
        split__in=[NUMBER, split.slug],
    )  # fmt: skip
    return {(row.figure, row.split): row for row in rows}


def values(
    slugs: Collection[str], policy: Policy, now: dt.datetime, rows: Rows
) -> Standing:
    """Some figures by slug: what is kept of them, the rest counted now."""
    known = {slug: row for (slug, split), row in rows.items() if split == NUMBER}
    found = figures.of_slugs(
        slugs, policy, now, {slug: row.number for slug, row in known.items()}
    )
    counted_at = {}
    for slug in slugs:
        derived = figures.BY_SLUG[slug].derived
        needs = derived.needs if derived else (slug,)
        times = [known[need].counted_at for need in needs if need in known]
        if times:
            counted_at[slug] = min(times)
    return Standing(found, counted_at)


def is_kept(figure: Figure, policy: Policy, today: dt.date) -> bool:
    """Whether a figure of a very large place is counted by the job: what is no sum
    over what the database keeps, and is not made of others."""
    if figure.derived:
        return False
    return not (figure.where and listing_counts.answers(figure.where(policy, today)))


@dataclass(frozen=True)
class Divided:
    """The parts of a figure, how many more there are, and when they were counted."""

    parts: list[Part]
    left_out: int
    counted_at: dt.datetime


def parts(
    figure: Figure, split: Split, policy: Policy, now: dt.datetime, user: User,
    rows: Rows,
) -> Divided | None:  # fmt: skip
    """How a figure divided when it was counted last; None where that is not kept."""
    if row := rows.get((figure.slug, split.slug)):
        found = divided.named(split, _read(row, split), user, figure.measure)
        return Divided(found, row.left_out, row.counted_at)
    if figure.derived is None:
        return None
    needed = {need: rows.get((need, split.slug)) for need in figure.derived.needs}
    kept = [row for row in needed.values() if row]
    if len(kept) < len(needed):
        return None
    named = {
        need: divided.named(
            split, _read(row, split), user, figures.BY_SLUG[need].measure
        )
        for need, row in needed.items()
        if row
    }
    made = divided.made_of(figure.derived, named, policy, now)
    return Divided(made, 0, min(row.counted_at for row in kept))


def _read(row: StandingCount, split: Split) -> dict[Any, int | None]:
    return {_key(split, key): number for key, number in row.parts}


def _key(split: Split, key: str | None) -> Any:
    if key in (None, splits.UNDISCLOSED, splits.OTHERS) or split.slug == "area":
        return key
    return uuid.UUID(key)
