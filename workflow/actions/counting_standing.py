"""Counting what a very large place shows from its last count (docs/adr/0042)."""

import contextlib
import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.models import PartnerGrant, PartnershipGrant
from common import clock
from workflow import (
    areas,
    divided,
    figures,
    hours,
    readiness,
    splits,
    standing_counts,
)
from workflow.actions.noting import noted_place
from workflow.divided import Numbers
from workflow.measuring import Figure
from workflow.models import JobRun, Policy, StandingCount
from workflow.splits import Split
from workflow.standing_counts import NUMBER

LISTED = 200
"""How many providers are kept of a figure, the largest: there may be hundreds of
thousands. Of anything else all parts are kept."""


def large_places() -> list[Policy]:
    """The places of which figures are kept so."""
    every = Policy.objects.select_related("partnership")
    return [policy for policy in every if standing_counts.is_large(policy)]


def count_standing(run: JobRun) -> None:
    """Count again in every place that is very large; forget what was kept of others."""
    large = large_places()
    places = [policy.partnership_id for policy in large]
    StandingCount.objects.exclude(partnership__in=places).delete()
    for policy in large:
        with noted_place(run, policy.pk):
            run.done += count_place(policy, clock.now())


def count_place(policy: Policy, now: dt.datetime) -> int:
    """Count the figures of a place that take long, and how each figure divides; how
    many rows are kept.

    Each is kept as soon as it is counted, so a killed worker loses nothing. Two of them
    keep the same: what one writes over with an earlier moment the other lets stand.
    """
    today = clock.london_day(now)
    slugs = [
        f.slug for f in figures.FIGURES if standing_counts.is_kept(f, policy, today)
    ]
    with _at_length():
        values = figures.of_slugs(slugs, policy, now)
        found = [Kept(slug, number=values[slug]) for slug in slugs]
        kept = _keep(policy, now, found)
    with _at_length():
        kept |= _keep(policy, now, _remits(policy, now))
    with _at_length():
        kept |= _keep(policy, now, [*_areas(policy), _levels(policy)])
    for split, figure in itertools.product(splits.SPLITS, figures.FIGURES):
        with _at_length():
            kept |= _keep(policy, now, _divided(figure, split, policy, now))
    _forget_others(policy, now, kept)
    return len(kept)


def _forget_others(
    policy: Policy, now: dt.datetime, kept: Collection[tuple[str, str]]
) -> None:
    """Let go of what was counted before, and is not counted any more."""
    before = StandingCount.objects.filter(
        partnership_id=policy.partnership_id, counted_at__lt=now
    )
    gone = [
        pk
        for pk, *key in before.values_list("pk", "figure", "split")
        if tuple(key) not in kept
    ]
    before.filter(pk__in=gone).delete()


