"""A record that gets another home: who may propose and answer it, and what would move.

The plan is worked out in one place, for the preview and, once all is locked, for the
deed itself (``workflow/actions/offering.py``).
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Person, ids_with, is_person
from accounts.models import Partnership
from accounts.permissions import Permission
from common import clock
from common.models import as_uuid
from directory import terms
from directory.models import TaxonomyTerm
from directory.payload import Payload
from workflow import access, contracts, periods, queries, remits
from workflow.choices import OfferState, ProposalState, Stage
from workflow.models import Contract, HomeOffer, Listing, OwnBody, Record, Remit

# --- who may --------------------------------------------------------------------------


def _led(user: Person) -> frozenset[Any]:
    return ids_with(user, Permission.SHARE, Partnership)


def between(user: Person) -> QuerySet[HomeOffer]:
    """Offers to which a place that the person leads is a party."""
    if not is_person(user):
        return HomeOffer.objects.none()
    led = _led(user)
    return HomeOffer.objects.filter(Q(home__in=led) | Q(to__in=led)).select_related(
        "listing__record__revision", "home", "to", "made_for", "made_by", "answered_by"
    )


def of_place(user: Person, place: Partnership) -> QuerySet[HomeOffer]:
    """Those to which one place is a party, for a person who leads it; newest first."""
    mine = between(user).filter(Q(home=place) | Q(to=place))
    return mine.order_by("-created_at", "pk")


def shown(user: Person, offers: Iterable[HomeOffer]) -> list[HomeOffer]:
    """Offers without those about what the public does not see, unless the person reads
    the record. A fixed number of queries."""
    rows = list(offers)
    ids = [row.listing_id for row in rows]
    read = set(access.read_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    public = [
        row.listing
        for row in rows
        if row.listing_id not in read and queries.may_be_public(row.listing)
    ]
    seen = read | {one.pk for one in public} - _stopped(public)
    return [row for row in rows if row.listing_id in seen]


def _stopped(listings: Iterable[Listing]) -> set[uuid.UUID]:
    """The ids of those that the gate stops as a whole."""
    rows = list(listings)
    wholes = queries.wholes(rows)
    keys = {row.organization_id for row in rows if row.organization_id}
    released, guarded = queries.released_by(keys), queries.guarded_places_by(keys)
    out = set()
    for row in rows:
        key, parts = str(row.organization_id), wholes[row.pk]
        context = queries.gate_context(
            parts, released.get(key, {}), guarded.get(key, {})
        )
        if queries.public_parts(parts, context).stops:
            out.add(row.pk)
    return out


def is_public(listing: Listing) -> bool:
    """Whether the public sees it: only such a record is offered, asked for or moved."""
    return queries.may_be_public(listing) and not _stopped([listing])


def can_see(user: Person, listing: Listing) -> bool:
    return access.can_read(user, listing) or is_public(listing)


def answerable_by(user: Person) -> QuerySet[HomeOffer]:
    """Open offers that the person may answer, for the side that was asked.

    Two leads agree: whoever leads the proposing side as well answers for neither.
    """
    return (
        between(user)
        .filter(state=OfferState.OPEN)
        .exclude(Q(made_for__in=_led(user)) | Q(made_by_id=user.pk))
    )


def can_answer(user: Person, offer: HomeOffer) -> bool:
    return answerable_by(user).filter(pk=offer.pk).exists()


def withdrawable_by(user: Person) -> QuerySet[HomeOffer]:
    """Open offers that the person may take back: made for a place they lead."""
    return between(user).filter(state=OfferState.OPEN, made_for__in=_led(user))


def can_withdraw(user: Person, offer: HomeOffer) -> bool:
    return withdrawable_by(user).filter(pk=offer.pk).exists()


def may_begin(user: Person, listing: Listing) -> bool:
    """Whether a page of the record leads to the offer: for leads, where there is a
    neighbour."""
    if not is_person(user) or listing.stage != Stage.PUBLISHED:
        return False
    neighbours = Partnership.objects.exclude(pk=listing.partnership_id)
    return bool(_led(user)) and neighbours.exists()


# --- what would move ------------------------------------------------------------------


@dataclass(frozen=True)
class TermMove:
    """A term of a list of the old place's own, and the one of the same name on the same
    kind of list of the new place; None where it has none, and the term is dropped."""

    record_id: uuid.UUID
    was: TaxonomyTerm
    now: TaxonomyTerm | None


@dataclass(frozen=True)
class Plan:
    """What becomes of a record whose home changes.

    ``records`` are the organization and places that nothing else of the old place
    needs: their home moves too. ``staying`` keep theirs, and are referred to over the
    border. ``remit`` answers for it there, None where none does or several would.
    """

    listing: Listing
    to: Partnership
    records: tuple[Record, ...]
    staying: tuple[Record, ...]
    terms: tuple[TermMove, ...]
    due_on: dt.date | None
    remit: Remit | None

    @property
    def fingerprint(self) -> str:
        """What tells this plan from what it would be next: for a form to carry."""
        revision = self.listing.record.revision_id
        parts = [
            str(self.to.pk), str(revision), *(str(one.pk) for one in self.records),
            *(f"{m.record_id}{m.was.pk}{m.now and m.now.pk}" for m in self.terms),
            str(self.due_on), str(self.remit and self.remit.pk),
        ]  # fmt: skip
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


def referred_ids(listing: Listing) -> set[uuid.UUID]:
    """The organization and places of a listing."""
    found = {*listing.location_ids, listing.organization_id}
    return {key for key in found if key}


def plan(listing: Listing, to: Partnership) -> Plan:
    """What would become of a listing at its new home, as things are now."""
    used = queries.records(referred_ids(listing)).values()
    moving: list[Record] = []
    staying: list[Record] = []
    for record in sorted(used, key=lambda one: one.pk):
        leaves = record.home_id == listing.partnership_id and not _needed(
            record, listing
        )
        (moving if leaves else staying).append(record)
    moves = tuple(_term_moves(listing, [listing.record, *moving], to))
    own = [move for move in moves if move.record_id == listing.record_id]
    said = term_ids(with_terms_moved(queries.current(listing.record), own))
    return Plan(
        listing, to, tuple(moving), tuple(staying), moves,
        _due_on(listing, to, said), _remit_at(listing, to, said),
    )  # fmt: skip


def _needed(record: Record, listing: Listing) -> bool:
    """Whether something else of the old place uses an organization or place: another
    service of it, or it is one of the place's own partners."""
    others = queries.listings_showing(record.pk).exclude(pk=listing.pk)
    return (
        others.filter(partnership_id=listing.partnership_id).exists()
        or OwnBody.objects.filter(
            organization_id=record.pk,
            partner__partnership_id=listing.partnership_id,
        ).exists()
    )


