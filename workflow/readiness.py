"""What a year says about an organization, and what the rule makes of it.

The facts are counted and the rule is applied here alone, in one statement for a whole
place or for the few organizations that are named. It advises; only a lead decides
(``workflow.actions.place.set_level``). The sentences in which a lead reads the rule
are made of the same numbers.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.db.models import Count

from accounts.models import Partnership
from common import clock
from common.templatetags.vouch import counted
from directory.freshness import due_on
from directory.models import Organization
from workflow.choices import Advice, Level
from workflow.models import AssuranceLevel, LevelAdvice, Listing, Policy

MONTHS = 12
"""How far back the facts go."""
LATELY_MONTHS = 6
"""The second half of them, in which errors may have become more."""

SHOWS = 2
"""Answers in time or changes taken that show that somebody there keeps the records."""
ERRORS_ALLOWED = 1
"""Errors of a year that do not stand against the step to monitored."""
MONITORED_MONTHS = 6
"""How long an organization is monitored before it may be ready to be trusted."""
CHANGES = 3
"""Changes of its own that have been decided, so that one knows what they are like."""
PERCENT = 90
"""Of the answers asked for, and of the changes decided, to be ready to be trusted."""
MANY_ERRORS = 3
"""Errors of the last half year from which on a step down is suggested."""

FACTS = (
    "services", "people", "asked", "answered", "accepted", "changed", "rejected",
    "errors", "errors_before", "lapses",
)  # fmt: skip

_WORK_OUT = """
WITH mine AS (
    SELECT id, organization_id, stage, hidden_because
    FROM workflow_listing
    WHERE partnership_id = %(place)s AND organization_id IS NOT NULL
      AND (%(every)s OR organization_id = ANY(%(only)s::uuid[]))
),
bodies AS (
    SELECT organization_id, count(*) FILTER (WHERE stage = 'published') AS services
    FROM mine GROUP BY organization_id
),
checks AS (
    SELECT m.organization_id, m.id AS listing_id, a.due_on,
        lead(a.assured_on) OVER following AS next_on,
        lead(a.single_handed AND a.decision_id IS NULL) OVER following AS next_own
    FROM mine m JOIN workflow_assurance a ON a.listing_id = m.id
    WHERE a.undone_at IS NULL
      AND (m.stage IN ('assured', 'published') OR m.hidden_because = '{lapsed}')
    WINDOW following AS (PARTITION BY a.listing_id ORDER BY a.created_at)
),
came AS (
    SELECT c.*,
        EXISTS (
            SELECT 1 FROM workflow_confirmation f
            WHERE f.listing_id = c.listing_id AND f.source = 'provider'
              AND f.said_on >= c.due_on - %(soon)s
              AND f.said_on < c.due_on + %(overdue)s
        ) OR EXISTS (
            SELECT 1 FROM workflow_proposal p
            WHERE p.listing_id = c.listing_id AND p.by_provider AND p.kind <> 'new'
              AND p.created_at >= c.due_on - %(soon)s
              AND p.created_at < c.due_on + %(overdue)s
        ) OR coalesce(
            c.next_own AND c.next_on >= c.due_on - %(soon)s
            AND c.next_on < c.due_on + %(overdue)s, false
        ) AS answered
    FROM checks c
    WHERE c.due_on > %(since)s - %(lapsed)s AND c.due_on <= %(today)s
),
asked AS (
    SELECT organization_id, count(*) AS asked,
        count(*) FILTER (WHERE answered) AS answered
    FROM came
    WHERE due_on > %(since)s AND (
        answered
        OR (next_on IS NULL OR next_on >= due_on) AND due_on + %(overdue)s <= %(today)s
    )
    GROUP BY organization_id
),
lapses AS (
    SELECT organization_id, count(*) AS lapses FROM came
    WHERE NOT answered
      AND due_on + %(lapsed)s > %(since)s AND due_on + %(lapsed)s <= %(today)s
      AND (next_on IS NULL OR next_on >= due_on + %(lapsed)s)
    GROUP BY organization_id
),
said AS (
    SELECT m.organization_id, p.id, p.listing_id, p.kind, p.by_provider,
        p.proposer_id, p.created_at, p.decided_at
    FROM mine m JOIN workflow_proposal p ON p.listing_id = m.id
    WHERE p.decided_at > %(since)s AND p.source_id IS NULL AND p.kind <> 'new'
    UNION ALL
    SELECT b.organization_id, p.id, p.listing_id, p.kind, p.by_provider,
        p.proposer_id, p.created_at, p.decided_at
    FROM bodies b JOIN workflow_proposal p ON p.record_id = b.organization_id
    WHERE p.decided_at > %(since)s AND p.source_id IS NULL
      AND p.partnership_id = %(place)s
),
decided AS (
    SELECT s.organization_id, s.id, s.by_provider, s.decided_at, c.verdict
    FROM said s
    JOIN workflow_change c ON c.proposal_id = s.id
    JOIN workflow_decision d ON d.id = c.decision_id
    WHERE d.undone_at IS NULL AND d.decided_by_id IS DISTINCT FROM s.proposer_id
      AND c.verdict IN ('accepted', 'changed', 'rejected')
),
sent AS (
    SELECT organization_id,
        count(*) FILTER (WHERE verdict = 'accepted') AS accepted,
        count(*) FILTER (WHERE verdict = 'changed') AS changed,
        count(*) FILTER (WHERE verdict = 'rejected') AS rejected
    FROM decided WHERE by_provider GROUP BY organization_id
),
upheld AS (
    SELECT organization_id, id, decided_at FROM decided
    WHERE NOT by_provider AND verdict <> 'rejected'
    UNION
    SELECT s.organization_id, s.id, s.decided_at
    FROM said s JOIN workflow_effort e ON e.listing_id = s.listing_id
    WHERE NOT s.by_provider AND s.kind IN ('report', 'closure')
      AND e.kind = 'correct' AND e.taken_back_at IS NULL
      AND e.created_at BETWEEN s.created_at AND s.decided_at
),
errors AS (
    SELECT organization_id,
        count(*) FILTER (WHERE decided_at > %(lately)s) AS errors,
        count(*) FILTER (WHERE decided_at <= %(lately)s) AS errors_before
    FROM upheld GROUP BY organization_id
),
people AS (
    SELECT g.content_object_id AS organization_id,
        count(DISTINCT g.user_id) AS people
    FROM directory_organizationgrant g
    JOIN accounts_user u ON u.id = g.user_id AND u.is_active
    JOIN bodies b ON b.organization_id = g.content_object_id
    GROUP BY g.content_object_id
),
facts AS (
    SELECT b.organization_id, b.services,
        coalesce(l.level, 'proxy') AS level, l.decided_at,
        coalesce(p.people, 0) AS people,
        coalesce(a.asked, 0) AS asked, coalesce(a.answered, 0) AS answered,
        coalesce(s.accepted, 0) AS accepted, coalesce(s.changed, 0) AS changed,
        coalesce(s.rejected, 0) AS rejected,
        coalesce(e.errors, 0) AS errors,
        coalesce(e.errors_before, 0) AS errors_before,
        coalesce(x.lapses, 0) AS lapses
    FROM bodies b
    LEFT JOIN workflow_assurancelevel l
        ON l.partnership_id = %(place)s AND l.organization_id = b.organization_id
    LEFT JOIN people p ON p.organization_id = b.organization_id
    LEFT JOIN asked a ON a.organization_id = b.organization_id
    LEFT JOIN sent s ON s.organization_id = b.organization_id
    LEFT JOIN errors e ON e.organization_id = b.organization_id
    LEFT JOIN lapses x ON x.organization_id = b.organization_id
)
INSERT INTO workflow_leveladvice
    (id, created_at, partnership_id, organization_id, as_at, advice, facts)
