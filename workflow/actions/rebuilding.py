"""Making the tables of ``directory`` anew from the revisions, which are the truth."""

from django.db import transaction

from directory import payload as payloads
from directory.choices import Kind
from workflow import queries
from workflow.actions.revising import lock_records
from workflow.models import Record


def rebuild_directory() -> int:
    """Write every accepted record into its tables again; how many there were.

    May run while people work: each kind is one transaction that locks its records.
    """
    return sum(
        _rebuild(kind) for kind in (Kind.ORGANIZATION, Kind.LOCATION, Kind.SERVICE)
    )


@transaction.atomic
def _rebuild(kind: Kind) -> int:
    # Together, since an organization may be part of one that comes later.
    accepted = Record.objects.filter(kind=kind, revision__isnull=False)
    records = lock_records(accepted.values_list("pk", flat=True))
    for record in records.values():
        payloads.write(kind, queries.current(record))
    return len(records)
