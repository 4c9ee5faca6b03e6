"""What changes a whole place at once meets what people do to single records: nobody
waits in a ring, and nothing fails but in words."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.deciding import edit
from tests.workflow.threads import together
from workflow import tasks
from workflow.actions import batches, decisions, erasure, terms
from workflow.actions import place as places
from workflow.actions import remits as areas
from workflow.actions.dividing import split_listing
from workflow.actions.records import replace_record
from workflow.actions.remits import Parts
from workflow.choices import BatchAct, Level, Method
from workflow.models import Listing, PeriodRule, Remit

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REFUSED = (InvalidState, InvalidInput, PermissionDenied)
ROUNDS = 3


def said(work: Callable[[], Any]) -> str:
    """What it was refused with, in words; every other fault is raised."""
    try:
        work()
    except REFUSED as error:
        return type(error).__name__
    return ""


def in_turn(*works: Callable[[], Any]) -> Callable[[], list[str]]:
    return lambda: [said(work) for _ in range(ROUNDS) for work in works]


def test_whole_place_and_single_records_change_at_once() -> None:
    place = world.make_place()
    chess, bingo = world.term("Chess"), world.term("Bingo")
    attributes = [{"taxonomy_term_id": str(chess.pk)}]
    with clock.at(clock.now() - dt.timedelta(days=200)):
        made = [
            world.published(place, name=f"Club {n}", attributes=attributes)
            for n in range(6)
        ]
    body = world.organization_of(made[0])
    other = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health",
        lead=place.second_assurer,
    )  # fmt: skip
    PeriodRule.objects.create(policy=place.policy, level=Level.TRUSTED, months=2)
    waiting = [edit(place, one, fees=f"£{n}") for n, one in enumerate(made)]

    def batch() -> None:
        ids = [one.pk for one in made]
        made_of = batches.prepare_batch(
            by=place.assurer, act=BatchAct.CHECK, listing_ids=ids
        )
        said_once = batches.Said(method=Method.CALL)
        batches.run_batch(by=place.assurer, batch_id=made_of.pk, said=said_once)
        said(lambda: batches.undo_batch(by=place.assurer, batch_id=made_of.pk))

    def decide(number: int) -> None:
        decisions.decide(
            by=place.second_assurer, proposal_id=waiting[number].pk,
            choices=world.accept_all(waiting[number]),
        )  # fmt: skip

    def give(number: int) -> None:
        places.hand_over(
            by=place.lead, listing_id=made[number].pk, remit=other, reason="So."
        )

    def policy(months: int) -> None:
        places.save_policy(
            by=place.lead, place=place.partnership, values={"period_months": months}
        )

    def level(to: Level) -> None:
        places.set_level(
            by=place.lead, place=place.partnership, organization=body, level=to,
            reason="So.",
        )  # fmt: skip

    def area() -> None:
        new = areas.create_remit(
            by=place.lead, partner=place.council, name="Chess", lead=place.assurer,
            parts=Parts(term_ids=(chess.pk,)),
        )  # fmt: skip
        areas.end_remit(
            by=place.lead, remit_id=new.pk, base=areas.state_of(new), reason="So."
        )

    def erase(number: int) -> None:
        erasure.erase_value(
            by=place.officer, place=place.partnership, value=f"Club {number}",
            reason="Asked for.",
        )  # fmt: skip

    results = together(
        in_turn(batch),
        lambda: [said(partial(decide, n)) for n in range(6)],
        lambda: [said(partial(give, n)) for n in (5, 4, 3, 2, 1, 0)],
        in_turn(partial(policy, 2), partial(policy, 3)),
        in_turn(partial(level, Level.TRUSTED), partial(level, Level.PROXY)),
        in_turn(area),
        in_turn(tasks.freshen, tasks.ask, tasks.retain, tasks.weigh_levels),
        lambda: [
            said(partial(erase, 5)),
            said(lambda: terms.retire_term(
                by=place.lead, term_id=chess.pk, replacement_id=bingo.pk
            )),
            said(lambda: replace_record(
                by=place.second_assurer, listing_id=made[3].pk,
                replaced_by_id=made[4].record_id, reason="The same.",
            )),
            said(lambda: split_listing(
                by=place.second_assurer, listing_id=made[2].pk, seen=1,
                name="Second club", goes={}, reason="Two groups.",
            )),
        ],
    )  # fmt: skip

    assert [r for r in results if not isinstance(r, list)] == []
    assert not Listing.objects.filter(remit=None, tied_remit_ids=[]).exists()
