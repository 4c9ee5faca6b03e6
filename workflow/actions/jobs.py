"""What runs by itself: how each job stands, and running one at once."""

import datetime as dt
from dataclasses import dataclass

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_administrator
from accounts.models import User
from common import clock
from common.enqueue import enqueue_on_commit
from common.errors import InvalidInput
from workflow.models import JobRun


@dataclass(frozen=True)
class Job:
    """A job of the timetable. ``last`` is its last run, where runs are kept."""

    name: str
    task: str
    every: dt.timedelta
    last: JobRun | None

    @property
    def next_at(self) -> dt.datetime | None:
        """About when it runs next; None while it has not run."""
        return self.last.started_at + self.every if self.last else None

    @property
    def is_late(self) -> bool:
        """Whether it should have run twice since, so that something stands still."""
        if self.last is None:
            return False
        return clock.now() > self.last.started_at + 2 * self.every


def timetable() -> list[Job]:
    """Every job that runs by itself, with its last run, in two queries at most."""
    last = {
        run.name: run
        for run in JobRun.objects.order_by("name", "-started_at").distinct("name")
    }
    return [
        Job(
            name,
            entry["task"],
            dt.timedelta(seconds=float(entry["schedule"])),
            last.get(name),
        )
        for name, entry in sorted(current_app.conf.beat_schedule.items())
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
