"""Quarterly reviews: which monitored organizations wait for an assurer to look.

An organization that keeps its own records while an assurer checks what it sends is
looked at as a whole every three months (PRODUCT.md section 5), counted from the last
review, else from the day on which it came to that level.
"""

import datetime as dt
from typing import Any

from django.db.models import (
    DateField,
    Exists,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
)

from accounts.access import Person
from workflow import access
from workflow.choices import Level
from workflow.models import AssuranceLevel, Listing, OrganizationReview, Record
from workflow.narrowed import CLAIMED, Filters
from workflow.readiness import months_before

EVERY_MONTHS = 3


def with_last(levels: QuerySet[AssuranceLevel]) -> QuerySet[Any]:
    """Levels with ``reviewed_on``, or none; their ``since`` is from when three months
    are counted."""
    last = (
        OrganizationReview.objects.filter(
            partnership_id=OuterRef("partnership_id"),
            organization_id=OuterRef("organization_id"),
        )
        .order_by()
        .values("organization_id")
        .annotate(last=Max("reviewed_on"))
    )
    return levels.annotate(
        reviewed_on=Subquery(last.values("last")[:1], output_field=DateField())
    )


def monitored(user: Person) -> QuerySet[Any]:
    """The monitored organizations that the person's body reviews: those whose own
    record its assurers keep."""
    mine = access.acting_for(user)
    kept = Record.objects.filter(
        mine.homes(), pk=OuterRef("organization_id"), home_id=OuterRef("partnership_id")
    )
    return with_last(
        AssuranceLevel.objects.filter(
            mine.at_home(), Exists(kept), level=Level.MONITORED
        )
    )


def can_review(user: Person, place_id: Any, organization_id: Any) -> bool:
    """Whether the person may review this organization in this place."""
    found = monitored(user).filter(
        partnership_id=place_id, organization_id=organization_id
    )
    return found.exists()


def due(user: Person, filters: Filters, today: dt.date) -> QuerySet[Any]:
    """Those that wait for a review, longest first, with the ``label`` of each."""
    rows = monitored(user).filter(since__lte=months_before(today, EVERY_MONTHS))
    rows = rows.exclude(partnership__in=filters.away)
    if filters.days:
        waited = today - dt.timedelta(days=filters.days)
        rows = rows.filter(since__lte=months_before(waited, EVERY_MONTHS))
    if filters.whose in CLAIMED or filters.why:
        return rows.none()
    theirs = Listing.objects.filter(
        filters.about(),
        partnership_id=OuterRef("partnership_id"),
        organization_id=OuterRef("organization_id"),
    )
    named = Record.objects.filter(pk=OuterRef("organization_id"))
    return (
        rows.filter(Exists(theirs))
        .annotate(label=Subquery(named.values("label")[:1]))
        .order_by("since", "organization_id")
    )
