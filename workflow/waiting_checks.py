"""The records that one person may check next, longest due first.

Nothing is listed that ``workflow/access/`` would not let the person do.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.access import Person
from accounts.models import User
from accounts.permissions import Permission
from common import clock
from workflow import access, figures, oldest_first, sections
from workflow.actions.telling import UNDO
from workflow.choices import Grade, Hidden, ProposalKind, ProposalState, Stage
from workflow.models import Assurance, CheckClaim, Listing, Policy, Proposal
from workflow.narrowed import Filters, why_checked
from workflow.sections import DUE, LAPSED, NEVER, OVERDUE, SECTIONS, SOON, WEEK, Section


@dataclass(frozen=True)
class Reach:
    """Where a person's work is: the policies by which their checks are graded, and the
    part of the table to look in, by the ids of areas of work and organizations.

    No rule: ``where`` only keeps a queue from costing what there is instead of what is
    in it.
    """

    policies: Sequence[Policy]
    where: Q

    def but(self, away: frozenset[Any]) -> Sequence[Policy]:
        """The policies of the places where they work. Of one place, and not of one or
        another, an index has what is due in its order."""
        return [one for one in self.policies if one.partnership_id not in away]


def reach_of(user: Person) -> Reach:
    """Where the work of a person is."""
    me = access.authority_of(user)
    places = me.partners_places(Permission.ASSURE).union(me.trusted)
    own = me.belonging.own
    # Without them what may be checked lies in the areas of work, and says so itself.
    where = me.belonging.listings() | Q(organization_id__any_of=own) if own else Q()
    return Reach(list(Policy.objects.filter(partnership__in=places)), where)


def _checkable(user: Person, filters: Filters, reach: Reach) -> QuerySet[Listing]:
    """Records whose check is worth something: public, or hidden for want of one."""
    rows = access.checkable_by(user).filter(
        reach.where,
        Q(stage__in=(Stage.ASSURED, Stage.PUBLISHED))
        | Q(stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]),
    )
    rows = rows.exclude(partnership__in=filters.away)
    rows = rows.filter(filters.about(), why_checked(filters.why))
    if filters.days:
        rows = rows.filter(due_on__lte=clock.today() - dt.timedelta(days=filters.days))
    held = CheckClaim.objects.filter(listing=OuterRef("pk"), until__gt=clock.now())
    if filters.whose == "mine":
        rows = rows.filter(Exists(held.filter(by_id=user.pk)))
    elif filters.whose == "others":
        rows = rows.filter(Exists(held.exclude(by_id=user.pk)))
    elif filters.whose == "free":
        rows = rows.filter(~Exists(held))
    return rows


def _where(section: Section, policies: Sequence[Policy], today: dt.date) -> Q:
    """The condition for a section of checks, place by place with its own policy."""
    if section == NEVER:
        return _first_checks(policies, today)
    grade = Grade.DUE_SOON if section in (WEEK, SOON) else Grade(section.slug)
    where = Q(pk__in=[])
    for policy in policies:
        where |= Q(partnership_id=policy.partnership_id) & figures.graded(
            policy, grade, today
        )
    last = today + dt.timedelta(days=7)
    week, later = Q(due_on__lte=last), Q(due_on__gt=last)
    return where & {WEEK: week, SOON: later}.get(section, Q())


def _first_checks(policies: Sequence[Policy], today: dt.date) -> Q:
    """What was never checked and has no day for it, or whose day is near."""
    where = Q(pk__in=[])
    for policy in policies:
        soon = today + dt.timedelta(days=policy.due_soon_days)
        near = Q(first_due_on=None) | Q(first_due_on__lte=soon)
        where |= Q(partnership_id=policy.partnership_id, due_on=None) & near
    return where


_LONGEST_DUE = (
    F("due_on").asc(nulls_last=True), F("first_due_on").asc(nulls_last=True),
    "carried_over_until", "title", "pk",
)  # fmt: skip


def _with_what_is_checked(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    return rows.select_related(
        "record__revision", "remit", "assurance", "partnership__policy",
        "check_claim__by",
    ).order_by(*_LONGEST_DUE)  # fmt: skip


def checks(
    user: Person,
    section: Section,
    filters: Filters,
    today: dt.date,
    reach: Reach,
) -> QuerySet[Listing]:
    """The records of one section of checks, longest due first, ready to be shown."""
    where = _where(section, reach.but(filters.away), today)
    return _with_what_is_checked(_checkable(user, filters, reach).filter(where))


def next_check(
    user: User, section: Section, filters: Filters, today: dt.date, *, after: Listing
) -> Listing | None:
    """The record of a section after this one that nobody else is on; the first again
    after the last, or after the last that the queue counts."""
    rows = checks(user, section, filters, today, reach_of(user)).exclude(
        Q(check_claim__until__gt=clock.now()) & ~Q(check_claim__by_id=user.pk)
    )
    found = list(rows.values_list("pk", flat=True)[: sections.MOST])
    if after.pk in found:
        place = found.index(after.pk)
        found = found[place + 1 :] + found[:place]
    return Listing.objects.get(pk=found[0]) if found else None


def is_check(section: Section) -> bool:
    return section in (WEEK, DUE, SOON, OVERDUE, LAPSED, NEVER)


def soonest_due(
    user: Person, today: dt.date, away: frozenset[Any], reach: Reach
) -> Listing | None:
    """The record whose check falls due next, for a queue that is empty."""
    # Of one place after the other, as an index has them.
    later = _checkable(user, Filters(away=away), reach).filter(due_on__gt=today)
    in_order = later.order_by(*_LONGEST_DUE)
    firsts = (
        in_order.filter(partnership=one.partnership_id).first()
        for one in reach.but(away)
    )
    soonest = [one for one in firsts if one]
    return min(soonest, key=lambda one: (one.due_on or today, one.title), default=None)


def undoable_checks(user: User, now: dt.datetime) -> QuerySet[Assurance]:
    """The person's checks that can still be undone, latest first, each with whether
    somebody's suggestion about the record waits (``is_open``)."""
    still = Proposal.objects.filter(
        listing=OuterRef("listing"), state=ProposalState.OPEN
    )
    return (
        Assurance.objects.filter(
            assured_by_id=user.pk, undone_at=None, created_at__gte=now - UNDO
        )
        .exclude(decision__proposal__kind=ProposalKind.NEW)
        .annotate(is_open=Exists(still))
        .select_related("listing", "decision")
        .order_by("-created_at")
    )


def starts(
    user: Person, filters: Filters, reach: Reach, today: dt.date, most: int
) -> oldest_first.Starts:
    rows = _checkable(user, filters, reach)
    parts = [
        oldest_first.Part(
            section.slug, policy.partnership_id, _where(section, [policy], today)
        )
        for section in SECTIONS
        if is_check(section)
        for policy in reach.but(filters.away)
    ]
    return oldest_first.of_conditions(
        rows, parts, _LONGEST_DUE, most=most, limit=sections.MOST + 1
    )


def at(ids: Sequence[Any]) -> dict[Any, Listing]:
    if not ids:
        return {}
    return {x.pk: x for x in _with_what_is_checked(Listing.objects.filter(pk__in=ids))}
