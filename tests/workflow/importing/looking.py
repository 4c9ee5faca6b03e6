"""Looking at what a harvest did, and deciding on it as an assurer would."""

from typing import Any

from tests import world
from tests.workflow.importing import feeds
from workflow.actions import decisions
from workflow.actions.decisions import Check, Choice
from workflow.choices import (
    Method,
    ProposalKind,
    ProposalState,
    RejectReason,
    Verdict,
)
from workflow.models import (
    Listing,
    Proposal,
)


def listing_of(record_id: str = feeds.KNITTING) -> Listing:
    return Listing.objects.select_related("record__revision").get(record_id=record_id)


def open_proposal(listing: Listing, kind: str = ProposalKind.EDIT) -> Proposal:
    return listing.proposals.get(kind=kind, state=ProposalState.OPEN)


def asked(proposal: Proposal) -> dict[tuple[str, str], Any]:
    """What a proposal still asks for: kind of record and path → new value."""
    rows = proposal.changes.filter(verdict=Verdict.PENDING).select_related("record")
    return {(c.record.kind, c.path): c.value for c in rows}


def assure(place: world.Place, listing: Listing) -> Listing:
    """Let the assurer accept everything of a submission."""
    proposal = open_proposal(listing, ProposalKind.NEW)
    decisions.decide(
        by=place.assurer,
        proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
        check=Check(Method.CALL),
    )
    return world.fresh(listing)


def decide(place: world.Place, proposal: Proposal, **verdicts: str) -> None:
    """Accept or reject changes by the name of their field."""
    choices = {
        change.pk: Choice(verdict, reason=RejectReason.NOT_SO)
        if verdict == Verdict.REJECTED
        else Choice(verdict)
        for change in proposal.changes.filter(verdict=Verdict.PENDING)
        if (verdict := verdicts.get(change.path.split("/")[0], ""))
    }
    decisions.decide(by=place.assurer, proposal_id=proposal.pk, choices=choices)
