"""From the national grid to latitude and longitude. Pure.

The Ordnance Survey's own way (A guide to coordinate systems in Great Britain, annexes B
and C): the transverse Mercator projection undone on the Airy 1830 ellipsoid, then seven
parameters from OSGB36 to WGS84. Good to about five metres, which is less than the width
of the streets that a postcode stands for.
"""

import math
from typing import Final

# Airy 1830 and WGS84: half axes in metres.
_AIRY: Final = (6_377_563.396, 6_356_256.909)
_WGS84: Final = (6_378_137.0, 6_356_752.314_245)

# The national grid: scale on the central meridian, true and false origin.
_SCALE: Final = 0.999_601_2717
_ORIGIN: Final = (math.radians(49), math.radians(-2))
_FALSE_EAST: Final = 400_000.0
_FALSE_NORTH: Final = -100_000.0

# OSGB36 to WGS84: metres, parts per one, radians.
_SHIFT: Final = (446.448, -125.157, 542.060)
_STRETCH: Final = -20.4894e-6
_TURN: Final = tuple(math.radians(s / 3600) for s in (0.1502, 0.2470, 0.8421))

_CLOSE_ENOUGH: Final = 1e-5
"""Metres of northing; the sum below settles in three or four rounds."""


def to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of a point on the national grid in metres."""
    return _geographic(*_turned(*_cartesian(*_unprojected(easting, northing))))


def _unprojected(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude on the Airy ellipsoid, in radians."""
    a, b = _AIRY
    squared = 1 - (b * b) / (a * a)
    latitude = _ORIGIN[0]
    gone = 0.0
    while True:
        latitude += (northing - _FALSE_NORTH - gone) / (a * _SCALE)
        gone = _meridian(latitude)
        if abs(northing - _FALSE_NORTH - gone) < _CLOSE_ENOUGH:
            break
    sine, tan, sec = math.sin(latitude), math.tan(latitude), 1 / math.cos(latitude)
    across = a * _SCALE / math.sqrt(1 - squared * sine**2)
    along = a * _SCALE * (1 - squared) / (1 - squared * sine**2) ** 1.5
    eta = across / along - 1
    t2, t4, t6 = tan**2, tan**4, tan**6
    vii = tan / (2 * along * across)
    viii = tan / (24 * along * across**3) * (5 + 3 * t2 + eta - 9 * t2 * eta)
    ix = tan / (720 * along * across**5) * (61 + 90 * t2 + 45 * t4)
    x = sec / across
    xi = sec / (6 * across**3) * (across / along + 2 * t2)
    xii = sec / (120 * across**5) * (5 + 28 * t2 + 24 * t4)
    xiia = sec / (5040 * across**7) * (61 + 662 * t2 + 1320 * t4 + 720 * t6)
    east = easting - _FALSE_EAST
    return (
        latitude - vii * east**2 + viii * east**4 - ix * east**6,
        _ORIGIN[1] + x * east - xi * east**3 + xii * east**5 - xiia * east**7,
    )


def _meridian(latitude: float) -> float:
    """How far along the meridian a latitude is from the true origin, in metres."""
    a, b = _AIRY
    n = (a - b) / (a + b)
    less, more = latitude - _ORIGIN[0], latitude + _ORIGIN[0]
    first = (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
    second = (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(less) * math.cos(more)
    third = 15 / 8 * (n**2 + n**3) * math.sin(2 * less) * math.cos(2 * more)
    fourth = 35 / 24 * n**3 * math.sin(3 * less) * math.cos(3 * more)
    return b * _SCALE * (first - second + third - fourth)


def _cartesian(latitude: float, longitude: float) -> tuple[float, float, float]:
    """On the Airy ellipsoid, in metres from the middle of the earth."""
    a, b = _AIRY
    squared = 1 - (b * b) / (a * a)
    across = a / math.sqrt(1 - squared * math.sin(latitude) ** 2)
    return (
        across * math.cos(latitude) * math.cos(longitude),
        across * math.cos(latitude) * math.sin(longitude),
        (1 - squared) * across * math.sin(latitude),
    )


def _turned(x: float, y: float, z: float) -> tuple[float, float, float]:
    """The seven parameters applied."""
    tx, ty, tz = _SHIFT
    rx, ry, rz = _TURN
    scale = 1 + _STRETCH
    return (
        tx + x * scale - y * rz + z * ry,
        ty + x * rz + y * scale - z * rx,
        tz - x * ry + y * rx + z * scale,
    )


def _geographic(x: float, y: float, z: float) -> tuple[float, float]:
    """Latitude and longitude on the WGS84 ellipsoid, in degrees."""
    a, b = _WGS84
    squared = 1 - (b * b) / (a * a)
    flat = math.hypot(x, y)
    latitude = math.atan2(z, flat * (1 - squared))
    for _ in range(4):
        across = a / math.sqrt(1 - squared * math.sin(latitude) ** 2)
        latitude = math.atan2(z + squared * across * math.sin(latitude), flat)
    return math.degrees(latitude), math.degrees(math.atan2(y, x))
