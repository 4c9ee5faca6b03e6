"""Answering from a mail, a text message or a letter, without an account.

Opening any of these addresses changes nothing, however often and by whatever machine:
what is said is sent with a form.
"""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.guard import public
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from workflow import answer_keys, answer_pages
from workflow.actions import answering
from workflow.actions.answering import Who
from workflow.answering_forms import WhoForm
from workflow.models import Ask


def _guarded(response: HttpResponse) -> HttpResponse:
    """An answer page is for who has its address: it is not stored, not found, and its
    address is not told to whoever a link leads to."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not “no-referrer”: a browser would then send a form without saying from where.
    response["Referrer-Policy"] = "strict-origin"
    return response


@public
@never_cache
@sensitive_variables("key")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """The records that an ask is about, what we say of each, and what may be said."""
    ask = answer_keys.of_key(key)
    if ask is None:
        return _no_longer(request, ask)
    if not answering.works(ask):
        return _guarded(_no_longer(request, ask))
    if request.method == "POST":
        return _guarded(_said(request, ask, key))
    return _guarded(_page(request, ask, key, WhoForm()))


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


def _no_longer(request: HttpRequest, ask: Ask | None) -> HttpResponse:
    context = {"ask": ask, **answer_pages.whom_to_ring(ask)}
    status = HTTPStatus.GONE if ask else HTTPStatus.NOT_FOUND
    return render(request, "workflow/answering/no_longer.html", context, status=status)


def _said(request: HttpRequest, ask: Ask, key: str) -> HttpResponse:
    """“Nothing has changed” for the records that were shown and marked."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, ask, key, form)
    who = Who(**form.cleaned_data)
    sentences: list[str] = []
    for listing_id, seen in _meant(request):
        try:
            answering.say_same(ask=ask, listing_id=listing_id, who=who, seen=seen)
        except InvalidState as late:
            sentences.append(late.sentence)
        except InvalidInput as wrong:
            for name, sentence in wrong.errors.items():
                form.add_error(name if name in form.fields else None, sentence)
            return _page(request, ask, key, form)
    if sentences:
        return _page(request, ask, key, form, sentences, status=HTTPStatus.CONFLICT)
    return redirect("workflow:answer", key)


def _meant(request: HttpRequest) -> list[tuple[UUID, int]]:
    """The records that a press of a button is about, with the versions shown: one, or
    all that stand on the page."""
    shown: dict[UUID, int] = {}
    for text in request.POST.getlist("shown"):
        name, _, number = text.partition(":")
        listing_id = as_uuid(name)
        if listing_id and number.isdigit():
            shown[listing_id] = int(number)
    said: Any = request.POST.get("same", "")
    if said != "all":
        chosen = as_uuid(said)
        shown = {k: v for k, v in shown.items() if k == chosen}
    return sorted(shown.items())
