"""Who sees which listing, and what of it."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from directory.choices import Visibility
from workflow.access.authority import (
    INTERNAL,
    NOTHING,
    OPEN_TO_ALL,
    WITHHELD,
    Asker,
    Authority,
    among,
    authority_of,
    edited,
    in_remits,
    of_partners,
    of_readers,
    one_of,
    puts_right,
    rule,
)
from workflow.models import Listing


@rule
def read_by(me: Authority) -> QuerySet[Listing]:
    """Listings of which the person sees what open data may not hold.

    What was hidden because of personal data is for those who put it right: who runs
    it, the assurers in remit, the lead, the publisher and the officer of its place.
    """
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(_reads(me))


def _reads(me: Authority) -> Q:
    # What an author sent in is theirs to see; what was accepted holds others' words.
    author = Q(author_id=me.pk, record__revision=None)
    workers = of_readers(me) & (~WITHHELD | puts_right(me))
    return edited(me) | author | in_remits(me) | workers


@rule
def shown_to(me: Authority) -> QuerySet[Listing]:
    """Assured listings of which the person sees something: what they may read, what
    they may suggest changes to, and what neighbours publish, for who leads a place.

    One condition, so that the database looks at each listing once.
    """
    if not me.is_person:
        return Listing.objects.none()
    sees = _reads(me) | _proposes(me)
    if me.places(Permission.READ_PARTNER_DATA):
        sees |= OPEN_TO_ALL
    return Listing.objects.filter(sees, record__revision__isnull=False)


def can_read(user: Asker, listing: Listing) -> bool:
    return among(read_by, user, listing)


@rule
def public_to(me: Authority) -> QuerySet[Listing]:
    """Listings of every place that a signed-in person sees as the public does."""
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(OPEN_TO_ALL)


@rule
def withheld_from(me: Authority) -> QuerySet[Listing]:
    """Listings that the person could see, were they not hidden for personal data."""
    if not me.is_person:
        return Listing.objects.none()
    was_public = Q(published_at__isnull=False, record__visibility=Visibility.OPEN)
    there = Listing.objects.filter(WITHHELD, was_public | of_readers(me))
    return there.exclude(one_of(read_by(me)))


@rule
def internal_by(me: Authority) -> QuerySet[Listing]:
    """Listings whose internal fields the person sees: those who keep the record."""
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(edited(me) | in_remits(me))


def can_see_internal(user: Asker, listing: Listing) -> bool:
    return among(internal_by, user, listing)


@rule
def proposable_by(me: Authority) -> QuerySet[Listing]:
    """Listings about which the person may suggest a change or say “still right”.

    A neighbour proposes about what is published; partners of the place and the
    provider also about what is hidden (PRODUCT.md section 2), unless it is hidden
    from them too. Only once assured.
    """
    if not me.is_person:
        return Listing.objects.none()
    return Listing.objects.filter(_proposes(me), record__revision__isnull=False)


def _proposes(me: Authority) -> Q:
    public = OPEN_TO_ALL if _suggests_anywhere(me) else NOTHING
    here = of_partners(me, Permission.SUGGEST) & ~INTERNAL & ~WITHHELD
    return public | edited(me) | in_remits(me) | here


def _suggests_anywhere(me: Authority) -> bool:
    return bool(me.partners(Permission.SUGGEST) or me.places(Permission.SUGGEST))


def may_suggest(user: Asker) -> bool:
    """Whether the person may suggest a change to any record at all."""
    me = authority_of(user)
    edits = me.organizations(Permission.EDIT_LISTINGS)
    return _suggests_anywhere(me) or bool(edits)


def can_propose(user: Asker, listing: Listing) -> bool:
    return among(proposable_by, user, listing)
