"""The public pages: what they say, and what they say where there is nothing."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from publishing import actions, queries
from publishing.models import Endpoint, Gone
from publishing.views import about, finding, service, shortlist
from tests import world
from tests.publishing import sample

pytestmark = pytest.mark.django_db

TODAY = sample.instant("2026-09-14T12:00:00")


def text(answer: Any) -> str:
    """The page with its spaces put together."""
    return " ".join(answer.content.decode().split())


def titles(answer: Any) -> list[str]:
    return [card["title"] for card in answer.context["cards"]]


# --- the front page -------------------------------------------------------------------


def test_front_page_lists_what_is_public(place: world.Place, client: Client) -> None:
    with clock.at(TODAY):
        listing = world.published(
            place,
            schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                        "closes_at": "12:00"}],
        )  # fmt: skip
        actions.consume_outbox()
        answer = client.get("/")
    (card,) = answer.context["cards"]

    assert answer.status_code == 200
    assert card == {
        "title": "Tuesday coffee morning",
        "url": f"/services/{listing.record_id}/",
        "caption": "Testham Friends",
        "grade": "",
        "doubt": False,
        "tags": [],
        "text": "Tea, cake and company for anybody who would like some.",
        "facts": [
            {"label": "When", "value": "Tuesdays, 10am to 12 noon"},
            {"label": "Where", "value": "Testham Hall, Testham"},
            {"label": "Checked", "date": dt.date(2026, 9, 14)},
        ],
        "id": f"s-{listing.record_id}",
        "next_url": f"/my-list/{listing.record_id}/add/"
        f"?back=%2F%23s-{listing.record_id}",
        "next_label": "Put it on my list",
        "next_method": "post",
        "next_keyless": True,
        "next_kind": "secondary",
    }
    assert '<h1 class="govuk-heading-xl">Local services in Testham</h1>' in text(answer)
    assert "1 service</h2>" in text(answer)


@pytest.mark.parametrize("made", [True, False])
def test_front_page_of_nothing_says_what_comes(
    place: world.Place, client: Client, made: bool
) -> None:
    if made:
        Endpoint.objects.create(
            partnership=place.partnership, slug="testham", name="Testham"
        )
    answer = client.get("/")

    assert answer.status_code == 200
    assert "Nothing is published here yet" in text(answer)


def test_front_page_answers_where_there_is_no_place(db: None, client: Client) -> None:
    answer = client.get("/")

    assert answer.status_code == 200
    assert '<h1 class="govuk-heading-xl">Local services</h1>' in text(answer)


def test_late_and_stopped_services_stand_out(
    endpoint: Endpoint, client: Client
) -> None:
    day = TODAY.date()
    sample.shelve(endpoint, "Never")
    for name, late in (("Current", -1), ("Due", 0), ("Overdue", 20), ("Lapsed", 40)):
        due = day - dt.timedelta(days=late)
        sample.shelve(
            endpoint,
            name,
            assured_on=day,
            due_on=due,
            overdue_on=due + dt.timedelta(days=14),
            lapsed_on=due + dt.timedelta(days=28),
        )
    with clock.at(TODAY):
        cards = client.get("/").context["cards"]

    assert {card["title"]: card["grade"] for card in cards} == {
        "Never": "never",
        "Current": "",
        "Due": "due",
        "Overdue": "overdue",
        "Lapsed": "lapsed",
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("coffee", ["Coffee morning"]),
        ("COFFEE", ["Coffee morning"]),
        ("cof", ["Coffee morning"]),
        ("cafe", ["Café for carers"]),
        ("Café", ["Café for carers"]),
        ("carer", ["Café for carers"]),
        ("caring", ["Café for carers"]),
        ("friends of yoga", ["Yoga"]),
        ("coffee yoga", []),
        ("zzz", []),
        ("", ["Café for carers", "Coffee morning", "Yoga"]),
        ("  ", ["Café for carers", "Coffee morning", "Yoga"]),
        ("!!!", ["Café for carers", "Coffee morning", "Yoga"]),
        ("' | & ! ( ) :* <->", ["Café for carers", "Coffee morning", "Yoga"]),
        ("yoga:*", ["Yoga"]),
        ("x" * 200, []),
        ("the", []),
    ],
)
def test_search_finds_words_and_their_beginnings(
    endpoint: Endpoint, client: Client, words: str, found: list[str]
) -> None:
    for name in ("Coffee morning", "Café for carers", "Yoga"):
        sample.shelve(endpoint, name)
    answer = client.get("/", {"q": words})

    assert answer.status_code == 200
    assert titles(answer) == found


def test_what_is_called_so_comes_before_what_only_mentions_it(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Art", description_text="with yoga and more yoga")
    sample.shelve(endpoint, "Chess", provider_text="yoga society")
    sample.shelve(endpoint, "Yoga")
    last = sample.shelve(endpoint, "Yoga, not checked", ranks_last_on=TODAY.date())
    with clock.at(TODAY):
        answer = client.get("/", {"q": "yoga"})

    assert titles(answer) == ["Yoga", "Chess", "Art", last.title]


def test_words_that_find_nothing_are_answered_kindly(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Yoga")
    answer = client.get("/", {"q": "<script>alert(1)</script>"})

    assert "Nothing found" in text(answer)
    assert "<script>alert" not in text(answer)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(answer)


@pytest.mark.parametrize("words", ["\x00", "x" * 201])
def test_words_that_cannot_be_read_are_told_beside_the_field(
    endpoint: Endpoint, client: Client, words: str
) -> None:
    sample.shelve(endpoint, "Yoga")
    answer = client.get("/", {"q": words})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["q"]
    assert "<title>Error: " in text(answer)


def test_pages_hold_ten_and_keep_the_words(endpoint: Endpoint, client: Client) -> None:
    for number in range(25):
        sample.shelve(endpoint, f"Yoga {number:02}")
    pages = [client.get("/", {"q": "yoga", "page": n}) for n in (1, 2, 3)]

    assert [len(titles(page)) for page in pages] == [10, 10, 5]
    assert 'href="?q=yoga&amp;page=2#found"' in text(pages[0])
    assert "25 services for “yoga”" in text(pages[0])
    assert len({t for page in pages for t in titles(page)}) == 25


@pytest.mark.parametrize("page", ["x", "0", "-1", "99999", "9" * 400, "\x00"])
def test_page_that_is_not_there_is_one_that_is(
    endpoint: Endpoint, client: Client, page: str
) -> None:
    sample.shelve(endpoint, "Yoga")

    assert titles(client.get("/", {"page": page})) == ["Yoga"]


def test_front_page_asks_the_database_as_often_for_30_as_for_one(
    endpoint: Endpoint, client: Client
) -> None:
    counts = []
    for number in range(30):
        sample.shelve(endpoint, f"Group {number}")
        if number in (0, 2, 29):
            with CaptureQueriesContext(connection) as captured:
                client.get("/", {"q": "group"})
            counts.append(len(captured))

    # One of them asks what people say instead of the words.
    assert counts == [8, 8, 8]


# --- a service ------------------------------------------------------------------------


def page_of(client: Client, listing: Any) -> Any:
    return client.get(f"/services/{listing.record_id}/")


def test_page_of_a_service_says_what_is_known(
    place: world.Place, client: Client
) -> None:
    with clock.at(TODAY):
        listing = world.published(
            place,
            alert="No session on 24 December.",
            status="temporarily closed",
            email="hello@friends.example",
        )
        actions.consume_outbox()
        said = text(page_of(client, listing))

    for words in (
        "Tuesday coffee morning</h1>",
        "Testham Friends",
        "Closed for now",
        "No session on 24 December.",
        '<a class="govuk-link" href="tel:+441632960101">01632 960101</a>',
        '<a class="govuk-link" href="mailto:hello@friends.example">',
        "1 High Street<br>",
        "BA12 9AA",
        "https://www.openstreetmap.org/?mlat=51.2&amp;mlon=-2.1#map=17/51.2/-2.1",
        (
            "Kept by Testham Council. Checked today, on "
            '<time datetime="2026-09-14">14 September 2026</time>, by telephone. To be '
            'checked again by <time datetime="2026-12-14">14 December 2026</time>.'
        ),
        "mailto:services@testham.example",
        "mailto:directory@testham.example",
        (
            "Checked means the <strong>information</strong> was checked by Testham "
            "Council, not the service."
        ),
    ):
        assert words in said


@pytest.mark.parametrize(
    ("came", "leads"),
    [
        ("http://testserver/?q=tea&near=BA12+3AB", True),
        ("http://testserver/", False),
        ("http://testserver/my-list/?of=x", False),
        ("https://elsewhere.example/?q=tea", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_who_comes_from_a_search_finds_the_way_back_to_it(
    endpoint: Endpoint, client: Client, came: str, leads: bool
) -> None:
    row = sample.shelve(endpoint, "Tea")
    address = reverse("publishing:service", args=[row.service_id])

    answer = client.get(address, headers={"referer": came})

    back = f'href="/?q=tea&amp;near=BA12+3AB#s-{row.service_id}">What you found<'
    assert (back in answer.content.decode()) is leads
    assert len(answer.context["breadcrumbs"]) == 1 + leads
    assert "Referer" in answer.headers["Vary"]


def test_three_dates_are_shown_apart(endpoint: Endpoint, client: Client) -> None:
    row = sample.shelve(
        endpoint,
        "Yoga",
        assured_on=dt.date(2026, 6, 1),
        due_on=dt.date(2026, 9, 1),
        overdue_on=dt.date(2026, 9, 15),
        lapsed_on=dt.date(2026, 9, 29),
        confirmed_on=dt.date(2026, 7, 2),
        seen_on=dt.date(2026, 8, 3),
        body_label="Testham Council",
    )
    with clock.at(TODAY):
        said = text(client.get(f"/services/{row.service_id}/"))

    for words in (
        (
            '<time datetime="2026-06-01">1 June 2026</time> '
            '<span class="v-fresh__by">3 months ago, by Testham Council</span>'
        ),
        '<time datetime="2026-07-02">2 July 2026</time>',
        '<time datetime="2026-08-03">3 August 2026</time>',
        (
            "It was to be checked again by 1 September 2026 (13 days ago), and nobody "
            "has done so yet. Much of it may well still be right: ring first."
        ),
    ):
        assert words in said
    assert "To be checked again by" not in said


def test_page_of_a_service_nobody_checked_says_so(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Yoga")
    said = text(client.get(f"/services/{row.service_id}/"))

    assert "Nobody has checked this yet: ask before you rely on it." in said
    assert "Not yet checked" in said


def test_markup_in_a_record_is_only_text(place: world.Place, client: Client) -> None:
    row = Endpoint.objects.create(
        partnership=place.partnership, slug="testham", name="Testham"
    )
    name = "<img src=x onerror=alert(1)>"
    service = sample.shelve(row, name)
    for path in ("/", f"/services/{service.service_id}/"):
        said = text(client.get(path))
        assert "<img" not in said
        assert "&lt;img src=x onerror=alert(1)&gt;" in said


def test_wrong_information_can_be_told(place: world.Place, client: Client) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    suggest = reverse("workflow:suggest", args=[listing.pk])
    sign_in = reverse("accounts:sign-in")
    mailbox = place.partnership.role_mailbox
    stranger = text(page_of(client, listing))
    client.force_login(place.contributor)
    person = text(page_of(client, listing))
    client.force_login(place.reader)
    reader = text(page_of(client, listing))

    assert suggest not in reader
    assert f'Write to <a class="govuk-link" href="mailto:{mailbox}">' in reader
    assert f'href="{sign_in}?next={suggest.replace("/", "%2F")}"' in stranger
    assert f'href="{suggest}"' in person


def test_page_of_a_gone_service_says_why_and_since_when(
    endpoint: Endpoint, client: Client
) -> None:
    gone = Gone.objects.create(
        endpoint=endpoint,
        service_id=uuid.uuid4(),
        reason="lapsed",
        since=TODAY - dt.timedelta(days=10),
    )
    with clock.at(TODAY):
        answer = client.get(f"/services/{gone.service_id}/")

    assert answer.status_code == 410
    assert (
        "Nobody has checked the information in time, so it is not shown until somebody "
        "has checked it again." in text(answer)
    )
    assert "4 September 2026</time> (10 days ago)" in text(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/services/",
        "/services/17/",
        "/services/%00/",
        "/services/6b1f6f0e-0c52-4c0e-8a39-3d8f7f6f2a11/",
    ],
)
def test_unknown_service_is_404(endpoint: Endpoint, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_other_places_service_is_404(endpoint: Endpoint, client: Client) -> None:
    other = world.make_place("Elsewhere").partnership
    there = Endpoint.objects.create(partnership=other, slug="x", name="Elsewhere")
    row = sample.shelve(there, "Far away")
    gone = Gone.objects.create(endpoint=there, service_id=uuid.uuid4(), reason="closed")

    for key in (row.service_id, gone.service_id):
        assert client.get(f"/services/{key}/").status_code == 404
    assert titles(client.get("/")) == []


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_pages_are_for_reading(
    endpoint: Endpoint, client: Client, method: str
) -> None:
    row = sample.shelve(endpoint, "Yoga")
    for path in ("/", f"/services/{row.service_id}/"):
        assert getattr(client, method)(path).status_code == 405


def test_page_of_a_service_reads_one_row(endpoint: Endpoint, client: Client) -> None:
    row = sample.shelve(endpoint, "Yoga")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/services/{row.service_id}/")
    tables = [q["sql"].split(' FROM "')[1].split('"')[0] for q in captured]

    assert tables == [
        "accounts_partnership",
        "publishing_endpoint",
        "publishing_publishedservice",
    ]


def test_pages_read_the_read_side_alone() -> None:
    """No module of the pages can reach a record of the write side.

    A few questions are asked there, about who is signed in and how a place checks
    (``publishing/asking.py``).
    """
    for module in (queries, about, finding, service, shortlist):
        reached = {
            getattr(value, "__module__", "") or getattr(value, "__name__", "")
            for value in vars(module).values()
        }
        assert not [name for name in reached if name.startswith("workflow")]
