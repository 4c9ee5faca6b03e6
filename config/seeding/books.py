"""The bulk writer's books: what stands of one block so far, and the rows it will be.

Each method here is the in-memory twin of a step that the actions share (named in its
docstring) and leaves the same rows; ``tests/config/test_seeding.py`` compares them.
Nothing is authorised: what happens was checked when the same kind of event was made
through the actions.
"""

import datetime as dt
import random
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from accounts import audit
from accounts.models import Partner, User
from common import clock
from common.models import as_uuid
from config.demo.founding import Standing
from config.seeding.copying import Batch, new
from config.seeding.staff import Staff
from directory import diff, freshness, gate
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.payload import Payload
from workflow import effort, queries
from workflow.actions.revising import label_of_record
from workflow.actions.telling import unsaved as unsaved_mail
from workflow.actions.vouching import LIFTED_BY_A_CHECK, mailbox_of, set_aside_by
from workflow.choices import Hidden, Level, Stage
from workflow.models import (
    Assurance,
    Change,
    Decision,
    Effort,
    Listing,
    OutboxEvent,
    Proposal,
    Record,
    Revision,
)
from workflow.stages import move


class Books:
    """The records of one block. What is outside it is the founded place alone."""

    def __init__(
        self, standing: Standing, staff: Staff, batch: Batch, keys: random.Random
    ) -> None:
        self.standing = standing
        self.place = standing.place
        self.staff = staff
        self.batch = batch
        self.keys = keys
        self.records: dict[str, Record] = {}
        self.listings: dict[str, Listing] = {}
        """By the id of the service."""
        self.changes: defaultdict[Any, list[Change]] = defaultdict(list)
        """By proposal, in their order."""
        self.pending: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
        """By record and path: what nobody has decided."""
        self.proposals: defaultdict[Any, list[Proposal]] = defaultdict(list)
        """By listing."""
        self.decisions: defaultdict[Any, list[Decision]] = defaultdict(list)
        """By proposal."""
        self.levels: dict[Any, str] = {}
        """By organization."""
        self.announced: list[Any] = []
        self.hidden_at: defaultdict[Any, list[Any]] = defaultdict(list)
        self.mails: list[Any] = []

    # --- rows -------------------------------------------------------------------------

    def key(self) -> uuid.UUID:
        """A new key, the same each time the same block is written."""
        return uuid.UUID(int=self.keys.getrandbits(128), version=4)

    def add(self, model: type[models.Model], **values: Any) -> Any:
        """A new row with a UUID for its key."""
        row = new(model, id=self.key(), **values)
        self.batch.put(row)
        return row

    def audit(self, verb: str, obj: Any, *, by: User | str, **more: Any) -> None:
        """``accounts.audit.record``."""
        self.batch.put(audit.unsaved(verb, obj, actor=by, **more))

    def note(self, verb: str, listing: Listing, by: User | str, **more: Any) -> None:
        """``workflow.actions.public.write_audit``."""
        self.audit(verb, listing, by=by, partnership_id=self.place.pk, **more)

    def note_proposal(
        self, verb: str, proposal: Proposal, by: User | str, **more: Any
    ) -> None:
        """An audit row about a suggestion."""
        self.audit(verb, proposal, by=by, partnership_id=self.place.pk, **more)

    def announce(self, *record_ids: Any) -> None:
        """``workflow.actions.revising.announce``."""
        for record_id in dict.fromkeys(record_ids):
            self.announced.append(record_id)
            self.batch.put(new(OutboxEvent, record_id=record_id))

    def tell(self, to: str, **mail: Any) -> None:
        """``workflow.actions.telling.tell``."""
        row = unsaved_mail(to, **mail)
        row.pk = self.key()
        self.mails.append(row)
        self.batch.put(row)

    # --- reading ----------------------------------------------------------------------

    def payload(self, record_id: Any) -> Payload:
        """The accepted payload of a record; ``{}`` for one that is not there."""
        record = self.records.get(str(record_id))
        return queries.current(record) if record and record.revision else {}

    def is_accepted(self, record_id: Any) -> bool:
        """Whether a record has a version."""
        return bool(self.payload(record_id))

    def whole(self, listing: Listing) -> queries.Whole:
        """``workflow.queries.whole``, less what only a page asks for."""
        service = queries.current(listing.record)
        places = queries.location_ids(service)
        return queries.Whole(
            service,
            self.payload(service.get("organization_id")),
            {key: self.payload(key) for key in places if key in self.records},
        )

    def covers(self, listing: Listing) -> dict[str, int]:
        """``workflow.queries.covers``."""
        service = queries.current(listing.record)
        wanted = [service.get("organization_id"), *queries.location_ids(service)]
        found = [self.records[key] for key in wanted if key in self.records]
        return {str(r.pk): r.revision.number for r in found if r.revision}

    def gate_context(self, parts: queries.Whole) -> gate.Context:
        """What the gate has to know of the organization's secret places."""
        key = as_uuid(parts.organization.get("id"))
        used = {
            str(place) for listing in self.listings.values()
            if key and listing.organization_id == key for place in listing.location_ids
        }  # fmt: skip
        places = {place: self.payload(place) for place in sorted(used)}
        guarded = {k: p for k, p in places.items() if is_guarded(p)}
        return queries.gate_context(parts, {}, guarded)

    def body_for(self, by: User, listing: Listing) -> str:
        """``workflow.actions.vouching.body_for``."""
        if listing.remit and self.staff.assures(by, listing.remit.partner_id):
            return listing.remit.partner.name
        if self.staff.edits(by, listing.organization_id):
            name = self.payload(listing.organization_id).get("name")
            return str(name or "the provider")[:250]
        return self.staff.partner_name(by) or str(self.place)

    # --- versions ---------------------------------------------------------------------

    def revise(
        self, record: Record, payload: Payload, *, by: User | str, body: str,
        method: str, decision: Decision | None = None,
    ) -> None:  # fmt: skip
        """``workflow.actions.revising.write_revision`` of a normalised payload."""
        before = queries.current(record)
        differences = diff.changes(RECORDS[record.kind], before, payload)
        if not differences:
            return
        record.revision = self.add(
            Revision,
            record=record,
            number=record.revision.number + 1 if record.revision else 1,
            payload=payload,
            paths=[d.path for d in differences],
            decision=decision,
            method=method,
            made_by_id=by.pk if isinstance(by, User) else None,
            made_by_label=str(by),
        )
        record.label = label_of_record(record, payload)
        self._route_by(record, payload)
        self.audit(
            "revision_made", record, by=by, body=body, partnership_id=record.home_id,
            before={d.path: d.was for d in differences},
            after={d.path: d.value for d in differences},
        )  # fmt: skip
        self.announce(record.pk, *self._whose_texts(record, before, payload))

    def _route_by(self, record: Record, payload: Payload) -> None:
        if record.kind == Kind.SERVICE:
            self.route(self.listings[str(record.pk)], payload)
        elif record.kind == Kind.LOCATION:
            for listing in self.listings.values():
                if record.pk in listing.location_ids and listing.record.revision:
                    service = queries.current(listing.record)
                    listing.area = self._area(queries.location_ids(service))

    def route(self, listing: Listing, service: Payload) -> None:
        """``workflow.actions.revising.route``."""
        before = (listing.organization_id, listing.term_ids)
        listing.title = str(service.get("name") or listing.title)[:255]
        listing.organization_id = as_uuid(service.get("organization_id"))
        places = queries.location_ids(service)
        listing.location_ids = [key for key in map(as_uuid, places) if key]
        terms = [as_uuid(a["taxonomy_term_id"]) for a in service.get("attributes", [])]
        listing.term_ids = [key for key in terms if key]
        listing.area = self._area(places)
        listing.remit = self.staff.remit_for(listing)
        day = listing.assured_on if listing.assurance else None
        if day and before != (listing.organization_id, listing.term_ids):
            listing.due_on = self.due_on(listing, day)

    def due_on(self, listing: Listing, assured_on: dt.date) -> dt.date:
        """``workflow.periods.due_on``."""
        level = self.levels.get(listing.organization_id, Level.PROXY)
        months = self.standing.periods.of(
            listing.term_ids, level, critical=listing.critical
        )
        return freshness.due_on(assured_on, months)

    def _area(self, places: list[str]) -> str:
        for key in places:
            for address in self.payload(key).get("addresses", []):
                return str(address.get("postal_code", "")).split(" ")[0]
        return ""

    def _whose_texts(
        self, record: Record, before: Payload, after: Payload
    ) -> Iterable[Any]:
        """The services whose free text a place keeps secrets of (``revising.py``)."""
        if record.kind == Kind.SERVICE:
            users = self._new_to_guarded(before, after)
        elif record.kind == Kind.LOCATION and (is_guarded(before) or is_guarded(after)):
            here = self.listings.values()
            users = {x.organization_id for x in here if record.pk in x.location_ids}
        else:
            return []
        theirs = self.listings.values()
        return [x.record_id for x in theirs if x.organization_id in users]

    def _new_to_guarded(self, before: Payload, after: Payload) -> set[Any]:
        sides = [
            (as_uuid(p.get("organization_id")), frozenset(queries.location_ids(p)))
            for p in (before, after)
        ]
        places = sides[0][1] | sides[1][1]
        if sides[0] == sides[1] or not any(is_guarded(self.payload(p)) for p in places):
            return set()
        return {organization for organization, _ in sides if organization}

    # --- vouching, to the public and back ---------------------------------------------

    def vouch(
        self, listing: Listing, *, by: User, method: str, note: str, body: str,
        single_handed: bool, decision: Decision | None = None,
    ) -> None:  # fmt: skip
        """``workflow.actions.vouching.write_assurance``."""
        today, revision = clock.today(), listing.record.revision
        if revision is None:
            raise ValueError(f"There is no version of “{listing}” to vouch for.")
        listing.assurance = self.add(
            Assurance,
            listing=listing, revision=revision, covers=self.covers(listing),
            assured_by=by, body_label=body, body_mailbox=mailbox_of(listing, body),
            assured_on=today,
            due_on=self.due_on(listing, today),
            method=method, note=note.strip(), single_handed=single_handed,
            decision=decision, set_aside=set_aside_by(listing),
        )  # fmt: skip
        listing.carried_over_until = None
        listing.assured_on = listing.assurance.assured_on
        listing.due_on = listing.assurance.due_on
        self.announce(listing.record_id)
        self.note(
            "listing_assured", listing, by, body=body, reason=note,
            after={"assured_on": today.isoformat(), "revision": revision.number},
        )  # fmt: skip

    def log(self, listing: Listing, *, by: User, kind: str, **of: Any) -> None:
        """``workflow.actions.efforts.log`` of what nobody stated the minutes of."""
        level = self.levels.get(listing.organization_id, Level.PROXY)
        self.add(
            Effort, partnership=self.place, listing=listing, kind=kind, level=level,
            partner=self._partner_for(by, listing), done_on=clock.today(),
            minutes=effort.PLAIN[kind][level], **of,
        )  # fmt: skip

    def _partner_for(self, by: User, listing: Listing) -> Partner | None:
        """``workflow.effort.partner_for``."""
        if listing.remit and self.staff.assures(by, listing.remit.partner_id):
            return listing.remit.partner
        if self.staff.edits(by, listing.organization_id):
            return None
        return self.staff.partner(by)

    def come_back(self, listing: Listing, *, by: User) -> None:
        """``workflow.actions.vouching.come_back``."""
        because = listing.hidden_because
        left = [reason for reason in because if reason not in LIFTED_BY_A_CHECK]
        if listing.stage != Stage.UNPUBLISHED or left == because:
            return
        if left:
            listing.hidden_because = left
            self.note(
                "reasons_lifted", listing, by, before=because, after=left,
                reason="checked",
            )  # fmt: skip
            return
        reason = f"checked on {clock.today():%-d %B %Y}"
        self.go_public(listing, "put_back", by=by, reason=reason)

    def go_public(
        self, listing: Listing, transition: str, *, by: User | str, reason: str
    ) -> None:
        """``workflow.actions.public.go_public_if_it_may``."""
        if self._is_stopped(self.whole(listing)):
            return
        move(listing, transition)
        listing.published_at = clock.now()
        listing.hidden_because = []
        listing.hidden_words = ""
        self.announce(listing.record_id)
        self.note("listing_published", listing, by, reason=reason)

    def _is_stopped(self, parts: queries.Whole) -> bool:
        """Whether the gate holds back a name; it looks at each field by itself."""
        context = self.gate_context(parts)
        sides = ((Kind.SERVICE, parts.service), (Kind.ORGANIZATION, parts.organization))
        return any(
            gate.stops_publication(kind, gate.findings(kind, named, context))
            for kind, payload in sides
            for named in [{k: payload[k] for k in ("id", *gate.NAMES) if k in payload}]
        )

    def take_from_public(
        self, listing: Listing, because: str, *, by: User | str, reason: str
    ) -> None:
        """``workflow.actions.public.take_from_public``."""
        if listing.stage != Stage.UNPUBLISHED:
            move(listing, "hide")
        before = list(listing.hidden_because)
        listing.hidden_because = sorted({*before, because})
        listing.hidden_words = reason
        listing.carried_over_until = None
        self.announce(listing.record_id)
        self.hidden_at[listing.pk].append(clock.now())
        self.note(
            "listing_hidden", listing, by, reason=reason,
            before=before, after=listing.hidden_because,
        )  # fmt: skip

    def follow_status(self, record: Record, by: User | str, reason: str) -> None:
        """``workflow.actions.accepting``: *defunct* takes a listing away as closed."""
        if record.kind != Kind.SERVICE:
            return
        listing = self.listings[str(record.pk)]
        away = listing.stage == Stage.PUBLISHED or (
            listing.stage == Stage.UNPUBLISHED
            and Hidden.CLOSED not in listing.hidden_because
        )
        if queries.current(record).get("status") == "defunct" and away:
            self.take_from_public(listing, Hidden.CLOSED, by=by, reason=reason)


def is_guarded(place: Mapping[str, Any]) -> bool:
    """Whether a place is kept secret or somebody lives there."""
    return bool(place.get("sensitive") or place.get("home"))
