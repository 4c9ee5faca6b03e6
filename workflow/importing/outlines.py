"""Reading the areas of a place from GeoJSON, as councils and the ONS export them.

A FeatureCollection; each feature has a name, a code and perhaps a kind among its
properties, under plain names or those of the ONS (``WD24NM``, ``PARNCP23CD``).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from common.words import one_line
from directory.outlines import Outline, rings
from workflow.choices import AreaKind

_ONS = re.compile(r"(WD|PARNCP|PAR|LAD)\d\d(NM|CD)", re.IGNORECASE)
_ONS_KINDS = {
    "WD": AreaKind.WARD,
    "PAR": AreaKind.PARISH,
    "PARNCP": AreaKind.PARISH,
    "LAD": AreaKind.DISTRICT,
}
_BRITAIN = (-9.0, 49.0, 3.0, 61.5)
"""West, south, east, north, in degrees."""
SHOWN = 12
"""As many of the mistakes in a file are named at once."""


class CannotRead(ValueError):
    """The file cannot be used; ``sentences`` say why, one for each mistake."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class AreaRead:
    """An area as the file has it."""

    name: str
    kind: str
    code: str
    outlines: tuple[Outline, ...]


def read_areas(text: str | bytes, kind: str = "") -> list[AreaRead]:
    """The areas in the text of a file. ``kind`` is for those that do not say theirs.

    Raises CannotRead, and then nothing of the file is to be used.
    """
    features = _features(text)
    areas: list[AreaRead] = []
    wrong: list[str] = []
    codes: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        try:
            area = _area(feature, kind)
        except ValueError as error:
            wrong.append(f"Feature {number}: {error}")
            continue
        if area.code in codes:
            wrong.append(
                f"Feature {number}: {area.name} has the code {area.code}, which feature"
                f" {codes[area.code]} has already."
            )
        codes.setdefault(area.code, number)
        areas.append(area)
    if wrong:
        more = len(wrong) - SHOWN
        raise CannotRead(wrong[:SHOWN] + ([f"And {more} more."] if more > 0 else []))
    return areas


def _features(text: str | bytes) -> list[Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise CannotRead(["It is not JSON, so it cannot be GeoJSON."]) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise CannotRead(["It is no FeatureCollection: export the layer as GeoJSON."])
    if not features:
        raise CannotRead(["There are no features in it."])
    return features


def _area(feature: Any, kind: str) -> AreaRead:
    """Raises ValueError with a sentence."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    said = dict(_said(properties if isinstance(properties, dict) else {}))
    name = said.get("name", "")
    if not name:
        raise ValueError("It has no name. Call the property “name” or, say, “WD24NM”.")
    if len(name) > 120:
        raise ValueError(f"Its name is too long: “{name[:40]}…”.")
    if not said.get("code"):
        raise ValueError(f"{name} has no code. Call the property “code” or “WD24CD”.")
    if len(said["code"]) > 30:
        raise ValueError(f"The code of {name} is longer than 30 characters.")
    its_kind = said.get("kind", "").lower() or kind
    if its_kind not in AreaKind.values:
        known = ", ".join(AreaKind.values)
        raise ValueError(
            f"What kind of area is {name}? Say so in a property “kind” ({known}), or "
            "for the whole file with --kind."
        )
    return AreaRead(name, its_kind, said["code"], _outlines(feature, name))


def _said(properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name, code and kind among the properties; plain names go before those of ONS."""
    plain = {str(key).lower(): value for key, value in properties.items()}
    for key, value in plain.items():
        found = _ONS.fullmatch(key)
        if found and value:
            yield "kind", _ONS_KINDS[found[1].upper()]
            yield {"nm": "name", "cd": "code"}[found[2].lower()], one_line(str(value))
    for key in ("name", "code", "kind"):
        if plain.get(key):
            yield key, one_line(str(plain[key]))


def _outlines(feature: dict[str, Any], name: str) -> tuple[Outline, ...]:
    """Raises ValueError with a sentence."""
    _refuse_other_grids(feature, name)
    try:
        found = tuple(rings(feature))
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError):
        raise ValueError(f"The outline of {name} is broken.") from None
    if not found:
        raise ValueError(f"{name} has no outline: a Polygon or MultiPolygon.")
    west, south, east, north = _BRITAIN
    for longitude, latitude in (corner for ring in found for corner in ring):
        if west <= longitude <= east and south <= latitude <= north:
            continue
        if west <= latitude <= east and south <= longitude <= north:
            raise ValueError(
                f"{name} has latitude before longitude. GeoJSON has it the other way "
                "round."
            )
        raise ValueError(f"{name} does not lie in Great Britain.")
    return found


def _refuse_other_grids(feature: dict[str, Any], name: str) -> None:
    """Eastings and northings are the commonest mistake: say what to do about them."""
    geometry = feature.get("geometry")
    first: Any = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(first, list) and first and isinstance(first[0], list):
        first = first[0]
    if isinstance(first, list) and any(
        isinstance(n, (int, float)) and abs(n) > 1000 for n in first
    ):
        raise ValueError(
            f"{name} is in metres of the National Grid. Export it in degrees (WGS 84, "
            "EPSG:4326)."
        )
