"""Sending the mails that actions wrote. Each row goes out once.

A row is claimed by a conditional update before the mail server is spoken to. If the
worker dies between the two, the row stays claimed and is *not* sent again by itself: of
a lost mail and a doubled one, a doubled one is worse here; the administrator sees it.
"""

import datetime as dt
import logging
import smtplib
import time
import uuid
from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F

from accounts.models import KEY_MARK, Message
from common import clock
from common.outcome import Outcome
from common.words import one_line

logger = logging.getLogger(__name__)

MOST_FAILURES = 5
TIME_FOR_ONE_RUN = 60.0
"""Seconds; well below the time limit of a task: a run that is broken off in the middle
of a mail could lose it or send it twice."""
BROKEN_OFF_AFTER = dt.timedelta(minutes=10)
"""A mail that has been on its way to the server for longer will not be told sent."""
NOBODY_THERE = (550, 551, 553, 554)
"""What a server answers for a mailbox that will never take mail (RFC 5321)."""

LookAgain = Callable[[Message], bool]
_LOOK_AGAIN: dict[str, LookAgain] = {}


def look_again_with(kind: str, look: LookAgain) -> None:
    """Let an app further up look once more at each mail of a kind when it goes out: it
    may write the row anew, and says whether the mail is still wanted."""
    _LOOK_AGAIN[kind] = look


def was_given_up(message: Message) -> bool:
    """Whether no more is tried: the mail server could not be reached so many times."""
    return message.sent_at is None and message.failures >= MOST_FAILURES


def was_broken_off(message: Message) -> bool:
    """Whether the worker died while it sent this: it may have gone out or not."""
    if message.sent_at or message.claimed_at is None:
        return False
    return clock.now() > message.claimed_at + BROKEN_OFF_AFTER


def waiting_ids(limit: int = 500) -> list[uuid.UUID]:
    """The ids of the mails whose time has come, oldest first."""
    return list(
        Message.objects.filter(
            sent_at=None,
            cancelled_at=None,
            claimed_at=None,
            send_after__lte=clock.now(),
            refused_at=None,
            failures__lt=MOST_FAILURES,
        )
        .order_by("send_after")
        .values_list("pk", flat=True)[:limit]
    )


def send_waiting() -> Outcome:
    """Send what waits, the oldest first, for as long as a run may take; what is left
    goes with the next run."""
    until = time.monotonic() + TIME_FOR_ONE_RUN
    outcome = Outcome()
    for message_id in waiting_ids():
        if time.monotonic() > until:
            break
        went_out = send(message_id)
        outcome.done += went_out is True
        outcome.failed += went_out is False
    return outcome


def send(message_id: uuid.UUID) -> bool | None:
    """Send one mail if nobody else has claimed it; whether it went out, None where it
    was not to go.

    What the receiving server refuses for good is not tried again.
    """
    claimed = Message.objects.filter(
        pk=message_id, sent_at=None, cancelled_at=None, claimed_at=None, refused_at=None
    ).update(claimed_at=clock.now())
    if not claimed:
        return None
    message = Message.objects.get(pk=message_id)
    try:
        if not _still_wanted(message):
            return None
        _written(message).send()
    except Exception as error:  # a server out of reach or a bad row: others go out
        if code := refused_with(error):
            Message.objects.filter(pk=message_id).update(
                claimed_at=None, refused_at=clock.now(), refused_with=code, key=""
            )
            return False
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
    if message.key and not settings.VOUCH_DEMO:
        sent.update(key="")
    return True


@transaction.atomic
def _still_wanted(message: Message) -> bool:
    """Whether a claimed mail is to go out, brought up to date; else it is cancelled."""
    look = _LOOK_AGAIN.get(message.kind)
    if look is None:
        return True
    wanted = look(message)
    if not wanted:
        Message.objects.filter(pk=message.pk).update(
            claimed_at=None, cancelled_at=clock.now(), key=""
        )
    message.refresh_from_db()
    return wanted


def header_id(message_id: uuid.UUID) -> str:
    """The Message-ID that a mail goes out with; what comes back names it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{message_id}@{domain or 'localhost'}>"


def _written(message: Message) -> EmailMultiAlternatives:
    written = EmailMultiAlternatives(
        one_line(message.subject),
        message.words,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": header_id(message.pk)},
    )
    if message.html:
        html = message.html.replace(KEY_MARK, message.key)
        written.attach_alternative(html, "text/html")
    return written


def refused_with(error: Exception) -> str:
    """The code with which a server refused a recipient for good; ``""`` where it did
    not.

    A refused sender, a failed sign-in, a full mailbox (552) and what RFC 3463 counts as
    policy (5.7) say nothing about whether anybody is there: those are tried again.
    """
    answers: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPDataError):
        answers = [(error.smtp_code, error.smtp_error)]
    for code, said in answers:
        text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
        if code in NOBODY_THERE and not text.lstrip().startswith("5.7."):
            return str(code)
    return ""
