"""What holds for every address: a declared door, protected forms, safe headers."""

from typing import Any

import pytest
from django.test import Client

from accounts.guard import PUBLIC as OPEN
from accounts.guard import door_of
from accounts.models import User
from accounts.roles import Role
from tests import world
from tests.addresses import SOMETHING, addresses

pytestmark = pytest.mark.django_db

SOME = SOMETHING["uuid"]

PUBLIC = {
    "/healthz",
    "/sign-in/",
    "/sign-out/",
    "/password/",
    "/password/sent/",
    "/password/service/service/",
    "/password/saved/",
    "/invitations/service/",
    "/demo/mail/",
    "/",
    "/data-dictionary/",
    "/data-dictionary.csv",
    "/data-dictionary.json",
    "/metrics-dictionary/",
    "/metrics-dictionary.csv",
    "/metrics-dictionary.json",
    "/services/00000000-0000-0000-0000-000000000007/",
    "/run-by/00000000-0000-0000-0000-000000000007/",
    "/services/00000000-0000-0000-0000-000000000007/times.ics",
    "/services/00000000-0000-0000-0000-000000000007/report/",
    "/reports/service/",
    "/answer/",
    "/answer/service/",
    "/answer/service/stop/",
    "/answer/service/stop/undo/",
    "/answer/service/new-link/",
    "/answer/service/00000000-0000-0000-0000-000000000007/",
    "/answer/service/00000000-0000-0000-0000-000000000007/undo/",
    "/answer/service/00000000-0000-0000-0000-000000000007/closed/",
    "/answer/service/00000000-0000-0000-0000-000000000007/about/",
    f"/answer/service/{SOME}/about/{SOME}/about/",
    "/my-list/",
    "/my-list/clear/",
    "/my-list/00000000-0000-0000-0000-000000000007/add/",
    "/my-list/00000000-0000-0000-0000-000000000007/off/",
    "/about-the-data/",
    "/developers/",
}
"""All pages that a stranger may ask; whatever is not here needs a person."""

SIGNING_OUT = {"/sign-out/"}
"""Opened by a link it would sign somebody out; its button stands on every page."""
READ_ONLY = "/oruk/v3"
"""The API is open to everybody, only reads and knows nobody."""

OWN_LIST = {
    "/my-list/clear/",
    "/my-list/00000000-0000-0000-0000-000000000007/add/",
    "/my-list/00000000-0000-0000-0000-000000000007/off/",
}
"""What changes nothing but the sender's own browser asks where it was sent from."""

ADDRESSES = dict(addresses())
PAGES = [a for a in ADDRESSES if not a.startswith(READ_ONLY)]
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def lead(client: Client) -> Client:
    """Somebody who leads a place and publishes, signed in."""
    client.force_login(world.make_place().lead)
    return client


def unsafe(response: Any) -> dict[str, str | None]:
    """The safe headers that an answer lacks or says otherwise."""
    found = {name: response.headers.get(name) for name in HEADERS}
    policy = found["Content-Security-Policy"]
    expected = {**HEADERS, "Content-Security-Policy": _sorted(HEADERS)}
    found["Content-Security-Policy"] = "; ".join(sorted((policy or "").split("; ")))
    return {name: value for name, value in found.items() if value != expected[name]}


def _sorted(headers: dict[str, str]) -> str:
    return "; ".join(sorted(headers["Content-Security-Policy"].split("; ")))


# --- the door -------------------------------------------------------------------------


def test_every_address_declares_its_door() -> None:
    assert [a for a, view in ADDRESSES.items() if door_of(view) is None] == []


def test_public_pages_are_those_of_the_list() -> None:
    assert {a for a in PAGES if door_of(ADDRESSES[a]) == OPEN} == PUBLIC


def test_no_other_address_answers_a_stranger(client: Client) -> None:
    for address in set(PAGES) - PUBLIC:
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 302, address
            assert response["Location"].startswith("/sign-in/?next="), address


# --- forged forms ---------------------------------------------------------------------


def test_every_form_needs_its_key(lead: Client) -> None:
    """A page of another website that sends a form here is refused, whoever is in."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = lead.cookies

    answers = {a: strict.post(a).status_code for a in PAGES}

    assert {a: status for a, status in answers.items() if status != 403} == {}


def test_form_without_its_key_is_told_kindly_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/")
    words = answer.content.decode()

    assert (answer.status_code, "CSRF" in words) == (403, False)
    assert "load the page again" in words


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_addresses_without_that_key_only_read(client: Client, method: str) -> None:
    without = [
        a for a, view in ADDRESSES.items() if getattr(view, "csrf_exempt", False)
    ]
    assert {a for a in without if not a.startswith(READ_ONLY)} == OWN_LIST

    reading = set(without) - OWN_LIST
    answers = {a: getattr(client, method)(a).status_code for a in reading}

    assert set(answers.values()) == {405}


# --- what a browser may do ------------------------------------------------------------


def test_every_answer_has_the_safe_headers(lead: Client) -> None:
    """Pages, redirects, refusals and unknown addresses, for strangers and people."""
    stranger = Client()
    for address in (*ADDRESSES, "/nothing/here/", "/static/nothing.css"):
        for who in (stranger, lead):
            assert unsafe(who.get(address)) == {}, address
            assert unsafe(who.post(address)) == {}, address


def test_error_pages_have_the_safe_headers(
    lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    lead.raise_request_exception = False
    monkeypatch.setattr("publishing.queries.PublishedService.objects.filter", fail)
    monkeypatch.setattr("workflow.views.leading.figures", None)

    for address in ("/lead/", "/oruk/v3/services"):
        response = lead.get(address)
        assert (response.status_code, unsafe(response)) == (500, {}), address


def test_files_have_the_safe_headers(client: Client) -> None:
    response = client.head("/static/css/vouch.css")

    assert (response.status_code, unsafe(response)) == (200, {})


def test_refusal_of_another_host_has_the_safe_headers(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})

    assert (response.status_code, unsafe(response)) == (400, {})


def test_pages_for_people_are_kept_by_no_cache_between(lead: Client) -> None:
    """A proxy must not hand one person's page to the next."""
    shared = {}
    for address in PAGES:
        response = lead.get(address)
        varies = response.headers.get("Vary", "")
        if address not in PUBLIC and "Cookie" not in varies:
            shared[address] = varies

    assert shared == {}


# --- what only takes a form -----------------------------------------------------------


def test_no_page_is_empty_for_who_opens_an_address_again() -> None:
    place = world.make_place()
    people = [place.lead, place.assurer, _administrator()]
    refused = set()
    for user in people:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        refused |= {page for page in PAGES if client.get(page).status_code == 405}

    assert refused - SIGNING_OUT == set()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/administration/invite/", "/administration/"),
        ("/administration/jobs/freshen/run/", "/administration/jobs/"),
    ],
)
def test_address_of_a_form_leads_back_to_its_page(
    client: Client, address: str, page: str
) -> None:
    client.force_login(_administrator())

    answer = client.get(address)

    assert (answer.status_code, answer["Location"]) == (302, page)


def test_own_body_leads_back_to_its_organization(lead: Client) -> None:
    answer = lead.get(f"/lead/organisations/{SOME}/own-body/")

    assert answer["Location"] == f"/lead/organisations/{SOME}/"


def test_address_of_a_form_takes_nothing_else(client: Client) -> None:
    client.force_login(_administrator())

    assert client.delete("/administration/invite/").status_code == 405


def _administrator() -> User:
    return world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)
