"""What a morning has to do about reports, worked out again in plain Python: clocks that
go on, and reports whose time runs out brought to those above."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.models import PartnershipGrant
from common import clock
from tests.year.expected import Morning
from tests.year.reporting import goes_on_to
from workflow.models import Confirmation, Escalation, Proposal, ReportPause

DEPUTY, LEAD = "deputy", "lead"


@dataclass
class Reports:
    """The open reports of a place before the jobs of a day run."""

    morning: Morning
    ends: dict[Any, dt.datetime] = field(default_factory=dict)
    """When the time of each has to end after the morning."""
    still: set[Any] = field(default_factory=set)
    """Whose clock stands still after the morning."""
    told: set[tuple[Any, str]] = field(default_factory=set)
    above: dict[Any, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = Proposal.objects.filter(
            partnership=self.morning.place, state="open",
            kind__in=("report", "closure"), answer_by__isnull=False,
        ).select_related("listing__remit__deputy", "listing__remit__lead")  # fmt: skip
        self.rows = {row.pk: row for row in rows}
        self.ends = {row.pk: row.answer_by for row in rows if row.answer_by}
        for paused in ReportPause.objects.filter(proposal__in=self.rows, ended_at=None):
            self._read_pause(paused)
        self.told = set(
            Escalation.objects.filter(proposal__in=self.rows).values_list(
                "proposal_id", "step"
            )
        )
        leads = PartnershipGrant.objects.filter(
            content_object=self.morning.place, user__is_active=True,
            permission__codename="lead",
        )  # fmt: skip
        self.leads = tuple(
            sorted(leads.values_list("user__email", flat=True).distinct())
        )

    def _read_pause(self, paused: ReportPause) -> None:
        """A clock goes on where the provider has said something, or enough time has
        passed; then it ends when it was said to when it began to stand still."""
        about = self.rows[paused.proposal_id].listing_id
        since = {"listing": about, "created_at__gt": paused.created_at}
        said = [
            *Confirmation.objects.filter(source="provider", **since).values_list(
                "created_at", flat=True
            ),
            *Proposal.objects.filter(by_provider=True, **since).values_list(
                "created_at", flat=True
            ),
        ]
        if said and min(said) < paused.until:
            day = clock.london_day(min(said))
            ends = goes_on_to(self.morning.policy, day, paused.left)
            self.ends[paused.proposal_id] = ends
        elif self.morning.now < paused.until:
            self.still.add(paused.proposal_id)

    def brought(self) -> set[tuple[Any, str, tuple[str, ...]]]:
        """Which reports are brought to whom this morning, at which step."""
        now, found = self.morning.now, set()
        hours = dt.timedelta(hours=self.morning.policy.amber_hours)
        for key, ends in self.ends.items():
            is_red = now > ends
            is_amber = ends.astimezone(dt.UTC) - now.astimezone(dt.UTC) <= hours
            if not (is_red or is_amber) or (key in self.still and not is_red):
                continue
            step = LEAD if is_red else DEPUTY
            if self.told & {(key, step), (key, LEAD)}:
                continue
            found.add((key, step, self._whom(self.rows[key], step)))
        return found

    def _whom(self, row: Proposal, step: str) -> tuple[str, ...]:
        remit = row.listing.remit if row.listing else None
        if step == LEAD or remit is None:
            return self.leads
        return ((remit.deputy or remit.lead).email,)
