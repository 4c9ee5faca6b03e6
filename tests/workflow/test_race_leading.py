"""Leads who decide the same at once: the later waits and builds on the earlier."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from tests import world
from tests.workflow.threads import while_holding
from workflow.actions.place import hand_over, save_policy, set_level
from workflow.actions.remits import end_remit, state_of
from workflow.choices import Level
from workflow.models import AssuranceLevel, Listing, Policy, Remit
from workflow.periods import Row

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def north(place: world.Place) -> Remit:
    return Remit.objects.create(
        partnership=place.partnership, partner=place.council, name="North",
        lead=place.assurer,
    )  # fmt: skip


def give(place: world.Place, listing: Listing, remit: Remit) -> Any:
    return hand_over(
        by=place.lead, listing_id=listing.pk, remit=remit, reason="They know it."
    )


def end(place: world.Place, remit: Remit) -> Any:
    return end_remit(
        by=place.lead, remit_id=remit.pk, base=state_of(remit), reason="Merged."
    )


def test_second_of_two_first_levels_is_told_of_the_first(place: world.Place) -> None:
    body = world.organization_of(world.published(place))

    def say(level: Level) -> AssuranceLevel:
        return set_level(
            by=place.lead, place=place.partnership, organization=body, level=level,
            reason="Two years without an error.",
        )  # fmt: skip

    while_holding(lambda: say(Level.MONITORED), lambda: say(Level.TRUSTED))

    rows = AuditEvent.objects.filter(verb="level_set").order_by("at", "pk")
    assert AssuranceLevel.objects.get().level == Level.TRUSTED
    assert list(rows.values_list("before", "after")) == [
        (None, "monitored"), ("monitored", "trusted"),
    ]  # fmt: skip


def test_record_given_to_a_remit_that_ends_is_refused(
    place: world.Place, north: Remit
) -> None:
    listing = world.published(place)

    _, late = while_holding(
        lambda: end(place, north), lambda: give(place, listing, north)
    )

    assert str(late) == "Somebody ended this area of work just now."
    assert world.fresh(listing).remit == place.remit


def test_remit_that_ends_gives_back_what_it_was_given_just_now(
    place: world.Place, north: Remit
) -> None:
    listing = world.published(place)

    while_holding(lambda: give(place, listing, north), lambda: end(place, north))

    assert not Remit.objects.filter(pk=north.pk).exists()
    assert world.fresh(listing).remit == place.remit


def test_policy_sent_twice_at_once_is_saved_once_and_refused_to_nobody(
    place: world.Place,
) -> None:
    seen = place.policy.version
    rules = [Row(2, critical=True), Row(2, level=Level.TRUSTED)]

    def save(days: list[int], rows: list[Row]) -> Policy:
        return save_policy(
            by=place.lead, place=place.partnership, seen=seen,
            values={"report_days": 4, "working_days": days, "period_rules": rows},
        )  # fmt: skip

    _, late = while_holding(
        lambda: save([0, 1], rules), lambda: save([1, 0], rules[::-1])
    )

    assert (late.report_days, late.version) == (4, seen + 1)
    assert AuditEvent.objects.filter(verb="policy_changed").count() == 1
