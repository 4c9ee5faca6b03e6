"""Giving every record that was never checked a day for its first check."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts import audit
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput
from workflow import access, first_checks
from workflow.models import Policy


@transaction.atomic
def spread_first_checks(
    *, by: User, place: Partnership, per_week: int
) -> first_checks.Plan:
    """Plan the first checks of what has no day yet, with so many checks in a week.

    Days that are planned stay, so that running it again plans what came in since.
    Raises PermissionDenied, InvalidInput.
    """
    policy = Policy.objects.select_for_update(no_key=True).get(partnership=place)
    if not access.can_in_place(by, Permission.SET_POLICY, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")
    if per_week < 1:
        raise InvalidInput({"checks": "Write how many checks can be made in a week."})
    plan = first_checks.plan(policy, per_week, clock.today())
    if not plan.days:
        return plan
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(plan.days), list(plan.days.values())])
    audit.record(
        "first_checks_planned", policy, actor=by, partnership_id=place.pk,
        after={
            "records": len(plan.days), "checks_per_week": per_week,
            "first": min(plan.days.values()).isoformat(),
            "last": max(plan.days.values()).isoformat(),
        },
    )  # fmt: skip
    return plan


_WRITE = """
WITH wanted AS (SELECT * FROM unnest(%s::uuid[], %s::date[]) AS w (id, day)),
locked AS (
    SELECT listing.id FROM workflow_listing listing JOIN wanted USING (id)
    WHERE listing.due_on IS NULL AND listing.first_due_on IS NULL
    ORDER BY listing.id FOR NO KEY UPDATE OF listing
)
UPDATE workflow_listing listing SET first_due_on = wanted.day
FROM wanted JOIN locked USING (id) WHERE listing.id = wanted.id
"""
