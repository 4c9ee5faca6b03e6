"""What one person may do next, oldest duty first: the queries of the queue.

Nothing is listed that ``workflow/access.py`` would not let the person do.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.access import Person, ids_with, partners_with
from accounts.models import Partner, User
from accounts.permissions import Permission
from common import clock
from workflow import access, figures
from workflow.actions.telling import UNDO
from workflow.choices import Grade, Hidden, ProposalKind, Stage, Verdict
from workflow.models import (
    Assurance,
    Change,
    Decision,
    Listing,
    Policy,
    Proposal,
    Record,
    Release,
    Remit,
    Revision,
)


@dataclass(frozen=True)
class Section:
    """A part of the queue. ``minutes`` is what one item is reckoned to take."""

    slug: str
    title: str
    noun: str
    minutes: int


REPORTS = Section("reports", "Reports and closures", "report", 10)
CHANGES = Section("changes", "Changes", "suggestion", 4)
NEW = Section("new", "New services", "new service", 20)
LINES = Section("lines", "Public lines", "number", 2)
TO_PUBLISH = Section("publish", "To publish", "record", 3)
WEEK = Section("week", "Due this week", "record", 10)
DUE = Section("due", "Due now", "record", 10)
SOON = Section("soon", "Due soon", "record", 10)
OVERDUE = Section("overdue", "Overdue", "record", 10)
LAPSED = Section("lapsed", "Lapsed: ring them", "record", 10)
NEVER = Section("never", "Never checked", "record", 15)

SECTIONS = (
    REPORTS,
    CHANGES,
    NEW,
    LINES,
    TO_PUBLISH,
    WEEK,
    DUE,
    SOON,
    OVERDUE,
    LAPSED,
    NEVER,
)
BY_SLUG = {section.slug: section for section in SECTIONS}
_PROPOSALS = {
    REPORTS.slug: (ProposalKind.REPORT, ProposalKind.CLOSURE),
    CHANGES.slug: (ProposalKind.EDIT,),
    NEW.slug: (ProposalKind.NEW,),
}


@dataclass(frozen=True)
class Filters:
    """What the person wants to see of their queue.

    ``whose``: ``""`` for everybody's, ``mine`` for what they have started, ``free`` for
    what nobody is on. ``remit`` is the id of one area of work; ``away`` are the ids of
    the person's places that they are not working in.
    """

    whose: str = ""
    remit: str = ""
    away: frozenset[Any] = frozenset()


def has_queue(user: Person) -> bool:
    """Whether the person decides, checks or publishes anything anywhere."""
    return (
        partners_with(user, Permission.ASSURE).exists()
        or access.places_with(user, Permission.PUBLISH).exists()
        or access.trusted_own_by(user).exists()
    )


def remits_of(user: Person, away: frozenset[Any]) -> QuerySet[Remit]:
    """The areas of work in which the person assures, in the place they work in."""
    mine = Remit.objects.filter(partner__in=ids_with(user, Permission.ASSURE, Partner))
    return mine.exclude(partnership__in=away).order_by("name")


# --- proposals ------------------------------------------------------------------------


def _decidable(user: Person, filters: Filters, now: dt.datetime) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(pk__in=access.decidable_by(user).values("pk"))
    rows = rows.exclude(partnership__in=filters.away)
    if filters.remit:
        rows = rows.annotate(in_remit=access.remit_of_proposals())
        rows = rows.filter(in_remit=filters.remit)
    held = Q(claimed_until__gt=now)
    if filters.whose == "mine":
        rows = rows.filter(held, claimed_by_id=user.pk)
    elif filters.whose == "free":
        rows = rows.exclude(held)
    return rows


def proposals(
    user: Person, section: Section, filters: Filters, now: dt.datetime
) -> QuerySet[Proposal]:
    """The suggestions of one section, oldest duty first, ready to be shown."""
    waiting = Change.objects.filter(verdict=Verdict.PENDING).select_related("record")
    return (
        _decidable(user, filters, now)
        .filter(kind__in=_PROPOSALS[section.slug])
        .select_related("listing__remit", "record", "claimed_by", "proposer_partner")
        .prefetch_related(Prefetch("changes", queryset=waiting, to_attr="waiting"))
        .order_by(F("answer_by").asc(nulls_last=True), "created_at", "pk")
    )


def next_proposal(
    user: Person,
    now: dt.datetime,
    *,
    after: Any = None,
    away: frozenset[Any] = frozenset(),
) -> Proposal | None:
    """What the person should open next: the oldest duty that nobody else is on."""
    mine = Q(claimed_by_id=user.pk)
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    rows = (
        _decidable(user, Filters(away=away), now)
        .filter(mine | free)
        .exclude(pk=after)
        .only("pk", "kind", "answer_by", "created_at")
        .order_by(F("answer_by").asc(nulls_last=True), "created_at", "pk")
    )
    for kinds in _PROPOSALS.values():
        found = rows.filter(kind__in=kinds).first()
        if found:
            return found
    return None


def left(user: Person, now: dt.datetime, *, after: Any, away: frozenset[Any]) -> int:
    """How many decisions wait for the person besides this one."""
    return _decidable(user, Filters(away=away), now).exclude(pk=after).count()


def visible_by(user: Person) -> QuerySet[Proposal]:
    """Suggestions the person may open: to decide, in their area, or decided by them,
    where they are not hidden from them by now."""
    return Proposal.objects.filter(
        Q(pk__in=access.decidable_by(user).values("pk"))
        | Q(listing__in=access.in_remit_by(user).values("pk"))
        | Q(listing__in=access.trusted_own_by(user).values("pk"))
        | Q(record__in=access.correctable_by(user).values("pk"))
        | Q(decisions__decided_by_id=user.pk)
        & ~Q(listing__in=access.withheld_from(user).values("pk"))
    ).distinct()


def undoable(user: User, now: dt.datetime) -> QuerySet[Decision]:
    """The person's decisions that can still be undone, latest first."""
    # What somebody told them is corrected again instead; a place that was added goes
    # by another suggestion; a new service is hidden.
    told = Change.objects.filter(decision=OuterRef("pk")).exclude(informant="")
    added = Revision.objects.filter(decision=OuterRef("pk"), number=1)
    return (
        Decision.objects.filter(
            ~Exists(told), ~Exists(added),
            decided_by_id=user.pk, undone_at=None, decided_at__gte=now - UNDO,
        )
        .exclude(proposal__kind=ProposalKind.NEW)
        .select_related("proposal__listing")
        .order_by("-decided_at")
    )  # fmt: skip


