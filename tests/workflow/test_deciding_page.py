"""The decision page: what it shows, and deciding line by line."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from tests import world
from tests.workflow.deciding import (
    change,
    choice,
    edit,
    later,
    page,
    query_count,
    report,
    seen,
    send,
    signed_in,
    text,
)
from workflow import queries
from workflow.actions import proposals
from workflow.actions.decisions import Choice, decide
from workflow.choices import Stage, Verdict
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    return world.stocked(fees="Free")


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def rows(response: Any) -> dict[str, Any]:
    return {row.label: row for row in response.context["rows"]}


def now(listing: Listing, name: str = "fees") -> Any:
    return queries.current(world.fresh(listing).record).get(name)


def accept(by: User, proposal: Proposal) -> None:
    decide(by=by, proposal_id=proposal.pk, choices=world.accept_all(proposal))


# --- what it shows --------------------------------------------------------------------


def test_page_shows_what_is_there_beside_what_is_proposed(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="Free for members")

    row = rows(page(place.assurer, "proposal", proposal.pk))["Cost in words"]

    assert row.record_label == "Service: Tuesday coffee morning"
    assert row.now == [("Free", "")]
    assert row.proposed == [("Free", ""), (" for members", "ins")]
    assert row.seen is None


def test_page_shows_three_values_where_the_field_moved_on(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    with clock.at(dt.datetime(2026, 11, 2, 10, 42, tzinfo=clock.LONDON)):
        equal = edit(place, listing, by=place.volunteer, fees="£2")
        accept(place.second_assurer, equal)
        response = page(place.assurer, "proposal", proposal.pk)

    row = rows(response)["Cost in words"]
    assert row.now == [("£", ""), ("2", "del")]
    assert row.proposed == [("£", ""), ("1", "ins")]
    assert row.seen == [("Free", "")]
    said = "This was decided differently today at 10.42am: Bert Assurer accepted “£2”."
    assert row.overtaken == said
    assert text(response).count(said) == 1


def test_page_says_who_suggests_it_and_how_they_know(
    place: world.Place, listing: Listing
) -> None:
    accept(place.second_assurer, edit(place, listing, alert="Closed in May"))
    response = page(place.assurer, "proposal", edit(place, listing, fees="£1").pk)

    top = response.context["proposal"]
    assert (top["service_label"], top["whose"]) == (
        "Tuesday coffee morning",
        "Testham Friends",
    )
    assert top["evidence_label"] == "I went there"
    assert top["evidence_words"] == "I was there."
    assert top["confidence"] == "10 of their last 10 changes were accepted."


def test_page_says_what_the_gate_would_hold_back(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, alert="Ring 07700 900123 first")

    row = rows(page(place.assurer, "proposal", proposal.pk))["Notice"]

    (finding,) = row.findings
    assert finding == (
        "“07700 900123”: This is a mobile number. Is it the group's public line? "
        "The public will not see it."
    )


def test_page_says_what_would_be_missing(place: world.Place, listing: Listing) -> None:
    (phone,) = now(listing, "phones")
    gone: dict[str, Any] = {f"phones/{phone['id']}": None, "url": None}
    proposal = edit(place, listing, **gone)

    found = rows(page(place.assurer, "proposal", proposal.pk))

    assert found["Phone number"].findings == [
        "Give at least one way to get in touch: phone, e-mail or web page."
    ]
    assert found["Phone number"].proposed is None


def test_page_mentions_others_who_suggest_something_for_the_field(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    same = edit(place, listing, by=place.volunteer, fees="£1")
    editor = world.make_editor(listing)
    other = edit(place, listing, by=editor, fees="£2")

    row = rows(page(place.assurer, "proposal", proposal.pk))["Cost in words"]

    assert row.competing == [
        {"label": "Vera Volunteer suggests the same",
         "url": reverse("workflow:proposal", args=[same.pk])},
        {"label": f"{editor} suggests “£2”",
         "url": reverse("workflow:proposal", args=[other.pk])},
    ]  # fmt: skip


def test_page_lists_the_services_that_a_hall_changes_too(place: world.Place) -> None:
    first = world.published(place, name="First")
    hall = queries.records(first.location_ids)[str(first.location_ids[0])]
    second = world.published(place, name="Second", at=hall)
    proposal = edit(place, first, record=str(hall.pk), name="The New Hall")

    row = rows(page(place.assurer, "proposal", proposal.pk))["Name"]

    assert row.others == [
        {"label": "Second", "url": reverse("workflow:record", args=[second.pk])}
    ]


def test_page_says_for_whom_a_line_is_that_one_may_not_decide(
    place: world.Place, listing: Listing
) -> None:
    elsewhere = world.make_place("Elsewhere")
    hall_id = str(listing.location_ids[0])
    hall = queries.records([hall_id])[hall_id]
    hall.home = elsewhere.partnership
    hall.save()
    proposal = proposals.propose_edit(
        by=place.contributor,
        listing_id=listing.pk,
        edits={hall_id: {"name": "New"}, str(listing.record_id): {"fees": "£1"}},
        bases=queries.whole(world.fresh(listing)).numbers,
        evidence="visited",
    )

    found = rows(page(place.assurer, "proposal", proposal.pk))

    assert found["Name"].cannot == (
        "This is for Elsewhere Council, who keep “Testham Hall”."
    )
    assert found["Name"].form is None
    assert found["Cost in words"].cannot == ""
    there = rows(page(elsewhere.assurer, "proposal", proposal.pk))
    assert there["Name"].cannot == ""
    assert there["Cost in words"].cannot == (
        "This is for Testham Council, who keep “Tuesday coffee morning”."
    )


def test_page_keeps_internal_fields_from_those_who_do_not_keep_the_record(
    place: world.Place, listing: Listing
) -> None:
    elsewhere = world.make_place("Elsewhere")
    hall_id = str(listing.location_ids[0])
    hall = queries.records([hall_id])[hall_id]
    hall.home = elsewhere.partnership
    hall.save()
    proposal = proposals.propose_edit(
        by=place.contributor,
        listing_id=listing.pk,
        edits={
            hall_id: {"name": "New"},
            str(listing.record_id): {"internal_notes": "The planted secret"},
        },
        bases=queries.whole(world.fresh(listing)).numbers,
        evidence="visited",
    )

    assert "The planted secret" in text(page(place.assurer, "proposal", proposal.pk))
    there = page(elsewhere.assurer, "proposal", proposal.pk)
    assert there.status_code == 200
    assert "The planted secret" not in text(there)


def test_page_of_ones_own_suggestion_says_that_a_colleague_decides(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, by=place.assurer, fees="£1")

    response = page(place.assurer, "proposal", proposal.pk)

    assert rows(response)["Cost in words"].cannot == (
        "You suggested this yourself, so a colleague has to decide it."
    )
    assert "Save what I decided" not in text(response)


def test_page_tells_the_history_of_each_field(
    place: world.Place, listing: Listing
) -> None:
    accept(place.second_assurer, edit(place, listing, fees="£2"))
    proposal = edit(place, listing, fees="£1")

    row = rows(page(place.assurer, "proposal", proposal.pk))["Cost in words"]

    how = "decided on a suggestion"
    assert [(event["text"], event["by"]) for event in row.events] == [
        ("“£2”", f"from Cora Contributor, accepted by Bert Assurer, {how}"),
        ("“Free”", f"from Cora Contributor, accepted by Asha Assurer, {how}"),
    ]


def test_page_shows_the_record_as_it_will_be_and_as_the_public_will_see_it(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, alert="Ring 07700 900123 first")

    context = page(place.assurer, "proposal", proposal.pk).context

    about = context["will_be"][0]["parts"][0]
    notice = next(row for row in about.rows if row["label"] == "Notice")
    assert (notice["value"], notice["changed"]) == ("Ring 07700 900123 first", True)
    public = next(
        row
        for part in context["as_public"]
        for row in part.rows
        if row["label"] == "Notice"
    )
    assert public["segments"] == [
        ("Ring ", ""), ("07700 900123", "held"), (" first", "")
    ]  # fmt: skip


def test_page_that_another_is_working_on_can_be_read_but_not_decided(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    noon = dt.datetime.combine(clock.today(), dt.time(12), tzinfo=clock.LONDON)
    with clock.at(noon):
        proposals.start_deciding(by=place.second_assurer, proposal_id=proposal.pk)
        response = page(place.assurer, "proposal", proposal.pk)

    row = rows(response)["Cost in words"]
    assert row.cannot == "Bert Assurer is working on this until 12.30pm."
    assert row.form is None


def test_page_is_not_there_for_those_who_have_no_part_in_it(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    elsewhere = world.make_place("Elsewhere")

    assert page(elsewhere.assurer, "proposal", proposal.pk).status_code == 404
    assert page(place.contributor, "proposal", proposal.pk).status_code == 403


def test_page_costs_the_same_with_one_and_three_changes(
    place: world.Place, listing: Listing
) -> None:
    one = edit(place, listing, fees="£1")
    three = edit(place, listing, alert="Shut", wait_time="A week", accreditations="A")
    for _ in (one, three):
        edit(place, listing, by=place.volunteer, fees="£9", alert="Open",
             wait_time="None", accreditations="B")  # fmt: skip

    def cost(proposal: Proposal) -> int:
        address = reverse("workflow:proposal", args=[proposal.pk])
        return query_count(place.assurer, address)

    assert cost(three) == cost(one)


# --- deciding -------------------------------------------------------------------------


def test_accepting_a_line_makes_it_the_record(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")
    fees, alert = change(proposal, "fees"), change(proposal, "alert")

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(fees, "accept"),
        **choice(alert, "reject", reason="not_so", reason_words="It stays open."),
        decide="each",
    )  # fmt: skip

    assert response.url == reverse("workflow:queue")
    assert (now(listing, "fees"), now(listing, "alert")) == ("£1", None)
    alert.refresh_from_db()
    assert (alert.verdict, alert.reason) == (Verdict.REJECTED, "not_so")


def test_changing_a_line_takes_the_value_that_was_put_in(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    row = change(proposal)

    send(
        place.assurer, "proposal", proposal.pk,
        **choice(row, "change", reason_words="They say so.", **{"value-fees": "£1.50"}),
    )  # fmt: skip

    row.refresh_from_db()
    assert now(listing) == "£1.50"
    assert (row.verdict, row.reason_words) == (Verdict.CHANGED, "They say so.")


def test_changing_an_element_takes_the_whole_of_it(
    place: world.Place, listing: Listing
) -> None:
    (phone,) = now(listing, "phones")
    new: dict[str, Any] = {**phone, "number": "01632 960999"}
    values: dict[str, Any] = {f"phones/{phone['id']}": new}
    proposal = edit(place, listing, **values)
    row = change(proposal)
    shown = rows(page(place.assurer, "proposal", proposal.pk))["Phone number"]
    sent = {
        bound.html_name: bound.value() or ""
        for bound in shown.value_form
        if bound.value() is not None
    }
    (block,) = shown.value_form.blocks
    sent |= {
        block.count_name: "1",
        block.groups[0].id_name: phone["id"],
        shown.value_form.add_prefix("phones-0-number"): "01632 960998",
    }

    send(
        place.assurer, "proposal", proposal.pk,
        **choice(row, "change", reason_words="One digit was wrong."), **sent,
    )  # fmt: skip

    assert now(listing, "phones") == [
        {"id": phone["id"], "number": "01632 960998", "description": "Bookings"}
    ]


def test_accepting_all_accepts_every_line(place: world.Place, listing: Listing) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")

    send(place.assurer, "proposal", proposal.pk, decide="accept_all")

    assert (now(listing, "fees"), now(listing, "alert")) == ("£1", "Closed in May")


def test_accepting_all_after_rejecting_one_asks_what_is_meant(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")
    fees = change(proposal, "fees")

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(fees, "reject", reason="not_so"), decide="accept_all",
    )  # fmt: skip

    assert response.status_code == 200
    assert now(listing) == "Free"
    assert response.context["loose"][0].startswith("You chose to change or reject")
    assert rows(response)["Cost in words"].form["reason"].value() == "not_so"


def test_rejecting_all_gives_one_reason_to_every_line(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")

    send(
        place.assurer, "proposal", proposal.pk, decide="reject_all",
        **{"all-reason": "cannot_confirm", "all-reason_words": "Nobody answered."},
    )  # fmt: skip

    assert set(proposal.changes.values_list("verdict", "reason", "reason_words")) == {
        ("rejected", "cannot_confirm", "Nobody answered.")
    }
    assert now(listing) == "Free"


def test_rejecting_all_without_a_reason_asks_for_one(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")

    response = send(place.assurer, "proposal", proposal.pk, decide="reject_all")

    assert response.status_code == 200
    assert response.context["extras"].reject_all.errors == {
        "reason": ["Choose the reason for rejecting all."]
    }


def test_a_rejection_without_a_reason_is_refused_at_its_line(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")
    fees, alert = change(proposal, "fees"), change(proposal, "alert")

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(fees, "reject", reason_words="Because."), **choice(alert, "accept"),
    )  # fmt: skip

    found = rows(response)
    assert response.status_code == 200
    assert found["Cost in words"].form.errors == {
        "reason": ["Choose a reason; the person who suggested it reads it."]
    }
    assert found["Cost in words"].form["reason_words"].value() == "Because."
    assert found["Notice"].form["choice"].value() == "accept"
    assert (now(listing, "fees"), now(listing, "alert")) == ("Free", None)


def test_a_change_without_words_is_refused_and_keeps_the_value(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(change(proposal), "change", **{"value-fees": "£1.50"}),
    )  # fmt: skip

    row = rows(response)["Cost in words"]
    assert response.status_code == 200
    assert row.form.errors == {
        "reason_words": ["Say in a few words why you changed it."]
    }
    assert row.value_form["fees"].value() == "£1.50"


def test_a_value_that_is_wrong_is_refused_at_its_control(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, url="https://new.example.org/")

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(change(proposal), "change", reason_words="x", **{"value-url": "no"}),
    )  # fmt: skip

    row = rows(response)["Web page"]
    assert response.status_code == 200
    assert list(row.value_form.errors) == ["url"]
    assert row.value_form["url"].value() == "no"


def test_nothing_chosen_is_told_at_the_top(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")

    response = send(place.assurer, "proposal", proposal.pk)

    assert response.status_code == 200
    assert response.context["loose"] == [
        "Choose accept, change or reject for at least one line."
    ]


def test_a_closed_report_hides_the_service(
    place: world.Place, listing: Listing
) -> None:
    proposal = proposals.report_closed(
        by=place.contributor, listing_id=listing.pk, words="Gone.", evidence="visited"
    )

    send(place.assurer, "proposal", proposal.pk, **choice(change(proposal), "accept"))

    listing = world.fresh(listing)
    assert (listing.stage, listing.hidden_because) == (Stage.UNPUBLISHED, ["closed"])


def test_a_bare_report_is_answered_in_words(
    place: world.Place, listing: Listing
) -> None:
    proposal = report(place, listing)
    assert page(place.assurer, "proposal", proposal.pk).context["is_bare"]

    refused = send(place.assurer, "proposal", proposal.pk)
    response = send(
        place.assurer, "proposal", proposal.pk, answer="We rang: it is open."
    )

    assert refused.status_code == 200
    assert refused.context["extras"].answer.errors == {
        "answer": ["Say what came of it; they are told."]
    }
    proposal.refresh_from_db()
    assert response.status_code == 302
    assert proposal.state == "decided"
    assert proposal.decisions.get().answer == "We rang: it is open."


def test_deciding_some_lines_leaves_the_others_waiting(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")

    send(place.assurer, "proposal", proposal.pk,
         **choice(change(proposal, "fees"), "accept"))  # fmt: skip

    proposal.refresh_from_db()
    found = rows(page(place.assurer, "proposal", proposal.pk))
    assert proposal.state == "open"
    assert found["Cost in words"].outcome.startswith("Accepted by Asha Assurer")
    assert found["Notice"].is_open


# --- what comes next ------------------------------------------------------------------


def test_after_deciding_the_next_item_opens_with_an_undo(
    place: world.Place, listing: Listing
) -> None:
    first = edit(place, listing, fees="£1")
    with later(minutes=1):
        second = edit(place, listing, alert="Closed in May")

    following = signed_in(place.assurer).post(
        reverse("workflow:proposal", args=[first.pk]),
        choice(change(first), "accept"),
        follow=True,
    )

    assert following.redirect_chain == [
        (reverse("workflow:proposal", args=[second.pk]), 302)
    ]
    (undo,) = following.context["undos"]
    assert undo["text"] == "“Tuesday coffee morning”: cost in words accepted."
    assert undo["undo_url"] == reverse("workflow:undo", args=[first.decisions.get().pk])


def test_the_next_item_is_not_one_that_another_is_on(
    place: world.Place, listing: Listing
) -> None:
    first = edit(place, listing, fees="£1")
    second = edit(place, listing, alert="Closed in May")
    proposals.start_deciding(by=place.second_assurer, proposal_id=second.pk)

    response = send(
        place.assurer, "proposal", first.pk, **choice(change(first), "accept")
    )

    assert response.url == reverse("workflow:queue")


def test_checking_the_whole_record_is_an_act_of_its_own(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    with later(days=10):
        response = send(
            place.assurer, "proposal", proposal.pk,
            **choice(change(proposal), "accept"), decide="each_check",
        )  # fmt: skip

    assert response.url == reverse("workflow:check", args=[listing.pk])
    assert world.fresh(listing).assured_on == listing.assured_on


# --- races ----------------------------------------------------------------------------


def test_deciding_twice_tells_what_was_decided_and_keeps_the_choices(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    row = change(proposal)
    noon = dt.datetime.combine(clock.today(), dt.time(12), tzinfo=clock.LONDON)
    with clock.at(noon):
        send(place.assurer, "proposal", proposal.pk, **choice(row, "accept"))
        response = send(
            place.second_assurer, "proposal", proposal.pk,
            **choice(row, "reject", reason="not_so", reason_words="I rang them."),
        )  # fmt: skip

    found = rows(response)["Cost in words"]
    assert response.status_code == 409
    assert response.context["sentence"] == (
        "Asha Assurer decided this at 12 noon: cost in words accepted."
    )
    assert found.outcome.startswith("Accepted by Asha Assurer")
    assert found.chosen == (
        "You had chosen: rejected (We asked, and it is not so): “I rang them.”."
    )
    assert now(listing) == "£1"


def test_a_value_that_moves_on_while_deciding_is_shown_and_not_overwritten(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    row = change(proposal)
    opened = page(place.assurer, "proposal", proposal.pk)
    equal = edit(place, listing, by=place.volunteer, fees="£2")
    accept(place.second_assurer, equal)

    response = send(
        place.assurer, "proposal", proposal.pk,
        **seen(opened), **choice(row, "accept"),
    )  # fmt: skip
    again = send(
        place.assurer, "proposal", proposal.pk,
        **seen(response), **choice(row, "accept"),
    )  # fmt: skip

    assert response.status_code == 409
    assert "“Cost in words” was changed by Bert Assurer" in response.context["sentence"]
    assert rows(response)["Cost in words"].form["choice"].value() == "accept"
    assert rows(response)["Cost in words"].seen == [("Free", "")]
    assert again.status_code == 302
    assert now(listing) == "£1"


def test_what_another_started_meanwhile_is_refused_with_the_choices_kept(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    row = change(proposal)
    proposals.start_deciding(by=place.second_assurer, proposal_id=proposal.pk)

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(row, "reject", reason="not_so", reason_words="I rang."),
    )  # fmt: skip

    form = rows(response)["Cost in words"].form
    assert response.status_code == 409
    assert "Bert Assurer is looking at this until" in response.context["sentence"]
    assert form["choice"].value() == "reject"
    assert form["reason_words"].value() == "I rang."


def test_one_line_decided_meanwhile_keeps_the_other_choices(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1", alert="Closed in May")
    fees, alert = change(proposal, "fees"), change(proposal, "alert")
    decide(by=place.second_assurer, proposal_id=proposal.pk,
           choices={fees.pk: Choice(Verdict.ACCEPTED)})  # fmt: skip

    response = send(
        place.assurer, "proposal", proposal.pk,
        **choice(fees, "accept"), **choice(alert, "reject", reason="not_so"),
    )  # fmt: skip

    found = rows(response)
    assert response.status_code == 409
    assert "Part of this was decided meanwhile." in response.context["sentence"]
    assert found["Cost in words"].chosen == "You had chosen: accepted."
    assert found["Notice"].form["reason"].value() == "not_so"


def test_a_decided_suggestion_shows_what_became_of_it(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="£1")
    accept(place.second_assurer, proposal)

    response = page(place.assurer, "proposal", proposal.pk)

    assert rows(response)["Cost in words"].outcome.startswith(
        "Accepted by Bert Assurer"
    )
    assert "This is decided." in text(response)
    assert "Save what I decided" not in text(response)


def test_a_publisher_who_does_not_assure_may_not_open_it(place: world.Place) -> None:
    proposal = world.submitted(place).proposals.get()

    assert page(place.publisher, "proposal", proposal.pk).status_code == 404


def test_title_of_a_closure_says_so(place: world.Place, listing: Listing) -> None:
    proposal = proposals.report_closed(
        by=place.contributor, listing_id=listing.pk, words="Shut.", evidence="visited"
    )

    response = page(place.assurer, "proposal", proposal.pk)

    assert text(response).count("Closing: Tuesday coffee morning") >= 1
