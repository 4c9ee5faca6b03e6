"""What of a service, its organization and its places a person sees on a page.

Who keeps the record sees everything; workers of partners what is for partners too;
everybody else exactly the public version. A place that is kept secret is shown to those
who keep it and to nobody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from accounts.access import Person
from accounts.models import Partnership, User
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Section
from directory.payload import Payload
from directory.words import show
from workflow import access, naming, queries
from workflow.models import Listing, Record, Revision

EVERYTHING = frozenset(Visibility)
PARTNERS = frozenset({Visibility.OPEN, Visibility.PARTNERS})
PUBLIC = frozenset({Visibility.OPEN})
UNNAMED = "A place that is kept secret"
GUARDS = ("sensitive", "home")
"""The marks of a place about which not everything may be told."""
HEADINGS = {
    Kind.SERVICE: "The service",
    Kind.ORGANIZATION: "Who runs it",
    Kind.LOCATION: "Where it happens",
}


@dataclass(frozen=True)
class Side:
    """One record of a page: the service itself, who runs it, or a place of it.

    ``number`` is the version shown, 0 for a draft; ``is_kept_here`` says whether its
    sections may be changed from this page.
    """

    kind: str
    record_id: str
    payload: Payload
    number: int
    sees: frozenset[str]
    is_kept_here: bool = True

    @property
    def entity(self) -> Entity:
        """Its declaration."""
        return RECORDS[self.kind]

    @property
    def heading(self) -> str:
        """What stands over its sections."""
        return HEADINGS[Kind(self.kind)]

    @property
    def name(self) -> str:
        """What it is called; a place without a name by its address."""
        if self.payload.get("name"):
            return str(self.payload["name"])
        address = (self.payload.get("addresses") or [{}])[0]
        words = [address.get("address_1"), address.get("city")]
        return (
            ", ".join(w for w in words if w) or f"Unnamed {self.entity.label.lower()}"
        )

    @property
    def sections(self) -> list[Section]:
        """Its sections, each with the fields and lists that the person sees."""
        out = []
        for section in self.entity.sections:
            names = tuple(n for n in section.names if self._is_seen(n))
            if names:
                out.append(replace(section, names=names))
        return out

    def section(self, slug: str) -> Section:
        """The seen part of one section. Raises KeyError."""
        return {section.slug: section for section in self.sections}[slug]

    def _is_seen(self, name: str) -> bool:
        return self.entity.get(name).visibility in self.sees


def sees(user: Person, listing: Listing) -> frozenset[str]:
    """Which fields of a listing the person sees, by visibility."""
    if access.can_see_internal(user, listing):
        return EVERYTHING
    return PARTNERS if access.can_read(user, listing) else PUBLIC


def accepted_sides(
    user: Person, listing: Listing, versions: Mapping[str, int] | None = None
) -> list[Side]:
    """The accepted record of a service as this person sees it, the service first.

    ``versions`` gives records as they were when the person opened the page; a version
    that never was is passed over, and so is one of a place that is guarded, for those
    who do not keep it.
    """
    seen = sees(user, listing)
    whole = _as_of(queries.whole(listing), versions or {}, seen)
    service, organization, places = whole.service, whole.organization, whole.locations
    if seen == PUBLIC:
        parts = queries.public_parts(whole)
        service, organization = parts.service, parts.organization
        places = parts.locations
    others: list[tuple[str, Payload]] = []
    if organization:
        others.append((Kind.ORGANIZATION, organization))
    others += [(Kind.LOCATION, place) for place in places.values()]
    if seen != EVERYTHING:
        unseen = hidden_ids((p["id"] for _, p in others), seen)
        others = [(kind, p) for kind, p in others if p["id"] not in unseen]
    return [
        Side(kind, p["id"], p, whole.numbers.get(p["id"], 0), seen)
        for kind, p in [(Kind.SERVICE, service), *others]
    ]  # fmt: skip


def _as_of(
    whole: queries.Whole, versions: Mapping[str, int], seen: frozenset[str]
) -> queries.Whole:
    older = {i: n for i, n in versions.items() if 0 < n < whole.numbers.get(i, 0)}
    if not older:
        return whole
    wanted = Q()
    for record_id, number in older.items():
        wanted |= Q(record_id=record_id, number=number)
    found = {str(r.record_id): r for r in Revision.objects.filter(wanted)}
    if seen != EVERYTHING:
        found = {i: r for i, r in found.items() if not _tells_more(whole, r.payload)}

    def then(payload: Payload) -> Payload:
        revision = found.get(str(payload.get("id")))
        return dict(revision.payload) if revision else payload

    return replace(
        whole,
        service=then(whole.service),
        organization=then(whole.organization),
        locations={i: then(place) for i, place in whole.locations.items()},
        numbers=whole.numbers | {i: r.number for i, r in found.items()},
    )


def _tells_more(whole: queries.Whole, older: Payload) -> bool:
    """Whether an older version of a record may tell what the current one must not:
    of a place that is guarded or was, or of a guarded place that is gone from it."""
    now = whole.locations.get(str(older.get("id")), {})
    if any(place.get(mark) for place in (now, older) for mark in GUARDS):
        return True
    gone = set(queries.location_ids(older)) - set(whole.locations)
    return bool(gone and (hidden_ids(gone, PARTNERS) or home_ids(gone)))


def whole_for(user: User, listing: Listing) -> queries.Whole:
    """A draft with what it refers to, as this person may see it.

    To name a record in a draft gives no right to it: what is in the directory already
    comes as the public sees it to those who may read no service that shows it.
    """
    whole = queries.drafted(listing)
    found = queries.records([whole.organization.get("id"), *whole.locations])
    accepted = {key for key, record in found.items() if record.revision}
    readable = access.read_records(user).filter(pk__in=accepted)
    read = {str(pk) for pk in readable.values_list("pk", flat=True)}
    unseen = (accepted - read) | hidden_from(user, accepted)
    if not unseen:
        return whole
    public = queries.public_parts(whole)
    is_public = whole.organization.get("id") in unseen
    return replace(
        whole,
        organization=public.organization if is_public else whole.organization,
        locations={
            key: public.locations[key] if key in unseen else place
            for key, place in whole.locations.items()
            if key not in unseen or set(public.locations.get(key, {})) > {"id"}
        },
    )


def drafted_sides(user: User, listing: Listing) -> list[Side]:
    """A draft with what it refers to: what is new is kept in the draft itself."""
    draft = listing.draft or {}
    whole = whole_for(user, listing)
    new = {(draft.get("organization") or {}).get("id"), *(draft.get("locations") or {})}
    found = queries.records([whole.organization.get("id"), *whole.locations])
    sides = [Side(Kind.SERVICE, str(listing.record_id), whole.service, 0, EVERYTHING)]
    others: list[tuple[str, Payload]] = []
    if whole.organization:
        others.append((Kind.ORGANIZATION, whole.organization))
    others += [(Kind.LOCATION, place) for place in whole.locations.values()]
    for kind, payload in others:
        record = found.get(payload["id"])
        accepted = record is not None and record.revision is not None
        if accepted and payload.get("sensitive"):
            continue
        sides.append(
            Side(
                kind, payload["id"], payload, 0,
                PUBLIC if accepted else EVERYTHING,
                is_kept_here=not accepted and payload["id"] in new,
            )
        )  # fmt: skip
    return sides


def names_for(user: Person, sides: Iterable[Side]) -> dict[str, str]:
    """Names of everything that these records refer to, secret places unnamed."""
    shown = list(sides)
    payloads = [side.payload for side in shown]
    known = naming.names(payloads)
    if any(side.kind == Kind.SERVICE and side.number == 0 for side in shown):
        return names_told(user, known, payloads)
    seen = min((side.sees for side in shown), key=len, default=PUBLIC)
    return known if seen == EVERYTHING else without_secrets(known, payloads, seen)


def names_told(
    user: Person, known: Mapping[str, str], payloads: Iterable[Payload]
) -> dict[str, str]:
    """These names without those that this person may not be told."""
    return _unnamed(known, payloads, hidden_from(user, known))


def without_secrets(
    known: Mapping[str, str],
    payloads: Iterable[Payload],
    seen: frozenset[str] = PARTNERS,
) -> dict[str, str]:
    """Names without those of places that are kept secret, and of homes."""
    return _unnamed(known, payloads, hidden_ids(known, seen) | home_ids(known))


def _unnamed(
    known: Mapping[str, str], payloads: Iterable[Payload], secret: set[str]
) -> dict[str, str]:
    out = {key: UNNAMED if key in secret else name for key, name in known.items()}
    for payload in payloads:
        for link in payload.get("service_at_locations", []):
            if link.get("location_id") in secret:
                out[link["id"]] = UNNAMED
    return out


def hidden_ids(ids: Iterable[str], seen: frozenset[str]) -> set[str]:
    """Which of these records are not for somebody who sees this much: places that are
    kept secret, and records that are for fewer people."""
    rows = Record.objects.filter(
        Q(kind=Kind.LOCATION, revision__payload__sensitive=True)
        | ~Q(visibility__in=list(seen)),
        pk__in=list(ids),
    )
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def home_ids(ids: Iterable[str]) -> set[str]:
    """Which of these records are places that somebody lives at."""
    rows = Record.objects.filter(
        kind=Kind.LOCATION, revision__payload__home=True, pk__in=list(ids)
    )
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def hidden_from(user: Person, ids: Iterable[str]) -> set[str]:
    """Which of these records this person may not be told of, wherever they are named:
    secret places and homes that they do not keep, and records that are for others."""
    # What a person keeps is only asked where there is something to keep from them.
    wanted = set(
        Record.objects.filter(
            Q(kind=Kind.LOCATION, revision__payload__sensitive=True)
            | Q(kind=Kind.LOCATION, revision__payload__home=True)
            | ~Q(visibility=Visibility.OPEN),
            pk__in=set(ids),
        ).values_list("pk", flat=True)
    )
    if not wanted:
        return set()
    read = access.read_records(user)
    rows = (
        Record.objects.filter(
            Q(kind=Kind.LOCATION, revision__payload__sensitive=True)
            | Q(kind=Kind.LOCATION, revision__payload__home=True)
            | Q(visibility=Visibility.INTERNAL)
            | Q(visibility=Visibility.PARTNERS) & ~access.one_of(read),
            pk__in=wanted,
        )
        .exclude(access.one_of(access.kept_records(user)))
        .values_list("pk", flat=True)
    )
    return {str(pk) for pk in rows}


def choices_for(user: User, listing: Listing, sides: Iterable[Side]) -> naming.Offered:
    """What this person may choose in the forms of a listing."""
    kept = [side.record_id for side in sides if side.number == 0]
    drafted = Record.objects.filter(pk__in=kept, revision=None)
    return offered_to(user, listing.partnership, drafted)


def offered_to(
    user: User, place: Partnership, drafted: Iterable[Record] = ()
) -> naming.Offered:
    """What may be chosen in a place, without records that are not for who chooses."""
    every = naming.options(place, drafted)

    def shown(kind: Kind) -> list[naming.Option]:
        offered = every[kind]
        hidden = hidden_from(user, (key for key, _ in offered))
        return [one for one in offered if one[0] not in hidden]

    told = every.with_other(Kind.ORGANIZATION, lambda: shown(Kind.ORGANIZATION))
    return told.with_other(Kind.LOCATION, lambda: shown(Kind.LOCATION))


def rows(
    side: Side,
    section: Section,
    names: Mapping[str, str],
    notes: Mapping[str, list[str]],
    changed: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """A section as rows of a summary list. ``notes`` and ``changed`` go by the name of
    the field or list."""
    out = []
    for name in section.names:
        item = side.entity.get(name)
        said = show(item, side.payload.get(name), names)
        out.append(
            {
                "label": item.label,
                "value": said if isinstance(said, str) else "",
                "lines": said if isinstance(said, list) else [],
                "note": " ".join(notes.get(name, [])),
                "changed": name in changed,
            }
        )
    return out
