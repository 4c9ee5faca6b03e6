"""“My list”: kept by the browser alone, printable, and nothing but public ids."""

import uuid
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from publishing import shortlist
from publishing.models import Endpoint
from tests.publishing import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A browser, which says of a form that it comes from this website."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"}, enforce_csrf_checks=True)


def names(client: Client, address: str = "/my-list/") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [entry["service"].name for entry in answer.context["entries"]]


def test_what_is_put_on_the_list_stands_on_it(
    endpoint: Endpoint, client: Client
) -> None:
    tea, yoga = sample.shelve(endpoint, "Tea"), sample.shelve(endpoint, "Yoga")
    assert names(client) == []
    for row in (yoga, tea, yoga):
        answer = client.post(f"/my-list/{row.service_id}/add/")
        assert answer["Location"] == "/my-list/"

    assert names(client) == ["Yoga", "Tea"]
    client.post(f"/my-list/{yoga.service_id}/off/")
    assert names(client) == ["Tea"]
    page = client.get(f"/services/{tea.service_id}/").content.decode()
    assert "It is on your list" in page
    client.post("/my-list/clear/")
    assert names(client) == []
    assert Session.objects.count() == 0


def test_list_can_be_sent_to_somebody(endpoint: Endpoint, client: Client) -> None:
    row = sample.shelve(endpoint, "Tea")
    client.post(f"/my-list/{row.service_id}/add/")
    share = client.get("/my-list/").context["share"]
    stranger = Client()

    assert names(stranger, share.removeprefix("http://testserver")) == ["Tea"]
    assert names(stranger) == []
    body = stranger.get(share).content.decode()
    assert "<form" not in body


def test_what_is_public_no_more_is_left_out_and_said(
    endpoint: Endpoint, client: Client
) -> None:
    tea, yoga = sample.shelve(endpoint, "Tea"), sample.shelve(endpoint, "Yoga")
    for row in (tea, yoga):
        client.post(f"/my-list/{row.service_id}/add/")
    tea.delete()

    assert names(client) == ["Yoga"]
    body = " ".join(client.get("/my-list/").content.decode().split())
    assert "1 service on this list is not public any more, and left out." in body


def test_what_is_not_public_is_not_put_on_it(
    endpoint: Endpoint, client: Client
) -> None:
    answer = client.post(f"/my-list/{uuid.uuid4()}/add/")

    assert (answer.status_code, shortlist.COOKIE in client.cookies) == (302, False)


def test_list_is_changed_by_its_buttons_alone(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Tea")
    for method in ("get", "head"):
        answer = getattr(client, method)(f"/my-list/{row.service_id}/add/")
        assert (answer.status_code, answer["Location"]) == (302, "/my-list/")

    assert shortlist.COOKIE not in client.cookies


@pytest.mark.parametrize(
    "text", ["", ".", "x", "\x00", "é", "A" * 9000, "AAAA.=.", "<script>", "../.." * 99]
)
def test_list_of_nonsense_is_empty(
    endpoint: Endpoint, client: Client, text: str
) -> None:
    assert names(client, "/my-list/?of=") == []
    assert client.get("/my-list/", {"of": text}).status_code == 200
    assert shortlist.unpacked(text) == []


def test_list_has_an_end(endpoint: Endpoint, client: Client) -> None:
    ids = [uuid.uuid4() for _ in range(shortlist.MOST + 5)]

    assert shortlist.unpacked(shortlist.packed(ids)) == ids[: shortlist.MOST]
    assert len(shortlist.packed(ids[: shortlist.MOST])) < 1000


def test_list_asks_the_database_as_often_for_three_as_for_one(
    endpoint: Endpoint, client: Client
) -> None:
    counts = []
    for number in range(3):
        row = sample.shelve(endpoint, f"Group {number}")
        client.post(f"/my-list/{row.service_id}/add/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/my-list/")
        counts.append(len(captured))

    assert counts == [counts[0]] * 3


# --- from what was found --------------------------------------------------------------


def test_card_of_what_was_found_puts_it_on_the_list_and_comes_back(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Yoga")
    (card,) = client.get("/", {"q": "yoga"}).context["cards"]
    answer = client.post(card["next_url"])

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/?q=yoga#s-{row.service_id}",
    )
    page = client.get("/", {"q": "yoga"})
    (card,) = page.context["cards"]
    assert card["more"] == [{"label": "On my list", "url": "/my-list/"}]
    assert "next_url" not in card


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/sign-out/", "", "/\\evil"]
)
def test_button_leads_nowhere_else(
    endpoint: Endpoint, client: Client, back: str
) -> None:
    row = sample.shelve(endpoint, "Yoga")

    answer = client.post(f"/my-list/{row.service_id}/add/?" + urlencode({"back": back}))

    assert answer.headers["Location"] == "/my-list/"


# --- without a cookie for everybody ---------------------------------------------------


def test_pages_with_the_button_set_no_cookie(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Tea")
    pages = [client.get(a) for a in ("/", f"/services/{row.service_id}/", "/my-list/")]

    assert "Put it on my list" in pages[0].content.decode()
    assert [dict(page.cookies) for page in pages] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://testserver"}, 302),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_form_of_another_website_puts_nothing_on_the_list(
    endpoint: Endpoint, headers: dict[str, str], status: int
) -> None:
    row = sample.shelve(endpoint, "Tea")
    browser = Client(headers=headers)
    answer = browser.post(f"/my-list/{row.service_id}/add/")

    assert answer.status_code == status
    assert (shortlist.COOKIE in browser.cookies) is (status == 302)
