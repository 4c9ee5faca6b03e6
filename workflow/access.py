"""Who may do what to which record: each rule once, as a queryset and as a question.

``x_by(user)`` are the objects, ``can_x(user, obj)`` asks for one of them, so the two
cannot disagree. Nothing here asks for ``is_superuser``; the default is nothing.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.access import Person, ids_with, is_person, partners_with
from accounts.models import Partner, PartnerGrant, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common import clock
from directory.choices import Kind, Visibility
from directory.models import Organization, OrganizationGrant
from workflow import belonging
from workflow.belonging import Belonging
from workflow.choices import Gravity, Hidden, Level, ProposalKind, Stage, Verdict
from workflow.models import (
    AssuranceLevel,
    Change,
    Cover,
    Listing,
    Policy,
    Proposal,
    Record,
    Remit,
    TeamNote,
)

M = TypeVar("M", bound=Model)

INTERNAL = Q(record__visibility=Visibility.INTERNAL)
OPEN_TO_ALL = Q(stage=Stage.PUBLISHED, record__visibility=Visibility.OPEN)
WITHHELD = Q(hidden_because__contains=[Hidden.PERSONAL_DATA])
"""Taken away because of personal data: only for those who put it right."""


def _among(objects: QuerySet[M], obj: M) -> bool:
    return objects.filter(pk=obj.pk).exists()


def _places(user: Person, permission: Permission) -> QuerySet[Any]:
    return ids_with(user, permission, Partnership)


def _partners(user: Person, permission: Permission) -> QuerySet[Any]:
    return ids_with(user, permission, Partner)


def _organizations(user: Person, permission: Permission) -> QuerySet[Any]:
    return ids_with(user, permission, Organization)


def _reader_places(user: Person) -> Q:
    """Listings that the person reads as a worker of their place's partners."""
    here = Q(partnership__in=_places(user, Permission.READ_PARTNER_DATA))
    return (here | _of_partners(user, Permission.READ_PARTNER_DATA)) & ~INTERNAL


def _of_partners(user: Person, permission: Permission) -> Q:
    """Listings of the places of the partners on which the person holds it."""
    partners = Partner.objects.filter(pk__in=_partners(user, permission))
    return Q(partnership__in=partners.values("partnership"))


def _puts_right(user: Person) -> Q:
    """Listings of places whose lead, publisher or data protection officer it is."""
    wanted = (Permission.SET_POLICY, Permission.PUBLISH, Permission.ERASE)
    where = Q(pk__in=[])
    for permission in wanted:
        where |= Q(partnership__in=_places(user, permission))
    return where


# --- seeing ---------------------------------------------------------------------------


def read_by(user: Person) -> QuerySet[Listing]:
    """Listings of which the person sees what open data may not hold.

    What was hidden because of personal data is for those who put it right: who runs
    it, the assurers in remit, the lead, the publisher and the officer of its place.
    """
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(_reads(user))


def _reads(user: Person) -> Q:
    own = Q(organization_id__in=_organizations(user, Permission.EDIT_LISTINGS))
    # What an author sent in is theirs to see; what was accepted holds others' words.
    author = Q(author_id=user.pk, record__revision=None)
    workers = _reader_places(user) & (~WITHHELD | _puts_right(user))
    return own | author | _in_remit(user) | workers


def shown_to(user: Person) -> QuerySet[Listing]:
    """Assured listings of which the person sees something: what they may read, what
    they may suggest changes to, and what neighbours publish, for who leads a place.

    One condition, so that the database looks at each listing once.
    """
    if not is_person(user):
        return Listing.objects.none()
    sees = _reads(user) | _proposes(user)
    if _places(user, Permission.READ_PARTNER_DATA).exists():
        sees |= OPEN_TO_ALL
    return Listing.objects.filter(sees, record__revision__isnull=False)


def can_read(user: Person, listing: Listing) -> bool:
    return _among(read_by(user), listing)


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
    return Listing.objects.filter(WITHHELD, was_public | _reader_places(user)).exclude(
        pk__in=read_by(user).values("pk")
    )


