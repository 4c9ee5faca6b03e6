"""What one person may do next, oldest duty first: the queries of the queue.

Nothing is listed that ``workflow/access/`` would not let the person do.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from accounts.access import Person
from accounts.models import User
from accounts.permissions import Permission
from common import clock, or_more, remembered
from workflow import access, figures, oldest_first, reviews
from workflow.access import Authority
from workflow.actions.telling import UNDO
from workflow.choices import (
    Grade,
    Hidden,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.models import (
    Assurance,
    Change,
    CheckClaim,
    Decision,
    Listing,
    Policy,
    Proposal,
    Record,
    Release,
    Revision,
)
from workflow.narrowed import CLAIMED, Filters, Why, why_checked, why_suggested
from workflow.sections import (
    BY_SLUG,
    CHANGES,
    DUE,
    LAPSED,
    LINES,
    NEVER,
    NEW,
    OVERDUE,
    REPORTS,
    REVIEWS,
    SECTIONS,
    SOON,
    TO_PUBLISH,
    WEEK,
    Section,
)

_PROPOSALS = {
    REPORTS.slug: (ProposalKind.REPORT, ProposalKind.CLOSURE),
    CHANGES.slug: (ProposalKind.EDIT, ProposalKind.DIVISION),
    NEW.slug: (ProposalKind.NEW,),
}


Parts = Mapping[str, Sequence[str]]
"""Sections of suggestions with the kinds of each."""


def has_queue(user: Person) -> bool:
    """Whether the person decides, checks or publishes anything anywhere."""
    me = access.authority_of(user)
    if me.partners(Permission.ASSURE) or me.places(Permission.PUBLISH):
        return True
    return bool(me.trusted) and access.trusted_own_by(me).exists()


# --- proposals ------------------------------------------------------------------------


SAMPLE = 200
"""So many of the open suggestions of a place say whether a person has much of them."""
MUCH = 50
"""Of so many of these they read what waits in its order, instead of finding all."""


def has_much(user: Person, away: frozenset[Any] = frozenset()) -> bool:
    """Whether so many of the suggestions in the places where they work are the
    person's that it costs less to ask each in turn (``decidable_one_by_one``).

    No rule: either way gives the same.
    """
    me = access.authority_of(user)
    if not me.remits:
        return False
    some = Proposal.objects.filter(
        partnership__in=_places(me, away), state=ProposalState.OPEN
    ).order_by()
    theirs = Listing.objects.filter(
        me.belonging.listings(), pk__in=some.values("listing_id")[:SAMPLE]
    )
    return remembered.once(("has much", me.pk, away), lambda: theirs.count() >= MUCH)


def _places(me: Authority, away: frozenset[Any]) -> list[Any]:
    """Where something may wait for them: in the places of their areas of work and of
    the organizations that are trusted."""
    places = {place for _, place, _, _ in me.remits} | set(me.trusted)
    return sorted(places - away)


def _decidable(
    user: Person, filters: Filters, now: dt.datetime, *, in_turn: bool = False
) -> QuerySet[Proposal]:
    """What the person may decide of what they want to see; ``in_turn`` asks each."""
    rule = access.decidable_one_by_one if in_turn else access.decidable_by
    rows = rule(user).exclude(partnership__in=filters.away)
    if filters.remit:
        rows = rows.annotate(in_remit=access.remit_of_proposals())
        rows = rows.filter(in_remit__in=filters.remits)
    rows = rows.filter(
        replace(filters, remit="").about("listing__"), why_suggested(filters.why)
    )
    if filters.days:
        rows = rows.filter(created_at__lte=now - dt.timedelta(days=filters.days))
    held = Q(claimed_until__gt=now)
    if filters.whose == "mine":
        rows = rows.filter(held, claimed_by_id=user.pk)
    elif filters.whose == "others":
        rows = rows.filter(held).exclude(claimed_by_id=user.pk)
    elif filters.whose == "free":
        rows = rows.exclude(held)
    return rows


_OLDEST_PROPOSAL = (F("answer_by").asc(nulls_last=True), "created_at", "pk")


def _in_turn(
    user: Person, rows: QuerySet[Proposal], parts: Parts, away: frozenset[Any],
    most: int, limit: int,
) -> oldest_first.Starts:  # fmt: skip
    """The starts of some sections, each kind read in its order until it is enough."""
    places = _places(access.authority_of(user), away)
    return oldest_first.of_kinds(
        rows, parts, places, _OLDEST_PROPOSAL, most=most, limit=limit
    )


def _with_what_is_shown(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    waiting = Change.objects.filter(verdict=Verdict.PENDING).select_related(
        "record", "overtaken_by__decided_by"
    )
    return (
        rows.select_related(
            "listing__remit",
            "record",
            "claimed_by",
            "proposer_partner",
            "partnership__policy",
        )
        .prefetch_related(Prefetch("changes", queryset=waiting, to_attr="waiting"))
        .order_by(*_OLDEST_PROPOSAL)
    )


def proposals(
    user: Person,
    section: Section,
    filters: Filters,
    now: dt.datetime,
) -> QuerySet[Proposal]:
    """The suggestions of one section, oldest duty first, ready to be shown."""
    kinds = _PROPOSALS[section.slug]
    rows = _decidable(user, filters, now).filter(kind__in=kinds)
    return _with_what_is_shown(rows)


@dataclass(frozen=True)
class InTurn:
    """The suggestions of one section as a list that is read as far as it is asked for,
    for who has much."""

    user: Person
    section: Section
    filters: Filters
    now: dt.datetime

    def __getitem__(self, part: slice) -> list[Proposal]:
        rows = _decidable(self.user, self.filters, self.now, in_turn=True)
        parts, last = _parts_of(self.section), int(part.stop)
        starts = _in_turn(self.user, rows, parts, self.filters.away, last, last)
        ids = [pk for _, some in starts.values() for pk in some]
        return list(_with_what_is_shown(Proposal.objects.filter(pk__in=ids))[part])


def _place_in_queue(found: Proposal) -> tuple[Any, ...]:
    """By what the suggestions of the whole queue are in order: kind, clock, age."""
    kinds = [kind for kinds in _PROPOSALS.values() for kind in kinds]
    group = next(
        number for number, some in enumerate(_PROPOSALS.values()) if found.kind in some
    ) if found.kind in kinds else len(kinds)  # fmt: skip
    ends = found.answer_by or dt.datetime.max.replace(tzinfo=dt.UTC)
    return (group, ends, found.created_at, str(found.pk))


def next_proposal(
    user: Person,
    now: dt.datetime,
    *,
    after: Proposal,
    filters: Filters = Filters(),  # noqa: B008 - it cannot be changed
    section: Section | None = None,
) -> Proposal | None:
    """What the person should open next of what they are looking at: the next after this
    one that nobody else is on; the first again after the last."""
    mine = Q(claimed_by_id=user.pk)
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    in_turn = has_much(user, filters.away)
    rows = _decidable(user, filters, now, in_turn=in_turn)
    rows = rows.filter(mine | free).exclude(pk=after.pk)
    parts = _parts_of(section)
    if section and section.slug in _PROPOSALS:
        rows = rows.filter(kind__in=_PROPOSALS[section.slug])
    if in_turn:
        rows = Proposal.objects.filter(
            pk__in=_next_ids(user, rows, parts, after, filters.away)
        )
    found = list(rows.only("pk", "kind", "answer_by", "created_at"))
    found.sort(key=_place_in_queue)
    here = _place_in_queue(after)
    later = (one for one in found if _place_in_queue(one) > here)
    return next(later, found[0] if found else None)


def _next_ids(
    user: Person, rows: QuerySet[Proposal], parts: Parts, after: Proposal,
    away: frozenset[Any],
) -> list[Any]:  # fmt: skip
    """The first of each part, and the first that stands behind a suggestion in the
    order: what comes next is among them."""
    behind = Q(created_at__gt=after.created_at) | Q(
        created_at=after.created_at, pk__gt=after.pk
    )
    behind &= Q(answer_by=after.answer_by)
    if after.answer_by:
        behind |= Q(answer_by__gt=after.answer_by) | Q(answer_by=None)
    found = (
        _in_turn(user, some, parts, away, 1, 1) for some in (rows, rows.filter(behind))
    )
    return [pk for starts in found for _, ids in starts.values() for pk in ids]


def _parts_of(section: Section | None) -> Parts:
    """The kinds of suggestions of a section, or of all of them."""
    if section and section.slug in _PROPOSALS:
        return {section.slug: _PROPOSALS[section.slug]}
    return _PROPOSALS


def left(
    user: User,
    now: dt.datetime,
    *,
    after: Any,
    filters: Filters,
    section: Section | None = None,
) -> int:
    """How many decisions wait for the person besides this one, of what they look at;
    of no kind more than ``MOST`` are counted."""
    in_turn, parts = has_much(user, filters.away), _parts_of(section)
    rows = _decidable(user, filters, now, in_turn=in_turn).exclude(pk=after)
    if in_turn:
        starts = _in_turn(user, rows, parts, filters.away, 0, MOST + 1)
        return or_more.up_to(MOST, sum(number for number, _ in starts.values()))
    if section and section.slug in _PROPOSALS:
        rows = rows.filter(kind__in=_PROPOSALS[section.slug])
    return or_more.up_to(MOST, rows[: MOST + 1].count())


@access.rule
def visible_by(me: Authority) -> QuerySet[Proposal]:
    """Suggestions the person may open: to decide, in their area, or decided by them,
    where they are not hidden from them by now."""
    return Proposal.objects.filter(
        Q(pk__in=access.decidable_by(me).values("pk"))
        | Q(listing__in=access.in_remit_by(me).values("pk"))
        | Q(listing__in=access.trusted_own_by(me).values("pk"))
        | Q(record__in=access.correctable_by(me).values("pk"))
        | Q(decisions__decided_by_id=me.pk)
        & ~Q(listing__in=access.withheld_from(me).values("pk"))
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


# --- public lines and what waits for a publisher --------------------------------------


def lines(user: Person, filters: Filters) -> QuerySet[Release]:
    """Numbers that a provider stated to be public lines, waiting for an assurer."""
    rows = Release.objects.filter(
        listing__in=access.in_remit_by(user).values("pk"),
        accepted_at=None,
        revoked_at=None,
    ).exclude(Q(stated_by_id=user.pk) | Q(listing__partnership__in=filters.away))
    rows = rows.filter(filters.about("listing__"))
    if filters.days:
        waited = clock.now() - dt.timedelta(days=filters.days)
        rows = rows.filter(created_at__lte=waited)
    if filters.whose in CLAIMED or filters.why not in ("", Why.PROVIDER):
        rows = rows.none()
    return rows.select_related("listing", "stated_by").order_by("created_at", "pk")


def to_publish(user: Person, filters: Filters) -> QuerySet[Listing]:
    """Assured listings that a publisher has not let out."""
    rows = access.publishable_by(user).filter(stage=Stage.ASSURED)
    rows = rows.exclude(partnership__in=filters.away)
    rows = rows.filter(filters.about(), why_checked(filters.why))
    if filters.days:
        waited = clock.today() - dt.timedelta(days=filters.days)
        rows = rows.filter(assured_on__lte=waited)
    if filters.whose in CLAIMED:
        rows = rows.none()
    return rows.select_related("remit").order_by("assured_on", "title", "pk")


# --- checks ---------------------------------------------------------------------------


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
    after the last."""
    rows = checks(user, section, filters, today, reach_of(user)).exclude(
        Q(check_claim__until__gt=clock.now()) & ~Q(check_claim__by_id=user.pk)
    )
    found = list(rows.values_list("pk", flat=True))
    if after.pk in found:
        place = found.index(after.pk)
        found = found[place + 1 :] + found[:place]
    return Listing.objects.get(pk=found[0]) if found else None


