"""What a source changed in a service that is assured: proposals, one at a time.

What the source says now is compared with what it said last, never with our record: a
value that an assurer rejected is not proposed again until the source changes it.
"""

from typing import Any

from django.db.models import QuerySet

from accounts import audit
from common import clock
from directory import diff
from directory.declarations import RECORDS
from workflow import queries
from workflow.actions.drafts import ensure_records
from workflow.actions.harvest_drafts import draft_of
from workflow.actions.proposals import is_claimed, open_proposal
from workflow.bundles import Bundle, Case, Part
from workflow.choices import (
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    Verdict,
)
from workflow.models import Change, Listing, Proposal, Source

Wanted = dict[tuple[str, str], Any]
"""Record id and path → the value that the source has now."""


def propose(listing: Listing, case: Case) -> bool:
    """Propose what the source changed in a locked listing and in what it shows.

    Changes that wait from an earlier run are taken over at the value they have now.
    False where it has to wait because somebody is deciding on those.
    """
    pending = _pending(case.source)
    mine = list(pending.filter(proposal__listing=listing))
    wanted = _wanted(case, {(str(c.record_id), c.path) for c in mine})
    shared = case.accepted - {case.bundle.service.id}
    others = pending.filter(record_id__in=shared).exclude(proposal__listing=listing)
    waiting = mine + [c for c in others if (str(c.record_id), c.path) in wanted]
    if any(is_claimed(change.proposal) for change in waiting):
        return False
    ensure_records(draft_of(case), listing.partnership)
    changes = _changes(case.bundle, wanted)
    if not _says_the_same(changes, waiting):
        _supersede(waiting, case.source)
        if changes:
            _open_edit(listing, case.source, changes)
    return True


def _pending(source: Source) -> QuerySet[Change]:
    """A source's undecided changes, locked with their proposals when they are read."""
    return (
        Change.objects.select_for_update(of=("self", "proposal"))
        .select_related("proposal")
        .filter(
            proposal__source=source,
            proposal__kind=ProposalKind.EDIT,
            proposal__state=ProposalState.OPEN,
            verdict=Verdict.PENDING,
        )
        .order_by("proposal_id", "position", "id")
    )


def _wanted(case: Case, waiting: set[tuple[str, str]]) -> Wanted:
    """All that the source changed since last time, and what waits since before.

    A new organization or place is proposed whole with each service that newly names
    it: whichever is decided first, the equal lines of the others close by themselves.
    """
    wanted: Wanted = {}
    for part in case.bundle.parts:
        copy = case.copies.get(part.key)
        old = copy.payload if copy else part.payload
        if case.unaccepted(part):
            if not _newly_names(wanted, case.bundle.service, part):
                continue
            old = {"id": part.id}
        for change in diff.changes(RECORDS[part.kind], old, part.payload):
            wanted[part.id, change.path] = change.value
        for record_id, path in waiting:
            if record_id == part.id:
                wanted.setdefault((part.id, path), diff.at(part.payload, path))
    return wanted


def _newly_names(wanted: Wanted, service: Part, part: Part) -> bool:
    values = {path: v for (record, path), v in wanted.items() if record == service.id}
    return values.get("organization_id") == part.id or any(
        path.startswith("service_at_locations/")
        and value is not None
        and value["location_id"] == part.id
        for path, value in values.items()
    )


def _changes(bundle: Bundle, wanted: Wanted) -> list[Change]:
    """A change for each value that our accepted record does not have already."""
    records = queries.records(part.id for part in bundle.parts)
    out: list[Change] = []
    for part in bundle.parts:
        record = records[part.id]
        ours = queries.current(record)
        names = [item.name for item in RECORDS[part.kind].items]
        paths = [path for record_id, path in wanted if record_id == part.id]
        for path in sorted(paths, key=lambda p: names.index(diff.split(p)[0])):
            was, value = diff.at(ours, path), wanted[part.id, path]
            if diff.same(was, value):
                continue
            out.append(
                Change(
                    record=record,
                    path=path,
                    was=was,
                    value=value,
                    base=record.revision.number if record.revision else 0,
                    position=len(out),
                )
            )
    return out


def _says_the_same(changes: list[Change], waiting: list[Change]) -> bool:
    """Whether one open proposal holds exactly these changes already."""
    if len({change.proposal_id for change in waiting}) > 1:
        return False
    asked = {(c.record_id, c.path): c.value for c in changes}
    before = {(c.record_id, c.path): c.value for c in waiting}
    return asked.keys() == before.keys() and all(
        diff.same(asked[key], before[key]) for key in asked
    )


def _open_edit(listing: Listing, source: Source, changes: list[Change]) -> None:
    proposal = open_proposal(
        listing, ProposalKind.EDIT, source, Evidence.SOURCE, "", source.partner,
        Gravity.ERROR,
    )  # fmt: skip
    for change in changes:
        change.proposal = proposal
    Change.objects.bulk_create(changes)


def _supersede(waiting: list[Change], source: Source) -> None:
    """Withdraw a source's waiting changes; a proposal with none left is closed."""
    Change.objects.filter(pk__in=[c.pk for c in waiting]).update(
        verdict=Verdict.WITHDRAWN
    )
    for proposal in {c.proposal_id: c.proposal for c in waiting}.values():
        if not proposal.changes.filter(verdict=Verdict.PENDING).exists():
            close(proposal, source)


def close(proposal: Proposal, source: Source) -> None:
    """End a locked proposal that its source takes back, or what is left of it."""
    decided = proposal.changes.exclude(verdict=Verdict.WITHDRAWN).exists()
    proposal.state = ProposalState.DECIDED if decided else ProposalState.WITHDRAWN
    proposal.decided_at = clock.now()
    proposal.claimed_by = proposal.claimed_until = None
    proposal.save(update_fields=["state", "decided_at", "claimed_by", "claimed_until"])
    audit.record(
        "proposal_withdrawn", proposal, actor=str(source),
        partnership_id=proposal.partnership_id,
    )  # fmt: skip