SELECT gen_random_uuid(), %(now)s, %(place)s, organization_id, %(today)s,
    CASE
        WHEN level <> 'proxy' AND errors >= %(many_errors)s AND errors > errors_before
            THEN 'step_down'
        WHEN level = 'proxy' AND people > 0 AND services > 0 AND lapses = 0
            AND answered + accepted + changed >= %(shows)s
            AND errors + errors_before <= %(errors_allowed)s
            THEN 'ready'
        WHEN level = 'monitored' AND people > 0 AND services > 0 AND lapses = 0
            AND decided_at <= %(monitored_since)s AND errors = 0
            AND accepted + changed + rejected >= %(changes)s
            AND 100 * (accepted + changed)
                >= %(percent)s * (accepted + changed + rejected)
            AND answered >= 1 AND 100 * answered >= %(percent)s * asked
            THEN 'ready'
        ELSE ''
    END,
    jsonb_build_object(
        'services', services, 'people', people, 'asked', asked,
        'answered', answered, 'accepted', accepted, 'changed', changed,
        'rejected', rejected, 'errors', errors, 'errors_before', errors_before,
        'lapses', lapses
    )
FROM facts
ON CONFLICT (partnership_id, organization_id) DO UPDATE
    SET advice = excluded.advice, facts = excluded.facts, as_at = excluded.as_at,
        created_at = excluded.created_at
