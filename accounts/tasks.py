"""Thin Celery tasks of accounts."""

from celery import shared_task

from accounts import mail


@shared_task(name="accounts.send_mail", ignore_result=True)
def send_mail() -> None:
    """Send every mail whose time has come."""
    mail.send_waiting()
