"""New services of a source become submissions; its ids are kept or mapped."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import AuditEvent
from directory.choices import Kind
from directory.models import ExternalReference
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import (
    asked,
    assure,
    listing_of,
    open_proposal,
)
from workflow import queries
from workflow.choices import (
    Evidence,
    ProposalKind,
    Stage,
    Verdict,
)
from workflow.importing.harvesting import Summary, harvest
from workflow.importing.noting import What
from workflow.models import (
    Change,
    Harvest,
    Listing,
    Record,
    Source,
    SourceRecord,
)

pytestmark = pytest.mark.django_db

Run = Callable[..., Summary]


# --- new ------------------------------------------------------------------------------


def test_new_service_is_sent_in_with_the_source_as_its_author(
    run: Run, place: world.Place
) -> None:
    summary = run(feeds.service())

    source = Source.objects.get()
    listing = listing_of()
    proposal = open_proposal(listing, ProposalKind.NEW)
    assert summary.counts == {"read": 1, "new": 1}
    assert listing.stage == Stage.SUBMITTED
    assert (listing.source, listing.author) == (source, None)
    assert listing.author_partner == place.council
    assert listing.remit == place.remit
    assert (proposal.source, proposal.proposer) == (source, None)
    assert proposal.proposer_label == "feed.json"
    assert proposal.evidence == Evidence.SOURCE
    assert set(asked(proposal)) == {
        (Kind.SERVICE, "organization_id"),
        (Kind.SERVICE, "name"),
        (Kind.SERVICE, "description"),
        (Kind.SERVICE, "url"),
        (Kind.SERVICE, "status"),
        (Kind.SERVICE, f"phones/{feeds.PHONE}"),
        (
            Kind.SERVICE,
            "service_at_locations/9b7d4a10-51d5-4c63-9ad1-6ad9f8a11c03",
        ),
        (Kind.ORGANIZATION, "name"),
        (Kind.ORGANIZATION, "description"),
        (Kind.ORGANIZATION, "website"),
        (Kind.LOCATION, "location_type"),
        (Kind.LOCATION, "name"),
        (Kind.LOCATION, "addresses/10cd3037-35a1-5412-b904-7207a96fce82"),
    }


def test_gaps_do_not_stop_a_submission(run: Run) -> None:
    run({"id": feeds.KNITTING, "name": "Knit and natter"})

    listing = listing_of()
    assert listing.stage == Stage.SUBMITTED
    assert asked(open_proposal(listing, ProposalKind.NEW)) == {
        (Kind.SERVICE, "name"): "Knit and natter",
        (Kind.SERVICE, "status"): "active",
    }


def test_service_of_a_source_can_be_assured_and_published(
    run: Run, place: world.Place
) -> None:
    run(feeds.service())

    listing = assure(place, listing_of())

    assert listing.stage == Stage.PUBLISHED
    assert queries.current(listing.record)["phones"] == [
        {"id": feeds.PHONE, "number": "01632 960123"}
    ]


def test_access_term_of_a_source_is_published_again_on_its_place(
    run: Run, place: world.Place, client: Client, settings: Any
) -> None:
    settings.DEFAULT_PLACE = place.partnership.slug
    loop = world.term("Hearing loop", "Access", term_uri="https://terms.example.org/7")
    said = {"taxonomy_term": {"term_uri": "https://terms.example.org/7"}}
    feature = {"description": "By the stage", "attributes": [said]}
    hall = feeds.hall(accessibility=[feature])
    run(feeds.service(service_at_locations=[{"location": hall}]))
    assure(place, listing_of())

    consume_outbox()

    told = client.get(f"/oruk/v3/services/{feeds.KNITTING}").json()
    (where,) = told["service_at_locations"]
    assert [
        (each["taxonomy_term"]["term_uri"], each["link_type"], each["link_entity"])
        for each in where["location"]["attributes"]
    ] == [(loop.term_uri, "accessibility", "location")]
    assert where["location"]["accessibility"][0]["accessibility"] == "By the stage"


def test_new_organization_belongs_to_each_draft_until_one_is_accepted(
    run: Run, place: world.Place
) -> None:
    run(feeds.service(), feeds.repairs())
    second = listing_of(feeds.REPAIRS)
    assert Record.objects.filter(kind=Kind.ORGANIZATION).count() == 1
    assert second.draft is not None
    assert second.draft["organization"]["name"] == "Pinfold Makers"
    assert list(second.draft["locations"]) == [feeds.HALL]

    assure(place, listing_of())

    closed = Change.objects.filter(proposal__listing=second, verdict=Verdict.SAME)
    assert {c.record.kind for c in closed} == {Kind.ORGANIZATION, Kind.LOCATION}
    assert assure(place, second).stage == Stage.PUBLISHED


def test_run_is_kept_with_who_asked_for_it(run: Run, place: world.Place) -> None:
    by_command = run(feeds.service())
    by_lead = run(feeds.service(), by=place.lead)

    assert by_command.harvest.complete
    assert by_command.harvest.finished_at is not None
    assert by_command.harvest.counts["new"] == 1
    rows = AuditEvent.objects.filter(verb="harvest_begun").order_by("id")
    assert [(r.actor_label, r.actor_id, r.body_label) for r in rows] == [
        ("harvest command", None, "Testham Council"),
        ("Lena Lead", place.lead.pk, "Testham Council"),
    ]
    assert [r.after for r in rows] == [
        {"harvest": str(s.harvest.pk)} for s in (by_command, by_lead)
    ]


def test_person_without_the_permission_is_refused_before_anything(
    run: Run, place: world.Place
) -> None:
    other = world.make_place("Elsewhere")

    for person in (place.assurer, place.contributor, other.lead):
        with pytest.raises(PermissionDenied):
            run(feeds.service(), by=person)

    assert (Source.objects.count(), Harvest.objects.count()) == (0, 0)


def test_claim_of_the_source_moves_no_date_of_ours(run: Run) -> None:
    run(feeds.service(assured_date="2026-01-05"))
    first = SourceRecord.objects.get(kind=Kind.SERVICE)

    summary = run(feeds.service(assured_date="2026-02-05"))
    second = SourceRecord.objects.get(kind=Kind.SERVICE)

    assert first.assured_on_claim == dt.date(2026, 1, 5)
    assert second.assured_on_claim == dt.date(2026, 2, 5)
    assert summary.counts == {"read": 1, "unchanged": 1}
    assert (listing_of().assured_on, listing_of().due_on) == (None, None)


# --- ids ------------------------------------------------------------------------------


def test_ids_of_the_source_are_kept_and_referred_to(run: Run) -> None:
    run(feeds.service())

    references = ExternalReference.objects.values_list("kind", "value", "record_id")
    assert set(references) == {
        (Kind.SERVICE, feeds.KNITTING, uuid.UUID(feeds.KNITTING)),
        (Kind.ORGANIZATION, feeds.MAKERS, uuid.UUID(feeds.MAKERS)),
        (Kind.LOCATION, feeds.HALL, uuid.UUID(feeds.HALL)),
    }
    system = ExternalReference.objects.values_list("system", flat=True).distinct()
    assert list(system) == [f"source:{Source.objects.get().pk}"]


def test_id_that_is_taken_is_told_and_another_is_made(
    run: Run, place: world.Place
) -> None:
    theirs = world.draft(place)
    taken = str(theirs.record_id)

    first = run(feeds.service(id=taken))
    second = run(feeds.service(id=taken))

    made = uuid.uuid5(Source.objects.get().pk, f"service|{taken}")
    reference = ExternalReference.objects.get(kind=Kind.SERVICE)
    assert (reference.value, reference.record_id) == (taken, made)
    assert Listing.objects.get(record_id=made).title == "Knit and natter"
    assert world.fresh(theirs).title == "Tuesday coffee morning"
    assert [(p.what, p.field) for p in first.problems] == [(What.CONFLICT, "id")]
    assert second.problems == first.problems
    assert second.counts == {"read": 1, "unchanged": 1}


def test_one_id_for_two_kinds_of_record_becomes_two(run: Run) -> None:
    run(feeds.service(organization=feeds.organization(id=feeds.KNITTING)))
    again = run(feeds.service(organization=feeds.organization(id=feeds.KNITTING)))

    kinds = dict(Record.objects.values_list("kind", "pk"))
    assert kinds[Kind.SERVICE] == uuid.UUID(feeds.KNITTING)
    assert kinds[Kind.ORGANIZATION] == listing_of().organization_id
    assert kinds[Kind.ORGANIZATION] != kinds[Kind.SERVICE]
    assert again.counts == {"read": 1, "unchanged": 1}


def test_two_sources_with_the_same_ids_do_not_touch_each_other(
    run: Run, place: world.Place, tmp_path: Path
) -> None:
    run(feeds.service())
    path = feeds.write(tmp_path / "other.json", feeds.page(feeds.service(name="Ours")))

    harvest(source=str(path), partner=place.health)

    assert set(Listing.objects.values_list("title", flat=True)) == {
        "Knit and natter",
        "Ours",
    }
    assert Record.objects.count() == 6


def test_source_that_moved_is_known_by_its_name(
    run: Run, place: world.Place, tmp_path: Path
) -> None:
    run(feeds.service(), name="Pinfold list")
    path = feeds.write(tmp_path / "moved.json", feeds.page(feeds.service()))

    summary = harvest(source=str(path), partner=place.council, name="Pinfold list")

    source = Source.objects.get()
    assert (source.name, source.address) == ("Pinfold list", str(path))
    assert summary.counts == {"read": 1, "unchanged": 1}


@pytest.mark.parametrize("turned", [False, True])
def test_two_contents_for_one_organization_are_told_and_the_fullest_is_taken(
    run: Run, turned: bool
) -> None:
    services = [
        feeds.service(organization=feeds.organization(description="Short.")),
        feeds.repairs(organization=feeds.organization(description="Much fuller.")),
    ]
    if turned:
        services.reverse()

    summary = run(*services)

    for key in (feeds.KNITTING, feeds.REPAIRS):
        draft = listing_of(key).draft
        assert draft is not None
        assert draft["organization"]["description"] == "Much fuller."
    assert [(p.what, p.kind, p.field) for p in summary.problems] == [
        (What.CONFLICT, Kind.ORGANIZATION, "description")
    ]


def test_service_given_twice_is_one(run: Run) -> None:
    summary = run(feeds.service(), feeds.service(), feeds.service(alert="New!"))

    assert summary.counts == {"read": 1, "new": 1}
    assert [(p.what, p.field) for p in summary.problems] == [(What.CONFLICT, "alert")]
    assert (
        open_proposal(listing_of(), ProposalKind.NEW).changes.get(path="alert").value
        == "New!"
    )
