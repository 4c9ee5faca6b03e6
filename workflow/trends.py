"""The lead's figures month by month, worked out from what was written at the time.

How a record stood is told by the audit trail, what was due by the checks, what waited
by the suggestions: all are only ever added to, so a month that is over can be counted
at any time. It is counted once and kept (``workflow/actions/counting.py``): pages read
what is kept, and count only what is not. Grades are those of today's policy; who may
see a record is taken as it was on the day of counting.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import AuditEvent
from common import clock
from directory.choices import Visibility
from directory.freshness import MONTH_NAMES, add_months
from workflow import conditions, figures
from workflow.choices import Hidden, ProposalKind
from workflow.measuring import Began
from workflow.models import (
    Assurance,
    Listing,
    MonthCount,
    Policy,
    Proposal,
    Record,
)
from workflow.report_clock import beginning_of

MONTHS = 12
NAMES = tuple(figure.slug for figure in figures.HEADLINES)
"""The six figures whose line stands on the first page."""
_WORK = ("waiting", "late", "checks")
"""Those of the six that are no listings, in the order in which they are asked."""
_TABLES = {
    "event": AuditEvent._meta.db_table,
    "assurance": Assurance._meta.db_table,
    "listing": Listing._meta.db_table,
    "record": Record._meta.db_table,
    "proposal": Proposal._meta.db_table,
}

_PUBLIC = "stage = 'published' AND open"
_BEHIND = (
    f"({_PUBLIC} AND days <= -%(overdue)s "
    """OR open AND stage = 'unpublished' AND reasons @> '["lapsed"]')"""
)
_LONG = conditions.LONG_LAPSED.days
_SLIPS = conditions.NEAR_LAPSING.days
_PAST: Mapping[str, str] = {
    "published": _PUBLIC,
    "in-date": f"{_PUBLIC} AND days > 0",
    "behind": _BEHIND,
    "not-due": f"{_PUBLIC} AND days > %(soon)s",
    "due-soon": f"{_PUBLIC} AND days > 0 AND days <= %(soon)s",
    "due": f"{_PUBLIC} AND days <= 0 AND days > -%(overdue)s",
    "overdue": f"{_PUBLIC} AND days <= -%(overdue)s AND days > -%(lapsed)s",
    "lapsed": f"{_PUBLIC} AND days <= -%(lapsed)s",
    "carried-over": f"{_PUBLIC} AND days IS NULL",
    "behind-overdue": f"{_BEHIND} AND (days IS NULL OR days > -%(lapsed)s)",
    "behind-lapsed":
        f"{_BEHIND} AND days <= -%(lapsed)s AND days > -%(lapsed)s - {_LONG}",
    "behind-long": f"{_BEHIND} AND days <= -%(lapsed)s - {_LONG}",
    "slipping":
        f"{_PUBLIC} AND days > -%(lapsed)s AND days <= least(0, {_SLIPS} - %(lapsed)s)",
    "to-publish": "stage = 'assured'",
    "stuck-submitted": "stage = 'submitted' AND since < sent",
    "stuck-returned":
        "stage = 'draft' AND verb = 'listing_returned' AND since < returned",
    "stuck-draft":
        "stage = 'draft' AND verb <> 'listing_returned' AND created_at < begun",
    **{
        f"hidden-{reason.value.replace('_', '-')}":
            f"""stage = 'unpublished' AND reasons @> '["{reason.value}"]'"""
        for reason in Hidden
    },
}  # fmt: skip
"""How each figure about listings is told from the past: over the last move of a
record before an instant (``stage``, ``verb``, ``since``, ``reasons``) and the ``days``
until the check that stood then fell due."""

TOLD: tuple[str, ...] = tuple(
    figure.slug for figure in figures.FIGURES if figure.began == Began.PLACE
)
"""What can be counted of a month long after it."""


def is_told(figure: figures.Figure) -> bool:
    """Whether what a figure counted can be listed long after."""
    needs = figure.derived.needs if figure.derived else (figure.slug,)
    return figure.slug in TOLD and all(need in TOLD for need in needs)


KEPT: tuple[str, ...] = tuple(
    figure.slug for figure in figures.FIGURES if figure.began == Began.KEPT
)
"""What is known of a month only where it was counted when the month ended."""

_OF_RECORDS = """
WITH moments AS (
    SELECT * FROM unnest(
        %(ats)s::timestamptz[], %(days)s::date[], %(sent)s::timestamptz[],
        %(returned)s::timestamptz[], %(begun)s::timestamptz[]
    ) AS m(at, day, sent, returned, begun)
),
every AS (
    SELECT id, object_id AS listing_id, verb, after, at,
           bool_or(verb IN ('listing_published', 'listing_hidden'))
               OVER (PARTITION BY object_id ORDER BY id) AS was_out
    FROM {event}
    WHERE partnership_id = %(place)s AND verb IN (
        'listing_drafted', 'listing_submitted', 'listing_returned',
        'submission_withdrawn', 'listing_appealed', 'listing_reopened',
        'listing_declined', 'listing_assured', 'listing_published',
        'listing_hidden', 'reasons_lifted'
    )
),
moves AS (
    SELECT listing_id, verb, at AS since,
           CASE
               WHEN verb = 'listing_published' THEN 'published'
               WHEN verb IN ('listing_hidden', 'listing_declined', 'reasons_lifted')
                   THEN 'unpublished'
               WHEN verb = 'listing_assured' THEN 'assured'
               WHEN verb IN ('listing_submitted', 'listing_appealed',
                             'listing_reopened') THEN 'submitted'
               ELSE 'draft'
           END AS stage,
           after AS reasons,
           lead(at) OVER (PARTITION BY listing_id ORDER BY id) AS until
    FROM every
    -- A check of what is public, or was, moves nothing.
    WHERE NOT (verb = 'listing_assured' AND was_out)
),
checks AS (
    SELECT a.listing_id, a.due_on, a.created_at AS since,
           lead(a.created_at) OVER (
               PARTITION BY a.listing_id ORDER BY a.created_at
           ) AS until
    FROM {assurance} a JOIN {listing} l ON l.id = a.listing_id
    WHERE l.partnership_id = %(place)s AND a.undone_at IS NULL
),
stood AS (
    SELECT m.at, m.sent, m.returned, m.begun, v.listing_id, v.stage, v.verb, v.since,
           v.reasons, r.visibility = %(open)s AS open, l.created_at,
           c.due_on - m.day AS days
    FROM moments m
    JOIN moves v ON v.since <= m.at AND (v.until IS NULL OR v.until > m.at)
    JOIN {listing} l ON l.id = v.listing_id
    JOIN {record} r ON r.id = l.record_id
    LEFT JOIN checks c ON c.listing_id = v.listing_id
        AND c.since <= m.at AND (c.until IS NULL OR c.until > m.at)
)
"""
_COUNT = """
SELECT m.at{counted}
FROM (SELECT at FROM moments) AS m LEFT JOIN stood ON stood.at = m.at
GROUP BY m.at ORDER BY m.at
"""
_LIST = "SELECT listing_id FROM stood WHERE {told}"

_OF_WORK = """
SELECT m.at,
       (SELECT count(*) FROM {proposal} p
        WHERE p.partnership_id = %(place)s AND p.created_at <= m.at
          AND (p.decided_at IS NULL OR p.decided_at > m.at)),
       (SELECT count(*) FROM {proposal} p
        WHERE p.partnership_id = %(place)s AND p.created_at <= m.at
          AND (p.decided_at IS NULL OR p.decided_at > m.at)
          AND p.kind = ANY(%(reports)s) AND p.answer_by < m.at),
       (SELECT count(*) FROM {assurance} a JOIN {listing} l ON l.id = a.listing_id
        WHERE l.partnership_id = %(place)s AND a.undone_at IS NULL
          AND a.created_at <= m.at AND a.created_at > m.at - %(lately)s)
