"""Blanking a value everywhere it was kept (PRODUCT.md section 6).

Revisions and audit rows are append-only; erasure is the one exception, opened for this
transaction alone. What is left is that something was erased, by whom, when and why, and
a mark by which it is known again (``workflow/erased.py``).

It goes from the whole installation, whichever place it stands in: whose it is did not
ask one place alone, and organizations and places are shared. Where it stands is counted
first, and each place that held it has its own entry in the audit trail.
"""

import calendar
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast

from accounts import audit
from accounts.models import AuditEvent, Invitation, Message, Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import blanking
from directory.blanking import Wanted
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.declare import Field
from directory.models import ExternalReference, Taxonomy, TaxonomyTerm
from workflow import access, erased, queries
from workflow.actions import erasing_beside as beside
from workflow.actions.revising import announce, project
from workflow.choices import Verdict
from workflow.models import (
    Ask,
    AskedListing,
    Assurance,
    AssuranceLevel,
    BatchItem,
    Call,
    Change,
    Confirmation,
    ContactPoint,
    Contract,
    Cover,
    Decision,
    ErasedValue,
    Harvest,
    HarvestProblem,
    HarvestRequest,
    HidingStop,
    HomeOffer,
    Listing,
    OrganizationReview,
    Proposal,
    PublicReport,
    Record,
    Release,
    Revision,
    SharingAgreement,
    Source,
    SourceRecord,
    TeamNote,
)

NOBODY = "erased@invalid.example"

KEPT_IN: tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...] = (
    (Revision, ("payload",), ()),
    (Listing, ("draft",), ("title", "hidden_words", "returned_because", "area")),
    (Change, ("was", "value", "accepted_value"), ("reason_words", "informant")),
    (
        Proposal,
        ("division",),
        ("title", "evidence_words", "answer_to", "proposer_label"),
    ),
    (PublicReport, (), ("answer_to",)),
    (Decision, (), ("answer", "override_reason", "body_label")),
    (Assurance, (), ("note", "body_label", "body_mailbox")),
    (Confirmation, (), ("words",)),
    (TeamNote, (), ("words",)),
    (OrganizationReview, (), ("note", "body_label")),
    (Contract, (), ("reference", "manager_mailbox", "ended_because")),
    (Release, (), ("value", "reason", "replacement")),
    (AssuranceLevel, (), ("reason",)),
    (HidingStop, (), ("reason",)),
    (SharingAgreement, (), ("words", "reason")),
    (HomeOffer, (), ("reason", "answer")),
    (Cover, (), ("reason",)),
    (ErasedValue, (), ("reason",)),
    (Record, (), ("label",)),
    (ExternalReference, (), ("value",)),
    (Taxonomy, (), ("name", "description", "attribution")),
    (TaxonomyTerm, ("other_words",), ("name", "description")),
    (SourceRecord, ("payload",), ("external_id",)),
    (Source, (), ("name", "address")),
    (Harvest, ("counts",), ()),
    (HarvestRequest, (), ("name", "address")),
    (HarvestProblem, (), ("external_id", "label", "value", "sentence")),
    (Invitation, (), ("email", "target_label")),
    (Message, (), ("to", "reply_to", "subject", "text", "html")),
    (ContactPoint, (), ("email", "phone", "role", "postal")),
    (Ask, (), ("to_label",)),
    (AskedListing, (), ("answered_by",)),
    (BatchItem, (), ("sentence",)),
    (Call, (), ("number", "body_label")),
    (AuditEvent, ("before", "after"), ("reason", "object_label", "body_label")),
)
"""Every table in which a value may have been kept: its JSON and its text columns.

The tables of ``directory`` are written anew from the revisions, those of ``publishing``
through the outbox.
"""


MANY = 25
"""A value in more records than these is erased only by who has seen how many it is."""

Forget = Callable[[Wanted, Collection[Any]], None]
_ALSO: list[Forget] = []


def forget_with(forget: Forget) -> None:
    """Let an app further down take the value out of what it keeps, in the transaction
    that erases it. It is given the value and the ids of the records that held it."""
    _ALSO.append(forget)


@dataclass(frozen=True)
class Standing:
    """Where a value stands. ``rows`` counts entries by what they are, ``records`` are
    the names of records that the person may read, ``others`` how many more there are,
    ``accounts`` how many people's accounts bear it: these go by ``erase_account``."""

    rows: dict[str, int]
    records: list[str]
    others: int
    accounts: int

    @property
    def total(self) -> int:
        """In how many entries it stands."""
        return sum(self.rows.values())

    @property
    def of_records(self) -> int:
        """In how many records it stands."""
        return len(self.records) + self.others


@transaction.atomic
def find_value(*, by: User, place: Partnership, value: str) -> Standing:
    """Where a value stands, before anything is erased; changes nothing.

    That somebody looked is written down. Raises PermissionDenied, InvalidInput for
    what is nobody's own.
    """
    stands = _standing(by, _checked(by, place, value))
    audit.record(
        "value_looked_for", place, actor=by, partnership_id=place.pk,
        after={"rows": stands.total},
    )  # fmt: skip
    return stands


