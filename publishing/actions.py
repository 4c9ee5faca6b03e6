"""Bringing the read side up to date: what the outbox says, one service at a time.

Nothing is lost or doubled when a worker is killed: an event is marked done in the
transaction that writes what it asked for. No older version overwrites a newer one: a
service is locked before anything of it is read, so whoever comes second reads later.
"""

import datetime as dt
import logging
import time
import traceback
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import AuditEvent
from common import clock
from common.models import as_uuid
from common.outcome import Outcome
from directory import terms
from directory.models import Attribute, TaxonomyTerm
from directory.payload import Payload
from publishing import border, editions, render, shelving, tallies
from publishing.choices import GoneReason
from publishing.models import Endpoint, Gone, PublishedService
from workflow import listing_counts, queries
from workflow.choices import Level, WhenLapsed, WhenOverdue
from workflow.models import Listing, OutboxEvent

logger = logging.getLogger(__name__)

FIRST_RETRY = dt.timedelta(seconds=5)
LAST_RETRY = dt.timedelta(hours=1)
TIME_FOR_ONE_RUN = 60.0
"""Seconds; well below the time limit of a task, so that none is killed at work."""

IN_A_BATCH = 1000
"""Events written at once, for what many services show."""


# --- the outbox -----------------------------------------------------------------------


def consume_outbox() -> Outcome:
    """See to what is waiting in the outbox until nothing is due.

    Any number of these may run at once. An event that fails is kept with its fault and
    tried again later, ever more seldom; the others go on.
    """
    outcome = Outcome()
    until = time.monotonic() + TIME_FOR_ONE_RUN
    while time.monotonic() < until:
        went_well = _consume_one()
        if went_well is None:
            break
        outcome.done += went_well
        outcome.failed += not went_well
    tallies.fold()
    listing_counts.fold()
    editions.fold()
    return outcome


@transaction.atomic
def _consume_one() -> bool | None:
    """Claim one event and see to it; whether that went well, None if none is due."""
    due = Q(retry_at=None) | Q(retry_at__lte=clock.now())
    event = (
        OutboxEvent.objects.select_for_update(skip_locked=True)
        .filter(due, done_at=None)
        .order_by("id")
        .first()
    )
    if event is None:
        return None
    try:
        with transaction.atomic():
            _see_to(event)
    except Exception as fault:  # one bad row never stops the rest
        _put_off(event, fault)
        return False
    return True


def _see_to(event: OutboxEvent) -> None:
    """Bring what this event is about up to date, and mark it done.

    An event about a shared record, or about what a place shares with its neighbours,
    becomes one event for each service: each then has its own transaction, lock and
    fate.
    """
    border.clear(event.record_id)
    services = services_showing(event.record_id)
    OutboxEvent.objects.bulk_create(
        (
            OutboxEvent(record_id=service_id)
            for service_id in sorted(services - {event.record_id})
        ),
        batch_size=IN_A_BATCH,
    )
    if event.record_id in services:
        publish_service(event.record_id)
    _mark_done([event.pk])


def _mark_done(event_ids: list[int]) -> None:
    OutboxEvent.objects.filter(pk__in=event_ids).update(done_at=clock.now(), error="")


def _waiting_for(service_id: uuid.UUID) -> list[int]:
    """Claim all waiting events about one service: one look at it answers them all.

    Asked once the service is locked, so what they announce can be read from now on.
    """
    waiting = OutboxEvent.objects.select_for_update(skip_locked=True).filter(
        record_id=service_id, done_at=None
    )
    return list(waiting.values_list("pk", flat=True))


def _put_off(event: OutboxEvent, fault: Exception) -> None:
    wait = min(FIRST_RETRY * 2 ** min(event.failures, 20), LAST_RETRY)
    event.failures += 1
    event.retry_at = clock.now() + wait
    event.error = _where(fault)
    event.save(update_fields=["failures", "retry_at", "error"])
    logger.exception("publishing_failed", extra={"outbox_id": event.pk})


