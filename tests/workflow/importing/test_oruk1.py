"""ORUK 1.0 in our names: its sense is kept, bad values are left out and told."""

import uuid
from typing import Any

import pytest

from directory.models import TaxonomyTerm
from tests.workflow.importing import feeds
from tests.workflow.importing.mapped import Read, fixture, plain, term
from workflow.importing import oruk1
from workflow.importing.noting import What
from workflow.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_page(source: Source) -> Read:
    term("Crafts", "Service types", code="svc:crafts")
    term("Carers", "Audiences")
    return Read(source, *fixture("oruk1_page.json")["content"], standard=oruk1)


def test_full_service_of_oruk_1_keeps_its_sense(old_page: Read) -> None:
    bundle = old_page.bundles[0]
    assert bundle is not None
    crafts = str(TaxonomyTerm.objects.get(name="Crafts").pk)
    carers = str(TaxonomyTerm.objects.get(name="Carers").pk)

    assert bundle.service.payload["id"] == feeds.KNITTING
    assert plain(bundle.service.payload) == {
        "organization_id": feeds.MAKERS,
        "name": "Knit & Natter",
        "description": (
            "Bring your needles, we’ll bring the tea.\n\n"
            "- Beginners welcome\n- Café next door"
        ),
        "url": "https://www.knitandnatter.example.org",
        "email": "hello@knitandnatter.example.org",
        "status": "active",
        "minimum_age": 13,
        "maximum_age": 99,
        "eligibility_description": "adult (ages 18 to 99)\nteen (ages 13 to 17)",
        "fees": "£2 a session",
        "application_process": "You can just turn up.",
        "partner_notes": "What it gives, as its source says: Information.",
        "contacts": [
            {
                "name": "Ann Exampleworth",
                "title": "Group leader",
                "phones": [{"number": "01632 960123"}],
            }
        ],
        "schedules": [
            {
                "freq": "WEEKLY",
                "interval": 2,
                "byday": "TU",
                "opens_at": "10:00",
                "closes_at": "12:30",
                "dtstart": "2024-01-09",
                "attending_type": "venue",
            },
            {
                "valid_from": "2024-12-23",
                "valid_to": "2025-01-03",
                "description": "Closed",
            },
            {
                "freq": "MONTHLY",
                "byday": "1SA",
                "opens_at": "14:00",
                "closes_at": "16:00",
                "attending_type": "venue",
                "service_at_location_id": "9b7d4a10-51d5-4c63-9ad1-6ad9f8a11c03",
            },
        ],
        "service_at_locations": [{"location_id": feeds.HALL}],
        "service_areas": [
            {"name": "Pinfold", "uri": "http://areas.example.org/pinfold"}
        ],
        "cost_options": [
            {
                "option": "Adults",
                "amount": 2,
                "amount_description": "with tea",
                "valid_from": "2024-02-01",
            }
        ],
        "languages": [{"name": "Welsh"}],
        "funding": [{"source": "Pinfold Parish Council"}],
        "attributes": [
            {"taxonomy_term_id": crafts, "link_type": "service_type"},
            {"taxonomy_term_id": carers, "link_type": "eligibility"},
        ],
    }


def test_organization_and_place_of_oruk_1_are_records_of_their_own(
    old_page: Read,
) -> None:
    bundle = old_page.bundles[0]
    assert bundle is not None
    assert bundle.organization is not None

    assert bundle.organization.payload == {
        "id": feeds.MAKERS,
        "name": "Pinfold Makers",
        "description": "A group of people who make things.",
        "email": "info@pinfoldmakers.example.org",
        "website": "https://pinfoldmakers.example.org/",
    }
    assert [plain(place.payload) for place in bundle.locations] == [
        {
            "location_type": "physical",
            "name": "Pinfold Hall",
            "description": "Next to the green.",
            "latitude": 51.2045,
            "longitude": -2.1802,
            "addresses": [
                {
                    "address_1": "2 Mill Lane",
                    "city": "Pinfold",
                    "state_province": "Westshire",
                    "postal_code": "BA12 9ZZ",
                    "country": "GB",
                    "address_type": "physical",
                }
            ],
            "accessibility": [{"description": "Ramp at the side door"}],
        }
    ]
    assert str(bundle.assured_on_claim) == "2019-11-05"


