"""Telling people what became of what they said. Mails are rows; a task sends them."""

import datetime as dt
from collections.abc import Collection

from django.db import models

from accounts.models import Message
from common import clock
from common.enqueue import enqueue_on_commit

UNDO = dt.timedelta(minutes=10)
AT_ONCE = dt.timedelta(0)
IN_A_BATCH = 1000
"""Mails that are written in one statement."""


def tell(
    to: str,
    *,
    kind: str,
    subject: str,
    lines: list[str],
    about: models.Model,
    delay: dt.timedelta = UNDO,
) -> Message:
    """Write a mail that goes out after ``delay``; until then it can be cancelled."""
    message = unsaved(
        to, kind=kind, subject=subject, lines=lines, about=about, delay=delay
    )
    message.save(force_insert=True)
    if not delay:
        enqueue_on_commit("workflow.send_mail")
    return message


def tell_many(messages: Collection[Message]) -> None:
    """Write mails, each made by :func:`unsaved`, that go out at once."""
    if messages:
        Message.objects.bulk_create(messages, batch_size=IN_A_BATCH)
        enqueue_on_commit("workflow.send_mail")


def unsaved(
    to: str,
    *,
    kind: str,
    subject: str,
    lines: list[str],
    about: models.Model,
    delay: dt.timedelta = UNDO,
) -> Message:
    """The mail that :func:`tell` writes, for whoever writes many at once."""
    return Message(
        to=to,
        kind=kind,
        subject=subject[:200],
        text="\n".join(lines),
        about_id=about.pk,
        send_after=clock.now() + delay,
    )
