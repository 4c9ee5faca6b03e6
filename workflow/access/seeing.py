"""Who sees which listing, and what of it."""

from django.db.models import Q, QuerySet

from accounts.access import Person, is_person
from accounts.permissions import Permission
from directory.choices import Visibility
from workflow.access.assuring import in_their_remits
from workflow.access.granted import (
    INTERNAL,
    OPEN_TO_ALL,
    WITHHELD,
    among,
    of_partners,
    organization_ids,
    partner_ids,
    place_ids,
    puts_right,
    reader_places,
)
from workflow.access.publishing import edited_organizations
from workflow.models import Listing


def read_by(user: Person) -> QuerySet[Listing]:
    """Listings of which the person sees what open data may not hold.

    What was hidden because of personal data is for those who put it right: who runs
    it, the assurers in remit, the lead, the publisher and the officer of its place.
    """
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(_reads(user))


def _reads(user: Person) -> Q:
    own = Q(organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS))
    # What an author sent in is theirs to see; what was accepted holds others' words.
    author = Q(author_id=user.pk, record__revision=None)
    workers = reader_places(user) & (~WITHHELD | puts_right(user))
    return own | author | in_their_remits(user) | workers


def shown_to(user: Person) -> QuerySet[Listing]:
    """Assured listings of which the person sees something: what they may read, what
    they may suggest changes to, and what neighbours publish, for who leads a place.

    One condition, so that the database looks at each listing once.
    """
    if not is_person(user):
        return Listing.objects.none()
    sees = _reads(user) | _proposes(user)
    if place_ids(user, Permission.READ_PARTNER_DATA).exists():
        sees |= OPEN_TO_ALL
    return Listing.objects.filter(sees, record__revision__isnull=False)


def can_read(user: Person, listing: Listing) -> bool:
    return among(read_by(user), listing)


def public_to(user: Person) -> QuerySet[Listing]:
    """Listings of every place that a signed-in person sees as the public does."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(OPEN_TO_ALL)


def withheld_from(user: Person) -> QuerySet[Listing]:
    """Listings that the person could see, were they not hidden for personal data."""
    if not is_person(user):
        return Listing.objects.none()
    was_public = Q(published_at__isnull=False, record__visibility=Visibility.OPEN)
    return Listing.objects.filter(WITHHELD, was_public | reader_places(user)).exclude(
        pk__in=read_by(user).values("pk")
    )


def internal_by(user: Person) -> QuerySet[Listing]:
    """Listings whose internal fields the person sees: those who keep the record."""
    if not is_person(user):
        return Listing.objects.none()
    own = Q(organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS))
    return Listing.objects.filter(own | in_their_remits(user))


def can_see_internal(user: Person, listing: Listing) -> bool:
    return among(internal_by(user), listing)


def proposable_by(user: Person) -> QuerySet[Listing]:
    """Listings about which the person may suggest a change or say “still right”.

    A neighbour proposes about what is published; partners of the place and the
    provider also about what is hidden (PRODUCT.md section 2), unless it is hidden
    from them too. Only once assured.
    """
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(_proposes(user), record__revision__isnull=False)


def _proposes(user: Person) -> Q:
    public = OPEN_TO_ALL if _suggests_anywhere(user) else Q(pk__in=[])
    own = Q(organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS))
    here = of_partners(user, Permission.SUGGEST) & ~INTERNAL & ~WITHHELD
    return public | own | in_their_remits(user) | here


def _suggests_anywhere(user: Person) -> bool:
    return (
        partner_ids(user, Permission.SUGGEST).exists()
        or place_ids(user, Permission.SUGGEST).exists()
    )


def may_suggest(user: Person) -> bool:
    """Whether the person may suggest a change to any record at all."""
    return is_person(user) and (
        _suggests_anywhere(user) or edited_organizations(user).exists()
    )


def can_propose(user: Person, listing: Listing) -> bool:
    return among(proposable_by(user), listing)
