"""An answer is kept while its edition stands, and never a moment longer."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from publishing import editions
from publishing.api import holding
from publishing.api.holding import Memory
from publishing.models import (
    Edition,
    Endpoint,
    Gone,
    PublishedOrganization,
    PublishedPlace,
    PublishedService,
)
from tests import world
from tests.publishing import sample
from tests.publishing.test_races import PATIENCE, beside

LIST = "/oruk/v3/services"
HALL = {
    "name": "Hall",
    "location_type": "physical",
    "latitude": 51.2,
    "longitude": -2.2,
}


def current(endpoint: Endpoint) -> int:
    found = editions.current("testserver")
    assert found is not None
    assert found.endpoint == endpoint
    return found.edition


def names(client: Client, address: str = LIST) -> list[str]:
    return [
        item["name"] for item in orjson.loads(client.get(address).content)["contents"]
    ]


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


WRITES: dict[str, Callable[[Endpoint], Any]] = {
    "a service": lambda e: PublishedService.objects.update(area="The town"),
    "a place": lambda e: PublishedPlace.objects.update(open_minutes=[]),
    "an organisation": lambda e: PublishedOrganization.objects.update(title="Another"),
    "word of what is gone": lambda e: Gone.objects.update(reason="withdrawn"),
    "a service that goes": lambda e: PublishedService.objects.all().delete(),
    "a service that comes": lambda e: sample.shelve(e, "Yoga"),
}


@pytest.mark.parametrize("what", WRITES)
def test_every_write_moves_the_edition(endpoint: Endpoint, what: str) -> None:
    sample.shelve(endpoint, "Art", places=[HALL])
    Gone.objects.create(endpoint=endpoint, service_id=world.term().pk, reason="closed")
    before = current(endpoint)

    WRITES[what](endpoint)

    assert current(endpoint) > before


def test_a_neighbours_edition_stays(place: world.Place, endpoint: Endpoint) -> None:
    other = world.make_place("Otherham")
    there = Endpoint.objects.create(
        partnership=other.partnership, slug="otherham", name="Otherham"
    )
    before = current(endpoint)
    sample.shelve(there, "Art")
    assert current(endpoint) == before


def test_adding_up_changes_no_edition(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "MOST_ROWS", 3)
    Edition.objects.bulk_create(
        Edition(endpoint_id=endpoint.pk, written_in=-n, changes=n) for n in range(1, 6)
    )
    assert current(endpoint) == 15
    editions.fold()
    assert (Edition.objects.count(), current(endpoint)) == (1, 15)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_becomes_visible_late_moves_the_edition(
    endpoint: Endpoint,
) -> None:
    """What began first and is committed last: a counter by number would miss it."""
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            sample.shelve(endpoint, "Art")
            written.set()
            assert go_on.wait(PATIENCE)

    with beside(slowly):
        assert written.wait(PATIENCE)
        sample.shelve(endpoint, "Yoga")  # waits for nobody
        between = current(endpoint)
        client = Client()
        assert names(client) == ["Yoga"]
        go_on.set()
    assert current(endpoint) > between
    assert names(client) == ["Art", "Yoga"]


# --- what is kept ---------------------------------------------------------------------


def test_a_list_is_asked_for_once_in_an_edition(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Art")
    first, again = asked(client, LIST), asked(client, LIST)
    assert (first, again) == (5, 1)
    sample.shelve(endpoint, "Yoga")
    assert names(client) == ["Art", "Yoga"]


def test_pages_of_a_list_are_counted_once(endpoint: Endpoint, client: Client) -> None:
    for number in range(4):
        sample.shelve(endpoint, f"Group {number}")
    costs = [asked(client, f"{LIST}?per_page=2&page={page}") for page in (1, 2)]
    assert costs == [5, 2]


def test_what_is_hidden_is_not_served_from_memory(
    endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Art")
    address = f"{LIST}/{row.service_id}"
    assert [client.get(address).status_code, names(client)] == [200, ["Art"]]
    PublishedService.objects.filter(pk=row.pk).delete()
    assert [client.get(address).status_code, names(client)] == [404, []]


def test_the_next_day_is_another_answer(endpoint: Endpoint, client: Client) -> None:
    tomorrow = clock.today() + dt.timedelta(days=1)
    sample.shelve(endpoint, "Art", ranks_last_on=tomorrow)
    sample.shelve(endpoint, "Yoga")
    assert names(client) == ["Art", "Yoga"]
    noon = dt.datetime.combine(tomorrow, dt.time(12), tzinfo=dt.UTC)
    with clock.at(noon):
        assert names(client) == ["Yoga", "Art"]


def test_pages_go_through_those_that_rank_last(
    endpoint: Endpoint, client: Client
) -> None:
    past = dt.date(2020, 1, 1)
    for name in ("Art", "Bingo", "Chess", "Dance", "Embroidery"):
        last = past if name in ("Art", "Chess") else None
        sample.shelve(endpoint, name, ranks_last_on=last, places=[HALL])
    wanted = ["Bingo", "Dance", "Embroidery", "Art", "Chess"]
    for size in (1, 2, 3, 5):
        pages = [
            names(client, f"{LIST}?per_page={size}&page={page}")
            for page in range(1, 5 // size + 3)
        ]
        assert [name for page in pages for name in page] == wanted
    lines = client.get(f"{LIST}?format=ndjson").getvalue().splitlines()
    assert [orjson.loads(line)["name"] for line in lines] == wanted
    at_places = client.get("/oruk/v3/service_at_locations").json()["contents"]
    assert [item["service"]["name"] for item in at_places] == wanted


def test_each_profile_has_its_own_answers(
    endpoint: Endpoint, client: Client, settings: Any
) -> None:
    row = sample.shelve(endpoint, "Art")
    settings.ORUK_STRICT_PROFILE = False
    wide = client.get(f"{LIST}/{row.service_id}").content
    settings.ORUK_STRICT_PROFILE = True
    strict = client.get(f"{LIST}/{row.service_id}").content
    assert (wide, strict) == (bytes(row.full), bytes(row.strict_full))


# --- the memory -----------------------------------------------------------------------


def test_memory_forgets_what_was_asked_for_longest_ago() -> None:
    memory = Memory(3 * (holding._OVERHEAD + 100))
    for key in "abc":
        memory.put(key, key, 100)
    assert memory.get("a") == "a"
    memory.put("d", "d", 100)
    assert [memory.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_memory_keeps_nothing_that_is_too_large_for_it() -> None:
    memory = Memory(1000)
    memory.put("small", "s", 10)
    memory.put("large", "l", 2000)
    assert [memory.get("small"), memory.get("large")] == ["s", None]


def test_memory_counts_what_is_kept_again_once() -> None:
    memory = Memory(2 * (holding._OVERHEAD + 100))
    for _ in range(5):
        memory.put("a", "a", 100)
    memory.put("b", "b", 100)
    assert [memory.get("a"), memory.get("b")] == ["a", "b"]


def test_memory_keeps_nothing_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(1000)
    memory.put("a", "a", 10)
    later = time.monotonic() + holding.LONGEST + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert memory.get("a") is None
