"""Vouching for a record: what is kept, and the dates that follow (section 5)."""

import datetime as dt
import uuid
from typing import Any

import pytest

from accounts.models import AuditEvent
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import freshness
from tests import world
from tests.workflow.town import ACCEPT, Town, decide, now, suggest
from workflow import queries
from workflow.actions import checking, listings, proposals
from workflow.actions import place as places
from workflow.choices import Hidden, Method, Stage
from workflow.models import Assurance, Listing, OutboxEvent, Remit


def _check(town: Town, **more: Any) -> Assurance:
    return checking.check_listing(
        by=more.pop("by", town.place.assurer), listing_id=town.listing.pk,
        method=more.pop("method", Method.VISIT), **more,
    )  # fmt: skip


def _on(year: int, month: int, day: int, hour: int = 9) -> Any:
    return clock.at(dt.datetime(year, month, day, hour, 30, tzinfo=clock.LONDON))


def test_an_assurance_keeps_person_body_revisions_day_method_and_note(
    town: Town,
) -> None:
    decide(
        town, suggest(town, {"transportation": "Bus 7"}, record=town.hall),
        choices={"transportation": ACCEPT},
    )  # fmt: skip
    with _on(2026, 6, 1):
        assurance = _check(town, note="  Spoke to Jo. ")

    revision = world.fresh(town.listing).record.revision
    assert (assurance.assured_by, assurance.revision) == (town.place.assurer, revision)
    assert (assurance.body_label, assurance.body_mailbox) == (
        "Sharedham Council", "services@sharedham.example",
    )  # fmt: skip
    assert assurance.covers == {
        str(town.listing.organization_id): 1, str(town.hall.pk): 2,
    }  # fmt: skip
    assert (assurance.assured_on, assurance.due_on) == (
        dt.date(2026, 6, 1), dt.date(2026, 9, 1),
    )  # fmt: skip
    assert (assurance.method, assurance.note) == ("visit", "Spoke to Jo.")
    listing = world.fresh(town.listing)
    assert (listing.assurance, listing.assured_on, listing.due_on) == (
        assurance, dt.date(2026, 6, 1), dt.date(2026, 9, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("checked", "months", "due"),
    [
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 30), 3, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
        (dt.date(2026, 8, 31), 3, dt.date(2026, 11, 30)),
        (dt.date(2026, 9, 25), 3, dt.date(2026, 12, 25)),  # a holiday stays
        (dt.date(2026, 8, 30), 2, dt.date(2026, 10, 30)),
    ],
)
def test_the_period_is_whole_months_clamped_to_their_ends(
    town: Town, checked: dt.date, months: int, due: dt.date
) -> None:
    places.save_policy(
        by=town.place.lead, place=town.place.partnership,
        values={"period_months": months},
    )  # fmt: skip

    with _on(checked.year, checked.month, checked.day):
        assurance = _check(town)

    assert assurance.due_on == due


def test_a_check_late_in_the_evening_counts_for_the_day_in_london(town: Town) -> None:
    with clock.at(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)):
        assurance = _check(town)

    assert assurance.assured_on == dt.date(2026, 7, 1)


def test_a_new_policy_moves_the_due_date_and_never_the_check(town: Town) -> None:
    before = world.fresh(town.listing).assured_on
    assert before is not None

    places.save_policy(
        by=town.place.lead, place=town.place.partnership, values={"period_months": 2}
    )

    now = world.fresh(town.listing)
    assert (now.assured_on, now.due_on) == (before, freshness.due_on(before, 2))


