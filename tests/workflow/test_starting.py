"""Where contributors and partner readers begin."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from directory.choices import Visibility
from tests import world
from tests.workflow.deciding import edit, page, query_count, report
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow.actions.decisions import decide
from workflow.choices import Hidden, Stage
from workflow.models import Listing, Record, Remit

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def test_contributor_finds_and_reads_what_became_of_it(place: world.Place) -> None:
    edit(place, world.published(place), fees="Free")

    answer = page(place.contributor, "start-here")

    assert [card["title"] for card in answer.context["suggestions"]] == [
        "Tuesday coffee morning", "New: Tuesday coffee morning",
    ]  # fmt: skip
    assert "2 suggestions wait for an answer." in text(answer)
    assert answer.context["form"].fields["q"].label == "Service, or who runs it"


def test_reader_is_asked_for_no_suggestions(place: world.Place) -> None:
    answer = page(place.reader, "start-here")

    assert "suggestions" not in answer.context
    assert "What became of what I said" not in text(answer)


def test_record_is_reported_in_three_taps(place: world.Place) -> None:
    made = world.published(place)
    answer = page(place.contributor, "records", q="coffee")

    (card,) = answer.context["cards"]

    assert {link["label"]: link["url"] for link in card["more"]} == {
        "Still right": f"{reverse('workflow:still-right', args=[made.pk])}?q=coffee",
        "Something is wrong": f"{reverse('workflow:problem', args=[made.pk])}?q=coffee",
        "It has closed": f"{reverse('workflow:closed', args=[made.pk])}?q=coffee",
    }


def test_colleagues_see_what_lapsed_and_what_is_for_partners(
    place: world.Place,
) -> None:
    lapsed = world.published(place, name="Lapsed")
    Listing.objects.filter(pk=lapsed.pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED],
        assured_on=clock.today() - dt.timedelta(days=200),
    )  # fmt: skip
    closed = world.published(place, name="For partners")
    Record.objects.filter(pk=closed.record_id).update(visibility=Visibility.PARTNERS)
    hidden = world.published(place, name="Internal")
    Record.objects.filter(pk=hidden.record_id).update(visibility=Visibility.INTERNAL)

    for who in (place.reader, place.contributor):
        answer = page(who, "start-here")
        shown = {card["title"]: card["text"] for card in answer.context["closed"]}
        assert list(shown) == ["For partners", "Lapsed"]
        assert shown["Lapsed"].endswith("ring before you send somebody.")
        assert answer.context["closed_count"] == 2
        every = signed_in(who).get(reverse("workflow:records"), {"colleagues": "on"})
        assert [c["title"] for c in every.context["cards"]] == [
            "For partners",
            "Lapsed",
        ]


def test_figures_are_those_of_the_own_partner(place: world.Place) -> None:
    hana = world.give(world.person("Hana Assurer"), Role.ASSURER, place.health)
    Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health", lead=hana,
    )  # fmt: skip
    ours = world.published(place, name="Ours")
    world.published(place, name="Theirs")
    ours.remit = Remit.objects.get(name="Health")
    ours.save(update_fields=["remit"])
    report(place, ours)

    answer = page(place.reader, "start-here")

    shown = {stat["label"]: stat["value"] for stat in answer.context["stats"]}
    assert (shown["Published"], shown["Waiting for a decision"]) == ("1", "1")
    rows = [[c["text"] for c in row] for row in answer.context["remits"]]
    assert rows == [["Health (Hana Assurer)", "1", "0", "0", "1"]]


def test_partner_hears_what_of_its_suggestions_was_accepted(
    place: world.Place,
) -> None:
    good = edit(place, world.published(place, name="One"), fees="Free")
    edit(place, world.published(place, name="Two"), fees="Free")
    type(good).objects.update(proposer_partner=place.health)
    decide(by=place.assurer, proposal_id=good.pk, choices=world.accept_all(good))

    stat = page(place.reader, "start-here").context["stats"][-1]

    sent = type(good).objects.filter(proposer_partner=place.health).count()
    assert (stat["value"], stat["of"]) == (str(sent), f"{sent - 1} accepted")


def test_volunteer_has_no_team(place: world.Place) -> None:
    answer = page(place.volunteer, "start-here")

    assert "team" not in answer.context
    assert answer.status_code == 200


def test_start_costs_the_same_with_one_and_three(place: world.Place) -> None:
    def add(name: str) -> None:
        made = world.published(place, name=name)
        edit(place, made, fees="Free")
        Record.objects.filter(pk=made.record_id).update(visibility=Visibility.PARTNERS)

    address = reverse("workflow:start-here")
    add("One")
    one = query_count(place.contributor, address)
    add("Two")
    add("Three")

    assert query_count(place.contributor, address) == one