def _where(fault: Exception) -> str:
    """The kind of a fault and its place in the code; its words may hold data."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {frame.name}, line {frame.lineno}"


def services_showing(record_id: uuid.UUID) -> set[uuid.UUID]:
    """The ids of the services that show this record or term, or showed it so far.

    For a place, those that its end-point shows or once showed; for a term, also those
    that say one which it stands for.
    """
    showing = queries.listings_showing(record_id)
    kept = Listing.objects.filter(partnership=record_id, published_at__isnull=False)
    shown = PublishedService.objects.filter(
        Q(service_id=record_id)
        | Q(organization_id=record_id)
        | Q(location_ids__contains=[record_id])
        | Q(term_ids__contains=[record_id])
    )
    return {
        *_saying(record_id),
        *showing.values_list("record_id", flat=True),
        *kept.values_list("record_id", flat=True),
        *shown.values_list("service_id", flat=True),
    }


def _saying(term_id: uuid.UUID) -> set[uuid.UUID]:
    """The services of which something says a term, by what is accepted."""
    said = Attribute.objects.filter(taxonomy_term__in=terms.standing_for(term_id))
    keys = {key for row in said.values_list(*_OWNERS) for key in row if key}
    if not keys:
        return set()
    showing = Listing.objects.filter(
        Q(record_id__in=keys)
        | Q(organization_id__in=keys)
        | Q(location_ids__overlap=list(keys))
    )
    return set(showing.values_list("record_id", flat=True))


_OWNERS = ("service_id", "organization_id", "location_id")


# --- one service ----------------------------------------------------------------------


@transaction.atomic
def publish_service(service_id: uuid.UUID) -> None:
    """Make the read side say exactly what is public of a service now."""
    shelving.lock(service_id)
    waiting = _waiting_for(service_id)
    listing = (
        Listing.objects.select_related(
            "record__revision", "partnership__policy", "assurance"
        )
        .filter(record_id=service_id)
        .first()
    )
    if listing is None:
        shelving.remove(PublishedService.objects.filter(service_id=service_id))
        Gone.objects.filter(service_id=service_id).delete()
    else:
        _publish(listing)
    _mark_done(waiting)


def _publish(listing: Listing) -> None:
    """Write it at its home's end-point, and at those of neighbours that show it."""
    endpoint = border.endpoint_of(listing.partnership)
    reason = why_hidden(listing)
    if reason is None:
        try:
            border.copy(listing, *_write(endpoint, listing))
        except _NotPublic as stopped:
            reason = stopped.reason
    if reason is not None:
        _take_away(endpoint, listing, reason)
        border.take_away(listing, reason, _hidden_at)


class _NotPublic(Exception):
    """The record itself, not its stage, keeps it from the public."""

    def __init__(self, reason: GoneReason) -> None:
        super().__init__(reason)
        self.reason = reason


def why_hidden(listing: Listing) -> GoneReason | None:
    """Why the public may not see a listing; None if it may."""
    if queries.may_be_public(listing):
        return None
    if not listing.hidden_because:
        return GoneReason.NOT_OPEN
    for reason in GoneReason:
        if reason in listing.hidden_because:
            return reason
    return GoneReason.WITHDRAWN


def _write(
    endpoint: Endpoint, listing: Listing
) -> tuple[PublishedService, render.Documents]:
    """Store the public version. Raises _NotPublic where nothing may be shown."""
    try:
        documents = render.documents(_public(listing))
    except render.Incomplete:
        raise _NotPublic(GoneReason.INCOMPLETE) from None
    being_checked = queries.being_checked(listing)
    level = queries.level_of(listing)
    values = dates(listing, being_checked=being_checked, level=level)
    values |= {"kept_by": None, "here_since": None}
    row = shelving.shelve(endpoint, documents, **values)
    Gone.objects.filter(endpoint=endpoint, service_id=listing.record_id).delete()
    return row, documents


def _public(listing: Listing) -> render.Public:
    """What may be public of a listing. Raises _NotPublic if the gate stops it."""
    accepted = queries.whole(listing)
    parts = queries.public_parts(accepted)
    if parts.organization == {} and accepted.organization:
        raise _NotPublic(GoneReason.NOT_OPEN)
    if parts.stops:
        raise _NotPublic(GoneReason.PERSONAL_DATA)
    terms = _terms(parts.service, parts.organization, *parts.locations.values())
    return public(listing, parts, terms)


def public(
    listing: Listing, parts: queries.PublicParts, terms: Mapping[str, TaxonomyTerm]
) -> render.Public:
    """What has gone through the gate, with who vouched for it when."""
    assurance = listing.assurance
    mailbox = (assurance.body_mailbox, assurance.body_label) if assurance else ("", "")
    return render.Public(
        parts.service,
        parts.organization,
        parts.locations,
        terms,
        listing.assured_on,
        render.role_mailbox(*mailbox),
    )


