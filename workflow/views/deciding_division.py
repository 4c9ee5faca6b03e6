"""What a provider suggests of a listing that is really two, on the decision page."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from directory.declare import List
from workflow import access, dividing, naming, queries, showing
from workflow.choices import Goes, ProposalKind, ProposalState
from workflow.models import Proposal
from workflow.views import deciding_known


def division(user: User, proposal: Proposal) -> dict[str, Any] | None:
    """The new one's name, what goes with it, and the way to the page that divides it.

    None for another kind of proposal; without the lines for who does not keep the
    record. A line that the record has lost since is left out.
    """
    listing, plan = proposal.listing, proposal.division
    if proposal.kind != ProposalKind.DIVISION or listing is None or plan is None:
        return None
    groups = []
    if deciding_known.keeps(user, proposal):
        service = queries.current(listing.record)
        names = naming.names([service])
        found = list(dividing.lines(service))
        for to in (Goes.MOVES, Goes.BOTH):
            lines = [
                {
                    "label": _label(line),
                    "value": showing.say(line.item, line.value, names),
                }
                for line in found
                if plan["goes"].get(line.path) == to
            ]
            if lines:
                groups.append({"label": to.label, "lines": lines})
    may = proposal.state == ProposalState.OPEN and access.can_split(user, listing)
    address = reverse("workflow:divide", args=[listing.pk])
    return {
        "name": plan["name"],
        "groups": groups,
        "url": f"{address}?suggestion={proposal.pk}" if may else "",
    }


def _label(line: dividing.Line) -> str:
    item = line.item
    return item.entity.label if isinstance(item, List) else item.label
