"""Wake-up calls: worth little after a moment, unless somebody waits for the run."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from accounts.roles import Role
from common import enqueue
from common.enqueue import WORTH_SOMETHING_FOR, enqueue_on_commit
from config.beat import PERIODIC
from config.settings import base
from tests import world
from workflow.actions import jobs

Sent = list[tuple[str, int | None]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    calls: Sent = []

    def send_task(app: Any, name: str, *, expires: int | None, **_: Any) -> None:
        calls.append((name, expires))

    monkeypatch.setattr("celery.app.base.Celery.send_task", send_task)
    return calls


@pytest.mark.django_db(transaction=True)
def test_wake_up_call_is_dropped_once_the_sweep_will_have_come_by(sent: Sent) -> None:
    with transaction.atomic():
        enqueue_on_commit("publishing.consume_outbox")
        assert sent == []

    assert sent == [("publishing.consume_outbox", WORTH_SOMETHING_FOR)]
    assert max(PERIODIC[name][1] for name in ("publish", "mail")) <= WORTH_SOMETHING_FOR


@pytest.mark.django_db(transaction=True)
def test_job_that_an_administrator_asks_for_waits_for_its_turn(sent: Sent) -> None:
    person = world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)

    jobs.run_job_now(by=person, name="freshen")

    assert sent == [("workflow.freshen", None)]


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A broker that takes connections and never answers."""
    enqueue._connection.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        monkeypatch.setattr(current_app.conf, "broker_write_url", url)
        monkeypatch.setattr(enqueue, "_silent_until", 0.0)
        yield server
    enqueue._connection.cache_clear()


def connections(server: socket.socket) -> int:
    """How many have come in since it was last asked."""
    found = 0
    while True:
        try:
            server.accept()[0].close()
        except TimeoutError:
            return found
        found += 1


@pytest.mark.django_db(transaction=True)
def test_broker_that_hangs_holds_up_one_click_and_not_the_next(
    hanging: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []
    for _ in range(3):
        with transaction.atomic():
            enqueue_on_commit("publishing.consume_outbox")
        tried.append(connections(hanging))
    person = world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)
    jobs.run_job_now(by=person, name="freshen")

    assert tried[0] > 0
    assert tried[1:] == [0, 0]
    assert connections(hanging) > 0
    assert caplog.text.count("broker_unreachable") == 2


def test_who_wakes_others_waits_shorter_than_a_worker(
    hanging: socket.socket, settings: Any
) -> None:
    own = enqueue._connection().transport_options or {}
    workers = base.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"]

    assert own["socket_timeout"] == enqueue.PATIENCE < workers
