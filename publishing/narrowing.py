"""Every question that may be asked of a list, each one narrowing it further (AND).

A question about a service is asked in the same words of services and of services at
their places: ``Asked`` holds the answers to a form, ``narrowed`` applies them.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from directory import terms
from directory.locating import Located
from publishing import areas, columns, facets, other_days
from publishing.geometry import Distance, IsOpenOn, IsOpenWithin
from publishing.models import PublishedArea, PublishedPlace

MOST_WORDS = 12
"""Of what somebody searches for; more only cost time."""

_DAY_ENDS = 24 * 60


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a list of services; all of it optional.

    ``alike`` are groups of words that mean the same (``with_other_words``).
    ``terms`` and ``taxonomies`` are ids, each of which has to be there (for a term that
    was replaced, what replaced it); ages are in years, ``day`` is a weekday from Monday
    0, ``begins`` and ``ends`` are minutes of a
    day, ``near`` is a known postcode and ``metres`` how far from it. ``around`` is the
    same for somebody who looks for help: what comes to the postcode counts too.
    ``during`` is two minutes of a day, in some of which it has to be open: on the day
    ``on``, or on any of the week. Of each set of ``any_of`` one term is enough,
    ``facets`` are keys of ``publishing/facets.py`` that all have to hold.
    """

    words: str = ""
    alike: tuple[tuple[str, ...], ...] = ()
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
    during: tuple[int, int] | None = None
    on: dt.date | None = None
    any_of: list[frozenset[uuid.UUID]] = field(default_factory=list)
    facets: list[str] = field(default_factory=list)
    organization_id: uuid.UUID | None = None
    modified_after: dt.datetime | None = None


def plain_words(text: str, most: int = MOST_WORDS) -> list[str]:
    """Its words in small letters without accents, the first of them."""
    return columns.sort_key(text).split()[:most]


def with_other_words(asked: Asked, place_id: Any) -> Asked:
    """The same question, knowing what people of a place say instead of its words.

    One query, and none where no words were asked for.
    """
    if not place_id or not plain_words(asked.words):
        return asked
    return replace(asked, alike=tuple(terms.other_words(place_id)))


def text_query(
    words: str, alike: Iterable[Iterable[str]] = (), *, weight: str = ""
) -> SearchQuery | None:
    """The full text query for some words; None where there are none in them.

    A word may also be the beginning of one: somebody may still be typing. What is
    ``alike`` is as good as what was typed. With a ``weight`` it has to stand among the
    words of that weight.
    """
    wanted = plain_words(words)
    if not wanted:
        return None
    each = [_any_of(part, others, weight) for part, others in _parts(wanted, alike)]
    return _raw(" & ".join(each))


Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A word of what was asked for, or several that mean one thing together: the query
    for it, and the one for it in a name."""

    words: Phrase
    query: SearchQuery
    named: SearchQuery


def parts(asked: Asked) -> list[Part]:
    """The words that were asked for, each with what means the same."""
    return [
        Part(
            phrase,
            _raw(_any_of(phrase, others, "")),
            _raw(_any_of(phrase, others, "A")),
        )
        for phrase, others in _parts(plain_words(asked.words), asked.alike)
    ]


def _raw(query: str) -> SearchQuery:
    return SearchQuery(query, config="english", search_type="raw")


def _parts(
    wanted: list[str], alike: Iterable[Iterable[str]]
) -> Iterator[tuple[Phrase, set[Phrase]]]:
    """The words in order, those together that have others alike; the longest first."""
    others = _by_phrase(alike)
    longest = max(map(len, others), default=1)
    at = 0
    while at < len(wanted):
        for length in range(min(longest, len(wanted) - at), 0, -1):
            phrase = tuple(wanted[at : at + length])
            found = others.get(_singular(phrase), set())
            if found or length == 1:
                yield phrase, found - {phrase}
                at += length
                break


def _by_phrase(alike: Iterable[Iterable[str]]) -> dict[Phrase, set[Phrase]]:
    out: dict[Phrase, set[Phrase]] = {}
    for group in alike:
        phrases = {tuple(plain_words(each)) for each in group} - {()}
        for phrase in phrases:
            out.setdefault(_singular(phrase), set()).update(phrases)
    return out


def says(words: str) -> Phrase:
    """Words as they are compared with those that mean the same."""
    return _singular(tuple(plain_words(words)))


def _singular(phrase: Phrase) -> Phrase:
    """Words without the s of many: “food banks” are a food bank."""
    return tuple(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in phrase)


def _any_of(part: Phrase, others: set[Phrase], weight: str) -> str:
    typed = " & ".join(f"{word}:*{weight}" for word in part)
    if not others:
        return typed
    exact = f":{weight}" if weight else ""
    said = [" <-> ".join(f"{word}{exact}" for word in each) for each in sorted(others)]
    return "(" + " | ".join(f"({each})" for each in [typed, *said]) + ")"


def narrowed(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Those services, or services at places, that answer to all that is asked."""
    at_places = rows.model is PublishedPlace
    of = "service__" if at_places else ""
    query = text_query(asked.words, asked.alike)
    if query is not None:
        rows = rows.filter(**{f"{of}search": query})
    for term_id in dict.fromkeys(terms.resolve(asked.terms).values()):
        rows = rows.filter(**{f"{of}term_ids__contains": [term_id]})
    for enough in asked.any_of:
        rows = rows.filter(**{f"{of}term_ids__overlap": list(enough)})
    if asked.facets:
        rows = rows.filter(**{f"{of}facets__contains": asked.facets})
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
        rows = rows.filter(_is_open(asked, asked.during, of))
    return _near(rows, asked, at_places=at_places)


