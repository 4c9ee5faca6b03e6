"""Dividing a service while somebody decides about it, checks it or divides it too."""

from typing import Any

import pytest

from common.errors import InvalidState
from tests import world
from tests.workflow.threads import together, while_holding
from tests.workflow.town import ACCEPT, Town, decide, make_town, now, suggest
from workflow.actions.dividing import propose_division, split_listing
from workflow.models import Decision, Listing, Proposal, Revision

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


def _suggest_two(town: Town, by: Any) -> Proposal:
    return propose_division(
        by=by, listing_id=town.listing.pk, seen=1, name="Friday chess",
        goes={"fees": "moves"}, words="Two groups.",
    )  # fmt: skip


def test_suggestion_that_comes_first_is_answered_by_the_division(town: Town) -> None:
    editor = world.make_editor(town.listing)

    proposal, new = while_holding(
        lambda: _suggest_two(town, editor), lambda: _split(town)
    )

    assert isinstance(new, Listing)
    proposal.refresh_from_db()
    assert proposal.state == "decided"


def test_suggestion_that_comes_after_the_division_is_sent_back(town: Town) -> None:
    editor = world.make_editor(town.listing)

    _, late = while_holding(lambda: _split(town), lambda: _suggest_two(town, editor))

    assert isinstance(late, InvalidState)
    assert Proposal.objects.filter(kind="division").count() == 0


def test_of_two_suggestions_at_once_one_waits(town: Town) -> None:
    editor = world.make_editor(town.listing)

    together(lambda: _suggest_two(town, editor), lambda: _suggest_two(town, editor))

    rows = Proposal.objects.filter(kind="division").values_list("state", flat=True)
    assert sorted(rows) == ["open", "withdrawn"]
