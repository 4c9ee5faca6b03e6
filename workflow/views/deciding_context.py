"""What the template of the decision page is given."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from common import clock
from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from workflow import (
    access,
    bodies,
    entries,
    seeing,
    showing,
    waiting_proposals,
    worklist,
)
from workflow.choices import (
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    Verdict,
)
from workflow.models import Change, Proposal, Record
from workflow.views import deciding_cards, deciding_known, deciding_report
from workflow.views.deciding_asked import Asked
from workflow.views.deciding_division import division
from workflow.views.deciding_editor import Editor
from workflow.views.deciding_rows import Sheet

LOOKED_BACK = 10
"""How many of a person's last suggestions speak for the next one."""


def page(user: User, sheet: Sheet, editor: Editor, asked: Asked) -> dict[str, Any]:
    """The context of ``workflow/deciding/proposal.html`` but for its forms.

    ``asked`` is the part of the queue that the person works through.
    """
    proposal = sheet.proposal
    shown_at = {diff.split(row.change.path)[0] for row in sheet.rows}
    loose = [text for name, text in sheet.oddities.items() if name not in shown_at]
    if proposal.kind != ProposalKind.NEW:
        loose += [text for name, text in sheet.gaps.items() if name not in shown_at]
    elif proposal.listing:
        service = sheet.payloads[str(proposal.listing.record_id)]
        body = sheet.whole.organization
        loose += [t for t in [entries.say(proposal.listing, service, body)] if t]
    part: dict[str, Any] = {"filters": asked.filters, "section": asked.section}
    following = waiting_proposals.next_proposal(
        user, clock.now(), after=proposal, **part
    )
    is_bare = not sheet.rows and proposal.kind != ProposalKind.NEW
    return {
        "subject": proposal,
        "proposal": top(user, proposal),
        "rows": sheet.rows,
        "total": len(sheet.open_rows),
        "gaps": list(sheet.gaps.values()),
        "oddities": list(sheet.oddities.values()),
        "contradictions": loose,
        "editor": editor,
        "is_new": proposal.kind == ProposalKind.NEW,
        "division": division(user, proposal),
        "is_bare": is_bare,
        "report": deciding_report.looked_into(user, proposal) if is_bare else None,
        "may_decide": access.can_decide(user, proposal),
        "may_check": bool(
            proposal.listing and access.can_check(user, proposal.listing)
        ),
        "numbers": sheet.numbers,
        "left": waiting_proposals.left(user, clock.now(), after=proposal.pk, **part),
        "queue_url": asked.to("queue"),
        "skip_url": asked.to("proposal", following.pk)
        if following
        else asked.to("queue"),
        **below(user, sheet),
    }


def top(user: User, proposal: Proposal) -> dict[str, Any]:
    """Which service, whose, who proposed, when, how they know, how far to trust it."""
    listing = proposal.listing
    names = worklist.organization_names([listing.organization_id] if listing else [])
    about, url = _about(user, proposal)
    partner = f", {proposal.proposer_partner}" if proposal.proposer_partner else ""
    until = proposal.answer_by if proposal.state == ProposalState.OPEN else None
    return {
        "about": about,
        "service_label": listing.title if listing else _name(proposal, url),
        "service_url": url,
        "whose": next(iter(names.values()), ""),
        "proposer_label": f"{proposal.proposer_label}{partner}",
        "proposed_at": proposal.created_at,
        "is_old": (clock.now() - proposal.created_at).days > 1,
        "evidence_label": Evidence.said(proposal.evidence),
        "evidence_words": proposal.evidence_words,
        "confidence": confidence(proposal),
        "kind_label": ProposalKind(proposal.kind).label,
        "harm": proposal.gravity == Gravity.HARM,
        "answer_by": until,
        "time_left": deciding_cards.time_left(until, clock.now())[0] if until else "",
    }


def _about(user: User, proposal: Proposal) -> tuple[str, str]:
    """What kind of record it is about, and where that has its page for this person."""
    record, listing = proposal.record, proposal.listing
    if record is not None:
        url = bodies.pages_of(user, [record.pk]).get(str(record.pk), "")
        return RECORDS[record.kind].label, url
    if listing is None or not access.can_read(user, listing):
        return "Service", ""
    return "Service", reverse("workflow:record", args=[listing.pk])


def _name(proposal: Proposal, url: str) -> str:
    """What a record by itself is called; who has no page of it is told no name."""
    return proposal.title if url else seeing.UNNAMED


def confidence(proposal: Proposal) -> str:
    """How often the proposer was right lately, in words."""
    if proposal.by_provider:
        return "It comes from the organisation itself."
    if proposal.proposer_id is None:
        return _of_the_public(proposal)
    weighed = (Verdict.ACCEPTED, Verdict.SAME, Verdict.CHANGED, Verdict.REJECTED)
    verdicts = list(
        Change.objects.filter(
            proposed_by_id=proposal.proposer_id,
            verdict__in=weighed,
            decision__undone_at=None,
        )
        .exclude(proposal=proposal)
        .order_by("-decision__decided_at")
        .values_list("verdict", flat=True)[:LOOKED_BACK]
    )
    if not verdicts:
        return "Nothing of theirs has been decided before."
    good = sum(verdict != Verdict.REJECTED for verdict in verdicts)
    if len(verdicts) == 1:
        return f"Their one earlier change was {'accepted' if good else 'rejected'}."
    return f"{good} of their last {len(verdicts)} changes were accepted."


def _of_the_public(proposal: Proposal) -> str:
    """How many without an account said so; ``""`` for what nobody said."""
    people = proposal.public_reports.count()
    if people == 0:
        return ""
    if people == 1:
        return "They have no account, so nothing is known of them: ask somebody else."
    return f"{people} reports without an account say so; they may be of one person."


def kind_label(record: Record) -> str:
    """What a record is called above its sections."""
    label = RECORDS[record.kind].label
    return label if record.kind == Kind.SERVICE else f"{label} “{record}”"


def below(user: User, sheet: Sheet) -> dict[str, Any]:
    """History of the fields, the record as it will be and as the public sees it."""
    listing, record = sheet.proposal.listing, sheet.proposal.record
    keeps = deciding_known.keeps(user, sheet.proposal)
    see = showing.EVERYTHING if keeps else showing.FOR_PARTNERS
    changed: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    labels: dict[str, str] = {}
    for row in sheet.rows:
        if row.is_unseen:
            continue
        key = str(row.change.record_id)
        changed.setdefault(key, set()).add(diff.split(row.change.path)[0])
        kinds[key] = row.change.record.kind
        labels[key] = kind_label(row.change.record)
    if listing:
        kinds.setdefault(str(listing.record_id), Kind.SERVICE)
        labels.setdefault(str(listing.record_id), "Service")
    if record:
        kinds.setdefault(str(record.pk), record.kind)
        labels.setdefault(str(record.pk), kind_label(record))
    will_be = [
        {
            "label": labels[key],
            "parts": showing.parts(
                RECORDS[kinds[key]], payload, sheet.names, see, changed.get(key, ())
            ),
        }
        for key, payload in sheet.payloads.items()
        if key in kinds
    ]
    return {
        "histories": [
            {"label": row.label, "events": row.events}
            for row in sheet.rows
            if row.events
        ],
        "will_be": will_be,
        "as_public": showing.public_view(
            sheet.whole, sheet.public, sheet.names, keeps=keeps
        )
        if keeps or listing
        else [],
        "stops": sheet.public.stops,
    }
