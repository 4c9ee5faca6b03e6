"""Hand work to Celery once the transaction that asks for it is safe on disk."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

WORTH_SOMETHING_FOR = 30
"""Seconds that a wake-up call may wait on the queue. Many transactions in a row, as
where a whole place lapses, leave one each: those that nobody had the time for must not
keep the hourly jobs waiting behind them."""


def enqueue_on_commit(
    task_name: str, *args: Any, expires: int | None = WORTH_SOMETHING_FOR
) -> None:
    """Send the task of this name when the surrounding transaction commits.

    By name, so that an app may wake another that it must not import. The row that
    describes the work is the truth and a periodic task sweeps up what was missed, so
    a broker that is down delays the work and never fails the click.
    """

    def send() -> None:
        try:
            current_app.send_task(task_name, args=args, retry=False, expires=expires)
        except Exception:  # any broker fault: the sweep will find the row
            logger.warning("broker_unreachable", extra={"task": task_name})

    transaction.on_commit(send)
