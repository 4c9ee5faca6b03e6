"""The ORUK 3.0 API: what it answers to good, bad and odd questions."""

import datetime as dt
import gzip
import uuid
from typing import Any

import orjson
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from common import clock
from publishing import actions, queries
from publishing.models import Endpoint, Gone, PublishedService
from publishing.render import instant
from tests import world
from tests.publishing import sample
from workflow.actions import listings
from workflow.choices import Hidden

pytestmark = pytest.mark.django_db

BASE = "/oruk/v3"
ENVELOPE = [
    "total_items", "total_pages", "page_number", "size", "first_page", "last_page",
    "empty", "contents",
]  # fmt: skip
MOMENT = sample.instant("2026-09-14T12:00:00")


def names(answer: Any) -> list[str]:
    return [service["name"] for service in answer.json()["contents"]]


@pytest.fixture
def shelf(endpoint: Endpoint) -> list[PublishedService]:
    """Five services, in the order in which they are listed."""
    titles = ("Art", "“Book” club", "Chess", "Ébène choir", "Football")
    return [sample.shelve(endpoint, t, last_modified=MOMENT) for t in titles]


# --- about ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/"])
def test_root_says_which_standard_it_is(
    place: world.Place, client: Client, path: str
) -> None:
    answer = client.get(BASE + path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "version": "HSDS-UK-3.0",
        "profile": (
            "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"
        ),
        "openapi_url": "http://testserver/oruk/v3/openapi.json",
    }


def test_root_answers_where_there_is_no_place(db: None, client: Client) -> None:
    assert client.get(f"{BASE}/").status_code == 200
    assert client.get(f"{BASE}/services").json()["total_items"] == 0
    assert client.get(f"{BASE}/services/{uuid.uuid4()}").status_code == 404


# --- lists ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/services", "/services/"])
def test_list_has_the_whole_envelope(
    shelf: list[PublishedService], client: Client, path: str
) -> None:
    body = client.get(BASE + path).json()

    assert list(body) == ENVELOPE
    assert {name: body[name] for name in ENVELOPE[:-1]} == {
        "total_items": 5,
        "total_pages": 1,
        "page_number": 1,
        "size": 5,
        "first_page": True,
        "last_page": True,
        "empty": False,
    }
    assert body["contents"] == [orjson.loads(bytes(row.item)) for row in shelf]


def test_list_of_nothing_is_an_empty_page(endpoint: Endpoint, client: Client) -> None:
    answer = client.get(f"{BASE}/services")

    assert answer.status_code == 200
    assert answer.json() == {
        "total_items": 0,
        "total_pages": 0,
        "page_number": 1,
        "size": 0,
        "first_page": True,
        "last_page": True,
        "empty": True,
        "contents": [],
    }


def test_pages_hold_everything_once_in_order(
    shelf: list[PublishedService], client: Client
) -> None:
    pages = [
        client.get(f"{BASE}/services", {"page": n, "per_page": 2}) for n in (1, 2, 3)
    ]

    assert [names(page) for page in pages] == [
        ["Art", "“Book” club"],
        ["Chess", "Ébène choir"],
        ["Football"],
    ]
    flags = [[p.json()[n] for n in ("first_page", "last_page", "size")] for p in pages]
    assert flags == [[True, False, 2], [False, False, 2], [False, True, 1]]


def test_page_past_the_end_is_empty(
    shelf: list[PublishedService], client: Client
) -> None:
    answer = client.get(f"{BASE}/services", {"page": 1_000_000_000})
    body = answer.json()

    assert answer.status_code == 200
    assert (body["contents"], body["empty"], body["size"]) == ([], True, 0)
    assert (body["page_number"], body["total_items"]) == (1_000_000_000, 5)
    assert (body["first_page"], body["last_page"]) == (False, True)


def test_per_page_is_50_and_100_at_most(endpoint: Endpoint, client: Client) -> None:
    for number in range(102):
        sample.shelve(endpoint, f"Group {number:03}")

    assert client.get(f"{BASE}/services").json()["size"] == 50
    for asked in ("100", "101", "999999999999"):
        body = client.get(f"{BASE}/services", {"per_page": asked}).json()
        assert (body["size"], body["total_pages"]) == (100, 2)


def test_services_with_one_name_have_a_fixed_order(
    endpoint: Endpoint, client: Client
) -> None:
    ids = [str(sample.shelve(endpoint, "Yoga").service_id) for _ in range(6)]
    found = [
        client.get(f"{BASE}/services", {"page": n, "per_page": 1}).json()
        for n in range(1, 7)
    ]

    assert [page["contents"][0]["id"] for page in found] == sorted(ids)


