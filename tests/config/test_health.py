import datetime as dt
import socket
import time
from collections.abc import Iterator

import pytest
import redis
from celery.signals import task_success

from common import clock, health
from config.beat import PERIODIC
from workflow.models import JobRun
from workflow.tasks import send_mail

pytestmark = pytest.mark.django_db

ALL_WELL = {
    "status": "ok",
    "web": "ok",
    "database": "ok",
    "broker": "ok",
    "worker": "ok",
    "beat": "ok",
    "jobs": "ok",
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
    ) | {"jobs": "not known"}


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
    health.note_done(broker_url, "workflow.send_mail", then)
    asked = ["workflow.send_mail", "workflow.unheard_of"]
    assert health.last_done(broker_url, asked) == {"workflow.send_mail": then}


def test_dead_broker_knows_of_no_task(dead_broker):
    health.note_done(dead_broker, "workflow.send_mail", dt.datetime.now(dt.UTC))
    assert health.last_done(dead_broker, ["workflow.send_mail"]) == {}


def test_every_task_that_ends_well_is_noted(settings, broker_url):
    settings.REDIS_URL = broker_url
    task_success.send(sender=send_mail, result=None)
    done = health.last_done(broker_url, ["workflow.send_mail"])
    assert done.keys() == {"workflow.send_mail"}


# --- jobs that do not run -------------------------------------------------------------


def well(client, settings, broker_url):
    """What the answer says of the jobs, while every process is there."""
    settings.REDIS_URL = broker_url
    health.beat_heart(broker_url, "worker")
    health.beat_heart(broker_url, "beat")
    answer = client.get("/healthz")
    jobs = answer.json()["jobs"]
    expected = "ok" if jobs == "ok" else "down"
    assert answer.json() == ALL_WELL | {"status": expected, "jobs": jobs}
    assert answer.status_code == (200 if jobs == "ok" else 503)
    return jobs


def test_healthz_names_the_jobs_that_have_not_run(client, settings, broker_url):
    for name, (task, seconds) in PERIODIC.items():
        late = name in ("ask", "mail")
        ago = dt.timedelta(seconds=max(2 * seconds, 300) + (60 if late else -60))
        health.note_done(broker_url, task, clock.now() - ago)
    assert well(client, settings, broker_url) == "late: ask, mail"


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (4, "ok"),
        (6, "late: bring_in, mail, publish"),
        (21, "late: bring_in, freshen, mail, publish"),
        (121, f"late: {', '.join(sorted(PERIODIC))}"),
    ],
)
def test_new_installation_has_time_for_its_first_runs(
    client, settings, broker_url, minutes, says
):
    health.keep_time(broker_url, clock.now() - dt.timedelta(minutes=minutes))
    assert well(client, settings, broker_url) == says


def test_restart_of_beat_begins_no_new_time(client, settings, broker_url):
    health.keep_time(broker_url, clock.now() - dt.timedelta(minutes=6))
    health.keep_time(broker_url, clock.now())
    assert well(client, settings, broker_url) == "late: bring_in, mail, publish"


def test_installation_that_stood_still_has_time_again(client, settings, broker_url):
    for task, _ in PERIODIC.values():
        health.note_done(broker_url, task, clock.now() - dt.timedelta(days=2))
    assert well(client, settings, broker_url) != "ok"
    health.keep_time(broker_url, clock.now())
    assert well(client, settings, broker_url) == "ok"


def test_time_of_the_timetable_fades(broker_url):
    health.keep_time(broker_url, clock.now())
    with redis.Redis.from_url(broker_url) as client:
        left = client.ttl("vouch:timetable-since")
    assert 0 < left <= health.PAUSES_AFTER


@pytest.mark.parametrize(
    ("run", "says"),
    [
        ({}, "ok"),
        ({"error": "DataError", "failed": 1}, "ok"),
        ({"error": "OperationalError"}, "late: freshen"),
        ({"error": "DataError", "failed": 1, "places_failed": 1}, "late: freshen"),
        ({"finished_at": None}, "ok"),
        ({"finished_at": None, "ago": 61}, "late: freshen"),
    ],
)
def test_run_that_broke_off_has_not_run(client, settings, broker_url, run, says):
    """One bad record is no alarm, a run that goes on neither; one that was ended is,
    and one that came to no end in a place."""
    now = clock.now()
    for task, _ in PERIODIC.values():
        if task != "workflow.freshen":
            health.note_done(broker_url, task, now)
    health.note_done(broker_url, "workflow.freshen", now - dt.timedelta(hours=2))
    began = now - dt.timedelta(minutes=run.get("ago", 1))
    JobRun.objects.create(
        name="freshen", started_at=began,
        finished_at=run.get("finished_at", began),
        failed=run.get("failed", 0), error=run.get("error", ""),
        places_failed=run.get("places_failed", 0),
    )  # fmt: skip
    assert well(client, settings, broker_url) == says
