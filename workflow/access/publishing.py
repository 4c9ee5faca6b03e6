"""Who publishes and hides, and who says whom we ask."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from directory.models import Organization
from workflow.access.authority import Asker, Authority, among, edited, in_remits, rule
from workflow.choices import Stage
from workflow.models import Listing


@rule
def contact_kept_by(me: Authority) -> QuerySet[Listing]:
    """Listings for whose organization the person says whom to ask: its provider's
    editors, and the assurers in remit."""
    return Listing.objects.filter(
        edited(me) | in_remits(me), organization_id__isnull=False
    )


def can_keep_contact(user: Asker, listing: Listing) -> bool:
    return among(contact_kept_by, user, listing)


def _published(me: Authority) -> Q:
    return Q(partnership__in=me.places(Permission.PUBLISH))


@rule
def publishable_by(me: Authority) -> QuerySet[Listing]:
    """Listings that the person may publish."""
    return Listing.objects.filter(_published(me))


def can_publish(user: Asker, listing: Listing) -> bool:
    return among(publishable_by, user, listing)


@rule
def own_by(me: Authority) -> QuerySet[Listing]:
    """Listings of the organizations whose listings the person edits."""
    return Listing.objects.filter(edited(me))


@rule
def begun_by(me: Authority) -> QuerySet[Listing]:
    """What the person began and nobody has assured yet: theirs to go on with."""
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(
        author_id=me.pk, assured_on=None, record__revision=None
    )


@rule
def edited_organizations(me: Authority) -> QuerySet[Organization]:
    """Organizations whose listings the person edits, by name."""
    mine = me.organizations(Permission.EDIT_LISTINGS)
    return Organization.objects.filter(pk__in=mine).order_by("name", "pk")


def is_own(user: Asker, listing: Listing) -> bool:
    return among(own_by, user, listing)


@rule
def hideable_by(me: Authority) -> QuerySet[Listing]:
    """Public listings that the person may take away from the public."""
    return Listing.objects.filter(edited(me) | in_remits(me) | _published(me))


def can_hide(user: Asker, listing: Listing) -> bool:
    return among(hideable_by, user, listing)


@rule
def restorable_by(me: Authority) -> QuerySet[Listing]:
    """Hidden listings that the person may bring back: publisher or assurer."""
    return Listing.objects.filter(
        in_remits(me) | _published(me), stage=Stage.UNPUBLISHED
    )


def can_restore(user: Asker, listing: Listing) -> bool:
    return among(restorable_by, user, listing)