def _is_open(asked: Asked, during: tuple[int, int], of: str) -> Q:
    """Whether it is open then, with days that are different taken into account.

    What an index knows comes first: the weekday of an ordinary week, or a key.
    """
    keys = [] if asked.on is None else other_days.keys(asked.on)
    weekday = None if asked.on is None else asked.on.weekday()
    text = ArrayField(models.TextField())
    exact = Q(
        IsOpenOn(
            F("open_minutes"), F("other_days"), Value(weekday),
            *map(Value, during), Value(keys, output_field=text),
        )
    )  # fmt: skip
    if weekday is None:
        return exact
    usual = Q(**{f"{of}facets__contains": [facets.day(weekday)]})
    return exact & (usual | Q(**{f"{of}other_days__has_any_keys": keys}))


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
    if asked.around is not None:
        return rows.filter(_comes(asked) | Q(pk__in=_in_reach(asked)))
    service = OuterRef("service_id" if at_places else "pk")
    covered = PublishedArea.objects.filter(service=service)
    covers = Exists(covered.filter(_holds(asked.near)))
    places = PublishedPlace.objects.filter(service=service, point__isnull=False)
    if asked.metres is None:
        return rows.filter(covers | ~Exists(covered))
    circle = _circle(asked.near, asked.metres)
    if at_places:
        return rows.filter(point__within=circle)
    return rows.filter(Exists(places.filter(point__within=circle)))


def _holds(near: Located) -> Q:
    """Areas in which a postcode lies."""
    return Q(code__in=areas.codes_of(near.council)) | Q(
        outline__holds=(near.longitude, near.latitude)
    )


def _in_reach(asked: Asked) -> QuerySet[PublishedPlace, Any]:
    """The services with a place in reach. Asked once for all, not for each row."""
    if asked.near is None or asked.around is None:
        return PublishedPlace.objects.none().values("service_id")
    circle = _circle(asked.near, asked.around)
    return PublishedPlace.objects.filter(point__within=circle).values("service_id")


def _comes(asked: Asked) -> Q:
    """Services that come to a postcode, or that are rung from anywhere."""
    if asked.near is None:
        return Q()
    covering = PublishedArea.objects.filter(_holds(asked.near)).values("service_id")
    return Q(pk__in=covering) | Q(facets__contains=[facets.ANYWHERE])


def places_in_reach(asked: Asked, endpoint_id: Any) -> QuerySet[Any]:
    """What answers to a question, place by place, with ``metres`` to each; the nearest
    first. Only what happens in reach of the postcode."""
    if asked.near is None or asked.around is None:
        return PublishedPlace.objects.none()
    rows = PublishedPlace.objects.filter(endpoint_id=endpoint_id)
    elsewhere = replace(asked, near=None, around=None)
    circle = _circle(asked.near, asked.around)
    point = (asked.near.latitude, asked.near.longitude)
    near = narrowed(rows, elsewhere).filter(point__within=circle)
    return near.annotate(metres=Distance("point", *point)).order_by("metres", "pk")


def is_anywhere() -> Any:
    """Whether a service is rung from anywhere, for ordering: those that come first."""
    return Case(When(facets__contains=[facets.ANYWHERE], then=1), default=0)


def coming(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Those services that answer to a question and come to its postcode."""
    elsewhere = replace(asked, near=None, around=None)
    return narrowed(rows, elsewhere).filter(_comes(asked))


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


def rank(asked: Asked, of: str = "") -> Any:
    """How well the words fit, for ordering; 0 for no words."""
    query = text_query(asked.words, asked.alike)
    return Value(0.0) if query is None else SearchRank(F(f"{of}search"), query)
