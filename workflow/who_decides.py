"""Who decides on what was suggested, in words: the body that looks after the record,
and those who run the service where they are trusted to decide on it."""

from collections.abc import Iterable
from typing import Any

from workflow import access, standing
from workflow.choices import Verdict
from workflow.models import Change, Proposal


def by_proposal(proposals: Iterable[Proposal], *, own: bool = False) -> dict[Any, str]:
    """For each suggestion, who decides on what of it waits; ``own`` says it to one of
    those who run the service. One query for several as for one."""
    every = list(proposals)
    waiting = Change.objects.filter(
        proposal__in=[one.pk for one in every], verdict=Verdict.PENDING
    )
    theirs = access.left_to_trusted_bodies(waiting).values_list("proposal_id")
    trusted = {key for (key,) in theirs}
    also = "your own organisation" if own else "who runs it"
    return {
        one.pk: f"{_body(one)} or {also}" if one.pk in trusted else _body(one)
        for one in every
    }


def of(proposal: Proposal, *, own: bool = False) -> str:
    """Who decides on what waits of one suggestion."""
    return by_proposal([proposal], own=own)[proposal.pk]


def _body(proposal: Proposal) -> str:
    if proposal.listing:
        return standing.waits_for(proposal.listing)
    return str(proposal.partnership)
