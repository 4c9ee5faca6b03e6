import pytest
import redis

from config import beat
from config.celery import app


@pytest.fixture
def scheduler(settings, broker_url):
    settings.REDIS_URL = broker_url
    return beat.Scheduler(app)


def test_every_periodic_task_exists():
    app.loader.import_default_modules()
    named = {task for task, _ in beat.PERIODIC.values()}
    assert named - set(app.tasks) == set()


def test_every_entry_is_due_when_beat_starts(scheduler):
    due = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}
    assert due == set(beat.PERIODIC)


def test_entry_waits_after_it_was_sent(scheduler):
    entry = beat.Entry(name="x", task="x", schedule=60.0, app=app)
    assert (entry.is_due()[0], next(entry).is_due()[0]) == (True, False)


def test_tick_leaves_a_heartbeat(scheduler, broker_url):
    with redis.Redis.from_url(broker_url) as client:
        assert client.exists("vouch:heartbeat:beat") == 0
        scheduler.tick()
        assert client.exists("vouch:heartbeat:beat") == 1
