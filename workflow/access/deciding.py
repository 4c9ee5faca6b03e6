"""Who decides which change, and whose each record is."""

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from directory.choices import Kind
from workflow.access.assuring import (
    first_assurable,
    sent_in_by_others,
    trusted_own_by,
)
from workflow.access.authority import (
    Asker,
    Authority,
    among,
    authority_of,
    of_trusted,
    one_of,
    rule,
)
from workflow.access.seeing import internal_by, read_by
from workflow.choices import Gravity, Level, ProposalKind, ProposalState, Verdict
from workflow.models import (
    AssuranceLevel,
    Change,
    Listing,
    Policy,
    Proposal,
    Record,
    Remit,
)


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


@rule
def correctable_by(me: Authority) -> QuerySet[Record]:
    """Records that the person's body keeps: its assurers may correct them at once."""
    return Record.objects.filter(me.belonging.records())


@rule
def kept_records(me: Authority) -> QuerySet[Record]:
    """Records that the person keeps: their body decides about them, or they see all of
    an accepted service that shows them."""
    shown = _is_shown_in(internal_by(me))
    return Record.objects.filter(shown | one_of(correctable_by(me)))


def guarded_places() -> QuerySet[Record]:
    """Places that are kept secret, and those that somebody lives at."""
    return Record.objects.filter(
        Q(revision__payload__contains={"sensitive": True})
        | Q(revision__payload__contains={"home": True}),
        kind=Kind.LOCATION,
    )


@rule
def read_records(me: Authority) -> QuerySet[Record]:
    """Records of which the person sees what open data may not hold: those that an
    accepted service shows that they may read, and those that they keep."""
    shown = _is_shown_in(read_by(me))
    return Record.objects.filter(shown | one_of(kept_records(me)))


def shown_in(listings: QuerySet[Listing]) -> QuerySet[Record]:
    """The records that the accepted among these services show; a draft gives no right
    to what it names."""
    return Record.objects.filter(_is_shown_in(listings))


def _is_shown_in(listings: QuerySet[Listing]) -> Q:
    accepted = listings.filter(record__revision__isnull=False)
    return Q(
        Exists(accepted.filter(record=OuterRef("pk")))
        | Exists(accepted.filter(organization_id=OuterRef("pk")))
        | Exists(accepted.filter(location_ids__contains=[OuterRef("pk")]))
    )


def can_correct(user: Asker, record: Record) -> bool:
    return among(correctable_by, user, record)


def _trusted_changes(me: Authority) -> Q:
    """Changes of a trusted organization's own records that its people may decide.

    Not the fields the policy always checks, nor who runs it (that would be another
    body's matter), and no report of harm or closure.
    """
    own = Q(record__listing__in=trusted_own_by(me).values("pk"))
    for place, bodies in me.trusted.items():
        own |= Q(record__kind=Kind.ORGANIZATION, record__home=place, record__in=bodies)
    return own & _left_to_trusted()


def _left_to_trusted() -> Q:
    """What of changes with ``path_name`` a trusted organization may decide."""
    always = Policy.objects.filter(
        partnership_id=OuterRef("record__home_id"),
        always_checked__contains=[OuterRef("path_name")],
    )
    urgent = Q(proposal__kind__in=(ProposalKind.CLOSURE, ProposalKind.REPORT)) | Q(
        proposal__gravity__in=(Gravity.CLOSED, Gravity.HARM)
    )
    moves_on = Q(path="organization_id")
    return ~Q(Exists(always)) & ~urgent & ~moves_on


def _named(changes: QuerySet[Change]) -> QuerySet[Any]:
    """Changes with ``path_name``, the field or list that each is about."""
    return changes.annotate(
        path_name=Func(
            F("path"), Value("/"), Value(1),
            function="split_part", output_field=CharField(),
        )
    )  # fmt: skip


def left_to_trusted_bodies(changes: QuerySet[Change]) -> QuerySet[Change]:
    """Those of these changes that people of a trusted organization may decide too."""
    trusted = AssuranceLevel.objects.filter(
        level=Level.TRUSTED,
        partnership__policy__trusted_assures_own=True,
        partnership=OuterRef("record__home_id"),
    )
    service = Exists(
        trusted.filter(organization_id=OuterRef("record__listing__organization_id"))
    )
    body = Exists(trusted.filter(organization_id=OuterRef("record_id")))
    of_either = Q(service, record__kind=Kind.SERVICE) | Q(
        body, record__kind=Kind.ORGANIZATION
    )
    return _named(changes).filter(of_either, _left_to_trusted())


