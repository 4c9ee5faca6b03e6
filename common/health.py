"""Whether the parts of this installation are well, and the heartbeats that tell.

Worker and beat leave a heartbeat in Redis that fades by itself.
"""

import datetime as dt
import functools
import logging
import time
from collections.abc import Callable, Sequence

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Seconds after which a process that says nothing counts as gone.
FADES_AFTER = 30
# Seconds for which it is known when a periodic task last ran.
REMEMBERED = 7 * 24 * 60 * 60
# Seconds without a tick after which the timetable begins anew.
PAUSES_AFTER = 10 * 60
# Seconds that the broker has for an answer.
PATIENCE = 1.0


@functools.lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


def _key(process: str) -> str:
    return f"vouch:heartbeat:{process}"


def beat_heart(url: str, process: str) -> None:
    """Note that `process` ("worker" or "beat") is alive; a dead broker is no error."""
    if not url:
        return
    try:
        _client(url).set(_key(process), int(time.time()), ex=FADES_AFTER)
    except redis.RedisError:
        logger.warning("heartbeat_not_written", extra={"reason": process})


_SINCE = "vouch:timetable-since"


def keep_time(url: str, at: dt.datetime) -> None:
    """Note that the timetable runs, and since when: a restart does not count."""
    if not url:
        return
    try:
        client = _client(url)
        client.set(_SINCE, at.isoformat(), ex=PAUSES_AFTER, nx=True)
        client.expire(_SINCE, PAUSES_AFTER)
    except redis.RedisError:
        logger.warning("timetable_not_noted")


def _task_key(task: str) -> str:
    return f"vouch:task-done:{task}"


def note_done(url: str, task: str, at: dt.datetime) -> None:
    """Note that a task ran to its end, also where there was nothing to do."""
    if not url:
        return
    try:
        _client(url).set(_task_key(task), at.isoformat(), ex=REMEMBERED)
    except redis.RedisError:
        logger.warning("task_not_noted", extra={"reason": task})


def last_done(url: str, tasks: Sequence[str]) -> dict[str, dt.datetime]:
    """When each of these tasks last ran to its end, without those not known."""
    noted = _noted(url, [_task_key(task) for task in tasks])
    return {task: at for task, at in zip(tasks, noted, strict=True) if at is not None}


def timetable_since(url: str) -> dt.datetime | None:
    """Since when the timetable has run; None while it does not."""
    (at,) = _noted(url, [_SINCE])
    return at


def _noted(url: str, keys: Sequence[str]) -> list[dt.datetime | None]:
    """The times that are kept under these keys, None for each that is not."""
    nothing: list[dt.datetime | None] = [None] * len(keys)
    if not url or not keys:
        return nothing
    try:
        found = _client(url).mget(keys)
    except redis.RedisError:
        return nothing
    texts = [x if isinstance(x, str) or x is None else x.decode() for x in found]
    return [dt.datetime.fromisoformat(x) if x else None for x in texts]


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _broker_side(url: str) -> dict[str, bool]:
    """What Redis can tell: itself, and who left a heartbeat there lately."""
    down = {"broker": False, "worker": False, "beat": False}
    if not url:
        return down
    try:
        worker, beat = _client(url).mget(_key("worker"), _key("beat"))
    except redis.RedisError:
        return down
    return {"broker": True, "worker": worker is not None, "beat": beat is not None}


def state(database_answers: Callable[[], bool] = _database_answers) -> dict[str, bool]:
    """Each part of the installation, and whether it is well."""
    return {
        "web": True,
        "database": database_answers(),
        **_broker_side(settings.REDIS_URL),
    }
