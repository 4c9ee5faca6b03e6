"""Vouching for a record: a check, correct-and-check, and a trusted body's own edit."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_person
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import access, queries
from workflow.actions import efforts
from workflow.actions.accepting import (
    Accepted,
    fill_in,
    mark_others,
    write_accepted,
)
from workflow.actions.answered_otherwise import answered_by_telephone
from workflow.actions.choosing import Choice, Informant, need_informant, need_method
from workflow.actions.claiming import claim_ends, refuse_if_somebody_is_on_it
from workflow.actions.correcting import own_proposal
from workflow.actions.decisions import decide
from workflow.actions.outcomes import close_if_done
from workflow.actions.proposals import Edits, propose_edit, refuse_replaced
from workflow.actions.public import take_from_public
from workflow.actions.revising import announce, lock_listing, referred
from workflow.actions.telling import UNDO
from workflow.actions.vouching import (
    body_for,
    come_back,
    take_dates,
    write_assurance,
)
from workflow.choices import (
    EffortKind,
    Evidence,
    Method,
    ProposalKind,
    Stage,
    Verdict,
)
from workflow.models import Assurance, Listing, Proposal


@transaction.atomic
def check_listing(
    *,
    by: User,
    listing_id: Any,
    method: str,
    note: str = "",
    seen: Mapping[str, int] | None = None,
    minutes: int | None = None,
) -> Assurance:
    """Vouch for a record as it stands today; a lapsed one is public again.

    ``seen`` are the versions the person looked at, ``minutes`` what it took. Raises
    PermissionDenied, InvalidState if one of them changed since, InvalidInput.
    """
    listing = lock_whole(listing_id)
    _need_checker(by, listing)
    refuse_if_somebody_is_on_it(listing, by)
    need_method(method)
    _refuse_if_changed(listing, seen)
    if twice := _said_twice(listing, by=by, method=method, note=note):
        return twice
    assurance = write_assurance(
        listing, by=by, method=method, note=note, body=body_for(by, listing),
        single_handed=access.is_own_body(by, listing),
    )  # fmt: skip
    efforts.log(
        listing, by=by, kind=EffortKind.CHECK, minutes=minutes, assurance=assurance
    )
    come_back(listing, by=by)
    claim_ends(listing)
    return assurance


def _said_twice(
    listing: Listing, *, by: User, method: str, note: str
) -> Assurance | None:
    """The check that stands, where the same person says the same once more at once.

    A button pressed twice is one check, so that undoing it undoes it.
    """
    last = listing.assurance
    if (
        last is None
        or last.decision_id is not None
        or last.assured_by_id != by.pk
        or (last.method, last.note) != (method, note)
        or last.revision_id != listing.record.revision_id
        or last.covers != queries.covers(listing)
        or clock.now() > last.created_at + UNDO
    ):
        return None
    return last


@transaction.atomic
def correct_and_check(
    *,
    by: User,
    listing_id: Any,
    edits: Edits,
    informant: Informant,
    method: str,
    note: str = "",
    seen: Mapping[str, int] | None = None,
    minutes: int | None = None,
) -> Assurance:
    """One act of an assurer who asked: put values right and vouch for the record.

    The informant is the second pair of eyes; it is marked single-handed and counted.
    Raises PermissionDenied (also where the policy does not allow it), InvalidState,
    InvalidInput (values by ``record id:path``).
    """
    listing = lock_whole(listing_id, edits)
    _need_checker(by, listing)
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("Only an assurer of this area of work corrects at once.")
    refuse_if_somebody_is_on_it(listing, by)
    need_method(method)
    need_informant(informant)
    _refuse_if_changed(listing, seen)
    proposal, decision = own_proposal(listing, by, informant)
    accepted = Accepted()
    fill_in(decision, proposal, listing, edits, informant, accepted, by)
    if not accepted.values:
        raise InvalidInput("Nothing is different. Use “Check” if all is right.")
    write_accepted(decision, accepted, by, "correct_and_check")
    mark_others(decision, accepted, by=by)
    close_if_done(proposal)
    audit.record(
        "record_corrected", proposal, actor=by, body=decision.body_label,
        partnership_id=proposal.partnership_id,
        # Not who it was: this row stays, and a name has its time (retention.py).
        after={"method": informant.method, "on": informant.on.isoformat()},
    )  # fmt: skip
    listing = lock_listing(listing_id)
    if informant.method == Method.CALL:
        answered_by_telephone(listing, proposal, informant.name_and_role)
    assurance = write_assurance(
        listing, by=by, method=method, note=note, body=decision.body_label,
        single_handed=True, decision=decision,
    )  # fmt: skip
    efforts.log(
        listing, by=by, kind=EffortKind.CORRECT, minutes=minutes,
        assurance=assurance, decision=decision,
    )  # fmt: skip
    come_back(listing, by=by)
    claim_ends(listing)
    return assurance


@transaction.atomic
def undo_check(*, by: User, assurance_id: Any) -> Listing:
    """Within ten minutes: “I checked the wrong record”.

    The check and its undo stay in the history. The dates are those of the last check
    that stands, and what this one had set aside holds again. Raises PermissionDenied;
    InvalidState when it is too late, or when it was the assurance of a new service.
    """
    found = Assurance.objects.select_related("listing").get(pk=assurance_id)
    listing = lock_listing(found.listing_id)
    assurance = Assurance.objects.select_related("decision__proposal").get(
        pk=assurance_id
    )
    if not is_person(by) or assurance.assured_by_id != by.pk:
        raise PermissionDenied("Only who checked it may undo it.")
    _refuse_undo(assurance)
    is_last = listing.assurance_id == assurance.pk
    assurance.undone_at = clock.now()
    assurance.save(update_fields=["undone_at"])
    efforts.take_back(assurance=assurance)
    standing = listing.assurances.filter(undone_at=None).order_by("-created_at")
    take_dates(listing, standing.first())
    announce(listing.record_id)
    audit.record(
        "check_undone", listing, actor=by, body=assurance.body_label,
        partnership_id=listing.partnership_id,
        before={"assured_on": assurance.assured_on.isoformat()},
        after={"assured_on": str(listing.assured_on or "")},
    )  # fmt: skip
    if is_last:
        _hold_again(listing, assurance.set_aside, by)
    return listing


def _refuse_undo(assurance: Assurance) -> None:
    if assurance.undone_at:
        raise InvalidState("This has been undone already.")
    if clock.now() > assurance.created_at + UNDO:
        raise InvalidState("Ten minutes have passed. The next check puts it right.")
    decision = assurance.decision
    if decision and decision.proposal.kind == ProposalKind.NEW:
        raise InvalidState("A new service is not undone: hide it, with a reason.")


def _hold_again(listing: Listing, set_aside: Mapping[str, Any], by: User) -> None:
    """What a check had put an end to holds again, if nothing else came since."""
    for reason in set_aside.get("hidden_because", []):
        if reason not in listing.hidden_because:
            take_from_public(
                listing, reason, by=by, reason="The check that lifted it was undone."
            )
    until = set_aside.get("carried_over_until")
    if until and listing.stage == Stage.PUBLISHED:
        listing.carried_over_until = dt.date.fromisoformat(until)
        listing.save(update_fields=["carried_over_until"])


@transaction.atomic
def edit_own(
    *,
    by: User,
    listing_id: Any,
    edits: Edits,
    bases: Mapping[str, int],
    words: str = "",
) -> Proposal:
    """A provider's edit. A trusted body's own is accepted at once, single-handed.

    Fields the policy always checks, and records that others decide, wait as usual.
    """
    listing = lock_whole(listing_id, edits)
    if not access.is_own(by, listing):
        raise PermissionDenied("Only its provider edits a service in this way.")
    proposal = propose_edit(
        by=by, listing_id=listing_id, edits=edits, bases=bases,
        evidence=Evidence.RUN_IT, words=words,
    )  # fmt: skip
    mine = access.decidable_changes_by(by, proposal)
    choices = {pk: Choice(Verdict.ACCEPTED) for pk in mine.values_list("pk", flat=True)}
    if choices:
        decide(by=by, proposal_id=proposal.pk, choices=choices)
        proposal.refresh_from_db()
    return proposal


def lock_whole(listing_id: Any, edits: Edits | None = None) -> Listing:
    """Lock the listing with every record that a check of it vouches for."""
    peek = Listing.objects.select_related("record__revision").get(pk=listing_id)
    shown = {str(peek.record_id), *queries.whole(peek).numbers}
    if not set(edits or {}) <= shown:
        raise InvalidInput("This record does not belong to the service any more.")
    values = [one for some in (edits or {}).values() for one in some.items()]
    return lock_listing(listing_id, also=shown | {str(i) for i in referred(values)})


def _need_checker(by: User, listing: Listing) -> None:
    may = access.is_in_remit(by, listing) or access.is_trusted_own(by, listing)
    waits = listing.stage in (Stage.DRAFT, Stage.SUBMITTED)
    if may and (waits or listing.record.revision is None):
        raise InvalidState("It has to be assured before it can be checked again.")
    if not access.can_check(by, listing):
        raise PermissionDenied("You may not check this record.")
    refuse_replaced(listing.record)


def _refuse_if_changed(listing: Listing, seen: Mapping[str, int] | None) -> None:
    if seen is None:
        return
    now = queries.whole(listing).numbers
    if any(now.get(key) != number for key, number in seen.items()):
        raise InvalidState(
            "The record changed while you were looking at it. Read it again, then "
            "check it; your note is below."
        )
