"""Nobody waits in a ring, whoever does what to which record at the same time."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.threads import together
from tests.workflow.town import (
    ACCEPT,
    Town,
    as_it_is,
    from_source,
    make_town,
    suggest,
)
from workflow.actions import checking, decisions, listings, periodic, proposals
from workflow.actions import place as places
from workflow.actions.choosing import Choice
from workflow.choices import Method, Stage, Verdict
from workflow.models import (
    Listing,
    Proposal,
    Revision,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return as_it_is(make_town(world.make_place()))


def _choose(proposal: Proposal, choice: Choice = ACCEPT) -> dict[Any, Choice]:
    waiting = proposal.changes.filter(verdict=Verdict.PENDING)
    return {change.pk: choice for change in waiting}


def _decide(proposal: Proposal, by: Any, choice: Choice = ACCEPT, **more: Any) -> Any:
    return decisions.decide(
        by=by, proposal_id=proposal.pk, choices=_choose(proposal, choice), **more
    )


# --- nobody waits in a ring -----------------------------------------------------------


def test_eight_people_at_overlapping_records_never_wait_in_a_ring(town: Town) -> None:
    """Decisions on two services and their hall in every order, checks, suggestions,
    a trusted body's edits and the periodic job, all at once."""
    place = town.place
    editor = world.make_editor(town.listing)
    world.trust(place, town.listing)
    keys = [
        str(town.listing.record_id),
        str(town.hall.pk),
        str(town.neighbour.record_id),
    ]
    service, hall, other = keys
    rounds = 4
    waiting = [
        proposals.propose_edit(
            by=place.contributor, listing_id=listing.pk, evidence="visited",
            edits={record: {"transportation": f"Bus {n} {listing}"},
                   own: {"fees": f"£{n}"}},
            bases={record: 1, own: 1},
        )
        for n in range(rounds)
        for listing, record, own in (
            (town.listing, hall, service), (town.neighbour, hall, other),
        )
    ]  # fmt: skip

    def decide_in(order: list[Proposal], by: Any) -> Callable[[], list[str]]:
        return lambda: [_said(partial(_decide, p, by)) for p in order]

    def check(listing: Listing) -> Callable[[], list[str]]:
        def work() -> Any:
            return checking.check_listing(
                by=place.assurer, listing_id=listing.pk, method=Method.CALL
            )

        return lambda: [_said(work) for _ in range(rounds)]

    def edit() -> list[str]:
        def work(number: int) -> Any:
            return checking.edit_own(
                by=editor, listing_id=town.listing.pk,
                edits={service: {"alert": f"{number}"}, hall: {"description": "Ours."}},
                bases={service: 1, hall: 1},
            )  # fmt: skip

        return [_said(partial(work, n)) for n in range(rounds)]

    def move() -> list[str]:
        def work(remit: Any) -> Any:
            return places.hand_over(
                by=place.lead, listing_id=town.neighbour.pk, remit=remit, reason="So."
            )

        return [_said(partial(work, r)) for r in (place.remit, None) * 2]

    said = together(
        decide_in(waiting, place.assurer),
        decide_in(waiting[::-1], place.second_assurer),
        decide_in(waiting[::2] + waiting[1::2], place.second_assurer),
        check(town.listing),
        check(town.neighbour),
        edit,
        move,
        lambda: [_said(lambda: periodic.run_job("freshen", periodic.freshen))],
    )

    kinds = {kind for run in said for kind in run}
    assert kinds <= {"", "InvalidState"}
    assert (
        Proposal.objects.filter(pk__in=[p.pk for p in waiting], state="open").count()
        == 0
    )
    for key in keys:
        numbers = list(
            Revision.objects.filter(record_id=key).values_list("number", flat=True)
        )
        assert numbers == list(range(1, len(numbers) + 1))


def _said(work: Callable[[], Any]) -> str:
    """What an action refused with, ``""`` if it went well; other faults are raised."""
    try:
        work()
    except (InvalidState, InvalidInput, PermissionDenied) as error:
        return type(error).__name__
    return ""


def test_carrying_over_in_bulk_meets_decisions_on_the_same_hall(town: Town) -> None:
    sent = [
        from_source(town.place, at=town.hall, name=f"Old club {n}") for n in range(4)
    ]
    people = [
        world.give(world.person(f"Cleo {n}"), Role.CONTRIBUTOR, town.place.council)
        for n in range(4)
    ]
    waiting = [
        suggest(town, {"transportation": f"Bus {n}"}, by=one, record=town.hall)
        for n, one in enumerate(people)
    ]

    def carry_over() -> Any:
        return listings.carry_over_listings(
            by=town.place.lead, listing_ids=[x.pk for x in sent], reason="Old.",
            until=clock.today() + dt.timedelta(days=60),
        )  # fmt: skip

    refused, kinds = together(
        carry_over,
        lambda: [_said(partial(_decide, p, town.place.assurer)) for p in waiting],
    )

    assert (refused, kinds) == ({}, ["", "", "", ""])
    stages = Listing.objects.filter(pk__in=[x.pk for x in sent])
    assert set(stages.values_list("stage", flat=True)) == {Stage.PUBLISHED}
