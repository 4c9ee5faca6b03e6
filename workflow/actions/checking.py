"""Vouching for a record: a check, correct-and-check, and a trusted body's own edit."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from common.errors import InvalidInput, InvalidState
from workflow import access, queries
from workflow.actions.accepting import (
    Accepted,
    fill_in,
    mark_others,
    write_accepted,
)
from workflow.actions.choosing import Choice, Informant, need_informant, need_method
from workflow.actions.decisions import decide
from workflow.actions.outcomes import close_if_done
from workflow.actions.proposals import Edits, propose_edit, refuse_replaced
from workflow.actions.revising import lock_listing
from workflow.actions.vouching import body_for, come_back, write_assurance
from workflow.choices import Evidence, Method, ProposalKind, Stage, Verdict
from workflow.models import Assurance, Decision, Listing, Proposal


@transaction.atomic
def check_listing(
    *,
    by: User,
    listing_id: Any,
    method: str,
    note: str = "",
    seen: Mapping[str, int] | None = None,
) -> Assurance:
    """Vouch for a record as it stands today; a lapsed one is public again.

    ``seen`` are the versions the person looked at. Raises PermissionDenied,
    InvalidState if one of them changed since, InvalidInput.
    """
    listing = _lock_whole(listing_id)
    _need_checker(by, listing)
    need_method(method)
    _refuse_if_changed(listing, seen)
    assurance = write_assurance(
        listing, by=by, method=method, note=note, body=body_for(by, listing),
        single_handed=access.is_own_body(by, listing),
    )  # fmt: skip
    come_back(listing, by=by)
    return assurance


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
) -> Assurance:
    """One act of an assurer who asked: put values right and vouch for the record.

    The informant is the second pair of eyes; it is marked single-handed and counted.
    Raises PermissionDenied (also where the policy does not allow it), InvalidState,
    InvalidInput (values by ``record id:path``).
    """
    listing = _lock_whole(listing_id, edits)
    _need_checker(by, listing)
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("Only an assurer of this area of work corrects at once.")
    need_method(method)
    need_informant(informant)
    _refuse_if_changed(listing, seen)
    proposal, decision = _own_proposal(listing, by, informant)
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
        after={"informant": informant.name_and_role, "method": informant.method,
               "on": informant.on.isoformat()},
    )  # fmt: skip
    listing = lock_listing(listing_id)
    assurance = write_assurance(
        listing, by=by, method=method, note=note, body=decision.body_label,
        single_handed=True,
    )  # fmt: skip
    come_back(listing, by=by)
    return assurance


def _own_proposal(
    listing: Listing, by: User, informant: Informant
) -> tuple[Proposal, Decision]:
    proposal = Proposal.objects.create(
        kind=ProposalKind.EDIT,
        partnership=listing.partnership,
        listing=listing,
        title=listing.title,
        proposer=by,
        proposer_label=str(by),
        evidence=Evidence.RANG if informant.method == Method.CALL else Evidence.OTHER,
        evidence_words=informant.name_and_role,
    )
    decision = Decision.objects.create(
        proposal=proposal,
        decided_by=by,
        body_label=body_for(by, listing),
        single_handed=True,
    )
    return proposal, decision


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
    listing = _lock_whole(listing_id, edits)
    if not access.is_own(by, listing):
        raise PermissionDenied("Only its provider edits a service in this way.")
    proposal = propose_edit(
        by=by, listing_id=listing_id, edits=edits, bases=bases,
        evidence=Evidence.RUN_IT, words=words,
    )  # fmt: skip
    mine = access.decidable_changes_by(by).filter(proposal=proposal)
    choices = {pk: Choice(Verdict.ACCEPTED) for pk in mine.values_list("pk", flat=True)}
    if choices:
        decide(by=by, proposal_id=proposal.pk, choices=choices)
        proposal.refresh_from_db()
    return proposal


def _lock_whole(listing_id: Any, edits: Edits | None = None) -> Listing:
    """Lock the listing with every record that a check of it vouches for."""
    peek = Listing.objects.select_related("record__revision").get(pk=listing_id)
    shown = {str(peek.record_id), *queries.whole(peek).numbers}
    if not set(edits or {}) <= shown:
        raise InvalidInput("This record does not belong to the service any more.")
    return lock_listing(listing_id, also=shown)


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
