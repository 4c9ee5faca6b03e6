"""The addresses of the ORUK 3.0 API: stored bytes, joined and sent."""

import datetime as dt
import hashlib
import math
import uuid
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from common import clock
from publishing import queries
from publishing.api import openapi
from publishing.api.answers import Fault, answers, sent
from publishing.api.parameters import page_asked
from publishing.models import Endpoint
from publishing.render import instant

VERSION = "HSDS-UK-3.0"
PROFILE = "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"


def _endpoint(request: HttpRequest) -> Endpoint | None:
    return queries.endpoint_of(request.place)  # type: ignore[attr-defined]


def _unless_known(
    request: HttpRequest, body: bytes, etag: str, changed_at: dt.datetime | None
) -> HttpResponse:
    """The body, or 304 if the one who asks has it already (RFC 9110, section 13)."""
    modified = int(changed_at.timestamp()) if changed_at else None
    response = sent(body)
    response["ETag"] = etag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    known = get_conditional_response(request, etag, modified, response)
    return known or response


@answers
def about(request: HttpRequest) -> HttpResponse:
    """Which standard this is, and where it is described."""
    address = request.build_absolute_uri(reverse("publishing:oruk-openapi"))
    body = {"version": VERSION, "profile": PROFILE, "openapi_url": address}
    return sent(orjson.dumps(body))


@answers
def described(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of exactly what is served here."""
    base = request.build_absolute_uri(reverse("publishing:oruk-about")).rstrip("/")
    place = request.place  # type: ignore[attr-defined]
    document = openapi.document(
        base=base,
        version=VERSION,
        publisher=place.name if place else "",
        strict=settings.ORUK_STRICT_PROFILE,
    )
    return sent(orjson.dumps(document))


@answers
def services(request: HttpRequest) -> HttpResponse:
    """A page of services in their list form."""
    page, per_page = page_asked(request)
    endpoint, today = _endpoint(request), clock.today()
    extent = queries.extent(endpoint, today)
    form = "strict_item" if settings.ORUK_STRICT_PROFILE else "item"
    first = (page - 1) * per_page
    items: list[bytes] = []
    if first < extent.count:
        rows = queries.in_order(endpoint, today).values_list(form, flat=True)
        items = [bytes(row) for row in rows[first : first + per_page]]
    body = _enveloped(items, total=extent.count, page=page, per_page=per_page)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _unless_known(request, body, etag, extent.changed_at)


def _enveloped(items: list[bytes], *, total: int, page: int, per_page: int) -> bytes:
    """The page envelope (digest 1.4) round bytes that are never parsed."""
    pages = math.ceil(total / per_page)
    head = orjson.dumps(
        {
            "total_items": total,
            "total_pages": pages,
            "page_number": page,
            "size": len(items),
            "first_page": page == 1,
            "last_page": page >= pages,
            "empty": not items,
        }
    )
    return b'%s,"contents":[%s]}' % (head[:-1], b",".join(items))


@answers
def service(request: HttpRequest, service_id: str) -> HttpResponse:
    """One service with everything that hangs on it."""
    endpoint, key = _endpoint(request), _known_form(service_id)
    row = queries.service(endpoint, key)
    if row is None:
        raise _missing(endpoint, key)
    strict = settings.ORUK_STRICT_PROFILE
    etag = f'"{row.version[:32]}{"s" if strict else ""}.{instant(row.last_modified)}"'
    body = bytes(row.strict_full if strict else row.full)
    return _unless_known(request, body, etag, row.last_modified)


def _known_form(service_id: str) -> uuid.UUID:
    try:
        key = uuid.UUID(service_id)
    except ValueError:
        raise _unknown() from None
    if str(key) != service_id.lower():
        raise _unknown()
    return key


def _unknown() -> Fault:
    return Fault(HTTPStatus.NOT_FOUND, "There is no service with this id here.")


def _missing(endpoint: Endpoint | None, key: uuid.UUID) -> Fault:
    """404 for what never was public, 410 in words for what is not any more."""
    gone = queries.gone(endpoint, key)
    if gone is None:
        return _unknown()
    return Fault(
        HTTPStatus.GONE,
        gone.sentence,
        reason=gone.reason,
        since=instant(gone.since),
        **({"kept_by": gone.kept_by.name} if gone.kept_by else {}),
    )


@answers
def nothing(request: HttpRequest, **_: Any) -> HttpResponse:
    """Any other address of the API."""
    raise Fault(
        HTTPStatus.NOT_FOUND,
        "There is nothing at this address. openapi.json lists what there is.",
    )
