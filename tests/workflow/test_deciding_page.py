"""The decision page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def test_smoke(place: world.Place, client: Client) -> None:
    listing = world.submitted(place)
    proposal = listing.proposals.get()
    client.force_login(place.assurer)
    for url in (
        reverse("workflow:queue"),
        reverse("workflow:proposal", args=[proposal.pk]),
        reverse("workflow:record", args=[listing.pk]),
        reverse("workflow:history", args=[listing.pk]),
        reverse("workflow:preview", args=[listing.pk]),
    ):
        assert client.get(url).status_code == 200, url
    other = world.published(place)
    for name in ("record", "history", "preview", "check", "correct"):
        url = reverse(f"workflow:{name}", args=[other.pk])
        assert client.get(url).status_code == 200, url
