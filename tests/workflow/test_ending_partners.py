"""A body takes part no more: what has to end before, and that history names it."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.access import partners_of
from accounts.actions import give_role, invite, take_role, withdraw_invitation
from accounts.models import AuditEvent, Partner, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.freshness import full_date
from tests import world
from tests.workflow.deciding import text
from tests.workflow.leading import signed_in
from workflow.actions import contracts, harvesting, setting_up
from workflow.actions.contracts import Terms
from workflow.actions.ending_partners import end_partner, in_the_way, restart_partner
from workflow.models import HarvestRequest, OwnBody

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def administrator(place: world.Place) -> User:
    return world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)


@pytest.fixture
def client(administrator: User) -> Client:
    return signed_in(administrator)


@pytest.fixture
def fire(place: world.Place) -> Partner:
    """A body without work, people or records."""
    return Partner.objects.create(
        partnership=place.partnership, name="Fire service", kind="fire"
    )


def end(administrator: User, partner: Partner) -> Partner:
    return end_partner(by=administrator, partner_id=partner.pk, reason="They left.")


def terms_of(partner: Partner, **values: Any) -> Terms:
    return Terms(
        **{
            "commissioner_id": partner.pk, "reference": "FS-1", "review_months": 12,
            "starts_on": clock.today(), "ends_on": None, "organization_id": None,
            "listing_ids": (), "manager_id": None,
            "manager_mailbox": "contracts@fire.example", **values,
        }
    )  # fmt: skip


def refused(administrator: User, partner: Partner) -> str:
    """Why it cannot end now; and it does not."""
    with pytest.raises(InvalidInput) as error:
        end(administrator, partner)
    partner.refresh_from_db()
    assert partner.ended_at is None
    [sentence] = in_the_way(partner)
    assert error.value.errors == {"": sentence}
    return sentence


def test_partner_without_work_ends_with_a_reason(
    place: world.Place, fire: Partner, client: Client
) -> None:
    rows = client.get(reverse("workflow:partners")).context["rows"]
    [where] = [row[0]["url"] for row in rows if row[0]["text"] == "Fire service"]
    assert reverse("workflow:end-partner", args=[fire.pk]) in text(client.get(where))
    address = reverse("workflow:end-partner", args=[fire.pk])

    unsaid = client.post(address, {"reason": " "})
    answer = client.post(address, {"reason": "They left."}, follow=True)

    assert list(unsaid.context["form"].errors) == ["reason"]
    assert "Fire service takes part no more." in text(answer)
    event = AuditEvent.objects.get(verb="partner_ended")
    assert (event.object_id, event.reason) == (fire.pk, "They left.")
    assert event.partnership_id == place.partnership.pk
    states = {row[0]["text"]: row[-1]["text"] for row in answer.context["rows"]}
    assert states["Fire service"].startswith("Ended on ")
    assert {said for name, said in states.items() if name != "Fire service"} == {
        "Takes part"
    }
    day = full_date(clock.today())
    shown = text(client.get(where))
    assert f"It ended on {day} and takes no more part in Testham." in shown
    assert "Why it ended: “They left.”" in shown


def test_partner_ends_once(fire: Partner, administrator: User, client: Client) -> None:
    end(administrator, fire)

    with pytest.raises(InvalidState, match="Fire service ended on "):
        end(administrator, fire)
    again = client.post(
        reverse("workflow:end-partner", args=[fire.pk]), {"reason": "Again."}
    )
    assert again.status_code == 409


def test_only_an_administrator_ends_a_partner(
    place: world.Place, fire: Partner
) -> None:
    for who in (place.lead, place.assurer, place.officer):
        with pytest.raises(PermissionDenied):
            end(who, fire)
        page = signed_in(who).get(reverse("workflow:end-partner", args=[fire.pk]))
        assert page.status_code == 403


# --- what is in the way ---------------------------------------------------------------


def test_partner_with_areas_of_work_and_people_does_not_end(
    place: world.Place, administrator: User, client: Client
) -> None:
    listing = world.published(place)
    assert listing.remit
    address = reverse("workflow:end-partner", args=[place.council.pk])

    with pytest.raises(InvalidInput):
        end(administrator, place.council)
    first, second = in_the_way(place.council)
    shown = client.get(address)

    assert first == (
        f"It answers for {listing.remit}, with 1 record. The lead hands these areas of "
        "work over and ends them."
    )
    assert second.startswith("Roles are held for it by ")
    assert shown.context["in_the_way"] == [first, second]
    assert "End it</button>" not in text(shown)


def test_partner_with_a_person_ends_after_their_role(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    person = world.give(world.person("Flo"), Role.CONTRIBUTOR, fire)
    world.give(person, Role.READER, fire)

    assert refused(administrator, fire) == (
        "Roles are held for it by Flo. The lead ends them."
    )
    for role in (Role.CONTRIBUTOR, Role.READER):
        take_role(by=place.lead, user=person, role=role, on=fire)
    assert end(administrator, fire).ended_at


def test_partner_ends_after_an_open_invitation(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    invitation = invite(
        by=place.lead, email="flo@fire.example", role=Role.READER, on=fire,
        base_url="https://testham.example",
    )  # fmt: skip

    assert refused(administrator, fire) == (
        "1 invitation to a role for it can still be taken up. The lead takes that back."
    )
    withdraw_invitation(by=place.lead, invitation_id=invitation.pk)
    assert end(administrator, fire).ended_at


def test_partner_ends_after_its_contracts(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    body = world.organization_of(world.published(place))
    terms = terms_of(fire, organization_id=body.pk)
    contract = contracts.add_contract(
        by=place.lead, place=place.partnership, terms=terms
    )

    assert refused(administrator, fire) == (
        "It commissions under the contract FS-1. Whoever keeps it ends it, or says who "
        "commissions now."
    )
    with clock.at(clock.now() + dt.timedelta(days=1)):
        contract.ends_on = clock.today() - dt.timedelta(days=1)
        contract.save(update_fields=["ends_on"])
        assert in_the_way(fire) == []


def test_partner_ends_after_its_source_is_read(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    reading = HarvestRequest.objects.create(
        partner=fire, asked_by=place.lead, address="https://feed.example/"
    )

    assert refused(administrator, fire) == (
        "A source of it is being read. Wait until that is done."
    )
    reading.finished_at = clock.now()
    reading.save(update_fields=["finished_at"])
    assert end(administrator, fire).ended_at


# --- after it -------------------------------------------------------------------------


def test_ended_partner_is_offered_nowhere_new(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    lead = signed_in(place.lead)
    body = world.organization_of(world.published(place))
    offers = [
        reverse(f"workflow:{name}", args=args)
        for name, args in (
            ("people", []), ("remit-new", []), ("sources", []), ("add-contract", []),
            ("level", [body.pk]),
        )
    ]  # fmt: skip
    offered = [f'value="{fire.pk}"' in text(lead.get(url)) for url in offers]
    assert offered == [True] * len(offers)

    end(administrator, fire)

    offered = [f'value="{fire.pk}"' in text(lead.get(url)) for url in offers]
    assert offered == [False] * len(offers)
    assert fire not in partners_of(place.partnership)


def test_nothing_new_is_given_to_an_ended_partner(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    person, body = world.person("Flo"), world.organization_of(world.published(place))
    end(administrator, fire)
    told = "Fire service takes part no more."

    for late in (
        lambda: give_role(by=place.lead, user=person, role=Role.READER, on=fire),
        lambda: invite(
            by=place.lead, email="flo@fire.example", role=Role.READER, on=fire,
            base_url="https://testham.example",
        ),
        lambda: harvesting.begin_harvest(
            by=place.lead, partner=fire, address="https://feed.example/", name="",
            standard="",
        ),
        lambda: setting_up.link_own_body(
            by=place.lead, partner=fire, organization=body
        ),
    ):  # fmt: skip
        with pytest.raises(InvalidState) as error:
            late()
        assert error.value.sentence == told
    with pytest.raises(InvalidInput) as wrong:
        contracts.add_contract(
            by=place.lead, place=place.partnership,
            terms=terms_of(fire, organization_id=body.pk),
        )  # fmt: skip
    assert list(wrong.value.errors) == ["commissioner"]
    assert not OwnBody.objects.filter(partner=fire).exists()


def test_what_it_did_still_names_it(
    place: world.Place, fire: Partner, administrator: User
) -> None:
    person = world.give(world.person("Flo"), Role.CONTRIBUTOR, fire)
    take_role(by=place.lead, user=person, role=Role.CONTRIBUTOR, on=fire)

    end(administrator, fire)

    given = AuditEvent.objects.filter(verb="role_given").latest("id")
    assert (given.after or {})["on"] == "Fire service"
    with pytest.raises(InvalidInput) as error:
        setting_up.create_partner(
            by=administrator, place=place.partnership, name="Fire service", kind="fire",
            role_mailbox="",
        )  # fmt: skip
    assert error.value.errors == {
        "name": "Fire service took part in Testham before: let it take part again."
    }


def test_ended_partner_takes_part_again(
    place: world.Place, fire: Partner, administrator: User, client: Client
) -> None:
    end(administrator, fire)
    page = reverse("workflow:change-partner", args=[fire.pk])
    address = reverse("workflow:restart-partner", args=[fire.pk])
    shown = text(client.get(page))
    assert address in shown
    assert "takes no more part in Testham." in shown

    answer = client.post(address, follow=True)
    again = client.post(address, follow=True)

    assert "Fire service takes part again. Invite its people." in text(answer)
    assert "Fire service takes part already." in text(again)
    assert AuditEvent.objects.filter(verb="partner_restarted").count() == 1
    assert fire in partners_of(place.partnership)
    give_role(by=place.lead, user=world.person("Flo"), role=Role.READER, on=fire)
    with pytest.raises(InvalidState):
        restart_partner(by=administrator, partner_id=fire.pk)
