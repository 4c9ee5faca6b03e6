"""What became of what somebody suggested, and what became secret meanwhile."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from directory.choices import Kind
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.pages import text
from tests.workflow.suggesting import corrected, cost, page_of, section_of, suggested
from workflow.actions import decisions, proposals
from workflow.actions.decisions import Choice
from workflow.actions.telling import UNDO
from workflow.choices import Verdict
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


# --- what became of it ----------------------------------------------------------------


@pytest.mark.parametrize(
    "values", [{"fees": "£2"}, {"fees": "£2", "wait_time": "None"}]
)
def test_suggestion_that_waits_says_so_of_one_change_or_of_several(
    place: world.Place, values: dict[str, str]
) -> None:
    suggested(place, world.published(place), **values)

    mine = signed_in(place.contributor).get(reverse("workflow:my-suggestions"))

    waits = [c["text"] for c in mine.context["cards"] if "has not" in c["text"]]
    assert waits == ["Testham Council decides on it, and has not decided yet."]


def test_suggestion_says_that_part_of_it_is_decided_once_that_stands(
    place: world.Place,
) -> None:
    proposal = suggested(place, world.published(place), fees="£2", wait_time="None")
    first = proposal.changes.get(path="fees")
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={first.pk: Choice(Verdict.ACCEPTED)},
    )  # fmt: skip
    client, said = signed_in(place.contributor), []
    where = reverse("workflow:suggestion", args=[proposal.pk])

    for after in (UNDO - dt.timedelta(seconds=1), UNDO):
        with clock.at(decision.decided_at + after):
            said.append(client.get(where).context["state"])

    assert said == [
        "Testham Council decides on it, and has not decided yet.",
        "Testham Council decides on it, and has decided part of it.",
    ]


def test_closed_record_is_shown_as_such_and_not_closed_again(
    place: world.Place,
) -> None:
    listing = world.published(place)
    where = reverse("workflow:suggest", args=[listing.pk])
    client = signed_in(place.contributor)
    offer = reverse("workflow:closed", args=[listing.pk])
    assert offer in client.get(where).content.decode()

    Listing.objects.filter(pk=listing.pk).update(
        stage="unpublished", hidden_because=["closed"]
    )
    response = client.get(where)

    assert "Not public: closed" in text(response)
    assert offer not in response.content.decode()


def test_suggestion_says_what_became_of_each_change_and_why(
    place: world.Place,
) -> None:
    listing = world.published(place)
    proposal = suggested(
        place, listing, fees="Free", wait_time="None", email="info@coffee.example"
    )
    ids = dict(proposal.changes.values_list("path", "pk"))
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, answer="Thank you very much.",
        choices={
            ids["fees"]: Choice(Verdict.ACCEPTED),
            ids["wait_time"]: Choice(
                Verdict.REJECTED, reason="not_so", words="About a week."
            ),
            ids["email"]: Choice(
                Verdict.CHANGED, value="hello@coffee.example", words="They moved."
            ),
        },
    )  # fmt: skip

    with clock.at(clock.now() + dt.timedelta(minutes=10)):
        response = signed_in(place.contributor).get(
            reverse("workflow:suggestion", args=[proposal.pk])
        )

    told = {c["label"]: c for c in response.context["changes"]}
    assert {label: c["verdict"] for label, c in told.items()} == {
        "E-mail": "Changed and accepted",
        "Cost in words": "Accepted",
        "How long people wait": "Rejected",
    }
    assert told["How long people wait"]["reason"] == (
        "We asked, and it is not so. About a week."
    )
    assert told["E-mail"]["accepted"] == "hello@coffee.example"
    assert response.context["state"] == "It has been decided."
    assert "Thank you very much." in text(response)
    assert not response.context["can_take_back"]


def test_suggestion_that_was_undone_says_so(place: world.Place) -> None:
    listing = world.published(place)
    proposal = suggested(place, listing, fees="Free")
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )
    decisions.undo_decision(by=place.assurer, decision_id=decision.pk)

    response = signed_in(place.contributor).get(
        reverse("workflow:suggestion", args=[proposal.pk])
    )

    assert response.context["state"] == (
        "It was decided, and is being looked at once more."
    )


def test_suggestion_says_nothing_of_a_decision_for_ten_minutes(
    place: world.Place,
) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    (change,) = proposal.changes.all()
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, answer="Thank you.",
        choices={change.pk: Choice(Verdict.REJECTED, reason="not_so", words="No.")},
    )  # fmt: skip
    client = signed_in(place.contributor)
    where = reverse("workflow:suggestion", args=[proposal.pk])

    with clock.at(decision.decided_at + dt.timedelta(minutes=9, seconds=59)):
        early = client.get(where)
        listed = client.get("/my-suggestions/").context["cards"][0]
    assert early.context["state"] == "Somebody is looking at it."
    (shown,) = early.context["changes"]
    assert (shown["verdict"], shown["reason"], shown["accepted"]) == ("Waiting", "", "")
    assert early.context["answers"] == []
    assert [tag["text"] for tag in listed["tags"]] == ["1 waiting"]
    assert listed["text"] == "Somebody is looking at it."

    with clock.at(decision.decided_at + dt.timedelta(minutes=10)):
        late = client.get(where)
    assert late.context["state"] == "It has been decided."
    assert late.context["changes"][0]["reason"] == "We asked, and it is not so. No."
    assert late.context["answers"] == ["Thank you."]


def test_my_suggestions_list_what_was_undone_once() -> None:
    place = world.make_place("Quietham")
    listing = world.published(place, by=place.volunteer)
    proposal = suggested(place, listing, fees="Free")
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )
    again = decisions.undo_decision(by=place.assurer, decision_id=decision.pk)

    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        response = signed_in(place.contributor).get("/my-suggestions/")

    (card,) = response.context["cards"]
    assert card["url"] == reverse("workflow:suggestion", args=[again.pk])


def test_rejected_change_of_a_provider_leads_to_their_listing(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    service = str(listing.record_id)
    proposal = proposals.propose_edit(
        by=editor, listing_id=listing.pk,
        edits={service: {"fees": "Free"}}, bases={service: 1}, evidence="run_it",
    )  # fmt: skip
    (change,) = proposal.changes.all()
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={change.pk: Choice(Verdict.REJECTED, reason="not_so", words="No.")},
    )  # fmt: skip

    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        response = signed_in(editor).get(
            reverse("workflow:suggestion", args=[proposal.pk])
        )

    assert response.context["about"] == reverse("workflow:listing", args=[listing.pk])
    assert response.context["about_label"] == "Change it again"


def test_suggestion_is_there_for_who_made_it_alone(place: world.Place) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    where = reverse("workflow:suggestion", args=[proposal.pk])

    assert signed_in(place.contributor).get(where).status_code == 200
    for user in (place.assurer, place.volunteer, place.lead):
        assert signed_in(user).get(where).status_code == 404
        assert signed_in(user).post(f"{where}take-back/").status_code == 404


def test_suggestion_is_taken_back(place: world.Place) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    where = reverse("workflow:suggestion", args=[proposal.pk])
    client = signed_in(place.contributor)

    assert client.get(f"{where}take-back/")["Location"] == where
    response = client.post(f"{where}take-back/", follow=True)

    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert response.context["state"] == "You took it back."


def test_suggestion_decided_meanwhile_is_not_taken_back(place: world.Place) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )

    response = signed_in(place.contributor).post(
        reverse("workflow:take-back", args=[proposal.pk])
    )

    assert response.status_code == 409
    assert response.context["sentences"] == [
        (
            "Somebody is looking at it now, so it cannot be taken back any more. What "
            "became of it stands here in a few minutes."
        )
    ]
    assert [row["verdict"] for row in response.context["changes"]] == ["Waiting"]
    assert "accepted" not in text(response)
    with clock.at(clock.now() + UNDO):
        response = signed_in(place.contributor).post(
            reverse("workflow:take-back", args=[proposal.pk])
        )
    assert [row["verdict"] for row in response.context["changes"]] == ["Accepted"]
    (sentence,) = response.context["sentences"]
    assert sentence.startswith("Asha Assurer decided this at ")
    assert sentence.endswith(": cost in words accepted.")
    assert sentence in text(response)


def test_card_of_a_suggestion_says_what_it_is_about(place: world.Place) -> None:
    listing = world.published(place)
    suggested(place, listing, fees="Free")
    proposals.report_problem(
        by=place.contributor, listing_id=listing.pk, evidence="visited",
        words="Nobody answers.",
    )  # fmt: skip

    cards = signed_in(place.contributor).get("/my-suggestions/").context["cards"]

    said = [
        fact["value"]
        for card in cards
        for fact in card["facts"]
        if fact["label"] == "You said"
    ]
    assert sorted(said) == ["Cost in words: Free", "Nobody answers."]


def test_card_of_a_place_that_became_secret_holds_no_value(place: world.Place) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk, evidence="visited",
        edits={str(hall.pk): {"transportation": "Bus 12"}}, bases={str(hall.pk): 1},
    )  # fmt: skip
    client = signed_in(place.contributor)
    assert "Bus 12" in text(client.get("/my-suggestions/"))

    corrected(place, listing, sensitive=True)

    assert "Bus 12" not in text(client.get("/my-suggestions/"))


def test_my_suggestions_hold_everything_newest_first(place: world.Place) -> None:
    listing = world.published(place)
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        suggested(place, listing, fees="Free")
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        proposals.report_problem(
            by=place.contributor, listing_id=listing.pk, words="Shut.",
            evidence="visited",
        )  # fmt: skip

    response = signed_in(place.contributor).get("/my-suggestions/")

    assert [card["caption"] for card in response.context["cards"]] == [
        "Something is wrong", "Change", "New service",
    ]  # fmt: skip


def test_my_suggestions_cost_the_same_for_one_and_three() -> None:
    place = world.make_place("Quietham")
    listing = world.published(place, by=place.volunteer)
    client = signed_in(place.contributor)
    suggested(place, listing, fees="£0", wait_time="None")
    one = cost(client, "/my-suggestions/")
    for pounds in (1, 2):
        suggested(place, listing, fees=f"£{pounds}", wait_time="None")

    assert (one[1], cost(client, "/my-suggestions/")) == (1, (one[0], 3))


def test_suggestion_about_a_shared_hall_names_it(place: world.Place) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    proposal = proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk,
        edits={str(hall.pk): {"transportation": "Bus 12"}}, bases={str(hall.pk): 1},
        evidence="visited",
    )  # fmt: skip

    response = signed_in(place.contributor).get(
        reverse("workflow:suggestion", args=[proposal.pk])
    )

    assert response.context["changes"][0]["record"] == "Testham Hall"


# --- what became secret meanwhile -----------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [({"home": None}, {"home": True}), ({"home": True}, {"home": None})],
)
@pytest.mark.parametrize("who", ["volunteer", "contributor"])
def test_old_version_of_a_guarded_place_is_never_shown(
    place: world.Place, who: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    listing = world.published(place, in_hall=world.hall(**before))
    hall = listing.location_ids[0]
    corrected(place, listing, description="Another room", **after)
    where = section_of(listing, "address", Kind.LOCATION, hall)

    response = signed_in(getattr(place, who)).post(
        where, {"version": "1", "add": "addresses"}
    )

    assert response.context["version"] == 2


def test_old_version_of_a_place_that_was_secret_is_not_shown(
    place: world.Place,
) -> None:
    listing = world.published(
        place, in_hall=world.hall(name="The Refuge", sensitive=True)
    )
    corrected(place, listing, name="Open House", sensitive=None)
    where = section_of(listing, "about", Kind.LOCATION, listing.location_ids[0])

    response = signed_in(place.contributor).post(where, {"version": "1"})

    assert "The Refuge" not in text(response)
    assert response.context["version"] == 2


def about_the_hall(place: world.Place, listing: Listing, by: User, **edits: Any) -> str:
    hall = str(listing.location_ids[0])
    proposal = proposals.propose_edit(
        by=by, listing_id=listing.pk, edits={hall: edits}, bases={hall: 1},
        evidence="visited",
    )  # fmt: skip
    return reverse("workflow:suggestion", args=[proposal.pk])


def test_suggestion_about_a_place_that_became_secret_tells_nothing(
    place: world.Place,
) -> None:
    listing = world.published(
        place, in_hall=world.hall(name="Planted House", transportation="Bus 12")
    )
    pages = {
        user: about_the_hall(place, listing, user, transportation="Bus 13")
        for user in (place.contributor, place.second_assurer)
    }
    corrected(place, listing, sensitive=True)

    shown = {
        user: signed_in(user).get(url).context["changes"][0]
        for user, url in pages.items()
    }

    told = [(c["record"], c["was"], c["value"], c["secret"]) for c in shown.values()]
    assert told == [
        ("A place that is kept secret", "", "", True),
        ("Planted House", "Bus 12", "Bus 13", False),
    ]
    words = text(signed_in(place.contributor).get(pages[place.contributor]))
    assert "Planted House" not in words
    assert "Bus 1" not in words


def test_suggestion_shows_a_volunteer_nothing_that_is_held_back(
    place: world.Place,
) -> None:
    listing = world.published(place, email="jane.smith@friends.example")
    record = str(listing.record_id)
    proposal = proposals.propose_edit(
        by=place.volunteer,
        listing_id=listing.pk,
        evidence="visited",
        edits={record: {"email": "info@coffee.example"}},
        bases={record: 1},
    )
    client = signed_in(place.volunteer)

    (change,) = client.get(reverse("workflow:suggestion", args=[proposal.pk])).context[
        "changes"
    ]
    words = text(client.get(page_of(listing)))

    assert (change["was"], change["value"]) == ("", "info@coffee.example")
    assert "jane.smith@friends.example" not in words
    assert "E-mail: info@coffee.example." in words
