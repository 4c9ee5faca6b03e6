"""Adding a place to a service: looked for among thousands, or brought as new."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from directory.choices import Kind
from tests import world
from tests.workflow.pages import filled_in, text
from workflow import finding, queries
from workflow.actions import decisions
from workflow.models import Listing, Proposal, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def barn(place: world.Place, **values: Any) -> Record:
    """A place that another service happens at."""
    address = {**world.hall()["addresses"][0], "postal_code": "BA13 8ZZ"}
    other = world.published(
        place, name="Choir",
        in_hall=world.hall(name="The old barn", addresses=[address], **values),
    )  # fmt: skip
    return Record.objects.get(pk=str(other.location_ids[0]))


def address_of(listing: Listing, name: str) -> str:
    return reverse(f"workflow:{name}", args=[listing.pk])


def matches(user: User, listing: Listing, words: str, name: str) -> list[str]:
    page = signed_in(user).get(address_of(listing, name), {"q": words})
    assert page.status_code == 200
    return [said for _, said in page.context["matches"]]


BARN = "The old barn: 1 High Street, Testham, BA13 8ZZ"


@pytest.mark.parametrize(
    ("words", "found"),
    [("barn", [BARN]), ("OLD  barn", [BARN]), ("ba13", [BARN]), ("BA13 8", [BARN]),
     ("barn high", [BARN]), ("13 8", []), ("mill", []), ("", []), ("%", [])],
)  # fmt: skip
def test_place_is_found_by_a_part_of_its_name_or_its_postcode(
    place: world.Place, listing: Listing, words: str, found: list[str]
) -> None:
    barn(place)

    assert matches(place.contributor, listing, words, "suggest-place") == found


def test_place_the_service_has_already_is_not_found(
    place: world.Place, listing: Listing
) -> None:
    assert matches(place.contributor, listing, "hall", "suggest-place") == []


def test_secret_place_is_not_found_by_name_or_by_postcode(
    place: world.Place, listing: Listing
) -> None:
    secret = barn(place, sensitive=True)
    editor = world.make_editor(listing)

    for user, name in ((place.contributor, "suggest-place"), (editor, "find-place")):
        for words in ("barn", "BA13", "High Street"):
            assert matches(user, listing, words, name) == [], (name, words)
    sent = signed_in(place.contributor).post(
        address_of(listing, "suggest-place"),
        {"q": "barn", "location_id": str(secret.pk), "evidence": "visited"},
    )

    assert sent.status_code == 200
    assert "The old barn" not in sent.content.decode()
    assert not Proposal.objects.filter(kind="edit").exists()


def test_contributor_suggests_a_place_that_was_found(
    place: world.Place, listing: Listing
) -> None:
    found, client = barn(place), signed_in(place.contributor)
    address = address_of(listing, "suggest-place")
    chosen = {"q": "barn", "location_id": str(found.pk), "evidence": "visited"}

    empty = client.post(address, {"q": "barn"})
    done = client.post(address, chosen)
    client.post(address, chosen)

    assert dict(empty.context["form"].errors) == {
        "location_id": ["Choose one of the places, or add a new one."]
    }
    assert dict(empty.context["how"].errors) == {"evidence": ["Say how you know."]}
    proposal = Proposal.objects.get(kind="edit")
    assert done["Location"] == reverse("workflow:suggestion", args=[proposal.pk])
    (link,) = proposal.changes.values_list("value__location_id", flat=True)
    assert link == str(found.pk)


def test_provider_and_author_add_a_place_that_was_found(
    place: world.Place, listing: Listing
) -> None:
    found, editor = barn(place), world.make_editor(listing)
    draft = world.draft(place, by=editor, name="Lunch")
    chosen = {"q": "barn", "location_id": str(found.pk)}

    for one in (listing, draft):
        done = signed_in(editor).post(address_of(one, "find-place"), chosen)
        assert done["Location"] == address_of(one, "listing")

    assert Proposal.objects.get(kind="edit").by_provider is True
    assert str(found.pk) in queries.drafted(world.fresh(draft)).locations


@pytest.mark.parametrize("who", ["contributor", "provider"])
def test_new_place_is_suggested_and_decided(
    place: world.Place, listing: Listing, who: str
) -> None:
    own = who == "provider"
    user = world.make_editor(listing) if own else place.contributor
    client = signed_in(user)
    address = address_of(listing, "new-place" if own else "suggest-new-place")
    typed: dict[str, Any] = {"name": "The mill", "evidence": "visited"}

    page = client.get(address)
    empty = client.post(address, filled_in(page, evidence=None))
    sent = filled_in(page, **typed)
    client.post(address, sent)
    client.post(address, sent)

    assert "Give its name, or its address." in text(empty)
    proposal = Proposal.objects.get(kind="edit")
    decision_page = signed_in(place.assurer).get(
        reverse("workflow:proposal", args=[proposal.pk])
    )
    assert "The mill" in text(decision_page)
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )
    places = queries.whole(world.fresh(listing)).locations
    assert [p["name"] for p in places.values()] == ["Testham Hall", "The mill"]


def test_long_list_of_places_is_looked_through_and_not_shown(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, client = barn(place), signed_in(place.contributor)
    where = [listing.pk, Kind.SERVICE, listing.record_id, "where"]
    address = reverse("workflow:suggest-section", args=where)

    short = client.get(address).content.decode()
    monkeypatch.setattr(finding, "MOST_IN_A_SELECT", 1)
    long = client.get(address).content.decode()

    assert (str(found.pk) in short, str(found.pk) in long) == (True, False)
    assert address_of(listing, "suggest-place") in long


def test_places_of_others_services_are_not_added(
    place: world.Place, listing: Listing
) -> None:
    reader, stranger = signed_in(place.reader), signed_in(world.person("Nobody"))

    for name in ("find-place", "new-place"):
        assert reader.get(address_of(listing, name)).status_code == 404
    for name in ("suggest-place", "suggest-new-place"):
        assert reader.get(address_of(listing, name)).status_code == 403
        assert stranger.get(address_of(listing, name)).status_code == 404


def test_organization_among_many_is_looked_for_by_its_name(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(place.contributor)
    monkeypatch.setattr(finding, "MOST_IN_A_SELECT", 0)
    typed = {"name": "Lunch", "organization_search": "FRIENDS"}

    empty = client.get("/listings/new/")
    looked = client.post("/listings/new/", {**typed, "look": "yes"})
    key = str(listing.organization_id)
    done = client.post("/listings/new/", {**typed, "organization_id": key})

    assert key not in empty.content.decode()
    assert key in looked.content.decode()
    assert 'value="Lunch"' in looked.content.decode()
    assert "govuk-error-summary" not in looked.content.decode()
    made = Listing.objects.get(title="Lunch")
    assert done["Location"] == reverse("workflow:listing", args=[made.pk])
    assert str(made.organization_id) == key
