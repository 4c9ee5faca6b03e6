"""Taking back what one decided or checked: where it is offered, and in what words.

For ten minutes it is offered where it was done, on the page of the suggestion and of
its record; and once on the page that comes next, wherever that is.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from common import clock
from directory.templatetags.when import full_date
from workflow import waiting_checks, waiting_proposals
from workflow.actions.lines import label_of
from workflow.actions.telling import UNDO
from workflow.choices import Verdict
from workflow.models import Assurance, Decision, Listing, Proposal, Record
from workflow.views.keeping_answers import person

JUST_DONE = "just_done"
"""Where the session keeps what was done last, until the next page has said so."""


def remember(request: HttpRequest, done: Decision | Assurance) -> None:
    """Let the next page offer the undo of what was just done."""
    request.session[JUST_DONE] = str(done.pk)


def of_last(request: HttpRequest) -> list[dict[str, Any]]:
    """The banner for what was just done, once; nothing when it cannot be undone."""
    key = request.session.pop(JUST_DONE, None)
    if key is None:
        return []
    user, now = person(request), clock.now()
    decisions = waiting_proposals.undoable(user, now).filter(pk=key)
    checks = waiting_checks.undoable_checks(user, now).filter(pk=key)
    return [*map(_of_check, checks), *map(_of_decision, decisions)]


def of_proposal(user: User, proposal: Proposal) -> list[dict[str, Any]]:
    """A banner for each decision of the person on this suggestion."""
    mine = waiting_proposals.undoable(user, clock.now()).filter(proposal=proposal)
    return [_of_decision(decision) for decision in mine]


def of_record(user: User, listing: Listing) -> list[dict[str, Any]]:
    """A banner for each check and decision of the person about this record."""
    now = clock.now()
    checks = waiting_checks.undoable_checks(user, now).filter(listing=listing)
    decisions = waiting_proposals.undoable(user, now).filter(proposal__listing=listing)
    return [*map(_of_check, checks), *map(_of_decision, decisions)]


def of_body(user: User, record: Record) -> list[dict[str, Any]]:
    """A banner for each decision of the person about this organization or place."""
    mine = waiting_proposals.undoable(user, clock.now())
    return [_of_decision(one) for one in mine.filter(proposal__record=record)]


def each_once(banners: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Banners without those that undo the same."""
    return list({banner["undo_url"]: banner for banner in banners}.values())


def _of_check(check: Any) -> dict[str, Any]:
    record = reverse("workflow:record", args=[check.listing_id])
    corrected = " What you corrected stays as it is." if check.decision else ""
    return {
        "text": f"“{check.listing.title}” is checked. The next check falls due on "
        f"{full_date(check.due_on)}.",
        "undo_url": reverse("workflow:undo-check", args=[check.pk]),
        "until": check.created_at + UNDO,
        "after": f"Undone, it is as if you had not checked it.{corrected}",
        "next_url": record if check.is_open else "",
        "next_label": "A suggestion about it still waits for a decision",
    }


def _of_decision(decision: Decision) -> dict[str, Any]:
    listing = decision.proposal.listing
    check = ""
    if listing and listing.assured_on != clock.today():
        check = reverse("workflow:check", args=[listing.pk])
    is_own = decision.proposal.proposer_id == decision.decided_by_id
    return {
        "text": what_was_changed(decision) if is_own else what_was_decided(decision),
        "undo_url": reverse("workflow:undo", args=[decision.pk]),
        "until": decision.decided_at + UNDO,
        "after": "Undone, it says what it said before."
        if is_own
        else "Nobody is told before then.",
        "next_url": check,
        "next_label": f"I checked the whole record of “{decision.proposal.title}” too",
    }


def what_was_changed(decision: Decision) -> str:
    """The same of one's own change, which nobody else decides on."""
    labels = [label_of(change).lower() for change in _changes(decision)]
    return f"“{decision.proposal.title}”: you changed {_in_short(labels)}."


def what_was_decided(decision: Decision) -> str:
    """A decision in a sentence: which service, and what became of each line."""
    said = [
        f"{label_of(change).lower()} {Verdict(change.verdict).label.lower()}"
        for change in _changes(decision)
    ]
    return f"“{decision.proposal.title}”: {_in_short(said) or 'answered'}."


def _changes(decision: Decision) -> Any:
    return decision.changes.filter(proposal=decision.proposal).select_related("record")


def _in_short(said: list[str]) -> str:
    return ", ".join(said[:6]) + (f" and {len(said) - 6} more" if said[6:] else "")
