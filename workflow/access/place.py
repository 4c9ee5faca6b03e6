"""Who may do what for a whole place."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.access import Person, is_person
from accounts.models import Partner, PartnerGrant, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common.models import as_uuid
from directory.choices import Kind
from directory.models import Organization, OrganizationGrant
from workflow.access.authority import Asker, Authority, among, authority_of, rule
from workflow.models import Listing, Record


def places_with(user: Asker, permission: Permission) -> QuerySet[Partnership]:
    """Places on which the person holds a place-wide permission."""
    return Partnership.objects.filter(pk__in=authority_of(user).places(permission))


def can_in_place(user: Asker, permission: Permission, place: Partnership) -> bool:
    return as_uuid(place.pk) in authority_of(user).places(permission)


@rule
def appointable_by(me: Authority) -> QuerySet[Record]:
    """Organizations whose first editor the person may appoint: assurers at its home."""
    return Record.objects.filter(
        kind=Kind.ORGANIZATION,
        revision__isnull=False,
        home__in=me.partners_places(Permission.ASSURE),
    )


def can_appoint_first_editor(user: Asker, record: Record) -> bool:
    return among(appointable_by, user, record)


def first_partner(user: Asker) -> Partner | None:
    """The partner a person takes part for, where they take part for any."""
    me = authority_of(user)
    theirs = me.partners(Permission.SUGGEST) | me.partners(Permission.READ_PARTNER_DATA)
    return Partner.objects.filter(pk__in=theirs).order_by("name").first()


def speaks_for(user: Asker, partner: Partner) -> bool:
    """Whether the person takes part for this body, and may say so on a suggestion."""
    return as_uuid(partner.pk) in authority_of(user).partners(Permission.SUGGEST)


def places_assured_by(user: Asker) -> frozenset[Any]:
    """The ids of the places in which the person assures for a partner."""
    return authority_of(user).partners_places(Permission.ASSURE)


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
        if can_in_place(user, Permission.DECIDE_HIDING, place):
            yield user
