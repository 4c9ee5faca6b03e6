"""When the first check of each record would be: what waits, what can be done, a plan.

The rules are in ``workflow/spreading.py``; here is what they need of a place.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from accounts.models import PartnerGrant, Partnership
from accounts.roles import Role
from directory.freshness import add_months
from workflow import periods, spreading, working_days
from workflow.choices import Stage
from workflow.models import Listing, Policy

_DAY = dt.timedelta(days=1)


def unchecked(policy: Policy) -> QuerySet[Listing]:
    """What is public, was never checked, and has no day yet."""
    return Listing.objects.filter(
        partnership_id=policy.partnership_id, stage=Stage.PUBLISHED, due_on=None,
        assurance=None, first_due_on=None,
    )  # fmt: skip


def assurers(place: Partnership) -> int:
    """How many people assure for the partners of a place."""
    held = PartnerGrant.objects.filter(
        content_object__partnership=place,
        permission__codename=Role.ASSURER.value,
        user__is_active=True,
    )
    return held.values("user_id").distinct().count()


def checks_in(hours: float, people: int, each: int) -> int:
    """How many checks of so many minutes ``each`` so many people make in a week with so
    many hours apiece."""
    return int(hours * people * 60 // each)


@dataclass(frozen=True)
class Plan:
    """A day for each record. ``cycle_end`` is when the place's period is over;
    ``too_late`` counts what would be hidden first, its carrying over having ended."""

    days: dict[Any, dt.date]
    per_week: int
    cycle_end: dt.date
    too_late: int

    @property
    def weeks(self) -> list[tuple[dt.date, int]]:
        """The Mondays of the weeks with how many first checks are in each."""
        found = Counter(d - dt.timedelta(days=d.weekday()) for d in self.days.values())
        return sorted(found.items())

    @property
    def last(self) -> dt.date | None:
        """The last of the days; None of an empty plan."""
        return max(self.days.values(), default=None)


def plan(policy: Policy, per_week: int, today: dt.date) -> Plan:
    """A day from tomorrow on for everything that has none, with so many checks a week.

    A fixed number of queries. Raises ValueError where nothing can be checked in a week.
    """
    of_place = periods.of_policy(policy)
    rows = periods.with_due(unchecked(policy), of_place).values_list(
        "pk", "critical", "months", "carried_over_until", "created_at"
    )
    waiting = [spreading.Waiting(*row) for row in rows.order_by()]
    first, end = today + _DAY, add_months(today, policy.period_months)
    open_days = working_days.of_policy(policy)
    days = spreading.spread(
        waiting,
        first=first,
        cycle_end=end,
        is_open=open_days.includes,
        per_day=per_week / len(policy.working_days),
        load=_load(policy, first),
    )
    late = sum(
        one.ends_on is not None and days.get(one.listing_id, dt.date.max) > one.ends_on
        for one in waiting
    )
    return Plan(days, per_week, end, late)


def _load(policy: Policy, first: dt.date) -> Counter[dt.date]:
    """How many checks fall due or are planned on each day; what is late, on the first
    one. Two queries."""
    known = Listing.objects.filter(
        partnership_id=policy.partnership_id, stage=Stage.PUBLISHED
    ).order_by()
    found: Counter[dt.date] = Counter()
    for rows, name in (
        (known.filter(due_on__isnull=False), "due_on"),
        (known.filter(due_on=None, first_due_on__isnull=False), "first_due_on"),
    ):
        counted = rows.values_list(F(name)).annotate(n=Count("pk"))
        for day, number in counted:
            found[max(day, first)] += number
    return found
