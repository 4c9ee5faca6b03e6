"""Links that meet: of the first and the second contact, with a word signed in, with
the end of the link itself."""

import datetime as dt
from typing import Any

import pytest

from tests import world
from tests.workflow.asking_scene import MONDAY, at, due, run
from tests.workflow.threads import together, while_holding
from workflow.actions import answering, asking_by_hand, contact_points, proposals
from workflow.actions.answering import NO_LONGER, Who
from workflow.actions.contact_points import Where
from workflow.choices import Answer, Answered, Channel
from workflow.models import Ask, Confirmation, Listing

pytestmark = pytest.mark.django_db(transaction=True)

JO = Who("Jo Bright", "Secretary")
LATER = MONDAY + dt.timedelta(days=2)


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    settings.PUBLIC_URL = "https://vouch.testham.example"
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return due(place, MONDAY + dt.timedelta(days=15))


def two_links(place: world.Place, listing: Listing) -> tuple[Ask, Ask]:
    """What the first and the second contact were sent about one record."""
    with at(MONDAY):
        contact_points.save_contact_points(
            by=place.assurer, listing_id=listing.pk,
            first=Where(email="office@friends.example"),
            second=Where(email="chair@friends.example"),
        )  # fmt: skip
        first, second = (
            asking_by_hand.ask_by_hand(
                by=place.assurer, listing_id=listing.pk, channel=Channel.MAIL,
                position=position,
            )
            for position in (1, 2)
        )  # fmt: skip
    return first, second


def say_same(ask: Ask, listing: Listing, day: dt.date = MONDAY) -> Any:
    with at(day):
        return answering.say_same(ask=ask, listing_id=listing.pk, who=JO)


def names(results: Any) -> list[str]:
    return [type(r).__name__ for r in results if isinstance(r, Exception)]


def test_new_links_of_both_contacts_at_once_are_two(
    place: world.Place, listing: Listing
) -> None:
    asks = two_links(place, listing)
    results: list[Any] = []
    for day in (LATER, LATER + dt.timedelta(days=2), LATER + dt.timedelta(days=4)):

        def anew(ask: Ask, day: dt.date = day) -> bool:
            with at(day):
                return asking_by_hand.send_new_link(ask=ask)

        results += together(*(lambda ask=ask: anew(ask) for ask in asks))

    assert results == [True] * 6
    assert listing.asked.count() == 8


def test_word_signed_in_and_the_answer_of_the_link_are_both_kept_and_answer_once(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    ask = Ask.objects.get()
    editor = world.make_editor(listing)

    def signed_in() -> Any:
        with at(MONDAY):
            return proposals.say_still_right(by=editor, listing_id=listing.pk)

    _, late = while_holding(signed_in, lambda: say_same(ask, listing))

    row = ask.asked.get()
    assert (names([late]), row.answer, row.answered_how) == (
        ["InvalidState"], Answer.SAME, Answered.SIGN_IN,
    )  # fmt: skip
    assert Confirmation.objects.count() == 1
    assert world.fresh(listing).confirmed_on == MONDAY


def test_first_and_second_contact_who_answer_at_once_are_both_heard(
    place: world.Place, listing: Listing
) -> None:
    first, second = two_links(place, listing)

    results = together(
        lambda: say_same(first, listing), lambda: say_same(second, listing)
    )

    assert names(results) == []
    assert [row.answer for row in listing.asked.all()] == [Answer.SAME] * 2
    assert world.fresh(listing).confirmed_on == MONDAY


def test_link_that_is_ended_while_the_form_is_sent_says_nothing(
    place: world.Place, listing: Listing
) -> None:
    """The form waits for the record; by the time it has it, the link is ended."""
    run(MONDAY)
    ask = Ask.objects.get()

    def ended() -> None:
        proposals.say_still_right(by=place.contributor, listing_id=listing.pk)
        asking_by_hand.revoke_ask(by=place.assurer, ask_id=ask.pk)

    _, late = while_holding(ended, lambda: say_same(ask, listing))

    assert (names([late]), str(late)) == (["InvalidState"], NO_LONGER)
    assert (ask.asked.get().answer, world.fresh(listing).confirmed_on) == ("", None)
