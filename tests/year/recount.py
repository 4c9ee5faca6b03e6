"""The lead's figures counted once more, in plain Python.

Most are made of the audit trail (``trail``), the checks and the versions of the records
alone. A few need something more that the trail does not tell, of the row that it names:
of what kind a suggestion is, how urgent, and which record it is about. ``NOT_TOLD`` has
those that cannot be counted so, and why. No query of the product's figures is used.
"""

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.models import Partner, Partnership
from common import clock
from tests.year import plain
from tests.year.expected import Periods
from tests.year.reporting import time_ends
from tests.year.trail import (
    ASSURED,
    DRAFT,
    PUBLISHED,
    SUBMITTED,
    Asked,
    Said,
    Trail,
)
from workflow import figures
from workflow.choices import Answered, Hidden
from workflow.models import Assurance, Effort, Listing, Proposal, Revision

Numbers = dict[str, int | None]
QUARTER, MONTH = dt.timedelta(days=90), dt.timedelta(days=30)
TWELVE_WEEKS = dt.timedelta(weeks=12)
NOT_TOLD = {
    "unowned": "in whose area of work a record is follows from the rules of the areas "
    "of work, which are worked out and not written into the trail",
    "unowned-none": "as unowned",
    "unowned-tie": "as unowned",
}
"""Figures that the trail does not tell, and why."""
WITHIN = {"decision-time": 2, "correction-time": 2, "hours": 1, "cost": 2}
"""By how much two numbers may differ that were rounded at different times."""


@dataclass(frozen=True)
class Checked:
    """A check that stands."""

    at: dt.datetime
    on: dt.date
    single_handed: bool


