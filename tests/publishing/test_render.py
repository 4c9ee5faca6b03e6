"""What of a service is said, and how: the documents, without a database."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from directory import validation
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity
from directory.payload import with_ids
from directory.personal import PRIVATE_DOMAINS
from publishing import render
from publishing.render import Incomplete, Public, documents
from tests.publishing import sample

SERVICE, ORGANIZATION, LOCATION = (str(uuid.UUID(int=n)) for n in (1, 2, 3))
LINK = str(uuid.UUID(int=4))
PARENT = str(uuid.UUID(int=5))
Faults = Callable[[str, Any], list[str]]


def whole(**service: Any) -> Public:
    """A small service with an organization and a hall."""
    return Public(
        {
            "id": SERVICE,
            "organization_id": ORGANIZATION,
            "name": "Coffee morning",
            "status": "active",
            "service_at_locations": [{"id": LINK, "location_id": LOCATION}],
            **service,
        },
        {"id": ORGANIZATION, "name": "Friends"},
        {LOCATION: {"id": LOCATION, "location_type": "physical", "name": "Hall"}},
        {},
    )


def maximal() -> Public:
    """A service in which every declared field has a value."""
    term = sample.term()
    references = {
        "organization_id": ORGANIZATION,
        "location_id": LOCATION,
        "taxonomy_term_id": str(term.pk),
        "parent_organization_id": PARENT,
        "service_at_location_id": LINK,
    }
    filler = sample.Filler("word", references)
    records = {
        kind: {"id": key, **filler.record(kind)}
        for kind, key in (
            (Kind.SERVICE, SERVICE),
            (Kind.ORGANIZATION, ORGANIZATION),
            (Kind.LOCATION, LOCATION),
        )
    }
    records[Kind.SERVICE]["service_at_locations"][0]["id"] = LINK
    service, organization, location = (
        with_ids(RECORDS[kind], records[kind]) for kind in records
    )
    return Public(
        service,
        organization,
        {LOCATION: location},
        {str(term.pk): term},
        dt.date(2026, 9, 12),
        "services@council.example",
    )


def published_names(document: Any, entity: Entity) -> set[str]:
    """The dotted paths of a document that stand for declared fields."""
    found = set()
    for item in entity.fields:
        if item.name in document:
            found.add(item.name)
    for each in entity.lists:
        for element in document.get(each.name, []):
            inner = published_names(element, each.entity)
            found |= {f"{each.name}[].{name}" for name in inner}
    return found


def open_names(entity: Entity, *, strict: bool) -> set[str]:
    """The dotted paths of all fields that may be published."""
    found = {
        item.name
        for item in entity.fields
        if item.visibility == Visibility.OPEN and (item.profile or not strict)
    }
    for each in entity.lists:
        if each.visibility == Visibility.OPEN and (each.profile or not strict):
            inner = open_names(each.entity, strict=strict)
            found |= {f"{each.name}[].{name}" for name in inner}
    return found


def records_in(document: Any) -> dict[str, Any]:
    """The three records of a full document."""
    return {
        Kind.SERVICE: document,
        Kind.ORGANIZATION: document["organization"],
        Kind.LOCATION: document["service_at_locations"][0]["location"],
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_maximal_record_is_a_valid_payload(kind: str) -> None:
    public = maximal()
    payload = {
        Kind.SERVICE: public.service,
        Kind.ORGANIZATION: public.organization,
        Kind.LOCATION: public.locations[LOCATION],
    }[Kind(kind)]

    assert validation.problems(kind, payload) == {}


@pytest.mark.parametrize("kind", list(Kind))
def test_full_document_has_every_open_field_and_no_other(kind: str) -> None:
    record = records_in(documents(maximal()).full)[kind]

    assert published_names(record, RECORDS[kind]) == open_names(
        RECORDS[kind], strict=False
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_strict_document_has_the_fields_of_the_profile_and_no_other(kind: str) -> None:
    record = records_in(documents(maximal()).strict_full)[kind]

    assert published_names(record, RECORDS[kind]) == open_names(
        RECORDS[kind], strict=True
    )


@pytest.mark.parametrize("form", ["full", "strict_full"])
def test_maximal_full_document_satisfies_the_standard(
    form: str, faults_of: Faults
) -> None:
    document = getattr(documents(maximal()), form)
    document["last_modified"] = "2026-09-12T10:00:00.000Z"

    assert faults_of("service", document) == []


@pytest.mark.parametrize("form", ["item", "strict_item"])
def test_maximal_list_document_satisfies_the_standard(
    form: str, faults_of: Faults
) -> None:
    document = getattr(documents(maximal()), form)
    document["last_modified"] = "2026-09-12T10:00:00.000Z"

    assert faults_of("service_list", {"contents": [document]}) == []


def test_strict_document_has_no_name_that_the_profile_lacks(
    schema_of: Callable[[str], Any],
) -> None:
    def unknown(node: Any, known: Any, path: str = "") -> list[str]:
        if isinstance(node, list):
            return [u for n in node for u in unknown(n, known["items"], path)]
        if not isinstance(node, dict):
            return []
        return [
            found
            for name, inner in node.items()
            for found in (
                unknown(inner, known["properties"][name], f"{path}/{name}")
                if name in known["properties"]
                else [f"{path}/{name}"]
            )
        ]

    assert unknown(documents(maximal()).strict_full, schema_of("service")) == []


def test_nothing_is_null_or_empty() -> None:
    gaps: dict[str, Any] = {
        "description": "",
        "url": None,
        "alert": "   ",
        "schedules": [],
    }
    document = documents(whole(**gaps)).full

    assert set(document) == {
        "id", "organization_id", "name", "status", "organization",
        "service_at_locations",
    }  # fmt: skip


def test_second_names_carry_the_same_text() -> None:
    full = documents(maximal()).full
    access = records_in(full)[Kind.LOCATION]["accessibility"][0]
    area = full["service_areas"][0]
    term = full["attributes"][0]["taxonomy_term"]

    assert access["accessibility"] == access["description"]
    assert area["service_area"] == area["name"]
    assert term["term"] == term["name"]


def test_required_texts_fall_back_to_the_name() -> None:
    bare = sample.term(description="", term_uri="", code="")
    public = whole(attributes=[{"id": LINK, "taxonomy_term_id": str(bare.pk)}])
    public = Public(
        public.service, public.organization, public.locations, {str(bare.pk): bare}
    )
    full = documents(public).full

    assert full["organization"]["description"] == "Friends"
    assert full["attributes"] == [
        {
            "id": LINK,
            "link_id": SERVICE,
            "link_entity": "service",
            "taxonomy_term_id": str(bare.pk),
            "taxonomy_term": {
                "id": str(bare.pk),
                "name": "Coffee mornings",
                "term": "Coffee mornings",
                "description": "Coffee mornings",
                "taxonomy": "Kinds of service",
                "taxonomy_id": str(bare.taxonomy_id),
            },
        }
    ]


def test_term_that_is_not_known_is_left_out() -> None:
    full = documents(whole(attributes=[{"id": LINK, "taxonomy_term_id": PARENT}])).full

    assert "attributes" not in full


def test_times_have_seconds() -> None:
    rows = [{"id": PARENT, "opens_at": "09:30", "closes_at": "12:00"}]
    full = documents(whole(schedules=rows)).full

    assert full["schedules"] == [
        {"id": PARENT, "opens_at": "09:30:00", "closes_at": "12:00:00"}
    ]


def test_address_gets_what_the_standard_asks_for() -> None:
    public = whole()
    public.locations[LOCATION]["addresses"] = [
        {
            "id": PARENT,
            "address_1": "1 High Street",
            "city": "Testham",
            "state_province": "England",
            "postal_code": "BA12 9AA",
            "country": "UK",
        }
    ]
    (address,) = records_in(documents(public).full)[Kind.LOCATION]["addresses"]

    assert (address["country"], address["address_type"]) == ("GB", "physical")


@pytest.mark.parametrize("gap", ["address_1", "city", "state_province", "postal_code"])
def test_address_that_lacks_what_it_needs_is_left_out(gap: str) -> None:
    public = whole()
    address = {
        "id": PARENT,
        "address_1": "1 High Street",
        "city": "Testham",
        "state_province": "England",
        "postal_code": "BA12 9AA",
    }
    del address[gap]
    public.locations[LOCATION]["addresses"] = [address]

    assert "addresses" not in records_in(documents(public).full)[Kind.LOCATION]


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("url", "ask at the door"),
        ("url", "https://a b.example/"),
        ("email", "at the door"),
        ("minimum_age", "eighteen"),
        ("minimum_age", True),
        ("url", ["https://www.example.org"]),
    ],
)
def test_value_that_its_field_cannot_hold_is_left_out(name: str, bad: Any) -> None:
    assert name not in documents(whole(**{name: bad})).full


def test_value_in_an_older_form_is_published_in_the_present_one() -> None:
    full = documents(whole(url="www.coffee.example", minimum_age="18")).full

    assert (full["url"], full["minimum_age"]) == ("https://www.coffee.example", 18)


def test_text_is_published_as_it_was_accepted() -> None:
    words = "Tea & cake, 1 < 2, &amp; <b>no</b> markup"

    assert documents(whole(description=words)).full["description"] == words


def test_bad_values_of_elements_are_left_out_and_so_are_empty_elements() -> None:
    full = documents(
        whole(
            phones=[{"id": PARENT, "number": "ask at the bar"}],
            schedules=[{"id": PARENT, "freq": "DAILY", "dtstart": "soon"}],
            cost_options=[{"id": PARENT, "amount": "lots", "option": "adults"}],
        )
    ).full

    assert [full.get(n) for n in ("phones", "schedules", "cost_options")] == [
        None,
        None,
        [{"id": PARENT, "option": "adults"}],
    ]


def test_id_that_is_no_uuid_becomes_one_and_stays_the_same() -> None:
    rows = [{"id": "17", "source": "Donations"}]
    first, second = (documents(whole(funding=rows)).full for _ in range(2))

    assert first["funding"] == second["funding"]
    assert str(uuid.UUID(first["funding"][0]["id"])) == first["funding"][0]["id"]


def test_register_that_org_id_does_not_know_is_not_named() -> None:
    public = whole()
    public.organization["organization_identifiers"] = [
        {
            "id": PARENT,
            "identifier_scheme": "other",
            "identifier_type": "Our own number",
            "identifier": "7",
        }
    ]
    full = documents(public).full

    assert full["organization"]["organization_identifiers"] == [
        {"id": PARENT, "identifier_type": "Our own number", "identifier": "7"}
    ]


def test_place_that_comes_as_a_bare_id_leaves_no_trace() -> None:
    rows = [{"id": PARENT, "opens_at": "09:30", "service_at_location_id": LINK}]
    public = whole(schedules=rows)
    public.locations[LOCATION].clear()
    public.locations[LOCATION]["id"] = LOCATION
    full = documents(public).full

    assert "service_at_locations" not in full
    assert full["schedules"] == [{"id": PARENT, "opens_at": "09:30:00"}]
    assert not [t for t in sample.texts(full) if t in (LOCATION, LINK)]


def test_schedule_points_to_a_place_that_is_public() -> None:
    rows = [{"id": PARENT, "opens_at": "09:30", "service_at_location_id": LINK}]
    full = documents(whole(schedules=rows)).full

    assert full["schedules"][0]["service_at_location_id"] == LINK
    assert full["service_at_locations"][0]["id"] == LINK


def test_organization_that_is_not_public_leaves_no_trace() -> None:
    public = whole()
    public.organization.clear()
    forms = documents(public)

    assert not [t for t in sample.texts(forms.full) if t == ORGANIZATION]
    assert {"organization", "organization_id"} & {*forms.full, *forms.item} == set()


@pytest.mark.parametrize("gap", ["name", "status"])
def test_service_without_name_or_status_cannot_be_published(gap: str) -> None:
    with pytest.raises(Incomplete):
        documents(whole(**{gap: None}))


def test_assurer_stands_beside_the_date_of_the_check_alone() -> None:
    checked = documents(maximal()).item
    public = whole()
    never = documents(
        Public(public.service, public.organization, {}, {}, None, "a@council.example")
    ).item

    assert checked["assured_date"] == "2026-09-12"
    assert checked["assurer_email"] == "services@council.example"
    assert {"assured_date", "assurer_email"} & set(never) == set()


PRIVATE_DOMAIN = min(PRIVATE_DOMAINS)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("services@council.example", "services@council.example"),
        ("jane.smith@council.example", ""),
        (f"council@{PRIVATE_DOMAIN}", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_mailbox_of_the_assurer_is_never_a_persons(address: str, kept: str) -> None:
    assert render.role_mailbox(address, "Testham Council") == kept


def test_version_changes_when_a_document_does_and_only_then() -> None:
    same = documents(whole()).version

    assert documents(whole()).version == same
    assert documents(whole(fees="£1")).version != same


def test_instant_is_utc_to_the_millisecond() -> None:
    moment = dt.datetime(
        2026, 7, 1, 9, 5, 7, 123999, dt.timezone(dt.timedelta(hours=1))
    )

    assert render.instant(moment) == "2026-07-01T08:05:07.123Z"


def test_every_form_carries_its_last_change() -> None:
    moment = sample.instant("2026-07-01T08:05:07")
    dated = render.dated(render.documents(whole()), moment)

    forms = (dated.full, dated.item, dated.strict_full, dated.strict_item)
    assert {form["last_modified"] for form in forms} == {"2026-07-01T08:05:07.000Z"}
