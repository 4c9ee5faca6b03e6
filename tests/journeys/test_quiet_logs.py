"""What real processes write down says nothing about anybody (ARCHITECTURE.md)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from accounts import actions as accounts_actions
from accounts.models import Message
from accounts.roles import Role
from tests import world
from tests.journeys.site import Site, running, until
from workflow.models import Proposal

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STRANGER = "margaret.hargreaves@friends.example"
TYPED = ("Margaret Hargreaves", "07700 900456", STRANGER, "WX1 9ZZ")
SECRET = "never-in-a-log-please-1"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def site(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> Iterator[Site]:
    names = ("web", "worker", "beat")
    with running(process_environment, tmp_path, *names) as started:
        yield started


def post(person: httpx.Client, path: str, **data: str) -> httpx.Response:
    """Send a form as a browser would: with the key that its page carries."""
    key = re.search(
        r'name="csrfmiddlewaretoken" value="([^"]+)"', person.get(path).text
    )
    assert key is not None
    return person.post(path, data=data | {"csrfmiddlewaretoken": key[1]})


def lines(site: Site) -> list[dict[str, Any]]:
    """Every line of every process; each must be JSON."""
    found = []
    for log in sorted(site.logs.glob("*.log")):
        found += [json.loads(line) for line in log.read_text().splitlines()]
    return found


def test_no_log_line_holds_what_anybody_typed(place: world.Place, site: Site) -> None:
    listing = world.published(place, name="Friday lunch")
    accounts_actions.invite(
        by=place.lead, email=STRANGER, role=Role.CONTRIBUTOR,
        on=place.council, base_url=site.address,
    )  # fmt: skip
    worker = place.contributor
    with httpx.Client(base_url=site.address, follow_redirects=True) as person:
        post(person, "/sign-in/", username=STRANGER, password=SECRET)
        post(person, "/sign-in/", username=worker.email, password=SECRET)
        post(person, "/password/", email=worker.email)
        answer = post(
            person, "/sign-in/", username=worker.email, password="correct horse battery"
        )
        assert answer.status_code == 200
        for typed in TYPED:
            for path in ("/", "/records/", f"/{typed}/", "/oruk/v3/services"):
                person.get(path, params={"q": typed, "postcode": typed, "text": typed})
        answer = post(
            person, f"/records/{listing.pk}/problem/", evidence="rang",
            words=f"{TYPED[0]} says {TYPED[1]}, {TYPED[3]}",
        )  # fmt: skip
        assert answer.status_code == 200
        person.post("/sign-in/", data={"username": STRANGER})  # without its key
    assert Proposal.objects.filter(proposer_id=worker.pk).exists()
    at_once = ("invitation", "password_reset")
    until(
        lambda: not Message.objects.filter(sent_at=None, kind__in=at_once).exists(),
        "the mail to go out",
    )

    written = lines(site)
    assert len(written) > 5
    assert all(line["request_id"] and line["event"] for line in written)
    everything = json.dumps(written, ensure_ascii=False).casefold()
    secrets = [*TYPED, SECRET, worker.email, worker.name, place.lead.email]
    assert [s for s in secrets if s.casefold() in everything] == []
    assert [s for s in secrets if httpx.QueryParams(q=s)["q"] in everything] == []


def test_an_unexpected_fault_is_written_with_its_place_and_not_its_words(
    place: world.Place, site: Site
) -> None:
    from django.db import connection

    world.published(place, name="Friday lunch")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE publishing_publishedservice RENAME TO elsewhere")
    try:
        answer = httpx.get(f"{site.address}/", params={"q": TYPED[0]})
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE elsewhere RENAME TO publishing_publishedservice"
            )

    assert answer.status_code == 500
    faults = [line for line in lines(site) if line["logger"] == "django.request"]
    assert [line["exception"] for line in faults] == ["ProgrammingError"]
    assert faults[0]["request_id"] == answer.headers["x-request-id"]
    assert TYPED[0] not in json.dumps(faults)
