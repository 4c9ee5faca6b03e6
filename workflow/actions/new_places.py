"""Suggesting that an accepted service also happens at a place nobody has recorded."""

import uuid
from typing import Any

from django.db import transaction

from accounts.models import Partner, User
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from directory import diff, validation
from directory.choices import Kind
from directory.declarations import LOCATION, SERVICE
from directory.payload import Payload
from workflow import queries
from workflow.actions import repeating
from workflow.actions.proposals import (
    evidence_problems,
    need_proposer,
    open_proposal,
    with_values,
)
from workflow.actions.revising import label_of_record, lock_listing
from workflow.choices import Gravity, ProposalKind, ProposalState
from workflow.models import Change, Listing, Proposal, Record

NAME_OR_ADDRESS = "Give its name, or its address."


def link_path(service_id: Any, location_id: Any) -> str:
    """The path of “this service happens there”: the same place twice is one element."""
    link = uuid.uuid5(uuid.UUID(str(service_id)), str(location_id))
    return f"service_at_locations/{link}"


@transaction.atomic
def propose_place(
    *,
    by: User,
    listing_id: Any,
    location: Payload,
    evidence: str,
    words: str = "",
    partner: Partner | None = None,
) -> Proposal:
    """Suggest a new place for an accepted service: the place, and that it is there.

    Accepting both makes revision 1 of the place. ``location`` has an id of its own:
    sent again it is the same suggestion. Raises PermissionDenied, InvalidState,
    InvalidInput (by ``record id:path``).
    """
    listing = lock_listing(listing_id)
    need_proposer(by, listing, partner)
    if listing.record.revision is None:
        raise InvalidState("Add the place to the draft itself.")
    key = as_uuid(location.get("id"))
    if key is None:
        raise InvalidInput("The new place needs an id of its own.")
    before = Record.objects.filter(pk=key).first()
    if before is not None:
        return _again(listing, before, words, by)
    payload = validation.normalise(Kind.LOCATION, {**location, "id": str(key)})
    errors = {**evidence_problems(evidence), **_problems(payload)}
    if errors:
        raise InvalidInput(errors)
    # Somebody may have sent the same id for another service just now.
    record, is_new = Record.objects.get_or_create(
        pk=key,
        defaults={
            "kind": Kind.LOCATION,
            "home": listing.partnership,
            "label": "A new place",
        },
    )
    if not is_new:
        return _again(listing, record, words, by)
    record.label = label_of_record(record, payload)
    record.save(update_fields=["label"])
    proposal = open_proposal(
        listing, ProposalKind.EDIT, by, evidence, words, partner, Gravity.ERROR
    )
    rows = [
        Change(record=record, path=d.path, was=d.was, value=d.value, base=0)
        for d in diff.changes(LOCATION, {"id": str(key)}, payload)
    ]
    rows += _link(listing, record)
    for position, change in enumerate(rows):
        change.proposal = proposal
        change.position = position
        change.proposed_by = by
    Change.objects.bulk_create(rows)
    return proposal


def _problems(payload: Payload) -> dict[str, str]:
    wrong = validation.problems(Kind.LOCATION, payload)
    if not payload.get("name") and not payload.get("addresses"):
        wrong.setdefault("name", NAME_OR_ADDRESS)
    return {f"{payload['id']}:{path}": sentence for path, sentence in wrong.items()}


def _again(listing: Listing, record: Record, words: str, by: User) -> Proposal:
    """The suggestion that brought this place, where the same person sends it again."""
    mine = Proposal.objects.filter(
        listing=listing, proposer=by, state=ProposalState.OPEN, changes__record=record
    ).first()
    if mine is None:
        raise InvalidInput("This place is known already: choose it instead.")
    return repeating.say_again(mine, words, by=by)


def _link(listing: Listing, place: Record) -> list[Change]:
    record = listing.record
    base = queries.current(record)
    path = link_path(record.pk, place.pk)
    target = with_values(record, base, {path: {"location_id": str(place.pk)}})
    number = record.revision.number if record.revision else 0
    return [
        Change(record=record, path=d.path, was=d.was, value=d.value, base=number)
        for d in diff.changes(SERVICE, base, target)
    ]
