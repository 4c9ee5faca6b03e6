"""Every question that may be asked of a list, each one narrowing it further (AND).

A question about a service is asked in the same words of services and of services at
their places: ``Asked`` holds the answers to a form, ``narrowed`` applies them.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from directory.locating import Located
from directory.terms import resolve
from publishing import areas, columns
from publishing.geometry import Distance, IsOpenDuring, IsOpenWithin
from publishing.models import PublishedArea, PublishedPlace

MOST_WORDS = 12
"""Of what somebody searches for; more only cost time."""

_DAY_ENDS = 24 * 60


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a list of services; all of it optional.

    ``terms`` and ``taxonomies`` are ids, each of which has to be there (for a term that
    was replaced, what replaced it); ages are in years, ``day`` is a weekday from Monday
    0, ``begins`` and ``ends`` are minutes of a
    day, ``near`` is a known postcode and ``metres`` how far from it. ``around`` is the
    same for somebody who looks for help: what comes to the postcode counts too.
    ``during`` is a weekday or None with two minutes of a day, in some of which it has
    to be open.
    """

    words: str = ""
    terms: list[uuid.UUID] = field(default_factory=list)
    taxonomies: list[uuid.UUID] = field(default_factory=list)
    minimum_age: float | None = None
    maximum_age: float | None = None
    day: int | None = None
    begins: int | None = None
    ends: int | None = None
    near: Located | None = None
    metres: float | None = None
    around: float | None = None
    during: tuple[int | None, int, int] | None = None
    organization_id: uuid.UUID | None = None
    modified_after: dt.datetime | None = None


def text_query(words: str) -> SearchQuery | None:
    """The full text query for some words; None where there are none in them.

    A word may also be the beginning of one: somebody may still be typing.
    """
    wanted = columns.sort_key(words).split()[:MOST_WORDS]
    if not wanted:
        return None
    return SearchQuery(
        " & ".join(f"{word}:*" for word in wanted), config="english", search_type="raw"
    )


def narrowed(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Those services, or services at places, that answer to all that is asked."""
    at_places = rows.model is PublishedPlace
    of = "service__" if at_places else ""
    query = text_query(asked.words)
    if query is not None:
        rows = rows.filter(**{f"{of}search": query})
    for term_id in dict.fromkeys(resolve(asked.terms).values()):
        rows = rows.filter(**{f"{of}term_ids__contains": [term_id]})
    for taxonomy_id in asked.taxonomies:
        rows = rows.filter(**{f"{of}taxonomy_ids__contains": [taxonomy_id]})
    if asked.organization_id:
        rows = rows.filter(**{f"{of}organization_id": asked.organization_id})
    if asked.modified_after:
        rows = rows.filter(last_modified__gte=asked.modified_after)
    rows = _for_ages(rows, asked, of)
    if not (asked.day is None and asked.begins is None and asked.ends is None):
        rows = rows.filter(
            IsOpenWithin(
                F("open_minutes"),
                Value(asked.day),
                Value(asked.begins or 0),
                Value(_DAY_ENDS if asked.ends is None else asked.ends),
            )
        )
    if asked.during is not None:
        values = map(Value, asked.during)
        rows = rows.filter(IsOpenDuring(F("open_minutes"), *values))
    return _near(rows, asked, at_places=at_places)


def _for_ages(rows: QuerySet[Any], asked: Asked, of: str) -> QuerySet[Any]:
    """Those that take in people of these ages; no limit is open (digest 1.8, 7)."""
    if asked.minimum_age is not None:
        youngest = f"{of}minimum_age"
        rows = rows.filter(
            Q(**{f"{youngest}__isnull": True})
            | Q(**{f"{youngest}__lte": asked.minimum_age})
        )
    if asked.maximum_age is not None:
        oldest = f"{of}maximum_age"
        rows = rows.filter(
            Q(**{f"{oldest}__isnull": True})
            | Q(**{f"{oldest}__gte": asked.maximum_age})
        )
    return rows


def _near(rows: QuerySet[Any], asked: Asked, *, at_places: bool) -> QuerySet[Any]:
    """Those within so many metres of a postcode; without a distance, those for it.

    A service is for a postcode if that is in one of its areas, or none of its areas
    can be told (digest 1.3). Only the published point counts.
    """
    if asked.near is None:
        return rows
    service = OuterRef("service_id" if at_places else "pk")
    covered = PublishedArea.objects.filter(service=service)
    inside = Q(code__in=areas.codes_of(asked.near.council)) | Q(
        outline__holds=(asked.near.longitude, asked.near.latitude)
    )
    covers = Exists(covered.filter(inside))
    places = PublishedPlace.objects.filter(service=service, point__isnull=False)
    if asked.around is not None:
        near = places.filter(point__within=_circle(asked.near, asked.around))
        comes = covers | ~Exists(covered) & ~Exists(places)
        return rows.filter(Exists(near) | comes)
    if asked.metres is None:
        return rows.filter(covers | ~Exists(covered))
    circle = _circle(asked.near, asked.metres)
    if at_places:
        return rows.filter(point__within=circle)
    return rows.filter(Exists(places.filter(point__within=circle)))


def _circle(middle: Located, metres: float) -> tuple[float, float, float]:
    return middle.latitude, middle.longitude, metres


def away(asked: Asked, *, at_places: bool) -> Any:
    """Metres from the postcode asked for to the (nearest) place; an expression."""
    if asked.near is None:
        raise ValueError("Nothing was asked about a distance.")
    point = (asked.near.latitude, asked.near.longitude)
    if at_places:
        return Distance("point", *point)
    places = PublishedPlace.objects.filter(service=OuterRef("pk"), point__isnull=False)
    metres = places.annotate(metres=Distance("point", *point)).order_by("metres")
    return Subquery(metres.values("metres")[:1])


def rank(words: str, of: str = "") -> Any:
    """How well words fit, for ordering; 0 for no words."""
    query = text_query(words)
    return Value(0.0) if query is None else SearchRank(F(f"{of}search"), query)
