"""The lead's overview, the figures and what is behind them, and who may see it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import world
from workflow import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


PAGES = ("lead", "policy", "levels", "remits", "people", "carry-over")


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_the_lead_alone(place: world.Place, name: str) -> None:
    world.published(place)
    url = reverse(f"workflow:{name}")

    assert signed_in(place.lead).get(url).status_code == 200
    for other in (place.assurer, place.publisher, place.reader, place.officer):
        assert signed_in(other).get(url).status_code == 403


@pytest.mark.parametrize("slug", list(figures.BY_SLUG))
def test_every_figure_opens(place: world.Place, slug: str) -> None:
    world.published(place)
    world.submitted(place)
    answer = signed_in(place.lead).get(reverse("workflow:figure", args=[slug]))

    assert answer.status_code == 200


def test_erase_opens_for_the_officer(place: world.Place) -> None:
    url = reverse("workflow:erase")

    assert signed_in(place.officer).get(url).status_code == 200
    assert signed_in(place.lead).get(url).status_code == 403
