"""The one clock. Only the edges (actions, tasks, views) read it; rules take dates.

In test and demo settings ``CLOCK_FILE`` names a file that holds a number of seconds;
web, worker and beat all add it to the real time, so that a year can be played
through. Production settings leave it empty and the clock cannot be moved.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

LONDON = ZoneInfo("Europe/London")
_told: ContextVar[dt.datetime | None] = ContextVar("told_instant", default=None)


def _offset() -> dt.timedelta:
    path = settings.CLOCK_FILE
    if not path:
        return dt.timedelta(0)
    try:
        return dt.timedelta(seconds=float(Path(path).read_text()))
    except (FileNotFoundError, ValueError):
        return dt.timedelta(0)


def now() -> dt.datetime:
    """The present instant, in UTC."""
    told = _told.get()
    if told is not None:
        return told
    return dt.datetime.now(dt.UTC) + _offset()


def today() -> dt.date:
    """The present day in Europe/London, in which every due date is counted."""
    return now().astimezone(LONDON).date()


def london_day(instant: dt.datetime) -> dt.date:
    """The Europe/London day on which an instant falls."""
    return instant.astimezone(LONDON).date()


@contextlib.contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Let everything inside happen at this instant (making a history, tests)."""
    token = _told.set(instant)
    try:
        yield
    finally:
        _told.reset(token)


def move_to(instant: dt.datetime) -> None:
    """Move the shared clock (test and demo settings only).

    Raises RuntimeError where the settings give no clock file.
    """
    if not settings.CLOCK_FILE:
        raise RuntimeError("The clock cannot be moved with these settings.")
    offset = instant - dt.datetime.now(dt.UTC)
    path = Path(settings.CLOCK_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(offset.total_seconds()))


def reset() -> None:
    """Put the shared clock back to the real time."""
    if settings.CLOCK_FILE:
        Path(settings.CLOCK_FILE).unlink(missing_ok=True)
