"""What is shared with neighbouring places: proposed, accepted, ended by leads."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import neighbours as agreed
from workflow.actions import sharing as actions
from workflow.choices import Ending
from workflow.leading_forms import (
    AcceptSharingForm,
    DeclineSharingForm,
    EndSharingForm,
    ProposeSharingForm,
    WithdrawSharingForm,
)
from workflow.models import SharingAgreement
from workflow.views import leading_homes
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared

THEIRS, OURS = "theirs-here", "ours-there"
"""The two directions, as addresses say them."""
Forms = dict[str, BaseForm]
FORMS: dict[str, type[Any]] = {
    "propose": ProposeSharingForm,
    "accept": AcceptSharingForm,
    "decline": DeclineSharingForm,
    "withdraw": WithdrawSharingForm,
    "end": EndSharingForm,
}
DONE_WORDS = {
    "propose": "Proposed. The lead of {other} has been told.",
    "accept": "Agreed. The services appear within seconds.",
    "decline": "Declined. The lead of {other} has been told why.",
    "withdraw": "Taken back.",
    "end": "Ended. The services leave within seconds.",
}


# --- all neighbours -------------------------------------------------------------------


@permitted(holding(Permission.SHARE))
@require_safe
def neighbours(request: HttpRequest) -> HttpResponse:
    """Every other place here, and how things stand with it in each direction."""
    place = place_led(request, Permission.SHARE)
    there = {(a.home_id, a.shown_by_id): a for a in agreed.agreements_of(place)}
    offers = leading_homes.offers_of(person(request), place)
    rows = []
    for other in Partnership.objects.exclude(pk=place.pk).order_by("name"):
        theirs = there.get((other.pk, place.pk))
        ours = there.get((place.pk, other.pk))
        rows.append(
            [
                {"text": other.name},
                _cell(theirs, place, other, THEIRS),
                _cell(ours, place, other, OURS),
            ]
        )
    context = {
        **shared(request, place, "neighbours"),
        "waiting": [
            *_waiting(there.values(), place),
            *leading_homes.waiting(offers, place),
        ],
        "offers": leading_homes.rows(offers, place),
        "offer_columns": leading_homes.COLUMNS,
        "columns": [
            {"label": "Place"},
            {"label": f"Theirs in {place.name}"},
            {"label": "Ours with them"},
        ],
        "rows": rows,
    }
    return render(request, "workflow/leading/neighbours.html", context)


def _cell(
    agreement: SharingAgreement | None,
    place: Partnership,
    other: Partnership,
    direction: str,
) -> dict[str, str]:
    return {"text": _standing(agreement, place), "url": _address(other, direction)}


def _standing(agreement: SharingAgreement | None, place: Partnership) -> str:
    """How one direction stands, in a few words."""
    if agreement is None:
        return "Not agreed"
    if agreement.accepted_at:
        return f"Shown since {full_date(clock.london_day(agreement.accepted_at))}"
    if agreement.asked == place:
        return "They propose it: answer"
    return "Proposed, waiting for them"


def _direction(agreement: SharingAgreement, place: Partnership) -> str:
    return OURS if agreement.home_id == place.pk else THEIRS


def _address(other: Partnership, direction: str) -> str:
    return reverse("workflow:sharing", args=[other.pk, direction])


def _wish(agreement: SharingAgreement, place: Partnership) -> str:
    """What the neighbour would like, said to this place."""
    if agreement.home_id == place.pk:
        return f"{agreement.proposed_for} would like to show your services too."
    return f"{agreement.proposed_for} would like you to show its services too."


def _waiting(
    agreements: Iterable[SharingAgreement], place: Partnership
) -> list[dict[str, str]]:
    return [
        {
            "text": _wish(one, place),
            "url": _address(one.proposed_for, _direction(one, place)),
        }
        for one in agreements
        if not one.is_in_force and one.asked == place
    ]


def asked_of(user: User, place: Partnership) -> list[dict[str, str]]:
    """What neighbours have proposed and the place has not answered yet."""
    return [
        *_waiting(agreed.agreements_of(place), place),
        *leading_homes.waiting(leading_homes.offers_of(user, place), place),
    ]


# --- one neighbour, one direction -----------------------------------------------------


@permitted(holding(Permission.SHARE))
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, neighbour_id: UUID, direction: str) -> HttpResponse:
    """What one direction means, how it stands, what the lead may do, what was."""
    place = place_led(request, Permission.SHARE)
    other = get_object_or_404(Partnership.objects.exclude(pk=place.pk), pk=neighbour_id)
    if direction not in (THEIRS, OURS):
        raise Http404
    home, shown_by = (other, place) if direction == THEIRS else (place, other)
    act, status, form = request.POST.get("act", ""), 200, None
    if request.method == "POST":
        if act not in FORMS:
            raise Http404
        form = FORMS[act](request.POST)
        if form.is_valid():
            said = request.POST.get("answered", "")
            user, typed = person(request), form.cleaned_data
            do = _deed(act, user, place, home, shown_by, said, typed)
            status = attempt(do, form)
        if status == DONE:
            messages.success(request, DONE_WORDS[act].format(other=other))
            return redirect("workflow:sharing", other.pk, direction)
    return _page(request, place, home, shown_by, act, form, status)


def _deed(
    act: str,
    by: User,
    place: Partnership,
    home: Partnership,
    shown_by: Partnership,
    answered: str,
    typed: dict[str, Any],
) -> Callable[[], Any]:
    """What a button does: to the agreement that stood on the page, whatever is the
    newest by now. Raises Http404 where there was never such a one."""
    if act == "propose":
        return lambda: actions.propose_sharing(
            by=by, place=place, home=home, shown_by=shown_by, **typed
        )
    seen = get_object_or_404(_all(home, shown_by), pk=as_uuid(answered))
    if act == "end":
        return lambda: actions.end_sharing(
            by=by, place=place, agreement_id=seen.pk, **typed
        )
    answers: dict[str, Callable[..., Any]] = {
        "accept": actions.accept_sharing,
        "decline": actions.decline_sharing,
        "withdraw": actions.withdraw_sharing,
    }
    answer = answers[act]
    return lambda: answer(by=by, agreement_id=seen.pk, **typed)


def _all(home: Partnership, shown_by: Partnership) -> Any:
    """The agreements of one direction, newest first."""
    return agreed.between(home, shown_by).filter(home=home)


def _page(
    request: HttpRequest,
    place: Partnership,
    home: Partnership,
    shown_by: Partnership,
    act: str,
    form: BaseForm | None,
    status: int,
) -> HttpResponse:
    every = list(_all(home, shown_by))
    last = every[0] if every and every[0].is_open else None
    forms = {name: FORMS[name]() for name in _open_acts(last, person(request))}
    if form is not None:
        forms[act] = form
    context = {
        **below(place, "neighbours"),
        "home": home,
        "shown_by": shown_by,
        "theirs": shown_by == place,
        "other": home if shown_by == place else shown_by,
        "agreement": last,
        "waits_for_us": last and not last.is_in_force and last.asked == place,
        "facts": _facts(home, shown_by, last),
        "forms": forms,
        "refused": [form] if form is not None else [],
        "events": [event for one in every for event in _events(one)],
    }
    return render(request, "workflow/leading/sharing.html", context, status=status)


def _open_acts(agreement: SharingAgreement | None, user: User) -> list[str]:
    """What the person may do now, as the actions will ask again."""
    if agreement is None:
        return ["propose"]
    may = {
        "accept": agreed.can_accept,
        "decline": agreed.can_accept,
        "withdraw": agreed.can_withdraw,
        "end": agreed.can_end,
    }
    return [act for act, rule in may.items() if rule(user, agreement)]


def _facts(
    home: Partnership, shown_by: Partnership, agreement: SharingAgreement | None
) -> list[dict[str, Any]]:
    """What it means in numbers: how many would appear, beside how many."""
    coming = agreed.shared_listings(home).count()
    own = agreed.shared_listings(shown_by).count()
    verb = "Shown" if agreement and agreement.is_in_force else "Would appear"
    standing = (
        "In force" if agreement and agreement.is_in_force
        else f"Proposed by {agreement.proposed_for}" if agreement
        else "Not agreed"
    )  # fmt: skip
    return [
        {"label": "How it stands", "value": standing},
        {"label": verb, "value": f"{counted(coming, 'service')} of {home}",
         "note": f"beside {counted(own, 'service')} that {shown_by} keeps"},
        {"label": "Kept by", "value": str(home),
         "note": "Its policy, its checks and its people decide, as they do now."},
    ]  # fmt: skip


def _events(agreement: SharingAgreement) -> list[dict[str, Any]]:
    """The life of one agreement, newest first."""
    events = [
        {"text": f"Proposed by {agreement.proposed_for}", "at": agreement.created_at,
         "by": str(agreement.proposed_by), "detail": _quoted(agreement.words)},
    ]  # fmt: skip
    if agreement.accepted_at:
        events.append(
            {"text": f"Accepted by {agreement.asked}", "at": agreement.accepted_at,
             "by": str(agreement.accepted_by)}
        )  # fmt: skip
    if agreement.ended_at:
        how = Ending(agreement.ending).label
        events.append(
            {"text": f"{how} by {agreement.ended_for}", "at": agreement.ended_at,
             "by": str(agreement.ended_by), "detail": _quoted(agreement.reason)}
        )  # fmt: skip
    return events[::-1]


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""
