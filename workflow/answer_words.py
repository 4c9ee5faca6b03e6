"""What an answer told us, in the words of its own page, and what comes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory import diff
from directory.choices import Kind
from directory.declarations import RECORDS
from workflow import naming, seeing, showing, standing
from workflow.actions.lines import label_of
from workflow.choices import Answer, ProposalKind, ProposalState, Stage, Verdict
from workflow.models import AskedListing, Change, Proposal

_CLOSED = "temporarily closed"
_ENDED = "defunct"


@dataclass(frozen=True)
class Told:
    """What one answer told. ``rows`` are those of a summary list with the new values,
    ``words`` what was added in a person's own, ``next`` what comes of it."""

    rows: list[dict[str, Any]]
    words: str
    next: str


def of_rows(asked: Iterable[AskedListing]) -> dict[Any, Told]:
    """By the key of what was asked, what was answered. The rows come with their
    proposals, changes and records; no more queries for several than for one."""
    rows = [row for row in asked if row.answer]
    waiting = {row.pk: _changes(row.proposal) for row in rows}
    values = [
        value
        for changes in waiting.values()
        for change in changes
        for value in (change.value, {change.path: change.value})
    ]
    names = seeing.without_secrets(naming.names(values), []) if values else {}
    reports = Proposal.objects.filter(
        listing__in=[row.listing_id for row in rows], state=ProposalState.OPEN,
        kind__in=(ProposalKind.REPORT, ProposalKind.CLOSURE),
    ).exclude(by_provider=True)  # fmt: skip
    reported = set(reports.values_list("listing_id", flat=True))
    return {
        row.pk: Told(
            [_row(change, names) for change in waiting[row.pk]],
            row.proposal.evidence_words if row.proposal else "",
            _next(row, waiting[row.pk], reported=row.listing_id in reported),
        )
        for row in rows
    }


def _changes(proposal: Proposal | None) -> list[Change]:
    """What somebody told and has not taken back, in the order they told it."""
    if proposal is None:
        return []
    told = [c for c in proposal.changes.all() if c.verdict != Verdict.WITHDRAWN]
    return sorted(told, key=lambda c: c.position)


def _row(change: Change, names: showing.Names) -> dict[str, Any]:
    kind = Kind(change.record.kind)
    item = diff.declaration(RECORDS[kind], change.path)
    label = label_of(change)
    return {
        "label": label if kind == Kind.SERVICE else f"{seeing.HEADINGS[kind]}: {label}",
        "value": showing.say(item, change.value, names),
        "lines": [],
        "empty": "To be taken away",
    }


def _next(row: AskedListing, changes: list[Change], *, reported: bool) -> str:
    """What comes of an answer, in a sentence or two. ``reported`` says that something
    somebody said about the service is still being looked into."""
    body = standing.waits_for(row.listing)
    if row.answer == Answer.NOT_US:
        return f"We write to you no more about it. {body} finds out whom to ask."
    if row.proposal is None and row.listing.stage != Stage.PUBLISHED:
        return f"It is not public at the moment. Ask {body} if it should be."
    if row.proposal is None and reported:
        # Of what, and whether they may be told, is not said here.
        return f"{body} knows now what you say, and looks at the record."
    if row.proposal is None:
        return "People can rely on it for a while longer."
    if row.proposal.state != ProposalState.OPEN:
        return f"{body} has looked at what you told us."
    status = [c.value for c in changes if c.path == "status"][-1:]
    if status == [_ENDED]:
        return (
            "People see at once that it is being checked. Once "
            f"{body} agrees, it is taken out of the directory."
        )
    if status == [_CLOSED]:
        return (
            "People see at once that it is being checked. Once "
            f"{body} agrees, the directory says that it is closed for now."
        )
    return (
        f"{body} looks at it before it is public. Until then the directory says what "
        "it said."
    )
