"""The open data's own way in, before what is there for people."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from accounts.guard import PUBLIC, door_of

HERE = "/oruk/v3/"

_ADDRESSES = URLResolver(
    RegexPattern(f"^{HERE}"), "publishing.api.urls", namespace="publishing"
)
"""Its addresses alone: all those for people need not be tried before them."""


class OpenDataMiddleware:
    """Answers the open data before sessions, forms and messages are looked at.

    It knows nobody and changes nothing, so none of them could tell it anything. Only an
    address that is declared public is answered here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(HERE):
            return self.get_response(request)
        match = _ADDRESSES.resolve(request.path_info)
        if door_of(match.func) is not PUBLIC:
            return self.get_response(request)
        request.resolver_match = match
        return match.func(request, *match.args, **match.kwargs)
