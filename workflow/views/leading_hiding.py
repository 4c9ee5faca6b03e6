"""What only a person may hide: a run that stopped, and single lapsed records."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.permissions import Permission
from common.templatetags.vouch import counted
from workflow import access, leaders, standing
from workflow.actions.place import decide_stop, hide_lapsed
from workflow.choices import Stage
from workflow.leading_forms import LapsedForm, StopForm
from workflow.models import HidingStop, Listing
from workflow.views import leading_rows
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
DECIDES = permitted(holding(Permission.DECIDE_HIDING))


@DECIDES
@GET_AND_POST
def stop(request: HttpRequest, stop_id: UUID) -> HttpResponse:
    """A run that would have hidden too much: what it would hide, and the answer."""
    place = place_led(request, Permission.DECIDE_HIDING)
    asked = get_object_or_404(HidingStop, pk=stop_id, partnership=place)
    form, status = StopForm(request.POST or None), 200
    if form.is_bound and form.is_valid():
        hidden: list[int] = []
        hide = form.cleaned_data["hide"] == "yes"
        status = attempt(
            lambda: hidden.append(
                decide_stop(
                    by=person(request), stop_id=asked.pk, hide=hide,
                    reason=form.cleaned_data["reason"],
                )
            ),
            form,
        )  # fmt: skip
        if status == DONE:
            messages.success(request, _said(hide, hidden[0]))
            return redirect("workflow:lead")
        asked.refresh_from_db()
    listings = Listing.objects.filter(partnership=place, pk__in=asked.listing_ids)
    found = leading_rows.with_rows(listings).order_by("due_on", "title", "pk")
    context = {
        **below(place, "lead"),
        "stop": asked,
        "form": form,
        "total": len(asked.listing_ids),
        "columns": leading_rows.columns(Listing),
        "rows": leading_rows.rows(Listing, found, person(request), place.policy),
    }
    return render(request, "workflow/leading/stop.html", context, status=status)


def _said(hide: bool, hidden: int) -> str:
    if not hide:
        return "They stay public. You are asked again in two weeks if they are lapsed."
    if not hidden:
        return "All of them have been checked meanwhile, so nothing was hidden."
    return f"{counted(hidden, 'record')} hidden until somebody checks them."


@DECIDES
@GET_AND_POST
def lapsed(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """One lapsed record that no machine hides, and the form that hides it."""
    place = place_led(request, Permission.DECIDE_HIDING)
    listing = get_object_or_404(
        access.read_by(person(request)).select_related(
            "partnership__policy", "remit__lead"
        ),
        pk=listing_id,
        partnership=place,
    )
    form, status = LapsedForm(request.POST or None), 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: hide_lapsed(
                by=person(request), listing_id=listing.pk, **form.cleaned_data
            ),
            form,
        )
        if status == DONE:
            messages.success(
                request, f"“{listing.title}” is hidden until somebody checks it."
            )
            return redirect("workflow:lead")
    context = {
        **below(place, "lead"),
        "form": form,
        **_about(listing),
    }
    return render(request, "workflow/leading/lapsed.html", context, status=status)


def _about(listing: Listing) -> dict[str, Any]:
    remit = listing.remit
    answers = f"{remit.name}{leaders.of_remit(remit).tail}" if remit else ""
    return {
        "listing": listing,
        "is_public": listing.stage == Stage.PUBLISHED,
        "facts": [
            {"label": "Dates", "value": standing.dates(listing)},
            {"label": "Area of work", "value": answers, "empty": "Nobody’s"},
        ],
    }
