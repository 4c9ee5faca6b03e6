"""Seven weeks of a small place, a day at a time, against a plain re-computation.

`make year` plays a whole year of the large one with worker and beat.
"""

import pytest
from django.db import transaction

from common import clock
from config.demo.load import SMALL, load
from publishing.actions import consume_outbox
from tests.year import playing
from tests.year.recount import NOT_TOLD
from workflow import tasks as mails
from workflow.actions import asking_run, contract_notices, levels, periodic
from workflow.figures import BY_SLUG

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

DAYS = 50
"""From the first ask to the day on which a record lapses, and a week more."""
JOBS = (
    "asked: mail", "asked: phone", "asked: lead", "lapsed", "reports to the deputy",
    "reports to the lead", "told to managers", "levels weighed",
)  # fmt: skip
PEOPLE = (
    "by link: same", "rang: same", "reported: closed", "decided: report", "paused",
    "resumed", "checked: call", "grace given",
)  # fmt: skip
"""What has to occur, or the comparison with it says nothing. What happens seldom has
the whole year to occur in, such as that a run restores a record."""


def morning() -> None:
    """What beat would send to the workers."""
    periodic.run_job("freshen", periodic.freshen)
    periodic.run_job("ask", asking_run.ask_everybody)
    periodic.run_job("tell_contract_managers", contract_notices.tell_managers)
    periodic.run_job("weigh_levels", levels.weigh)
    mails.send_mail()
    while consume_outbox().done:
        pass


def test_weeks_go_as_the_policy_says() -> None:
    with transaction.atomic():
        load(clock.today(), lambda words: None, SMALL)

    year = playing.play(DAYS, morning, in_a_year=20, say=lambda words: None)

    did, jobs = year.diary.did, year.jobs
    assert year.days == DAYS
    assert did["opened"] == 2 * did["mails"]
    counted = year.from_the_trail | year.with_the_rows
    assert set(BY_SLUG) - counted == set(NOT_TOLD), year.figures
    missing = [name for name in JOBS if not jobs[name]]
    assert (missing, [name for name in PEOPLE if not did[name]]) == ([], []), year
