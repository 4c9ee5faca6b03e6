"""A record moves to another place while somebody else works on it."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.border_scene import Border, make_border
from tests.workflow.test_homes import as_town
from tests.workflow.threads import together, while_holding
from tests.workflow.town import ACCEPT, decide, now, suggest
from workflow.actions import contracts, erasure, listings, offering, periodic
from workflow.choices import Hidden, OfferState, Stage
from workflow.models import Contract, HomeOffer, Listing, Proposal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def border() -> Border:
    return make_border()


def kinds(*results: Any) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_leads_accept_at_once_and_it_moves_once(border: Border) -> None:
    second = world.give(world.person("Lou Lead"), Role.LEAD, border.other.partnership)
    offer, seen = border.offer(), border.seen()

    results = together(
        lambda: border.accept(offer, seen=seen),
        lambda: border.accept(offer, second, seen),
    )

    assert kinds(*results) == ["HomeOffer", "InvalidState"]
    assert border.fresh.partnership == border.other.partnership
    assert AuditEvent.objects.filter(verb="listing_moved_home").count() == 1


@pytest.mark.parametrize("accepts_first", [True, False])
def test_accepted_and_taken_back_at_once_is_one_of_them(
    border: Border, accepts_first: bool
) -> None:
    offer, seen = border.offer(), border.seen()
    both = [
        lambda: border.accept(offer, seen=seen),
        lambda: offering.withdraw_home(by=border.home.lead, offer_id=offer.pk),
    ]

    results = while_holding(*(both if accepts_first else both[::-1]))

    assert kinds(*results) == ["HomeOffer", "InvalidState"]
    offer.refresh_from_db()
    moved = border.fresh.partnership == border.other.partnership
    assert (offer.state == OfferState.ACCEPTED, moved) == (accepts_first,) * 2


def test_decision_that_comes_first_is_looked_at_before_it_moves(
    border: Border,
) -> None:
    offer, seen = border.offer(), border.seen()
    town = as_town(border)
    said = suggest(town, {"fees": "£2"})

    _, late = while_holding(
        lambda: decide(town, said, choices={"fees": ACCEPT}),
        lambda: border.accept(offer, seen=seen),
    )

    assert isinstance(late, InvalidState)
    assert border.fresh.partnership == border.home.partnership


def test_decision_that_comes_after_is_not_the_old_places_any_more(
    border: Border,
) -> None:
    offer, seen = border.offer(), border.seen()
    town = as_town(border)
    said = suggest(town, {"fees": "£2"})

    _, late = while_holding(
        lambda: border.accept(offer, seen=seen),
        lambda: decide(town, said, choices={"fees": ACCEPT}),
    )

    assert isinstance(late, (PermissionDenied, InvalidState))
    assert "fees" not in now(border.listing.record)
    assert Proposal.objects.get(pk=said.pk).partnership == border.other.partnership


def test_suggestion_made_meanwhile_goes_along(border: Border) -> None:
    offer, seen = border.offer(), border.seen()
    town = as_town(border)

    _, said = while_holding(
        lambda: border.accept(offer, seen=seen), lambda: suggest(town, {"fees": "£2"})
    )

    assert said.partnership == border.other.partnership


@pytest.mark.parametrize("moves_first", [True, False])
@pytest.mark.parametrize("how", ["lapses", "hidden"])
def test_moving_meets_what_takes_it_from_the_public(
    border: Border, how: str, moves_first: bool
) -> None:
    today = clock.today()
    Listing.objects.filter(pk=border.listing.pk).update(
        assured_on=today - dt.timedelta(days=150),
        due_on=today - dt.timedelta(days=60),
    )
    offer, seen = border.offer(), border.seen()

    def lapse() -> Any:
        with transaction.atomic():
            return periodic._hide(border.home.policy, [border.listing.pk], today)

    def hide() -> Any:
        return listings.hide_listing(
            by=border.home.assurer, listing_id=border.listing.pk,
            because=Hidden.WITHDRAWN, reason="They asked.",
        )  # fmt: skip

    both = [lambda: border.accept(offer, seen=seen), lapse if how == "lapses" else hide]
    results = while_holding(*(both if moves_first else both[::-1]))

    found = border.fresh
    assert ("InvalidState" in kinds(*results)) is not moves_first
    assert (found.partnership == border.other.partnership) == moves_first
    assert (found.stage == Stage.PUBLISHED) == moves_first


def test_contract_made_meanwhile_holds_it_or_does_not_name_it(border: Border) -> None:
    offer, seen = border.offer(), border.seen()
    terms = contracts.Terms(
        commissioner_id=border.home.health.pk, reference="H 1", review_months=6,
        starts_on=clock.today(), listing_ids=(border.listing.pk,),
        manager_mailbox="contracts@nearham.example",
    )  # fmt: skip

    _, late = while_holding(
        lambda: border.accept(offer, seen=seen),
        lambda: contracts.add_contract(
            by=border.home.lead, place=border.home.partnership, terms=terms
        ),
    )

    assert isinstance(late, InvalidInput)
    assert Contract.objects.count() == 0


def test_erased_while_it_moves_it_is_gone_at_both_places(border: Border) -> None:
    name = "Zebedee Quillfeather"
    border.listing = world.published(border.home, fees=f"Ask {name}")
    offer, seen = border.offer(reason=f"{name} lives with you."), border.seen()

    def erase() -> Any:
        return erasure.erase_value(
            by=border.home.officer, place=border.home.partnership, value=name,
            reason="He asked.",
        )  # fmt: skip

    together(lambda: border.accept(offer, seen=seen), erase)
    erase_there = erasure.erase_value(
        by=border.other.officer, place=border.other.partnership, value=name,
        reason="He asked.",
    )  # fmt: skip

    assert erase_there is not None
    assert name not in str(now(border.listing.record))
    assert name not in HomeOffer.objects.get().reason
