"""A feed that still has what was erased does not bring it back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import asked, listing_of, open_proposal
from tests.workflow.test_erasure import everything
from workflow import erased, queries
from workflow.actions.erasure import erase_value
from workflow.choices import ProposalKind, ProposalState
from workflow.importing import harvesting
from workflow.importing.harvesting import Summary
from workflow.models import HarvestProblem, Listing

pytestmark = pytest.mark.django_db

Run = Callable[..., Summary]
NAME = "Zebedee Quillfeather"
NUMBER = "01632 960987"


def personal(**more: Any) -> dict[str, Any]:
    return feeds.service(
        description=f"Ask for {NAME}.",
        phones=[{"id": feeds.PHONE, "number": NUMBER}],
        **more,
    )


def erase(place: world.Place) -> str:
    for value in (NAME, NUMBER):
        erase_value(
            by=place.officer, place=place.partnership, value=value, reason="They asked."
        )
    known = erased.memory()
    assert known is not None
    return erased.not_taken(known.known.values())


def left() -> list[str]:
    return [c for c, said in everything() if "Quillf" in said or "960987" in said]


def problems() -> list[tuple[str, str, str]]:
    rows = HarvestProblem.objects.order_by("field")
    return [(p.field, p.value, p.sentence) for p in rows if "Erased" in p.sentence]


def test_a_draft_stays_without_it(run: Run, place: world.Place) -> None:
    run(personal())
    said = erase(place)

    summary = run(personal())

    assert left() == []
    assert problems() == [("description", "", said), ("phones", "", said)]
    assert said.startswith("Erased on ")
    assert said.endswith(" for Testham (“They asked.”); not taken.")
    assert summary.problem_counts["value that was erased"] == 2
    draft = listing_of().draft
    assert draft is not None
    assert draft["service"]["description"] == "Ask for [erased]."
    assert "phones" not in draft["service"]


def test_an_assured_service_is_asked_for_nothing(
    run: Run, place: world.Place, assured: Listing
) -> None:
    run(personal(), feeds.repairs())
    proposal = open_proposal(assured)
    assert len(asked(proposal)) == 2
    erase(place)

    run(personal(), feeds.repairs())

    assert left() == []
    open_ones = assured.proposals.filter(
        kind=ProposalKind.EDIT, state=ProposalState.OPEN
    )
    values = [value for one in open_ones for value in asked(one).values()]
    assert [v for v in values if "Zebedee" in str(v) or "987" in str(v)] == []
    assert "Zebedee" not in str(queries.current(listing_of().record))


def test_what_is_erased_while_a_run_goes_on_waits_for_the_next(
    run: Run, place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(personal())
    erase(place)

    with monkeypatch.context() as read_before:
        read_before.setattr(
            harvesting._Run, "_without_erased", lambda _, __, item: item
        )
        summary = run(personal(name="Knit and chat"))
    assert summary.counts == {"read": 1, "failed": 1}
    assert left() == []

    assert run(personal(name="Knit and chat")).counts == {"read": 1, "changed": 1}
    assert left() == []
