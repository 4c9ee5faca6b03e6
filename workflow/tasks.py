"""Thin Celery tasks of the workflow: they call actions and keep what a run did."""

from typing import Any, Final

from celery import shared_task
from django.conf import settings

from accounts import mail
from workflow.actions import (
    asking_run,
    contract_reminders,
    counting_standing,
    levels,
    periodic,
    retaining,
)
from workflow.importing import requests
from workflow.models import StandingCount

JOB: Final[dict[str, Any]] = {
    "ignore_result": True,
    "time_limit": settings.LONGEST_JOB,
    "soft_time_limit": settings.LONGEST_JOB - 30,
}
"""Of what goes through whole places or reads whole sources: where there are half a
million records, minutes."""


@shared_task(name="workflow.send_mail", ignore_result=True)
def send_mail() -> None:
    """Send every mail whose time has come."""
    periodic.keep_if_any("mail", mail.send_waiting)


@shared_task(name="workflow.freshen", **JOB)
def freshen() -> None:
    """Grade, lapse and restore, in every place."""
    periodic.run_job("freshen", periodic.freshen)


@shared_task(name="workflow.bring_in", **JOB)
def bring_in() -> None:
    """Read the sources that somebody asked for, one at a time."""
    if requests.waiting().exists():
        periodic.run_job("bring_in", requests.read_all)


@shared_task(name="workflow.tell_contract_managers", **JOB)
def tell_contract_managers() -> None:
    """Tell the managers of contracts what became overdue, and of reviews and ends."""
    periodic.run_job("tell_contract_managers", contract_reminders.tell_of_contracts)


@shared_task(name="workflow.weigh_levels", **JOB)
def weigh_levels() -> None:
    """Count the facts about organizations of the last twelve months, once a day."""
    if levels.unweighed().exists():
        periodic.run_job("weigh_levels", levels.weigh)


@shared_task(name="workflow.count_standing", **JOB)
def count_standing() -> None:
    """Count what very large places show from their last count."""
    if counting_standing.large_places() or StandingCount.objects.exists():
        periodic.run_job("count_standing", counting_standing.count_standing)


@shared_task(name="workflow.retain", **JOB)
def retain() -> None:
    """Let go of what has been kept long enough."""
    periodic.run_job("retain", retaining.retain)


@shared_task(name="workflow.ask", **JOB)
def ask() -> None:
    """Ask providers whether what is due to be checked is still right."""
    periodic.run_job("ask", asking_run.ask_everybody)
