"""What may be done to a record, each as a plain form."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import NoReverseMatch, reverse

from accounts.models import Invitation
from tests import world
from tests.workflow.deciding import page, send, signed_in, text
from workflow import queries
from workflow.actions import listings, releases
from workflow.choices import Stage
from workflow.keeping_forms import OWN_ADDRESS
from workflow.models import Area, Listing, Release, Remit

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def assured(place: world.Place) -> Listing:
    place.policy.publish_at_once = False
    place.policy.save()
    return world.published(place)


def refused(response: Any, slug: str) -> Any:
    """The form of an act as it came back."""
    return next(
        entry["form"] for entry in response.context["acts"] if entry["act"].slug == slug
    )


def test_publish_lets_the_public_see_it(place: world.Place) -> None:
    listing = assured(place)

    response = send(place.publisher, "publish", listing.pk)

    assert response.url == reverse("workflow:record", args=[listing.pk])
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_publish_is_for_publishers(place: world.Place) -> None:
    listing = assured(place)

    assert send(place.assurer, "publish", listing.pk).status_code == 403
    assert world.fresh(listing).stage == Stage.ASSURED


def test_publish_says_why_the_gate_stops_it(place: world.Place) -> None:
    place.policy.publish_at_once = False
    place.policy.save()
    listing = world.published(place, name="Ring 07700 900123")

    response = send(place.publisher, "publish", listing.pk)

    assert response.status_code == 200
    assert "The name of the service is held back" in text(response)
    assert world.fresh(listing).stage == Stage.ASSURED


def test_publishing_twice_says_that_it_is_done_already(place: world.Place) -> None:
    listing = assured(place)
    send(place.publisher, "publish", listing.pk)

    response = send(place.publisher, "publish", listing.pk)

    assert response.status_code == 409
    assert "at the stage “published” now" in response.context["sentence"]


def test_hide_needs_a_reason_and_keeps_what_was_typed(
    place: world.Place, listing: Listing
) -> None:
    response = send(place.assurer, "hide", listing.pk, reason="They asked us to.")

    form = refused(response, "hide")
    assert response.status_code == 200
    assert form.errors == {"because": ["Choose why it should not be public."]}
    assert form["reason"].value() == "They asked us to."
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_hide_and_restore(place: world.Place, listing: Listing) -> None:
    send(place.assurer, "hide", listing.pk, because="withdrawn", reason="They asked.")
    hidden = world.fresh(listing)
    send(place.assurer, "restore", listing.pk, reason="They changed their mind.")

    assert (hidden.stage, hidden.hidden_because) == (Stage.UNPUBLISHED, ["withdrawn"])
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_hide_is_not_for_readers(place: world.Place, listing: Listing) -> None:
    response = send(
        place.reader, "hide", listing.pk, because="withdrawn", reason="I say so."
    )

    assert response.status_code == 403
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_restoring_what_was_brought_back_meanwhile_keeps_the_words(
    place: world.Place, listing: Listing
) -> None:
    response = send(place.assurer, "restore", listing.pk, reason="My long reason.")

    assert response.status_code == 409
    assert refused(response, "restore")["reason"].value() == "My long reason."


def test_return_gives_a_submission_back(place: world.Place) -> None:
    listing = world.submitted(place)

    send(place.assurer, "return", listing.pk, reason="Where is it?")

    listing = world.fresh(listing)
    assert (listing.stage, listing.returned_because) == (Stage.DRAFT, "Where is it?")


def test_decline_asks_for_both_reasons(place: world.Place) -> None:
    listing = world.submitted(place)

    response = send(place.assurer, "decline", listing.pk, because="out_of_scope")
    still = world.fresh(listing).stage
    send(place.assurer, "decline", listing.pk, because="out_of_scope",
         reason="It is a shop.")  # fmt: skip

    assert refused(response, "decline").errors == {
        "reason": ["Say why, in a sentence its author can read."]
    }
    assert still == Stage.SUBMITTED
    listing = world.fresh(listing)
    assert (listing.stage, listing.hidden_because) == (
        Stage.UNPUBLISHED,
        ["out_of_scope"],
    )


def test_reopen_sends_it_back_to_be_decided(place: world.Place) -> None:
    listing = assured(place)

    send(place.assurer, "reopen", listing.pk, reason="The hall has closed.")

    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_hand_over_is_the_leads(place: world.Place, listing: Listing) -> None:
    remit = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health",
        lead=place.assurer,
    )  # fmt: skip

    no = send(place.assurer, "hand-over", listing.pk, remit=remit.pk, reason="x")
    send(place.lead, "hand-over", listing.pk, remit=remit.pk, reason="A clinic.")

    listing = world.fresh(listing)
    assert no.status_code == 403
    assert (listing.remit, listing.remit_handed_over) == (remit, True)


def test_main_area_is_declared_on_the_record_page(
    place: world.Place, listing: Listing
) -> None:
    ward = Area.objects.create(
        partnership=place.partnership, name="North", kind="ward", code="N1", size=1,
    )  # fmt: skip
    wanted = f"area {ward.pk}"

    no = send(place.reader, "main-area", listing.pk, where=wanted)
    send(place.assurer, "main-area", listing.pk, where=wanted)
    said = world.fresh(listing)
    (form,) = [
        act["form"] for act in page(place.assurer, "record", listing.pk).context["acts"]
        if act["act"].slug == "main-area"
    ]  # fmt: skip
    send(place.assurer, "main-area", listing.pk, where="")

    assert no.status_code == 403
    assert (said.main_area, said.main_place_id) == (ward, None)
    assert form["where"].value() == wanted
    assert world.fresh(listing).main_area is None


def test_critical_is_marked_and_unmarked_by_the_lead(
    place: world.Place, listing: Listing
) -> None:
    send(place.lead, "critical", listing.pk, reason="The only refuge.")
    marked = world.fresh(listing).critical
    send(place.lead, "not-critical", listing.pk, reason="There are two now.")

    assert (marked, world.fresh(listing).critical) == (True, False)


def test_an_assurer_invites_the_first_editor_once(
    place: world.Place, listing: Listing
) -> None:
    address = "sam@friends.example"

    send(place.assurer, "invite-editor", listing.pk, email=address)
    invited = Invitation.objects.get()
    world.make_editor(listing)
    offered = [
        entry["act"].slug
        for entry in page(place.assurer, "record", listing.pk).context["acts"]
    ]

    assert (invited.email, invited.role) == (address, "organization_lead")
    assert invited.target_id == listing.organization_id
    assert "invite-editor" not in offered


def test_an_assurer_does_not_invite_themselves(
    place: world.Place, listing: Listing
) -> None:
    response = send(
        place.assurer, "invite-editor", listing.pk, email=place.assurer.email
    )

    assert refused(response, "invite-editor").errors == {"email": [OWN_ADDRESS]}
    assert response.status_code == 200


def test_inviting_an_editor_where_there_is_one_says_so(
    place: world.Place, listing: Listing
) -> None:
    world.make_editor(listing)

    response = send(
        place.assurer, "invite-editor", listing.pk, email="sam@friends.example"
    )

    form = refused(response, "invite-editor")
    assert response.status_code == 409
    assert form["email"].value() == "sam@friends.example"
    assert Invitation.objects.count() == 0


def test_a_record_can_be_kept_for_partners(
    place: world.Place, listing: Listing
) -> None:
    no = send(place.reader, "visibility", listing.pk, visibility="partners", reason="x")
    send(place.assurer, "visibility", listing.pk, visibility="partners",
         reason="They asked not to be listed.")  # fmt: skip

    assert no.status_code == 403
    assert world.fresh(listing).record.visibility == "partners"
    assert page(place.reader, "record", listing.pk).context["in_words"] == [
        "This record is for partners only and is never published."
    ]


def test_a_shared_hall_can_be_given_to_a_service_of_its_own(
    place: world.Place, listing: Listing
) -> None:
    hall_id = str(listing.location_ids[0])
    hall = queries.records([hall_id])[hall_id]
    other = world.published(place, name="Other", at=hall)

    send(place.assurer, "split", other.pk, location=hall_id)

    (own,) = world.fresh(other).location_ids
    assert str(own) != hall_id
    assert [str(pk) for pk in world.fresh(listing).location_ids] == [hall_id]


def test_a_hall_of_one_service_alone_is_not_offered_to_be_split(
    place: world.Place, listing: Listing
) -> None:
    response = send(
        place.assurer, "split", listing.pk, location=str(listing.location_ids[0])
    )

    assert response.status_code == 200
    assert list(refused(response, "split").errors) == ["location"]


def test_opening_the_address_of_an_act_does_nothing(
    place: world.Place, listing: Listing
) -> None:
    response = page(place.assurer, "hide", listing.pk)

    assert response.url == reverse("workflow:record", args=[listing.pk])
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_acts_of_another_place_are_not_there(listing: Listing) -> None:
    elsewhere = world.make_place("Elsewhere")

    response = send(
        elsewhere.assurer, "hide", listing.pk, because="withdrawn", reason="Mine."
    )

    assert response.status_code == 404


# --- held back ------------------------------------------------------------------------


@pytest.fixture
def held(place: world.Place) -> Listing:
    return world.published(place, phones=[{"number": "07700 900123"}])


def finding(response: Any) -> dict[str, Any]:
    (found,) = response.context["findings"]
    return found


def forms_of(response: Any) -> list[str]:
    return [entry["act"].slug for entry in finding(response)["forms"]]


def shown_number(listing: Listing) -> list[str]:
    parts = queries.public_parts(queries.whole(world.fresh(listing)))
    return [phone["number"] for phone in parts.service.get("phones", [])]


def key_of(listing: Listing) -> str:
    found = queries.public_parts(queries.whole(listing)).held_back
    return found[str(listing.record_id)][0].key


def test_findings_are_not_shown_to_readers(place: world.Place, held: Listing) -> None:
    assert not page(place.reader, "record", held.pk).context["sees_findings"]
    assert "Held back from the public" not in text(
        page(place.reader, "record", held.pk)
    )


def test_a_provider_states_a_public_line_and_an_assurer_accepts_it(
    place: world.Place, held: Listing
) -> None:
    editor = world.make_editor(held)
    offered = finding(page(editor, "record", held.pk))
    assert offered["state_url"] == reverse("workflow:listing", args=[held.pk])
    assert forms_of(page(place.assurer, "record", held.pk)) == []

    send(editor, "public-line", held.pk, key=key_of(held), reason="The rota phone.")
    before = shown_number(held)
    response = page(place.assurer, "record", held.pk)
    (release,) = Release.objects.all()
    send(place.assurer, "accept-line", held.pk, release=release.pk)

    assert forms_of(response) == ["accept-line"]
    assert (before, shown_number(held)) == ([], ["07700 900123"])


def test_a_line_is_stated_at_one_address(place: world.Place, held: Listing) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("workflow:state-line", args=[held.pk])


def test_accepting_a_line_twice_says_so(place: world.Place, held: Listing) -> None:
    editor = world.make_editor(held)
    release = releases.state_public_line(
        by=editor, listing_id=held.pk, key=key_of(held), reason="The rota phone."
    )
    send(place.assurer, "accept-line", held.pk, release=release.pk)

    response = send(place.second_assurer, "accept-line", held.pk, release=release.pk)

    assert response.status_code == 409
    assert response.context["sentence"] == "This has been decided already."


def test_a_publisher_lets_a_wrong_finding_out_and_it_can_be_taken_back(
    place: world.Place, held: Listing
) -> None:
    key = key_of(held)
    send(place.publisher, "release", held.pk, key=key, reason="It is on their sign.")
    out = shown_number(held)
    (release,) = Release.objects.all()
    send(place.assurer, "revoke", held.pk, release=release.pk, reason="Not any more.")

    assert (out, shown_number(held)) == (["07700 900123"], [])


def test_letting_out_promises_no_more_than_the_record_may(
    place: world.Place, held: Listing
) -> None:
    response = send(
        place.publisher, "release", held.pk, key=key_of(held), reason="On their sign."
    )

    (message,) = get_messages(response.wsgi_request)
    assert (
        str(message)
        == "It is let out. The public sees it wherever the record is public."
    )


def test_letting_out_is_not_for_assurers(place: world.Place, held: Listing) -> None:
    response = send(
        place.assurer, "release", held.pk, key=key_of(held), reason="I say so."
    )

    assert response.status_code == 403
    assert shown_number(held) == []


def test_a_release_of_somebody_elses_organization_is_not_there(
    place: world.Place, held: Listing
) -> None:
    other = world.published(place, name="Other", body=world.organization(name="Others"))
    editor = world.make_editor(held)
    release = releases.state_public_line(
        by=editor, listing_id=held.pk, key=key_of(held), reason="The rota phone."
    )

    response = send(place.assurer, "accept-line", other.pk, release=release.pk)

    assert response.status_code == 404
    assert shown_number(held) == []


def test_a_forged_release_is_refused_kindly(place: world.Place, held: Listing) -> None:
    response = send(place.assurer, "accept-line", held.pk, release="nonsense")

    assert response.status_code == 200
    assert shown_number(held) == []


def test_what_was_done_is_said(place: world.Place, listing: Listing) -> None:
    response = signed_in(place.assurer).post(
        reverse("workflow:hide", args=[listing.pk]),
        {"because": "withdrawn", "reason": "They asked."},
        follow=True,
    )

    assert [str(message) for message in response.context["messages"]] == [
        "“Tuesday coffee morning” is hidden from the public."
    ]


def test_listing_hidden_twice_for_one_reason_says_so(
    place: world.Place, listing: Listing
) -> None:
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because="withdrawn", reason="Asked."
    )

    response = send(
        place.second_assurer, "hide", listing.pk, because="withdrawn", reason="Asked."
    )

    assert response.status_code == 409
    assert refused(response, "hide")["reason"].value() == "Asked."
