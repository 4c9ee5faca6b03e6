"""Managers of contracts are told once, whoever runs and whenever a worker dies."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Message
from common import clock
from tests import world
from tests.workflow.threads import together
from workflow.actions import contract_notices, contract_reminders, periodic, telling
from workflow.actions.contracts import Terms, add_contract
from workflow.models import Contract, ContractNotice, ContractReminder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> world.Place:
    """Three managers, each with one overdue service."""
    monkeypatch.setattr(contract_notices, "NOT_BEFORE", dt.time(0))
    made = world.make_place()
    for number in range(3):
        with clock.at(clock.now() - dt.timedelta(days=115)):
            listing = world.published(
                made, body=world.organization(name=f"Group {number}")
            )
        add_contract(
            by=made.lead, place=made.partnership, terms=Terms(
                commissioner_id=made.health.pk, reference=f"H {number}",
                review_months=6, starts_on=clock.today(),
                listing_ids=(listing.pk,),
                manager_mailbox=f"manager{number}@testham.example",
            ),
        )  # fmt: skip
    return made


def run() -> Any:
    return periodic.run_job("tell", contract_notices.tell_managers)


def told() -> list[str]:
    mails = Message.objects.filter(kind="contract_overdue").order_by("to")
    return list(mails.values_list("to", flat=True))


EACH_ONCE = [f"manager{number}@testham.example" for number in range(3)]


def test_two_workers_at_once_tell_each_manager_once(place: world.Place) -> None:
    jobs = together(run, run)

    assert [job.error for job in jobs] == ["", ""]
    assert sum(job.done for job in jobs) == 3
    assert told() == EACH_ONCE
    assert ContractNotice.objects.count() == 3


def test_worker_that_dies_between_notice_and_mail_leaves_neither(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def dies_once(address: str, **mail: Any) -> Message:
        calls.append(address)
        if len(calls) == 2:
            raise SystemError("The worker dies here.")
        return telling.tell(address, **mail)

    monkeypatch.setattr(contract_notices, "tell", dies_once)

    first, second = run(), run()

    assert (first.done, first.failed, second.done, second.failed) == (2, 1, 1, 0)
    assert told() == EACH_ONCE
    assert ContractNotice.objects.filter(message=None).count() == 0


def remind() -> Any:
    return periodic.run_job("remind", contract_reminders.remind_managers)


@pytest.fixture
def ending(place: world.Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their contracts end in a week."""
    monkeypatch.setattr(contract_reminders, "NOT_BEFORE", dt.time(0))
    Contract.objects.update(ends_on=clock.today() + dt.timedelta(days=7))


def reminded() -> list[str]:
    mails = Message.objects.filter(kind="contract_due").order_by("to")
    return list(mails.values_list("to", flat=True))


def test_two_workers_at_once_remind_each_manager_once(ending: None) -> None:
    jobs = together(remind, remind)
    later = remind()  # what both left to the other, if they met

    assert [job.error for job in jobs] == ["", ""]
    assert sum(job.done for job in (*jobs, later)) == 3
    assert reminded() == EACH_ONCE
    assert ContractReminder.objects.exclude(message=None).count() == 3


def test_worker_that_dies_between_mail_and_reminder_leaves_neither(
    ending: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def dies_once(address: str, **mail: Any) -> Message:
        calls.append(address)
        made = telling.tell(address, **mail)
        if len(calls) == 2:
            raise SystemError("The worker dies here.")
        return made

    monkeypatch.setattr(contract_reminders, "tell", dies_once)

    first, second = remind(), remind()

    assert (first.done, first.failed, second.done, second.failed) == (2, 1, 1, 0)
    assert reminded() == EACH_ONCE
    assert ContractReminder.objects.exclude(message=None).count() == 3
