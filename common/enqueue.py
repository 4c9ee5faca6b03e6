"""Hand work to Celery once the transaction that asks for it is safe on disk."""

import logging
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue_on_commit(task: Any, *args: Any) -> None:
    """Send ``task`` when the surrounding transaction commits.

    The row that describes the work is the truth and a periodic task sweeps up what
    was missed, so a broker that is down delays the work and never fails the click.
    """

    def send() -> None:
        try:
            task.apply_async(args=args, retry=False)
        except Exception:  # any broker fault: the sweep will find the row
            logger.warning("broker_unreachable", extra={"task": task.name})

    transaction.on_commit(send)