def internal_by(user: Person) -> QuerySet[Listing]:
    """Listings whose internal fields the person sees: those who keep the record."""
    if not is_person(user):
        return Listing.objects.none()
    own = Q(organization_id__in=_organizations(user, Permission.EDIT_LISTINGS))
    return Listing.objects.filter(own | _in_remit(user))


def can_see_internal(user: Person, listing: Listing) -> bool:
    return _among(internal_by(user), listing)


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
    own = Q(organization_id__in=_organizations(user, Permission.EDIT_LISTINGS))
    here = _of_partners(user, Permission.SUGGEST) & ~INTERNAL & ~WITHHELD
    return public | own | _in_remit(user) | here


def _suggests_anywhere(user: Person) -> bool:
    return (
        _partners(user, Permission.SUGGEST).exists()
        or _places(user, Permission.SUGGEST).exists()
    )


def may_suggest(user: Person) -> bool:
    """Whether the person may suggest a change to any record at all."""
    return is_person(user) and (
        _suggests_anywhere(user) or edited_organizations(user).exists()
    )


def can_propose(user: Person, listing: Listing) -> bool:
    return _among(proposable_by(user), listing)


# --- keeping a draft ------------------------------------------------------------------


def draft_editable_by(user: Person) -> QuerySet[Listing]:
    """Drafts the person may edit and submit: author, editor of its organization."""
    if not is_person(user):
        return Listing.objects.none()
    own = Q(organization_id__in=_organizations(user, Permission.EDIT_LISTINGS))
    return Listing.objects.filter(Q(author_id=user.pk) | own, stage=Stage.DRAFT)


def can_edit_draft(user: Person, listing: Listing) -> bool:
    return _among(draft_editable_by(user), listing)


def discardable_by(user: Person) -> QuerySet[Listing]:
    """Drafts the person may throw away: typed here, and never sent in."""
    return draft_editable_by(user).filter(
        source=None, proposals=None, record__revision=None
    )


def can_discard(user: Person, listing: Listing) -> bool:
    return _among(discardable_by(user), listing)


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
    return _among(submitted_by(user), listing)


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
    return _among(appealable_by(user), listing)


def can_start_listing(user: Person, place: Partnership) -> bool:
    """Whether the person may begin a listing in this place."""
    if not is_person(user):
        return False
    return (
        _organizations(user, Permission.EDIT_LISTINGS).exists()
        or _places(user, Permission.SUGGEST).filter(content_object_id=place.pk).exists()
        or Partner.objects.filter(
            partnership=place, pk__in=_partners(user, Permission.SUGGEST)
        ).exists()
    )


# --- assuring -------------------------------------------------------------------------


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
            pk__in=_partners(user, Permission.ASSURE)
        ).values("partnership"),
    )


def remits_by(user: Person) -> QuerySet[Remit]:
    """Remits for which the person acts today: their body's, and those they cover."""
    if not is_person(user):
        return Remit.objects.none()
    return Remit.objects.filter(
        Q(partner__in=_partners(user, Permission.ASSURE))
        | Q(pk__in=covered_by(user).values("pk"))
    )


def acting_for(user: Person) -> Belonging:
    """What goes to the remits for which the person acts today, in three queries."""
    own = _organizations(user, Permission.ASSURE_OWN)
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
        Q(partnership__in=_places(user, Permission.HAND_OVER))
        | named & Q(partner__in=_partners(user, Permission.ASSURE))
    )


def can_arrange_cover(user: Person, remit: Remit) -> bool:
    return _among(cover_arrangeable_by(user), remit)


def _in_remit(user: Person) -> Q:
    return Q(remit__in=remits_by(user).values("pk"))


