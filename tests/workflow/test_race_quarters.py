"""A quarter is written down once, whoever runs and whenever a worker dies."""

import datetime as dt
from typing import Any

import pytest

from common import clock
from tests import world
from tests.workflow.threads import together
from workflow import statements
from workflow.actions import keeping_quarters
from workflow.models import KeptCheck, KeptQuarter, Policy

pytestmark = pytest.mark.django_db(transaction=True)

OVER = dt.date(2026, 7, 1)


@pytest.fixture
def policy() -> Policy:
    """A place with one record that was due in spring."""
    made = world.make_place()
    with clock.at(dt.datetime(2026, 1, 15, 10, tzinfo=clock.LONDON)):
        world.published(made)
    return made.policy


def test_two_workers_at_once_write_it_down_once(policy: Policy) -> None:
    def keep() -> int:
        return keeping_quarters.keep_quarter(policy, OVER)

    done = together(keep, keep)

    assert sorted(done) == [0, 1]
    assert (KeptQuarter.objects.count(), KeptCheck.objects.count()) == (1, 1)


def test_worker_that_dies_leaves_nothing_half_written(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:

        def dies(*args: Any) -> Any:
            raise SystemError("The worker dies here.")

        patched.setattr(statements, "fell_due", dies)
        with pytest.raises(SystemError):
            keeping_quarters.keep_quarter(policy, OVER)
    half = KeptQuarter.objects.count()

    assert (half, keeping_quarters.keep_quarter(policy, OVER)) == (0, 1)
    assert KeptCheck.objects.count() == 1
