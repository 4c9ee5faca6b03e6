"""Dividing a service while somebody decides about it, checks it or divides it too."""

from typing import Any

import pytest

from common.errors import InvalidState
from tests import world
from tests.workflow.threads import together, while_holding
from tests.workflow.town import ACCEPT, Town, decide, make_town, now, suggest
from workflow.actions.dividing import split_listing
from workflow.models import Decision, Listing, Revision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return make_town(world.make_place())


def _split(town: Town, *, by: Any = None) -> Listing:
    return split_listing(
        by=by or town.place.assurer, listing_id=town.listing.pk, seen=1,
        name="Friday chess", goes={"fees": "moves"}, reason="Two groups.",
    )  # fmt: skip


def test_decision_that_comes_first_sends_the_divider_back(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    _, late = while_holding(
        lambda: decide(town, proposal, choices={"fees": ACCEPT}), lambda: _split(town)
    )

    assert isinstance(late, InvalidState)
    assert now(town.listing.record)["fees"] == "£2"
    assert Listing.objects.filter(split_from=town.listing).count() == 0


def test_decision_that_comes_after_sees_that_the_value_went(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    seen = {str(town.listing.record_id): 1}

    divided, late = while_holding(
        lambda: _split(town),
        lambda: decide(
            town, proposal, choices={"fees": ACCEPT}, seen=seen,
            by=town.place.second_assurer,
        ),
    )  # fmt: skip

    assert isinstance(divided, Listing)
    assert isinstance(late, InvalidState)
    assert "fees" not in now(town.listing.record)
    assert Decision.objects.filter(proposal=proposal).count() == 0


def test_two_who_divide_at_once_make_one_new_service(town: Town) -> None:
    results = together(
        lambda: _split(town), lambda: _split(town, by=town.place.second_assurer)
    )

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InvalidState", "Listing"]
    assert Listing.objects.filter(split_from=town.listing).count() == 1
    assert Revision.objects.filter(record=town.listing.record).count() == 2
