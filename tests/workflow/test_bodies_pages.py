"""The pages of organizations and places: who sees what, what shows them, finding."""

from typing import Any

import pytest
from django.urls import reverse

from directory.choices import Visibility
from tests import world
from tests.workflow.deciding import edit, page, query_count, text
from tests.workflow.town import Town
from workflow import bodies, seeing
from workflow.actions import decisions, records
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db


def organization(listing: Listing) -> Record:
    return Record.objects.get(pk=str(listing.organization_id))


def pages(user: Any, record: Record) -> int:
    return int(page(user, record.kind, record.pk).status_code)


def guard(town: Town, mark: str) -> None:
    """The hall is kept secret, or somebody lives there, by decision."""
    values: dict[str, Any] = {mark: True}
    suggested = edit(
        town.place, town.listing, by=town.place.second_assurer,
        record=str(town.hall.pk), **values,
    )  # fmt: skip
    decisions.decide(
        by=town.place.assurer, proposal_id=suggested.pk,
        choices=world.accept_all(suggested),
    )  # fmt: skip


# --- who sees it ----------------------------------------------------------------------


def test_organization_and_place_are_seen_by_who_reads_a_service_of_theirs(
    town: Town,
) -> None:
    place = town.place
    for record in (organization(town.listing), town.hall):
        for user in (place.reader, place.contributor, place.assurer, place.lead):
            assert pages(user, record) == 200


def test_keeper_sees_everything_and_partner_no_internal_fields(town: Town) -> None:
    editor = world.make_editor(town.listing)
    body = organization(town.listing)

    assert bodies.sees(editor, body) == seeing.EVERYTHING
    assert bodies.sees(town.place.assurer, town.hall) == seeing.EVERYTHING
    assert bodies.sees(town.place.reader, body) == seeing.PARTNERS


def test_volunteer_and_neighbour_see_what_the_public_sees(town: Town) -> None:
    other = world.make_place("Elseham")
    for user in (town.place.volunteer, other.contributor):
        assert bodies.sees(user, town.hall) == seeing.PUBLIC
        answer = page(user, "location", town.hall.pk)
        assert answer.status_code == 200
        assert answer.context["is_public_version"] is True
        assert page(user, "location-history", town.hall.pk).status_code == 404


def test_record_of_another_kind_is_not_there(town: Town) -> None:
    assert page(town.place.reader, "organization", town.hall.pk).status_code == 404
    assert (
        page(town.place.reader, "location", town.listing.record_id).status_code == 404
    )


@pytest.mark.parametrize("mark", ["sensitive", "home"])
def test_guarded_place_is_there_for_who_keeps_it_alone(town: Town, mark: str) -> None:
    guard(town, mark)
    editor = world.make_editor(town.listing)

    seen = {
        user.name: pages(user, town.hall)
        for user in (
            town.place.assurer, editor, town.place.reader, town.place.contributor,
            town.place.lead, town.place.volunteer,
        )
    }  # fmt: skip

    assert seen == {
        "Asha Assurer": 200, "Edda Editor": 200, "Rita Reader": 404,
        "Cora Contributor": 404, "Lena Lead": 404, "Vera Volunteer": 404,
    }  # fmt: skip


@pytest.mark.parametrize("words", ["Testham Hall", "High", "BA12"])
def test_secret_place_is_not_found_by_its_name_nor_by_where_it_lies(
    town: Town, words: str
) -> None:
    before = bodies.find(town.place.reader, "location", words).count()
    guard(town, "sensitive")

    assert before == 1
    assert bodies.find(town.place.reader, "location", words).count() == 0
    assert bodies.find(town.place.assurer, "location", words).count() == 1


@pytest.mark.parametrize(
    ("visibility", "seen"),
    [(Visibility.OPEN, (200, 200)), (Visibility.PARTNERS, (200, 404)),
     (Visibility.INTERNAL, (404, 404))],
)  # fmt: skip
def test_visibility_of_a_record_closes_its_page(
    town: Town, visibility: str, seen: tuple[int, int]
) -> None:
    records.set_visibility(
        by=town.place.assurer, record_id=town.hall.pk, visibility=visibility,
        reason="They asked.",
    )  # fmt: skip

    people = (town.place.reader, town.place.volunteer)
    assert tuple(pages(user, town.hall) for user in people) == seen


def test_record_of_a_draft_alone_is_not_there_for_others(place: world.Place) -> None:
    listing = world.submitted(place)

    assert pages(place.reader, organization(listing)) == 404


def test_provider_comes_to_their_organization_from_their_services(town: Town) -> None:
    editor = world.make_editor(town.listing)
    body = organization(town.listing)

    url = reverse("workflow:organization", args=[body.pk])
    assert page(editor, "my-services").content.decode().count(f'href="{url}"') == 1
    assert pages(editor, body) == 200


