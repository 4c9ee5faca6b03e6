"""Whom we ask about a service, everything that was asked and answered, and asking by
letter or text message."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, mail
from accounts.guard import signed_in
from accounts.models import Message, User
from common import clock
from common.errors import InvalidState
from common.posting import posted_from
from directory import phones
from directory.freshness import full_date
from workflow import (
    access,
    answer_keys,
    asking,
    asking_contacts,
    asking_words,
    contracts,
    ringing,
)
from workflow.actions import asking_by_hand, contact_points
from workflow.asking_forms import ContactPointsForm, initial
from workflow.choices import Answer, Answered, Channel, Stopped
from workflow.models import (
    Ask,
    AskedListing,
    Call,
    ContactPoint,
    ContractNotice,
    Listing,
)
from workflow.views.keeping_answers import DONE, attempt, person

MOST_SHOWN = 40
BY_HAND = (Channel.MAIL, Channel.LETTER, Channel.SMS)


def _listing(request: HttpRequest, listing_id: UUID) -> Listing:
    """A listing of which the person says whom to ask; 404 for any other."""
    kept = access.contact_kept_by(person(request)).select_related(
        "record__revision", "partnership__policy", "remit__partner"
    )
    return get_object_or_404(kept, pk=listing_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def whom(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Whom we ask, and what was asked."""
    user, listing = person(request), _listing(request, listing_id)
    points = _points(listing)
    form = ContactPointsForm(
        request.POST if request.method == "POST" else None, initial=initial(points)
    )

    def act() -> None:
        contact_points.save_contact_points(
            by=user, listing_id=listing.pk, first=form.where("first"),
            second=form.where("second"),
        )  # fmt: skip

    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(act, form)
    if status == DONE:
        messages.success(request, "Thank you. That is whom we ask from now on.")
        return redirect("workflow:whom-to-ask", listing.pk)
    context = {
        "listing": listing,
        "form": form,
        "wrong": _wrong(listing, points.values()),
        "stopped": [_stopped(row) for row in points.values() if row.stopped_at],
        "events": events(user, listing)[:MOST_SHOWN],
        "may_ask": access.is_in_remit(user, listing) and listing.due_on,
        "is_own": access.is_own(user, listing),
        "open": _open_links(user, listing),
    }
    return render(request, "workflow/asking/whom.html", context, status=status)


def _points(listing: Listing) -> dict[int, ContactPoint]:
    """The contact points by position. What the record knows stands in for what nobody
    has written: to look stores nothing."""
    rows = ContactPoint.objects.filter(
        partnership=listing.partnership_id, organization_id=str(listing.organization_id)
    )
    return asking_contacts.known(listing) | {row.position: row for row in rows}


def _wrong(listing: Listing, points: Iterable[ContactPoint]) -> list[str]:
    """What is said of their numbers that a call found to be wrong."""
    known = ringing.wrong_of([listing]).get(listing.pk, {})
    numbers = dict.fromkeys(phones.display(row.phone) for row in points if row.phone)
    return [known[number] for number in numbers if number in known]


def _open_links(user: User, listing: Listing) -> list[dict[str, Any]]:
    """What still opens an answer page about this record, for who may end that."""
    if not access.is_in_remit(user, listing):
        return []
    rows = (
        Ask.objects.filter(
            asked__listing=listing, revoked_at=None, expires_at__gt=clock.now()
        )
        .exclude(token_hash="")
        .select_related("partnership")
        .order_by("-created_at")
    )
    return [{"ask": row, "text": _what(row, listing)} for row in rows]


def _stopped(row: ContactPoint) -> dict[str, Any]:
    when = full_date(clock.london_day(row.stopped_at)) if row.stopped_at else ""
    why = Stopped(row.stopped_because).label
    which = "first" if row.position == 1 else "second"
    return {
        "text": f"We write to the {which} address no more since {when}. {why}.",
        "position": row.position,
    }


