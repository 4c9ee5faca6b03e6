"""Who answers for which record: areas of work, covers, checks."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import Person, is_person
from accounts.models import Partner
from accounts.permissions import Permission
from common import clock
from workflow import belonging
from workflow.access.drafts import submitted_by
from workflow.access.granted import among, organization_ids, partner_ids, place_ids
from workflow.belonging import Belonging
from workflow.choices import Level, Stage
from workflow.models import AssuranceLevel, Cover, Listing, Remit


def covered_by(user: Person) -> QuerySet[Remit]:
    """Remits of other bodies for which the person stands in today.

    Only while they assure for some body of the same place: who loses that role stands
    in for nobody any more.
    """
    if not is_person(user):
        return Remit.objects.none()
    today = clock.today()
    days = Cover.objects.filter(
        user_id=str(user.pk), begins_on__lte=today, ends_on__gte=today
    )
    return Remit.objects.filter(
        pk__in=days.values("remit"),
        partnership__in=Partner.objects.filter(
            pk__in=partner_ids(user, Permission.ASSURE)
        ).values("partnership"),
    )


def remits_by(user: Person) -> QuerySet[Remit]:
    """Remits for which the person acts today: their body's, and those they cover."""
    if not is_person(user):
        return Remit.objects.none()
    return Remit.objects.filter(
        Q(partner__in=partner_ids(user, Permission.ASSURE))
        | Q(pk__in=covered_by(user).values("pk"))
    )


def acting_for(user: Person) -> Belonging:
    """What goes to the remits for which the person acts today, in three queries."""
    own = organization_ids(user, Permission.ASSURE_OWN)
    return belonging.of_remits(
        remits_by(user), list(own.values_list("content_object_id", flat=True))
    )


def cover_arrangeable_by(user: Person) -> QuerySet[Remit]:
    """Remits for which the person says who stands in: the lead of the place, and who
    leads the remit or is its deputy."""
    if not is_person(user):
        return Remit.objects.none()
    named = Q(lead_id=user.pk) | Q(deputy_id=user.pk)
    return Remit.objects.filter(
        Q(partnership__in=place_ids(user, Permission.HAND_OVER))
        | named & Q(partner__in=partner_ids(user, Permission.ASSURE))
    )


def can_arrange_cover(user: Person, remit: Remit) -> bool:
    return among(cover_arrangeable_by(user), remit)


def in_their_remits(user: Person) -> Q:
    return Q(remit__in=remits_by(user).values("pk"))


def in_remit_by(user: Person) -> QuerySet[Listing]:
    """Listings in a remit of a body for which the person assures, or stands in."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(in_their_remits(user))


def is_in_remit(user: Person, listing: Listing) -> bool:
    return among(in_remit_by(user), listing)


def _trusted(place: str, organization: str) -> Exists:
    return Exists(
        AssuranceLevel.objects.filter(
            partnership_id=OuterRef(place),
            organization_id=OuterRef(organization),
            level=Level.TRUSTED,
            partnership__policy__trusted_assures_own=True,
        )
    )


def trusted_own_by(user: Person) -> QuerySet[Listing]:
    """Listings of a trusted organization for which the person assures its own."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        _trusted("partnership_id", "organization_id"),
        organization_id__in=organization_ids(user, Permission.ASSURE_OWN),
    )


def is_trusted_own(user: Person, listing: Listing) -> bool:
    return among(trusted_own_by(user), listing)


def checkable_by(user: Person, mine: Belonging | None = None) -> QuerySet[Listing]:
    """Listings the person may check: in remit, or of their own trusted body.

    The first check of what was carried over is its first assurance: an untrusted
    body's assurer does not make it for that body (PRODUCT.md section 4). ``mine`` is
    ``acting_for(user)``, where that is known already.
    """
    if not is_person(user):
        return Listing.objects.none()
    in_remit = mine.listings() if mine else in_their_remits(user)
    may = in_remit & ~(Q(assured_on=None) & _own_body(user))
    if mine is None or mine.own:
        may |= Q(pk__in=trusted_own_by(user).values("pk"))
    return Listing.objects.filter(
        may,
        record__revision__isnull=False,
        stage__in=(Stage.ASSURED, Stage.PUBLISHED, Stage.UNPUBLISHED),
    )


