"""What is advised about the level of each organization, worked out again in plain
Python from the three sentences in which a lead reads the rule."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from directory.models import OrganizationGrant
from tests.year import plain
from tests.year.expected import Morning
from workflow.models import (
    Assurance,
    AssuranceLevel,
    Change,
    Confirmation,
    Effort,
    Proposal,
)

Facts = dict[str, int]


class Levels:
    """The organizations of a place before the jobs of a day run."""

    def __init__(self, morning: Morning) -> None:
        self.morning, self.day = morning, morning.day
        self.since = plain.months_later(self.day, -12)
        self.lately = plain.months_later(self.day, -6)
        self.bodies: defaultdict[Any, set[Any]] = defaultdict(set)
        for pk, row in morning.listings.items():
            if row["organization_id"]:
                self.bodies[row["organization_id"]].add(pk)
        self.levels = {
            row.organization_id: row
            for row in AssuranceLevel.objects.filter(partnership=morning.place)
        }
        self._read_people()
        self._read_answers()
        self._read_checks()
        self._read_suggestions()

    def _read_people(self) -> None:
        self.people: defaultdict[Any, set[Any]] = defaultdict(set)
        grants = OrganizationGrant.objects.filter(user__is_active=True)
        for body, user in grants.values_list("content_object_id", "user_id"):
            self.people[body].add(user)

    def _read_answers(self) -> None:
        """On which days the provider said something of its own about a record."""
        self.said: defaultdict[Any, list[dt.date]] = defaultdict(list)
        for pk, day in Confirmation.objects.filter(
            source="provider", listing__in=self.morning.listings
        ).values_list("listing_id", "said_on"):
            self.said[pk].append(day)
        for pk, at in (
            Proposal.objects.filter(by_provider=True, listing__in=self.morning.listings)
            .exclude(kind="new")
            .values_list("listing_id", "created_at")
        ):
            self.said[pk].append(at.date())

    def _read_checks(self) -> None:
        self.checks: defaultdict[Any, list[Assurance]] = defaultdict(list)
        rows = Assurance.objects.filter(
            undone_at=None, listing__in=self.morning.listings
        )
        for row in rows.order_by("created_at"):
            self.checks[row.listing_id].append(row)

    def _read_suggestions(self) -> None:
        """What was said, with what became of each part of it."""
        self.about: defaultdict[Any, list[Proposal]] = defaultdict(list)
        since = dt.datetime.combine(self.since, dt.time(), tzinfo=dt.UTC)
        rows = Proposal.objects.filter(
            decided_at__gt=since, source=None, partnership=self.morning.place
        ).exclude(kind="new")
        owner = {pk: body for body, pks in self.bodies.items() for pk in pks}
        for row in rows:
            body = owner.get(row.listing_id) if row.listing_id else row.record_id
            self.about[body].append(row)
        self.verdicts: defaultdict[Any, list[str]] = defaultdict(list)
        changes = Change.objects.filter(
            proposal__in=rows, decision__undone_at=None,
            verdict__in=("accepted", "changed", "rejected"),
        ).select_related("decision", "proposal")  # fmt: skip
        for one in changes:
            by = one.decision.decided_by_id if one.decision else None
            if one.decision and by != one.proposal.proposer_id:
                self.verdicts[one.proposal_id].append(one.verdict)
        self.corrected: defaultdict[Any, list[dt.datetime]] = defaultdict(list)
        for pk, at in Effort.objects.filter(
            kind="correct", taken_back_at=None, listing__in=self.morning.listings
        ).values_list("listing_id", "created_at"):
            self.corrected[pk].append(at)

    # --- one organization -------------------------------------------------------------

    def advised(self, running: Mapping[Any, int]) -> dict[Any, tuple[str, Facts]]:
        """The advice and the facts of every organization. How many services of each
        are public is told: the other jobs of a morning hide some meanwhile."""
        return {body: self._of(body, running.get(body, 0)) for body in self.bodies}

    def running(self) -> Counter[Any]:
        """How many services of each organization are public before the morning."""
        rows = self.morning.listings.values()
        return Counter(
            row["organization_id"] for row in rows if row["stage"] == "published"
        )

    def _of(self, body: Any, services: int) -> tuple[str, Facts]:
        facts = dict.fromkeys(
            ("asked", "answered", "lapses", "accepted", "changed", "rejected",
             "errors", "errors_before"), 0,
        )  # fmt: skip
        facts["people"] = len(self.people[body])
        for pk in self.bodies[body]:
            self._count_checks(facts, pk)
        for proposal in self.about[body]:
            self._count_suggestion(facts, proposal)
        facts["services"] = services
        return self._advice(body, facts), facts

    def _count_checks(self, facts: Facts, pk: Any) -> None:
        """How often a check fell due, was answered in time, or lapsed."""
        row, policy = self.morning.listings[pk], self.morning.policy
        if row["stage"] not in ("assured", "published") and (
            row["hidden_because"] != ["lapsed"]
        ):
            return
        soon = dt.timedelta(days=policy.due_soon_days)
        overdue = dt.timedelta(days=policy.overdue_days)
        lapsed = dt.timedelta(days=policy.lapsed_days)
        checks = self.checks[pk]
        for one, then in zip(checks, [*checks[1:], None], strict=False):
            due = one.due_on
            if due > self.day:
                continue
            days = list(self.said[pk])
            if then and then.single_handed and then.decision_id is None:
                days.append(then.assured_on)
            in_time = any(due - soon <= day < due + overdue for day in days)
            if in_time:
                facts["answered"] += due > self.since
                facts["asked"] += due > self.since
                continue
            if (then is None or then.assured_on >= due) and due + overdue <= self.day:
                facts["asked"] += due > self.since
            over = due + lapsed
            if self.since < over <= self.day and (
                then is None or then.assured_on >= over
            ):
                facts["lapses"] += 1

    def _count_suggestion(self, facts: Facts, proposal: Proposal) -> None:
        verdicts = self.verdicts[proposal.pk]
        if proposal.by_provider:
            for verdict in verdicts:
                facts[verdict] += 1
            return
        decided = proposal.decided_at
        assert decided is not None
        upheld = {"accepted", "changed"} & set(verdicts) or (
            proposal.kind in ("report", "closure")
            and any(
                proposal.created_at <= at <= decided
                for at in self.corrected[proposal.listing_id]
            )
        )
        if upheld:
            half = dt.datetime.combine(self.lately, dt.time(), tzinfo=dt.UTC)
            facts["errors" if decided > half else "errors_before"] += 1

    def _advice(self, body: Any, facts: Facts) -> str:
        held = self.levels.get(body)
        level = held.level if held else "proxy"
        good = facts["accepted"] + facts["changed"]
        if level != "proxy" and facts["errors"] >= max(3, facts["errors_before"] + 1):
            return "step_down"
        if not facts["people"] or not facts["services"] or facts["lapses"]:
            return ""
        if level == "proxy":
            few = facts["errors"] + facts["errors_before"] <= 1
            return "ready" if facts["answered"] + good >= 2 and few else ""
        if level == "trusted" or held is None:
            return ""
        half = dt.datetime.combine(self.lately, dt.time(), tzinfo=dt.UTC)
        decided = good + facts["rejected"]
        is_ready = (
            held.decided_at <= half
            and not facts["errors"]
            and decided >= 3
            and good >= 0.9 * decided
            and facts["answered"] >= 1
            and facts["answered"] >= 0.9 * facts["asked"]
        )
        return "ready" if is_ready else ""
