"""Blanking a value everywhere it was kept (PRODUCT.md section 6).

Revisions and audit rows are append-only; erasure is the one exception, opened for this
transaction alone. What is left is that something was erased, by whom, when and why.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from accounts import audit
from accounts.models import AuditEvent, Invitation, Message, Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput
from directory import blanking
from directory import payload as payloads
from directory.blanking import Wanted
from directory.choices import Kind
from directory.models import ExternalReference
from workflow import access, queries
from workflow.actions.revising import announce
from workflow.choices import Verdict
from workflow.models import (
    Assurance,
    AssuranceLevel,
    Change,
    Confirmation,
    Decision,
    Harvest,
    HarvestProblem,
    HidingStop,
    Listing,
    Proposal,
    Record,
    Release,
    Revision,
    SharingAgreement,
    SourceRecord,
)

NOBODY = "erased@invalid.example"

KEPT_IN: tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...] = (
    (Revision, ("payload",), ()),
    (Listing, ("draft",), ("title", "hidden_words", "returned_because")),
    (Change, ("was", "value", "accepted_value"), ("reason_words", "informant")),
    (Proposal, (), ("title", "evidence_words", "answer_to", "proposer_label")),
    (Decision, (), ("answer", "override_reason", "body_label")),
    (Assurance, (), ("note", "body_label", "body_mailbox")),
    (Confirmation, (), ("words",)),
    (Release, (), ("value", "reason", "replacement")),
    (AssuranceLevel, (), ("reason",)),
    (HidingStop, (), ("reason",)),
    (SharingAgreement, (), ("words", "reason")),
    (Record, (), ("label",)),
    (ExternalReference, (), ("value",)),
    (SourceRecord, ("payload",), ("external_id",)),
    (Harvest, ("counts",), ()),
    (HarvestProblem, (), ("external_id", "label", "value", "sentence")),
    (Invitation, (), ("email", "target_label")),
    (Message, (), ("to", "subject", "text")),
    (AuditEvent, ("before", "after"), ("reason", "object_label", "body_label")),
)
"""Every table in which a value may have been kept: its JSON and its text columns.

The tables of ``directory`` are written anew from the revisions, those of ``publishing``
through the outbox.
"""


@transaction.atomic
def erase_value(*, by: User, place: Partnership, value: str, reason: str) -> int:
    """Blank a value everywhere; how many rows held it.

    Takes numbers in whatever grouping they were written. Raises PermissionDenied,
    InvalidInput for a value so short that it would blank other things.
    """
    if not access.can_in_place(by, Permission.ERASE, place):
        raise PermissionDenied("Only the data protection officer of the place may.")
    value = value.strip()
    if len(value) < 5:
        raise InvalidInput({"value": "Give at least five characters, to be safe."})
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; it is all that will be left."})
    what = blanking.wanted(value)
    if what.is_in(reason):
        raise InvalidInput({"reason": "Do not repeat the value: the reason is kept."})
    _keep_others_out()
    rows = [row for kept in KEPT_IN for row in _erase_in(*kept, what)]
    _set_erasing("off")
    touched = {record_id for row in rows if (record_id := _public_record(row))}
    for record in Record.objects.filter(pk__in=touched).select_related("revision"):
        if record.revision:
            payloads.write(record.kind, queries.current(record))
    announce(*touched)
    audit.record(
        "value_erased", place, actor=by, partnership_id=place.pk,
        after={"rows": len(rows)}, reason=reason.strip(),
    )  # fmt: skip
    return len(rows)


def _keep_others_out() -> None:
    """Wait for every action that is under way and let none begin: each locks a record
    first, and one that read the value before could write it again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Record._meta.db_table} IN EXCLUSIVE MODE")
    _set_erasing("on")


def _set_erasing(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vouch.erasing', %s, true)", [state])


def _holding(
    model: type[models.Model], jsons: Iterable[str], texts: Iterable[str], what: Wanted
) -> models.QuerySet[Any]:
    """The rows that may hold the value."""
    rows = model._default_manager.all()
    where = Q()
    for name in jsons:
        rows = rows.annotate(**{f"{name}_text": Cast(name, models.TextField())})
        where |= Q(**{f"{name}_text__iregex": what.sql_json})
    for name in texts:
        where |= Q(**{f"{name}__iregex": what.sql})
    return rows.filter(where)


def _erase_in(
    model: type[models.Model], jsons: tuple[str, ...], texts: tuple[str, ...],
    what: Wanted,
) -> Iterator[models.Model]:  # fmt: skip
    """Blank the value in a table; the rows that held it."""
    for row in list(_holding(model, jsons, texts, what)):
        before = [getattr(row, name) for name in (*jsons, *texts)]
        for name in jsons:
            setattr(row, name, _erased_json(row, name, what))
        for name in texts:
            length = model._meta.get_field(name).max_length  # type: ignore[union-attr]
            setattr(row, name, what.without(getattr(row, name))[:length])
        if before != [getattr(row, name) for name in (*jsons, *texts)]:
            row.save(update_fields=[*jsons, *texts, *_settle(row)])
            yield row


def _erased_json(row: models.Model, name: str, what: Wanted) -> Any:
    value = getattr(row, name)
    if isinstance(row, Revision):
        return blanking.erased_payload(row.record.kind, value, what)
    if isinstance(row, SourceRecord):
        return blanking.erased_payload(row.kind, value, what)
    if isinstance(row, Listing) and value:
        return _erased_draft(value, what)
    return blanking.erased(value, what)


def _erased_draft(draft: dict[str, Any], what: Wanted) -> dict[str, Any]:
    organization = draft.get("organization")
    return {
        "service": blanking.erased_payload(Kind.SERVICE, draft["service"], what),
        "organization": organization
        and blanking.erased_payload(Kind.ORGANIZATION, organization, what),
        "locations": {
            key: blanking.erased_payload(Kind.LOCATION, location, what)
            for key, location in (draft.get("locations") or {}).items()
        },
    }


def _settle(row: models.Model) -> tuple[str, ...]:
    """Make a row that lost a value do no harm; the columns that changed with it."""
    if isinstance(row, Change) and row.verdict == Verdict.PENDING:
        row.verdict = Verdict.WITHDRAWN
        return ("verdict",)
    if isinstance(row, Proposal) and blanking.ERASED in row.answer_to:
        row.answer_to = ""
    if isinstance(row, Assurance) and blanking.ERASED in row.body_mailbox:
        row.body_mailbox = ""
    if isinstance(row, Release):
        return _settle_release(row)
    if isinstance(row, Message) and blanking.ERASED in row.to:
        row.to = NOBODY
        if row.sent_at is None:
            row.cancelled_at = clock.now()
            return ("cancelled_at",)
    if isinstance(row, Invitation) and blanking.ERASED in row.email:
        row.email = NOBODY
        row.expires_at = min(row.expires_at, clock.now())
        return ("expires_at",)
    return ()


def _settle_release(row: Release) -> tuple[str, ...]:
    """A release of what is no longer there ends; its key was a hash of the value."""
    if blanking.ERASED in row.replacement:
        row.replacement = ""
    row.key = f"erased:{row.pk}"
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.revoked_by_label = audit.SYSTEM
    return ("key", "revoked_at", "revoked_by_label")


def _public_record(row: models.Model) -> Any:
    """The id of the record of which the public face may have changed with a row."""
    if isinstance(row, Revision):
        return row.record_id
    if isinstance(row, (Assurance, Release)):
        return row.listing.record_id
    return None
