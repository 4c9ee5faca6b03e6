"""Undo is offered where something was decided, and once on the page that comes next."""

from typing import Any

import pytest
from django.urls import reverse

from tests import world
from tests.workflow.deciding import (
    change,
    choice,
    edit,
    later,
    page,
    send,
    signed_in,
    text,
)
from tests.workflow.pages import filled_in
from workflow.models import Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def decided(place: world.Place, **values: Any) -> Proposal:
    proposal = edit(place, world.published(place), **values)
    accept = choice(change(proposal), "accept")
    send(place.assurer, "proposal", proposal.pk, **accept)
    return proposal


def undo_of(proposal: Proposal) -> str:
    return reverse("workflow:undo", args=[proposal.decisions.get().pk])


def offered(response: Any) -> list[str]:
    return [undo["undo_url"] for undo in response.context["undos"]]


def test_each_decided_item_offers_its_own_undo(place: world.Place) -> None:
    first, second = decided(place, fees="£1"), decided(place, fees="£2")

    for one in (first, second):
        assert one.listing_id is not None
        here = page(place.assurer, "proposal", one.pk)
        record = page(place.assurer, "record", one.listing_id)
        assert (offered(here), offered(record)) == ([undo_of(one)], [undo_of(one)])


def test_other_pages_offer_no_undo(place: world.Place) -> None:
    decided(place, fees="£1")
    other = edit(place, world.published(place), fees="£2")

    pages = [
        page(place.assurer, "queue"),
        page(place.assurer, "proposal", other.pk),
        page(place.assurer, "record", other.listing_id),
    ]

    assert [offered(one) for one in pages] == [[], [], []]


def test_undo_of_the_last_act_stands_on_the_next_page_alone(
    place: world.Place,
) -> None:
    proposal = edit(place, world.published(place), fees="£1")
    client = signed_in(place.assurer)

    after = client.post(
        reverse("workflow:proposal", args=[proposal.pk]),
        choice(change(proposal), "accept"),
        follow=True,
    )
    again = client.get(reverse("workflow:queue"))

    assert offered(after) == [undo_of(proposal)]
    assert offered(again) == []


def test_undo_is_offered_to_nobody_else_and_not_for_longer(place: world.Place) -> None:
    proposal = decided(place, fees="£1")

    theirs = page(place.second_assurer, "record", proposal.listing_id)
    with later(minutes=11):
        late = page(place.assurer, "record", proposal.listing_id)

    assert (offered(theirs), offered(late)) == ([], [])


def test_deciding_a_new_service_says_before_that_there_is_no_undo(
    place: world.Place,
) -> None:
    proposal = world.submitted(place).proposals.get()

    response = page(place.assurer, "proposal", proposal.pk)

    assert text(response).count("A new service that you assured cannot be undone.") == 1


def test_undo_of_ones_own_change_leaves_nothing_for_others_to_decide(
    place: world.Place,
) -> None:
    listing = world.published(place)
    world.trust(place, listing)
    editor = world.make_editor(listing)
    client = signed_in(editor)
    address = reverse(
        "workflow:section", args=[listing.pk, "service", listing.record_id, "cost"]
    )
    saved = client.post(address, filled_in(client.get(address), fees="£9"), follow=True)
    [undo] = saved.context["undos"]

    undone = client.post(undo["undo_url"], follow=True)

    assert undone.request["PATH_INFO"] == reverse("workflow:listing", args=[listing.pk])
    assert "says what it said before" in text(undone)
    states = Proposal.objects.filter(listing=listing, by_provider=True)
    assert sorted(states.values_list("state", flat=True)) == ["decided", "withdrawn"]