def in_remit_by(user: Person) -> QuerySet[Listing]:
    """Listings in a remit of a body for which the person assures, or stands in."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(_in_remit(user))


def is_in_remit(user: Person, listing: Listing) -> bool:
    return _among(in_remit_by(user), listing)


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
        organization_id__in=_organizations(user, Permission.ASSURE_OWN),
    )


def is_trusted_own(user: Person, listing: Listing) -> bool:
    return _among(trusted_own_by(user), listing)


def checkable_by(user: Person, mine: Belonging | None = None) -> QuerySet[Listing]:
    """Listings the person may check: in remit, or of their own trusted body.

    The first check of what was carried over is its first assurance: an untrusted
    body's assurer does not make it for that body (PRODUCT.md section 4). ``mine`` is
    ``acting_for(user)``, where that is known already.
    """
    if not is_person(user):
        return Listing.objects.none()
    in_remit = mine.listings() if mine else _in_remit(user)
    may = in_remit & ~(Q(assured_on=None) & _own_body(user))
    if mine is None or mine.own:
        may |= Q(pk__in=trusted_own_by(user).values("pk"))
    return Listing.objects.filter(
        may,
        record__revision__isnull=False,
        stage__in=(Stage.ASSURED, Stage.PUBLISHED, Stage.UNPUBLISHED),
    )


def can_check(user: Person, listing: Listing) -> bool:
    return _among(checkable_by(user), listing)


def _own_body(user: Person) -> Q:
    """Listings run by a body for which the person assures or stands in, or that they
    edit."""
    bodies = Partner.objects.filter(
        Q(pk__in=_partners(user, Permission.ASSURE))
        | Q(pk__in=covered_by(user).values("partner"))
    ).values("own_bodies__organization_id")
    return Q(
        organization_id__in=bodies.filter(own_bodies__organization_id__isnull=False)
    ) | Q(organization_id__in=_organizations(user, Permission.EDIT_LISTINGS))


def own_body_by(user: Person) -> QuerySet[Listing]:
    """Listings of the person's own body; what they do there is single-handed."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(_own_body(user))


def is_own_body(user: Person, listing: Listing) -> bool:
    return _among(own_body_by(user), listing)


def assurable_by(user: Person) -> QuerySet[Listing]:
    """Submitted listings the person may assure for the first time.

    An assurer in remit who neither submitted it, nor declined it before, nor belongs
    to the body that runs it; or an ``assure_own`` editor of a trusted organization.
    """
    if not is_person(user):
        return Listing.objects.none()
    theirs = _sent_in_by_others(user, _in_remit(user))
    return _first_assurable(user).filter(
        Q(pk__in=theirs.values("pk")) | Q(pk__in=trusted_own_by(user).values("pk"))
    )


def _first_assurable(user: Person) -> QuerySet[Listing]:
    """Submitted listings that the person has not declined before."""
    waiting = Listing.objects.filter(stage=Stage.SUBMITTED)
    return waiting.exclude(declined_by_id=user.pk)


def _sent_in_by_others(user: Person, in_remit: Q) -> QuerySet[Listing]:
    """Of these listings those that neither the person nor their body sent in."""
    mine = Q(pk__in=submitted_by(user).values("pk")) | Q(author_id=user.pk)
    found = _first_assurable(user).filter(in_remit)
    return found.exclude(mine).exclude(_own_body(user))


def can_assure(user: Person, listing: Listing) -> bool:
    return _among(assurable_by(user), listing)


def declinable_by(user: Person) -> QuerySet[Listing]:
    """Listings on their way that the person may return, decline or reopen."""
    return in_remit_by(user).filter(
        stage__in=(Stage.DRAFT, Stage.SUBMITTED, Stage.ASSURED)
    )


def can_decline(user: Person, listing: Listing) -> bool:
    return _among(declinable_by(user), listing)


