"""Two people who do one thing to the same records at once, and what changes between."""

import datetime as dt

import pytest

from accounts.models import AuditEvent, User
from common import clock
from tests import world
from tests.workflow.threads import together, while_holding
from workflow.actions import batches, listings
from workflow.actions.batches import Said
from workflow.choices import BatchAct, Hidden, Method
from workflow.models import Assurance, Batch, BatchItem, Listing

pytestmark = pytest.mark.django_db(transaction=True)

CALLED = Said(method=Method.CALL)


def due(place: world.Place, *names: str) -> list[Listing]:
    with clock.at(clock.now() - dt.timedelta(days=100)):
        return [world.published(place, name=name) for name in names]


def prepare(by: User, listings: list[Listing]) -> Batch:
    return batches.prepare_batch(
        by=by, act=BatchAct.CHECK, listing_ids=[one.pk for one in listings]
    )


def test_two_people_who_check_the_same_records_make_one_check_of_each() -> None:
    place = world.make_place()
    made = due(place, "One", "Two", "Three")
    mine = prepare(place.assurer, made)
    theirs = prepare(place.second_assurer, list(reversed(made)))
    before = Assurance.objects.count()

    results = together(
        lambda: batches.run_batch(by=place.assurer, batch_id=mine.pk, said=CALLED),
        lambda: batches.run_batch(
            by=place.second_assurer, batch_id=theirs.pk, said=CALLED
        ),
    )

    assert results == [True, True]
    assert Assurance.objects.count() - before == 3
    items = BatchItem.objects.values_list("listing", "state", "sentence")
    states = sorted((str(key), state) for key, state, _ in items)
    assert states == sorted(
        (str(one.pk), state) for one in made for state in ("done", "refused")
    )
    assert {why for _, state, why in items if state == "refused"} <= {
        "Asha Assurer has checked it since you chose it.",
        "Bert Assurer has checked it since you chose it.",
    }


def test_one_form_sent_twice_at_once_is_carried_out_once() -> None:
    place = world.make_place()
    batch = prepare(place.assurer, due(place, "One", "Two"))

    def run() -> bool:
        return batches.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    assert sorted(together(run, run)) == [False, True]
    assert AuditEvent.objects.filter(request_id=batch.pk).count() == 3


def test_record_hidden_while_the_batch_waits_for_it_is_asked_about_again() -> None:
    place = world.make_place()
    (listing,) = due(place, "One")
    batch = prepare(place.assurer, [listing])

    _, outcome = while_holding(
        lambda: listings.hide_listing(
            by=place.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN,
            reason="They asked.",
        ),
        lambda: batches.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED),
    )  # fmt: skip

    item = BatchItem.objects.get(batch=batch)
    assert (outcome, item.state) == (True, "refused")
    assert item.sentence == (
        "It has been hidden from the public for another reason than its check."
    )
