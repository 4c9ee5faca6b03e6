"""A postcode that somebody types for a new place: what is known of it."""

from typing import Any

import pytest
from django.urls import reverse

from directory.models import Postcode
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.pages import filled_in, text
from workflow import addresses, queries
from workflow.actions import decisions, listings
from workflow.actions.choosing import Check
from workflow.choices import Method
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db
KNOWN = "BA13 8ZZ"


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    Postcode.objects.create(
        code="BA138ZZ", latitude=51.25, longitude=-2.18, council="E06000054"
    )
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def barn(place: world.Place, **values: Any) -> Record:
    """A place of another service at the known postcode."""
    address = {
        **world.hall()["addresses"][0], "city": "Norton", "postal_code": KNOWN,
        "state_province": "Wiltshire",
    }  # fmt: skip
    hall = world.hall(name="The old barn", addresses=[address], **values)
    other = world.published(place, name="Choir", in_hall=hall)
    return Record.objects.get(pk=str(other.location_ids[0]))


def test_known_places_and_what_others_around_say_are_offered(
    place: world.Place, listing: Listing
) -> None:
    found = barn(place)

    looked = addresses.look_up(place.contributor, place.partnership, "ba138zz")

    assert looked == addresses.Looked(
        postcode=KNOWN,
        known=[(str(found.pk), f"The old barn: 1 High Street, Norton, {KNOWN}")],
        values={"postal_code": KNOWN, "state_province": "Wiltshire", "city": "Norton"},
        question="",
    )


def test_secret_place_is_neither_found_nor_tells_its_town(
    place: world.Place, listing: Listing
) -> None:
    barn(place, sensitive=True)

    looked = addresses.look_up(place.contributor, place.partnership, KNOWN)

    assert looked.known == []
    assert looked.values == {"postal_code": KNOWN, "state_province": "England"}


@pytest.mark.parametrize(
    ("typed", "values", "question"),
    [
        ("BA12 9XX", {"postal_code": "BA12 9XX"},
         ("Is BA12 9XX right? It is not in our list of postcodes. If it is new, go on: "
         "we keep it as you typed it.")),
        ("BT1 1AA", {"postal_code": "BT1 1AA", "state_province": "Northern Ireland"},
         ""),
        ("", {}, "Type the postcode first, or write the address below."),
    ],
)  # fmt: skip
def test_unknown_postcode_is_a_question_and_no_refusal(
    place: world.Place, typed: str, values: dict[str, str], question: str
) -> None:
    looked = addresses.look_up(place.contributor, place.partnership, typed)

    assert (looked.values, looked.question) == (values, question)


def test_what_is_no_postcode_is_explained(place: world.Place) -> None:
    looked = addresses.look_up(place.contributor, place.partnership, "Norton")

    assert looked.postcode == ""
    assert looked.question.endswith("You can write the address below all the same.")


def test_page_fills_in_the_address_and_keeps_what_was_typed(
    place: world.Place, listing: Listing
) -> None:
    barn(place)
    client = signed_in(place.contributor)
    draft = world.draft(place, by=place.contributor, name="Lunch")
    address = reverse("workflow:new-place", args=[draft.pk])
    typed = filled_in(
        client.get(address),
        **{"name": "The mill", "addresses-0-city": "Nether Norton",
           "postcode": "ba13 8zz", "add": "postcode"},
    )  # fmt: skip

    page = client.post(address, typed)

    assert "Known at BA13 8ZZ:" in text(page)
    form = page.context["form"]
    shown = {n: form[f"addresses-0-{n}"].value()
             for n in ("city", "state_province", "postal_code")}  # fmt: skip
    assert form["name"].value() == "The mill"
    assert shown == {
        "city": "Nether Norton",
        "state_province": "Wiltshire",
        "postal_code": KNOWN,
    }


def test_new_place_gets_the_point_of_its_postcode(place: world.Place) -> None:
    client = signed_in(place.contributor)
    draft = world.draft(place, by=place.contributor, name="Lunch")
    address = reverse("workflow:new-place", args=[draft.pk])
    page = client.get(address, {"postcode": "ba138zz"})

    done = client.post(
        address,
        filled_in(page, **{"name": "The mill", "addresses-0-address_1": "Mill Lane",
                           "addresses-0-city": "Norton"}),
    )  # fmt: skip

    assert done.status_code == 302
    places = queries.drafted(world.fresh(draft)).locations.values()
    [new] = [one for one in places if one.get("name") == "The mill"]
    assert new["addresses"][0]["postal_code"] == KNOWN
    assert "latitude" not in new

    listings.submit_listing(by=place.contributor, listing_id=draft.pk)
    proposal = draft.proposals.get()
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal), check=Check(Method.CALL, "Rang them."),
    )  # fmt: skip
    mill = queries.whole(world.fresh(draft)).locations[new["id"]]
    assert (mill["latitude"], mill["longitude"]) == (51.25, -2.18)


def test_postcode_that_was_looked_for_goes_along_to_the_new_place(
    place: world.Place, listing: Listing
) -> None:
    address = reverse("workflow:suggest-place", args=[listing.pk])

    page = signed_in(place.contributor).get(address, {"q": "ba13 8zz"})

    assert page.context["new_url"].endswith("/suggest-new-place/?postcode=BA13+8ZZ")
