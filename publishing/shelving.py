"""Writing what is public of a service: its row, and all that hangs on it.

The caller has decided that it may be public, and holds the lock of the service. An
organisation is written by each of its services, so it has a lock of its own.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import orjson
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from common import clock
from common.models import as_uuid
from publishing import areas, columns, render
from publishing.models import (
    Endpoint,
    PublishedArea,
    PublishedOrganization,
    PublishedPlace,
    PublishedRecord,
    PublishedService,
)

FORMS = ("full", "item", "strict_full", "strict_item")
PLAIN = (
    "listing_id", "entry", "last_modified", "assured_on", "due_on", "overdue_on",
    "lapsed_on", "ranks_lower_on", "ranks_last_on", "confirmed_on", "seen_on",
    "being_checked", "body_label", "body_mailbox", "checked_how", "kept_by_provider",
)  # fmt: skip
"""The columns of a service that do not follow from its documents."""


def lock(record_id: uuid.UUID) -> None:
    """Wait for whoever is publishing this record; held until the transaction ends."""
    key = int.from_bytes(record_id.bytes[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def shelve(
    endpoint: Endpoint, documents: render.Documents, **values: Any
) -> PublishedService:
    """Store a service with its places, areas and organisation at an end-point.

    ``values`` are the columns that do not follow from the documents. ``last_modified``,
    if it is not among them, moves only if the documents are others than before.
    """
    service_id = uuid.UUID(documents.full["id"])
    known = {"endpoint": endpoint, "service_id": service_id}
    row = PublishedService.objects.filter(**known).first() or PublishedService(**known)
    if "last_modified" in values:
        row.version, row.last_modified = documents.version, values["last_modified"]
    elif not _says(row, documents):
        row.version, row.last_modified = documents.version, _moved(row)
    documents = render.dated(documents, row.last_modified)
    _put(row, documents)
    for name, value in (columns.of(documents.full) | values).items():
        setattr(row, name, value)
    row.organization_id = as_uuid(row.organization_id)
    before = _organization_before(row)
    row.save()
    _write_places(row, documents)
    _write_areas(row, documents)
    _write_organization(row, documents)
    if before != row.organization_id:
        _forget_organization(endpoint.pk, before)
    return row


def _says(row: PublishedService, documents: render.Documents) -> bool:
    """Whether the stored bytes are these documents, and not damaged."""
    if row._state.adding or row.version != documents.version:
        return False
    dated = render.dated(documents, row.last_modified)
    return all(
        bytes(getattr(row, name)) == orjson.dumps(getattr(dated, name))
        for name in FORMS
    )


def _put(row: PublishedRecord, documents: render.Documents) -> None:
    """Store the four forms as the bytes to send."""
    for name in FORMS:
        setattr(row, name, orjson.dumps(getattr(documents, name)))


def _write_places(row: PublishedService, documents: render.Documents) -> None:
    """The service at each of its places, made anew."""
    row.places.all().delete()
    PublishedPlace.objects.bulk_create(_places(row, documents))


def _places(
    row: PublishedService, documents: render.Documents
) -> Iterator[PublishedPlace]:
    for at_place in render.with_places(documents):
        place = PublishedPlace(
            endpoint_id=row.endpoint_id, service=row, version=at_place.version,
            last_modified=row.last_modified, ranks_last_on=row.ranks_last_on,
            **columns.of_place(at_place.full, documents.full),
        )  # fmt: skip
        _put(place, at_place)
        yield place


def _write_areas(row: PublishedService, documents: render.Documents) -> None:
    row.areas.all().delete()
    PublishedArea.objects.bulk_create(_areas(row, documents))


def _areas(
    row: PublishedService, documents: render.Documents
) -> Iterator[PublishedArea]:
    codes, outlines = areas.covered(documents.full)
    yield from (PublishedArea(service=row, code=code) for code in sorted(codes))
    yield from (PublishedArea(service=row, outline=outline) for outline in outlines)


def first_rows(
    endpoint: Endpoint, documents: render.Documents, **values: Any
) -> Iterator[PublishedRecord | PublishedArea]:
    """The rows that :func:`shelve` would write of a service that is new here, unsaved.

    The service's own comes first; its organisation's is :func:`first_body`.
    """
    row = PublishedService(endpoint=endpoint, service_id=documents.full["id"])
    row.version, row.last_modified = documents.version, _moved(row)
    documents = render.dated(documents, row.last_modified)
    _put(row, documents)
    for name, value in (columns.of(documents.full) | values).items():
        setattr(row, name, value)
    yield row
    yield from _places(row, documents)
    yield from _areas(row, documents)


def first_body(
    endpoint: Endpoint, documents: render.Documents
) -> PublishedOrganization | None:
    """The row of a service's organisation where it is new at an end-point, unsaved."""
    forms = render.of_organization(documents)
    if forms is None:
        return None
    body = PublishedOrganization(endpoint=endpoint, version=forms.version)
    body.last_modified = _moved(body)
    for name, value in columns.of_organization(forms.full).items():
        setattr(body, name, value)
    _put(body, forms)
    return body


def _organization_before(row: PublishedService) -> uuid.UUID | None:
    """Whose the service was until now, by what is stored."""
    stored = PublishedService.objects.filter(pk=row.pk)
    return stored.values_list("organization_id", flat=True).first()


def _write_organization(row: PublishedService, documents: render.Documents) -> None:
    """The organisation by itself. Of two services the later one writes it."""
    forms = render.of_organization(documents)
    if forms is None or row.organization_id is None:
        return
    lock(row.organization_id)
    known = {"endpoint_id": row.endpoint_id, "organization_id": row.organization_id}
    body = PublishedOrganization.objects.filter(**known).first()
    body = body or PublishedOrganization(**known)
    if body.version != forms.version:
        body.version = forms.version
        body.last_modified = _moved(body)
    for name, value in columns.of_organization(forms.full).items():
        setattr(body, name, value)
    _put(body, forms)
    body.save()


def remove(services: QuerySet[PublishedService]) -> int:
    """Take services away with all that hangs on them; how many there were."""
    bodies = list(services.values_list("endpoint_id", "organization_id"))
    services.delete()
    for endpoint_id, organization_id in bodies:
        _forget_organization(endpoint_id, organization_id)
    return len(bodies)


def _forget_organization(endpoint_id: Any, organization_id: Any) -> None:
    """Take an organisation away once none of its services is public here."""
    if organization_id is None:
        return
    lock(organization_id)
    known = {"endpoint_id": endpoint_id, "organization_id": organization_id}
    if not PublishedService.objects.filter(**known).exists():
        PublishedOrganization.objects.filter(**known).delete()


def forget_the_empty() -> None:
    """Take away the organisations that have no public service, wherever they stand."""
    services = PublishedService.objects.filter(
        endpoint=OuterRef("endpoint"), organization_id=OuterRef("organization_id")
    )
    PublishedOrganization.objects.filter(~Exists(services)).delete()


def _moved(row: PublishedRecord) -> dt.datetime:
    """Now, to the millisecond that is published, and later than it was before."""
    now = clock.now()
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if row._state.adding:
        return now
    return max(now, row.last_modified + dt.timedelta(milliseconds=1))