class Recount:
    """What the trail, the checks and the versions of a place say at an instant."""

    def __init__(self, place: Partnership, now: dt.datetime) -> None:
        self.place, self.now, self.today = place, now, clock.london_day(now)
        self.policy = place.policy
        self.record_of = dict(
            Listing.objects.filter(partnership=place).values_list("pk", "record_id")
        )
        self.payloads: dict[Any, Any] = {}
        for record, payload in Revision.objects.filter(
            record__in=self.record_of.values(), made_at__lte=now
        ).order_by("number").values_list("record_id", "payload"):  # fmt: skip
            self.payloads[record] = payload
        self.checks: dict[Any, list[Checked]] = {}
        for row in Assurance.objects.filter(
            listing__in=self.record_of, undone_at=None, created_at__lte=now
        ).order_by("created_at"):
            self.checks.setdefault(row.listing_id, []).append(
                Checked(row.created_at, row.assured_on, row.single_handed)
            )
        self.rows = {row.pk: row for row in Proposal.objects.filter(partnership=place)}
        self.trail = Trail(place, now, self._body)

    def from_the_trail(self) -> Numbers:
        """What the trail, the checks and the versions tell."""
        return {
            **self._glance(), **self._graded(), **self._ahead(), **self._on_its_way(),
            **self._hiding(), **self._owners(), **self._checks(), **self._speed(),
            **self._answers(),
        }  # fmt: skip

    # --- where the records stand ------------------------------------------------------

    @cached_property
    def public(self) -> list[Any]:
        """What the public sees."""
        return [
            pk for pk, stage in self.trail.stage.items()
            if stage == PUBLISHED and self._is_open(pk)
        ]  # fmt: skip

    def _is_open(self, pk: Any) -> bool:
        return self.trail.visibility.get(self.record_of.get(pk), "open") == "open"

    @cached_property
    def due(self) -> dict[Any, dt.date]:
        """The day of the next check of each record that was checked."""
        periods = Periods(self.policy)
        found = {}
        for pk, checks in self.checks.items():
            payload = self.payloads[self.record_of[pk]]
            terms = [one["taxonomy_term_id"] for one in payload.get("attributes", ())]
            level = self.trail.levels.get(self._body(pk), "proxy")
            months = periods.months(terms, level, critical=pk in self.trail.critical)
            found[pk] = plain.months_later(checks[-1].on, months)
        return found

    def _body(self, pk: Any) -> Any:
        """The organization of a record, or of what a suggestion is about."""
        if row := self.rows.get(pk):
            if row.listing_id is None:
                return row.record_id
            pk = row.listing_id
        if pk not in self.record_of:
            return pk
        body = self.payloads.get(self.record_of[pk], {}).get("organization_id")
        return UUID(body) if body else None

    @cached_property
    def late(self) -> dict[Any, int]:
        """By how many days each public record is past its day."""
        return {
            pk: (self.today - self.due[pk]).days for pk in self.public if pk in self.due
        }

    @cached_property
    def behind(self) -> dict[Any, int]:
        """By how many days each record is late that is overdue, or hidden for it."""
        overdue = {
            pk: days for pk, days in self.late.items()
            if days >= self.policy.overdue_days
        }  # fmt: skip
        return overdue | {
            pk: (self.today - self.due[pk]).days if pk in self.due else 0
            for pk, why in self.trail.hidden.items()
            if "lapsed" in why and self._is_open(pk)
        }

    def _glance(self) -> Numbers:
        fresh = sum(days < 0 for days in self.late.values())
        return {
            "published": len(self.public),
            "in-date": fresh,
            "in-date-share": _percent(fresh, len(self.public)),
            "behind": len(self.behind),
        }

    def _graded(self) -> Numbers:
        soon, overdue = self.policy.due_soon_days, self.policy.overdue_days
        lapsed, days = self.policy.lapsed_days, list(self.late.values())
        behind = list(self.behind.values())
        return {
            "not-due": sum(late < -soon for late in days),
            "due-soon": sum(-soon <= late < 0 for late in days),
            "due": sum(0 <= late < overdue for late in days),
            "overdue": sum(overdue <= late < lapsed for late in days),
            "lapsed": sum(late >= lapsed for late in days),
            "carried-over": len(self.public) - len(days),
            "behind-overdue": sum(late < lapsed for late in behind),
            "behind-lapsed": sum(lapsed <= late < lapsed + 28 for late in behind),
            "behind-long": sum(late >= lapsed + 28 for late in behind),
            "slipping": sum(max(0, lapsed - 14) <= late < lapsed for late in days),
            "critical": sum(
                late >= lapsed
                for pk, late in self.late.items()
                if pk in self.trail.critical
            ),
        }

    def _ahead(self) -> Numbers:
        """The trail does not tell for which day a first check is planned."""
        if self.trail.planned_first_checks:
            return {}
        days = list(self.late.values())
        return {
            "due-already": sum(late >= 0 for late in days),
            **{
                f"due-{span}": sum(0 < -late <= span for late in days)
                for span in (14, 30, 60)
            },
            "first-to-plan": len(self.public) - len(days),
            "first-late": 0,
        }

    def _on_its_way(self) -> Numbers:
        trail, stages = self.trail, self.trail.stage
        drafts = [pk for pk, stage in stages.items() if stage == DRAFT]
        return {
            "to-publish": sum(stage == ASSURED for stage in stages.values()),
            "stuck-submitted": sum(
                stage == SUBMITTED and self._days(trail.submitted[pk]) > 7
                for pk, stage in stages.items()
            ),
            "stuck-returned": sum(
                self._days(trail.returned[pk]) > 14
                for pk in drafts
                if pk in trail.returned
            ),
            "stuck-draft": sum(
                self._days(trail.drafted[pk]) > 30
                for pk in drafts
                if pk not in trail.returned
            ),
        }

    def _days(self, at: dt.datetime) -> int:
        return (self.today - clock.london_day(at)).days

    def _hiding(self) -> Numbers:
        reasons = Counter(why for whys in self.trail.hidden.values() for why in whys)
        all_of = Counter(self.trail.stage.values())
        return {
            **{
                f"hidden-{why.value.replace('_', '-')}": reasons[why.value]
                for why in Hidden
            },
            "partners-only": all_of[PUBLISHED] - len(self.public),
        }

    def _owners(self) -> Numbers:
        kinds = Counter(self.trail.entries.get(pk, "") for pk in self.public)
        return {
            "unclaimed": sum(
                not self.trail.keepers[self._body(pk)] for pk in self.public
            ),
            "signposts": kinds["signpost"],
            "cards": kinds["body"],
        }

    # --- what people did --------------------------------------------------------------

    def _checks(self) -> Numbers:
        every = [one for checks in self.checks.values() for one in checks]
        in_pace = sum(one.at > self.now - TWELVE_WEEKS for one in every)
        span = TWELVE_WEEKS
        if all(one.at > self.now - TWELVE_WEEKS for one in every) and every:
            first = self.now - min(one.at for one in every)
            span = max(dt.timedelta(weeks=1), first)
        return {
            "checks": sum(one.at > self.now - MONTH for one in every),
            "pace-checks": in_pace,
            "pace": round(in_pace / (span / dt.timedelta(weeks=1))),
            "single-handed-checks": sum(
                one.single_handed and one.at > self.now - QUARTER for one in every
            ),
        }

    def _lately(self, at: dt.datetime | None) -> bool:
        return at is not None and at > self.now - QUARTER

    def _speed(self) -> Numbers:
        said, waiting = self.trail.said, self.trail.waiting
        received = [one for one in said if self._lately(one.at)]
        return {
            "waiting": len(waiting),
            "received": len(received),
            "decision-time": _median(one for one in said if self._lately(one.ended)),
            "single-handed": sum(
                self._lately(at) for _, at in self.trail.single_handed
            ),
        }

    def _answers(self) -> Numbers:
        rows = [
            row for some in self.trail.asked.values() for row in some
            if row.day > self.today - QUARTER and row.channel != "lead"
        ]  # fmt: skip
        return {
            "asked": len(rows),
            **{
                f"answered-{way.replace('_', '-')}": _by(rows, way)
                for way in Answered.values
            },
            "not-answered": _by(rows, ""),
        }

    # --- with one thing more of the rows ----------------------------------------------

    def with_the_rows(self) -> Numbers:
        """What the trail tells once it is known of what kind a suggestion is, how
        urgent, and about which record."""
        late = in_time = too_late = accepted = 0
        corrections = []
        for one in self.trail.said:
            if self._lately(one.at):
                accepted += self._was_good(one)
            if not self._is_report(one):
                continue
            waits = self.trail.waiting.get(one.key) is one
            late += waits and self._ends(one) < self.now
            if self._lately(one.ended):
                is_late = one.ended is not None and one.ended > self._ends(one)
                too_late += is_late
                in_time += not is_late
                corrections += [one] if self._was_put_right(one) else []
        received = sum(self._lately(one.at) for one in self.trail.said)
        return {
            "late": late,
            "answered-in-time": in_time,
            "answered-late": too_late,
            "in-time-share": _percent(in_time, in_time + too_late),
            "accepted": accepted,
            "accepted-share": _percent(accepted, received),
            "correction-time": _median(corrections),
            **self._hours(),
        }

    def _is_report(self, one: Said) -> bool:
        row = self.rows.get(one.key)
        return row is not None and row.kind in ("report", "closure")

    def _ends(self, one: Said) -> dt.datetime:
        told_on = clock.london_day(one.at)
        row = self.rows[one.key]
        return one.answer_by or time_ends(self.policy, row, told_on)

    def _was_good(self, one: Said) -> bool:
        if one.ended is None:
            return False
        good = {"accepted", "changed", "same"} & one.verdicts
        return bool(good) or (self._is_report(one) and self._was_put_right(one))

    def _was_put_right(self, one: Said) -> bool:
        """A part of it was accepted, or the record was corrected before the answer."""
        if {"accepted", "changed"} & one.verdicts:
            return True
        about = self.rows[one.key].listing_id
        return any(
            self.rows[key].listing_id == about
            and one.at <= at <= (one.ended or self.now)
            for key, at in self.trail.corrected
            if key in self.rows
        )

    def _hours(self) -> Numbers:
        """What the place reckons for each piece of work of its partners. The trail does
        not have minutes that somebody stated: while there are any, nothing is told."""
        stated = Effort.objects.filter(
            partnership=self.place, stated=True, done_on__gt=self.today - MONTH
        )
        if stated.exists():
            return {}
        partners = set(
            Partner.objects.filter(partnership=self.place).values_list(
                "name", flat=True
            )
        )
        lately = [
            one for one in self.trail.work
            if one.day > self.today - MONTH and one.body in partners
        ]  # fmt: skip
        pence = [
            one.minutes * float(rate) * 100 / 60
            for one in lately
            if (rate := self._rate(one.day))
        ]
        return {
            "hours": sum(one.minutes for one in lately),
            "cost": round(sum(pence)) if pence else None,
        }

    def _rate(self, day: dt.date) -> str:
        """The rate that was agreed for a day; nothing where none was."""
        agreed = [rate for since, rate in sorted(self.trail.rates) if since <= str(day)]
        return agreed[-1] if agreed else ""


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None


def _by(rows: list[Asked], way: str) -> int:
    return sum(row.how == way for row in rows)


def _median(said: Any) -> int | None:
    spans = [
        (one.ended - one.at) / dt.timedelta(minutes=1) for one in said if one.ended
    ]
    return round(statistics.median(spans)) if spans else None


@dataclass
class Compared:
    """What came of comparing the figures of a place once."""

    from_the_trail: set[str]
    with_the_rows: set[str]
    differ: dict[str, Any]
    """The figure, the number of the lead's page, and the one counted again."""


def compare(place: Partnership, now: dt.datetime) -> Compared:
    """Put the lead's page beside the recount."""
    recount, shown = Recount(place, now), figures.values(place.policy, now)
    trail, rows = recount.from_the_trail(), recount.with_the_rows()
    differ = {
        slug: (shown[slug], number)
        for slug, number in (trail | rows).items()
        if abs((shown[slug] or 0) - (number or 0)) >= WITHIN.get(slug, 1)
        or (shown[slug] is None) != (number is None)
    }
    return Compared(set(trail), set(rows), differ)
