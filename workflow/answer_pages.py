"""What an answer page shows: the records of an ask as the public sees them, what is
likeliest to be out of date first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from common import clock
from directory.words import show
from workflow import asking_words, seeing
from workflow.actions.telling import UNDO
from workflow.choices import Answer
from workflow.models import Ask, AskedListing, Listing, Record

NOBODY = AnonymousUser()


@dataclass(frozen=True)
class Shown:
    """One record of an answer page. ``first`` are rows of a summary list with what is
    likeliest to be wrong, ``rest`` those with everything else we say."""

    asked: AskedListing
    number: int
    dates: str
    first: list[dict[str, Any]]
    rest: list[dict[str, Any]]

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when the answer can be taken back; None where it cannot."""
        at = self.asked.answered_at
        until = at + UNDO if at else None
        return until if until and clock.now() < until else None

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
        ).order_by("due_on", "listing__title", "pk")
    )
    every = [shown(row) for row in rows]
    return {
        "ask": ask,
        "place_name": str(ask.partnership),
        "organization": organization_of(rows),
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
        and ask.asked.filter(answer="").exists()
    )


def side_of(listing: Listing, number: int = 0) -> seeing.Side:
    """A service as the public sees it; as it was in a version where one is given."""
    versions = {str(listing.record_id): number} if number else None
    return seeing.accepted_sides(NOBODY, listing, versions)[0]


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
    """The body that asked, and its mailbox, where anything is known."""
    if ask is None:
        return {"asker": None}
    listings = [row.listing for row in ask.asked.select_related(
        "listing__partnership", "listing__remit__partner"
    )]  # fmt: skip
    return {"asker": asking_words.asker_of(listings) if listings else None}


def shown(asked: AskedListing) -> Shown:
    """One record as its page shows it."""
    listing = asked.listing
    sides = seeing.accepted_sides(NOBODY, listing)
    service = sides[0]
    names = seeing.names_for(NOBODY, sides)
    wanted = asking_words.names_of_likeliest()
    first = [_row(service, name, names) for name in wanted]
    rest = [
        row
        for section in service.sections
        for row in seeing.rows(
            service, section, names, {}, ()
        )
        if row["label"] not in {one["label"] for one in first}
        and (row["value"] or row["lines"])
    ]  # fmt: skip
    return Shown(asked, service.number, asking_words.dates(listing), first, rest)


def _row(side: seeing.Side, name: str, names: Any) -> dict[str, Any]:
    item = side.entity.get(name)
    said = show(item, side.payload.get(name), names)
    return {
        "label": item.label,
        "value": said if isinstance(said, str) else "",
        "lines": said if isinstance(said, list) else [],
        "empty": "We do not know",
    }
