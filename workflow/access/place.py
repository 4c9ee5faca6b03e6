"""Who may do what for a whole place."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Person, ids_with, is_person, partners_with
from accounts.models import Partner, PartnerGrant, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from directory.choices import Kind
from directory.models import Organization, OrganizationGrant
from workflow.access.granted import among, partner_ids, place_ids
from workflow.models import Listing, Record


def places_with(user: Person, permission: Permission) -> QuerySet[Partnership]:
    """Places on which the person holds a place-wide permission."""
    if not is_person(user):
        return Partnership.objects.none()
    return Partnership.objects.filter(pk__in=place_ids(user, permission))


def can_in_place(user: Person, permission: Permission, place: Partnership) -> bool:
    return among(places_with(user, permission), place)


def appointable_by(user: Person) -> QuerySet[Record]:
    """Organizations whose first editor the person may appoint: assurers at its home."""
    if not is_person(user):
        return Record.objects.none()
    return Record.objects.filter(
        kind=Kind.ORGANIZATION,
        revision__isnull=False,
        home__partners__in=partner_ids(user, Permission.ASSURE),
    ).distinct()


def can_appoint_first_editor(user: Person, record: Record) -> bool:
    return among(appointable_by(user), record)


def first_partner(user: Person) -> Partner | None:
    """The partner a person takes part for, where they take part for any."""
    if not is_person(user):
        return None
    return (
        Partner.objects.filter(
            Q(pk__in=partner_ids(user, Permission.SUGGEST))
            | Q(pk__in=partner_ids(user, Permission.READ_PARTNER_DATA))
        )
        .order_by("name")
        .first()
    )


def speaks_for(user: Person, partner: Partner) -> bool:
    """Whether the person takes part for this body, and may say so on a suggestion."""
    return partners_with(user, Permission.SUGGEST).filter(pk=partner.pk).exists()


def places_assured_by(user: Person) -> set[Any]:
    """The ids of the places in which the person assures for a partner."""
    if not is_person(user):
        return set()
    partners = Partner.objects.filter(pk__in=partner_ids(user, Permission.ASSURE))
    return set(partners.values_list("partnership_id", flat=True))


def has_editors(organization: Organization) -> bool:
    """Whether anybody keeps this organization's listings already."""
    return OrganizationGrant.objects.filter(
        content_object=organization, user__is_active=True
    ).exists()


def is_lapsed(listing: Listing, today: dt.date) -> bool:
    """Whether a listing has lapsed under its home's policy, on a day."""
    policy = listing.partnership.policy
    if listing.due_on is None:
        return False
    return today >= listing.due_on + dt.timedelta(days=policy.lapsed_days)


def holds_role(user: Person, role: Role, partner: Partner) -> bool:
    """Whether a person holds exactly this role for a partner."""
    if not is_person(user):
        return False
    return PartnerGrant.objects.filter(
        user_id=str(user.pk), content_object=partner, permission__codename=role.value
    ).exists()


def leads_of(place: Partnership) -> Iterator[User]:
    """The people who decide for a place whether much may be hidden: its leads."""
    for user in User.objects.filter(
        partnershipgrant__content_object=place, is_active=True
    ).distinct():
        if ids_with(user, Permission.DECIDE_HIDING, Partnership).filter(
            content_object_id=place.pk
        ):
            yield user
