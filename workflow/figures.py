"""The lead's figures: each defined once, for the number and for the list behind it.

Figures about listings are counted in two queries, from what the database keeps counted
(``workflow/listing_counts.py``) as far as that answers; those about each other kind of
thing in one more. No page asks more when there is more.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from common import clock
from workflow import figures_of_listings as about_listings
from workflow import figures_of_work as about_work
from workflow import listing_counts
from workflow.conditions import NEAR_LAPSING, PUBLIC, grade_of, graded
from workflow.figures_of_listings import GRADED, HIDING
from workflow.figures_of_work import LATELY, PACE_WEEKS, RECENT, waiting
from workflow.measuring import Figure, Source, Unit, Values
from workflow.models import Listing, Policy

__all__ = [
    "BY_SLUG", "FIGURES", "GLANCE", "GRADED", "GROUPS", "HEADLINES", "HIDING", "LATELY",
    "NEAR_LAPSING", "PACE_WEEKS", "PUBLIC", "RECENT", "SOURCES", "Figure", "Unit",
    "counts", "grade_of", "graded", "listings", "members", "of_listings", "of_slugs",
    "stands", "values", "waiting",
]  # fmt: skip

GLANCE = about_listings.GLANCE
GROUPS: tuple[str, ...] = (
    GLANCE, about_listings.FRESHNESS, about_listings.AHEAD, about_listings.WAITING,
    about_listings.STUCK, about_work.SPEED, about_work.SUGGESTIONS, about_work.ANSWERS,
    about_work.ALONE, about_work.WORK, HIDING, about_listings.OWNERS,
)  # fmt: skip
"""In the order in which they are shown."""

HEADLINES: tuple[Figure, ...] = (
    *about_listings.GLANCES, *about_work.WAITING_FIGURES, about_work.CHECKS_FIGURE
)  # fmt: skip
"""The six that a lead looks at first."""
FIGURES: tuple[Figure, ...] = tuple(
    sorted(
        (*HEADLINES, *about_listings.FIGURES, *about_work.FIGURES),
        key=lambda figure: GROUPS.index(figure.group),
    )
)
BY_SLUG: Mapping[str, Figure] = {figure.slug: figure for figure in FIGURES}
SOURCES: tuple[Source, ...] = (
    about_work.PROPOSALS, about_work.DECISIONS, about_work.CHECKS, about_work.ASKED,
    about_work.EFFORTS,
)  # fmt: skip


def stands(slug: str) -> bool:
    """Whether a figure says how things stand at an instant. The others count what
    happened in the weeks before it; one that is no more counts as such."""
    figure = BY_SLUG.get(slug)
    if figure is None:
        return False
    if figure.derived:
        return all(stands(need) for need in figure.derived.needs)
    return figure.source is None or figure in about_work.WAITING_FIGURES


def listings(policy: Policy) -> QuerySet[Listing]:
    """Every listing of the place, whatever its stage."""
    return Listing.objects.filter(partnership_id=policy.partnership_id)


def members(figure: Figure, policy: Policy, now: dt.datetime) -> QuerySet[Any]:
    """Exactly what the figure counts, or what it is measured over."""
    if figure.derived:
        return members(BY_SLUG[figure.derived.needs[0]], policy, now)
    if figure.rows:
        return figure.rows(policy, now)
    if figure.source and figure.part:
        return figure.source.rows(policy, now).filter(figure.part(policy, now))
    found = listings(policy).order_by("due_on", "title", "pk")
    if figure.where:
        found = found.filter(figure.where(policy, clock.london_day(now)))
    return found


def counts(policy: Policy, now: dt.datetime) -> dict[str, int]:
    """How many each figure counts that counts at all, by slug."""
    counted = [figure.slug for figure in FIGURES if figure.is_count]
    return {
        slug: number
        for slug, number in of_slugs(counted, policy, now).items()
        if number is not None
    }


def values(policy: Policy, now: dt.datetime) -> dict[str, int | None]:
    """Every figure by slug, as whole numbers of its unit: one query over what the
    database keeps counted, one for the listings that have to be looked at, one for each
    other kind of thing, and at most two for the pace."""
    return of_slugs(BY_SLUG, policy, now)


def of_slugs(
    slugs: Iterable[str], policy: Policy, now: dt.datetime, known: Values | None = None
) -> dict[str, int | None]:
    """Some figures by slug; only what they need is asked, and is not ``known``."""
    known = known or {}
    wanted = [BY_SLUG[slug] for slug in slugs]
    needed = {need for one in wanted if one.derived for need in one.derived.needs}
    asked = {one.slug: one for one in wanted if not one.derived}
    asked |= {slug: BY_SLUG[slug] for slug in needed}
    found = {slug: known[slug] for slug in asked if slug in known}
    asked = {slug: one for slug, one in asked.items() if slug not in known}
    found |= _of_listings(asked.values(), policy, now)
    for source in SOURCES:
        found |= _of_source(source, asked.values(), policy, now)
    for one in wanted:
        if one.derived:
            found[one.slug] = one.derived.made(found, policy, now)
    return {one.slug: found[one.slug] for one in wanted}


def _of_listings(
    asked: Iterable[Figure], policy: Policy, now: dt.datetime
) -> dict[str, int | None]:
    today = clock.london_day(now)
    made = {one.slug: one.where(policy, today) for one in asked if one.where}
    return dict(of_listings(policy, made))


def of_listings(policy: Policy, asked: Mapping[str, Q]) -> dict[str, int]:
    """How many listings meet each condition: kept counts as far as they answer."""
    kept = {name: q for name, q in asked.items() if listing_counts.answers(q)}
    found = listing_counts.counted(policy, kept)
    # Each by itself: what is rare is then found by its index, and what is asked of
    # other tables joins them once, instead of being asked of every listing there is.
    return found | {
        name: listings(policy).filter(q).count()
        for name, q in asked.items()
        if name not in kept
    }


def _of_source(
    source: Source, asked: Iterable[Figure], policy: Policy, now: dt.datetime
) -> dict[str, int | None]:
    mine = {one.slug: one for one in asked if one.source is source}
    made = {
        slug: one.aggregate(one.part(policy, now))
        for slug, one in mine.items()
        if one.part
    }
    if not made:
        return {}
    found = source.rows(policy, now).order_by().aggregate(**made)
    return {slug: one.whole(found[slug]) for slug, one in mine.items()}
