"""Handing a record over the border: one place proposes, the other answers.

Either of the two proposes it, ``made_for``; a lead of the other accepts or declines,
and until then the proposer may take it back. Accepting moves the record with all that
goes with it in one transaction (ADR 39). Everything waits in one order: places, the new
policy, contracts, records, the listing, the offer, suggestions.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import erased, homes, neighbours, queries, remits
from workflow.actions.claiming import claim_ends
from workflow.actions.proposals import refuse_replaced
from workflow.actions.public import write_audit
from workflow.actions.revising import announce, lock_listing, write_revision
from workflow.actions.telling import AT_ONCE, tell
from workflow.choices import OfferState, ProposalState
from workflow.letters import letter
from workflow.models import Contract, HomeOffer, Listing, Policy, Proposal, Record

NOT_PUBLIC = (
    "The public does not see this record now. It is handed over once it is published "
    "again."
)


# --- proposing and answering ----------------------------------------------------------


@transaction.atomic
def offer_home(
    *, by: User, place: Partnership, listing_id: Any, to: Partnership, reason: str
) -> HomeOffer:
    """Propose on behalf of ``place``, which keeps the record or is ``to``, that ``to``
    keeps it from now on.

    Raises PermissionDenied, InvalidInput by field, InvalidState where it is not public,
    a contract names it or one offer is open already.
    """
    listing = lock_listing(listing_id)
    if not neighbours.led_by(by).filter(pk=place.pk).exists():
        raise PermissionDenied(f"This is for those who answer for {place}.")
    home = listing.partnership
    if not homes.can_see(by, listing):
        raise PermissionDenied("There is nothing here for you.")
    if to.pk == home.pk or place.pk not in (home.pk, to.pk):
        raise InvalidInput({"to": "Choose the place that is to keep it."})
    if not reason.strip():
        raise InvalidInput({"reason": "Say why; the lead of the other place reads it."})
    erased.refuse({"reason": reason})
    if not homes.is_public(listing):
        raise InvalidState(NOT_PUBLIC)
    refuse_replaced(listing.record)
    _refuse_contracted(listing)
    there = listing.home_offers.filter(state=OfferState.OPEN).first()
    if there is not None:
        raise InvalidState(f"{there.made_for} has proposed a new home for it already.")
    offer = HomeOffer.objects.create(
        listing=listing, home=home, to=to, made_for=place, made_by=by,
        reason=reason.strip(),
    )  # fmt: skip
    _audit("home_offered", offer, by, offer.reason)
    _tell(
        offer.asked, "home_offered", f"{place} proposes a new home for a record", offer,
        [
            f"{by} of {place} proposes that {to} keeps “{listing}” from now on.",
            f"“{offer.reason}”",
        ],
        look="See what would move, and answer", at="new-home", key=listing.pk,
    )  # fmt: skip
    return offer


@transaction.atomic
def decline_home(*, by: User, offer_id: Any, reason: str) -> HomeOffer:
    """A lead of the side that was asked says no, and why. Nothing changes.

    Raises PermissionDenied, InvalidState, InvalidInput without a reason.
    """
    offer = _lock(by, offer_id)
    _need_asked(by, offer)
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; the other place will read it."})
    erased.refuse({"reason": reason})
    _close(offer, OfferState.DECLINED, by, reason)
    _audit("home_declined", offer, by, offer.answer)
    _tell(
        offer.made_for, "home_declined",
        f"{offer.asked} has declined a new home for a record", offer,
        [f"You proposed that {offer.to} keeps “{offer.listing}”.", f"“{offer.answer}”"],
    )  # fmt: skip
    return offer


@transaction.atomic
def withdraw_home(*, by: User, offer_id: Any) -> HomeOffer:
    """A lead of the proposing side takes it back. Raises PermissionDenied,
    InvalidState."""
    offer = _lock(by, offer_id)
    if not homes.can_withdraw(by, offer):
        raise PermissionDenied(f"Only {offer.made_for} takes this back.")
    _close(offer, OfferState.WITHDRAWN, by, "")
    _audit("home_withdrawn", offer, by)
    return offer


@transaction.atomic
def accept_home(*, by: User, offer_id: Any, seen: str, words: str = "") -> HomeOffer:
    """A lead of the side that was asked accepts: the record moves, now and whole.

    ``seen`` is the fingerprint of the plan that the person was shown. Raises
    PermissionDenied, InvalidState where it was answered, hidden, changed or named by a
    contract meanwhile, InvalidInput.
    """
    listing = _lock_all(offer_id)
    offer = _lock(by, offer_id)
    _need_asked(by, offer)
    erased.refuse({"words": words})
    if not homes.is_public(listing):
        raise InvalidState(NOT_PUBLIC)
    refuse_replaced(listing.record)
    _refuse_contracted(listing)
    plan = homes.plan(listing, offer.to)
    if plan.fingerprint != seen:
        raise InvalidState(
            f"“{listing}” was changed while you were reading. Look at what would move "
            "once more; nothing has moved yet."
        )
    _move(plan, offer, by)
    _close(offer, OfferState.ACCEPTED, by, words)
    _audit("home_accepted", offer, by, offer.answer)
    _tell(
        offer.made_for, "home_accepted", f"{offer.asked} has accepted a new home",
        offer,
        [
            f"From now on {offer.to} keeps “{listing}”.",
            *([f"“{offer.answer}”"] if offer.answer else []),
        ],
    )  # fmt: skip
    return offer


# --- locks and refusals ---------------------------------------------------------------


def _lock_all(offer_id: Any) -> Listing:
    """Lock both places, the new policy, the contracts that name it, its records and the
    listing: whoever deals out work or dates at either place waits, or is waited for."""
    erased.keep_out()
    offer = HomeOffer.objects.select_related("listing").get(pk=offer_id)
    places = Partnership.objects.select_for_update(no_key=True)
    list(places.filter(pk__in=(offer.home_id, offer.to_id)).order_by("pk"))
    Policy.objects.select_for_update(no_key=True).get(partnership=offer.to_id)
    keeping = Contract.objects.select_for_update(no_key=True)
    list(keeping.filter(partnership=offer.home_id, ended_at=None).order_by("pk"))
    also = homes.referred_ids(offer.listing)
    listing = lock_listing(offer.listing_id, also=also)
    if homes.referred_ids(listing) != also:
        raise InvalidState(f"“{listing}” was changed just now. Please look again.")
    return listing


def _lock(by: User, offer_id: Any) -> HomeOffer:
    """An open offer, locked after its listing. Raises PermissionDenied for those who
    lead neither side, whatever its state; InvalidState where it is over."""
    listing_id = HomeOffer.objects.values_list("listing_id", flat=True).get(pk=offer_id)
    lock_listing(listing_id)
    offer = (
        HomeOffer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("home", "to", "made_for", "listing__record__revision")
        .get(pk=offer_id)
    )
    if not homes.between(by).filter(pk=offer.pk).exists():
        raise PermissionDenied("This is for the leads of the two places.")
    if offer.state != OfferState.OPEN:
        raise InvalidState(_over(offer))
    return offer


def _over(offer: HomeOffer) -> str:
    """How it ended, and that there is another one by now."""
    how = OfferState(offer.state).label.lower()
    newer = offer.listing.home_offers.filter(state=OfferState.OPEN).first()
    if newer is None:
        return f"This was answered already: {how}."
    return (
        f"What you saw was answered already: {how}. {newer.made_for} has proposed "
        "something since; it stands here now."
    )


def _need_asked(by: User, offer: HomeOffer) -> None:
    if not homes.can_answer(by, offer):
        raise PermissionDenied(f"A lead of {offer.asked} alone answers this.")


def contracted(listing: Listing) -> str:
    """That a contract names it, which must not lose a record unasked; else ``""``."""
    if not homes.naming(listing).exists():
        return ""
    return (
        f"A contract of {listing.partnership} names this record. It has to be taken "
        "off the contract there before it moves."
    )


def _refuse_contracted(listing: Listing) -> None:
    if sentence := contracted(listing):
        raise InvalidState(sentence)


def _close(offer: HomeOffer, state: OfferState, by: User, words: str) -> None:
    offer.state = state
    offer.answered_at = clock.now()
    offer.answered_by = by
    offer.answer = words.strip()
    offer.save(update_fields=["state", "answered_at", "answered_by", "answer"])


def _audit(verb: str, offer: HomeOffer, by: User, reason: str = "") -> None:
    """One row for each side, so that each place's own trail is whole."""
    for place in (offer.home, offer.to):
        audit.record(
            verb, offer, actor=by, reason=reason, partnership_id=place.pk,
            after={
                "listing": str(offer.listing_id), "home": str(offer.home),
                "to": str(offer.to),
            },
        )  # fmt: skip


