"""Roles given and taken, invitations, accounts: each rule, and its audit row."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import access, actions
from accounts.models import AuditEvent, Invitation, Message, User
from accounts.permissions import Permission
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.threads import together

pytestmark = pytest.mark.django_db
NEW = "a kettle on the stove"
BASE = "https://vouch.example/"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def administrator() -> User:
    return world.give(world.person("Ada Admin"), Role.ADMINISTRATOR, None)


def events(verb: str) -> list[dict[str, Any]]:
    """What was written down under a verb."""
    names = ("actor_label", "object_label", "before", "after", "reason")
    rows = AuditEvent.objects.filter(verb=verb).order_by("pk")
    return list(rows.values(*names))


# --- roles ----------------------------------------------------------------------------


def test_role_is_given_and_written_down_once(place: world.Place) -> None:
    newcomer = world.person("Nia New")
    before = len(events("role_given"))

    for _ in range(2):
        actions.give_role(
            by=place.lead, user=newcomer, role=Role.ASSURER, on=place.health,
            reason="From May.",
        )  # fmt: skip

    assert access.holds(newcomer, Permission.ASSURE, place.health)
    assert events("role_given")[before:] == [{
        "actor_label": str(place.lead), "object_label": str(newcomer), "before": None,
        "after": {"role": "assurer", "on": "Testham Health",
                  "on_id": str(place.health.pk)},
        "reason": "From May.",
    }]  # fmt: skip


def test_role_is_taken_and_written_down(place: world.Place) -> None:
    actions.take_role(
        by=place.lead, user=place.assurer, role=Role.ASSURER, on=place.council,
        reason="Left.",
    )  # fmt: skip

    assert not access.holds(place.assurer, Permission.ASSURE, place.council)
    assert events("role_taken") == [{
        "actor_label": str(place.lead), "object_label": str(place.assurer),
        "before": {"role": "assurer", "on": "Testham Council",
                   "on_id": str(place.council.pk)},
        "after": None, "reason": "Left.",
    }]  # fmt: skip


def test_role_that_is_not_held_cannot_be_taken(place: world.Place) -> None:
    with pytest.raises(InvalidState) as refused:
        actions.take_role(
            by=place.lead, user=place.reader, role=Role.ASSURER, on=place.health
        )

    assert refused.value.sentence == f"{place.reader} does not hold this role any more."
    assert events("role_taken") == []


@pytest.mark.parametrize(
    ("role", "on"),
    [
        (Role.PUBLISHER, lambda place: place.partnership),
        (Role.ASSURER, lambda place: place.council),
        (Role.LEAD, lambda place: place.partnership),
        (Role.ADMINISTRATOR, lambda place: None),
    ],
)
def test_nobody_appoints_themselves(
    place: world.Place, administrator: User, role: Role, on: Callable[[Any], Any]
) -> None:
    for who in (place.lead, administrator):
        with pytest.raises(PermissionDenied):
            actions.give_role(by=who, user=who, role=role, on=on(place))
        with pytest.raises(PermissionDenied):
            actions.invite(
                by=who, email=f" {who.email.upper()} ", role=role, on=on(place),
                base_url=BASE,
            )  # fmt: skip


def test_closed_account_gets_no_role(place: world.Place) -> None:
    closed = world.person("Clo Sed", is_active=False)

    with pytest.raises(InvalidState):
        actions.give_role(
            by=place.lead, user=closed, role=Role.READER, on=place.council
        )


def test_role_on_another_kind_of_thing_is_refused(place: world.Place) -> None:
    with pytest.raises(InvalidInput), transaction.atomic():
        actions.write_grant(
            user=place.reader, role=Role.ASSURER, on=place.partnership, by="a test"
        )


def test_last_administrator_stays(administrator: User) -> None:
    with pytest.raises(InvalidState) as refused:
        actions.take_role(
            by=administrator, user=administrator, role=Role.ADMINISTRATOR, on=None
        )

    assert refused.value.sentence == (
        f"{administrator} is the last administrator. Appoint another one first."
    )
    second = world.person("Bea Admin")
    actions.give_role(by=administrator, user=second, role=Role.ADMINISTRATOR, on=None)
    actions.take_role(
        by=administrator, user=administrator, role=Role.ADMINISTRATOR, on=None
    )
    assert [access.is_administrator(u) for u in (administrator, second)] == [
        False, True,
    ]  # fmt: skip


# --- invitations ----------------------------------------------------------------------


def invite(place: world.Place, email: str = "new@wexcombe.example") -> str:
    """The key that the mail of an invitation holds."""
    actions.invite(
        by=place.lead, email=email, role=Role.READER, on=place.council, base_url=BASE
    )
    text = Message.objects.latest("created_at").text
    return text.split("/invitations/")[1].split("/")[0]


def accept(token: str, place: world.Place, **more: Any) -> User:
    typed = {"name": "Nia New", "password": NEW, **more}
    return actions.accept_invitation(token=token, target=place.council, **typed)


@pytest.mark.django_db(transaction=True)
def test_two_invitations_taken_up_at_once_make_one_account() -> None:
    place = world.make_place()
    tokens = [invite(place)]
    actions.invite(
        by=place.lead, email="new@wexcombe.example", role=Role.ASSURER,
        on=place.council, base_url=BASE,
    )  # fmt: skip
    text = Message.objects.latest("created_at").text
    tokens.append(text.split("/invitations/")[1].split("/")[0])

    users = together(*[partial(accept, token, place) for token in tokens])

    assert users == [User.objects.get(email="new@wexcombe.example")] * 2
    assert Invitation.objects.filter(accepted_at=None).count() == 0


def test_invitation_keeps_no_key(place: world.Place) -> None:
    token = invite(place)

    row = Invitation.objects.get()
    assert token not in {str(value) for value in vars(row).values()}
    assert len(row.token_hash) == 64
    assert Message.objects.get(about_id=row.pk).forget_when_sent


def test_accepted_invitation_makes_an_account_with_the_role(place: world.Place) -> None:
    user = accept(invite(place), place)

    assert (user.email, user.name) == ("new@wexcombe.example", "Nia New")
    assert user.check_password(NEW)
    assert access.holds(user, Permission.READ_PARTNER_DATA, place.council)
    assert events("role_given")[-1]["reason"] == "accepted an invitation"


def test_invitation_never_changes_an_account_there_is(place: world.Place) -> None:
    user = accept(invite(place, place.volunteer.email), place, name="Somebody Else")

    assert user == place.volunteer
    user.refresh_from_db()
    assert (user.name, user.check_password(NEW)) == (place.volunteer.name, False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place, token: clock.now() + dt.timedelta(days=14),
        lambda place, token: accept(token, place),
    ],
    ids=["too late", "used"],
)
def test_invitation_that_has_gone_is_refused(
    place: world.Place, spoil: Callable[[world.Place, str], Any]
) -> None:
    token = invite(place)
    moment = spoil(place, token)

    with (
        clock.at(moment if isinstance(moment, dt.datetime) else clock.now()),
        pytest.raises(InvalidState),
    ):
        accept(token, place)
    assert User.objects.filter(email="new@wexcombe.example").count() in (0, 1)


def test_invitation_gives_its_role_on_nothing_else(place: world.Place) -> None:
    token = invite(place)

    with pytest.raises(InvalidState):
        actions.accept_invitation(
            token=token, target=place.health, name="Nia New", password=NEW
        )


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"name": " "}, {"name"}),
        ({"password": "short"}, {"password"}),
        ({"password": "correcthorse", "name": ""}, {"name"}),
        ({"password": "1234567890123"}, {"password"}),
    ],
)
def test_new_account_says_what_is_wrong_beside_it(
    place: world.Place, typed: dict[str, str], errors: set[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        accept(invite(place), place, **typed)

    assert set(refused.value.errors) == errors
    assert not User.objects.filter(email="new@wexcombe.example").exists()


# --- closing an account ---------------------------------------------------------------


def test_account_is_closed_with_a_reason(
    place: world.Place, administrator: User
) -> None:
    actions.close_account(by=administrator, user=place.lead, reason="Left.")

    place.lead.refresh_from_db()
    assert not place.lead.is_active
    assert events("account_closed") == [{
        "actor_label": str(administrator), "object_label": str(place.lead),
        "before": None, "after": None, "reason": "Left.",
    }]  # fmt: skip


def test_closing_needs_a_reason_and_an_open_account(
    place: world.Place, administrator: User
) -> None:
    with pytest.raises(InvalidInput):
        actions.close_account(by=administrator, user=place.lead, reason=" ")
    actions.close_account(by=administrator, user=place.lead, reason="Left.")
    with pytest.raises(InvalidState):
        actions.close_account(by=administrator, user=place.lead, reason="Left.")

    assert len(events("account_closed")) == 1


def test_invitation_of_a_thing_that_went_is_refused(place: world.Place) -> None:
    invite(place)
    Invitation.objects.update(target_id=uuid.uuid4())

    with pytest.raises(InvalidState) as refused:
        actions.target_of(Invitation.objects.get())

    assert refused.value.sentence == "Testham Council is not here any more."
