"""The end of a proposal, and what whoever made it is told."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts import audit
from accounts.models import Message, Partnership, User
from common import clock
from workflow import access, bodies, seeing, standing
from workflow.actions.lines import announce_if_urgent, label_of
from workflow.actions.telling import tell
from workflow.choices import Hidden, ProposalState, RejectReason, Verdict
from workflow.letters import letter
from workflow.models import Change, Decision, Proposal

CHECKED = "Checked means that the information was checked, not the service."


def close_if_done(proposal: Proposal) -> bool:
    """Close a locked proposal of which nothing waits, and write the answer."""
    if proposal.changes.filter(verdict=Verdict.PENDING).exists():
        return False
    proposal.state = ProposalState.DECIDED
    proposal.decided_at = clock.now()
    proposal.claimed_by = None
    proposal.claimed_until = None
    proposal.save()
    announce_if_urgent(proposal)
    tell_outcome(proposal)
    return True


def take_back(proposal: Proposal, by: User | str) -> None:
    """Close a locked proposal of which nothing has been decided."""
    proposal.changes.update(verdict=Verdict.WITHDRAWN)
    proposal.state = ProposalState.WITHDRAWN
    proposal.decided_at = clock.now()
    proposal.save(update_fields=["state", "decided_at"])
    announce_if_urgent(proposal)
    audit.record(
        "proposal_withdrawn", proposal, actor=by, partnership_id=proposal.partnership_id
    )


def close_with_thanks(proposal: Proposal, *, by: User | str) -> None:
    """Close another's proposal of which the last value was accepted elsewhere."""
    if close_if_done(proposal):
        audit.record(
            "proposal_closed_as_same", proposal, actor=by,
            partnership_id=proposal.partnership_id,
        )  # fmt: skip


def tell_outcome(proposal: Proposal) -> None:
    """Write the answer to who suggested it: each change and its reason.

    Values are left out: the mail may go to a stranger, and a value may be personal.
    What was undone meanwhile waits again and is told when it is decided anew.
    """
    to = proposal.answer_to or (proposal.proposer.email if proposal.proposer else "")
    stand = _decisions(proposal)
    decision = next(iter(stand), None)
    if decision and decision.decided_by_id == proposal.proposer_id:
        to = ""
    public = proposal.public_reports.exclude(answer_to="")
    addresses = [to] if to else []
    addresses += public.values_list("answer_to", flat=True).order_by("created_at")
    lines, answers = _said(proposal, stand) if addresses else ([], [])
    if not lines and not answers:
        return
    place, title = proposal.partnership, _title(proposal)
    mail = outcome_mail(place, title, lines, answers)
    for address in dict.fromkeys(addresses):
        tell(address, **mail, about=proposal)


def _decisions(proposal: Proposal) -> QuerySet[Decision]:
    return proposal.decisions.filter(undone_at=None).order_by("-decided_at")


def _said(proposal: Proposal, stand: Iterable[Decision]) -> tuple[list[str], list[str]]:
    """A line for each change with its reason, and the answers, the newest first."""
    told = proposal.changes.select_related("record").filter(
        informant="", decision__undone_at=None
    )
    answers = [d.answer for d in stand if d.answer]
    return [outcome_line(change) for change in told], answers


def outcome(proposal: Proposal) -> list[str]:
    """What became of a proposal, for a page: its changes, then what was answered.

    Empty while nothing stands.
    """
    lines, answers = _said(proposal, _decisions(proposal))
    return [*lines, *reversed(answers)]


def outcome_mail(
    place: Partnership, title: str, lines: list[str], answers: list[str]
) -> dict[str, Any]:
    """The mail about a title: a line for each change, the newest answer first."""
    return {
        "kind": "outcome",
        "subject": f"What became of what you sent us about “{title}”",
        "lines": letter(
            place,
            f"Thank you for what you sent us about “{title}”.",
            "",
            *lines,
            *[line for answer in reversed(answers) for line in ("", answer)],
            "",
            CHECKED,
        ),
    }


def _title(proposal: Proposal) -> str:
    """The name of what it is about, unless that is hidden from who is told."""
    listing, by = proposal.listing, proposal.proposer
    if proposal.record is not None:
        seen = by is not None and bodies.can_see(by, proposal.record)
        return proposal.title if seen else seeing.UNNAMED
    if listing is None or Hidden.PERSONAL_DATA not in listing.hidden_because:
        return proposal.title
    may_know = by is not None and access.can_read(by, listing)
    return proposal.title if may_know else standing.PUT_RIGHT


def outcome_line(change: Change) -> str:
    """What became of one change, and why."""
    why = [RejectReason(change.reason).label] if change.reason else []
    why += [change.reason_words] if change.reason_words else []
    line = f"- {label_of(change)}: {Verdict(change.verdict).label.lower()}"
    return line + (f" ({'. '.join(why)})" if why else "")


def untell(decision: Decision, proposal: Proposal) -> None:
    """Cancel the answer that has not gone out; what still stands is told anew."""
    waiting = Message.objects.filter(
        about_id=proposal.pk, kind="outcome", sent_at=None, claimed_at=None,
        cancelled_at=None,
    )  # fmt: skip
    if waiting.update(cancelled_at=clock.now()):
        tell_outcome(proposal)
