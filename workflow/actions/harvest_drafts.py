"""A source's service before anybody has assured it: its draft and submission."""

from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.payload import Payload
from workflow import queries
from workflow.actions import drafts, listings
from workflow.actions.proposals import is_claimed
from workflow.bundles import Case
from workflow.choices import Evidence, ProposalKind, ProposalState
from workflow.models import Listing, Proposal, Source


def begin_listing(case: Case) -> None:
    """Draft a service that is new here and send it in at once; gaps never stop it."""
    source = case.source
    listing = drafts.write_draft(
        place=source.partner.partnership,
        draft=draft_of(case),
        author=None,
        partner=source.partner,
        source=source,
        by=str(source),
    )
    listings.write_submission(listing, by=source, evidence=Evidence.SOURCE, words="")


def draft_of(case: Case) -> listings.Draft:
    """The draft of a bundle. Records that are accepted already are left out."""
    organization = case.bundle.organization
    is_new = organization is not None and case.unaccepted(organization)
    return {
        "service": case.bundle.service.payload,
        "organization": organization.payload if organization and is_new else None,
        "locations": {
            p.id: p.payload for p in case.bundle.locations if case.unaccepted(p)
        },
    }


def redraft(listing: Listing, case: Case) -> bool | None:
    """Put what the source changed into a locked listing that nobody has assured.

    Whether anything changed; None where it has to wait, because somebody else sent it
    in or is deciding on it.
    """
    draft = _merged(listing, case)
    if diff.same(draft, listing.draft):
        return False
    proposal = listing.proposals.filter(
        kind=ProposalKind.NEW, state=ProposalState.OPEN
    ).first()
    if listing.source_id != case.source.pk or _is_in_hand(proposal, case.source):
        return None
    if proposal:
        listings.take_back(listing, by=str(case.source))
    drafts.rewrite_draft(listing, draft, by=str(case.source))
    if proposal:
        listings.write_submission(
            listing, by=case.source, evidence=Evidence.SOURCE, words=""
        )
    return True


def _is_in_hand(proposal: Proposal | None, source: Source) -> bool:
    if proposal is None:
        return False
    return proposal.source_id != source.pk or is_claimed(proposal)


def _merged(listing: Listing, case: Case) -> listings.Draft:
    """The draft with only what the source changed put in.

    An editor of the organization may have worked on a draft that was sent back; what
    they wrote stays where the source says what it said before.
    """
    draft: listings.Draft = listing.draft or {"service": {"id": str(listing.record_id)}}
    copy = case.copies.get(case.bundle.service.key)
    before = copy.payload if copy else draft["service"]
    service = _carried(
        Kind.SERVICE, before, case.bundle.service.payload, draft["service"]
    )
    now = draft_of(case)
    organization = now["organization"] or draft.get("organization")
    if organization and organization["id"] != service.get("organization_id"):
        organization = None
    return {
        "service": service,
        "organization": organization,
        "locations": _places(listing, case, service, now["locations"]),
    }


def _places(
    listing: Listing, case: Case, service: Payload, now: dict[str, Payload]
) -> dict[str, Payload]:
    """The places of a draft that are not accepted, in the order the service has."""
    drafted: dict[str, Payload] = (listing.draft or {}).get("locations") or {}
    sent = _sent_in(listing, case.source)
    out = {}
    for key in queries.location_ids(service):
        if key in now and key in drafted:
            before = sent.get(key, {"id": key})
            out[key] = _carried(Kind.LOCATION, before, now[key], drafted[key])
        elif key in now or key in drafted:
            out[key] = now.get(key) or drafted[key]
    return out


def _sent_in(listing: Listing, source: Source) -> dict[str, Payload]:
    """What the source put into its last submission of a listing, by record id."""
    last = (
        listing.proposals.filter(kind=ProposalKind.NEW, source=source)
        .order_by("created_at")
        .last()
    )
    sent: dict[str, Payload] = {}
    for change in last.changes.all() if last else ():
        key = str(change.record_id)
        sent[key] = diff.put(sent.get(key, {"id": key}), change.path, change.value)
    return sent


def _carried(kind: str, old: Payload, new: Payload, mine: Payload) -> Payload:
    """``mine`` with what leads from ``old`` to ``new``."""
    for change in diff.changes(RECORDS[kind], old, new):
        mine = diff.put(mine, change.path, change.value)
    return mine
