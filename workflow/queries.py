"""Reading records as the workflow sees them: current, as they were, as public."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AuditEvent
from common.models import as_uuid
from directory import diff, gate, points
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.freshness import full_date
from directory.models import Location
from directory.payload import Payload
from workflow.choices import (
    URGENT,
    Level,
    Method,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.models import (
    AssuranceLevel,
    Change,
    Listing,
    Proposal,
    Record,
    Release,
    Revision,
)


def current(record: Record) -> Payload:
    """The accepted payload of a record; ``{"id": …}`` while it has none."""
    if record.revision is None:
        return {"id": str(record.pk)}
    return dict(record.revision.payload)


def payload_at(record: Record, number: int) -> Payload:
    """The payload of one version; ``{"id": …}`` for number 0."""
    if number == 0:
        return {"id": str(record.pk)}
    if record.revision is not None and record.revision.number == number:
        return current(record)
    return dict(record.revisions.get(number=number).payload)


def records(ids: Iterable[Any]) -> dict[str, Record]:
    """Records with their current revision, by id as text; what is no id is left out."""
    keys = [key for key in map(as_uuid, ids) if key]
    rows = Record.objects.select_related("revision", "home").filter(pk__in=keys)
    return {str(r.pk): r for r in rows}


def location_ids(service: Payload) -> list[str]:
    """The ids of the places a service happens at, in its order."""
    links = service.get("service_at_locations", [])
    return [link["location_id"] for link in links if link.get("location_id")]


@dataclass(frozen=True)
class Whole:
    """A service with its organization and places, each as it was accepted.

    ``closed`` are the ids of those among them that not everybody may see.
    """

    service: Payload
    organization: Payload
    locations: dict[str, Payload]
    numbers: dict[str, int] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()


def whole(listing: Listing) -> Whole:
    """The accepted service of a listing with what it refers to."""
    return whole_of(listing, records(referred_to(listing)))


def wholes(listings: Sequence[Listing]) -> dict[uuid.UUID, Whole]:
    """The same of many, by the id of the listing. One query."""
    known = records({key for listing in listings for key in referred_to(listing)})
    return {listing.pk: whole_of(listing, known) for listing in listings}


def referred_to(listing: Listing) -> list[str]:
    """The ids of the organization and the places that an accepted service names."""
    service = current(listing.record)
    wanted = [service.get("organization_id"), *location_ids(service)]
    return [key for key in wanted if key]


def whole_of(listing: Listing, known: Mapping[str, Record]) -> Whole:
    """The same from records at hand, by id as text; ``known`` may hold others too."""
    service = current(listing.record)
    found = {key: known[key] for key in referred_to(listing) if key in known}
    organization = found.get(str(service.get("organization_id")))
    return Whole(
        service,
        current(organization) if organization else {},
        {i: current(found[i]) for i in location_ids(service) if i in found},
        {
            str(r.pk): r.revision.number
            for r in [listing.record, *found.values()]
            if r.revision
        },
        _closed(found),
    )


def _closed(found: dict[str, Record]) -> frozenset[str]:
    return frozenset(
        key for key, record in found.items() if record.visibility != Visibility.OPEN
    )


def drafted(listing: Listing) -> Whole:
    """The draft of a listing with what it refers to, drafted or accepted."""
    draft = listing.draft or {}
    service = draft.get("service") or {"id": str(listing.record_id)}
    wanted = [service.get("organization_id"), *location_ids(service)]
    found = records([w for w in wanted if w])
    accepted = {i: current(r) for i, r in found.items() if r.revision}
    own = draft.get("organization") or {}
    organization = accepted.get(str(service.get("organization_id")), own)
    drafts = draft.get("locations") or {}
    places = {
        i: accepted.get(i) or drafts.get(i) or {"id": i} for i in location_ids(service)
    }
    return Whole(service, organization, places, closed=_closed(found))


def organization_names(organization: Payload) -> tuple[str, ...]:
    """The names of an organization that the gate must not take for a person's."""
    names = (organization.get("name"), organization.get("alternate_name"))
    return tuple(n for n in names if n)


def released(organization_id: Any) -> dict[str, str]:
    """The releases in force for an organization: key → replacement or ``""``."""
    if not organization_id:
        return {}
    rows = Release.objects.filter(
        organization_id=organization_id, revoked_at=None, accepted_at__isnull=False
    )
    return dict(rows.values_list("key", "replacement"))


def released_by(organization_ids: Iterable[Any]) -> dict[str, dict[str, str]]:
    """The same for several organizations, by id as text. One query."""
    found: dict[str, dict[str, str]] = {}
    rows = Release.objects.filter(
        organization_id__in=list(organization_ids), revoked_at=None,
        accepted_at__isnull=False,
    ).values_list("organization_id", "key", "replacement")  # fmt: skip
    for organization_id, key, replacement in rows:
        found.setdefault(str(organization_id), {})[key] = replacement
    return found


@dataclass(frozen=True)
class PublicParts:
    """What of a service may be public, and what is held back by record id."""

    service: Payload
    organization: Payload
    locations: dict[str, Payload]
    held_back: dict[str, list[gate.HeldBack]]
    stops: tuple[str, ...]


