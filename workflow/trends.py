"""The lead's six figures month by month, worked out from what was written at the time.

What was public is told by the audit trail, what was due by the checks, what waited by
the suggestions: all three are only ever added to, so no figure has to be stored. Grades
are those of today's policy. Who may see a record is taken as it is today.
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
from workflow.models import Assurance, Listing, Policy, Proposal, Record

MONTHS = 12
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
    names = ("published", "in-date", "behind", "waiting", "late", "checks")
    return [
        Point(day, dict(zip(names, (*some[1:], *others[1:]), strict=True)))
        for day, some, others in zip(days, records, work, strict=True)
    ]


def of_place(policy: Policy, now: dt.datetime) -> list[Point]:
    """Twelve months, the last of them as it stands now; none before the place began."""
    events = AuditEvent.objects.filter(partnership_id=policy.partnership_id)
    began = events.order_by("at").values_list("at", flat=True).first() or now
    instants = [end for end in ends_of_months(now) if end >= began or end == now]
    return at(policy, instants)