def test_bad_values_of_oruk_1_are_left_out_alone_and_each_is_told(
    old_page: Read,
) -> None:
    bundle = old_page.bundles[1]
    assert bundle is not None

    assert plain(bundle.service.payload) == {
        "organization_id": feeds.MAKERS,
        "name": "Pinfold Repair Café",
        "minimum_age": 0,
        "schedules": [
            {"byday": "SA", "closes_at": "16:00"},
            {
                "freq": "WEEKLY",
                "byday": "MO,TU,WE,TH,FR,SA,SU",
                "opens_at": "09:00",
            },
        ],
        "service_at_locations": [{"location_id": feeds.HALL}],
        "cost_options": [{"option": "Parts"}],
    }
    assert bundle.assured_on_claim is None
    assert sorted(old_page.told("Pinfold Repair Café")) == sorted(
        [
            (What.REPAIRED, "name", "Pinfold Repair CafÃ©"),
            (What.UNREADABLE, "url", "ask at the hall"),
            (What.UNREADABLE, "email", "repairs at pinfold"),
            (What.NOT_ON_LIST, "status", "on hold"),
            (What.NOT_ON_LIST, "deliverable_type", "Mending"),
            (What.NOT_ON_LIST, "attending_type", "in the yard"),
            (What.UNREADABLE, "assured_date", "last spring"),
            (What.UNREADABLE, "eligibilitys.maximum_age", "999"),
            (What.NOT_ON_LIST, "schedules.freq", "SOMETIMES"),
            (What.UNREADABLE, "schedules.opens_at", "after lunch"),
            (What.UNREADABLE, "schedules.closes_at", "09:00"),
            (What.UNREADABLE, "contacts.phones.number", "see poster"),
            (What.UNREADABLE, "cost_options.amount", "it depends"),
        ]
    )


def test_ways_to_take_part_become_words_where_there_are_no_times(
    old_page: Read,
) -> None:
    bundle = old_page.bundles[2]
    assert bundle is not None

    assert bundle.service.payload["application_process"] == (
        "People take part online. By appointment."
    )


def test_ids_that_are_no_uuids_are_made_from_source_and_value(
    old_page: Read, source: Source
) -> None:
    bundle = old_page.bundles[2]
    assert bundle is not None
    assert bundle.organization is not None

    assert bundle.service.external_id == "chair-yoga-17"
    assert bundle.service.id == str(uuid.uuid5(source.pk, "service|chair-yoga-17"))
    assert bundle.organization.id == str(uuid.uuid5(source.pk, "organization|org-88"))
    assert bundle.service.payload["organization_id"] == bundle.organization.id


def test_service_without_a_name_is_a_line_among_the_problems(old_page: Read) -> None:
    assert old_page.bundles[3] is None
    assert (What.UNUSABLE, "name", "<p> </p>") in old_page.told("Without a name")


def test_unknown_fields_and_terms_are_told(old_page: Read) -> None:
    told = [
        (p.what, p.field, p.value, p.sentence)
        for p in old_page.notes.every()
        if p.what in (What.UNKNOWN_FIELD, What.UNKNOWN_TERM)
    ]
    end = "is no field of the standard that is kept here."

    assert told == [
        (
            What.UNKNOWN_TERM,
            "attributes",
            "svc:unheard-of · Unheard of · Service types",
            "The term “Unheard of” is not on our lists, so it was left out.",
        ),
        (
            What.UNKNOWN_FIELD,
            "contacts.phones.language",
            "",
            f"“contacts.phones.language” {end} 1 record had it; it was left out.",
        ),
        (
            What.UNKNOWN_FIELD,
            "xx_rating",
            "",
            f"“xx_rating” {end} 2 records had it; it was left out.",
        ),
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([{"eligibility": "Adults", "minimum_age": 18}], (18, None, "Adults")),
        ([{"minimum_age": "5", "maximum_age": "11.0"}], (5, 11, None)),
        ({"eligibility": "Carers"}, (None, None, "Carers")),
        (["Carers", "Veterans"], (None, None, "Carers\nVeterans")),
        (
            [{"minimum_age": 5, "maximum_age": 7}, {"minimum_age": 9}],
            (5, None, "Ages 5 to 7\nFrom 9"),
        ),
        ([{"maximum_age": 7}, {"maximum_age": 9}], (None, 9, "Up to 7\nUp to 9")),
        ([{"minimum_age": "ten", "maximum_age": -3}], (None, None, None)),
    ],
)
def test_eligibilities_become_ages_and_words(
    source: Source, given: Any, kept: tuple[Any, Any, Any]
) -> None:
    service = Read(source, feeds.service(eligibilitys=given), standard=oruk1).service

    names = ("minimum_age", "maximum_age", "eligibility_description")
    assert tuple(service.get(name) for name in names) == kept


@pytest.mark.parametrize(
    ("attending_type", "attending_access", "words"),
    [
        ("Home Visit", "", "People take part at people's homes."),
        ("phone, online", None, "People take part by phone or online."),
        (["venue"], ["referral", "Drop in"], (
            "People take part in person. You need to be referred. You can just turn up."
        )),
        ("", "Membership", "For members."),
        ("", "", None),
    ],
)  # fmt: skip
def test_attending_type_and_access_are_read_however_written(
    source: Source, attending_type: Any, attending_access: Any, words: str | None
) -> None:
    read = Read(
        source,
        feeds.service(attending_type=attending_type, attending_access=attending_access),
        standard=oruk1,
    )

    assert read.service.get("application_process") == words
    assert read.told() == []