def public_parts(parts: Whole, context: gate.Context | None = None) -> PublicParts:
    """Put a whole service through the gate. Sensitive places come back as bare ids.

    ``context`` is what the gate has to know, where the caller has it at hand.
    """
    context = context or context_of(parts)
    sides: list[tuple[str, Payload]] = [(Kind.SERVICE, parts.service)]
    if parts.organization and parts.organization["id"] not in parts.closed:
        sides.append((Kind.ORGANIZATION, parts.organization))
    open_places = [p for key, p in parts.locations.items() if key not in parts.closed]
    sides += [(Kind.LOCATION, place) for place in open_places]
    looked = {p["id"]: gate.through(kind, p, context) for kind, p in sides}
    held = {key: found for key, (found, _) in looked.items()}
    shown = {key: public for key, (_, public) in looked.items()}
    stops = [
        f"The name of the {RECORDS[kind].label.lower()} is held back: "
        f"{next(f.sentence for f in held[p['id']] if f.field in gate.NAMES)}"
        for kind, p in sides
        if gate.stops_publication(kind, held[p["id"]])
    ]
    if parts.organization.get("id") in parts.closed:
        stops.append("The organisation that runs it is not for the public.")
    return PublicParts(
        shown[parts.service["id"]],
        shown.get(str(parts.organization.get("id")), {}),
        {key: shown[key] for key in parts.locations if key in shown},
        held,
        tuple(stops),
    )


def public_value(context: gate.Context, record: Record, path: str, value: Any) -> Any:
    """What of one value of a record the public may see; None for nothing.

    ``context`` is what the gate has to know of a service that shows the record.
    """
    if record.visibility != Visibility.OPEN:
        return None
    now = current(record)
    marks: Payload = {m: now[m] for m in ("sensitive", "home") if m in now}
    payload = diff.put({"id": str(record.pk), **marks}, path, value)
    return diff.at(gate.public_payload(record.kind, payload, context), path)


def context_of(parts: Whole) -> gate.Context:
    """What the gate has to know of a service besides the records themselves.

    The texts of a sensitive place must not appear in any record of the organization
    that uses it, also where another of its services is shown.
    """
    organization_id = parts.organization.get("id")
    return gate_context(
        parts, released(organization_id), guarded_places(organization_id)
    )


def gate_context(
    parts: Whole, released: Mapping[str, str], guarded: Mapping[str, Payload]
) -> gate.Context:
    """The same from what is released for the organization and the guarded places that
    its services use."""
    places = {**guarded, **parts.locations}
    return gate.Context(
        organization_names(parts.organization),
        released,
        secrets=tuple(s for p in places.values() for s in gate.secrets_of(p)),
        homes=tuple(s for p in places.values() for s in gate.home_texts(p)),
        secret_places=frozenset(k for k, p in places.items() if p.get("sensitive")),
    )


def guarded_places(organization_id: Any) -> dict[str, Payload]:
    """The sensitive places and homes that any service of an organization uses."""
    if not organization_id:
        return {}
    return guarded_places_by([organization_id]).get(str(organization_id), {})


def guarded_places_by(
    organization_ids: Iterable[Any],
) -> dict[str, dict[str, Payload]]:
    """The same for several organizations, by id as text. Three queries."""
    used: dict[str, set[Any]] = {}
    for organization_id, ids in Listing.objects.filter(
        organization_id__in=list(organization_ids)
    ).values_list("organization_id", "location_ids"):
        used.setdefault(str(organization_id), set()).update(ids)
    guarded = Location.objects.filter(pk__in=set().union(*used.values()))
    keys = guarded.filter(Q(sensitive=True) | Q(home=True)).values_list("pk", flat=True)
    payloads = {key: current(record) for key, record in records(keys).items()}
    return {
        about: {str(key): payloads[str(key)] for key in ids if str(key) in payloads}
        for about, ids in used.items()
    }


def may_be_public(listing: Listing) -> bool:
    """Whether stage and visibility let the public see it at all."""
    return (
        listing.stage == Stage.PUBLISHED
        and listing.record.visibility == Visibility.OPEN
    )


def being_checked(listing: Listing) -> bool:
    """Whether somebody has said, and nobody has decided yet, that it closed or that
    somebody could come to harm (PRODUCT.md section 5: shown at once)."""
    return Listing.objects.filter(is_being_checked(), pk=listing.pk).exists()


def is_being_checked() -> Exists:
    """The same, as a condition on listings."""
    urgent = Q(kind=ProposalKind.CLOSURE) | Q(gravity__in=URGENT)
    return Exists(
        Proposal.objects.filter(
            urgent, state=ProposalState.OPEN, listing=OuterRef("pk")
        )
    )


def level_of(listing: Listing) -> str:
    """The assurance level of a listing's organization in its home (default proxy)."""
    if listing.organization_id is None:
        return Level.PROXY
    level = AssuranceLevel.objects.filter(
        partnership_id=listing.partnership_id, organization_id=listing.organization_id
    ).first()
    return level.level if level else Level.PROXY


