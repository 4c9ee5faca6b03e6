"""Making the next version of a record. Every accepted value comes through here."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts import audit
from accounts.models import User
from common.enqueue import enqueue_on_commit
from common.errors import InvalidInput, InvalidState
from directory import diff, validation
from directory import payload as payloads
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.models import TaxonomyTerm
from directory.payload import Payload
from workflow import queries
from workflow.models import Decision, Listing, OutboxEvent, Record, Remit, Revision


def lock_records(ids: Iterable[Any]) -> dict[str, Record]:
    """Lock records in one order everywhere, so that no two actions wait in a ring."""
    wanted = sorted({str(i) for i in ids})
    rows = (
        Record.objects.select_for_update(of=("self",))
        .select_related("revision", "home")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    found = {str(r.pk): r for r in rows}
    if len(found) != len(wanted):
        raise InvalidState("One of the records is not there any more.")
    return found


def lock_listing(listing_id: Any) -> Listing:
    """Lock a listing's record, then the listing; read fresh from the database."""
    record_id = Listing.objects.values_list("record_id", flat=True).get(pk=listing_id)
    lock_records([record_id])
    return (
        Listing.objects.select_for_update(of=("self",))
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .get(pk=listing_id)
    )


def announce(*record_ids: Any) -> None:
    """Write an outbox row for each record whose public face may have changed."""
    OutboxEvent.objects.bulk_create(
        OutboxEvent(record_id=i) for i in dict.fromkeys(record_ids)
    )
    enqueue_on_commit("publishing.consume_outbox")


def check_payload(record: Record, payload: Payload, paths: Iterable[str]) -> None:
    """Raise InvalidInput, by path, for what cannot be accepted at these paths.

    Faults elsewhere on the record (from before a rule was made) do not stand in the
    way of another field's correction.
    """
    wanted = set(paths)
    errors = {
        path: sentence
        for path, sentence in validation.problems(record.kind, payload).items()
        if record.revision is None
        or path.split(".")[0] in wanted
        or path.split("/")[0] in {w.split("/")[0] for w in wanted if "/" not in w}
    }
    errors |= _reference_problems(payload, wanted)
    if errors:
        raise InvalidInput(errors)


def _reference_problems(payload: Payload, paths: set[str]) -> dict[str, str]:
    errors = {}
    for path in paths:
        value = diff.at(payload, path)
        if path == "organization_id" and value:
            if not _is_accepted(value, Kind.ORGANIZATION):
                errors[path] = (
                    "This organisation is not in the directory yet: its own lines have "
                    "to be accepted too."
                )
        elif path.startswith("service_at_locations/") and value:
            if not _is_accepted(value.get("location_id"), Kind.LOCATION):
                errors[path] = (
                    "This place is not in the directory yet: its own lines have to be "
                    "accepted too."
                )
        elif path.startswith("attributes/") and value:
            term = value.get("taxonomy_term_id")
            if not TaxonomyTerm.objects.filter(pk=term, retired_on=None).exists():
                errors[path] = "This term is not on our lists."
    return errors


def _is_accepted(record_id: Any, kind: str) -> bool:
    rows = Record.objects.filter(pk=record_id, kind=kind, revision__isnull=False)
    return rows.exists()


def write_revision(
    record: Record,
    payload: Payload,
    *,
    by: User | str,
    body: str,
    method: str,
    decision: Decision | None = None,
    reason: str = "",
) -> Revision | None:
    """Make the next version of a locked record; None if it says the same already.

    Raises InvalidInput for values that cannot be accepted.
    """
    entity = RECORDS[record.kind]
    before = queries.current(record)
    payload = validation.normalise(record.kind, payload)
    differences = diff.changes(entity, before, payload)
    if not differences:
        return None
    paths = [d.path for d in differences]
    check_payload(record, payload, paths)
    revision = Revision.objects.create(
        record=record,
        number=record.revision.number + 1 if record.revision else 1,
        payload=payload,
        paths=paths,
        decision=decision,
        method=method,
        made_by_id=by.pk if isinstance(by, User) else None,
        made_by_label=str(by),
    )
    record.revision = revision
    record.label = _label(record, payload)
    record.save(update_fields=["revision", "label"])
    _project(record, payload)
    audit.record(
        "revision_made",
        record,
        actor=by,
        body=body,
        partnership_id=record.home_id,
        before={d.path: d.was for d in differences},
        after={d.path: d.value for d in differences},
        reason=reason,
    )
    announce(record.pk)
    return revision


def _label(record: Record, payload: Payload) -> str:
    if record.kind != Kind.LOCATION or payload.get("name"):
        return str(payload.get("name") or record.label)[:255]
    address = (payload.get("addresses") or [{}])[0]
    words = [address.get("address_1"), address.get("city")]
    return ", ".join(w for w in words if w)[:255] or "Unnamed place"


def _project(record: Record, payload: Payload) -> None:
    try:
        with transaction.atomic():
            payloads.write(record.kind, payload)
            _check_references()
    except IntegrityError as error:
        raise InvalidInput(
            "This refers to something that is not in the directory yet, or breaks a "
            f"rule of the record ({type(error.__cause__).__name__})."
        ) from error
    if record.kind == Kind.SERVICE:
        listing = Listing.objects.select_for_update(of=("self",)).get(record=record)
        route(listing, payload)
    elif record.kind == Kind.LOCATION:
        for listing in Listing.objects.filter(location_ids__contains=[record.pk]):
            route(listing, queries.current(listing.record))


def _check_references() -> None:
    """Let what refers to nothing fail here, where it becomes a sentence.

    Foreign keys are otherwise looked at when the transaction commits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def route(listing: Listing, service: Payload) -> None:
    """Work out a listing's routing columns and remit, and save them."""
    listing.title = str(service.get("name") or listing.title)[:255]
    organization = service.get("organization_id")
    listing.organization_id = uuid.UUID(organization) if organization else None
    places = queries.location_ids(service)
    listing.location_ids = [uuid.UUID(i) for i in places]
    listing.term_ids = [
        uuid.UUID(a["taxonomy_term_id"]) for a in service.get("attributes", [])
    ]
    listing.area = _area(places)
    if not listing.remit_handed_over:
        listing.remit = remit_for(listing)
    listing.save(
        update_fields=[
            "title", "organization_id", "location_ids", "term_ids", "area", "remit",
        ]
    )  # fmt: skip


def _area(places: list[str]) -> str:
    """The area of a listing: the first half of its first place's postcode."""
    for record in queries.records(places).values():
        for address in queries.current(record).get("addresses", []):
            return str(address.get("postal_code", "")).split(" ")[0]
    return ""


def remit_for(listing: Listing) -> Remit | None:
    """The remit that names the provider, else the place's default (section 5)."""
    remits = Remit.objects.filter(partnership_id=listing.partnership_id)
    if listing.organization_id:
        named = list(remits.filter(organization_id=listing.organization_id)[:2])
        if len(named) == 1:
            return named[0]
    return remits.filter(is_default=True).first()
