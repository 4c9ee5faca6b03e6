"""Answering without an account about who runs a service, and about its places."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from common.errors import InvalidInput
from tests import world
from tests.workflow.asking_scene import MONDAY, at, due, link_in, mails, run
from tests.workflow.pages import filled_in
from tests.workflow.test_answering_more import JO, SOON, WHO_TELLS
from tests.workflow.town import ACCEPT, now
from workflow.actions import answering_other, decisions
from workflow.models import Ask, AskedListing, Confirmation, Listing, Proposal, Record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_wrong_keys_yet() -> None:
    cache.clear()


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return due(place, SOON)


@pytest.fixture
def link(listing: Listing) -> str:
    run(MONDAY)
    (message,) = mails()
    return link_in(message)


def about(link: str, listing: Listing, record_id: Any, slug: str) -> str:
    return f"{link}{listing.pk}/about/{record_id}/{slug}/"


def hall_of(listing: Listing) -> Record:
    return Record.objects.get(pk=listing.location_ids[0])


def get(client: Client, address: str) -> Any:
    with at(MONDAY):
        return client.get(address)


def post(client: Client, address: str, **data: Any) -> Any:
    with at(MONDAY):
        return client.post(address, {**WHO_TELLS, "version": 1, **data})


def test_parts_of_who_runs_it_and_of_its_place_open(
    client: Client, listing: Listing, link: str
) -> None:
    page = get(client, f"{link}{listing.pk}/")
    offered = [
        (one["side"].heading, one["side"].name, [part.slug for part in one["parts"]])
        for one in page.context["others"]
    ]
    body, hall = listing.organization_id, hall_of(listing).pk
    stranger = world.published(world.make_place("Nextford"))

    assert offered == [
        ("Who runs it", "Testham Friends", ["contact", "about"]),
        ("Where it happens", "Testham Hall", ["address", "access", "about"]),
    ]
    assert [
        get(client, about(link, listing, key, slug)).status_code
        for key, slug in (
            (body, "contact"), (body, "about"), (hall, "address"), (hall, "access"),
            (hall, "about"), (hall, "keeping"), (stranger.organization_id, "about"),
        )
    ] == [200, 200, 200, 200, 200, 404, 404]  # fmt: skip
    assert (AskedListing.objects.get().answer, Confirmation.objects.count()) == ("", 0)


def test_what_is_different_of_the_place_is_decided_by_who_keeps_it(
    client: Client, place: world.Place, listing: Listing, link: str
) -> None:
    hall = hall_of(listing)
    sent = post(
        client, about(link, listing, hall.pk, "about"), name="Testham Hall",
        description="The door is round the back now.",
        **{"who-words": "The front is boarded up."},
    )  # fmt: skip
    post(client, f"{link}{listing.pk}/cost/", fees="£3",
         **{"who-words": " Since May. "})  # fmt: skip

    proposal = Proposal.objects.get(kind="edit")
    told = [(c.record.pk, c.path, c.value) for c in proposal.changes.order_by("pk")]
    page = get(client, link)
    (answered,) = page.context["answered"]
    assert (sent.status_code, proposal.proposer_label) == (302, "Jo Bright, Secretary")
    assert sorted(told, key=lambda row: row[1]) == [
        (hall.pk, "description", "The door is round the back now."),
        (listing.record_id, "fees", "£3"),
    ]
    assert proposal.evidence_words == "The front is boarded up.\n\nSince May."
    assert [row["label"] for row in answered.told.rows] == [
        "Where it happens: About the place", "Cost in words",
    ]  # fmt: skip

    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={change.pk: ACCEPT for change in proposal.changes.all()},
    )  # fmt: skip
    assert now(hall)["description"] == "The door is round the back now."


def test_name_of_who_answers_is_not_the_name_of_the_service(
    client: Client, listing: Listing, link: str
) -> None:
    address = f"{link}{listing.pk}/about/"
    typed = filled_in(
        get(client, address), **WHO_TELLS, alternate_name="The Tuesday lot"
    )
    with at(MONDAY):
        client.post(address, typed)

    (change,) = Proposal.objects.get(kind="edit").changes.all()
    assert (change.path, change.value) == ("alternate_name", "The Tuesday lot")


def test_nobody_without_an_account_takes_a_place_out_of_sight(
    client: Client, listing: Listing, link: str
) -> None:
    hall = hall_of(listing)
    address = about(link, listing, hall.pk, "about")

    fields = set(get(client, address).context["form"].fields)
    post(client, address, name="Testham Hall", sensitive="on", home="on")

    assert {"sensitive", "home", "location_type"} & fields == set()
    assert Proposal.objects.filter(kind="edit").count() == 0


def test_place_that_is_kept_secret_is_not_there(
    client: Client, place: world.Place
) -> None:
    secret = due(place, SOON, in_hall=world.hall(sensitive=True))
    hall = hall_of(secret)
    run(MONDAY)
    link = link_in(mails()[0])

    page = get(client, f"{link}{secret.pk}/")

    assert [one["side"].kind for one in page.context["others"]] == ["organization"]
    assert get(client, about(link, secret, hall.pk, "about")).status_code == 404
    with at(MONDAY), pytest.raises(InvalidInput, match="does not belong"):
        answering_other.say_different(
            ask=Ask.objects.get(), listing_id=secret.pk, who=JO,
            edits={"description": "By the mill."}, base=1, record_id=str(hall.pk),
        )  # fmt: skip
