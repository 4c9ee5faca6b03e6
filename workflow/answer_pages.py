"""What an answer page shows: the records of an ask as the public sees them, what is
likeliest to be out of date first."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from common import clock
from directory import gate
from directory.choices import Kind
from directory.payload import Payload
from directory.words import show
from workflow import (
    answer_words,
    asking_words,
    naming,
    queries,
    seeing,
    told_wrong,
)
from workflow.actions.answering import gone, in_care, may_add
from workflow.actions.answering_more import last_told
from workflow.actions.telling import UNDO
from workflow.answer_words import Told
from workflow.choices import Answer, Stopped
from workflow.models import Ask, AskedListing, Listing, Record
from workflow.seeing import Side

NOBODY = AnonymousUser()
PRICES = ("fees", "cost_options")
"""Two ways to say what it costs: where one is there, the other is not missed."""
NONE_KNOWN = {
    "holiday_schedules": "None that we know of",
    "phones": "We publish none.",
}
"""What is said of a field without a value, where “we do not know” would ask for one or
would not be true."""


@dataclass(frozen=True)
class Shown:
    """One record of an answer page. ``first`` are rows of a summary list with what is
    likeliest to be wrong, ``rest`` those with everything else we say. ``reported`` is
    what somebody told us is wrong, in sentences."""

    asked: AskedListing
    number: int
    dates: str
    first: list[dict[str, Any]]
    rest: list[dict[str, Any]]
    told: Told | None = None
    reported: Sequence[str] = ()

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when the answer can be taken back; None where it cannot."""
        if not self.asked.answer:
            return None
        until = last_told(self.asked) + UNDO
        return until if clock.now() < until else None

    @property
    def may_add(self) -> bool:
        """Whether something else that is different may be told."""
        return may_add(self.asked)

    @property
    def said(self) -> str:
        """What was answered, in words; ``""`` while nothing was."""
        return Answer(self.asked.answer).label if self.asked.answer else ""


def context_of(ask: Ask) -> dict[str, Any]:
    """The context of the page."""
    rows = list(
        ask.asked.select_related(
            "listing__record__revision",
            "listing__partnership__policy",
            "listing__remit__partner",
            "proposal",
        )
        .prefetch_related("proposal__changes__record")
        .order_by("due_on", "listing__title", "pk")
    )
    lost = {row.pk: gone(ask, row.listing) for row in rows}
    every_row, rows = rows, [row for row in rows if not lost[row.pk]]
    told = answer_words.of_rows(rows)
    services = of_services([row.listing for row in rows])
    wrong = told_wrong.of(row.listing for row in rows)
    every = [
        Shown(
            row, one.number, one.dates, one.first, one.rest, told.get(row.pk),
            [said.text for said in wrong.get(row.listing_id, ())],
        )
        for row, one in zip(rows, services, strict=True)
    ]  # fmt: skip
    return {
        "ask": ask,
        "organization": organization_of(every_row),
        "gone": [sentence for sentence in lost.values() if sentence],
        "open": [one for one in every if not one.asked.answer],
        "answered": [one for one in every if one.asked.answer],
        **whom_to_ring(ask),
    }


def can_have_new_link(ask: Ask | None) -> bool:
    """Whether a new link may be asked for: it goes to the mailbox that had the old."""
    return bool(
        ask
        and ask.contact
        and ask.contact.can_be_mailed
        and ask.revoked_at is None
        and in_care(ask).filter(answer="").exists()
    )


def has_asked_to_stop(ask: Ask | None) -> bool:
    """Whether whoever was asked told us to write no more."""
    return bool(
        ask
        and ask.contact
        and ask.contact.stopped_because in (Stopped.NOT_US, Stopped.ASKED_NOT)
    )


def sides_of(listing: Listing) -> list[Side]:
    """A service, who runs it and its places, as the public sees them."""
    return seeing.accepted_sides(NOBODY, listing)


