"""The task queue. Tasks live in each app's tasks.py, their times in config/beat.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, setup_logging, task_prerun, task_success
from django.conf import settings

from common import clock, health, request_id
from config.beat import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("vouch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Having a receiver at all stops Celery from installing its own log format."""


@task_prerun.connect
def begin_request_id(**_: Any) -> None:
    """Everything that one task does shares an id in the audit trail and the log."""
    request_id.start()


@task_success.connect
def note_done(sender: Any = None, **_: Any) -> None:
    """Lets the administrator see when each job last ran, with or without work."""
    health.note_done(settings.REDIS_URL, sender.name, clock.now())


@heartbeat_sent.connect
def record_worker_heartbeat(**_: Any) -> None:
    """Lets /healthz say that a worker is there."""
    health.beat_heart(settings.REDIS_URL, "worker")
