"""The lead's figures counted once more from the audit trail, in plain Python.

Nothing but the trail is read: who did what to which thing, and when. What it does not
tell (who may see a record, by which of several mails somebody answered, how long
somebody worked) is not counted here.
"""

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import AuditEvent, Partnership
from common import clock
from workflow import figures
from workflow.choices import Hidden

QUARTER, MONTH = dt.timedelta(days=90), dt.timedelta(days=30)
SUGGESTED = {"change_proposed", "reported_publicly", "proposal_put_again"}
"""What begins a suggestion or a report about a record that is there."""
DECIDED = {"proposal_decided", "proposal_closed_as_same", "proposal_overtaken"}
SENT_IN = {"listing_submitted", "listing_appealed", "listing_reopened"}
"""What begins the wait of a service that is not there yet."""
LOOKED_AT_AGAIN = {"publishing_undone", "listing_appealed", "listing_reopened"}
LET_IN = {"listing_assured", "listing_published"}
TAKEN_OUT = {
    "proposal_withdrawn", "listing_returned", "submission_withdrawn",
    "listing_declined",
}  # fmt: skip
"""What ends the wait without a decision."""


@dataclass
class Recount:
    """What the trail of a place says up to an instant."""

    place: Partnership
    now: dt.datetime
    public: set[Any] = field(default_factory=set)
    hidden: dict[Any, list[str]] = field(default_factory=dict)
    checked: list[tuple[Any, Any, dt.datetime]] = field(default_factory=list)
    received: dict[Any, list[dt.datetime]] = field(default_factory=dict)
    waiting: dict[Any, dt.datetime] = field(default_factory=dict)
    decided: list[tuple[dt.datetime, dt.timedelta]] = field(default_factory=list)
    asked: Counter[dt.date] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        trail = AuditEvent.objects.filter(
            partnership_id=self.place.pk, at__lte=self.now
        )
        for event in trail.order_by("at", "pk"):
            self._stage(event)
            self._suggestion(event)
            if event.verb == "listing_assured":
                self.checked.append((event.object_id, event.actor_id, event.at))
            elif event.verb == "check_undone":
                who = (event.object_id, event.actor_id)
                self.checked.remove([one for one in self.checked if one[:2] == who][-1])
            elif event.verb == "provider_asked":
                day = clock.london_day(event.at)
                self.asked[day] += len(_after(event)["listings"])

    def _stage(self, event: AuditEvent) -> None:
        one = event.object_id
        if event.verb == "listing_published":
            self.public.add(one)
            self.hidden.pop(one, None)
        elif event.verb in ("listing_hidden", "listing_declined"):
            self.public.discard(one)
            self.hidden[one] = list(_after(event))
        elif event.verb == "reasons_lifted":
            self.hidden[one] = list(_after(event))
        elif event.verb in LOOKED_AT_AGAIN:
            self.public.discard(one)
            self.hidden.pop(one, None)

    def _suggestion(self, event: AuditEvent) -> None:
        one, at = event.object_id, event.at
        if event.verb in SUGGESTED | SENT_IN:
            self._begins(one, at)
        elif event.verb == "record_corrected":
            self._begins(one, at)
            self._ends(one, at)
        elif event.verb == "decision_undone":
            self._begins(UUID(_after(event)["again"]), self.received[one][-1])
        elif event.verb in DECIDED | LET_IN:
            self._ends(one, at)
        elif event.verb in TAKEN_OUT:
            self.waiting.pop(one, None)

    def _begins(self, one: Any, at: dt.datetime) -> None:
        self.waiting[one] = at
        self.received.setdefault(one, []).append(at)

    def _ends(self, one: Any, at: dt.datetime) -> None:
        if since := self.waiting.pop(one, None):
            self.decided.append((at, at - since))

    def figures(self) -> dict[str, int | None]:
        """The figures that the trail tells, by slug."""
        today = clock.london_day(self.now)
        reasons = Counter(why for whys in self.hidden.values() for why in whys)
        every = [at for some in self.received.values() for at in some]
        spans = [
            took / dt.timedelta(minutes=1)
            for at, took in self.decided
            if at > self.now - QUARTER
        ]
        return {
            "published and partners-only": len(self.public),
            **{
                f"hidden-{why.value.replace('_', '-')}": reasons[why.value]
                for why in Hidden
            },
            "checks": sum(at > self.now - MONTH for _, _, at in self.checked),
            "received": sum(at > self.now - QUARTER for at in every),
            "waiting": len(self.waiting),
            "decision-time": round(statistics.median(spans)) if spans else None,
            "asked": sum(
                number for day, number in self.asked.items() if day > today - QUARTER
            ),
        }  # fmt: skip


def _after(event: AuditEvent) -> Any:
    return event.after


def disagreements(place: Partnership, now: dt.datetime) -> dict[str, Any]:
    """Where the lead's page and the trail differ: the figure, both numbers. A median
    may differ by the minute that is lost by rounding."""
    counted, shown = Recount(place, now).figures(), figures.values(place.policy, now)
    public = (shown["published"] or 0) + (shown["partners-only"] or 0)
    told = shown | {"published and partners-only": public}
    return {
        slug: (told[slug], number)
        for slug, number in counted.items()
        if told[slug] != number
        and not (slug == "decision-time" and abs((told[slug] or 0) - (number or 0)) < 2)
    }
