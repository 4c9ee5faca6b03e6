"""Telling us that something is wrong, without an account, and the answer to it."""

import secrets
import uuid
from http import HTTPStatus
from typing import Any

import orjson
from axes.helpers import get_client_ip_address
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import public
from common.errors import InvalidInput, InvalidState
from publishing import queries
from publishing.asking import rules_of
from publishing.models import PublishedService
from publishing.reporting_forms import (
    ReportForm,
    WhatForm,
    contacts_of,
    opened,
    sealed,
)
from publishing.views.service import not_here
from workflow.actions import public_reports
from workflow.actions.public_reports import Told, TooMany
from workflow.choices import WhatIsWrong
from workflow.models import PublicReport

TOO_OLD = "This page was open for more than a day. Nothing is lost: send it once more."


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """One small question, then another; sent, it leads to the receipt.

    What is wrong is asked by a page that changes nothing (GET); only the second, which
    has the form's secret, is sent.
    """
    place = request.place  # type: ignore[attr-defined]
    endpoint = queries.endpoint_of(place)
    row = queries.service(endpoint, service_id)
    if row is None:
        return not_here(request, endpoint, service_id)
    typed = request.POST if request.method == "POST" else request.GET
    first = WhatForm(typed if {"what", "asked"} & set(typed) else None)
    if not first.is_valid():
        return _first(request, row, first)
    what = first.cleaned_data["what"]
    if request.method == "POST":
        return _sent(request, row, what)
    once = sealed(secrets.token_urlsafe(24), service_id)
    fresh = _form(row, what, initial={"what": what, "once": once})
    return _second(request, row, what, fresh)


def _first(request: HttpRequest, row: PublishedService, form: WhatForm) -> HttpResponse:
    place = request.place  # type: ignore[attr-defined]
    context = {"row": row, "form": form, "rules": rules_of(place)}
    return render(request, "publishing/report_what.html", context)


def _second(
    request: HttpRequest,
    row: PublishedService,
    what: str,
    form: ReportForm,
    sentence: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "what": WhatIsWrong(what).label,
        "harm": what == WhatIsWrong.HARM,
        "sentences": [sentence] if sentence else [],
        "again": reverse("publishing:report", args=[row.service_id]),
    }
    return render(request, "publishing/report.html", context, status=status)


def _form(row: PublishedService, what: str, *args: Any, **more: Any) -> ReportForm:
    contacts = contacts_of(orjson.loads(bytes(row.full)))
    return ReportForm(*args, what=what, contacts=contacts, **more)


def _sent(request: HttpRequest, row: PublishedService, what: str) -> HttpResponse:
    """Take it down and lead to the receipt, or show the form with what was typed."""
    form = _form(row, what, request.POST)
    once = opened(request.POST.get("once", ""), row.service_id)
    if once is None:
        anew = request.POST.copy()
        anew["once"] = sealed(secrets.token_urlsafe(24), row.service_id)
        return _second(request, row, what, _form(row, what, anew), TOO_OLD)
    if not form.is_valid():
        return _second(request, row, what, form)
    if form.cleaned_data["website"]:
        # A machine fell into the trap. It is not told, and nothing is kept.
        return redirect("publishing:service", row.service_id)
    told = Told(
        what=what,
        once=once,
        sender=get_client_ip_address(request) or "",
        words=form.said,
        closed=form.cleaned_data.get("closed", ""),
        answer_to=form.cleaned_data["answer_to"],
    )
    try:
        public_reports.report_publicly(listing_id=row.listing_id, told=told)
    except InvalidInput as wrong:
        for name, sentence in wrong.errors.items():
            form.add_error(name if name in form.fields else None, sentence)
        return _second(request, row, what, form)
    except TooMany as flood:
        status = HTTPStatus.TOO_MANY_REQUESTS
        return _second(request, row, what, form, str(flood), status)
    except InvalidState as late:
        return _second(request, row, what, form, str(late), HTTPStatus.CONFLICT)
    return redirect("publishing:report-answer", public_reports.token_of(once))


@public
@never_cache
@require_safe
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt, and later the answer, for who has the link. Nothing else leads here.

    Says the name of the service only while that is public.
    """
    found = public_reports.of_token(token)
    if found is None:
        raise Http404
    place = request.place  # type: ignore[attr-defined]
    context = {
        "report": found,
        "what": WhatIsWrong(found.what).label,
        "service": _service(place, found),
        "answer": public_reports.answer_of(found),
        "link": request.build_absolute_uri(request.path),
    }
    response = render(request, "publishing/report_answer.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _service(place: Any, found: PublicReport) -> PublishedService | None:
    listing = found.proposal.listing
    if listing is None:
        return None
    return queries.service(queries.endpoint_of(place), listing.record_id)
