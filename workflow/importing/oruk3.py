"""ORUK 3.0, and the HSDS 3.0 names it left out, as readings in our names.

Pure. Digest sections 1.5 and 2; both names of a field that the standard has twice are
understood (1.8, 11), and phone numbers and languages in HSDS names (1.8, 6).
"""

from typing import Any

from directory.choices import AttendingType, Kind, LinkType
from directory.service_elements import SCHEDULE
from workflow.importing.noting import Notes, What
from workflow.importing.taking import (
    Dialect,
    Found,
    Raw,
    Reading,
    elements,
    external_id,
    found,
    is_empty,
    take,
    text_of,
)

DIALECT = Dialect(
    names={
        "accessibility": {"accessibility": "description"},
        "language": {"language": "name"},
        "phone": {"phone": "number"},
        "schedule": {"until": "valid_to"},
        "service": {"fees_description": "fees"},
        "service_area": {"service_area": "name", "description": "name"},
    },
    # What a source says about its own record, and what we say ourselves.
    left_out={
        "service": frozenset({"assured_date", "assurer_email", "last_modified"}),
        "organization": frozenset({"last_modified"}),
        "location": frozenset({"last_modified"}),
        "schedule": frozenset({"timezone", "wkst"}),
        "accessibility": frozenset({"attributes"}),  # read apart
    },
)

_SERVICE_APART = {
    "organization", "organization_id", "service_at_locations", "attributes",
    "schedules",
}  # fmt: skip
_SCHEDULES = "schedules"


def read(value: Raw, notes: Notes, *, is_short: bool = False) -> Reading:
    """One service with its organization and places."""
    organization = _organization(value, notes)
    key = external_id(value.get("id"), value.get("name"), _name(value))
    service = found(Kind.SERVICE, key, value, notes, DIALECT, _SERVICE_APART)
    service.payload["attributes"] = _terms(value, service)
    named = value.get("organization_id")
    if organization:
        service.payload["organization_id"] = organization.external_id
    elif not is_empty(named):
        service.payload["organization_id"] = external_id(named)
    schedules = _schedules(value.get(_SCHEDULES), service, None)
    locations = _places(value, service, schedules, notes)
    service.payload["schedules"] = schedules
    return Reading(
        service, organization, locations, value.get("assured_date"), is_short
    )


def _name(value: Raw) -> Any:
    organization = value.get("organization")
    return organization.get("name") if isinstance(organization, dict) else ""


def _organization(value: Raw, notes: Notes) -> Found | None:
    given = value.get("organization")
    if not isinstance(given, dict):
        return None
    key = external_id(given.get("id"), given.get("name"))
    if not key:
        return None
    out = found(Kind.ORGANIZATION, key, given, notes, DIALECT, {"attributes"})
    out.payload["attributes"] = _terms(given, out)
    parent = given.get("parent_organization_id")
    if not is_empty(parent):
        out.payload["parent_organization_id"] = external_id(parent)
    return out


def _places(
    value: Raw, service: Found, schedules: list[Raw], notes: Notes
) -> list[Found]:
    """The places a service happens at; links and times there go to the service."""
    places: dict[str, Found] = {}
    links = []
    for given in elements(value.get("service_at_locations")):
        if not isinstance(given, dict):
            _not_a_place(service, given)
            continue
        place = _location(given, notes)
        key = place.external_id if place else external_id(given.get("location_id"))
        if not key:
            _not_a_place(service, given)
            continue
        if place:
            places.setdefault(key, place)
        link: Raw = {
            "id": external_id(given.get("id"), service.external_id, key),
            "location_id": key,
        }
        if not is_empty(given.get("description")):
            link["description"] = text_of(given["description"])
        links.append(link)
        schedules += _schedules(given.get(_SCHEDULES), service, link["id"])
        for name in sorted(set(given) - _LINK_NAMES):
            if not is_empty(given[name]) and not name.endswith("_id"):
                service.about.unknown(f"service_at_locations.{name}")
    service.payload["service_at_locations"] = links
    return list(places.values())


_LINK_NAMES = {"id", "location", "location_id", "description", _SCHEDULES}


def _not_a_place(service: Found, given: Any) -> None:
    service.about.say(
        What.UNREADABLE, "service_at_locations", given,
        "It does not say which place this is.",
    )  # fmt: skip


def _location(link: Raw, notes: Notes) -> Found | None:
    given = link.get("location")
    if not isinstance(given, dict) or is_empty(given):
        return None
    street: Raw = next(
        (a for a in elements(given.get("addresses")) if isinstance(a, dict)), {}
    )
    key = external_id(
        given.get("id") or link.get("location_id"),
        given.get("name"), street.get("address_1"), street.get("postal_code"),
    )  # fmt: skip
    if not key:
        return None
    apart = {"attributes", _SCHEDULES}
    out = found(Kind.LOCATION, key, given, notes, DIALECT, apart)
    out.payload["attributes"] = _terms(given, out) + _access_terms(given, out)
    out.payload["schedules"] = _schedules(given.get(_SCHEDULES), out, None)
    if out.label == "Without a name" and text_of(street.get("address_1")):
        out.label = text_of(street["address_1"])
    return out


def _schedules(given: Any, owner: Found, link: str | None) -> list[Raw]:
    """Opening times; how people take part is kept in words where no code says it."""
    out = []
    for each in elements(given):
        if not isinstance(each, dict):
            owner.about.say(
                What.UNREADABLE, _SCHEDULES, each,
                "Opening time: this is not in the form of the standard.",
            )  # fmt: skip
            continue
        schedule = take(SCHEDULE, each, owner.about, DIALECT, at="schedules.")
        way = text_of(schedule.get("attending_type"))
        if way.lower() in AttendingType.values:
            schedule["attending_type"] = way.lower()
        elif way:
            del schedule["attending_type"]
            said = text_of(schedule.get("notes"))
            schedule["notes"] = f"{said} {way}".strip()
        if link is not None:
            schedule["service_at_location_id"] = link
        elif schedule.get("service_at_location_id"):
            schedule["service_at_location_id"] = external_id(
                schedule["service_at_location_id"]
            )
        out.append(schedule)
    return out


def _terms(value: Raw, owner: Found) -> list[Raw]:
    """The terms on a record, as clues to find them on our own lists."""
    out = []
    for each in elements(value.get("attributes")):
        term = each.get("taxonomy_term") if isinstance(each, dict) else None
        clue = term if isinstance(term, dict) else {}
        given = each.get("taxonomy_term_id") if isinstance(each, dict) else each
        out.append(
            {
                "term": {
                    "id": text_of(clue.get("id") or given),
                    "code": text_of(clue.get("code")),
                    "uri": text_of(clue.get("term_uri")),
                    "name": text_of(clue.get("name") or clue.get("term")),
                    "taxonomy": text_of(clue.get("taxonomy")),
                },
                "link_type": _link_type(each),
            }
        )
    return out


def _access_terms(place: Raw, owner: Found) -> list[Raw]:
    """The terms on its access features, which are terms of the place here (ADR 50)."""
    terms = [
        term
        for each in elements(place.get("accessibility"))
        if isinstance(each, dict)
        for term in _terms(each, owner)
    ]
    return [{**term, "link_type": LinkType.ACCESSIBILITY} for term in terms]


def _link_type(attribute: Any) -> str:
    """What a term says, where it is one of our words for it; the list is open."""
    said = text_of(attribute.get("link_type")) if isinstance(attribute, dict) else ""
    said = said.lower().replace(" ", "_").replace("-", "_")
    return said if said in LinkType.values else ""
