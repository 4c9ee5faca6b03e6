"""Places that a source gives without a point, or with another postcode than before."""

from collections.abc import Callable
from typing import Any

import pytest

from directory.choices import Kind
from directory.models import Location, Postcode
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import (
    asked,
    assure,
    decide,
    listing_of,
    open_proposal,
)
from workflow.choices import ProposalKind, ProposalState, Verdict
from workflow.importing.harvesting import Summary
from workflow.models import Proposal

pytestmark = pytest.mark.django_db

Run = Callable[..., Summary]


@pytest.fixture(autouse=True)
def known(db: None) -> None:
    """Where two postcodes are."""
    Postcode.objects.create(code="BA129ZZ", latitude=51.2, longitude=-2.1)
    Postcode.objects.create(code="BA138ZZ", latitude=51.25, longitude=-2.18)


def knitting(postcode: str = "BA12 9ZZ", **hall: Any) -> dict[str, Any]:
    """The service in its hall, which the source has at this postcode."""
    made = feeds.hall(**hall)
    made["addresses"][0]["postal_code"] = postcode
    return feeds.service(
        service_at_locations=[
            {"id": "5f7b1c53-1f6b-5b4b-8c1b-0c5a0d6f3a11", "location": made}
        ]
    )


def point() -> tuple[Any, Any]:
    [(latitude, longitude)] = Location.objects.values_list("latitude", "longitude")
    return latitude, longitude


def test_place_without_a_point_gets_that_of_its_postcode(
    run: Run, place: world.Place
) -> None:
    run(knitting())
    sent = asked(open_proposal(listing_of(), ProposalKind.NEW))

    assure(place, listing_of())

    assert (Kind.LOCATION, "latitude") not in sent, "the source did not say it"
    assert point() == (51.2, -2.1)


def test_source_that_still_says_none_takes_it_away_from_nobody(
    run: Run, place: world.Place
) -> None:
    run(knitting())
    assure(place, listing_of())

    summary = run(knitting())

    assert summary.counts == {"read": 1, "unchanged": 1}
    assert not Proposal.objects.filter(state=ProposalState.OPEN).exists()
    assert point() == (51.2, -2.1)


def test_place_moves_with_what_the_source_has_by_now(
    run: Run, place: world.Place
) -> None:
    run(knitting(latitude=51.2001, longitude=-2.1))
    assure(place, listing_of())

    run(knitting("BA13 8ZZ", latitude=51.2001, longitude=-2.1))
    proposal = open_proposal(listing_of())
    assert [path.split("/")[0] for _, path in asked(proposal)] == ["addresses"]
    decide(place, proposal, addresses=Verdict.ACCEPTED)

    assert point() == (51.25, -2.18)


def test_point_of_the_source_is_taken_as_it_is(run: Run, place: world.Place) -> None:
    run(knitting())
    assure(place, listing_of())

    run(knitting(latitude=51.2123, longitude=-2.1123))
    decide(
        place, open_proposal(listing_of()),
        latitude=Verdict.ACCEPTED, longitude=Verdict.ACCEPTED,
    )  # fmt: skip

    assert point() == (51.2123, -2.1123)
