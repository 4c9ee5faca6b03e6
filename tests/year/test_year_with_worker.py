"""A year of the whole demo with real worker and beat, by moving their clock a day at a
time. `make year` runs it; it takes the better part of an hour.

`ARGS="--days 60"` plays fewer days. The mails of the year are left in `var/year/` to be
read.
"""

import datetime as dt
import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connections, transaction

from accounts.models import Message
from common import clock, health
from config.demo.load import GROWN, load
from config.local.paths import VAR
from publishing.actions import consume_outbox
from tests.journeys.site import running, until
from tests.year import playing
from workflow.models import JobRun, OutboxEvent

pytestmark = [pytest.mark.year, pytest.mark.django_db(transaction=True)]

MORNING = (
    "workflow.freshen", "workflow.ask", "workflow.tell_contract_managers",
    "workflow.weigh_levels", "workflow.retain",
)  # fmt: skip
SELDOM = (
    "by link: change", "by link: closed_for_now", "by link: not_us", "signed in",
    "rang: not_us", "put right on the telephone", "letters", "answered a letter",
    "came back", "reported: harm", "resumed", "grace ended",
)  # fmt: skip
"""What people do so seldom that it is wanted of half a year or more."""
HALF_A_YEAR = 182
PATIENCE = 300.0
"""Seconds that the jobs of a morning may take on a machine that does other things."""


class Mails:
    """The mails of the year as a file, kept each day: the product forgets them."""

    def __init__(self, since: dt.datetime) -> None:
        self.since = since
        self.file = VAR / "year" / "mails.jsonl"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text("")

    def keep(self) -> None:
        """Write down what was written since the last time."""
        rows = list(Message.objects.filter(created_at__gt=self.since))
        with self.file.open("a") as out:
            for row in sorted(rows, key=lambda row: row.created_at):
                kept = {
                    "on": row.created_at.date().isoformat(), "to": row.to,
                    "kind": row.kind, "subject": row.subject, "text": row.text,
                }  # fmt: skip
                out.write(json.dumps(kept, ensure_ascii=False) + "\n")
                self.since = row.created_at


def test_a_year_with_worker_and_beat(
    process_environment: dict[str, str],
    broker_url: str,
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    with transaction.atomic():
        load(clock.today(), _say, GROWN)
    while consume_outbox().done:
        pass
    mails = Mails(clock.now())

    with running(process_environment, tmp_path, "worker", "beat"):

        def morning() -> None:
            at = clock.now()
            until(lambda: _is_done(broker_url, at), f"the jobs of {at}", PATIENCE)
            mails.keep()

        year = playing.play(
            pytestconfig.getoption("days"), morning, in_a_year=1400, say=_say
        )
    _say(year.figures)
    _say(f"{year} {Counter(Message.objects.values_list('kind', flat=True))}")

    assert list(JobRun.objects.exclude(error="").values_list("name", "error")) == []
    assert min(year.jobs[name] for name in ("asked: mail", "lapsed")) > 0
    if year.days >= HALF_A_YEAR:
        assert [name for name in SELDOM if not year.diary.did[name]] == []


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def _is_done(broker_url: str, at: dt.datetime) -> bool:
    done = health.last_done(broker_url, MORNING)
    connections["default"].close_if_unusable_or_obsolete()
    return (
        len(done) == len(MORNING)
        and min(done.values()) >= at
        and not OutboxEvent.objects.filter(done_at=None).exists()
        and not Message.objects.filter(
            sent_at=None, cancelled_at=None, send_after__lte=clock.now()
        ).exists()
    )