def _terms(*payloads: Payload) -> dict[str, TaxonomyTerm]:
    """By the id of each term that is said, the one that stands for it now."""
    wanted = {
        attribute["taxonomy_term_id"]
        for payload in payloads
        for attribute in payload.get("attributes", [])
    }
    now = terms.resolve(key for key in map(as_uuid, wanted) if key)
    rows = TaxonomyTerm.objects.select_related("taxonomy").in_bulk(set(now.values()))
    return {str(key): rows[to] for key, to in now.items() if to in rows}


def dates(listing: Listing, *, being_checked: bool, level: str) -> dict[str, Any]:
    """What pages say about freshness, and from when the policy ranks it last.

    ``level`` is the assurance level of its organization at its home.
    """
    policy = listing.partnership.policy
    assurance = listing.assurance
    due = listing.due_on
    overdue = due + dt.timedelta(days=policy.overdue_days) if due else None
    lapsed = due + dt.timedelta(days=policy.lapsed_days) if due else None
    lower = policy.when_overdue == WhenOverdue.RANK_LOWER
    acts = lapsed + dt.timedelta(days=policy.grace_days) if lapsed else None
    body = assurance.body_label if assurance else ""
    mailbox = assurance.body_mailbox if assurance else ""
    return {
        "listing_id": listing.pk,
        "entry": listing.entry,
        "assured_on": listing.assured_on,
        "due_on": due,
        "overdue_on": overdue,
        "lapsed_on": lapsed,
        "ranks_lower_on": overdue if lower else None,
        "ranks_last_on": acts if policy.when_lapsed == WhenLapsed.RANK_LAST else None,
        "confirmed_on": listing.confirmed_on,
        "seen_on": listing.seen_on,
        "being_checked": being_checked,
        "body_label": body,
        "body_mailbox": render.role_mailbox(mailbox, body),
        "checked_how": assurance.method if assurance else "",
        "kept_by_provider": level != Level.PROXY,
    }


@transaction.atomic
def take_away(service_id: uuid.UUID, reason: GoneReason) -> None:
    """Unpublish a service everywhere, whatever it says; the next good rendering brings
    it back."""
    shelving.lock(service_id)
    listing = (
        Listing.objects.select_related("partnership", "record")
        .filter(record_id=service_id)
        .first()
    )
    if listing:
        _take_away(border.endpoint_of(listing.partnership), listing, reason)
        border.take_away(listing, reason, _hidden_at)
    shelving.remove(PublishedService.objects.filter(service_id=service_id))


def _take_away(endpoint: Endpoint, listing: Listing, reason: GoneReason) -> None:
    """Unpublish; leave word for those who come back, if it ever was public."""
    there = {"endpoint": endpoint, "service_id": listing.record_id}
    was_there = shelving.remove(PublishedService.objects.filter(**there))
    if listing.published_at is None:
        Gone.objects.filter(service_id=listing.record_id).delete()
        return
    gone = Gone.objects.filter(**there).first()
    gone = gone or Gone(**there, since=_hidden_at(listing))
    if was_there:
        gone.removed_at = clock.now()
    gone.reason = reason
    gone.instead = listing.record.replaced_by_id
    gone.save()


def _hidden_at(listing: Listing) -> dt.datetime:
    """When it was hidden, by the audit trail: also true after a rebuild."""
    event = (
        AuditEvent.objects.filter(
            object_id=listing.pk, verb="listing_hidden", at__gte=listing.published_at
        )
        .order_by("at")
        .first()
    )
    return event.at if event else clock.now()


# --- everything -----------------------------------------------------------------------


def rebuild() -> Outcome:
    """Bring every service up to date that is or was public, while serving.

    For after a change of the rules or of the code, or when the read side was lost. One
    that fails is counted and leaves what is public of it as it was.
    """
    outcome = Outcome()
    once_public = Listing.objects.filter(published_at__isnull=False)
    ids = {
        *once_public.values_list("record_id", flat=True),
        *PublishedService.objects.values_list("service_id", flat=True),
        *Gone.objects.values_list("service_id", flat=True),
    }
    for service_id in sorted(ids):
        try:
            publish_service(service_id)
        except Exception:  # one bad row never stops the rest
            outcome.failed += 1
            logger.exception("rebuild_failed", extra={"object_id": str(service_id)})
        else:
            outcome.done += 1
    shelving.forget_the_empty()
    return outcome
