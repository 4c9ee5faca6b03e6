"""Adding to an answer: a second part that is different, or that it is closed too.

All that one answer tells is one proposal while nobody has closed it, so that it is read
and decided together. The caller holds the locks of the listing and of what was asked.
"""

import datetime as dt
from collections.abc import Iterable

from common import clock
from directory import diff
from workflow import erased
from workflow.actions.lines import announce_if_urgent
from workflow.actions.proposals import answer_by
from workflow.choices import Gravity, ProposalKind, ProposalState, Verdict
from workflow.models import AskedListing, Change, Proposal


def lock_told(asked: AskedListing) -> Proposal | None:
    """What was told before, locked, while nothing of it is decided; None where there
    is none."""
    if asked.proposal_id is None:
        return None
    found = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("listing", "partnership__policy")
        .filter(pk=asked.proposal_id, state=ProposalState.OPEN)
        .first()
    )
    if found and found.changes.exclude(verdict=Verdict.PENDING).exists():
        return None
    return found


def last_told(asked: AskedListing) -> dt.datetime:
    """When the last part of an answer came. Asks for ``proposal.changes`` once."""
    if asked.answered_at is None:
        return clock.now()
    changes = asked.proposal.changes.all() if asked.proposal else ()
    return max([asked.answered_at, *(change.created_at for change in changes)])


def add_changes(proposal: Proposal, changes: Iterable[Change]) -> None:
    """Put changes to a proposal of which nothing is decided. What it says already is
    not added again. Where the new says something else the old goes, and with it its
    key: nobody who has the page open decides on a value they have not seen."""
    there = {(one.record_id, one.path): one for one in proposal.changes.all()}
    position = max((one.position for one in there.values()), default=-1)
    new, old = [], []
    for change in changes:
        before = there.get((change.record_id, change.path))
        if before and diff.same(before.value, change.value):
            continue
        if before:
            old.append(before.pk)
        position += 1
        change.proposal, change.position = proposal, position
        new.append(change)
    proposal.changes.filter(pk__in=old).delete()
    Change.objects.bulk_create(new)


def add_words(proposal: Proposal, words: str) -> None:
    """Put words to those that came with a proposal, once.

    Raises InvalidInput where they hold what was erased.
    """
    erased.refuse({"words": words})
    if not words or words in proposal.evidence_words.split("\n\n"):
        return
    proposal.evidence_words = "\n\n".join(
        part for part in (proposal.evidence_words, words) if part
    )
    proposal.save(update_fields=["evidence_words"])


def make_closure(proposal: Proposal, words: str) -> None:
    """Let a proposal say that the service has closed, with the clock that this has.

    Raises InvalidInput where the words hold what was erased.
    """
    add_words(proposal, words)
    if proposal.kind != ProposalKind.CLOSURE:
        proposal.kind = ProposalKind.CLOSURE
        proposal.gravity = Gravity.CLOSED
        proposal.answer_by = answer_by(proposal.partnership, urgent=True)
    proposal.save(update_fields=["kind", "gravity", "answer_by"])
    announce_if_urgent(proposal)
