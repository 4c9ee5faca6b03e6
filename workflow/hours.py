"""What there is to do in a place against the hours there are: by area of work, by week.

The hours there are, are those there were: how much was checked in a week of late.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Partner
from common import clock
from directory.freshness import full_date
from workflow import (
    access,
    conditions,
    effort,
    figures,
    listing_counts,
    working_days,
)
from workflow.choices import EffortKind, Grade, Stage
from workflow.figures import Figure
from workflow.figures_of_listings import SPANS
from workflow.measuring import Values
from workflow.models import Listing, Policy, Proposal, Remit

AHEAD = dt.timedelta(days=30)
"""How far ahead the work that falls due is counted for an area of work."""
WEEKS = 8
"""How many weeks ahead are shown, this one included."""
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)


OF_REMIT: Mapping[str, Figure] = {
    slug: Figure(f"remit-{slug}", label, definition, "Who needs help", noun=noun)
    for slug, label, definition, noun in (
        ("public", "Published",
         "Records in this area of work that the public can see today.", "record"),
        ("soon", "Due now or in 30 days",
         ("Of what is published, that whose check is due, or falls due in the next 30 "
         "days, and that is not overdue."), "record"),
        ("late", "Behind",
         ("Records in this area of work that are overdue or lapsed by what the policy "
         "allows: still public, or hidden for want of a check."), "record"),
        ("waiting", "Waiting for its team",
         ("Suggestions, reports and new services that this area of work has to decide, "
         "whoever of its people may. What somebody sent in themselves, and an appeal "
         "against what they declined, wait for a colleague and are not in their own "
         "work."), "suggestion"),
    )
}  # fmt: skip
"""What is said of each area of work."""
OF_WEEK = Figure(
    "week",
    "Checks that fall due in a week",
    "Published records whose next check is due then, or whose first check is planned "
    "for then. The first line is what is due already.",
    "What falls due",
)
"""What is said of each of the weeks ahead."""
CAPACITY = Figure(
    "capacity",
    "Can be checked",
    "The checks that can be made on the working days of a time ahead: in a week as "
    "many as the lead has planned with, else as were made in a week of late.",
    "What falls due",
    noun="check",
)
"""What stands beside each time ahead."""
DECLARED: tuple[Figure, ...] = (*OF_REMIT.values(), OF_WEEK, CAPACITY)


def _duties(policy: Policy, now: dt.datetime) -> tuple[Q, Q]:
    """What is due or falls due within ``AHEAD``, and what is behind."""
    today = clock.london_day(now)
    late = figures.graded(policy, Grade.OVERDUE, today) | figures.graded(
        policy, Grade.LAPSED, today
    )
    soon = figures.PUBLIC & Q(due_on__lte=today + AHEAD) & ~late
    return soon, conditions.behind(policy, today)


def in_remit(remit: Remit, policy: Policy, now: dt.datetime) -> dict[str, Figure]:
    """What ``by_remit`` counts for one area of work, by slug, with the rows behind."""
    soon, late = _duties(policy, now)
    listings = figures.listings(policy)
    mine = listings.filter(remit=remit).order_by("due_on", "pk")

    def figure(slug: str, rows: Callable[[Policy, dt.datetime], Any]) -> Figure:
        declared = OF_REMIT[slug]
        label = f"{remit.name}: {declared.label.lower()}"
        return replace(declared, slug=slug, label=label, rows=rows)

    return {
        "public": figure("public", lambda policy, now: mine.filter(figures.PUBLIC)),
        "soon": figure("soon", lambda policy, now: mine.filter(soon)),
        "late": figure("late", lambda policy, now: mine.filter(late)),
        "waiting": figure("waiting", lambda policy, now: _waiting(remit, policy, now)),
    }


def _waiting(remit: Remit, policy: Policy, now: dt.datetime) -> QuerySet[Proposal]:
    """What an area of work has to decide. The few that are about no service are found
    first: asked of each suggestion, their home takes longer than all the rest."""
    waiting = figures.waiting(policy, now)
    homes = waiting.filter(listing=None).annotate(in_remit=access.remit_of_proposals())
    others = homes.filter(in_remit=remit.pk).values_list("pk", flat=True)
    return waiting.filter(Q(listing__remit=remit) | Q(pk__in=list(others)))


Tallies = Mapping[str, Mapping[uuid.UUID, int]]
"""Numbers by the slug of what they count (``OF_REMIT``) and by area of work."""


def by_remit(
    policy: Policy, now: dt.datetime, *, partner: Partner | None = None,
    most: int | None = None, counted: Tallies | None = None,
) -> list[Any]:  # fmt: skip
    """The areas of work, the most behind first, with what each has to do: all of them,
    a partner's, or so many.

    ``public``, ``soon`` (due, or falls due within ``AHEAD``), ``late`` (behind) and
    ``waiting`` (suggestions and reports) are added to each; ``counted`` has them, where
    they are known. Six queries; none looks at a record that falls due later but to
    count what is shown.
    """
    remits = Remit.objects.filter(partnership_id=policy.partnership_id)
    if partner:
        remits = remits.filter(partner=partner)
    tallies = counted or _duties_of_remits(remits, policy, now)
    if most:
        late, soon = tallies["late"], tallies["soon"]
        busy = [key for key in {**late, **soon} if late.get(key) or soon.get(key)]
        busy.sort(key=lambda key: (-late.get(key, 0), -soon.get(key, 0), str(key)))
        if len(busy) >= most:
            remits = remits.filter(pk__in=busy[:most])
    found: list[Any] = list(
        remits.select_related("partner", "lead", "deputy").order_by("name")
    )
    _add(found, tallies, ("late", "soon"))
    found.sort(key=lambda remit: (-remit.late, -remit.soon))
    shown = found[:most]
    if counted is None:
        ids = [remit.pk for remit in shown]
        public = (
            figures.listings(policy).filter(figures.PUBLIC, remit__in=ids)
            .order_by().values_list("remit_id").annotate(n=Count("pk"))
        )  # fmt: skip
        tallies = {"public": dict(public), "waiting": _waiting_in(ids, policy, now)}
    _add(shown, tallies, ("public", "waiting"))
    return shown


def _add(remits: list[Any], tallies: Tallies, slugs: tuple[str, ...]) -> None:
    for remit in remits:
        for slug in slugs:
            setattr(remit, slug, tallies[slug].get(remit.pk, 0))


def _waiting_in(
    ids: list[uuid.UUID], policy: Policy, now: dt.datetime
) -> Mapping[uuid.UUID, int]:
    """How many suggestions each of these areas of work has to decide: of services by
    their area of work, the few others by that of their home."""
    waiting = figures.waiting(policy, now).order_by()
    of_services = waiting.filter(listing__remit__in=ids).values_list("listing__remit")
    rows = waiting.filter(listing=None).annotate(in_remit=access.remit_of_proposals())
    others = rows.filter(in_remit__in=ids).values_list("in_remit")
    found: Counter[uuid.UUID] = Counter()
    for counted in (of_services, others):
        found.update(dict(counted.annotate(n=Count("pk"))))
    return found


def _duties_of_remits(
    remits: QuerySet[Remit], policy: Policy, now: dt.datetime
) -> Tallies:
    """What is behind and what is due soon, by area of work."""
    soon, late = _duties(policy, now)
    rows = figures.listings(policy).filter(remit__in=remits.values("pk")).order_by()
    return {
        slug: dict(rows.filter(where).values_list("remit_id").annotate(n=Count("pk")))
        for slug, where in (("late", late), ("soon", soon))
    }


@dataclass(frozen=True)
class Held:
    """How many records an area of work holds, and how many of them are published."""

    all: int = 0
    published: int = 0


def held_by(remit_ids: Iterable[Any]) -> Mapping[Any, Held]:
    """What each of some areas of work holds. One query, over an index that holds
    nothing else."""
    rows = Listing.objects.filter(remit__in=list(remit_ids)).order_by()
    published = Count("pk", filter=Q(stage=Stage.PUBLISHED))
    found = rows.values_list("remit_id").annotate(published=published, all=Count("pk"))
    return {remit: Held(all, published) for remit, published, all in found}


# --- by week --------------------------------------------------------------------------


@dataclass(frozen=True)
class Week:
    """Checks that fall due between two days, both included. ``first`` is None for what
    is due already."""

    number: int
    label: str
    first: dt.date | None
    last: dt.date

    @property
    def where(self) -> Q:
        """The condition for being counted in it."""
        due = Q(due_on__lte=self.last)
        first = Q(due_on=None, first_due_on__lte=self.last)
        if self.first:
            due &= Q(due_on__gte=self.first)
            first &= Q(first_due_on__gte=self.first)
        return figures.PUBLIC & (due | first)

    def figure(self) -> Figure:
        """It as a figure, with the records behind it."""
        return replace(
            OF_WEEK, slug=f"week-{self.number}", label=f"Checks: {self.label}",
            where=lambda policy, today: self.where,
        )  # fmt: skip


def weeks(today: dt.date) -> list[Week]:
    """What is due already, then the rest of this week, then the weeks after it."""
    sunday = today + dt.timedelta(days=6 - today.weekday())
    found = [Week(0, "Due already", None, today)]
    if today < sunday:
        found.append(Week(1, "The rest of this week", today + _DAY, sunday))
    first = sunday + _DAY
    for number in range(2, WEEKS + 1):
        label = f"The week of {full_date(first)}"
        found.append(Week(number, label, first, first + 6 * _DAY))
        first += _WEEK
    return found


def falls_due(policy: Policy, today: dt.date) -> list[tuple[Week, int]]:
    """Each week with how many checks fall due in it, in one query."""
    found = weeks(today)
    counted = listing_counts.counted(
        policy, {str(week.number): week.where for week in found}
    )
    return [(week, counted[str(week.number)]) for week in found]


@dataclass(frozen=True)
class Ahead:
    """A time ahead: what has to be checked in it, with what is due already, and what
    can be."""

    days: int
    falls_due: int
    wanted: int
    can: int


def forecast(policy: Policy, found: Values, now: dt.datetime) -> list[Ahead]:
    """Each of the times ahead, out of the figures that were counted."""
    today, working = clock.london_day(now), working_days.of_policy(policy)
    in_a_week = policy.checks_per_week or found["pace"] or 0
    made = []
    for days in SPANS:
        last = today + days * _DAY
        open_days = len(working.between(today + _DAY, last))
        due = found[f"due-{days}"] or 0
        can = in_a_week * open_days // len(policy.working_days)
        made.append(Ahead(days, due, due + (found["due-already"] or 0), can))
    return made


def pace(policy: Policy, now: dt.datetime) -> int:
    """How many checks are made in a week, rounded; 0 where none was made lately."""
    return figures.of_slugs(["pace"], policy, now)["pace"] or 0


def minutes_of_check(policy: Policy) -> int:
    """What a check takes in a place where there are many."""
    return effort.in_general([policy.partnership_id])[EffortKind.CHECK]
