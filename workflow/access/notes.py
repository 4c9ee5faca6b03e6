"""Who leaves and reads notes for their own team."""

from django.db.models import Q, QuerySet

from accounts.access import Person, is_person
from accounts.models import Partner
from accounts.permissions import Permission
from workflow.access.granted import among, partner_ids
from workflow.access.publishing import own_by
from workflow.access.seeing import read_by
from workflow.choices import Stage
from workflow.models import Listing, TeamNote


def notable_by(user: Person) -> QuerySet[Listing]:
    """Listings about which the person may leave a note for their own team: those of
    their partner's place that they read. Not as their provider, and no drafts."""
    places = Partner.objects.filter(pk__in=partner_ids(user, Permission.SUGGEST))
    return (
        read_by(user)
        .filter(partnership__in=places.values("partnership"))
        .exclude(pk__in=own_by(user).values("pk"))
        .exclude(stage=Stage.DRAFT)
    )


def can_note(user: Person, listing: Listing) -> bool:
    return among(notable_by(user), listing)


def notes_by(user: Person) -> QuerySet[TeamNote]:
    """Notes that the person sees: their own team's, about what they read. Never as the
    provider of the record."""
    if not is_person(user):
        return TeamNote.objects.none()
    return TeamNote.objects.filter(
        partner__in=partner_ids(user, Permission.SUGGEST),
        listing__in=read_by(user).values("pk"),
    ).exclude(listing__in=own_by(user).values("pk"))


def can_see_note(user: Person, note: TeamNote) -> bool:
    return among(notes_by(user), note)


def strikeable_by(user: Person) -> QuerySet[TeamNote]:
    """Notes that the person may strike out: their own, and as an assurer the team's."""
    team = partner_ids(user, Permission.ASSURE)
    return notes_by(user).filter(
        Q(author_id=user.pk) | Q(partner__in=team), struck_at=None
    )


def can_strike(user: Person, note: TeamNote) -> bool:
    return among(strikeable_by(user), note)
