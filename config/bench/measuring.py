"""Asking one question many times, and what each took."""

import http.client
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from config.bench.serving import HOST, Server

WARM = 20
TURN = 30
"""Requests to one server before the next one has its turn."""
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


class Asking:
    """Asks a server for these addresses, on one connection, some at a time."""

    def __init__(
        self, server: Server, paths: Iterator[str], database: Callable[[], float]
    ) -> None:
        self._server = server
        self._paths = paths
        self._database = database
        self._connection = server.connection()
        self._took: list[float] = []
        self._web = self._base = 0.0
        self._size = 0
        for _ in range(WARM):
            self._size = len(ask(self._connection, next(paths)))

    def some(self, times: int) -> None:
        """Ask so often. Raises RuntimeError for an answer that is none."""
        web, base = self._server.cpu(), self._database()
        for _ in range(times):
            begun = time.perf_counter()
            ask(self._connection, next(self._paths))
            self._took.append((time.perf_counter() - begun) * 1000)
        self._web += self._server.cpu() - web
        self._base += self._database() - base

    def taken(self) -> Taken:
        """What it took; nothing more is asked."""
        self._connection.close()
        each = 1000 / len(self._took)
        return Taken(
            statistics.median(self._took),
            statistics.quantiles(self._took, n=20, method="inclusive")[18],
            self._web * each,
            self._base * each,
            self._size,
        )


def in_turn(asking: Sequence[Asking], times: int) -> list[Taken]:
    """What each of these took, asked so often by turns: a machine that is slower for a
    moment is so for all of them. Raises RuntimeError for an answer that is none."""
    for begun in range(0, times, TURN):
        for one in asking:
            one.some(min(TURN, times - begun))
    return [one.taken() for one in asking]


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
