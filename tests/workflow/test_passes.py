"""Lapsing and restoring in passes leaves what one step for each record would leave."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidState
from directory.choices import Visibility
from tests import world
from tests.publishing import sample
from tests.workflow.ageing import LONG, TODAY, at, run
from tests.workflow.town import many
from workflow import stages
from workflow.actions import passes, periodic, public
from workflow.choices import Hidden, Stage
from workflow.models import HidingStop, JobRun, Listing, OutboxEvent, Record

LATE = TODAY - dt.timedelta(days=40)

OWN = {
    "id", "created_at", "record_id", "title", "assurance_id", "author_id",
    "organization_id", "location_ids", "submitted_at",
}  # fmt: skip
"""Columns in which two listings differ that were made alike."""


def left_by(listing: Listing, since: int) -> dict[str, Any]:
    """Everything that an act left of a listing: its row, audit trail and outbox."""
    row = Listing.objects.filter(pk=listing.pk).values().get()
    events = AuditEvent.objects.filter(object_id=listing.pk, pk__gt=since)
    return {
        "row": {name: value for name, value in row.items() if name not in OWN},
        "audit": list(
            events.order_by("pk").values_list(
                "verb", "actor_id", "actor_label", "body_label", "partnership_id",
                "object_type", "before", "after", "reason", "at", "request_id",
            )
        ),
        "labels": [e.object_label == listing.title for e in events],
        "outbox": OutboxEvent.objects.filter(record_id=listing.record_id).count(),
    }  # fmt: skip


def _same(
    ones: list[Listing], others: list[Listing], act: Callable[[], Any]
) -> list[Any]:
    """Both sides before and after the act; the first after it."""
    since = AuditEvent.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    act()
    left = [left_by(each, since) for each in ones]
    assert left == [left_by(each, since) for each in others]
    return left


# --- equal to single steps ------------------------------------------------------------


def test_hiding_many_leaves_what_hiding_each_leaves(place: world.Place) -> None:
    columns: dict[str, Any] = {"due_on": LATE, "carried_over_until": TODAY}
    ones, others = many(place, 4, **columns), many(place, 4, **columns)
    reason = "Nobody has checked it in time."

    def hide() -> None:
        for each in ones:
            public.take_from_public(each, Hidden.LAPSED, by=audit.SYSTEM, reason=reason)
        done = public.take_many_from_public(
            others, Hidden.LAPSED, by=audit.SYSTEM, reason=reason
        )
        assert done == 4

    with at(TODAY), transaction.atomic():
        left = _same(ones, others, hide)

    assert [(x["row"]["stage"], x["outbox"], len(x["audit"])) for x in left] == [
        (Stage.UNPUBLISHED, 1, 1)
    ] * 4


def _alike(place: world.Place) -> list[Listing]:
    """Hidden records of which the gate and the rules let some come back: plain, held
    back by its name, with a released name, telling a secret place, for partners only,
    of an organization that is not open, and replaced."""
    refuge = world.published(
        place, in_hall=world.hall(name="Rose House", sensitive=True)
    )
    body = Record.objects.get(pk=world.organization_of(refuge).pk)
    made = {
        kind: world.published(place, name=f"The {kind} club")
        for kind in ("plain", "held", "closed", "unopened", "replaced")
    }
    made["secret"] = world.published(place, run_by=body)
    with transaction.atomic():
        sample.amend(made["held"].record_id, name="Ring 07700 900123 for coffee")
        sample.amend(made["secret"].record_id, name="Rose House choir")
    Record.objects.filter(pk=made["closed"].record_id).update(
        visibility=Visibility.PARTNERS
    )
    runs_it = world.organization_of(made["unopened"]).pk
    Record.objects.filter(pk=runs_it).update(visibility=Visibility.PARTNERS)
    Record.objects.filter(pk=made["replaced"].record_id).update(
        replaced_by=made["plain"].record_id
    )
    listings = [refuge, *made.values()]
    Listing.objects.filter(pk__in=[x.pk for x in listings]).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED], hidden_words="Old.",
        published_at=None,
    )  # fmt: skip
    OutboxEvent.objects.all().delete()
    rows = Listing.objects.select_related("record__revision", "record__replaced_by")
    return [rows.get(pk=x.pk) for x in listings]


def test_putting_many_back_leaves_what_putting_back_each_leaves(
    place: world.Place,
) -> None:
    with at(TODAY):
        ones, others = _alike(place), _alike(place)

        def put_back() -> None:
            OutboxEvent.objects.all().delete()
            back = [
                public.go_public_if_it_may(
                    each, "put_back", by=audit.SYSTEM, reason="not lapsed any more"
                )
                for each in ones
            ]
            done = public.put_many_back(
                others, by=audit.SYSTEM, reason="not lapsed any more"
            )
            assert done == sum(back)

        with transaction.atomic():
            left = _same(ones, others, put_back)

    assert [x["row"]["stage"] for x in left] == [
        Stage.PUBLISHED, Stage.PUBLISHED, *[Stage.UNPUBLISHED] * 5,
    ]  # fmt: skip


def test_many_move_as_the_table_of_stages_says(place: world.Place) -> None:
    shown, draft = many(place, 1)[0], world.draft(place)
    both = Listing.objects.filter(pk__in=[shown.pk, draft.pk])

    assert stages.move_many(both, "put_back") == 0
    assert stages.move_many(both, "hide", hidden_because=[Hidden.CLOSED]) == 1
    assert (world.fresh(shown).stage, world.fresh(draft).stage) == (
        Stage.UNPUBLISHED, Stage.DRAFT,
    )  # fmt: skip


def test_many_are_hidden_all_or_none(place: world.Place) -> None:
    listings = many(place, 3)
    Listing.objects.filter(pk=listings[1].pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.CLOSED]
    )

    with pytest.raises(InvalidState), transaction.atomic():
        public.take_many_from_public(listings, Hidden.LAPSED, by="x", reason="y")

    assert [world.fresh(x).stage for x in listings] == [
        Stage.PUBLISHED, Stage.UNPUBLISHED, Stage.PUBLISHED,
    ]  # fmt: skip


# --- the guards within a pass ---------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("seed", range(2))
def test_any_size_of_a_pass_keeps_the_last_of_each_kind(
    place: world.Place, monkeypatch: pytest.MonkeyPatch, size: int, seed: int
) -> None:
    """Whatever the size, exactly what one after the other would keep is kept."""
    monkeypatch.setattr(passes, "A_PASS", size)
    dice = random.Random(seed)
    kinds = [world.term(f"Kind {n}") for n in range(4)]
    kinds[3].retired_on, kinds[3].replaced_by = TODAY, kinds[0]
    kinds[3].save()
    stands = {kind.pk: kinds[0].pk if kind == kinds[3] else kind.pk for kind in kinds}
    late = []
    for n in range(24):
        of = dice.sample(kinds, dice.choice([1, 1, 2]))
        late += many(
            place, 1, due_on=LATE - dt.timedelta(days=n),
            term_ids=[kind.pk for kind in of], area=dice.choice(["BA12", "SP1"]),
            critical=dice.random() < 0.1,
        )  # fmt: skip
    many(place, 1, due_on=LONG, term_ids=[kinds[1].pk], area="BA12")
    # So many that no run stops to ask, of another kind and elsewhere.
    place.policy.stop_percent = 100
    place.policy.save()

    job = run()

    left: dict[Any, int] = {}
    for one in [*late, *Listing.objects.filter(due_on=LONG)]:
        for key in {stands[t] for t in one.term_ids}:
            left[key, one.area] = left.get((key, one.area), 0) + 1
    expected = set()
    for one in sorted(late, key=lambda x: (x.due_on or LONG, str(x.pk))):
        each = {(stands[t], one.area) for t in one.term_ids}
        if one.critical or any(left[pair] == 1 for pair in each):
            continue
        expected.add(one.pk)
        for pair in each:
            left[pair] -= 1
    gone = Listing.objects.filter(stage=Stage.UNPUBLISHED)
    assert set(gone.values_list("pk", flat=True)) == expected
    assert (job.done, job.failed) == (len(expected), 0)


def test_a_pass_asks_again_what_the_run_had_found(place: world.Place) -> None:
    """Checked, critical, closed or kept by the lead since the run looked."""
    made = many(place, 5, due_on=LATE)
    many(place, 1, due_on=LONG)
    Listing.objects.filter(pk=made[0].pk).update(due_on=LONG)
    Listing.objects.filter(pk=made[1].pk).update(critical=True)
    Listing.objects.filter(pk=made[2].pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.CLOSED]
    )
    HidingStop.objects.create(
        partnership=place.partnership, scope="the whole place",
        listing_ids=[str(made[3].pk)], out_of=6,
        hide=False, decided_at=clock.now(), decided_by_label="Lena Lead",
    )  # fmt: skip

    with transaction.atomic():
        done = periodic._hide(place.policy, [x.pk for x in made], TODAY)

    lapsed = Listing.objects.filter(hidden_because=[Hidden.LAPSED])
    assert (done, list(lapsed)) == (1, [made[4]])


# --- what it costs --------------------------------------------------------------------


def test_a_pass_needs_as_many_queries_for_thirty_as_for_three(
    place: world.Place,
) -> None:
    term = world.term()
    many(place, 700, due_on=LONG, term_ids=[term.pk], area="BA12")
    run()  # what is kept once, as the quarter that is over, is kept now
    counts = []
    for number in (3, 30):
        many(place, number, due_on=LATE, term_ids=[term.pk], area="BA12")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert run().done == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_coming_back_needs_as_many_queries_for_six_as_for_two(
    place: world.Place,
) -> None:
    counts = []
    for number in (2, 6):
        listings = [world.published(place) for _ in range(number)]
        Listing.objects.filter(pk__in=[x.pk for x in listings]).update(
            stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]
        )
        run = JobRun.objects.create(name="freshen")
        with CaptureQueriesContext(connection) as queries:
            periodic._restore_all(run, place.policy, clock.today())
        assert run.done == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
