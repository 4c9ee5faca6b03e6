"""The one list of periodic tasks, and the scheduler that runs it.

Beat keeps no state. Every entry is due when beat starts, so what fell due while it was
down is caught up with at once; the tasks are idempotent, so running one early is
harmless.
"""

import datetime as dt
from typing import Any

from celery.beat import ScheduleEntry
from celery.beat import Scheduler as CeleryScheduler
from celery.schedules import schedule
from django.conf import settings

from common import clock, health

# name of the entry → task, seconds between two runs
PERIODIC: dict[str, tuple[str, int]] = {
    "publish": ("publishing.consume_outbox", 5),
    "mail": ("workflow.send_mail", 30),
    "bring_in": ("workflow.bring_in", 60),
    "freshen": ("workflow.freshen", 600),
    "ask": ("workflow.ask", 3600),
    "tell_contract_managers": ("workflow.tell_contract_managers", 3600),
    "weigh_levels": ("workflow.weigh_levels", 3600),
    "count_standing": ("workflow.count_standing", 3600),
    "retain": ("workflow.retain", 3600),
}

SCHEDULE: dict[str, dict[str, Any]] = {
    name: {
        "task": task,
        # By our own clock: where that is moved by a day, a day's tasks are due.
        "schedule": schedule(float(seconds), nowfun=clock.now),
        # Runs that a stopped worker left on the queue are worth nothing afterwards.
        "options": {"expires": max(seconds, 30)},
    }
    for name, (task, seconds) in PERIODIC.items()
}

_LONG_AGO = dt.timedelta(days=366)


class Entry(ScheduleEntry):
    """A periodic task that is due as soon as beat starts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        first = kwargs.get("last_run_at") is None
        super().__init__(*args, **kwargs)
        if first:
            self.last_run_at = self.default_now() - _LONG_AGO


class Scheduler(CeleryScheduler):
    """Celery's scheduler, leaving a heartbeat for /healthz at every tick."""

    Entry = Entry
    max_interval = 1

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; return the seconds to wait before the next tick."""
        health.beat_heart(settings.REDIS_URL, "beat")
        health.keep_time(settings.REDIS_URL, clock.now())
        return super().tick(*args, **kwargs)
