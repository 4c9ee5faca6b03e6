"""Who publishes and hides, and who says whom we ask."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from directory.models import Organization
from workflow.access.authority import (
    Asker,
    Authority,
    among,
    authority_of,
    edited,
    in_remits,
)
from workflow.choices import Stage
from workflow.models import Listing


def contact_kept_by(user: Asker) -> QuerySet[Listing]:
    """Listings for whose organization the person says whom to ask: its provider's
    editors, and the assurers in remit."""
    me = authority_of(user)
    return Listing.objects.filter(
        edited(me) | in_remits(me), organization_id__isnull=False
    )


def can_keep_contact(user: Asker, listing: Listing) -> bool:
    return among(contact_kept_by, user, listing)


def _published(me: Authority) -> Q:
    return Q(partnership__in=me.places(Permission.PUBLISH))


def publishable_by(user: Asker) -> QuerySet[Listing]:
    """Listings that the person may publish."""
    return Listing.objects.filter(_published(authority_of(user)))


def can_publish(user: Asker, listing: Listing) -> bool:
    return among(publishable_by, user, listing)


def own_by(user: Asker) -> QuerySet[Listing]:
    """Listings of the organizations whose listings the person edits."""
    return Listing.objects.filter(edited(authority_of(user)))


def begun_by(user: Asker) -> QuerySet[Listing]:
    """What the person began and nobody has assured yet: theirs to go on with."""
    me = authority_of(user)
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(
        author_id=me.pk, assured_on=None, record__revision=None
    )


def edited_organizations(user: Asker) -> QuerySet[Organization]:
    """Organizations whose listings the person edits, by name."""
    mine = authority_of(user).organizations(Permission.EDIT_LISTINGS)
    return Organization.objects.filter(pk__in=mine).order_by("name", "pk")


def is_own(user: Asker, listing: Listing) -> bool:
    return among(own_by, user, listing)


def hideable_by(user: Asker) -> QuerySet[Listing]:
    """Public listings that the person may take away from the public."""
    me = authority_of(user)
    return Listing.objects.filter(edited(me) | in_remits(me) | _published(me))


def can_hide(user: Asker, listing: Listing) -> bool:
    return among(hideable_by, user, listing)


def restorable_by(user: Asker) -> QuerySet[Listing]:
    """Hidden listings that the person may bring back: publisher or assurer."""
    me = authority_of(user)
    return Listing.objects.filter(
        in_remits(me) | _published(me), stage=Stage.UNPUBLISHED
    )


def can_restore(user: Asker, listing: Listing) -> bool:
    return among(restorable_by, user, listing)
