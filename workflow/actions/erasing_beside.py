"""A value outside our own columns: in files that wait to be read, and in what the
lock-out keeps of those who failed to sign in (PRODUCT.md section 6)."""

from collections.abc import Iterator

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import models
from django.db.models import Q

from common import clock
from directory import blanking
from directory.blanking import Wanted
from workflow.importing.fetching import CannotRead, Limits, parse
from workflow.models import HarvestRequest

STOPPED = (
    "Something in it was erased because somebody asked for it, so it was not read. "
    "Leave that out and bring it in again."
)

_SIGN_INS: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (AccessAttempt, ("username", "path_info", "user_agent", "get_data", "post_data")),
    (AccessFailureLog, ("username", "path_info", "user_agent")),
    (AccessLog, ("username", "path_info", "user_agent")),
)


def sign_ins(what: Wanted) -> Iterator[models.Model]:
    """The rows of the lock-out that hold the value; they are of use for minutes, so
    that they go as a whole."""
    for model, names in _SIGN_INS:
        where = Q()
        for name in names:
            where |= Q(**{f"{name}__iregex": what.sql})
        for row in model._default_manager.filter(where):
            if any(what.is_in(getattr(row, name) or "") for name in names):
                yield row


def file_holds(request: HarvestRequest, what: Wanted) -> bool:
    """Whether the file of a request holds the value, however it is written there."""
    if request.body is None:
        return False
    body = bytes(request.body)
    try:
        value = parse(body, Limits().answer_bytes)
    except CannotRead:
        return what.is_in(body.decode(errors="replace"))
    return bool(blanking.erased(value, what) != value)


def stop(request: HarvestRequest) -> tuple[str, ...]:
    """End a request that can no longer be read as it was asked for; its columns that
    changed. Nothing is saved."""
    request.body = None
    if request.finished_at is None:
        request.finished_at = clock.now()
        request.error = STOPPED
    return ("body", "finished_at", "error")
