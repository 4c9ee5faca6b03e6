"""The end of a block: its directory tables, what is public of it, what was sent.

The twin of what ``publishing`` does once it has consumed the outbox, and of the mails
having gone out in their time.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping

from common import clock
from config.seeding.books import Books
from config.seeding.copying import Numbers, new
from directory import payload as payloads
from directory.models import TaxonomyTerm
from directory.payload import Payload
from publishing import render, shelving
from publishing.actions import dates, public, why_hidden
from publishing.models import Endpoint, Gone
from workflow import queries
from workflow.choices import URGENT, Level, ProposalKind, ProposalState
from workflow.models import Listing, OutboxEvent


def close(
    books: Books, endpoint: Endpoint, terms: Mapping[str, TaxonomyTerm],
    numbers: Numbers, now: dt.datetime,
) -> None:  # fmt: skip
    """Write all that follows from how a block stands ``now``."""
    with clock.at(now):
        for record in books.records.values():
            if record.revision:
                payload = queries.current(record)
                for row in payloads.rows(record.kind, payload, numbers.next_of):
                    books.batch.put(row)
        _publish(books, endpoint, terms)
        _empty_outbox(books)
    for mail in books.mails:
        if mail.send_after <= now:
            mail.sent_at = mail.send_after


def _publish(
    books: Books, endpoint: Endpoint, terms: Mapping[str, TaxonomyTerm]
) -> None:
    """``publishing.actions.publish_service`` of every service of the block."""
    bodies = set()
    for listing in books.listings.values():
        reason = why_hidden(listing)
        if reason is None:
            documents = render.documents(_public(books, listing, terms))
            values = dates(
                listing,
                being_checked=_being_checked(books, listing),
                level=books.levels.get(listing.organization_id, Level.PROXY),
            )
            for row in shelving.first_rows(endpoint, documents, **values):
                books.batch.put(row)
            body = shelving.first_body(endpoint, documents)
            if body and body.organization_id not in bodies:
                bodies.add(body.organization_id)
                books.batch.put(body)
        elif listing.published_at is not None:
            books.batch.put(
                Gone(
                    endpoint=endpoint, service_id=listing.record_id, reason=reason,
                    since=_hidden_at(books, listing),
                )
            )  # fmt: skip


def _public(
    books: Books, listing: Listing, terms: Mapping[str, TaxonomyTerm]
) -> render.Public:
    whole = books.whole(listing)
    parts = queries.public_parts(whole, books.gate_context(whole))
    sides = (parts.service, parts.organization, *parts.locations.values())
    wanted = set(_term_ids(sides))
    return public(listing, parts, {key: terms[key] for key in wanted})


def _term_ids(sides: tuple[Payload, ...]) -> Iterator[str]:
    for side in sides:
        for attribute in side.get("attributes", []):
            yield attribute["taxonomy_term_id"]


def _being_checked(books: Books, listing: Listing) -> bool:
    return any(
        proposal.state == ProposalState.OPEN
        and (proposal.kind == ProposalKind.CLOSURE or proposal.gravity in URGENT)
        for proposal in books.proposals[listing.pk]
    )


def _hidden_at(books: Books, listing: Listing) -> dt.datetime:
    """When it was hidden after it was last published."""
    return min(
        (at for at in books.hidden_at[listing.pk] if at >= listing.published_at),
        default=clock.now(),
    )


def _empty_outbox(books: Books) -> None:
    """All of it is done; an event about a shared record became one for each service."""
    for row in books.batch.rows[OutboxEvent][-len(books.announced) :]:
        row.done_at = clock.now()
    showing = _services_showing(books)
    for record_id in books.announced:
        for service_id in sorted(showing[str(record_id)] - {record_id}):
            books.batch.put(new(OutboxEvent, record_id=service_id, done_at=clock.now()))


def _services_showing(books: Books) -> dict[str, set[uuid.UUID]]:
    """``publishing.actions.services_showing``, by record."""
    showing: dict[str, set[uuid.UUID]] = {key: set() for key in books.records}
    for listing in books.listings.values():
        for key in (listing.record_id, listing.organization_id, *listing.location_ids):
            showing.setdefault(str(key), set()).add(listing.record_id)
    return showing
