"""The provider's home, for who keeps the services of several organisations."""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from tests import world
from tests.workflow.deciding import page
from tests.workflow.pages import text
from workflow.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def test_each_organisation_has_a_tab_with_its_services(place: world.Place) -> None:
    one = world.published(place, name="Ants", body=world.organization(name="Anthill"))
    two = world.published(place, name="Bees", body=world.organization(name="Beehive"))
    editor = world.make_editor(one)
    world.give(editor, Role.EDITOR, world.organization_of(two))

    every = page(editor, "my-services")
    bees = page(editor, "my-services", of=str(two.organization_id))

    tabs = [(tab["label"], tab["count"]) for tab in every.context["tabs"]]
    assert tabs == [("All of them", 2), ("Anthill", 1), ("Beehive", 1)]
    assert [card["title"] for card in bees.context["cards"]] == ["Bees"]
    assert [str(one) for one in bees.context["organizations"]] == ["Beehive"]


def test_tabs_keep_the_order_that_is_shown(place: world.Place) -> None:
    one = world.published(place, name="Ants", body=world.organization(name="Anthill"))
    two = world.published(place, name="Bees", body=world.organization(name="Beehive"))
    editor = world.make_editor(one)
    world.give(editor, Role.EDITOR, world.organization_of(two))
    anthill = one.organization_id

    plain = page(editor, "my-services").context["tabs"]
    thin = page(editor, "my-services", order="thin").context["tabs"]

    assert [tab["url"] for tab in plain][:2] == [
        "/my-services/", f"/my-services/?of={anthill}",
    ]  # fmt: skip
    assert [tab["url"] for tab in thin][:2] == [
        "/my-services/?order=thin", f"/my-services/?of={anthill}&order=thin",
    ]  # fmt: skip


def test_what_asks_for_something_comes_before_what_falls_due_later(
    place: world.Place,
) -> None:
    public = world.published(place, name="Ants", body=world.organization())
    draft = world.draft(place, name="Bees")
    Listing.objects.filter(pk=draft.pk).update(organization_id=public.organization_id)
    editor = world.make_editor(public)

    answer = page(editor, "my-services")

    assert [card["title"] for card in answer.context["cards"]] == ["Bees", "Ants"]
    assert "1 service asks something of you. That comes first" in text(answer)


def test_one_organisation_needs_no_tabs(place: world.Place) -> None:
    editor = world.make_editor(world.published(place))

    answer = page(editor, "my-services", of="nonsense")

    assert answer.context["tabs"] == []
    assert len(answer.context["cards"]) == 1


def test_what_checked_means_stands_on_it_once(place: world.Place) -> None:
    listing = world.published(place)

    for answer in (page(world.make_editor(listing), "my-services"), Client().get("/")):
        assert answer.content.decode().count("Checked means") == 1
