"""Who publishes and hides, and who says whom we ask."""

from django.db.models import Q, QuerySet

from accounts.access import Person, is_person
from accounts.permissions import Permission
from directory.models import Organization
from workflow.access.assuring import in_remit_by
from workflow.access.granted import among, organization_ids, place_ids
from workflow.choices import Stage
from workflow.models import Listing


def contact_kept_by(user: Person) -> QuerySet[Listing]:
    """Listings for whose organization the person says whom to ask: its provider's
    editors, and the assurers in remit."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(pk__in=own_by(user).values("pk")) | Q(pk__in=in_remit_by(user).values("pk")),
        organization_id__isnull=False,
    )


def can_keep_contact(user: Person, listing: Listing) -> bool:
    return among(contact_kept_by(user), listing)


def publishable_by(user: Person) -> QuerySet[Listing]:
    """Listings that the person may publish."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(partnership__in=place_ids(user, Permission.PUBLISH))


def can_publish(user: Person, listing: Listing) -> bool:
    return among(publishable_by(user), listing)


def own_by(user: Person) -> QuerySet[Listing]:
    """Listings of the organizations whose listings the person edits."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS)
    )


def begun_by(user: Person) -> QuerySet[Listing]:
    """What the person began and nobody has assured yet: theirs to go on with."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        author_id=user.pk, assured_on=None, record__revision=None
    )


def edited_organizations(user: Person) -> QuerySet[Organization]:
    """Organizations whose listings the person edits, by name."""
    if not is_person(user):
        return Organization.objects.none()
    return Organization.objects.filter(
        pk__in=organization_ids(user, Permission.EDIT_LISTINGS)
    ).order_by("name", "pk")


def is_own(user: Person, listing: Listing) -> bool:
    return among(own_by(user), listing)


def hideable_by(user: Person) -> QuerySet[Listing]:
    """Public listings that the person may take away from the public."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(pk__in=own_by(user).values("pk"))
        | Q(pk__in=in_remit_by(user).values("pk"))
        | Q(pk__in=publishable_by(user).values("pk"))
    )


def can_hide(user: Person, listing: Listing) -> bool:
    return among(hideable_by(user), listing)


def restorable_by(user: Person) -> QuerySet[Listing]:
    """Hidden listings that the person may bring back: publisher or assurer."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(pk__in=in_remit_by(user).values("pk"))
        | Q(pk__in=publishable_by(user).values("pk")),
        stage=Stage.UNPUBLISHED,
    )


def can_restore(user: Person, listing: Listing) -> bool:
    return among(restorable_by(user), listing)
