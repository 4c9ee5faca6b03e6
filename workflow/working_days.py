"""The working days of a place: its week, less bank holidays and its own closed days."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from directory import bank_holidays
from workflow.models import Policy

_DAY: Final = dt.timedelta(days=1)
_FARTHEST: Final = 400
"""Days that are looked through for a working day; beyond, none is left."""


@dataclass(frozen=True)
class WorkingDays:
    """``weekdays`` from Monday, 0, on; ``nation`` names whose bank holidays are no
    working days (``""`` for nobody's)."""

    weekdays: frozenset[int]
    nation: str
    closed: frozenset[dt.date]

    def includes(self, day: dt.date) -> bool:
        """Whether people work on a day."""
        return (
            day.weekday() in self.weekdays
            and day not in self.closed
            and not (self.nation and bank_holidays.is_one(self.nation, day))
        )

    def next(self, day: dt.date) -> dt.date:
        """The first working day from ``day`` on.

        Raises ValueError where more than a year of days is closed.
        """
        for ahead in range(_FARTHEST):
            if self.includes(day + ahead * _DAY):
                return day + ahead * _DAY
        raise ValueError("There is no working day within a year.")

    def after(self, day: dt.date, number: int) -> dt.date:
        """The ``number``th working day after ``day``; ``day`` itself for 0.

        Raises ValueError where there is no working day within a year.
        """
        for _ in range(number):
            day = self.next(day + _DAY)
        return day

    def between(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The working days from ``first`` to ``last``, both included, in order."""
        days = (first + n * _DAY for n in range((last - first).days + 1))
        return [day for day in days if self.includes(day)]


def of_policy(policy: Policy) -> WorkingDays:
    """The working days that a policy names."""
    return WorkingDays(
        frozenset(policy.working_days), policy.nation, frozenset(policy.closed_days)
    )
