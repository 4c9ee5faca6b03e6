"""What a neighbour's end-point gives away of what a place keeps: what the place's does.

The same secrets as in ``test_secrets.py``, asked for over the border.
"""

from typing import Any

import pytest
from django.test import Client

from directory.choices import Kind, Visibility
from publishing import actions
from publishing.models import PublishedPlace, PublishedService
from tests import world
from tests.publishing import sample
from tests.publishing.test_border import agree, row_at
from tests.publishing.test_secrets import (
    COMMON,
    MOBILE,
    NUMBER,
    PRIVATE,
    everything_sent,
    found_by_search,
    leaks,
    personal_listing,
    planted,
    refuge,
    said,
    stored,
)
from workflow import queries
from workflow.models import Listing

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(params=[True, False], ids=["strict", "extended"])
def strict(request: Any, settings: Any) -> bool:
    settings.ORUK_STRICT_PROFILE = request.param
    return bool(request.param)


@pytest.fixture
def home(place: world.Place) -> world.Place:
    """The neighbour; the place that answers shows what it keeps."""
    made = world.make_place("Nextford")
    agree(made, place)
    return made


def told(
    place: world.Place, client: Client, listing: Listing, secrets: set[str]
) -> Any:
    """The secrets that the place gives away of a service that it really shows."""
    actions.consume_outbox()
    assert row_at(place, listing) is not None
    assert client.get(f"/services/{listing.record_id}/").status_code == 200
    answers = [said(answer) for answer in everything_sent(client, listing)]
    return leaks(secrets, stored(), *answers), found_by_search(client, secrets)


def test_refuge_gives_nothing_away_over_the_border(
    place: world.Place, home: world.Place, client: Client, strict: bool
) -> None:
    listing, secrets = refuge(home)

    assert told(place, client, listing, secrets) == ([], [])
    assert {
        (tuple(row.location_ids), row.area) for row in PublishedService.objects.all()
    } == {((), "")}
    assert PublishedPlace.objects.count() == 0


def test_place_that_becomes_a_refuge_disappears_over_the_border(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing, texts = refuge(home, sensitive=False)
    open_before, _ = told(place, client, listing, texts)
    sample.amend(listing.location_ids[0], sensitive=True)

    assert "77 Hidden Passage" in open_before
    assert told(place, client, listing, texts) == ([], [])


def test_fields_that_are_not_open_do_not_cross(
    place: world.Place, home: world.Place, client: Client, strict: bool
) -> None:
    closed = {
        kind: planted(kind, Visibility.PARTNERS) | planted(kind, Visibility.INTERNAL)
        for kind in Kind
    }
    listing = world.published(
        home,
        body=world.organization(**closed[Kind.ORGANIZATION]),
        in_hall=world.hall(**closed[Kind.LOCATION]),
        **closed[Kind.SERVICE],
    )
    secrets = {t for payload in closed.values() for t in sample.texts(payload)}
    secrets -= COMMON

    accepted = queries.whole(listing).service
    assert set(closed[Kind.SERVICE]) <= set(accepted), "the secrets are really there"
    assert told(place, client, listing, secrets) == ([], [])


def test_what_is_personal_does_not_cross(
    place: world.Place, home: world.Place, client: Client, strict: bool
) -> None:
    secrets = {MOBILE, MOBILE.replace("07", "+447", 1), PRIVATE, NUMBER, "Joan Marsh"}

    assert told(place, client, personal_listing(home), secrets) == ([], [])


def test_nobody_who_works_there_is_named_here(
    place: world.Place, home: world.Place, client: Client
) -> None:
    people = (home.assurer, home.contributor, home.lead, home.publisher)
    secrets = {p.name for p in people} | {p.email for p in people}

    assert told(place, client, world.published(home), secrets) == ([], [])
