"""The rows of the decision page: one for each change, with all that bears on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from accounts.models import User
from common import clock
from common.words import plain
from directory import checks, diff, points, validation
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Field, List
from directory.forms import ValueForm, value_form
from directory.payload import Payload
from directory.templatetags.when import clock_time, moment
from workflow import bodies, naming, queries, seeing, showing, wording
from workflow.actions.decisions import Choice
from workflow.choices import ProposalKind, RejectReason, Verdict
from workflow.forms import RowForm
from workflow.models import Change, Decision, Listing, Proposal
from workflow.queries import PublicParts, Whole
from workflow.views.deciding_known import (
    is_held,
    look_up,
    whole_with,
    why_not_assure,
)
from workflow.wording import Segment

VERDICTS = {
    "accept": Verdict.ACCEPTED,
    "change": Verdict.CHANGED,
    "reject": Verdict.REJECTED,
}
METHODS = {
    "decision": "decided on a suggestion",
    "correct_and_check": "corrected while checking",
    "undo": "undone",
    "split": "given a place of its own",
    "divide": "found to be two services",
    "new_home": "given the terms of the place that keeps it now",
    "share": "moved to the record that stays of one place",
    "carried over": "carried over",
    "postcode": "put where its postcode is",
}


@dataclass
class Row:
    """One change as the page shows it. ``findings`` are sentences to look at first."""

    change: Change
    label: str
    record_label: str
    now: list[Segment] | None
    proposed: list[Segment] | None
    seen: list[Segment] | None = None
    overtaken: str = ""
    findings: list[str] = field(default_factory=list)
    competing: list[dict[str, str]] = field(default_factory=list)
    others: list[dict[str, str]] = field(default_factory=list)
    may_split: bool = False
    is_fresh: bool = False
    is_unseen: bool = False
    cannot: str = ""
    outcome: str = ""
    chosen: str = ""
    form: RowForm | None = None
    value_form: ValueForm | None = None
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the person may decide this row now."""
        return self.form is not None


@dataclass
class Sheet:
    """Everything the decision page shows about a proposal and its changes."""

    proposal: Proposal
    rows: list[Row]
    gaps: dict[str, str]
    oddities: dict[str, str]
    whole: Whole
    public: PublicParts
    payloads: dict[str, Payload]
    names: showing.Names
    numbers: dict[str, int]

    @property
    def open_rows(self) -> list[Row]:
        return [row for row in self.rows if row.is_open]


def changes_of(proposal: Proposal) -> list[Change]:
    """Every change of a proposal with what is shown of it, in its order."""
    return list(
        proposal.changes.select_related(
            "record__revision",
            "record__home",
            "decision__decided_by",
            "overtaken_by__decided_by",
        )
    )


def prefix_of(change: Change) -> str:
    """What the names of a row's controls begin with."""
    return f"c-{change.pk}"


def read_choices(
    changes: Iterable[Change], data: Mapping[str, Any]
) -> tuple[dict[Any, Choice], dict[Any, ValueForm]]:
    """The choices that were sent, by change id, and the forms of changed values."""
    choices: dict[Any, Choice] = {}
    forms: dict[Any, ValueForm] = {}
    for change in changes:
        prefix = prefix_of(change)
        verdict = VERDICTS.get(str(data.get(f"{prefix}-choice", "")))
        if verdict is None:
            continue
        value = None
        if verdict == Verdict.CHANGED:
            forms[change.pk] = _value_form(change, data)
            value = forms[change.pk].value()
        choices[change.pk] = Choice(
            verdict,
            value,
            plain(str(data.get(f"{prefix}-reason", ""))),
            plain(str(data.get(f"{prefix}-reason_words", ""))),
        )
    return choices, forms


def _value_form(
    change: Change, data: Any = None, options: Mapping[str, Any] | None = None
) -> ValueForm:
    start = change.was if change.value is None else change.value
    return value_form(
        RECORDS[change.record.kind], change.path, start, data,
        choices=options, prefix=f"{prefix_of(change)}-value",
    )  # fmt: skip


