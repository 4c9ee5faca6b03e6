"""What a source says becomes drafts and proposals. The source is their author.

One transaction for each service with its organization and places, so that a bad one
stops nobody and a killed run is simply repeated.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.actions import need_taking_part
from accounts.models import Partner, User
from accounts.permissions import Permission
from common import clock
from directory.choices import Kind
from directory.models import ExternalReference
from workflow import access, erased
from workflow.actions import harvest_changes, harvest_drafts
from workflow.actions.proposals import open_proposal
from workflow.actions.revising import lock_listing, lock_records
from workflow.bundles import Bundle, Case, Key, Part
from workflow.choices import (
    DECLINED,
    Evidence,
    Gravity,
    Hidden,
    ProposalKind,
    ProposalState,
    Stage,
)
from workflow.models import (
    Harvest,
    HarvestProblem,
    Listing,
    Proposal,
    Record,
    Source,
    SourceRecord,
)

COMMAND = "harvest command"
VANISHED = "no longer in the source"

_REMOVED = {*DECLINED, Hidden.WITHDRAWN, Hidden.CLOSED, Hidden.PERSONAL_DATA}


class Outcome(StrEnum):
    """What became of one service of a source in one run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    """Declined or taken away by people here: the source does not bring it back."""
    WAITING = "waiting"
    """Somebody is working on it: the next run asks again."""


def system_of(source: Source) -> str:
    """The name under which external references keep a source's ids."""
    return f"source:{source.pk}"


# --- a run ----------------------------------------------------------------------------


@transaction.atomic
def begin_harvest(
    *, by: User | None, partner: Partner, address: str, name: str, standard: str
) -> Harvest:
    """Begin a run over a source of a partner; a new source is made.

    ``name`` may be empty; a source that has moved is known by it. Without a person it
    is the administrator's command. Raises PermissionDenied, InvalidState.
    """
    check_may_harvest(by, partner)
    source = find_source(partner, address, name) or Source(partner=partner)
    source.address = address
    source.name = name or source.name or _default_name(address)
    source.standard = standard
    source.save()
    harvest = Harvest.objects.create(source=source)
    audit.record(
        "harvest_begun", source, actor=by or COMMAND, body=str(partner),
        partnership_id=partner.partnership_id, after={"harvest": str(harvest.pk)},
    )  # fmt: skip
    return harvest