def main_declarable_by(user: Person) -> QuerySet[Listing]:
    """Listings of which the person may say where most of it happens."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        _in_remit(user)
        | Q(organization_id__in=_organizations(user, Permission.EDIT_LISTINGS))
        | Q(partnership__in=_places(user, Permission.HAND_OVER))
    )


def can_declare_main(user: Person, listing: Listing) -> bool:
    return _among(main_declarable_by(user), listing)


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
    return _among(splittable_by(user), listing)


def split_and_assured_by(user: Person) -> QuerySet[Listing]:
    """Those of which the person may vouch for the new half in the same act: where the
    place lets one person correct and check, and never for their own body."""
    return (
        splittable_by(user)
        .filter(partnership__policy__correct_and_check=True)
        .exclude(pk__in=own_body_by(user).values("pk"))
    )


def can_split_and_assure(user: Person, listing: Listing) -> bool:
    return _among(split_and_assured_by(user), listing)


# --- deciding changes -----------------------------------------------------------------


def _home_remit(record: str, value: str) -> Coalesce:
    """Something of the remit to which an organization or location goes at its home.

    That is the one that takes all services of just this organization, where only one
    does, else the default; ``record`` leads to the record.
    """
    here = Remit.objects.filter(partnership_id=OuterRef(f"{record}home_id"))
    named = here.filter(
        organization_ids__contains=[OuterRef(f"{record}id")],
        term_ids=[], area_ids=[], districts=[], outlines=None,
    )  # fmt: skip
    another = Remit.objects.filter(
        partnership_id=OuterRef("partnership_id"),
        organization_ids__contains=[OuterRef(OuterRef(f"{record}id"))],
        term_ids=[], area_ids=[], districts=[], outlines=None,
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    return Coalesce(
        Subquery(named.exclude(Exists(another)).values(value)[:1]),
        Subquery(here.filter(is_default=True).values(value)[:1]),
        output_field=UUIDField(),
    )


def _owner(record: str, value: str = "partner_id") -> Case:
    """The partner whose assurers decide about a record; ``record`` leads to it.

    A service's is its listing's remit, and nobody's while two take it equally; an
    organization's or location's goes to its home.
    """
    return Case(
        When(
            Q(**{f"{record}kind": Kind.SERVICE}),
            then=F(f"{record}listing__remit__{value}"),
        ),
        default=_home_remit(record, value),
        output_field=UUIDField(),
    )


def remit_of_proposals() -> Case:
    """For proposals, the id of the remit in whose work each is counted: its service's,
    or that of the home of the organization or place that it is about."""
    return Case(
        When(listing__isnull=False, then=F("listing__remit_id")),
        default=_home_remit("record__", "pk"),
        output_field=UUIDField(),
    )


def with_owner(changes: QuerySet[Change]) -> QuerySet[Change]:
    """Changes with ``owner_id``, the partner whose assurers decide them, and
    ``owner_remit_id``."""
    return changes.annotate(
        owner_id=_owner("record__"), owner_remit_id=_owner("record__", "pk")
    )


def with_record_owner(records: QuerySet[Record]) -> QuerySet[Any]:
    """Records with ``owner_id``, the partner whose assurers decide about them, and
    ``owner_remit_id``."""
    return records.annotate(owner_id=_owner(""), owner_remit_id=_owner("", "pk"))


def correctable_by(user: Person) -> QuerySet[Record]:
    """Records that the person's body keeps: its assurers may correct them at once."""
    if not is_person(user):
        return Record.objects.none()
    return Record.objects.filter(acting_for(user).records())


def kept_records(user: Person) -> QuerySet[Record]:
    """Records that the person keeps: their body decides about them, or they see all of
    an accepted service that shows them."""
    if not is_person(user):
        return Record.objects.none()
    return shown_in(internal_by(user)) | Record.objects.filter(
        pk__in=correctable_by(user).values("pk")
    )


def read_records(user: Person) -> QuerySet[Record]:
    """Records of which the person sees what open data may not hold: those that an
    accepted service shows that they may read, and those that they keep."""
    return shown_in(read_by(user)) | kept_records(user)


def shown_in(listings: QuerySet[Listing]) -> QuerySet[Record]:
    """The records that the accepted among these services show; a draft gives no right
    to what it names."""
    accepted = Listing.objects.filter(
        pk__in=listings.values("pk"), record__revision__isnull=False
    )
    places = accepted.annotate(place=Func(F("location_ids"), function="unnest"))
    return Record.objects.filter(
        Q(pk__in=accepted.values("record_id"))
        | Q(pk__in=accepted.values("organization_id"))
        | Q(pk__in=places.values("place"))
    )


