"""Answers, stops, calls and new links that meet: each waits for the other."""

import datetime as dt
from typing import Any

import pytest

from common import clock
from tests import world
from tests.workflow import threads
from tests.workflow.asking_scene import MONDAY, at, due, run
from workflow.actions import (
    answering,
    answering_other,
    asking_by_hand,
    bounces,
    calling,
    contact_points,
)
from workflow.actions.answering import Who
from workflow.actions.answering_other import take_answer_back
from workflow.actions.calling import Said, record_call
from workflow.choices import Answer, Channel, Stopped
from workflow.models import Ask, Confirmation, ContactPoint

pytestmark = pytest.mark.django_db(transaction=True)

SOON = MONDAY + dt.timedelta(days=15)
LATER = MONDAY + dt.timedelta(days=2)
JO = Who("Jo Bright", "Secretary")


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    settings.PUBLIC_URL = "https://vouch.testham.example"
    return made


@pytest.fixture
def ask(place: world.Place) -> Ask:
    due(place, SOON)
    run(MONDAY)
    return Ask.objects.get()


def names(results: list[Any]) -> list[str]:
    return [type(r).__name__ for r in results if isinstance(r, Exception)]


def say_same(ask: Ask) -> Any:
    with at(MONDAY):
        return answering.say_same(
            ask=ask, listing_id=ask.asked.get().listing_id, who=JO
        )


def say_stop(ask: Ask) -> None:
    with at(MONDAY):
        contact_points.say_stop(ask=ask, who=JO, because=Stopped.NOT_US)


def test_stop_waits_for_the_answer_that_came_first(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = threads.meeting(
        lambda: say_same(ask), lambda: say_stop(ask), monkeypatch, answering, "keep"
    )

    assert (names(results), ask.asked.get().answer) == ([], Answer.SAME)
    assert ContactPoint.objects.get().stopped_because == Stopped.NOT_US


def test_stop_waits_for_the_answer_that_is_taken_back(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_same(ask)

    def back() -> None:
        with at(MONDAY):
            take_answer_back(ask=ask, listing_id=ask.asked.get().listing_id)

    results = threads.meeting(
        back, lambda: say_stop(ask), monkeypatch, answering_other, "forget_answer"
    )

    assert (names(results), ask.asked.get().answer) == ([], Answer.NOT_US)


def test_stop_waits_for_the_call_that_came_first(
    place: world.Place, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(MONDAY):
        ContactPoint.objects.update(
            stopped_because=Stopped.BOUNCED, stopped_at=clock.now()
        )
    row = ask.asked.get()

    def ring() -> Any:
        with at(MONDAY):
            return record_call(
                by=place.assurer, contact_id=ask.contact_id, about={row.pk: 1},
                said=Said("same", who=JO),
            )  # fmt: skip

    results = threads.meeting(ring, lambda: say_stop(ask), monkeypatch, calling, "keep")

    assert (names(results), ask.asked.get().answer) == ([], Answer.SAME)


def test_mail_that_comes_back_waits_for_the_stop_that_came_first(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = threads.meeting(
        lambda: say_stop(ask),
        lambda: bounces.mark_bounced(ask.message_id, "5.1.1"),
        monkeypatch, contact_points, "stop",
    )  # fmt: skip

    assert names(results) == []
    assert ContactPoint.objects.get().stopped_because == Stopped.NOT_US


def test_taken_back_stop_waits_for_the_answer_that_is_taken_back(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_same(ask)
    with at(MONDAY):
        contact_points.say_stop(ask=ask, who=JO, because=Stopped.ASKED_NOT)

    def back() -> None:
        with at(MONDAY):
            take_answer_back(ask=ask, listing_id=ask.asked.get().listing_id)

    def again() -> None:
        with at(MONDAY):
            contact_points.take_stop_back(ask=ask)

    results = threads.meeting(
        back, again, monkeypatch, answering_other, "forget_answer"
    )

    assert (names(results), ask.asked.get().answer) == ([], "")


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.LETTER, Channel.SMS])
def test_what_is_asked_by_several_presses_is_asked_once(
    place: world.Place, ask: Ask, channel: Channel
) -> None:
    listing_id = ask.asked.get().listing_id

    def press() -> Any:
        with at(LATER):
            return asking_by_hand.ask_by_hand(
                by=place.assurer, listing_id=listing_id, channel=channel
            )

    results = threads.together(*[press] * 4)

    assert names(results) == ["InvalidState"] * 3
    assert Ask.objects.filter(channel=channel, asked_on=LATER).count() == 1


def test_two_answers_at_once_are_one(ask: Ask) -> None:
    listing_id = ask.asked.get().listing_id

    def say() -> Any:
        with at(MONDAY):
            return answering.say_same(ask=ask, listing_id=listing_id, who=JO)

    results = threads.together(say, say, say)

    assert names(results) == ["InvalidState"] * 2
    assert Confirmation.objects.count() == 1
