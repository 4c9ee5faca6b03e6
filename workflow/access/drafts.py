"""Who keeps, sends in and takes back what is not public yet."""

from django.db.models import Q, QuerySet

from accounts.access import Person, is_person
from accounts.models import Partner, Partnership
from accounts.permissions import Permission
from workflow.access.granted import among, organization_ids, partner_ids, place_ids
from workflow.choices import ProposalKind, Stage
from workflow.models import Listing


def draft_editable_by(user: Person) -> QuerySet[Listing]:
    """Drafts the person may edit and submit: author, editor of its organization."""
    if not is_person(user):
        return Listing.objects.none()
    own = Q(organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS))
    return Listing.objects.filter(Q(author_id=user.pk) | own, stage=Stage.DRAFT)


def can_edit_draft(user: Person, listing: Listing) -> bool:
    return among(draft_editable_by(user), listing)


def discardable_by(user: Person) -> QuerySet[Listing]:
    """Drafts the person may throw away: typed here, and never sent in."""
    return draft_editable_by(user).filter(
        source=None, proposals=None, record__revision=None
    )


def can_discard(user: Person, listing: Listing) -> bool:
    return among(discardable_by(user), listing)


def submitted_by(user: Person) -> QuerySet[Listing]:
    """Listings waiting for a decision that this person sent in."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        stage=Stage.SUBMITTED,
        proposals__kind=ProposalKind.NEW,
        proposals__state="open",
        proposals__proposer_id=user.pk,
    ).distinct()


def can_withdraw(user: Person, listing: Listing) -> bool:
    return among(submitted_by(user), listing)


def appealable_by(user: Person) -> QuerySet[Listing]:
    """Declined listings, never assured, that their author may appeal, once."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        author_id=user.pk,
        stage=Stage.UNPUBLISHED,
        appealed_at=None,
        assured_on=None,
        record__revision=None,
    )


def can_appeal(user: Person, listing: Listing) -> bool:
    return among(appealable_by(user), listing)


def can_start_listing(user: Person, place: Partnership) -> bool:
    """Whether the person may begin a listing in this place."""
    if not is_person(user):
        return False
    return (
        organization_ids(user, Permission.EDIT_LISTINGS).exists()
        or place_ids(user, Permission.SUGGEST)
        .filter(content_object_id=place.pk)
        .exists()
        or Partner.objects.filter(
            partnership=place, pk__in=partner_ids(user, Permission.SUGGEST)
        ).exists()
    )
