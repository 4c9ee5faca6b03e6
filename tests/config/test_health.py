import datetime as dt
import socket
import time
from collections.abc import Iterator

import pytest
import redis
from celery.signals import task_success

from accounts.tasks import send_mail
from common import health

pytestmark = pytest.mark.django_db

ALL_WELL = {
    "status": "ok",
    "web": "ok",
    "database": "ok",
    "broker": "ok",
    "worker": "ok",
    "beat": "ok",
}


@pytest.fixture
def silent_broker() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def dead_broker() -> str:
    """An address at which nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_healthz_is_well_when_everything_beats(client, settings, broker_url):
    settings.REDIS_URL = broker_url
    health.beat_heart(broker_url, "worker")
    health.beat_heart(broker_url, "beat")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)


def test_healthz_misses_a_worker_that_says_nothing(client, settings, broker_url):
    settings.REDIS_URL = broker_url
    health.beat_heart(broker_url, "beat")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == ALL_WELL | {"status": "down", "worker": "down"}


def test_heartbeat_fades_by_itself(broker_url):
    health.beat_heart(broker_url, "worker")
    with redis.Redis.from_url(broker_url) as client:
        left = client.ttl("vouch:heartbeat:worker")
    assert 0 < left <= health.FADES_AFTER


@pytest.mark.parametrize("broker", ["dead_broker", "silent_broker"])
def test_healthz_answers_soon_when_the_broker_does_not(
    client, settings, request, broker
):
    settings.REDIS_URL = request.getfixturevalue(broker)
    begun = time.monotonic()
    answer = client.get("/healthz")
    assert time.monotonic() - begun < 3
    assert answer.status_code == 503
    assert answer.json() == ALL_WELL | dict.fromkeys(
        ("status", "broker", "worker", "beat"), "down"
    )


def test_heartbeat_survives_a_dead_broker(dead_broker, caplog):
    health.beat_heart(dead_broker, "worker")
    assert [record.message for record in caplog.records] == ["heartbeat_not_written"]


def test_state_reports_a_dead_database(settings, broker_url):
    settings.REDIS_URL = broker_url
    assert health.state(database_answers=lambda: False)["database"] is False


def test_healthz_changes_nothing(client):
    assert client.post("/healthz").status_code == 405


def test_last_end_of_a_task_is_known_after_it_was_noted(broker_url):
    then = dt.datetime(2026, 3, 1, 9, 53, tzinfo=dt.UTC)
    health.note_done(broker_url, "accounts.send_mail", then)
    asked = ["accounts.send_mail", "workflow.unheard_of"]
    assert health.last_done(broker_url, asked) == {"accounts.send_mail": then}


def test_dead_broker_knows_of_no_task(dead_broker):
    health.note_done(dead_broker, "accounts.send_mail", dt.datetime.now(dt.UTC))
    assert health.last_done(dead_broker, ["accounts.send_mail"]) == {}


def test_every_task_that_ends_well_is_noted(settings, broker_url):
    settings.REDIS_URL = broker_url
    task_success.send(sender=send_mail, result=None)
    done = health.last_done(broker_url, ["accounts.send_mail"])
    assert done.keys() == {"accounts.send_mail"}
