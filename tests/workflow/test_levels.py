"""Levels: the facts of a year, the rule, what a change of level does, the reviews."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Message, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidState
from directory import freshness
from tests import world
from tests.workflow.leading import signed_in
from workflow import access, readiness, reviews, worklist
from workflow.actions import checking, decisions, levels, periodic, proposals
from workflow.actions import place as places
from workflow.actions.choosing import Choice, Informant
from workflow.actions.levels import review_organization
from workflow.choices import Advice, Evidence, Level, Method, RejectReason, Verdict
from workflow.models import (
    Assurance,
    AssuranceLevel,
    Effort,
    JobRun,
    LevelAdvice,
    Listing,
    OrganizationReview,
    Policy,
    Proposal,
)
from workflow.narrowed import Filters

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 9, tzinfo=clock.LONDON)
NOTHING = dict.fromkeys(readiness.FACTS, 0) | {"services": 1}


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    with clock.at(NOW - dt.timedelta(days=730)):
        return world.stocked()


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    """Assured two years ago, and checked in every quarter by an assurer."""
    return world.published(place)


def ago(days: int) -> Any:
    return clock.at(NOW - dt.timedelta(days=days))


def checked(place: world.Place, listing: Listing, *days_ago: int) -> None:
    for days in days_ago:
        with ago(days):
            world.check(place, listing)


def weigh(place: world.Place) -> LevelAdvice:
    readiness.work_out(place.policy)
    return LevelAdvice.objects.get()


def facts(place: world.Place) -> dict[str, int]:
    found = weigh(place).facts
    return {
        name: found[name] for name, value in found.items() if value != NOTHING[name]
    }


def set_level(place: world.Place, listing: Listing, level: Level) -> None:
    places.set_level(
        by=place.lead, place=place.partnership, level=level, reason="It was time.",
        organization=world.organization_of(listing),
    )  # fmt: skip


def suggest(by: User, listing: Listing, fees: str) -> Proposal:
    listing = world.fresh(listing)
    record = listing.record
    assert record.revision is not None
    return proposals.propose_edit(
        by=by, listing_id=listing.pk, evidence=Evidence.RUN_IT, words="It is so.",
        edits={str(record.pk): {"fees": fees}},
        bases={str(record.pk): record.revision.number},
    )  # fmt: skip


def decide(place: world.Place, proposal: Proposal, verdict: str, **more: Any) -> None:
    choices = {c.pk: Choice(verdict, **more) for c in proposal.changes.all()}
    decisions.decide(by=place.assurer, proposal_id=proposal.pk, choices=choices)


def settled(
    place: world.Place, listing: Listing, by: User, *, days: int, fees: str
) -> None:
    """Something that somebody suggested and an assurer accepted."""
    with ago(days):
        decide(place, suggest(by, listing, fees), Verdict.ACCEPTED)


# --- the facts ------------------------------------------------------------------------


def test_facts_of_a_quiet_year_are_nothing(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 600, 520, 440, 360, 280, 200, 120, 40)

    assert facts(place) == {}


def test_check_that_came_without_an_answer_was_asked_in_vain(
    place: world.Place, listing: Listing
) -> None:
    # Due 92 days after 200 days ago, so 108 ago; checked only 100 days ago.
    checked(place, listing, 360, 280, 200, 100, 20)

    assert facts(place) == {"asked": 1}


def test_answer_in_time_counts_however_it_came(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    checked(place, listing, 360, 280, 200)
    with ago(110):
        proposals.say_still_right(by=editor, listing_id=listing.pk)
    checked(place, listing, 100)
    with ago(9):
        suggest(editor, listing, "£3")

    assert facts(place) == {"people": 1, "asked": 2, "answered": 2}


def test_lapse_counts_on_the_day_it_came(place: world.Place, listing: Listing) -> None:
    checked(place, listing, 360, 280)
    # Due 188 days ago, lapsed 160 ago, checked 159 ago.
    checked(place, listing, 159, 80, 10)

    assert facts(place) == {"asked": 1, "lapses": 1}


def test_lapse_after_an_answer_is_not_theirs(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    checked(place, listing, 360, 280)
    with ago(190):
        proposals.say_still_right(by=editor, listing_id=listing.pk)
    checked(place, listing, 159, 80, 10)

    assert facts(place) == {"people": 1, "asked": 1, "answered": 1}


def test_changes_sent_are_told_apart_by_what_became_of_them(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 360, 280, 200, 120, 40)
    editor = world.make_editor(listing)
    settled(place, listing, editor, days=39, fees="£3")
    with ago(38):
        decide(place, suggest(editor, listing, "4"), Verdict.CHANGED, value="£4",
               words="Clearer.")  # fmt: skip
    with ago(37):
        decide(place, suggest(editor, listing, "£9"), Verdict.REJECTED,
               reason=RejectReason.NOT_SO, words="We asked.")  # fmt: skip

    assert facts(place) == {
        "people": 1, "accepted": 1, "changed": 1, "rejected": 1,
        # The suggestions came in the days in which it would have been asked.
        "asked": 1, "answered": 1,
    }  # fmt: skip


def test_errors_are_what_others_said_and_an_assurer_upheld(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 360, 280, 200, 120, 40)
    settled(place, listing, place.contributor, days=39, fees="£3")
    settled(place, listing, place.contributor, days=250, fees="£2")
    settled(place, listing, place.contributor, days=500, fees="£1")
    with ago(30):
        decide(place, suggest(place.contributor, listing, "£9"), Verdict.REJECTED,
               reason=RejectReason.NOT_SO, words="We asked.")  # fmt: skip

    assert facts(place) == {"errors": 1, "errors_before": 1}


def test_report_is_upheld_where_it_was_corrected_before_the_answer(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 360, 280, 200, 120, 60)
    said: dict[str, Any] = {
        "listing_id": listing.pk,
        "evidence": Evidence.VISITED,
        "words": "No.",
    }
    with ago(50):
        wrong = proposals.report_problem(by=place.contributor, **said)
    with ago(49):
        checking.correct_and_check(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL,
            edits={str(listing.record_id): {"fees": "£4"}},
            informant=Informant("Jo, the caretaker", Method.CALL, clock.today()),
        )  # fmt: skip
        decisions.decide(
            by=place.assurer, proposal_id=wrong.pk, choices={}, answer="It is right."
        )
    with ago(20):
        again = proposals.report_problem(by=place.contributor, **said)
        decisions.decide(
            by=place.assurer, proposal_id=again.pk, choices={}, answer="All is well."
        )

    assert facts(place) == {"errors": 1}


def test_facts_of_another_place_do_not_count(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 360, 280, 200, 120, 40)
    other = world.make_place("Elsewhere")
    with ago(400):
        world.published(other)

    readiness.work_out(place.policy)

    assert LevelAdvice.objects.filter(partnership=other.partnership).count() == 0


# --- the rule -------------------------------------------------------------------------


def ready_editor(place: world.Place, listing: Listing) -> User:
    """Somebody whose organization has answered twice in time."""
    editor = world.make_editor(listing)
    for answered, check in ((290, 280), (200, 190)):
        with ago(answered):
            proposals.say_still_right(by=editor, listing_id=listing.pk)
        checked(place, listing, check)
    checked(place, listing, 110, 30)
    return editor


def test_organization_that_answers_is_ready_to_be_monitored(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 380)
    ready_editor(place, listing)

    assert weigh(place).advice == Advice.READY


def test_organization_without_an_account_is_not_ready(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 380)
    editor = ready_editor(place, listing)
    editor.is_active = False
    editor.save()

    assert weigh(place).advice == ""


def test_two_upheld_errors_stand_against_it(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 380)
    ready_editor(place, listing)
    settled(place, listing, place.contributor, days=20, fees="£3")
    assert weigh(place).advice == Advice.READY
    settled(place, listing, place.contributor, days=19, fees="£4")

    assert weigh(place).advice == ""


def monitored_and_good(place: world.Place, listing: Listing) -> None:
    checked(place, listing, 380)
    editor = ready_editor(place, listing)
    for number in range(readiness.CHANGES):
        settled(place, listing, editor, days=29 - number, fees=f"£{number + 1}")


@pytest.mark.parametrize(("days", "advice"), [(200, Advice.READY), (100, "")])
def test_monitored_for_half_a_year_and_good_is_ready_to_be_trusted(
    place: world.Place, listing: Listing, days: int, advice: str
) -> None:
    with ago(days):
        set_level(place, listing, Level.MONITORED)
    monitored_and_good(place, listing)

    assert weigh(place).advice == advice


@pytest.mark.parametrize(
    ("before", "lately", "advice"),
    [(0, 3, Advice.STEP_DOWN), (0, 2, ""), (3, 3, ""), (2, 3, Advice.STEP_DOWN)],
)
def test_step_down_is_suggested_when_upheld_errors_rise(
    place: world.Place, listing: Listing, before: int, lately: int, advice: str
) -> None:
    checked(place, listing, 360, 280, 200, 120, 40)
    with ago(300):
        world.trust(place, listing)
    for number in range(before):
        settled(place, listing, place.contributor, days=260 - number, fees=f"{number}")
    for number in range(lately):
        settled(place, listing, place.contributor, days=39 - number, fees=f"£{number}")

    assert weigh(place).advice == advice


def test_advice_changes_no_level(place: world.Place, listing: Listing) -> None:
    with ago(200):
        set_level(place, listing, Level.MONITORED)
    monitored_and_good(place, listing)
    periodic.run_job("weigh_levels", levels.weigh)

    assert AssuranceLevel.objects.get().level == Level.MONITORED


def test_one_bad_place_stops_no_other(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.published(world.make_place("Otherham"), name="Choir")
    good, first = readiness.work_out, levels.unweighed()[0]

    def work_out(policy: Policy) -> int:
        if policy == first:
            raise ValueError
        return good(policy)

    monkeypatch.setattr(readiness, "work_out", work_out)
    with pytest.raises(periodic.PlacesFailed):
        periodic.run_job("weigh_levels", levels.weigh)

    weighed = LevelAdvice.objects.get().partnership_id
    assert weighed in {listing.partnership_id, other.partnership_id}
    assert weighed != first.partnership_id
    assert JobRun.objects.get().places_failed == 1


def test_decision_of_the_lead_answers_the_advice(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 380)
    ready_editor(place, listing)
    weigh(place)
    set_level(place, listing, Level.MONITORED)

    assert LevelAdvice.objects.get().advice == ""


def test_facts_are_counted_once_a_day(place: world.Place, listing: Listing) -> None:
    checked(place, listing, 40)

    runs = [periodic.run_job("weigh_levels", levels.weigh).done for _ in range(2)]

    assert runs == [1, 0]


def test_what_runs_nothing_any_more_is_let_go_of(
    place: world.Place, listing: Listing
) -> None:
    weigh(place)
    Listing.objects.update(organization_id=None)
    with clock.at(NOW + dt.timedelta(days=1)):
        readiness.work_out(place.policy)

    assert LevelAdvice.objects.count() == 0


def test_sentences_say_every_fact() -> None:
    said = readiness.sentences(
        {"services": 4, "people": 1, "asked": 4, "answered": 3, "accepted": 5,
         "changed": 1, "rejected": 2, "errors": 1, "errors_before": 0, "lapses": 0}
    )  # fmt: skip

    assert said == [
        "1 person there has an account.",
        "Asked 4 times, answered in time 3 times.",
        "8 changes of theirs decided: 5 accepted as sent, 1 changed, 2 rejected.",
        (
            "1 error that others reported was upheld in the last six months, 0 in "
            "the six before."
        ),
        "Nothing lapsed for want of an answer.",
    ]


def test_sentences_of_nothing_begin_with_a_capital() -> None:
    said = readiness.sentences(NOTHING)

    assert said[0] == "No people there have an account."
    assert [one for one in said if not one[0].isupper()] == []


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (dt.date(2026, 6, 1), 12, dt.date(2025, 6, 1)),
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2028, 2, 29), 12, dt.date(2027, 2, 28)),
        (dt.date(2026, 1, 15), 3, dt.date(2025, 10, 15)),
    ],
)
def test_months_before_are_clamped_to_the_end_of_the_month(
    day: dt.date, months: int, earlier: dt.date
) -> None:
    assert readiness.months_before(day, months) == earlier


# --- what a change of level does ------------------------------------------------------


def test_people_of_the_organization_are_told_kindly(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    Message.objects.all().delete()
    set_level(place, listing, Level.MONITORED)

    mail = Message.objects.get(kind="level_set")
    assert mail.to == editor.email
    assert mail.text.split("\n")[2] == (
        "Thank you: the records of Testham Friends have been in good hands with you."
    )
    assert "“It was time.”" in mail.text


def test_same_level_again_tells_nobody(place: world.Place, listing: Listing) -> None:
    world.make_editor(listing)
    set_level(place, listing, Level.MONITORED)
    set_level(place, listing, Level.MONITORED)

    assert Message.objects.filter(kind="level_set").count() == 1


def trusted_editor(place: world.Place, listing: Listing) -> User:
    editor = world.give(
        world.person("Orla Own"), Role.ORGANIZATION_LEAD,
        world.organization_of(listing),
    )  # fmt: skip
    world.trust(place, listing)
    return editor


def test_step_down_leaves_what_is_open_to_the_remit(
    place: world.Place, listing: Listing
) -> None:
    editor = trusted_editor(place, listing)
    open_one = suggest(place.contributor, listing, "£3")
    proposals.start_deciding(by=editor, proposal_id=open_one.pk)
    assert access.can_decide(editor, open_one)

    set_level(place, listing, Level.MONITORED)

    open_one.refresh_from_db()
    assert (open_one.state, open_one.claimed_by, open_one.claimed_until) == (
        "open", None, None
    )  # fmt: skip
    assert not access.can_decide(editor, open_one)
    assert access.can_decide(place.assurer, open_one)
    with pytest.raises(PermissionDenied):
        world.check(place, listing, by=editor)


def test_step_down_lets_past_assurances_stand(
    place: world.Place, listing: Listing
) -> None:
    editor = trusted_editor(place, listing)
    done = checking.check_listing(by=editor, listing_id=listing.pk, method=Method.OWN)
    before = Assurance.objects.filter(pk=done.pk).values().get()
    public = world.fresh(listing)

    set_level(place, listing, Level.PROXY)

    assert Assurance.objects.filter(pk=done.pk).values().get() == before
    after = world.fresh(listing)
    assert (after.stage, after.assured_on, after.due_on, after.assurance_id) == (
        public.stage, public.assured_on, public.due_on, done.pk
    )  # fmt: skip


# --- quarterly reviews ----------------------------------------------------------------


def queue(user: User) -> dict[str, int]:
    found = worklist.start(user, Filters(), clock.now(), 0).counts
    return {slug: number for slug, number in found.items() if number}


@pytest.mark.parametrize(("day", "waits"), [(dt.date(2026, 8, 31), 0),
                                            (dt.date(2026, 9, 1), 1)])  # fmt: skip
def test_review_waits_three_months_after_the_level_was_set(
    place: world.Place, listing: Listing, day: dt.date, waits: int
) -> None:
    set_level(place, listing, Level.MONITORED)

    assert reviews.due(place.assurer, Filters(), day).count() == waits


def test_review_is_a_duty_until_it_is_done(
    place: world.Place, listing: Listing
) -> None:
    set_level(place, listing, Level.MONITORED)
    with clock.at(NOW + dt.timedelta(days=100)):
        assert queue(place.assurer)["reviews"] == 1
        review_organization(
            by=place.assurer, place=place.partnership, note="All well.",
            organization_id=listing.organization_id,
        )  # fmt: skip
        assert "reviews" not in queue(place.assurer)
    with clock.at(NOW + dt.timedelta(days=200)):
        assert queue(place.assurer)["reviews"] == 1

    row = OrganizationReview.objects.get()
    assert (row.body_label, row.note) == ("Testham Council", "All well.")
    event = AuditEvent.objects.get(verb="organization_reviewed")
    assert (event.object_id, event.reason) == (listing.organization_id, "All well.")
    effort = Effort.objects.get(kind="review")
    assert (effort.review, effort.partner, effort.minutes) == (row, place.council, 30)


def test_review_is_only_of_what_is_monitored(
    place: world.Place, listing: Listing
) -> None:
    with pytest.raises(InvalidState):
        review_organization(
            by=place.assurer, place=place.partnership,
            organization_id=listing.organization_id,
        )  # fmt: skip


def test_review_page_shows_all_it_keeps_and_takes_the_review(
    place: world.Place, listing: Listing
) -> None:
    set_level(place, listing, Level.MONITORED)
    client = signed_in(place.assurer)
    url = f"/work/reviews/{listing.organization_id}/"

    shown = client.get(url)
    assert [row[0]["text"] for row in shown.context["rows"]] == [listing.title]
    assert client.post(url, {"note": "", "minutes": "25"}).status_code == 302
    assert Effort.objects.get(kind="review").minutes == 25
    assert signed_in(place.contributor).get(url).status_code == 403


# --- the lead's page ------------------------------------------------------------------


def queries_of(place: world.Place, url: str) -> int:
    client = signed_in(place.lead)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(url)
    return len(seen)


def test_page_of_levels_asks_as_often_for_three_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    weigh(place)
    one = queries_of(place, "/lead/organisations/")
    for name in ("Chess people", "Zebra people"):
        world.published(place, body=world.organization(name=name))
    readiness.work_out(place.policy)

    assert queries_of(place, "/lead/organisations/") == one


def test_page_of_levels_counts_what_its_lists_hold(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 380)
    ready_editor(place, listing)
    world.published(place, body=world.organization(name="Chess people"))
    readiness.work_out(place.policy)
    LevelAdvice.objects.create(  # of one that runs nothing here any more
        partnership=place.partnership, advice="ready", as_at=clock.today(), facts={},
        organization_id=uuid.uuid4(),
    )  # fmt: skip
    client = signed_in(place.lead)

    shows = client.get("/lead/organisations/").context["shows"]

    assert {one["label"]: one["count"] for one in shows} == {
        "All": 2, "Ready for more": 1, "To step down": 0, "Kept for them": 2,
        "Monitored": 0, "Trusted": 0,
    }  # fmt: skip
    for one in shows:
        page = client.get(one["url"]).context["page"]
        assert page.paginator.count == one["count"], one["label"]


def test_lead_reads_facts_and_rule_before_deciding(
    place: world.Place, listing: Listing
) -> None:
    checked(place, listing, 380)
    ready_editor(place, listing)
    weigh(place)

    shown = signed_in(place.lead).get(f"/lead/organisations/{listing.organization_id}/")

    assert shown.context["row"]["advice"] == "Ready to be monitored"
    assert shown.context["row"]["sentences"][1] == (
        "Asked 2 times, answered in time 2 times."
    )
    assert freshness.full_date(NOW.date()) in shown.content.decode()


def test_level_counts_from_the_day_that_it_is_in_london(place: world.Place) -> None:
    """Half past midnight on the second of June there is still the first in UTC."""
    listing = world.published(place)
    night = dt.datetime(2026, 6, 2, 0, 30, tzinfo=clock.LONDON)
    with clock.at(night):
        world.trust(place, listing)

    kept = AssuranceLevel.objects.get(organization_id=str(listing.organization_id))
    assert (kept.decided_at, kept.since) == (night, dt.date(2026, 6, 2))
