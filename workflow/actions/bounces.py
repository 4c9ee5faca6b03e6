"""Mails that came back: refused by the receiving server, or returned by it later.

What comes back names the mail by the Message-ID it went out with. That holds a random
number which only the recipient's side has seen, so nobody stops another's mails.
"""

import email
import mailbox
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from common import clock
from common.models import as_uuid
from workflow.actions.contact_points import lock_contact_of, stop
from workflow.choices import Channel, Stopped
from workflow.models import Ask

_MESSAGE_ID = re.compile(r"<([0-9a-f-]{36})@[^>\s]*>", re.IGNORECASE)
_FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}")
_OUR_FAULT = ("5.7.",)
"""Codes of RFC 3463 that say the mail was not wanted as it was, not that nobody is
there: policy, security, spam."""


@dataclass(frozen=True)
class Returned:
    """A failure for good that a delivery report tells of: which mail, with what code
    (RFC 3463)."""

    message_id: uuid.UUID
    code: str


@dataclass(frozen=True)
class Read:
    """What a mailbox held: how many mails, reports of failures, and of ours."""

    mails: int = 0
    failures: int = 0
    stopped: int = 0


def notice_refused() -> int:
    """Stop the contact points whose mail the receiving server refused for good; how
    many they were."""
    asks = Ask.objects.filter(message__refused_at__isnull=False, bounced_at=None)
    return sum(
        mark_bounced(ask.message_id, str(code))
        for ask, code in [(a, a.message.refused_with) for a in asks.select_related(
            "message"
        ) if a.message]
    )  # fmt: skip


@transaction.atomic
def mark_bounced(message_id: uuid.UUID | None, code: str) -> bool:
    """Keep that an ask came back, and send nothing more to its contact point; False if
    there is no such ask or that is known."""
    returned = Ask.objects.filter(
        message=message_id, channel=Channel.MAIL, bounced_at=None
    )
    there = returned.first()
    if there is None or message_id is None:
        return False
    lock_contact_of(there)
    locked = returned.select_for_update(of=("self",), no_key=True)
    ask = locked.filter(pk=there.pk).first()
    if ask is None:
        return False
    ask.bounced_at = clock.now()
    ask.bounced_with = code[:20]
    ask.save(update_fields=["bounced_at", "bounced_with"])
    stop(ask.contact_id, Stopped.BOUNCED, actor="A mail that came back")
    return True


# --- reading reports ------------------------------------------------------------------


def read(mails: Iterable[Message]) -> Read:
    """Take what a mailbox says of mails that came back; all else is passed over."""
    seen = failures = stopped = 0
    for mail in mails:
        seen += 1
        for returned in failures_in(mail):
            failures += 1
            stopped += mark_bounced(returned.message_id, returned.code)
    return Read(seen, failures, stopped)


def failures_in(mail: Message) -> list[Returned]:
    """The failures for good in a delivery report (RFC 3464); none in any other mail."""
    if mail.get_content_type() != "multipart/report":
        return []
    code = next(_codes(mail), "")
    found = _message_id(mail)
    return [Returned(found, code)] if found and code else []


def _codes(mail: Message) -> Iterator[str]:
    """The codes of the recipients whom it will never reach."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        fields: Any = part.get_payload()
        for each in fields if isinstance(fields, list) else []:
            action = str(each.get("Action", "")).strip().lower()
            code = _FOR_GOOD.search(str(each.get("Status", "")))
            if action == "failed" and code and not code[0].startswith(_OUR_FAULT):
                yield code[0]


def _message_id(mail: Message) -> uuid.UUID | None:
    """The id of our mail that was returned with the report, whole or its head."""
    for part in mail.walk():
        kind = part.get_content_type()
        text = ""
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            text = (
                str(first.get("Message-ID", "")) if isinstance(first, Message) else ""
            )
        elif kind == "text/rfc822-headers":
            head = email.message_from_string(_text(part))
            text = str(head.get("Message-ID", ""))
        if match := _MESSAGE_ID.search(text):
            return as_uuid(match[1])
    return None


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def in_file(path: Path) -> Iterator[Message]:
    """The mails of a mailbox file (mbox), or of a Maildir."""
    box: Any = (
        mailbox.Maildir(path, create=False)
        if path.is_dir()
        else mailbox.mbox(path, create=False)
    )
    try:
        yield from box
    finally:
        box.close()


def in_stream(stream: BinaryIO) -> Iterator[Message]:
    """One mail, as a mail server hands it to a program."""
    yield email.message_from_binary_file(stream)
