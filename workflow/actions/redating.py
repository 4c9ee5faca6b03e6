"""Giving records the due dates that follow from the policy, whenever that changes.

A due date follows from the standing check and the period of the record
(``workflow/periods.py``). A period changes with the policy, with the level of the
provider, with the types of the record and with its mark as critical.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from accounts.models import Partnership
from common import clock
from common.enqueue import enqueue_on_commit
from workflow import periods
from workflow.models import Listing, Policy, Record


def misdated(policy: Policy, about: Q = Q()) -> QuerySet[Any]:  # noqa: B008 - it cannot be changed
    """Listings of a place whose due date is not the one that its policy gives them."""
    rows = Listing.objects.filter(
        about, partnership_id=policy.partnership_id, assurance__isnull=False
    )
    dated = periods.with_due(rows, periods.of_policy(policy))
    return dated.exclude(due_on=F("falls_due"))


def redate(place: Partnership, about: Q = Q()) -> int:  # noqa: B008 - it cannot be changed
    """Give the listings of a place the due dates that its policy gives them now.

    Set-based: a fixed number of queries however many there are. Locks the records
    before the listings, in the order of their ids, and writes an outbox row for each
    that is published. What was asked for the date as it was counts for the new one:
    nobody is asked again for it, and the phone list stands. The check keeps the date
    it was made with, and gets the new one beside it. How many dates moved.
    """
    policy = Policy.objects.get(partnership=place)
    wrong = misdated(policy, about).order_by()
    records = _lock(wrong.values_list("record_id", flat=True))
    if not records:
        return 0
    # Asked again once they are locked: a check may have come in between.
    rows = misdated(policy, about & Q(record__in=records)).order_by()
    query, values = rows.values_list("pk", "falls_due").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_REDATE.format(query), [*values, clock.now()])
        (moved,) = cursor.fetchone() or (0,)
    enqueue_on_commit("publishing.consume_outbox")
    return int(moved)


def _lock(record_ids: Iterable[Any]) -> list[uuid.UUID]:
    locked = Record.objects.filter(pk__in=record_ids).order_by("pk")
    return list(locked.select_for_update(no_key=True).values_list("pk", flat=True))


# What is put in is Django's own query; its values stay apart.
_REDATE = """
WITH wanted (id, due_on) AS ({}),
moved AS (
    UPDATE workflow_listing listing SET due_on = wanted.due_on
    FROM wanted WHERE listing.id = wanted.id
    RETURNING listing.record_id, listing.stage
), carried AS (
    -- Each part sees the dates as they were before.
    UPDATE workflow_askedlisting asked SET due_on = wanted.due_on
    FROM wanted JOIN workflow_listing listing ON listing.id = wanted.id
    WHERE asked.listing_id = wanted.id AND asked.due_on = listing.due_on
    AND NOT EXISTS (
        SELECT FROM workflow_askedlisting other
        WHERE other.listing_id = asked.listing_id
        AND other.due_on = wanted.due_on AND other.step = asked.step
    )
), checked AS (
    UPDATE workflow_assurance assurance SET redated_due_on = wanted.due_on
    FROM wanted JOIN workflow_listing listing ON listing.id = wanted.id
    WHERE assurance.id = listing.assurance_id
), told AS (
    INSERT INTO workflow_outboxevent (record_id, at, failures, error)
    SELECT record_id, %s, 0, '' FROM moved WHERE stage = 'published'
)
SELECT count(*) FROM moved
"""
