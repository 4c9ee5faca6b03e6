"""Working in one of several places: the switch, and the numbers of the menu."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests import world
from tests.workflow.deciding import edit, report, signed_in
from tests.workflow.pages import text
from workflow import sections
from workflow.actions import proposals
from workflow.choices import Stage
from workflow.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: Any) -> world.Place:
    made = world.make_place("Hereham")
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def there() -> world.Place:
    return world.make_place("Thereford")


@pytest.fixture
def both(here: world.Place, there: world.Place) -> User:
    """Somebody who leads both places and assures in both."""
    person = world.person("Bo Both")
    for place in (here, there):
        world.give(person, Role.LEAD, place.partnership)
        world.give(person, Role.ASSURER, place.council)
    return person


def switch(client: Client, place: world.Place) -> Any:
    return client.post(
        reverse("workflow:switch-place"), {"place": str(place.partnership.pk)}
    )


def menu(response: Any) -> dict[str, int | None]:
    return {item["label"]: item["count"] for item in response.context["nav"]}


def test_lead_of_two_places_switches_between_them(
    here: world.Place, there: world.Place, both: User
) -> None:
    client = signed_in(both)
    before = client.get("/lead/").context["place"]

    answer = switch(client, there)

    after = client.get("/lead/").context["place"]
    assert answer.url == reverse("workflow:home")
    assert (before, after) == (here.partnership, there.partnership)
    assert client.get("/lead/policy/").context["place"] == there.partnership


def test_queue_holds_what_is_to_do_in_the_chosen_place_alone(
    here: world.Place, there: world.Place, both: User
) -> None:
    edit(here, world.published(here), fees="Free")
    for _ in range(2):
        report(there, world.published(there, name="The planted club"))
    client = signed_in(both)

    first = client.get("/work/")
    switch(client, there)
    second = client.get("/work/")

    assert (first.context["total"], menu(first)["My work"]) == (1, 1)
    assert "planted" not in text(first)
    assert (second.context["total"], menu(second)["My work"]) == (2, 2)


def test_next_item_is_one_of_the_chosen_place(
    here: world.Place, there: world.Place, both: User
) -> None:
    report(there, world.published(there))  # an older duty than the changes
    one = edit(here, world.published(here), fees="Free")
    two = edit(here, world.published(here), fees="Free")

    page = signed_in(both).get(reverse("workflow:proposal", args=[one.pk]))

    assert page.context["skip_url"] == reverse("workflow:proposal", args=[two.pk])


def test_menu_of_the_person_offers_the_switch(
    here: world.Place, there: world.Place, both: User
) -> None:
    words = text(signed_in(both).get("/lead/"))

    assert "You have a part in two places:" in words
    assert "Work in Thereford" in words
    assert "Work in Hereham" not in words
    assert "You have a part in" not in text(signed_in(here.lead).get("/lead/"))


def test_nobody_switches_to_a_place_of_others(
    here: world.Place, there: world.Place
) -> None:
    client = signed_in(here.lead)

    assert switch(client, there).status_code == 404
    assert client.get("/lead/").context["place"] == here.partnership


def test_a_place_that_one_has_no_part_in_any_more_is_left(
    here: world.Place, there: world.Place, both: User
) -> None:
    client = signed_in(both)
    switch(client, there)
    for grants in (there.partnership, there.council):
        type(grants)._meta.apps.get_model(
            "accounts", f"{type(grants).__name__}Grant"
        ).objects.filter(user_id=str(both.pk), content_object_id=grants.pk).delete()

    assert client.get("/lead/").context["place"] == here.partnership


def test_public_pages_stay_with_the_place_that_answers(
    here: world.Place, there: world.Place, both: User
) -> None:
    client = signed_in(both)
    switch(client, there)

    assert client.get("/").context["place"] == here.partnership


# --- the numbers ----------------------------------------------------------------------


def test_number_in_the_menu_is_that_of_the_queue(here: world.Place) -> None:
    listing = world.published(here)
    edit(here, listing, fees="Free")
    report(here, listing)
    Listing.objects.filter(pk=world.published(here).pk).update(due_on="2020-01-01")

    page = signed_in(here.assurer).get("/work/")

    assert page.context["total"] == 3
    assert menu(page)["My work"] == 3


def test_much_that_waits_is_not_counted_again_on_every_page(
    here: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "MOST", 1)
    edits = [edit(here, world.published(here), fees="Free") for _ in range(2)]
    client = signed_in(here.assurer)

    def shown(address: str) -> str:
        return str(menu(client.get(address))["My work"])

    before = [shown("/my-suggestions/"), shown("/work/")]
    proposals.withdraw_proposal(by=here.contributor, proposal_id=edits[0].pk)
    meanwhile = [shown("/my-suggestions/"), shown("/work/?run_by=nobody")]
    queue = client.get("/work/").context["total"]
    after = [shown("/work/"), shown("/my-suggestions/")]

    assert (before, meanwhile) == (["1+", "1+"], ["1+", "1+"])
    assert (queue, after) == (1, ["1", "1"]), "the queue itself always counts"


def test_pages_do_without_the_cache(
    here: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError

    for way in ("get", "set", "delete"):
        monkeypatch.setattr(cache, way, gone)
    monkeypatch.setattr(sections, "MOST", 1)
    for _ in range(2):
        edit(here, world.published(here), fees="Free")
        page = signed_in(here.assurer).get("/my-suggestions/")

    assert str(menu(page)["My work"]) == "1+"


def test_number_of_a_publisher_is_that_of_the_queue(here: world.Place) -> None:
    here.policy.publish_at_once = False
    here.policy.save()
    assert world.published(here).stage == Stage.ASSURED

    page = signed_in(here.publisher).get("/work/")

    assert menu(page)["To publish"] == page.context["total"] == 1


def test_trusted_body_finds_its_queue_in_the_menu(here: world.Place) -> None:
    listing = world.published(here)
    editor = world.make_editor(listing)
    before = menu(signed_in(editor).get("/my-services/"))

    world.trust(here, listing)

    after = signed_in(editor).get("/work/")
    assert "My work" not in before
    assert menu(after)["My work"] == after.context["total"]


# --- the way through the work ---------------------------------------------------------


def test_decision_page_says_how_much_waits_and_leads_to_the_first_line(
    here: world.Place,
) -> None:
    one = edit(here, world.published(here), fees="Free")
    for _ in range(2):
        edit(here, world.published(here), fees="Free")

    words = signed_in(here.assurer).get(reverse("workflow:proposal", args=[one.pk]))

    assert words.context["left"] == 2
    assert "2 more decisions wait after this." in text(words)
    page = words.content.decode()
    assert 'href="#row-1">Skip to the first line to decide' in page
    # An empty address would carry “#row-1” on to the next decision, below its banner.
    here_url = words.request["PATH_INFO"]
    assert f'<form method="post" action="{here_url}" novalidate data-guard>' in page


def test_queue_leads_an_assurer_to_the_sources(here: world.Place) -> None:
    url = f'href="{reverse("workflow:sources")}"'

    assert url in signed_in(here.assurer).get("/work/").content.decode()
    assert url not in signed_in(here.publisher).get("/work/").content.decode()


def test_record_page_folds_what_is_beside_the_service(here: world.Place) -> None:
    listing = world.published(here)

    record, check = (
        signed_in(here.assurer)
        .get(reverse(f"workflow:{name}", args=[listing.pk]))
        .content.decode()
        for name in ("record", "check")
    )

    assert record.count('id="part-') == 2
    assert check.count('id="part-') == 0  # all of it is looked at
