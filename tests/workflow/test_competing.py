"""Several suggestions for one field, values that moved on, and who is told what."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Message, User
from common import clock
from common.errors import InvalidState
from directory import diff
from tests import world
from tests.workflow.town import (
    ACCEPT,
    REJECT,
    Town,
    as_it_is,
    decide,
    line,
    now,
    suggest,
)
from workflow import queries
from workflow.actions import checking, decisions, listings, outcomes, proposals
from workflow.actions.choosing import Choice
from workflow.actions.outcomes import CHECKED
from workflow.choices import (
    Evidence,
    Hidden,
    ProposalState,
    RejectReason,
    Stage,
    Verdict,
)
from workflow.letters import page
from workflow.models import (
    Proposal,
    Record,
    Revision,
)

# --- several suggestions for one field ------------------------------------------------


def test_an_equal_suggestion_is_closed_with_thanks(town: Town) -> None:
    first = suggest(town, {"fees": "£2"})
    again = suggest(town, {"fees": "£2"}, by=town.place.volunteer)
    other = suggest(town, {"fees": "£9"}, by=town.place.second_assurer)

    decide(town, first, choices={"fees": ACCEPT})

    for proposal in (again, other):
        proposal.refresh_from_db()
    assert (again.state, line(again, "fees").verdict) == ("decided", "same")
    assert (other.state, line(other, "fees").verdict) == ("open", "pending")
    town.listing = world.fresh(town.listing)
    assert queries.moved_on(line(other, "fees"), town.listing.record)
    assert line(other, "fees").overtaken_by == first.decisions.get()
    (message,) = Message.objects.filter(about_id=again.pk)
    assert message.to == town.place.volunteer.email
    assert "- Cost in words: “£2”, the same was accepted already" in (
        message.text.splitlines()
    )
    client = Client()
    client.force_login(town.place.volunteer)
    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        (card,) = client.get("/my-suggestions/").context["cards"]
    assert [tag["text"] for tag in card["tags"]] == ["1 accepted already"]


def test_an_equal_suggestion_is_found_after_changing_too(town: Town) -> None:
    first = suggest(town, {"fees": "£2"})
    again = suggest(town, {"fees": "£3 each"}, by=town.place.volunteer)

    decide(town, first, choices={
        "fees": Choice(Verdict.CHANGED, value="£3  each", words="It went up."),
    })  # fmt: skip

    assert line(again, "fees").verdict == Verdict.SAME


def test_the_same_new_phone_is_closed_with_thanks_whatever_its_id(town: Town) -> None:
    def phone(number: str) -> dict[str, Any]:
        return {f"phones/{uuid.uuid4()}": {"number": number}}

    first = suggest(town, phone("01632 960111"))
    again = suggest(town, phone("01632 960111"), by=town.place.volunteer)
    other = suggest(town, phone("01632 960222"), by=town.place.second_assurer)

    decide(town, first, choices={first.changes.get().path: ACCEPT})

    assert again.changes.get().verdict == Verdict.SAME
    assert (other.changes.get().verdict, other.changes.get().overtaken_by) == (
        Verdict.PENDING, None,
    )  # fmt: skip
    numbers = [phone["number"] for phone in now(town.listing.record)["phones"]]
    assert numbers.count("01632 960111") == 1
    assert Message.objects.filter(about_id=again.pk).count() == 1


def test_undo_takes_the_mark_off_what_was_decided_differently(town: Town) -> None:
    first = suggest(town, {"fees": "£2"})
    other = suggest(town, {"fees": "£9"}, by=town.place.volunteer)
    decision = decide(town, first, choices={"fees": ACCEPT})
    assert line(other, "fees").overtaken_by == decision

    decisions.undo_decision(by=town.place.assurer, decision_id=decision.pk)

    assert line(other, "fees").overtaken_by is None


def test_the_same_from_another_page_closes_only_its_line(town: Town) -> None:
    first = suggest(town, {"fees": "£2"})
    both = suggest(
        town, {"fees": "£2", "alert": "Closed in May"}, by=town.place.volunteer
    )

    decide(town, first, choices={"fees": ACCEPT})

    both.refresh_from_db()
    assert both.state == ProposalState.OPEN
    assert line(both, "alert").verdict == Verdict.PENDING


def test_three_values_are_there_when_the_field_moved_on(town: Town) -> None:
    later = suggest(town, {"fees": "£9"}, by=town.place.volunteer)
    decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})
    change = line(later, "fees")

    record = world.fresh(town.listing).record
    assert (change.was, diff.at(now(record), "fees"), change.value) == (
        "Free", "£2", "£9",
    )  # fmt: skip
    assert queries.moved_on(change, record) is True


def test_a_change_landing_while_the_page_is_open_stops_the_decision(town: Town) -> None:
    later = suggest(town, {"fees": "£9", "alert": "Closed"}, by=town.place.volunteer)
    seen = {str(town.listing.record_id): 1}
    decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    with pytest.raises(InvalidState) as refused:
        decide(town, later, seen=seen, choices={"fees": ACCEPT, "alert": ACCEPT})
    decide(town, later, seen=seen, choices={"alert": ACCEPT})

    assert refused.value.sentence == (
        "“Cost in words” was changed by Asha Assurer while you were deciding. Look at "
        "the new value; your choices are below, nothing is lost."
    )
    assert now(town.listing.record)["fees"] == "£2"
    assert now(town.listing.record)["alert"] == "Closed"


# --- a decided proposal is decided ----------------------------------------------------


def test_a_decided_proposal_is_never_decided_again(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    with clock.at(dt.datetime(2026, 6, 1, 9, 30, tzinfo=clock.LONDON)):
        decide(town, proposal, choices={"fees": ACCEPT})

    with pytest.raises(InvalidState) as refused:
        decide(town, proposal, by=town.place.second_assurer, choices={"fees": REJECT})

    assert refused.value.sentence == (
        "Asha Assurer decided this at 9.30am: cost in words accepted."
    )
    assert Revision.objects.filter(record=town.listing.record).count() == 2


def test_a_withdrawn_proposal_is_not_decided(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    proposals.withdraw_proposal(by=town.place.contributor, proposal_id=proposal.pk)

    with pytest.raises(InvalidState) as refused:
        decide(town, proposal, choices={"fees": ACCEPT})

    assert refused.value.sentence == (
        "This was taken back meanwhile, so there is nothing left to decide."
    )


# --- who is told ----------------------------------------------------------------------


def test_the_outcome_goes_out_after_ten_minutes_with_reasons_and_what_was_suggested(
    town: Town,
) -> None:
    proposal = suggest(town, {"fees": "£2", "alert": "Closed in May"})
    noon = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)
    with clock.at(noon):
        decide(town, proposal, choices={
            "fees": ACCEPT,
            "alert": Choice(
                Verdict.REJECTED, reason=RejectReason.OTHER, words="Out of date."
            ),
        }, answer="Thank you for looking.")  # fmt: skip

    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert (message.to, message.send_after) == (
        town.place.contributor.email,
        noon + dt.timedelta(minutes=10),
    )
    assert message.text.splitlines() == [
        "Hello,",
        "",
        "Thank you for what you sent us about “Tuesday coffee morning”.",
        "",
        "- Notice: “Closed in May”, rejected (Another reason. Out of date.)",
        "- Cost in words: “£2”, accepted",
        "",
        "Thank you for looking.",
        "",
        CHECKED,
        "",
        "See what you suggested, and what became of it:",
        f"  {page(town.place.partnership, 'suggestion', proposal.pk)}",
        "",
        f"The directory of {town.place.partnership}",
    ]


def test_the_outcome_says_no_value_that_the_public_may_not_see(town: Town) -> None:
    mobile = {"id": str(uuid.uuid4()), "number": "07700 900123"}
    proposal = suggest(town, {f"phones/{mobile['id']}": mobile})
    (change,) = proposal.changes.all()

    decide(town, proposal, choices={change.path: ACCEPT})

    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert "900123" not in message.text
    assert "- Phone number: accepted" in message.text.splitlines()


def test_the_outcome_of_a_closure_says_what_was_said(town: Town) -> None:
    proposal = proposals.report_closed(
        by=town.place.contributor, listing_id=town.listing.pk, words="A sign says so.",
        evidence=Evidence.VISITED, for_good=False,
    )  # fmt: skip
    lines = [change.path for change in proposal.changes.all()]

    decide(town, proposal, choices=dict.fromkeys(lines, ACCEPT))

    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert "- Is it running? “Closed for now”, accepted" in (message.text.splitlines())


def _told(town: Town, path: str, value: Any) -> str:
    """What the mail says of one accepted change."""
    proposal = suggest(town, {path: value})
    decide(town, proposal, choices={path: ACCEPT})
    return Message.objects.get(about_id=proposal.pk).text


def test_the_outcome_names_the_place_of_an_opening_time(town: Town) -> None:
    link = queries.current(town.listing.record)["service_at_locations"][0]
    times = {
        "id": str(uuid.uuid4()), "service_at_location_id": link["id"],
        "freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "12:00",
    }  # fmt: skip
    text = _told(town, f"schedules/{times['id']}", times)
    assert "No longer in the directory" not in text
    assert "Tuesdays, 10am to 12 noon" in text


@pytest.mark.parametrize("why", ["secret", "home", "partners"])
def test_the_outcome_says_nothing_of_a_place_that_not_everybody_may_be_told_of(
    town: Town, why: str
) -> None:
    marks = {"secret": {"sensitive": True}, "home": {"home": True}}.get(why, {})
    other = world.published(
        town.place, name="Another", in_hall=world.hall(name="Hidden House", **marks),
        body=world.organization(name="Others"),
    )  # fmt: skip
    (hall_id,) = other.location_ids
    if why == "partners":
        Record.objects.filter(pk=hall_id).update(visibility="partners")
    link = {
        "id": str(uuid.uuid4()), "location_id": str(hall_id),
        "description": "Through the green door",
    }  # fmt: skip
    text = _told(town, f"service_at_locations/{link['id']}", link)
    assert "green door" not in text
    assert "Hidden" not in text
    assert "secret" not in text


@pytest.mark.parametrize("mark", ["sensitive", "home"])
def test_an_outcome_that_waits_says_no_value_of_a_place_that_is_secret_by_now(
    town: Town, mark: str
) -> None:
    address = queries.current(town.hall)["addresses"][0]
    path = f"addresses/{address['id']}"
    value = address | {"address_1": "7 Hidden Row"}
    proposal = suggest(town, {path: value}, record=town.hall)
    decide(town, proposal, choices={path: ACCEPT})
    first = Message.objects.get(about_id=proposal.pk)
    town = as_it_is(town)
    secret = suggest(
        town, {mark: True}, by=town.place.volunteer, record=town.hall
    )  # fmt: skip
    decide(town, secret, choices={mark: ACCEPT})

    again = Message.objects.get(about_id=proposal.pk, cancelled_at=None)
    assert "7 Hidden Row" in first.text
    assert Message.objects.get(pk=first.pk).cancelled_at
    assert "Hidden Row" not in again.text


def test_no_outcome_is_written_to_a_closed_account(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    User.objects.filter(email=town.place.contributor.email).update(is_active=False)
    decide(town, proposal, choices={"fees": ACCEPT})
    assert not Message.objects.filter(about_id=proposal.pk).exists()


def test_the_outcome_of_many_changes_takes_no_more_queries(town: Town) -> None:
    counts = []
    for fields in (
        {"fees": "£2"},
        {"fees": "£3", "alert": "Closed in May", "email": "a@b.example"},
    ):
        proposal = suggest(town, fields)
        decide(town, proposal, choices=dict.fromkeys(fields, REJECT))
        with CaptureQueriesContext(connection) as captured:
            outcomes.tell_outcome(proposal)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_who_has_no_account_is_told_neither_values_nor_a_page(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    Proposal.objects.filter(pk=proposal.pk).update(
        proposer=None, answer_to="jo@mail.example"
    )

    decide(town, proposal, choices={"fees": ACCEPT})

    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert message.to == "jo@mail.example"
    assert "- Cost in words: accepted" in message.text.splitlines()
    assert "/my-suggestions/" not in message.text


def test_nobody_is_told_what_they_decided_themselves(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)

    proposal = checking.edit_own(
        by=editor, listing_id=town.listing.pk,
        edits={str(town.listing.record_id): {"fees": "£2"}},
        bases={str(town.listing.record_id): 1},
    )  # fmt: skip

    assert proposal.state == ProposalState.DECIDED
    assert Message.objects.filter(about_id=proposal.pk).count() == 0


def test_new_listing_goes_from_draft_to_published(town: Town) -> None:
    listing = world.published(town.place)

    assert listing.stage == Stage.PUBLISHED
    assert now(listing.record)["name"] == "Tuesday coffee morning"
    assert listing.assured_on is not None


def test_a_hidden_listing_still_takes_decisions(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    listings.hide_listing(
        by=town.place.assurer, listing_id=town.listing.pk, because=Hidden.WITHDRAWN,
        reason="Asked.",
    )  # fmt: skip

    decide(town, proposal, choices={"fees": ACCEPT})

    assert now(town.listing.record)["fees"] == "£2"
    assert world.fresh(town.listing).stage == Stage.UNPUBLISHED