def can_check(user: Person, listing: Listing) -> bool:
    return among(checkable_by(user), listing)


def _own_body(user: Person) -> Q:
    """Listings run by a body for which the person assures or stands in, or that they
    edit."""
    bodies = Partner.objects.filter(
        Q(pk__in=partner_ids(user, Permission.ASSURE))
        | Q(pk__in=covered_by(user).values("partner"))
    ).values("own_bodies__organization_id")
    return Q(
        organization_id__in=bodies.filter(own_bodies__organization_id__isnull=False)
    ) | Q(organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS))


def own_body_by(user: Person) -> QuerySet[Listing]:
    """Listings of the person's own body; what they do there is single-handed."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(_own_body(user))


def is_own_body(user: Person, listing: Listing) -> bool:
    return among(own_body_by(user), listing)


def assurable_by(user: Person) -> QuerySet[Listing]:
    """Submitted listings the person may assure for the first time.

    An assurer in remit who neither submitted it, nor declined it before, nor belongs
    to the body that runs it; or an ``assure_own`` editor of a trusted organization.
    """
    if not is_person(user):
        return Listing.objects.none()
    theirs = sent_in_by_others(user, in_their_remits(user))
    return first_assurable(user).filter(
        Q(pk__in=theirs.values("pk")) | Q(pk__in=trusted_own_by(user).values("pk"))
    )


def first_assurable(user: Person) -> QuerySet[Listing]:
    """Submitted listings that the person has not declined before."""
    waiting = Listing.objects.filter(stage=Stage.SUBMITTED)
    return waiting.exclude(declined_by_id=user.pk)


def sent_in_by_others(user: Person, in_remit: Q) -> QuerySet[Listing]:
    """Of these listings those that neither the person nor their body sent in."""
    mine = Q(pk__in=submitted_by(user).values("pk")) | Q(author_id=user.pk)
    found = first_assurable(user).filter(in_remit)
    return found.exclude(mine).exclude(_own_body(user))


def can_assure(user: Person, listing: Listing) -> bool:
    return among(assurable_by(user), listing)


def declinable_by(user: Person) -> QuerySet[Listing]:
    """Listings on their way that the person may return, decline or reopen."""
    return in_remit_by(user).filter(
        stage__in=(Stage.DRAFT, Stage.SUBMITTED, Stage.ASSURED)
    )


def can_decline(user: Person, listing: Listing) -> bool:
    return among(declinable_by(user), listing)


def main_declarable_by(user: Person) -> QuerySet[Listing]:
    """Listings of which the person may say where most of it happens."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        in_their_remits(user)
        | Q(organization_id__in=organization_ids(user, Permission.EDIT_LISTINGS))
        | Q(partnership__in=place_ids(user, Permission.HAND_OVER))
    )


def can_declare_main(user: Person, listing: Listing) -> bool:
    return among(main_declarable_by(user), listing)


def splittable_by(user: Person) -> QuerySet[Listing]:
    """Listings of which the person may say that they are really two services.

    In remit, and on show or about to be: what is hidden is looked into first, or its
    other half would come out by another door.
    """
    return in_remit_by(user).filter(
        stage__in=(Stage.ASSURED, Stage.PUBLISHED),
        record__revision__isnull=False,
        record__replaced_by=None,
    )


def can_split(user: Person, listing: Listing) -> bool:
    return among(splittable_by(user), listing)


def split_and_assured_by(user: Person) -> QuerySet[Listing]:
    """Those of which the person may vouch for the new half in the same act: where the
    place lets one person correct and check, and never for their own body."""
    return (
        splittable_by(user)
        .filter(partnership__policy__correct_and_check=True)
        .exclude(pk__in=own_body_by(user).values("pk"))
    )


def can_split_and_assure(user: Person, listing: Listing) -> bool:
    return among(split_and_assured_by(user), listing)