@pytest.mark.parametrize("method", ["", "decision", "telepathy"])
def test_how_it_was_checked_has_to_be_said(town: Town, method: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _check(town, method=method)

    assert refused.value.errors == {"method": "Say how you checked it."}
    assert Assurance.objects.filter(listing=town.listing).count() == 1


def test_the_three_dates_are_kept_apart(town: Town) -> None:
    editor = world.make_editor(town.listing)
    with _on(2026, 6, 1):
        _check(town)
    with _on(2026, 6, 2):
        proposals.say_still_right(by=editor, listing_id=town.listing.pk)
    with _on(2026, 6, 3):
        proposals.say_still_right(by=town.place.contributor, listing_id=town.listing.pk)

    listing = world.fresh(town.listing)
    assert (listing.assured_on, listing.confirmed_on, listing.seen_on) == (
        dt.date(2026, 6, 1), dt.date(2026, 6, 2), dt.date(2026, 6, 3),
    )  # fmt: skip


def test_nothing_but_an_assurance_moves_the_date(town: Town) -> None:
    before = world.fresh(town.listing).assured_on
    with clock.at(clock.now() + dt.timedelta(days=9)):
        listings.hide_listing(
            by=town.place.assurer, listing_id=town.listing.pk,
            because=Hidden.WITHDRAWN, reason="Asked.",
        )  # fmt: skip
        listings.restore_listing(
            by=town.place.assurer, listing_id=town.listing.pk, reason="Back."
        )
        places.set_critical(
            by=town.place.lead, listing_id=town.listing.pk, critical=True,
            reason="Statutory.",
        )  # fmt: skip
        decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    assert world.fresh(town.listing).assured_on == before


def test_a_check_is_refused_when_something_changed_since_it_was_seen(
    town: Town,
) -> None:
    seen = queries.whole(town.listing).numbers
    decide(
        town, suggest(town, {"transportation": "Bus 7"}, record=town.hall),
        choices={"transportation": ACCEPT}, by=town.place.second_assurer,
    )  # fmt: skip

    with pytest.raises(InvalidState):
        _check(town, seen=seen)
    _check(town, seen=queries.whole(world.fresh(town.listing)).numbers)

    assert now(town.hall)["transportation"] == "Bus 7"


def test_what_was_not_assured_yet_cannot_be_checked(town: Town) -> None:
    listing = world.submitted(town.place)

    with pytest.raises(InvalidState) as refused:
        checking.check_listing(
            by=town.place.assurer, listing_id=listing.pk, method=Method.CALL
        )

    assert refused.value.sentence == (
        "It has to be assured before it can be checked again."
    )


def test_a_trusted_bodys_check_names_the_body_and_the_places_mailbox(
    town: Town,
) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)

    assurance = _check(town, by=editor, method=Method.OWN)

    assert (assurance.body_label, assurance.body_mailbox) == (
        "Testham Friends", "directory@sharedham.example",
    )  # fmt: skip
    assert assurance.single_handed is True


def test_a_check_is_audited_and_announced(town: Town) -> None:
    with _on(2026, 6, 1):
        _check(town, note="Spoke to Jo.")

    event = AuditEvent.objects.order_by("pk").last()
    assert event is not None
    assert (event.verb, event.actor_label, event.body_label, event.after) == (
        "listing_assured", "Asha Assurer", "Sharedham Council",
        {"assured_on": "2026-06-01", "revision": 1},
    )  # fmt: skip
    last = OutboxEvent.objects.order_by("pk").last()
    assert last is not None
    assert last.record_id == town.listing.record_id


# --- remits ---------------------------------------------------------------------------


def test_a_remit_that_names_the_provider_comes_before_the_default(town: Town) -> None:
    other = world.give(world.person("Ola Other"), Role.ASSURER, town.place.health)
    Remit.objects.create(
        partnership=town.place.partnership, partner=town.place.health, lead=other,
        name="Friends", organization_ids=[town.listing.organization_id],
    )  # fmt: skip
    decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    listing = world.fresh(town.listing)
    assert listing.remit is not None
    assert listing.remit.name == "Friends"
    _check(town, by=other)


def test_a_tie_of_remits_is_nobodys(town: Town) -> None:
    for name in ("One", "Two"):
        Remit.objects.create(
            partnership=town.place.partnership, partner=town.place.health, name=name,
            lead=town.place.assurer,
            organization_ids=[town.listing.organization_id],
        )  # fmt: skip
    decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    listing = world.fresh(town.listing)
    tied = Remit.objects.filter(name__in=("One", "Two")).order_by("pk")
    assert listing.remit is None
    assert listing.tied_remit_ids == [remit.pk for remit in tied]


def test_an_explicit_hand_over_stays_until_it_is_taken_back(town: Town) -> None:
    other = world.give(world.person("Ola Other"), Role.ASSURER, town.place.health)
    mine = Remit.objects.create(
        partnership=town.place.partnership, partner=town.place.health, name="Mine",
        lead=other, organization_ids=[uuid.uuid4()],
    )  # fmt: skip

    def hand_over(remit: Remit | None) -> None:
        places.hand_over(
            by=town.place.lead, listing_id=town.listing.pk, remit=remit, reason="So."
        )

    hand_over(mine)
    decide(town, suggest(town, {"fees": "£2"}), by=other, choices={"fees": ACCEPT})
    assert world.fresh(town.listing).remit == mine

    hand_over(None)
    assert world.fresh(town.listing).remit == town.place.remit


def test_a_remit_of_another_place_is_refused(town: Town) -> None:
    elsewhere = world.make_place("Elseham")

    with pytest.raises(InvalidInput):
        places.hand_over(
            by=town.place.lead, listing_id=town.listing.pk, remit=elsewhere.remit,
            reason="So.",
        )  # fmt: skip


def test_stage_published_is_not_changed_by_a_check(town: Town) -> None:
    _check(town)

    listing = Listing.objects.get(pk=town.listing.pk)
    assert (listing.stage, listing.hidden_because) == (Stage.PUBLISHED, [])
