"""Answering from a mail, a text message or a letter, without an account.

Opening any of these addresses changes nothing, however often and by whatever machine:
what is said is sent with a form.
"""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.guard import public
from common import clock
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from workflow import answer_keys, answer_pages, answer_typed, wrong_keys
from workflow.actions import answering, contact_points
from workflow.actions.answering import Who
from workflow.actions.answering_other import take_answer_back
from workflow.actions.asking_by_hand import send_new_link
from workflow.actions.telling import UNDO
from workflow.answering_forms import CodeForm, StopForm, WhoForm
from workflow.choices import Stopped
from workflow.models import Ask
from workflow.views.answering_who import remember, remembered

WRONG = "We do not know this code. Look again: it has no vowels and no 0 or 1."
WHICH = "Nothing is said yet. Press the button of the service that you mean."
TAKEN_BACK = "Taken back. It is as if you had not said it."
TOO_MANY = "There were too many wrong codes. Wait for an hour, or write to us instead."
METHODS = require_http_methods(["GET", "HEAD", "POST"])

View = Callable[..., HttpResponse]


def without_body(view: View) -> View:
    """Answer HEAD with the headers of the page alone."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = view(request, *args, **more)
        if request.method == "HEAD":
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        return response

    return answered


def with_key(view: View) -> View:
    """Open the ask that the key of an address opens, and guard the answer: it is not
    stored, not found by others, and its address is told to nobody."""

    @public
    @never_cache
    @METHODS
    @without_body
    @sensitive_variables("key")
    @functools.wraps(view)
    def opened(request: HttpRequest, key: str, **more: Any) -> HttpResponse:
        address = get_client_ip_address(request) or ""
        if wrong_keys.are_too_many(address):
            return _code_page(request, CodeForm(), TOO_MANY)
        ask = answer_keys.of_key(key)
        if ask is None:
            wrong_keys.count(address)
            return no_longer(request, ask, key)
        response = view(request, ask, key, **more)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not “no-referrer”: a browser would then send a form without saying from where.
        response["Referrer-Policy"] = "strict-origin"
        return response

    return opened


def no_longer(request: HttpRequest, ask: Ask | None, key: str) -> HttpResponse:
    """Kind words where a key opens nothing, and the way on, with what was typed."""
    typed = _typed(request, stranger=ask is None)
    context = {
        "typed": typed,
        "typed_text": answer_typed.as_text(typed),
        "ask": ask,
        "key": key,
        "has_stopped": answer_pages.has_asked_to_stop(ask),
        "can_have_new": answer_pages.can_have_new_link(ask),
        "undo_until": contact_points.stop_is_taken_back_until(ask) if ask else None,
        **answer_pages.whom_to_ring(ask),
    }
    status = HTTPStatus.GONE if ask else HTTPStatus.NOT_FOUND
    return render(request, "workflow/answering/no_longer.html", context, status=status)


def not_shown(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """Kind words, and what was typed, where a part of a record was taken out of the
    directory while somebody changed it."""
    typed = _typed(request, stranger=False)
    context = {"key": key, "typed": typed, **answer_pages.whom_to_ring(ask)}
    status = HTTPStatus.CONFLICT
    return render(request, "workflow/answering/not_shown.html", context, status=status)


def _typed(request: HttpRequest, *, stranger: bool) -> list[answer_typed.Row]:
    """What was sent with a form that nothing can be done with any more."""
    to = request.resolver_match
    if request.method != "POST" or to is None:
        return []
    return answer_typed.rows(
        to.url_name or "", request.POST, to.kwargs, stranger=stranger
    )


@with_key
def answer(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """The records that an ask is about, what we say of each, and what may be said."""
    if not answering.works(ask):
        return no_longer(request, ask, key)
    if request.method == "POST":
        return _said(request, ask, key)
    return _page(request, ask, key, WhoForm(initial=remembered(request)))


def _page(
    request: HttpRequest,
    ask: Ask,
    key: str,
    form: WhoForm,
    sentences: list[str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **answer_pages.context_of(ask),
        "form": form,
        "key": key,
        "sentences": sentences or [],
    }
    return render(request, "workflow/answering/answer.html", context, status=status)


def _said(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """“Nothing has changed” for the records that were shown and marked."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, ask, key, form)
    who = Who(**form.cleaned_data)
    if "same" not in request.POST:
        return _page(request, ask, key, form, [WHICH])
    late: list[str] = []
    for listing_id, seen in _meant(request):
        try:
            answering.say_same(ask=ask, listing_id=listing_id, who=who, seen=seen)
        except InvalidState as error:
            late.append(error.sentence)
        except InvalidInput as wrong:
            for name, sentence in wrong.errors.items():
                form.add_error(name if name in form.fields else None, sentence)
            return _page(request, ask, key, form)
    if late:
        return _page(request, ask, key, form, late, HTTPStatus.CONFLICT)
    return remember(redirect("workflow:answer", key), key, who)


