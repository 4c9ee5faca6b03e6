"""Addresses that only take what a form sends."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

View = TypeVar("View", bound=Callable[..., Any])


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
