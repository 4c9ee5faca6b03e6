"""What a source says again, and what it changes before anybody decided."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEvent
from common import clock
from directory.choices import Kind
from directory.models import ExternalReference
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import asked, assure, listing_of, open_proposal
from workflow.actions import decisions, drafts, listings, proposals
from workflow.actions.decisions import Check
from workflow.choices import (
    Method,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.importing.harvesting import Summary
from workflow.models import (
    Change,
    Listing,
    Proposal,
    Record,
    Revision,
    SourceRecord,
)

pytestmark = pytest.mark.django_db

Run = Callable[..., Summary]


# --- the same again -------------------------------------------------------------------


def _state() -> dict[str, Any]:
    copies = SourceRecord.objects.order_by("kind", "external_id")
    return {
        "listings": list(Listing.objects.order_by("pk").values()),
        "records": list(Record.objects.order_by("pk").values()),
        "revisions": list(Revision.objects.order_by("pk").values()),
        "proposals": list(Proposal.objects.order_by("pk").values()),
        "changes": list(Change.objects.order_by("pk").values()),
        "copies": list(copies.values("pk", "payload", "fingerprint", "vanished_at")),
        "references": list(ExternalReference.objects.order_by("pk").values()),
    }


@pytest.mark.parametrize("assured", [False, True])
def test_same_run_again_changes_nothing(
    run: Run, place: world.Place, assured: bool
) -> None:
    run(feeds.service(), feeds.repairs())
    if assured:
        assure(place, listing_of())
        assure(place, listing_of(feeds.REPAIRS))
    before, rows = _state(), AuditEvent.objects.count()

    summary = run(feeds.repairs(), feeds.service())

    assert summary.counts == {"read": 2, "unchanged": 2}
    assert _state() == before
    assert AuditEvent.objects.count() == rows + 1


def test_other_order_of_a_list_is_no_change(run: Run) -> None:
    phones = [{"number": "01632 960123"}, {"number": "01632 960124"}]
    run(feeds.service(phones=phones))

    summary = run(feeds.service(phones=phones[::-1]))

    assert summary.counts == {"read": 1, "unchanged": 1}


def test_ids_that_a_source_makes_anew_each_time_are_no_change(run: Run) -> None:
    def fresh() -> dict[str, Any]:
        link = str(uuid.uuid4())
        return feeds.service(
            phones=[{"id": str(uuid.uuid4()), "number": "01632 960123"}],
            contacts=[
                {
                    "id": str(uuid.uuid4()),
                    "name": "The team",
                    "phones": [{"id": str(uuid.uuid4()), "number": "01632 960125"}],
                }
            ],
            service_at_locations=[{"id": link, "location": feeds.hall()}],
            schedules=[
                {
                    "id": str(uuid.uuid4()),
                    "freq": "WEEKLY",
                    "byday": "TU",
                    "service_at_location_id": link,
                }
            ],
        )

    run(fresh())

    assert run(fresh()).counts == {"read": 1, "unchanged": 1}


def test_short_record_says_nothing_about_its_lists(run: Run) -> None:
    run(feeds.service())
    short = feeds.service()
    del short["phones"], short["service_at_locations"]

    summary = run(short)

    assert summary.counts == {"read": 1, "unchanged": 1}
    assert SourceRecord.objects.filter(vanished_at=None).count() == 3


# --- changed before anybody decided ---------------------------------------------------


def test_change_before_the_decision_is_a_new_submission(run: Run) -> None:
    run(feeds.service())
    first = open_proposal(listing_of(), ProposalKind.NEW)

    summary = run(feeds.service(name="Knit, natter and crochet"))

    listing = listing_of()
    second = open_proposal(listing, ProposalKind.NEW)
    first.refresh_from_db()
    assert summary.counts == {"read": 1, "changed": 1}
    assert (listing.stage, listing.title) == (
        Stage.SUBMITTED,
        "Knit, natter and crochet",
    )
    assert first.state == ProposalState.WITHDRAWN
    assert set(first.changes.values_list("verdict", flat=True)) == {Verdict.WITHDRAWN}
    assert asked(second)[Kind.SERVICE, "name"] == "Knit, natter and crochet"
    assert second.changes.count() == first.changes.count()


def test_change_of_a_new_organization_reaches_each_draft(run: Run) -> None:
    run(feeds.service(), feeds.repairs())
    renamed = feeds.organization(name="Pinfold Makers and Menders")

    summary = run(
        feeds.service(organization=renamed), feeds.repairs(organization=renamed)
    )

    assert summary.counts == {"read": 2, "changed": 2}
    for key in (feeds.KNITTING, feeds.REPAIRS):
        waiting = asked(open_proposal(listing_of(key), ProposalKind.NEW))
        assert waiting[Kind.ORGANIZATION, "name"] == "Pinfold Makers and Menders"


def test_draft_that_was_sent_back_takes_the_change_and_keeps_other_words(
    run: Run, place: world.Place
) -> None:
    run(feeds.service(), feeds.repairs())
    assure(place, listing_of(feeds.REPAIRS))
    listing = listing_of()
    listings.return_listing(
        by=place.assurer, listing_id=listing.pk, reason="When is it?"
    )
    editor = world.make_editor(listing_of(feeds.REPAIRS))
    draft = dict(listing_of().draft or {})
    draft["service"] = {**draft["service"], "fees": "Free", "alert": "Closed in May."}
    drafts.save_draft(by=editor, listing_id=listing.pk, draft=draft)

    summary = run(feeds.service(alert="Closed in June."), feeds.repairs())

    listing = listing_of()
    assert summary.counts == {"read": 2, "changed": 1, "unchanged": 1}
    assert listing.stage == Stage.DRAFT
    assert listing.draft is not None
    assert listing.draft["service"]["fees"] == "Free"
    assert listing.draft["service"]["alert"] == "Closed in June."
    assert not listing.proposals.filter(state=ProposalState.OPEN).exists()


def test_words_of_an_editor_about_a_new_place_stay(
    run: Run, place: world.Place
) -> None:
    run(feeds.repairs(service_at_locations=[]), feeds.service())
    run_by = listing_of(feeds.REPAIRS)
    proposal = open_proposal(run_by, ProposalKind.NEW)
    listing = listing_of()
    decisions.decide(
        by=place.assurer,
        proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
        fill={feeds.REPAIRS: {"service_areas/" + feeds.HALL: {
            "id": feeds.HALL, "name": "Pinfold"}}},
        informant=decisions.Informant("The chair", Method.CALL, clock.today()),
        check=Check(Method.CALL),
    )  # fmt: skip
    listings.return_listing(by=place.assurer, listing_id=listing.pk, reason="Where?")
    editor = world.make_editor(listing_of(feeds.REPAIRS))
    draft = dict(listing_of().draft or {})
    hall = {
        **draft["locations"][feeds.HALL],
        "transportation": "Bus 12",
        "name": "The Hall",
    }
    draft["locations"] = {feeds.HALL: hall}
    drafts.save_draft(by=editor, listing_id=listing.pk, draft=draft)

    changed = feeds.hall(description="By the green.")
    run(
        feeds.repairs(service_at_locations=[]),
        feeds.service(service_at_locations=[{
            "id": "9b7d4a10-51d5-4c63-9ad1-6ad9f8a11c03", "location": changed}]),
    )  # fmt: skip

    merged = (listing_of().draft or {})["locations"][feeds.HALL]
    assert merged["name"] == "The Hall"
    assert merged["transportation"] == "Bus 12"
    assert merged["description"] == "By the green."


def test_submission_of_a_person_is_left_until_it_is_decided(
    run: Run, place: world.Place
) -> None:
    run(feeds.service(), feeds.repairs())
    assure(place, listing_of(feeds.REPAIRS))
    listing = listing_of()
    listings.return_listing(by=place.assurer, listing_id=listing.pk, reason="When?")
    editor = world.make_editor(listing_of(feeds.REPAIRS))
    listings.submit_listing(by=editor, listing_id=listing.pk)
    changed = feeds.service(alert="Closed in June.")

    waiting = run(changed, feeds.repairs())
    assure(place, listing_of())
    later = run(changed, feeds.repairs())

    assert waiting.counts == {"read": 2, "waiting": 1, "unchanged": 1}
    assert later.counts == {"read": 2, "changed": 1, "unchanged": 1}
    assert asked(open_proposal(listing_of())) == {
        (Kind.SERVICE, "alert"): "Closed in June."
    }


def test_submission_that_somebody_has_in_hand_is_left_for_the_next_run(
    run: Run, place: world.Place
) -> None:
    run(feeds.service())
    first = open_proposal(listing_of(), ProposalKind.NEW)
    proposals.start_deciding(by=place.assurer, proposal_id=first.pk)
    changed = feeds.service(alert="Closed in June.")

    held = run(changed)
    proposals.stop_deciding(by=place.assurer, proposal_id=first.pk)
    later = run(changed)

    assert held.counts == {"read": 1, "waiting": 1}
    assert later.counts == {"read": 1, "changed": 1}
    first.refresh_from_db()
    assert first.state == ProposalState.WITHDRAWN
