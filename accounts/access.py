"""Who holds what. Every rule in Vouch ends in one of these questions.

The grants live in django-guardian's direct tables. They are asked by our own query,
because guardian's helpers let a superuser through and no rule here may.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models import QuerySet
from guardian.models import UserObjectPermissionBase
from guardian.utils import get_user_obj_perms_model

from accounts.models import Partner, Partnership, User
from accounts.permissions import Permission
from accounts.roles import ROLES, Role, Target, roles_with
from common import remembered
from common.models import as_uuid

Person = User | AnonymousUser


def is_person(user: Person) -> bool:
    """Whether this is a signed-in person whose account is open."""
    return bool(user.is_authenticated and user.is_active)


def grants_on(model: type[models.Model]) -> Any:
    """The manager of the table that holds the roles on objects of this model."""
    table: Any = get_user_obj_perms_model(model())
    return table.objects


# --- what one person holds ------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """The roles of one person when they were asked for: on which ids, by the role; and
    the place of each partner among them."""

    roles: dict[Role, frozenset[uuid.UUID | None]] = field(default_factory=dict)
    place_of: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)

    def ids(self, permission: Permission, target: Target) -> frozenset[Any]:
        """The ids of the things of a kind on which they hold a permission."""
        found: set[Any] = set()
        for role in roles_with(permission, target):
            found |= self.roles.get(Role(role), frozenset())
        return frozenset(found)

    def in_places(self) -> frozenset[Any]:
        """The ids of all places in which they hold anything."""
        there: set[Any] = set(self.place_of.values())
        for role, ids in self.roles.items():
            if ROLES[role].target == Target.PARTNERSHIP:
                there |= ids
        return frozenset(there)

    def places(self, partners: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
        """The ids of the places of these of their partners."""
        return frozenset(self.place_of[partner] for partner in partners)


def held_by(user: Person) -> Held:
    """What a person holds, in one query; remembered while a page is read."""
    if not is_person(user):
        return Held()
    return remembered.once(("held", user.pk), lambda: _fetch(user.pk))


def _fetch(user_id: Any) -> Held:
    roles: dict[Role, set[uuid.UUID | None]] = {}
    place_of: dict[uuid.UUID, uuid.UUID] = {}
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"user": user_id})
        for kind, code, key, place in cursor.fetchall():
            # Another code is one of Django's own permissions, or is held on a thing
            # on which that role means nothing.
            if code not in ROLES or ROLES[Role(code)].target != kind:
                continue
            roles.setdefault(Role(code), set()).add(key)
            if place:
                place_of[key] = place
    return Held({role: frozenset(ids) for role, ids in roles.items()}, place_of)


@cache
def _statement() -> str:
    """Every role of a person, from the table of each kind of thing they are held on.

    Only of an account that is open as the database says: it may be closed while its
    owner waits.
    """
    installation: Any = User.user_permissions.through
    parts = [_part(Target.INSTALLATION, installation, "NULL::uuid", "NULL::uuid")]
    for table in apps.get_models():
        fields = {one.name: one for one in table._meta.concrete_fields}
        if issubclass(table, UserObjectPermissionBase) and "content_object" in fields:
            of: Any = fields["content_object"].related_model
            key, place, join = "g.content_object_id", "NULL::uuid", ""
            if of is Partner:
                place, join = "p.partnership_id", _PARTNER
            parts.append(_part(Target(of._meta.model_name), table, key, place, join))
    return " UNION ALL ".join(parts)


_PARTNER = "JOIN accounts_partner p ON p.id = g.content_object_id"


def _part(
    target: Target, table: type[models.Model], key: str, place: str, join: str = ""
) -> str:
    return (
        f"SELECT '{target}', n.codename, {key}, {place}"  # noqa: S608
        f" FROM {table._meta.db_table} g {join}"
        " JOIN auth_permission n ON n.id = g.permission_id"
        " JOIN accounts_user u ON u.id = g.user_id"
        " WHERE u.id = %(user)s AND u.is_active"
    )


# --- the questions --------------------------------------------------------------------


def holds(user: Person, permission: Permission, obj: models.Model) -> bool:
    """Whether the person holds the permission on exactly this object."""
    return as_uuid(obj.pk) in ids_with(user, permission, obj._meta.model)


def ids_with(
    user: Person, permission: Permission, model: type[models.Model]
) -> frozenset[Any]:
    """The ids of the objects of a model on which the person holds the permission."""
    return held_by(user).ids(permission, Target(model._meta.model_name or ""))


def partners_of(place: Partnership) -> QuerySet[Partner]:
    """The bodies that take part in a place, by name: not those that have ended."""
    return Partner.objects.filter(partnership=place, ended_at=None).order_by("name")


def partners_with(user: Person, permission: Permission) -> QuerySet[Partner]:
    """The partners on which the person holds the permission."""
    return Partner.objects.filter(pk__in=ids_with(user, permission, Partner))


def is_administrator(user: Person) -> bool:
    """Whether the person sets up places, partners, people and jobs."""
    return bool(held_by(user).ids(Permission.ADMINISTER, Target.INSTALLATION))
