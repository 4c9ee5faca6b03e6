"""The lists of the ORUK 3.0 API: stored bytes, joined and sent.

Each is declared as a ``Shelf``. A page is made of bytes that are never parsed;
everything at once (``format=ndjson``, ``minimal``) is sent row by row as the database
gives it, so that it needs no more memory for half a million records than for one.
"""

import datetime as dt
import itertools
import math
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from common import clock
from publishing import queries
from publishing.api import parameters
from publishing.api.answers import View, answers, etag_of, unless_known
from publishing.models import Endpoint
from publishing.render import instant, taxonomy_document, term_document

AT_ONCE = 500
"""Rows fetched together while everything is being sent."""

MOST_WITH_SERVICES = 20
"""Organisations on a page, each with all of its services in full."""

ATTEMPTS = 3
"""How often a page is read where something is published between its two questions."""

Values = dict[str, Any]
Rows = QuerySet[Any, Any]
Lines = Iterator[bytes]


@dataclass(frozen=True)
class Shelf:
    """A list: what may be asked of it, its rows in order, and their lines of JSON.

    ``rows`` gives the columns that ``lines`` needs. ``changes`` says whether the last
    change of the end-point is that of the list, too.
    """

    parameters: type[parameters.Parameters]
    rows: Callable[[Endpoint | None, dt.date, Values], Rows]
    lines: Callable[[Endpoint | None, Iterable[Any], Values], Lines]
    changes: bool = True


def endpoint_of(request: HttpRequest) -> Endpoint | None:
    """The end-point of the place that answers."""
    return queries.endpoint_of(request.place)  # type: ignore[attr-defined]


def listed(shelf: Shelf) -> View:
    """The address of a list."""

    @answers
    def view(request: HttpRequest) -> HttpResponseBase:
        asked = parameters.read(shelf.parameters, request)
        endpoint, today = endpoint_of(request), clock.today()
        rows = shelf.rows(endpoint, today, asked)
        everything = shelf.lines(endpoint, rows.iterator(AT_ONCE), asked)
        if asked["format"] == parameters.NDJSON:
            lines = (line + b"\n" for line in everything)
            return StreamingHttpResponse(lines, content_type="application/x-ndjson")
        if asked.get("minimal") and "per_page" not in asked:
            return StreamingHttpResponse(
                _in_one(everything), content_type="application/json"
            )
        most = MOST_WITH_SERVICES if asked.get("full_service") else None
        page, per_page = asked["page"], asked.get("per_page", parameters.PER_PAGE)
        per_page = min(per_page, most or parameters.MOST_PER_PAGE)
        first = (page - 1) * per_page
        for _ in range(ATTEMPTS):
            total = rows.count()
            window = rows[first : first + per_page] if first < total else ()
            items = list(shelf.lines(endpoint, window, asked))
            if len(items) == min(per_page, max(total - first, 0)):
                break
        head = _head(total=total, page=page, per_page=per_page, size=len(items))
        body = b'{%s,"contents":[%s]}' % (head, b",".join(items))
        changed_at = queries.changed_at(endpoint, today) if shelf.changes else None
        return unless_known(request, body, etag_of(body), changed_at)

    return view


def _head(*, total: int, page: int, per_page: int, size: int) -> bytes:
    """The members of the page envelope (digest 1.4) but its contents."""
    pages = math.ceil(total / per_page)
    envelope = {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": size,
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": size == 0,
    }
    return orjson.dumps(envelope)[1:-1]


def _in_one(lines: Lines) -> Lines:
    """Everything on one page, however much it is; how much, when it has been sent."""
    yield b'{"contents":['
    size = 0
    for line in lines:
        yield b"," + line if size else line
        size += 1
    yield b"],%s}" % _head(total=size, page=1, per_page=max(size, 1), size=size)


# --- lines ----------------------------------------------------------------------------


def _form(asked: Values) -> str:
    """The stored form that is asked for."""
    form = "full" if asked.get("full") else "item"
    return f"strict_{form}" if settings.ORUK_STRICT_PROFILE else form


def _columns(rows: Rows, asked: Values, key: str) -> Rows:
    if asked["minimal"]:
        return rows.values_list(key, "last_modified")
    return rows.values_list(_form(asked), flat=True)


def _stored(endpoint: Endpoint | None, rows: Iterable[Any], asked: Values) -> Lines:
    if not asked["minimal"]:
        yield from map(bytes, rows)
        return
    for key, last_modified in rows:
        at = instant(last_modified)
        yield orjson.dumps({"id": str(key), "last_modified": at, "modified_date": at})


def with_services(
    endpoint: Endpoint | None, rows: Iterable[tuple[uuid.UUID, bytes]]
) -> Lines:
    """Organisations, each with its services in full; a query for so many of them."""
    form = _form({"full": True})
    waiting = iter(rows)
    while some := list(itertools.islice(waiting, parameters.MOST_PER_PAGE)):
        services: dict[uuid.UUID, list[bytes]] = {key: [] for key, _ in some}
        found = queries.services_of(endpoint, services)
        for key, body in found.values_list("organization_id", form):
            services[key].append(bytes(body))
        for key, body in some:
            inner = b",".join(services[key])
            yield b'%s,"services":[%s]}' % (bytes(body)[:-1], inner)


def _bodies(endpoint: Endpoint | None, rows: Iterable[Any], asked: Values) -> Lines:
    if asked["full_service"]:
        return with_services(endpoint, rows)
    return (bytes(body) for _, body in rows)


# --- the lists ------------------------------------------------------------------------


def _terms(endpoint: Endpoint | None, today: dt.date, asked: Values) -> Rows:
    return queries.terms(
        endpoint,
        taxonomy_id=asked.get("taxonomy_id"),
        parent_id=asked.get("parent_id"),
        top_only=asked["top_only"],
        words=asked["search"],
    )


SERVICES = Shelf(
    parameters.ServiceParameters,
    lambda endpoint, today, asked: _columns(
        queries.services(endpoint, today, parameters.of_services(asked)),
        asked,
        "service_id",
    ),
    _stored,
)
PLACES = Shelf(
    parameters.ServiceParameters,
    lambda endpoint, today, asked: _columns(
        queries.places(endpoint, today, parameters.of_services(asked)),
        asked,
        "link_id",
    ),
    _stored,
)
ORGANIZATIONS = Shelf(
    parameters.OrganizationParameters,
    lambda endpoint, today, asked: queries.organizations(
        endpoint, asked["search"]
    ).values_list("organization_id", _form(asked)),
    _bodies,
)
TAXONOMIES = Shelf(
    parameters.SearchParameters,
    lambda endpoint, today, asked: queries.taxonomies(endpoint, asked["search"]),
    lambda endpoint, rows, asked: (
        orjson.dumps(taxonomy_document(row)) for row in rows
    ),
    changes=False,
)
TERMS = Shelf(
    parameters.TermParameters,
    _terms,
    lambda endpoint, rows, asked: (
        orjson.dumps(term_document(row, strict=settings.ORUK_STRICT_PROFILE))
        for row in rows
    ),
    changes=False,
)