def can_correct(user: Person, record: Record) -> bool:
    return _among(correctable_by(user), record)


def _trusted_changes(user: Person) -> Q:
    """Changes of a trusted organization's own records that its people may decide.

    Not the fields the policy always checks, nor who runs it (that would be another
    body's matter), and no report of harm or closure.
    """
    places = Listing.objects.filter(pk__in=trusted_own_by(user).values("pk"))
    own = Q(record__listing__in=places)
    trusted = AssuranceLevel.objects.filter(
        level=Level.TRUSTED,
        partnership__policy__trusted_assures_own=True,
        partnership_id=OuterRef("record__home_id"),
        organization_id=OuterRef("record_id"),
        organization_id__in=_organizations(user, Permission.ASSURE_OWN),
    )
    own |= Q(record__kind=Kind.ORGANIZATION) & Q(Exists(trusted))
    always = Policy.objects.filter(
        partnership_id=OuterRef("record__home_id"),
        always_checked__contains=[OuterRef("path_name")],
    )
    urgent = Q(proposal__kind__in=(ProposalKind.CLOSURE, ProposalKind.REPORT)) | Q(
        proposal__gravity__in=(Gravity.CLOSED, Gravity.HARM)
    )
    moves_on = Q(path="organization_id")
    return own & ~Q(Exists(always)) & ~urgent & ~moves_on


def decidable_changes_by(
    user: Person, proposal: Proposal | None = None
) -> QuerySet[Change]:
    """Pending changes the person may decide, of one proposal or of all: two pairs of
    eyes, one remit."""
    if not is_person(user):
        return Change.objects.none()
    waiting = Change.objects.filter(verdict=Verdict.PENDING, proposal__state="open")
    if proposal:
        waiting = waiting.filter(proposal=proposal)
    parts = _decidable(user, waiting, acting_for(user))
    return Change.objects.filter(pk__in=_together(parts))


def _together(parts: Sequence[QuerySet[Any]], name: str = "pk") -> QuerySet[Any]:
    """What is in any of these. Each is asked by itself, so that none makes the database
    look at more than is in it, as conditions joined by “or” would."""
    first, *others = (part.order_by().values(name) for part in parts)
    return first.union(*others)


def _decidable(
    user: Person, waiting: QuerySet[Change], mine: Belonging
) -> list[QuerySet[Change]]:
    """Which of these changes the person may decide: those of services, of what else
    there is, and of trusted organizations."""
    others = waiting.exclude(
        Q(proposed_by_id=user.pk) | Q(proposal__proposer_id=user.pk)
    )
    listings = Listing.objects.filter(mine.listings())
    parts = [
        others.filter(record__in=listings.values("record")),
        others.filter(mine.homes("record__")),
    ]
    if mine.own:
        named = waiting.annotate(
            path_name=Func(
                F("path"), Value("/"), Value(1),
                function="split_part", output_field=CharField(),
            )
        )  # fmt: skip
        parts.append(named.filter(_trusted_changes(user)))
    return parts


def can_decide_change(user: Person, change: Change) -> bool:
    return _among(decidable_changes_by(user), change)


