"""Finished answers, kept in memory for as long as the edition they were made of stands.

What is kept is asked for with one query, which tells the current edition; so an answer
is never older than what is public at the moment of asking (``publishing/editions.py``).
"""

import datetime as dt
import functools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common import clock
from publishing import editions
from publishing.api.answers import View, answers, unless_known
from publishing.models import Endpoint

MOST_BYTES = 32_000_000
"""Of answers kept in each process; the ones that nobody asked for longest go first."""

LONGEST = 30.0
"""Seconds: an answer may also rest on what is no part of an edition, such as where a
postcode is. A page may be made of keys as old as this, which makes a minute in all."""

_OVERHEAD = 500
"""About how many bytes it costs to keep anything."""


@dataclass(frozen=True)
class Held:
    """A finished answer: its bytes, and what conditional requests are compared with."""

    body: bytes
    etag: str
    changed_at: dt.datetime | None


class Memory:
    """Values by key, the last used last; forgets when it holds too much."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[float, int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """What is kept under a key; None if nothing is, or for too long."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[0] < time.monotonic():
                return None
            self._kept.move_to_end(key)
            return found[2]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of so many bytes."""
        size += _OVERHEAD
        if size > self.most_bytes:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = (time.monotonic() + LONGEST, size, value)
            self._bytes += size
            while self._bytes > self.most_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        before = self._kept.pop(key, None)
        if before is not None:
            self._bytes -= before[1]


_MEMORY = Memory(MOST_BYTES)


@dataclass(frozen=True)
class Moment:
    """What answers are made of: an edition of an end-point, on a day, in a profile.

    ``current`` is None for a place that publishes nothing.
    """

    current: editions.Current | None
    today: dt.date
    strict: bool

    @property
    def endpoint(self) -> Endpoint | None:
        """The end-point that answers."""
        return self.current.endpoint if self.current else None

    def kept(self, *key: Hashable) -> Any:
        """What was kept under a key while this was so; None if nothing was."""
        return _MEMORY.get(self._key(key))

    def keep(self, value: Any, size: int, *key: Hashable) -> None:
        """Keep a value of so many bytes for as long as this is so."""
        if self.current is not None:
            _MEMORY.put(self._key(key), value, size)

    def _key(self, key: tuple[Hashable, ...]) -> Hashable:
        if self.current is None:
            return None
        edition = (self.current.endpoint_id, self.current.edition)
        return (*edition, self.today, self.strict, *key)


Answer = Callable[..., Held | HttpResponseBase]


def held(view: Answer) -> View:
    """Make a function of the request and its moment an address of the API, of which
    finished answers are kept."""
    return answers(holding(view))


def holding(view: Answer) -> View:
    """Such a function as one of the request alone."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        moment = Moment(
            editions.current(request.get_host()),
            clock.today(),
            settings.ORUK_STRICT_PROFILE,
        )
        asked = (request.path, request.META["QUERY_STRING"])
        found = moment.kept(*asked)
        if found is None:
            found = view(request, moment, *args, **kwargs)
            if not isinstance(found, Held):
                return found
            moment.keep(found, len(found.body), *asked)
        return unless_known(request, found.body, found.etag, found.changed_at)

    return answer
