"""Asking one question many times, and what each took."""

import http.client
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg

from config.bench.serving import HOST, Server

WARM = 20
PIECE = 65_536
"""Bytes that are read of a long answer at once."""
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


def round_trip(database_url: str, times: int) -> float:
    """Milliseconds, in the middle, for a prepared statement that reads nothing: what
    any answer that looks whether it still holds takes at least beside a view that does
    not."""
    took = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(WARM + times):
            begun = time.perf_counter()
            connection.execute("SELECT 1", prepare=True).fetchone()
            took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took[WARM:])


@dataclass(frozen=True)
class Streamed:
    """What it took to send everything at once: megabytes sent, seconds, and the
    megabytes of memory that were held before and at most meanwhile."""

    sent: float
    seconds: float
    before: float
    most: float


def stream(server: Server, path: str) -> Streamed:
    """Read an answer piece by piece, keeping none of it.

    Raises RuntimeError for an answer that is none.
    """
    server.forget_memory()
    before, begun, size = server.memory(), time.perf_counter(), 0
    connection = server.connection()
    connection.request("GET", path, headers=HEADERS)
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path} answered {answer.status}.")
    while piece := answer.read(PIECE):
        size += len(piece)
    connection.close()
    seconds = time.perf_counter() - begun
    return Streamed(size / 1e6, seconds, before, server.memory())


def ask(connection: http.client.HTTPConnection, path: str) -> bytes:
    """The body of an answer."""
    connection.request("GET", path, headers=HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
    return body
