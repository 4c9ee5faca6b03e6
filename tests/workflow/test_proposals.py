"""Suggesting, claiming, reporting, and saying that nothing has changed."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.town import ACCEPT, Town, decide, line, now, suggest
from workflow.actions import place as places
from workflow.actions import proposals, records
from workflow.choices import Evidence, Gravity, ProposalState, SaidBy, Stage, Verdict
from workflow.models import Change, Proposal, Record

LONDON = clock.LONDON


def test_a_suggestion_keeps_who_why_what_was_there_and_what_should_be(
    town: Town,
) -> None:
    proposal = proposals.propose_edit(
        by=town.place.contributor, listing_id=town.listing.pk,
        edits={str(town.listing.record_id): {"fees": " £2 ", "name": "Tuesday coffee"
                                             " morning"}},
        bases={str(town.listing.record_id): 1}, evidence=Evidence.USER,
        words=" They told me. ", partner=town.place.health,
    )  # fmt: skip

    (change,) = proposal.changes.all()
    assert (change.path, change.was, change.value, change.base) == (
        "fees", "Free", "£2", 1,
    )  # fmt: skip
    assert (proposal.proposer, proposal.proposer_partner) == (
        town.place.contributor, town.place.health,
    )  # fmt: skip
    assert (proposal.evidence, proposal.evidence_words) == ("user", "They told me.")
    assert proposal.by_provider is False
    assert now(town.listing.record)["fees"] == "Free"


def test_a_suggestion_does_not_touch_the_public_version(town: Town) -> None:
    suggest(town, {"fees": "£2", "status": "defunct"})

    listing = world.fresh(town.listing)
    assert (listing.stage, listing.record.revision.number) == (Stage.PUBLISHED, 1)  # type: ignore[union-attr]


def test_a_providers_suggestion_is_marked(town: Town) -> None:
    editor = world.make_editor(town.listing)

    assert suggest(town, {"fees": "£2"}, by=editor).by_provider is True


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"email": "no address"}, ["email"]),
        ({"nonsense": "x"}, ["nonsense"]),
        ({"name": ""}, ["name"]),
        ({"fees/1": "x"}, ["fees/1"]),
        ({"phones": []}, ["phones"]),
        ({"phones/not-there": "01632 960111"}, ["phones/not-there"]),
        ({"minimum_age": "old", "url": "x"}, ["minimum_age", "url"]),
        ({"organization_id": str(uuid.uuid4())}, ["organization_id"]),
        ({"status": "gone"}, ["status"]),
    ],
)
def test_bad_values_are_named_by_record_and_path(
    town: Town, values: dict[str, Any], errors: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        suggest(town, values)

    key = str(town.listing.record_id)
    assert sorted(refused.value.errors) == [f"{key}:{path}" for path in errors]
    assert all(sentence.endswith(".") for sentence in refused.value.errors.values())
    assert Proposal.objects.filter(listing=town.listing, kind="edit").count() == 0


def test_an_old_fault_elsewhere_does_not_stand_in_the_way(town: Town) -> None:
    record = town.listing.record
    assert record.revision is not None
    faulty = {**record.revision.payload, "email": "not an address"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vouch.erasing', 'on', true)")
        type(record.revision).objects.filter(pk=record.revision.pk).update(
            payload=faulty
        )
        cursor.execute("SELECT set_config('vouch.erasing', 'off', true)")

    proposal = suggest(town, {"fees": "£2"})
    decide(town, proposal, choices={"fees": ACCEPT})

    assert now(record)["fees"] == "£2"


@pytest.mark.parametrize("value", ["Free", " Free "])
def test_saying_the_same_is_no_suggestion(town: Town, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        suggest(town, {"fees": value})

    assert refused.value.errors == {"": "Nothing is different from what is there now."}


def test_order_is_never_a_change(town: Town) -> None:
    first = {"number": "01632 960201"}
    key = uuid.uuid4()
    decide(
        town, more := suggest(town, {f"phones/{key}": first}),
        choices={f"phones/{key}": ACCEPT},
    )  # fmt: skip
    assert more.changes.count() == 1
    town.listing = world.fresh(town.listing)
    phones = now(town.listing.record)["phones"]
    assert len(phones) == 2

    with pytest.raises(InvalidInput):
        suggest(town, {f"phones/{p['id']}": p for p in reversed(phones)})


def test_terms_are_a_set(town: Town) -> None:
    term = world.term()
    terms = [{"taxonomy_term_id": str(term.pk)}] * 2
    path = f"attributes/{uuid.uuid4()}"
    proposal = suggest(town, {path: terms[0]})
    (change,) = proposal.changes.all()
    decide(town, proposal, choices={change.path: ACCEPT})
    town.listing = world.fresh(town.listing)

    with pytest.raises(InvalidInput):
        suggest(town, {f"attributes/{uuid.uuid4()}": terms[1]})

    assert town.listing.term_ids == [term.pk]


def test_evidence_has_to_be_one_of_the_list(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposals.report_closed(
            by=town.place.contributor, listing_id=town.listing.pk, words="Shut",
            evidence="hearsay",
        )  # fmt: skip

    assert refused.value.errors == {"evidence": "Say how you know."}


def test_nobody_speaks_for_a_body_that_is_not_theirs(town: Town) -> None:
    for partner, by in (
        (town.place.council, town.place.contributor),
        (town.place.health, town.place.reader),
        (town.place.health, town.place.volunteer),
    ):
        with pytest.raises(PermissionDenied):
            proposals.report_closed(
                by=by, listing_id=town.listing.pk, words="Shut", partner=partner,
                evidence=Evidence.VISITED,
            )  # fmt: skip


def test_records_that_are_not_shown_cannot_be_suggested_about(town: Town) -> None:
    other = world.published(town.place)

    with pytest.raises(InvalidInput) as refused:
        suggest(town, {"fees": "£2"}, record=other.record)

    assert refused.value.errors == {
        "": "This record does not belong to the service any more."
    }


def test_a_version_that_was_never_there_is_refused(town: Town) -> None:
    with pytest.raises(InvalidInput):
        proposals.propose_edit(
            by=town.place.contributor, listing_id=town.listing.pk,
            edits={str(town.listing.record_id): {"fees": "£2"}},
            bases={str(town.listing.record_id): 77}, evidence=Evidence.USER,
        )  # fmt: skip


# --- a neighbour proposes, the home decides -------------------------------------------


def test_neighbour_proposes_and_home_decides(town: Town) -> None:
    neighbour = world.make_place("Nextham")
    proposal = suggest(town, {"fees": "£2"}, by=neighbour.contributor)

    with pytest.raises(PermissionDenied):
        decide(town, proposal, by=neighbour.assurer, choices={"fees": ACCEPT})
    decide(town, proposal, choices={"fees": ACCEPT})

    assert proposal.partnership == town.place.partnership
    assert now(town.listing.record)["fees"] == "£2"


def test_a_halls_change_goes_to_the_home_of_the_hall(town: Town) -> None:
    """A service of another place in this hall: its assurers suggest, ours decide."""
    next_place = world.make_place("Nextham")
    guest = world.published(next_place, at=town.hall, name="Visiting choir")
    proposal = proposals.propose_edit(
        by=next_place.contributor, listing_id=guest.pk,
        edits={str(town.hall.pk): {"transportation": "Bus 7"},
               str(guest.record_id): {"fees": "£2"}},
        bases={str(town.hall.pk): 1, str(guest.record_id): 1},
        evidence=Evidence.VISITED,
    )  # fmt: skip

    decide(town, proposal, by=next_place.assurer, choices={"fees": ACCEPT})
    with pytest.raises(PermissionDenied):
        decide(
            town, proposal, by=next_place.assurer, choices={"transportation": ACCEPT}
        )
    decide(town, proposal, choices={"transportation": ACCEPT})

    assert now(town.hall)["transportation"] == "Bus 7"


# --- claims ---------------------------------------------------------------------------

NOON = dt.datetime(2026, 6, 1, 12, 0, tzinfo=LONDON)


def test_start_claims_for_thirty_minutes(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    second = town.place.second_assurer
    with clock.at(NOON):
        proposals.start_deciding(by=town.place.assurer, proposal_id=proposal.pk)
    with clock.at(NOON + dt.timedelta(minutes=29, seconds=59)):
        for attempt in (
            lambda: proposals.start_deciding(by=second, proposal_id=proposal.pk),
            lambda: decide(town, proposal, by=second, choices={"fees": ACCEPT}),
        ):
            with pytest.raises(InvalidState) as refused:
                attempt()
            assert refused.value.sentence == (
                "Asha Assurer is looking at this until 12.30pm."
            )
    with clock.at(NOON + dt.timedelta(minutes=30)):
        decide(town, proposal, by=second, choices={"fees": ACCEPT})

    assert line(proposal, "fees").verdict == Verdict.ACCEPTED


def test_who_claimed_it_decides_and_can_claim_it_on(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    with clock.at(NOON):
        proposals.start_deciding(by=town.place.assurer, proposal_id=proposal.pk)
    with clock.at(NOON + dt.timedelta(minutes=20)):
        again = proposals.start_deciding(by=town.place.assurer, proposal_id=proposal.pk)
        assert again.claimed_until == NOON + dt.timedelta(minutes=50)
        decide(town, proposal, choices={"fees": ACCEPT})

    proposal.refresh_from_db()
    assert (proposal.claimed_by, proposal.claimed_until) == (None, None)


def test_giving_it_back_frees_it_for_others(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})
    proposals.start_deciding(by=town.place.assurer, proposal_id=proposal.pk)

    with pytest.raises(InvalidState):
        proposals.stop_deciding(by=town.place.second_assurer, proposal_id=proposal.pk)
    proposals.stop_deciding(by=town.place.assurer, proposal_id=proposal.pk)
    decide(town, proposal, by=town.place.second_assurer, choices={"fees": ACCEPT})

    assert line(proposal, "fees").verdict == Verdict.ACCEPTED


# --- the clock of a report ------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "harm", "answer_by"),
    [
        # 1 June 2026 is a Monday.
        (dt.date(2026, 6, 1), False, dt.date(2026, 6, 3)),
        (dt.date(2026, 6, 4), False, dt.date(2026, 6, 8)),
        (dt.date(2026, 6, 5), False, dt.date(2026, 6, 9)),
        (dt.date(2026, 6, 6), False, dt.date(2026, 6, 9)),
        (dt.date(2026, 6, 7), False, dt.date(2026, 6, 9)),
        (dt.date(2026, 6, 1), True, dt.date(2026, 6, 1)),
        (dt.date(2026, 6, 6), True, dt.date(2026, 6, 6)),
    ],
)
def test_a_report_has_two_working_days_and_harm_the_same_day(
    town: Town, reported: dt.date, harm: bool, answer_by: dt.date
) -> None:
    with clock.at(dt.datetime.combine(reported, dt.time(10), tzinfo=LONDON)):
        report = proposals.report_problem(
            by=town.place.contributor, listing_id=town.listing.pk, harm=harm,
            words="The stairs are broken.", evidence=Evidence.VISITED,
        )  # fmt: skip

    assert report.answer_by == dt.datetime.combine(
        answer_by, dt.time(23, 59), tzinfo=LONDON
    )
    assert report.gravity == (Gravity.HARM if harm else Gravity.ERROR)


def test_a_closure_is_answered_the_same_day(town: Town) -> None:
    saturday = dt.datetime(2026, 6, 6, 23, 30, tzinfo=LONDON)
    with clock.at(saturday):
        report = proposals.report_closed(
            by=town.place.contributor, listing_id=town.listing.pk, words="Shut.",
            evidence=Evidence.VISITED,
        )  # fmt: skip

    assert report.answer_by == dt.datetime(2026, 6, 6, 23, 59, tzinfo=LONDON)


def test_the_policy_sets_the_clock_of_a_report(town: Town) -> None:
    places.save_policy(
        by=town.place.lead, place=town.place.partnership, values={"report_days": 5}
    )
    with clock.at(dt.datetime(2026, 6, 1, 9, tzinfo=LONDON)):
        report = proposals.report_problem(
            by=town.place.contributor, listing_id=town.listing.pk, words="Wrong.",
            evidence=Evidence.VISITED,
        )  # fmt: skip

    assert report.answer_by == dt.datetime(2026, 6, 8, 23, 59, tzinfo=LONDON)


def test_all_that_is_wrong_with_a_suggestion_is_said_at_once(town: Town) -> None:
    record = str(town.listing.record_id)
    with pytest.raises(InvalidInput) as refused:
        proposals.propose_edit(
            by=town.place.contributor, listing_id=town.listing.pk,
            edits={record: {"url": "no address"}}, bases={record: 1}, evidence="",
        )  # fmt: skip

    assert set(refused.value.errors) == {"evidence", f"{record}:url"}


def test_a_closure_reported_twice_is_known(town: Town) -> None:
    proposal = suggest(town, {"status": "temporarily closed"})
    decide(town, proposal, choices={"status": ACCEPT})

    with pytest.raises(InvalidInput) as refused:
        proposals.report_closed(
            by=town.place.contributor, listing_id=town.listing.pk, words="Shut.",
            evidence=Evidence.VISITED, for_good=False,
        )  # fmt: skip

    assert refused.value.errors == {"": "It is marked as closed already."}


# --- nothing has changed --------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "source", "date", "verb"),
    [
        ("editor", SaidBy.PROVIDER, "confirmed_on", "listing_confirmed"),
        ("contributor", SaidBy.OTHER, "seen_on", "listing_seen"),
        ("assurer", SaidBy.OTHER, "seen_on", "listing_seen"),
    ],
)
def test_still_right_is_a_confirmation_or_a_sighting_never_a_proposal(
    town: Town, who: str, source: str, date: str, verb: str
) -> None:
    before = world.fresh(town.listing)
    person = (
        world.make_editor(town.listing) if who == "editor" else getattr(town.place, who)
    )
    june = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)  # 1 July in London
    open_before = Proposal.objects.count()
    with clock.at(june):
        said = proposals.say_still_right(by=person, listing_id=town.listing.pk)

    after = world.fresh(town.listing)
    dates = {"confirmed_on": after.confirmed_on, "seen_on": after.seen_on}
    assert dates == {"confirmed_on": None, "seen_on": None, date: dt.date(2026, 7, 1)}
    assert (said.source, said.said_on) == (source, dt.date(2026, 7, 1))
    assert (after.assured_on, after.due_on) == (before.assured_on, before.due_on)
    assert Proposal.objects.count() == open_before
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert last.verb == verb


# --- what was replaced meanwhile ------------------------------------------------------


def _replace(town: Town) -> None:
    records.replace_record(
        by=town.place.assurer, listing_id=town.listing.pk, reason="The same group.",
        replaced_by_id=town.neighbour.record_id,
    )  # fmt: skip


def test_a_replaced_record_refuses_suggestions_and_names_the_other(town: Town) -> None:
    _replace(town)

    with pytest.raises(InvalidState) as refused:
        suggest(town, {"fees": "£2"})

    assert refused.value.sentence == (
        "“Tuesday coffee morning” was replaced by “Chess club”. Look there instead."
    )


def test_what_waits_about_a_replaced_record_is_answered(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    _replace(town)

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECIDED
    assert line(proposal, "fees").verdict == Verdict.OVERTAKEN
    with pytest.raises(InvalidState) as refused:
        decide(town, proposal, choices={"fees": ACCEPT})
    assert refused.value.sentence.endswith(
        "cost in words overtaken by another change. “Tuesday coffee morning” is kept "
        "as “Chess club” now. Please look there."
    )


def test_a_reference_to_a_replaced_place_points_to_the_other(town: Town) -> None:
    other = world.published(town.place)
    hall = Record.objects.get(pk=other.location_ids[0])
    Record.objects.filter(pk=hall.pk).update(replaced_by=town.hall)

    with pytest.raises(InvalidInput) as refused:
        suggest(
            town,
            {f"service_at_locations/{uuid.uuid4()}": {"location_id": str(hall.pk)}},
        )

    assert list(refused.value.errors.values()) == [
        "This place was replaced by “Testham Hall”: choose that one."
    ]
    assert Change.objects.filter(proposal__listing=town.listing).exclude(
        proposal__kind="new"
    ).count() == 0  # fmt: skip