def decidable_changes_by(
    user: Asker, proposal: Proposal | None = None
) -> QuerySet[Change]:
    """Pending changes the person may decide, of one proposal or of all: two pairs of
    eyes, one remit."""
    me = authority_of(user)
    waiting = Change.objects.filter(verdict=Verdict.PENDING, proposal__state="open")
    if proposal:
        waiting = waiting.filter(proposal=proposal)
    return Change.objects.filter(pk__in=_together(_decidable(me, waiting)))


def _together(parts: Sequence[QuerySet[Any]], name: str = "pk") -> QuerySet[Any]:
    """What is in any of these. Each is asked by itself, so that none makes the database
    look at more than is in it, as conditions joined by “or” would."""
    first, *others = (part.order_by().values(name) for part in parts)
    return first.union(*others)


def _decidable(
    me: Authority, waiting: QuerySet[Change], *, at_once: bool = False
) -> list[QuerySet[Change]]:
    """Which of these changes the person may decide: those of services, of what else
    there is, and of trusted organizations.

    ``at_once`` finds the person's services first, and what waits for just these: by
    itself the database looks up the service of everything that waits.
    """
    others = waiting.exclude(Q(proposed_by_id=me.pk) | Q(proposal__proposer_id=me.pk))
    services = Listing.objects.filter(me.belonging.listings()).values("record")
    how = "record__found_first" if at_once else "record__in"
    parts = [
        others.filter(**{how: services}),
        others.filter(me.belonging.homes("record__")),
    ]
    if me.trusted:
        parts.append(_named(waiting).filter(_trusted_changes(me)))
    return parts


def can_decide_change(user: Asker, change: Change) -> bool:
    return among(decidable_changes_by, user, change)


@rule
def decidable_at_once(me: Authority) -> QuerySet[Proposal]:
    """The same as ``decidable_by``, with the ids found first, from the remits of the
    person: that costs as much as there is for them.
    """
    if not (me.remits or me.trusted):
        return Proposal.objects.none()
    whole, changes = _decidable_parts(me, at_once=True)
    some = _together(changes, "proposal_id")
    return Proposal.objects.filter(pk__in=_together(whole).union(some))


@rule
def decidable_by(me: Authority) -> QuerySet[Proposal]:
    """Open proposals in which the person may decide something.

    A proposal without changes (a report, a closure) belongs to the listing's remit, or
    to whoever keeps the record it is about. It is asked of each proposal as it is read:
    for few that are known, and for somebody who decides about much of what there is.
    The first of them in an order that an index has are found so, without finding all.
    """
    if not (me.remits or me.trusted):
        return Proposal.objects.none()
    whole, changes = _decidable_parts(me)
    named = [(part, "proposal") for part in changes] + [(part, "pk") for part in whole]
    parts = [
        part.filter(**{name: OuterRef("pk")}).order_by().values("pk")
        for part, name in named
    ]
    # Put together, and not joined by “or”: the database would find all of a part first.
    first, *others = parts
    found = Exists(first.union(*others, all=True))
    return Proposal.objects.filter(found, state=ProposalState.OPEN)


def _decidable_parts(
    me: Authority, *, at_once: bool = False
) -> tuple[list[QuerySet[Proposal]], list[QuerySet[Change]]]:
    """The open proposals that the person decides as a whole, and the changes that bring
    the others to them."""
    waits = Change.objects.filter(verdict=Verdict.PENDING)
    open_ones = Proposal.objects.filter(state=ProposalState.OPEN)
    fresh, others = Q(kind=ProposalKind.NEW), ~Q(kind=ProposalKind.NEW)
    bare = open_ones.filter(others, ~Exists(waits.filter(proposal=OuterRef("pk"))))
    bare = bare.exclude(proposer_id=me.pk)
    whole = [
        open_ones.filter(fresh, listing__in=sent_in_by_others(me)),
        bare.filter(me.belonging.listings("listing__")),
        bare.filter(me.belonging.homes("record__"), listing=None),
    ]
    if me.trusted:
        own = first_assurable(me).filter(of_trusted(me))
        whole.append(open_ones.filter(fresh, listing__in=own))
    # Changes of new services are decided with it, and are most of all that waits.
    changes = waits.filter(
        ~Q(proposal__kind=ProposalKind.NEW), proposal__state=ProposalState.OPEN
    )
    return whole, _decidable(me, changes, at_once=at_once)


def can_decide(user: Asker, proposal: Proposal) -> bool:
    return among(decidable_by, user, proposal)
