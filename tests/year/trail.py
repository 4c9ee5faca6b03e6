"""The audit trail of a place read from its beginning, one row after the other: where
each record stands, what was said and decided, who was asked and has answered.

It is plain bookkeeping in Python, which shares nothing with the figures of the product.
``recount`` makes the numbers of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import AuditEvent, Partnership
from common import clock
from workflow.choices import Answered
from workflow.effort import PLAIN

DRAFT, SUBMITTED, ASSURED = "draft", "submitted", "assured"
PUBLISHED, UNPUBLISHED = "published", "unpublished"
LEADS_TO = {
    "listing_drafted": DRAFT, "listing_submitted": SUBMITTED,
    "listing_returned": DRAFT, "submission_withdrawn": DRAFT,
    "listing_appealed": SUBMITTED, "listing_reopened": SUBMITTED,
    "publishing_undone": ASSURED, "listing_published": PUBLISHED,
    "listing_hidden": UNPUBLISHED, "listing_declined": UNPUBLISHED,
}  # fmt: skip
"""At which stage a record is after a row about it."""
SUGGESTED = {"change_proposed", "proposal_put_again"}
"""What begins a suggestion or a report about a record that is there."""
DECIDED = {"proposal_decided", "proposal_closed_as_same", "proposal_overtaken"}
SENT_IN = {"listing_submitted", "listing_appealed", "listing_reopened"}
"""What begins the wait of a service that is not there yet."""
LET_IN = {"listing_assured", "listing_published"}
TAKEN_OUT = {
    "proposal_withdrawn", "listing_returned", "submission_withdrawn",
    "listing_declined",
}  # fmt: skip
"""What ends the wait without a decision."""
UNDONE = {"decision_undone", "check_undone", "call_taken_back"}
"""What takes a piece of work back."""
WAYS = {way.label.lower(): way.value for way in Answered}
CHANNEL_OF = {"link": "mail", "letter": "letter", "sms": "sms"}
KEEPERS = {"editor", "organization_lead"}


@dataclass
class Asked:
    """That a provider was asked about one record, and by which way it answered."""

    ask: Any
    day: dt.date
    channel: str
    how: str = ""
    answered_at: dt.datetime | None = None


@dataclass
class Said:
    """A suggestion, report or new service: when it came, ended, what became of it."""

    key: Any
    at: dt.datetime
    by: Any
    ended: dt.datetime | None = None
    verdicts: set[str] = field(default_factory=set)
    answer_by: dt.datetime | None = None
    """When its time ends, where a row of the trail says so."""


@dataclass
class Work:
    """A piece of work that somebody did for a body, and what the place reckons for it
    at the level of that day. ``key`` is what the row of the trail is about."""

    key: Any
    day: dt.date
    body: str
    minutes: int


class Trail:
    """What the trail of a place says up to an instant, in the order in which it was
    written."""

    def __init__(
        self, place: Partnership, now: dt.datetime, body_of: Callable[[Any], Any]
    ) -> None:
        """``body_of`` names the organization of a record or suggestion."""
        self.place, self.now, self.body_of = place, now, body_of
        self.stage: dict[Any, str] = {}
        self.hidden: dict[Any, list[str]] = {}
        self.drafted: dict[Any, dt.datetime] = {}
        self.submitted: dict[Any, dt.datetime] = {}
        self.returned: dict[Any, dt.datetime] = {}
        self.critical: set[Any] = set()
        self.entries: dict[Any, str] = {}
        self.visibility: dict[Any, str] = {}
        self.planned_first_checks = False
        """Whether first checks were planned: the trail does not say for which day."""
        self.levels: dict[Any, str] = {}
        self.keepers: defaultdict[Any, set[Any]] = defaultdict(set)
        self.said: list[Said] = []
        self.waiting: dict[Any, Said] = {}
        self.single_handed: list[tuple[Any, dt.datetime]] = []
        self.corrected: list[tuple[Any, dt.datetime]] = []
        """Which proposal put a record right at once, and when."""
        self.asked: dict[Any, list[Asked]] = {}
        self.since_check: defaultdict[Any, list[Asked]] = defaultdict(list)
        self.work: list[Work] = []
        self.reckoned = {
            f"{kind}:{level}": minutes
            for kind, levels in PLAIN.items() for level, minutes in levels.items()
        }  # fmt: skip
        self.rates: list[tuple[str, str]] = []
        self._correction: AuditEvent | None = None
        about = Q(partnership_id=place.pk) | Q(verb__in=("role_given", "role_taken"))
        for event in AuditEvent.objects.filter(about, at__lte=now).order_by("pk"):
            self._read(event)

    def _read(self, event: AuditEvent) -> None:
        self._people(event)
        self._work(event)
        self._suggestion(event)
        self._asking(event)
        self._stage(event)
        self._correction = event if event.verb == "record_corrected" else None

    def _is_of_correction(self, event: AuditEvent) -> bool:
        """Whether a check came in one act with the correction just before it."""
        before = self._correction
        return before is not None and before.actor_id == event.actor_id

    # --- where a record stands --------------------------------------------------------

    def _stage(self, event: AuditEvent) -> None:
        one, verb = event.object_id, event.verb
        if verb == "listing_drafted":
            self.drafted[one] = event.at
        elif verb == "listing_submitted":
            self.submitted[one] = event.at
            self.returned.pop(one, None)
        elif verb == "listing_returned":
            self.returned[one] = event.at
        elif verb == "draft_discarded":
            self.stage.pop(one, None)
        elif verb == "critical_set":
            (self.critical.add if event.after else self.critical.discard)(one)
        elif verb == "entry_marked":
            self.entries[one] = str(event.after)
        elif verb == "visibility_set":
            self.visibility[one] = str(event.after)
        elif verb == "first_checks_planned":
            self.planned_first_checks = True
        elif verb == "listing_assured" and self.stage.get(one) in (DRAFT, SUBMITTED):
            self.stage[one] = ASSURED
        elif verb == "reasons_lifted":
            self.hidden[one] = list(after(event))
        if verb not in LEADS_TO:
            return
        self.stage[one] = LEADS_TO[verb]
        if self.stage[one] == UNPUBLISHED:
            self.hidden[one] = list(after(event))
        else:
            self.hidden.pop(one, None)

    def _people(self, event: AuditEvent) -> None:
        if event.verb == "level_set":
            self.levels[event.object_id] = str(event.after)
        elif event.verb in ("role_given", "role_taken"):
            given = event.verb == "role_given"
            said: Any = event.after if given else event.before
            if isinstance(said, dict) and said.get("role") in KEEPERS:
                people = self.keepers[UUID(str(said["on_id"]))]
                (people.add if given else people.discard)(event.object_id)

    # --- what is said and decided -----------------------------------------------------

    def _suggestion(self, event: AuditEvent) -> None:
        one, at, verb = event.object_id, event.at, event.verb
        if verb in SUGGESTED | SENT_IN:
            self._begins(one, event)
        elif verb == "record_corrected":
            self._begins(one, event).verdicts.add("accepted")
            self._ends(one, at)
            self.corrected.append((one, at))
            self.single_handed.append((one, at))
        elif verb == "decision_undone":
            again = self._begins(UUID(after(event)["again"]), event)
            before = [said for said in self.said if said.key == one][-1]
            again.at, again.by = before.at, before.by
            before.verdicts.clear()
            self.single_handed = [x for x in self.single_handed if x[0] != one]
        elif verb in ("proposal_decided", "proposal_partly_decided"):
            self._decided(event)
        if verb in DECIDED | LET_IN:
            if verb == "proposal_closed_as_same" and one in self.waiting:
                self.waiting[one].verdicts.add("same")
            if verb in LET_IN and one in self.waiting:
                self.waiting[one].verdicts.add("accepted")
            self._ends(one, at)
        elif verb in TAKEN_OUT:
            self.waiting.pop(one, None)
        elif verb in ("report_clock_paused", "report_clock_resumed"):
            ends = dt.datetime.fromisoformat(after(event)["answer_by"])
            self.waiting[one].answer_by = ends
        elif verb == "report_made_urgent":
            self.waiting[one].answer_by = dt.datetime.combine(
                clock.london_day(at), dt.time(23, 59), tzinfo=clock.LONDON
            )

    def _decided(self, event: AuditEvent) -> None:
        said = self.waiting.get(event.object_id)
        if said is None:  # a new service: known by its record
            return
        said.verdicts |= set((event.after or {}).values())
        if said.by is not None and said.by == event.actor_id:
            self.single_handed.append((said.key, event.at))

    def _begins(self, one: Any, event: AuditEvent) -> Said:
        said = Said(one, event.at, event.actor_id)
        self.said.append(said)
        self.waiting[one] = said
        return said

    def _ends(self, one: Any, at: dt.datetime) -> None:
        if said := self.waiting.pop(one, None):
            said.ended = at

    # --- whom is asked, and who answers -----------------------------------------------

    def _asking(self, event: AuditEvent) -> None:
        one, verb = event.object_id, event.verb
        if verb == "provider_asked":
            for key in after(event)["listings"]:
                self._ask(UUID(key), event, after(event)["channel"])
        elif verb == "ask_left_out":
            gone = {UUID(key) for key in after(event)["listings"]}
            for listing in gone:
                self.asked[listing] = [
                    row for row in self.asked.get(listing, ())
                    if row.ask != one or row.how
                ]  # fmt: skip
        elif verb in ("listing_confirmed", "ask_answered"):
            self._answer(event)
        elif verb == "provider_rung":
            if after(event)["outcome"] in ("same", "closed", "not_us"):
                for key in after(event)["listings"]:
                    self._answer_rung(UUID(key), event)
        elif verb == "listing_assured":
            if self._is_of_correction(event) and self._rang():
                self._answered(self._newest(one, since_check=True), event, "phone")
            self.since_check[one] = []

    def _rang(self) -> bool:
        return (
            self._correction is not None
            and after(self._correction).get("method") == "call"
        )

    def _ask(self, listing: Any, event: AuditEvent, channel: str) -> Asked:
        row = Asked(event.object_id, clock.london_day(event.at), channel)
        self.asked.setdefault(listing, []).append(row)
        self.since_check[listing].append(row)
        return row

    def _newest(
        self, listing: Any, channel: str = "", *, since_check: bool = False
    ) -> Asked | None:
        """What was asked last about a record and is not answered."""
        rows = (self.since_check if since_check else self.asked).get(listing, [])
        found = [
            row for row in rows if not row.how and channel in ("", row.channel)
        ]  # fmt: skip
        return found[-1] if found else None

    def _answered(self, row: Asked | None, event: AuditEvent, how: str) -> None:
        if row is not None:
            row.how, row.answered_at = how, event.at

    def _answer(self, event: AuditEvent) -> None:
        _, _, label = event.actor_label.partition("The provider, by ")
        if how := WAYS.get(label):
            row = self._newest(event.object_id, CHANNEL_OF[how])
            self._answered(row, event, how)
        elif event.actor_id and not event.after:
            row = self._newest(event.object_id, since_check=True)
            self._answered(row, event, "sign_in")

    def _answer_rung(self, listing: Any, event: AuditEvent) -> None:
        """What was asked last is answered, or, where it was told already that it is not
        them any more, what is asked on the telephone beside it."""
        rows = self.since_check[listing]
        if rows and not rows[-1].how:
            self._answered(rows[-1], event, "phone")
        else:
            self._answered(self._ask(listing, event, "phone"), event, "phone")

    # --- how long it took -------------------------------------------------------------

    def _work(self, event: AuditEvent) -> None:
        if event.verb == "effort_defaults_changed":
            said = dict(after(event))
            if "rate_from" in said:
                self.rates.append((said.pop("rate_from"), said.pop("rate")))
            self.reckoned |= said
            return
        if event.verb in UNDONE:
            done = [one for one in self.work if one.key == event.object_id]
            self.work.remove(done[-1])
        kind, about = self._kind(event), event.object_id
        if kind == "call":
            about = UUID(after(event)["listings"][0])
        if kind:
            day = clock.london_day(event.at)
            level = self.levels.get(self.body_of(about), "proxy")
            minutes = self.reckoned[f"{kind}:{level}"]
            self.work.append(Work(event.object_id, day, event.body_label, minutes))

    def _kind(self, event: AuditEvent) -> str:
        if event.verb == "listing_assured":
            if self._is_of_correction(event):
                return "correct"
            is_new = self.stage.get(event.object_id) in (DRAFT, SUBMITTED)
            return "new" if is_new else "check"
        if event.verb in ("proposal_decided", "proposal_partly_decided"):
            return "decision" if event.object_id in self.waiting else ""
        return {"provider_rung": "call", "organization_reviewed": "review"}.get(
            event.verb, ""
        )


def after(event: AuditEvent) -> Any:
    """What stands after what a row of the trail tells of."""
    return event.after