@contextlib.contextmanager
def _at_length() -> Iterator[None]:
    """One after the other, and with room to sort what is sorted on disk otherwise."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


@dataclass(frozen=True)
class Kept:
    """What is kept of one figure, or of how it divides in one way."""

    figure: str
    split: str = NUMBER
    number: int | None = None
    parts: Sequence[tuple[str | None, int | None]] = ()
    left_out: int = 0


def _keep(
    policy: Policy, now: dt.datetime, found: Sequence[Kept]
) -> set[tuple[str, str]]:
    rows = [
        StandingCount(
            partnership_id=policy.partnership_id, counted_at=now,
            **{**dataclasses.asdict(one), "parts": list(one.parts)},
        )
        for one in found
    ]  # fmt: skip
    StandingCount.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["partnership", "figure", "split"],
        update_fields=["number", "parts", "left_out", "counted_at"],
    )
    return {(one.figure, one.split) for one in found}


def _remits(policy: Policy, now: dt.datetime) -> list[Kept]:
    """What each area of work has to do, as the overview lists it."""
    every = hours.by_remit(policy, now)
    return [
        Kept(
            f"remit-{slug}", splits.REMITS.slug,
            parts=_written({remit.pk: getattr(remit, slug) for remit in every}),
        )
        for slug in hours.OF_REMIT
    ]  # fmt: skip


def _areas(policy: Policy) -> list[Kept]:
    """What is public in each ward, parish and district, secret places left out."""
    found = areas.numbers(policy.partnership, splits.secret_places(None))
    columns = ({key: n[at] for key, n in found.items()} for at in (0, 1))
    return [
        Kept(figure, standing_counts.AREAS, parts=_written(numbers))
        for figure, numbers in zip(standing_counts.OF_AREAS, columns, strict=True)
    ]


def _levels(policy: Policy) -> Kept:
    """How many organizations are at each level, and ready for more."""
    found = readiness.counts(policy.partnership)
    figure, split = standing_counts.OF_LEVELS, standing_counts.LEVELS
    return Kept(figure, split, parts=_written(found))


def _divided(
    figure: Figure, split: Split, policy: Policy, now: dt.datetime
) -> list[Kept]:
    """How a figure divides in one way, as far as that is kept."""
    place = policy.partnership
    every = figures.members(figure, policy, now)
    if split not in splits.offered(place, every.model):
        return []
    if split is splits.PEOPLE and figure.measure and figure.measure.median:
        # The middle of the others' together is asked when who looks is known.
        return []
    if split.slug == "provider":
        return _of_providers(figure, split, policy, now)
    if figure.derived:
        return []
    numbers = divided.numbers(split, every, None, place, figure.measure)
    if split is splits.PEOPLE:
        numbers = _of_people(numbers)
    return [Kept(figure.slug, split.slug, parts=_written(numbers))]


def _of_people(numbers: Numbers) -> Numbers:
    """Of those who work for a partner or place each; nobody is told of anybody else."""
    workers = {
        *PartnerGrant.objects.values_list("user_id", flat=True),
        *PartnershipGrant.objects.values_list("user_id", flat=True),
    }
    mine = {key: n for key, n in numbers.items() if key is None or key in workers}
    rest = sum(n or 0 for key, n in numbers.items() if key and key not in workers)
    return {**mine, splits.OTHERS: rest}


def _written(numbers: Mapping[Any, int | None]) -> list[tuple[str | None, int | None]]:
    """As it is stored: the largest first, in a fixed order."""
    some = ((str(key) if key else None, n) for key, n in numbers.items())
    return sorted(some, key=lambda one: (-(one[1] or 0), one[0] or ""))


def _of_providers(
    figure: Figure, split: Split, policy: Policy, now: dt.datetime
) -> list[Kept]:
    """The providers of whom there is most to count, with their number."""
    counted = figures.BY_SLUG[figure.derived.needs[-1]] if figure.derived else figure
    every = figures.members(counted, policy, now)
    keys, more = divided.largest_keys(split, every, LISTED)
    if more:
        numbers = _among(figure, split, policy, now, keys)
    elif figure.derived:
        # Made of the parts of the others, of which all are kept.
        return []
    else:
        place = policy.partnership
        numbers = divided.numbers(split, every, None, place, figure.measure)
    return [Kept(figure.slug, split.slug, parts=_written(numbers), left_out=more)]


def _among(
    figure: Figure, split: Split, policy: Policy, now: dt.datetime, keys: list[Any]
) -> Numbers:
    """A figure of these providers."""
    place = policy.partnership
    if figure.derived:
        needs = {
            need: _among(figures.BY_SLUG[need], split, policy, now, keys)
            for need in figure.derived.needs
        }
        return {
            key: figure.derived.made(
                {need: some.get(key, 0) for need, some in needs.items()}, policy, now
            )
            for key in keys
        }
    every = figures.members(figure, policy, now)
    path = splits.path_of(split, every.model)
    some = every.filter(**{f"{path}__in": keys})
    return divided.numbers(split, some, None, place, figure.measure)