def naming(listing: Listing) -> QuerySet[Contract]:
    """The contracts of its home that name a listing and are not over."""
    today = clock.today()
    return Contract.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        named__listing=listing, ended_at=None,
    ).order_by("pk")  # fmt: skip


def under_whole_contract(listing: Listing) -> QuerySet[Contract]:
    """Those for all that its organization runs there; it leaves them by moving."""
    return Contract.objects.filter(
        contracts.holds_on(clock.today()),
        partnership_id=listing.partnership_id,
        organization_id=listing.organization_id or uuid.UUID(int=0),
    )


def open_proposals(listing: Listing) -> int:
    return listing.proposals.filter(state=ProposalState.OPEN).count()


def _due_on(listing: Listing, to: Partnership, said: list[uuid.UUID]) -> dt.date | None:
    """When it is due by the policy of its new home; its own date where nothing that was
    checked stands."""
    if listing.assurance_id is None or listing.assured_on is None:
        return listing.due_on
    there = Listing(
        partnership=to, organization_id=listing.organization_id, term_ids=said,
        critical=listing.critical,
    )  # fmt: skip
    return periods.due_on(there, listing.assured_on)


def _remit_at(listing: Listing, to: Partnership, said: list[uuid.UUID]) -> Remit | None:
    """The area of work that it would be in; None where none, or several, take it."""
    key = remits.would_take(to.pk, listing.pk, said)
    rows = Remit.objects.select_related("partner", "lead")
    return rows.filter(pk=key).first() if key else None


def term_ids(payload: Payload) -> list[uuid.UUID]:
    given = (as_uuid(a.get("taxonomy_term_id")) for a in payload.get("attributes", []))
    return [key for key in given if key]


def _term_moves(
    listing: Listing, records: list[Record], to: Partnership
) -> Iterable[TermMove]:
    said = [(one.pk, term_ids(queries.current(one))) for one in records]
    own = TaxonomyTerm.objects.filter(
        pk__in={key for _, keys in said for key in keys},
        taxonomy__partnership_id=listing.partnership_id,
    ).select_related("taxonomy")
    known = {term.pk: term for term in own}
    if not known:
        return
    there: dict[tuple[str, str], list[TaxonomyTerm]] = {}
    for term in terms.terms_of(to):
        key = (term.taxonomy.facet, term.name.casefold())
        there.setdefault(key, []).append(term)
    for record_id, keys in said:
        for term in (known[key] for key in keys if key in known):
            found = there.get((term.taxonomy.facet, term.name.casefold()), [])
            yield TermMove(record_id, term, found[0] if len(found) == 1 else None)


def with_terms_moved(payload: Payload, moves: Iterable[TermMove]) -> Payload:
    """A payload whose terms are those of the new place; none is said twice."""
    now = {str(move.was.pk): move.now for move in moves}
    out: list[Any] = []
    for attribute in payload.get("attributes", []):
        key = str(attribute.get("taxonomy_term_id"))
        if key in now:
            found = now[key]
            if found is None:
                continue
            attribute = {**attribute, "taxonomy_term_id": str(found.pk)}
        said = {one.get("taxonomy_term_id") for one in out}
        if attribute.get("taxonomy_term_id") not in said:
            out.append(attribute)
    return {**payload, "attributes": out}