FROM unnest(%(ats)s::timestamptz[]) AS m(at)
ORDER BY m.at
"""


@dataclass(frozen=True)
class Point:
    """Figures as they stood at one instant, by slug; ``day`` is its day."""

    day: dt.date
    values: dict[str, int | None]

    @property
    def label(self) -> str:
        """“September 2026”."""
        return f"{MONTH_NAMES[self.day.month - 1]} {self.day.year}"


def ends_of_months(now: dt.datetime, months: int = MONTHS) -> list[dt.datetime]:
    """The last instants of the months before this one, and now: ``months`` in all."""
    first = clock.london_day(now).replace(day=1)
    ends = [
        dt.datetime.combine(add_months(first, -back), dt.time(), tzinfo=clock.LONDON)
        - dt.timedelta(microseconds=1)
        for back in range(months - 2, -1, -1)
    ]
    return [*ends, now]


def at(
    policy: Policy, instants: Sequence[dt.datetime], names: Collection[str] = NAMES
) -> list[Point]:
    """Figures as they stood at these instants, earliest first.

    The six cost two queries, however many instants and records there are, and so does
    every figure about listings; of the others each instant costs a few.
    """
    needed = {*names}
    for name in names:
        derived = figures.BY_SLUG[name].derived
        needed |= set(derived.needs) if derived else set()
    found: list[dict[str, int | None]] = [{} for _ in instants]
    _add(found, _of_records(policy, instants, [n for n in _PAST if n in needed]))
    _add(found, _of_work(policy, instants, [n for n in _WORK if n in needed]))
    for values, instant in zip(found, instants, strict=True):
        _add_others(values, policy, instant, needed)
    return [
        Point(clock.london_day(instant), {name: values[name] for name in names})
        for values, instant in zip(found, instants, strict=True)
    ]


def _add(found: list[dict[str, int | None]], more: Sequence[Mapping[str, int]]) -> None:
    for values, some in zip(found, more or [{}] * len(found), strict=True):
        values |= some


def _add_others(
    values: dict[str, int | None],
    policy: Policy,
    instant: dt.datetime,
    needed: Collection[str],
) -> None:
    """What is counted by its own rows at one instant; then what is made of others."""
    rest = [figures.BY_SLUG[name] for name in needed if name not in values]
    plain = [one.slug for one in rest if one.derived is None]
    values |= figures.of_slugs(plain, policy, instant) if plain else {}
    for one in rest:
        if one.derived:
            values[one.slug] = one.derived.made(values, policy, instant)


def _of_records(
    policy: Policy, instants: Sequence[dt.datetime], names: Sequence[str]
) -> list[dict[str, int]]:
    if not names:
        return []
    counted = "".join(f",\n       count(*) FILTER (WHERE {_PAST[n]})" for n in names)
    statement = (_OF_RECORDS + _COUNT).format(counted=counted, **_TABLES)
    return _asked(statement, _told_by(policy, instants), names)


def _told_by(policy: Policy, instants: Sequence[dt.datetime]) -> dict[str, Any]:
    """What the statement about listings has to know of these instants."""
    days = [clock.london_day(instant) for instant in instants]
    return {
        "ats": list(instants),
        "days": days,
        "sent": [beginning_of(day - conditions.STUCK_SUBMITTED) for day in days],
        "returned": [beginning_of(day - conditions.STUCK_RETURNED) for day in days],
        "begun": [beginning_of(day - conditions.STUCK_DRAFT) for day in days],
        "place": policy.partnership_id,
        "open": Visibility.OPEN.value,
        "soon": policy.due_soon_days,
        "overdue": policy.overdue_days,
        "lapsed": policy.lapsed_days,
    }


def _of_work(
    policy: Policy, instants: Sequence[dt.datetime], names: Sequence[str]
) -> list[dict[str, int]]:
    if not names:
        return []
    asked = {
        "ats": list(instants),
        "place": policy.partnership_id,
        "reports": [ProposalKind.REPORT.value, ProposalKind.CLOSURE.value],
        "lately": figures.LATELY,
    }
    return _asked(_OF_WORK.format(**_TABLES), asked, _WORK)


def members(
    figure: figures.Figure, policy: Policy, instant: dt.datetime
) -> QuerySet[Any]:
    """Exactly what a figure counted at an instant that is over, or what it was measured
    over; not for what is known only where it was kept (``KEPT``)."""
    if figure.derived:
        return members(figures.BY_SLUG[figure.derived.needs[0]], policy, instant)
    if figure.slug not in _PAST:
        return figures.members(figure, policy, instant)
    with connection.cursor() as cursor:
        cursor.execute(
            (_OF_RECORDS + _LIST).format(told=_PAST[figure.slug], **_TABLES),
            _told_by(policy, [instant]),
        )
        keys = [key for (key,) in cursor.fetchall()]
    return figures.listings(policy).filter(pk__any_of=keys).order_by("title", "pk")


def _asked(
    statement: str, values: Mapping[str, Any], names: Sequence[str]
) -> list[dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()]


def wanted(policy: Policy, now: dt.datetime) -> list[dt.datetime]:
    """The ends of the last eleven months at which there was a place already."""
    events = AuditEvent.objects.filter(partnership_id=policy.partnership_id)
    began = events.order_by("at").values_list("at", flat=True).first() or now
    return [end for end in ends_of_months(now)[:-1] if end >= began]


def _of_this_policy(policy: Policy) -> Q:
    """What was counted by today's policy, or does not depend on it."""
    same = Q(
        overdue_days=policy.overdue_days,
        lapsed_days=policy.lapsed_days,
        due_soon_days=policy.due_soon_days,
    )
    return same | Q(figure__in=KEPT)


