"""The undo of several records that meets others: a check, a decision, a lapse, itself,
and the batch that it undoes."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidState
from tests import world
from tests.workflow.deciding import edit
from tests.workflow.threads import PATIENCE, together, while_holding
from workflow import tasks
from workflow.actions import batches, checking, decisions
from workflow.actions.batches import Said
from workflow.choices import BatchAct, BatchState, Hidden, Method, Stage
from workflow.models import AskedListing, Batch, BatchItem, Listing, Remit

pytestmark = pytest.mark.django_db(transaction=True)

CALLED = Said(method=Method.CALL)


def due(place: world.Place, *names: str, ago: int = 100, **more: Any) -> list[Listing]:
    with clock.at(clock.now() - dt.timedelta(days=ago)):
        return [world.published(place, name=name, **more) for name in names]


def prepare(place: world.Place, act: BatchAct, made: list[Listing]) -> Batch:
    by = place.lead if act == BatchAct.ASSIGN else place.assurer
    return batches.prepare_batch(by=by, act=act, listing_ids=[x.pk for x in made])


def checked(place: world.Place, made: list[Listing]) -> Batch:
    batch = prepare(place, BatchAct.CHECK, made)
    batches.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)
    return batch


def undo(place: world.Place, batch: Batch) -> Callable[[], list[str]]:
    def run() -> list[str]:
        left = batches.undo_batch(
            by=Batch.objects.get(pk=batch.pk).by, batch_id=batch.pk
        )
        return [item.sentence for item in left]

    return run


def check_all(place: world.Place, made: list[Listing]) -> None:
    for one in made:
        world.check(place, one, by=place.second_assurer)


def states(batch: Batch) -> list[tuple[str, str]]:
    return list(BatchItem.objects.filter(batch=batch).values_list("state", "sentence"))


def test_check_by_somebody_else_outlives_the_undo() -> None:
    place = world.make_place()
    made = due(place, "One", "Two")
    batch = checked(place, made)

    _, left = while_holding(
        lambda: world.check(place, made[0], by=place.second_assurer),
        undo(place, batch),
    )

    one, two = map(world.fresh, made)
    assert (left, states(batch)) == ([], [(BatchState.UNDONE, "")] * 2)
    assert one.assurance is not None
    assert (one.assurance.assured_by, one.assured_on) == (
        place.second_assurer, clock.today(),
    )  # fmt: skip
    assert two.assured_on == made[1].assured_on


def test_undo_and_a_check_by_somebody_else_at_once() -> None:
    place = world.make_place()
    made = due(place, "One", "Two")
    batch = checked(place, made)

    results = together(
        undo(place, batch),
        lambda: check_all(place, made[::-1]),
    )

    assert results == [[], None]
    for one in map(world.fresh, made):
        assert one.assurance is not None
        assert one.assurance.assured_by == place.second_assurer


def test_what_was_accepted_meanwhile_stays_and_the_check_is_undone() -> None:
    place = world.make_place()
    made = due(place, "One")
    batch = checked(place, made)
    proposal = edit(place, made[0], fees="Free")

    _, left = while_holding(
        lambda: decisions.decide(
            by=place.second_assurer, proposal_id=proposal.pk,
            choices=world.accept_all(proposal),
        ),
        undo(place, batch),
    )  # fmt: skip

    one = world.fresh(made[0])
    assert one.record.revision is not None
    assert (left, one.record.revision.payload["fees"]) == ([], "Free")
    assert one.assured_on == made[0].assured_on


@pytest.mark.parametrize("lapse_first", [True, False])
def test_what_was_hidden_before_is_hidden_again_once_whoever_comes_first(
    lapse_first: bool,
) -> None:
    place = world.make_place()
    made = due(place, "One", ago=200)
    due(place, *(f"Other {n}" for n in range(30)), ago=0)
    tasks.freshen()
    batch = checked(place, made)
    back = world.fresh(made[0]).stage

    first, second = tasks.freshen, undo(place, batch)
    results = while_holding(*(first, second) if lapse_first else (second, first))

    one = world.fresh(made[0])
    assert not [x for x in results if isinstance(x, Exception)]
    assert (back, one.stage, one.hidden_because) == (
        Stage.PUBLISHED, Stage.UNPUBLISHED, [Hidden.LAPSED],
    )  # fmt: skip


@pytest.mark.parametrize("act", [BatchAct.CHECK, BatchAct.ASSIGN, BatchAct.REMIND])
def test_undo_sent_twice_at_once_undoes_once_and_says_that_all_is_undone(
    act: BatchAct,
) -> None:
    place = world.make_place()
    made = due(place, "One", "Two", email="us@friends.example")
    Listing.objects.update(organization_id=made[0].organization_id)
    other = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health",
        lead=place.second_assurer,
    )  # fmt: skip
    batch = prepare(place, act, made)
    said = Said(method=Method.CALL, remit_id=other.pk, reason="Theirs.")
    batches.run_batch(by=batch.by, batch_id=batch.pk, said=said)
    before = AuditEvent.objects.count()

    results = together(undo(place, batch), undo(place, batch))

    late = [x.sentence for x in results if isinstance(x, InvalidState)]
    assert [x for x in results if not isinstance(x, InvalidState)] in ([[], []], [[]])
    assert late in ([], ["There is nothing left to undo."])
    assert states(batch) == [(BatchState.UNDONE, "")] * 2
    verbs = AuditEvent.objects.order_by("at").values_list("verb", flat=True)
    done = sorted(x for x in list(verbs)[before:] if x != "batch_undone")
    assert (
        done
        == {
            BatchAct.CHECK: ["check_undone"] * 2,
            BatchAct.ASSIGN: ["listing_handed_over"] * 2,
            BatchAct.REMIND: ["ask_taken_back"],
        }[act]
    )
    assert not AskedListing.objects.exists()


def test_batch_that_runs_long_stops_when_it_is_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its undo is offered after two minutes, whether it was killed or not."""
    place = world.make_place()
    # As many as a slow machine does not get through before the undo comes.
    made = due(place, "One", "Two", "Three", "Four", "Five", "Six")
    batch = prepare(place, BatchAct.CHECK, made)
    undone, real = threading.Event(), checking.check_listing

    def slow(**values: Any) -> Any:
        undone.wait(1)
        return real(**values)

    monkeypatch.setattr(batches, "check_listing", slow)

    def run() -> Any:
        return batches.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    def take_back() -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not any(
            x == "done" for x, _ in states(batch)
        ):
            time.sleep(0.02)
        with clock.at(clock.now() + batches.SILENCE + dt.timedelta(seconds=1)):
            try:
                return undo(place, batch)()
            finally:
                undone.set()

    results = together(run, take_back)

    assert results == [True, []]
    dates = [world.fresh(x).assured_on for x in made]
    came = [state for state, _ in states(batch)]
    assert (dates.count(clock.today()), came.count(BatchState.DONE)) == (0, 0)
    assert set(came) == {BatchState.UNDONE, BatchState.WAITING}


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, True), (601, False)])
def test_ten_minutes_to_the_second(seconds: int, works: bool) -> None:
    place = world.make_place()
    made = due(place, "One")
    start = clock.now()
    with clock.at(start):
        batch = checked(place, made)

    with clock.at(start + dt.timedelta(seconds=seconds)):
        (result,) = together_at(clock.now(), undo(place, batch))

    assert isinstance(result, InvalidState) is not works
    assert (world.fresh(made[0]).assured_on == made[0].assured_on) is works


def together_at(now: dt.datetime, work: Callable[[], Any]) -> list[Any]:
    def run() -> Any:
        with clock.at(now):
            return work()

    return together(run)