def _standing(by: User, what: Wanted) -> Standing:
    counts: Counter[str] = Counter()
    ids: set[Any] = set()
    for kept in KEPT_IN:
        for row in _blanked_in(*kept, what):
            counts[str(row._meta.verbose_name)] += 1
            ids |= _records_of(row)
    counts.update(str(row._meta.verbose_name) for row in beside.sign_ins(what))
    read = access.read_records(by).filter(pk__in=ids)
    names = sorted(set(read.values_list("label", flat=True)))
    accounts = [
        user
        for user in User.objects.filter(
            Q(name__iregex=what.sql) | Q(email__iregex=what.sql)
        )
        if what.is_in(user.name) or what.is_in(user.email)
    ]
    return Standing(dict(counts), names, len(ids) - len(names), len(accounts))


def _records_of(row: models.Model) -> set[Any]:
    """The ids of the records that a row is about."""
    if isinstance(row, Record):
        return {row.pk}
    if isinstance(row, (Revision, Change, SourceRecord, ExternalReference)):
        return {row.record_id}
    if isinstance(row, Listing):
        return {row.record_id}
    if isinstance(row, TeamNote):
        return {row.listing.record_id if row.listing else row.record_id}
    return set()


def _checked(by: User, place: Partnership, value: str) -> Wanted:
    """The value as it is looked for; authorised, and refused where it is nobody's."""
    if not access.can_in_place(by, Permission.ERASE, place):
        raise PermissionDenied("Only the data protection officer of the place may.")
    value = value.strip()
    if len(value) < 5 or not any(c.isalnum() for c in value):
        raise InvalidInput({"value": "Give at least five characters, to be safe."})
    if re.fullmatch(r"[\d\s()+-]+", value) and sum(c.isdigit() for c in value) < 6:
        raise InvalidInput({"value": "Give the whole number, not a part of it."})
    if value.casefold() in _OUR_WORDS:
        raise InvalidInput(
            {"value": "This is a common word of this directory, about nobody."}
        )
    return blanking.wanted(value)


def _our_words() -> frozenset[str]:
    """Days, months and every word and code of our own lists: to blank one of them
    would spoil records and save nobody."""
    words = {*calendar.day_name, *calendar.month_name}
    entities = list(RECORDS.values())
    while entities:
        entity = entities.pop()
        entities += [each.entity for each in entity.lists]
        for item in entity.items:
            words |= {item.name, item.label}
            if isinstance(item, Field):
                words |= {str(word) for choice in item.choices for word in choice}
    return frozenset(word.casefold() for word in words if word)


_OUR_WORDS = _our_words()


@transaction.atomic
def erase_value(
    *, by: User, place: Partnership, value: str, reason: str, seen: int | None = None
) -> int:
    """Blank a value everywhere; how many rows held it.

    Takes numbers in whatever grouping they were written. ``seen`` is in how many
    entries it stood when the person looked (:func:`find_value`). Raises
    PermissionDenied, InvalidInput for a value that would blank other things,
    InvalidState where it stands elsewhere by now.
    """
    what = _checked(by, place, value)
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; it is all that will be left."})
    if what.is_in(reason):
        raise InvalidInput({"reason": "Do not repeat the value: the reason is kept."})
    keep_others_out()
    _refuse_unseen(_standing(by, what), seen)
    rows = blank(what)
    _remember(by, place, value, reason.strip())
    audit.record(
        "value_erased", place, actor=by, partnership_id=place.pk,
        after={"rows": len(rows)}, reason=reason.strip(),
    )  # fmt: skip
    for other in _other_places(rows, place):
        audit.record(
            "value_erased", other, actor=by, body=str(place), partnership_id=other.pk,
            reason=reason.strip(),
        )  # fmt: skip
    return len(rows)


def _refuse_unseen(stands: Standing, seen: int | None) -> None:
    if seen is not None and seen != stands.total:
        raise InvalidState(
            f"It stands in {stands.total} entries by now, not in {seen}. Look again."
        )
    if seen is None and stands.of_records > MANY:
        raise InvalidInput(
            {"value": f"It stands in {stands.of_records} records. Look at them first."}
        )


def blank(what: Wanted) -> list[models.Model]:
    """Blank a value in every table; the rows that held it. Others are kept out, and the
    caller has authorised it."""
    rows: list[models.Model] = []
    for model, jsons, texts in KEPT_IN:
        for row in _blanked_in(model, jsons, texts, what):
            row.save(update_fields=[*jsons, *texts, *_settle(row, what)])
            rows.append(row)
    for row in list(beside.sign_ins(what)):
        row.delete()
        rows.append(row)
    let_others_in()
    touched = {record_id for row in rows if (record_id := _public_record(row))}
    for record in Record.objects.filter(pk__in=touched).select_related("revision"):
        if record.revision:
            project(record, queries.current(record))
    announce(*touched)
    for forget in _ALSO:
        forget(what, touched)
    return rows


