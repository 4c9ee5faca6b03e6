"""Wake-up calls: worth little after a moment, unless somebody waits for the run."""

from typing import Any

import pytest
from django.db import transaction

from accounts.roles import Role
from common.enqueue import WORTH_SOMETHING_FOR, enqueue_on_commit
from config.beat import PERIODIC
from tests import world
from workflow.actions import jobs

Sent = list[tuple[str, int | None]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    calls: Sent = []

    def send_task(app: Any, name: str, *, expires: int | None, **_: Any) -> None:
        calls.append((name, expires))

    monkeypatch.setattr("celery.app.base.Celery.send_task", send_task)
    return calls


@pytest.mark.django_db(transaction=True)
def test_wake_up_call_is_dropped_once_the_sweep_will_have_come_by(sent: Sent) -> None:
    with transaction.atomic():
        enqueue_on_commit("publishing.consume_outbox")
        assert sent == []

    assert sent == [("publishing.consume_outbox", WORTH_SOMETHING_FOR)]
    assert max(PERIODIC[name][1] for name in ("publish", "mail")) <= WORTH_SOMETHING_FOR


@pytest.mark.django_db(transaction=True)
def test_job_that_an_administrator_asks_for_waits_for_its_turn(sent: Sent) -> None:
    person = world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)

    jobs.run_job_now(by=person, name="freshen")

    assert sent == [("workflow.freshen", None)]
