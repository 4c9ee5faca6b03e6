"""Hand work to Celery once the transaction that asks for it is safe on disk."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue_on_commit(task_name: str, *args: Any) -> None:
    """Send the task of this name when the surrounding transaction commits.

    By name, so that an app may wake another that it must not import. The row that
    describes the work is the truth and a periodic task sweeps up what was missed, so
    a broker that is down delays the work and never fails the click.
    """

    def send() -> None:
        try:
            current_app.send_task(task_name, args=args, retry=False)
        except Exception:  # any broker fault: the sweep will find the row
            logger.warning("broker_unreachable", extra={"task": task_name})

    transaction.on_commit(send)
