"""What runs by itself: how each job stands, and running one at once."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

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
LONGEST = dt.timedelta(hours=1)
"""A run that began longer ago and has not ended was killed."""
SHOWN = 10
"""How many of a job's last runs are looked at."""


@dataclass(frozen=True)
class Job:
    """A job of the timetable. ``runs`` are its last runs, newest first, where runs are
    kept; ``done_at`` is when it last ran to its end, also with nothing to do, and
    ``since`` when the timetable began, where known."""

    name: str
    task: str
    every: dt.timedelta
    runs: tuple[JobRun, ...] = ()
    done_at: dt.datetime | None = None
    since: dt.datetime | None = None

    @property
    def last(self) -> JobRun | None:
        """Its last run, of those that are kept."""
        return self.runs[0] if self.runs else None

    @property
    def keeps_all(self) -> bool:
        """Whether every run is kept, not only those with something to do."""
        return self.name in ALL_KEPT

    @property
    def seen_at(self) -> dt.datetime | None:
        """When it last ran, as far as that is known. One that broke off has not."""
        ran = (run.started_at for run in self.runs if not broke_off(run))
        kept = next(ran, None) if self.keeps_all else None
        return max((at for at in (kept, self.done_at) if at), default=None)

    @property
    def next_at(self) -> dt.datetime | None:
        """About when it runs next; None while it is not known to have run."""
        return self.seen_at + self.every if self.seen_at else None

    @property
    def is_at_it(self) -> bool:
        """Whether a run of it goes on."""
        return self.last is not None and _goes_on(self.last)

    @property
    def is_late(self) -> bool:
        """Whether it should have run twice since, so that something stands still.

        One that has never run is late once the timetable has run for so long.
        """
        known = [at for at in (self.seen_at, self.since) if at]
        if not known or self.is_at_it:
            return False
        return clock.now() > max(known) + max(2 * self.every, PATIENCE)

    @property
    def in_a_row(self) -> int:
        """How many of its last runs went wrong, one after the other."""
        ended = (run for run in self.runs if not _goes_on(run))
        return sum(1 for _ in itertools.takewhile(went_wrong, ended))


def broke_off(run: JobRun) -> bool:
    """Whether a run ended before it had seen to everything, in some place at least."""
    if run.finished_at is None:
        return not _goes_on(run)
    return run.places_failed > 0 or (bool(run.error) and not run.failed)


def went_wrong(run: JobRun) -> bool:
    """Whether a run broke off, or something could not be done."""
    return run.failed > 0 or broke_off(run)


def _goes_on(run: JobRun) -> bool:
    return run.finished_at is None and clock.now() < run.started_at + LONGEST


def _last_runs(names: Sequence[str]) -> QuerySet[JobRun]:
    """The last runs of each job, the newest first, each read from the end of an index:
    of what runs every few seconds there are very many."""
    first, *others = (
        JobRun.objects.filter(name=name).order_by("-started_at", "-pk")[:SHOWN]
        for name in names
    )
    return first.union(*others, all=True).order_by("name", "-started_at", "-id")


def timetable() -> list[Job]:
    """Every job that runs by itself, with its last runs, in one query."""
    entries = sorted(current_app.conf.beat_schedule.items())
    runs: dict[str, list[JobRun]] = {}
    for run in _last_runs([name for name, _ in entries]):
        runs.setdefault(run.name, []).append(run)
    done = health.last_done(settings.REDIS_URL, [e["task"] for _, e in entries])
    since = health.timetable_since(settings.REDIS_URL)
    return [
        Job(
            name,
            entry["task"],
            entry["schedule"].run_every,
            tuple(runs.get(name, ())),
            done.get(entry["task"]),
            since,
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
    enqueue_on_commit(found.task, expires=None)
