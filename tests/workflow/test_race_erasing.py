"""An erasure meets what writes words without locking a record, and who changes what
follows from a level: nothing survives it, and nobody waits in a ring."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Message
from common.errors import InvalidInput
from directory.models import TaxonomyTerm
from tests import world
from tests.workflow import threads
from tests.workflow.asking_scene import MONDAY, at, due, monitored, run
from tests.workflow.deciding import edit
from workflow.actions import asking_by_hand, decisions, erasure, proposals, terms
from workflow.actions import place as places
from workflow.choices import Channel, Level, ProposalState
from workflow.models import AssuranceLevel, Listing, PeriodRule

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "01632 960777"
SOON = MONDAY + dt.timedelta(days=15)


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    settings.PUBLIC_URL = "https://vouch.testham.example"
    return made


def erase(place: world.Place) -> int:
    return erasure.erase_value(
        by=place.officer, place=place.partnership, value=NUMBER, reason="Asked for."
    )


def level(place: world.Place, listing: Listing, to: Level, reason: str) -> Any:
    return places.set_level(
        by=place.lead, place=place.partnership, level=to, reason=reason,
        organization=world.organization_of(listing),
    )  # fmt: skip


def holding(number: str) -> list[str]:
    """The kinds of mails in which a number stands."""
    return [m.kind for m in Message.objects.all() if number in m.text + m.html]


def test_mail_that_asks_is_written_before_an_erasure_or_without_the_value(
    place: world.Place,
) -> None:
    due(place, SOON, name=f"Ring {NUMBER} club")

    job, rows = threads.while_holding(lambda: run(MONDAY), lambda: erase(place))

    assert (job.done, isinstance(rows, int)) == (1, True)
    assert (Message.objects.filter(kind="ask").count(), holding(NUMBER)) == (1, [])


def test_mail_that_asks_by_hand_too(place: world.Place) -> None:
    listing = due(place, SOON, name=f"Ring {NUMBER} club")
    with at(MONDAY):
        ask = asking_by_hand.ask_by_hand(
            by=place.assurer, listing_id=listing.pk, channel=Channel.MAIL
        )

    def anew() -> Any:
        with at(MONDAY + dt.timedelta(days=2)):
            return asking_by_hand.send_new_link(ask=ask)

    threads.while_holding(anew, lambda: erase(place))

    assert (Message.objects.filter(kind="ask").count(), holding(NUMBER)) == (2, [])


def test_term_is_not_named_by_what_is_being_erased(place: world.Place) -> None:
    listing = world.published(place, fees=f"Ring {NUMBER}")
    term = world.term("Chess", of=place.partnership)

    def rename() -> Any:
        return terms.rename_term(
            by=place.lead, term_id=term.pk, was=terms.term_as_read(term),
            name=f"Chess {NUMBER}",
        )  # fmt: skip

    _, renamed = threads.while_holding(lambda: erase(place), rename)

    assert isinstance(renamed, InvalidInput)
    assert TaxonomyTerm.objects.get(pk=term.pk).name == "Chess"
    assert world.fresh(listing).pk == listing.pk


def test_level_that_is_set_waits_in_no_ring_with_an_erasure(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = monitored(place, world.published(place, fees=f"Ring {NUMBER}"))
    AssuranceLevel.objects.update(reason=f"They said so at {NUMBER}.")
    PeriodRule.objects.create(policy=place.policy, level=Level.TRUSTED, months=2)

    results = threads.meeting(
        lambda: level(place, listing, Level.TRUSTED, f"So {NUMBER} said."),
        lambda: erase(place), monkeypatch, places, "redate",
    )  # fmt: skip

    assert [type(r).__name__ for r in results] == ["AssuranceLevel", "int"]
    assert NUMBER not in AssuranceLevel.objects.get().reason


def test_level_that_is_lowered_waits_in_no_ring_with_what_its_people_decide(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    world.trust(place, listing)
    PeriodRule.objects.create(policy=place.policy, level=Level.PROXY, months=2)
    proposal = edit(place, listing, fees="Free")
    proposals.start_deciding(by=editor, proposal_id=proposal.pk)

    results = threads.meeting(
        lambda: level(place, listing, Level.PROXY, "They asked us to."),
        lambda: decisions.decide(
            by=editor, proposal_id=proposal.pk, choices=world.accept_all(proposal)
        ),
        monkeypatch, places, "redate",
    )  # fmt: skip

    names = [type(r).__name__ for r in results]
    proposal.refresh_from_db()
    assert names == ["AssuranceLevel", "PermissionDenied"]
    assert (proposal.state, proposal.claimed_by) == (ProposalState.OPEN, None)
