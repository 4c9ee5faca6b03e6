"""Two runs that ask at the same moment."""

import datetime as dt

import pytest

from tests import world
from tests.workflow.asking_scene import MONDAY, due, mails, run
from tests.workflow.threads import together
from workflow.models import Ask

pytestmark = pytest.mark.django_db(transaction=True)

DUE = MONDAY + dt.timedelta(days=15)


def test_two_runs_at_once_ask_nothing_twice() -> None:
    place = world.make_place()
    for number in range(6):
        due(
            place, DUE, name=f"Service {number}",
            body=world.organization(name=f"B {number}", email=f"a@b{number}.example"),
        )  # fmt: skip

    results = together(*[lambda: run(MONDAY)] * 3)

    assert [str(r) for r in results if isinstance(r, Exception)] == []
    assert (Ask.objects.count(), len(mails())) == (6, 6)
    assert len({message.to for message in mails()}) == 6
