"""Who holds what. Every rule in Vouch ends in one of these questions.

The grants live in django-guardian's direct tables. They are asked by our own queries,
because guardian's helpers let a superuser through and no rule here may.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import QuerySet
from guardian.utils import get_user_obj_perms_model

from accounts.models import Partner, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Target, roles_with

Person = User | AnonymousUser


def is_person(user: Person) -> bool:
    """Whether this is a signed-in person whose account is open."""
    return bool(user.is_authenticated and user.is_active)


def grants_on(model: type[models.Model]) -> Any:
    """The manager of the table that holds the roles on objects of this model."""
    table: Any = get_user_obj_perms_model(model())
    return table.objects


def _granted(
    user: Person, permission: Permission, model: type[models.Model], target: Target
) -> QuerySet[Any]:
    grants = grants_on(model)
    if not is_person(user):
        return grants.none()
    # Open as the database says: an account may be closed while its owner waits.
    return grants.filter(
        user_id=user.pk,
        user__is_active=True,
        permission__codename__in=roles_with(permission, target),
    )


def holds(user: Person, permission: Permission, obj: models.Model) -> bool:
    """Whether the person holds the permission on exactly this object."""
    target = Target(obj._meta.model_name or "")
    granted = _granted(user, permission, obj._meta.model, target)
    return bool(granted.filter(content_object_id=obj.pk).exists())


def ids_with(
    user: Person, permission: Permission, model: type[models.Model]
) -> QuerySet[Any]:
    """The ids of the objects of a model on which the person holds the permission."""
    target = Target(model._meta.model_name or "")
    return _granted(user, permission, model, target).values("content_object_id")


def partners_with(user: Person, permission: Permission) -> QuerySet[Partner]:
    """The partners on which the person holds the permission."""
    return Partner.objects.filter(pk__in=ids_with(user, permission, Partner))


def partnerships_with(user: Person, permission: Permission) -> QuerySet[Partnership]:
    """The places on which the person holds the permission, directly or by a partner."""
    return Partnership.objects.filter(
        models.Q(pk__in=ids_with(user, permission, Partnership))
        | models.Q(partners__in=ids_with(user, permission, Partner))
    ).distinct()


def holds_in(user: Person, permission: Permission, place_id: Any) -> bool:
    """Whether the person holds the permission in a place (on it or a partner of it)."""
    return partnerships_with(user, permission).filter(pk=place_id).exists()


def is_administrator(user: Person) -> bool:
    """Whether the person sets up places, partners, people and jobs."""
    roles = roles_with(Permission.ADMINISTER, Target.INSTALLATION)
    return is_person(user) and bool(
        User.objects.filter(
            pk=str(user.pk), is_active=True, user_permissions__codename__in=roles
        ).exists()
    )
