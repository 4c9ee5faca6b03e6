"""Every list of the API, and every question that may be asked of one."""

import datetime as dt
import uuid
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from directory import locating
from directory.models import Postcode, Taxonomy, TaxonomyTerm
from publishing import actions, fetching, shelving
from publishing.models import Endpoint, PublishedOrganization, PublishedService
from tests import world
from tests.publishing import sample
from workflow.actions import listings
from workflow.choices import Hidden
from workflow.models import OutboxEvent

pytestmark = pytest.mark.django_db

BASE = "/oruk/v3"
MOMENT = sample.instant("2026-09-14T12:00:00")
LISTS = (
    "services", "service_at_locations", "organizations", "taxonomies",
    "taxonomy_terms",
)  # fmt: skip


def asked(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"{BASE}/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(client: Client, path: str = "services", **query: Any) -> list[str]:
    found = asked(client, path, **query)["contents"]
    return [each.get("service", each)["name"] for each in found]


def streamed(client: Client, path: str, **query: Any) -> bytes:
    answer: Any = client.get(f"{BASE}/{path}", query)
    assert answer.streaming
    return b"".join(answer.streaming_content)


def wrong(client: Client, path: str = "services", **query: Any) -> Any:
    answer = client.get(f"{BASE}/{path}", query)
    assert answer.status_code == 400, answer.content
    return answer.json()["parameters"]


def weekly(days: str, opens: str, closes: str) -> dict[str, str]:
    return {
        "id": str(uuid.uuid4()), "freq": "WEEKLY", "byday": days, "opens_at": opens,
        "closes_at": closes,
    }  # fmt: skip


def hall(latitude: float, longitude: float, **more: Any) -> dict[str, Any]:
    return {
        "location_type": "physical", "name": "Hall", "latitude": latitude,
        "longitude": longitude, **more,
    }  # fmt: skip


@pytest.fixture
def postcode(db: None) -> Postcode:
    """One that is known: in the middle of everything here."""
    return Postcode.objects.create(
        code="BA123AB", latitude=51.2, longitude=-2.2, council="E07000187"
    )


# --- what there is --------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_list_of_nothing_is_an_empty_page(
    endpoint: Endpoint, client: Client, name: str
) -> None:
    assert asked(client, name) == {
        "total_items": 0, "total_pages": 0, "page_number": 1, "size": 0,
        "first_page": True, "last_page": True, "empty": True, "contents": [],
    }  # fmt: skip


def test_published_service_stands_at_each_of_its_places(
    place: world.Place, client: Client, faults_of: Any
) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    (link,) = asked(client, "service_at_locations")["contents"]
    whole = asked(client, f"service_at_locations/{link['id']}")

    assert link["service_id"] == str(listing.record_id)
    assert link["location_id"] == str(listing.location_ids[0])
    assert link["service"]["name"] == "Tuesday coffee morning"
    assert "addresses" not in link["location"]
    assert whole["location"]["addresses"][0]["postal_code"] == "BA12 9AA"
    assert "service_at_locations" not in whole["service"]
    assert faults_of("service_at_location", whole) == []


def test_organization_is_there_as_long_as_one_of_its_services_is(
    place: world.Place, client: Client, faults_of: Any
) -> None:
    first = world.published(place, name="Art")
    body = sample.record(first.organization_id)
    second = world.published(place, name="Bingo", run_by=body)
    actions.consume_outbox()
    path = f"organizations/{body.pk}"
    (listed,) = asked(client, "organizations")["contents"]
    whole = asked(client, path)

    assert (listed["id"], whole["id"]) == (str(body.pk), str(body.pk))
    assert faults_of("organization", whole) == []

    for listing, left in ((first, 200), (second, 404)):
        listings.hide_listing(
            by=place.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN,
            reason="Gone.",
        )  # fmt: skip
        actions.consume_outbox()
        assert client.get(f"{BASE}/{path}").status_code == left
    assert PublishedOrganization.objects.count() == 0


