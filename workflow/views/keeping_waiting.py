"""What of its provider's waits, as the page of a listing says it."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from common.templatetags.vouch import number_words
from workflow import duties, who_decides
from workflow.actions.lines import label_of
from workflow.choices import ProposalKind
from workflow.models import Listing, Proposal
from workflow.views.keeping_answers import day_of


def waiting_notice(user: User, found: Listing) -> dict[str, Any] | None:
    """That changes of the provider's wait, since when, and the way to each; or None.

    While one does, “nothing has changed” would say the contrary.
    """
    waiting = duties.providers_changes([found]).get(found.pk)
    if waiting is None:
        return None
    who = who_decides.by_proposal(user, waiting)
    if len(waiting) == 1:
        (one,) = waiting
        return {
            "heading": "Your change is waiting",
            "text": f"{_told_us(user, one)} what is different, and {who[one.pk]} has "
            "not decided on all of it yet. It is marked below.",
            "url": _own_page(user, one),
        }
    number = number_words(len(waiting)).capitalize()
    return {
        "heading": f"{number} changes are waiting",
        "text": "None of them is decided in full yet. They are marked below.",
        "items": [
            {
                "text": f"{_about(one)}: {_told_us(user, one, small=True)}, and "
                f"{who[one.pk]} decides on it.",
                "url": _own_page(user, one),
            }
            for one in waiting
        ],
    }


def _told_us(user: User, proposal: Proposal, *, small: bool = False) -> str:
    """“You told us on 1 June 2026”"""
    own = "you" if small else "You"
    who = own if proposal.proposer_id == user.pk else proposal.proposer_label
    return f"{who} told us on {day_of(proposal)}"


def _own_page(user: User, proposal: Proposal) -> str:
    """Where who suggested it looks at it or takes it back; ``""`` for all others."""
    mine = proposal.proposer_id == user.pk
    return reverse("workflow:suggestion", args=[proposal.pk]) if mine else ""


def _about(proposal: Proposal) -> str:
    """What a change is about: “Phone numbers, Opening times”."""
    if proposal.kind == ProposalKind.CLOSURE:
        return ProposalKind.CLOSURE.label
    changes = proposal.changes.filter(informant="").select_related("record")
    labels = [label_of(one) for one in changes.order_by("position", "pk")]
    return ", ".join(dict.fromkeys(labels))