# --- what shows it --------------------------------------------------------------------


def test_page_tells_every_service_that_shows_it(town: Town) -> None:
    shown = page(town.place.reader, "location", town.hall.pk).context["services"]

    assert [card["title"] for card in shown] == ["Chess club", "Tuesday coffee morning"]


def test_hidden_service_is_named_to_nobody_who_may_not_read_it(town: Town) -> None:
    other = world.make_place("Elseham")
    records.set_visibility(
        by=town.place.assurer, record_id=town.neighbour.record_id,
        visibility=Visibility.INTERNAL, reason="For us alone.",
    )  # fmt: skip

    reader = page(town.place.reader, "location", town.hall.pk)
    stranger = page(other.contributor, "location", town.hall.pk)
    keeper = page(world.make_editor(town.listing), "location", town.hall.pk)

    for answer in (reader, stranger, keeper):
        assert "Chess club" not in text(answer)
    assert reader.context["more_services"] == stranger.context["more_services"] == 0
    assert keeper.context["more_services"] == 1


def test_page_says_who_keeps_it_and_when_it_was_vouched_for(town: Town) -> None:
    body = organization(town.listing)
    facts = page(town.place.reader, "organization", body.pk).context["facts"]

    assert facts[0]["value"] == "Sharedham Council, for Sharedham"
    assert facts[1]["label"] == "Information checked"
    assert facts[1]["value"].endswith("by Sharedham Council.")


def test_page_says_that_it_has_changed_since_it_was_vouched_for(town: Town) -> None:
    suggested = edit(
        town.place, town.listing, record=str(town.hall.pk), transportation="Bus 7"
    )
    decisions.decide(
        by=town.place.assurer, proposal_id=suggested.pk,
        choices=world.accept_all(suggested),
    )  # fmt: skip

    facts = page(town.place.reader, "location", town.hall.pk).context["facts"]

    assert facts[1]["value"].endswith("It has changed since.")


def test_waiting_suggestion_stands_beside_the_record(town: Town) -> None:
    edit(town.place, town.listing, record=str(town.hall.pk), transportation="Bus 7")

    def waiting(user: Any) -> list[tuple[str, bool]]:
        rail = page(user, "location", town.hall.pk).context["rail"]
        return [(one["text"], bool(one["url"])) for one in rail[0]["events"]]

    assert waiting(town.place.assurer) == [("Change, from Cora Contributor", True)]
    assert waiting(town.place.contributor) == [("Change, from you", True)]
    assert waiting(town.place.reader) == [("Change", False)]
    assert waiting(town.place.volunteer) == []


def test_place_tells_who_moved_to_a_place_of_its_own(town: Town) -> None:
    records.split_location(
        by=town.place.assurer, listing_id=town.neighbour.pk, location_id=town.hall.pk
    )

    rail = page(town.place.reader, "location", town.hall.pk).context["rail"]

    assert rail[1]["events"][0]["text"] == (
        "“Chess club” has moved to a place of its own"
    )


def test_history_says_who_how_and_when(town: Town) -> None:
    answer = page(town.place.reader, "location-history", town.hall.pk)

    assert [v["evidence"] for v in answer.context["versions"]] == [""]
    assert "How they knew" not in text(answer)


# --- finding, and queries -------------------------------------------------------------


def test_organizations_are_found_with_the_number_of_their_services(town: Town) -> None:
    answer = page(town.place.reader, "organizations", q="friends")

    cards = answer.context["cards"]
    assert [card["title"] for card in cards] == ["Testham Friends", "Testham Friends"]
    assert [card["facts"][0]["value"] for card in cards] == ["1", "1"]
    hall = page(town.place.reader, "locations").context["cards"]
    assert [card["facts"][0]["value"] for card in hall] == ["2"]


def test_pages_ask_no_more_for_three_than_for_one(place: world.Place) -> None:
    first = world.published(place)
    hall = Record.objects.get(pk=first.location_ids[0])
    addresses = [
        reverse("workflow:organizations"),
        reverse("workflow:locations") + "?q=High",
        reverse("workflow:location", args=[hall.pk]),
        reverse("workflow:location-history", args=[hall.pk]),
    ]
    # A second service there: with one alone there is nothing to take apart.
    world.published(place, at=hall, name="Choir")
    edit(place, first, record=str(hall.pk), transportation="Bus 1")
    one = [query_count(place.assurer, address) for address in addresses]

    for number in range(2):
        world.published(place, at=hall, name=f"Club {number}")
        world.published(place)
        edit(place, first, record=str(hall.pk), transportation=f"Bus {number + 2}")
    three = [query_count(place.assurer, address) for address in addresses]

    assert three == one
