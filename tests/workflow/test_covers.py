"""Standing in for a remit: who may act on which day."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import take_role
from accounts.models import Message, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.town import Town, suggest
from workflow import access, worklist
from workflow.actions import checking, covers
from workflow.choices import Method, ProposalKind
from workflow.models import Cover, Listing, OwnBody, Proposal, Record
from workflow.narrowed import Filters

pytestmark = pytest.mark.django_db

TODAY = dt.date(2027, 3, 27)
DAY = dt.timedelta(days=1)


@pytest.fixture
def nurse(town: Town) -> User:
    """An assurer of another body of the place."""
    return world.give(world.person("Nina Nurse"), Role.ASSURER, town.place.health)


def at(day: dt.date, hour: int = 12) -> Any:
    return clock.at(dt.datetime.combine(day, dt.time(hour), clock.LONDON))


def stand_in(town: Town, user: User, days: int = 2, **more: Any) -> Cover:
    values: dict[str, Any] = {
        "by": town.place.lead, "remit_id": town.place.remit.pk, "user": user,
        "begins_on": TODAY, "ends_on": TODAY + (days - 1) * DAY,
        "reason": "Asha is away.", **more,
    }  # fmt: skip
    with at(TODAY - DAY):
        return covers.arrange_cover(**values)


def acts(user: User, listing: Listing) -> tuple[bool, bool]:
    """Whether the person may check it, and correct its record."""
    record = Record.objects.get(pk=listing.record_id)
    return access.can_check(user, listing), access.can_correct(user, record)


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        (dt.datetime(2027, 3, 26, 23, 59, tzinfo=clock.LONDON), False),
        (dt.datetime(2027, 3, 27, 0, 0, tzinfo=clock.LONDON), True),
        # The clocks go forward on 28 March: the day ends at 23:00 UTC.
        (dt.datetime(2027, 3, 28, 22, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2027, 3, 28, 23, 0, tzinfo=dt.UTC), False),
    ],
)
def test_cover_holds_on_its_days_in_london(
    town: Town, nurse: User, moment: dt.datetime, may: bool
) -> None:
    stand_in(town, nurse)

    with clock.at(moment):
        assert acts(nurse, town.listing) == (may, may)


def test_cover_decides_and_checks_for_the_remits_body(town: Town, nurse: User) -> None:
    stand_in(town, nurse)

    with at(TODAY):
        proposal = suggest(town, {"fees": "£2"})
        decidable = access.can_decide(nurse, proposal)
        done = checking.check_listing(
            by=nurse, listing_id=town.listing.pk, method=Method.CALL, note="Rang.",
        )  # fmt: skip
    assert decidable
    assert done.body_label == "Sharedham Council"
    assert world.fresh(town.listing).remit == town.place.remit


def test_cover_does_not_open_the_bodys_other_remits(town: Town, nurse: User) -> None:
    other = world.published(town.place)
    remit = town.place.remit
    mine = type(remit).objects.create(
        partnership=remit.partnership, partner=remit.partner, name="Another",
        lead=town.place.assurer,
    )  # fmt: skip
    Listing.objects.filter(pk=other.pk).update(remit=mine)
    stand_in(town, nurse)

    with at(TODAY):
        assert acts(nurse, town.listing) == (True, True)
        assert acts(nurse, world.fresh(other)) == (False, False)


def test_own_body_is_also_that_of_the_remit_covered(town: Town, nurse: User) -> None:
    OwnBody.objects.create(
        partner=town.place.council, organization_id=str(town.listing.organization_id)
    )
    stand_in(town, nurse)

    with at(TODAY):
        assert access.is_own_body(nurse, town.listing)
    assert not access.is_own_body(nurse, town.listing)


def test_cover_ends_with_the_role_it_rests_on(town: Town, nurse: User) -> None:
    stand_in(town, nurse)
    take_role(by=town.place.lead, user=nurse, role=Role.ASSURER, on=town.place.health)

    with at(TODAY):
        assert acts(nurse, town.listing) == (False, False)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"begins_on": TODAY - 2 * DAY}, "begins_on"),
        ({"ends_on": TODAY - DAY}, "ends_on"),
        ({"ends_on": TODAY + 367 * DAY}, "ends_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_cover_says_beside_the_field_what_is_wrong(
    town: Town, nurse: User, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        stand_in(town, nurse, **values)
    assert set(refused.value.errors) == {field}


def test_cover_is_given_to_an_assurer_of_the_place_by_another(
    town: Town, nurse: User
) -> None:
    stranger = world.make_place("Elsewhere").assurer
    for user in (town.place.contributor, stranger):
        with pytest.raises(InvalidInput, match="no assurer in Sharedham"):
            stand_in(town, user)
    with pytest.raises(InvalidInput, match="Nobody appoints themselves"):
        stand_in(town, town.place.assurer, by=town.place.assurer)
    with pytest.raises(PermissionDenied):
        stand_in(town, nurse, by=town.place.second_assurer)


def test_cover_is_not_arranged_twice_for_a_day(town: Town, nurse: User) -> None:
    stand_in(town, nurse)
    with pytest.raises(InvalidInput, match="on some of these days already"):
        stand_in(town, nurse, begins_on=TODAY + DAY)


def test_who_stands_in_is_told(town: Town, nurse: User) -> None:
    stand_in(town, nurse)

    mail = Message.objects.get(to=nurse.email, kind="cover_arranged")
    assert mail.subject == (
        "You stand in for “All of Sharedham” from 27 March 2027 to 28 March 2027"
    )


def test_ended_cover_is_kept_as_far_as_it_went(town: Town, nurse: User) -> None:
    cover = stand_in(town, nurse, days=5)

    with at(TODAY + 2 * DAY):
        covers.end_cover(by=town.place.lead, cover_id=cover.pk)
        assert acts(nurse, town.listing) == (False, False)
        with pytest.raises(InvalidState):
            covers.end_cover(by=town.place.lead, cover_id=cover.pk)
    assert Cover.objects.get().ends_on == TODAY + DAY


def test_cover_that_has_not_begun_is_taken_back(town: Town, nurse: User) -> None:
    cover = stand_in(town, nurse)

    with at(TODAY):
        covers.end_cover(by=town.place.lead, cover_id=cover.pk)
    assert not Cover.objects.exists()


def test_cover_brings_its_work_into_the_queue(town: Town, nurse: User) -> None:
    Listing.objects.filter(remit=town.place.remit).update(due_on=TODAY)
    due = Listing.objects.filter(remit=town.place.remit).count()
    report = Proposal.objects.create(
        partnership=town.place.partnership, title="They have moved", evidence="visited",
        kind=ProposalKind.REPORT, proposer_label="Somebody",
        record=Record.objects.get(pk=str(town.listing.organization_id)),
    )  # fmt: skip

    def waits() -> dict[str, int]:
        found = worklist.start(nurse, Filters(), clock.now(), 0).counts
        return {slug: number for slug, number in found.items() if number}

    with at(TODAY):
        before = waits()
    stand_in(town, nurse)
    with at(TODAY):
        assert (before, waits()) == ({}, {"due": due, "reports": 1})
        assert access.can_decide(nurse, report)
