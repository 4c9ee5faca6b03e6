"""Who decides on what was suggested, in words: the body that looks after the record,
and those who run the service where they are trusted to decide on it."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from workflow import access, standing
from workflow.choices import Verdict
from workflow.models import Change, Proposal


def by_proposal(user: User, proposals: Iterable[Proposal]) -> dict[Any, str]:
    """For each suggestion, who decides on what of it waits, as it is said to this
    person. One query for several as for one, and another where any of them is left to
    those who run the service."""
    every = list(proposals)
    waiting = Change.objects.filter(
        proposal__in=[one.pk for one in every], verdict=Verdict.PENDING
    )
    theirs = access.left_to_trusted_bodies(waiting).values_list("proposal_id")
    left = set(theirs)
    trusted = [one for one in every if (one.pk,) in left]
    mine = access.own_by(user).filter(proposals__in=[one.pk for one in trusted])
    own = set(mine.values_list("pk", flat=True))
    also = {
        one.pk: "your own organisation" if one.listing_id in own else "who runs it"
        for one in trusted
    }
    return {
        one.pk: f"{_body(one)} or {also[one.pk]}" if one.pk in also else _body(one)
        for one in every
    }


def of(user: User, proposal: Proposal) -> str:
    """Who decides on what waits of one suggestion."""
    return by_proposal(user, [proposal])[proposal.pk]


def _body(proposal: Proposal) -> str:
    if proposal.listing:
        return standing.waits_for(proposal.listing)
    return str(proposal.partnership)
