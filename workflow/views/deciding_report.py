"""What an assurer wants to know before looking into a report: whom to ring, and what
the provider has said since somebody reported it."""

import datetime as dt
from typing import Any

from django.urls import reverse

from accounts.models import User
from directory.templatetags.when import moment
from workflow import access, told_wrong
from workflow.choices import ProposalState
from workflow.models import Proposal
from workflow.views import deciding_record

MOST = 5
"""So many changes are listed: the latest."""


def looked_into(user: User, report: Proposal) -> dict[str, Any]:
    """``ring`` (see ``deciding_record.ring``) and ``since``: what the provider said,
    each a ``text`` and the ``url`` of its change (or ``""``), the latest first."""
    listing = report.listing
    if listing is None or not access.can_check(user, listing):
        return {"ring": None, "since": []}
    return {"ring": deciding_record.ring(user, listing), "since": _since(report)}


def _since(report: Proposal) -> list[dict[str, str]]:
    changes, same = told_wrong.answers(
        listing=report.listing_id, created_at__gt=report.created_at
    )
    found: list[tuple[dt.datetime, str, str]] = []
    for one in changes.order_by("-created_at")[:MOST]:
        state = ProposalState(one.state).label.lower()
        text = f"The provider sent in a change ({moment(one.created_at)}): {state}."
        found.append(
            (one.created_at, text, reverse("workflow:proposal", args=[one.pk]))
        )
    for said in same.order_by("-created_at")[:1]:
        when = moment(said.created_at)
        text = f"The provider said that nothing has changed ({when})."
        found.append((said.created_at, text, ""))
    found.sort(reverse=True)
    return [{"text": text, "url": url} for _, text, url in found]
