"""Suggesting changes to a record, section by section."""

from typing import Any

import pytest
from django.urls import reverse

from common import clock
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.freshness import full_date
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.pages import filled_in, text
from tests.workflow.suggesting import page_of, secrets, section_of, suggested
from workflow.actions import checking
from workflow.actions.decisions import Informant
from workflow.models import Change, Proposal, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def test_suggestion_names_what_changed_and_how_one_knows(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    where = section_of(listing, "contact")

    response = client.post(
        where,
        filled_in(client.get(where), evidence="rang", words="On Monday.",
                  **{"phones-0-number": "01632 960 199"}),
    )  # fmt: skip

    proposal = Proposal.objects.get(kind="edit")
    assert response["Location"] == reverse("workflow:suggestion", args=[proposal.pk])
    assert (proposal.evidence, proposal.evidence_words) == ("rang", "On Monday.")
    assert proposal.proposer_partner == place.health
    (change,) = proposal.changes.all()
    assert change.value == (change.was or {}) | {"number": "01632 960199"}
    assert change.base == 1


def test_section_says_what_the_person_sent_before(place: world.Place) -> None:
    listing = world.published(place)
    mine = suggested(place, listing, fees="£999", wait_time="A week")
    changes = mine.changes.get(path="fees")
    slug = next(s.slug for s in RECORDS[Kind.SERVICE].sections if "fees" in s.names)
    where = section_of(listing, slug)

    here = signed_in(place.contributor).get(where).context["waiting"]
    others = signed_in(place.second_assurer).get(where).context["waiting"]

    url = reverse("workflow:suggestion", args=[mine.pk])
    assert {"text": said(changes), "url": url} in here
    assert others == []


def said(change: Change) -> str:
    day = full_date(change.proposal.created_at.astimezone(clock.LONDON))
    now = f" (now {change.was})" if change.was else ""
    return f"You sent on {day}: Cost in words: {change.value}{now}."


def test_section_of_a_hall_names_the_services_that_change_too(
    place: world.Place,
) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    world.published(place, at=hall, name="Thursday lunch")
    world.submitted(place, at=hall, name="Not public yet")
    editor = world.make_editor(listing)
    suggest = section_of(listing, "address", Kind.LOCATION, hall.pk)
    args = [listing.pk, Kind.LOCATION, hall.pk, "address"]

    page = signed_in(place.contributor).get(suggest)
    own = signed_in(editor).get(reverse("workflow:section", args=args))

    for shown in (page, own):
        assert shown.context["also"] == ["Thursday lunch"]
        assert "Also changes this service: Thursday lunch" in text(shown)
    alone = signed_in(place.contributor).get(section_of(listing, "contact"))
    assert alone.context["also"] == []


def test_suggestion_without_evidence_keeps_everything(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    where = section_of(listing, "contact")

    response = client.post(
        where, filled_in(client.get(where), email="new@coffee.example", words="Hm.")
    )

    assert response.context["how"].errors == {"evidence": ["Say how you know."]}
    sent = filled_in(response)
    assert (sent["email"], sent["words"]) == (["new@coffee.example"], ["Hm."])
    assert not Proposal.objects.filter(kind="edit").exists()


def test_suggestion_is_made_against_the_version_that_was_seen(
    place: world.Place,
) -> None:
    listing = world.published(place, fees="£2")
    client = signed_in(place.contributor)
    where = section_of(listing, "cost")
    opened = client.get(where)
    checking.correct_and_check(
        by=place.assurer, listing_id=listing.pk,
        edits={str(listing.record_id): {"fees": "£3"}},
        informant=Informant("Sam Ford, leader", "call", clock.today()), method="call",
    )  # fmt: skip

    client.post(where, filled_in(opened, fees="£2.50", evidence="visited"))

    (change,) = Change.objects.filter(proposal__state="open")
    assert (change.was, change.value, change.base) == ("£2", "£2.50", 1)


def test_neighbour_who_changes_one_thing_does_not_touch_what_is_held_back(
    place: world.Place,
) -> None:
    listing = world.published(place, fees="£2", **secrets())
    neighbour = world.make_place("Elsewhere")
    client = signed_in(neighbour.contributor)
    where = section_of(listing, "contact")

    client.post(
        where,
        filled_in(client.get(where), email="info@coffee.example", evidence="website"),
    )

    (change,) = Change.objects.filter(proposal__kind="edit")
    assert (change.path, change.value) == ("email", "info@coffee.example")


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "one", "9" * 30])
def test_version_that_never_was_is_passed_over(
    place: world.Place, version: str
) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    where = section_of(listing, "cost")

    response = client.post(
        where,
        filled_in(client.get(where), version=version, fees="£2", evidence="visited"),
    )

    assert response.status_code == 302
    assert Change.objects.get(proposal__kind="edit").base == 1


def test_own_suggestion_stands_at_its_section(place: world.Place) -> None:
    listing = world.published(place)
    suggested(place, listing, fees="Free")

    mine = signed_in(place.contributor).get(page_of(listing)).context["records"][0]
    theirs = signed_in(place.volunteer).get(page_of(listing)).context["records"][0]

    assert [s.waiting for s in mine.sections if s.slug == "cost"] == [
        ["Cost in words: Free."]
    ]
    assert not theirs.is_waiting


def test_who_suggests_is_told_that_a_trusted_provider_may_decide(
    place: world.Place,
) -> None:
    listing = world.published(place, fees="£2")
    client = signed_in(place.contributor)
    where = section_of(listing, "cost")

    def thanked(fees: str) -> str:
        sent = filled_in(client.get(where), fees=fees, evidence="visited")
        return text(client.post(where, sent, follow=True))

    assert "Thank you. Testham Council decides on it" in thanked("£3")
    world.trust(place, listing)
    assert "Thank you. Testham Council or who runs it decides on it" in thanked("£4")
