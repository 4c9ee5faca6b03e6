"""Sending the mails that actions wrote. Each row goes out once.

A row is claimed by a conditional update before the mail server is spoken to. If the
worker dies between the two, the row stays claimed and is *not* sent again by itself: of
a lost mail and a doubled one, a doubled one is worse here; the administrator sees it.
"""

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F

from accounts.models import Message
from common import clock
from common.words import one_line

logger = logging.getLogger(__name__)

MOST_FAILURES = 5


def waiting_ids(limit: int = 500) -> list[uuid.UUID]:
    """The ids of the mails whose time has come, oldest first."""
    return list(
        Message.objects.filter(
            sent_at=None,
            cancelled_at=None,
            claimed_at=None,
            send_after__lte=clock.now(),
            failures__lt=MOST_FAILURES,
        )
        .order_by("send_after")
        .values_list("pk", flat=True)[:limit]
    )


def send(message_id: uuid.UUID) -> bool:
    """Send one mail if nobody else has claimed it; True when it went out."""
    claimed = Message.objects.filter(
        pk=message_id, sent_at=None, cancelled_at=None, claimed_at=None
    ).update(claimed_at=clock.now())
    if not claimed:
        return False
    message = Message.objects.get(pk=message_id)
    try:
        EmailMessage(
            one_line(message.subject),
            message.text,
            settings.DEFAULT_FROM_EMAIL,
            [message.to],
        ).send()
    except Exception:  # an unreachable server or a bad row: the others still go out
        delay = dt.timedelta(minutes=2 ** (message.failures + 1))
        Message.objects.filter(pk=message_id).update(
            claimed_at=None,
            failures=F("failures") + 1,
            send_after=clock.now() + delay,
        )
        logger.warning("mail_failed", extra={"message_id": str(message_id)})
        return False
    # Only what changes is written: the row may have been erased in the meantime.
    sent = Message.objects.filter(pk=message_id)
    sent.update(sent_at=clock.now())
    if message.forget_when_sent and not settings.VOUCH_DEMO:
        sent.update(text="(The text held a key and was forgotten after sending.)")
    return True
