"""On which days a place asks nobody anything: weekends, bank holidays, its own."""

import datetime as dt

from accounts.models import Partnership
from directory import bank_holidays
from workflow.models import AskingRules

DAY = dt.timedelta(days=1)


def rules_of(place: Partnership) -> AskingRules:
    """What a place has decided; the default, not stored, where it has not."""
    found = AskingRules.objects.filter(partnership=place).first()
    return found or AskingRules(partnership=place)


def is_quiet(day: dt.date, rules: AskingRules) -> bool:
    """Whether nobody is asked on this day."""
    return (
        day.weekday() >= 5
        or day in rules.quiet_days
        or bank_holidays.is_one(rules.nation, day)
    )


def next_working_day(day: dt.date, rules: AskingRules) -> dt.date:
    """This day, or the first after it that is not quiet."""
    while is_quiet(day, rules):
        day += DAY
    return day
