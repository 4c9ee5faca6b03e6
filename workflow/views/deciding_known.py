"""What bears on the changes of a proposal, looked up in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import Partner, User
from common import clock
from directory.choices import Kind
from directory.payload import Payload
from workflow import access, bodies, queries, seeing, waiting_proposals
from workflow.choices import ProposalKind, Verdict
from workflow.models import Change, Listing, Proposal
from workflow.queries import PathEvent, Whole

UNTOLD = "A service that you do not see"

Field = tuple[Any, str]
"""A record's id and a path in it."""


@dataclass(frozen=True)
class Known:
    """What the rows of one proposal need to know, for one person.

    ``mine`` are the ids of the changes the person may decide, ``owners`` the partners
    that decide each, ``rivals`` the waiting changes of other proposals to the same
    field, ``shown_by`` the other services that show a record, ``splittable`` the shared
    places of which the person may give the service its own copy.
    """

    mine: set[Any]
    owners: dict[Any, str]
    keeps: bool
    histories: dict[tuple[str, str], list[PathEvent]]
    rivals: dict[Field, list[Change]]
    shown_by: dict[Any, list[dict[str, str]]]
    options: Mapping[str, list[Any]]
    splittable: set[Any]


def look_up(user: User, proposal: Proposal, changes: Sequence[Change]) -> Known:
    """Look everything up at once."""
    pending = [c for c in changes if c.verdict == Verdict.PENDING]
    mine = _mine(user, proposal, pending)
    listing = proposal.listing
    options: Mapping[str, list[Any]] = {}
    if mine:
        options = seeing.offered_to(
            user, proposal.partnership, [c.record for c in pending]
        )
    shown_by = _shown_by(user, proposal, pending)
    return Known(
        mine,
        _owners(proposal),
        keeps(user, proposal),
        queries.path_histories((c.record_id, c.path) for c in changes),
        _rivals(user, proposal, pending),
        shown_by,
        options,
        _splittable(user, listing, shown_by),
    )


def keeps(user: User, proposal: Proposal) -> bool:
    """Whether the person sees all of what a proposal is about."""
    if proposal.record is not None:
        return bodies.sees(user, proposal.record) == seeing.EVERYTHING
    listing = proposal.listing
    return bool(listing and access.can_see_internal(user, listing))


def _splittable(
    user: User, listing: Listing | None, shown_by: Mapping[Any, Any]
) -> set[Any]:
    if listing is None or not listing.was_assured:
        return set()
    places = set(shown_by) & set(listing.location_ids)
    return places if places and access.is_in_remit(user, listing) else set()


def _mine(user: User, proposal: Proposal, pending: Sequence[Change]) -> set[Any]:
    if proposal.kind == ProposalKind.NEW:
        may = access.can_decide(user, proposal)
        return {c.pk for c in pending} if may else set()
    rows = access.decidable_changes_by(user, proposal)
    return set(rows.values_list("pk", flat=True))


def _owners(proposal: Proposal) -> dict[Any, str]:
    rows: Any = access.with_owner(Change.objects.filter(proposal=proposal))
    owner = dict(rows.values_list("pk", "owner_id"))
    partners = Partner.objects.filter(pk__in={i for i in owner.values() if i})
    names = dict(partners.values_list("pk", "name"))
    return {pk: names[i] for pk, i in owner.items() if i in names}


def _rivals(
    user: User, proposal: Proposal, pending: Sequence[Change]
) -> dict[Field, list[Change]]:
    where = Q(pk__in=[])
    for change in pending:
        where |= Q(record_id=change.record_id, path=change.path)
    rows = (
        Change.objects.filter(
            where,
            verdict=Verdict.PENDING,
            proposal__in=waiting_proposals.visible_by(user).values("pk"),
            proposal__state="open",
        )
        .exclude(proposal=proposal)
        .select_related("proposal", "record")
        .order_by("created_at")
    )
    out: dict[Field, list[Change]] = {}
    for row in rows:
        out.setdefault((row.record_id, row.path), []).append(row)
    return out


def _shown_by(
    user: User, proposal: Proposal, pending: Sequence[Change]
) -> dict[Any, list[dict[str, str]]]:
    shared = {c.record_id for c in pending if c.record.kind != Kind.SERVICE}
    if not shared:
        return {}
    rows = Listing.objects.filter(
        Q(organization_id__in=shared) | Q(location_ids__overlap=list(shared)),
        record__revision__isnull=False,
    )
    if proposal.listing_id:
        rows = rows.exclude(pk=proposal.listing_id)
    told = set(
        bodies.told(user).filter(pk__in=rows.values("pk")).values_list("pk", flat=True)
    )
    out: dict[Any, list[dict[str, str]]] = {}
    for row in rows.order_by("title"):
        url = reverse("workflow:record", args=[row.pk])
        link = {"label": UNTOLD, "url": ""}
        if row.pk in told:
            link = {"label": row.title, "url": url}
        for key in shared & {row.organization_id, *row.location_ids}:
            out.setdefault(key, []).append(link)
    return out


def whole_with(listing: Listing, payloads: Mapping[str, Payload]) -> Whole:
    """A service with its organization and places, some of them not yet accepted."""
    service = payloads.get(str(listing.record_id)) or queries.current(listing.record)
    organization = str(service.get("organization_id") or "")
    places = queries.location_ids(service)
    wanted = [key for key in (organization, *places) if key and key not in payloads]
    found = queries.records(wanted)
    known = {key: queries.current(record) for key, record in found.items()}
    known |= payloads
    return Whole(
        service,
        known.get(organization, {}),
        {key: known[key] for key in places if key in known},
    )


def is_held(proposal: Proposal, user: User) -> bool:
    """Whether somebody else holds the proposal now."""
    until = proposal.claimed_until
    return bool(until and until > clock.now() and proposal.claimed_by_id != user.pk)


def why_not_assure(user: User, proposal: Proposal) -> str:
    """Why this person may not assure a new service, in a sentence."""
    listing = proposal.listing
    if listing is None or not access.is_in_remit(user, listing):
        owner = listing.remit.partner.name if listing and listing.remit else "nobody"
        return f"This is in the area of work of {owner}."
    if user.pk in (proposal.proposer_id, listing.author_id):
        return "You sent this in yourself, so a colleague has to decide it."
    if listing.declined_by_id == user.pk:
        return "You declined it before; its appeal is for another assurer."
    return "Your own organisation runs this, so another body has to decide it."
