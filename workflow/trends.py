"""The lead's six figures month by month, worked out from what was written at the time.

What was public is told by the audit trail, what was due by the checks, what waited by
the suggestions: all three are only ever added to, so a month that is over can be
counted at any time. It is counted once and kept (``workflow/actions/counting.py``):
pages read what is kept, and count only what is not. Grades are those of today's policy;
who may see a record is taken as it was on the day of counting.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import AuditEvent
from common import clock
from directory.choices import Visibility
from directory.freshness import MONTH_NAMES, add_months
from workflow import figures
from workflow.choices import Hidden, ProposalKind
from workflow.models import (
    Assurance,
    Listing,
    MonthCount,
    Policy,
    Proposal,
    Record,
)

MONTHS = 12
NAMES = ("published", "in-date", "behind", "waiting", "late", "checks")
"""The figures that have a history, in the order in which they are worked out."""
_TABLES = {
    "event": AuditEvent._meta.db_table,
    "assurance": Assurance._meta.db_table,
    "listing": Listing._meta.db_table,
    "record": Record._meta.db_table,
    "proposal": Proposal._meta.db_table,
}

_OF_RECORDS = """
WITH moments AS (
    SELECT * FROM unnest(%(ats)s::timestamptz[], %(days)s::date[]) AS m(at, day)
),
moves AS (
    SELECT object_id AS listing_id, verb, after, at AS since,
           lead(at) OVER (PARTITION BY object_id ORDER BY id) AS until
    FROM {event}
    WHERE partnership_id = %(place)s
      AND verb IN ('listing_published', 'listing_hidden')
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
    SELECT m.at, v.verb = 'listing_published' AS public, v.after,
           c.due_on - m.day AS days
    FROM moments m
    JOIN moves v ON v.since <= m.at AND (v.until IS NULL OR v.until > m.at)
    JOIN {listing} l ON l.id = v.listing_id
    JOIN {record} r ON r.id = l.record_id AND r.visibility = %(open)s
    LEFT JOIN checks c ON c.listing_id = v.listing_id
        AND c.since <= m.at AND (c.until IS NULL OR c.until > m.at)
)
SELECT m.at,
       count(*) FILTER (WHERE public),
       count(*) FILTER (WHERE public AND days > 0),
       count(*) FILTER (WHERE public AND days <= -%(overdue)s
                        OR NOT public AND after @> %(lapsed)s::jsonb)
FROM moments m LEFT JOIN stood ON stood.at = m.at
GROUP BY m.at ORDER BY m.at
"""

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
    """The six figures as they stood at one instant, by slug; ``day`` is its day."""

    day: dt.date
    values: dict[str, int]

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


def at(policy: Policy, instants: Sequence[dt.datetime]) -> list[Point]:
    """The six figures as they stood at these instants, earliest first: two queries,
    however many instants and records there are."""
    days = [clock.london_day(instant) for instant in instants]
    asked: dict[str, Any] = {
        "ats": list(instants),
        "days": days,
        "place": policy.partnership_id,
        "open": Visibility.OPEN.value,
        "overdue": policy.overdue_days,
        "lapsed": f'["{Hidden.LAPSED.value}"]',
        "reports": [ProposalKind.REPORT.value, ProposalKind.CLOSURE.value],
        "lately": figures.LATELY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OF_RECORDS.format(**_TABLES), asked)
        records = cursor.fetchall()
        cursor.execute(_OF_WORK.format(**_TABLES), asked)
        work = cursor.fetchall()
    return [
        Point(day, dict(zip(NAMES, (*some[1:], *others[1:]), strict=True)))
        for day, some, others in zip(days, records, work, strict=True)
    ]


def wanted(policy: Policy, now: dt.datetime) -> list[dt.datetime]:
    """The ends of the last eleven months at which there was a place already."""
    events = AuditEvent.objects.filter(partnership_id=policy.partnership_id)
    began = events.order_by("at").values_list("at", flat=True).first() or now
    return [end for end in ends_of_months(now)[:-1] if end >= began]


def kept(policy: Policy, instants: Sequence[dt.datetime]) -> dict[dt.date, Point]:
    """What is kept of these ends of months, by day: whole, and of today's policy."""
    rows = MonthCount.objects.filter(
        partnership_id=policy.partnership_id,
        overdue_days=policy.overdue_days,
        day__in=[clock.london_day(instant) for instant in instants],
    )
    found: dict[dt.date, dict[str, int]] = {}
    for day, slug, number in rows.values_list("day", "figure", "number"):
        found.setdefault(day, {})[slug] = number
    names = set(NAMES)
    return {
        day: Point(day, values) for day, values in found.items() if names <= set(values)
    }


def of_place(policy: Policy, now: dt.datetime) -> list[Point]:
    """Up to eleven months that are over, earliest first; none before the place began.

    Today is what ``workflow/figures.py`` counts: no page says two numbers for it.
    """
    ends = wanted(policy, now)
    found = kept(policy, ends)
    missing = [end for end in ends if clock.london_day(end) not in found]
    if missing:
        found |= {point.day: point for point in at(policy, missing)}
    return [found[clock.london_day(end)] for end in ends]
