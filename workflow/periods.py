"""After how many months a record is checked again, and when that makes it due.

**Order of precedence.** The place has one period. Rows beside it (``PeriodRule``) make
exceptions, for a service type, for a level of trust, or for what is critical:

1. Of the rows for types, a record answers to the nearest one upwards from each of its
   terms: a row for *Choirs* overrules one for *Music* above it. A retired term counts
   as the one that replaced it.
2. Where several rows hold (two types, a type and a level, and so on), the shortest
   period counts: whoever asked for more frequent checks had a reason.
3. Where no row holds, the place's own period counts.

So a row may lengthen as well as shorten. ``Periods.of`` says it in Python for one
record, ``Periods.months_of_listings`` in SQL for a whole place; a test keeps them
together. Days follow as in ``directory/freshness.py``: calendar months, clamped to the
end of the month, never moved for holidays.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import (
    Case,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from directory import freshness
from workflow import queries
from workflow.choices import Level
from workflow.models import AssuranceLevel, Listing, PeriodRule, Policy

_DEEPEST: Final = 50
"""Far more levels, or replacements in a row, than any list of terms has."""


@dataclass(frozen=True)
class Row:
    """One exception: of ``term``, ``level`` or ``critical`` exactly one is set."""

    months: int
    term_id: uuid.UUID | None = None
    level: str = ""
    critical: bool = False


@dataclass(frozen=True)
class Periods:
    """The periods of a place in months, ready to be asked.

    ``terms`` has every term that a row reaches, with the period of the nearest row.
    """

    months: int
    terms: Mapping[uuid.UUID, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    critical: int | None = None

    def of(self, term_ids: Iterable[uuid.UUID], level: str, *, critical: bool) -> int:
        """The period of a record, in months."""
        found = [self.terms[key] for key in term_ids if key in self.terms]
        if level in self.levels:
            found.append(self.levels[level])
        if critical and self.critical is not None:
            found.append(self.critical)
        return min(found, default=self.months)

    @property
    def every(self) -> list[int]:
        """All periods that there are in the place, the shortest first."""
        there = {self.months, *self.terms.values(), *self.levels.values()}
        return sorted(there | ({self.critical} if self.critical else set()))

    def months_of_listings(self) -> Any:
        """``of`` as an expression over listings that have ``level_now``."""
        by_months: dict[int, list[uuid.UUID]] = {}
        for key, months in self.terms.items():
            by_months.setdefault(months, []).append(key)
        found = [
            [
                When(term_ids__overlap=by_months[n], then=Value(n))
                for n in sorted(by_months)
            ],
            [When(level_now=k, then=Value(m)) for k, m in self.levels.items()],
            [When(critical=True, then=Value(m)) for m in (self.critical,) if m],
        ]
        cases = [Case(*whens, output_field=IntegerField()) for whens in found if whens]
        if not cases:
            return Value(self.months)
        shortest = Least(*cases) if len(cases) > 1 else cases[0]
        return Coalesce(shortest, Value(self.months))


def of_rows(months: int, rows: Iterable[Row]) -> Periods:
    """The periods that a place would have with these rows. One query."""
    rows = list(rows)
    named = {row.term_id: row.months for row in rows if row.term_id}
    critical = [row.months for row in rows if row.critical]
    return Periods(
        months=months,
        terms={term: named[top] for term, top in _nearest(named).items()},
        levels={row.level: row.months for row in rows if row.level},
        critical=critical[0] if critical else None,
    )


def rows_of(policy: Policy) -> list[Row]:
    """The exceptions of a policy as they are stored. One query."""
    rows = PeriodRule.objects.filter(policy=policy).order_by("term", "level")
    return [Row(r.months, r.term_id, r.level, r.critical) for r in rows]


def of_policy(policy: Policy) -> Periods:
    """The periods of a place as they stand. One query, two where types have rows."""
    return of_rows(policy.period_months, rows_of(policy))


def due_on(listing: Listing, assured_on: dt.date) -> dt.date:
    """When a listing that was checked on a day is due again."""
    periods = of_policy(listing.partnership.policy)
    level = queries.level_of(listing) if periods.levels else ""
    months = periods.of(listing.term_ids, level, critical=listing.critical)
    return freshness.due_on(assured_on, months)


class _Months(Func):
    template = "make_interval(0, %(expressions)s)"


class _Later(Func):
    template = "(%(expressions)s)::date"
    arg_joiner = " + "
    output_field = DateField()


def with_due(
    listings: QuerySet[Any], periods: Periods, suffix: str = ""
) -> QuerySet[Any]:
    """Listings with ``months``, their period, and ``falls_due``, when they are due by
    it: None for one that was never checked. ``suffix`` is added to both names.

    What falls due follows from the standing check alone; a listing whose date came
    from elsewhere keeps it.
    """
    months, falls_due = f"months{suffix}", f"falls_due{suffix}"
    level = AssuranceLevel.objects.filter(
        partnership=OuterRef("partnership_id"),
        organization_id=OuterRef("organization_id"),
    )
    rows: QuerySet[Any] = listings
    if periods.levels and "level_now" not in listings.query.annotations:
        rows = rows.annotate(
            level_now=Coalesce(
                Subquery(level.values("level")[:1]), Value(Level.PROXY.value)
            )
        )
    checked = _Later(F("assured_on"), _Months(F(months)))
    return rows.annotate(**{months: periods.months_of_listings()}).annotate(
        **{
            falls_due: Case(
                When(assurance__isnull=False, then=checked),
                default=F("due_on"),
                output_field=DateField(),
            )
        }
    )


def _nearest(tops: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Every term at or below these, with the nearest of them upwards. One query."""
    wanted = list(tops)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [wanted, _DEEPEST])
        return dict(cursor.fetchall())


_NEAREST = """
WITH RECURSIVE reached (top, id, depth, steps) AS (
    SELECT id, id, 0, 0 FROM directory_taxonomyterm WHERE id = ANY(%s)
    UNION
    SELECT reached.top, term.id,
        CASE WHEN term.replaced_by_id = reached.id THEN depth ELSE depth + 1 END,
        steps + 1
    FROM reached JOIN directory_taxonomyterm term
    ON term.replaced_by_id = reached.id
    OR (term.parent_id = reached.id AND term.replaced_by_id IS NULL)
    WHERE steps < %s
)
SELECT DISTINCT ON (id) id, top FROM reached ORDER BY id, depth, steps, top
"""
