"""Figures of suggestions and reports against what was done, counted by hand."""

import datetime as dt
from typing import Any

import pytest

from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.deciding import edit, report
from tests.workflow.town import ACCEPT, REJECT
from workflow import divided, figures, splits
from workflow.actions import checking, decisions, listings, proposals
from workflow.actions.choosing import Informant
from workflow.choices import Method
from workflow.measuring import Values
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC)


@pytest.fixture
def place() -> world.Place:
    made = world.make_place()
    world.give(made.lead, Role.READER, made.council)
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    with clock.at(NOW - dt.timedelta(days=2)):
        return world.published(place)


def correct(place: world.Place, listing: Listing, hours: int, **edits: str) -> None:
    with clock.at(NOW + dt.timedelta(hours=hours)):
        checking.correct_and_check(
            by=place.assurer, listing_id=listing.pk,
            edits={str(listing.record_id): edits},
            informant=Informant("Jo Bright, secretary", Method.CALL, clock.today()),
            method=Method.CALL,
        )  # fmt: skip


def answer(place: world.Place, one: Proposal, hours: int) -> None:
    with clock.at(NOW + dt.timedelta(hours=hours)):
        decisions.decide(
            by=place.assurer, proposal_id=one.pk, choices={}, answer="Thank you."
        )


def values(place: world.Place, hours: int = 9) -> Values:
    return figures.values(place.policy, NOW + dt.timedelta(hours=hours))


def test_report_after_which_the_record_was_corrected_was_put_right(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW - dt.timedelta(days=1)):
        other = world.published(place, name="Choir")
    with clock.at(NOW):
        right, unfounded = report(place, listing), report(place, other)
        before = proposals.report_problem(
            by=place.volunteer, listing_id=other.pk, words="Shut.", evidence="visited"
        )
    answer(place, unfounded, 1)
    correct(place, listing, 2, fees="£4")
    answer(place, right, 3)
    none_yet = values(place, 2)
    correct(place, other, 4, fees="£5")

    found = values(place)

    assert none_yet["correction-time"] is None
    assert found["correction-time"] == 3 * 60
    # Two new services and two corrections are suggestions of their own.
    assert (found["received"], found["accepted"]) == (3 + 4, 1 + 4)
    assert before.decided_at is None


def test_correction_that_was_undone_put_nothing_right(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW):
        one = report(place, listing)
    correct(place, listing, 1, fees="£4")
    with clock.at(NOW + dt.timedelta(hours=1, minutes=5)):
        checking.undo_check(
            by=place.assurer, assurance_id=world.fresh(listing).assurance_id
        )
    answer(place, one, 2)

    assert values(place)["correction-time"] is None


def test_what_was_decided_is_divided_by_who_decided_it(
    place: world.Place, listing: Listing
) -> None:
    """Whoever was on it is on it no more once it is decided."""
    with clock.at(NOW):
        change = edit(place, listing, fees="£4")
        waiting = edit(place, listing, alert="Bring a mug.")
    with clock.at(NOW + dt.timedelta(hours=1)):
        decisions.decide(
            by=place.assurer, proposal_id=change.pk,
            choices={one.pk: ACCEPT for one in change.changes.all()},
        )  # fmt: skip
    found = figures.members(
        figures.BY_SLUG["received"], place.policy, NOW + dt.timedelta(hours=2)
    )

    parts = divided.parts(splits.PEOPLE, found, place.lead, place.partnership)
    mine = splits.narrow(
        splits.PEOPLE, found, str(place.assurer.pk), place.lead, place.partnership
    )

    assert [(part.name, part.number) for part in parts] == [
        (place.assurer.name, 2), (splits.PEOPLE.nothing, 1),
    ]  # fmt: skip
    assert set(mine) == {change, *Proposal.objects.filter(kind="new")}
    assert waiting not in mine


def test_stuck_is_what_nobody_has_touched_for_so_long(place: world.Place) -> None:
    def days_ago(days: int) -> Any:
        return clock.at(NOW - dt.timedelta(days=days))

    for days in (8, 6):
        with days_ago(days):
            world.submitted(place, name=f"Sent in {days} days ago")
    for days in (15, 13):
        with days_ago(days):
            one = world.submitted(place, name=f"Given back {days} days ago")
            listings.return_listing(by=place.assurer, listing_id=one.pk, reason="When?")
    for days in (31, 29):
        with days_ago(days):
            world.draft(place, name=f"Begun {days} days ago")

    found = figures.values(place.policy, NOW)
    named = {
        slug: [str(one) for one in
               figures.members(figures.BY_SLUG[slug], place.policy, NOW)]
        for slug in ("stuck-submitted", "stuck-returned", "stuck-draft")
    }  # fmt: skip

    assert named == {
        "stuck-submitted": ["Sent in 8 days ago"],
        "stuck-returned": ["Given back 15 days ago"],
        "stuck-draft": ["Begun 31 days ago"],
    }
    assert [found[slug] for slug in named] == [1, 1, 1]


def test_what_was_undone_is_not_accepted(place: world.Place, listing: Listing) -> None:
    with clock.at(NOW):
        one = edit(place, listing, fees="£4")
        decision = decisions.decide(
            by=place.assurer, proposal_id=one.pk, choices=world.accept_all(one)
        )
    before = values(place, 0)
    with clock.at(NOW + dt.timedelta(minutes=5)):
        decisions.undo_decision(by=place.assurer, decision_id=decision.pk)

    found = values(place, 1)

    # The new service is the other one.
    assert (before["accepted"], found["accepted"]) == (2, 1)


def test_share_of_what_was_accepted_is_of_what_was_received(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW):
        good, bad = (
            edit(place, listing, fees="£4"), edit(place, listing, alert="Bring a mug."),
        )  # fmt: skip
    with clock.at(NOW + dt.timedelta(hours=1)):
        for one, verdict in ((good, ACCEPT), (bad, REJECT)):
            decisions.decide(
                by=place.assurer, proposal_id=one.pk,
                choices={change.pk: verdict for change in one.changes.all()},
            )  # fmt: skip

    found = values(place)

    # The new service, which was accepted, and these two.
    assert (found["received"], found["accepted"]) == (3, 2)
    assert found["accepted-share"] == 66
