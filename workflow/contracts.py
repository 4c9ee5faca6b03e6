"""Which services are provided under a contract, who keeps the contracts, what is due.

A contract holds for every service that its organization runs in the place, and for the
services that it names.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.access import Person, ids_with, is_person
from accounts.models import Partner, Partnership, User
from accounts.permissions import Permission
from directory import freshness
from workflow import access
from workflow.choices import ContractDue, Hidden, Stage
from workflow.models import Contract, ContractedListing, ContractNotice, Listing

NEAR_END = dt.timedelta(days=60)
"""How long before its end a contract is said to end soon."""
REVIEW_SOON = dt.timedelta(days=30)
"""How long before its day a review is said to fall due."""
ENDED_LATELY = dt.timedelta(days=30)
"""How long after its end somebody is told that a contract ended."""


# --- what is contracted ---------------------------------------------------------------


def holds_on(day: dt.date, contract: str = "") -> Q:
    """The condition on contracts for holding on a day; ``contract`` leads to them."""
    return Q(
        Q(**{f"{contract}ends_on": None}) | Q(**{f"{contract}ends_on__gte": day}),
        **{f"{contract}ended_at": None, f"{contract}starts_on__lte": day},
    )


def contracted(today: dt.date) -> Q:
    """The condition on listings for being provided under a contract on this day."""
    whole = Contract.objects.filter(
        holds_on(today),
        partnership_id=OuterRef("partnership_id"),
        organization_id=OuterRef("organization_id"),
    )
    named = ContractedListing.objects.filter(
        holds_on(today, "contract__"), listing_id=OuterRef("pk")
    )
    return Q(Exists(whole)) | Q(Exists(named))


def services(contract: Contract) -> QuerySet[Listing]:
    """The services of a contract that are on their way or public, or only lapsed."""
    found = Q(contracted__contract=contract)
    if contract.organization_id:
        found |= Q(organization_id=contract.organization_id)
    kept = Q(stage__in=(Stage.SUBMITTED, Stage.ASSURED, Stage.PUBLISHED)) | Q(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]
    )
    here = Listing.objects.filter(kept, partnership_id=contract.partnership_id)
    return here.filter(pk__in=here.filter(found).values("pk"))


def notices_about(listing: Listing) -> QuerySet[ContractNotice]:
    """What the managers of its contracts were told about a listing, the newest first;
    what an earlier home told them stays theirs."""
    rows = ContractNotice.objects.filter(
        listing=listing, contract__partnership=listing.partnership_id
    )
    return rows.select_related("contract__commissioner", "message").order_by(
        "-created_at", "-pk"
    )


# --- who may --------------------------------------------------------------------------


def keeping_places(user: Person) -> QuerySet[Partnership]:
    """The places whose contracts the person keeps: as its lead, or as an assurer."""
    if not is_person(user):
        return Partnership.objects.none()
    assures = Partner.objects.filter(pk__in=ids_with(user, Permission.ASSURE, Partner))
    led = access.places_with(user, Permission.SET_POLICY)
    return Partnership.objects.filter(
        Q(pk__in=led.values("pk")) | Q(pk__in=assures.values("partnership_id"))
    )


def kept_by(user: Person) -> QuerySet[Contract]:
    """The contracts that the person may change and end."""
    return Contract.objects.filter(partnership__in=keeping_places(user).values("pk"))


def can_keep(user: Person, contract: Contract) -> bool:
    return kept_by(user).filter(pk=contract.pk).exists()


def can_keep_in(user: Person, place: Partnership) -> bool:
    """Whether the person may add a contract in a place."""
    return keeping_places(user).filter(pk=place.pk).exists()


def commissioners_by(user: Person) -> QuerySet[Partner]:
    """The partners whose statement the person sees: their own, and those of a place
    that they lead."""
    if not is_person(user):
        return Partner.objects.none()
    own = ids_with(user, Permission.READ_PARTNER_DATA, Partner)
    led = access.places_with(user, Permission.SET_POLICY)
    return Partner.objects.filter(Q(pk__in=own) | Q(partnership__in=led.values("pk")))


def can_see_statement(user: Person, partner: Partner) -> bool:
    return commissioners_by(user).filter(pk=partner.pk).exists()


def seen_by(user: Person) -> QuerySet[Contract]:
    """The contracts that the person sees: those they keep, and their own partner's."""
    return Contract.objects.filter(
        Q(pk__in=kept_by(user).values("pk"))
        | Q(commissioner__in=commissioners_by(user).values("pk"))
    )