@signed_in
@posted_from("workflow:whom-to-ask", "listing_id")
def start_again(request: HttpRequest, listing_id: UUID, position: int) -> HttpResponse:
    """Write to a contact point again."""
    listing = _listing(request, listing_id)
    try:
        contact_points.start_again(
            by=person(request), listing_id=listing.pk, position=position
        )
    except InvalidState as error:
        messages.warning(request, error.sentence)
    return redirect("workflow:whom-to-ask", listing.pk)


@signed_in
@posted_from("workflow:whom-to-ask", "listing_id")
def ask_now(request: HttpRequest, listing_id: UUID, channel: str) -> HttpResponse:
    """Ask at once: by mail, or with words or a letter that somebody sends."""
    listing = _listing(request, listing_id)
    if channel not in BY_HAND:
        raise Http404
    try:
        ask = asking_by_hand.ask_by_hand(
            by=person(request), listing_id=listing.pk, channel=channel
        )
    except InvalidState as error:
        messages.warning(request, error.sentence)
        return redirect("workflow:whom-to-ask", listing.pk)
    if channel == Channel.MAIL:
        messages.success(request, "They are asked by mail now.")
        return redirect("workflow:whom-to-ask", listing.pk)
    return redirect("workflow:ask-words", listing.pk, ask.pk)


@signed_in
@posted_from("workflow:whom-to-ask", "listing_id")
def end_link(request: HttpRequest, listing_id: UUID, ask_id: UUID) -> HttpResponse:
    """Let a link or code that went to a wrong place open nothing any more."""
    listing = _listing(request, listing_id)
    ask = get_object_or_404(Ask.objects.filter(asked__listing=listing), pk=ask_id)
    try:
        asking_by_hand.revoke_ask(by=person(request), ask_id=ask.pk)
    except InvalidState as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, "It opens nothing any more. What was answered stays.")
    return redirect("workflow:whom-to-ask", listing.pk)


@signed_in
@never_cache
@require_safe
def words(request: HttpRequest, listing_id: UUID, ask_id: UUID) -> HttpResponse:
    """The words of an ask: of a mail as it was written, without its link; of a text
    message to copy and of the letter to print with what opens the answer page, for who
    assures the record alone."""
    user, listing = person(request), _listing(request, listing_id)
    ask = get_object_or_404(
        Ask.objects.select_related("contact", "message", "partnership").filter(
            asked__listing=listing, partnership=listing.partnership_id
        ),
        pk=ask_id,
    )
    may_all = access.is_in_remit(user, listing)
    if ask.message and (ask.channel == Channel.MAIL or may_all):
        context = {
            "listing": listing, "mail": ask.message, "how": delivery(ask),
            "text": asking_words.without_key(ask.message.text, ask.partnership),
        }  # fmt: skip
        return render(request, "workflow/asking/mail.html", context)
    if not (may_all and _is_to_send(ask)):
        raise Http404
    base, key = asking_words.base_url(ask.partnership), answer_keys.key_of(ask)
    context = {
        "listing": listing,
        "ask": ask,
        "entry": asking_words.entries([listing])[0],
        "asker": asking_words.asker_of([listing]),
        "organization": asking_words.name_of(listing),
        "key": key,
        "where": f"{base}{reverse('workflow:answer-code')}",
        "link": asking_words.link(ask.partnership, key),
        "today": clock.today(),
    }
    return render(request, f"workflow/asking/{ask.channel}.html", context)


# --- what was asked -------------------------------------------------------------------


def events(user: User, listing: Listing) -> list[dict[str, Any]]:
    """Every ask and call about a listing, and that the manager of its contract was told
    of it, the newest first, with its delivery and answer; and the way to its words, for
    who may read them.

    What the people of an earlier home wrote stays theirs (ADR 39): whom they asked, and
    who told them. That they asked, and what the answer was, goes with the record.
    """
    asked = list(asking.history_of(listing))
    # Most are asked by mail, and nothing more has to be known of who looks.
    may_all = any(_is_to_send(row.ask) for row in asked) and access.is_in_remit(
        user, listing
    )
    found = [_event(row, listing, may_all) for row in asked]
    found += [_call(row) for row in asking.calls_about(listing)]
    found += [_notice(row) for row in contracts.notices_about(listing)]
    return sorted(found, key=lambda event: event["at"], reverse=True)


