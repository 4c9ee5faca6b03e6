"""Hand work to Celery once the transaction that asks for it is safe on disk."""

import logging
import time
from functools import cache
from typing import Any

from celery import current_app
from django.db import transaction
from kombu import Connection, pools

logger = logging.getLogger(__name__)

WORTH_SOMETHING_FOR = 30
"""Seconds that a wake-up call may wait on the queue. Many transactions in a row, as
where a whole place lapses, leave one each: those that nobody had the time for must not
keep the hourly jobs waiting behind them."""
PATIENCE = 1
"""Seconds for an answer of the broker (which its library asks more than once) while
somebody who saved something waits."""

_silent_until = 0.0
"""On the clock of this process: until then the broker is left alone, since it gave no
answer. What waits is swept up meanwhile."""


def enqueue_on_commit(
    task_name: str, *args: Any, expires: int | None = WORTH_SOMETHING_FOR
) -> None:
    """Send the task of this name when the surrounding transaction commits.

    By name, so that an app may wake another that it must not import. The row that
    describes the work is the truth and a periodic task sweeps up what was missed, so
    a broker that is down delays the work and never fails the click. One that hangs
    holds up one click and none after it for half a minute; what somebody asked for
    (no ``expires``) is tried each time.
    """

    def send() -> None:
        global _silent_until
        if expires is not None and time.monotonic() < _silent_until:
            return
        try:
            with pools.producers[_connection()].acquire(
                block=True, timeout=PATIENCE
            ) as producer:
                current_app.send_task(
                    task_name, args=args, retry=False, expires=expires,
                    producer=producer,
                )  # fmt: skip
        except Exception:  # any broker fault: the sweep will find the row
            logger.warning("broker_unreachable", extra={"task": task_name})
            _silent_until = time.monotonic() + WORTH_SOMETHING_FOR

    transaction.on_commit(send)


@cache
def _connection() -> Connection:
    """What this process wakes others through; a worker, which waits for work at its
    own, has more patience."""
    return current_app.connection_for_write(
        transport_options={"socket_timeout": PATIENCE}
    )
