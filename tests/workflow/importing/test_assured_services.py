"""What a source changes in an assured service becomes a suggestion."""

import uuid
from collections.abc import Callable

import pytest

from accounts.models import AuditEvent
from directory.choices import Kind
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import (
    asked,
    assure,
    decide,
    listing_of,
    open_proposal,
)
from workflow import queries
from workflow.actions import decisions, listings, proposals, public
from workflow.choices import (
    Evidence,
    Hidden,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.importing.harvesting import Summary
from workflow.models import (
    Listing,
    Proposal,
    Source,
)

pytestmark = pytest.mark.django_db

Run = Callable[..., Summary]


def test_change_of_an_assured_service_is_a_suggestion_of_exactly_that(
    run: Run, assured: Listing
) -> None:
    before = queries.current(assured.record)

    summary = run(
        feeds.service(
            name="Knit, natter and crochet",
            phones=[{"id": feeds.PHONE, "number": "01632 960999"}],
        ),
        feeds.repairs(),
    )

    proposal = open_proposal(assured)
    assert summary.counts == {"read": 2, "changed": 1, "unchanged": 1}
    assert asked(proposal) == {
        (Kind.SERVICE, "name"): "Knit, natter and crochet",
        (Kind.SERVICE, f"phones/{feeds.PHONE}"): {
            "id": feeds.PHONE,
            "number": "01632 960999",
        },
    }
    assert proposal.source == Source.objects.get()
    assert proposal.proposer_partner == assured.author_partner
    assert proposal.evidence == Evidence.SOURCE
    assert set(proposal.changes.values_list("base", flat=True)) == {1}
    assert queries.current(listing_of().record) == before
    assert listing_of().stage == Stage.PUBLISHED


def test_change_of_a_shared_record_is_suggested_once(
    run: Run, assured: Listing
) -> None:
    renamed = feeds.organization(name="Pinfold Makers and Menders")
    links = [
        {"id": key, "location": feeds.hall(name="Old Pinfold Hall")}
        for key in (
            "9b7d4a10-51d5-4c63-9ad1-6ad9f8a11c03",
            "808426d8-b802-4846-96d9-9f5fec6f4ab9",
        )
    ]
    services = (
        feeds.service(organization=renamed, service_at_locations=links[:1]),
        feeds.repairs(organization=renamed, service_at_locations=links[1:]),
    )

    first, second = run(*services), run(*services)

    (proposal,) = Proposal.objects.filter(kind=ProposalKind.EDIT)
    assert proposal.listing == assured
    assert asked(proposal) == {
        (Kind.ORGANIZATION, "name"): "Pinfold Makers and Menders",
        (Kind.LOCATION, "name"): "Old Pinfold Hall",
    }
    assert first.counts["changed"] == 2
    assert second.counts == {"read": 2, "unchanged": 2}


def test_what_is_right_here_already_is_not_suggested(
    run: Run, place: world.Place, assured: Listing
) -> None:
    proposal = proposals.propose_edit(
        by=place.contributor,
        listing_id=assured.pk,
        edits={feeds.KNITTING: {"alert": "Closed in June."}},
        bases={feeds.KNITTING: 1},
        evidence=Evidence.VISITED,
    )
    decide(place, proposal, alert=Verdict.ACCEPTED)

    summary = run(feeds.service(alert="Closed in June."), feeds.repairs())

    assert summary.counts == {"read": 2, "changed": 1, "unchanged": 1}
    assert not assured.proposals.filter(state=ProposalState.OPEN).exists()


def test_correction_by_an_assurer_is_not_argued_with(
    run: Run, place: world.Place, assured: Listing
) -> None:
    proposal = proposals.propose_edit(
        by=place.contributor,
        listing_id=assured.pk,
        edits={feeds.KNITTING: {"name": "Knitting circle"}},
        bases={feeds.KNITTING: 1},
        evidence=Evidence.VISITED,
    )
    decide(place, proposal, name=Verdict.ACCEPTED)

    same = run(feeds.service(), feeds.repairs())
    other = run(feeds.service(alert="Closed in June."), feeds.repairs())

    assert same.counts == {"read": 2, "unchanged": 2}
    assert other.counts["changed"] == 1
    assert asked(open_proposal(assured)) == {(Kind.SERVICE, "alert"): "Closed in June."}


def test_rejected_value_is_not_suggested_again_until_the_source_changes_it(
    run: Run, place: world.Place, assured: Listing
) -> None:
    run(feeds.service(name="Wool club"), feeds.repairs())
    decide(place, open_proposal(assured), name=Verdict.REJECTED)

    same = run(feeds.service(name="Wool club"), feeds.repairs())
    run(feeds.service(name="Wool club", alert="Moved."), feeds.repairs())
    other_field = asked(open_proposal(assured))
    run(feeds.service(name="Yarn club", alert="Moved."), feeds.repairs())

    assert same.counts == {"read": 2, "unchanged": 2}
    assert other_field == {(Kind.SERVICE, "alert"): "Moved."}
    assert asked(open_proposal(assured)) == {
        (Kind.SERVICE, "name"): "Yarn club",
        (Kind.SERVICE, "alert"): "Moved.",
    }


def test_newer_suggestion_takes_the_place_of_one_that_waits(
    run: Run, assured: Listing
) -> None:
    run(feeds.service(name="Wool club", alert="Moved."), feeds.repairs())
    first = open_proposal(assured)

    run(feeds.service(name="Yarn club", alert="Moved."), feeds.repairs())

    first.refresh_from_db()
    assert first.state == ProposalState.WITHDRAWN
    assert set(first.changes.values_list("verdict", flat=True)) == {Verdict.WITHDRAWN}
    assert asked(open_proposal(assured)) == {
        (Kind.SERVICE, "name"): "Yarn club",
        (Kind.SERVICE, "alert"): "Moved.",
    }
    assert AuditEvent.objects.filter(verb="proposal_withdrawn").count() == 1


def test_suggestion_that_the_source_takes_back_is_withdrawn(
    run: Run, assured: Listing
) -> None:
    run(feeds.service(name="Wool club"), feeds.repairs())
    run(feeds.service(), feeds.repairs())

    (proposal,) = assured.proposals.filter(kind=ProposalKind.EDIT)
    assert proposal.state == ProposalState.WITHDRAWN


def test_what_was_decided_of_a_superseded_suggestion_stays_decided(
    run: Run, place: world.Place, assured: Listing
) -> None:
    run(feeds.service(name="Wool club", alert="Moved."), feeds.repairs())
    first = open_proposal(assured)
    decide(place, first, name=Verdict.ACCEPTED)

    run(feeds.service(name="Wool club", alert="Moved again."), feeds.repairs())

    first.refresh_from_db()
    assert first.state == ProposalState.DECIDED
    assert dict(first.changes.values_list("path", "verdict")) == {
        "name": Verdict.ACCEPTED,
        "alert": Verdict.WITHDRAWN,
    }
    assert asked(open_proposal(assured)) == {(Kind.SERVICE, "alert"): "Moved again."}


def test_suggestion_that_somebody_has_in_hand_is_left_for_the_next_run(
    run: Run, place: world.Place, assured: Listing
) -> None:
    run(feeds.service(name="Wool club"), feeds.repairs())
    first = open_proposal(assured)
    proposals.start_deciding(by=place.assurer, proposal_id=first.pk)
    newer = (feeds.service(name="Yarn club"), feeds.repairs())

    held = run(*newer)
    decide(place, first, name=Verdict.ACCEPTED)
    later = run(*newer)

    assert held.counts == {"read": 2, "waiting": 1, "unchanged": 1}
    assert later.counts["changed"] == 1
    change = open_proposal(assured).changes.get()
    assert (change.was, change.value) == ("Wool club", "Yarn club")


def test_value_that_cannot_be_read_any_more_is_not_one_taken_away(
    run: Run, assured: Listing
) -> None:
    summary = run(
        feeds.service(
            url="ask us", status="on hold", phones=[{"id": feeds.PHONE, "number": "?"}]
        ),
        feeds.repairs(),
    )

    assert summary.counts == {"read": 2, "unchanged": 2}
    assert [p.field for p in summary.problems] == ["phones.number", "url", "status"]


def test_value_taken_away_is_suggested(run: Run, assured: Listing) -> None:
    service = feeds.service(phones=[])
    del service["url"]

    run(service, feeds.repairs())

    assert asked(open_proposal(assured)) == {
        (Kind.SERVICE, "url"): None,
        (Kind.SERVICE, f"phones/{feeds.PHONE}"): None,
    }


def test_move_to_a_new_place_brings_the_place_and_can_be_accepted(
    run: Run, place: world.Place, assured: Listing
) -> None:
    new_hall = "5aa5a1b6-6ef9-4b8f-9d47-7a0b1c2d3e4f"
    links = [
        {"id": str(uuid.uuid4()), "location": feeds.hall(id=new_hall, name="Barn")}
    ]
    run(feeds.service(service_at_locations=links), feeds.repairs())
    proposal = open_proposal(assured)

    lines = {
        (kind, path.split("/")[0], value is None)
        for (kind, path), value in asked(proposal).items()
    }
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )

    assert lines == {
        (Kind.SERVICE, "service_at_locations", True),
        (Kind.SERVICE, "service_at_locations", False),
        (Kind.LOCATION, "location_type", False),
        (Kind.LOCATION, "name", False),
        (Kind.LOCATION, "addresses", False),
    }
    whole = queries.whole(listing_of())
    assert [each["name"] for each in whole.locations.values()] == ["Barn"]
    run(feeds.service(service_at_locations=links, alert="!"), feeds.repairs())
    assert asked(open_proposal(assured)) == {(Kind.SERVICE, "alert"): "!"}