def _tell(
    place: Partnership,
    kind: str,
    subject: str,
    offer: HomeOffer,
    said: list[str],
    look: str = "How the places work together",
    at: str = "neighbours",
    key: Any = None,
) -> None:
    """A mail to the leads of a place who see the record still, and to no other."""
    for lead in neighbours.leads_of(place):
        if homes.can_see(lead, offer.listing):
            tell(
                lead.email, kind=kind, subject=subject, about=offer, delay=AT_ONCE,
                lines=letter(place, *said, look=look, at=at, key=key),
            )  # fmt: skip


# --- the move -------------------------------------------------------------------------


def _move(plan: homes.Plan, offer: HomeOffer, by: User) -> None:
    """Give a record, and what only it needs, to its new home."""
    listing, to = plan.listing, offer.to
    moved = [listing.record, *plan.records]
    Record.objects.filter(pk__in=[one.pk for one in moved]).update(home=to)
    listing.partnership = to
    listing.remit = None
    listing.remit_handed_over = False
    listing.tied_remit_ids = []
    listing.main_area = None
    listing.due_on = plan.due_on
    listing.save(
        update_fields=[
            "partnership", "remit", "remit_handed_over", "tied_remit_ids", "main_area",
            "due_on",
        ]
    )  # fmt: skip
    remits.hold_rules([to.pk])
    remits.work_out(to.pk, [listing.pk])
    claim_ends(listing)
    _move_terms(plan, moved, to, by)
    _move_proposals(listing, plan.records, to)
    write_audit(
        "listing_moved_home", listing, by, reason=offer.reason,
        before={"home": str(offer.home)}, after={"home": str(to)},
    )  # fmt: skip
    announce(listing.record_id)


def _move_terms(
    plan: homes.Plan, records: list[Record], to: Partnership, by: User
) -> None:
    """Say the terms of the new place's lists instead of the old one's own."""
    for record in records:
        moves = [move for move in plan.terms if move.record_id == record.pk]
        if moves:
            record.home = to
            write_revision(
                record, homes.with_terms_moved(queries.current(record), moves),
                by=by, body=str(to), method="new_home",
                reason=f"{to} keeps it from now on, with its own lists of terms.",
            )  # fmt: skip


def _move_proposals(
    listing: Listing, records: tuple[Record, ...], to: Partnership
) -> None:
    """What waits goes along, and nobody of the old place holds it any more."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN)
    theirs = waiting.filter(listing=listing) | waiting.filter(record__in=records)
    ids = list(
        theirs.select_for_update(of=("self",), no_key=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    Proposal.objects.filter(pk__in=ids).update(
        partnership=to, claimed_by=None, claimed_until=None
    )
