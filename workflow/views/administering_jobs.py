"""The jobs that run by themselves, and the health of the installation, in words."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q

from accounts.mail import MOST_FAILURES
from accounts.models import Message
from common.templatetags.vouch import counted
from directory.templatetags.when import moment
from workflow.actions import jobs
from workflow.models import HidingStop, JobRun, OutboxEvent

PARTS = {
    "web": "Pages",
    "database": "Database",
    "broker": "Queue of work",
    "worker": "Work in the background",
    "beat": "Timetable",
}
"""The parts of the installation, in words."""
JOBS = {
    "publish": (
        "Bring changes to the public",
        "What was accepted is on the public pages and in the feeds within seconds.",
    ),
    "mail": ("Send mail", "Answers, invitations and reminders go out."),
    "freshen": (
        "Look at every date",
        "Records that nobody checked in time are hidden, and come back when checked.",
    ),
    "ask": (
        "Ask providers",
        "Whoever keeps a record is asked whether it is still right, before it is due.",
    ),
    "bring_in": ("Read sources", "Feeds and files that a lead asked for are read."),
    "tell_contract_managers": (
        "Tell the managers of contracts",
        "Once for each service that has become overdue, and each review and end.",
    ),
    "weigh_levels": (
        "Count what organisations did in a year",
        "Once a day, so that a lead sees who is ready to be trusted with more.",
    ),
    "count_standing": (
        "Count very large places",
        "Of more than 20,000 records, what people did and how figures divide.",
    ),
    "retain": (
        "Let go of old data",
        "What has been kept long enough is deleted, or blanked where only words go.",
    ),
}
"""Each job by its name: what it is called, and what it is for."""
NOUNS = {"publish": "change", "mail": "mail"}
"""What a job sees to, where that is not records."""


def shown() -> list[dict[str, Any]]:
    """Each job of the timetable: when it ran, when it runs next, what went wrong."""
    return [_job(job) for job in jobs.timetable()]


def _job(job: jobs.Job) -> dict[str, Any]:
    title, about = JOBS.get(job.name, (job.name.replace("_", " ").capitalize(), ""))
    run = job.last
    return {
        "name": job.name,
        "title": title,
        "about": about,
        "every": _every(job.every),
        "run": run,
        "noun": (noun := NOUNS.get(job.name, "record")),
        "keeps_all": job.keeps_all,
        "seen_at": job.seen_at,
        "next_at": job.next_at,
        "is_late": job.is_late,
        "never": job.is_late and job.seen_at is None,
        "trouble": (trouble := _trouble(job, noun)),
        "alarm": "It should have run since, and did not." if job.is_late else trouble,
        "history": [_row(each) for each in job.runs],
        "held": _held() if job.name == "freshen" else [],
    }


def _held() -> list[str]:
    """Where hiding has stopped because it would have hidden too much at once, and why:
    the lead is asked, and until then nothing is hidden there."""
    stops = HidingStop.objects.filter(decided_at=None).select_related("partnership")
    return [
        f"Hiding stopped in {stop.partnership} on {moment(stop.created_at)}: "
        f"{counted(len(stop.listing_ids), 'record')} of {stop.out_of:,} were not "
        f"checked in time, more than is hidden of {stop.scope} without asking. They "
        "stay public until its lead decides."
        for stop in stops.order_by("partnership__name")
    ]


HISTORY = [
    {"label": "Began"},
    {"label": "Took"},
    {"label": "Done", "number": True},
    {"label": "Not done", "number": True},
    {"label": "What went wrong"},
]


def _row(run: JobRun) -> list[dict[str, str]]:
    """One run, as the cells of a row."""
    return [
        {"text": cell}
        for cell in (
            moment(run.started_at),
            _took(run),
            f"{run.done:,}",
            f"{run.failed:,}",
            _wrong(run),
        )
    ]


def _took(run: JobRun) -> str:
    if run.finished_at is None:
        return "did not end" if jobs.broke_off(run) else "goes on"
    seconds = round((run.finished_at - run.started_at).total_seconds())
    minutes, seconds = divmod(max(seconds, 0), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _wrong(run: JobRun) -> str:
    if run.places_failed:
        return f"{run.error}: not done in {counted(run.places_failed, 'place')}"
    if run.error:
        return run.error if run.failed else f"{run.error}: it broke off"
    return "It was ended" if jobs.broke_off(run) else "–"


def _every(time: dt.timedelta) -> str:
    seconds = int(time.total_seconds())
    if seconds < 60:
        return f"every {seconds} seconds"
    minutes = seconds // 60
    return "every minute" if minutes == 1 else f"every {minutes} minutes"


def _trouble(job: jobs.Job, noun: str) -> str:
    """What went wrong in its last run, and how often by now; the log has the rest."""
    run = job.last
    if run is None or not jobs.went_wrong(run):
        return ""
    if run.places_failed:
        words = f"It came to no end in {counted(run.places_failed, 'place')}."
    elif run.failed:
        words = f"{counted(run.failed, noun)} could not be done."
    else:
        words = "It broke off."
    named = f" The log names the fault: {run.error}." if run.error else ""
    often = f" That is {job.in_a_row} runs in a row." if job.in_a_row > 1 else ""
    return f"{words}{named}{often} It is tried again by itself."


def public_side() -> dict[str, int]:
    """Changes on their way to the public, and those that failed so far."""
    waiting = OutboxEvent.objects.filter(done_at=None)
    return waiting.aggregate(
        waiting=Count("pk"), failing=Count("pk", filter=Q(failures__gt=0))
    )


def mails() -> dict[str, int]:
    """Mails that wait, and those that need a person."""
    open_ones = Message.objects.filter(sent_at=None, cancelled_at=None)
    return {
        "waiting": open_ones.filter(
            claimed_at=None, failures__lt=MOST_FAILURES
        ).count(),
        "given_up": open_ones.filter(failures__gte=MOST_FAILURES).count(),
        "unsure": open_ones.filter(claimed_at__isnull=False).count(),
    }
