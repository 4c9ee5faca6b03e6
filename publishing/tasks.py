"""Thin Celery tasks of publishing: they call actions."""

from celery import shared_task

from publishing import actions
from workflow.actions import periodic


@shared_task(name="publishing.consume_outbox", ignore_result=True)
def consume_outbox() -> None:
    """Publish what has changed."""
    periodic.keep_if_any("publish", actions.consume_outbox)
