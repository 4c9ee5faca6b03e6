"""Days and months in plain Python, for a year that is worked out again."""

import calendar
import datetime as dt

from directory.bank_holidays import is_one
from workflow.models import Policy

DAY = dt.timedelta(days=1)


def works_on(policy: Policy, day: dt.date) -> bool:
    """Whether a place works on a day."""
    return (
        day.weekday() in policy.working_days
        and day not in policy.closed_days
        and not (policy.nation and is_one(policy.nation, day))
    )


def working_day_after(policy: Policy, day: dt.date, number: int) -> dt.date:
    """The ``number``th working day after a day; the day itself for 0."""
    while number:
        day += DAY
        number -= works_on(policy, day)
    return day


def working_days_between(policy: Policy, after: dt.date, last: dt.date) -> int:
    """How many working days come after one day, up to another."""
    number = 0
    while after < last:
        after += DAY
        number += works_on(policy, after)
    return number


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or the last one that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
