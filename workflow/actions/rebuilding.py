"""Making the tables of ``directory`` anew from the revisions, which are the truth."""

from django.db import transaction
from django.db.models import QuerySet

from directory import payload as payloads
from directory.choices import Kind
from directory.models import RECORD_MODELS
from workflow import queries
from workflow.actions.revising import lock_records
from workflow.models import Record


def rebuild_directory() -> int:
    """Write every accepted record into its tables again; how many there were.

    What nobody accepted goes. May run while people work: each kind is one transaction
    that locks its records.
    """
    kinds = (Kind.ORGANIZATION, Kind.LOCATION, Kind.SERVICE)
    written = sum(_rebuild(kind) for kind in kinds)
    for kind in reversed(kinds):  # a service before what it refers to
        rows = RECORD_MODELS[kind]._default_manager
        rows.exclude(pk__in=_accepted(kind).values("pk")).delete()
    return written


@transaction.atomic
def _rebuild(kind: Kind) -> int:
    # Together, since an organization may be part of one that comes later.
    records = lock_records(_accepted(kind).values_list("pk", flat=True))
    for record in records.values():
        payloads.write(kind, queries.current(record))
    return len(records)


def _accepted(kind: Kind) -> QuerySet[Record]:
    return Record.objects.filter(kind=kind, revision__isnull=False)
