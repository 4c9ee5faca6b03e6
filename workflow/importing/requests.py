"""Reading the sources that somebody asked for: one at a time in an installation, so
that what has to be public within seconds finds a worker."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from common.errors import InvalidState
from workflow.actions import asking
from workflow.importing.fetching import CannotRead, Limits
from workflow.importing.harvesting import Summary, harvest
from workflow.models import HarvestRequest, JobRun

logger = logging.getLogger(__name__)

_LOCK = 7_240_311_905
"""The number of the lock that the one reader holds."""


def waiting() -> QuerySet[HarvestRequest]:
    """Requests that nobody is reading."""
    return HarvestRequest.objects.filter(asking.unread())


def read_all(run: JobRun) -> None:
    """Read every source that waits, unless another worker is at it."""
    with _alone() as mine:
        if not mine:
            return
        while (request := asking.take_request()) is not None:
            if _read(request):
                run.done += 1
            else:
                run.failed += 1


@contextlib.contextmanager
def _alone() -> Iterator[bool]:
    """Whether this is the one reader; the lock ends with the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _read(request: HarvestRequest) -> bool:
    """Read one source and keep how it ended; whether anything came of it."""
    try:
        summary = _harvested(request)
    except CannotRead as error:
        asking.finish_request(request, error=error.sentence)
    except InvalidState as error:
        asking.finish_request(request, error=error.sentence)
    except PermissionDenied:
        asking.finish_request(request, error="Who asked for it may not any more.")
    except Exception:  # one that fails stops no other
        logger.exception("harvest_request_failed", extra={"id": str(request.pk)})
        asking.finish_request(
            request, error="Something went wrong on our side. It has been written down."
        )
    else:
        asking.finish_request(request, harvest=summary.harvest)
        return True
    return False


def _harvested(request: HarvestRequest) -> Summary:
    def say(words: str) -> None:
        asking.say_of_request(request, words)

    if request.body is None:
        limits = Limits(public_only=not settings.HARVEST_PRIVATE_NETWORKS)
        return harvest(
            source=request.address, partner=request.partner, by=request.asked_by,
            name=request.name, limits=limits, say=say,
        )  # fmt: skip
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        Path(file.name).write_bytes(bytes(request.body))
        return harvest(
            source=file.name, called=request.address, partner=request.partner,
            by=request.asked_by, name=request.name, say=say,
        )  # fmt: skip
