"""What is decided about a record as a whole: replaced, closed to some, split off."""

import pytest

from accounts.models import AuditEvent
from common.errors import InvalidInput, InvalidState
from directory.choices import Visibility
from tests import world
from tests.workflow.deciding import edit
from workflow import queries
from workflow.actions import listings, records
from workflow.actions.decisions import decide
from workflow.choices import ProposalState, Stage
from workflow.models import Listing, OutboxEvent, Record


def test_replaced_listing_sends_people_to_the_other(place: world.Place) -> None:
    kept, double = world.published(place), world.published(place, name="Coffee club")

    records.replace_record(
        by=place.assurer, listing_id=double.pk, replaced_by_id=kept.record_id,
        reason="The same group.",
    )  # fmt: skip

    gone = world.fresh(double)
    assert (gone.stage, gone.hidden_because) == (Stage.UNPUBLISHED, ["duplicate"])
    assert gone.record.replaced_by == kept.record
    with pytest.raises(InvalidState) as refused:
        listings.restore_listing(by=place.assurer, listing_id=gone.pk, reason="Why?")
    assert refused.value.sentence == (
        "“Coffee club” was replaced by “Tuesday coffee morning”. Look there instead."
    )


def test_listings_kept_apart_again_can_be_restored(place: world.Place) -> None:
    kept, double = world.published(place), world.published(place, name="Coffee club")
    records.replace_record(
        by=place.assurer, listing_id=double.pk, replaced_by_id=kept.record_id,
        reason="The same group.",
    )  # fmt: skip

    records.keep_apart(by=place.assurer, listing_id=double.pk, reason="They are two.")
    listings.restore_listing(by=place.assurer, listing_id=double.pk, reason="Two.")

    back = world.fresh(double)
    assert (back.stage, back.record.replaced_by) == (Stage.PUBLISHED, None)


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_listing_on_its_way_can_be_replaced(place: world.Place, stage: str) -> None:
    kept = world.published(place)
    double = world.draft(place) if stage == "draft" else world.submitted(place)

    records.replace_record(
        by=place.assurer, listing_id=double.pk, replaced_by_id=kept.record_id,
        reason="The same group.",
    )  # fmt: skip

    gone = world.fresh(double)
    assert (gone.stage, gone.hidden_because) == (Stage.UNPUBLISHED, ["duplicate"])
    assert not double.proposals.filter(state=ProposalState.OPEN).exists()


def test_replacing_makes_no_chain(place: world.Place) -> None:
    first, second, third = (world.published(place) for _ in range(3))

    def replace(one: Listing, other: Listing) -> None:
        records.replace_record(
            by=place.assurer, listing_id=one.pk, replaced_by_id=other.record_id,
            reason="The same.",
        )  # fmt: skip

    replace(first, second)
    for one, other in ((second, third), (first, third), (third, first)):
        with pytest.raises(InvalidState):
            replace(one, other)
    with pytest.raises(InvalidInput):
        replace(third, third)
    with pytest.raises(InvalidInput):
        records.replace_record(
            by=place.assurer, listing_id=third.pk, reason="The same.",
            replaced_by_id=third.organization_id,
        )  # fmt: skip


def test_visibility_keeps_a_record_from_the_public(place: world.Place) -> None:
    listing = world.published(place)

    records.set_visibility(
        by=place.assurer, record_id=listing.record_id, reason="For workers only.",
        visibility=Visibility.PARTNERS,
    )  # fmt: skip

    assert not queries.may_be_public(world.fresh(listing))
    event = AuditEvent.objects.get(verb="visibility_set")
    assert (event.before, event.after) == ("open", "partners")
    assert OutboxEvent.objects.order_by("pk").last().record_id == listing.record_id  # type: ignore[union-attr]


def test_split_location_is_a_copy_that_only_one_service_has(place: world.Place) -> None:
    one = world.published(place)
    hall = Record.objects.get(kind="location")
    other = world.published(place, at=hall, name="Chess club")

    own = records.split_location(
        by=place.assurer, listing_id=other.pk, location_id=hall.pk
    )

    assert world.fresh(one).location_ids == [hall.pk]
    assert world.fresh(other).location_ids == [own.pk]
    before, after = queries.current(hall), queries.current(own)
    assert {**before, "id": ""} == {**after, "id": ""}
    with pytest.raises(InvalidState) as alone:
        records.split_location(
            by=place.assurer, listing_id=other.pk, location_id=own.pk
        )
    assert alone.value.sentence == "No other service happens at this place."


def test_only_a_record_that_one_sees_can_be_the_other(place: world.Place) -> None:
    double = world.published(place)
    elsewhere = world.make_place("Elsewhere")
    hidden = world.published(elsewhere)
    listings.hide_listing(
        by=elsewhere.assurer, listing_id=hidden.pk, because="withdrawn", reason="Shut."
    )

    with pytest.raises(InvalidInput) as refused:
        records.replace_record(
            by=place.assurer, listing_id=double.pk, replaced_by_id=hidden.record_id,
            reason="The same.",
        )  # fmt: skip

    assert refused.value.errors == {"replaced_by": "Choose another service."}


def test_split_while_deciding_takes_the_suggestion_along(place: world.Place) -> None:
    first = world.published(place)
    hall = Record.objects.get(pk=first.location_ids[0])
    second = world.published(place, at=hall)
    asked = edit(place, second, record=str(hall.pk), transportation="Bus 7")

    own = records.split_location(
        by=place.assurer, listing_id=second.pk, location_id=hall.pk,
        proposal_id=asked.pk,
    )  # fmt: skip

    moved = asked.changes.get()
    assert (moved.record, moved.base) == (own, 1)
    decide(
        by=place.assurer, proposal_id=asked.pk, choices=world.accept_all(asked),
    )  # fmt: skip
    halls = [Record.objects.get(pk=pk) for pk in (hall.pk, own.pk)]
    assert [queries.current(one).get("transportation") for one in halls] == [
        None, "Bus 7",
    ]  # fmt: skip
