"""The suggestions that one person may decide next, oldest duty first.

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
from common import or_more, remembered
from workflow import access, oldest_first, sections
from workflow.access import Authority
from workflow.actions.telling import UNDO
from workflow.choices import ProposalKind, ProposalState, Verdict
from workflow.models import Change, Decision, Listing, Proposal, Revision
from workflow.narrowed import Filters, why_suggested
from workflow.sections import CHANGES, NEW, REPORTS, Section

KINDS = {
    REPORTS.slug: (ProposalKind.REPORT, ProposalKind.CLOSURE),
    CHANGES.slug: (ProposalKind.EDIT, ProposalKind.DIVISION),
    NEW.slug: (ProposalKind.NEW,),
}


Parts = Mapping[str, Sequence[str]]
"""Sections of suggestions with the kinds of each."""


SAMPLE = 200
"""So many of the open suggestions of a place say whether a person has much of them."""


MUCH = 50
"""Of so many of these they read what waits in its order, instead of finding all."""


def has_much(user: Person, away: frozenset[Any] = frozenset()) -> bool:
    """Whether so many of the suggestions in the places where they work are the
    person's that it costs less to ask each in turn (``decidable_by``).

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
    rule = access.decidable_by if in_turn else access.decidable_at_once
    rows = rule(user).exclude(partnership__in=filters.away)
    rows = _about(rows, filters, in_turn=in_turn).filter(why_suggested(filters.why))
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


MANY = 5_000
"""Of more suggestions about what the person wants to see, some are met soon enough."""
SOME = 20
"""Of so many in the sample, too: then all of them are not found first."""


def _about(
    rows: QuerySet[Proposal], filters: Filters, *, in_turn: bool
) -> QuerySet[Proposal]:
    """Those about the records that the person wants to see; what is asked ``in_turn``
    is asked only of these, where they are few."""
    if not filters.about():
        return rows
    if not in_turn:
        return _about_records(rows, filters)

    def some() -> list[Any] | None:
        waiting = Proposal.objects.filter(state=ProposalState.OPEN).order_by()
        sample = waiting.filter(pk__found_first=waiting.values("pk")[:SAMPLE])
        if _about_records(sample, filters).count() >= SOME:
            return None
        ids = _about_records(waiting, filters).values_list("pk", flat=True)
        found = list(ids[: MANY + 1])
        return found if len(found) <= MANY else None

    ids = remembered.once((_about, replace(filters, whose="", why="", days=0)), some)
    if ids is None:
        return _about_records(rows, filters)
    return rows.filter(pk__any_of=ids)


def _about_records(rows: QuerySet[Proposal], filters: Filters) -> QuerySet[Proposal]:
    if filters.remit:
        here = Q(listing__remit__in=filters.remits)
        rows = rows.annotate(in_remit=access.remit_of_proposals())
        rows = rows.filter(here | Q(listing=None, in_remit__in=filters.remits))
    return rows.filter(replace(filters, remit="").about("listing__"))


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
    kinds = KINDS[section.slug]
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
    kinds = [kind for kinds in KINDS.values() for kind in kinds]
    group = next(
        number for number, some in enumerate(KINDS.values()) if found.kind in some
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
    if section and section.slug in KINDS:
        rows = rows.filter(kind__in=KINDS[section.slug])
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
    if section and section.slug in KINDS:
        return {section.slug: KINDS[section.slug]}
    return KINDS


def left(
    user: User,
    now: dt.datetime,
    *,
    after: Any,
    filters: Filters,
    section: Section | None = None,
) -> int:
    """How many decisions wait for the person besides this one, of what they look at;
    of no kind more than ``sections.MOST`` are counted."""
    in_turn, parts = has_much(user, filters.away), _parts_of(section)
    rows = _decidable(user, filters, now, in_turn=in_turn).exclude(pk=after)
    if in_turn:
        starts = _in_turn(user, rows, parts, filters.away, 0, sections.MOST + 1)
        return or_more.up_to(
            sections.MOST, sum(number for number, _ in starts.values())
        )
    if section and section.slug in KINDS:
        rows = rows.filter(kind__in=KINDS[section.slug])
    return or_more.up_to(sections.MOST, rows[: sections.MOST + 1].count())


@access.rule
def visible_by(me: Authority) -> QuerySet[Proposal]:
    """Suggestions the person may open: to decide, in their area, or decided by them,
    where they are not hidden from them by now."""
    decided = Decision.objects.filter(proposal=OuterRef("pk"), decided_by=me.pk)
    return Proposal.objects.filter(
        access.one_of(access.decidable_by(me))
        | access.one_of(access.in_remit_by(me), "listing_id")
        | access.one_of(access.trusted_own_by(me), "listing_id")
        | access.one_of(access.correctable_by(me), "record_id")
        | Q(Exists(decided)) & ~access.one_of(access.withheld_from(me), "listing_id")
    )


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


def starts(
    user: Person, filters: Filters, now: dt.datetime, most: int
) -> oldest_first.Starts:
    """What may be decided: for who has much of it kind by kind, in its order; for
    others it costs more to find than to count, so it is found once."""
    if has_much(user, filters.away):
        every = _decidable(user, filters, now, in_turn=True)
        return _in_turn(user, every, KINDS, filters.away, most, sections.MOST + 1)
    each = [When(kind__in=kinds, then=Value(slug)) for slug, kinds in KINDS.items()]
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


def at(ids: Sequence[Any]) -> dict[Any, Proposal]:
    if not ids:
        return {}
    return {p.pk: p for p in _with_what_is_shown(Proposal.objects.filter(pk__in=ids))}