def is_check(section: Section) -> bool:
    return section in (WEEK, DUE, SOON, OVERDUE, LAPSED, NEVER)


def rows(
    user: Person,
    section: Section,
    filters: Filters,
    now: dt.datetime,
    reach: Reach,
) -> QuerySet[Any]:
    """The items of any section, oldest duty first."""
    if section.slug in _PROPOSALS:
        return proposals(user, section, filters, now)
    if section == LINES:
        return lines(user, filters)
    if section == TO_PUBLISH:
        return to_publish(user, filters)
    if section == REVIEWS:
        return reviews.due(user, filters, clock.london_day(now))
    return checks(user, section, filters, clock.london_day(now), reach)


def pages(
    user: Person, section: Section, filters: Filters, now: dt.datetime, reach: Reach
) -> Any:
    """The same to be shown page by page."""
    if section.slug in _PROPOSALS and has_much(user, filters.away):
        return InTurn(user, section, filters, now)
    return rows(user, section, filters, now, reach)


def soonest_due(
    user: Person, today: dt.date, away: frozenset[Any], reach: Reach
) -> Listing | None:
    """The record whose check falls due next, for a queue that is empty."""
    later = _checkable(user, Filters(away=away), reach).filter(due_on__gt=today)
    return later.order_by("due_on", "title").first()


