"""The lead's figures: each defined once, for the number and for the list behind it.

A figure about listings is a condition on them, so that all are counted in one query
over the stored columns and the list shows exactly what was counted. Grades come from
``directory/freshness.py`` with the place's policy.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from common import clock
from directory import freshness
from directory.choices import EntryKind
from directory.models import OrganizationGrant
from workflow import listing_counts
from workflow.choices import Grade, Hidden, ProposalKind, ProposalState, Stage
from workflow.models import Assurance, Decision, Listing, Policy, Proposal

RECENT = dt.timedelta(days=90)
"""How far back one-handed decisions and checks are counted."""
LATELY = dt.timedelta(days=30)
"""How far back the checks that were made are counted."""
NEAR_LAPSING = dt.timedelta(days=14)
"""How long before it lapses a record is said to be slipping."""


def graded(policy: Policy, grade: str, today: dt.date, name: str = "due_on") -> Q:
    """The condition for having this grade today, over a column with the due date."""
    if grade == Grade.NEVER:
        return Q(**{f"{name}__isnull": True})
    first, last = freshness.due_between(
        grade,
        today,
        due_soon_days=policy.due_soon_days,
        overdue_days=policy.overdue_days,
        lapsed_days=policy.lapsed_days,
    )
    where = Q(**{f"{name}__isnull": False})
    if first:
        where &= Q(**{f"{name}__gte": first})
    if last:
        where &= Q(**{f"{name}__lte": last})
    return where


def grade_of(listing: Listing, policy: Policy, today: dt.date) -> str:
    """The grade of one listing today, under its place's policy, which is handed in."""
    return freshness.grade(
        listing.due_on,
        today,
        due_soon_days=policy.due_soon_days,
        overdue_days=policy.overdue_days,
        lapsed_days=policy.lapsed_days,
    )


Where = Callable[[Policy, dt.date], Q]
Rows = Callable[[Policy, dt.datetime], QuerySet[Any]]


@dataclass(frozen=True)
class Figure:
    """A number with its definition. ``where`` for listings, else ``rows``.

    ``noun`` is what is counted, with an odd plural after a comma.
    """

    slug: str
    label: str
    definition: str
    group: str
    where: Where | None = None
    rows: Rows | None = None
    noun: str = "record"


PUBLIC = Q(stage=Stage.PUBLISHED, open_to_all=True)
"""What the public sees: ``queries.may_be_public`` as a condition."""


def _published(grade: str) -> Where:
    def where(policy: Policy, today: dt.date) -> Q:
        return PUBLIC & graded(policy, grade, today)

    return where


def _hidden(reason: str) -> Where:
    def where(policy: Policy, today: dt.date) -> Q:
        return Q(stage=Stage.UNPUBLISHED, hidden_because__contains=[reason])

    return where


def _critical(policy: Policy, today: dt.date) -> Q:
    lapsed = graded(policy, Grade.LAPSED, today)
    return PUBLIC & Q(critical=True) & lapsed


def _fresh(policy: Policy, today: dt.date) -> Q:
    return PUBLIC & Q(due_on__gt=today)


def _behind(policy: Policy, today: dt.date) -> Q:
    late = graded(policy, Grade.OVERDUE, today) | graded(policy, Grade.LAPSED, today)
    open_to_all = Q(open_to_all=True)
    hidden = Q(stage=Stage.UNPUBLISHED, hidden_because__contains=[Hidden.LAPSED])
    return PUBLIC & late | open_to_all & hidden


def _slipping(policy: Policy, today: dt.date) -> Q:
    lapses = today - dt.timedelta(days=policy.lapsed_days)
    last = min(today, lapses + NEAR_LAPSING)
    return PUBLIC & Q(due_on__gt=lapses, due_on__lte=last)


def _unowned(policy: Policy, today: dt.date) -> Q:
    return Q(remit=None) & ~Q(stage__in=(Stage.DRAFT, Stage.UNPUBLISHED))


def _unclaimed(policy: Policy, today: dt.date) -> Q:
    editors = OrganizationGrant.objects.filter(
        content_object_id=OuterRef("organization_id"), user__is_active=True
    )
    return PUBLIC & Q(~Exists(editors))


def waiting(policy: Policy, now: dt.datetime) -> QuerySet[Proposal]:
    """Open at an instant: made by then, and not decided or taken back by then."""
    return Proposal.objects.filter(
        Q(decided_at=None) | Q(decided_at__gt=now),
        partnership_id=policy.partnership_id,
        created_at__lte=now,
    ).order_by("created_at")


def _late(policy: Policy, now: dt.datetime) -> QuerySet[Proposal]:
    reports = (ProposalKind.REPORT, ProposalKind.CLOSURE)
    return waiting(policy, now).filter(kind__in=reports, answer_by__lt=now)


