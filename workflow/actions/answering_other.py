"""Answers without an account that say more than “nothing has changed”: what is
different, that it has closed, and taking an answer back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Message, User
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import queries, seeing
from workflow.actions.answering import (
    Who,
    answered_already,
    keep,
    locked,
    refuse_gone,
    works,
    write_audit,
)
from workflow.actions.answering_more import (
    add_changes,
    add_words,
    last_told,
    lock_told,
    make_closure,
)
from workflow.actions.closing import closed_words
from workflow.actions.outcomes import take_back
from workflow.actions.proposals import (
    drafted,
    lock_for_edits,
    open_proposal,
    write_proposal,
)
from workflow.actions.revising import announce, lock_listing
from workflow.actions.telling import UNDO
from workflow.choices import (
    Answer,
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    Verdict,
)
from workflow.models import Ask, AskedListing, Change, Confirmation, Listing, Proposal


@transaction.atomic
def say_different(
    *,
    ask: Ask,
    listing_id: Any,
    who: Who,
    edits: Mapping[str, Any],
    base: int,
    words: str = "",
    record_id: str = "",
) -> Proposal:
    """Say what the service, or (``record_id``) its organization or one of its places,
    should say instead (path → value): a proposal of the provider's, decided as any
    other. ``base`` is the version that was shown. What is told after that goes with it
    while it waits.

    Raises as ``answering.say_same`` does, and InvalidInput by ``record id:path``, or
    where the service does not show that record.
    """
    record_id = record_id or str(
        Listing.objects.values_list("record_id", flat=True).get(pk=listing_id)
    )
    if ask.asked.filter(listing=listing_id).exists():
        # Locks what the service shows too, at once and in the order of all actions.
        _refuse_unseen(lock_for_edits(listing_id, {record_id: edits}), record_id)
    asked, listing = locked(ask, listing_id, who, more=True)
    edited, bases = {record_id: edits}, {record_id: base}
    if before := lock_told(asked):
        add_changes(before, drafted(edited, bases))
        add_words(before, words.strip())
        return _keep(asked, Answer.CHANGE, who, before)
    proposal = write_proposal(
        listing, edits=edited, bases=bases, by=who.words,
        evidence=Evidence.RUN_IT, words=words.strip(), partner=None, by_provider=True,
    )  # fmt: skip
    return _keep(asked, Answer.CHANGE, who, proposal)


def _refuse_unseen(listing: Listing, record_id: str) -> None:
    """Who has no account speaks of what the public sees, and of nothing kept secret."""
    seen = {side.record_id for side in seeing.accepted_sides(AnonymousUser(), listing)}
    if record_id not in seen:
        raise InvalidInput("This record does not belong to the service any more.")


@transaction.atomic
def say_closed(
    *, ask: Ask, listing_id: Any, who: Who, until: dt.date | None, words: str = ""
) -> Proposal:
    """Say that a service has closed: for good, or for now ``until`` a day.

    Raises as ``answering.say_same`` does; InvalidInput for a day that is past.
    """
    said = closed_words(until, words)
    asked, listing = locked(ask, listing_id, who, more=True)
    status = "defunct" if until is None else "temporarily closed"
    change = closing(listing, status)
    if change.was == status and until is None:
        raise InvalidInput("It is marked as closed already.")
    proposal = lock_told(asked)
    if proposal:
        make_closure(proposal, said)
    else:
        proposal = open_proposal(
            listing, ProposalKind.CLOSURE, who.words, Evidence.RUN_IT, said, None,
            Gravity.CLOSED, by_provider=True,
        )  # fmt: skip
    add_changes(proposal, [change])
    answer = Answer.CLOSED if until is None else Answer.CLOSED_FOR_NOW
    return _keep(asked, answer, who, proposal)


def closing(listing: Listing, status: str) -> Change:
    """The change of a listing's status, of no proposal yet."""
    record = listing.record
    return Change(
        record=record,
        path="status",
        was=queries.current(record).get("status"),
        value=status,
        base=record.revision.number if record.revision else 0,
    )


def _keep(
    asked: AskedListing, answer: Answer, who: Who, proposal: Proposal
) -> Proposal:
    asked.proposal = proposal
    if asked.answer:  # what was said first stands, with its moment
        asked.save(update_fields=["proposal"])
    else:
        keep(asked, answer, who)
    write_audit("ask_answered", asked, after={"answer": str(answer)})
    return proposal


@transaction.atomic
def take_answer_back(*, ask: Ask, listing_id: Any) -> None:
    """Within ten minutes: “I pressed the wrong button”. It is as if nothing was said,
    but for the audit trail.

    Raises PermissionDenied for a record of another ask; InvalidState when it is too
    late, or somebody has decided on what was said.
    """
    if not ask.asked.filter(listing=listing_id).exists():
        raise PermissionDenied("This link is about other services.")
    listing = lock_listing(listing_id)
    asked = (
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("ask__contact", "listing")
        .get(ask=ask, listing=listing)
    )
    refuse_gone(ask, listing)
    _refuse_late(asked)
    write_audit("answer_taken_back", asked, before={"answer": asked.answer})
    forget_answer(asked, listing, by="The provider")


def forget_answer(asked: AskedListing, listing: Listing, *, by: User | str) -> None:
    """Let a locked row be as if nobody had answered, with what the answer did.

    Raises InvalidState where somebody has decided on what was said.
    """
    if asked.proposal_id:
        _take_proposal_back(asked.proposal_id, by)
    if asked.confirmation_id:
        Confirmation.objects.filter(pk=asked.confirmation_id).delete()
        _last_confirmed(listing)
    AskedListing.objects.filter(pk=asked.pk).update(
        answer="", answered_at=None, answered_how="", answered_by="",
        confirmation=None, proposal=None,
    )  # fmt: skip
    Ask.objects.filter(pk=asked.ask_id).update(used_at=None)


def _refuse_late(asked: AskedListing) -> None:
    if not works(asked.ask) or not asked.answer:
        raise InvalidState("There is nothing to take back.")
    if clock.now() > last_told(asked) + UNDO:
        raise InvalidState(
            f"Ten minutes have passed. {answered_already(asked)} If that is wrong, "
            "write to us."
        )


def _last_confirmed(listing: Listing) -> None:
    """What the remaining confirmations say."""
    days = listing.confirmations.filter(source="provider").order_by("-said_on")
    listing.confirmed_on = days.values_list("said_on", flat=True).first()
    listing.save(update_fields=["confirmed_on"])
    announce(listing.record_id)


def _take_proposal_back(proposal_id: Any, by: User | str) -> None:
    proposal = Proposal.objects.select_for_update(of=("self",), no_key=True).get(
        pk=proposal_id
    )
    decided = proposal.changes.exclude(verdict=Verdict.PENDING).exists()
    if proposal.state != ProposalState.OPEN or decided:
        raise InvalidState("Somebody has looked into what was said already.")
    take_back(proposal, by)


def cancel_mails(ask: Ask) -> None:
    """Nothing that has not gone out goes out."""
    Message.objects.filter(
        about_id=ask.pk, kind="ask", sent_at=None, claimed_at=None
    ).update(cancelled_at=clock.now(), key="")
