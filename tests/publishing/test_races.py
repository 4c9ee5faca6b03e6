"""Real transactions side by side, and a worker that dies in the middle."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.db import connection

from publishing import actions, render
from publishing.models import Endpoint, PublishedService
from tests import world
from tests.publishing import sample
from workflow.actions.revising import announce
from workflow.models import OutboxEvent

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20.0


@contextlib.contextmanager
def beside(work: Callable[[], Any]) -> Iterator[threading.Thread]:
    """Work in a thread with a connection of its own; its fault is raised at the end."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as fault:  # told to the test below
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert faults == []


class Pause:
    """Stops the first who asks for documents, after it has read everything."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self.real = render.documents
        self.first = threading.Lock()

    def __call__(self, public: render.Public) -> render.Documents:
        if self.first.acquire(blocking=False):
            self.reached.set()
            assert self.go_on.wait(PATIENCE)
        return self.real(public)


@pytest.fixture(autouse=True)
def _published_before(endpoint: Endpoint) -> None:
    """The place has published before: making its end-point is waited for by others."""


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Pause:
    stopped = Pause()
    monkeypatch.setattr(render, "documents", stopped)
    return stopped


def published_name() -> str:
    row = PublishedService.objects.get()
    return str(orjson.loads(bytes(row.full))["name"])


def test_older_version_never_overwrites_a_newer_one(
    place: world.Place, pause: Pause
) -> None:
    listing = world.published(place)
    key = listing.record_id
    with beside(lambda: actions.publish_service(key)) as slow:
        assert pause.reached.wait(PATIENCE)  # it has read the first version
        sample.amend(key, name="The second name")
        with beside(lambda: actions.publish_service(key)) as quick:
            quick.join(0.5)
            waited = quick.is_alive()
            pause.go_on.set()
        assert not slow.is_alive()

    assert waited
    assert published_name() == "The second name"


def test_change_of_a_hall_while_its_service_is_written_is_not_lost(
    place: world.Place, pause: Pause
) -> None:
    listing = world.published(place)
    with beside(actions.consume_outbox):
        assert pause.reached.wait(PATIENCE)
        sample.amend(listing.location_ids[0], name="The New Hall")
        with beside(actions.consume_outbox) as quick:
            quick.join(0.5)
            pause.go_on.set()
    actions.consume_outbox()

    row = PublishedService.objects.get()
    (link,) = orjson.loads(bytes(row.full))["service_at_locations"]
    assert link["location"]["name"] == "The New Hall"
    assert OutboxEvent.objects.filter(done_at=None).count() == 0


def test_consumers_share_the_work_and_do_nothing_twice(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = {world.published(place, name=f"Group {n}").record_id for n in range(8)}
    OutboxEvent.objects.all().delete()
    announce(*services)
    looked_at: list[Any] = []
    publish = actions._publish

    def noted(listing: Any) -> None:
        looked_at.append(listing.record_id)
        publish(listing)

    monkeypatch.setattr(actions, "_publish", noted)
    with (
        beside(actions.consume_outbox),
        beside(actions.consume_outbox),
        beside(actions.consume_outbox),
    ):
        pass

    assert sorted(looked_at) == sorted(services)
    assert {r.service_id for r in PublishedService.objects.all()} == services
    assert OutboxEvent.objects.filter(done_at=None).count() == 0


def test_claimed_event_holds_up_nobody(place: world.Place, pause: Pause) -> None:
    first = world.published(place)
    second = world.published(place, name="Chess")
    OutboxEvent.objects.all().delete()
    announce(first.record_id)
    announce(second.record_id)
    with beside(actions.consume_outbox):
        assert pause.reached.wait(PATIENCE)
        actions.consume_outbox()
        meanwhile = [r.title for r in PublishedService.objects.all()]
        pause.go_on.set()

    assert meanwhile == ["Chess"]
    assert PublishedService.objects.count() == 2


class Killed(BaseException):
    """What no code catches: the process is gone."""


@pytest.mark.parametrize("at", ["_write", "_mark_done"])
def test_worker_that_dies_in_the_middle_loses_and_doubles_nothing(
    place: world.Place, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    before = PublishedService.objects.get()
    sample.amend(listing.record_id, name="The second name")
    waiting = list(OutboxEvent.objects.filter(done_at=None))
    real = getattr(actions, at)

    def dies(*args: Any) -> None:
        real(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, at, dies)
        with pytest.raises(Killed):
            actions.consume_outbox()
    after_the_kill = PublishedService.objects.get()

    assert after_the_kill.version == before.version
    assert list(OutboxEvent.objects.filter(done_at=None)) == waiting
    assert waiting[0].failures == 0

    actions.consume_outbox()

    assert published_name() == "The second name"
    assert PublishedService.objects.count() == 1
    assert OutboxEvent.objects.filter(done_at=None).count() == 0


def test_worker_that_dies_after_sharing_out_a_halls_change_loses_none(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    OutboxEvent.objects.all().delete()
    sample.amend(listing.location_ids[0], name="The New Hall")

    def dies(event_ids: list[int]) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_mark_done", dies)
        with pytest.raises(Killed):
            actions.consume_outbox()

    assert [e.record_id for e in OutboxEvent.objects.all()] == [listing.location_ids[0]]
    actions.consume_outbox()
    assert OutboxEvent.objects.count() == 2
    assert OutboxEvent.objects.filter(done_at=None).count() == 0
