"""Finding that two records are one place: the services of the one move to the other."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from common.errors import InvalidInput, InvalidState
from directory import diff
from directory.choices import Kind
from workflow import access, bodies, queries
from workflow.actions.outcomes import close_if_done
from workflow.actions.proposals import refuse_replaced
from workflow.actions.revising import announce, lock_records, write_revision
from workflow.actions.vouching import body_for_record
from workflow.choices import ProposalState, Verdict
from workflow.models import Decision, Listing, Proposal, Record, TeamNote
from workflow.seeing import GUARDS


@transaction.atomic
def share_location(*, by: User, location_id: Any, other_id: Any, reason: str) -> Record:
    """Say that a place is the same as another one, which stays.

    Every service that happens there happens at the other from now on; what was
    suggested about it is answered, and what teams noted of it stands there. For who
    keeps the place and assures all of its services; giving a service a place of its own
    undoes it. Raises PermissionDenied, InvalidInput, InvalidState.
    """
    showing = queries.listings_showing(location_id).filter(
        record__revision__isnull=False
    )
    services = list(showing.values_list("record_id", flat=True))
    found = lock_records({location_id, other_id, *services})
    place, other = found[str(location_id)], found[str(other_id)]
    if not access.can_correct(by, place):
        raise PermissionDenied(f"“{place}” is kept by {place.home}.")
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    refuse_replaced(place)
    _need_another(by, place, other)
    listings = list(showing.select_related("record__revision").order_by("pk"))
    if {listing.record_id for listing in listings} != set(services):
        raise InvalidState("Another service came to this place meanwhile. Look again.")
    _need_all(by, listings)
    body = body_for_record(by, place)
    for listing in listings:
        _move(listing, place, other, by, body)
    place.replaced_by = other
    place.save(update_fields=["replaced_by"])
    TeamNote.objects.filter(record=place).update(record=other)
    _answer(place, other, by, body)
    announce(place.pk, other.pk)
    for record, verb in ((place, "location_shared"), (other, "location_merged")):
        audit.record(
            verb, record, actor=by, body=body, partnership_id=record.home_id,
            before={"location": str(place.pk)}, after={"location": str(other.pk)},
            reason=reason.strip(),
        )  # fmt: skip
    return other


def _need_another(by: User, place: Record, other: Record) -> None:
    seen = bodies.seen_by(by).filter(pk=other.pk, kind=Kind.LOCATION).exists()
    if place.kind != Kind.LOCATION or other.pk == place.pk or not seen:
        raise InvalidInput({"other": "Choose another place."})
    refuse_replaced(other)
    one, two = queries.current(place), queries.current(other)
    if any(bool(one.get(mark)) != bool(two.get(mark)) for mark in GUARDS):
        raise InvalidInput(
            {"other": "One of them is kept secret, or is a home, and the other is not."}
        )


def _need_all(by: User, listings: list[Listing]) -> None:
    ids = [listing.pk for listing in listings]
    mine = access.in_remit_by(by).filter(pk__in=ids).count()
    if mine < len(ids):
        raise PermissionDenied(
            "Some of what happens there is in the area of work of others. Suggest the "
            "other place to those services."
        )


def _move(listing: Listing, place: Record, other: Record, by: User, body: str) -> None:
    service = queries.current(listing.record)
    if str(other.pk) in queries.location_ids(service):
        raise InvalidState(
            f"“{listing}” happens at both. Take one of them off its record first."
        )
    for link in service.get("service_at_locations", []):
        if link.get("location_id") == str(place.pk):
            path = f"service_at_locations/{link['id']}"
            service = diff.put(service, path, {**link, "location_id": str(other.pk)})
    write_revision(listing.record, service, by=by, body=body, method="share")


def _answer(place: Record, other: Record, by: User, body: str) -> None:
    """Close what waits about the place that goes, telling who suggested it."""
    waiting = Proposal.objects.filter(
        changes__record=place, changes__verdict=Verdict.PENDING,
        state=ProposalState.OPEN,
    )  # fmt: skip
    open_ones = Proposal.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=waiting.values("pk")
    )
    for proposal in open_ones.order_by("pk"):
        decision = Decision.objects.create(
            proposal=proposal, decided_by=by, body_label=body,
            answer=f"“{place}” is kept as “{other}” now. Please look there.",
        )  # fmt: skip
        proposal.changes.filter(record=place, verdict=Verdict.PENDING).update(
            verdict=Verdict.OVERTAKEN, decision=decision
        )
        close_if_done(proposal)
        audit.record(
            "proposal_overtaken", proposal, actor=by,
            partnership_id=proposal.partnership_id,
        )  # fmt: skip