def _meant(request: HttpRequest) -> list[tuple[UUID, int]]:
    """The records that a press of a button is about, with the versions shown: one, or
    all that stand on the page."""
    shown: dict[UUID, int] = {}
    for text in request.POST.getlist("shown"):
        name, _, number = text.partition(":")
        listing_id = as_uuid(name)
        if listing_id and number.isdecimal() and len(number) < 9:
            shown[listing_id] = int(number)
    said = str(request.POST.get("same", ""))
    if said != "all":
        chosen = as_uuid(said)
        shown = {k: v for k, v in shown.items() if k == chosen}
    return sorted(shown.items())


@with_key
def undo(request: HttpRequest, ask: Ask, key: str, listing_id: UUID) -> HttpResponse:
    """Take an answer back within ten minutes."""
    if request.method == "POST":
        try:
            take_answer_back(ask=ask, listing_id=listing_id)
        except InvalidState as error:
            if answering.works(ask):
                late = [error.sentence]
                return _page(request, ask, key, WhoForm(), late, HTTPStatus.CONFLICT)
        else:
            messages.success(request, TAKEN_BACK)
    return redirect("workflow:answer", key)


@with_key
def stop(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """“Not us any more”, or no more mails."""
    if not answering.works(ask):
        return no_longer(request, ask, key)
    data = request.POST if request.method == "POST" else None
    form = StopForm(data, initial=remembered(request))
    context = {"form": form, "key": key, **answer_pages.whom_to_ring(ask)}
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        who = Who(typed["name"], typed["role"])
        try:
            contact_points.say_stop(ask=ask, who=who, because=Stopped(typed["because"]))
        except InvalidInput as wrong:
            for name, sentence in wrong.errors.items():
                form.add_error(name if name in form.fields else None, sentence)
        else:
            context["undo_until"] = clock.now() + UNDO
            return render(request, "workflow/answering/stopped.html", context)
    return render(request, "workflow/answering/stop.html", context)


@with_key
def stop_undo(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """Within ten minutes: write to us all the same."""
    if request.method == "POST":
        try:
            contact_points.take_stop_back(ask=ask)
        except InvalidState as error:
            if answering.works(ask):
                late = [error.sentence]
                form = WhoForm(initial=remembered(request))
                return _page(request, ask, key, form, late, HTTPStatus.CONFLICT)
        else:
            messages.success(request, "Taken back. We write to you as before.")
    return redirect("workflow:answer", key)


@with_key
def new_link(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """Send a new link to the mailbox that had this one, and to no other."""
    if request.method != "POST":
        return redirect("workflow:answer", key)
    send_new_link(ask=ask)
    # The same words whether one went out: who holds an old link learns nothing.
    # What was typed before goes from page to page, and is kept nowhere with us.
    typed = request.POST.get("typed", "")
    context = {"typed": typed, **answer_pages.whom_to_ring(ask)}
    return render(request, "workflow/answering/new_link.html", context)


@public
@never_cache
@METHODS
@without_body
@sensitive_variables("code")
def code(request: HttpRequest) -> HttpResponse:
    """Where the code of a letter is typed."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _code_page(request, form)
    address = get_client_ip_address(request) or ""
    if wrong_keys.are_too_many(address):
        return _code_page(request, form, TOO_MANY)
    typed = answer_keys.typed(form.cleaned_data["code"])
    if not typed or answer_keys.of_key(typed) is None:
        wrong_keys.count(address)
        form.add_error("code", WRONG)
        return _code_page(request, form)
    return redirect("workflow:answer", typed)


def _code_page(request: HttpRequest, form: CodeForm, flood: str = "") -> HttpResponse:
    context = {
        "form": form,
        "sentences": [flood] if flood else [],
        "typed": _typed(request, stranger=True),
    }
    status = HTTPStatus.TOO_MANY_REQUESTS if flood else HTTPStatus.OK
    return render(request, "workflow/answering/code.html", context, status=status)
