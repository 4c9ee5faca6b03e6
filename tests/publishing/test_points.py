"""Where the public is sent follows the postcode of a place that was put right."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from common import clock
from directory.models import Postcode
from publishing import actions
from publishing.models import PublishedPlace
from tests import world
from workflow import queries
from workflow.actions import bodies
from workflow.actions.choosing import Informant
from workflow.choices import Method
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db

NEW = "BA13 8ZZ"


@pytest.fixture
def place(db: None, settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    Postcode.objects.create(code="BA129AA", latitude=51.2, longitude=-2.1)
    Postcode.objects.create(code="BA138ZZ", latitude=51.4, longitude=-2.4)
    return made


def moved(place: world.Place, listing: Listing, **marks: bool) -> str:
    """An assurer puts the postcode right, and it is published anew; the place's id."""
    record = Record.objects.get(pk=listing.location_ids[0])
    [was] = queries.current(record)["addresses"]
    bodies.correct_record(
        by=place.assurer, record_id=record.pk,
        values={f"addresses/{was['id']}": {**was, "postal_code": NEW}, **marks},
        informant=Informant("Jo, the caretaker", Method.CALL, clock.today()),
    )  # fmt: skip
    actions.consume_outbox()
    return str(record.pk)


def near(client: Client, postcode: str) -> list[str]:
    address = f"/oruk/v3/services?postcode={quote(postcode)}&proximity=2000"
    answer = client.get(address)
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["contents"]]


def test_near_me_and_the_map_follow(place: world.Place, client: Client) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    before = [near(client, code) for code in ("BA12 9AA", NEW)]

    moved(place, listing)

    here = str(listing.record_id)
    assert before == [[here], []]
    assert [near(client, code) for code in ("BA12 9AA", NEW)] == [[], [here]]
    page = client.get(f"/services/{here}/").content.decode()
    assert "mlat=51.4&amp;mlon=-2.4" in page
    assert "51.2" not in page


@pytest.mark.parametrize("mark", ["sensitive", "home"])
def test_no_point_of_a_secret_place_or_a_home_is_published(
    place: world.Place, client: Client, mark: str
) -> None:
    listing = world.published(place)

    key = moved(place, listing, **{mark: True})

    stored = queries.whole(world.fresh(listing)).locations[key]
    assert (stored["latitude"], stored["longitude"]) == (51.4, -2.4)
    assert not PublishedPlace.objects.filter(latitude__isnull=False).exists()
    assert near(client, NEW) == []
    for path in (f"/services/{listing.record_id}/",
                 f"/oruk/v3/services/{listing.record_id}"):  # fmt: skip
        said = client.get(path).content.decode()
        assert "51.4" not in said
        assert "-2.4" not in said