def side_of(listing: Listing, record_id: str = "", number: int = 0) -> Side | None:
    """One of them, the service unless said; as it was in a version where one is given.
    None for what the service does not show, or not to the public."""
    wanted = record_id or str(listing.record_id)
    found = seeing.accepted_sides(NOBODY, listing, {wanted: number} if number else None)
    return next((side for side in found if side.record_id == wanted), None)


def organization_of(rows: list[AskedListing]) -> str:
    """The name of whose records they are."""
    keys = [row.listing.organization_id for row in rows[:1]]
    label = (
        Record.objects.filter(pk__in=[key for key in keys if key])
        .values_list("label", flat=True)
        .first()
    )
    return label or "your organisation"


def whom_to_ring(ask: Ask | None) -> dict[str, Any]:
    """The body that asked, and its mailbox, where anything is known: the place itself
    where it keeps none of the records any more."""
    if ask is None:
        return {"asker": None}
    listings = [row.listing for row in in_care(ask).select_related(
        "listing__partnership", "listing__remit__partner"
    )]  # fmt: skip
    if listings:
        return {"asker": asking_words.asker_of(listings)}
    place = ask.partnership
    return {"asker": asking_words.Asker(place.name, place.role_mailbox, place.name)}


@dataclass(frozen=True)
class OfService:
    """A service with what is likeliest to be wrong, and everything else."""

    listing: Listing
    number: int
    dates: str
    first: list[dict[str, Any]]
    rest: list[dict[str, Any]]


def of_services(listings: list[Listing]) -> list[OfService]:
    """Services as the public sees them, what is likeliest to be wrong first. As many
    queries for several services of an organization as for one."""
    found = list(_public(listings))
    sides = [
        Side(Kind.SERVICE, payload["id"], payload, number, seeing.PUBLIC)
        for payload, number, *_ in found
    ]
    payloads = [side.payload for side in sides]
    names = seeing.without_secrets(naming.names(payloads), payloads, seeing.PUBLIC)
    return [
        _of_service(one, side, names, without, oldest)
        for one, side, (*_, without, oldest) in zip(listings, sides, found, strict=True)
    ]


def _public(
    listings: list[Listing],
) -> Iterator[tuple[Payload, int, dict[str, str], str]]:
    """The public part of each service, with the number of its version, what is said of
    what is not published, and what has stood unchanged for longest."""
    bodies: dict[Any, asking_words.Known] = {}
    oldest = asking_words.oldest_fields(listings)
    for one in listings:
        key = one.organization_id
        if key not in bodies:
            bodies[key] = asking_words.known_of([one])
        known = bodies[key]
        context = known.gate_of(one)
        revision = one.record.revision
        payload = queries.current(one.record)
        public = gate.public_payload(Kind.SERVICE, payload, context)
        yield (
            public,
            revision.number if revision else 0,
            asking_words.without_words(payload, public, known.body_of(one), context),
            oldest.get(one.record_id, ""),
        )


def _of_service(
    listing: Listing, side: Side, names: Any, without: dict[str, str], oldest: str
) -> OfService:
    likeliest = asking_words.names_of_likeliest()
    if side.payload.get(oldest) and oldest not in likeliest:
        likeliest = [*likeliest, oldest]
    first = [
        _row(side, name, names, without.get(name))
        for name in likeliest
        if side.payload.get(name) or name not in PRICES or not _has_price(side)
    ]
    there = {row["label"] for row in first}
    rest = [
        row
        for section in side.sections
        for row in seeing.rows(side, section, names, {})
        if row["label"] not in there and (row["value"] or row["lines"])
    ]
    return OfService(listing, side.number, asking_words.dates(listing), first, rest)


def _has_price(side: Side) -> bool:
    """Whether it says anywhere what it costs."""
    return any(side.payload.get(name) for name in PRICES)


def _row(side: Side, name: str, names: Any, without: str | None) -> dict[str, Any]:
    item = side.entity.get(name)
    said = show(item, side.payload.get(name), names)
    return {
        "label": item.label,
        "value": said if isinstance(said, str) else "",
        "lines": said if isinstance(said, list) else [],
        "empty": without or NONE_KNOWN.get(name, "We do not know"),
    }
