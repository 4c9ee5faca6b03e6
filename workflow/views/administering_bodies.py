"""How a place or a partner is set up, put right by an administrator."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import is_administrator
from accounts.guard import permitted
from accounts.models import Partner, Partnership
from common.errors import InvalidState
from common.posting import posted_from
from workflow.actions.ending_partners import (
    end_partner,
    in_the_way,
    restart_partner,
    why_ended,
)
from workflow.actions.setting_up import (
    said_of,
    state_of,
    update_partner,
    update_place,
)
from workflow.keeping_forms import ChangePartnerForm, ChangePlaceForm, EndPartnerForm
from workflow.views.keeping_answers import DONE, attempt, person

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@permitted(is_administrator)
@GET_AND_POST
def change_place(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """What a place is called, where it answers, its mailbox and its colour."""
    place = get_object_or_404(Partnership, pk=place_id)
    form = ChangePlaceForm(request.POST or None, initial=_shown(place))
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: update_place(
                by=person(request), place_id=place_id, **form.cleaned_data
            ),
            form,
        )
    return _answer(request, place, form, status, "places")


@permitted(is_administrator)
@GET_AND_POST
def change_partner(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """What a body that takes part is called, what it is, and its mailbox."""
    partner = get_object_or_404(Partner, pk=partner_id)
    form = ChangePartnerForm(request.POST or None, initial=_shown(partner))
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: update_partner(
                by=person(request), partner_id=partner_id, **form.cleaned_data
            ),
            form,
        )
    return _answer(request, partner, form, status, "partners")


@permitted(is_administrator)
@GET_AND_POST
def end(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Let a body take part no more, with a reason; what has to end before is told."""
    partner = get_object_or_404(Partner, pk=partner_id)
    form, status = EndPartnerForm(request.POST or None), 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: end_partner(
                by=person(request), partner_id=partner_id, **form.cleaned_data
            ),
            form,
        )
    if status == DONE:
        messages.success(request, f"{partner} takes part no more.")
        return redirect("workflow:partners")
    context = {
        **_way_back("partners"),
        "partner": partner,
        "form": form,
        "in_the_way": [] if partner.ended_at else in_the_way(partner),
    }
    page = "workflow/keeping/end_partner.html"
    return render(request, page, context, status=status)


@permitted(is_administrator)
@posted_from("workflow:change-partner", "partner_id")
def restart(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Let a body that ended take part again."""
    partner = get_object_or_404(Partner, pk=partner_id)
    try:
        restart_partner(by=person(request), partner_id=partner_id)
        messages.success(request, f"{partner} takes part again. Invite its people.")
    except InvalidState as error:
        messages.warning(request, error.sentence)
    return redirect("workflow:partners")


def _way_back(tab: str) -> dict[str, Any]:
    back = reverse(f"workflow:{tab}")
    return {
        "crumbs": [
            {"label": "Administration", "url": reverse("workflow:administration")},
            {"label": tab.capitalize(), "url": back},
        ],
        "back": back,
    }


def _shown(row: Partnership | Partner) -> dict[str, Any]:
    """What stands in the form."""
    shown = {**said_of(row), "base": state_of(row)}
    if isinstance(row, Partnership):
        shown["host_names"] = ", ".join(row.host_names)
    return shown


def _answer(
    request: HttpRequest,
    row: Partnership | Partner,
    form: BaseForm,
    status: int,
    tab: str,
) -> HttpResponse:
    if status == DONE:
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return redirect(f"workflow:{tab}")
    if status == 409:
        _say_what_stands(form, row)
    context = {
        **_way_back(tab),
        "form": form,
        "body": row,
        "is_partner": isinstance(row, Partner),
        "why_ended": why_ended(row) if isinstance(row, Partner) else "",
    }
    page = "workflow/keeping/change_body.html"
    return render(request, page, context, status=status)


def _say_what_stands(form: BaseForm, row: Partnership | Partner) -> None:
    """Beside each field in which somebody else's answer is another one; the form may
    then be sent as an answer to that."""
    row.refresh_from_db()
    now = _shown(row)
    form.data = {**form.data.dict(), "base": now.pop("base")}  # type: ignore[attr-defined]
    for name, value in now.items():
        if form.data.get(name, "") != value:
            labels = dict(getattr(form.fields[name], "choices", ()))
            said = labels.get(value, value)
            form.add_error(
                name,
                f"“{said}” stands here now." if said else "Nothing stands here now.",
            )