def test_organization_changes_with_its_record_alone(
    place: world.Place, client: Client
) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    before = PublishedOrganization.objects.get()
    sample.amend(listing.record_id, description="Now with cake.")
    actions.consume_outbox()
    assert PublishedOrganization.objects.get().last_modified == before.last_modified

    sample.amend(listing.organization_id, description="Friends of friends.")
    actions.consume_outbox()
    body = asked(client, f"organizations/{listing.organization_id}")

    assert body["description"] == "Friends of friends."
    assert PublishedOrganization.objects.get().last_modified > before.last_modified


def test_service_that_moves_takes_its_old_organization_away(
    place: world.Place, client: Client
) -> None:
    listing = world.published(place, name="Art")
    other = world.published(place, name="Bingo")
    actions.consume_outbox()
    sample.amend(listing.record_id, organization_id=str(other.organization_id))
    actions.consume_outbox()

    found = asked(client, "organizations")["contents"]
    assert [body["id"] for body in found] == [str(other.organization_id)]


def test_organizations_come_with_their_services_when_asked(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Art")
    service = orjson.loads(bytes(row.full))
    path = f"organizations/{row.organization_id}"

    assert "services" not in asked(client, path)
    assert asked(client, path, full_service="true")["services"] == [service]
    (listed,) = asked(client, "organizations", full_service="true")["contents"]
    assert listed["services"] == [service]


def test_terms_and_their_lists_are_there(
    endpoint: Endpoint, client: Client, faults_of: Any
) -> None:
    own = {"partnership_id": endpoint.partnership_id}
    kinds = Taxonomy.objects.create(
        name="Kinds", uri="https://terms.example.org/", **own
    )
    top = TaxonomyTerm.objects.create(taxonomy=kinds, name="Company", code="k:1")
    below = TaxonomyTerm.objects.create(taxonomy=kinds, name="Coffee", parent=top)
    TaxonomyTerm.objects.create(
        taxonomy=kinds, name="Tea", retired_on=dt.date(2026, 1, 1)
    )
    other = Taxonomy.objects.create(name="Needs", **own)
    need = TaxonomyTerm.objects.create(taxonomy=other, name="Somebody to talk to")
    path = "taxonomy_terms"

    assert names(client, "taxonomies") == ["Kinds", "Needs"]
    assert names(client, path) == ["Coffee", "Company", "Somebody to talk to"]
    assert names(client, path, taxonomy_id=kinds.pk) == ["Coffee", "Company"]
    assert names(client, path, parent_id=top.pk) == ["Coffee"]
    assert names(client, path, top_only="true") == ["Company", need.name]
    assert names(client, path, search="talk") == [need.name]
    assert names(client, "taxonomies", search="kin") == ["Kinds"]
    term = asked(client, f"{path}/{below.pk}")
    assert (term["parent_id"], term["taxonomy"]) == (str(top.pk), "Kinds")
    assert faults_of("taxonomy_term", term) == []
    assert faults_of("taxonomy", asked(client, f"taxonomies/{kinds.pk}")) == []


# --- questions ------------------------------------------------------------------------


def test_words_narrow_each_list(endpoint: Endpoint, client: Client) -> None:
    sample.shelve(endpoint, "Art", places=[hall(51.2, -2.2)])
    sample.shelve(endpoint, "Chess", places=[hall(51.2, -2.2)])

    assert names(client, search="ches") == ["Chess"]
    assert names(client, "service_at_locations", search="ches") == ["Chess"]
    assert names(client, "organizations", search="chess") == ["Friends of Chess"]
    assert names(client, search="ches art") == []


@pytest.mark.parametrize("path", LISTS)
def test_words_of_nothing_but_blanks_ask_for_nothing(
    endpoint: Endpoint, client: Client, path: str
) -> None:
    term = world.term("Company")
    sample.shelve(endpoint, "Art", places=[hall(51.2, -2.2)], terms=[term])

    assert asked(client, path, search=" \x1e")["total_items"] == 1


def test_terms_narrow_together(endpoint: Endpoint, client: Client) -> None:
    company, advice = world.term("Company"), world.term("Advice", "Help")
    sample.shelve(endpoint, "Both", terms=[company, advice])
    sample.shelve(endpoint, "Company", terms=[company])
    sample.shelve(endpoint, "None")

    assert names(client, taxonomy_term_id=company.pk) == ["Both", "Company"]
    assert names(client, taxonomy_term_id=[company.pk, advice.pk]) == ["Both"]
    assert names(client, taxonomy_id=advice.taxonomy_id) == ["Both"]
    assert names(client, taxonomy_term_id=uuid.uuid4()) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"minimum_age": 30, "maximum_age": 30}, ["Adults", "Everybody"]),
        ({"minimum_age": 10, "maximum_age": 10}, ["Children", "Everybody"]),
        ({"minimum_age": 10}, ["Children", "Everybody"]),
        ({"maximum_age": 70}, ["Adults", "Everybody"]),
        ({"minimum_age": 0, "maximum_age": 40}, ["Everybody"]),
        ({"minimum_age": "17.5"}, ["Children", "Everybody"]),
    ],
)
def test_ages_find_what_takes_in_people_of_them(
    endpoint: Endpoint, client: Client, query: dict[str, Any], found: list[str]
) -> None:
    sample.shelve(endpoint, "Adults", service={"minimum_age": 18})
    sample.shelve(endpoint, "Children", service={"minimum_age": 5, "maximum_age": 18})
    sample.shelve(endpoint, "Everybody")

    assert names(client, **query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"day": "MO"}, ["Always", "Morning"]),
        ({"day": "su"}, ["Always"]),
        ({"day": "FR"}, ["Always", "Night"]),
        ({"day": "SA"}, ["Always"]),
        ({"start_time": "10:00", "end_time": "12:00"}, ["Morning"]),
        ({"start_time": "10:01"}, ["Night"]),
        ({"end_time": "12:00"}, ["Morning"]),
        ({"start_time": "00:00", "end_time": "23:59"}, ["Always", "Morning", "Night"]),
        ({"day": "MO", "start_time": "09:00", "end_time": "13:00:00"}, ["Morning"]),
        ({"day": "TU", "start_time": "09:00", "end_time": "13:00"}, []),
    ],
)
def test_days_and_times_find_what_begins_and_ends_within_them(
    endpoint: Endpoint, client: Client, query: dict[str, Any], found: list[str]
) -> None:
    for name, days, opens, closes in (
        ("Always", "MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59"),
        ("Morning", "MO", "10:00", "12:00"),
        ("Night", "FR", "22:00", "02:00"),
    ):
        times = [weekly(days, opens, closes)]
        sample.shelve(endpoint, name, service={"schedules": times})
    sample.shelve(endpoint, "Unknown")

    assert names(client, **query) == found


