"""Which place answers a stranger, in an environment like that of docker-compose.yml."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Partnership
from accounts.roles import Role
from config import env
from publishing import actions
from tests import world
from tests.workflow.pages import text
from workflow.actions.setting_up import create_place

pytestmark = pytest.mark.django_db

LIST = "/oruk/v3/services"


@pytest.fixture(autouse=True)
def like_compose(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Compose gives the containers an empty DEFAULT_PLACE where .env has none."""
    monkeypatch.setenv("DEFAULT_PLACE", "")
    settings.DEFAULT_PLACE = env.text("DEFAULT_PLACE")
    settings.ALLOWED_HOSTS = ["*"]


def set_up(name: str, *host_names: str) -> Partnership:
    """A place, as an administrator sets it up."""
    return create_place(
        by=world.give(world.person("Ada"), Role.ADMINISTRATOR, None), name=name,
        role_mailbox=f"hello@{name.lower()}.example", host_names=list(host_names),
    )  # fmt: skip


def who_answers(host: str) -> tuple[str, int, str]:
    """What the front page is called, how many services are in the open data, and
    whose they are."""
    client = Client(headers={"host": host})
    described = client.get("/oruk/v3/openapi.json").json()["info"]["title"]
    front = client.get("/")
    assert front.status_code == 200
    total = client.get(LIST).json()["total_items"]
    return str(front.context["place"] or ""), total, described


def test_only_place_answers_on_every_host_name() -> None:
    before = who_answers("vouch.example")
    set_up("Newham", "newham.example")

    assert before == ("", 0, "Open Referral UK")
    for host in ("vouch.example", "newham.example"):
        assert who_answers(host)[::2] == (
            "Newham", "Open Referral UK: services of Newham",
        )  # fmt: skip
    assert "Newham" in text(Client().get("/"))


def test_services_of_the_only_place_are_in_the_open_data(
    stocked_place: world.Place, client: Client
) -> None:
    listing = world.published(stocked_place)
    actions.consume_outbox()

    assert client.get(LIST).json()["total_items"] == 1
    assert client.get(f"{LIST}/{listing.record_id}").status_code == 200
    assert client.get(f"/services/{listing.record_id}/").status_code == 200


def test_of_two_places_each_answers_on_its_own_host_name(
    stocked_place: world.Place,
) -> None:
    world.published(stocked_place)
    actions.consume_outbox()
    Partnership.objects.update(host_names=["testham.example"])
    set_up("Newham", "newham.example")

    found = {
        host: who_answers(host)[:2]
        for host in ("testham.example", "newham.example", "vouch.example")
    }

    assert found == {
        "testham.example": ("Testham", 1),
        "newham.example": ("Newham", 0),
        "vouch.example": ("", 0),
    }


def test_place_by_default_answers_beside_those_with_host_names(settings: Any) -> None:
    set_up("Newham", "newham.example")
    set_up("Oldham", "oldham.example")
    settings.DEFAULT_PLACE = "oldham"

    assert who_answers("vouch.example")[0] == "Oldham"
    assert who_answers("newham.example")[0] == "Newham"


def test_place_by_default_that_is_not_there_is_nobody_else(settings: Any) -> None:
    set_up("Newham", "newham.example")
    settings.DEFAULT_PLACE = "oldham"

    assert who_answers("vouch.example")[0] == ""