def test_what_ranks_last_comes_last_from_its_day_on(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Art", ranks_last_on=MOMENT.date())
    sample.shelve(endpoint, "Chess")
    with clock.at(MOMENT - dt.timedelta(days=1)):
        before = names(client.get(f"{BASE}/services"))
    with clock.at(MOMENT):
        after = client.get(f"{BASE}/services")

    assert (before, names(after)) == (["Art", "Chess"], ["Chess", "Art"])


def test_other_place_is_not_listed(
    shelf: list[PublishedService], client: Client
) -> None:
    other = world.make_place("Elsewhere").partnership
    other.host_names = ["elsewhere.example"]
    other.save()
    there = Endpoint.objects.create(partnership=other, slug="x", name="Elsewhere")
    row = sample.shelve(there, "Far away")

    assert "Far away" not in names(client.get(f"{BASE}/services"))
    assert client.get(f"{BASE}/services/{row.service_id}").status_code == 404


def test_place_is_chosen_by_host_name(
    shelf: list[PublishedService], client: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    other = world.make_place("Elsewhere").partnership
    other.host_names = ["elsewhere.example"]
    other.save()
    there = Endpoint.objects.create(partnership=other, slug="x", name="Elsewhere")
    sample.shelve(there, "Far away")

    answer = client.get(f"{BASE}/services", headers={"host": "elsewhere.example"})
    assert names(answer) == ["Far away"]


@pytest.mark.parametrize("strict", [True, False])
def test_strict_setting_chooses_the_stored_form(
    place: world.Place, client: Client, settings: Any, strict: bool
) -> None:
    settings.ORUK_STRICT_PROFILE = strict
    listing = world.published(place, alternate_name="Cake club")
    actions.consume_outbox()
    (item,) = client.get(f"{BASE}/services").json()["contents"]
    full = client.get(f"{BASE}/services/{listing.record_id}").json()

    assert [("alternate_name" in d) for d in (item, full)] == [not strict, not strict]
    assert ("phones" in full) == (not strict)


# --- one service ----------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "/"])
def test_service_is_sent_as_it_is_stored(
    shelf: list[PublishedService], client: Client, end: str
) -> None:
    row = shelf[0]
    answer = client.get(f"{BASE}/services/{row.service_id}{end}")

    assert answer.status_code == 200
    assert answer.content == bytes(row.full)


def test_id_in_capitals_is_the_same_id(
    shelf: list[PublishedService], client: Client
) -> None:
    key = str(shelf[0].service_id).upper()

    assert client.get(f"{BASE}/services/{key}").status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        "5b6d3f6e-31a5-4d52-9b0d-5a3f1f5f3a11",
        "5b6d3f6e31a54d529b0d5a3f1f5f3a11",
        "{5b6d3f6e-31a5-4d52-9b0d-5a3f1f5f3a11}",
        "17",
        "%00",
        "%ff%fe",
        "null",
        "../services",
        "%0a",
        "x" * 3000,
    ],
)
def test_unknown_or_malformed_id_is_404(
    shelf: list[PublishedService], client: Client, key: str
) -> None:
    answer = client.get(f"{BASE}/services/{key}")

    assert answer.status_code == 404
    assert answer.json()["status"] == 404
    assert answer.json()["error"] == "Not Found"


def test_hidden_service_is_410_in_words(place: world.Place, client: Client) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    with clock.at(MOMENT + dt.timedelta(days=400)):
        listings.hide_listing(
            by=place.publisher,
            listing_id=listing.pk,
            because=Hidden.CLOSED,
            reason="Joan rang.",
        )
    actions.consume_outbox()
    answer = client.get(f"{BASE}/services/{listing.record_id}")

    assert answer.status_code == 410
    assert answer.json() == {
        "status": 410,
        "error": "Gone",
        "message": "It has closed.",
        "reason": "closed",
        "since": "2027-10-19T12:00:00.000Z",
    }


# --- bad questions --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize(
    "value", ["0", "-1", "abc", "1.5", "1e3", "+1", " 1", "१", "\x00", "1_0", "null"]
)
def test_bad_value_is_400_and_names_the_parameter(
    shelf: list[PublishedService], client: Client, name: str, value: str
) -> None:
    answer = client.get(f"{BASE}/services", {name: value})

    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "error": "Bad Request",
        "message": f"The value of {name} cannot be used.",
        "parameters": {name: answer.json()["parameters"][name]},
    }


