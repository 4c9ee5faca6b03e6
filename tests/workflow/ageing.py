"""The periodic job on a day of one's choice."""

import datetime as dt
from typing import Any

from common import clock
from tests import world
from workflow.actions import periodic
from workflow.models import JobRun, Listing

TODAY = dt.date(2026, 6, 1)
LONG = dt.date(2027, 6, 1)


def at(day: dt.date) -> Any:
    """Let it be nine in the morning of a day."""
    return clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.LONDON))


def run(day: dt.date = TODAY) -> JobRun:
    """The periodic job on a day."""
    with at(day):
        return periodic.run_job("freshen", periodic.freshen)


def stages(*made: Listing) -> list[str]:
    return [world.fresh(listing).stage for listing in made]
