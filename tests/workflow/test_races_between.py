"""Different acts about the same thing at the same time, in real transactions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import close_account, take_role
from accounts.models import AuditEvent
from accounts.roles import Role
from common import clock
from common.errors import InvalidState
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import assure, listing_of, open_proposal
from tests.workflow.threads import together, while_holding
from tests.workflow.town import Town, as_it_is, make_town, now, suggest
from workflow import queries
from workflow.actions import bodies, decisions, erasure, revising
from workflow.actions import place as places
from workflow.actions.choosing import Informant
from workflow.choices import Method, ProposalState
from workflow.importing.harvesting import Summary, harvest
from workflow.models import (
    Change,
    Decision,
    Listing,
    Policy,
    Proposal,
    Record,
    Revision,
    SourceRecord,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return as_it_is(make_town(world.make_place()))


def accept(proposal: Proposal, by: Any) -> Decision:
    return decisions.decide(
        by=by, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )


# --- a harvest meets a decision, and another harvest ----------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Summary]:
    """Harvest these services as the whole of one source."""

    def harvest_these(place: world.Place, *services: Any) -> Summary:
        path = feeds.write(tmp_path / "feed.json", feeds.page(*services))
        return harvest(source=str(path), partner=place.council)

    return harvest_these


def test_harvest_suggests_against_what_was_decided_meanwhile(
    run: Callable[..., Summary],
) -> None:
    place = world.make_place()
    run(place, feeds.service(fees="Free"))
    listing = assure(place, listing_of())
    town = Town(place, listing, listing, listing.record)
    decided_now = suggest(town, {"name": "Stitch and talk"})

    decided, summary = while_holding(
        lambda: accept(decided_now, place.second_assurer),
        lambda: run(place, feeds.service(fees="£2")),
    )

    assert isinstance(decided, Decision)
    assert summary.counts == {"read": 1, "changed": 1}
    proposal = open_proposal(listing)
    (change,) = proposal.changes.all()
    assert (change.path, change.was, change.value) == ("fees", "Free", "£2")
    accept(proposal, place.assurer)
    record = queries.current(Record.objects.get(pk=listing.record_id))
    assert (record["name"], record["fees"]) == ("Stitch and talk", "£2")


def test_two_harvests_of_one_source_at_once_bring_everything_once(
    run: Callable[..., Summary], tmp_path: Path
) -> None:
    place = world.make_place()
    services = [feeds.service(id=f"knitting-{n}", name=f"Knit {n}") for n in range(8)]
    path = feeds.write(tmp_path / "feed.json", feeds.page(*services))

    results = together(*[lambda: harvest(source=str(path), partner=place.council)] * 3)

    done = [r for r in results if isinstance(r, Summary)]
    assert [r for r in results if not isinstance(r, (Summary, InvalidState))] == []
    assert sum(summary.counts["new"] for summary in done) == 8
    titles = sorted(Listing.objects.values_list("title", flat=True))
    assert titles == [f"Knit {n}" for n in range(8)]
    assert SourceRecord.objects.filter(kind="service").count() == 8
    assert Proposal.objects.filter(state=ProposalState.OPEN).count() == 8


# --- an erasure meets a decision ------------------------------------------------------

NUMBER = "01632 960777"


def phone_in(town: Town) -> Proposal:
    """A suggestion of a number that somebody wants erased."""
    key = "7b0f3c52-64d0-4e31-8f77-3b0b0d1d7001"
    return suggest(town, {f"phones/{key}": {"id": key, "number": NUMBER}})


def erase(town: Town) -> int:
    return erasure.erase_value(
        by=town.place.officer, place=town.place.partnership, value=NUMBER,
        reason="Asked for.",
    )  # fmt: skip


def kept_anywhere() -> list[str]:
    """Where the number still stands."""
    found = [("revision", r.payload) for r in Revision.objects.all()]
    found += [("change", [c.was, c.value, c.accepted_value])
              for c in Change.objects.all()]  # fmt: skip
    found += [("audit", [e.before, e.after]) for e in AuditEvent.objects.all()]
    return [where for where, value in found if NUMBER in json.dumps(value)]


def test_erasure_waits_for_a_decision_and_finds_what_it_wrote(town: Town) -> None:
    proposal = phone_in(town)

    decided, rows = while_holding(
        lambda: accept(proposal, town.place.assurer), lambda: erase(town)
    )

    assert isinstance(decided, Decision)
    assert rows >= 3  # the revision, the change and the audit row
    assert kept_anywhere() == []


def test_decision_after_an_erasure_does_not_bring_the_value_back(town: Town) -> None:
    proposal = phone_in(town)

    while_holding(lambda: erase(town), lambda: accept(proposal, town.place.assurer))

    assert kept_anywhere() == []


def test_erasure_and_decisions_all_at_once_leave_nothing(town: Town) -> None:
    waiting = [phone_in(town), suggest(town, {"fees": f"Ring {NUMBER}"})]

    said = together(
        lambda: accept(waiting[0], town.place.assurer),
        lambda: erase(town),
        lambda: accept(waiting[1], town.place.second_assurer),
    )

    assert isinstance(said[1], int)
    erase(town)
    assert kept_anywhere() == []


# --- two leads at once ----------------------------------------------------------------


def save(place: world.Place, by: Any, **values: Any) -> Policy:
    return places.save_policy(by=by, place=place.partnership, values=values)


def changes_of_the_policy() -> list[tuple[Any, Any]]:
    rows = AuditEvent.objects.filter(verb="policy_changed").order_by("id")
    return list(rows.values_list("before", "after"))


def test_two_leads_change_two_parts_of_the_policy_and_both_stand() -> None:
    place = world.make_place()
    other = world.give(world.person("Lou Lead"), Role.LEAD, place.partnership)

    while_holding(
        lambda: save(place, place.lead, due_soon_days=10),
        lambda: save(place, other, report_days=5),
    )

    policy = Policy.objects.get()
    assert (policy.due_soon_days, policy.report_days) == (10, 5)


def test_of_two_leads_who_change_the_same_the_later_sees_the_earlier() -> None:
    place = world.make_place()
    other = world.give(world.person("Lou Lead"), Role.LEAD, place.partnership)
    before = Policy.objects.get().report_days

    while_holding(
        lambda: save(place, place.lead, report_days=5),
        lambda: save(place, other, report_days=7),
    )

    assert Policy.objects.get().report_days == 7
    assert changes_of_the_policy() == [
        ({"report_days": before}, {"report_days": 5}),
        ({"report_days": 5}, {"report_days": 7}),
    ]


# --- a right goes while somebody decides ----------------------------------------------


def lose_role(town: Town) -> None:
    take_role(
        by=town.place.lead, user=town.place.assurer, role=Role.ASSURER,
        on=town.place.council,
    )  # fmt: skip


def lose_account(town: Town) -> None:
    administrator = world.give(world.person("Ada Admin"), Role.ADMINISTRATOR, None)
    close_account(by=administrator, user=town.place.assurer, reason="Left.")


@pytest.mark.parametrize("lose", [lose_role, lose_account])
def test_right_that_goes_while_somebody_waits_to_decide_is_gone(
    town: Town, lose: Callable[[Town], None]
) -> None:
    """Who may is asked again once the record is locked."""
    proposal = suggest(town, {"fees": "£2"})

    def lose_it_while_the_record_is_locked() -> None:
        revising.lock_records([town.listing.record_id])
        lose(town)

    _, late = while_holding(
        lose_it_while_the_record_is_locked,
        lambda: accept(proposal, town.place.assurer),
    )

    assert isinstance(late, PermissionDenied)
    assert now(town.listing.record)["fees"] == "Free"
    assert Decision.objects.filter(proposal=proposal).count() == 0


def test_role_taken_after_the_decision_takes_nothing_back(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    decided, _ = while_holding(
        lambda: accept(proposal, town.place.assurer), lambda: lose_role(town)
    )

    assert isinstance(decided, Decision)
    assert now(town.listing.record)["fees"] == "£2"


# --- two corrections of one place -----------------------------------------------------


def test_who_waited_builds_on_what_the_other_made_of_the_record(town: Town) -> None:
    """Correcting a place alone: nothing else was locked, and read again, before."""
    told = Informant("Jo, the caretaker", Method.CALL, clock.today())

    def correct(**values: str) -> Proposal:
        return bodies.correct_record(
            by=town.place.assurer, record_id=town.hall.pk, values=values, informant=told
        )

    _, second = while_holding(
        lambda: correct(transportation="Bus 7."),
        lambda: correct(description="A big hall."),
    )

    hall = now(town.hall)
    assert isinstance(second, Proposal)
    assert (hall["transportation"], hall["description"]) == ("Bus 7.", "A big hall.")


def test_who_waited_is_told_that_the_record_changed(town: Town) -> None:
    told = Informant("Jo, the caretaker", Method.CALL, clock.today())
    number = town.hall.revision.number if town.hall.revision else 0

    def correct(said: str) -> Proposal:
        return bodies.correct_record(
            by=town.place.assurer, record_id=town.hall.pk, seen=number,
            values={"transportation": said}, informant=told,
        )  # fmt: skip

    _, second = while_holding(lambda: correct("Bus 7."), lambda: correct("Bus 8."))

    assert isinstance(second, InvalidState)