"""


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many calendar months earlier, clamped to the month's end."""
    earlier = day.year * 12 + day.month - 1 - months
    first = dt.date(earlier // 12, earlier % 12 + 1, 1)
    last = due_on(first, 1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def work_out(policy: Policy, only: Collection[Any] | None = None) -> int:
    """Count the facts of a place and keep what follows; how many organizations.

    ``only`` are organizations to do again, else it is all of them, and what no longer
    runs anything is let go of.
    """
    today = clock.today()
    values: dict[str, Any] = {
        "place": policy.partnership_id, "every": only is None,
        "only": [str(key) for key in only or ()], "now": clock.now(), "today": today,
        "since": months_before(today, MONTHS),
        "lately": months_before(today, LATELY_MONTHS),
        "monitored_since": months_before(today, MONITORED_MONTHS),
        "soon": policy.due_soon_days, "overdue": policy.overdue_days,
        "lapsed": policy.lapsed_days, "shows": SHOWS, "changes": CHANGES,
        "errors_allowed": ERRORS_ALLOWED, "percent": PERCENT,
        "many_errors": MANY_ERRORS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WORK_OUT, values)
        done = cursor.rowcount
    if only is None:
        gone = LevelAdvice.objects.filter(partnership_id=policy.partnership_id)
        gone.filter(as_at__lt=today).delete()
    return done


def counts(place: Partnership) -> dict[str, int]:
    """How many organizations run something in a place (``""``), how many of them are at
    each level, and of how many something is advised: three queries."""
    run_by = Listing.objects.filter(partnership=place, organization_id__isnull=False)
    mine = Organization.objects.filter(pk__in=run_by.values("organization_id"))
    every = mine.count()
    here = {"partnership": place, "organization_id__in": mine.values("pk")}
    levels = AssuranceLevel.objects.filter(**here)
    found = dict(levels.order_by().values_list("level").annotate(Count("pk")))
    advice = LevelAdvice.objects.filter(**here).exclude(advice="")
    found |= dict(advice.order_by().values_list("advice").annotate(Count("pk")))
    higher = found.get(Level.MONITORED, 0) + found.get(Level.TRUSTED, 0)
    return found | {"": every, Level.PROXY.value: every - higher}


# --- in words -------------------------------------------------------------------------

NEXT = {Level.PROXY.value: Level.MONITORED, Level.MONITORED.value: Level.TRUSTED}
DOWN = {Level.TRUSTED.value: Level.MONITORED, Level.MONITORED.value: Level.PROXY}

RULE = {
    "From kept for them to monitored": (
        f"somebody there has an account, and at least {SHOWS} answers in time or "
        f"changes of theirs were good in {MONTHS} months; nothing lapsed for want of "
        f"their answer, and at most {ERRORS_ALLOWED} error that others reported was "
        "upheld."
    ),
    "From monitored to trusted": (
        f"monitored for {MONITORED_MONTHS} months; at least {CHANGES} changes of "
        f"theirs decided in {MONTHS} months and {PERCENT}% of them good, also after a "
        f"touch of ours; {PERCENT}% of what they were asked answered in time, once at "
        f"least; nothing lapsed for want of their answer, and no error upheld in the "
        f"last {LATELY_MONTHS} months."
    ),
    "A step down is suggested": (
        f"{MANY_ERRORS} or more errors that others reported were upheld in the last "
        f"{LATELY_MONTHS} months, and more than in the {LATELY_MONTHS} before."
    ),
}
"""The rule as a lead reads it: what leads where."""

ADVICE_WORDS = {
    (Advice.READY.value, Level.PROXY.value): "Ready to be monitored",
    (Advice.READY.value, Level.MONITORED.value): "Ready to be trusted",
    (Advice.STEP_DOWN.value, Level.MONITORED.value): "Look at keeping it for them",
    (Advice.STEP_DOWN.value, Level.TRUSTED.value): "Look at monitoring it again",
}


def sentences(facts: Mapping[str, int]) -> list[str]:
    """The facts of twelve months, one plain sentence each."""
    if not facts:
        return []
    decided = facts["accepted"] + facts["changed"] + facts["rejected"]
    said = [
        (
            f"{counted(facts['people'], 'person,people')} there "
            f"{'has' if facts['people'] == 1 else 'have'} an account."
        ),
        f"Asked {counted(facts['asked'], 'time')}, answered in time "
        f"{counted(facts['answered'], 'time')}."
        if facts["asked"]
        else "Nothing has been asked of them.",
        f"{counted(decided, 'change')} of theirs decided: {facts['accepted']} "
        f"accepted as sent, {facts['changed']} changed, {facts['rejected']} rejected."
        if decided
        else "They have sent no change that was decided.",
        (
            f"{counted(facts['errors'], 'error')} that others reported "
            f"{'was' if facts['errors'] == 1 else 'were'} upheld in the last six "
            f"months, {facts['errors_before']} in the six before."
        ),
        f"{counted(facts['lapses'], 'record')} lapsed without an answer of theirs."
        if facts["lapses"]
        else "Nothing lapsed for want of an answer.",
    ]
    return [sentence[0].upper() + sentence[1:] for sentence in said]