def test_news_of_an_accepted_organization_waits_for_a_listing_that_can_suggest_it(
    run: Run, place: world.Place
) -> None:
    run(feeds.service(), feeds.repairs())
    assure(place, listing_of())
    listings.hide_listing(
        by=place.assurer,
        listing_id=listing_of().pk,
        because=Hidden.WITHDRAWN,
        reason="They asked.",
    )
    renamed = feeds.organization(name="Pinfold Makers and Menders")
    services = feeds.service(organization=renamed), feeds.repairs(organization=renamed)

    before = run(*services)
    open_before = Proposal.objects.filter(kind=ProposalKind.EDIT).count()
    assure(place, listing_of(feeds.REPAIRS))
    after = run(*services)

    assert before.counts == {"read": 2, "removed": 1, "changed": 1}
    assert open_before == 0
    assert after.counts == {"read": 2, "removed": 1, "changed": 1}
    assert asked(open_proposal(listing_of(feeds.REPAIRS))) == {
        (Kind.ORGANIZATION, "name"): "Pinfold Makers and Menders"
    }


def test_declined_service_is_left_alone(run: Run, place: world.Place) -> None:
    run(feeds.service())
    listing = listing_of()
    listings.decline_listing(
        by=place.assurer,
        listing_id=listing.pk,
        because=Hidden.OUT_OF_SCOPE,
        reason="Not ours.",
    )
    count = Proposal.objects.count()

    summary = run(feeds.service(name="Wool club"))

    assert summary.counts == {"read": 1, "removed": 1}
    assert listing_of().stage == Stage.UNPUBLISHED
    assert listing_of().title == "Knit and natter"
    assert Proposal.objects.count() == count


