"""Which remit each listing is in, worked out in one statement (PRODUCT.md section 5).

Explicit hand-over, else named provider, else deepest service type, else smallest area,
else the place's default; equal is a tie, and the listing is in none. The same statement
does a whole place or a few listings of it. ADR 29 says what an area is.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from common import prepared
from common.models import as_uuid
from workflow.models import Listing

DISTRICT_SIZE = 0.01
"""What a postcode district counts as in square degrees: the usual size of one (about
75 square kilometres), larger than most wards, smaller than most councils."""

_ASKED = """
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT l.id, l.organization_id, l.term_ids, l.location_ids, l.remit_id AS was,
        l.tied_remit_ids AS was_tied, CASE
            WHEN l.main_place_id = ANY(l.location_ids) THEN l.main_place_id
            ELSE l.main_area_id END AS said,
        jsonb_path_exists(l.draft, '$.locations.*.sensitive ? (@ == true)') AS guarded
    FROM workflow_listing l
    WHERE l.partnership_id = %(place)s AND NOT l.remit_handed_over {few}
)"""

# One listing as it would be at a place that is not its own yet, where no area of its
# old home says where it is.
_AS_IF = """
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT l.id, l.organization_id, %(terms)s::uuid[] AS term_ids, l.location_ids,
        NULL::uuid AS was, '{{}}'::uuid[] AS was_tied, CASE
            WHEN l.main_place_id = ANY(l.location_ids) THEN l.main_place_id END AS said,
        jsonb_path_exists(l.draft, '$.locations.*.sensitive ? (@ == true)') AS guarded
    FROM workflow_listing l WHERE l.id = ANY(%(listings)s)
)"""

_SCOPE = """, guarded AS MATERIALIZED (
    SELECT a.id FROM asked a CROSS JOIN LATERAL unnest(a.location_ids) AS p (id)
    JOIN directory_location d ON d.id = p.id AND d.sensitive
    WHERE a.said IS NOT NULL
    UNION SELECT a.id FROM asked a WHERE a.guarded
), scope AS MATERIALIZED (
    SELECT a.*, CASE WHEN g.id IS NULL THEN a.said END AS spot_id
    FROM asked a LEFT JOIN guarded g ON g.id = a.id
), remit AS MATERIALIZED (
    SELECT r.id, r.organization_ids, r.term_ids, r.area_ids, r.districts,
        r.organization_ids <> '{{}}' AS by_organization,
        r.term_ids <> '{{}}' AS by_term,
        r.area_ids <> '{{}}' OR r.districts <> '{{}}'
            OR EXISTS (SELECT FROM workflow_remitoutline o WHERE o.remit_id = r.id)
            AS by_area
    FROM workflow_remit r WHERE r.partnership_id = %(place)s AND NOT r.is_default
)"""

# Of a whole place all terms are asked, of which the planner knows how many there are.
_USED = """, used AS MATERIALIZED (
    SELECT unnest(term_ids) AS term_id FROM scope
    UNION SELECT unnest(term_ids) FROM remit
)"""
_ALL = """, used AS MATERIALIZED (SELECT id AS term_id FROM directory_taxonomyterm)"""

_TERMS = """, resolved AS (
    SELECT u.term_id, u.term_id AS now_id FROM used u
    UNION SELECT r.term_id, t.replaced_by_id FROM resolved r
    JOIN directory_taxonomyterm t ON t.id = r.now_id WHERE t.replaced_by_id IS NOT NULL
), current AS MATERIALIZED (
    SELECT r.term_id, r.now_id FROM resolved r
    JOIN directory_taxonomyterm t ON t.id = r.now_id WHERE t.replaced_by_id IS NULL
), above AS (
    SELECT now_id AS term_id, now_id AS above_id FROM current
    UNION SELECT a.term_id, t.parent_id FROM above a
    JOIN directory_taxonomyterm t ON t.id = a.above_id WHERE t.parent_id IS NOT NULL
), depth AS MATERIALIZED (
    SELECT term_id, count(*) AS depth FROM above GROUP BY term_id
), remit_term AS MATERIALIZED (
    SELECT DISTINCT r.id AS remit_id, c.now_id AS term_id
    FROM remit r CROSS JOIN LATERAL unnest(r.term_ids) AS x (id)
    JOIN current c ON c.term_id = x.id
), reach AS MATERIALIZED (
    SELECT c.term_id AS said_id, a.above_id AS term_id, d.depth
    FROM current c JOIN above a ON a.term_id = c.now_id
    JOIN (SELECT DISTINCT term_id FROM remit_term) n ON n.term_id = a.above_id
    JOIN depth d ON d.term_id = a.above_id
)"""

_AREAS = """, spot AS MATERIALIZED (
    SELECT d.id, d.longitude::float8 AS x, d.latitude::float8 AS y, 0::float8 AS size, (
        SELECT upper(split_part(trim(a.postal_code), ' ', 1))
        FROM directory_address a WHERE a.location_id = d.id ORDER BY a.position LIMIT 1
        ) AS district
    FROM directory_location d
    WHERE d.id IN (SELECT spot_id FROM scope WHERE spot_id IS NOT NULL)
    UNION ALL
    SELECT a.id, a.middle_longitude, a.middle_latitude, a.size, NULL
    FROM workflow_area a WHERE a.partnership_id = %(place)s
    AND a.id IN (SELECT spot_id FROM scope WHERE spot_id IS NOT NULL)
), remit_area AS MATERIALIZED (
    SELECT r.id AS remit_id, unnest(r.area_ids) AS key FROM remit r
    UNION SELECT r.id, md5(upper(x.code))::uuid
    FROM remit r CROSS JOIN LATERAL unnest(r.districts) AS x (code)
    UNION SELECT r.id, r.id FROM remit r
    WHERE EXISTS (SELECT FROM workflow_remitoutline o WHERE o.remit_id = r.id)
), lies AS MATERIALIZED (
    SELECT f.spot_id, f.key, min(f.size) AS size FROM (
        SELECT s.id AS spot_id, a.id AS key, a.size FROM spot s
        JOIN workflow_areaoutline o ON o.corners && polygon(box(
            point(s.x - 1e-7, s.y - 1e-7), point(s.x + 1e-7, s.y + 1e-7)))
            AND o.corners @> point(s.x, s.y)
        JOIN workflow_area a ON a.id = o.area_id
            AND a.partnership_id = %(place)s AND a.size >= s.size
        UNION ALL
        SELECT s.id, a.id, a.size FROM spot s JOIN workflow_area a ON a.id = s.id
        UNION ALL
        SELECT s.id, o.remit_id, o.size FROM spot s
        JOIN workflow_remitoutline o ON o.corners && polygon(box(
            point(s.x - 1e-7, s.y - 1e-7), point(s.x + 1e-7, s.y + 1e-7)))
            AND o.corners @> point(s.x, s.y) AND o.size >= s.size
        UNION ALL
        SELECT s.id, md5(s.district)::uuid, %(district_size)s FROM spot s
        WHERE s.district <> ''
    ) f JOIN (SELECT DISTINCT key FROM remit_area) k ON k.key = f.key
    GROUP BY f.spot_id, f.key
)"""

# One branch for each mix of parts, so that each is a plain join on all of them at once:
# no branch makes more rows than its listings have terms times areas that some remit
# names. ``placed`` stands by itself since the planner, who cannot know how few areas
# hold one place, would else put each place to each pair of its district first.
_FITTING = """, named AS MATERIALIZED (
    SELECT r.id, r.by_term, r.by_area, x.id AS organization_id
    FROM remit r CROSS JOIN LATERAL unnest(r.organization_ids) AS x (id)
), pair AS MATERIALIZED (
    SELECT t.remit_id, t.term_id, a.key
    FROM remit r JOIN remit_term t ON t.remit_id = r.id
    JOIN remit_area a ON a.remit_id = r.id
    WHERE r.by_term AND r.by_area AND NOT r.by_organization
), carried AS MATERIALIZED (
    SELECT s.id, s.organization_id, s.spot_id, h.term_id, h.depth
    FROM scope s CROSS JOIN LATERAL unnest(s.term_ids) AS x (id)
    JOIN reach h ON h.said_id = x.id
), placed AS MATERIALIZED (
    SELECT c.id, c.organization_id, c.term_id, c.depth, l.key, l.size
    FROM carried c JOIN lies l ON l.spot_id = c.spot_id
), fitting AS (
    SELECT s.id, n.id AS remit_id, 1 AS named, 0 AS depth, 'inf'::float8 AS size
    FROM scope s JOIN named n ON n.organization_id = s.organization_id
    WHERE NOT n.by_term AND NOT n.by_area
    UNION ALL
    SELECT c.id, n.id, 1, c.depth, 'inf'
    FROM carried c JOIN named n ON n.organization_id = c.organization_id
    JOIN remit_term t ON t.remit_id = n.id AND t.term_id = c.term_id
    WHERE n.by_term AND NOT n.by_area
    UNION ALL
    SELECT s.id, n.id, 1, 0, l.size
    FROM scope s JOIN named n ON n.organization_id = s.organization_id
    JOIN lies l ON l.spot_id = s.spot_id
    JOIN remit_area a ON a.remit_id = n.id AND a.key = l.key
    WHERE n.by_area AND NOT n.by_term
    UNION ALL
    SELECT c.id, n.id, 1, c.depth, c.size
    FROM placed c JOIN named n ON n.organization_id = c.organization_id
    JOIN remit_term t ON t.remit_id = n.id AND t.term_id = c.term_id
    JOIN remit_area a ON a.remit_id = n.id AND a.key = c.key
    WHERE n.by_term AND n.by_area
    UNION ALL
    SELECT c.id, t.remit_id, 0, c.depth, 'inf'
    FROM carried c JOIN (
        SELECT t.term_id, t.remit_id FROM remit_term t JOIN remit r ON r.id = t.remit_id
        WHERE NOT r.by_organization AND NOT r.by_area
    ) t ON t.term_id = c.term_id
    UNION ALL
    SELECT s.id, a.remit_id, 0, 0, l.size
    FROM scope s JOIN lies l ON l.spot_id = s.spot_id JOIN (
        SELECT a.key, a.remit_id FROM remit_area a JOIN remit r ON r.id = a.remit_id
        WHERE NOT r.by_organization AND NOT r.by_term
    ) a ON a.key = l.key
    UNION ALL
    SELECT c.id, p.remit_id, 0, c.depth, c.size
    FROM placed c JOIN pair p ON p.term_id = c.term_id AND p.key = c.key
), best AS MATERIALIZED (
    SELECT f.id, array_agg(DISTINCT f.remit_id ORDER BY f.remit_id) AS remit_ids FROM (
        SELECT f.id, f.remit_id, rank() OVER (
            PARTITION BY f.id ORDER BY f.named DESC, f.depth DESC, f.size) AS comes
        FROM fitting f) f
    WHERE f.comes = 1 GROUP BY f.id
), moved AS MATERIALIZED (
    SELECT w.* FROM (
        SELECT s.id, s.was, s.was_tied, s.organization_id, s.term_ids, CASE
            WHEN b.id IS NULL THEN rest.id
            WHEN cardinality(b.remit_ids) = 1 THEN b.remit_ids[1] END AS now,
            CASE WHEN cardinality(b.remit_ids) > 1 THEN b.remit_ids
                ELSE '{{}}' END AS tied
        FROM scope s LEFT JOIN best b ON b.id = s.id LEFT JOIN workflow_remit rest
            ON rest.partnership_id = %(place)s AND rest.is_default
    ) w WHERE w.now IS DISTINCT FROM w.was OR w.tied <> w.was_tied
)"""

# Rows are locked in the order of their ids, as actions lock them. Asked again once it
# is locked, a row that somebody changed meanwhile is left as they worked it out.
_WRITE = """, locked AS MATERIALIZED (
    SELECT l.id FROM workflow_listing l JOIN moved m ON m.id = l.id
    WHERE NOT l.remit_handed_over AND l.partnership_id = %(place)s
        AND l.organization_id IS NOT DISTINCT FROM m.organization_id
        AND l.term_ids = m.term_ids
    ORDER BY l.id FOR NO KEY UPDATE OF l
), written AS (
    UPDATE workflow_listing l SET remit_id = m.now, tied_remit_ids = m.tied
    FROM moved m JOIN locked k ON k.id = m.id WHERE l.id = m.id
    RETURNING l.id
)
SELECT m.was, m.now, m.was_tied <> '{{}}', m.tied <> '{{}}', count(*)
FROM moved m JOIN written w ON w.id = m.id GROUP BY 1, 2, 3, 4"""

_COUNT = """
SELECT m.was, m.now, m.was_tied <> '{{}}', m.tied <> '{{}}', count(*)
FROM moved m GROUP BY 1, 2, 3, 4"""


_ROOM = "SET LOCAL work_mem = '64MB'"
"""So that the rows of a whole place are put in order in memory. Until the transaction
ends, which is that of who changed the place."""


_USE = """
SELECT pg_advisory_xact_lock_shared(hashtextextended('remits of ' || key, 0))
FROM (SELECT key::text FROM unnest(%s::uuid[]) AS x (key) ORDER BY key) AS places"""
_USE_FOR = """
SELECT pg_advisory_xact_lock_shared(hashtextextended('remits of ' || key, 0))
FROM (SELECT DISTINCT partnership_id::text AS key FROM workflow_listing
    WHERE record_id = ANY(%s) OR location_ids && %s ORDER BY key) AS places"""
_CHANGE = _USE.replace("_shared", "")


def hold_rules(place_ids: Iterable[Any]) -> None:
    """Let nobody change what remits of these places take until the transaction ends.

    Whoever puts listings into remits holds the rules before the rows of the listings,
    and whoever changes them before those too: nobody waits in a ring, no remit that
    is gone is written, and no listing is left where rules put it that were changed
    meanwhile. Many hold them at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_USE, [list(place_ids)])


