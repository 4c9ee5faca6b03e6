"""What a role gives, as ids; the ground of the other modules of this package."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from accounts.access import Person, ids_with
from accounts.models import Partner, Partnership
from accounts.permissions import Permission
from directory.choices import Visibility
from directory.models import Organization
from workflow.choices import Hidden, Stage

M = TypeVar("M", bound=Model)
INTERNAL = Q(record__visibility=Visibility.INTERNAL)
OPEN_TO_ALL = Q(stage=Stage.PUBLISHED, record__visibility=Visibility.OPEN)
WITHHELD = Q(hidden_because__contains=[Hidden.PERSONAL_DATA])
"""Taken away because of personal data: only for those who put it right."""


def among(objects: QuerySet[M], obj: M) -> bool:
    return objects.filter(pk=obj.pk).exists()


def place_ids(user: Person, permission: Permission) -> QuerySet[Any]:
    return ids_with(user, permission, Partnership)


def partner_ids(user: Person, permission: Permission) -> QuerySet[Any]:
    return ids_with(user, permission, Partner)


def organization_ids(user: Person, permission: Permission) -> QuerySet[Any]:
    return ids_with(user, permission, Organization)


def reader_places(user: Person) -> Q:
    """Listings that the person reads as a worker of their place's partners."""
    here = Q(partnership__in=place_ids(user, Permission.READ_PARTNER_DATA))
    return (here | of_partners(user, Permission.READ_PARTNER_DATA)) & ~INTERNAL


def of_partners(user: Person, permission: Permission) -> Q:
    """Listings of the places of the partners on which the person holds it."""
    partners = Partner.objects.filter(pk__in=partner_ids(user, permission))
    return Q(partnership__in=partners.values("partnership"))


def puts_right(user: Person) -> Q:
    """Listings of places whose lead, publisher or data protection officer it is."""
    wanted = (Permission.SET_POLICY, Permission.PUBLISH, Permission.ERASE)
    where = Q(pk__in=[])
    for permission in wanted:
        where |= Q(partnership__in=place_ids(user, permission))
    return where
