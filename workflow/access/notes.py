"""Who leaves and reads notes for their own team."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from directory.choices import Kind, Visibility
from workflow.access.authority import (
    Asker,
    Authority,
    among,
    edited,
    of_partners,
    one_of,
    rule,
)
from workflow.access.deciding import (
    guarded_places,
    kept_records,
    read_records,
    shown_in,
)
from workflow.access.publishing import own_by
from workflow.access.seeing import read_by
from workflow.choices import Stage
from workflow.models import Listing, Record, TeamNote


@rule
def notable_by(me: Authority) -> QuerySet[Listing]:
    """Listings about which the person may leave a note for their own team: those of
    their partner's place that they read. Not as their provider, and no drafts."""
    theirs = read_by(me).filter(of_partners(me, Permission.SUGGEST))
    return theirs.exclude(edited(me)).exclude(stage=Stage.DRAFT)


def can_note(user: Asker, listing: Listing) -> bool:
    return among(notable_by, user, listing)


@rule
def notable_records_by(me: Authority) -> QuerySet[Record]:
    """Organizations and locations about which the person may leave a note for their own
    team: what services show of which they may note, as far as they read it. Not as
    their provider; and about a place that is kept secret, or that somebody lives at,
    only for who keeps it."""
    return _noted_records(me).filter(one_of(shown_in(notable_by(me))), replaced_by=None)


def _noted_records(me: Authority) -> QuerySet[Record]:
    """Those of which the person may know what their team noted."""
    kept = one_of(kept_records(me))
    read = one_of(read_records(me)) & ~Q(visibility=Visibility.INTERNAL)
    own = Q(pk__in=me.organizations(Permission.EDIT_LISTINGS))
    own |= one_of(shown_in(own_by(me)))
    found = Record.objects.filter(
        kept | read & ~one_of(guarded_places()),
        kind__in=(Kind.ORGANIZATION, Kind.LOCATION),
        revision__isnull=False,
    )
    return found.exclude(own)


def can_note_record(user: Asker, record: Record) -> bool:
    return among(notable_records_by, user, record)


@rule
def notes_by(me: Authority) -> QuerySet[TeamNote]:
    """Notes that the person sees: their own team's, about what they read. Never as the
    provider of the record."""
    services = read_by(me).exclude(pk__in=own_by(me).values("pk"))
    return TeamNote.objects.filter(
        Q(listing__in=services.values("pk"))
        | Q(record__in=_noted_records(me).values("pk")),
        partner__in=me.partners(Permission.SUGGEST),
    )


def can_see_note(user: Asker, note: TeamNote) -> bool:
    return among(notes_by, user, note)


@rule
def strikeable_by(me: Authority) -> QuerySet[TeamNote]:
    """Notes that the person may strike out: their own, and as an assurer the team's."""
    team = Q(partner__in=me.partners(Permission.ASSURE))
    return notes_by(me).filter(Q(author_id=me.pk) | team, struck_at=None)


def can_strike(user: Asker, note: TeamNote) -> bool:
    return among(strikeable_by, user, note)
