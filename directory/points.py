"""Where a place is on the map, by its postcode."""

from typing import Final

from directory import locating
from directory.choices import LocationType
from directory.locating import Located
from directory.payload import Payload

NAMES: Final = ("latitude", "longitude")
_PRECISION: Final = 1e-4
"""In degrees, ten metres or less: by so much two ways from the grid to degrees differ
(``directory/grid.py``), and so a point from elsewhere of the same postcode."""


def following(before: Payload, after: Payload) -> Payload:
    """The next version of a place with the point that goes with its postcode.

    ``before`` is the version that it follows, ``{}`` for the first. A place that people
    go to and that has no point gets that of its postcode. One whose postcode becomes
    another has moved, and its point with it, whoever set that; unless the change says
    where the new point is. While the postcode stays, so does the point.

    Where we do not know the new postcode, a point that was the old one's own goes:
    none is better than one that sends people to the wrong door. One that somebody set
    stays: we know nothing better, and a building on a new street has a new postcode.
    Where there was no postcode before, nothing moved. Never raises.
    """
    if after.get("location_type") != LocationType.PHYSICAL:
        return after
    if not any(name in after for name in NAMES):
        found = _located(postcode_of(after))
        return _at(after, found) if found else after
    was, now = postcode_of(before), postcode_of(after)
    if not was or was == now or _said(before) != _said(after):
        return after
    found = _located(now)
    if found:
        return after if _is_at(after, found) else _at(after, found)
    old = _located(was)
    return without(after) if old and _is_at(after, old) else after


def without(place: Payload) -> Payload:
    """A place without its point."""
    return {name: value for name, value in place.items() if name not in NAMES}


def postcode_of(place: Payload) -> str:
    """The postcode at which people find a place, not one for post only; ``""`` where
    there is none."""
    for address in place.get("addresses", []):
        kind = address.get("address_type", LocationType.PHYSICAL)
        if kind == LocationType.PHYSICAL and address.get("postal_code"):
            return str(address["postal_code"])
    return ""


def _located(postcode: str) -> Located | None:
    try:
        return locating.locate(postcode) if postcode else None
    except (ValueError, locating.Unknown):
        return None


def _said(place: Payload) -> list[float | None]:
    return [place.get(name) for name in NAMES]


def _at(place: Payload, found: Located) -> Payload:
    return {**place, "latitude": found.latitude, "longitude": found.longitude}


def _is_at(place: Payload, found: Located) -> bool:
    point = (found.latitude, found.longitude)
    return all(
        isinstance(said, (int, float)) and abs(said - there) <= _PRECISION
        for said, there in zip(_said(place), point, strict=True)
    )