def decidable_by(user: Person, mine: Belonging | None = None) -> QuerySet[Proposal]:
    """Open proposals in which the person may decide something.

    A proposal without changes (a report, a closure) belongs to the listing's remit, or
    to whoever keeps the record it is about. ``mine`` is ``acting_for(user)``, where
    that is known already.
    """
    if not is_person(user):
        return Proposal.objects.none()
    mine = mine or acting_for(user)
    if not (mine.remits or mine.own):
        return Proposal.objects.none()
    waits = Change.objects.filter(verdict=Verdict.PENDING)
    open_ones = Proposal.objects.filter(state="open")
    fresh, others = Q(kind=ProposalKind.NEW), ~Q(kind=ProposalKind.NEW)
    bare = open_ones.filter(others, ~Exists(waits.filter(proposal=OuterRef("pk"))))
    bare = bare.exclude(proposer_id=user.pk)
    whole = [
        open_ones.filter(fresh, listing__in=_sent_in_by_others(user, mine.listings())),
        bare.filter(mine.listings("listing__")),
        bare.filter(mine.homes("record__"), listing=None),
    ]
    if mine.own:
        own = _first_assurable(user).filter(pk__in=trusted_own_by(user).values("pk"))
        whole.append(open_ones.filter(fresh, listing__in=own))
    # Changes of new services are decided with it, and are most of all that waits.
    changes = waits.filter(~Q(proposal__kind=ProposalKind.NEW), proposal__state="open")
    parts = _decidable(user, changes, mine)
    some = _together(parts, "proposal_id")
    return Proposal.objects.filter(pk__in=_together(whole).union(some))


def can_decide(user: Person, proposal: Proposal) -> bool:
    return _among(decidable_by(user), proposal)


# --- notes for one's own team ---------------------------------------------------------


def notable_by(user: Person) -> QuerySet[Listing]:
    """Listings about which the person may leave a note for their own team: those of
    their partner's place that they read. Not as their provider, and no drafts."""
    places = Partner.objects.filter(pk__in=_partners(user, Permission.SUGGEST))
    return (
        read_by(user)
        .filter(partnership__in=places.values("partnership"))
        .exclude(pk__in=own_by(user).values("pk"))
        .exclude(stage=Stage.DRAFT)
    )


def can_note(user: Person, listing: Listing) -> bool:
    return _among(notable_by(user), listing)


def notes_by(user: Person) -> QuerySet[TeamNote]:
    """Notes that the person sees: their own team's, about what they read. Never as the
    provider of the record."""
    if not is_person(user):
        return TeamNote.objects.none()
    return TeamNote.objects.filter(
        partner__in=_partners(user, Permission.SUGGEST),
        listing__in=read_by(user).values("pk"),
    ).exclude(listing__in=own_by(user).values("pk"))


def can_see_note(user: Person, note: TeamNote) -> bool:
    return _among(notes_by(user), note)


def strikeable_by(user: Person) -> QuerySet[TeamNote]:
    """Notes that the person may strike out: their own, and as an assurer the team's."""
    team = _partners(user, Permission.ASSURE)
    return notes_by(user).filter(
        Q(author_id=user.pk) | Q(partner__in=team), struck_at=None
    )


def can_strike(user: Person, note: TeamNote) -> bool:
    return _among(strikeable_by(user), note)


# --- whom we ask ----------------------------------------------------------------------


def contact_kept_by(user: Person) -> QuerySet[Listing]:
    """Listings for whose organization the person says whom to ask: its provider's
    editors, and the assurers in remit."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(pk__in=own_by(user).values("pk")) | Q(pk__in=in_remit_by(user).values("pk")),
        organization_id__isnull=False,
    )


def can_keep_contact(user: Person, listing: Listing) -> bool:
    return _among(contact_kept_by(user), listing)


# --- publishing and hiding ------------------------------------------------------------


def publishable_by(user: Person) -> QuerySet[Listing]:
    """Listings that the person may publish."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(partnership__in=_places(user, Permission.PUBLISH))


def can_publish(user: Person, listing: Listing) -> bool:
    return _among(publishable_by(user), listing)


def own_by(user: Person) -> QuerySet[Listing]:
    """Listings of the organizations whose listings the person edits."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        organization_id__in=_organizations(user, Permission.EDIT_LISTINGS)
    )


def begun_by(user: Person) -> QuerySet[Listing]:
    """What the person began and nobody has assured yet: theirs to go on with."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        author_id=user.pk, assured_on=None, record__revision=None
    )


def edited_organizations(user: Person) -> QuerySet[Organization]:
    """Organizations whose listings the person edits, by name."""
    if not is_person(user):
        return Organization.objects.none()
    return Organization.objects.filter(
        pk__in=_organizations(user, Permission.EDIT_LISTINGS)
    ).order_by("name", "pk")


