"""Which ward, parish or district a place lies in.

A point on a border lies in the smaller of the areas that it touches. A place that is
kept secret (a refuge) lies in none: even its ward would say something about it.
Triggers ask the map when a place or the map changes, and keep the answer
(``LocationArea``, docs/adr/0042).
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Partnership
from common.lookups import Ids
from directory.models import Location
from directory.outlines import NEARBY
from workflow.choices import AreaKind
from workflow.models import Area, Listing, LocationArea

_POINT = "point(d.longitude::float8, d.latitude::float8)"
_LIES = f"""
SELECT DISTINCT ON (d.id, a.partnership_id, a.kind)
    d.id, a.partnership_id, a.kind, a.id
FROM directory_location d JOIN workflow_areaoutline o
    ON o.corners && polygon(box({_POINT} - {NEARBY}, {_POINT} + {NEARBY}))
    AND o.corners @> {_POINT}
JOIN workflow_area a ON a.id = o.area_id
WHERE NOT d.sensitive AND d.longitude IS NOT NULL AND d.latitude IS NOT NULL
ORDER BY d.id, a.partnership_id, a.kind, a.size, a.code
"""  # noqa: S608 - names of our own


@transaction.atomic
def lay_again() -> int:
    """Ask the map anew where every location lies; how many rows there are then."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE directory_location, workflow_area IN SHARE MODE")
        cursor.execute("DELETE FROM workflow_locationarea")
        cursor.execute(
            "INSERT INTO workflow_locationarea"
            f" (location_id, partnership_id, kind, area_id) {_LIES}"
        )
    return LocationArea.objects.count()


def areas_of_locations(
    location_ids: Iterable[uuid.UUID],
    place: Partnership,
    kind: str = AreaKind.WARD,
) -> dict[uuid.UUID, Area]:
    """In which area of a kind each of these locations lies; those in none are left out.

    Two queries, however many there are.
    """
    found = dict(
        located(place, kind)
        .filter(pk__in=list(location_ids), area_id__isnull=False)
        .values_list("pk", "area_id")
    )
    areas = Area.objects.in_bulk(set(found.values()))
    return {location: areas[area] for location, area in found.items()}


def areas_of_listing(listing: Listing, kind: str = AreaKind.WARD) -> list[Area]:
    """The areas in which the places of a service lie, by name, each once."""
    found = areas_of_locations(listing.location_ids, listing.partnership, kind)
    return sorted({a.pk: a for a in found.values()}.values(), key=lambda a: a.name)


def located(place: Partnership, kind: str) -> "QuerySet[Any]":
    """Locations that may be located, with ``area_id``: where they lie, or None."""
    lies = LocationArea.objects.filter(
        location_id=OuterRef("pk"), partnership=place, kind=kind
    )
    return Location.objects.filter(
        sensitive=False, latitude__isnull=False, longitude__isnull=False
    ).annotate(area_id=Subquery(lies.values("area_id")[:1]))


def inside(place: Partnership, kind: str) -> "QuerySet[LocationArea]":
    """Where the locations lie that lie in an area of a kind of the place."""
    return LocationArea.objects.filter(partnership=place, kind=kind)


def listings_in_any(area_ids: Iterable[uuid.UUID]) -> "QuerySet[Listing]":
    """The services that have a location in one of these areas of their place."""
    places: dict[uuid.UUID, list[uuid.UUID]] = {}
    known = Area.objects.filter(pk__in=list(area_ids)).order_by()
    for place, area in known.values_list("partnership_id", "pk"):
        places.setdefault(place, []).append(area)
    where = Q(pk__in=[])
    for place, some in places.items():
        lies = LocationArea.objects.filter(area__in=some).values("location_id")
        where |= Q(partnership=place, location_ids__overlap=ArraySubquery(lies))
    return Listing.objects.filter(where)


@dataclass(frozen=True)
class Counted:
    """An area with how many public services and their places are in it."""

    area: Area
    services: int
    places: int


# Each place is looked for in the index; all at once take it a hundred times as long.
_AT_PLACES = """
SELECT l.id, l.location_ids FROM unnest(%s::uuid[]) AS place (id)
JOIN workflow_listing l ON l.location_ids @> ARRAY[place.id]
"""


def listings_at(location_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The services that have one of these places, by id, with all their places."""
    with connection.cursor() as cursor:
        cursor.execute(_AT_PLACES, [location_ids])
        return dict(cursor.fetchall())


_IDS_AT = """
SELECT coalesce(array_agg(l.id), '{{}}')::text FROM ({places}) AS place (id)
JOIN workflow_listing l ON l.location_ids @> ARRAY[place.id]
"""


def ids_at(places: QuerySet[Location]) -> Ids:
    """The ids of the services that have one of these places, to be asked about: they
    are not read here, as there may be thousands."""
    named, values = places.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_IDS_AT.format(places=named), values)
        return Ids(str(cursor.fetchone()[0]))


_COUNT = """
WITH used AS (
    SELECT l.id AS listing_id, unnest(l.location_ids) AS location_id
    FROM workflow_listing l
    WHERE l.partnership_id = %(place)s AND l.stage = 'published'
    AND NOT l.id = ANY(%(without)s::uuid[])
)
SELECT lies.area_id, count(DISTINCT used.listing_id), count(DISTINCT lies.location_id)
FROM workflow_locationarea lies JOIN used USING (location_id)
WHERE lies.partnership_id = %(place)s AND lies.kind = %(kind)s
GROUP BY lies.area_id
"""
Numbers = Mapping[uuid.UUID, tuple[int, int]]
"""By area, how many public services happen in it, and at how many places of it."""


def services_by_area(place: Partnership, kind: str) -> dict[uuid.UUID, int]:
    """How many public services have a place in each area of a kind. One query."""
    return {area: services for area, (services, _) in _numbers(place, kind, []).items()}


def numbers(place: Partnership, without: Iterable[uuid.UUID] = ()) -> Numbers:
    """What is public in each area of the place that has anything; what happens at a
    place of ``without`` counts nowhere."""
    left_out = list(listings_at(list(without)))
    found: dict[uuid.UUID, tuple[int, int]] = {}
    for kind in AreaKind.values:
        found |= _numbers(place, kind, left_out)
    return found


def _numbers(
    place: Partnership, kind: str, left_out: list[uuid.UUID]
) -> dict[uuid.UUID, tuple[int, int]]:
    asked: dict[str, Any] = {"place": place.pk, "kind": kind, "without": left_out}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        return {area: (services, places) for area, services, places in cursor}


def counted(place: Partnership, found: Numbers) -> list[Counted]:
    """Every area of the place with its numbers, by kind and name."""
    order = {kind: number for number, kind in enumerate(AreaKind.values)}
    areas = sorted(place.areas.all(), key=lambda a: (order[a.kind], a.name, a.code))
    return [Counted(area, *found.get(area.pk, (0, 0))) for area in areas]
