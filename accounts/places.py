"""Which place answers a request: by host name, else ``DEFAULT_PLACE``, else the only
place there is."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.models import Partnership

ID_FOR_HOST = """
    SELECT id FROM "accounts_partnership"
    WHERE host_names @> ARRAY[%(host)s]::varchar[] OR slug = %(default)s
        OR (%(default)s = '' AND (SELECT count(*) FROM "accounts_partnership") = 1)
    ORDER BY host_names @> ARRAY[%(host)s]::varchar[] DESC, id LIMIT 1
"""
"""SQL for the id of the place that answers, with :func:`parameters`; for queries that
need the place and more in one go."""

_FOR_HOST = f'SELECT * FROM "accounts_partnership" WHERE id = ({ID_FOR_HOST})'  # noqa: S608


def parameters(host: str) -> dict[str, str]:
    """What ``ID_FOR_HOST`` needs to know: the host's name, and the place by default
    (``""``: the only one there is)."""
    name = host.rpartition(":")[0] if ":" in host else host
    return {
        "host": name.lower().removesuffix("."),
        "default": settings.DEFAULT_PLACE,
    }


def place_for_host(host: str) -> Partnership | None:
    """The place that answers on this host name (with a port or without)."""
    return next(iter(Partnership.objects.raw(_FOR_HOST, parameters(host))), None)


class PlaceMiddleware:
    """Sets ``request.place``, looked up only when something asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.place = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: place_for_host(request.get_host())
        )
        return self.get_response(request)
