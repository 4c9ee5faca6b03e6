"""The page of a service, and its opening times as a calendar file."""

import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.guard import public
from common import clock
from publishing import calendars, queries, shortlist, showing, sureness
from publishing.asking import may_suggest
from publishing.models import Endpoint, PublishedService


@public
@require_safe
def service(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Everything the public may know of one service, and how sure it is."""
    place = request.place  # type: ignore[attr-defined]
    endpoint = queries.endpoint_of(place)
    row = queries.service(endpoint, service_id)
    if row is None:
        return not_here(request, endpoint, service_id)
    today = clock.today()
    document = orjson.loads(bytes(row.full))
    context = {
        **shown(row, document, place),
        "may_suggest": may_suggest(request.user, row.listing_id),
        "has_times": calendars.has_times(document, today),
        "listed": row.service_id in shortlist.read(request),
        "breadcrumbs": _ways_back(request, row),
    }
    response = render(request, "publishing/service.html", context)
    patch_vary_headers(response, ("Referer",))
    return response


def _ways_back(request: HttpRequest, row: PublishedService) -> list[dict[str, str]]:
    """To all services; for who comes from a search, to what it found as well."""
    front = reverse("publishing:front")
    ways = [{"label": "All services", "url": front}]
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return ways
    if came.query and (came.netloc, came.path) == (request.get_host(), front):
        found = f"{front}?{came.query}#s-{row.service_id}"
        ways.append({"label": "What you found", "url": found})
    return ways


def shown(row: PublishedService, document: Any, place: Any) -> dict[str, Any]:
    """What ``publishing/_record.html`` draws of a service."""
    today = clock.today()
    return {
        "row": row,
        "keeper": row.kept_by or place,
        "service": showing.shown(document, today),
        "credit": sureness.credit(row, document, row.kept_by or place),
        "grade": sureness.grade(row, today),
        "warning": sureness.warning(row, today),
        "entry": sureness.entry(row, document),
    }


def not_here(
    request: HttpRequest, endpoint: Endpoint | None, service_id: uuid.UUID
) -> HttpResponse:
    """What is answered where a service is not public: 410 in words if it once was.

    Leads on to what replaces it. Raises Http404 for what was never public here.
    """
    gone = queries.gone(endpoint, service_id)
    if gone is None:
        raise Http404
    if gone.instead and queries.service(endpoint, gone.instead):
        return redirect("publishing:service", gone.instead)
    return render(
        request, "publishing/gone.html", {"gone": gone}, status=HTTPStatus.GONE
    )


@public
@require_safe
def times(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Its opening times for a calendar. 404 where none are to come."""
    endpoint = queries.endpoint_of(request.place)  # type: ignore[attr-defined]
    row = queries.service(endpoint, service_id)
    if row is None:
        return not_here(request, endpoint, service_id)
    page = reverse("publishing:service", args=[service_id])
    body = calendars.calendar(
        orjson.loads(bytes(row.full)),
        address=request.build_absolute_uri(page),
        today=clock.today(),
        made_at=row.last_modified,
    )
    if body is None:
        raise Http404
    name = slugify(row.title)[:60] or "opening-times"
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.ics"'},
    )
