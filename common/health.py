"""Whether this installation is well: `/healthz`, and the heartbeats it reads.

Worker and beat leave a heartbeat in Redis that fades by itself. The answer holds five
words and no data, so anybody may ask.
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
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Seconds after which a process that says nothing counts as gone.
FADES_AFTER = 30
# Seconds for which it is known when a periodic task last ran.
REMEMBERED = 7 * 24 * 60 * 60
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
    if not url or not tasks:
        return {}
    try:
        found = _client(url).mget([_task_key(task) for task in tasks])
    except redis.RedisError:
        return {}
    return {
        task: dt.datetime.fromisoformat(
            noted if isinstance(noted, str) else noted.decode()
        )
        for task, noted in zip(tasks, found, strict=True)
        if noted is not None
    }


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


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with "ok" for each part, or 503 with "down" for those that are not well."""
    parts = state()
    well = all(parts.values())
    return JsonResponse(
        {
            "status": "ok" if well else "down",
            **{name: "ok" if up else "down" for name, up in parts.items()},
        },
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )
