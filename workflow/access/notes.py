"""Who leaves and reads notes for their own team."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from workflow.access.authority import Asker, Authority, among, edited, of_partners, rule
from workflow.access.publishing import own_by
from workflow.access.seeing import read_by
from workflow.choices import Stage
from workflow.models import Listing, TeamNote


@rule
def notable_by(me: Authority) -> QuerySet[Listing]:
    """Listings about which the person may leave a note for their own team: those of
    their partner's place that they read. Not as their provider, and no drafts."""
    theirs = read_by(me).filter(of_partners(me, Permission.SUGGEST))
    return theirs.exclude(edited(me)).exclude(stage=Stage.DRAFT)


def can_note(user: Asker, listing: Listing) -> bool:
    return among(notable_by, user, listing)


@rule
def notes_by(me: Authority) -> QuerySet[TeamNote]:
    """Notes that the person sees: their own team's, about what they read. Never as the
    provider of the record."""
    return TeamNote.objects.filter(
        partner__in=me.partners(Permission.SUGGEST),
        listing__in=read_by(me).values("pk"),
    ).exclude(listing__in=own_by(me).values("pk"))


def can_see_note(user: Asker, note: TeamNote) -> bool:
    return among(notes_by, user, note)


@rule
def strikeable_by(me: Authority) -> QuerySet[TeamNote]:
    """Notes that the person may strike out: their own, and as an assurer the team's."""
    team = Q(partner__in=me.partners(Permission.ASSURE))
    return notes_by(me).filter(Q(author_id=me.pk) | team, struck_at=None)


def can_strike(user: Asker, note: TeamNote) -> bool:
    return among(strikeable_by, user, note)
