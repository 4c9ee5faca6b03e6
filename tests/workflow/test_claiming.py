"""Being on the check of a record: nobody else rings about it meanwhile."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from tests import world
from tests.workflow.deciding import page, seen, send, signed_in, text
from tests.workflow.test_deciding_queue import cards
from tests.workflow.threads import together
from workflow.actions.checking import check_listing
from workflow.actions.claiming import start_checking
from workflow.actions.proposals import CLAIM
from workflow.choices import Method
from workflow.models import CheckClaim, Listing

pytestmark = pytest.mark.django_db

NOON = dt.datetime.combine(clock.today(), dt.time(12), tzinfo=clock.LONDON)
DUE = dt.timedelta(days=95)


@pytest.fixture
def place() -> world.Place:
    with clock.at(NOON):
        return world.make_place()


@pytest.fixture
def listing(place: world.Place) -> Listing:
    with clock.at(NOON):
        return world.published(place)


def titles(place: world.Place, whose: str, by: str = "second_assurer") -> list[str]:
    found = page(getattr(place, by), "queue", kind="due", whose=whose)
    return [card["title"] for card in cards(found)]


def check(user: User, listing: Listing, query: str = "") -> Any:
    """What this person gets for vouching on the page of the check."""
    address = reverse("workflow:check", args=[listing.pk]) + query
    client = signed_in(user)
    sent = seen(client.get(address)) | {"method": Method.CALL.value, "note": "Rang."}
    return client.post(address, sent)


def test_opening_the_check_claims_nothing(place: world.Place, listing: Listing) -> None:
    page(place.assurer, "check", listing.pk)
    page(place.assurer, "start-check", listing.pk)

    assert not CheckClaim.objects.exists()


def test_start_holds_it_for_half_an_hour_and_opens_it(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOON + DUE):
        answer = send(place.assurer, "start-check", listing.pk)
        (card,) = cards(page(place.second_assurer, "queue", kind="due"))

    assert answer.url == f"/records/{listing.pk}/check/"
    claim = CheckClaim.objects.get()
    assert (claim.by, claim.until) == (place.assurer, NOON + DUE + CLAIM)
    assert [tag["text"] for tag in card["tags"]] == [
        "Asha Assurer is on it until 12.30pm"
    ]
    assert "next_url" not in card


def test_queue_is_narrowed_to_what_is_whose(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOON):
        world.published(place, name="Chess")
    with clock.at(NOON + DUE):
        start_checking(by=place.assurer, listing_id=listing.pk)

        assert titles(place, "free") == ["Chess"]
        assert titles(place, "others") == [listing.title]
        assert titles(place, "mine") == []
        assert titles(place, "mine", by="assurer") == [listing.title]


def test_nobody_else_starts_or_checks_it_meanwhile(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOON + DUE):
        start_checking(by=place.assurer, listing_id=listing.pk)
        started = send(place.second_assurer, "start-check", listing.pk)
        checked = check(place.second_assurer, listing)
    with clock.at(NOON + DUE + dt.timedelta(minutes=31)):
        again = send(place.second_assurer, "start-check", listing.pk)

    assert (started.status_code, checked.status_code) == (409, 409)
    sentence = "Asha Assurer is checking this until 12.30pm."
    assert (text(started).count(sentence), text(checked).count(sentence)) == (1, 1)
    assert again.status_code == 302
    assert CheckClaim.objects.get().by == place.second_assurer


def test_check_ends_it_and_so_does_giving_it_back(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOON + DUE):
        start_checking(by=place.assurer, listing_id=listing.pk)
        check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL, note="Rang."
        )
        assert not CheckClaim.objects.exists()

        start_checking(by=place.assurer, listing_id=listing.pk)
        send(place.assurer, "stop-check", listing.pk)
        assert not CheckClaim.objects.exists()
        assert send(place.assurer, "stop-check", listing.pk).status_code == 409


def test_those_who_may_not_check_start_nothing(
    place: world.Place, listing: Listing
) -> None:
    elsewhere = world.make_place("Elsewhere")

    assert send(place.contributor, "start-check", listing.pk).status_code == 403
    assert send(elsewhere.assurer, "start-check", listing.pk).status_code == 404
    assert not CheckClaim.objects.exists()


def test_after_a_check_comes_what_nobody_else_is_on(place: world.Place) -> None:
    with clock.at(NOON):
        first, second, third = (world.published(place, name=n) for n in ("A", "B", "C"))
    with clock.at(NOON + DUE):
        start_checking(by=place.second_assurer, listing_id=second.pk)
        answer = check(place.assurer, first, "?kind=due")

    assert answer.url == f"/records/{third.pk}/check/?kind=due"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_start_at_once_one_is_on_it(
    place: world.Place, listing: Listing
) -> None:
    done = together(
        partial(start_checking, by=place.assurer, listing_id=listing.pk),
        partial(start_checking, by=place.second_assurer, listing_id=listing.pk),
    )

    assert sorted(type(one).__name__ for one in done) == ["CheckClaim", "InvalidState"]
