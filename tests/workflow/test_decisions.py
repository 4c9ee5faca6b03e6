"""Deciding on changes, end to end through the actions."""

import pytest

from tests import world
from workflow import queries
from workflow.choices import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def test_new_listing_goes_from_draft_to_published(place: world.Place) -> None:
    listing = world.published(place)

    assert listing.stage == Stage.PUBLISHED
    assert listing.record.revision.number == 1
    assert queries.current(listing.record)["name"] == "Tuesday coffee morning"
    assert listing.assured_on is not None
