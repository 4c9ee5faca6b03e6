"""A body ends while somebody gives it work: it never ends with work in hand."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actions import give_role, invite
from accounts.models import Partner, User
from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.threads import while_holding
from workflow.actions import contracts
from workflow.actions.asking import ask_for_harvest
from workflow.actions.contracts import Terms
from workflow.actions.ending_partners import end_partner, in_the_way
from workflow.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[world.Place, Partner, Listing, User], Any]


def role(place: world.Place, fire: Partner, listing: Listing, flo: User) -> None:
    give_role(by=place.lead, user=flo, role=Role.READER, on=fire)


def invitation(place: world.Place, fire: Partner, listing: Listing, flo: User) -> None:
    invite(
        by=place.lead, email="new@fire.example", role=Role.READER, on=fire,
        base_url="https://testham.example",
    )  # fmt: skip


def contract(place: world.Place, fire: Partner, listing: Listing, flo: User) -> None:
    contracts.add_contract(
        by=place.lead, place=place.partnership,
        terms=Terms(
            commissioner_id=fire.pk, reference="FS-1", review_months=12,
            starts_on=clock.today(), listing_ids=(listing.pk,),
            manager_mailbox="contracts@fire.example",
        ),
    )  # fmt: skip


def reading(place: world.Place, fire: Partner, listing: Listing, flo: User) -> None:
    ask_for_harvest(by=place.lead, partner=fire, address="https://feed.example/")


@pytest.mark.parametrize("ends_first", [True, False])
@pytest.mark.parametrize("act", [role, invitation, contract, reading])
def test_partner_ends_or_is_given_work_and_never_both(
    act: Act, ends_first: bool
) -> None:
    place = world.make_place()
    listing = world.published(place)
    fire = Partner.objects.create(
        partnership=place.partnership, name="Fire service", kind="fire"
    )
    flo = world.person("Flo")
    ada = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)

    def end() -> None:
        end_partner(by=ada, partner_id=fire.pk, reason="They left.")

    def give() -> None:
        act(place, fire, listing, flo)

    _, late = while_holding(end, give) if ends_first else while_holding(give, end)

    fire.refresh_from_db()
    assert late is not None, "whoever comes late is refused"
    assert bool(fire.ended_at) is ends_first
    assert bool(in_the_way(fire)) is not ends_first
