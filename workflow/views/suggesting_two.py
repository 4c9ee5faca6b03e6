"""A provider's “this is really two services”: a suggestion that an assurer decides."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from workflow import dividing, naming, queries, seeing, standing
from workflow.actions import repeating
from workflow.actions.dividing import (
    NOT_NOW,
    may_be_divided,
    propose_division,
    refuse_if_changed,
)
from workflow.choices import ProposalKind
from workflow.dividing import Halves
from workflow.dividing_forms import SuggestTwoForm
from workflow.models import Listing, Proposal
from workflow.views.dividing import (
    AGAIN,
    COLUMNS,
    LOOK,
    groups,
    rows_of,
    version_of,
)
from workflow.views.keeping_answers import DONE, attempt, kept_listing, person

SEND = "send"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def suggest_two(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Name the second service and say what goes with it; an assurer sees both."""
    listing = kept_listing(request, listing_id)
    if request.method != "POST" and not may_be_divided(listing):
        messages.info(request, NOT_NOW)
        return redirect("workflow:listing", listing.pk)
    form = _form(request, listing)
    made: list[Proposal] = []
    halves: list[Halves] = []
    status = 200
    step = request.POST.get("step", LOOK)
    if form.is_bound and step != AGAIN and form.is_valid():
        status = attempt(lambda: halves.append(_divided(request, listing, form)), form)
        if status == DONE and step != SEND:
            return _see(request, listing, form, halves[0])
        if status == DONE:
            status = attempt(
                lambda: made.append(_propose(request, listing, form)), form
            )
    if status == DONE:
        messages.success(
            request,
            f"Thank you. {standing.waits_for(listing)} looks at both services before "
            "anything happens, and we write to you.",
        )
        return redirect("workflow:suggestion", made[0].pk)
    before = repeating.waiting(listing, person(request), ProposalKind.DIVISION)
    context = {
        "listing": listing,
        "form": form,
        "groups": groups(form),
        "number": version_of(listing),
        "body": standing.waits_for(listing),
        "waits": reverse("workflow:suggestion", args=[before.pk]) if before else "",
        "back": reverse("workflow:listing", args=[listing.pk]),
    }
    return render(request, "workflow/keeping/suggest_two.html", context, status=status)


def _divided(request: HttpRequest, listing: Listing, form: SuggestTwoForm) -> Halves:
    """Both services as they would be; raises InvalidState, InvalidInput by path."""
    refuse_if_changed(listing, _seen(request))
    return dividing.divide(
        queries.current(listing.record), form.cleaned_data["name"], form.goes,
        listing.partnership.policy.mandatory,
    )  # fmt: skip


def _see(
    request: HttpRequest, listing: Listing, form: SuggestTwoForm, halves: Halves
) -> HttpResponse:
    """What each of them would say, before anything is sent."""
    service = queries.current(listing.record)
    names = seeing.names_told(person(request), naming.names([service]), [service])
    context = {
        "listing": listing,
        "name": halves.second["name"],
        "words": form.cleaned_data["words"],
        "columns": COLUMNS,
        "rows": rows_of(halves, names),
        "number": _seen(request),
        "carried": [
            (key, str(value))
            for key, values in request.POST.lists()
            for value in values
            if key not in ("csrfmiddlewaretoken", "step", "seen")
        ],
        "body": standing.waits_for(listing),
        "back": reverse("workflow:listing", args=[listing.pk]),
    }
    return render(request, "workflow/keeping/suggest_two_see.html", context)


def _seen(request: HttpRequest) -> int:
    said = str(request.POST.get("seen", ""))
    return int(said) if said.isdecimal() and len(said) < 9 else 0


def _form(request: HttpRequest, listing: Listing) -> SuggestTwoForm:
    service = queries.current(listing.record)
    names = seeing.names_told(person(request), naming.names([service]), [service])
    data = request.POST if request.method == "POST" else None
    if data is not None and data.get("step") == AGAIN:
        return SuggestTwoForm(
            initial=data.dict(), lines=dividing.lines(service), names=names
        )
    return SuggestTwoForm(data, lines=dividing.lines(service), names=names)


def _propose(request: HttpRequest, listing: Listing, form: SuggestTwoForm) -> Any:
    return propose_division(
        by=person(request),
        listing_id=listing.pk,
        seen=_seen(request),
        name=form.cleaned_data["name"],
        goes=form.goes,
        words=form.cleaned_data["words"],
    )
