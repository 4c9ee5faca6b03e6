"""Counting listings without looking at them: sums over what the database keeps.

A trigger adds a row for each change of how many stand alike (``ListingCount``); here
they are asked, folded, and made anew should anybody doubt them.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from workflow.models import ListingCount, Policy

NAMES = frozenset(
    {"stage", "open_to_all", "due_on", "first_due_on", "critical", "entry",
     "hidden_because", "remit", "tied_remit_ids"}
)  # fmt: skip
"""The columns of a listing by which is counted."""
MANY = 500
"""Rows that are worth folding."""

_COLUMNS = (
    "partnership_id, stage, open_to_all, due_on, first_due_on, critical, entry,"
    " hidden_because, remit, tied_remit_ids"
)
_KEY = """partnership_id, stage, open_to_all, due_on, first_due_on, critical, entry,
    hidden_because, CASE WHEN remit_id IS NOT NULL THEN partnership_id END,
    CASE WHEN tied_remit_ids = '{}' THEN '{}' ELSE ARRAY[partnership_id] END"""

_FOLD = f"""
WITH gone AS (DELETE FROM workflow_listingcount RETURNING {_COLUMNS}, number)
INSERT INTO workflow_listingcount ({_COLUMNS}, number, is_folded)
SELECT {_COLUMNS}, sum(number), true FROM gone
GROUP BY {_COLUMNS} HAVING sum(number) <> 0
"""  # noqa: S608 - names of our own
_REBUILD = f"""
DELETE FROM workflow_listingcount;
INSERT INTO workflow_listingcount ({_COLUMNS}, number, is_folded)
SELECT {_KEY}, count(*), true FROM workflow_listing
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""  # noqa: S608


def answers(where: Q) -> bool:
    """Whether a condition asks for nothing but what is counted by."""
    return all(
        answers(part) if isinstance(part, Q)
        else isinstance(part, tuple) and part[0].split("__")[0] in NAMES
        for part in where.children
    )  # fmt: skip


def of_place(policy: Policy) -> QuerySet[ListingCount]:
    """What is kept of a place."""
    return ListingCount.objects.filter(partnership_id=policy.partnership_id)


def number(where: Q) -> Coalesce:
    """How many listings meet a condition, as an aggregate over ``of_place``."""
    return Coalesce(Sum(F("number"), filter=where), Value(0))


def counted(policy: Policy, asked: dict[str, Q]) -> dict[str, int]:
    """How many listings of a place meet each of these conditions, in one query."""
    made: dict[str, Any] = {name: number(where) for name, where in asked.items()}
    return dict(of_place(policy).aggregate(**made)) if made else {}


@transaction.atomic
def fold() -> bool:
    """Put rows that agree together, if there are many new ones; whether it was done.

    Who reads meanwhile sees the old rows or the new ones, never both.
    """
    if ListingCount.objects.filter(is_folded=False)[: MANY + 1].count() <= MANY:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
    return True


@transaction.atomic
def rebuild() -> int:
    """Count everything anew; how many rows there are then. Writers wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE workflow_listing IN SHARE MODE")
        cursor.execute(_REBUILD)
    return ListingCount.objects.count()
