"""Events become rows in memory: the twin of ``config/demo/acting.py``, without a query.

Each step names the action whose rows it writes. Steps that several share stand in
``books.py``, deciding in ``deciding.py``.
"""

from collections.abc import Iterable
from functools import singledispatchmethod
from typing import Any

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from common import clock, request_id
from common.models import as_uuid
from config.demo import events as e
from config.demo.acting import draft_of
from config.demo.shapes import key_id
from config.seeding.books import Books
from config.seeding.deciding import decide, settle_by_rule, withdraw
from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.models import Organization, OrganizationGrant
from directory.payload import Payload
from workflow import queries
from workflow.actions.drafts import with_keys
from workflow.actions.levels import level_mail
from workflow.actions.listings import author_mail
from workflow.actions.proposals import answer_by, gravity_of, with_values
from workflow.choices import (
    URGENT,
    EffortKind,
    Gravity,
    Hidden,
    Level,
    ProposalKind,
    ProposalState,
    SaidBy,
)
from workflow.models import (
    AssuranceLevel,
    Change,
    Confirmation,
    Listing,
    OwnBody,
    Proposal,
    Record,
)
from workflow.stages import move


class Clerk:
    """Writes the events of one block into its books."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.place = books.place
        self.people = books.staff.people
        self.joined: set[str] = set()
        self.said: dict[str, Proposal] = {}

    def perform(self, events: Iterable[e.Event]) -> None:
        """Everything, in the order given."""
        for event in events:
            request_id.start(self.books.key())
            with clock.at(event.at):
                self._do(event)

    @singledispatchmethod
    def _do(self, event: e.Event) -> None:
        raise TypeError(f"Nobody knows how {type(event).__name__} is written.")

    # --- people and bodies ------------------------------------------------------------

    @_do.register
    def _join(self, event: e.Joined) -> None:
        person = User(
            pk=key_id("person", event.email), email=event.email, name=event.name,
            password=self.books.standing.password,
        )  # fmt: skip
        person.pk = as_uuid(person.pk)
        self.books.batch.put(person)
        self.people[event.person] = person
        self.joined.add(event.person)

    @_do.register
    def _set_level(self, event: e.LevelSet) -> None:
        by, about = self.people[event.by], as_uuid(event.organization_id)
        before = self.books.levels.get(about, Level.PROXY)
        self.books.levels[about] = event.level
        row = self.books.add(
            AssuranceLevel, partnership=self.place, reason=event.reason.strip(),
            organization_id=event.organization_id, level=event.level,
            decided_by_label=str(by),
        )  # fmt: skip
        self.books.audit(
            "level_set", self._organization(event), by=by, after=event.level,
            partnership_id=self.place.pk, reason=event.reason.strip(),
        )  # fmt: skip
        organization = self._organization(event)
        mail = level_mail(self.place, str(organization), before, row)
        if before != event.level:
            for address in self.books.staff.addresses_of(about):
                self.books.tell(address, **mail, about=organization)
        self.books.announce(about)

    @_do.register
    def _appoint(self, event: e.Appointed) -> None:
        person, role = self.people[event.person], Role.ORGANIZATION_LEAD
        self.books.batch.put(
            OrganizationGrant(
                user=person, permission=self.books.staff.lead_grant,
                content_object_id=event.organization_id,
            )
        )  # fmt: skip
        self.books.staff.appoint(person, as_uuid(event.organization_id))
        label = str(self._organization(event))
        self.books.audit(
            "role_given", person, by="demo",
            after={"role": role.value, "on": label, "on_id": event.organization_id},
        )  # fmt: skip

    @_do.register
    def _one_body(self, event: e.OneBody) -> None:
        partner = self.books.standing.partners[event.partner]
        self.books.add(OwnBody, partner=partner, organization_id=event.organization_id)
        self.books.staff.are_one(as_uuid(partner.pk), as_uuid(event.organization_id))

    def _organization(self, event: Any) -> Any:
        """The row of an organization, as an audit row refers to it."""
        payload = self.books.payload(event.organization_id)
        return Organization(pk=as_uuid(payload["id"]), name=payload["name"])

    # --- on the way to the public -----------------------------------------------------

    @_do.register
    def _draft(self, event: e.Drafted) -> None:
        books, standing = self.books, self.books.standing
        by = self.people.get(event.by)
        wanted = [event.organization, *event.locations]
        known = {p["id"] for p in wanted if books.is_accepted(p["id"])}
        draft = with_keys(draft_of(event, known))
        service = draft["service"]
        record = self._record(Kind.SERVICE, service, "")
        for place in draft["locations"].values():
            self._record(Kind.LOCATION, place, "Unnamed")
        if draft["organization"]:
            self._record(Kind.ORGANIZATION, draft["organization"], "Unnamed")
        listing = books.add(
            Listing, record=record, partnership=self.place, title=record.label,
            draft=draft, author=by, source=None if by else standing.old,
            author_partner=standing.partners.get(event.partner),
        )  # fmt: skip
        books.listings[service["id"]] = listing
        books.route(listing, service)
        books.note("listing_drafted", listing, by or "demo")

    def _record(self, kind: Kind, payload: Payload, unnamed: str) -> Record:
        """``workflow.actions.drafts.ensure_records``."""
        key = payload["id"]
        if key not in self.books.records:
            label = str(payload.get("name") or unnamed)[:255]
            record = Record(pk=as_uuid(key), kind=kind, home=self.place, label=label)
            self.books.records[key] = record
            self.books.batch.put(record)
        return self.books.records[key]

    @_do.register
    def _submit(self, event: e.Submitted) -> None:
        listing = self.books.listings[event.service_id]
        move(listing, "submit")
        listing.submitted_at = clock.now()
        listing.returned_because, listing.returned_at = "", None
        person = listing.author
        by = person or self.books.standing.old
        proposal = self._proposal(
            listing, ProposalKind.NEW, f"New: {listing.title}"[:255], event.evidence,
            proposer=person, proposer_partner=listing.author_partner,
            proposer_label=str(by)[:250], source=None if person else by,
            evidence_words=event.words,
        )  # fmt: skip
        position = 0
        for kind, payload in _sides(listing):
            record = self.books.records[payload["id"]]
            if record.revision is not None and kind != Kind.SERVICE:
                continue
            base = queries.current(record)
            for change in diff.changes(RECORDS[kind], base, payload):
                self._change(
                    proposal, record, change.path, change.was, change.value, position
                )
                position += 1
        self.books.note("listing_submitted", listing, person or str(by))

    def _proposal(
        self, listing: Listing, kind: str, title: str, evidence: str, **values: Any
    ) -> Proposal:
        person = values["proposer"]
        proposal: Proposal = self.books.add(
            Proposal, kind=kind, partnership=self.place, listing=listing, title=title,
            by_provider=self.books.staff.edits(person, listing.organization_id),
            evidence=evidence, **values,
        )  # fmt: skip
        self.books.proposals[listing.pk].append(proposal)
        return proposal

    def _change(
        self, proposal: Proposal, record: Record, path: str, was: Any, value: Any,
        position: int,
    ) -> None:  # fmt: skip
        change: Change = self.books.add(
            Change, proposal=proposal, record=record, path=path, was=was, value=value,
            base=record.revision.number if record.revision else 0, position=position,
            proposed_by=proposal.proposer,
        )  # fmt: skip
        self.books.changes[proposal.pk].append(change)
        self.books.pending[str(record.pk), path].append(change)

    @_do.register
    def _assure(self, event: e.Assured) -> None:
        decide(
            self.books, self._new(event.service_id), by=self.people[event.by],
            check=(event.method, event.note), override=event.override,
        )  # fmt: skip

    def _new(self, service_id: str) -> Proposal:
        """The open submission of a service."""
        listing = self.books.listings[service_id]
        return next(
            p for p in self.books.proposals[listing.pk]
            if p.kind == ProposalKind.NEW and p.state == ProposalState.OPEN
        )  # fmt: skip

    @_do.register
    def _mark_critical(self, event: e.MarkedCritical) -> None:
        listing = self.books.listings[event.service_id]
        listing.critical = True
        self.books.note(
            "critical_set", listing, self.people[event.by], before=False, after=True,
            reason=event.reason.strip(),
        )  # fmt: skip

    @_do.register
    def _check(self, event: e.Checked) -> None:
        books, by = self.books, self.people[event.by]
        listing = books.listings[event.service_id]
        books.vouch(
            listing, by=by, method=event.method, note=event.note,
            body=books.body_for(by, listing),
            single_handed=books.staff.is_own_body(by, listing.organization_id),
        )  # fmt: skip
        books.log(listing, by=by, kind=EffortKind.CHECK, assurance=listing.assurance)
        books.come_back(listing, by=by)

    @_do.register
    def _return(self, event: e.Returned) -> None:
        listing = self.books.listings[event.service_id]
        move(listing, "send_back")
        withdraw(self.books, self._new(event.service_id))
        listing.returned_because = event.reason.strip()
        listing.returned_at = clock.now()
        by = self.people[event.by]
        self.books.note("listing_returned", listing, by, reason=event.reason)
        self._tell_author(listing, "returned", event.reason.strip())

    @_do.register
    def _decline(self, event: e.Declined) -> None:
        listing, by = self.books.listings[event.service_id], self.people[event.by]
        submission = self._new(event.service_id)
        move(listing, "decline")
        listing.hidden_because = [event.because]
        listing.hidden_words = event.reason.strip()
        listing.declined_by = by
        withdraw(self.books, submission)
        self.books.note(
            "listing_declined", listing, by, reason=event.reason, after=[event.because]
        )
        self._tell_author(listing, "declined", event.reason.strip())

    def _tell_author(self, listing: Listing, what: str, reason: str) -> None:
        if listing.author is not None:
            mail = author_mail(listing, what, reason)
            self.books.tell(listing.author.email, **mail, about=listing)

    @_do.register
    def _take_away(self, event: e.TakenAway) -> None:
        self.books.take_from_public(
            self.books.listings[event.service_id], event.because,
            by=self.people[event.by], reason=event.reason.strip(),
        )  # fmt: skip

    @_do.register
    def _lapse(self, event: e.Lapsed) -> None:
        self.books.take_from_public(
            self.books.listings[event.service_id], Hidden.LAPSED, by=audit.SYSTEM,
            reason="Nobody has checked it in time.",
        )  # fmt: skip

    @_do.register
    def _carry_over(self, event: e.CarriedOver) -> None:
        listing, by = self.books.listings[event.service_id], self.people[event.by]
        settle_by_rule(
            self.books, self._new(event.service_id), by=by, rule="carried over"
        )
        listing.draft = None
        listing.carried_over_until = event.until
        self.books.go_public(listing, "carry_over", by=by, reason=event.reason)

    # --- what people say --------------------------------------------------------------

    def _say(
        self, event: Any, kind: str, gravity: str, changes: Iterable[Change] = ()
    ) -> None:
        """``workflow.actions.proposals.open_proposal``, with its changes."""
        books, by = self.books, self.people[event.by]
        listing = books.listings[event.service_id]
        due = answer_by(self.place, gravity in URGENT)
        proposal = self._proposal(
            listing, kind, listing.title, event.evidence, proposer=by,
            proposer_label=str(by)[:250], evidence_words=event.words.strip(),
            gravity=gravity, answer_by=None if kind == ProposalKind.EDIT else due,
        )  # fmt: skip
        books.note_proposal("change_proposed", proposal, by, reason=event.words)
        if gravity in URGENT:
            books.announce(listing.record_id)
        for position, change in enumerate(changes):
            self._change(
                proposal, change.record, change.path, change.was, change.value, position
            )
        if event.key:
            self.said[event.key] = proposal

    @_do.register
    def _suggest(self, event: e.Suggested) -> None:
        changes = []
        for key, values in event.edits.items():
            record = self.books.records[key]
            base = queries.current(record)
            target = with_values(record, base, values)
            changes += [
                Change(record=record, path=d.path, was=d.was, value=d.value)
                for d in diff.changes(RECORDS[record.kind], base, target)
            ]
        listing = self.books.listings[event.service_id]
        own = self.books.staff.edits(self.people[event.by], listing.organization_id)
        self._say(
            event, ProposalKind.EDIT, gravity_of(changes, by_provider=own), changes
        )

    @_do.register
    def _say_closed(self, event: e.SaidClosed) -> None:
        record = self.books.records[event.service_id]
        status = "defunct" if event.for_good else "temporarily closed"
        was = queries.current(record).get("status")
        closed = Change(record=record, path="status", was=was, value=status)
        self._say(event, ProposalKind.CLOSURE, Gravity.CLOSED, [closed])

    @_do.register
    def _say_wrong(self, event: e.SaidWrong) -> None:
        gravity = Gravity.HARM if event.harm else Gravity.ERROR
        self._say(event, ProposalKind.REPORT, gravity)

    @_do.register
    def _say_still_right(self, event: e.SaidStillRight) -> None:
        books, by = self.books, self.people[event.by]
        listing = books.listings[event.service_id]
        own = books.staff.edits(by, listing.organization_id)
        today = clock.today()
        books.add(
            Confirmation, listing=listing, said_by=by, said_on=today,
            source=SaidBy.PROVIDER if own else SaidBy.OTHER, words=event.words.strip(),
        )  # fmt: skip
        setattr(listing, "confirmed_on" if own else "seen_on", today)
        books.announce(listing.record_id)
        verb = "listing_confirmed" if own else "listing_seen"
        books.note(verb, listing, by, reason=event.words)

    @_do.register
    def _settle(self, event: e.Settled) -> None:
        decide(
            self.books, self.said[event.key], by=self.people[event.by],
            rulings=event.rulings, answer=event.answer,
        )  # fmt: skip


def _sides(listing: Listing) -> list[tuple[str, Payload]]:
    """What a draft brings, in the order in which its lines are put."""
    draft = listing.draft or {}
    sides: list[tuple[str, Payload]] = [(Kind.SERVICE, draft["service"])]
    if draft.get("organization"):
        sides.append((Kind.ORGANIZATION, draft["organization"]))
    places = (draft.get("locations") or {}).values()
    return sides + [(Kind.LOCATION, place) for place in places]