def is_own(user: Person, listing: Listing) -> bool:
    return _among(own_by(user), listing)


def hideable_by(user: Person) -> QuerySet[Listing]:
    """Public listings that the person may take away from the public."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(pk__in=own_by(user).values("pk"))
        | Q(pk__in=in_remit_by(user).values("pk"))
        | Q(pk__in=publishable_by(user).values("pk"))
    )


def can_hide(user: Person, listing: Listing) -> bool:
    return _among(hideable_by(user), listing)


def restorable_by(user: Person) -> QuerySet[Listing]:
    """Hidden listings that the person may bring back: publisher or assurer."""
    if not is_person(user):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(pk__in=in_remit_by(user).values("pk"))
        | Q(pk__in=publishable_by(user).values("pk")),
        stage=Stage.UNPUBLISHED,
    )


def can_restore(user: Person, listing: Listing) -> bool:
    return _among(restorable_by(user), listing)


# --- the place ------------------------------------------------------------------------


def places_with(user: Person, permission: Permission) -> QuerySet[Partnership]:
    """Places on which the person holds a place-wide permission."""
    if not is_person(user):
        return Partnership.objects.none()
    return Partnership.objects.filter(pk__in=_places(user, permission))


def can_in_place(user: Person, permission: Permission, place: Partnership) -> bool:
    return _among(places_with(user, permission), place)


def appointable_by(user: Person) -> QuerySet[Record]:
    """Organizations whose first editor the person may appoint: assurers at its home."""
    if not is_person(user):
        return Record.objects.none()
    return Record.objects.filter(
        kind=Kind.ORGANIZATION,
        revision__isnull=False,
        home__partners__in=_partners(user, Permission.ASSURE),
    ).distinct()


def can_appoint_first_editor(user: Person, record: Record) -> bool:
    return _among(appointable_by(user), record)


def first_partner(user: Person) -> Partner | None:
    """The partner a person takes part for, where they take part for any."""
    if not is_person(user):
        return None
    return (
        Partner.objects.filter(
            Q(pk__in=_partners(user, Permission.SUGGEST))
            | Q(pk__in=_partners(user, Permission.READ_PARTNER_DATA))
        )
        .order_by("name")
        .first()
    )


def speaks_for(user: Person, partner: Partner) -> bool:
    """Whether the person takes part for this body, and may say so on a suggestion."""
    return partners_with(user, Permission.SUGGEST).filter(pk=partner.pk).exists()


def places_assured_by(user: Person) -> set[Any]:
    """The ids of the places in which the person assures for a partner."""
    if not is_person(user):
        return set()
    partners = Partner.objects.filter(pk__in=_partners(user, Permission.ASSURE))
    return set(partners.values_list("partnership_id", flat=True))


def has_editors(organization: Organization) -> bool:
    """Whether anybody keeps this organization's listings already."""
    return OrganizationGrant.objects.filter(
        content_object=organization, user__is_active=True
    ).exists()


def is_lapsed(listing: Listing, today: dt.date) -> bool:
    """Whether a listing has lapsed under its home's policy, on a day."""
    policy = listing.partnership.policy
    if listing.due_on is None:
        return False
    return today >= listing.due_on + dt.timedelta(days=policy.lapsed_days)


def holds_role(user: Person, role: Role, partner: Partner) -> bool:
    """Whether a person holds exactly this role for a partner."""
    if not is_person(user):
        return False
    return PartnerGrant.objects.filter(
        user_id=str(user.pk), content_object=partner, permission__codename=role.value
    ).exists()


def leads_of(place: Partnership) -> Iterator[User]:
    """The people who decide for a place whether much may be hidden: its leads."""
    for user in User.objects.filter(
        partnershipgrant__content_object=place, is_active=True
    ).distinct():
        if ids_with(user, Permission.DECIDE_HIDING, Partnership).filter(
            content_object_id=place.pk
        ):
            yield user
