"""Which edition of an end-point is current: a number that moves with every change of
what is public there, so that a finished answer may be kept for as long as it stands.

Triggers write it down, in the transaction that changes a row (migration 0010), so that
no way of writing can forget it. A transaction adds a row of its own, and the edition is
the sum of all that can be seen: nobody waits for anybody, and what becomes visible late
counts when it does.
"""

import uuid
from dataclasses import dataclass

from django.db import connection

from accounts import places
from common import prepared
from publishing.models import Endpoint

MOST_ROWS = 200
"""Rows of one end-point before they are added up to one."""

_CURRENT = f"""
    SELECT endpoint.id, endpoint.partnership_id, endpoint.slug, endpoint.name,
        (SELECT coalesce(sum(changes), 0)::bigint FROM publishing_edition
         WHERE endpoint_id = endpoint.id)
    FROM publishing_endpoint endpoint
    WHERE endpoint.partnership_id = ({places.ID_FOR_HOST})
    ORDER BY endpoint.id LIMIT 1
"""  # noqa: S608 - put together from our own constants
_CROWDED = """
    SELECT endpoint_id FROM publishing_edition
    GROUP BY endpoint_id HAVING count(*) > %s ORDER BY endpoint_id
"""
_FOLD = """
    WITH folded AS (
        DELETE FROM publishing_edition WHERE endpoint_id = %s RETURNING changes
    )
    INSERT INTO publishing_edition (endpoint_id, written_in, changes)
    SELECT %s, pg_current_xact_id()::text::bigint, sum(changes) FROM folded
    HAVING count(*) > 0
"""


@dataclass(frozen=True)
class Current:
    """The end-point that answers, and which edition of it is current."""

    endpoint_id: uuid.UUID
    partnership_id: uuid.UUID
    slug: str
    name: str
    edition: int

    @property
    def endpoint(self) -> Endpoint:
        """The end-point itself."""
        return Endpoint(
            pk=self.endpoint_id, partnership_id=self.partnership_id,
            slug=self.slug, name=self.name,
        )  # fmt: skip


def current(host: str) -> Current | None:
    """What answers on a host name; None while that place publishes nothing. One query,
    asked before anything else of an answer is read."""
    found = prepared.rows(_CURRENT, places.parameters(host))
    return Current(*found[0]) if found else None


def fold() -> None:
    """Add up the rows of end-points that have many: their sums stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(_CROWDED, [MOST_ROWS])
        crowded: list[uuid.UUID] = [row[0] for row in cursor.fetchall()]
        for endpoint_id in crowded:
            cursor.execute(_FOLD, [endpoint_id, endpoint_id])
