"""Addresses that only take what a form sends."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

View = TypeVar("View", bound=Callable[..., Any])


def of_our_own(view: View) -> View:
    """Declare that a form needs no key, since its view asks where it was sent from.

    For what is kept in the sender's own browser alone: a page that carries such a form
    sets no cookie for everybody who reads it. Every browser says from which website a
    form comes (``Sec-Fetch-Site``, else ``Origin``); whoever says neither is refused.
    """

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if request.method == "POST" and not _is_our_own(request):
            raise PermissionDenied("This form was sent from another website.")
        return cast(HttpResponse, view(request, *args, **more))

    return cast(View, answer)


def _is_our_own(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == own


def posted_from(page: str, *kept: str) -> Callable[[View], View]:
    """Declare that a view only takes what a form on another page sends.

    After a refusal its address stands in the browser, and somebody opens it again:
    that leads back to the form. ``page`` is the name of that page's address and
    ``kept`` are the arguments that it shares with this one.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(page, **{name: more[name] for name in kept})
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return cast(HttpResponse, view(request, *args, **more))

        return cast(View, answer)

    return declare
