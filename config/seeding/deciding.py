"""Deciding, in memory: the twin of ``workflow/actions/{decisions,accepting}.py``."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from accounts.models import User
from common import clock
from config.demo.events import Ruling
from config.seeding.books import Books
from directory import diff
from directory.choices import Kind
from directory.payload import Payload
from workflow import queries
from workflow.actions.accepting import CLOSED_FOR_GOOD
from workflow.actions.outcomes import outcome_mail, own_lines
from workflow.actions.proposals import with_values
from workflow.choices import (
    URGENT,
    EffortKind,
    Method,
    ProposalKind,
    ProposalState,
    Verdict,
)
from workflow.models import Change, Decision, Proposal, Record
from workflow.stages import move

_ORDER = (Kind.ORGANIZATION, Kind.LOCATION, Kind.SERVICE)
Accepted = dict[str, dict[str, Any]]
"""Values to put into each record, by record id and path."""


def decide(
    books: Books, proposal: Proposal, *, by: User,
    rulings: Mapping[str, Ruling] | None = None, answer: str = "",
    check: tuple[str, str] | None = None, override: str = "",
) -> None:  # fmt: skip
    """``decisions.decide``: every pending change, by the ruling on its path."""
    listing = proposal.listing
    if listing is None:
        raise ValueError("A suggestion in a made-up past is about a service.")
    decision = _decision(
        books, proposal, decided_by=by, body_label=books.body_for(by, listing),
        single_handed=proposal.proposer_id == by.pk,
        override_reason=override.strip(), answer=answer.strip(),
    )  # fmt: skip
    new = proposal.kind == ProposalKind.NEW
    kind = EffortKind.NEW if new else EffortKind.DECISION
    books.log(listing, by=by, kind=kind, decision=decision)
    accepted = _record_rulings(books, proposal, decision, rulings or {})
    _write_accepted(books, decision, accepted, by, Method.DECISION)
    _mark_others(books, decision, accepted, by)
    if proposal.kind == ProposalKind.NEW and check is not None:
        move(listing, "assure")
        listing.draft = None
        method, note = check
        books.vouch(
            listing, by=by, method=method, note=note, body=decision.body_label,
            single_handed=decision.single_handed, decision=decision,
        )  # fmt: skip
        if books.place.policy.publish_at_once:
            books.go_public(listing, "publish", by=by, reason="at once, by policy")
    done = _close_if_done(books, proposal)
    lines = books.changes[proposal.pk]
    books.note_proposal(
        "proposal_decided" if done else "proposal_partly_decided", proposal, by,
        body=decision.body_label, reason=decision.override_reason,
        after={c.path: c.verdict for c in lines if c.decision_id == decision.pk},
    )  # fmt: skip


def settle_by_rule(books: Books, proposal: Proposal, *, by: User, rule: str) -> None:
    """``accepting.accept_everything`` of a submission in which nothing is wrong."""
    decision = _decision(books, proposal, rule=rule, body_label=str(books.place))
    changes = sorted(
        books.changes[proposal.pk],
        key=lambda c: (_ORDER.index(Kind(c.record.kind)), c.record_id),
    )
    whole: Accepted = {}
    for record_id, group in groupby(changes, key=lambda c: str(c.record_id)):
        values = whole.setdefault(record_id, {})
        for change in group:
            _take(books, change, decision, Verdict.ACCEPTED)
            change.accepted_value = values[change.path] = change.value
        _write_accepted(books, decision, {record_id: values}, str(by), "carried over")
    _mark_others(books, decision, whole, by)
    _close_if_done(books, proposal)


def withdraw(books: Books, proposal: Proposal) -> None:
    """``listings``: end an open submission that nobody decided."""
    for change in books.changes[proposal.pk]:
        if change.verdict == Verdict.PENDING:
            change.verdict = Verdict.WITHDRAWN
            books.pending[str(change.record_id), change.path].remove(change)
    proposal.state = ProposalState.WITHDRAWN
    proposal.decided_at = clock.now()


def _decision(books: Books, proposal: Proposal, **values: Any) -> Decision:
    decision: Decision = books.add(Decision, proposal=proposal, **values)
    books.decisions[proposal.pk].append(decision)
    return decision


def _take(books: Books, change: Change, decision: Decision, verdict: str) -> None:
    """Give a change its verdict, whether it was pending or, in what a rule accepts,
    had been accepted from another submission before."""
    if change.verdict == Verdict.PENDING:
        books.pending[str(change.record_id), change.path].remove(change)
    change.verdict = verdict
    change.decision = decision


def _record_rulings(
    books: Books, proposal: Proposal, decision: Decision, rulings: Mapping[str, Ruling]
) -> Accepted:
    accepted: Accepted = {}
    for change in books.changes[proposal.pk]:
        if change.verdict != Verdict.PENDING:
            continue
        ruling = rulings.get(change.path, Ruling())
        _take(books, change, decision, ruling.verdict)
        change.reason_words = ruling.words.strip()
        if ruling.verdict == Verdict.REJECTED:
            change.reason = ruling.reason
            continue
        change.accepted_value = change.value
        if ruling.verdict == Verdict.CHANGED:
            _change_value(change, ruling.value)
        values = accepted.setdefault(str(change.record_id), {})
        values[change.path] = change.accepted_value
    return accepted


def _change_value(change: Change, typed: Any) -> None:
    stored = with_values(
        change.record, {"id": str(change.record_id)}, {change.path: typed}
    )
    change.accepted_value = diff.at(stored, change.path)
    if diff.same(change.accepted_value, change.value):
        change.verdict = Verdict.ACCEPTED


def _write_accepted(
    books: Books, decision: Decision, accepted: Accepted, by: User | str, method: str
) -> None:
    found = [books.records[key] for key in accepted]
    found.sort(key=lambda r: (_ORDER.index(Kind(r.kind)), r.pk))
    for record in found:
        payload = _with_all(record, accepted[str(record.pk)])
        books.revise(
            record, payload, by=by, body=decision.body_label, method=method,
            decision=decision,
        )  # fmt: skip
    for record in found:
        if "status" in accepted[str(record.pk)]:
            books.follow_status(record, by, CLOSED_FOR_GOOD)


def _with_all(record: Record, values: Mapping[str, Any]) -> Payload:
    """The payload with these values, which are normalised already, in their place."""
    payload = queries.current(record)
    for path, value in values.items():
        payload = diff.put(payload, path, value)
    return payload


def _mark_others(
    books: Books, decision: Decision, accepted: Accepted, by: User | str
) -> None:
    touched: dict[Any, Proposal] = {}
    for record_id, values in accepted.items():
        for path, value in values.items():
            for change in list(books.pending[record_id, path]):
                if diff.same(change.value, value):
                    _take(books, change, decision, Verdict.SAME)
                    change.accepted_value = change.value
                    touched[change.proposal_id] = change.proposal
                else:
                    change.overtaken_by = decision
    for proposal in touched.values():
        if proposal.kind != ProposalKind.NEW and _close_if_done(books, proposal):
            books.note_proposal("proposal_closed_as_same", proposal, by)


def _own_lines(books: Books, proposal: Proposal, changes: list[Change]) -> list[str]:
    if proposal.listing is None:
        return own_lines(proposal, changes)
    whole = books.whole(proposal.listing)
    return own_lines(proposal, changes, books.gate_context(whole))


def _close_if_done(books: Books, proposal: Proposal) -> bool:
    """``outcomes.close_if_done``, with the mail to who suggested it."""
    changes = books.changes[proposal.pk]
    if any(change.verdict == Verdict.PENDING for change in changes):
        return False
    proposal.state = ProposalState.DECIDED
    proposal.decided_at = clock.now()
    if proposal.gravity in URGENT and proposal.listing:
        books.announce(proposal.listing.record_id)
    decisions = books.decisions[proposal.pk]
    last = decisions[-1] if decisions else None
    to = proposal.proposer.email if proposal.proposer else ""
    if to and not (last and last.decided_by_id == proposal.proposer_id):
        lines = _own_lines(books, proposal, changes)
        answers = [d.answer for d in reversed(decisions) if d.answer]
        if lines or answers:
            mail = outcome_mail(
                proposal.partnership, proposal.title, lines, answers, key=proposal.pk
            )
            books.tell(to, **mail, about=proposal)
    return True
