"""Saying that one listing is really two services (docs/adr/0024)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from common.errors import InvalidInput, InvalidState
from workflow import access, dividing, erased, queries
from workflow.actions import efforts, repeating
from workflow.actions.accepting import record_choices, write_accepted
from workflow.actions.choosing import Check, Choice, Informant, need_informant
from workflow.actions.drafts import write_draft
from workflow.actions.listings import write_submission
from workflow.actions.outcomes import close_if_done, take_back
from workflow.actions.proposals import open_proposal, refuse_replaced
from workflow.actions.public import write_audit
from workflow.actions.revising import lock_listing, write_revision
from workflow.actions.vouching import assure_new, body_for
from workflow.choices import (
    EffortKind,
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.dividing import Halves
from workflow.models import Decision, Listing, Proposal, Record

NOT_NOW = "It has to be assured and not hidden before it can be two services."
METHOD = "divide"
"""How a version came about that lost what went to another service."""


@dataclass(frozen=True)
class Vouched:
    """That whoever divides it asked about the new half: who told them, and how. The
    informant is the second pair of eyes (PRODUCT.md section 4)."""

    informant: Informant
    note: str = ""
    override_reason: str = ""


@transaction.atomic
def split_listing(
    *,
    by: User,
    listing_id: Any,
    seen: int,
    name: str,
    goes: Mapping[str, str],
    reason: str,
    vouched: Vouched | None = None,
) -> Listing:
    """Say that a listing is really two services, and make the second one.

    The first keeps its id, history, dates and responsibility, and what does not move
    (``goes``, see ``workflow/dividing.py``) as it stands in version ``seen``. The new
    one is of the same organization, place and remit. It waits for another assurer,
    unless the person ``vouched`` for it. For an assurer in remit; not undone (ADR 24).
    Whoever suggested that it is two is answered.
    Raises PermissionDenied, InvalidState if the record changed since, InvalidInput by
    path.
    """
    listing = lock_listing(listing_id)
    _need(by, listing, vouched)
    refuse_if_changed(listing, seen)
    if vouched:
        need_informant(vouched.informant)
    mandatory = listing.partnership.policy.mandatory
    wrong = {} if reason.strip() else {"reason": "Give a reason; others will read it."}
    try:
        halves = dividing.divide(queries.current(listing.record), name, goes, mandatory)
    except InvalidInput as error:
        raise InvalidInput({**error.errors, **wrong}) from error
    if wrong:
        raise InvalidInput(wrong)
    words = vouched.override_reason if vouched else ""
    erased.refuse({"name": name, "reason": reason, "override_reason": words})
    write_revision(
        listing.record, halves.first, by=by, body=body_for(by, listing), method=METHOD,
        reason=reason,
    )  # fmt: skip
    new = _write_new(listing, halves, by)
    proposal = write_submission(
        new, by=by, evidence=Evidence.OTHER,
        words=f"Split off from “{listing}”: {reason.strip()}",
    )  # fmt: skip
    _write_audits(listing, new, halves, by, reason.strip())
    _answer_suggestions(listing, new, by)
    if vouched:
        _assure(new, proposal, vouched, by)
    return lock_listing(new.pk)


@transaction.atomic
def propose_division(
    *, by: User, listing_id: Any, seen: int, name: str, goes: Mapping[str, str],
    words: str,
) -> Proposal:  # fmt: skip
    """A provider's word that their listing is really two services.

    An assurer of its remit decides by dividing it, from what is suggested here or
    otherwise, or by answering why not. Said again while the first waits, it takes its
    place. Raises PermissionDenied, InvalidState if the record changed since,
    InvalidInput by path.
    """
    listing = lock_listing(listing_id)
    if not access.is_own(by, listing):
        raise PermissionDenied("Only its provider suggests this.")
    refuse_replaced(listing.record)
    if not may_be_divided(listing):
        raise InvalidState(NOT_NOW)
    refuse_if_changed(listing, seen)
    wrong = {} if words.strip() else {"words": "Say why; an assurer reads it."}
    mandatory = listing.partnership.policy.mandatory
    try:
        dividing.divide(queries.current(listing.record), name, goes, mandatory)
    except InvalidInput as error:
        raise InvalidInput({**error.errors, **wrong}) from error
    if wrong:
        raise InvalidInput(wrong)
    erased.refuse({"name": name})
    before = repeating.lock_waiting(listing, by, ProposalKind.DIVISION)
    if before:
        take_back(before, by)
    proposal = open_proposal(
        listing, ProposalKind.DIVISION, by, Evidence.RUN_IT, words, None, Gravity.ERROR
    )
    proposal.division = {"name": name.strip(), "goes": dict(goes), "seen": seen}
    proposal.save(update_fields=["division"])
    return proposal


def may_be_divided(listing: Listing) -> bool:
    """Whether it stands: it was assured, and nothing hides it."""
    return listing.stage in (Stage.ASSURED, Stage.PUBLISHED)


def _answer_suggestions(listing: Listing, new: Listing, by: User) -> None:
    """Close what people suggested: that it is two, as it is now."""
    for proposal in (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("listing", "partnership", "proposer", "record")
        .filter(
            listing=listing, kind=ProposalKind.DIVISION, state=ProposalState.OPEN
        )
        .order_by("pk")
    ):  # fmt: skip
        decision = Decision.objects.create(
            proposal=proposal, decided_by=by, body_label=body_for(by, listing),
            answer=f"“{listing}” and “{new}” are two services now.",
        )  # fmt: skip
        close_if_done(proposal)
        audit.record(
            "proposal_decided", proposal, actor=by, body=decision.body_label,
            partnership_id=proposal.partnership_id,
        )  # fmt: skip


def _need(by: User, listing: Listing, vouched: Vouched | None) -> None:
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("This is not in your area of work.")
    refuse_replaced(listing.record)
    if listing.stage in (Stage.DRAFT, Stage.SUBMITTED):
        raise InvalidState("It has to be assured before it can be two services.")
    if not access.can_split(by, listing):
        raise InvalidState("It was hidden meanwhile. Bring it back first.")
    if vouched and not access.can_split_and_assure(by, listing):
        raise PermissionDenied(
            "Somebody else has to assure the new service: leave it in the queue."
        )


def refuse_if_changed(listing: Listing, seen: int) -> None:
    """Raise InvalidState where the record is not in the version that was seen."""
    revision = listing.record.revision
    if revision is not None and revision.number != seen:
        raise InvalidState(
            f"The record was changed by {revision.made_by_label} while you were "
            "dividing it. Look at it again; your choices are below, nothing is lost."
        )


def _write_new(listing: Listing, halves: Halves, by: User) -> Listing:
    """The new record and listing, as closed and as critical as the first and in the
    same hands."""
    partner = listing.remit.partner if listing.remit else None
    draft = {"service": halves.second, "organization": None, "locations": {}}
    new = write_draft(
        place=listing.partnership, draft=draft, author=by, partner=partner,
        source=None, by=by,
    )  # fmt: skip
    Record.objects.filter(pk=new.record_id).update(
        visibility=listing.record.visibility, home=listing.record.home
    )
    new.split_from = listing
    new.critical = listing.critical
    new.remit = listing.remit
    new.remit_handed_over = listing.remit_handed_over
    new.save(update_fields=["split_from", "critical", "remit", "remit_handed_over"])
    return lock_listing(new.pk)


def _write_audits(
    listing: Listing, new: Listing, halves: Halves, by: User, reason: str
) -> None:
    after = {"moved": list(halves.moved), "copied": list(halves.copied)}
    write_audit(
        "listing_split", listing, by, reason=reason,
        after={"new": str(new.record_id), **after},
    )  # fmt: skip
    write_audit(
        "listing_split_off", new, by, reason=reason,
        before={"from": str(listing.record_id)},
    )  # fmt: skip


def _assure(new: Listing, proposal: Proposal, vouched: Vouched, by: User) -> None:
    """Accept what the new service says, and vouch for it: single-handed, counted."""
    informant = vouched.informant
    decision = Decision.objects.create(
        proposal=proposal, decided_by=by, body_label=body_for(by, new),
        single_handed=True, override_reason=vouched.override_reason.strip(),
    )  # fmt: skip
    efforts.log(new, by=by, kind=EffortKind.NEW, decision=decision)
    proposal.changes.update(
        informant=informant.name_and_role.strip(),
        informed_on=informant.on,
        informed_by=informant.method,
    )
    pending = {
        str(change.pk): change
        for change in proposal.changes.select_related("record__revision")
    }
    choices = {key: Choice(Verdict.ACCEPTED) for key in pending}
    prefix = f"{new.record_id}:"
    try:
        accepted = record_choices(decision, pending, choices, by)
        write_accepted(decision, accepted, by, METHOD)
        assure_new(
            new, by=by, decision=decision,
            check=Check(informant.method, vouched.note),
            override_reason=vouched.override_reason,
        )  # fmt: skip
    except InvalidInput as error:
        raise InvalidInput(
            {path.removeprefix(prefix): text for path, text in error.errors.items()}
        ) from error
    close_if_done(proposal)
    audit.record(
        "proposal_decided", proposal, actor=by, body=decision.body_label,
        partnership_id=proposal.partnership_id,
        after=dict.fromkeys((change.path for change in pending.values()), "accepted"),
        reason=decision.override_reason,
    )  # fmt: skip
