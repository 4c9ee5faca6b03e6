"""Thin Celery tasks of the workflow: they call actions and keep what a run did."""

from celery import shared_task

from workflow.actions import periodic


@shared_task(name="workflow.freshen", ignore_result=True)
def freshen() -> None:
    """Grade, lapse and restore, in every place."""
    periodic.run_job("freshen", periodic.freshen)
