"""Who holds what: on exactly this thing, by an open account, by no other power."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import access
from accounts.models import Partner, Partnership, User
from accounts.permissions import Permission
from accounts.roles import ROLES, Role, Target, grants_for, roles_with
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def close(user: User) -> User:
    user.is_active = False
    user.save()
    return user


def test_role_opens_what_it_says_and_nothing_more(place: world.Place) -> None:
    found = {p for p in Permission if access.holds(place.lead, p, place.partnership)}

    assert found == ROLES[Role.LEAD].permissions


def test_thing_is_known_by_its_id_as_text_too(place: world.Place) -> None:
    """As an object has it that was made with a fixed id and not read again."""
    here = Partnership(pk=str(place.partnership.pk))

    assert access.holds(place.lead, Permission.SET_POLICY, here)


def test_role_holds_on_its_own_thing_alone(place: world.Place) -> None:
    other = world.make_place("Otherham")

    assert access.holds(place.assurer, Permission.ASSURE, place.council)
    assert not access.holds(place.assurer, Permission.ASSURE, place.health)
    assert not access.holds(place.assurer, Permission.ASSURE, other.council)
    assert not access.holds(place.assurer, Permission.ASSURE, place.partnership)


def test_superuser_without_roles_holds_nothing(place: world.Place) -> None:
    root = world.person("Root", is_superuser=True)

    for permission in Permission:
        assert not access.holds(root, permission, place.partnership)
        assert not access.holds(root, permission, place.council)
        assert list(access.partners_with(root, permission)) == []
    assert not access.is_administrator(root)


def test_closed_account_holds_nothing(place: world.Place) -> None:
    close(place.lead)
    administrator = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)
    assert access.is_administrator(administrator)
    close(administrator)

    assert not access.holds(place.lead, Permission.SET_POLICY, place.partnership)
    assert not access.is_administrator(administrator)


@pytest.mark.parametrize("ask", [access.is_person, access.is_administrator])
def test_stranger_is_nobody(ask: Any) -> None:
    assert not ask(AnonymousUser())


def test_stranger_holds_nothing(place: world.Place) -> None:
    nobody = AnonymousUser()

    assert not access.holds(nobody, Permission.SUGGEST, place.partnership)
    assert list(access.ids_with(nobody, Permission.SUGGEST, Partnership)) == []


def test_partners_come_with_their_places(place: world.Place) -> None:
    world.make_place("Otherham")
    reader, volunteer = place.reader, place.volunteer

    held = access.held_by(reader)
    assert held.places([place.health.pk]) == {place.partnership.pk}
    assert list(access.partners_with(reader, Permission.READ_PARTNER_DATA)) == [
        place.health
    ]
    assert list(access.partners_with(volunteer, Permission.SUGGEST)) == []


def test_predicate_and_queryset_agree_for_everybody(place: world.Place) -> None:
    things = {
        Partner: Partner.objects.all(), Partnership: Partnership.objects.all()
    }  # fmt: skip
    for person in User.objects.all():
        for permission in (Permission.SUGGEST, Permission.READ_PARTNER_DATA):
            for model, those in things.items():
                ids = access.ids_with(person, permission, model)
                held = [one for one in those if access.holds(person, permission, one)]
                assert list(those.filter(pk__in=ids)) == held


# --- the list of roles ----------------------------------------------------------------


def test_every_permission_is_in_some_role() -> None:
    assert {p for spec in ROLES.values() for p in spec.permissions} == set(Permission)


def test_administrator_has_no_power_over_content() -> None:
    assert ROLES[Role.ADMINISTRATOR].permissions == {Permission.ADMINISTER}
    assert roles_with(Permission.ADMINISTER, Target.INSTALLATION) == ["administrator"]


@pytest.mark.parametrize("target", Target)
def test_roles_are_declared_on_the_model_they_are_held_on(target: Target) -> None:
    assert {name for name, _ in grants_for(target)} == {
        role for role, spec in ROLES.items() if spec.target == target
    }
