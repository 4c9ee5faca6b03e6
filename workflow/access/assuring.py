"""Who answers for which record: areas of work, covers, checks."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from workflow.access.authority import (
    Asker,
    Authority,
    among,
    authority_of,
    edited,
    in_remits,
    of_own_body,
    of_trusted,
    rule,
)
from workflow.access.drafts import submitted_by
from workflow.belonging import Belonging
from workflow.choices import Stage
from workflow.models import Listing, Remit


@rule
def remits_by(me: Authority) -> QuerySet[Remit]:
    """Remits for which the person acts today: their body's, and those they cover."""
    return Remit.objects.filter(pk__in=me.remit_ids)


def acting_for(user: Asker) -> Belonging:
    """What goes to the remits for which the person acts today."""
    return authority_of(user).belonging


@rule
def cover_arrangeable_by(me: Authority) -> QuerySet[Remit]:
    """Remits for which the person says who stands in: the lead of the place, and who
    leads the remit or is its deputy."""
    if not me.is_person:
        return Remit.objects.none()
    named = Q(lead_id=me.pk) | Q(deputy_id=me.pk)
    return Remit.objects.filter(
        Q(partnership__in=me.places(Permission.HAND_OVER))
        | named & Q(partner__in=me.partners(Permission.ASSURE))
    )


def can_arrange_cover(user: Asker, remit: Remit) -> bool:
    return among(cover_arrangeable_by, user, remit)


@rule
def in_remit_by(me: Authority) -> QuerySet[Listing]:
    """Listings in a remit of a body for which the person assures, or stands in."""
    return Listing.objects.filter(in_remits(me))


def is_in_remit(user: Asker, listing: Listing) -> bool:
    return among(in_remit_by, user, listing)


@rule
def trusted_own_by(me: Authority) -> QuerySet[Listing]:
    """Listings of a trusted organization for which the person assures its own."""
    return Listing.objects.filter(of_trusted(me))


def is_trusted_own(user: Asker, listing: Listing) -> bool:
    return among(trusted_own_by, user, listing)


@rule
def checkable_by(me: Authority) -> QuerySet[Listing]:
    """Listings the person may check: in remit, or of their own trusted body.

    The first check of what was carried over is its first assurance: an untrusted
    body's assurer does not make it for that body (PRODUCT.md section 4).
    """
    return Listing.objects.filter(
        in_remits(me) & ~(Q(assured_on=None) & of_own_body(me)) | of_trusted(me),
        record__revision__isnull=False,
        stage__in=(Stage.ASSURED, Stage.PUBLISHED, Stage.UNPUBLISHED),
    )


def can_check(user: Asker, listing: Listing) -> bool:
    return among(checkable_by, user, listing)


@rule
def own_body_by(me: Authority) -> QuerySet[Listing]:
    """Listings of the person's own body; what they do there is single-handed."""
    return Listing.objects.filter(of_own_body(me))


def is_own_body(user: Asker, listing: Listing) -> bool:
    return among(own_body_by, user, listing)


@rule
def assurable_by(me: Authority) -> QuerySet[Listing]:
    """Submitted listings the person may assure for the first time.

    An assurer in remit who neither submitted it, nor declined it before, nor belongs
    to the body that runs it; or an ``assure_own`` editor of a trusted organization.
    """
    theirs = sent_in_by_others(me)
    return first_assurable(me).filter(Q(pk__in=theirs.values("pk")) | of_trusted(me))


@rule
def first_assurable(me: Authority) -> QuerySet[Listing]:
    """Submitted listings that the person has not declined before."""
    waiting = Listing.objects.filter(stage=Stage.SUBMITTED)
    return waiting.exclude(declined_by_id=me.pk)


@rule
def sent_in_by_others(me: Authority) -> QuerySet[Listing]:
    """Of the listings in their remits those that neither the person nor their body sent
    in."""
    mine = Q(pk__in=submitted_by(me).values("pk")) | Q(author_id=me.pk)
    found = first_assurable(me).filter(in_remits(me))
    return found.exclude(mine).exclude(of_own_body(me))


def can_assure(user: Asker, listing: Listing) -> bool:
    return among(assurable_by, user, listing)


@rule
def declinable_by(me: Authority) -> QuerySet[Listing]:
    """Listings on their way that the person may return, decline or reopen."""
    return in_remit_by(me).filter(
        stage__in=(Stage.DRAFT, Stage.SUBMITTED, Stage.ASSURED)
    )


def can_decline(user: Asker, listing: Listing) -> bool:
    return among(declinable_by, user, listing)


@rule
def main_declarable_by(me: Authority) -> QuerySet[Listing]:
    """Listings of which the person may say where most of it happens."""
    led = Q(partnership__in=me.places(Permission.HAND_OVER))
    return Listing.objects.filter(in_remits(me) | edited(me) | led)


def can_declare_main(user: Asker, listing: Listing) -> bool:
    return among(main_declarable_by, user, listing)


@rule
def splittable_by(me: Authority) -> QuerySet[Listing]:
    """Listings of which the person may say that they are really two services.

    In remit, and on show or about to be: what is hidden is looked into first, or its
    other half would come out by another door.
    """
    return in_remit_by(me).filter(
        stage__in=(Stage.ASSURED, Stage.PUBLISHED),
        record__revision__isnull=False,
        record__replaced_by=None,
    )


def can_split(user: Asker, listing: Listing) -> bool:
    return among(splittable_by, user, listing)


@rule
def split_and_assured_by(me: Authority) -> QuerySet[Listing]:
    """Those of which the person may vouch for the new half in the same act: where the
    place lets one person correct and check, and never for their own body."""
    there = splittable_by(me).filter(partnership__policy__correct_and_check=True)
    return there.exclude(of_own_body(me))


def can_split_and_assure(user: Asker, listing: Listing) -> bool:
    return among(split_and_assured_by, user, listing)
