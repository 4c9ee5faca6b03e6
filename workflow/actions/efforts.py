"""Keeping what the work took: written by the actions, in their own transaction."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partner, Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput
from workflow import access, effort, rates
from workflow.choices import EffortKind, Level
from workflow.models import (
    AgreedRate,
    Assurance,
    Decision,
    Effort,
    EffortDefault,
    Listing,
    OrganizationReview,
    Record,
)

FURTHEST = dt.timedelta(days=10 * 366)
"""How far from today the day may lie from which a rate holds."""


def need_minutes(minutes: int | None) -> None:
    """Raise InvalidInput for minutes that one piece of work cannot have taken."""
    if minutes is not None and not 0 <= minutes <= effort.MOST:
        raise InvalidInput({"minutes": f"Say how many minutes, up to {effort.MOST}."})


def log(
    listing: Listing, *, by: access.Asker, kind: str, minutes: int | None = None,
    assurance: Assurance | None = None, decision: Decision | None = None,
) -> Effort:  # fmt: skip
    """Write what a piece of work on a listing took; the place's own guess unless said.

    Raises InvalidInput.
    """
    return _write(
        place_id=listing.partnership_id, organization_id=listing.organization_id,
        listing=listing, partner=effort.partner_for(by, listing), kind=kind,
        minutes=minutes, assurance=assurance, decision=decision,
    )  # fmt: skip


def log_for_record(
    record: Record, *, by: access.Asker, decision: Decision, minutes: int | None = None
) -> Effort:
    """The same for a decision on an organization or place by itself."""
    return _write(
        place_id=record.home_id, organization_id=record.pk, listing=None,
        partner=effort.partner_for_record(by, record), kind=EffortKind.DECISION,
        minutes=minutes, decision=decision,
    )  # fmt: skip


def log_review(
    review: OrganizationReview, *, partner: Partner | None, minutes: int | None
) -> Effort:
    """The same for a quarterly review."""
    return _write(
        place_id=review.partnership_id, organization_id=review.organization_id,
        listing=None, partner=partner, kind=EffortKind.REVIEW, minutes=minutes,
        review=review,
    )  # fmt: skip


def _write(
    *, place_id: Any, organization_id: Any, kind: str, minutes: int | None,
    **values: Any,
) -> Effort:  # fmt: skip
    need_minutes(minutes)
    level = effort.level_of(place_id, organization_id)
    reckoned = effort.minutes_for(place_id, kind, level)
    return Effort.objects.create(
        partnership_id=place_id, kind=kind, level=level, done_on=clock.today(),
        minutes=reckoned if minutes is None else minutes,
        stated=minutes is not None and minutes != reckoned, **values,
    )  # fmt: skip


def take_back(**of: Any) -> None:
    """What was undone counts no more: of an ``assurance``, a ``decision`` or itself."""
    Effort.objects.filter(taken_back_at=None, **of).update(taken_back_at=clock.now())


@transaction.atomic
def save_effort_defaults(
    *, by: User, place: Partnership, minutes: Mapping[tuple[str, str], int],
    rate: Decimal | None, rate_from: dt.date | None = None,
) -> None:  # fmt: skip
    """Say what a place reckons, by kind and level, and the agreed hourly ``rate`` in
    pounds (None for none), which holds from a day on: from today unless said. What was
    written stays as it is, and what was worked before that day stays at its rate.

    Raises PermissionDenied, InvalidInput by ``kind:level``, ``rate`` and ``rate_from``.
    """
    if not access.can_in_place(by, Permission.SET_POLICY, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")
    Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    day = rate_from or clock.today()
    wrong = _wrong_minutes(minutes)
    if rate is not None and not 0 <= rate < 1000:
        wrong["rate"] = "Say the rate in pounds for an hour, below 1,000."
    if abs(day - clock.today()) > FURTHEST:
        wrong["rate_from"] = "Say a day at most ten years from today."
    if wrong:
        raise InvalidInput(wrong)
    before = effort.of_place(place.pk)
    changed = {key: new for key, new in minutes.items() if new != before[key]}
    EffortDefault.objects.bulk_create(
        [
            EffortDefault(partnership=place, kind=kind, level=level, minutes=new)
            for (kind, level), new in changed.items()
        ],
        update_conflicts=True, update_fields=["minutes"],
        unique_fields=["partnership", "kind", "level"],
    )  # fmt: skip
    rate_before, rate_after = _agree(place, rate, day)
    audit.record(
        "effort_defaults_changed", place, actor=by, partnership_id=place.pk,
        before={f"{kind}:{level}": before[kind, level] for kind, level in changed}
        | rate_before,
        after={f"{kind}:{level}": new for (kind, level), new in changed.items()}
        | rate_after,
    )  # fmt: skip


def _wrong_minutes(minutes: Mapping[tuple[str, str], int]) -> dict[str, str]:
    return {
        f"{kind}:{level}": f"Say how many minutes, up to {effort.MOST}."
        for (kind, level), number in minutes.items()
        if kind not in EffortKind.values
        or level not in Level.values
        or not 0 <= number <= effort.MOST
    }


def _agree(
    place: Partnership, rate: Decimal | None, day: dt.date
) -> tuple[dict[str, str], dict[str, str]]:
    """Keep the rate from that day until the next that has one; before and after as the
    audit keeps them, empty where it was that already."""
    held = rates.of_place(place.pk).on(day)
    if held == rate:
        return {}, {}
    AgreedRate.objects.update_or_create(
        partnership=place, starts_on=day, defaults={"rate": rate}
    )
    return (
        {"rate": str(held or "")},
        {"rate": str(rate or ""), "rate_from": day.isoformat()},
    )
