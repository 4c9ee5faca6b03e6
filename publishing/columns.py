"""What queries need beside the stored bytes, read from the public document alone.

So nothing can be found, sorted or measured that is not public anyway.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.postgresql.psycopg_any import NumericRange

from directory import postcodes, schedules
from publishing import facets, other_days
from publishing.render import Document

# PostgreSQL refuses to index a text of a megabyte.
LONGEST_SEARCHED = 100_000
_DAY = 24 * 60


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
    terms = _terms(full, organization, *places)
    open_minutes = _open_minutes(full.get("schedules", []))
    return {
        "title": full["name"],
        "sort_key": sort_key(full["name"]),
        "organization_id": organization.get("id"),
        "location_ids": [place["id"] for place in places],
        "term_ids": sorted(term["id"] for term in terms),
        "taxonomy_ids": sorted({term["taxonomy_id"] for term in terms}),
        "names_text": _searched([full["name"], full.get("alternate_name")]),
        "provider_text": _searched(_provider_words(full, organization, places)),
        "description_text": _searched(_description_words(full)),
        "minimum_age": full.get("minimum_age"),
        "maximum_age": full.get("maximum_age"),
        "open_minutes": open_minutes,
        "other_days": other_days.of(full),
        "facets": facets.of(full, [(s.lower, s.upper) for s in open_minutes]),
        "area": _area(places),
    }


def of_place(link: Document, full: Document) -> dict[str, Any]:
    """The columns of a service at a place: when it is open there, and where that is.

    Opening times that name no place are those of every place.
    """
    place = link["location"]
    times = [
        row
        for row in full.get("schedules", [])
        if row.get("service_at_location_id", link["id"]) == link["id"]
    ]
    return {
        "link_id": link["id"],
        "location_id": place["id"],
        "title": full["name"],
        "sort_key": sort_key(full["name"]),
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        "open_minutes": _open_minutes([*times, *link.get("schedules", [])]),
        "other_days": other_days.of(full, link),
    }


def of_organization(organization: Document) -> dict[str, Any]:
    """The columns of an organisation from its full document."""
    names = [organization["name"], organization.get("alternate_name")]
    return {
        "organization_id": organization["id"],
        "title": organization["name"],
        "sort_key": sort_key(organization["name"]),
        "names_text": _searched(names),
        "description_text": _searched([organization["description"]]),
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
    """Slots of the week; what never closes is one slot for each day."""
    found = {span for row in rows for span in schedules.weekly_minutes(row)}
    days = sorted({day for span in found for day in _by_day(*span)})
    return [NumericRange(begin, end) for begin, end in days]


def _by_day(begin: int, end: int) -> Iterator[tuple[int, int]]:
    if end - begin < _DAY:
        yield begin, end
        return
    for day in range(begin // _DAY, -(-end // _DAY)):
        yield max(begin, day * _DAY), min(end, (day + 1) * _DAY)


def _area(places: list[Document]) -> str:
    """The first half of the first published postcode."""
    for place in places:
        for address in place.get("addresses", []):
            return postcodes.outward(address["postal_code"])
    return ""
