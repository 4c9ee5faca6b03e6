"""Points on the earth in the database: near somewhere, and how far away.

A point on the earth is a ``cube`` of three coordinates in metres, so that a GiST index
finds what is near; distances are straight lines, which at a hundred kilometres is a
metre less than along the ground. Outlines are in ``directory/outlines.py``.
"""

from typing import Any

from django.db import models
from django.db.models import Func, Lookup


class CubeField(models.Field[Any, Any]):
    """A PostgreSQL ``cube``; only ever made by the database itself."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "cube"


class PointOnEarth(Func):
    """Latitude and longitude in degrees as a cube; null where either is missing."""

    function = "vouch_point"
    arity = 2
    output_field = CubeField()


@CubeField.register_lookup
class Within(Lookup[Any]):
    """``point__within=(latitude, longitude, metres)``: whether it is that near."""

    lookup_name = "within"

    def get_prep_lookup(self) -> tuple[float, float, float]:
        """The middle in degrees and the radius in metres."""
        latitude, longitude, metres = self.rhs
        return float(latitude), float(longitude), float(metres)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The box that the index knows, then the ball in it."""
        point, values = self.process_lhs(compiler, connection)
        latitude, longitude, metres = self.rhs
        middle = "vouch_point(%s, %s)"
        sql = (
            f"({point} <@ cube_enlarge({middle}, %s, 3)"
            f" AND cube_distance({point}, {middle}) <= %s)"
        )
        where = [latitude, longitude, metres]
        return sql, [*values, *where, *values, *where]


class Distance(Func):
    """Metres between a stored point and one given in degrees."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = models.FloatField()

    def __init__(self, point: str, latitude: float, longitude: float) -> None:
        super().__init__(
            models.F(point),
            PointOnEarth(models.Value(latitude), models.Value(longitude)),
        )


class IsOpenWithin(Func):
    """Whether a slot of the week begins and ends in a window of a day.

    Arguments: the slots, a weekday from Monday 0 or null for any, and two minutes of a
    day. A slot that goes past midnight ends with its day.
    """

    function = "vouch_is_open_within"
    arity = 4
    output_field = models.BooleanField()


class IsOpenOn(Func):
    """Whether it is open for a minute in a window of a day.

    Arguments: the slots of the week and the days that are different, as they are
    stored (``publishing/other_days.py``), a weekday from Monday 0 or null for any, two
    minutes of a day, and the keys under which a certain day may be different, the one
    that counts most first.
    """

    function = "vouch_is_open_on"
    arity = 6
    output_field = models.BooleanField()
