"""Thin Celery tasks of the workflow: they call actions and keep what a run did."""

from celery import shared_task

from workflow.actions import (
    asking_run,
    contract_notices,
    counting_standing,
    levels,
    periodic,
    retaining,
)
from workflow.importing import requests
from workflow.models import StandingCount

LONGEST = 60 * 60
"""Seconds that reading one source may take. Longer than the broker waits before it
hands a task out again, which does no harm: the second finds the request taken."""


@shared_task(name="workflow.freshen", ignore_result=True)
def freshen() -> None:
    """Grade, lapse and restore, in every place."""
    periodic.run_job("freshen", periodic.freshen)


@shared_task(
    name="workflow.bring_in",
    ignore_result=True,
    time_limit=LONGEST,
    soft_time_limit=LONGEST - 30,
)
def bring_in() -> None:
    """Read the sources that somebody asked for, one at a time."""
    if requests.waiting().exists():
        periodic.run_job("bring_in", requests.read_all)


@shared_task(name="workflow.tell_contract_managers", ignore_result=True)
def tell_contract_managers() -> None:
    """Tell the managers of contracts what became overdue."""
    periodic.run_job("tell_contract_managers", contract_notices.tell_managers)


@shared_task(name="workflow.weigh_levels", ignore_result=True)
def weigh_levels() -> None:
    """Count the facts about organizations of the last twelve months, once a day."""
    if levels.unweighed().exists():
        periodic.run_job("weigh_levels", levels.weigh)


@shared_task(name="workflow.count_standing", ignore_result=True)
def count_standing() -> None:
    """Count what very large places show from their last count."""
    if counting_standing.large_places() or StandingCount.objects.exists():
        periodic.run_job("count_standing", counting_standing.count_standing)


@shared_task(name="workflow.retain", ignore_result=True)
def retain() -> None:
    """Let go of what has been kept long enough."""
    periodic.run_job("retain", retaining.retain)


@shared_task(name="workflow.ask", ignore_result=True)
def ask() -> None:
    """Ask providers whether what is due to be checked is still right."""
    periodic.run_job("ask", asking_run.ask_everybody)
