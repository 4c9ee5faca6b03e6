"""Organizations and places as records of their own: who sees them, what shows them.

Each rule stands as a queryset and as a question of it, as in ``workflow/access/``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.access import Person, is_person
from accounts.models import Partner, User
from directory.choices import Kind, Visibility
from directory.models import Location
from directory.payload import Payload
from workflow import access, queries, seeing
from workflow.choices import Stage
from workflow.models import Assurance, Listing, Record
from workflow.seeing import Side

KINDS = (Kind.ORGANIZATION, Kind.LOCATION)
PLURAL = {Kind.ORGANIZATION: "organisations", Kind.LOCATION: "places"}


def _accepted() -> QuerySet[Record]:
    return Record.objects.filter(kind__in=KINDS, revision__isnull=False)


# --- seeing ---------------------------------------------------------------------------


def seen_by(user: Person) -> QuerySet[Record]:
    """Organizations and places with a page of their own for this person.

    Those that they keep or edit; those of services that they read; those of public
    services. A place that is kept secret, or that somebody lives at, is there for who
    keeps it.
    """
    if not is_person(user):
        return Record.objects.none()
    kept = access.one_of(access.kept_records(user))
    own = Q(pk__in=access.edited_organizations(user).values("pk"))
    read = access.one_of(access.shown_in(access.read_by(user)))
    public = access.one_of(access.shown_in(access.public_to(user)))
    for_workers = read & Q(visibility__in=seeing.PARTNERS)
    for_all = public & Q(visibility=Visibility.OPEN)
    guarded = access.one_of(access.guarded_places())
    return _accepted().filter(kept | own | (for_workers | for_all) & ~guarded)


def can_see(user: Person, record: Record) -> bool:
    return seen_by(user).filter(pk=record.pk).exists()


def sees(user: User, record: Record) -> frozenset[str]:
    """Which fields of a record the person sees, by visibility."""
    if access.kept_records(user).filter(pk=record.pk).exists() or is_own(user, record):
        return seeing.EVERYTHING
    if access.read_records(user).filter(pk=record.pk).exists():
        return seeing.PARTNERS
    return seeing.PUBLIC


def side_of(user: User, record: Record, version: int = 0) -> Side | None:
    """The record as this person sees it; None where the public sees nothing of it.

    ``version`` is the one that the person had before them, for those who read more
    than the public.
    """
    seen = sees(user, record)
    number = record.revision.number if record.revision else 0
    payload = queries.current(record)
    if seen == seeing.PUBLIC:
        public = _public_payload(record)
        return (
            Side(record.kind, str(record.pk), public, number, seen) if public else None
        )
    if 0 < version < number:
        older = queries.payload_at(record, version)
        if seen == seeing.EVERYTHING or not any(older.get(m) for m in seeing.GUARDS):
            payload, number = older, version
    return Side(record.kind, str(record.pk), payload, number, seen)


def witness(record: Record) -> Listing | None:
    """A service that shows the record: a public one, if there is one. What the gate
    holds back of a record depends on whose service shows it."""
    rows = queries.listings_showing(record.pk).filter(record__revision__isnull=False)
    public = Q(stage=Stage.PUBLISHED, record__visibility=Visibility.OPEN)
    rows = rows.select_related("record__revision").order_by("title", "pk")
    return rows.filter(public).first() or rows.first()


def _public_payload(record: Record) -> Payload:
    found = witness(record)
    if found is None or not queries.may_be_public(found):
        return {}
    parts = queries.public_parts(queries.whole(found))
    if parts.stops:
        return {}
    if record.kind == Kind.ORGANIZATION:
        return parts.organization
    return parts.locations.get(str(record.pk), {})


# --- saying something about it --------------------------------------------------------


def own_by(user: Person) -> QuerySet[Record]:
    """Organizations whose people the person is one of."""
    return _accepted().filter(pk__in=access.edited_organizations(user).values("pk"))


def is_own(user: Person, record: Record) -> bool:
    return own_by(user).filter(pk=record.pk).exists()


def proposable_by(user: Person) -> QuerySet[Record]:
    """Organizations and places about which the person may suggest a change: they see
    them, and may suggest one to a service that shows them; or keep them."""
    if not is_person(user):
        return Record.objects.none()
    return seen_by(user).filter(
        access.one_of(access.shown_in(access.proposable_by(user)))
        | access.one_of(access.correctable_by(user))
        | access.one_of(own_by(user))
    )


def can_propose(user: Person, record: Record) -> bool:
    return proposable_by(user).filter(pk=record.pk).exists()


def may_correct(user: User, record: Record) -> bool:
    """Whether the person may correct it at once, on somebody's word."""
    return (
        record.replaced_by_id is None
        and record.home.policy.correct_and_check
        and access.can_correct(user, record)
    )


