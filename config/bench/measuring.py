"""Asking one question many times, and what each took."""

import http.client
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.bench.serving import HOST, Server

WARM = 20
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}


@dataclass(frozen=True)
class Taken:
    """What one request took: milliseconds until the last byte, and of processors."""

    p50: float
    p95: float
    web: float
    database: float
    size: int


def measure(
    server: Server, paths: Iterator[str], times: int, database: Callable[[], float]
) -> Taken:
    """Ask for these addresses, one after the other on one connection.

    Raises RuntimeError for an answer that is none.
    """
    connection = server.connection()
    size = 0
    for _ in range(WARM):
        size = len(ask(connection, next(paths)))
    took = []
    web, base = server.cpu(), database()
    for _ in range(times):
        begun = time.perf_counter()
        ask(connection, next(paths))
        took.append((time.perf_counter() - begun) * 1000)
    web, base = server.cpu() - web, database() - base
    connection.close()
    cuts = statistics.quantiles(took, n=20, method="inclusive")
    return Taken(
        statistics.median(took), cuts[18], web / times * 1000, base / times * 1000, size
    )


def ask(connection: http.client.HTTPConnection, path: str) -> bytes:
    """The body of an answer."""
    connection.request("GET", path, headers=HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
    return body
