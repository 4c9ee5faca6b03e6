"""What a change of the policy would do, before it is saved.

Everything is counted in the database from the dates that would follow, in a fixed
number of queries; what would be hidden is asked of the rules that hide
(``workflow/lapsing.py``). A test compares it with what then happens.
"""

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.models import PartnerGrant
from accounts.roles import Role
from workflow import figures, hours, lapsing, periods
from workflow.choices import Grade, Hidden, Stage, WhenLapsed
from workflow.models import Listing, Policy, Remit

SOON = dt.timedelta(days=30)
"""How far ahead the first checks after the change are counted."""
THEN = "_then"


@dataclass(frozen=True)
class Number:
    """A number as it is and as it would be."""

    label: str
    now: int
    then: int

    @property
    def more(self) -> int:
        """By how much it would grow; negative where it would shrink."""
        return self.then - self.now


@dataclass(frozen=True)
class Work:
    """The checks of one area of work: in a month on average, and in the next 30 days,
    now and then, in minutes too, so many ``each``; ``people`` are the assurers who
    share them."""

    name: str
    people: int
    each: int
    month: Number
    soon: Number

    @property
    def minutes(self) -> Number:
        """How long the checks of a month take all of them together."""
        now, then = self.month.now * self.each, self.month.then * self.each
        return Number(self.name, now, then)

    @property
    def minutes_each(self) -> Number:
        """How long they take each of the people; all of it where there is nobody."""
        share = max(self.people, 1)
        total = self.minutes
        return Number(self.name, total.now // share, total.then // share)


@dataclass(frozen=True)
class Preview:
    """What a policy would do with what stands today.

    ``grades`` counts what is public by grade; ``earlier`` and ``later`` are dates that
    move. At the next run ``hidden`` records would be hidden beside those that are
    hidden anyway, ``left`` are left to a person, ``back`` come back unless the gate
    stops them; ``scope`` is set where the run would stop and ask the lead first.
    """

    grades: list[Number]
    earlier: int
    later: int
    hidden: int
    left: Number
    back: int
    scope: str
    work: list[Work]

    @property
    def does_nothing(self) -> bool:
        """Whether no record and nobody's work is touched."""
        moved = self.earlier + self.later + self.hidden + self.back
        return not moved and not self.left.more and not any(g.more for g in self.grades)


def changed(policy: Policy, values: Mapping[str, Any]) -> Policy:
    """A copy of a policy with other values, which is never saved."""
    found = copy.copy(policy)
    for name, value in values.items():
        if name != "period_rules":
            setattr(found, name, value)
    return found


def preview(policy: Policy, values: Mapping[str, Any], today: dt.date) -> Preview:
    """What would follow if these values of the policy were saved today."""
    then = changed(policy, values)
    rows = values.get("period_rules")
    exceptions = periods.rows_of(policy) if rows is None else rows
    before = periods.of_policy(policy)
    after = periods.of_rows(then.period_months, exceptions)
    listings = Listing.objects.filter(partnership_id=policy.partnership_id)
    dated = periods.with_due(periods.with_due(listings, before), after, THEN)
    now_hides = lapsing.verdict(policy, today)
    then_hides = lapsing.verdict(then, today, dated, f"falls_due{THEN}")
    known = {late.listing_id for late in now_hides.hide}
    return Preview(
        grades=_grades(dated, policy, then, today),
        **_moved(dated),
        hidden=len([x for x in then_hides.hide if x.listing_id not in known]),
        left=Number("Left to a person", len(now_hides.left), len(then_hides.left)),
        back=_coming_back(dated, then, today),
        scope=then_hides.scope,
        work=_work(dated, policy, today),
    )


def _grades(
    dated: QuerySet[Any], policy: Policy, then: Policy, today: dt.date
) -> list[Number]:
    graded = list(Grade)
    counted = dated.filter(figures.PUBLIC).aggregate(**{
        f"{grade.value}_{when}": Count(
            "pk", filter=figures.graded(p, grade, today, due)
        )
        for grade in graded
        for when, p, due in (
            ("now", policy, "due_on"), ("then", then, f"falls_due{THEN}"),
        )
    })  # fmt: skip
    return [
        Number(grade.label, counted[f"{grade}_now"], counted[f"{grade}_then"])
        for grade in graded
    ]


def _moved(dated: QuerySet[Any]) -> dict[str, int]:
    due = F("due_on")
    counted: dict[str, int] = dated.filter(assurance__isnull=False).aggregate(
        earlier=Count("pk", filter=Q(**{f"falls_due{THEN}__lt": due})),
        later=Count("pk", filter=Q(**{f"falls_due{THEN}__gt": due})),
    )
    return counted


def _coming_back(dated: QuerySet[Any], then: Policy, today: dt.date) -> int:
    hidden = dated.filter(stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED])
    if then.when_lapsed == WhenLapsed.HIDE:
        limit = lapsing.hides_before(then, today)
        hidden = hidden.filter(**{f"falls_due{THEN}__gt": limit})
    return hidden.count()


def _work(dated: QuerySet[Any], policy: Policy, today: dt.date) -> list[Work]:
    """The areas of work by name, then what is nobody’s. Four queries."""
    soon = today + SOON
    rows = (
        dated.filter(figures.PUBLIC)
        .order_by()
        .values("remit_id", "months", f"months{THEN}")
        .annotate(
            number=Count("pk"),
            soon=Count("pk", filter=Q(due_on__lte=soon)),
            soon_then=Count("pk", filter=Q(**{f"falls_due{THEN}__lte": soon})),
        )
    )
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row["remit_id"], []).append(row)
    remits = Remit.objects.filter(pk__in=[key for key in found if key])
    people = assurers_of(remits)
    each = hours.minutes_of_check(policy)
    made = [
        _of_remit(remit.name, people.get(remit.partner_id, 0), found[remit.pk], each)
        for remit in remits.order_by("name")
    ]
    if None in found:
        made.append(_of_remit("Nobody’s area of work", 0, found[None], each))
    return made


def _of_remit(name: str, people: int, rows: list[Any], each: int) -> Work:
    def month(which: str) -> int:
        return round(sum(row["number"] / row[which] for row in rows))

    return Work(
        name, people, each, Number(name, month("months"), month(f"months{THEN}")),
        Number(name, sum(r["soon"] for r in rows), sum(r["soon_then"] for r in rows)),
    )  # fmt: skip


def assurers_of(remits: QuerySet[Remit]) -> dict[Any, int]:
    """How many people assure for each partner that has one of these areas of work."""
    grants = PartnerGrant.objects.filter(
        content_object__in=remits.values("partner_id"),
        permission__codename=Role.ASSURER.value,
        user__is_active=True,
    ).order_by()
    counted = grants.values_list("content_object_id")
    return dict(counted.annotate(n=Count("user_id", distinct=True)))
