"""The few questions that the public pages ask of the write side.

About who is signed in, and by which rules a place checks: never about a record.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.models import Partnership
from workflow import access, periods
from workflow.choices import WhenLapsed, WhenOverdue
from workflow.models import Policy


def may_suggest(user: Any, listing_id: uuid.UUID) -> bool:
    """Whether somebody may say something about a service; False for a stranger,
    without asking the database."""
    if not user.is_authenticated:
        return False
    return bool(access.proposable_by(user).filter(pk=listing_id).exists())


@dataclass(frozen=True)
class Rules:
    """How a place checks, as it promises the public.

    ``months`` between two checks at the most, ``overdue`` and ``lapsed`` days after one
    was due, ``grace`` days more until what lapsing does happens, working ``days`` until
    a report is answered. ``lowers`` says whether what is overdue is shown after others.
    """

    months: int
    overdue: int
    lapsed: int
    grace: int
    lowers: bool
    hides: bool
    days: int


def rules_of(place: Partnership | None) -> Rules | None:
    """The rules of a place; None where there is no place."""
    policy = Policy.objects.filter(partnership_id=place.pk).first() if place else None
    if policy is None:
        return None
    return Rules(
        months=max(periods.of_policy(policy).every),
        overdue=policy.overdue_days,
        lapsed=policy.lapsed_days,
        grace=policy.grace_days,
        lowers=policy.when_overdue == WhenOverdue.RANK_LOWER,
        hides=policy.when_lapsed == WhenLapsed.HIDE,
        days=policy.report_days,
    )