def _remember(by: User, place: Partnership, value: str, reason: str) -> None:
    known = erased.mark_of(value)
    ErasedValue.objects.get_or_create(
        digest=known.digest,
        let_in_at=None,
        defaults={
            "partnership": place, "kind": known.kind, "size": known.size,
            "erased_by_label": str(by), "reason": reason,
        },
    )  # fmt: skip


def _other_places(
    rows: Iterable[models.Model], place: Partnership
) -> QuerySet[Partnership]:
    """The places whose records held it, beside this one."""
    ids = {key for row in rows for key in _records_of(row)}
    homes = Record.objects.filter(pk__in=ids).values("home")
    return Partnership.objects.filter(pk__in=homes).exclude(pk=place.pk).order_by("pk")


@transaction.atomic
def let_in_again(*, by: User, place: Partnership, value: str, reason: str) -> None:
    """Allow an erased value once more: whose it is agrees, or it has a new owner.

    Brings nothing back. Raises PermissionDenied, InvalidInput, InvalidState where this
    place has not erased it.
    """
    _checked(by, place, value)
    if not reason.strip():
        raise InvalidInput({"reason": "Say who agreed, without the value itself."})
    if blanking.wanted(value).is_in(reason):
        raise InvalidInput({"reason": "Do not repeat the value: the reason is kept."})
    found = ErasedValue.objects.select_for_update().filter(
        partnership=place, digest=erased.mark_of(value).digest, let_in_at=None
    )
    row = found.first()
    if row is None:
        raise InvalidState(
            f"{place} has not erased this, so nothing stands against it."
        )
    row.let_in_at = clock.now()
    row.save(update_fields=["let_in_at"])
    audit.record(
        "value_let_in_again", row, actor=by, partnership_id=place.pk,
        reason=reason.strip(),
    )  # fmt: skip


def keep_others_out() -> None:
    """Wait for every action that is under way and let none begin: each locks a record
    first, and one that read the value before could write it again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Record._meta.db_table} IN EXCLUSIVE MODE")
    _set_erasing("on")


def let_others_in() -> None:
    """End the exception: what is append-only is so again."""
    _set_erasing("off")


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
    if model is HarvestRequest:
        where |= Q(body__isnull=False)
    return rows.filter(where)


def _blanked_in(
    model: type[models.Model], jsons: tuple[str, ...], texts: tuple[str, ...],
    what: Wanted,
) -> Iterator[models.Model]:  # fmt: skip
    """The rows of a table that hold the value, without it; nothing is saved."""
    for row in list(_holding(model, jsons, texts, what)):
        before = [getattr(row, name) for name in (*jsons, *texts)]
        for name in jsons:
            setattr(row, name, _erased_json(row, name, what))
        for name in texts:
            length = model._meta.get_field(name).max_length  # type: ignore[union-attr]
            setattr(row, name, what.without(getattr(row, name))[:length])
        if before != [getattr(row, name) for name in (*jsons, *texts)] or (
            isinstance(row, HarvestRequest) and beside.file_holds(row, what)
        ):
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


def _settle(row: models.Model, what: Wanted) -> tuple[str, ...]:
    """Make a row that lost a value do no harm; the columns that changed with it."""
    if isinstance(row, Change) and row.verdict == Verdict.PENDING:
        row.verdict = Verdict.WITHDRAWN
        return ("verdict",)
    if isinstance(row, (Proposal, PublicReport)) and blanking.ERASED in row.answer_to:
        row.answer_to = ""
    if isinstance(row, Assurance) and blanking.ERASED in row.body_mailbox:
        row.body_mailbox = ""
    if isinstance(row, ContactPoint):
        row.email = "" if blanking.ERASED in row.email else row.email
        row.phone = "" if blanking.ERASED in row.phone else row.phone
    if isinstance(row, Release):
        return _settle_release(row)
    if isinstance(row, Taxonomy) and blanking.ERASED in row.name:
        # No two lists of a place have one name.
        row.name = f"{row.name[:240]} {row.pk.hex[:8]}"
    if isinstance(row, Source) and blanking.ERASED in row.address:
        row.address = f"erased:{row.pk}"
    if isinstance(row, HarvestRequest):
        return _settle_request(row, what)
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


def _settle_request(row: HarvestRequest, what: Wanted) -> tuple[str, ...]:
    """A request ends whose file holds the value, or that can find its source no more;
    one that lost a part of its name is read under the rest."""
    if blanking.ERASED in row.address or beside.file_holds(row, what):
        return beside.stop(row)
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
    """The id of the record or term of which the public face may have changed with a
    row."""
    if isinstance(row, Revision):
        return row.record_id
    if isinstance(row, (Assurance, Release)):
        return row.listing.record_id
    if isinstance(row, TaxonomyTerm):
        return row.pk
    return None
