"""The addresses of the ORUK 3.0 API that answer about one thing."""

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.places import place_for_host
from publishing import fetching, queries
from publishing.api import lists, openapi, parameters
from publishing.api.answers import Fault, answers, etag_of, sent, unless_known
from publishing.api.holding import Held, Moment, holding
from publishing.models import (
    Endpoint,
    PublishedOrganization,
    PublishedPlace,
    PublishedRecord,
    PublishedService,
)
from publishing.render import instant, taxonomy_document, term_document

VERSION = "HSDS-UK-3.0"
PROFILE = "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"


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
    place = place_for_host(request.get_host())
    document = openapi.document(
        base=base,
        version=VERSION,
        place=place,
        strict=settings.ORUK_STRICT_PROFILE,
    )
    return sent(orjson.dumps(document))


def etag_of_one(row: PublishedRecord) -> str:
    """The ETag under which the stored bytes of one record are sent."""
    return _etag(row.version, row.last_modified)


def _etag(version: str, last_modified: dt.datetime) -> str:
    form = "s" if settings.ORUK_STRICT_PROFILE else ""
    return f'"{version[:32]}{form}.{instant(last_modified)}"'


def _one(
    request: HttpRequest, model: type[PublishedRecord], column: str, key: uuid.UUID
) -> HttpResponse | None:
    """The stored bytes of one record; None where it is not public."""
    strict = settings.ORUK_STRICT_PROFILE
    host = request.get_host()
    found = fetching.one(model, column, key, host=host, strict=strict)
    if found is None:
        return None
    etag = _etag(found.version, found.last_modified)
    return unless_known(request, found.body, etag, found.last_modified)


@answers
def service(request: HttpRequest, record_id: str) -> HttpResponse:
    """One service with everything that hangs on it."""
    key = _known_form(record_id)
    found = _one(request, PublishedService, "service_id", key)
    if found is None:
        raise _missing(_endpoint(request), key)
    return found


@answers
def place(request: HttpRequest, record_id: str) -> HttpResponse:
    """One service at one of its places, each with everything that hangs on it."""
    found = _one(request, PublishedPlace, "link_id", _known_form(record_id))
    if found is None:
        raise _unknown()
    return found


@answers
def organization(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """One organisation with everything that hangs on it."""
    key = _known_form(record_id)
    asked = parameters.read(parameters.OneOrganizationParameters, request)
    if asked["full_service"]:
        return _with_services(request, key)
    found = _one(request, PublishedOrganization, "organization_id", key)
    if found is None:
        raise _unknown()
    return found


@holding
def _with_services(request: HttpRequest, moment: Moment, key: uuid.UUID) -> Held:
    row = queries.organization(moment.endpoint, key)
    if row is None:
        raise _unknown()
    full = bytes(row.strict_full if moment.strict else row.full)
    body = next(lists.with_services(moment, [(key, full)]))
    return Held(body, etag_of(body), None)


def _endpoint(request: HttpRequest) -> Endpoint | None:
    return queries.endpoint_of(place_for_host(request.get_host()))


@answers
def taxonomy(request: HttpRequest, record_id: str) -> HttpResponse:
    """One list of terms."""
    here = queries.taxonomies(_endpoint(request))
    row = here.filter(pk=_known_form(record_id)).first()
    if row is None:
        raise _unknown()
    body = orjson.dumps(taxonomy_document(row))
    return unless_known(request, body, etag_of(body), None)


@answers
def term(request: HttpRequest, record_id: str) -> HttpResponse:
    """One term, also one that is no longer in use."""
    rows = queries.terms(_endpoint(request), retired=True)
    row = rows.filter(pk=_known_form(record_id)).first()
    if row is None:
        raise _unknown()
    body = orjson.dumps(term_document(row, strict=settings.ORUK_STRICT_PROFILE))
    return unless_known(request, body, etag_of(body), None)


def _known_form(record_id: str) -> uuid.UUID:
    try:
        key = uuid.UUID(record_id)
    except ValueError:
        raise _unknown() from None
    if str(key) != record_id.lower():
        raise _unknown()
    return key


def _unknown() -> Fault:
    return Fault(HTTPStatus.NOT_FOUND, "There is nothing with this id here.")


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
