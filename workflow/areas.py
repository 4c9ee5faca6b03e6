"""Which ward, parish or district a place lies in, asked of the map when it is needed.

A point on a border lies in the smaller of the areas that it touches. A place that is
kept secret (a refuge) lies in none: even its ward would say something about it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Partnership
from directory.models import Location
from directory.outlines import NEARBY, MapPoint
from workflow.choices import AreaKind
from workflow.models import Area, AreaOutline, Listing


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
    holding = AreaOutline.objects.filter(
        area__partnership=place,
        area__kind=kind,
        corners__holds=MapPoint(OuterRef("longitude"), OuterRef("latitude")),
    ).order_by("area__size", "area__code")
    return Location.objects.filter(
        sensitive=False, latitude__isnull=False, longitude__isnull=False
    ).annotate(area_id=Subquery(holding.values("area_id")[:1]))


def listings_in(area: Area) -> "QuerySet[Listing]":
    """The services of the area's place that have a location in it."""
    inside = located(area.partnership, area.kind).filter(area_id=area.pk)
    return Listing.objects.filter(
        partnership=area.partnership,
        location_ids__overlap=ArraySubquery(inside.values("pk")),
    )


@dataclass(frozen=True)
class Counted:
    """An area with how many public services and their places are in it."""

    area: Area
    services: int
    places: int


_POINT = "point(d.longitude::float8, d.latitude::float8)"
_COUNT = f"""
WITH used AS (
    SELECT l.id AS listing_id, unnest(l.location_ids) AS location_id
    FROM workflow_listing l
    WHERE l.partnership_id = %(place)s AND l.stage = 'published'
    AND NOT l.location_ids && %(without)s::uuid[]
), lies AS MATERIALIZED (  -- so that each place is looked up once
    SELECT d.id AS location_id, (
        SELECT o.area_id FROM workflow_areaoutline o
        JOIN workflow_area a ON a.id = o.area_id
        WHERE a.partnership_id = %(place)s AND a.kind = %(kind)s
        AND o.corners && polygon(box({_POINT} - {NEARBY}, {_POINT} + {NEARBY}))
        AND o.corners @> {_POINT}
        ORDER BY a.size, a.code LIMIT 1) AS area_id
    FROM directory_location d
    WHERE NOT d.sensitive AND d.id IN (SELECT location_id FROM used)
    AND d.longitude IS NOT NULL AND d.latitude IS NOT NULL
)
SELECT lies.area_id, count(DISTINCT used.listing_id), count(DISTINCT lies.location_id)
FROM lies JOIN used USING (location_id)
WHERE lies.area_id IS NOT NULL GROUP BY lies.area_id
"""  # noqa: S608 - names of our own


def services_by_area(place: Partnership, kind: str) -> dict[uuid.UUID, int]:
    """How many public services have a place in each area of a kind. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"place": place.pk, "kind": kind, "without": []})
        return {area: services for area, services, _ in cursor.fetchall()}


def counted(place: Partnership, without: Iterable[uuid.UUID] = ()) -> list[Counted]:
    """Every area of the place with what is public in it, by kind and name; what
    happens at a place of ``without`` counts nowhere."""
    places_out = list(without)
    numbers: dict[uuid.UUID, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        for kind in AreaKind.values:
            asked: dict[str, Any] = {
                "place": place.pk,
                "kind": kind,
                "without": places_out,
            }
            cursor.execute(_COUNT, asked)
            numbers |= {area: (n, places) for area, n, places in cursor.fetchall()}
    order = {kind: number for number, kind in enumerate(AreaKind.values)}
    areas = sorted(place.areas.all(), key=lambda a: (order[a.kind], a.name, a.code))
    return [Counted(area, *numbers.get(area.pk, (0, 0))) for area in areas]
