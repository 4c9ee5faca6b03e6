"""Outlines on the map: how they are stored, asked and read from GeoJSON (RFC 7946).

Outlines are PostgreSQL's own polygons over longitude and latitude: good for wards and
districts, whose edges are straight lines on a map.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models import Func, Lookup
from django.db.models.functions import Cast

Outline = Sequence[tuple[float, float]]
"""Corners as (longitude, latitude) in degrees."""


NEARBY = "point(1e-5, 1e-5)"
"""Half the square around a point in which the index looks, in degrees: a metre, more
than PostgreSQL forgives where a point lies beside an outline."""


class PolygonField(models.Field[Any, Any]):
    """A PostgreSQL ``polygon``, given as its corners."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "polygon"

    def get_prep_value(self, value: Outline | None) -> str | None:
        """The corners as PostgreSQL reads them."""
        if value is None:
            return None
        return "(" + ",".join(f"({float(x)},{float(y)})" for x, y in value) + ")"


def corners_of(stored: str) -> Outline:
    """The corners of an outline as PostgreSQL writes it."""
    numbers = [float(n) for n in stored.replace("(", "").replace(")", "").split(",")]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


class MapPoint(Func):
    """Two columns or expressions, longitude and latitude in degrees, as one point."""

    function = "point"
    arity = 2
    output_field = PolygonField()

    def __init__(self, longitude: Any, latitude: Any) -> None:
        number = models.FloatField()
        super().__init__(Cast(longitude, number), Cast(latitude, number))


@PolygonField.register_lookup
class Holds(Lookup[Any]):
    """``outline__holds=(longitude, latitude)``, or a MapPoint: is it inside?"""

    lookup_name = "holds"

    def get_prep_lookup(self) -> Any:
        """The point in degrees, or the expression that stands for it."""
        if isinstance(self.rhs, MapPoint):
            return self.rhs
        longitude, latitude = self.rhs
        return float(longitude), float(latitude)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison with its two coordinates; an index finds the few outlines that
        touch a square around them."""
        outline, values = self.process_lhs(compiler, connection)
        point, more = "point(%s, %s)", self.rhs
        if isinstance(self.rhs, MapPoint):
            point, more = self.process_rhs(compiler, connection)
        square = f"polygon(box({point} - {NEARBY}, {point} + {NEARBY}))"
        sql = f"({outline} && {square} AND {outline} @> {point})"
        return sql, [*values, *more, *more, *values, *more]


def rings(node: dict[str, Any]) -> Iterator[Outline]:
    """The outer rings of a GeoJSON object; holes count as inside.

    Raises LookupError, TypeError, AttributeError, RecursionError or ValueError for
    what is no GeoJSON, and ValueError for a ring that is no outline in degrees.
    """
    kind = node.get("type")
    if kind == "FeatureCollection":
        for feature in node["features"]:
            yield from rings(feature)
    elif kind == "Feature" and node["geometry"]:
        yield from rings(node["geometry"])
    elif kind == "GeometryCollection":
        for geometry in node["geometries"]:
            yield from rings(geometry)
    elif kind == "Polygon":
        yield _ring(node["coordinates"][0])
    elif kind == "MultiPolygon":
        for polygon in node["coordinates"]:
            yield _ring(polygon[0])


def _ring(corners: list[Any]) -> Outline:
    out = [(float(corner[0]), float(corner[1])) for corner in corners]
    inside = all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in out)
    if len(out) < 4 or not inside:
        raise ValueError("This is no outline.")
    return out


def size(outline: Outline) -> float:
    """How large it is on the map, in square degrees: to tell the smaller of two."""
    pairs = zip(outline, [*outline[1:], outline[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def inside(outline: Outline) -> tuple[float, float]:
    """A point inside an outline, well away from its edge: longitude, latitude.

    The middle of the widest stretch inside, on a line between two of its corners'
    latitudes. Of an outline without any width, its first corner.
    """
    heights = sorted({y for _, y in outline})
    best: tuple[float, tuple[float, float]] = (0.0, outline[0])
    # Between the corners that lie furthest apart: a few lines are enough.
    gaps = sorted(itertools.pairwise(heights), key=lambda g: g[0] - g[1])
    for low, high in gaps[:_LINES]:
        latitude = (low + high) / 2
        crossed = sorted(_crossings(outline, latitude))
        for west, east in zip(crossed[::2], crossed[1::2], strict=False):
            if east - west > best[0]:
                best = east - west, ((west + east) / 2, latitude)
    return best[1]


_LINES = 20


def _crossings(outline: Outline, latitude: float) -> Iterator[float]:
    """The longitudes at which an outline crosses a latitude that no corner has."""
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 < latitude) != (y2 < latitude):
            yield x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
