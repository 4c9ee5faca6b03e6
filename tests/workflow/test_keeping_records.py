"""Finding a record, and what of it one sees."""

from typing import Any

import pytest
from django.urls import reverse

from common import clock
from directory.choices import Kind
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.pages import text
from tests.workflow.suggesting import cost, page_of, secrets, section_of
from workflow import by_name
from workflow.actions import listings
from workflow.choices import Hidden
from workflow.models import Change, Listing, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


# --- finding --------------------------------------------------------------------------


def titles(response: Any) -> list[str]:
    return [card["title"] for card in response.context["cards"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Thursday lunch", "Tuesday coffee morning"]),
        ("?q=coffee", ["Tuesday coffee morning"]),
        ("?q=friends+LUNCH", ["Thursday lunch"]),
        ("?q=BA12", []),
        ("?q=%25", []),
        ("?place=testham", ["Thursday lunch", "Tuesday coffee morning"]),
    ],
)
def test_records_are_found_by_name_and_who_runs_them(
    place: world.Place, asked: str, found: list[str]
) -> None:
    world.published(place)
    world.published(place, name="Thursday lunch")

    response = signed_in(place.contributor).get(f"/records/{asked}")

    assert titles(response) == found


def test_what_is_called_so_is_the_same_for_rare_and_common_words(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Lunch of friends", "Lunch of neighbours", "Late lunch"):
        world.published(place, name=name)
    words = ("lunch", "friends LUNCH", "friends neighbours", "late friends", "zzzz")

    def found() -> list[list[str]]:
        every = Listing.objects.order_by("title")
        return [
            list(every.filter(by_name.called(one)).values_list("title", flat=True))
            for one in words
        ]

    rare = found()
    monkeypatch.setattr(by_name, "FEW", 0)

    assert found() == rare
    assert [len(titles) for titles in rare] == [3, 3, 1, 1, 0]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("food bnak", ["Northfield food bank", "Food club"]),
        ("cofee", ["Tuesday coffee morning"]),
        ("zzzz", []),
    ],
)
def test_what_is_near_the_words_is_offered_where_nothing_is_called_so(
    place: world.Place, words: str, found: list[str]
) -> None:
    for name in ("Food club", "Northfield food bank", "Chess"):
        world.published(place, name=name)
    listings.hide_listing(
        by=place.assurer,
        listing_id=world.published(place, name="Food bank for staff").pk,
        because=Hidden.PERSONAL_DATA, reason="A name.",
    )  # fmt: skip

    response = signed_in(place.contributor).get("/records/", {"q": words})

    assert titles(response) == found
    assert ("Nothing is called just that." in text(response)) is bool(found)
    assert ("Nothing is called that" in text(response)) is not bool(found)


def test_records_hold_no_drafts_and_nothing_hidden_from_this_person(
    place: world.Place,
) -> None:
    hidden = world.published(place)
    world.draft(place, by=place.volunteer)
    world.submitted(place, by=place.volunteer)
    listings.hide_listing(
        by=place.assurer, listing_id=hidden.pk, because="withdrawn", reason="Asked."
    )

    assert titles(signed_in(place.contributor).get("/records/")) == [hidden.title]
    assert titles(signed_in(place.volunteer).get("/records/")) == []


def test_neighbour_finds_what_is_published(place: world.Place) -> None:
    listing = world.published(place)
    neighbour = world.make_place("Elsewhere")

    response = signed_in(neighbour.contributor).get("/records/")

    assert titles(response) == [listing.title]
    assert response.context["cards"][0]["url"] == page_of(listing)


def test_lead_finds_what_a_neighbour_published(place: world.Place) -> None:
    listing = world.published(place)
    hidden = world.published(place, name="Hidden coffee morning")
    listings.hide_listing(
        by=place.assurer, listing_id=hidden.pk, because="closed", reason="It shut."
    )
    client = signed_in(world.make_place("Elsewhere").lead)

    response = client.get("/records/", {"q": "coffee"})

    assert titles(response) == [listing.title]
    (card,) = response.context["cards"]
    assert card["url"] == page_of(listing, "record")
    assert client.get(card["url"]).status_code == 200


def test_reader_finds_records_and_is_not_asked_to_suggest(place: world.Place) -> None:
    listing = world.published(place)

    (card,) = signed_in(place.reader).get("/records/").context["cards"]

    assert card["url"] == page_of(listing, "record")
    assert "next_url" not in card
    assert signed_in(place.reader).get(page_of(listing)).status_code == 403