def undoable_checks(user: User, now: dt.datetime) -> QuerySet[Assurance]:
    """The person's checks that can still be undone, latest first."""
    return (
        Assurance.objects.filter(
            assured_by_id=user.pk, undone_at=None, created_at__gte=now - UNDO
        )
        .exclude(decision__proposal__kind=ProposalKind.NEW)
        .select_related("listing", "decision")
        .order_by("-created_at")
    )


# --- public lines and what waits for a publisher --------------------------------------


def lines(user: Person, filters: Filters) -> QuerySet[Release]:
    """Numbers that a provider stated to be public lines, waiting for an assurer."""
    rows = Release.objects.filter(
        listing__in=access.in_remit_by(user).values("pk"),
        accepted_at=None,
        revoked_at=None,
    ).exclude(Q(stated_by_id=user.pk) | Q(listing__partnership__in=filters.away))
    if filters.remit:
        rows = rows.filter(listing__remit_id=filters.remit)
    if filters.whose == "mine":
        rows = rows.none()
    return rows.select_related("listing", "stated_by").order_by("created_at", "pk")


def to_publish(user: Person, filters: Filters) -> QuerySet[Listing]:
    """Assured listings that a publisher has not let out."""
    rows = access.publishable_by(user).filter(stage=Stage.ASSURED)
    rows = rows.exclude(partnership__in=filters.away)
    if filters.remit:
        rows = rows.filter(remit_id=filters.remit)
    if filters.whose == "mine":
        rows = rows.none()
    return rows.select_related("remit").order_by("assured_on", "title", "pk")