def _call(call: Call) -> dict[str, Any]:
    said = ""
    if call.taken_back_at:
        said = "Taken back."
    elif call.lead_ask_id:
        said = "The lead was told that nobody answers."
    elif call.next_at:
        said = f"To be tried again on {full_date(clock.london_day(call.next_at))}."
    number = f" {call.number}" if call.number else ""
    return {
        "text": f"Rang{number}: {str(call).lower()}",
        "at": call.created_at,
        "by": call.body_label,
        "detail": said,
    }


def _notice(row: ContractNotice) -> dict[str, Any]:
    contract = row.contract
    whom = f"{contract.commissioner}, who manages contract {contract.reference}"
    return {
        "text": f"Mail to {whom}: {delivered(row.message)}",
        "at": row.created_at,
        "by": audit.SYSTEM,
        "detail": f"It was due on {full_date(row.due_on)}, and overdue.",
    }


def _event(row: AskedListing, listing: Listing, may_all: bool) -> dict[str, Any]:
    ask = row.ask
    is_own = ask.partnership_id == listing.partnership_id
    text = _what(ask, listing)
    event = {
        "text": f"{text}: {delivery(ask)}" if is_own else text,
        "at": row.created_at,
        "by": ask.asked_by_label if is_own else str(ask.partnership),
        "detail": _answer(row, with_who=is_own),
    }
    by_mail = ask.channel == Channel.MAIL and ask.message_id
    if is_own and (by_mail or (may_all and _is_to_send(ask))):
        event["url"] = reverse("workflow:ask-words", args=[listing.pk, ask.pk])
        event["link"] = "What we wrote"
    return event


def _is_to_send(ask: Ask) -> bool:
    """Whether it is a letter or text message whose code still opens the answer page:
    its words can be looked at and sent again."""
    by_hand = ask.channel in (Channel.LETTER, Channel.SMS)
    expires = ask.expires_at
    return by_hand and not ask.revoked_at and bool(expires and expires > clock.now())


def _what(ask: Ask, listing: Listing) -> str:
    """“Mail to services@friends.example”; of an earlier home, that it asked."""
    how = Channel(ask.channel).label
    if ask.partnership_id != listing.partnership_id:
        return f"{how}, when {ask.partnership} kept it"
    return f"{how} to {ask.to_label}" if ask.to_label else how


def delivery(ask: Ask) -> str:
    """What became of an ask on its way, in words."""
    if ask.bounced_at:
        return f"came back ({ask.bounced_with})"
    if ask.channel != Channel.MAIL:
        return {
            Channel.PHONE: "for somebody to ring",
            Channel.LEAD: "nobody has answered",
        }.get(Channel(ask.channel), "made, for somebody to send")
    return delivered(ask.message)


def delivered(message: Message | None) -> str:
    """What became of a mail, in words; of one that is no longer kept too."""
    if message is None:
        return "sent long ago"
    if message.cancelled_at:
        return "not sent after all"
    if mail.was_given_up(message):
        return "not sent: the mail server could not be reached"
    if mail.was_broken_off(message):
        return "broken off while it was sent: it may not have arrived"
    return "sent" if message.sent_at else "on its way"


def _answer(row: AskedListing, *, with_who: bool) -> str:
    if not row.answer or row.answered_at is None:
        return "No answer yet."
    day = full_date(clock.london_day(row.answered_at))
    how = Answered(row.answered_how).label.lower() if row.answered_how else ""
    by = f", {row.answered_by}" if row.answered_by and with_who else ""
    return f"{Answer(row.answer).label}: {day}{by} ({how})."


def rail_part(user: User, listing: Listing) -> dict[str, Any]:
    """What was asked about a record, as a part of its rail; empty for who does not
    keep it."""
    if not access.can_keep_contact(user, listing):
        return {}
    found = events(user, listing)
    return {
        "id": "asked",
        "title": "Asked and answered",
        "count": len(found),
        "open": False,
        "events": found[:5],
        "empty": "Nobody has been asked yet.",
        "url": reverse("workflow:whom-to-ask", args=[listing.pk]),
        "link": "Whom we ask, and all that was asked",
    }
