"""Carried over from a directory that is switched off, until a fixed date."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import AuditEvent
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.ageing import TODAY, at, run
from tests.workflow.town import from_source
from workflow import queries
from workflow.actions import checking, listings, periodic
from workflow.actions import place as places
from workflow.choices import Hidden, Method, Stage, Verdict
from workflow.models import Decision, Listing, Record

UNTIL = TODAY + dt.timedelta(days=60)


def carry_over(place: world.Place, *made: Listing, **more: Any) -> dict[str, str]:
    with at(TODAY):
        return listings.carry_over_listings(
            by=more.pop("by", place.lead), listing_ids=[x.pk for x in made],
            until=more.pop("until", UNTIL), reason="The old one is switched off.",
        )  # fmt: skip


def test_carried_over_is_public_and_not_yet_checked(place: world.Place) -> None:
    listing = from_source(place)

    refused = carry_over(place, listing)

    listing = world.fresh(listing)
    assert refused == {}
    assert (listing.stage, listing.carried_over_until) == (Stage.PUBLISHED, UNTIL)
    assert (listing.assured_on, listing.due_on, listing.assurance) == (None, None, None)
    assert listing.record.revision is not None
    assert (listing.record.revision.number, listing.draft) == (1, None)


def test_the_decider_is_a_named_rule(place: world.Place) -> None:
    listing = from_source(place)

    carry_over(place, listing)

    decision = Decision.objects.get(proposal__listing=listing)
    assert (decision.decided_by, decision.rule) == (None, "carried over")
    made = AuditEvent.objects.filter(verb="revision_made")
    assert set(made.values_list("actor_label", flat=True)) == {"Lena Lead"}


def test_what_cannot_be_accepted_is_rejected_with_its_sentence(
    place: world.Place,
) -> None:
    listing = from_source(
        place, email="not an address", phones=[{"number": "12"}], minimum_age=60,
        maximum_age=18, attributes=[{"taxonomy_term_id": str(place.remit.pk)}],
    )  # fmt: skip

    assert carry_over(place, listing) == {}

    service = queries.current(world.fresh(listing).record)
    assert {"email", "phones", "maximum_age", "attributes"} & set(service) == set()
    rejected = listing.proposals.get().changes.filter(verdict=Verdict.REJECTED)
    words = dict(rejected.values_list("path", "reason_words"))
    assert words["email"] == (
        "“not an address” has a space in it. E-mail addresses have none."
    )
    assert words["maximum_age"] == "Oldest age (18) is before the youngest age (60)."
    assert [w for p, w in words.items() if p.startswith("attributes/")] == [
        "This term is not on our lists."
    ]


def test_a_bad_one_is_named_and_the_others_go_on(place: world.Place) -> None:
    good = from_source(place)
    bad = from_source(place, name="Ask Mrs Margaret Hargreaves")
    persons = world.submitted(place)
    sent_back = from_source(place)
    listings.return_listing(by=place.assurer, listing_id=sent_back.pk, reason="More.")

    refused = carry_over(place, good, bad, persons, sent_back)

    assert refused == {
        str(bad.pk): (
            "The name of the service is held back: This looks like the name of a "
            "private person."
        ),
        str(persons.pk): "Only what came from another directory is carried over.",
        str(sent_back.pk): (
            "“Tuesday coffee morning” is at the stage “draft” now, so this can no "
            "longer be done. Somebody else may have been faster."
        ),
    }
    assert [world.fresh(x).stage for x in (good, bad, persons, sent_back)] == [
        Stage.PUBLISHED, Stage.SUBMITTED, Stage.SUBMITTED, Stage.DRAFT,
    ]  # fmt: skip
    assert Record.objects.get(pk=bad.record_id).revision is None


def test_one_of_another_place_stops_it_all(place: world.Place) -> None:
    ours, theirs = from_source(place), from_source(world.make_place("Elseham"))

    with pytest.raises(PermissionDenied):
        carry_over(place, ours, theirs)

    assert world.fresh(ours).stage == Stage.SUBMITTED


def test_it_ends_on_its_date(place: world.Place) -> None:
    listing = from_source(place)
    carry_over(place, listing)

    run(UNTIL)
    assert world.fresh(listing).stage == Stage.PUBLISHED
    job = run(UNTIL + dt.timedelta(days=1))

    gone = world.fresh(listing)
    assert job.done == 1
    assert (gone.stage, gone.hidden_because, gone.carried_over_until) == (
        Stage.UNPUBLISHED, [Hidden.CARRIED_OVER_ENDED], None,
    )  # fmt: skip


def test_a_critical_one_does_not_end_by_itself(place: world.Place) -> None:
    listing = from_source(place)
    carry_over(place, listing)
    places.set_critical(
        by=place.lead, listing_id=listing.pk, critical=True, reason="Statutory."
    )

    run(UNTIL + dt.timedelta(days=1))

    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_a_check_makes_it_one_of_ours(place: world.Place) -> None:
    listing = from_source(place)
    carry_over(place, listing)
    with at(TODAY):
        world.check(place, listing)

    run(UNTIL + dt.timedelta(days=1))

    kept = world.fresh(listing)
    assert (kept.stage, kept.carried_over_until, kept.assured_on) == (
        Stage.PUBLISHED, None, TODAY,
    )  # fmt: skip


def test_what_ended_comes_back_by_a_check_alone(place: world.Place) -> None:
    listing = from_source(place)
    carry_over(place, listing)
    run(UNTIL + dt.timedelta(days=1))

    with pytest.raises(InvalidState) as refused:
        listings.restore_listing(
            by=place.publisher, listing_id=listing.pk, reason="We like it."
        )
    checking.check_listing(by=place.assurer, listing_id=listing.pk, method=Method.CALL)

    assert refused.value.sentence == (
        "It is hidden because nobody has checked it: check it."
    )
    back = world.fresh(listing)
    assert (back.stage, back.hidden_because) == (Stage.PUBLISHED, [])


def test_the_date_has_to_come_and_be_explained(place: world.Place) -> None:
    listing = from_source(place)

    for until in (TODAY, TODAY - dt.timedelta(days=1)):
        with pytest.raises(InvalidInput) as refused:
            carry_over(place, listing, until=until)
        assert refused.value.errors == {"until": "Choose a day in the future."}


def test_its_last_day_is_asked_again_under_the_lock(place: world.Place) -> None:
    """It may have been carried over anew since the run looked for what has ended."""
    listing = from_source(place)
    carry_over(place, listing)

    with transaction.atomic():
        end = partial(periodic._end_carried_over, place.policy, [listing.pk])
        assert end(UNTIL) == 0
        assert world.fresh(listing).stage == Stage.PUBLISHED
        assert end(UNTIL + dt.timedelta(days=1)) == 1

    assert world.fresh(listing).hidden_because == [Hidden.CARRIED_OVER_ENDED]