def _answered(*, in_time: bool) -> Rows:
    def rows(policy: Policy, now: dt.datetime) -> QuerySet[Proposal]:
        found = Proposal.objects.filter(
            partnership_id=policy.partnership_id,
            kind__in=(ProposalKind.REPORT, ProposalKind.CLOSURE),
            state=ProposalState.DECIDED,
            answer_by__isnull=False,
            decided_at__lte=now,
            decided_at__gt=now - RECENT,
        ).order_by("-decided_at")
        late = Q(decided_at__gt=F("answer_by"))
        return found.filter(~late if in_time else late)

    return rows


def share_in_time(found: dict[str, int]) -> int | None:
    """Of the reports that were answered lately, what percentage was in time, rounded
    down; None where none was answered. ``found`` is what ``counts`` gave."""
    in_time, late = found["answered-in-time"], found["answered-late"]
    return in_time * 100 // (in_time + late) if in_time + late else None


def _single_decisions(policy: Policy, now: dt.datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(
        proposal__partnership_id=policy.partnership_id,
        single_handed=True,
        undone_at=None,
        decided_at__lte=now,
        decided_at__gt=now - RECENT,
    ).order_by("-decided_at")


def _single_checks(policy: Policy, now: dt.datetime) -> QuerySet[Assurance]:
    return Assurance.objects.filter(
        listing__partnership_id=policy.partnership_id,
        single_handed=True,
        undone_at=None,
        created_at__lte=now,
        created_at__gt=now - RECENT,
    ).order_by("-created_at")


def _checks(policy: Policy, now: dt.datetime) -> QuerySet[Assurance]:
    return Assurance.objects.filter(
        listing__partnership_id=policy.partnership_id,
        undone_at=None,
        created_at__lte=now,
        created_at__gt=now - LATELY,
    ).order_by("-created_at")


GLANCE = "At a glance"
FRESHNESS = "How fresh what is published is"
WAITING = "What is waiting"
HIDING = "Not public, and why"
OWNERS = "Who keeps it"

_GRADES = (
    ("not-due", Grade.CURRENT, "Not due yet",
     "Published, checked, and not due for another check soon."),
    ("due-soon", Grade.DUE_SOON, "Due soon",
     "Published; the next check falls due within the days that the policy names."),
    ("due", Grade.DUE, "Due now",
     "Published; the day of the next check has come, and it is not overdue yet."),
    ("overdue", Grade.OVERDUE, "Overdue",
     "Published, and past its day by what the policy allows, but not lapsed."),
    ("lapsed", Grade.LAPSED, "Lapsed, still public",
     "Published, not checked in time, and not hidden: kept, or waiting for you."),
    ("carried-over", Grade.NEVER, "Carried over",
     "Published without a check: taken over from another directory, for a while."),
)  # fmt: skip

GRADED = tuple(slug for slug, *_ in _GRADES)
"""Parts of what is published; together they are all of it."""

_REASONS = {
    Hidden.WITHDRAWN: "Taken away by those who run it, or by an assurer.",
    Hidden.CLOSED: "Closed for good.",
    Hidden.LAPSED: "Not checked in time. A check brings it back by itself.",
    Hidden.PERSONAL_DATA: "Taken away because it held personal data.",
    Hidden.DUPLICATE: "The same service is there under another record.",
    Hidden.CARRIED_OVER_ENDED: "Carried over, and not checked before the agreed day.",
    Hidden.REFUSED: "Refused by an assurer before it was ever public.",
    Hidden.OUT_OF_SCOPE: "Not a service that this directory lists.",
    Hidden.ABANDONED: "Begun, and never finished by whoever sent it in.",
}

FIGURES: tuple[Figure, ...] = (
    Figure(
        "published",
        "Published",
        "Every record that the public can see today.",
        GLANCE,
        lambda policy, today: PUBLIC,
    ),
    Figure(
        "in-date",
        "In date",
        "Published and checked, and the day of the next check has not come.",
        GLANCE,
        _fresh,
    ),
    Figure(
        "behind",
        "Behind",
        "Overdue or lapsed by what the policy allows: still public, or hidden for "
        "want of a check.",
        GLANCE,
        _behind,
    ),
    *(
        Figure(slug, label, definition, FRESHNESS, _published(grade))
        for slug, grade, label, definition in _GRADES
    ),
    Figure(
        "waiting",
        "Waiting for a decision",
        "Suggestions, reports and new services that nobody has finished deciding.",
        GLANCE,
        rows=waiting,
        noun="suggestion",
    ),
    Figure(
        "late",
        "Reports past their time",
        "Reports of something wrong, of harm or of closure that are not answered "
        "although their clock has run out.",
        GLANCE,
        rows=_late,
        noun="report",
    ),
    Figure(
        "answered-in-time",
        "Reports answered in time",
        "Reports of something wrong, of harm or of closure of the last 90 days that "
        "were answered before their clock ran out. While the provider is asked it "
        "stands still.",
        WAITING,
        rows=_answered(in_time=True),
        noun="report",
    ),
    Figure(
        "answered-late",
        "Reports answered late",
        "Reports of the last 90 days that were answered after their clock ran out.",
        WAITING,
        rows=_answered(in_time=False),
        noun="report",
    ),
    Figure(
        "checks",
        "Checks of the last 30 days",
        "How often somebody vouched for a whole record in the last 30 days. A check "
        "that was undone does not count.",
        GLANCE,
        rows=_checks,
        noun="check",
    ),
    Figure(
        "slipping",
        "Lapsing within two weeks",
        "Public, past its day, and lapsed within 14 days unless somebody checks it.",
        WAITING,
        _slipping,
    ),
    Figure(
        "critical",
        "Critical and lapsed",
        "Public, marked as critical, and not checked in time. No machine hides "
        "these: a person decides on each.",
        WAITING,
        _critical,
    ),
    Figure(
        "first-to-plan",
        "First checks to plan",
        "Published, never checked, and no day is planned for the first check yet.",
        WAITING,
        lambda policy, today: PUBLIC & Q(due_on=None, first_due_on=None),
    ),
    Figure(
        "first-late",
        "First checks past their day",
        "Published and never checked although the day that was planned for it is over.",
        WAITING,
        lambda policy, today: PUBLIC & Q(due_on=None, first_due_on__lt=today),
    ),
    Figure(
        "to-publish",
        "Assured, not public yet",
        "An assurer vouched for it; a publisher has not let it out.",
        WAITING,
        lambda policy, today: Q(stage=Stage.ASSURED),
    ),
    *(
        Figure(
            f"hidden-{reason.value.replace('_', '-')}",
            reason.label,
            f"Not public. {sentence} A record with several reasons counts for each.",
            HIDING,
            _hidden(reason),
        )
        for reason, sentence in _REASONS.items()
    ),
    Figure(
        "partners-only",
        "For partners only",
        "Assured and released, but not open: only those who work for a partner, or "
        "who keep the record, see it.",
        HIDING,
        lambda policy, today: Q(stage=Stage.PUBLISHED, open_to_all=False),
    ),
    Figure(
        "unowned",
        "In nobody’s area of work",
        "On its way or public, and no area of work answers for it. Hand it over.",
        OWNERS,
        _unowned,
    ),
    Figure(
        "unclaimed",
        "Not claimed",
        "Published, and nobody at the organisation has an account to keep it.",
        OWNERS,
        _unclaimed,
    ),
    Figure(
        "signposts",
        "Entries that only point elsewhere",
        "Published, and an assurer said that they only lead to another body: nobody "
        "can be sent there.",
        OWNERS,
        lambda policy, today: PUBLIC & Q(entry=EntryKind.SIGNPOST),
    ),
    Figure(
        "cards",
        "Entries that are only an organisation’s card",
        "Published, and an assurer said that they tell who a body is, not what it "
        "offers.",
        OWNERS,
        lambda policy, today: PUBLIC & Q(entry=EntryKind.BODY),
    ),
    Figure(
        "single-handed",
        "Decided single-handed",
        "Decisions of the last 90 days in which one person was both pairs of eyes: "
        "a trusted organisation's own, or correct and check.",
        OWNERS,
        rows=_single_decisions,
        noun="decision",
    ),
    Figure(
        "single-handed-checks",
        "Checked single-handed",
        "Checks of the last 90 days by the organisation itself, or in one act with "
        "a correction.",
        OWNERS,
        rows=_single_checks,
        noun="check",
    ),
)
BY_SLUG = {figure.slug: figure for figure in FIGURES}
HEADLINES = tuple(figure for figure in FIGURES if figure.group == GLANCE)
"""The six that a lead looks at first. Each has a history (``workflow/trends.py``)."""


def listings(policy: Policy) -> QuerySet[Listing]:
    """Every listing of the place, whatever its stage."""
    return Listing.objects.filter(partnership_id=policy.partnership_id)


def members(figure: Figure, policy: Policy, now: dt.datetime) -> QuerySet[Any]:
    """Exactly what the figure counts."""
    if figure.rows:
        return figure.rows(policy, now)
    found = listings(policy).order_by("due_on", "title", "pk")
    if figure.where:
        found = found.filter(figure.where(policy, clock.london_day(now)))
    return found


def counts(policy: Policy, now: dt.datetime) -> dict[str, int]:
    """Every figure by slug: one query over what the database keeps counted, one for the
    listings that have to be looked at, one for each of the others."""
    today = clock.london_day(now)
    asked = {
        figure.slug: figure.where(policy, today) for figure in FIGURES if figure.where
    }
    found = of_listings(policy, asked)
    for figure in FIGURES:
        if figure.rows:
            found[figure.slug] = figure.rows(policy, now).count()
    return found


def of_listings(policy: Policy, asked: dict[str, Q]) -> dict[str, int]:
    """How many listings meet each condition: kept counts as far as they answer."""
    kept = {name: q for name, q in asked.items() if listing_counts.answers(q)}
    found = listing_counts.counted(policy, kept)
    rest = {
        name: Count("pk", filter=q) for name, q in asked.items() if name not in kept
    }
    return found | (listings(policy).aggregate(**rest) if rest else {})
