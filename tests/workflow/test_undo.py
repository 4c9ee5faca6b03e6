"""Undoing within ten minutes: a compensating revision, and nothing is lost."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts import mail
from accounts.models import AuditEvent, Message
from common import clock
from common.errors import InvalidState
from tests import world
from tests.workflow.town import ACCEPT, REJECT, Town, decide, line, now, suggest
from workflow.actions import checking, decisions, listings, proposals
from workflow.actions.choosing import Choice, Informant
from workflow.choices import Evidence, Hidden, Method, ProposalState, Stage, Verdict
from workflow.models import Assurance, Decision, Proposal, Revision

NOON = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)


def _undo(town: Town, decision: Decision) -> Proposal:
    return decisions.undo_decision(by=town.place.assurer, decision_id=decision.pk)


def test_undo_writes_a_compensating_revision(town: Town) -> None:
    before = now(town.listing.record)
    decision = decide(
        town, suggest(town, {"fees": "£2", "alert": None}),
        choices={"fees": ACCEPT, "alert": ACCEPT},
    )  # fmt: skip
    assert now(town.listing.record) != before

    _undo(town, decision)

    assert now(town.listing.record) == before
    rows = Revision.objects.filter(record=town.listing.record).order_by("number")
    assert [(r.number, r.method) for r in rows] == [
        (1, "decision"), (2, "decision"), (3, "undo"),
    ]  # fmt: skip
    decision.refresh_from_db()
    assert decision.undone_by_label == "Asha Assurer"


def test_undo_puts_the_suggestion_back_into_the_queue_as_a_copy(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2", "alert": "Closed"})
    decision = decide(town, proposal, choices={"fees": ACCEPT, "alert": REJECT})

    again = _undo(town, decision)

    proposal.refresh_from_db()
    assert (proposal.state, again.state) == (ProposalState.DECIDED, ProposalState.OPEN)
    assert again.pk != proposal.pk
    assert (again.proposer, again.created_at) == (
        town.place.contributor, proposal.created_at,
    )  # fmt: skip
    rows = again.changes.order_by("path").values_list("path", "value", "verdict")
    assert list(rows) == [
        ("alert", "Closed", "pending"),
        ("fees", "£2", "pending"),
    ]
    decide(town, again, choices={"fees": ACCEPT, "alert": ACCEPT})
    assert now(town.listing.record)["fees"] == "£2"


def test_undo_cancels_the_message(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    with clock.at(NOON):
        decision = decide(town, proposal, choices={"fees": ACCEPT})
    with clock.at(NOON + dt.timedelta(minutes=9)):
        _undo(town, decision)

    with clock.at(NOON + dt.timedelta(hours=1)):
        assert mail.waiting_ids() == []
    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert message.cancelled_at == NOON + dt.timedelta(minutes=9)


@pytest.mark.parametrize(("minutes", "allowed"), [(10, True), (10.1, False)])
def test_undo_is_for_ten_minutes(town: Town, minutes: float, allowed: bool) -> None:
    proposal = suggest(town, {"fees": "£2"})
    with clock.at(NOON):
        decision = decide(town, proposal, choices={"fees": ACCEPT})

    with clock.at(NOON + dt.timedelta(minutes=minutes)):
        if allowed:
            _undo(town, decision)
        else:
            with pytest.raises(InvalidState) as refused:
                _undo(town, decision)
            assert refused.value.sentence == (
                "Ten minutes have passed. Suggest the change back instead."
            )

    assert now(town.listing.record)["fees"] == ("Free" if allowed else "£2")


def test_undo_is_for_whoever_decided(town: Town) -> None:
    decision = decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    with pytest.raises(PermissionDenied):
        decisions.undo_decision(by=town.place.second_assurer, decision_id=decision.pk)


def test_undo_happens_once(town: Town) -> None:
    decision = decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})
    _undo(town, decision)

    with pytest.raises(InvalidState) as refused:
        _undo(town, decision)

    assert refused.value.sentence == "This has been undone already."


def test_undo_never_overwrites_what_came_after(town: Town) -> None:
    decision = decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})
    town.listing = world.fresh(town.listing)
    decide(
        town, suggest(town, {"fees": "£3"}), choices={"fees": ACCEPT},
        by=town.place.second_assurer,
    )  # fmt: skip

    with pytest.raises(InvalidState) as refused:
        _undo(town, decision)

    assert refused.value.sentence == "A value has been changed again since. Look at it."
    assert now(town.listing.record)["fees"] == "£3"


def test_undo_leaves_other_fields_that_changed_since(town: Town) -> None:
    decision = decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})
    decide(town, suggest(town, {"alert": "Closed"}), choices={"alert": ACCEPT})

    _undo(town, decision)

    assert (now(town.listing.record)["fees"], now(town.listing.record)["alert"]) == (
        "Free", "Closed",
    )  # fmt: skip


def test_undo_brings_back_what_the_decision_closed(town: Town) -> None:
    proposal = proposals.report_closed(
        by=town.place.contributor, listing_id=town.listing.pk, words="Shut.",
        evidence=Evidence.VISITED,
    )  # fmt: skip
    decision = decide(town, proposal, choices={"status": ACCEPT})
    assert world.fresh(town.listing).stage == Stage.UNPUBLISHED

    _undo(town, decision)

    back = world.fresh(town.listing)
    assert (back.stage, back.hidden_because) == (Stage.PUBLISHED, [])


def test_undo_leaves_what_a_person_closed(town: Town) -> None:
    listings.hide_listing(
        by=town.place.assurer, listing_id=town.listing.pk, because=Hidden.CLOSED,
        reason="The board told us.",
    )  # fmt: skip
    proposal = suggest(town, {"status": "defunct"})
    decision = decide(town, proposal, choices={"status": ACCEPT})

    _undo(town, decision)

    assert world.fresh(town.listing).hidden_because == [Hidden.CLOSED]


def test_undo_puts_back_what_was_closed_with_thanks(town: Town) -> None:
    first = suggest(town, {"fees": "£2"})
    whole = suggest(town, {"fees": "£2"}, by=town.place.volunteer)
    editor = world.make_editor(town.listing)
    part = suggest(town, {"fees": "£2", "alert": "Closed"}, by=editor)
    with clock.at(NOON):
        decision = decide(town, first, choices={"fees": ACCEPT})
        _undo(town, decision)

    assert line(part, "fees").verdict == Verdict.PENDING
    copies = Proposal.objects.filter(
        proposer=town.place.volunteer, state=ProposalState.OPEN
    ).exclude(pk=part.pk)
    (again,) = copies
    assert list(again.changes.values_list("path", "verdict")) == [("fees", "pending")]
    whole.refresh_from_db()
    assert whole.state == ProposalState.DECIDED
    with clock.at(NOON + dt.timedelta(hours=1)):
        assert mail.waiting_ids() == []


def test_undo_of_a_part_still_tells_of_the_rest(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2", "alert": "Closed"})
    decide(town, proposal, choices={"fees": ACCEPT})
    rest = decide(town, proposal, choices={"alert": REJECT})

    _undo(town, rest)

    (waiting,) = Message.objects.filter(about_id=proposal.pk, cancelled_at=None)
    told = [x for x in waiting.text.splitlines() if x.startswith("- ")]
    assert told == ["- Cost in words: “£2”, accepted"]


def test_undo_of_a_new_service_is_refused(town: Town) -> None:
    listing = world.published(town.place)

    with pytest.raises(InvalidState) as refused:
        _undo(town, listing.proposals.get().decisions.get())

    assert refused.value.sentence == (
        "A new service is not undone: hide it, with a reason."
    )


def test_undo_of_a_correction_that_came_with_a_check_is_refused(town: Town) -> None:
    checking.correct_and_check(
        by=town.place.assurer, listing_id=town.listing.pk, method=Method.CALL,
        edits={str(town.listing.record_id): {"fees": "£2"}},
        informant=Informant("Jo, treasurer", Method.CALL, clock.today()),
    )  # fmt: skip
    decision = Decision.objects.order_by("created_at").last()
    assert decision is not None

    with pytest.raises(InvalidState):
        _undo(town, decision)

    assert now(town.listing.record)["fees"] == "£2"
    assert Assurance.objects.filter(listing=town.listing).count() == 2


def test_undo_of_an_answered_report_waits_again(town: Town) -> None:
    report = proposals.report_problem(
        by=town.place.contributor, listing_id=town.listing.pk, words="Wrong door.",
        evidence=Evidence.VISITED,
    )  # fmt: skip
    decision = decide(town, report, choices={}, answer="It is right.")

    again = _undo(town, decision)

    assert (again.kind, again.state) == ("report", "open")
    assert Message.objects.filter(about_id=report.pk, cancelled_at=None).count() == 0


def test_undo_is_audited(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    decision = decide(town, proposal, choices={
        "fees": Choice(Verdict.CHANGED, value="£3", words="It went up."),
    })  # fmt: skip
    after = AuditEvent.objects.order_by("pk").last()
    assert after is not None

    _undo(town, decision)

    rows = AuditEvent.objects.filter(pk__gt=after.pk).order_by("pk")
    assert list(rows.values_list("verb", "actor_label")) == [
        ("revision_made", "Asha Assurer"), ("decision_undone", "Asha Assurer"),
    ]  # fmt: skip
