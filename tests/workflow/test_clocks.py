"""A report waits for the provider, goes on, and is brought to those above, once."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Message
from accounts.roles import Role
from common import clock
from common.clock import LONDON
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow import figures
from workflow.actions import clocks, decisions, periodic, proposals
from workflow.choices import EscalationStep, Evidence, Method, PauseEnd
from workflow.models import Escalation, JobRun, Policy, Proposal, ReportPause

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10, month: int = 11) -> Any:
    """An hour of a day of November 2026; the 16th is a Monday."""
    return clock.at(dt.datetime(2026, month, day, hour, tzinfo=LONDON))


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def report(place: world.Place) -> Proposal:
    """Reported on Monday 16 November, to be answered by Wednesday."""
    with at(16, 9):
        listing = world.published(place)
        return proposals.report_problem(
            by=place.contributor, listing_id=listing.pk, evidence=Evidence.VISITED,
            words="The door was shut.",
        )  # fmt: skip


def fresh(report: Proposal) -> Proposal:
    return Proposal.objects.get(pk=report.pk)


def ends(report: Proposal) -> dt.date:
    until = fresh(report).answer_by
    assert until is not None
    return clock.london_day(until)


def wait(place: world.Place, report: Proposal, how: str = Method.CALL) -> ReportPause:
    return clocks.pause_clock(by=place.assurer, proposal_id=report.pk, how=how)


def job() -> None:
    periodic.run_job("freshen", periodic.freshen)


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def test_the_clock_stands_still_while_the_provider_is_asked(
    place: world.Place, report: Proposal
) -> None:
    assert ends(report) == day(18)
    with at(17):
        wait(place, report)

    # Wednesday to Friday wait; one working day is left after Monday.
    assert ends(report) == day(24)
    pause = ReportPause.objects.get()
    assert (pause.left, pause.paused_by, pause.ended_at) == (1, place.assurer, None)
    event = AuditEvent.objects.get(verb="report_clock_paused")
    assert event.actor_id == place.assurer.pk


def test_it_goes_on_when_an_assurer_says_that_they_answered(
    place: world.Place, report: Proposal
) -> None:
    with at(17):
        wait(place, report)
    with at(18):
        clocks.resume_clock(by=place.assurer, proposal_id=report.pk)

    assert ends(report) == day(19)
    pause = ReportPause.objects.get()
    assert pause.ended_because == PauseEnd.ANSWERED
    with at(18), pytest.raises(InvalidState):
        clocks.resume_clock(by=place.assurer, proposal_id=report.pk)


def test_it_goes_on_when_the_provider_says_something(
    place: world.Place, report: Proposal
) -> None:
    listing = report.listing
    assert listing is not None
    editor = world.make_editor(listing)
    with at(17):
        wait(place, report)
    with at(19):
        proposals.say_still_right(by=editor, listing_id=listing.pk)
    with at(20):
        job()
        job()

    assert ends(report) == day(20)
    pause = ReportPause.objects.get()
    assert pause.ended_because == PauseEnd.ANSWERED
    assert pause.ended_at is not None
    assert clock.london_day(pause.ended_at) == day(19)


def test_what_others_say_is_no_answer(place: world.Place, report: Proposal) -> None:
    listing = report.listing
    assert listing is not None
    with at(17):
        wait(place, report)
    with at(18):
        proposals.say_still_right(by=place.volunteer, listing_id=listing.pk)
        job()
    assert ReportPause.objects.get().ended_at is None


def test_it_goes_on_by_itself(place: world.Place, report: Proposal) -> None:
    with at(17):
        wait(place, report)
    with at(20, 23):
        job()
        assert clocks.open_pause(report) is not None
    with at(23, 0):
        assert clocks.open_pause(report) is None
        job()
        job()

    pause = ReportPause.objects.get()
    assert (pause.ended_because, pause.ended_at) == (PauseEnd.LIMIT, pause.until)
    assert ends(report) == day(24)


def test_a_decided_report_waits_no_more(place: world.Place, report: Proposal) -> None:
    with at(17):
        wait(place, report)
    with at(18):
        decisions.decide(
            by=place.assurer, proposal_id=report.pk, choices={}, answer="It is open."
        )
        job()
    assert ReportPause.objects.get().ended_because == PauseEnd.DECIDED


@pytest.mark.parametrize("hour", [9, 23])
def test_harm_and_closure_do_not_wait(place: world.Place, hour: int) -> None:
    with at(16, hour):
        listing = world.published(place)
        said: Any = {
            "by": place.contributor, "listing_id": listing.pk, "words": "Shut.",
            "evidence": Evidence.VISITED,
        }  # fmt: skip
        harm = proposals.report_problem(**said, harm=True)
        closed = proposals.report_closed(**said)
        for urgent in (harm, closed):
            with pytest.raises(InvalidState):
                wait(place, urgent)
    assert not ReportPause.objects.exists()


def test_a_clock_that_ran_out_or_stands_still_does_not_wait(
    place: world.Place, report: Proposal
) -> None:
    with at(19), pytest.raises(InvalidState):
        wait(place, report)
    with at(17):
        wait(place, report)
        with pytest.raises(InvalidState):
            wait(place, report)
    assert ReportPause.objects.count() == 1


def test_how_it_was_asked_has_to_be_said(place: world.Place, report: Proposal) -> None:
    with at(17), pytest.raises(InvalidInput) as refused:
        wait(place, report, how="telepathy")
    assert refused.value.errors == {"how": "Say how you asked them."}


# --- those above ----------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind__startswith="report_").order_by("created_at")
    return list(rows.values_list("to", "kind"))


def test_amber_goes_to_the_deputy_and_red_to_the_lead_once(
    place: world.Place, report: Proposal
) -> None:
    deputy = place.remit.deputy or place.remit.lead
    with at(17, 23):
        job()
    assert told() == []
    with at(18):
        job()
        job()
    assert told() == [(deputy.email, "report_deputy")]
    with at(19):
        job()
        job()
    assert told() == [
        (deputy.email, "report_deputy"), (place.lead.email, "report_lead"),
    ]  # fmt: skip
    assert Escalation.objects.count() == 2
    (report,) = {one.proposal for one in Escalation.objects.all()}
    for person, kind, address in (
        (deputy, "report_deputy", reverse("workflow:proposal", args=[report.pk])),
        (place.lead, "report_lead", reverse("workflow:figure", args=["late"])),
    ):
        lines = Message.objects.get(kind=kind).text.splitlines()
        assert lines[-3].removesuffix(address) != lines[-3]
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == 200


def test_nobody_is_told_while_it_waits(place: world.Place, report: Proposal) -> None:
    with at(17):
        wait(place, report)
    for number in (18, 19, 20):
        with at(number):
            job()
    assert told() == []
    with at(24):
        job()
    assert [kind for _, kind in told()] == ["report_deputy"]


def test_what_is_nobodys_goes_to_the_lead_at_once(
    place: world.Place, report: Proposal
) -> None:
    assert report.listing is not None
    report.listing.remit = None
    report.listing.save()
    with at(18):
        job()
    assert told() == [(place.lead.email, "report_deputy")]


# --- the figures ----------------------------------------------------------------------


def test_share_inside_the_clock_counts_what_was_answered_in_time(
    place: world.Place, report: Proposal
) -> None:
    policy = Policy.objects.get(partnership=place.partnership)
    assert report.listing is not None
    with at(16):
        late = proposals.report_problem(
            by=place.volunteer, listing_id=report.listing.pk,
            evidence=Evidence.VISITED, words="The hours are wrong.",
        )  # fmt: skip
    for number, one in ((18, report), (19, late)):
        with at(number):
            decisions.decide(
                by=place.assurer, proposal_id=one.pk, choices={}, answer="Thank you."
            )
            now = clock.now()

    found = figures.values(policy, now)

    assert (found["answered-in-time"], found["answered-late"]) == (1, 1)
    assert found["in-time-share"] == 50
    rows = figures.members(figures.BY_SLUG["answered-late"], policy, now)
    assert list(rows) == [fresh(late)]
    assert figures.values(policy, now - figures.RECENT)["in-time-share"] is None


# --- the page -------------------------------------------------------------------------


def test_its_page_lets_it_wait_and_go_on_and_keeps_the_pauses(
    place: world.Place, report: Proposal
) -> None:
    client = signed_in(place.assurer)
    address = f"/work/proposals/{report.pk}/"
    with at(17):
        assert "I asked the provider" in text(client.get(address))
        client.post(f"{address}wait/", {"how": "call"})
        page = text(client.get(address))
        assert "It stands still" in page
        assert "23 November 2026" in page
        client.post(f"{address}go-on/")
        page = text(client.get(address))
    assert "They answered." in page
    assert "Stood still from" in page
    assert ends(report) == day(18)


def test_its_page_says_that_its_time_is_nearly_over(
    place: world.Place, report: Proposal
) -> None:
    client = signed_in(place.assurer)
    for number, words in ((18, "Its time is nearly over"), (19, "Its time is over")):
        with at(number):
            assert words in text(client.get(f"/work/proposals/{report.pk}/"))


def test_one_report_that_fails_keeps_no_other_from_being_escalated(
    place: world.Place, report: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(16, 11):
        other = proposals.report_problem(
            by=place.volunteer, listing_id=report.listing_id, evidence=Evidence.VISITED,
            words="Nobody answers.",
        )  # fmt: skip
    escalate = clocks._escalate

    def fail(place: Any, step: EscalationStep, ids: list[Any]) -> int:
        if report.pk in ids:
            raise ValueError
        return escalate(place, step, ids)

    monkeypatch.setattr(clocks, "_escalate", fail)
    with at(25):
        run = periodic.run_job("freshen", periodic.freshen)

    assert (run.failed, run.error) == (1, "ValueError")
    assert [each.proposal for each in Escalation.objects.all()] == [other]


def test_escalating_costs_the_same_for_one_and_three(
    place: world.Place, report: Proposal
) -> None:
    def cost() -> int:
        Escalation.objects.all().delete()
        with at(25), CaptureQueriesContext(connection) as asked:
            clocks.run_clocks(JobRun(), place.policy)
        return len(asked)

    one = cost()
    for name in ("Nora New", "Nick New"):
        somebody = world.give(world.person(name), Role.CONTRIBUTOR, place.health)
        with at(16, 11):
            proposals.report_problem(
                by=somebody, listing_id=report.listing_id, evidence=Evidence.VISITED,
                words="Nobody answers.",
            )  # fmt: skip
    assert cost() == one
    assert Escalation.objects.count() == 3