def test_withdrawn_service_that_comes_back_hears_what_changed_meanwhile(
    run: Run, place: world.Place, assured: Listing
) -> None:
    listings.hide_listing(
        by=place.assurer,
        listing_id=assured.pk,
        because=Hidden.WITHDRAWN,
        reason="They asked.",
    )
    changed = (feeds.service(name="Wool club"), feeds.repairs())
    hidden = run(*changed)
    listings.restore_listing(
        by=place.assurer, listing_id=assured.pk, reason="They are back."
    )

    back = run(*changed)

    assert hidden.counts == {"read": 2, "removed": 1, "unchanged": 1}
    assert back.counts["changed"] == 1
    assert asked(open_proposal(assured)) == {(Kind.SERVICE, "name"): "Wool club"}


def test_lapsed_service_still_hears_its_source(run: Run, assured: Listing) -> None:
    public.take_from_public(assured, Hidden.LAPSED, by="Vouch", reason="lapsed")

    run(feeds.service(name="Wool club"), feeds.repairs())

    assert asked(open_proposal(assured)) == {(Kind.SERVICE, "name"): "Wool club"}


def test_new_organization_of_two_services_can_be_decided_in_any_order(
    run: Run, place: world.Place, assured: Listing
) -> None:
    new = feeds.organization(
        id="e1c9f0a4-3b2d-4c5e-9f60-718293a4b5c6", name="Pinfold Trust"
    )
    run(feeds.service(organization=new), feeds.repairs(organization=new))
    renamed = {**new, "name": "The Pinfold Trust", "email": "info@pinfold.example.org"}
    run(feeds.service(organization=renamed), feeds.repairs(organization=renamed))
    first, second = (
        open_proposal(assured),
        open_proposal(listing_of(feeds.REPAIRS)),
    )
    lines = {
        (Kind.SERVICE, "organization_id"): new["id"],
        (Kind.ORGANIZATION, "name"): "The Pinfold Trust",
        (Kind.ORGANIZATION, "description"): "A group of people who make things.",
        (Kind.ORGANIZATION, "website"): "https://pinfoldmakers.example.org/",
        (Kind.ORGANIZATION, "email"): "info@pinfold.example.org",
    }
    assert asked(first) == lines
    assert asked(second) == lines

    for proposal in (first, second):
        decisions.decide(
            by=place.assurer,
            proposal_id=proposal.pk,
            choices=world.accept_all(proposal),
        )

    for key in (feeds.KNITTING, feeds.REPAIRS):
        organization = queries.whole(listing_of(key)).organization
        assert organization["name"] == "The Pinfold Trust"