# --- which services show it -----------------------------------------------------------


@dataclass(frozen=True)
class Showing:
    """The services that show a record: those that the person may be told of, all of
    which they may open, and how many others there are."""

    listings: tuple[Listing, ...]
    others: int

    def links(self) -> list[dict[str, str]]:
        """Their names with their addresses, and a line for the others."""
        out = [
            {"label": one.title, "url": reverse("workflow:record", args=[one.pk])}
            for one in self.listings
        ]
        if self.others:
            more = "One service" if self.others == 1 else f"{self.others} services"
            out.append({"label": f"{more} that you do not see", "url": ""})
        return out


def told(user: Person) -> QuerySet[Listing]:
    """Accepted services that this person may be told of by name."""
    return Listing.objects.filter(
        access.one_of(access.read_by(user)) | access.one_of(access.public_to(user)),
        record__revision__isnull=False,
    )


def showing(user: User, record: Record) -> Showing:
    """Every accepted service that shows a record, as this person may be told. How many
    more there are is for those who keep it, or what is hidden could be counted."""
    rows = queries.listings_showing(record.pk).filter(record__revision__isnull=False)
    known = rows.filter(pk__in=told(user).values("pk"))
    found = tuple(
        known.select_related(
            "record", "partnership__policy", "remit__partner", "assurance"
        ).order_by("title", "pk")
    )
    keeps = sees(user, record) == seeing.EVERYTHING
    others = rows.count() - len(found) if keeps else 0
    return Showing(found, others)


def splittable(user: User, showing: Showing) -> list[Listing]:
    """Services to which the person may give a copy of a place that others use too."""
    if len(showing.listings) + showing.others < 2:
        return []
    ids = [one.pk for one in showing.listings]
    mine = set(
        access.in_remit_by(user)
        .filter(pk__in=ids)
        .exclude(stage__in=(Stage.DRAFT, Stage.SUBMITTED))
        .values_list("pk", flat=True)
    )
    return [one for one in showing.listings if one.pk in mine]


def counts(user: Person, records: Iterable[Record]) -> dict[Any, int]:
    """How many services show each of these records, by id, of those that the person
    may be told of: one query."""
    ids = [record.pk for record in records]
    rows = told(user).filter(Q(organization_id__in=ids) | Q(location_ids__overlap=ids))
    out: dict[Any, int] = dict.fromkeys(ids, 0)
    for run_by, places in rows.values_list("organization_id", "location_ids"):
        for key in {run_by, *places} & set(out):
            out[key] += 1
    return out


def pages_of(user: User, ids: Iterable[Any]) -> dict[str, str]:
    """Where those of these organizations and places have their pages that the person
    sees, by id as text: one query."""
    rows = seen_by(user).filter(pk__in=[key for key in ids if key])
    return {
        str(key): reverse(f"workflow:{kind}", args=[key])
        for key, kind in rows.values_list("pk", "kind")
    }


# --- finding --------------------------------------------------------------------------


def find(user: User, kind: str, words: str) -> QuerySet[Record]:
    """Organizations or places that the person sees, in whose name every word occurs;
    a place also by its address, where the person reads more than the public does."""
    found = seen_by(user).filter(kind=kind, replaced_by=None)
    for word in words.split():
        found = found.filter(_named(kind, word, user))
    return found.order_by("label", "pk")


def _named(kind: str, word: str, user: User) -> Q:
    named = Q(label__icontains=word)
    if kind != Kind.LOCATION:
        return named
    there = Location.objects.filter(pk=OuterRef("pk")).filter(
        Q(alternate_name__icontains=word)
        | Q(addresses__address_1__icontains=word)
        | Q(addresses__city__icontains=word)
        | Q(addresses__postal_code__istartswith=word)
    )
    read = access.one_of(access.read_records(user))
    return named | (read & Q(Exists(there)))


# --- who keeps it, and when it was vouched for ----------------------------------------


def owner_of(record: Record) -> Partner | None:
    """The partner whose assurers decide about a record."""
    rows: Any = access.with_record_owner(Record.objects.filter(pk=record.pk))
    return Partner.objects.filter(pk__in=rows.values("owner_id")).first()


def vouched(record: Record, among: Iterable[Listing]) -> Assurance | None:
    """The last check of one of these services that vouched for the record too."""
    ids = [one.pk for one in among]
    return (
        Assurance.objects.filter(
            listing__in=ids, undone_at=None, covers__has_key=str(record.pk)
        )
        .select_related("listing")
        .order_by("-assured_on", "-created_at")
        .first()
    )
