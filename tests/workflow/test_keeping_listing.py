"""My services and the page of a listing, through the browser's eyes."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from common import clock
from directory.freshness import full_date
from tests import world
from tests.workflow.pages import filled_in, text
from workflow.actions import decisions, drafts, listings, proposals
from workflow.choices import Hidden, Stage
from workflow.models import Confirmation, Listing, Proposal, Record, Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(listing: Listing, name: str = "listing") -> str:
    return reverse(f"workflow:{name}", args=[listing.pk])


# --- my services ----------------------------------------------------------------------


def test_my_services_say_how_each_stands_and_what_to_do(place: world.Place) -> None:
    with clock.at(dt.datetime(2026, 9, 12, 10, tzinfo=clock.LONDON)):
        listing = world.published(place)
        editor = world.make_editor(listing)

        response = signed_in(editor).get("/my-services/")

    (card,) = response.context["cards"]
    assert card["text"] == "Checked 12 September 2026, due 12 December 2026."
    assert card["next_label"] == "Nothing has changed"
    assert card["hint"] == (
        "Most useful to fill in next: “Areas it covers”: People look for what is there "
        "for where they live, wherever the office is."
    )
    assert [link["label"] for link in card["more"]] == [
        "Change something",
        "Fill that in",
    ]


def test_my_services_hold_nothing_of_others(place: world.Place) -> None:
    world.published(place)

    response = signed_in(place.contributor).get("/my-services/")

    assert response.context["cards"] == []
    assert "Nothing here yet" in text(response)


@pytest.mark.parametrize("number", [1, 3])
def test_my_services_cost_the_same_for_one_and_three(
    place: world.Place, number: int, django_assert_num_queries: Any
) -> None:
    first = world.published(place)
    editor = world.make_editor(first)
    for _ in range(number - 1):
        world.published(
            place, run_by=Record.objects.get(pk=world.organization_of(first).pk)
        )
    client = signed_in(editor)
    client.get("/my-services/")

    with django_assert_num_queries(16):
        response = client.get("/my-services/")

    assert len(response.context["cards"]) == number


def test_trusted_provider_checks_what_is_due(place: world.Place) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    world.trust(place, listing)

    with clock.at(clock.now() + dt.timedelta(days=85)):
        response = signed_in(editor).get("/my-services/")

    (card,) = response.context["cards"]
    assert (card["next_label"], card["next_url"]) == (
        "Check it", page_of(listing, "check"),
    )  # fmt: skip


# --- who sees the page ----------------------------------------------------------------


def test_listing_is_there_for_its_editor_and_for_nobody_else(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    others = [place.contributor, place.reader, place.lead, place.publisher,
              place.assurer, world.person("Nobody Here")]  # fmt: skip

    assert signed_in(editor).get(page_of(listing)).status_code == 200
    statuses = {signed_in(u).get(page_of(listing)).status_code for u in others}
    assert statuses == {404}


def test_draft_is_there_for_its_author_alone(place: world.Place) -> None:
    draft = world.draft(place)

    assert signed_in(place.contributor).get(page_of(draft)).status_code == 200
    assert signed_in(place.volunteer).get(page_of(draft)).status_code == 404
    assert signed_in(place.assurer).get(page_of(draft)).status_code == 404


def test_stranger_is_asked_to_sign_in(place: world.Place) -> None:
    listing = world.published(place)

    response = Client().get(page_of(listing))

    assert response["Location"] == f"/sign-in/?next={page_of(listing)}"


def test_looking_changes_nothing(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    before = AuditEvent.objects.count()

    for name in ("listing", "confirm", "run-by", "new-place"):
        client.get(page_of(listing, name))
    for name in ("submit", "withdraw", "appeal", "take-away", "public-line"):
        assert client.get(page_of(listing, name))["Location"] == page_of(listing)

    assert AuditEvent.objects.count() == before
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_listing_shows_every_section_in_words(place: world.Place) -> None:
    tuesdays = {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                "closes_at": "12:00"}  # fmt: skip
    listing = world.published(place, schedules=[tuesdays])

    words = text(signed_in(world.make_editor(listing)).get(page_of(listing)))

    for said in ("Tuesdays, 10am to 12 noon", "01632 960101 (Bookings)",
                 "Who runs it: Testham Friends", "Where it happens: Testham Hall",
                 "1 High Street, Testham, England, BA12 9AA"):  # fmt: skip
        assert said in words


# --- nothing has changed --------------------------------------------------------------


def test_what_is_not_known_is_a_list_although_labels_have_commas(
    place: world.Place,
) -> None:
    listing = world.published(place)
    keeper = signed_in(world.make_editor(listing))

    mine = text(keeper.get(reverse("workflow:listing", args=[listing.pk])))
    theirs = reverse("workflow:record", args=[listing.pk])

    about = "Not known: also known as; what kind of help it is, and for whom; notice"
    assert about in mine
    assert "Not known: also known as; notice." in text(
        signed_in(place.assurer).get(theirs)
    )


def test_trusted_provider_is_led_from_confirming_to_checking(
    place: world.Place,
) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    where = reverse("workflow:confirm", args=[listing.pk])
    way = '<a class="govuk-link" href="/work/">My work</a> once that day'
    before = client.get(where).content.decode()
    world.trust(place, listing)

    assert way not in before
    assert way in client.get(where).content.decode()
    assert client.get("/work/").status_code == 200


def test_nothing_has_changed_is_said_with_a_button(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))

    asked = client.get(page_of(listing, "confirm"))
    assert Confirmation.objects.count() == 0
    response = client.post(page_of(listing, "confirm"), {"words": ""}, follow=True)

    assert "Tuesday coffee morning" in text(asked)
    assert ("Address" in text(asked), "Latitude" in text(asked)) == (True, False)
    said = Confirmation.objects.get()
    assert (said.source, said.said_on) == ("provider", clock.today())
    assert "We have written down that “Tuesday coffee morning” is still right" in text(
        response
    )


def test_nothing_has_changed_is_not_for_the_author_of_a_draft(
    place: world.Place,
) -> None:
    draft = world.draft(place)

    response = signed_in(place.contributor).post(page_of(draft, "confirm"), {})

    assert response.status_code == 403


# --- sending in, taking back, appealing -----------------------------------------------


def test_draft_is_a_task_list_that_says_what_is_missing(place: world.Place) -> None:
    draft = world.draft(place, url=None, phones=[])

    response = signed_in(place.contributor).get(page_of(draft))

    service = response.context["records"][0]
    tasks = {task["label"]: task for task in service.tasks}
    assert tasks["What it is"]["status"] == "Done"
    assert tasks["How to get in touch"]["status"] == "Still needed"
    assert tasks["How to get in touch"]["hint"] == (
        "Give at least one way to get in touch: phone, e-mail or web page."
    )
    assert tasks["Who it is for"]["status"] == "Not started"


def test_draft_is_sent_in_with_gaps(place: world.Place) -> None:
    draft = world.draft(place, description=None)

    response = signed_in(place.contributor).post(
        page_of(draft, "submit"), {"evidence": "visited", "words": "I was there."},
        follow=True,
    )  # fmt: skip

    proposal = Proposal.objects.get(listing=draft)
    assert (proposal.evidence, proposal.evidence_words) == ("visited", "I was there.")
    assert "Testham Council has it now" in text(response)


def test_sending_in_asks_how_one_knows(place: world.Place) -> None:
    draft = world.draft(place)

    response = signed_in(place.contributor).post(
        page_of(draft, "submit"), {"words": "I was there."}
    )

    form = response.context["submit_form"]
    assert dict(form.errors) == {"evidence": ["Say how you know."]}
    assert form["words"].value() == "I was there."
    assert world.fresh(draft).stage == Stage.DRAFT


def test_draft_says_before_sending_in_what_is_missing(place: world.Place) -> None:
    client = signed_in(place.contributor)
    draft = drafts.start_listing(
        by=place.contributor,
        place=place.partnership,
        service={"name": "Coffee", "fees": "Free"},
    )

    response = client.get(page_of(draft))

    assert response.context["gaps"] == [
        "Still needed: what it is.",
        "Give at least one way to get in touch: phone, e-mail or web page.",
        "Say where it happens, or which area it covers.",
    ]
    assert "Gaps never stop it" in text(response)


def test_draft_calls_an_empty_section_empty(place: world.Place) -> None:
    draft = world.draft(place)

    record, *_ = signed_in(place.contributor).get(page_of(draft)).context["records"]

    for section in record.sections:
        if not section.filled and not section.faults:
            assert section.task()["status"] == "Not started"
        assert section.task()["status"] != "Needs another look"


def test_draft_sent_in_twice_says_what_happened(place: world.Place) -> None:
    listing = world.submitted(place)

    response = signed_in(place.contributor).post(
        page_of(listing, "submit"), {"evidence": "visited"}
    )

    assert response.status_code == 409
    assert "is at the stage “waiting for a decision” now" in text(response)


def test_submission_is_taken_back(place: world.Place) -> None:
    listing = world.submitted(place)

    signed_in(place.contributor).post(page_of(listing, "withdraw"))

    assert world.fresh(listing).stage == Stage.DRAFT


def test_submission_decided_meanwhile_is_not_taken_back(place: world.Place) -> None:
    listing = world.submitted(place)
    proposal = listing.proposals.get()
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal), check=decisions.Check("call"),
    )  # fmt: skip

    editor = world.make_editor(listing)
    response = signed_in(editor).post(page_of(listing, "withdraw"))

    assert response.status_code == 409
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_returned_draft_says_why(place: world.Place) -> None:
    listing = world.submitted(place)
    listings.return_listing(
        by=place.assurer, listing_id=listing.pk, reason="Please give a phone number."
    )
    client = signed_in(place.contributor)

    assert "Please give a phone number." in text(client.get(page_of(listing)))
    (card,) = client.get("/my-services/").context["cards"]
    assert card["next_label"] == "Put it right"


def declined(place: world.Place) -> Listing:
    listing = world.submitted(place)
    listings.decline_listing(
        by=place.assurer, listing_id=listing.pk, because="out_of_scope",
        reason="We list free services only.",
    )  # fmt: skip
    return world.fresh(listing)


def test_declined_listing_says_why_and_is_appealed_once(place: world.Place) -> None:
    listing = declined(place)
    client = signed_in(place.contributor)
    assert "We list free services only." in text(client.get(page_of(listing)))

    client.post(page_of(listing, "appeal"), {"words": "It is free."})
    again = client.post(page_of(listing, "appeal"), {"words": "It is free!"})

    assert world.fresh(listing).stage == Stage.SUBMITTED
    assert again.status_code == 409


def test_appeal_without_words_says_so_beside_the_field(place: world.Place) -> None:
    listing = declined(place)

    response = signed_in(place.contributor).post(
        page_of(listing, "appeal"), {"words": " "}
    )

    assert response.status_code == 200
    assert response.context["appeal_form"].errors == {
        "words": ["Say why it should be looked at again."]
    }


# --- taking away ----------------------------------------------------------------------


def test_provider_takes_a_listing_away(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))

    asked = client.post(
        page_of(listing, "take-away"),
        {"because": "withdrawn", "reason": "We moved to another town."},
    )
    assert world.fresh(listing).stage == Stage.PUBLISHED
    response = client.post(page_of(listing, "take-away"), filled_in(asked), follow=True)

    assert world.fresh(listing).hidden_because == ["withdrawn"]
    assert response.context["grade"] == ""
    (card,) = client.get("/my-services/").context["cards"]
    assert card["grade"] == ""
    why = Hidden.WITHDRAWN.label.lower()
    assert response.context["taken_away"] == (
        f"It has not been public since {full_date(clock.today())} ({why}). “We moved "
        "to another town.” To bring it back, write to Testham Council: "
        f"{place.council.role_mailbox or place.partnership.role_mailbox}."
    )


def test_taking_away_without_a_reason_keeps_what_was_chosen(
    place: world.Place,
) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))

    response = client.post(
        page_of(listing, "take-away"), {"because": "closed", "reason": ""}
    )

    form = response.context["take_away_form"]
    assert form.errors == {"reason": ["Say why, so that others know."]}
    assert form["because"].value() == "closed"
    assert world.fresh(listing).stage == Stage.PUBLISHED


# --- what is held back ----------------------------------------------------------------


def test_provider_states_that_a_mobile_is_the_public_line(place: world.Place) -> None:
    listing = world.published(place, phones=[{"number": "07700 900123"}])
    client = signed_in(world.make_editor(listing))
    ((held, form),) = client.get(page_of(listing)).context["held"]

    empty = client.post(
        page_of(listing, "public-line"), {"key": held.finding.key, "reason": ""}
    )
    client.post(
        page_of(listing, "public-line"),
        {"key": held.finding.key, "reason": "The group's own phone."},
    )

    assert form is not None
    ((_, refused),) = empty.context["held"]
    assert list(refused.errors) == ["reason"]
    assert Release.objects.get().accepted_at is None
    assert "You said that this is the group's public line" in text(
        client.get(page_of(listing))
    ).replace("&#x27;", "'")


# --- what waits -----------------------------------------------------------------------


def test_change_of_a_provider_stands_at_its_section_until_it_is_decided(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    record = str(listing.record_id)
    proposals.propose_edit(
        by=editor, listing_id=listing.pk, edits={record: {"fees": "Free"}},
        bases={record: 1}, evidence="run_it",
    )  # fmt: skip

    response = signed_in(editor).get(page_of(listing))

    sections = {s.slug: s for s in response.context["records"][0].sections}
    assert sections["cost"].waiting == ["Cost in words: Free."]
    assert sections["about"].waiting == []


def test_suggestion_of_somebody_else_is_not_shown_to_the_provider(
    place: world.Place,
) -> None:
    listing = world.published(place)
    record = str(listing.record_id)
    proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk,
        edits={record: {"fees": "Free"}}, bases={record: 1}, evidence="visited",
    )  # fmt: skip

    response = signed_in(world.make_editor(listing)).get(page_of(listing))

    assert [s.waiting for s in response.context["records"][0].sections] == [[]] * 9


# --- throwing a draft away ------------------------------------------------------------


def test_draft_is_thrown_away_with_what_it_alone_brings(place: world.Place) -> None:
    kept = world.published(place)
    draft = world.draft(place)
    client = signed_in(place.contributor)
    where = page_of(draft, "throw-away")
    records = Record.objects.count()
    assert where in client.get(page_of(draft)).content.decode()

    assert client.get(where).status_code == 200
    assert Listing.objects.filter(pk=draft.pk).exists()
    response = client.post(where)

    assert response["Location"] == reverse("workflow:my-services")
    assert list(Listing.objects.all()) == [kept]
    assert Record.objects.count() == records - 3
    said = AuditEvent.objects.get(verb="draft_discarded")
    assert (said.actor_label, said.object_label) == (
        str(place.contributor),
        draft.title,
    )
    assert client.post(where).status_code == 404


def test_draft_leaves_the_records_that_others_use(place: world.Place) -> None:
    there = world.published(place)
    hall = Record.objects.get(pk=there.location_ids[0])
    body = Record.objects.get(pk=world.organization_of(there).pk)
    draft = world.draft(place, at=hall, run_by=body)
    records = Record.objects.count()

    signed_in(world.make_editor(there)).post(page_of(draft, "throw-away"))

    assert not Listing.objects.filter(pk=draft.pk).exists()
    assert Record.objects.count() == records - 1


def test_draft_that_was_sent_in_before_is_kept(place: world.Place) -> None:
    listing = world.submitted(place)
    client = signed_in(place.contributor)
    where = page_of(listing, "throw-away")
    assert client.post(where).status_code == 409
    listings.withdraw_submission(by=place.contributor, listing_id=listing.pk)

    response = client.post(where)

    assert response.status_code == 409
    said = (
        "It was sent in before, or came from another directory, so it is kept. "
        f"Ask {listing.remit} to put it aside."
    )
    assert response.context["form"].non_field_errors() == [said]
    assert client.get(where)["Location"] == page_of(listing)
    assert where not in client.get(page_of(listing)).content.decode()
    assert Listing.objects.filter(pk=listing.pk).exists()


def test_draft_of_another_is_not_thrown_away(place: world.Place) -> None:
    draft = world.draft(place)

    assert signed_in(place.volunteer).post(
        page_of(draft, "throw-away")
    ).status_code == (404)
    assert Listing.objects.filter(pk=draft.pk).exists()


def test_new_service_is_taken_back_from_its_suggestion(place: world.Place) -> None:
    listing = world.submitted(place)
    proposal = Proposal.objects.get(listing=listing)
    client = signed_in(place.contributor)
    page = client.get(reverse("workflow:suggestion", args=[proposal.pk]))
    where = reverse("workflow:take-back", args=[proposal.pk])

    response = client.post(where)

    assert page.context["can_take_back"]
    assert response["Location"] == page_of(listing)
    assert world.fresh(listing).stage == Stage.DRAFT
    assert client.post(where).status_code == 409
