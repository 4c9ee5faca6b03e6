"""Real concurrent transactions: each thread has its own connection.

A barrier lets them begin together; where an order is wanted, one waits inside its
transaction until the other stands at the lock.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

PATIENCE = 20.0
"""Seconds after which a thread that still waits counts as stuck."""


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run all at once, each in its own connection; what each returned or raised."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            barrier.wait(PATIENCE)
            results[number] = work()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(i, work), daemon=True)
        for i, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results


def while_holding(
    first: Callable[[], Any], second: Callable[[], Any]
) -> tuple[Any, Any]:
    """Let ``second`` begin while ``first`` has done its work and not yet committed.

    It returns when the second one waits for a lock of the first, then commits.
    """
    done, outcome = threading.Event(), []

    def run() -> None:
        done.wait(PATIENCE)
        try:
            outcome.append(second())
        except Exception as error:
            outcome.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with transaction.atomic():
        result = first()
        done.set()
        until_somebody_waits(thread)
    thread.join(PATIENCE)
    assert not thread.is_alive(), "somebody waits for ever"
    return result, outcome[0]


def meeting(
    first: Callable[[], Any],
    second: Callable[[], Any],
    patch: pytest.MonkeyPatch,
    where: Any,
    name: str,
) -> list[Any]:
    """Let ``second`` begin when ``first`` comes to a function of a module, and
    ``first`` go on when the other waits for it; what each returned or raised."""
    come, real = threading.Event(), getattr(where, name)

    def paused(*args: Any, **more: Any) -> Any:
        if not come.is_set():
            come.set()
            until_somebody_waits(threading.current_thread(), 3)
        return real(*args, **more)

    def after() -> Any:
        assert come.wait(PATIENCE)
        return second()

    patch.setattr(where, name, paused)
    return together(first, after)


def until_somebody_waits(thread: threading.Thread, most: float = PATIENCE) -> None:
    """Until the other transaction stands at a lock, or has finished without one;
    ``most`` so many seconds."""
    deadline = time.monotonic() + most
    while time.monotonic() < deadline and thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