def test_every_bad_value_is_told_at_once(
    shelf: list[PublishedService], client: Client
) -> None:
    answer = client.get(f"{BASE}/services", {"page": "9" * 10, "per_page": "0"})

    assert answer.json()["parameters"] == {
        "page": "There are not that many pages.",
        "per_page": "A page holds 1 at least.",
    }


@pytest.mark.parametrize(
    "query",
    [
        "page=&per_page=",
        "colour=blue",
        "%00=%00",
        "%ff=%fe&page%00=x",
        "search=&day=&minimal=",
        "x=" + "y" * 5000,
        "&&&===",
    ],
)
def test_what_is_not_known_or_not_given_is_ignored(
    shelf: list[PublishedService], client: Client, query: str
) -> None:
    answer = client.get(f"{BASE}/services?{query}")

    assert answer.status_code == 200
    assert answer.json()["size"] == 5


def test_far_too_many_parameters_are_refused_as_json(
    shelf: list[PublishedService], client: Client
) -> None:
    query = "&".join(f"a{n}=1" for n in range(1200))
    answer = client.get(f"{BASE}/services?{query}")

    assert answer.status_code == 400
    assert answer.json()["message"] == "The request could not be read."


@pytest.mark.parametrize(
    "path",
    [
        "/taxonomies/1", "/taxonomy_terms/1", "/organizations/1",
        "/service_at_locations/1", "/services//", "/nothing", "/services/1/2",
        "/openapi.json/", "/%00", "/%ff",
    ],
)  # fmt: skip
def test_any_other_address_is_404_as_json(
    place: world.Place, client: Client, path: str
) -> None:
    answer = client.get(BASE + path)

    assert answer.status_code == 404
    assert answer.json()["error"] == "Not Found"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["", "/services", "/services/1", "/nothing"])
