"""Blanking a value everywhere it was kept (PRODUCT.md section 6).

Revisions and audit rows are append-only; erasure is the one exception, opened for this
transaction alone. What is left is that something was erased, by whom, when and why.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from accounts import audit
from accounts.models import AuditEvent, Message, Partnership, User
from accounts.permissions import Permission
from common.errors import InvalidInput
from directory import payload as payloads
from directory import phones
from directory.declarations import RECORDS
from directory.declare import Entity
from workflow import access, queries
from workflow.actions.revising import announce, lock_records
from workflow.choices import Verdict
from workflow.models import (
    Assurance,
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
    SourceRecord,
)

ERASED = "[erased]"

KEPT_IN: tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...] = (
    (Revision, ("payload",), ()),
    (Listing, ("draft",), ("title", "hidden_words", "returned_because")),
    (Change, ("was", "value", "accepted_value"), ("reason_words", "informant")),
    (Proposal, (), ("title", "evidence_words", "answer_to", "proposer_label")),
    (Decision, (), ("answer", "override_reason")),
    (Assurance, (), ("note",)),
    (Confirmation, (), ("words",)),
    (Release, (), ("value", "reason", "replacement")),
    (HidingStop, (), ("reason",)),
    (Record, (), ("label",)),
    (SourceRecord, ("payload",), ()),
    (Harvest, ("counts",), ()),
    (HarvestProblem, (), ("label", "value", "sentence")),
    (Message, (), ("to", "subject", "text")),
    (AuditEvent, ("before", "after"), ("reason", "object_label")),
)
"""Every table in which a value may have been kept: its JSON and its text columns."""


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
    forms = _forms(value)
    touched = _records_with(forms)
    lock_records(touched)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vouch.erasing', 'on', true)")
    rows = sum(_erase_in(*kept, forms) for kept in KEPT_IN)
    for record in Record.objects.filter(pk__in=touched).select_related("revision"):
        if record.revision:
            payloads.write(record.kind, queries.current(record))
    announce(*touched)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vouch.erasing', 'off', true)")
    audit.record(
        "value_erased", place, actor=by, partnership_id=place.pk,
        after={"rows": rows}, reason=reason.strip(),
    )  # fmt: skip
    return rows


def _forms(value: str) -> tuple[str, ...]:
    """The ways this value may have been written."""
    forms = {value}
    if phones.problem(value) is None and sum(c.isdigit() for c in value) >= 6:
        normal = phones.normalise(value)
        forms |= {normal, phones.display(value), normal.replace(" ", "")}
    return tuple(sorted((f for f in forms if f), key=len, reverse=True))


def _holding(model: type[models.Model], jsons: Iterable[str], texts: Iterable[str],
             forms: tuple[str, ...]) -> models.QuerySet[Any]:  # fmt: skip
    rows = model._default_manager.all()
    where = Q()
    for name in jsons:
        rows = rows.annotate(**{f"{name}_text": Cast(name, models.TextField())})
    for form in forms:
        quoted = json.dumps(form, ensure_ascii=False)[1:-1]
        for name in jsons:
            where |= Q(**{f"{name}_text__icontains": quoted})
        for name in texts:
            where |= Q(**{f"{name}__icontains": form})
    return rows.filter(where)


def _records_with(forms: tuple[str, ...]) -> set[Any]:
    """The records of which any version holds the value."""
    held = _holding(Revision, ("payload",), (), forms)
    return set(held.values_list("record_id", flat=True))


def _erase_in(
    model: type[models.Model], jsons: tuple[str, ...], texts: tuple[str, ...],
    forms: tuple[str, ...],
) -> int:  # fmt: skip
    count = 0
    for row in _holding(model, jsons, texts, forms).iterator():
        for name in jsons:
            setattr(row, name, _erased(getattr(row, name), forms))
        for name in texts:
            setattr(row, name, _without(getattr(row, name), forms))
        if isinstance(row, Message):
            row.to = row.to if "@" in row.to else "erased@invalid.example"
        if isinstance(row, Proposal) and "@" not in row.answer_to:
            row.answer_to = ""
        if isinstance(row, (Revision, SourceRecord)):
            kind = row.kind if isinstance(row, SourceRecord) else row.record.kind
            row.payload = _sound(RECORDS[kind], row.payload)
        if isinstance(row, Change) and row.verdict == Verdict.PENDING:
            row.verdict = Verdict.WITHDRAWN
        row.save(update_fields=[*jsons, *texts, *_extra(row)])
        count += 1
    return count


def _extra(row: models.Model) -> list[str]:
    return ["verdict"] if isinstance(row, Change) else []


def _without(text: str, forms: tuple[str, ...]) -> str:
    low = text.lower()
    for form in forms:
        start = low.find(form.lower())
        while start >= 0:
            text = text[:start] + ERASED + text[start + len(form) :]
            low = text.lower()
            start = low.find(form.lower(), start + len(ERASED))
    return text


def _erased(value: Any, forms: tuple[str, ...]) -> Any:
    """A JSON value without the erased one: a whole value goes, part of a text is
    marked."""
    if isinstance(value, str):
        return ERASED if _is(value, forms) else _without(value, forms)
    if isinstance(value, list):
        return [_erased(v, forms) for v in value]
    if isinstance(value, dict):
        return {k: _erased(v, forms) for k, v in value.items() if k == "name"
                or not (isinstance(v, str) and _is(v, forms))}  # fmt: skip
    return value


def _is(value: str, forms: tuple[str, ...]) -> bool:
    return value.strip().lower() in {f.lower() for f in forms}


def _sound(entity: Entity, payload: dict[str, Any]) -> dict[str, Any]:
    """A payload without the list elements that lost what they cannot do without."""
    out = payloads.tidy(entity, payload)
    for each in entity.lists:
        required = [f.name for f in each.entity.fields if f.required]
        elements = [
            e for e in out.get(each.name, [])
            if set(e) > {"id"} and all(name in e for name in required)
        ]  # fmt: skip
        out.pop(each.name, None)
        if elements:
            out[each.name] = elements
    return out
