"""Writing down what was due in a quarter when it is over, and for whom (ADR 49).

Once for each place. Under the lock of its policy, so that two workers write nothing
twice; in one transaction, so that a killed one leaves nothing half written.
"""

import datetime as dt

from django.db import connection, transaction

from workflow import statements
from workflow.models import KeptQuarter, Policy


@transaction.atomic
def keep_quarter(policy: Policy, today: dt.date) -> int:
    """Write down the quarter that is over, if it is not; how many were new."""
    policy = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    quarter, place_id = statements.quarter_of(today).before, policy.partnership_id
    if statements.kept(place_id, quarter):
        return 0
    made = KeptQuarter.objects.create(
        partnership_id=place_id, year=quarter.year, number=quarter.number,
        overdue_days=policy.overdue_days,
    )  # fmt: skip
    checks = statements.fell_due(place_id, quarter, today).filter(
        listing__remit__isnull=False
    )
    query, values = checks.values_list(
        "pk", "listing__remit__partner", "fell_due"
    ).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(query), [made.pk, *values])
    return 1


# What is put in is Django's own query; its values stay apart.
_KEEP = """
INSERT INTO workflow_keptcheck (quarter_id, assurance_id, partner_id, due_on)
SELECT %s, found.assurance, found.partner, found.day
FROM ({}) AS found (assurance, partner, day)
"""