def test_reader_is_told_whom_to_write_to(place: world.Place) -> None:
    world.published(place)
    mailbox = "Is something wrong, closed or missing? Write to"
    find = f'href="{reverse("workflow:records")}">Find a record'
    for user, told in ((place.reader, True), (place.volunteer, False)):
        client = signed_in(user)
        records = client.get("/records/").content.decode()
        mine = client.get("/my-suggestions/").content.decode()

        assert (mailbox in records, mailbox in mine) == (told, told)
        assert ("say what is right" in records, find in mine) == (not told, not told)


def test_records_cost_the_same_for_one_and_three(place: world.Place) -> None:
    client = signed_in(place.contributor)
    world.published(place)
    one = cost(client, "/records/")
    world.published(place)
    world.published(place)

    assert (one[1], cost(client, "/records/")) == (1, (one[0], 3))


# --- what one sees --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "seen"),
    [("contributor", ["partner_notes", "phones"]), ("volunteer", []),
     ("second_assurer", ["partner_notes", "internal_notes", "phones"])],
)  # fmt: skip
def test_suggest_shows_what_the_person_may_see(
    place: world.Place, who: str, seen: list[str]
) -> None:
    listing = world.published(place, **secrets())
    words = text(signed_in(getattr(place, who)).get(page_of(listing)))

    said = {
        "partner_notes": "Ring the side door first",
        "internal_notes": "Their lease ends soon",
        "phones": "07700 900123",
    }
    assert [name for name, value in said.items() if value in words] == seen


@pytest.mark.parametrize("who", ["contributor", "volunteer"])
def test_internal_section_is_not_there_for_those_who_do_not_keep_the_record(
    place: world.Place, who: str
) -> None:
    listing = world.published(place, **secrets())
    client = signed_in(getattr(place, who))

    page = client.get(section_of(listing, "keeping"))
    client.post(
        section_of(listing, "keeping"),
        {"internal_notes": "Mine", "evidence": "visited", "version": "1"},
    )

    assert b"internal_notes" not in page.content
    assert not Change.objects.filter(path="internal_notes", value="Mine").exists()


def test_secret_place_is_shown_to_those_who_keep_it_alone(place: world.Place) -> None:
    listing = world.published(
        place, in_hall=world.hall(name="The Refuge", sensitive=True)
    )
    hall = listing.location_ids[0]
    where = section_of(listing, "address", Kind.LOCATION, hall)

    for user in (place.contributor, place.volunteer):
        client = signed_in(user)
        words = text(client.get(page_of(listing)))
        assert "The Refuge" not in words
        assert "1 High Street" not in words
        assert client.get(where).status_code == 404
        assert "The Refuge" not in text(client.get(section_of(listing, "where")))
    assert "The Refuge" in text(signed_in(place.second_assurer).get(page_of(listing)))


@pytest.mark.parametrize(
    ("visibility", "who", "is_there"),
    [
        ("open", "volunteer", True),
        ("partners", "volunteer", False),
        ("partners", "contributor", True),
        ("internal", "contributor", False),
        ("internal", "second_assurer", True),
    ],
)
def test_record_for_fewer_people_is_shown_to_those_alone(
    place: world.Place, visibility: str, who: str, is_there: bool
) -> None:
    listing = world.published(place)
    hall = listing.location_ids[0]
    Record.objects.filter(pk=hall).update(visibility=visibility)
    client = signed_in(getattr(place, who))

    page = client.get(page_of(listing))
    section = client.get(section_of(listing, "about", Kind.LOCATION, hall))
    offered = client.get(section_of(listing, "where")).content.decode()

    assert ("1 High Street" in text(page)) is is_there
    assert section.status_code == (200 if is_there else 404)
    assert ("Testham Hall" in offered) is is_there


def test_listing_that_is_not_assured_is_not_there(place: world.Place) -> None:
    draft = world.draft(place)

    for name in ("suggest", "still-right", "closed", "problem"):
        response = signed_in(place.contributor).get(page_of(draft, name))
        assert response.status_code == 404


def test_who_confirmed_it_is_said_of_its_provider_and_not_of_who_reads(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    Listing.objects.filter(pk=listing.pk).update(confirmed_on=clock.today())

    told = text(signed_in(place.contributor).get(f"/records/{listing.pk}/suggest/"))
    own = text(signed_in(editor).get(f"/listings/{listing.pk}/"))

    assert "Those who run it confirmed it on" in told
    assert "You confirmed it" not in told
    assert "You confirmed it on" in own
