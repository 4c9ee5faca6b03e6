"""Which place answers a request: by host name, else ``DEFAULT_PLACE``."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.models import Partnership


def place_for_host(host: str) -> Partnership | None:
    """The place that answers on this host name (without port)."""
    name = host.lower().removesuffix(".")
    by_host = Partnership.objects.filter(host_names__contains=[name]).first()
    return by_host or Partnership.objects.filter(slug=settings.DEFAULT_PLACE).first()


class PlaceMiddleware:
    """Sets ``request.place``, looked up only when something asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.place = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: (
                place_for_host(request.get_host().rpartition(":")[0] or "")
                if ":" in request.get_host()
                else place_for_host(request.get_host())
            )
        )
        return self.get_response(request)
