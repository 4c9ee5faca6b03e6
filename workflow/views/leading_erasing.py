"""Blanking a value everywhere, letting it in again, erasing whose an account was."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.permissions import Permission
from common.templatetags.vouch import counted
from workflow.actions.erasing_accounts import erasable_by, erase_account
from workflow.actions.erasure import Standing, erase_value, find_value, let_in_again
from workflow.leading_forms import (
    EraseAccountForm,
    EraseForm,
    FindValueForm,
    LetInForm,
)
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import holding, place_led, shared

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
ERASES = permitted(holding(Permission.ERASE))
LISTED = 20
"""How many records are named; more than these are counted."""
_KINDS = {
    "revision": "version of a record,versions of records",
    "listing": "listing or draft,listings and drafts",
    "change": "line of a suggestion,lines of suggestions",
    "proposal": "suggestion",
    "decision": "decision",
    "assurance": "check",
    "confirmation": "confirmation",
    "release": "released value",
    "record": "name of a record,names of records",
    "source record": "copy of a source,copies of sources",
    "harvest problem": "problem of a source,problems of sources",
    "invitation": "invitation",
    "message": "mail",
    "audit event": "entry of the audit trail,entries of the audit trail",
}


@ERASES
@GET_AND_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Look for a value, show where it stands, and blank it everywhere."""
    if request.method != "POST":
        return _page(request)
    if "seen" in request.POST:
        return _erase(request)
    form = FindValueForm(request.POST)
    return _looked_for(request, form) if form.is_valid() else _page(request, find=form)


def _looked_for(request: HttpRequest, form: Form) -> HttpResponse:
    """Where the value stands, with the form that erases it; nothing has changed."""
    place = place_led(request, Permission.ERASE)
    found: list[Standing] = []
    typed = form.cleaned_data
    status = attempt(
        lambda: found.append(
            find_value(by=person(request), place=place, value=typed["value"])
        ),
        form,
    )
    if status != DONE:
        return _page(request, find=form, status=status)
    sure = EraseForm(initial={**typed, "seen": found[0].total})
    return _page(request, find=sure, stands=_said(found[0]))


def _erase(request: HttpRequest) -> HttpResponse:
    place = place_led(request, Permission.ERASE)
    form, status = EraseForm(request.POST), 200
    if form.is_valid():
        rows: list[int] = []
        typed: dict[str, Any] = {**form.cleaned_data}
        del typed["sure"]
        status = attempt(
            lambda: rows.append(erase_value(by=person(request), place=place, **typed)),
            form,
        )
        if status == DONE:
            messages.success(request, _blanked(rows[0]))
            return redirect("workflow:erase")
    return _page(request, find=form, status=status)


def _blanked(rows: int) -> str:
    if not rows:
        return (
            "Nothing here held it, so nothing was changed. It is known from now on, "
            "and nobody can write it here."
        )
    where = counted(rows, "entry,entries")
    return f"Blanked in {where}. The public pages and feeds hold it no more."


def _said(stands: Standing) -> dict[str, Any]:
    """Where a value stands, in words."""
    rows = [
        counted(number, _KINDS.get(kind, kind)) for kind, number in stands.rows.items()
    ]
    records = stands.records[:LISTED]
    others = stands.of_records - len(records)
    return {
        "total": stands.total,
        "rows": rows,
        "records": records,
        "others": others,
        "of_records": stands.of_records,
        "accounts": stands.accounts,
    }


@ERASES
@GET_AND_POST
def let_in(request: HttpRequest) -> HttpResponse:
    """Let what was erased be written again."""
    if request.method != "POST":
        return redirect("workflow:erase")
    place = place_led(request, Permission.ERASE)
    form, status = LetInForm(request.POST), 200
    if form.is_valid():
        typed = form.cleaned_data
        status = attempt(
            lambda: let_in_again(by=person(request), place=place, **typed), form
        )
        if status == DONE:
            messages.success(request, "It may be written again. Nothing was put back.")
            return redirect("workflow:erase")
    return _page(request, again=form, status=status)


@ERASES
@GET_AND_POST
def account(request: HttpRequest) -> HttpResponse:
    """Erase whose a closed account was."""
    if request.method != "POST":
        return redirect("workflow:erase")
    place = place_led(request, Permission.ERASE)
    accounts = erasable_by(person(request), place)
    form, status = EraseAccountForm(request.POST, accounts=accounts), 200
    if form.is_valid():
        typed = form.cleaned_data
        status = attempt(
            lambda: erase_account(by=person(request), place=place, **typed), form
        )
        if status == DONE:
            messages.success(request, "The name and the address are erased.")
            return redirect("workflow:erase")
    return _page(request, closed=form, status=status)


def _page(
    request: HttpRequest,
    *,
    find: Form | None = None,
    again: Form | None = None,
    closed: Form | None = None,
    stands: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with its three forms, that which was sent as it came back."""
    place = place_led(request, Permission.ERASE)
    accounts = erasable_by(person(request), place)
    find = find or FindValueForm()
    again = again or LetInForm(auto_id="again_%s")
    closed = closed or EraseAccountForm(accounts=accounts, auto_id="closed_%s")
    context = {
        **shared(request, place, "erase"),
        "form": find,
        "asks": "sure" in find.fields,
        "stands": stands,
        "again": again,
        "closed": closed,
        "has_closed": accounts.exists(),
        "forms": [find, again, closed],
        "back": reverse("workflow:home"),
    }
    return render(request, "workflow/leading/erase.html", context, status=status)
