"""Who keeps, sends in and takes back what is not public yet."""

from django.db.models import Q, QuerySet

from accounts.models import Partnership
from accounts.permissions import Permission
from common.models import as_uuid
from workflow.access.authority import (
    Asker,
    Authority,
    among,
    authority_of,
    edited,
    rule,
)
from workflow.choices import ProposalKind, Stage
from workflow.models import Listing


@rule
def draft_editable_by(me: Authority) -> QuerySet[Listing]:
    """Drafts the person may edit and submit: author, editor of its organization."""
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(Q(author_id=me.pk) | edited(me), stage=Stage.DRAFT)


def can_edit_draft(user: Asker, listing: Listing) -> bool:
    return among(draft_editable_by, user, listing)


@rule
def discardable_by(me: Authority) -> QuerySet[Listing]:
    """Drafts the person may throw away: typed here, and never sent in."""
    return draft_editable_by(me).filter(
        source=None, proposals=None, record__revision=None
    )


def can_discard(user: Asker, listing: Listing) -> bool:
    return among(discardable_by, user, listing)


@rule
def submitted_by(me: Authority) -> QuerySet[Listing]:
    """Listings waiting for a decision that this person sent in."""
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(
        stage=Stage.SUBMITTED,
        proposals__kind=ProposalKind.NEW,
        proposals__state="open",
        proposals__proposer_id=me.pk,
    ).distinct()


def can_withdraw(user: Asker, listing: Listing) -> bool:
    return among(submitted_by, user, listing)


@rule
def appealable_by(me: Authority) -> QuerySet[Listing]:
    """Declined listings, never assured, that their author may appeal, once."""
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(
        author_id=me.pk,
        stage=Stage.UNPUBLISHED,
        appealed_at=None,
        assured_on=None,
        record__revision=None,
    )


def can_appeal(user: Asker, listing: Listing) -> bool:
    return among(appealable_by, user, listing)


def can_start_listing(user: Asker, place: Partnership) -> bool:
    """Whether the person may begin a listing in this place."""
    me, suggest = authority_of(user), Permission.SUGGEST
    here = me.places(suggest) | me.partners_places(suggest)
    edits = bool(me.organizations(Permission.EDIT_LISTINGS))
    return edits or as_uuid(place.pk) in here
