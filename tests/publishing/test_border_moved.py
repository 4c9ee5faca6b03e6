"""What the public sees of a service that another place keeps from now on."""

from typing import Any

import orjson
import pytest
from django.test import Client

from publishing import actions
from publishing.choices import GoneReason
from publishing.models import Gone
from tests import world
from tests.publishing.test_border import (
    addresses,
    agree,
    gone_at,
    kept,
    row_at,
    statuses,
)
from tests.workflow.border_scene import Border
from workflow.actions import listings
from workflow.choices import Hidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def border(place: world.Place) -> Border:
    """``place``, which answers, keeps the record and offers it to Farwell."""
    made = Border(place, world.make_place("Farwell"), world.published(place))
    actions.consume_outbox()
    return made


def move(border: Border) -> None:
    border.move()
    actions.consume_outbox()


def words_of(gone: Gone | None) -> tuple[Any, ...]:
    assert gone is not None
    return gone.reason, gone.kept_by, gone.instead


def test_it_leaves_one_directory_for_the_other(border: Border, client: Client) -> None:
    page_before = client.get(addresses(border.listing)[0])
    move(border)
    page, document = (client.get(path) for path in addresses(border.listing))

    there = row_at(border.other, border.listing)
    assert page_before.status_code == 200
    assert (page.status_code, document.status_code) == (410, 410)
    assert "Farwell" in page.content.decode()
    assert row_at(border.home, border.listing) is None
    assert there is not None
    assert there.kept_by_id in (None, border.other.partnership.pk)
    assert orjson.loads(bytes(there.full))["id"] == str(border.listing.record_id)
    assert words_of(gone_at(border.home, border.listing)) == (
        GoneReason.NOT_SHARED, border.other.partnership, None
    )  # fmt: skip
    assert gone_at(border.other, border.listing) is None


def test_under_an_agreement_it_stays_as_the_neighbours(
    border: Border, client: Client
) -> None:
    agree(border.other, border.home)
    move(border)

    here, there = (
        row_at(border.home, border.listing), row_at(border.other, border.listing)
    )  # fmt: skip
    assert statuses(client, border.listing) == [200, 200]
    assert here is not None
    assert here.kept_by == border.other.partnership
    assert kept(here) == kept(there)
    assert gone_at(border.home, border.listing) is None


def test_a_third_place_that_showed_the_old_home_says_who_keeps_it(
    border: Border,
) -> None:
    third, fourth = world.make_place("Thirdbury"), world.make_place("Fourthorpe")
    agree(border.home, third)
    actions.consume_outbox()
    assert row_at(third, border.listing) is not None
    move(border)
    agree(border.home, fourth)
    actions.consume_outbox()

    assert row_at(third, border.listing) is None
    assert words_of(gone_at(third, border.listing)) == (
        GoneReason.NOT_SHARED, border.other.partnership, None
    )  # fmt: skip
    assert gone_at(fourth, border.listing) is None


def test_it_comes_back_with_its_record(border: Border, client: Client) -> None:
    move(border)
    back = Border(border.other, border.home, border.fresh)
    move(back)

    assert statuses(client, border.listing) == [200, 200]
    assert words_of(gone_at(border.other, border.listing)) == (
        GoneReason.NOT_SHARED, border.home.partnership, None
    )  # fmt: skip


def test_rebuilt_and_hidden_both_places_say_the_same(
    border: Border, client: Client
) -> None:
    move(border)
    before = words_of(gone_at(border.home, border.listing))
    Gone.objects.all().delete()
    actions.rebuild()
    assert words_of(gone_at(border.home, border.listing)) == before

    listings.hide_listing(
        by=border.other.assurer, listing_id=border.listing.pk,
        because=Hidden.WITHDRAWN, reason="They asked.",
    )  # fmt: skip
    actions.consume_outbox()

    assert words_of(gone_at(border.home, border.listing)) == before
    assert words_of(gone_at(border.other, border.listing))[0] == GoneReason.WITHDRAWN
    assert statuses(client, border.listing) == [410, 410]
