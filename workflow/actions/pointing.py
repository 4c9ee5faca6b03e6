"""Putting places on the map that are not there: once, for those from before their point
followed their postcode, and whenever new postcodes are known.

Each is a version of the place like any other, with Vouch as its author: who looks at
its history reads when it came to its point, and why.
"""

from typing import Any

from django.db.models import Q, QuerySet

from directory import points
from directory.choices import Kind, LocationType
from workflow import queries
from workflow.actions.passes import in_passes
from workflow.actions.revising import lock_records, write_revision
from workflow.models import JobRun, Record

AUTHOR = "Vouch"
METHOD = "postcode"
REASON = "It had no point on the map: this is where its postcode is."
AT_ONCE = 100
"""Places in one transaction: each is a version with all that hangs on it."""


def set_points(run: JobRun) -> None:
    """Give every place that people go to and that has no point that of its postcode.

    A place whose postcode we do not know stays as it is. Done again, it does nothing
    twice; a place that cannot be written is noted with the run, and the others are
    done.
    """
    ids = list(_without().order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        in_passes(run, ids[first : first + AT_ONCE], _set)


def _without() -> QuerySet[Record]:
    return Record.objects.filter(
        ~Q(revision__payload__has_any_keys=list(points.NAMES)),
        kind=Kind.LOCATION,
        replaced_by=None,
        revision__payload__location_type=LocationType.PHYSICAL,
    )


def _set(ids: list[Any]) -> int:
    """Those of these that are known, each asked again once it is locked."""
    found = _without().filter(pk__in=ids).select_related("revision")
    known = [record.pk for record in found if _is_known(record)]
    return sum(_set_one(record) for record in lock_records(known).values())


def _is_known(record: Record) -> bool:
    payload = queries.current(record)
    return points.following(payload, payload) is not payload


def _set_one(record: Record) -> bool:
    if record.replaced_by_id or not _is_known(record):
        return False
    payload = queries.current(record)
    made = write_revision(
        record, payload, by=AUTHOR, body=AUTHOR, method=METHOD, reason=REASON
    )
    return made is not None