def test_nothing_can_be_written(place: world.Place, method: str, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = getattr(strict, method)(BASE + path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["error"] == "Method Not Allowed"


@pytest.mark.parametrize("path", ["", "/services", "/services/1", "/openapi.json"])
def test_preflight_is_answered(place: world.Place, client: Client, path: str) -> None:
    answer = client.options(BASE + path)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "*"


def test_every_answer_may_be_read_by_any_website(
    shelf: list[PublishedService], client: Client
) -> None:
    key = shelf[0].service_id
    etag = client.get(f"{BASE}/services/{key}").headers["ETag"]
    answers = [
        client.get(BASE),
        client.get(f"{BASE}/openapi.json"),
        client.get(f"{BASE}/services"),
        client.head(f"{BASE}/services"),
        client.options(f"{BASE}/services"),
        client.post(f"{BASE}/services"),
        client.get(f"{BASE}/services?page=0"),
        client.get(f"{BASE}/services/{key}"),
        client.get(f"{BASE}/services/{key}", headers={"if-none-match": etag}),
        client.get(f"{BASE}/services/17"),
    ]

    assert [a.status_code for a in answers] == [
        200, 200, 200, 200, 204, 405, 400, 200, 304, 404,
    ]  # fmt: skip
    assert {a.headers["Access-Control-Allow-Origin"] for a in answers} == {"*"}
    assert {"sessionid" in a.cookies for a in answers} == {False}


def test_database_that_is_away_is_503_as_json(
    place: world.Place, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("no route to 10.0.0.7")

    monkeypatch.setattr(queries, "services_in_order", away)
    answer = client.get(f"{BASE}/services")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert b"10.0.0.7" not in answer.content


def test_our_own_fault_is_500_as_json_and_is_reported(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("joan.marsh@home.example")

    monkeypatch.setattr(queries, "services_in_order", broken)
    answer = Client(raise_request_exception=False).get(f"{BASE}/services")

    assert answer.status_code == 500
    assert answer.json()["message"] == "Something went wrong here. It has been noted."
    with pytest.raises(ValueError, match="joan"):
        Client().get(f"{BASE}/services")


# --- asking again ---------------------------------------------------------------------


@pytest.mark.parametrize("what", ["list", "item"])
def test_what_is_known_already_is_not_sent_again(
    shelf: list[PublishedService], client: Client, what: str
) -> None:
    path = f"{BASE}/services" + (f"/{shelf[0].service_id}" if what == "item" else "")
    first = client.get(path)
    by_etag = client.get(path, headers={"if-none-match": first.headers["ETag"]})
    weak = client.get(path, headers={"if-none-match": f"W/{first.headers['ETag']}"})
    by_date = client.get(
        path, headers={"if-modified-since": first.headers["Last-Modified"]}
    )
    other = client.get(path, headers={"if-none-match": '"something-else"'})

    assert first.headers["Last-Modified"] == http_date(MOMENT.timestamp())
    assert first.headers["Cache-Control"] == "no-cache"
    assert [a.status_code for a in (by_etag, weak, by_date, other)] == [
        304, 304, 304, 200,
    ]  # fmt: skip
    assert by_etag.content == b""
    assert by_etag.headers["ETag"] == first.headers["ETag"]


def test_head_has_the_headers_of_get_and_no_body(
    shelf: list[PublishedService], client: Client
) -> None:
    get, head = client.get(f"{BASE}/services"), client.head(f"{BASE}/services")

    assert head.content == b""
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]


def test_each_form_and_each_page_has_its_own_etag(
    shelf: list[PublishedService], client: Client, settings: Any
) -> None:
    paths = [
        f"{BASE}/services?page=1&per_page=2",
        f"{BASE}/services?page=2&per_page=2",
        f"{BASE}/services/{shelf[0].service_id}",
        f"{BASE}/services/{shelf[1].service_id}",
    ]
    etags = {client.get(path).headers["ETag"] for path in paths}
    settings.ORUK_STRICT_PROFILE = True
    etags |= {client.get(path).headers["ETag"] for path in paths[2:]}

    assert len(etags) == 6


def test_item_that_changed_is_sent_again(place: world.Place, client: Client) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    path = f"{BASE}/services/{listing.record_id}"
    etag = client.get(path).headers["ETag"]
    sample.amend(listing.record_id, fees="£1")
    actions.consume_outbox()
    answer = client.get(path, headers={"if-none-match": etag})

    assert answer.status_code == 200
    assert answer.json()["fees"] == "£1"


@pytest.mark.parametrize("what", ["new", "changed", "gone", "ranked last"])
def test_list_that_changed_is_sent_again(
    shelf: list[PublishedService], client: Client, what: str
) -> None:
    endpoint, later = shelf[0].endpoint, MOMENT + dt.timedelta(days=2)
    with clock.at(MOMENT + dt.timedelta(minutes=2)):
        first = client.get(f"{BASE}/services")
    if what == "new":
        sample.shelve(endpoint, "Yoga", last_modified=later)
    elif what == "changed":
        item = bytes(shelf[0].item).replace(b"Art", b"Arts")
        PublishedService.objects.filter(pk=shelf[0].pk).update(
            item=item, last_modified=later
        )
    elif what == "gone":
        shelf[0].delete()
        Gone.objects.create(
            endpoint=endpoint,
            service_id=shelf[0].service_id,
            reason="closed",
            removed_at=later,
        )
    else:
        shelf[0].ranks_last_on = later.date()
        shelf[0].save()
    known = {
        "if-none-match": first.headers["ETag"],
        "if-modified-since": first.headers["Last-Modified"],
    }

    with clock.at(later):
        for name, value in known.items():
            answer = client.get(f"{BASE}/services", headers={name: value})
            assert answer.status_code == 200


def test_answer_is_compressed_for_those_who_can_read_it(
    shelf: list[PublishedService], client: Client
) -> None:
    plain = client.get(f"{BASE}/services")
    small = client.get(f"{BASE}/services", headers={"accept-encoding": "gzip"})
    again = client.get(
        f"{BASE}/services",
        headers={"accept-encoding": "gzip", "if-none-match": small.headers["ETag"]},
    )

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small.headers["Vary"] == "Accept-Encoding"
    assert again.status_code == 304


# --- how much it costs ----------------------------------------------------------------


def queries_for(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_list_asks_the_database_as_often_for_30_as_for_one(
    endpoint: Endpoint, client: Client
) -> None:
    counts = []
    for number in range(30):
        sample.shelve(endpoint, f"Group {number}")
        if number in (0, 2, 29):
            counts.append(queries_for(client, f"{BASE}/services"))

    assert counts == [5, 5, 5]


def test_item_asks_the_database_one_question(
    shelf: list[PublishedService], client: Client
) -> None:
    path = f"{BASE}/services/{shelf[0].service_id}"

    assert [queries_for(client, path) for _ in range(2)] == [1, 1]


def test_stored_instant_is_that_of_the_header(
    shelf: list[PublishedService], client: Client
) -> None:
    row = shelf[0]
    answer = client.get(f"{BASE}/services/{row.service_id}")

    assert answer.json()["last_modified"] == instant(row.last_modified)
