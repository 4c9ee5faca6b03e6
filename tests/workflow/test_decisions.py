"""Deciding change by change (PRODUCT.md section 4): what becomes of each, and when."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Message
from common import clock
from common.errors import InvalidInput
from tests import world
from tests.workflow.town import ACCEPT, REJECT, Town, decide, line, now, suggest
from workflow import queries
from workflow.actions import checking, decisions, proposals
from workflow.actions.choosing import Choice
from workflow.actions.outcomes import CHECKED
from workflow.choices import (
    Evidence,
    Hidden,
    Method,
    ProposalState,
    RejectReason,
    Stage,
    Verdict,
)
from workflow.models import (
    Assurance,
    Decision,
    Listing,
    OutboxEvent,
)

# --- accept, change, reject -----------------------------------------------------------


def test_exactly_what_was_accepted_becomes_the_next_revision(town: Town) -> None:
    before = now(town.listing.record)
    proposal = suggest(town, {"fees": "£2", "alert": "Closed in May", "name": "Tea"})

    decision = decide(town, proposal, choices={
        "fees": ACCEPT,
        "alert": Choice(Verdict.CHANGED, value="Closed on 4 May ", words="We asked."),
        "name": Choice(Verdict.REJECTED, reason=RejectReason.NOT_SO, words="No."),
    })  # fmt: skip

    revision = world.fresh(town.listing).record.revision
    assert revision is not None
    assert revision.payload == {**before, "fees": "£2", "alert": "Closed on 4 May"}
    assert (revision.number, revision.decision) == (2, decision)
    assert sorted(revision.paths) == ["alert", "fees"]
    rows = proposal.changes.order_by("path").values_list(
        "path", "verdict", "accepted_value", "reason", "reason_words"
    )
    assert list(rows) == [
        ("alert", "changed", "Closed on 4 May", "", "We asked."),
        ("fees", "accepted", "£2", "", ""),
        ("name", "rejected", None, "not_so", "No."),
    ]
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECIDED


def test_a_list_is_changed_element_by_element(town: Town) -> None:
    (phone,) = now(town.listing.record)["phones"]
    proposal = suggest(town, {
        f"phones/{phone['id']}": {**phone, "number": "01632 960 999"},
        "phones/6a1ed0a4-5b0e-4b0e-8b0a-8d2c4c3d7a01": {"number": "01632 960222"},
    })  # fmt: skip
    first, second = (c.path for c in proposal.changes.all())

    decide(town, proposal, choices={first: ACCEPT, second: REJECT})

    (kept,) = now(town.listing.record)["phones"]
    assert kept == line(proposal, first).value
    assert kept["number"] != phone["number"]


def test_an_element_can_be_taken_away(town: Town) -> None:
    (phone,) = now(town.listing.record)["phones"]
    proposal = suggest(town, {f"phones/{phone['id']}": None})

    decide(town, proposal, choices={f"phones/{phone['id']}": ACCEPT})

    assert "phones" not in now(town.listing.record)


def test_a_changed_element_keeps_its_id(town: Town) -> None:
    (phone,) = now(town.listing.record)["phones"]
    path = f"phones/{phone['id']}"
    proposal = suggest(town, {path: {**phone, "number": "01632 960999"}})

    decide(town, proposal, choices={path: Choice(
        Verdict.CHANGED, value={"number": "01632 960777"}, words="They said so.",
    )})  # fmt: skip

    (kept,) = now(town.listing.record)["phones"]
    assert kept["id"] == phone["id"]
    assert line(proposal, path).accepted_value == kept


def test_changing_to_the_same_is_accepting(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    decide(town, proposal, choices={
        "fees": Choice(Verdict.CHANGED, value=" £2 ", words="As they say.")
    })  # fmt: skip

    assert line(proposal, "fees").verdict == Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (Choice("maybe"), "Choose accept, change or reject."),
        (
            Choice(Verdict.PENDING),
            "Choose accept, change or reject.",
        ),
        (
            Choice(Verdict.REJECTED),
            "Choose a reason; the person who suggested it reads it.",
        ),
        (
            Choice(Verdict.REJECTED, reason="because"),
            "Choose a reason; the person who suggested it reads it.",
        ),
        (
            Choice(Verdict.REJECTED, reason=RejectReason.OTHER, words=" "),
            "Say the reason in a few words.",
        ),
        (
            Choice(Verdict.CHANGED, value="£3"),
            "Say in a few words why you changed it.",
        ),
        (
            Choice(Verdict.CHANGED, value="x" * 300, words="Long."),
            "Cost in words is too long: 300 characters, 255 at most.",
        ),
    ],
)
def test_a_choice_that_says_too_little_is_refused_beside_its_line(
    town: Town, choice: Choice, sentence: str
) -> None:
    proposal = suggest(town, {"fees": "£2"})

    with pytest.raises(InvalidInput) as refused:
        decide(town, proposal, choices={"fees": choice})

    assert refused.value.errors == {str(line(proposal, "fees").pk): sentence}
    assert line(proposal, "fees").verdict == Verdict.PENDING


def test_values_that_clash_together_are_named(town: Town) -> None:
    decide(
        town,
        ages := suggest(town, {"minimum_age": 18}),
        choices={"minimum_age": ACCEPT},
    )
    town.listing = world.fresh(town.listing)
    proposal = suggest(town, {"maximum_age": 60})

    with pytest.raises(InvalidInput) as refused:
        decide(town, proposal, choices={
            "maximum_age": Choice(Verdict.CHANGED, value=12, words="Children."),
        })  # fmt: skip

    assert ages.changes.get().verdict == Verdict.ACCEPTED
    assert refused.value.errors == {
        str(line(proposal, "maximum_age").pk): (
            "Oldest age (12) is before the youngest age (18)."
        )
    }


def test_a_part_can_be_decided_and_the_rest_waits(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2", "alert": "Closed in May"})

    decide(town, proposal, choices={"fees": ACCEPT})

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN
    assert line(proposal, "alert").verdict == Verdict.PENDING
    assert Message.objects.filter(about_id=proposal.pk).count() == 0
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.verb, last.after) == (
        "proposal_partly_decided",
        {"fees": "accepted"},
    )

    decide(town, proposal, choices={"alert": REJECT})

    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert "- Cost in words: “£2”, accepted" in message.text.splitlines()


def test_nothing_chosen_is_no_decision(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    with pytest.raises(InvalidInput):
        decide(town, proposal, choices={})

    assert Decision.objects.filter(proposal=proposal).count() == 0


def test_every_line_of_a_new_service_is_decided_at_once(town: Town) -> None:
    listing = world.submitted(town.place)
    proposal = listing.proposals.get()
    choices = world.accept_all(proposal)
    choices.popitem()

    with pytest.raises(InvalidInput):
        decisions.decide(
            by=town.place.assurer, proposal_id=proposal.pk, choices=choices
        )

    assert world.fresh(listing).stage == Stage.SUBMITTED


# --- what accepting does not do -------------------------------------------------------


def test_accepting_is_not_assuring(town: Town) -> None:
    before = world.fresh(town.listing)
    with clock.at(clock.now() + dt.timedelta(days=40)):
        decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    after = world.fresh(town.listing)
    assert (after.assured_on, after.due_on) == (before.assured_on, before.due_on)
    assert Assurance.objects.filter(listing=town.listing).count() == 1


def test_a_report_is_answered_in_words(town: Town) -> None:
    proposal = proposals.report_problem(
        by=town.place.contributor, listing_id=town.listing.pk,
        words="The door is locked.", evidence=Evidence.VISITED,
    )  # fmt: skip

    with pytest.raises(InvalidInput) as refused:
        decide(town, proposal, choices={}, answer=" ")
    decide(town, proposal, choices={}, answer="Use the side door.")

    assert refused.value.errors == {"answer": "Say what came of it; they are told."}
    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert message.text.splitlines()[-8:-4] == ["Use the side door.", "", CHECKED, ""]
    assert message.text.endswith(f"\n\nThe directory of {town.place.partnership}")


# --- the hall -------------------------------------------------------------------------


def test_a_shared_halls_change_is_one_change_for_all_its_services(town: Town) -> None:
    proposal = suggest(town, {"transportation": "Bus 7"}, record=town.hall)
    showing = queries.listings_showing(town.hall.pk)
    assert set(showing) == {town.listing, town.neighbour}

    decide(town, proposal, choices={"transportation": ACCEPT})

    assert now(town.hall)["transportation"] == "Bus 7"
    for listing in (town.listing, town.neighbour):
        assert world.fresh(listing).record.revision.number == 1  # type: ignore[union-attr]
        parts = queries.whole(world.fresh(listing))
        assert parts.locations[str(town.hall.pk)]["transportation"] == "Bus 7"
    last = OutboxEvent.objects.order_by("pk").last()
    assert last is not None
    assert last.record_id == town.hall.pk


def test_a_halls_new_postcode_moves_the_area_of_all_its_services(town: Town) -> None:
    (address,) = now(town.hall)["addresses"]
    path = f"addresses/{address['id']}"
    proposal = suggest(
        town, {path: {**address, "postal_code": "SP1 1AA"}}, record=town.hall
    )

    decide(town, proposal, choices={path: ACCEPT})

    areas = [world.fresh(x).area for x in (town.listing, town.neighbour)]
    assert areas == ["SP1", "SP1"]


# --- status is data -------------------------------------------------------------------


def test_accepting_defunct_hides_as_closed(town: Town) -> None:
    proposal = proposals.report_closed(
        by=town.place.contributor, listing_id=town.listing.pk, words="It is shut.",
        evidence=Evidence.VISITED,
    )  # fmt: skip

    decide(town, proposal, choices={"status": ACCEPT})

    gone = world.fresh(town.listing)
    assert (gone.stage, gone.hidden_because) == (Stage.UNPUBLISHED, [Hidden.CLOSED])
    assert now(town.listing.record)["status"] == "defunct"


def test_accepting_temporarily_closed_stays_public(town: Town) -> None:
    proposal = proposals.report_closed(
        by=town.place.contributor, listing_id=town.listing.pk, words="For repairs.",
        evidence=Evidence.VISITED, for_good=False,
    )  # fmt: skip

    decide(town, proposal, choices={"status": ACCEPT})

    assert world.fresh(town.listing).stage == Stage.PUBLISHED
    assert now(town.listing.record)["status"] == "temporarily closed"


def test_a_closed_service_stays_closed_when_it_is_checked(town: Town) -> None:
    """Hidden because it lapsed, then reported as closed: a check may not revive it."""
    with clock.at(clock.now() + dt.timedelta(days=200)):
        Listing.objects.filter(pk=town.listing.pk).update(
            stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]
        )
        proposal = proposals.report_closed(
            by=town.place.contributor, listing_id=town.listing.pk, words="Shut.",
            evidence=Evidence.VISITED,
        )  # fmt: skip
        decide(town, proposal, choices={"status": ACCEPT})
        assert world.fresh(town.listing).hidden_because == ["closed", "lapsed"]

        checking.check_listing(
            by=town.place.assurer, listing_id=town.listing.pk, method=Method.CALL
        )

    gone = world.fresh(town.listing)
    assert (gone.stage, gone.hidden_because) == (Stage.UNPUBLISHED, [Hidden.CLOSED])


def test_another_change_leaves_a_public_defunct_service_public(town: Town) -> None:
    """It was published against the closing check, with a reason: that was decided."""
    proposal = suggest(town, {"status": "defunct"})
    decide(town, proposal, choices={"status": ACCEPT})
    Listing.objects.filter(pk=town.listing.pk).update(
        stage=Stage.PUBLISHED, hidden_because=[]
    )
    town.listing = world.fresh(town.listing)

    decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    assert world.fresh(town.listing).stage == Stage.PUBLISHED


# --- what it costs --------------------------------------------------------------------


def test_new_service_is_made_public_in_few_statements(place: world.Place) -> None:
    with CaptureQueriesContext(connection) as asked:
        world.published(place)

    assert len(asked) <= 133
    texts = [row["sql"] or "" for row in asked]
    # What is erased is asked where words came, and who decides once under the locks.
    assert sum("LOCK TABLE" in text for text in texts) <= 5
    assert sum("n.codename" in text for text in texts) <= 5