# --- checks ---------------------------------------------------------------------------


def _checkable(user: Person, filters: Filters) -> QuerySet[Listing]:
    """Records whose check is worth something: public, or hidden for want of one."""
    rows = Listing.objects.filter(
        Q(stage__in=(Stage.ASSURED, Stage.PUBLISHED))
        | Q(stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]),
        pk__in=access.checkable_by(user).values("pk"),
    ).exclude(partnership__in=filters.away)
    if filters.remit:
        rows = rows.filter(remit_id=filters.remit)
    return rows.none() if filters.whose == "mine" else rows


def _policies(user: Person) -> list[Policy]:
    places = access.checkable_by(user).values("partnership_id")
    return list(Policy.objects.filter(partnership__in=places))


def _where(section: Section, policies: Sequence[Policy], today: dt.date) -> Q:
    """The condition for a section of checks, place by place with its own policy."""
    if section == NEVER:
        return Q(due_on=None)
    grade = Grade.DUE_SOON if section in (WEEK, SOON) else Grade(section.slug)
    where = Q(pk__in=[])
    for policy in policies:
        where |= Q(partnership_id=policy.partnership_id) & figures.graded(
            policy, grade, today
        )
    week = Q(due_on__lte=today + dt.timedelta(days=7))
    return where & {WEEK: week, SOON: ~week}.get(section, Q())


def checks(
    user: Person, section: Section, filters: Filters, today: dt.date
) -> QuerySet[Listing]:
    """The records of one section of checks, longest due first, ready to be shown."""
    where = _where(section, _policies(user), today)
    return (
        _checkable(user, filters)
        .filter(where)
        .select_related("record__revision", "remit", "assurance", "partnership__policy")
        .order_by(F("due_on").asc(nulls_last=True), "carried_over_until", "title", "pk")
    )


def is_check(section: Section) -> bool:
    return section in (WEEK, DUE, SOON, OVERDUE, LAPSED, NEVER)


def rows(
    user: Person, section: Section, filters: Filters, now: dt.datetime
) -> QuerySet[Any]:
    """The items of any section, oldest duty first."""
    if section.slug in _PROPOSALS:
        return proposals(user, section, filters, now)
    if section == LINES:
        return lines(user, filters)
    if section == TO_PUBLISH:
        return to_publish(user, filters)
    return checks(user, section, filters, clock.london_day(now))


def soonest_due(user: Person, today: dt.date, away: frozenset[Any]) -> Listing | None:
    """The record whose check falls due next, for a queue that is empty."""
    later = _checkable(user, Filters(away=away)).filter(due_on__gt=today)
    return later.order_by("due_on", "title").first()


# --- counting -------------------------------------------------------------------------


def counts(user: Person, filters: Filters, now: dt.datetime) -> dict[str, int]:
    """How many items each section holds, by slug: four queries whatever there is."""
    today = clock.london_day(now)
    policies = _policies(user)
    found: dict[str, int] = _decidable(user, filters, now).aggregate(
        **{
            slug: Count("pk", filter=Q(kind__in=kinds))
            for slug, kinds in _PROPOSALS.items()
        }
    )
    found |= _checkable(user, filters).aggregate(
        **{
            section.slug: Count("pk", filter=_where(section, policies, today))
            for section in SECTIONS
            if is_check(section)
        }
    )
    found[LINES.slug] = lines(user, filters).count()
    found[TO_PUBLISH.slug] = to_publish(user, filters).count()
    return found


def total(user: Person, away: frozenset[Any] = frozenset()) -> int:
    """How many things wait for this person, for the number in the navigation."""
    return sum(counts(user, Filters(away=away), clock.now()).values())


def minutes(found: dict[str, int]) -> int:
    """How long the queue is reckoned to take, in minutes."""
    return sum(BY_SLUG[slug].minutes * number for slug, number in found.items())


def organization_names(ids: Sequence[Any]) -> dict[str, str]:
    """The names of organizations by id as text, drafted ones included."""
    rows = Record.objects.filter(pk__in=[i for i in ids if i])
    return {str(pk): label for pk, label in rows.values_list("pk", "label")}
