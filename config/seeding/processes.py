"""Making a place in several processes at once, in the order of its parts.

A process that is begun imports this module before Django stands, so nothing of Django
is imported here until :func:`_begin`.
"""

import multiprocessing
import os
import pickle
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.seeding.making import Made, Maker

AHEAD = 2
"""How many parts each process may have made that are not written yet: what is held
does not grow with the place."""


def in_order(maker: "Maker", processes: int) -> Iterator["Made"]:
    """All parts of the place, one after the other. Raises what a process raised."""
    parts = range(maker.parts)
    if processes == 1:
        yield from map(maker.make, parts)
        return
    with ProcessPoolExecutor(
        min(processes, len(parts)),
        # A copy of this process would share its connection.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(_database(), pickle.dumps(maker)),
    ) as pool:
        waiting: deque[Future[Made]] = deque()
        for part in parts:
            waiting.append(pool.submit(_make, part))
            if len(waiting) > processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _database() -> dict[str, Any]:
    """Which database this process uses: a test has one of its own, which the settings
    of a new process do not know."""
    from django.db import connection

    where = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    return {name: connection.settings_dict[name] for name in where}


# --- in a process of its own ----------------------------------------------------------

_makers: list["Maker"] = []


def _begin(database: dict[str, Any], maker: bytes) -> None:
    """Be ready to make parts; end with the process that began this one."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict.update(database)
    _makers.append(pickle.loads(maker))  # noqa: S301 - from our own process


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make(part: int) -> "Made":
    return _makers[0].make(part)
