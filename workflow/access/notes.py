"""Who leaves and reads notes for their own team."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from workflow.access.authority import Asker, among, authority_of, edited, of_partners
from workflow.access.publishing import own_by
from workflow.access.seeing import read_by
from workflow.choices import Stage
from workflow.models import Listing, TeamNote


def notable_by(user: Asker) -> QuerySet[Listing]:
    """Listings about which the person may leave a note for their own team: those of
    their partner's place that they read. Not as their provider, and no drafts."""
    me = authority_of(user)
    theirs = read_by(me).filter(of_partners(me, Permission.SUGGEST))
    return theirs.exclude(edited(me)).exclude(stage=Stage.DRAFT)


def can_note(user: Asker, listing: Listing) -> bool:
    return among(notable_by, user, listing)


def notes_by(user: Asker) -> QuerySet[TeamNote]:
    """Notes that the person sees: their own team's, about what they read. Never as the
    provider of the record."""
    me = authority_of(user)
    return TeamNote.objects.filter(
        partner__in=me.partners(Permission.SUGGEST),
        listing__in=read_by(me).values("pk"),
    ).exclude(listing__in=own_by(me).values("pk"))


def can_see_note(user: Asker, note: TeamNote) -> bool:
    return among(notes_by, user, note)


def strikeable_by(user: Asker) -> QuerySet[TeamNote]:
    """Notes that the person may strike out: their own, and as an assurer the team's."""
    me = authority_of(user)
    team = Q(partner__in=me.partners(Permission.ASSURE))
    return notes_by(me).filter(Q(author_id=me.pk) | team, struck_at=None)


def can_strike(user: Asker, note: TeamNote) -> bool:
    return among(strikeable_by, user, note)
