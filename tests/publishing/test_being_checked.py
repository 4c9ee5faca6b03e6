"""That somebody says it closed, or is dangerous, is shown at once and until decided."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from publishing.actions import consume_outbox
from tests import world
from workflow.actions import decisions, proposals
from workflow.actions.decisions import Choice
from workflow.choices import Evidence, RejectReason, Verdict
from workflow.models import Listing

pytestmark = pytest.mark.django_db

WORDS = "It is being checked"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def says_so(listing: Listing, settings: Any) -> bool:
    settings.DEFAULT_PLACE = "testham"
    consume_outbox()
    answer = Client().get(f"/services/{listing.record_id}/")
    assert answer.status_code == 200
    page = answer.content.decode()
    # It never looks sure beside a doubt.
    assert ("v-tag--current" in page) is (WORDS not in page)
    return WORDS in page


def tags(client: Client, address: str) -> list[str]:
    """What stands beside the one service of a list, as its reader sees it."""
    page = client.get(address).content.decode()
    (card,) = re.findall(r'<p class="v-card__tags">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", card).split()


def reject(place: world.Place, proposal: Any) -> None:
    choice = Choice(Verdict.REJECTED, reason=RejectReason.NOT_SO)
    decisions.decide(
        by=place.assurer,
        proposal_id=proposal.pk,
        choices=dict.fromkeys(proposal.changes.values_list("pk", flat=True), choice),
        answer="We rang; it is open.",
    )


def test_reported_closure_shows_until_it_is_decided(
    place: world.Place, settings: Any
) -> None:
    listing = world.published(place)
    before = says_so(listing, settings)

    proposal = proposals.report_closed(
        by=place.contributor, listing_id=listing.pk, words="", evidence=Evidence.RANG
    )
    reported = says_so(listing, settings)
    reject(place, proposal)

    assert (before, reported, says_so(listing, settings)) == (False, True, False)


def test_reported_harm_shows_until_it_is_taken_back(
    place: world.Place, settings: Any
) -> None:
    listing = world.published(place)

    proposal = proposals.report_problem(
        by=place.contributor,
        listing_id=listing.pk,
        words="A wire hangs down.",
        evidence=Evidence.VISITED,
        harm=True,
    )
    reported = says_so(listing, settings)
    proposals.withdraw_proposal(by=place.contributor, proposal_id=proposal.pk)

    assert (reported, says_so(listing, settings)) == (True, False)


def test_other_report_shows_nothing(place: world.Place, settings: Any) -> None:
    listing = world.published(place)

    proposals.report_problem(
        by=place.contributor,
        listing_id=listing.pk,
        words="The web page has moved.",
        evidence=Evidence.VISITED,
    )

    assert says_so(listing, settings) is False


def test_lists_say_that_it_is_being_checked_too(
    place: world.Place, settings: Any
) -> None:
    settings.DEFAULT_PLACE = "testham"
    listing = world.published(place)
    proposals.report_closed(
        by=place.contributor, listing_id=listing.pk, words="", evidence=Evidence.RANG
    )
    consume_outbox()
    runs_it = reverse("publishing:run-by", args=[listing.organization_id])

    assert [tags(Client(), page) for page in ("/", "/?q=coffee", runs_it)] == [
        ["Being", "checked"]
    ] * 3
