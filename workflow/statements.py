"""The statements: what a commissioner's services are like, what a partner's work was.

Each figure is defined here once, with the sentence that says so beside it, as a query
for exactly the records that it counts.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import (
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import Partner
from common import clock
from workflow import contracts, rates
from workflow.choices import Hidden, ProposalKind, Stage, Verdict
from workflow.measuring import worked
from workflow.models import (
    Assurance,
    Change,
    Contract,
    ContractedListing,
    Effort,
    KeptQuarter,
    Listing,
    Proposal,
)
from workflow.readiness import months_before

# --- contracts ------------------------------------------------------------------------

MONTHS = 12
"""How far back errors and changes of a commissioner's statement go."""


def contracted_services(partner: Partner) -> QuerySet[Any]:
    """The services of a partner's contracts that hold, each once, in a query; which
    organizations and services the contracts name is asked before it.

    With ``reference``; ``errors`` reported in twelve months and ``stood`` the longest
    that one of them stood; ``open_errors`` that wait; ``changes`` accepted.
    """
    now, today = clock.now(), clock.today()
    since = now - dt.timedelta(days=(today - months_before(today, MONTHS)).days)
    holding = Contract.objects.filter(contracts.holds_on(today), commissioner=partner)
    whole = holding.filter(
        partnership_id=partner.partnership_id, organization_id__isnull=False
    )
    named = ContractedListing.objects.filter(contract__in=holding)
    by_organization = whole.filter(
        organization_id=OuterRef("organization_id")
    ).order_by("reference")
    by_name = named.filter(listing_id=OuterRef("pk")).order_by("contract__reference")
    # As ids, or the database would ask all services of the place about the contracts.
    theirs = Q(
        organization_id__any_of=list(whole.values_list("organization_id", flat=True))
    ) | Q(pk__any_of=list(named.values_list("listing_id", flat=True)))
    errors = (
        Proposal.objects.filter(
            listing_id=OuterRef("pk"), created_at__gt=since, by_provider=False,
            kind__in=(ProposalKind.REPORT, ProposalKind.CLOSURE),
        )
        .order_by()
        .values("listing_id")
    )  # fmt: skip
    stood = ExpressionWrapper(
        Coalesce(F("decided_at"), Value(now)) - F("created_at"),
        output_field=DurationField(),
    )
    changes = (
        Change.objects.filter(
            proposal__listing_id=OuterRef("pk"), decision__decided_at__gt=since,
            decision__undone_at=None,
            verdict__in=(Verdict.ACCEPTED, Verdict.CHANGED),
        )
        .exclude(proposal__kind=ProposalKind.NEW)
        .order_by()
        .values("proposal__listing_id")
    )  # fmt: skip
    return (
        Listing.objects.filter(_due_at_all(), partnership_id=partner.partnership_id)
        .annotate(
            reference=Coalesce(
                Subquery(by_name.values("contract__reference")[:1]),
                Subquery(by_organization.values("reference")[:1]),
            ),
            errors=_number(errors.annotate(n=Count("pk")).values("n")),
            open_errors=_number(
                errors.annotate(n=Count("pk", filter=Q(decided_at=None))).values("n")
            ),
            stood=Subquery(errors.annotate(most=Max(stood)).values("most")[:1]),
            changes=_number(changes.annotate(n=Count("pk")).values("n")),
        )
        # A contract may end between the two questions.
        .filter(theirs, reference__isnull=False)
        .select_related("record")
        .order_by("reference", "title", "pk")
    )


OF_SERVICES: Mapping[str, tuple[str, str]] = {
    "in_date": (
        "In date",
        (
            "Of the services that the partner commissions, those published and "
            "checked of which the day of the next check has not come."
        ),
    ),
    "errors": (
        "Errors reported in 12 months",
        (
            "Reports of something wrong, of harm or of closure by others than those "
            "who run the service."
        ),
    ),
    "stood": (
        "Longest stood",
        (
            "The longest that one of these reports stood before it was answered, or "
            "stands by now."
        ),
    ),
    "open_errors": ("Not answered yet", "Of these reports, those that still wait."),
    "changes": (
        "Changes in 12 months",
        (
            "Changes of single values that were accepted, as suggested or with "
            "another value. What was undone does not count, nor the first version."
        ),
    ),
}
"""Label and definition of each number that a commissioner is told of its services."""


def _number(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows[:1], output_field=IntegerField()), 0)


def _due_at_all(listing: str = "") -> Q:
    """Records that are to be checked: public or about to be, or hidden only because
    nobody did."""
    return Q(**{f"{listing}stage__in": (Stage.ASSURED, Stage.PUBLISHED)}) | Q(
        **{
            f"{listing}stage": Stage.UNPUBLISHED,
            f"{listing}hidden_because": [Hidden.LAPSED],
        }
    )