# --- counting -------------------------------------------------------------------------

MOST = 500
"""How many items of a section are counted; nobody plans by how many more there are."""


@dataclass(frozen=True)
class Start:
    """How many items each section holds, by slug, and the first of each. No section is
    counted beyond ``MOST``: what holds more says so (``OrMore``)."""

    counts: dict[str, int]
    first: dict[str, list[Any]]
    reach: Reach

    @property
    def total(self) -> int:
        """Everything that waits."""
        return or_more.together(self.counts.values())


def start(
    user: Person, filters: Filters, now: dt.datetime, most: int,
    reach: Reach | None = None,
) -> Start:  # fmt: skip
    """The start of the queue: every section's number and its first ``most`` items.

    A fixed number of queries, however many sections and items there are; none counts
    more of a section than is said of it.
    """
    counts = dict.fromkeys(BY_SLUG, 0)
    first: dict[str, list[Any]] = {slug: [] for slug in BY_SLUG}
    reach, today = reach or reach_of(user), clock.london_day(now)
    for places, shown in (
        (_starts_of_proposals(user, filters, now, most), _proposals_at),
        (_starts_of_checks(user, filters, reach, today, most), _checks_at),
    ):
        counts |= {slug: number for slug, (number, _) in places.items()}
        rows = shown([pk for _, ids in places.values() for pk in ids])
        for slug, (_, ids) in places.items():
            wanted = set(ids)
            first[slug] = [row for pk, row in rows.items() if pk in wanted][:most]
    for section, waiting in (
        (LINES, lines(user, filters)), (TO_PUBLISH, to_publish(user, filters)),
        (REVIEWS, reviews.due(user, filters, today)),
    ):  # fmt: skip
        counts[section.slug] = waiting.order_by().values("pk")[: MOST + 1].count()
        if counts[section.slug] and most:
            first[section.slug] = list(waiting[:most])
    return Start({k: or_more.up_to(MOST, n) for k, n in counts.items()}, first, reach)


