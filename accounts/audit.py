"""Writing audit rows: always from an action, always in its transaction."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from accounts.models import AuditEvent, User
from common import request_id

SYSTEM = "Vouch"
IN_A_BATCH = 1000
"""Rows that are written in one statement."""


def record(
    verb: str,
    obj: models.Model,
    *,
    actor: User | str,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    body: str = "",
    partnership_id: uuid.UUID | None = None,
) -> AuditEvent:
    """Write one audit row. ``actor`` is a person, or the name of a rule or source.

    Raises RuntimeError outside a transaction: an effect without its audit row, or
    the reverse, must not be possible.
    """
    _need_a_transaction()
    event = unsaved(
        verb, obj, actor=actor, before=before, after=after, reason=reason, body=body,
        partnership_id=partnership_id,
    )  # fmt: skip
    event.save(force_insert=True)
    return event


def record_many(events: Iterable[AuditEvent]) -> None:
    """Write many audit rows, each made by :func:`unsaved`, in their order.

    Raises RuntimeError outside a transaction, as :func:`record` does.
    """
    _need_a_transaction()
    AuditEvent.objects.bulk_create(events, batch_size=IN_A_BATCH)


def _need_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("Audit rows are written inside the action's transaction.")


def unsaved(
    verb: str,
    obj: models.Model,
    *,
    actor: User | str,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    body: str = "",
    partnership_id: uuid.UUID | None = None,
) -> AuditEvent:
    """The audit row that :func:`record` writes, for whoever writes many at once."""
    return AuditEvent(
        request_id=request_id.current(),
        verb=verb,
        actor_id=actor.pk if isinstance(actor, User) else None,
        actor_label=str(actor)[:250],
        body_label=body[:250],
        partnership_id=partnership_id,
        object_type=obj._meta.model_name or "",
        object_id=obj.pk,
        object_label=str(obj)[:250],
        before=before,
        after=after,
        reason=reason,
    )
