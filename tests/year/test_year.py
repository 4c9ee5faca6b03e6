"""Seven weeks of a small place, a day at a time, against a plain re-computation.

`make year` plays a whole year of the large one with worker and beat.
"""

import pytest
from django.db import transaction

from common import clock
from config.demo.load import SMALL, load
from publishing.actions import consume_outbox
from tests.year import playing
from workflow import tasks as mails
from workflow.actions import asking_run, periodic

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

DAYS = 50
"""From the first ask to the day on which a record lapses, and a week more."""


def morning() -> None:
    """What beat would send to the workers."""
    periodic.run_job("freshen", periodic.freshen)
    periodic.run_job("ask", asking_run.ask_everybody)
    mails.send_mail()
    while consume_outbox().done:
        pass


def test_weeks_go_as_the_policy_says() -> None:
    with transaction.atomic():
        load(clock.today(), lambda words: None, SMALL)

    year = playing.play(DAYS, morning, in_a_year=20, say=lambda words: None)

    assert year.days == DAYS
    assert sorted(year.asked) == ["lead", "mail", "phone"]
    assert min(year.hidden, year.did.same, year.did.different, year.did.checked) > 0
    assert year.did.opened == 2 * year.did.mails
