"""From the shapes to payloads: the documents that a service, body or place is."""

from collections.abc import Mapping
from typing import Any

from config.demo.shapes import Body, Place, Service, Town, key_id
from directory.payload import Payload


def organization_id(town: Town, body: Body) -> str:
    """The id of a body's record."""
    return key_id(town.slug, "body", body.name)


def service_id(town: Town, name: str) -> str:
    """The id of a service's record."""
    return key_id(town.slug, "service", name)


def place_id(town: Town, key: str) -> str:
    """The id of a place's record."""
    return key_id(town.slug, "place", key)


def organization(town: Town, body: Body) -> Payload:
    """The body as a payload."""
    payload: dict[str, Any] = {
        "id": organization_id(town, body), "name": body.name,
        "description": body.description, "email": body.email,
        "website": body.website, "legal_status": body.legal,
        "internal_notes": "" if body.email else "No mailbox of their own: ring.",
    }  # fmt: skip
    if body.phone:
        payload["phones"] = [{"number": body.phone}]
    if body.number:
        scheme, kind, number = body.number
        payload["organization_identifiers"] = [
            {"identifier_scheme": scheme, "identifier_type": kind, "identifier": number}
        ]
    return payload


def location(town: Town, place: Place) -> Payload:
    """The place as a payload."""
    payload: dict[str, Any] = {
        "id": place_id(town, place.key), "name": place.name,
        "transportation": place.bus,
        "location_type": "virtual" if place.kind == "virtual" else "physical",
        "sensitive": place.kind == "secret", "home": place.kind == "home",
        "accessibility": [{"description": words} for words in place.access],
    }  # fmt: skip
    if place.point:
        payload["latitude"], payload["longitude"] = place.point
    if place.street:
        payload["addresses"] = [
            {
                "address_1": place.street, "region": place.village,
                "city": town.name, "state_province": town.county,
                "postal_code": place.postcode, "country": "GB",
                "address_type": "physical",
            }
        ]  # fmt: skip
    return payload


def service(
    town: Town, body: Body, service: Service, terms: Mapping[str, str]
) -> Payload:
    """The service as a payload; ``terms`` gives the id of each term by its name."""
    lowest, highest = service.ages
    return {
        "id": service_id(town, service.name),
        "organization_id": organization_id(town, body),
        "name": service.name, "description": service.description,
        "url": service.url or body.website, "email": service.email,
        "status": "active", "fees": service.fees,
        "minimum_age": lowest, "maximum_age": highest,
        "eligibility_description": service.who,
        "application_process": service.joining,
        "phones": [{"number": service.phone}] if service.phone else [],
        "schedules": list(service.times),
        "service_at_locations": [
            {"location_id": place_id(town, key)} for key in service.at
        ],
        "service_areas": [{"name": service.area}] if service.area else [],
        "cost_options": [
            {"option": option, "amount": amount, "currency": "GBP"}
            for option, amount in service.prices
        ],
        "attributes": [
            {"taxonomy_term_id": terms[name], "link_type": "service_type"}
            for name in service.terms
        ],
        "maintainers": [
            {"name": f"Contact of {body.name}", "title": "Coordinator",
             "email": f"keeper@{town.slug}.example"}
        ],
        **service.more,
    }  # fmt: skip
