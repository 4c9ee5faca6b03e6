"""What runs by itself: how each job stands, and running one at once."""

import datetime as dt
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_administrator
from accounts.models import User
from common import clock, health
from common.enqueue import enqueue_on_commit
from common.errors import InvalidInput
from workflow.models import JobRun

ALL_KEPT = ("freshen", "ask", "retain")
"""The jobs of which every run is kept; of the others those with something to do."""
PATIENCE = dt.timedelta(minutes=5)
"""A job that runs every few seconds is not late for a worker that starts again."""


@dataclass(frozen=True)
class Job:
    """A job of the timetable. ``last`` is its last run, where runs are kept;
    ``done_at`` when it last ran to its end, also with nothing to do, where known."""

    name: str
    task: str
    every: dt.timedelta
    last: JobRun | None
    done_at: dt.datetime | None = None

    @property
    def keeps_all(self) -> bool:
        """Whether every run is kept, not only those with something to do."""
        return self.name in ALL_KEPT

    @property
    def seen_at(self) -> dt.datetime | None:
        """When it last ran, as far as that is known."""
        kept = self.last.started_at if self.last and self.keeps_all else None
        return max((at for at in (kept, self.done_at) if at), default=None)

    @property
    def next_at(self) -> dt.datetime | None:
        """About when it runs next; None while it is not known to have run."""
        return self.seen_at + self.every if self.seen_at else None

    @property
    def is_late(self) -> bool:
        """Whether it should have run twice since, so that something stands still."""
        return self.seen_at is not None and clock.now() > self.seen_at + max(
            2 * self.every, PATIENCE
        )


def timetable() -> list[Job]:
    """Every job that runs by itself, with its last run, in two queries at most."""
    last = {
        run.name: run
        for run in JobRun.objects.order_by("name", "-started_at").distinct("name")
    }
    entries = sorted(current_app.conf.beat_schedule.items())
    done = health.last_done(settings.REDIS_URL, [e["task"] for _, e in entries])
    return [
        Job(
            name,
            entry["task"],
            dt.timedelta(seconds=float(entry["schedule"])),
            last.get(name),
            done.get(entry["task"]),
        )
        for name, entry in entries
    ]


@transaction.atomic
def run_job_now(*, by: User, name: str) -> None:
    """Run a job at once instead of at its next time. For an administrator.

    Raises PermissionDenied, InvalidInput for a job that there is not.
    """
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator runs a job.")
    found = {job.name: job for job in timetable()}.get(name)
    if found is None:
        raise InvalidInput("There is no such job.")
    audit.record("job_asked_for", by, actor=by, after={"job": name})
    enqueue_on_commit(found.task)
