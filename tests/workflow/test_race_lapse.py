"""A lapse meets a check, and several workers do the same at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.models import AuditEvent, Message
from common import clock
from tests import world
from tests.workflow.threads import together, while_holding
from tests.workflow.town import (
    ACCEPT,
    Town,
    as_it_is,
    make_town,
    many,
)
from workflow.actions import checking, decisions, periodic
from workflow.actions.choosing import Choice
from workflow.choices import Hidden, Method, Stage
from workflow.models import (
    Assurance,
    JobRun,
    Listing,
    OutboxEvent,
    Proposal,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return as_it_is(make_town(world.make_place()))


def _choose(proposal: Proposal, choice: Choice = ACCEPT) -> dict[Any, Choice]:
    return {change.pk: choice for change in proposal.changes.all()}


def _decide(proposal: Proposal, by: Any, choice: Choice = ACCEPT, **more: Any) -> Any:
    return decisions.decide(
        by=by, proposal_id=proposal.pk, choices=_choose(proposal, choice), **more
    )


# --- a lapse meets a check ------------------------------------------------------------


def _lapse(listing: Listing) -> bool:
    with transaction.atomic():
        policy = listing.partnership.policy
        return periodic._hide(policy, [listing.pk], clock.today()) == 1


def _check(town: Town) -> Any:
    return checking.check_listing(
        by=town.place.assurer, listing_id=town.listing.pk, method=Method.CALL
    )


def test_a_check_before_the_lapse_keeps_it_public(town: Town) -> None:
    late = clock.now() + dt.timedelta(days=200)

    def lapse() -> bool:
        with clock.at(late):
            return _lapse(town.listing)

    with clock.at(late):
        _, hidden = while_holding(lambda: _check(town), lapse)

    assert hidden is False
    listing = world.fresh(town.listing)
    assert (listing.stage, listing.hidden_because) == (Stage.PUBLISHED, [])


def test_a_check_after_the_lapse_brings_it_back(town: Town) -> None:
    late = clock.now() + dt.timedelta(days=200)

    def check() -> Any:
        with clock.at(late):
            return _check(town)

    with clock.at(late):
        hidden, checked = while_holding(lambda: _lapse(town.listing), check)

    assert hidden is True
    assert isinstance(checked, Assurance)
    listing = world.fresh(town.listing)
    assert (listing.stage, listing.hidden_because) == (Stage.PUBLISHED, [])


@pytest.mark.parametrize("_again", range(3))
def test_lapse_and_check_together_end_public(town: Town, _again: int) -> None:
    late = clock.now() + dt.timedelta(days=200)

    def at_late(work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with clock.at(late):
                return work()

        return run

    results = together(
        at_late(lambda: _check(town)), at_late(lambda: _lapse(town.listing))
    )

    assert [r for r in results if isinstance(r, Exception)] == []
    assert world.fresh(town.listing).stage == Stage.PUBLISHED


def test_two_workers_at_once_lapse_each_record_once() -> None:
    place = world.make_place()
    made = many(place, 3)
    many(place, 60, due_on=clock.today() + dt.timedelta(days=400))
    late = clock.now() + dt.timedelta(days=200)

    def work() -> None:
        with clock.at(late):
            periodic.run_job("freshen", periodic.freshen)

    results = together(work, work, work)

    assert results == [None, None, None]
    hidden = Listing.objects.filter(hidden_because=[Hidden.LAPSED])
    assert set(hidden.values_list("pk", flat=True)) == {x.pk for x in made}
    assert AuditEvent.objects.filter(verb="listing_hidden").count() == 3
    assert (
        OutboxEvent.objects.filter(record_id__in=[x.record_id for x in made]).count()
        == 3
    )
    assert sum(run.done for run in JobRun.objects.all()) == 3
    assert sum(run.failed for run in JobRun.objects.all()) == 0


def test_two_workers_at_once_keep_the_last_of_a_kind() -> None:
    place = world.make_place()
    term = world.term()
    two = many(place, 2, term_ids=[term.pk], area="BA12")
    late = clock.now() + dt.timedelta(days=200)

    def hide(listing: Listing) -> Callable[[], bool]:
        def run() -> bool:
            with clock.at(late):
                return _lapse(listing)

        return run

    results = together(*(hide(listing) for listing in two))

    assert sorted(results) == [False, True]


def test_two_runs_at_once_ask_the_lead_once() -> None:
    place = world.make_place()
    many(place, 10)
    late = clock.now() + dt.timedelta(days=200)

    def work() -> None:
        with clock.at(late):
            periodic.run_job("freshen", periodic.freshen)

    assert together(work, work) == [None, None]
    assert AuditEvent.objects.filter(verb="hiding_stopped").count() == 1
    assert Message.objects.filter(kind="hiding_stopped").count() == 1


# --- what changed since the run looked ------------------------------------------------


def test_what_became_critical_meanwhile_is_not_hidden() -> None:
    place = world.make_place()
    listing = many(place, 2, due_on=clock.today() - dt.timedelta(days=60))[0]
    Listing.objects.filter(pk=listing.pk).update(critical=True)

    assert _lapse(listing) is False
    Listing.objects.filter(pk=listing.pk).update(critical=False)
    assert _lapse(listing) is True


def test_what_got_another_reason_meanwhile_is_not_restored(town: Town) -> None:
    both = [Hidden.CLOSED, Hidden.LAPSED]
    Listing.objects.filter(pk=town.listing.pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=both
    )

    with transaction.atomic():
        restored = periodic._restore(
            town.place.policy, [town.listing.pk], clock.today()
        )

    assert restored == 0
    assert world.fresh(town.listing).hidden_because == both
