"""What queries need beside the stored bytes, read from the public document alone.

So nothing can be found, sorted or measured that is not public anyway.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.postgresql.psycopg_any import NumericRange

from directory import postcodes, schedules
from publishing.render import Document

# PostgreSQL refuses to index a text of a megabyte.
LONGEST_SEARCHED = 100_000


def folded(text: str) -> str:
    """Text for comparing: small letters, no accents ("Café" is found by "cafe")."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def sort_key(title: str) -> str:
    """What titles are put in order by: letters and figures, quotation marks skipped."""
    plain = "".join(c if c.isalnum() else " " for c in folded(title))
    return " ".join(plain.split())[:255]


def of(full: Document) -> dict[str, Any]:
    """The columns of a service from its full document."""
    organization = full.get("organization", {})
    places = [link["location"] for link in full.get("service_at_locations", [])]
    latitude, longitude = _point(places)
    return {
        "title": full["name"],
        "sort_key": sort_key(full["name"]),
        "organization_id": organization.get("id"),
        "location_ids": [place["id"] for place in places],
        "term_ids": sorted(t["id"] for t in _terms(full, organization, *places)),
        "names_text": _searched([full["name"], full.get("alternate_name")]),
        "provider_text": _searched(_provider_words(full, organization, places)),
        "description_text": _searched(_description_words(full)),
        "minimum_age": full.get("minimum_age"),
        "maximum_age": full.get("maximum_age"),
        "open_minutes": _open_minutes(full.get("schedules", [])),
        "latitude": latitude,
        "longitude": longitude,
        "area": _area(places),
    }


def _terms(*records: Document) -> list[Document]:
    found = {
        attribute["taxonomy_term"]["id"]: attribute["taxonomy_term"]
        for record in records
        for attribute in record.get("attributes", [])
    }
    return list(found.values())


def _provider_words(
    full: Document, organization: Document, places: list[Document]
) -> Iterator[Any]:
    yield organization.get("name")
    yield organization.get("alternate_name")
    for term in _terms(full, organization):
        yield term["name"]
    for place in places:
        yield place.get("name")
        for address in place.get("addresses", []):
            yield from (address["city"], address.get("region"))
    for area in full.get("service_areas", []):
        yield area["name"]


def _description_words(full: Document) -> list[Any]:
    names = ("description", "eligibility_description", "alert")
    return [full.get(name) for name in names]


def _searched(words: Iterable[Any]) -> str:
    return folded("\n".join(w for w in words if w))[:LONGEST_SEARCHED]


def _open_minutes(rows: list[Document]) -> list[NumericRange]:
    ranges = sorted({r for row in rows for r in schedules.weekly_minutes(row)})
    return [NumericRange(begin, end) for begin, end in ranges]


def _point(places: list[Document]) -> tuple[float | None, float | None]:
    """The published point: that of the first place that has one."""
    for place in places:
        if "latitude" in place and "longitude" in place:
            return place["latitude"], place["longitude"]
    return None, None


def _area(places: list[Document]) -> str:
    """The first half of the first published postcode."""
    for place in places:
        for address in place.get("addresses", []):
            return postcodes.outward(address["postal_code"])
    return ""
