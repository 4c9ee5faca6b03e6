import datetime as dt
from functools import partial

import pytest
import redis
from celery.schedules import schedule

from common import clock
from config import beat
from config.celery import app
from config.settings import base


@pytest.fixture
def scheduler(settings, broker_url):
    settings.REDIS_URL = broker_url
    return beat.Scheduler(app)


def test_every_periodic_task_exists():
    app.loader.import_default_modules()
    named = {task for task, _ in beat.PERIODIC.values()}
    assert named - set(app.tasks) == set()


def test_no_task_may_run_until_it_is_handed_out_again():
    again = base.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    limits = {app.tasks[task].time_limit for task, _ in beat.PERIODIC.values()}
    assert max(limit or base.CELERY_TASK_TIME_LIMIT for limit in limits) < again


def test_what_goes_through_whole_places_has_an_hour():
    an_hour = {
        task for task, _ in beat.PERIODIC.values() if app.tasks[task].time_limit == 3600
    }
    short = {"publishing.consume_outbox", "workflow.send_mail"}
    assert {task for task, _ in beat.PERIODIC.values()} - an_hour == short


def test_mail_goes_before_what_waits_to_be_published(broker_url: str) -> None:
    with app.connection_for_write(broker_url) as connection:
        for task in ("publishing.consume_outbox",) * 3 + ("workflow.send_mail",):
            app.send_task(task, connection=connection)
        queue = connection.SimpleQueue(base.CELERY_TASK_DEFAULT_QUEUE)
        first = queue.get(timeout=5)
        queue.close()

    assert first.headers["task"] == "workflow.send_mail"


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


# --- the nights in which the clocks change --------------------------------------------


CHANGES = [
    dt.datetime(2026, 3, 29, 0, 59, 50, tzinfo=dt.UTC),  # 01:00 to 02:00 is skipped
    dt.datetime(2026, 10, 25, 0, 20, tzinfo=dt.UTC),  # 01:20 for the first time
    dt.datetime(2026, 10, 25, 1, 20, tzinfo=dt.UTC),  # 01:20 for the second time
    dt.datetime(2028, 2, 28, 23, 59, 50, tzinfo=dt.UTC),
]


@pytest.mark.parametrize("then", CHANGES)
@pytest.mark.parametrize("seconds", sorted({s for _, s in beat.PERIODIC.values()}))
def test_entry_is_due_after_its_seconds_whatever_the_clock_on_the_wall(then, seconds):
    for passed, due in ((seconds - 1, False), (seconds, True)):
        now = (then + dt.timedelta(seconds=passed)).astimezone(clock.LONDON)
        every = schedule(seconds, nowfun=partial(min, [now]), app=app)
        entry = beat.Entry(
            name="x", task="x", schedule=every, app=app,
            last_run_at=then.astimezone(clock.LONDON),
        )  # fmt: skip
        assert entry.is_due()[0] is due


@pytest.mark.parametrize("then", CHANGES)
def test_message_expires_after_its_seconds_whatever_the_clock_on_the_wall(then):
    """Or a worker would throw away everything of an hour."""
    now = then.astimezone(clock.LONDON)
    message = app.amqp.as_task_v2("an-id", "x", expires=60, now=now)
    expires = dt.datetime.fromisoformat(message.headers["expires"])
    assert expires.astimezone(dt.UTC) == then + dt.timedelta(seconds=60)


def test_beat_goes_by_the_clock_of_the_installation(scheduler):
    for _ in beat.PERIODIC:
        scheduler.tick()
    at_once = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}
    clock.move_to(clock.now() + dt.timedelta(days=1))
    later = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}

    assert at_once == set()
    assert later == set(beat.PERIODIC)