def kept(
    policy: Policy, instants: Sequence[dt.datetime], names: Collection[str] = NAMES
) -> dict[dt.date, Point]:
    """What is kept of these ends of months, by day: whole, and of today's policy. What
    is known only of some months is there where it is known."""
    rows = MonthCount.objects.filter(
        _of_this_policy(policy),
        partnership_id=policy.partnership_id,
        day__in=[clock.london_day(instant) for instant in instants],
        figure__in=names,
    )
    found: dict[dt.date, dict[str, int | None]] = {}
    for day, slug, number in rows.values_list("day", "figure", "number"):
        found.setdefault(day, {})[slug] = number
    told = set(names) - set(KEPT)
    return {
        day: Point(day, values) for day, values in found.items() if told <= set(values)
    }


def of_place(
    policy: Policy, now: dt.datetime, names: Collection[str] = NAMES, *,
    count: bool = True,
) -> list[Point]:  # fmt: skip
    """Up to eleven months that are over, earliest first; none before the place began,
    nor where the figures are not known of it, nor, unless told to ``count`` it, one
    that the nightly job has still to keep.

    Today is what ``workflow/figures.py`` counts: no page says two numbers for it.
    """
    ends = wanted(policy, now)
    found = kept(policy, ends, names)
    missing = [end for end in ends if clock.london_day(end) not in found]
    if count and missing and not set(names) & set(KEPT):
        found |= {point.day: point for point in at(policy, missing, names)}
    days = [clock.london_day(end) for end in ends]
    return [found[day] for day in days if day in found]