def hold_rules_for(record_ids: Iterable[Any]) -> None:
    """As ``hold_rules``, of the places whose listings these records are or show."""
    keys = list(record_ids)
    with connection.cursor() as cursor:
        cursor.execute(_USE_FOR, [keys, keys])


def change_rules(place_ids: Iterable[Any]) -> None:
    """Wait for all who hold the rules of these places, and let none begin.

    After the place, before any listing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, [list(place_ids)])


@dataclass(frozen=True)
class Move:
    """How many listings go from one remit to another; None is nobody's.

    A tie is nobody's too: ``was_tied`` and ``is_tied`` tell it from a gap.
    """

    was: uuid.UUID | None
    now: uuid.UUID | None
    was_tied: bool
    is_tied: bool
    number: int


def work_out(
    place_id: Any, listing_ids: Collection[Any] | None = None, *, write: bool = True
) -> list[Move]:
    """Put every listing of a place (or these of it) into the remit it belongs to.

    Writes only rows that change; with ``write=False`` none, and says what would. What
    was handed over by hand stays. Call it in the transaction of what changed, which
    holds the rules (``hold_rules``) or changes them (``change_rules``).
    """
    few = "" if listing_ids is None else "AND l.id = ANY(%(listings)s::uuid[])"
    used = _ALL if listing_ids is None else _USED
    parts = (_ASKED, _SCOPE, used, _TERMS, _AREAS, _FITTING)
    asked = "".join((*parts, _WRITE if write else _COUNT)).format(few=few)
    given = _given(place_id, {"listings": [as_uuid(key) for key in listing_ids or ()]})
    with transaction.atomic(savepoint=False):
        if listing_ids is not None and len(listing_ids) == 1:
            # With every change of a record: planning it takes longer than doing it. Of
            # many it is planned each time, by how many they are.
            return [Move(*row) for row in prepared.rows(asked, given)]
        with connection.cursor() as cursor:
            if listing_ids is None:
                cursor.execute(_ROOM)
            cursor.execute(asked, given)
            return [Move(*row) for row in cursor.fetchall()]


def would_take(
    place_id: Any, listing_id: Any, term_ids: Collection[uuid.UUID]
) -> uuid.UUID | None:
    """The remit that would hold a listing if this place were its home and these were
    its terms; None where none would, or several.

    Reads alone: nothing is written and no row locked.
    """
    parts = (_AS_IF, _SCOPE, _USED, _TERMS, _AREAS, _FITTING, "SELECT now FROM moved")
    given = {"listings": [listing_id], "terms": list(term_ids)}
    with connection.cursor() as cursor:
        cursor.execute("\n".join(parts).format(), _given(place_id, given))
        row = cursor.fetchone()
    return row[0] if row else None


def _given(place_id: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {"place": as_uuid(place_id), "district_size": DISTRICT_SIZE, **more}


def work_out_one(listing: Listing) -> None:
    """Put one saved listing into its remit, and show it on the object too."""
    if work_out(listing.partnership_id, [listing.pk]):
        listing.refresh_from_db(fields=["remit", "tied_remit_ids"])
