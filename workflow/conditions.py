"""Which listings a figure counts: conditions over the columns of a listing.

Grades come from ``directory/freshness.py`` with the place's policy. Each condition
reads stored columns only, so that any number of them is counted in one pass and the
list behind a figure shows exactly what was counted.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from directory import freshness
from directory.models import OrganizationGrant
from workflow.choices import Grade, Hidden, Stage
from workflow.measuring import Where
from workflow.models import Listing, Policy
from workflow.report_clock import beginning_of

NEAR_LAPSING = dt.timedelta(days=14)
"""How long before it lapses a record is said to be slipping."""
LONG_LAPSED = dt.timedelta(days=28)
"""How long after it lapsed a record is said to be lapsed for long."""
STUCK_SUBMITTED = dt.timedelta(days=7)
STUCK_RETURNED = dt.timedelta(days=14)
STUCK_DRAFT = dt.timedelta(days=30)


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


PUBLIC = Q(stage=Stage.PUBLISHED, open_to_all=True)
"""What the public sees: ``queries.may_be_public`` as a condition."""
MOVING = ~Q(stage__in=(Stage.DRAFT, Stage.UNPUBLISHED))
"""What is on its way or public: somebody has to answer for it."""


def published(grade: str) -> Where:
    """Public, with this grade."""

    def where(policy: Policy, today: dt.date) -> Q:
        return PUBLIC & graded(policy, grade, today)

    return where


def hidden(reason: str) -> Where:
    """Not public, for this reason or for it too."""

    def where(policy: Policy, today: dt.date) -> Q:
        return Q(stage=Stage.UNPUBLISHED, hidden_because__contains=[reason])

    return where


def critical(policy: Policy, today: dt.date) -> Q:
    lapsed = graded(policy, Grade.LAPSED, today)
    return PUBLIC & Q(critical=True) & lapsed


def fresh(policy: Policy, today: dt.date) -> Q:
    return PUBLIC & Q(due_on__gt=today)


def behind(policy: Policy, today: dt.date) -> Q:
    late = graded(policy, Grade.OVERDUE, today) | graded(policy, Grade.LAPSED, today)
    open_to_all = Q(open_to_all=True)
    hidden_for_it = Q(stage=Stage.UNPUBLISHED, hidden_because__contains=[Hidden.LAPSED])
    return PUBLIC & late | open_to_all & hidden_for_it


def _lapses_after(policy: Policy, today: dt.date) -> dt.date:
    """The last due date that has lapsed today."""
    return today - dt.timedelta(days=policy.lapsed_days)


def behind_not_lapsed(policy: Policy, today: dt.date) -> Q:
    """Behind, and not lapsed: by its due date, which a hidden record may have lost."""
    lapsed = Q(due_on__lte=_lapses_after(policy, today), due_on__isnull=False)
    return behind(policy, today) & ~lapsed


def behind_lately(policy: Policy, today: dt.date) -> Q:
    last = _lapses_after(policy, today)
    return behind(policy, today) & Q(due_on__lte=last, due_on__gt=last - LONG_LAPSED)


def behind_long(policy: Policy, today: dt.date) -> Q:
    last = _lapses_after(policy, today)
    return behind(policy, today) & Q(due_on__lte=last - LONG_LAPSED)


def due_within(days: int) -> Where:
    """Public, and the next check, or the first one that is planned, falls due in so
    many days; what is due already is not counted."""

    def where(policy: Policy, today: dt.date) -> Q:
        last = today + dt.timedelta(days=days)
        again = Q(due_on__gt=today, due_on__lte=last)
        first = Q(due_on=None, first_due_on__gt=today, first_due_on__lte=last)
        return PUBLIC & (again | first)

    return where


def due_already(policy: Policy, today: dt.date) -> Q:
    """Public, and the day of its check, or of the first one, has come."""
    return PUBLIC & (Q(due_on__lte=today) | Q(due_on=None, first_due_on__lte=today))


def slipping(policy: Policy, today: dt.date) -> Q:
    lapses = _lapses_after(policy, today)
    last = min(today, lapses + NEAR_LAPSING)
    return PUBLIC & Q(due_on__gt=lapses, due_on__lte=last)


def stuck_submitted(policy: Policy, today: dt.date) -> Q:
    return Q(
        stage=Stage.SUBMITTED, submitted_at__lt=beginning_of(today - STUCK_SUBMITTED)
    )


def stuck_returned(policy: Policy, today: dt.date) -> Q:
    return Q(stage=Stage.DRAFT, returned_at__lt=beginning_of(today - STUCK_RETURNED))


def stuck_draft(policy: Policy, today: dt.date) -> Q:
    return Q(
        stage=Stage.DRAFT,
        returned_at=None,
        created_at__lt=beginning_of(today - STUCK_DRAFT),
    )


def unowned(policy: Policy, today: dt.date) -> Q:
    return Q(remit=None) & MOVING


def tied(policy: Policy, today: dt.date) -> Q:
    return unowned(policy, today) & ~Q(tied_remit_ids=[])


def in_none(policy: Policy, today: dt.date) -> Q:
    return unowned(policy, today) & Q(tied_remit_ids=[])


def unclaimed(policy: Policy, today: dt.date) -> Q:
    editors = OrganizationGrant.objects.filter(
        content_object_id=OuterRef("organization_id"), user__is_active=True
    )
    return PUBLIC & Q(~Exists(editors))
