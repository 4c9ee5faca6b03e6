"""Two public services in one hall, and how people suggest and decide about them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from common import clock
from tests import world
from workflow import queries
from workflow.actions import decisions, drafts, listings, proposals
from workflow.actions.choosing import Choice
from workflow.choices import Evidence, RejectReason, Stage, Verdict
from workflow.models import Change, Decision, Listing, Proposal, Record, Source

ACCEPT = Choice(Verdict.ACCEPTED)
REJECT = Choice(Verdict.REJECTED, reason=RejectReason.NOT_SO)


@dataclass
class Town:
    """A place with two public services in one hall."""

    place: world.Place
    listing: Listing
    neighbour: Listing
    hall: Record


def make_town(place: world.Place) -> Town:
    listing = world.published(place, fees="Free", alert="Ring first")
    hall = Record.objects.get(pk=listing.location_ids[0])
    neighbour = world.published(place, at=hall, name="Chess club")
    return Town(place, listing, neighbour, hall)


def as_it_is(town: Town) -> Town:
    """The same town, read anew."""
    return Town(
        town.place, world.fresh(town.listing), world.fresh(town.neighbour),
        Record.objects.select_related("revision").get(pk=town.hall.pk),
    )  # fmt: skip


def suggest(
    town: Town, values: Mapping[str, Any], *, by: User | None = None,
    record: Record | None = None,
) -> Proposal:  # fmt: skip
    """Somebody suggests these values about the listing (or a record it shows)."""
    about = record or town.listing.record
    assert about.revision is not None
    return proposals.propose_edit(
        by=by or town.place.contributor, listing_id=town.listing.pk,
        edits={str(about.pk): values}, bases={str(about.pk): about.revision.number},
        evidence=Evidence.VISITED, words="I was there.",
    )  # fmt: skip


def line(proposal: Proposal, path: str) -> Change:
    """The change of a proposal at a path, as it stands now."""
    return proposal.changes.get(path=path)


def decide(town: Town, proposal: Proposal, **more: Any) -> Decision:
    """The place's assurer decides; each change is named by its path."""
    choices = {line(proposal, path).pk: c for path, c in more.pop("choices").items()}
    return decisions.decide(
        by=more.pop("by", town.place.assurer), proposal_id=proposal.pk,
        choices=choices, **more,
    )  # fmt: skip


def now(record: Record) -> dict[str, Any]:
    """What is accepted of a record now."""
    return queries.current(Record.objects.select_related("revision").get(pk=record.pk))


def from_source(place: world.Place, **values: Any) -> Listing:
    """A submission that came from another directory, at a hall if one is given."""
    hall = values.pop("at", None)
    links = [{"location_id": str(hall.pk)}] if hall else []
    source, _ = Source.objects.get_or_create(
        partner=place.council, name="The old directory", address="https://old.example/"
    )
    draft = {
        "service": world.service(
            service_areas=[{"name": "All of it"}], service_at_locations=links, **values
        ),
        "organization": world.organization(),
        "locations": {},
    }
    with transaction.atomic():
        listing = drafts.write_draft(
            place=place.partnership, draft=draft, author=None, partner=None,
            source=source, by=source.name,
        )  # fmt: skip
        listings.write_submission(listing, by=source, evidence="source", words="")
    return world.fresh(listing)


def many(
    place: world.Place, number: int, *, due_on: dt.date | None = None, **columns: Any
) -> list[Listing]:
    """Published listings made cheaply, due on a day (today unless told)."""
    due_on = due_on or clock.today()
    records = Record.objects.bulk_create(
        Record(kind="service", home=place.partnership, label=f"Club {n}")
        for n in range(number)
    )
    return Listing.objects.bulk_create(
        Listing(
            record=record, partnership=place.partnership, stage=Stage.PUBLISHED,
            title=record.label, author=place.contributor, remit=place.remit,
            assured_on=due_on - dt.timedelta(days=90), due_on=due_on, **columns,
        )
        for record in records
    )  # fmt: skip
