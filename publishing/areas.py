"""What part of the country a service covers, read from its public document. Pure.

Two things can be told apart by a machine: an ONS code at the end of an area's address,
and an outline in GeoJSON. What is only said in words keeps nobody out (digest 1.3).
"""

import json
import re

from directory.outlines import Outline, rings
from publishing.render import Document

_CODE = re.compile(r"(?:^|[/#:=])([EWSNK][0-9]{8})/?$")

COUNTRIES = {
    "E92000001": "E",
    "S92000003": "S",
    "W92000004": "W",
    "N92000002": "N",
    "K02000001": "ESWN",
    "K03000001": "ESW",
    "K04000001": "EW",
}
"""Codes of countries, and with which letter the codes of their councils begin."""

_COUNCILS = ("E06", "E07", "E08", "E09", "W06", "S12", "N09")


def covered(full: Document) -> tuple[set[str], list[Outline]]:
    """The codes and the outlines of the areas of a service."""
    codes: set[str] = set()
    outlines: list[Outline] = []
    for area in full.get("service_areas", []):
        code = _code(area.get("uri", ""))
        if code:
            codes.add(code)
        elif area.get("extent_type") == "geojson":
            outlines.extend(_outlines(area.get("extent", "")))
    return codes, outlines


def codes_of(council: str) -> list[str]:
    """The codes of everything that holds a council, itself included."""
    if not council:
        return []
    around = [code for code, first in COUNTRIES.items() if council[0] in first]
    return [council, *around]


def _code(address: str) -> str:
    found = _CODE.search(address)
    if found is None:
        return ""
    known = found[1] in COUNTRIES or found[1].startswith(_COUNCILS)
    return found[1] if known else ""


def _outlines(text: str) -> list[Outline]:
    try:
        return list(rings(json.loads(text)))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return []
