"""What one person may do next, oldest duty first: the queries of the queue.

Nothing is listed that ``workflow/access/`` would not let the person do.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Person
from accounts.permissions import Permission
from common import clock, or_more
from workflow import access, reviews, sections, waiting_checks, waiting_proposals
from workflow.choices import Stage
from workflow.models import Listing, Record, Release
from workflow.narrowed import CLAIMED, Filters, Why, why_checked
from workflow.sections import BY_SLUG, LINES, REVIEWS, TO_PUBLISH, Section


def has_queue(user: Person) -> bool:
    """Whether the person decides, checks or publishes anything anywhere."""
    me = access.authority_of(user)
    if me.partners(Permission.ASSURE) or me.places(Permission.PUBLISH):
        return True
    return bool(me.trusted) and access.trusted_own_by(me).exists()


def lines(user: Person, filters: Filters) -> QuerySet[Release]:
    """Numbers that a provider stated to be public lines, waiting for an assurer."""
    rows = Release.objects.filter(
        access.one_of(access.in_remit_by(user), "listing_id"),
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


def rows(
    user: Person,
    section: Section,
    filters: Filters,
    now: dt.datetime,
    reach: waiting_checks.Reach,
) -> QuerySet[Any]:
    """The items of any section, oldest duty first."""
    if section.slug in waiting_proposals.KINDS:
        return waiting_proposals.proposals(user, section, filters, now)
    if section == LINES:
        return lines(user, filters)
    if section == TO_PUBLISH:
        return to_publish(user, filters)
    if section == REVIEWS:
        return reviews.due(user, filters, clock.london_day(now))
    return waiting_checks.checks(user, section, filters, clock.london_day(now), reach)


def pages(
    user: Person,
    section: Section,
    filters: Filters,
    now: dt.datetime,
    reach: waiting_checks.Reach,
) -> Any:
    """The same to be shown page by page."""
    if section.slug in waiting_proposals.KINDS and waiting_proposals.has_much(
        user, filters.away
    ):
        return waiting_proposals.InTurn(user, section, filters, now)
    return rows(user, section, filters, now, reach)


@dataclass(frozen=True)
class Start:
    """How many items each section holds, by slug, and the first of each. No section is
    counted beyond ``sections.MOST``: what holds more says so (``OrMore``)."""

    counts: dict[str, int]
    first: dict[str, list[Any]]
    reach: waiting_checks.Reach

    @property
    def total(self) -> int:
        """Everything that waits."""
        return or_more.together(self.counts.values())


def start(
    user: Person, filters: Filters, now: dt.datetime, most: int,
    reach: waiting_checks.Reach | None = None,
) -> Start:  # fmt: skip
    """The start of the queue: every section's number and its first ``most`` items.

    A fixed number of queries, however many sections and items there are; none counts
    more of a section than is said of it.
    """
    counts = dict.fromkeys(BY_SLUG, 0)
    first: dict[str, list[Any]] = {slug: [] for slug in BY_SLUG}
    reach, today = reach or waiting_checks.reach_of(user), clock.london_day(now)
    for places, shown in (
        (waiting_proposals.starts(user, filters, now, most), waiting_proposals.at),
        (waiting_checks.starts(user, filters, reach, today, most), waiting_checks.at),
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
        counts[section.slug] = (
            waiting.order_by().values("pk")[: sections.MOST + 1].count()
        )
        if counts[section.slug] and most:
            first[section.slug] = list(waiting[:most])
    return Start(
        {k: or_more.up_to(sections.MOST, n) for k, n in counts.items()}, first, reach
    )


def total(user: Person, away: frozenset[Any] = frozenset()) -> int:
    """How many things wait for this person, for the number in the navigation."""
    return start(user, Filters(away=away), clock.now(), 0).total


def minutes(found: Mapping[str, int], reckoned: Mapping[str, int]) -> dict[str, int]:
    """How long each section is reckoned to take in general, in minutes; at least so
    long, where not all of it is counted. ``reckoned`` is what the places say
    (``effort.in_general``)."""
    return {
        slug: or_more.times(BY_SLUG[slug].minutes(reckoned), number)
        for slug, number in found.items()
    }


def organization_names(ids: Sequence[Any]) -> dict[str, str]:
    """The names of organizations by id as text, drafted ones included."""
    rows = Record.objects.filter(pk__in=[i for i in ids if i])
    return {str(pk): label for pk, label in rows.values_list("pk", "label")}
