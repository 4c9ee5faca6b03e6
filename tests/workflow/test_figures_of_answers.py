"""Figures of answers to reminders, by the way they came, counted by hand."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from common import clock
from tests import world
from tests.workflow.asking_scene import MONDAY, at, due, link_in, mails, run, sent
from workflow import answer_keys, asking, figures
from workflow.actions import asking_by_hand, calling, proposals
from workflow.actions.answering import Who
from workflow.actions.calling import Said
from workflow.choices import Answered, CallOutcome, Channel
from workflow.models import ContactPoint, Listing

pytestmark = pytest.mark.django_db

SOON = MONDAY + dt.timedelta(days=15)
WHO = {"name": "Jo Bright", "role": "Secretary"}


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


def by_way(place: world.Place, day: dt.date, hour: int = 18) -> dict[str, int]:
    """The figures of answers on a day, those that are not nothing."""
    with at(day, hour):
        found = figures.values(place.policy, clock.now())
    slugs = ["asked", "not-answered"]
    slugs += [f"answered-{way.replace('_', '-')}" for way in Answered.values]
    return {slug: number for slug in slugs if (number := found[slug])}


def body(name: str) -> dict[str, Any]:
    """An organization with a mailbox of its own, so that it gets a mail of its own."""
    mailbox = f"info@{name.lower()}.example"
    return {"body": world.organization(name=f"{name} group", email=mailbox)}


def say_same(client: Client, address: str, listing: Listing) -> None:
    revision = listing.record.revision
    assert revision is not None
    shown = f"{listing.pk}:{revision.number}"
    with at(MONDAY):
        answer = client.post(address, WHO | {"shown": shown, "same": str(listing.pk)})
    assert answer.status_code == 302


def test_answers_are_counted_by_the_way_they_came(
    client: Client, place: world.Place
) -> None:
    names = ("Ants", "Bees", "Cats", "Dogs", "Elks")
    ants, bees, cats, dogs, elks = (
        due(place, SOON, name=name, **body(name)) for name in names
    )
    # Nobody can write to these, so they are rung about.
    for listing in (cats, dogs):
        ContactPoint.objects.create(
            partnership=place.partnership, organization_id=str(listing.organization_id),
            by_hand=True,
        )  # fmt: skip
    run(MONDAY)
    links = {mail.subject.split("? ")[1]: link_in(mail) for mail in mails()}
    none_yet = by_way(place, MONDAY)

    say_same(client, links["Ants"], ants)
    with at(MONDAY):
        proposals.say_still_right(by=world.make_editor(bees), listing_id=bees.pk)
        ring = {row.listing: row for row in asking.to_ring(place.assurer, clock.now())}
        calling.record_call(
            by=place.assurer, contact_id=ring[cats].ask.contact_id,
            about={ring[cats].pk: None},
            said=Said(CallOutcome.SAME, who=Who("Jo", "Secretary")),
        )  # fmt: skip
        letter = asking_by_hand.ask_by_hand(
            by=place.assurer, listing_id=dogs.pk, channel=Channel.LETTER
        )
        page = client.post("/answer/", {"code": answer_keys.key_of(letter)})
    say_same(client, page["Location"], dogs)
    found = by_way(place, MONDAY)

    assert none_yet == {"asked": 5, "not-answered": 5}
    # The dogs were put on the phone list as well, and nobody rang; the elks are silent.
    assert found == {
        "asked": 6, "not-answered": 2, "answered-link": 1, "answered-sign-in": 1,
        "answered-phone": 1, "answered-letter": 1,
    }  # fmt: skip
    assert elks.title == "Elks"


def test_answers_are_counted_for_ninety_days_and_not_before_they_came(
    client: Client, place: world.Place
) -> None:
    listing = due(place, SOON, name="Ants", **body("Ants"))
    run(MONDAY)
    (message,) = mails()
    link = link_in(message)
    sent(MONDAY)
    say_same(client, link, listing)

    after = [by_way(place, MONDAY + dt.timedelta(days=days)) for days in (89, 90)]

    assert by_way(place, MONDAY, 9) == {}
    assert after == [{"asked": 1, "answered-link": 1}, {}]
