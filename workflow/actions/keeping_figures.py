"""Keeping what the figures were: the months that are over, and the first day.

What is kept is never changed; a trigger refuses it. Keeping again does nothing, so two
workers do no harm.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidState
from workflow import access, figures, reports, trends
from workflow.actions.counting import FRESH
from workflow.actions.telling import UNDO
from workflow.choices import KeptKind
from workflow.measuring import Values
from workflow.models import KeptFigures, Policy
from workflow.report_clock import beginning_of

_DAY = dt.timedelta(days=1)
_MOMENT = dt.timedelta(microseconds=1)


@transaction.atomic
def take_baseline(*, by: User, place: Partnership) -> KeptFigures:
    """Keep the figures of now as what the place started with; a lead does it once.

    Raises PermissionDenied, InvalidState where it was taken before.
    """
    if not access.can_in_place(by, Permission.SET_POLICY, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")
    policy = Policy.objects.select_for_update(no_key=True).get(partnership=place)
    if reports.baseline_of(policy):
        raise InvalidState("It was taken before, and stays as it is.")
    now = clock.now()
    values = figures.values(policy, now)
    return _baseline(policy, clock.london_day(now), values, by)


def keep_figures(policy: Policy, now: dt.datetime) -> int:
    """Keep the first day and the months of a place that are over; how many were new."""
    return _keep_first_day(policy, now) + _keep_months(policy, now)


@transaction.atomic
def _keep_first_day(policy: Policy, now: dt.datetime) -> int:
    """The day on which the place started, once it is over: all figures where it was
    just over, later those that are told by what was written."""
    policy = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    if reports.baseline_of(policy):
        return 0
    day = reports.started(policy)
    if day is None or now - UNDO < beginning_of(day + _DAY):
        return 0
    end = beginning_of(day + _DAY) - _MOMENT
    values = trends.at(policy, [end], trends.TOLD)[0].values
    if now - end < FRESH:
        values |= figures.of_slugs(trends.KEPT, policy, end)
    _baseline(policy, day, values, audit.SYSTEM)
    return 1


def _baseline(
    policy: Policy, day: dt.date, values: Values, by: User | str
) -> KeptFigures:
    kept = _keep(policy, KeptKind.BASELINE, day, values, by, {}, {}, {})
    audit.record(
        "baseline_taken", policy, actor=by, partnership_id=policy.partnership_id,
        after={"day": day.isoformat()},
    )  # fmt: skip
    return kept


@transaction.atomic
def _keep_months(policy: Policy, now: dt.datetime) -> int:
    """Make the report of each month that is counted and has none, the oldest first."""
    ends = [end for end in trends.wanted(policy, now) if end < now - UNDO]
    days = {clock.london_day(end) for end in ends}
    there = {kept.day: kept for kept in reports.months_of(policy)}
    if not days - set(there):
        return 0
    # Two workers at once: the second finds what the first has kept.
    policy = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    known: dict[dt.date, Mapping[str, int | None]] = {
        kept.day: reports.values_of(kept) for kept in reports.months_of(policy)
    }
    points = trends.kept(policy, ends, list(figures.BY_SLUG))
    first = reports.values_of(reports.baseline_of(policy))
    made = 0
    for day in sorted(set(points) - set(known)):
        known[day] = points[day].values
        _keep(
            policy, KeptKind.MONTH, day, known[day], audit.SYSTEM,
            known.get(reports.month_before(day), {}),
            known.get(reports.year_before(day), {}), first,
        )  # fmt: skip
        made += 1
    return made


def _keep(
    policy: Policy, kind: str, day: dt.date, values: Values, by: User | str,
    before: Values, year_before: Values, baseline: Values,
) -> KeptFigures:  # fmt: skip
    rows: list[dict[str, Any]] = [
        line.as_row() for line in reports.lines(values, before, year_before, baseline)
    ]
    return KeptFigures.objects.create(
        partnership_id=policy.partnership_id, kind=kind, day=day, rows=rows,
        taken_by_label=str(by)[:250],
    )  # fmt: skip
