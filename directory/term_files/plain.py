"""What lists that come as JSON are read with: one text, objects, what a list is for."""

from typing import Any

from directory.choices import Facet

_FACETS = {
    "service": Facet.SERVICE_TYPE,
    "activit": Facet.SERVICE_TYPE,
    "need": Facet.NEED,
    "circumstance": Facet.CIRCUMSTANCE,
    "audience": Facet.AUDIENCE,
    "accessib": Facet.ACCESSIBILITY,
}
"""What a list is for, by what stands in its name."""


def objects(value: Any) -> list[Any]:
    """The objects of an array; none where it is no array."""
    return [each for each in value if isinstance(each, dict)] if isinstance(
        value, list) else []  # fmt: skip


def one_text(value: Any) -> str:
    """Text in one line; ``""`` for what is none. Of several languages, English."""
    if isinstance(value, dict):
        value = value.get("en") or value.get("en-GB") or value.get("@value")
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(str(value).replace("\x00", "").split())


def facet_of(words: str) -> Facet:
    """What a list is for, where its name or address says so."""
    for part, facet in _FACETS.items():
        if part in words.lower():
            return facet
    return Facet.OTHER