class Rows:
    """Makes the rows of one proposal for one person, in a fixed number of queries."""

    def __init__(
        self,
        user: User,
        proposal: Proposal,
        *,
        data: Mapping[str, Any] | None = None,
        choices: Mapping[Any, Choice] | None = None,
        fill: Mapping[str, Mapping[str, Any]] | None = None,
        late: bool = False,
    ) -> None:
        self.user = user
        self.proposal = proposal
        self.data = data
        self.choices = choices or {}
        self.fill = fill or {}
        self.late = late
        self.changes = changes_of(proposal)
        self.pending = [c for c in self.changes if c.verdict == Verdict.PENDING]

    def sheet(self) -> Sheet:
        """The whole page's matter."""
        listing = self.proposal.listing
        payloads = self._future()
        self.moves = self._move(payloads)
        shown_by = listing or self._witness()
        whole = whole_with(shown_by, payloads) if shown_by else Whole({}, {}, {})
        public = queries.public_parts(whole) if shown_by else _nothing_public()
        if listing is None:
            whole = _alone(whole, self.proposal.record_id)
        self.names: showing.Names = naming.names(
            [
                *payloads.values(), whole.service, whole.organization,
                *whole.locations.values(),
                *(v for c in self.changes for v in self._values(c)),
            ]
        )  # fmt: skip
        gaps, odd = self._contradictions(payloads)
        self.known = look_up(self.user, self.proposal, self.changes)
        if not self.known.keeps:
            _, names = showing.discreet(whole, self.names)
            self.names = seeing.without_secrets(names, self._links())
        rows = [self._row(change, public, payloads) for change in self.changes]
        self._attach(rows, gaps, odd)
        return Sheet(
            self.proposal, rows, gaps, odd, whole, public, payloads, self.names,
            self._numbers(listing),
        )  # fmt: skip

    def _witness(self) -> Listing | None:
        """A service that shows the record a proposal is about: the gate knows by it
        what of the record is public."""
        record = self.proposal.record
        return bodies.witness(record) if record else None

    def _future(self) -> dict[str, Payload]:
        """Each record as it would be with what is chosen, or else all accepted."""
        out: dict[str, Payload] = {}
        for change in self.pending:
            key = str(change.record_id)
            out.setdefault(key, queries.current(change.record))
            choice = self.choices.get(change.pk)
            if choice and choice.verdict == Verdict.REJECTED:
                continue
            changed = choice and choice.verdict == Verdict.CHANGED
            value = choice.value if choice and changed else change.value
            out[key] = diff.put(out[key], change.path, value)
        about = self.proposal.record
        if self.proposal.listing:
            about = self.proposal.listing.record
        if about:
            out.setdefault(str(about.pk), queries.current(about))
        for key, values in self.fill.items():
            for path, value in values.items():
                out[key] = diff.put(out.get(key, {"id": key}), path, value)
        return out

    def _move(self, payloads: dict[str, Payload]) -> dict[str, str]:
        """Let the points of places follow their postcodes, as they will once this is
        accepted; a sentence for each place that is on the map elsewhere by that."""
        out = {}
        for record in {c.record_id: c.record for c in self.pending}.values():
            if record.kind != Kind.LOCATION:
                continue
            key, then = str(record.pk), payloads[str(record.pk)]
            payloads[key] = points.following(queries.current(record), then)
            if payloads[key] is then or record.revision is None:
                continue
            if "latitude" in payloads[key]:
                to = points.postcode_of(then)
                out[key] = f"Its point on the map becomes that of {to}."
            else:
                out[key] = (
                    "Its point on the map goes: it was that of the old postcode, and "
                    "where the new one is we do not know."
                )
        return out

    def _contradictions(
        self, payloads: Mapping[str, Payload]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """What would be missing or odd, and is not so already: by field name."""
        listing = self.proposal.listing
        if listing is None:
            return {}, {}
        mandatory = self.proposal.partnership.policy.mandatory
        service = payloads[str(listing.record_id)]
        gaps = checks.missing(service, mandatory)
        odd = checks.oddities(service, clock.today())
        if self.proposal.kind != ProposalKind.NEW:
            now = queries.current(listing.record)
            before = checks.missing(now, mandatory)
            gaps = {k: v for k, v in gaps.items() if k not in before}
            strange = checks.oddities(now, clock.today())
            odd = {k: v for k, v in odd.items() if k not in strange}
        return gaps, odd

    def _attach(
        self, rows: Sequence[Row], gaps: dict[str, str], odd: dict[str, str]
    ) -> None:
        """Let what is missing or odd stand at the row it is about, if there is one."""
        listing = self.proposal.listing
        for sentences in (odd, gaps):
            for name in list(sentences):
                for row in rows:
                    mine = listing and row.change.record_id == listing.record_id
                    if mine and diff.split(row.change.path)[0] == name:
                        row.findings.append(sentences[name])
                        break

    def _numbers(self, listing: Listing | None) -> dict[str, int]:
        return {
            str(c.record_id): c.record.revision.number if c.record.revision else 0
            for c in self.changes
        }

    def _values(self, change: Change) -> list[Any]:
        now = diff.at(queries.current(change.record), change.path)
        return [v for v in (change.was, change.value, change.accepted_value, now)
                if isinstance(v, (dict, str))]  # fmt: skip

    def _links(self) -> list[Payload]:
        """The places that these changes link to, as payloads that hold them."""
        values = (v for c in self.changes for v in self._values(c))
        links = [v for v in values if isinstance(v, dict) and "location_id" in v]
        return [{"service_at_locations": links}]

    def _row(
        self, change: Change, public: PublicParts, payloads: Mapping[str, Payload]
    ) -> Row:
        entity = RECORDS[change.record.kind]
        item = diff.declaration(entity, change.path)
        label = item.entity.label if isinstance(item, List) else item.label
        record_label = f"{entity.label}: {change.record}"
        if self._is_unseen(change, item, payloads):
            return Row(
                change, label, entity.label, None, None, is_unseen=True,
                cannot="Only those who keep this record see it.",
            )  # fmt: skip
        row = self._compared(change, item, label, record_label)
        if change.verdict == Verdict.PENDING:
            row.findings += self._findings(change, public, payloads)
            row.competing = self._competing(change, item)
            row.others = self.known.shown_by.get(change.record_id, [])
            row.may_split = change.record_id in self.known.splittable
            row.cannot = self._cannot(change)
        else:
            row.outcome = self._outcome(change, item)
        row.events = self._events(change, item)
        if self.data is not None:
            row.chosen = self._chosen(change, item)
        if not row.cannot and not row.outcome:
            row.form = RowForm(self.data, prefix=prefix_of(change))
            changing = self.data and self.data.get(f"{prefix_of(change)}-choice")
            data = self.data if changing == "change" else None
            row.value_form = _value_form(change, data, self.known.options)
        return row

    def _is_unseen(
        self, change: Change, item: Field | List, payloads: Mapping[str, Payload]
    ) -> bool:
        """Whether the row is about an internal field or a secret place of others."""
        if self.known.keeps or change.pk in self.known.mine:
            return False
        payload = payloads.get(str(change.record_id)) or queries.current(change.record)
        return bool(item.visibility == Visibility.INTERNAL or payload.get("sensitive"))

    def _compared(
        self, change: Change, item: Field | List, label: str, record_label: str
    ) -> Row:
        now = diff.at(queries.current(change.record), change.path)
        is_pending = change.verdict == Verdict.PENDING
        base = now if is_pending else change.was
        sides = wording.compare(self._say(item, base), self._say(item, change.value))
        row = Row(change, label, record_label, sides.before, sides.after)
        if is_pending and change.record.revision is None:
            row.is_fresh = True
            row.proposed = wording.plain(self._say(item, change.value))
        if is_pending and queries.moved_on(change, change.record):
            row.seen = wording.plain(self._say(item, change.was)) or []
        if is_pending and change.overtaken_by:
            row.overtaken = self._overtaken(change.overtaken_by, change, item)
        return row

    def _overtaken(self, decision: Decision, change: Change, item: Field | List) -> str:
        who = decision.decided_by or decision.rule
        now = self._say(item, diff.at(queries.current(change.record), change.path))
        value = f"accepted “{now}”" if now else "took it away"
        when = moment(decision.decided_at)
        return f"This was decided differently {when}: {who} {value}."

    def _say(self, item: Field | List, value: Any) -> str:
        return showing.say(item, value, self.names)

    def _findings(
        self, change: Change, public: PublicParts, payloads: Mapping[str, Payload]
    ) -> list[str]:
        key = str(change.record_id)
        held = [f for f in public.held_back.get(key, []) if f.path == change.path]
        out = [f"“{f.text}”: {f.sentence} The public will not see it." for f in held]
        wrong = validation.problems(change.record.kind, payloads.get(key, {}))
        out += [
            sentence for path, sentence in wrong.items()
            if path.split(".")[0] == change.path
        ]  # fmt: skip
        if key in self.moves and change.path.startswith("addresses/"):
            out.append(self.moves[key])
        now = diff.at(queries.current(change.record), change.path)
        if diff.same(now, change.value):
            out.insert(0, "The record says this already.")
        return list(dict.fromkeys(out))

    def _competing(self, change: Change, item: Field | List) -> list[dict[str, str]]:
        out = []
        for rival in self.known.rivals.get((change.record_id, change.path), []):
            who = rival.proposal.proposer_label
            if diff.same(rival.value, change.value):
                words = f"{who} suggests the same"
            elif rival.value is None:
                words = f"{who} suggests taking it away"
            else:
                words = f"{who} suggests “{self._rival_words(item, rival)}”"
            url = reverse("workflow:proposal", args=[rival.proposal_id])
            out.append({"label": words, "url": url})
        return out

    def _rival_words(self, item: Field | List, rival: Change) -> str:
        text = self._say(item, rival.value)
        return text if len(text) <= 120 else text[:120].rsplit(" ", 1)[0] + " …"

    def _cannot(self, change: Change) -> str:
        if change.pk in self.known.mine:
            return self._held_by_another()
        if self.user.pk in (change.proposed_by_id, self.proposal.proposer_id):
            return "You suggested this yourself, so a colleague has to decide it."
        if self.proposal.kind == ProposalKind.NEW:
            return why_not_assure(self.user, self.proposal)
        owner = self.known.owners.get(change.pk)
        if owner:
            return f"This is for {owner}, who keep “{change.record}”."
        return f"This is for {change.record.home}, who keep “{change.record}”."

    def _held_by_another(self) -> str:
        """Reading is free; only after a refusal the choices are kept to be seen."""
        if self.late or not is_held(self.proposal, self.user):
            return ""
        until = clock_time(self.proposal.claimed_until)
        return f"{self.proposal.claimed_by} is working on this until {until}."

    def _outcome(self, change: Change, item: Field | List) -> str:
        words = Verdict(change.verdict).label
        decision = change.decision
        if decision:
            who = decision.decided_by or decision.rule
            words += f" by {who}, {moment(decision.decided_at)}"
        if change.verdict == Verdict.CHANGED:
            words += f": “{self._say(item, change.accepted_value)}”"
        why = [RejectReason(change.reason).label] if change.reason else []
        why += [change.reason_words] if change.reason_words else []
        return f"{words}. {'. '.join(why)}".strip()

    def _chosen(self, change: Change, item: Field | List) -> str:
        """What the person had chosen, where the row can no longer take it."""
        choice = self.choices.get(change.pk)
        if choice is None:
            return ""
        words = Verdict(choice.verdict).label.lower()
        if choice.verdict == Verdict.CHANGED:
            words += f" to “{self._say(item, choice.value)}”"
        if choice.reason in RejectReason.values:
            words += f" ({RejectReason(choice.reason).label})"
        if choice.words:
            words += f": “{choice.words}”"
        return f"You had chosen: {words}."

    def _events(self, change: Change, item: Field | List) -> list[dict[str, Any]]:
        out = []
        for event in self.known.histories.get((str(change.record_id), change.path), []):
            text = self._say(item, event.value)
            who = f"accepted by {event.accepted_by}"
            if event.is_changed and event.supplied_by != event.accepted_by:
                who = f"changed and {who}; {event.supplied_by} had suggested something"
                who += " else"
            elif event.supplied_by != event.accepted_by:
                who = f"from {event.supplied_by}, {who}"
            out.append(
                {
                    "text": f"“{text}”" if text else "Taken away",
                    "at": event.at,
                    "by": f"{who}, {METHODS.get(event.method, event.method)}",
                    "detail": event.told.words
                    if event.told and self.known.keeps
                    else "",
                }
            )
        return out


def _alone(whole: Whole, record_id: Any) -> Whole:
    """Of a service and what it shows, the one organization or place alone."""
    key = str(record_id)
    is_body = whole.organization.get("id") == key
    places = {i: place for i, place in whole.locations.items() if i == key}
    return Whole({}, whole.organization if is_body else {}, places)


def _nothing_public() -> PublicParts:
    return PublicParts({}, {}, {}, {}, ())
