"""The public page of an organisation: its published services, from the copy alone."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from publishing.actions import consume_outbox
from tests import world
from workflow.actions import listings
from workflow.choices import Hidden
from workflow.models import Record

pytestmark = pytest.mark.django_db


def run_by(organization_id: Any) -> Any:
    return Client().get(reverse("publishing:run-by", args=[organization_id]))


def test_page_shows_the_published_services_of_an_organization(
    place: world.Place,
) -> None:
    first = world.published(place)
    body = Record.objects.get(pk=str(first.organization_id))
    world.published(place, run_by=body, name="Chess club")
    world.submitted(place, run_by=body, name="A secret plan")
    world.published(place, name="Somebody else’s choir")
    consume_outbox()

    answer = run_by(body.pk)

    assert [card["title"] for card in answer.context["cards"]] == [
        "Chess club", "Tuesday coffee morning",
    ]  # fmt: skip
    assert answer.context["provider"].name == "Testham Friends"


def test_public_service_leads_to_who_runs_it(place: world.Place) -> None:
    listing = world.published(place)
    consume_outbox()

    page = Client().get(reverse("publishing:service", args=[listing.record_id]))

    url = reverse("publishing:run-by", args=[listing.organization_id])
    assert page.content.decode().count(f'href="{url}"') == 1


def test_organization_without_a_public_service_is_not_there(place: world.Place) -> None:
    listing = world.published(place)
    consume_outbox()
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.CLOSED, reason="Shut."
    )
    assert run_by(listing.organization_id).status_code == 200
    consume_outbox()

    assert run_by(listing.organization_id).status_code == 404
    assert run_by(uuid.uuid4()).status_code == 404


def test_page_asks_no_more_for_three_services_than_for_one(place: world.Place) -> None:
    first = world.published(place)
    body = Record.objects.get(pk=str(first.organization_id))

    def number() -> int:
        consume_outbox()
        run_by(body.pk)
        with CaptureQueriesContext(connection) as found:
            assert run_by(body.pk).status_code == 200
        return len(found)

    one = number()
    for name in ("Chess club", "Choir"):
        world.published(place, run_by=body, name=name)

    assert number() == one
