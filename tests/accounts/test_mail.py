"""Mails: each row goes out once, when its time has come, whatever fails."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage

from accounts import mail
from accounts.models import Message
from common import clock
from tests.workflow.threads import together
from workflow.tasks import send_mail

NOON = dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)


def message(**values: Any) -> Message:
    """A mail that is due."""
    return Message.objects.create(**{
        "to": "edda@wexcombe.example", "subject": "What became of it",
        "text": "Your change was accepted.", "kind": "outcome", "send_after": NOON,
        **values,
    })  # fmt: skip


@pytest.mark.django_db
def test_mail_goes_out_as_it_was_written(settings: Any) -> None:
    row = message()

    with clock.at(NOON):
        assert mail.send(row.pk) is True

    (sent,) = outbox.outbox
    assert (sent.to, sent.subject, sent.body, sent.from_email) == (
        ["edda@wexcombe.example"], "What became of it", "Your change was accepted.",
        settings.DEFAULT_FROM_EMAIL,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.sent_at, row.text) == (NOON, "Your change was accepted.")


@pytest.mark.django_db
def test_task_sends_what_is_due_oldest_first_and_nothing_else() -> None:
    hour = dt.timedelta(hours=1)
    message(subject="second", send_after=NOON - hour)
    message(subject="first", send_after=NOON - 2 * hour)
    message(subject="early", send_after=NOON + hour)
    message(subject="sent", sent_at=NOON)
    message(subject="taken back", cancelled_at=NOON)
    message(subject="somebody has it", claimed_at=NOON)
    message(subject="given up", failures=mail.MOST_FAILURES)

    with clock.at(NOON):
        send_mail()
        send_mail()

    assert [sent.subject for sent in outbox.outbox] == ["first", "second"]


@pytest.mark.django_db
def test_run_ends_in_time_and_leaves_the_rest_to_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in ("first", "second", "third"):
        message(subject=subject)
    seconds = iter((0, 0, mail.TIME_FOR_ONE_RUN, mail.TIME_FOR_ONE_RUN + 1))
    clockwork = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr(mail, "time", clockwork)

    with clock.at(NOON):
        sent = mail.send_waiting()

    assert (sent.done, len(outbox.outbox), len(mail.waiting_ids())) == (2, 2, 1)
    assert mail.TIME_FOR_ONE_RUN + 3 * settings.EMAIL_TIMEOUT < (
        settings.CELERY_TASK_SOFT_TIME_LIMIT
    )


@pytest.mark.django_db
@pytest.mark.parametrize("done", ["sent_at", "cancelled_at", "claimed_at"])
def test_mail_that_is_done_with_is_not_sent(done: str) -> None:
    row = message(**{done: NOON})

    assert mail.send(row.pk) is None
    assert outbox.outbox == []


@pytest.mark.django_db
def test_failing_mail_is_tried_again_ever_later_and_the_others_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = message(to="bad@wexcombe.example"), message()
    send = EmailMessage.send

    def refuse_one(self: EmailMessage, fail_silently: bool = False) -> int:
        if self.to == ["bad@wexcombe.example"]:
            raise OSError
        return send(self)

    monkeypatch.setattr(EmailMessage, "send", refuse_one)
    waits = []
    now = NOON
    for _ in range(mail.MOST_FAILURES + 2):
        with clock.at(now):
            send_mail()
        bad.refresh_from_db()
        waits.append(int((bad.send_after - now).total_seconds()) // 60)
        now = max(now, bad.send_after)

    assert waits == [2, 4, 8, 16, 32, 0, 0]
    assert (bad.failures, bad.claimed_at, bad.sent_at) == (5, None, None)
    assert [sent.to for sent in outbox.outbox] == [[good.to]]


@pytest.mark.django_db
def test_key_is_forgotten_once_it_is_sent_but_kept_until_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = message(forget_when_sent=True, text="Open /invitations/secret-key/")

    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        mail.send(row.pk)
    row.refresh_from_db()
    assert row.text == "Open /invitations/secret-key/"
    mail.send(row.pk)

    row.refresh_from_db()
    assert row.text == "(The text held a key and was forgotten after sending.)"


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_mail_once() -> None:
    row = message()

    sent = together(*[lambda: mail.send(row.pk)] * 4)

    assert sent.count(True) == 1
    assert sent.count(None) == 3
    assert len(outbox.outbox) == 1
