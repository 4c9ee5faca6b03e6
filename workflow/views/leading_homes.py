"""A record that another place is to keep: what would move, and what leads answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import homes, leaders, neighbours, queries
from workflow.actions import offering as actions
from workflow.choices import OfferState
from workflow.leading_forms import (
    AcceptHomeForm,
    DeclineHomeForm,
    OfferHomeForm,
    WithdrawHomeForm,
)
from workflow.models import HomeOffer, Listing
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led

Row = dict[str, Any]
FORMS: dict[str, type[Any]] = {
    "offer": OfferHomeForm,
    "accept": AcceptHomeForm,
    "decline": DeclineHomeForm,
    "withdraw": WithdrawHomeForm,
}
DONE_WORDS = {
    "offer": "Proposed. The lead of {other} has been told.",
    "accept": "Done. {to} keeps it from now on.",
    "decline": "Declined. The lead of {other} has been told why.",
    "withdraw": "Taken back.",
}
COLUMNS = (
    {"label": "Record"},
    {"label": "Keeps it"},
    {"label": "Is to keep it"},
    {"label": "How it stands"},
)
OLDER = 10
"""How many of those that were answered stand on the list."""
OUT_OF_SIGHT = "A place that the public does not see"


# --- on the lists ---------------------------------------------------------------------


def _address(listing_id: UUID) -> str:
    return reverse("workflow:new-home", args=[listing_id])


def offers_of(user: User, place: Partnership) -> list[HomeOffer]:
    """The offers to which a place is a party and of which the person may know: the open
    ones, the oldest first, and some that are over."""
    found = homes.of_place(user, place)
    open_ones = found.filter(state=OfferState.OPEN).order_by("created_at")
    over = found.exclude(state=OfferState.OPEN).order_by("-answered_at")[:OLDER]
    return homes.shown(user, [*open_ones, *over])


def rows(offers: list[HomeOffer], place: Partnership) -> list[list[dict[str, str]]]:
    """Offers as rows of a table."""
    return [
        [
            {"text": str(one.listing), "url": _address(one.listing_id)},
            {"text": one.home.name},
            {"text": one.to.name},
            {"text": _standing(one, place)},
        ]
        for one in offers
    ]


def _standing(offer: HomeOffer, place: Partnership) -> str:
    if offer.state == OfferState.OPEN:
        waits = "us" if offer.asked == place else offer.asked.name
        return f"Waits for {waits} since {_day(offer.created_at)}"
    how = OfferState(offer.state).label
    return f"{how} on {_day(offer.answered_at)}"


def waiting(offers: list[HomeOffer], place: Partnership) -> list[dict[str, str]]:
    """Those among offers that a place has to answer."""
    return [
        {"text": _wish(one), "url": _address(one.listing_id)}
        for one in offers
        if one.state == OfferState.OPEN and one.asked == place
    ]


def _wish(offer: HomeOffer) -> str:
    if offer.made_for_id == offer.home_id:
        return f"{offer.home} would like you to keep “{offer.listing}” from now on."
    return f"{offer.to} would like to keep “{offer.listing}” from now on."


def _day(at: Any) -> str:
    return full_date(clock.london_day(at))


# --- one record -----------------------------------------------------------------------


@permitted(holding(Permission.SHARE))
@require_http_methods(["GET", "HEAD", "POST"])
def new_home(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """What would move to another place, and what the leads of both say to it."""
    place, user = place_led(request, Permission.SHARE), person(request)
    act, status, form = request.POST.get("act", ""), 200, None
    if request.method == "POST":
        if act not in FORMS:
            raise Http404
        form = FORMS[act](request.POST)
        listing = _seen(user, listing_id)
        if form.is_valid():
            do, keeper = _deed(request, act, user, place, listing, form.cleaned_data)
            status = attempt(do, form)
            if status == DONE:
                other = keeper if place == listing.partnership else listing.partnership
                said = DONE_WORDS[act].format(other=other, to=keeper)
                messages.success(request, said)
                return redirect("workflow:new-home", listing.pk)
    # What is there now, also after a refusal.
    listing = _seen(user, listing_id)
    offers = homes.of_place(user, place).filter(listing=listing)
    offer = next((one for one in offers if one.state == OfferState.OPEN), None)
    to = offer.to if offer else _to(request, listing, place)
    context = _page(user, place, listing, to, offer, act, form) | {
        "events": [event for one in offers for event in _events(one)]
    }
    return render(request, "workflow/leading/new_home.html", context, status=status)


def _seen(user: User, listing_id: UUID) -> Listing:
    found = Listing.objects.select_related(
        "record__revision", "record__replaced_by", "partnership", "remit__partner"
    )
    listing = get_object_or_404(found, pk=listing_id)
    if not homes.can_see(user, listing):
        raise Http404
    return listing


def _to(
    request: HttpRequest, listing: Listing, place: Partnership
) -> Partnership | None:
    """Which place is to keep it: one's own where another keeps it, else the one that
    was chosen, or the only other; None where one has to choose."""
    if place != listing.partnership:
        return place
    others = list(Partnership.objects.exclude(pk=place.pk).order_by("name"))
    asked = request.POST.get("to") or request.GET.get("to")
    chosen = [other for other in others if str(other.pk) == asked]
    if len(chosen) == 1 or len(others) == 1:
        return (chosen or others)[0]
    return None


def _deed(
    request: HttpRequest,
    act: str,
    by: User,
    place: Partnership,
    listing: Listing,
    typed: dict[str, Any],
) -> tuple[Callable[[], Any], Partnership]:
    """What a button does, and which place is to keep the record by it.

    An answer is to the offer that stood on the page, whatever is the newest by now.
    Raises Http404 where there is no such offer or place.
    """
    if act == "offer":
        to = _to(request, listing, place)
        if to is None:
            raise Http404
        return lambda: actions.offer_home(
            by=by, place=place, listing_id=listing.pk, to=to, **typed
        ), to
    seen = get_object_or_404(
        homes.of_place(by, place).filter(listing=listing),
        pk=as_uuid(request.POST.get("answered")),
    )
    answers: dict[str, Callable[..., Any]] = {
        "accept": actions.accept_home,
        "decline": actions.decline_home,
        "withdraw": actions.withdraw_home,
    }
    answer = answers[act]
    return lambda: answer(by=by, offer_id=seen.pk, **typed), seen.to


def _page(
    user: User,
    place: Partnership,
    listing: Listing,
    to: Partnership | None,
    offer: HomeOffer | None,
    act: str,
    form: BaseForm | None,
) -> dict[str, Any]:
    home = listing.partnership
    plan = homes.plan(listing, to) if to and to != home else None
    stands = _in_the_way(listing)
    forms = {
        name: FORMS[name]()
        for name in _open_acts(user, offer)
        if name in ("decline", "withdraw") or (plan and not stands)
    }
    if form is not None and act in forms:
        forms[act] = form
    if plan and "accept" in forms:
        forms["accept"].initial["seen"] = plan.fingerprint
    return {
        **below(place, "neighbours"),
        "listing": listing,
        "home": home,
        "to": to if plan else None,
        "other": to if place == home else home,
        "others": [] if to else Partnership.objects.exclude(pk=place.pk),
        "offer": offer,
        "asks_us": bool(offer and offer.asked == place),
        "in_the_way": stands,
        "contracts_url": reverse("workflow:contracts") if stands
        and place == home and homes.naming(listing).exists() else "",
        "facts": _facts(plan, place) if plan else [],
        "means": _means(plan) if plan else [],
        "forms": forms,
        "fingerprint": plan.fingerprint if plan else "",
        "refused": [form] if form is not None else [],
    }  # fmt: skip


def _open_acts(user: User, offer: HomeOffer | None) -> list[str]:
    """What the person may do now, as the actions will ask again."""
    if offer is None:
        return ["offer"]
    may = {
        "accept": homes.can_answer,
        "decline": homes.can_answer,
        "withdraw": homes.can_withdraw,
    }
    return [act for act, rule in may.items() if rule(user, offer)]


def _in_the_way(listing: Listing) -> str:
    """Why it cannot move as things stand; ``""`` where nothing stands in the way."""
    if not homes.is_public(listing):
        return actions.NOT_PUBLIC
    if listing.record.replaced_by:
        return f"It is kept as “{listing.record.replaced_by}” now."
    return actions.contracted(listing)


# --- what would move, in words --------------------------------------------------------


def _facts(plan: homes.Plan, place: Partnership) -> list[Row]:
    listing, home, to = plan.listing, plan.listing.partnership, plan.to
    names = _names(listing)
    waiting_now = homes.open_proposals(listing)
    versions = listing.record.revisions.count()
    found: list[Row] = [
        {"label": "The record", "value": f"“{listing}”",
         "note": f"With its whole history, {counted(versions, 'version')} so far. Its "
         "address and its id stay the same."},
        {"label": "Moves with it", "lines": [names[one.pk] for one in plan.records],
         "empty": "Nothing else", "note": f"Nothing else of {home} needs them."
         if plan.records else ""},
        *_staying(plan, names),
        _terms(plan),
        {"label": "Waits for a decision",
         "value": f"{counted(waiting_now, 'suggestion')}: {to} decides on "
         f"{'it' if waiting_now == 1 else 'them'}." if waiting_now else "",
         "empty": "Nothing"},
        {"label": "Next check", "value": _due(plan), "note": _checked(plan)},
        {"label": "Who answers for it there", "value": _responsible(plan)},
        {"label": "Who is asked", "value": f"{to} asks the contact that the record "
         "gives, until somebody says another.",
         "note": f"What {home} has written down of contacts stays with {home}."},
        {"label": f"In {home}’s directory", "value": _left_behind(plan)},
    ]  # fmt: skip
    whole = homes.under_whole_contract(listing).count() if place == home else 0
    if whole:
        found.append(
            {"label": "Contracts", "value": f"It leaves {counted(whole, 'contract')} "
             f"for all that its organisation runs in {home}."}
        )  # fmt: skip
    return found


def _names(listing: Listing) -> dict[UUID, str]:
    """What the public calls the organization and the places of a service."""
    public = queries.public_parts(queries.whole(listing))
    known = {**public.locations, str(listing.organization_id): public.organization}
    return {
        key: str(known.get(str(key), {}).get("name") or OUT_OF_SIGHT)
        for key in homes.referred_ids(listing)
    }


def _staying(plan: homes.Plan, names: dict[UUID, str]) -> list[Row]:
    if not plan.staying:
        return []
    lines = [f"{names[one.pk]}: kept by {one.home}" for one in plan.staying]
    note = "The record goes on showing them; a change of one is decided by its keeper."
    return [{"label": "Stays where it is", "lines": lines, "note": note}]


def _terms(plan: homes.Plan) -> Row:
    home, to = plan.listing.partnership, plan.to
    lines = [
        f"“{move.was.name}” of {to}’s own list"
        if move.now
        else f"“{move.was.name}” is dropped: {to} has no such term"
        for move in plan.terms
    ]
    return {
        "label": "Terms",
        "lines": lines,
        "empty": f"All stay: none is of a list of {home}’s own.",
    }


def _due(plan: homes.Plan) -> str:
    if plan.due_on is None:
        return f"Not planned yet: {plan.to} says when."
    now = plan.listing.due_on
    if now == plan.due_on or now is None:
        return f"{full_date(plan.due_on)}, as now."
    return f"{full_date(plan.due_on)}, by {plan.to}’s policy ({full_date(now)} now)."


def _checked(plan: homes.Plan) -> str:
    assurance = plan.listing.assurance
    if assurance is None:
        return ""
    day = full_date(assurance.assured_on)
    return f"The check of {day} by {assurance.body_label} goes on counting."


def _responsible(plan: homes.Plan) -> str:
    remit = plan.remit
    if remit is None:
        return f"Nobody yet: it would be the lead’s of {plan.to} to hand over."
    return f"{remit.name}: {remit.partner}{leaders.of_remit(remit).tail}."


def _left_behind(plan: homes.Plan) -> str:
    home, to = plan.listing.partnership, plan.to
    if neighbours.in_force().filter(home=to, shown_by=home).exists():
        return f"It stays there, marked “Kept by {to}”, as all that {to} publishes."
    return (
        f"It leaves within seconds. Whoever comes to its address is told that {to} "
        "keeps it now."
    )


def _means(plan: homes.Plan) -> list[str]:
    home, to = plan.listing.partnership, plan.to
    return [
        f"Once both places agree it moves whole. {to}’s policy and people decide then.",
        f"What {home} did stays {home}’s: its past checks, figures and teams’ notes.",
        f"Who runs the service goes on as before. How far it is trusted, {to} says.",
        f"To have it back, {home} proposes that in turn.",
    ]


def _events(offer: HomeOffer) -> list[Row]:
    """The life of one offer, newest first."""
    events: list[Row] = [
        {"text": f"{offer.made_for} proposed that {offer.to} keeps it",
         "at": offer.created_at, "by": str(offer.made_by),
         "detail": f"“{offer.reason}”"},
    ]  # fmt: skip
    if offer.answered_at:
        side = offer.made_for if offer.state == OfferState.WITHDRAWN else offer.asked
        how = OfferState(offer.state).label
        events.append(
            {"text": f"{how} by {side}", "at": offer.answered_at,
             "by": str(offer.answered_by),
             "detail": f"“{offer.answer}”" if offer.answer else ""}
        )  # fmt: skip
    return events[::-1]