@transaction.atomic
def check_may_harvest(by: User | None, partner: Partner) -> None:
    """Raise PermissionDenied for a person who may not bring in what a partner has,
    InvalidState for a partner that has ended; nobody ends it before the caller's
    transaction does."""
    place = partner.partnership
    if by is not None and not access.can_in_place(by, Permission.HARVEST, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")
    need_taking_part(partner)


def find_source(partner: Partner, address: str, name: str) -> Source | None:
    """The source of a partner at this address, else the one with this name."""
    sources = Source.objects.filter(partner=partner).order_by("created_at")
    there = sources.filter(address=address).first()
    return there or (sources.filter(name=name).first() if name else None)


def _default_name(address: str) -> str:
    if "://" in address:
        return address.partition("://")[2][:250]
    return address.rstrip("/").rpartition("/")[2][:250]


@transaction.atomic
def finish_harvest(
    *,
    harvest: Harvest,
    complete: bool,
    counts: dict[str, Any],
    problems: Iterable[HarvestProblem],
) -> None:
    """Keep how a run ended and what could not be used."""
    harvest.finished_at = clock.now()
    harvest.complete = complete
    harvest.counts = counts
    harvest.save(update_fields=["finished_at", "complete", "counts"])
    HarvestProblem.objects.bulk_create(problems, batch_size=500)


@transaction.atomic
def note_sightings(*, source: Source, claims: Mapping[Any, dt.date | None]) -> None:
    """Remember that records were in the source now, and when it says it checked them.

    ``claims`` by the key of the source record. Places and organizations that had
    vanished are back with this; services come back by :func:`take_in`.
    """
    rows = SourceRecord.objects.filter(source=source, pk__in=list(claims))
    services = rows.filter(kind=Kind.SERVICE).only("pk", "assured_on_claim")
    for row in services.select_for_update():
        if row.assured_on_claim != claims[row.pk]:
            row.assured_on_claim = claims[row.pk]
            row.save(update_fields=["assured_on_claim"])
    rows.exclude(kind=Kind.SERVICE).update(vanished_at=None)
    rows.update(seen_at=clock.now())


# --- one service ----------------------------------------------------------------------


@transaction.atomic
def take_in(*, source: Source, bundle: Bundle) -> Outcome:
    """Bring in one service of a source: a new draft, a change, or nothing.

    The caller has begun a run (:func:`begin_harvest`) and holds the source's lock.
    """
    wanted = [part.id for part in bundle.parts]
    there = Record.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    records = lock_records(there)
    accepted = frozenset(i for i, r in records.items() if r.revision_id)
    case = Case(source, bundle, _copies(source, bundle), accepted)
    if bundle.service.id not in records:
        harvest_drafts.begin_listing(case)
        _keep(case, _not_for_others(case))
        return Outcome.NEW
    listing = lock_listing(Listing.objects.get(record_id=bundle.service.id).pk)
    _welcome_back(listing, case)
    if _is_removed(listing):
        return Outcome.REMOVED
    if listing.was_assured:
        if not harvest_changes.propose(listing, case):
            return Outcome.WAITING
        changed, parts = False, list(bundle.parts)
    else:
        drafted = harvest_drafts.redraft(listing, case)
        if drafted is None:
            return Outcome.WAITING
        changed, parts = drafted, _not_for_others(case)
    is_news = _keep(case, parts)
    return Outcome.CHANGED if changed or is_news else Outcome.UNCHANGED


def _copies(source: Source, bundle: Bundle) -> dict[Key, SourceRecord]:
    """What the source said last about the parts."""
    rows = SourceRecord.objects.select_for_update().filter(
        source=source, external_id__in=[part.external_id for part in bundle.parts]
    )
    found = {(row.kind, row.external_id): row for row in rows}
    return {part.key: found[part.key] for part in bundle.parts if part.key in found}


def _is_removed(listing: Listing) -> bool:
    """Whether people here took it away: a source does not bring it back."""
    if listing.record.replaced_by_id:
        return True
    if listing.stage != Stage.UNPUBLISHED:
        return False
    return not listing.was_assured or bool(_REMOVED & set(listing.hidden_because))


def _not_for_others(case: Case) -> list[Part]:
    """The parts whose new copy is kept with a listing that nobody has assured.

    What an accepted organization or place says newly is for a listing that can propose
    it, so its copy stays as it is until then.
    """
    return [
        part
        for part in case.bundle.parts
        if part.kind == Kind.SERVICE
        or part.key not in case.copies
        or case.unaccepted(part)
    ]


def _keep(case: Case, parts: Sequence[Part]) -> bool:
    """Keep what the source says now; whether any of it is news.

    Raises InvalidInput for what was erased since the source was read: the next run
    takes the record in without it.
    """
    for part in parts:
        erased.refuse(part.payload)
    is_news = False
    for part in parts:
        mark = case.bundle.fingerprint(part)
        copy = case.copies.get(part.key)
        if copy is None:
            copy = SourceRecord(
                source=case.source, kind=part.kind, external_id=part.external_id
            )
            if part.kind == Kind.SERVICE:
                copy.assured_on_claim = case.bundle.assured_on_claim
            ExternalReference.objects.get_or_create(
                system=system_of(case.source), kind=part.kind, value=part.external_id,
                defaults={"record_id": part.id},
            )  # fmt: skip
        if copy.fingerprint != mark:
            copy.record_id = uuid.UUID(part.id)
            copy.payload = part.payload
            copy.fingerprint = mark
            copy.save()
            is_news = True
    return is_news


# --- gone and back --------------------------------------------------------------------


@transaction.atomic
def flag_vanished(*, source: Source, row_id: uuid.UUID) -> bool:
    """Mark a record that a complete run did not find, and report its service, once.

    Nothing is hidden by this: somebody has to look. False if it was marked before.
    """
    record_id = SourceRecord.objects.values_list("record_id", flat=True).get(pk=row_id)
    listing = Listing.objects.filter(record_id=record_id).first()
    if listing:
        listing = lock_listing(listing.pk)
    row = SourceRecord.objects.select_for_update().get(pk=row_id, source=source)
    if row.vanished_at:
        return False
    row.vanished_at = clock.now()
    row.save(update_fields=["vanished_at"])
    still_there = SourceRecord.objects.filter(
        source=source, record_id=record_id, vanished_at=None
    ).exists()
    if listing and not still_there and not _is_removed(listing):
        _report_vanished(listing, source)
    return True


def _report_vanished(listing: Listing, source: Source) -> None:
    if listing.stage != Stage.DRAFT:
        open_proposal(
            listing, ProposalKind.REPORT, source, Evidence.SOURCE, VANISHED,
            source.partner, Gravity.ERROR,
        )  # fmt: skip


def _welcome_back(listing: Listing, case: Case) -> None:
    """Take the mark and the open report from a service that is in the source again."""
    row = case.copies.get(case.bundle.service.key)
    if row is None or row.vanished_at is None:
        return
    row.vanished_at = None
    row.save(update_fields=["vanished_at"])
    reports = Proposal.objects.select_for_update().filter(
        listing=listing, source=case.source, kind=ProposalKind.REPORT,
        state=ProposalState.OPEN, evidence_words=VANISHED,
    )  # fmt: skip
    for report in reports:
        harvest_changes.close(report, case.source)
