"""What a change of the areas of work would move, before anybody confirms it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from workflow.choices import Stage
from workflow.models import Listing, Remit

QUIET = (Stage.DRAFT, Stage.UNPUBLISHED)
"""Stages in which nobody has to answer for a record yet, or any more."""


@dataclass(frozen=True)
class Flow:
    """How many records would go from one area of work to another, by their names."""

    was: str
    now: str
    number: int


def nobodys(place_id: Any) -> QuerySet[Listing]:
    """What is in no area of work of a place and somebody has to answer for."""
    return Listing.objects.filter(partnership=place_id, remit=None).exclude(
        stage__in=QUIET
    )


def would_move(act: Callable[[], Any], place_id: Any) -> list[Flow]:
    """Do something and take it back: where the place's records would be, most first.

    Raises what the action raises.
    """
    with transaction.atomic():
        before, names = _where(place_id), _names(place_id)
        act()
        after, names = _where(place_id), names | _names(place_id)
        transaction.set_rollback(True)
    waiting = set(
        Listing.objects.filter(partnership_id=place_id)
        .exclude(stage__in=QUIET)
        .values_list("pk", flat=True)
    )
    moved = Counter(
        (_said(was, names, key in waiting), _said(after[key], names, key in waiting))
        for key, was in before.items()
        if key in after and was != after[key]
    )
    flows = [Flow(was, now, number) for (was, now), number in moved.items()]
    return sorted(flows, key=lambda flow: (-flow.number, flow.was, flow.now))


def _where(place_id: Any) -> dict[Any, tuple[Any, ...]]:
    """The area of work of each record: one, several that fit equally, or none."""
    rows = Listing.objects.filter(partnership_id=place_id).values_list(
        "pk", "remit_id", "tied_remit_ids"
    )
    return {key: (remit,) if remit else tuple(tied) for key, remit, tied in rows}


def _names(place_id: Any) -> dict[Any, str]:
    rows = Remit.objects.filter(partnership_id=place_id)
    return dict(rows.values_list("pk", "name"))


def _said(remits: tuple[Any, ...], names: dict[Any, str], waits: bool) -> str:
    """An area of work in words. What is nobody's and ``waits`` for somebody is what the
    list of those records shows; the rest is said apart, so that both count the same."""
    found = [names[key] for key in remits if key in names]
    if len(remits) == 1 and found:
        return found[0]
    if not waits:
        return "Nobody’s, as drafts or hidden records"
    if len(remits) == 1 or not found:
        return "Nobody’s"
    return f"Nobody’s: {' and '.join(sorted(found))} fit equally well"
