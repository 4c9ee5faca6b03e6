"""The addresses of the ORUK 3.0 API that answer about one thing."""

import uuid
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from publishing import queries
from publishing.api import lists, openapi, parameters
from publishing.api.answers import Fault, answers, etag_of, sent, unless_known
from publishing.api.holding import Held, Moment, held
from publishing.models import Endpoint, PublishedRecord
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
    place = request.place  # type: ignore[attr-defined]
    document = openapi.document(
        base=base,
        version=VERSION,
        publisher=place.name if place else "",
        strict=settings.ORUK_STRICT_PROFILE,
    )
    return sent(orjson.dumps(document))


def etag_of_one(row: PublishedRecord) -> str:
    """The ETag under which the stored bytes of one record are sent."""
    form = "s" if settings.ORUK_STRICT_PROFILE else ""
    return f'"{row.version[:32]}{form}.{instant(row.last_modified)}"'


def _one(moment: Moment, row: PublishedRecord | None) -> Held:
    """The stored bytes of one record. Raises Fault (404)."""
    if row is None:
        raise _unknown()
    mark = "s" if moment.strict else ""
    etag = f'"{row.version[:32]}{mark}.{instant(row.last_modified)}"'
    return Held(_full(moment, row), etag, row.last_modified)


def _full(moment: Moment, row: PublishedRecord) -> bytes:
    return bytes(row.strict_full if moment.strict else row.full)


@held
def service(request: HttpRequest, moment: Moment, record_id: str) -> Held:
    """One service with everything that hangs on it."""
    key = _known_form(record_id)
    row = queries.stored_service(moment.endpoint, key, strict=moment.strict)
    if row is None:
        raise _missing(moment.endpoint, key)
    return _one(moment, row)


@held
def place(request: HttpRequest, moment: Moment, record_id: str) -> Held:
    """One service at one of its places, each with everything that hangs on it."""
    return _one(moment, queries.place(moment.endpoint, _known_form(record_id)))


@held
def organization(request: HttpRequest, moment: Moment, record_id: str) -> Held:
    """One organisation with everything that hangs on it."""
    key = _known_form(record_id)
    asked = parameters.read(parameters.OneOrganizationParameters, request)
    row = queries.organization(moment.endpoint, key)
    if row is None or not asked["full_service"]:
        return _one(moment, row)
    body = next(lists.with_services(moment, [(key, _full(moment, row))]))
    return Held(body, etag_of(body), None)


def _endpoint(request: HttpRequest) -> Endpoint | None:
    return queries.endpoint_of(request.place)  # type: ignore[attr-defined]


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
