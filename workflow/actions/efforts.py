"""Keeping what the work took: written by the actions, in their own transaction."""

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
from workflow import access, effort
from workflow.choices import EffortKind, Level
from workflow.models import (
    Assurance,
    Decision,
    Effort,
    EffortDefault,
    Listing,
    OrganizationReview,
    Policy,
    Record,
)


def need_minutes(minutes: int | None) -> None:
    """Raise InvalidInput for minutes that one piece of work cannot have taken."""
    if minutes is not None and not 0 <= minutes <= effort.MOST:
        raise InvalidInput({"minutes": f"Say how many minutes, up to {effort.MOST}."})


def log(
    listing: Listing, *, by: User, kind: str, minutes: int | None = None,
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
    record: Record, *, by: User, decision: Decision, minutes: int | None = None
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
    rate: Decimal | None,
) -> None:  # fmt: skip
    """Say what a place reckons, by kind and level, and the agreed hourly ``rate`` in
    pounds (None for none). What was written stays as it is.

    Raises PermissionDenied, InvalidInput by ``kind:level`` and ``rate``.
    """
    if not access.can_in_place(by, Permission.SET_POLICY, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")
    Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    wrong = {
        f"{kind}:{level}": f"Say how many minutes, up to {effort.MOST}."
        for (kind, level), number in minutes.items()
        if kind not in EffortKind.values
        or level not in Level.values
        or not 0 <= number <= effort.MOST
    }
    if rate is not None and not 0 <= rate < 1000:
        wrong["rate"] = "Say the rate in pounds for an hour, below 1,000."
    if wrong:
        raise InvalidInput(wrong)
    policy = Policy.objects.select_for_update(no_key=True).get(partnership=place)
    rates = [str(one or "") for one in (policy.agreed_hourly_rate, rate)]
    policy.agreed_hourly_rate = rate
    policy.save(update_fields=["agreed_hourly_rate"])
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
    audit.record(
        "effort_defaults_changed", place, actor=by, partnership_id=place.pk,
        before={f"{kind}:{level}": before[kind, level] for kind, level in changed}
        | ({"rate": rates[0]} if rates[0] != rates[1] else {}),
        after={f"{kind}:{level}": new for (kind, level), new in changed.items()}
        | ({"rate": rates[1]} if rates[0] != rates[1] else {}),
    )  # fmt: skip
