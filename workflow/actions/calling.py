"""Keeping what came of a call to a provider: a word of theirs, or when to try again.

Whoever rang writes it down for all the records they rang about. The records and the
contact point are locked, and what was the last call is asked again: of two people who
ring the same provider at once, the second is told what the first found out.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count

from accounts import audit
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.words import one_line
from directory import phones
from directory.freshness import full_date
from workflow import access, asking, erased, phoning
from workflow.actions import efforts
from workflow.actions.answering import Who, answered_already, check_who, keep
from workflow.actions.answering_other import cancel_mails, closing
from workflow.actions.asking_by_hand import put_on_phone_list, steps_by_hand
from workflow.actions.contact_points import stop
from workflow.actions.proposals import clock_words, open_proposal
from workflow.actions.revising import announce, lock_records
from workflow.actions.telling import tell
from workflow.actions.vouching import body_for
from workflow.choices import (
    Answer,
    Answered,
    CallOutcome,
    Channel,
    EffortKind,
    Evidence,
    Gravity,
    ProposalKind,
    SaidBy,
    Stopped,
)
from workflow.letters import letter
from workflow.models import (
    Ask,
    AskedListing,
    Call,
    CalledListing,
    Confirmation,
    ContactPoint,
    Listing,
)

LONGEST_WAIT = dt.timedelta(days=60)
_NEEDS_WHO = (CallOutcome.SAME, CallOutcome.CLOSED)
_WHO_ANSWERED: Final = {
    "name": "Write down who answered.",
    "role": "Write down what they do there: “secretary”, “volunteer”.",
}


NOBODY = Who("", "")
"""Nobody has said who they are."""


@dataclass(frozen=True)
class Said:
    """What came of a call. ``number`` is the one that was rung, ``who`` answered,
    ``again_on`` the day on which to ring again, ``minutes`` what it took."""

    outcome: str
    number: str = ""
    who: Who = NOBODY
    again_on: dt.date | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class _Rung:
    """A contact point with the records that a call was about, all locked."""

    contact: ContactPoint
    asked: list[AskedListing]
    listings: dict[Any, Listing]
    by: User
    call: Call


@transaction.atomic
def record_call(
    *,
    by: User,
    contact_id: Any,
    about: Mapping[Any, int | None],
    said: Said,
    last_id: Any = None,
) -> Call:
    """Write down what came of ringing a contact point about records of the phone list.

    ``about`` are the ids of what was asked (``AskedListing``), each with the version of
    the record that was shown, or None; ``last_id`` is the newest call that was shown.
    “All still right” is the provider's word, as on the answer page, and never a check.
    Raises PermissionDenied, InvalidState (saying who was faster), InvalidInput.
    """
    _check(said)
    contact, asked, listings = lock_rung(contact_id, about)
    if any(not access.is_in_remit(by, listing) for listing in listings.values()):
        raise PermissionDenied("This is not in your area of work.")
    _refuse_second(contact, last_id)
    _refuse_settled(by, asked)
    if said.outcome == CallOutcome.CHANGE and len(asked) > 1:
        raise InvalidInput({"about": "Choose the one service that has changed."})
    first = listings[asked[0].listing_id]
    call = Call.objects.create(
        partnership=contact.partnership, contact=contact, called_by=by,
        body_label=body_for(by, first), outcome=said.outcome,
        number=phones.display(one_line(said.number))[:40] if said.number else "",
        effort=efforts.log(
            first, by=by, kind=EffortKind.CALL, minutes=said.minutes
        ),
    )  # fmt: skip
    if said.outcome in (CallOutcome.SAME, CallOutcome.CLOSED, CallOutcome.NOT_US):
        asked = [_open_again(row, listings[row.listing_id], contact) for row in asked]
    CalledListing.objects.bulk_create(CalledListing(call=call, asked=a) for a in asked)
    rung = _Rung(contact, asked, listings, by, call)
    _follow(rung, said, about)
    audit.record(
        "provider_rung", call, actor=by, body=call.body_label,
        partnership_id=call.partnership_id,
        after={
            "outcome": str(said.outcome), "listings": [str(key) for key in listings],
        },
    )  # fmt: skip
    return call


def _check(said: Said) -> None:
    """Raise InvalidInput for what is not said, or cannot be."""
    if said.outcome not in CallOutcome.values:
        raise InvalidInput({"outcome": "Say what came of the call."})
    if said.outcome in _NEEDS_WHO:
        check_who(said.who, _WHO_ANSWERED)
    erased.refuse({"number": said.number, "name": said.who.name, "role": said.who.role})
    efforts.need_minutes(said.minutes)
    if said.outcome != CallOutcome.LATER:
        return
    today, day = clock.today(), said.again_on
    if day is None:
        raise InvalidInput({"again_on": "Give the day on which to ring again."})
    if not today < day <= today + LONGEST_WAIT:
        last = full_date(today + LONGEST_WAIT)
        raise InvalidInput({"again_on": f"Give a day from tomorrow to {last}."})


def lock_rung(
    contact_id: Any, about: Iterable[Any]
) -> tuple[ContactPoint, list[AskedListing], dict[Any, Listing]]:
    """The contact point, what was asked there, and its listings by id: locked."""
    named = AskedListing.objects.filter(pk__in=list(about), ask__contact=contact_id)
    record_ids = list(named.values_list("listing__record_id", flat=True))
    if not record_ids:
        raise InvalidInput("Choose at least one service that you rang about.")
    lock_records(record_ids)
    listings = {
        listing.pk: listing
        for listing in Listing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .filter(record__in=record_ids)
        .order_by("pk")
    }
    contact = (
        ContactPoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership__policy")
        .get(pk=contact_id)
    )
    asked = list(
        named.select_for_update(of=("self",), no_key=True)
        .select_related("ask__contact", "listing")
        .order_by("due_on", "pk")
    )
    return contact, asked, listings


def _refuse_second(contact: ContactPoint, last_id: Any) -> None:
    """Raise InvalidState where somebody rang since the list was read."""
    last = (
        contact.calls.filter(taken_back_at=None)
        .select_related("called_by")
        .order_by("-created_at", "-pk")
        .first()
    )
    if last and str(last.pk) != str(last_id or ""):
        raise InvalidState(
            f"{last.called_by} rang them at {clock_words(last.created_at)} on "
            f"{full_date(clock.london_day(last.created_at))}: {str(last).lower()}. "
            "Nothing of yours was written down."
        )


def _refuse_settled(by: User, asked: list[AskedListing]) -> None:
    """Raise InvalidState where one of these need not be rung about any more."""
    open_ones = set(
        asking.to_ring(by, clock.now())
        .filter(pk__in=[row.pk for row in asked])
        .values_list("pk", flat=True)
    )
    for row in asked:
        if row.pk in open_ones:
            continue
        if row.answer:
            raise InvalidState(answered_already(row))
        raise InvalidState(
            f"“{row.listing}” was settled meanwhile: it was checked, or somebody "
            "answered, or it is asked about in another way. Look at the list again."
        )


def _open_again(
    row: AskedListing, listing: Listing, contact: ContactPoint
) -> AskedListing:
    """What takes the answer: the row itself, or where it holds “not us any more”
    already, a new one beside it, so that both stand in the history."""
    return put_on_phone_list(contact, listing) if row.answer else row


# --- what follows ---------------------------------------------------------------------


def _follow(rung: _Rung, said: Said, about: Mapping[Any, int | None]) -> None:
    if said.outcome == CallOutcome.SAME:
        _refuse_changed(rung, about)
        for row in rung.asked:
            _say_same(rung, row, said.who)
    elif said.outcome == CallOutcome.CLOSED:
        for row in rung.asked:
            _say_closed(rung, row, said.who)
    elif said.outcome == CallOutcome.NOT_US:
        for row in rung.asked:
            keep(row, Answer.NOT_US, said.who, Answered.PHONE)
        stop(rung.contact.pk, Stopped.NOT_US, actor=rung.by)
    elif said.outcome == CallOutcome.NO_ANSWER:
        _try_again(rung)
    elif said.outcome == CallOutcome.LATER and said.again_on:
        rung.call.next_at = phoning.at(said.again_on)
        rung.call.save(update_fields=["next_at"])


def _refuse_changed(rung: _Rung, about: Mapping[Any, int | None]) -> None:
    seen = {str(key): number for key, number in about.items()}
    for row in rung.asked:
        listing = rung.listings[row.listing_id]
        number = seen.get(str(row.pk))
        revision = listing.record.revision
        if revision is None or (number is not None and revision.number != number):
            raise InvalidState(
                f"“{listing}” was changed while you were ringing. Please look at it "
                "once more."
            )


def _say_same(rung: _Rung, row: AskedListing, who: Who) -> None:
    """What the answer page does for “nothing has changed”, by telephone."""
    listing, today = rung.listings[row.listing_id], clock.today()
    row.confirmation = Confirmation.objects.create(
        listing=listing, source=SaidBy.PROVIDER, said_on=today
    )
    listing.confirmed_on = today
    listing.save(update_fields=["confirmed_on"])
    keep(row, Answer.SAME, who, Answered.PHONE)
    for ask in Ask.objects.filter(
        contact=rung.contact, asked__listing=listing, message__sent_at=None
    ).exclude(message=None):
        if (
            not ask.asked.filter(answer="")
            .exclude(listing__in=list(rung.listings))
            .exists()
        ):
            cancel_mails(ask)
    announce(listing.record_id)
    _audit_answer("listing_confirmed", rung, listing)


def _say_closed(rung: _Rung, row: AskedListing, who: Who) -> None:
    """A suggestion of the provider's, written down by who rang: another person decides
    on it."""
    listing = rung.listings[row.listing_id]
    change = closing(listing, "defunct")
    if change.was == "defunct":
        raise InvalidInput(f"“{listing}” is marked as closed already.")
    proposal = open_proposal(
        listing, ProposalKind.CLOSURE, rung.by, Evidence.RANG,
        f"{one_line(who.words)} said so on the telephone.", None, Gravity.CLOSED,
        by_provider=True,
    )  # fmt: skip
    change.proposal, change.proposed_by = proposal, rung.by
    change.save(force_insert=True)
    row.proposal = proposal
    keep(row, Answer.CLOSED, who, Answered.PHONE)
    _audit_answer("ask_answered", rung, listing, answer=str(Answer.CLOSED))


def _audit_answer(verb: str, rung: _Rung, listing: Listing, **more: str) -> None:
    """An audit row without the name of who answered: a name has its time."""
    audit.record(
        verb, listing, actor=rung.by, body=rung.call.body_label,
        partnership_id=listing.partnership_id,
        after={"how": str(Answered.PHONE), **more},
    )  # fmt: skip


def _try_again(rung: _Rung) -> None:
    """Nobody answered: when to try again, or to the lead after as many tries as the
    place makes."""
    policy = rung.contact.partnership.policy
    tried = (
        CalledListing.objects.filter(
            asked__in=rung.asked, call__outcome=CallOutcome.NO_ANSWER,
            call__taken_back_at=None,
        )
        .values("asked")
        .annotate(times=Count("pk"))
        .values_list("times", flat=True)
    )  # fmt: skip
    if max(tried, default=0) >= policy.call_tries:
        rung.call.lead_ask = _tell_lead(rung, policy.call_tries)
    else:
        rung.call.next_at = phoning.next_try(policy, clock.now())
    rung.call.save(update_fields=["lead_ask", "next_at"])


def _tell_lead(rung: _Rung, times: int) -> Ask:
    """One mail to each lead that nobody ever answers there; it can be undone until it
    goes out."""
    place = rung.contact.partnership
    leads = list(access.leads_of(place))
    ask = Ask(
        partnership=place, channel=Channel.LEAD, asked_on=clock.today(),
        asked_by_label=rung.call.body_label,
        to_label=", ".join(str(lead) for lead in leads)[:250],
    )  # fmt: skip
    titles = [str(rung.listings[row.listing_id]) for row in rung.asked]
    said = (
        f"{rung.call.body_label} has rung {times} times about these services, and "
        "nobody ever answered:"
    )
    then = (
        "They stay on the phone list. You may know another way, hand them over, or say "
        "that they are to be hidden."
    )
    lines = letter(
        place, said, "", *(f"  - {title}" for title in titles), "", then,
        look="See how they stand", at="home",
    )  # fmt: skip
    mails = [
        tell(
            lead.email, kind="unanswered", about=ask, lines=lines,
            subject=f"{place}: nobody answers for {titles[0]}",
        )
        for lead in leads
    ]  # fmt: skip
    ask.message = mails[0] if mails else None
    ask.save(force_insert=True)
    listings = [rung.listings[row.listing_id] for row in rung.asked]
    steps = steps_by_hand(listings)
    AskedListing.objects.bulk_create(
        AskedListing(ask=ask, listing=one, due_on=one.due_on, step=steps[one.pk])
        for one in listings
        if one.due_on
    )
    audit.record(
        "lead_told", ask, actor=rung.by, body=rung.call.body_label,
        partnership_id=place.pk,
        after={"channel": ask.channel, "listings": [str(one.pk) for one in listings]},
    )  # fmt: skip
    return ask
