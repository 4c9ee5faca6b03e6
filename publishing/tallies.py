"""How many services of an end-point have a term or a facet, without counting them.

A trigger of the database adds a row for each change (``Tally``), whoever writes; here
they are read, and folded into one row for each key.
"""

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from publishing.models import Endpoint, PublishedService, Tally

_FOLD = """
WITH gone AS (DELETE FROM publishing_tally RETURNING endpoint_id, key, number)
INSERT INTO publishing_tally (endpoint_id, key, number)
SELECT endpoint_id, key, sum(number) FROM gone
GROUP BY endpoint_id, key HAVING sum(number) <> 0
"""
MANY = 2000
"""Rows that are worth folding."""


def read(endpoint: Endpoint | None) -> dict[str, int]:
    """The number of services for each key: an id of a term as text, or a facet."""
    rows: QuerySet[Tally, Any] = Tally.objects.filter(endpoint=endpoint).values("key")
    return dict(rows.annotate(n=Sum("number")).filter(n__gt=0).values_list("key", "n"))


def from_next_door(endpoint: Endpoint | None) -> int:
    """How many of an end-point's services a neighbour keeps; an index holds them."""
    shared = PublishedService.objects.filter(
        endpoint=endpoint, here_since__isnull=False
    )
    return shared.count()


def term_ids(tally: dict[str, int]) -> list[uuid.UUID]:
    """The terms among the keys; no facet is a UUID."""
    return [uuid.UUID(key) for key in tally if len(key) == 36]


@transaction.atomic
def fold() -> bool:
    """Put the rows of each key together, if there are many; whether it was done.

    Who reads meanwhile sees the old rows or the new ones, never both.
    """
    if Tally.objects.all()[: MANY + 1].count() <= MANY:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
    return True
