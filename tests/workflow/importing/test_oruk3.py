"""ORUK 3.0 in our names, with the HSDS names that feeds use beside it."""

import pytest

from directory.models import TaxonomyTerm
from tests.workflow.importing import feeds
from tests.workflow.importing.mapped import Read, fixture, plain, term
from workflow.importing.noting import What
from workflow.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_service(source: Source) -> Read:
    term(
        "Help with debt",
        "Kinds of help",
        term_uri="https://terms.example.org/debt-advice",
    )
    return Read(source, fixture("oruk3_service.json"))


def test_full_service_of_oruk_3_keeps_ids_and_hsds_names(new_service: Read) -> None:
    term = str(TaxonomyTerm.objects.get().pk)
    payload = dict(new_service.service)
    (attribute,) = payload.pop("attributes")

    assert attribute["taxonomy_term_id"] == term
    assert attribute["link_type"] == "service_type"
    assert payload == {
        "id": "c2a7b1d4-8e3f-4f7a-9b60-1d2e3f4a5b10",
        "organization_id": "d3b8c2e5-9f40-4a8b-8c71-2e3f4a5b6c11",
        "name": "Harbour debt advice",
        "alternate_name": "The Tuesday desk",
        "description": "Help with letters, bills and bailiffs.",
        "url": "https://harbouradvice.example.org/debt",
        "email": "debt@harbouradvice.example.org",
        "status": "active",
        "alert": "No session on 24 December.",
        "minimum_age": 16,
        "eligibility_description": "Anybody who lives by the harbour.",
        "fees": "Free",
        "phones": [
            {
                "id": "f5dae407-b162-4cad-8e93-4a5b6c7d8e13",
                "number": "01632 960456",
                "type": "voice",
                "description": "Helpline",
            }
        ],
        "contacts": [
            {
                "id": "06ebf518-c273-4dbe-9fa4-5b6c7d8e9f14",
                "name": "Debt team",
                "email": "team@harbouradvice.example.org",
                "phones": [
                    {
                        "id": "17fc0629-d384-4ecf-80b5-6c7d8e9fa015",
                        "number": "01632 960457",
                    }
                ],
            }
        ],
        "schedules": [
            {
                "id": "280d173a-e495-4fd0-91c6-7d8e9fa0b116",
                "freq": "WEEKLY",
                "byday": "TU,TH",
                "opens_at": "09:00",
                "closes_at": "17:00",
                "notes": "In the office or by video",
            },
            {
                "id": "391e284b-f5a6-40e1-a2d7-8e9fa0b1c217",
                "freq": "MONTHLY",
                "byday": "-1FR",
                "opens_at": "18:00",
                "attending_type": "online",
                "service_at_location_id": "4a2f395c-06b7-41f2-b3e8-9fa0b1c2d318",
            },
        ],
        "service_at_locations": [
            {
                "id": "4a2f395c-06b7-41f2-b3e8-9fa0b1c2d318",
                "location_id": "6c415b7e-28d9-4314-950a-b1c2d3e4f51a",
                "description": "Upstairs",
            }
        ],
        "service_areas": [
            {"id": "5b304a6d-17c8-4203-84f9-a0b1c2d3e419", "name": "Harbourside"}
        ],
        "cost_options": [
            {
                "id": "c2a7b1d4-8e3f-497a-bb60-17283940516a",
                "option": "Everybody",
                "amount": 0,
                "currency": "GBP",
            }
        ],
        "languages": [
            {
                "id": "9f748ea1-5b0c-4647-883d-e4f50617283d",
                "name": "Polish",
                "code": "pl",
            }
        ],
        "funding": [
            {"id": "b196a0c3-7d2e-4869-aa5f-06172839405f", "source": "Harbour Trust"}
        ],
    }


