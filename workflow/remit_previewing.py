"""What a change of the areas of work would move, before anybody confirms it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
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

    A place may have half a million of them, so they are compared where they are.
    Raises what the action raises.
    """
    with transaction.atomic():
        names = _names(place_id)
        with connection.cursor() as cursor:
            cursor.execute(_WERE, [place_id])
            act()
            names |= _names(place_id)
            cursor.execute(_MOVED, [list(QUIET)])
            found = cursor.fetchall()
        transaction.set_rollback(True)
    moved: Counter[tuple[str, str]] = Counter()
    for was, tied, now, tied_now, waits, number in found:
        before = (was,) if was else tuple(tied)
        after = (now,) if now else tuple(tied_now)
        if before != after:
            moved[_said(before, names, waits), _said(after, names, waits)] += number
    flows = [Flow(was, now, number) for (was, now), number in moved.items()]
    return sorted(flows, key=lambda flow: (-flow.number, flow.was, flow.now))


_WERE = """
CREATE TEMPORARY TABLE were ON COMMIT DROP AS
SELECT id, remit_id, tied_remit_ids FROM workflow_listing WHERE partnership_id = %s
"""
_MOVED = """
SELECT were.remit_id, were.tied_remit_ids, now.remit_id, now.tied_remit_ids,
    now.stage <> ALL(%s), count(*)
FROM were JOIN workflow_listing now USING (id)
WHERE (were.remit_id, were.tied_remit_ids)
    IS DISTINCT FROM (now.remit_id, now.tied_remit_ids)
GROUP BY 1, 2, 3, 4, 5
"""


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