def sees_any(user: Person) -> bool:
    """Whether the person has to do with contracts: keeps them, or reads a statement."""
    return keeping_places(user).exists() or commissioners_by(user).exists()


def managers_of(partner: Partner) -> QuerySet[User]:
    """Who may be the manager of a partner's contract: whoever has a part in it."""
    return (
        User.objects.filter(partnergrant__content_object=partner, is_active=True)
        .distinct()
        .order_by("name", "pk")
    )


# --- what is due ----------------------------------------------------------------------


def review_due(contract: Contract) -> dt.date:
    """The day on which the contract is to be looked at again, by its period."""
    last = contract.reviewed_on or contract.starts_on
    return freshness.due_on(last, contract.review_months)


@dataclass(frozen=True)
class Coming:
    """What is due of a contract on a day: its review, or its end."""

    about: ContractDue
    day: dt.date

    @property
    def words(self) -> str:
        """“Its review falls due on 1 July 2026”."""
        return f"{self.about.label} on {freshness.full_date(self.day)}"


def coming(contract: Contract, today: dt.date) -> list[Coming]:
    """What somebody has to look at of a contract on this day; a review that falls due
    after its end is none."""
    ends = contract.ends_on
    if contract.ended_at or contract.starts_on > today:
        return []
    if ends and ends < today:
        late = ends >= today - ENDED_LATELY
        return [Coming(ContractDue.ENDED, ends)] if late else []
    found, review = [], review_due(contract)
    if review <= today:
        found.append(Coming(ContractDue.REVIEW_DUE, review))
    elif review <= min(today + REVIEW_SOON, ends or dt.date.max):
        found.append(Coming(ContractDue.REVIEW_SOON, review))
    if ends and ends <= today + NEAR_END:
        found.append(Coming(ContractDue.END_NEAR, ends))
    return found


def to_look_at(
    contracts: QuerySet[Contract], today: dt.date
) -> list[tuple[Contract, list[Coming]]]:
    """Those of these of which something comes, what comes first or came long ago
    first. One query."""
    there = contracts.filter(
        Q(ends_on=None) | Q(ends_on__gte=today - ENDED_LATELY),
        ended_at=None, starts_on__lte=today,
    ).select_related("commissioner", "manager", "partnership")  # fmt: skip
    found = [(one, due) for one in there if (due := coming(one, today))]
    return sorted(found, key=lambda row: (row[1][0].day, row[0].reference))


def told_at(contract: Contract) -> str:
    """Where its manager is written to: the person while their account is open, else the
    mailbox, else that of the commissioner's role; nothing where there is none."""
    manager = contract.manager
    if manager and manager.is_active:
        return manager.email
    return contract.manager_mailbox or contract.commissioner.role_mailbox


def is_over(contract: Contract, today: dt.date) -> bool:
    """Whether a contract was ended, or its last day is past."""
    past = contract.ends_on is not None and contract.ends_on < today
    return past or contract.ended_at is not None


def standing(contract: Contract, today: dt.date) -> tuple[str, str]:
    """Where a contract stands today, in words, and how to mark it."""
    if is_over(contract, today):
        return "Ended", ""
    if contract.starts_on > today:
        return "Not begun yet", ""
    soon = contract.ends_on and contract.ends_on <= today + NEAR_END
    due = review_due(contract) <= today
    if soon:
        return "Ends soon, review due" if due else "Ends soon", "due"
    return ("Review due", "due") if due else ("Holds", "good")


def in_order(contracts: QuerySet[Contract]) -> QuerySet[Any]:
    """Contracts as a list shows them: those that hold first, with ``named_count``."""
    return (
        contracts.select_related("commissioner", "manager")
        .annotate(named_count=Count("named"))
        .order_by("ended_at", "commissioner__name", "ends_on", "reference", "pk")
    )