def _starts_of_proposals(
    user: Person, filters: Filters, now: dt.datetime, most: int
) -> oldest_first.Starts:
    """What may be decided: for who has much of it kind by kind, in its order; for
    others it costs more to find than to count, so it is found once."""
    if has_much(user, filters.away):
        every = _decidable(user, filters, now, in_turn=True)
        return _in_turn(user, every, _PROPOSALS, filters.away, most, MOST + 1)
    each = [
        When(kind__in=kinds, then=Value(slug)) for slug, kinds in _PROPOSALS.items()
    ]
    rows = (
        _decidable(user, filters, now)
        .annotate(slug=Case(*each, output_field=CharField()))
        .filter(slug__isnull=False)
        .annotate(
            place=Window(RowNumber(), partition_by=["slug"], order_by=_OLDEST_PROPOSAL),
            number=Window(Count("pk"), partition_by=["slug"]),
        )
        .filter(place__lte=max(most, 1))
        .order_by("slug", "place")
        .values_list("slug", "pk", "place", "number")
    )
    found: dict[str, tuple[int, list[Any]]] = {}
    for slug, pk, place, number in rows:
        _, ids = found.get(slug, (0, []))
        found[slug] = (number, [*ids, pk] if place <= most else ids)
    return found


def _starts_of_checks(
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
        rows, parts, _LONGEST_DUE, most=most, limit=MOST + 1
    )


def _proposals_at(ids: Sequence[Any]) -> dict[Any, Proposal]:
    if not ids:
        return {}
    return {p.pk: p for p in _with_what_is_shown(Proposal.objects.filter(pk__in=ids))}


def _checks_at(ids: Sequence[Any]) -> dict[Any, Listing]:
    if not ids:
        return {}
    return {x.pk: x for x in _with_what_is_checked(Listing.objects.filter(pk__in=ids))}


def total(user: Person, away: frozenset[Any] = frozenset()) -> int:
    """How many things wait for this person, for the number in the navigation."""
    return start(user, Filters(away=away), clock.now(), 0).total


def minutes(found: Mapping[str, int], reckoned: Mapping[str, int]) -> int:
    """How long the queue is reckoned to take, in minutes; at least so long, where not
    all of it is counted. ``reckoned`` is what its places say
    (``effort.in_general``)."""
    return or_more.together(
        or_more.times(BY_SLUG[slug].minutes(reckoned), number)
        for slug, number in found.items()
    )


def organization_names(ids: Sequence[Any]) -> dict[str, str]:
    """The names of organizations by id as text, drafted ones included."""
    rows = Record.objects.filter(pk__in=[i for i in ids if i])
    return {str(pk): label for pk, label in rows.values_list("pk", "label")}