def test_distance_is_from_the_postcode_to_the_published_point(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    far, near = hall(51.3, -2.2), hall(51.201, -2.2)
    sample.shelve(endpoint, "Far", places=[far])
    sample.shelve(endpoint, "Both", places=[far, hall(51.202, -2.2)])
    sample.shelve(endpoint, "Near", places=[near])
    sample.shelve(endpoint, "Nowhere")
    here: dict[str, Any] = {"postcode": "ba12 3ab", "proximity": 1000}

    assert names(client, **here) == ["Near", "Both"]
    assert names(client, "service_at_locations", **here) == ["Near", "Both"]
    assert names(client, postcode="BA12 3AB", proximity=12000) == [
        "Near", "Both", "Far",
    ]  # fmt: skip
    # A hundredth of a degree of latitude is 1,112 metres on this globe.
    assert names(client, postcode="BA12 3AB", proximity=111) == []
    assert names(client, postcode="BA12 3AB", proximity=112) == ["Near"]


def test_postcode_alone_finds_what_covers_it_or_does_not_say(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    def square(west: float) -> str:
        ring = [[west, 51], [west + 1, 51], [west + 1, 52], [west, 52], [west, 51]]
        return orjson.dumps({"type": "Polygon", "coordinates": [ring]}).decode()

    def area(**values: str) -> dict[str, Any]:
        return {"service_areas": [{"id": str(uuid.uuid4()), "name": "A", **values}]}

    council = "https://areas.example.org/id/"
    said: dict[str, dict[str, Any]] = {
        "Council": area(uri=f"{council}E07000187"),
        "Elsewhere": area(uri=f"{council}E07000188"),
        "England": area(uri=f"{council}E92000001"),
        "Inside": area(extent=square(-3), extent_type="geojson"),
        "Outside": area(extent=square(-1), extent_type="geojson"),
        "Unreadable": area(extent="{", extent_type="geojson"),
        "Wales": area(uri=f"{council}W92000004"),
        "Words": area(),
    }
    for name, service in said.items():
        sample.shelve(endpoint, name, service=service, places=[hall(51.2, -2.2)])
    found = ["Council", "England", "Inside", "Unreadable", "Words"]

    assert names(client, postcode="BA12 3AB") == found
    assert names(client, "service_at_locations", postcode="BA12 3AB") == found


def test_changes_and_organizations_narrow_too(
    endpoint: Endpoint, client: Client
) -> None:
    old = sample.shelve(endpoint, "Old", last_modified=MOMENT)
    sample.shelve(endpoint, "New", last_modified=MOMENT + dt.timedelta(hours=1))

    assert names(client, modified_after="2026-09-14T12:00:01Z") == ["New"]
    assert names(client, modified_after="2026-09-14T14:00:00+01:00") == ["New"]
    assert names(client, modified_after="2026-09-14") == ["New", "Old"]
    assert names(client, modified_after="2026-09-15T04:30:00+16:00") == ["New"]
    assert names(client, modified_after="9999-12-31T23:59:59-23:59") == []
    assert names(client, modified_after="0001-01-01T00:00:00+23:59") == ["New", "Old"]
    assert names(client, organization_id=old.organization_id) == ["Old"]


def test_all_questions_narrow_together(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    term = world.term("Company")
    times = [weekly("MO", "10:00", "12:00")]
    right: dict[str, Any] = {
        "service": {"minimum_age": 18, "schedules": times},
        "places": [hall(51.2, -2.2)],
        "terms": [term],
    }
    row = sample.shelve(endpoint, "Coffee", last_modified=MOMENT, **right)
    question: dict[str, Any] = {
        "search": "coffee", "taxonomy_term_id": term.pk,
        "taxonomy_id": term.taxonomy_id, "minimum_age": 40, "maximum_age": 40,
        "start_time": "09:00", "end_time": "13:00", "day": "MO",
        "postcode": "BA12 3AB", "proximity": 500,
        "organization_id": row.organization_id, "modified_after": "2026-09-01",
    }  # fmt: skip
    misses: dict[str, Any] = {
        "search": "tea", "taxonomy_term_id": uuid.uuid4(), "taxonomy_id": uuid.uuid4(),
        "minimum_age": 4, "start_time": "11:00", "end_time": "11:00", "day": "TU",
        "organization_id": uuid.uuid4(), "modified_after": "2027-01-01",
    }  # fmt: skip

    for path in ("services", "service_at_locations"):
        assert names(client, path, **question) == ["Coffee"]
        for name, value in misses.items():
            assert names(client, path, **{**question, name: value}) == [], name


# --- forms ----------------------------------------------------------------------------


def test_minimal_gives_ids_and_dates_of_everything_at_once(
    endpoint: Endpoint, client: Client
) -> None:
    rows = [
        sample.shelve(endpoint, f"Group {n:03}", last_modified=MOMENT)
        for n in range(120)
    ]
    body = orjson.loads(streamed(client, "services", minimal="true"))

    at = "2026-09-14T12:00:00.000Z"
    assert body["contents"][0] == {
        "id": str(rows[0].service_id), "last_modified": at, "modified_date": at,
    }  # fmt: skip
    assert [each["id"] for each in body.pop("contents")] == [
        str(row.service_id) for row in rows
    ]
    assert body == {
        "total_items": 120, "total_pages": 1, "page_number": 1, "size": 120,
        "first_page": True, "last_page": True, "empty": False,
    }  # fmt: skip
    short = asked(client, "services", minimal="true", per_page=7, page=2)
    assert (short["size"], short["contents"][0]["id"]) == (7, str(rows[7].service_id))


def test_minimal_of_nothing_is_an_empty_page(
    endpoint: Endpoint, client: Client
) -> None:
    body = orjson.loads(streamed(client, "services", minimal="true"))

    assert (body["contents"], body["empty"], body["total_pages"]) == ([], True, 0)


def test_full_gives_what_one_would_get_by_id(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Art", places=[hall(51.2, -2.2)])
    held = row.places.get()

    for path, key in (
        ("services", row.service_id),
        ("service_at_locations", held.link_id),
        ("organizations", row.organization_id),
    ):
        (listed,) = asked(client, path, full="true")["contents"]
        assert listed == asked(client, f"{path}/{key}")


def test_strict_output_holds_the_profile_alone_in_every_list(
    place: world.Place, client: Client, settings: Any
) -> None:
    world.published(place)
    actions.consume_outbox()
    settings.ORUK_STRICT_PROFILE = True
    (link,) = asked(client, "service_at_locations", full="true")["contents"]

    assert "phones" not in link["service"]
    settings.ORUK_STRICT_PROFILE = False
    (link,) = asked(client, "service_at_locations", full="true")["contents"]
    assert "phones" in link["service"]


# --- what cannot be answered ----------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"day": "Monday"}, "Give a day as MO, TU, WE, TH, FR, SA or SU."),
        ({"start_time": "25:00"}, "Give a time of day, for example 18:30."),
        ({"end_time": "noon"}, "Give a time of day, for example 18:30."),
        ({"minimum_age": "nan"}, "Give a number."),
        ({"maximum_age": "old"}, "Give a number."),
        ({"taxonomy_term_id": "x"}, "Give an id, which is a UUID."),
        ({"taxonomy_id": "{" + "0" * 32 + "}"}, "Give an id, which is a UUID."),
        ({"organization_id": "1"}, "Give an id, which is a UUID."),
        (
            {"modified_after": "yesterday"},
            "Give a date or a moment, for example 2026-03-15T10:30:00Z.",
        ),
        ({"proximity": 10}, "Give a postcode too: the distance is measured from it."),
        ({"minimal": "yes"}, "Give true or false."),
        ({"full": "1"}, "Give true or false."),
        ({"format": "xml"}, "Give json or ndjson."),
        (
            {"postcode": "BA12 9ZZ"},
            "We do not know where BA12 9ZZ is. Check it, or try another.",
        ),
    ],
)
def test_bad_value_is_told_by_its_name(
    endpoint: Endpoint, client: Client, query: dict[str, Any], said: str
) -> None:
    assert wrong(client, **query) == {next(iter(query)): said}
    path = "service_at_locations"
    assert wrong(client, path, **query) == {next(iter(query)): said}


def test_bad_values_of_the_other_lists_are_told_too(
    endpoint: Endpoint, client: Client
) -> None:
    assert set(wrong(client, "taxonomy_terms", top_only="x", parent_id="1")) == {
        "top_only", "parent_id",
    }  # fmt: skip
    assert set(wrong(client, "organizations", full_service="x")) == {"full_service"}
    body = sample.shelve(endpoint, "Art").organization_id
    assert set(wrong(client, f"organizations/{body}", full_service="x")) == {
        "full_service"
    }


# --- how much is asked of the database ------------------------------------------------


@pytest.mark.parametrize("name", ["services", "service_at_locations", "organizations"])
@pytest.mark.parametrize("form", ["", "full", "full_service"])
def test_no_list_asks_more_often_for_more_records(
    endpoint: Endpoint, client: Client, name: str, form: str
) -> None:
    counts = []
    for number in range(12):
        sample.shelve(endpoint, f"Group {number}", places=[hall(51.2, -2.2)])
        if number in (0, 11):
            with CaptureQueriesContext(connection) as asked_for:
                asked(client, name, **({form: "true"} if form else {}))
            counts.append(len(asked_for))

    assert counts[0] == counts[1]


def test_near_me_uses_the_index(endpoint: Endpoint, postcode: Postcode) -> None:
    found = locating.locate("BA12 3AB")
    row = sample.shelve(endpoint, "Art", places=[hall(51.2, -2.2)])
    places = row.places.model.objects.filter(
        point__within=(found.latitude, found.longitude, 500)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "published_place_point" in places.explain()
    assert [held.service for held in places] == [PublishedService.objects.get()]


def test_page_agrees_with_itself_while_something_is_published(
    endpoint: Endpoint, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something leaves between the counting and the reading."""
    rows = [sample.shelve(endpoint, f"Group {n}") for n in range(3)]
    many = fetching.many

    def while_one_leaves(*given: Any) -> Any:
        if PublishedService.objects.count() == 3:
            shelving.remove(PublishedService.objects.filter(pk=rows[0].pk))
        return many(*given)

    monkeypatch.setattr(fetching, "many", while_one_leaves)
    body = client.get(f"{BASE}/services").json()

    assert (body["total_items"], body["size"], len(body["contents"])) == (2, 2, 2)


def test_date_of_a_list_moves_when_something_leaves_it_late(
    place: world.Place, client: Client
) -> None:
    """Hidden at noon, taken away at two: who has seen the list of one asks again."""
    noon = MOMENT
    with clock.at(noon - dt.timedelta(days=1)):
        hidden = world.published(place, name="Art")
        world.published(place, name="Bingo")
        actions.consume_outbox()
    with clock.at(noon):
        listings.hide_listing(
            by=place.assurer, listing_id=hidden.pk, because=Hidden.WITHDRAWN,
            reason="Gone.",
        )  # fmt: skip
    with clock.at(noon + dt.timedelta(hours=1)):
        world.published(place, name="Chess")
        waiting = OutboxEvent.objects.filter(done_at=None)
        waiting.filter(record_id=hidden.record_id).update(
            retry_at=noon + dt.timedelta(hours=2)
        )
        actions.consume_outbox()
        first = client.get(f"{BASE}/services")
    with clock.at(noon + dt.timedelta(hours=1, minutes=2)):
        first = client.get(f"{BASE}/services")
    with clock.at(noon + dt.timedelta(hours=2, minutes=1)):
        actions.consume_outbox()
    with clock.at(noon + dt.timedelta(hours=3)):
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        again = client.get(f"{BASE}/services", headers=since)

    assert again.status_code == 200
    assert [each["name"] for each in again.json()["contents"]] == ["Bingo", "Chess"]


def test_change_of_this_minute_has_no_date_yet(
    endpoint: Endpoint, client: Client
) -> None:
    with clock.at(MOMENT):
        sample.shelve(endpoint, "Art", last_modified=MOMENT)
    for seconds, told in ((59, False), (61, True)):
        with clock.at(MOMENT + dt.timedelta(seconds=seconds)):
            answer = client.get(f"{BASE}/services")
        assert ("Last-Modified" in answer.headers) == told
        assert "ETag" in answer.headers
