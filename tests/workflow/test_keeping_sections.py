"""Editing a section: a draft, one's own accepted record, and beginning anew."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import clock
from directory.choices import Kind
from tests import world
from tests.workflow.pages import filled_in, text
from workflow import copying, finding, queries, seeing
from workflow.actions import checking, drafts, listings
from workflow.actions.decisions import Informant
from workflow.models import Change, Listing, Proposal, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def section_of(
    listing: Listing, slug: str, kind: str = Kind.SERVICE, record_id: Any = None
) -> str:
    record = record_id or listing.record_id
    return reverse("workflow:section", args=[listing.pk, kind, record, slug])


def kept(listing: Listing) -> dict[str, Any]:
    """The draft of a listing as it is in the database now."""
    return world.fresh(listing).draft or {}


def page_of(listing: Listing) -> str:
    return reverse("workflow:listing", args=[listing.pk])


# --- a draft --------------------------------------------------------------------------


def test_section_of_a_draft_is_kept(place: world.Place) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "who")

    response = client.post(
        where, filled_in(client.get(where), minimum_age="18", maximum_age="25")
    )

    assert response["Location"] == page_of(draft)
    service = kept(draft)["service"]
    assert (service["minimum_age"], service["maximum_age"]) == (18, 25)
    assert service["name"] == "Tuesday coffee morning"


def test_section_of_a_draft_keeps_nonsense_and_says_so_beside_it(
    place: world.Place,
) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "who")
    typed = {"minimum_age": "four", "eligibility_description": "Anybody."}

    response = client.post(where, filled_in(client.get(where), **typed), follow=True)

    assert response.redirect_chain == [(where, 302)]
    form = response.context["form"]
    assert dict(form.errors) == {
        "minimum_age": ["Youngest age: enter a number, for example 5."]
    }
    assert form["minimum_age"].value() == "four"
    assert kept(draft)["service"]["minimum_age"] == "four"
    assert kept(draft)["service"]["eligibility_description"] == "Anybody."


def test_saving_nonsense_twice_adds_no_second_element(place: world.Place) -> None:
    draft = world.draft(place, phones=[])
    client = signed_in(place.contributor)
    where = section_of(draft, "contact")

    for _ in range(2):
        typed = filled_in(client.get(where), **{"phones-0-number": "nobody"})
        client.post(where, typed)

    assert [p["number"] for p in kept(draft)["service"]["phones"]] == ["nobody"]


def test_add_another_keeps_what_was_typed_and_saves_nothing(
    place: world.Place,
) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "contact")
    before = kept(draft)
    begun = client.post(where, filled_in(client.get(where), add="phones"))
    typed = {"phones-0-number": "typed over", "email": "not an address",
             "phones-1-number": "01632 960102", "add": "phones"}  # fmt: skip

    response = client.post(where, filled_in(begun, **typed))

    form = response.context["form"]
    assert response.status_code == 200
    assert dict(form.errors) == {}
    sent = filled_in(response)
    assert {name: sent[name] for name in typed if name != "add"} == {
        name: [value] for name, value in typed.items() if name != "add"
    }
    assert sent["phones-2-number"] == [""]
    assert kept(draft) == before


def test_there_is_one_way_to_add_another(place: world.Place) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "contact")

    first = client.get(where)
    more = client.post(where, filled_in(first, add="phones"))

    for answer in (first, more):
        said = answer.content.decode()
        assert said.count('name="add" value="phones"') == 1
        assert "One more" not in said
    assert "phones-1-number" not in filled_in(first)
    assert filled_in(more)["phones-1-number"] == [""]
    legends = re.findall(r"<legend[^>]*>\s*(Phone[^<]*)", first.content.decode())
    assert legends[0].strip() == "Phone number"
    legends = re.findall(r"<legend[^>]*>\s*(Phone[^<]*)", more.content.decode())
    assert [one.strip() for one in legends[:2]] == [
        "Phone number (1)", "Phone number (2, new)",
    ]  # fmt: skip


def test_what_most_leave_empty_is_folded_and_then_added_to(place: world.Place) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "contact")
    said = client.get(where).content.decode()

    assert said.count("Is there a person or team to ask?") == 1
    assert "Add another person or team" not in said
    typed = {"contacts-0-name": "The warden"}
    client.post(where, filled_in(client.get(where), **typed))
    said = client.get(where).content.decode()
    assert "Is there a person or team to ask?" not in said
    assert said.count("Add another person or team") == 1


def test_added_elements_are_saved_with_the_next_click(place: world.Place) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "contact")
    begun = client.post(where, filled_in(client.get(where), add="phones"))
    typed = {"phones-1-number": "01632 960102", "add": "phones"}
    more = client.post(where, filled_in(begun, **typed))

    client.post(where, filled_in(more, **{"phones-2-number": "01632 960103"}))

    phones = kept(draft)["service"]["phones"]
    assert [phone["number"] for phone in phones] == [
        "01632 960101", "01632 960102", "01632 960103",
    ]  # fmt: skip


def test_section_of_a_draft_that_somebody_else_saved_meanwhile_loses_nothing(
    place: world.Place,
) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "about")
    opened = client.get(where)
    service = {**kept(draft)["service"], "name": "Wednesday coffee morning"}
    drafts.save_draft(
        by=place.contributor, listing_id=draft.pk,
        draft={**kept(draft), "service": service},
    )  # fmt: skip

    refused = client.post(where, filled_in(opened, description="Mine."))
    stands = kept(draft)["service"]["name"]
    client.post(where, filled_in(refused))

    assert refused.status_code == 409
    assert "Somebody else saved this section while you were writing" in text(refused)
    assert refused.context["form"]["description"].value() == "Mine."
    assert stands == "Wednesday coffee morning"
    assert kept(draft)["service"]["description"] == "Mine."


def test_section_of_a_draft_that_was_sent_in_meanwhile_loses_nothing(
    place: world.Place,
) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = section_of(draft, "about")
    opened = client.get(where)
    listings.submit_listing(by=place.contributor, listing_id=draft.pk)

    response = client.post(where, filled_in(opened, description="Mine."))

    assert response.status_code == 409
    assert "This has been sent in" in text(response)
    assert response.context["form"]["description"].value() == "Mine."
    assert client.get(where)["Location"] == page_of(draft)


def test_returned_draft_says_what_is_missing_beside_its_field(
    place: world.Place,
) -> None:
    listing = world.submitted(place, description=None)
    listings.return_listing(by=place.assurer, listing_id=listing.pk, reason="More.")

    response = signed_in(place.contributor).get(section_of(listing, "about"))

    assert dict(response.context["form"].errors) == {
        "description": ["Still needed: what it is."]
    }


def test_new_organization_and_hall_of_a_draft_are_edited_in_it(
    place: world.Place,
) -> None:
    draft = world.draft(place)
    organization = kept(draft)["organization"]["id"]
    (hall,) = kept(draft)["locations"]
    client = signed_in(place.contributor)

    for kind, key, slug, typed in (
        (Kind.ORGANIZATION, organization, "about", {"legal_status": "charity"}),
        (Kind.LOCATION, hall, "address", {"transportation": "Bus 12"}),
    ):
        where = section_of(draft, slug, kind, key)
        client.post(where, filled_in(client.get(where), **typed))

    now = kept(draft)
    assert now["organization"]["legal_status"] == "charity"
    assert now["locations"][hall]["transportation"] == "Bus 12"
    assert now["locations"][hall]["addresses"] != []


def test_accepted_hall_is_not_edited_through_a_draft(place: world.Place) -> None:
    hall = Record.objects.get(pk=world.published(place).location_ids[0])
    draft = world.draft(place, at=hall)

    where = section_of(draft, "about", Kind.LOCATION, hall.pk)

    assert signed_in(place.contributor).get(where).status_code == 404
    assert signed_in(place.contributor).post(where, {}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "slug"),
    [("service", "nothing"), ("person", "about"), ("location", "about")],
)
def test_section_that_is_not_there_is_not_found(
    place: world.Place, kind: str, slug: str
) -> None:
    draft = world.draft(place)

    response = signed_in(place.contributor).get(section_of(draft, slug, kind))

    assert response.status_code == 404


# --- one's own accepted record --------------------------------------------------------


def test_edit_of_an_accepted_record_waits_and_says_for_whom(
    place: world.Place,
) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    where = section_of(listing, "contact")

    response = client.post(
        where,
        filled_in(client.get(where), email="info@coffee.example",
                  words="New since May."),
        follow=True,
    )  # fmt: skip

    change = Change.objects.get(proposal__kind="edit")
    assert (change.path, change.value) == ("email", "info@coffee.example")
    assert change.proposal.evidence_words == "New since May."
    assert (
        "Sent in: 1 change is waiting for Testham Council to decide. Until then people "
        "see what was there before."
    ) in text(response)
    # What waits keeps nobody from saying that it has closed.
    assert reverse("workflow:closed", args=[listing.pk]) in response.content.decode()
    assert "email" not in queries.current(world.fresh(listing).record)


def test_edit_of_a_trusted_body_is_public_at_once(place: world.Place) -> None:
    listing = world.published(place)
    world.trust(place, listing)
    client = signed_in(world.make_editor(listing))
    where = section_of(listing, "contact")

    response = client.post(
        where, filled_in(client.get(where), email="info@coffee.example"), follow=True
    )

    assert "Saved: 1 change is public now." in text(response)
    record = world.fresh(listing).record
    assert queries.current(record)["email"] == "info@coffee.example"


def test_edit_with_nothing_different_says_so(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    where = section_of(listing, "contact")

    response = client.post(where, filled_in(client.get(where)))

    assert response.context["form"].non_field_errors() == [
        "Nothing is different from what is there now."
    ]
    assert not Proposal.objects.filter(kind="edit").exists()


def test_bad_value_is_said_beside_its_field_and_nothing_is_sent(
    place: world.Place,
) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    where = section_of(listing, "contact")

    response = client.post(
        where,
        filled_in(client.get(where),
                  **{"email": "nobody", "phones-0-number": "01632"}),
    )  # fmt: skip

    assert set(response.context["form"].errors) == {"email", "phones-0-number"}
    assert response.context["form"]["phones-0-number"].value() == "01632"
    assert 'href="#id_phones-0-number"' in response.content.decode()
    assert not Proposal.objects.filter(kind="edit").exists()


def test_edit_begins_from_what_the_person_saw(place: world.Place) -> None:
    listing = world.published(place, fees="£2")
    editor = world.make_editor(listing)
    client = signed_in(editor)
    where = section_of(listing, "cost")
    opened = client.get(where)
    checking.correct_and_check(
        by=place.assurer, listing_id=listing.pk,
        edits={str(listing.record_id): {"fees": "£3"}},
        informant=Informant("Sam Ford, leader", "call", clock.today()), method="call",
    )  # fmt: skip

    client.post(where, filled_in(opened, **{"funding-0-source": "The council"}))

    changes = Change.objects.filter(proposal__kind="edit", proposal__state="open")
    assert [change.path.partition("/")[0] for change in changes] == ["funding"]


def test_hall_that_others_share_says_so_and_goes_to_its_home(
    place: world.Place,
) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    world.published(place, at=hall, name="Thursday lunch")
    client = signed_in(world.make_editor(listing))

    words = text(client.get(page_of(listing)))
    where = section_of(listing, "access", Kind.LOCATION, hall.pk)
    client.post(
        where,
        filled_in(client.get(where), **{"accessibility-0-description": "Ramp"}),
    )

    assert "Shared with 1 other service" in words
    assert Change.objects.get(proposal__kind="edit").record == hall


@pytest.mark.parametrize("who", ["contributor", "reader", "assurer", "lead"])
def test_section_is_not_there_for_others(place: world.Place, who: str) -> None:
    listing = world.published(place)
    client = signed_in(getattr(place, who))

    assert client.get(section_of(listing, "about")).status_code == 404
    assert client.post(section_of(listing, "about"), {}).status_code == 404


def test_secret_places_are_not_offered(place: world.Place) -> None:
    world.published(place, in_hall=world.hall(name="The Refuge", sensitive=True))
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))

    page = client.get(section_of(listing, "where")).content.decode()

    assert "The Refuge" not in page
    assert "Testham Hall" in page


# --- beginning ------------------------------------------------------------------------


def test_new_service_needs_a_name_and_one_clue(place: world.Place) -> None:
    client = signed_in(place.contributor)

    nameless = client.post("/listings/new/", {"description": "Tea."})
    clueless = client.post("/listings/new/", {"name": "Tea"})

    assert list(nameless.context["form"].errors) == ["name"]
    assert nameless.context["form"]["description"].value() == "Tea."
    assert clueless.context["form"].errors == {
        "description": ["Give one clue as well: what it is, where, or who runs it."]
    }
    assert list(Listing.objects.all()) == [place.ready]


def test_new_service_of_a_new_organization_is_a_draft(place: world.Place) -> None:
    client = signed_in(place.contributor)

    response = client.post(
        "/listings/new/", {"name": "Tea", "organization_name": "Tea Friends"}
    )

    listing = Listing.objects.get(stage="draft")
    assert response["Location"] == page_of(listing)
    assert listing.author == place.contributor
    assert kept(listing)["organization"]["name"] == "Tea Friends"


def test_provider_begins_a_service_of_their_own_organization(
    place: world.Place,
) -> None:
    first = world.published(place)
    client = signed_in(world.make_editor(first))
    offered = client.get("/listings/new/").context["form"].fields["organization_id"]

    client.post(
        "/listings/new/",
        {"name": "Tea", "organization_id": str(first.organization_id)},
    )

    assert offered.choices[1] == (str(first.organization_id), "Testham Friends")
    assert Listing.objects.get(title="Tea").organization_id == first.organization_id


@pytest.mark.parametrize("most", [30, 1])
def test_only_organization_of_a_provider_is_chosen_already(
    place: world.Place, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_IN_A_SELECT", most)
    first = world.published(place)
    second = world.published(place, body=world.organization(name="A first one"))
    editor = world.make_editor(first)
    client = signed_in(editor)

    assert filled_in(client.get("/listings/new/"))["organization_id"] == [
        str(first.organization_id)
    ]
    world.give(editor, Role.EDITOR, world.organization_of(second))
    page = client.get("/listings/new/")
    choices = page.context["form"].fields["organization_id"].choices

    assert filled_in(page).get("organization_id", [""]) == [""]
    assert [label for _, label in choices[1:3]] == ["A first one", "Testham Friends"]


def test_new_service_is_run_by_one_of_two_not_both(place: world.Place) -> None:
    first = world.published(place)
    client = signed_in(world.make_editor(first))

    page = client.post(
        "/listings/new/",
        filled_in(
            client.get("/listings/new/"), name="Tea", organization_name="Tea Friends"
        ),
    )

    assert list(page.context["form"].errors) == ["organization_name"]
    assert not Listing.objects.filter(title="Tea").exists()


def test_new_service_is_not_for_readers(place: world.Place) -> None:
    client = signed_in(place.reader)

    assert client.get("/listings/new/").status_code == 403
    assert client.post("/listings/new/", {"name": "Tea"}).status_code == 403


def test_who_runs_it_is_changed_while_it_is_a_draft(place: world.Place) -> None:
    other = world.published(place, body=world.organization(name="Other Friends"))
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = reverse("workflow:run-by", args=[draft.pk])

    assert filled_in(client.get(where))["organization_name"] == ["Testham Friends"]
    client.post(
        where, filled_in(client.get(where), organization_id=str(other.organization_id))
    )

    assert world.fresh(draft).organization_id == other.organization_id
    assert kept(draft)["organization"] is None


def test_new_place_is_added_to_a_draft_once(place: world.Place) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = reverse("workflow:new-place", args=[draft.pk])
    typed = filled_in(
        client.get(where),
        **{"name": "The Old Mill", "addresses-0-address_1": "2 Mill Lane",
           "addresses-0-city": "Testham", "addresses-0-state_province": "England",
           "addresses-0-postal_code": "ba129aa"},
    )  # fmt: skip

    client.post(where, typed)
    client.post(where, typed)

    now = kept(draft)
    assert sorted(p["name"] for p in now["locations"].values()) == [
        "Testham Hall", "The Old Mill",
    ]  # fmt: skip
    assert len(now["service"]["service_at_locations"]) == 2
    (mill,) = (p for p in now["locations"].values() if p["name"] == "The Old Mill")
    assert mill["addresses"][0]["postal_code"] == "BA12 9AA"


def test_new_place_with_a_bad_postcode_says_so(place: world.Place) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = reverse("workflow:new-place", args=[draft.pk])

    response = client.post(
        where,
        filled_in(client.get(where), **{"addresses-0-postal_code": "nowhere"}),
    )

    assert list(response.context["form"].errors) == ["addresses-0-postal_code"]
    assert len(kept(draft)["locations"]) == 1


@pytest.mark.parametrize("spelling", ["{{{}}}", "urn:uuid:{}"])
def test_new_place_is_kept_under_one_spelling_of_its_id(
    place: world.Place, spelling: str
) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = reverse("workflow:new-place", args=[draft.pk])
    sent = str(uuid.uuid4())
    typed = filled_in(client.get(where), name="The Old Mill")
    typed["place_id"] = spelling.format(sent.upper())

    client.post(where, typed)
    client.post(where, typed | {"place_id": sent})

    now = kept(draft)
    assert [key for key, p in now["locations"].items() if p["name"] != "Testham Hall"
            ] == [sent]  # fmt: skip
    assert len(now["service"]["service_at_locations"]) == 2
    assert client.get(reverse("workflow:listing", args=[draft.pk])).status_code == 200


def test_new_place_with_an_id_that_is_none_is_not_there(place: world.Place) -> None:
    draft = world.draft(place)
    where = reverse("workflow:new-place", args=[draft.pk])

    response = signed_in(place.contributor).post(where, {"place_id": "rubbish"})

    assert response.status_code == 404
    assert len(kept(draft)["locations"]) == 1


def test_draft_keeps_its_new_records_under_one_spelling_of_their_ids(
    place: world.Place,
) -> None:
    hall, body = str(uuid.uuid4()), str(uuid.uuid4())

    made = drafts.start_listing(
        by=place.contributor, place=place.partnership,
        service=world.service(service_at_locations=[{"location_id": hall.upper()}]),
        organization=world.organization(id=body.upper()),
        locations={f"{{{hall.upper()}}}": world.hall()},
    )  # fmt: skip

    now = kept(made)
    assert now["service"]["service_at_locations"][0]["location_id"] == hall
    assert now["service"]["organization_id"] == now["organization"]["id"] == body
    assert [(key, p["id"]) for key, p in now["locations"].items()] == [(hall, hall)]


# --- same as another ------------------------------------------------------------------


def test_section_offers_the_organization_and_its_other_services(
    place: world.Place,
) -> None:
    first = world.published(place)
    body = Record.objects.get(pk=world.organization_of(first).pk)
    second = world.published(place, run_by=body)
    world.published(place)
    editor = world.make_editor(first)

    page = signed_in(editor).get(
        f"/listings/{first.pk}/service/{first.record_id}/contact/"
    )

    offered = set(page.context["form"].sources)
    assert offered == {"organization", str(second.pk)}


def test_copying_saves_nothing_by_itself(place: world.Place) -> None:
    first = world.published(place)
    body = Record.objects.get(pk=world.organization_of(first).pk)
    second = world.published(place, run_by=body)
    editor = signed_in(world.make_editor(first))
    address = f"/listings/{first.pk}/service/{first.record_id}/contact/"
    data = filled_in(editor.get(address)) | {"same-as": str(second.pk)}

    before = Proposal.objects.count()

    looked = editor.post(address, data | {"add": "same-as"})

    assert looked.status_code == 200
    assert Proposal.objects.count() == before
    copied = looked.context["form"].prefilled.copied
    assert (copied.label, copied.copied, copied.kept) == (
        second.title, [], ["Web page", "Phone numbers"],
    )  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_offering_other_services_costs_the_same_for_one_and_three(
    place: world.Place, number: int, django_assert_num_queries: Any
) -> None:
    first = world.published(place)
    body = Record.objects.get(pk=world.organization_of(first).pk)
    for _ in range(number):
        world.published(place, run_by=body)
    editor = world.make_editor(first)
    [side, *_] = sides = seeing.accepted_sides(editor, first)

    with django_assert_num_queries(5):
        found = copying.sources(editor, first, sides, side, ["phones"])

    assert len(found) == number