def test_organization_and_place_of_oruk_3_lose_only_what_is_wrong(
    new_service: Read,
) -> None:
    bundle = new_service.bundle
    assert bundle.organization is not None
    (place,) = bundle.locations

    assert plain(bundle.organization.payload) == {
        "name": "Harbour Advice",
        "description": "Independent advice.",
        "website": "https://harbouradvice.example.org",
        "organization_identifiers": [
            {
                "identifier_scheme": "GB-CHC",
                "identifier_type": "Charity number",
                "identifier": "9999999",
            }
        ],
    }
    assert plain(place.payload) == {
        "location_type": "physical",
        "name": "Custom House",
        "external_identifier": "100000000001",
        "external_identifier_type": "UPRN",
        "addresses": [
            {
                "address_1": "1 Quay Street",
                "city": "Wexcombe",
                "state_province": "Wexshire",
                "country": "GB",
                "address_type": "physical",
            }
        ],
        "accessibility": [
            {"description": "Lift", "url": "https://harbouradvice.example.org/lift"}
        ],
    }
    assert str(bundle.assured_on_claim) == "2026-01-15"


def test_what_oruk_3_gets_wrong_is_told(new_service: Read) -> None:
    assert new_service.told() == [
        (What.UNREADABLE, "logo", "not a picture"),
        (What.UNREADABLE, "addresses.postal_code", "not known"),
        (What.UNREADABLE, "latitude", "0, 0"),
        (What.UNKNOWN_FIELD, "partner_notes", ""),
        (What.UNKNOWN_FIELD, "program", ""),
    ]


def test_source_cannot_fill_what_is_not_open(source: Source) -> None:
    secret = {
        "partner_notes": "x",
        "internal_notes": "x",
        "maintainers": [{"name": "x"}],
    }
    read = Read(
        source,
        feeds.service(
            **secret,
            organization=feeds.organization(**secret),
            service_at_locations=[
                {"location": feeds.hall(**secret, sensitive=True, home=True)}
            ],
        ),
    )

    taken = {name for part in read.bundle.parts for name in part.payload}
    assert taken & {*secret, "sensitive", "home"} == set()


def said(term: str, link_type: str = "") -> dict[str, object]:
    return {"taxonomy_term": {"name": term}, "link_type": link_type}


def test_term_of_an_access_feature_is_a_term_of_the_place(source: Source) -> None:
    loop, lift = term("Hearing loop", "Access"), term("Lift", "Access")
    hall = feeds.hall(
        attributes=[said("Lift", "accessibility")],
        accessibility=[
            {"description": "By the stage", "attributes": [said("Hearing loop")]},
            {"description": "To all floors", "attributes": [said("Lift", "other")]},
        ],
    )

    read = Read(source, feeds.service(service_at_locations=[{"location": hall}]))

    (place,) = read.bundle.locations
    assert {
        (each["taxonomy_term_id"], each["link_type"])
        for each in place.payload["attributes"]
    } == {(loop, "accessibility"), (lift, "accessibility")}
    assert len(place.payload["attributes"]) == 2
    assert read.told("Pinfold Hall") == []


def test_terms_of_other_elements_are_left_out_and_told(source: Source) -> None:
    term("Head office", "Kinds of address")
    tagged = {"attributes": [said("Head office")]}
    hall = feeds.hall()
    hall["addresses"] = [{**hall["addresses"][0], **tagged}]
    body = feeds.organization(
        organization_identifiers=[
            {"identifier_type": "Charity number", "identifier": "9999999", **tagged}
        ]
    )
    given = feeds.service(
        organization=body,
        contacts=[{"name": "The desk", **tagged}],
        service_at_locations=[{"location": hall}],
    )

    read = Read(source, given)

    assert {field for what, field, _ in read.told() if what == What.UNKNOWN_FIELD} == {
        "addresses.attributes",
        "contacts.attributes",
        "organization_identifiers.attributes",
    }
    assert [p.payload.get("attributes") or [] for p in read.bundle.parts] == [[]] * 3