def listings_showing(record_id: uuid.UUID | str) -> QuerySet[Listing]:
    """The listings that show a record: its own, or those that refer to it."""
    key = uuid.UUID(str(record_id))
    return Listing.objects.filter(
        Q(record_id=key) | Q(organization_id=key) | Q(location_ids__contains=[key])
    )


@dataclass(frozen=True)
class PathEvent:
    """One moment in the life of a field: who supplied and accepted it, when, how."""

    number: int
    value: Any
    at: dt.datetime
    accepted_by: str
    supplied_by: str
    method: str
    told: "Told | None" = None
    is_changed: bool = False
    """Whether who accepted it put something else than was supplied."""


@dataclass(frozen=True)
class Told:
    """Who told the assurer what they put in: name or role, when, by what method.

    For those who keep the record alone: the informant is nobody's public contact.
    """

    by: str
    on: dt.date | None
    method: str

    @property
    def words(self) -> str:
        """“Told by Jo, treasurer, on 3 May 2026: phone call.”"""
        when = f" on {full_date(self.on)}" if self.on else ""
        how = f": {Method(self.method).label.lower()}" if self.method else ""
        return f"Told by {self.by}{when}{how}."


def informants(
    revisions: Iterable[Revision],
) -> dict[tuple[Any, str, str], Told]:
    """Who told it, for every path of these revisions that somebody told an assurer; by
    decision, record and path."""
    wanted = {r.decision_id for r in revisions if r.decision_id}
    rows = Change.objects.filter(decision__in=wanted).exclude(informant="")
    return {
        (row.decision_id, str(row.record_id), row.path): Told(
            row.informant, row.informed_on, row.informed_by
        )
        for row in rows
    }


def changed_first(revisions: Iterable[Revision]) -> set[tuple[Any, str, str]]:
    """The paths of these revisions at which who accepted a suggestion put something
    else than was suggested; by decision, record and path."""
    wanted = {r.decision_id for r in revisions if r.decision_id}
    rows = Change.objects.filter(
        decision__in=wanted, verdict=Verdict.CHANGED, informant=""
    )
    return {(row.decision_id, str(row.record_id), row.path) for row in rows}


def followed(revisions: Iterable[Revision]) -> set[tuple[Any, str, str]]:
    """The paths of these revisions that nobody suggested: the point of a place that
    went with its postcode; by decision, record and path."""
    rows = {
        (r.decision_id, str(r.record_id), path)
        for r in revisions
        for path in points.NAMES
        if r.decision_id and path in r.paths
    }
    if not rows:
        return set()
    said = Change.objects.filter(
        decision__in={decision for decision, _, _ in rows}, path__in=points.NAMES
    ).values_list("decision_id", "record_id", "path")
    return rows - {(decision, str(record), path) for decision, record, path in said}


def path_history(record: Record, path: str) -> list[PathEvent]:
    """The life of one field, newest first."""
    return path_histories([(record.pk, path)]).get((str(record.pk), path), [])


def path_histories(
    fields: Iterable[tuple[Any, str]],
) -> dict[tuple[str, str], list[PathEvent]]:
    """The lives of several fields, given as record id and path, in three queries,
    or four where a point is among them."""
    wanted = {(str(record_id), path) for record_id, path in fields}
    rows = (
        Revision.objects.filter(record_id__in={record_id for record_id, _ in wanted})
        .select_related("decision__proposal")
        .order_by("-number")
    )
    out: dict[tuple[str, str], list[PathEvent]] = {}
    told, changed = informants(rows), changed_first(rows)
    moved = followed(rows)
    for revision in rows:
        for path in revision.paths:
            key = (str(revision.record_id), path)
            if key in wanted:
                out.setdefault(key, []).append(
                    _path_event(revision, path, told, changed, moved)
                )
    return out


def _path_event(
    revision: Revision,
    path: str,
    told: Mapping[tuple[Any, str, str], Told],
    changed: Set[tuple[Any, str, str]],
    moved: Set[tuple[Any, str, str]],
) -> PathEvent:
    decision = revision.decision
    key = (revision.decision_id, str(revision.record_id), path)
    proposer = decision.proposal.proposer_label if decision else ""
    return PathEvent(
        revision.number,
        diff.at(revision.payload, path),
        revision.made_at,
        revision.made_by_label,
        "its postcode" if key in moved else proposer or revision.made_by_label,
        revision.method,
        told.get(key),
        key in changed,
    )


def moved_on(change: Change, record: Record) -> bool:
    """Whether the field is no longer what the proposer saw."""
    return not diff.same(diff.at(current(record), change.path), change.was)


def covers(listing: Listing) -> dict[str, int]:
    """The revisions of organization and places that a check of it vouches for."""
    numbers = whole(listing).numbers
    numbers.pop(str(listing.record_id), None)
    return numbers


def hidden_since(listing: Listing) -> dt.datetime | None:
    """When a listing was last taken from the public; None where nobody did."""
    hidden = AuditEvent.objects.filter(
        object_id=listing.pk, verb="listing_hidden", before=[]
    )
    return hidden.order_by("-id").values_list("at", flat=True).first()
