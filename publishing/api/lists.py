"""The lists of the ORUK 3.0 API: stored bytes, joined and sent.

Each is declared as a ``Shelf``. A page is made of bytes that are never parsed, and kept
(``holding.py``); everything at once (``format=ndjson``, ``minimal``) is sent row by row
as the database gives it, so that it needs no more memory for half a million records
than for one.
"""

import datetime as dt
import itertools
import math
import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from directory.models import Taxonomy, TaxonomyTerm
from publishing import fetching, narrowing, queries
from publishing.api import parameters
from publishing.api.answers import View, etag_of, unless_known
from publishing.api.holding import Held, Moment, held
from publishing.models import PublishedOrganization, PublishedPlace, PublishedService
from publishing.narrowing import Asked
from publishing.queries import Ordered
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

    ``read`` says what ``lines`` needs of rows: rows of a model, or tuples that begin
    with the key. ``of_edition`` says whether it changes with the end-point's edition
    alone: its pages are kept, and say when they last changed.
    """

    model: type[Any]
    parameters: type[parameters.Parameters]
    rows: Callable[[Moment, Values], Ordered]
    read: Callable[[Rows, Moment, Values], Rows]
    lines: Callable[[Moment, Iterable[Any], Values], Lines]
    of_edition: bool = True


def listed(shelf: Shelf) -> View:
    """The address of a list."""

    def view(request: HttpRequest, moment: Moment) -> Held | HttpResponseBase:
        asked = parameters.read(shelf.parameters, request)
        if asked["format"] == parameters.NDJSON:
            lines = (line + b"\n" for line in _everything(shelf, moment, asked))
            return StreamingHttpResponse(lines, content_type="application/x-ndjson")
        if asked.get("minimal") and "per_page" not in asked:
            everything = _in_one(_everything(shelf, moment, asked))
            return StreamingHttpResponse(everything, content_type="application/json")
        body = _page(shelf, moment, asked)
        if not shelf.of_edition:
            return unless_known(request, body, etag_of(body), None)
        return Held(body, etag_of(body), _changed_at(moment))

    return held(view)


def _changed_at(moment: Moment) -> dt.datetime | None:
    """When anything here last changed, found out once in an edition."""
    known = moment.kept("changed_at")
    if known is None:
        known = (queries.changed_at(moment.endpoint, moment.today),)
        moment.keep(known, 0, "changed_at")
    return known[0]


def _everything(shelf: Shelf, moment: Moment, asked: Values) -> Lines:
    """Every line, as the database gives the rows."""
    rows = shelf.read(shelf.rows(moment, asked).whole(), moment, asked)
    return shelf.lines(moment, rows.iterator(AT_ONCE), asked)


def _page(shelf: Shelf, moment: Moment, asked: Values) -> bytes:
    """One page in its envelope. Read again where something was published meanwhile, so
    that what it says of its size is so."""
    most = MOST_WITH_SERVICES if asked.get("full_service") else parameters.MOST_PER_PAGE
    page = asked["page"]
    per_page = min(asked.get("per_page", parameters.PER_PAGE), most)
    first = (page - 1) * per_page
    keys = _keys(shelf, moment, asked)
    for _ in range(ATTEMPTS):
        wanted = keys[first : first + per_page]
        rows = _rows(shelf, moment, asked, wanted)
        if len(rows) == len(wanted):
            break
        keys = shelf.rows(moment, asked).keys()
    items = list(shelf.lines(moment, rows, asked))
    head = _head(total=len(keys), page=page, per_page=per_page, size=len(items))
    return b'{%s,"contents":[%s]}' % (head, b",".join(items))


def _rows(
    shelf: Shelf, moment: Moment, asked: Values, keys: Sequence[Any]
) -> list[Any]:
    """Rows in the order of their keys."""
    found: Iterable[Any]
    if shelf.of_edition and not (asked.get("minimal") or asked.get("full_service")):
        found = fetching.many(shelf.model, _form(moment, asked), keys)
    else:
        rows = shelf.model._default_manager.filter(pk__in=keys)
        found = shelf.read(rows, moment, asked)
    by_key = {row.pk if isinstance(row, Model) else row[0]: row for row in found}
    return [by_key[key] for key in keys if key in by_key]


def _keys(shelf: Shelf, moment: Moment, asked: Values) -> Sequence[Any]:
    """The keys of all rows of a list, found once for all its pages."""
    if not shelf.of_edition:
        return shelf.rows(moment, asked).keys()
    about_pages = ("page", "per_page", "format", "full", "minimal", "full_service")
    question = {name: asked[name] for name in asked if name not in about_pages}
    model, asked_for = shelf.model.__name__, repr(sorted(question.items()))
    keys = moment.kept(model, asked_for)
    if keys is None:
        keys = array("q", shelf.rows(moment, asked).keys())
        moment.keep(keys, len(keys) * keys.itemsize + len(asked_for), model, asked_for)
    return keys


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


def _form(moment: Moment, asked: Values) -> str:
    """The stored form that is asked for."""
    form = "full" if asked.get("full") else "item"
    return f"strict_{form}" if moment.strict else form


def _stored(moment: Moment, rows: Iterable[Any], asked: Values) -> Lines:
    if not asked["minimal"]:
        return (bytes(body) for _, body in rows)
    return (_least(key, last_modified) for _, key, last_modified in rows)


def _least(key: uuid.UUID, last_modified: dt.datetime) -> bytes:
    at = instant(last_modified)
    return orjson.dumps({"id": str(key), "last_modified": at, "modified_date": at})


def with_services(moment: Moment, rows: Iterable[tuple[uuid.UUID, bytes]]) -> Lines:
    """Organisations, each with its services in full; a query for so many of them."""
    form = _form(moment, {"full": True})
    waiting = iter(rows)
    while some := list(itertools.islice(waiting, parameters.MOST_PER_PAGE)):
        services: dict[uuid.UUID, list[bytes]] = {key: [] for key, _ in some}
        found = queries.services_of(moment.endpoint, services)
        for key, body in found.values_list("organization_id", form):
            services[key].append(bytes(body))
        for key, body in some:
            inner = b",".join(services[key])
            yield b'%s,"services":[%s]}' % (bytes(body)[:-1], inner)


def _bodies(moment: Moment, rows: Iterable[Any], asked: Values) -> Lines:
    if asked["full_service"]:
        return with_services(moment, (row[1:] for row in rows))
    return (bytes(row[-1]) for row in rows)


# --- the lists ------------------------------------------------------------------------


def _documents(key: str) -> Callable[[Rows, Moment, Values], Rows]:
    """Reads the stored documents, or of each only its ``key`` and its date."""

    def read(rows: Rows, moment: Moment, asked: Values) -> Rows:
        if asked["minimal"]:
            return rows.values_list("pk", key, "last_modified")
        return rows.values_list("pk", _form(moment, asked))

    return read


def _asked(moment: Moment, asked: Values) -> Asked:
    """What was asked of services, in other words too."""
    place_id = moment.endpoint.partnership_id if moment.endpoint else None
    return narrowing.with_other_words(parameters.of_services(asked), place_id)


SERVICES = Shelf(
    PublishedService,
    parameters.ServiceParameters,
    lambda moment, asked: queries.services_in_order(
        moment.endpoint, moment.today, _asked(moment, asked)
    ),
    _documents("service_id"),
    _stored,
)
PLACES = Shelf(
    PublishedPlace,
    parameters.ServiceParameters,
    lambda moment, asked: queries.places(
        moment.endpoint, moment.today, _asked(moment, asked)
    ),
    _documents("link_id"),
    _stored,
)
ORGANIZATIONS = Shelf(
    PublishedOrganization,
    parameters.OrganizationParameters,
    lambda moment, asked: queries.organizations(
        moment.endpoint, moment.today, asked["search"]
    ),
    lambda rows, moment, asked: rows.values_list(
        "pk", "organization_id", _form(moment, asked)
    ),
    _bodies,
)
TAXONOMIES = Shelf(
    Taxonomy,
    parameters.SearchParameters,
    lambda moment, asked: Ordered(
        queries.taxonomies(moment.endpoint, asked["search"]),
        ("name", "pk"),
        moment.today,
    ),
    lambda rows, moment, asked: rows,
    lambda moment, rows, asked: (orjson.dumps(taxonomy_document(row)) for row in rows),
    of_edition=False,
)
TERMS = Shelf(
    TaxonomyTerm,
    parameters.TermParameters,
    lambda moment, asked: Ordered(
        queries.terms(
            moment.endpoint,
            taxonomy_id=asked.get("taxonomy_id"),
            parent_id=asked.get("parent_id"),
            top_only=asked["top_only"],
            words=asked["search"],
        ),
        ("taxonomy__name", "name", "pk"),
        moment.today,
    ),
    lambda rows, moment, asked: rows.select_related("taxonomy"),
    lambda moment, rows, asked: (
        orjson.dumps(term_document(row, strict=moment.strict)) for row in rows
    ),
    of_edition=False,
)