# --- effort ---------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year, from 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> dt.date:
        """The day after its last."""
        return self.next.first

    @property
    def next(self) -> "Quarter":
        if self.number == 4:
            return Quarter(self.year + 1, 1)
        return Quarter(self.year, self.number + 1)

    @property
    def before(self) -> "Quarter":
        if self.number == 1:
            return Quarter(self.year - 1, 4)
        return Quarter(self.year, self.number - 1)

    @property
    def key(self) -> str:
        """``2026-4``, as an address says it."""
        return f"{self.year}-{self.number}"

    def __str__(self) -> str:
        last = self.after - dt.timedelta(days=1)
        return f"{self.first:%B} to {last:%B %Y}"


def quarter_of(day: dt.date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(said: str, today: dt.date) -> Quarter:
    """The quarter that an address says, begun by today; this one for nothing. Raises
    ValueError."""
    if not said:
        return quarter_of(today)
    year, _, number = said.partition("-")
    found = Quarter(int(year), int(number))
    is_one = 1 <= found.number <= 4 and 2000 <= found.year <= today.year
    if not (is_one and found.first <= today):
        raise ValueError(said)
    return found


DEFINITIONS: Mapping[str, str] = {
    "due": (
        "Records in the partner’s areas of work of which a check fell due in the "
        "quarter, up to today. A record that was hidden for another reason than want "
        "of a check is not due. What was due is written down when the quarter ends, by "
        "the areas of work and the policy of that day, and stays."
    ),
    "in_time": (
        "Of these, those checked again before they were overdue by the place’s policy, "
        "each time that a check fell due in the quarter: by the policy of today, of a "
        "quarter that is over by the policy when it ended."
    ),
    "late": (
        "Of these, those that were overdue before somebody checked them, or still are."
    ),
    "open": "Of these, those whose check has fallen due, is not made, and not overdue.",
    "minutes": (
        "The minutes of every check, correction, decision, call and review that the "
        "partner’s people did in the quarter: what they stated, else what the place "
        "reckons. What was undone does not count, nor what organisations do for their "
        "own records."
    ),
    "cost": (
        "This time, to the minute, at the hourly rate that was agreed for the day of "
        "the work."
    ),
}
"""What each number of a partner's statement means."""
LABELS: Mapping[str, str] = {
    "due": "Due",
    "in_time": "Done in time",
    "late": "Late or not done",
    "open": "Due, not done yet",
    "minutes": "Time",
    "cost": "Cost",
}


def kept(place_id: Any, quarter: Quarter) -> KeptQuarter | None:
    """What a place wrote down of a quarter when it was over, if it did."""
    return KeptQuarter.objects.filter(
        partnership=place_id, year=quarter.year, number=quarter.number
    ).first()


def fell_due(place_id: Any, quarter: Quarter, today: dt.date) -> QuerySet[Any]:
    """Standing checks of a place whose next one fell due in the quarter, by today, with
    that day as ``fell_due``: by the period that held while the check stood, of the
    records that are to be checked as they are now."""
    days = (quarter.first, min(quarter.after - dt.timedelta(days=1), today))
    return Assurance.objects.filter(
        _due_at_all("listing__"),
        # Each by itself, or the database would guess how many there are.
        Q(redated_due_on=None, due_on__range=days) | Q(redated_due_on__range=days),
        undone_at=None,
        listing__partnership=place_id,
    ).annotate(fell_due=Coalesce("redated_due_on", "due_on"))


@dataclass(frozen=True)
class _Basis:
    """What the numbers of a partner's quarter are counted from: the checks whose next
    one fell due in it, and by when a record was overdue."""

    checks: QuerySet[Any]
    overdue: dt.timedelta
    today: dt.date

    @property
    def missed(self) -> QuerySet[Any]:
        """Those after which no standing check came before the record was overdue."""
        later = Assurance.objects.filter(
            listing_id=OuterRef("listing_id"), undone_at=None,
            created_at__gt=OuterRef("created_at"),
            assured_on__lt=ExpressionWrapper(
                OuterRef("fell_due") + self.overdue, output_field=DateField()
            ),
        )  # fmt: skip
        return self.checks.exclude(Exists(later))

    @property
    def grace(self) -> dt.date:
        """What fell due on this day or before and was missed is late by now."""
        return self.today - self.overdue


def _basis(partner: Partner, quarter: Quarter, today: dt.date) -> _Basis:
    """As it was written down when the quarter was over; else by whose areas of work and
    what policy there is today."""
    place_id = partner.partnership_id
    written = kept(place_id, quarter)
    if written is None:
        checks = fell_due(place_id, quarter, today).filter(
            listing__remit__partner=partner
        )
        days = partner.partnership.policy.overdue_days
    else:
        checks = Assurance.objects.filter(
            undone_at=None, in_quarters__quarter=written, in_quarters__partner=partner
        ).annotate(fell_due=F("in_quarters__due_on"))
        days = written.overdue_days
    return _Basis(checks, dt.timedelta(days=days), today)


def due(partner: Partner, quarter: Quarter, today: dt.date) -> QuerySet[Any]:
    """The records that were due, with ``is_late`` and ``is_open``."""
    basis = _basis(partner, quarter, today)
    missed = basis.missed.filter(listing_id=OuterRef("pk"))
    return (
        Listing.objects.filter(pk__in=basis.checks.values("listing"))
        .annotate(
            is_late=Exists(missed.filter(fell_due__lte=basis.grace)),
            is_open=Exists(missed.filter(fell_due__gt=basis.grace)),
        )
        .order_by("title", "pk")
    )


PARTS: Mapping[str, Q] = {
    "due": Q(),
    "in_time": Q(is_late=False, is_open=False),
    "late": Q(is_late=True),
    "open": Q(is_late=False, is_open=True),
}
"""The parts of what was due. The last three together are the first."""


def _numbers(partner: Partner, quarter: Quarter, today: dt.date) -> dict[str, int]:
    """How many each of ``PARTS`` has: counted from the checks, for it takes longer to
    ask it of each record."""
    basis = _basis(partner, quarter, today)
    number: int = basis.checks.aggregate(n=Count("listing", distinct=True))["n"]
    missed = (
        basis.missed.values("listing")
        .annotate(is_late=BoolOr(Q(fell_due__lte=basis.grace)))
        .aggregate(
            late=Count("listing", filter=Q(is_late=True)),
            open=Count("listing", filter=Q(is_late=False)),
        )
    )
    in_time = number - missed["late"] - missed["open"]
    return {"due": number, "in_time": in_time, **missed}


def work_of(place_id: Any, first: dt.date, after: dt.date) -> QuerySet[Effort]:
    """Every piece of work that counts for a partner of a place, latest first: from the
    first day to the one before ``after``."""
    return Effort.objects.filter(
        partnership_id=place_id, partner__isnull=False, taken_back_at=None,
        done_on__gte=first, done_on__lt=after,
    ).order_by("-done_on", "-created_at", "pk")  # fmt: skip


def efforts(partner: Partner, quarter: Quarter) -> QuerySet[Effort]:
    """Every piece of work that counts for the partner in the quarter, latest first."""
    work = work_of(partner.partnership_id, quarter.first, quarter.after)
    return work.filter(partner=partner)


@dataclass(frozen=True)
class Account:
    """The numbers of one partner and quarter. ``charges`` are in the order of days, one
    for each rate at which something was worked, and never none."""

    numbers: Mapping[str, int]
    by_kind: Sequence[Mapping[str, Any]]
    minutes: int
    charges: Sequence[rates.Charge]

    @property
    def time(self) -> str:
        """All of it in words."""
        return worked(self.minutes)

    @property
    def cost(self) -> Decimal | None:
        """Pounds for all work that had a rate; None where none had."""
        costs = [one.cost for one in self.charges if one.cost is not None]
        return sum(costs, Decimal(0)) if costs else None


def account(partner: Partner, quarter: Quarter, today: dt.date) -> Account:
    """The whole statement in six queries, besides the policy."""
    numbers = _numbers(partner, quarter, today)
    by_kind = list(
        efforts(partner, quarter)
        .order_by("kind")
        .values("kind")
        .annotate(
            number=Count("pk"), minutes=Sum("minutes"),
            stated=Count("pk", filter=Q(stated=True)),
        )
    )  # fmt: skip
    return Account(
        numbers, by_kind, sum(row["minutes"] for row in by_kind),
        _charges(partner, quarter),
    )  # fmt: skip


def _charges(partner: Partner, quarter: Quarter) -> list[rates.Charge]:
    agreed = rates.of_place(partner.partnership_id)
    stretches = agreed.stretches(quarter.first, quarter.after)
    minutes = efforts(partner, quarter).aggregate(
        **{
            f"from_{number}": Sum(
                "minutes", default=0,
                filter=Q(done_on__gte=one.first, done_on__lt=one.after),
            )
            for number, one in enumerate(stretches)
        }
    )  # fmt: skip
    charges = [
        rates.Charge(one, minutes[f"from_{number}"])
        for number, one in enumerate(stretches)
    ]
    return [one for one in charges if one.minutes] or charges[-1:]
