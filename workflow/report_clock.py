"""The clock of a reported error: when it ends, what a pause does, amber and red. Pure.

A report has so many working days, closure and harm end on the same day whatever day it
is (PRODUCT.md section 5). A clock ends with a day in Europe/London, one minute before
midnight, also when the clocks change in between. While somebody waits for the
provider's answer it stands still.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from common import clock
from workflow.working_days import WorkingDays

LAST_MINUTE: Final = dt.time(23, 59)


class Light(StrEnum):
    """How a clock stands. What people read is beside the colour."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def end_of(day: dt.date) -> dt.datetime:
    """The last minute of a day in Europe/London."""
    return dt.datetime.combine(day, LAST_MINUTE, tzinfo=clock.LONDON)


def beginning_of(day: dt.date) -> dt.datetime:
    """The first instant of a day in Europe/London."""
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.LONDON)


def ends(
    today: dt.date, days: int, working: WorkingDays, *, urgent: bool
) -> dt.datetime:
    """When the clock of a report made today runs out: with its last working day, or
    today where it is urgent."""
    return end_of(today if urgent else working.after(today, days))


@dataclass(frozen=True)
class Pause:
    """How long a clock may stand still, and what is left of it afterwards.

    ``until`` is when it goes on by itself, ``left`` the working days after the one on
    which it goes on, ``answer_by`` when it then ends.
    """

    until: dt.datetime
    left: int
    answer_by: dt.datetime


def pause(
    now: dt.datetime, answer_by: dt.datetime, most_days: int, working: WorkingDays
) -> Pause:
    """A pause from now on, of ``most_days`` whole working days at the most."""
    today, last = clock.london_day(now), clock.london_day(answer_by)
    left = len(working.between(today + dt.timedelta(days=1), last))
    goes_on = working.after(today, most_days + 1)
    return Pause(beginning_of(goes_on), left, end_of(working.after(goes_on, left)))


def resumed(now: dt.datetime, left: int, working: WorkingDays) -> dt.datetime:
    """When a clock ends that goes on now with ``left`` working days after this one."""
    return end_of(working.after(working.next(clock.london_day(now)), left))


def light(answer_by: dt.datetime, now: dt.datetime, amber_hours: int) -> Light:
    """Red once the time is over, amber in its last hours, else green."""
    if now > answer_by:
        return Light.RED
    # In UTC, so that an hour is an hour in the night in which the clocks change.
    ahead = answer_by.astimezone(dt.UTC) - now.astimezone(dt.UTC)
    return Light.AMBER if ahead <= dt.timedelta(hours=amber_hours) else Light.GREEN
