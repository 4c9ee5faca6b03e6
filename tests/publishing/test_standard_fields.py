"""The standard's names, typed from its text, against what is declared and published.

Every field and list of ORUK 3.0 (specification of March 2026) and of HSDS 3.0 where the
UK profile left it out: either it is here, or its absence has a reason (ADR 15).
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest

from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity
from directory.dictionary import entries
from publishing.render import dated, documents
from tests.publishing.test_render import maximal, records_in

STANDARD = {
    "service": """id organization_id name description url email status fees
        accreditations minimum_age maximum_age assured_date assurer_email alert
        last_modified schedules service_areas service_at_locations languages
        organization funding cost_options contacts attributes alternate_name
        application_process eligibility_description fees_description
        interpretation_services licenses phones program program_id
        required_documents wait_time""",
    "organization": """id name description email website logo uri
        parent_organization_id organization_identifiers attributes alternate_name
        contacts funding legal_status locations phones programs tax_id tax_status
        year_incorporated""",
    "organization_identifier": """id organization_id identifier_scheme
        identifier_type identifier attributes""",
    "service_at_location": """id service_id location_id location attributes contacts
        description phones schedules""",
    "location": """id location_type name description latitude longitude
        external_identifier external_identifier_type addresses accessibility
        attributes alternate_name contacts languages organization_id phones schedules
        transportation url""",
    "address": """id location_id attention address_1 city region state_province
        postal_code country address_type attributes address_2""",
    "accessibility": "id location_id description details url attributes accessibility",
    "schedule": """id service_id service_at_location_id valid_from valid_to dtstart
        freq interval byday bymonthday description opens_at closes_at schedule_link
        attending_type notes attributes byweekno byyearday count location_id timezone
        until wkst""",
    "service_area": """id service_id name extent extent_type uri service_area
        attributes description""",
    "contact": """id service_id name title attributes department email location_id
        organization_id phones service_at_location_id""",
    "phone": """id contact_id number description languages attributes extension
        location_id organization_id service_at_location_id service_id type""",
    "language": "id service_id phone_id attributes code location_id name note",
    "cost_option": """id service_id valid_from valid_to option amount
        amount_description attributes currency""",
    "funding": "id service_id source attributes organization_id",
    "attribute": """id link_id taxonomy_term_id link_type taxonomy_term link_entity
        value""",
}
PARENTS = {"service_id", "organization_id", "location_id", "contact_id", "phone_id",
           "service_at_location_id"}  # fmt: skip
"""Of an element they only repeat what it hangs on (digest 1.5: including them is
allowed, the official examples leave them out)."""
LEFT_OUT = {
    "service": {"program", "program_id"},
    "organization": {"locations", "tax_id", "tax_status"},
    "organization_identifier": {"attributes"},
    "service_at_location": {"attributes", "contacts", "phones", "schedules"},
    "location": {"contacts", "organization_id"},
    "address": {"attributes"},
    "accessibility": {"attributes"},
    "schedule": {"attributes", "byweekno", "byyearday", "count", "timezone", "until",
                 "wkst"},
    "service_area": {"attributes", "description"},
    "contact": {"attributes"},
    "phone": {"attributes"},
    "language": {"attributes"},
    "cost_option": {"attributes"},
    "funding": {"attributes"},
    "attribute": {"value"},
}  # fmt: skip
"""Each with its reason in ADR 15."""


def names_of(node: Any, entity: Entity, found: dict[str, set[str]]) -> None:
    """The names that the objects of a document have, by entity."""
    found.setdefault(entity.name, set()).update(node)
    for each in entity.lists:
        for element in node.get(each.name, []):
            names_of(element, each.entity, found)


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    """What is published of a record in which everything is filled in."""
    found: dict[str, set[str]] = {}
    for kind, document in records_in(documents(maximal()).full).items():
        names_of(document, RECORDS[kind], found)
    return found


@pytest.mark.parametrize("entity", STANDARD)
def test_every_name_of_the_standard_is_published_or_left_out_for_a_reason(
    entity: str, published: dict[str, set[str]]
) -> None:
    wanted = set(STANDARD[entity].split()) - LEFT_OUT[entity] - {"last_modified"}
    if entity not in RECORDS:
        wanted -= PARENTS - published[entity]

    assert wanted - published[entity] == set()
    assert published[entity] & LEFT_OUT[entity] == set()


@pytest.mark.parametrize(
    "path",
    [
        "service.phones[].number",
        "service.contacts[].phones[].number",
        "service.contacts[].email",
        "organization.phones[].number",
        "organization.contacts[].email",
        "location.phones[].number",
        "service.languages[].name",
        "service.languages[].code",
        "service.url",
        "service.alternate_name",
        "service.eligibility_description",
        "service.application_process",
        "service.wait_time",
        "location.transportation",
        "location.addresses[].address_2",
    ],
)
def test_what_people_ask_for_is_asked_kept_and_published(path: str) -> None:
    [entry] = [entry for entry in entries() if entry.path == path]

    assert entry.seen_by == Visibility.OPEN.label
    kind, *names = path.replace("[]", "").split(".")
    assert names[0] in {n for s in RECORDS[kind].sections for n in s.names}
    node: Any = records_in(documents(maximal()).full)[Kind(kind)]
    for name in names:
        node = node[name][0] if isinstance(node[name], list) else node[name]
    assert node


def _paths(node: dict[str, Any], path: str) -> Iterator[str]:
    """Where everything of a document stands, without what has a page of its own."""
    for name, value in node.items():
        here = f"{path}.{name}"
        if isinstance(value, dict) and name in ("organization", "location"):
            yield here
        elif isinstance(value, dict):
            yield from _paths(value, here)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{here}[]"
            for element in value:
                yield from _paths(element, f"{here}[]")
        else:
            yield here


def test_everything_that_is_published_is_in_the_data_dictionary() -> None:
    every = entries()
    explained = {entry.path for entry in every} | {
        path
        for entry in every
        for path in re.findall(r"Also published as ([^.]+\.[^ ]+)\.", entry.meaning)
    }
    whole = dated(documents(maximal()), dt.datetime(2026, 9, 14, tzinfo=dt.UTC))
    found = {
        path
        for kind, document in records_in(whole.full).items()
        for path in _paths(document, kind)
    }

    assert found - explained == set()
