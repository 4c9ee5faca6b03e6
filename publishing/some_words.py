"""Who asks for more words than any record has still finds what has some of them.

Asked only where all the words together find few. A word counts too when a name has one
that is spelt much like it. One statement, and no more candidates than a few of each
word, so that a common word costs no more than a rare one.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import reduce
from operator import add, and_, or_
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from publishing import narrowing
from publishing.models import Endpoint, PublishedService
from publishing.narrowing import Asked, Part

FEW = 5
"""From so many with all the words on, nothing else is looked for."""

MOST = 10
"""How many with some of the words are shown."""

_OF_EACH = 100
_LEAVE_OUT_OF = 6
"""Up to so many words each is left out once; of more, single words have to do."""

_LONG_ENOUGH = 4
"""Letters from which on a word can be known by most of them."""


def find(
    endpoint: Endpoint | None, asked: Asked, besides: Collection[int]
) -> dict[int, list[str]]:
    """What has most of the words, but for the keys of ``besides``: key → those that
    it says as they are written.

    Those with most words first, and nothing that has half as many as these or fewer;
    then what has them as they are written, and what is called so. A single word has to
    be spelt like one of a name.
    """
    parts = narrowing.parts(asked)
    if not parts or (len(parts) == 1 and besides):
        return {}
    rows = PublishedService.objects.filter(endpoint=endpoint).exclude(pk__in=besides)
    rows = narrowing.narrowed(rows, replace(asked, words="", alike=()))
    first, *others = _candidates(rows, parts)
    candidates = first.union(*others, all=True)
    has = {f"has_{n}": _one_if(_has(part)) for n, part in enumerate(parts)}
    says = {f"says_{n}": _one_if(Q(search=part.query)) for n, part in enumerate(parts)}
    any_word = reduce(or_, (part.query for part in parts))
    found = list(
        PublishedService.objects.filter(pk__in=candidates)
        .annotate(**has, **says)
        .annotate(
            hits=_sum(F(name) for name in has),
            exact=_sum(F(name) for name in says),
            fit=SearchRank(F("search"), any_word),
        )
        .order_by("-hits", "-exact", "-fit", "sort_key", "service_id")
        .values_list("pk", "hits", *says)[:MOST]
    )
    best = found[0][1] if found else 0
    return {key: _those(parts, said) for key, hits, *said in found if 2 * hits > best}


def _those(parts: list[Part], said: list[int]) -> list[str]:
    return [" ".join(part.words) for part, one in zip(parts, said, strict=True) if one]


def _has(part: Part) -> Q:
    """Whether a record has a word, or a name with one that is spelt like it."""
    return Q(search=part.query) | _spelt_like(part)


def _spelt_like(part: Part) -> Q:
    """Whether a name has a word that is spelt much like it (pg_trgm)."""
    if len(part.words) == 1 and len(part.words[0]) >= _LONG_ENOUGH:
        return Q(names_text__trigram_word_similar=part.words[0])
    return Q(pk__in=[])


def _candidates(
    rows: QuerySet[PublishedService], parts: list[Part]
) -> list[QuerySet[Any, Any]]:
    """Some of what is called by each word, of what says it, and of what has all words
    but one."""
    sets = [rows.filter(_spelt_like(part) | Q(search=part.named)) for part in parts]
    sets += [rows.filter(search=part.query) for part in parts]
    if 2 < len(parts) <= _LEAVE_OUT_OF:
        for left_out in parts:
            kept = [part.query for part in parts if part is not left_out]
            sets.append(rows.filter(search=reduce(and_, kept)))
    return [each.order_by().values("pk")[:_OF_EACH] for each in sets]


def _one_if(condition: Q) -> Any:
    return Case(
        When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()
    )


def _sum(numbers: Iterable[Any]) -> Any:
    first, *others = numbers
    return reduce(add, others, first)
