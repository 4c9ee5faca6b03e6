"""Keeping what a place counted when a month ended, so that pages need not count it."""

import datetime as dt

from django.db import transaction

from common import clock
from workflow import figures, trends
from workflow.actions.telling import UNDO
from workflow.models import MonthCount, Policy
from workflow.trends import Point

FRESH = dt.timedelta(days=1)
"""How long after a month what is stored now still stands for its end."""


def count_months(policy: Policy, now: dt.datetime) -> int:
    """Count and keep the months of a place that are over and not kept; how many.

    Counting one again gives the same numbers, so it may be killed anywhere, and two
    workers that do it at once do no harm. What only today can tell is kept once, right
    after the month.
    """
    # A check of the last minutes of a month can still be undone, as if never made.
    ends = [end for end in trends.wanted(policy, now) if end < now - UNDO]
    _keep_todays(policy, [end for end in ends if now - end < FRESH], now)
    found = trends.kept(policy, ends, trends.TOLD)
    missing = [end for end in ends if clock.london_day(end) not in found]
    if missing:
        _keep(policy, trends.at(policy, missing, trends.TOLD), now)
    return len(missing)


def _keep_todays(policy: Policy, ends: list[dt.datetime], now: dt.datetime) -> None:
    """Keep what is not told by what was written at the time."""
    found = trends.kept(policy, ends, trends.KEPT)
    for end in ends:
        day = clock.london_day(end)
        if day not in found:
            values = figures.of_slugs(trends.KEPT, policy, end)
            _keep(policy, [Point(day, values)], now)


@transaction.atomic
def recount_months(policy: Policy, now: dt.datetime) -> int:
    """Forget what is kept of a place and can be counted anew; how many months."""
    MonthCount.objects.filter(
        partnership_id=policy.partnership_id, figure__in=trends.TOLD
    ).delete()
    return count_months(policy, now)


def _keep(policy: Policy, points: list[Point], now: dt.datetime) -> None:
    MonthCount.objects.bulk_create(
        [
            MonthCount(
                partnership_id=policy.partnership_id,
                day=point.day,
                figure=figure,
                number=number,
                overdue_days=policy.overdue_days,
                lapsed_days=policy.lapsed_days,
                due_soon_days=policy.due_soon_days,
                counted_at=now,
            )
            for point in points
            for figure, number in point.values.items()
        ],
        update_conflicts=True,
        unique_fields=["partnership", "day", "figure"],
        update_fields=[
            "number", "overdue_days", "lapsed_days", "due_soon_days", "counted_at",
        ],
    )  # fmt: skip
