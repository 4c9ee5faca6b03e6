"""What one piece of work took: queries, time, processors."""

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

LONG = 10
"""Seconds; a page that takes longer is measured once."""


@dataclass(frozen=True)
class Aim:
    """What was promised: at most or at least so much, in this unit."""

    number: float
    unit: str
    at_least: bool = False

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.number:g} {self.unit}"

    def reached(self, found: float) -> bool:
        """Whether that is as good as was promised."""
        return found >= self.number if self.at_least else found <= self.number


@dataclass(frozen=True)
class Taken:
    """Seconds, of the median and the slowest of twenty; processors' seconds of one."""

    queries: int
    p50: float
    p95: float
    web: float
    database: float
    done: int = 0


@dataclass
class Count:
    """How many queries went out."""

    number: int = 0

    def __call__(self, execute: Any, *rest: Any) -> Any:
        self.number += 1
        return execute(*rest)


def repeated(
    work: Callable[[], int], times: int, database: Callable[[], float]
) -> Taken:
    """The same work so often, after one to warm up, of which the queries are counted;
    once, if that alone took longer than ``LONG``.

    ``work`` says how much it did.
    """
    first = once(work, database)
    if first.p50 > LONG:
        return first
    took = []
    web, base = time.process_time(), database()
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    web, base = time.process_time() - web, database() - base
    p95 = statistics.quantiles(took, n=20, method="inclusive")[18] if times > 1 else 0
    return Taken(
        first.queries, statistics.median(took), p95 or took[0], web / times,
        base / times, first.done,
    )  # fmt: skip


def once(work: Callable[[], int], database: Callable[[], float]) -> Taken:
    """Work that changes much, done once."""
    count = Count()
    web, base, began = time.process_time(), database(), time.perf_counter()
    with connection.execute_wrapper(count):
        done = work()
    took = time.perf_counter() - began
    web, base = time.process_time() - web, database() - base
    return Taken(count.number, took, took, web, base, done)


@contextlib.contextmanager
def taken_back() -> Iterator[None]:
    """Let nothing of what happens inside stay."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
