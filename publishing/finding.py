"""What somebody looking for help finds: candidates first, at most so many, then a page.

No question costs more than its candidates: nobody reads five hundred results, so no
more are put in order, and beyond that the answer is "more than 500". What is overdue
comes after what is in date where the place wants it so, and what it ranks last after
that.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, QuerySet
from django.db.models.functions import Cast

from publishing import narrowing
from publishing.models import Endpoint, PublishedService
from publishing.narrowing import Asked

MOST = 500
"""Results that are put in order."""

MOST_COUNTED = 5000
"""Results among which facets are counted."""

BEST, BY_NAME, CHECKED = "", "name", "checked"


@dataclass
class Found:
    """Candidates in order: their keys, and metres where that could be told."""

    keys: list[int] = field(default_factory=list)
    metres: dict[int, float] = field(default_factory=dict)
    more: bool = False
    """Whether there are more than these."""


@dataclass(frozen=True)
class _Candidate:
    key: int
    ranks_lower_on: dt.date | None
    ranks_last_on: dt.date | None

    def lateness(self, today: dt.date) -> int:
        if self.ranks_last_on and self.ranks_last_on <= today:
            return 2
        return int(self.ranks_lower_on is not None and self.ranks_lower_on <= today)


_COLUMNS = ("pk", "ranks_lower_on", "ranks_last_on")


def find(
    endpoint: Endpoint | None, today: dt.date, asked: Asked, order: str = BEST
) -> Found:
    """The first candidates for a question, in the order that is asked for."""
    rows = PublishedService.objects.filter(endpoint=endpoint)
    metres: dict[int, float] = {}
    if asked.near is not None and order == BEST:
        candidates = _nearest(endpoint, rows, asked, metres)
    else:
        candidates = _ordered(rows, asked, order)
        if asked.near is not None:
            metres = _metres(endpoint, asked, [c.key for c in candidates])
    more = len(candidates) > MOST
    first = sorted(candidates[:MOST], key=lambda c: c.lateness(today))
    return Found([c.key for c in first], metres, more)


def _candidates(rows: QuerySet[Any], columns: Iterable[str] = _COLUMNS) -> list[Any]:
    return [_Candidate(*row) for row in rows.values_list(*columns)]


def _ordered(
    rows: QuerySet[PublishedService], asked: Asked, order: str
) -> list[_Candidate]:
    narrowed = narrowing.narrowed(rows, asked)
    by_name = ("sort_key", "service_id")
    if order == CHECKED:
        narrowed = narrowed.order_by(F("assured_on").desc(nulls_last=True), *by_name)
    elif order == BEST and narrowing.text_query(asked.words) is not None:
        narrowed = _best(narrowed, asked).order_by(
            narrowing.rank(asked).desc(), *by_name
        )
    else:
        narrowed = narrowed.order_by(*by_name)
    return _candidates(narrowed[: MOST + 1])


def _best(rows: QuerySet[PublishedService], asked: Asked) -> QuerySet[PublishedService]:
    """Those worth ranking: what is called so, and then some of what only says so.

    Ranking reads every word of a record, and a common word is in very many.
    """
    called = narrowing.text_query(asked.words, asked.alike, weight="A")
    names = rows.filter(search=called).order_by().values("pk")[: MOST + 1]
    others = rows.order_by().values("pk")[: MOST + 1]
    return PublishedService.objects.filter(Q(pk__in=names) | Q(pk__in=others))


def _nearest(
    endpoint: Endpoint | None,
    rows: QuerySet[PublishedService],
    asked: Asked,
    metres: dict[int, float],
) -> list[_Candidate]:
    """What is in reach, the nearest first, then what comes or is rung from anywhere.

    Writes the distances to ``metres``.
    """
    of_service = [f"service__{name}" for name in _COLUMNS]
    places = narrowing.places_in_reach(asked, endpoint and endpoint.pk)
    out: dict[int, _Candidate] = {}
    # A service may happen in several places; so many at most that it does not matter.
    for *row, away in places.values_list(*of_service, "metres")[: 2 * MOST]:
        if len(out) > MOST:
            break
        candidate = _Candidate(*row)
        if candidate.key not in out:
            out[candidate.key] = candidate
            metres[candidate.key] = away
    left = MOST + 1 - len(out)
    if left > 0:
        others = narrowing.coming(rows, asked).exclude(pk__in=list(out))
        anywhere = narrowing.is_anywhere()
        others = others.order_by(anywhere, "sort_key", "service_id")[:left]
        out |= {each.key: each for each in _candidates(others)}
    return list(out.values())


def _metres(
    endpoint: Endpoint | None, asked: Asked, keys: list[int]
) -> dict[int, float]:
    """How far the nearest place in reach of each of these services is."""
    only_where = Asked(near=asked.near, around=asked.around)
    places = narrowing.places_in_reach(only_where, endpoint and endpoint.pk)
    pairs = places.filter(service__in=keys).values_list("service", "metres")
    out: dict[int, float] = {}
    for key, away in pairs:
        out.setdefault(key, away)
    return out


def page_of(found: Found, keys: list[int]) -> list[PublishedService]:
    """The rows of these keys, each with ``metres``."""
    rows = PublishedService.objects.select_related("kept_by").in_bulk(keys)
    out = [rows[key] for key in keys if key in rows]
    for row in out:
        row.metres = found.metres.get(row.pk)  # type: ignore[attr-defined]
    return out


# --- numbers beside the filters -------------------------------------------------------


def counts(endpoint: Endpoint | None, asked: Asked) -> dict[str, int] | None:
    """How many of what is found have each term and facet, by key; None where so much
    is found that counting it would take long."""
    rows = PublishedService.objects.filter(endpoint=endpoint)
    text = ArrayField(models.TextField())
    keys = Func(
        Cast("term_ids", text), Cast("facets", text),
        function="array_cat", output_field=text,
    )  # fmt: skip
    narrowed = narrowing.narrowed(rows, asked).order_by().annotate(keys=keys)
    query = narrowed.values_list("keys")[: MOST_COUNTED + 1].query
    inner, values = query.sql_with_params()
    # What is put in between is Django's own query, its values stay apart.
    sql = f"SELECT key, count(*) FROM ({inner}) found, unnest(found.keys) key GROUP BY key"  # noqa: S608, E501
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        counted = dict(cursor.fetchall())
    return counted if max(counted.values(), default=0) <= MOST_COUNTED else None


def finds(endpoint: Endpoint | None, asked: Asked) -> bool:
    """Whether anything answers to a question.

    Counted, since looking for the first alone makes PostgreSQL read the whole table in
    the hope of meeting one early.
    """
    rows = PublishedService.objects.filter(endpoint=endpoint)
    return narrowing.narrowed(rows, asked).count() > 0


# --- misspelling ----------------------------------------------------------------------

_SIMILAR = 0.4
_NAMES_COMPARED = 60
_SWAPPED_IN = range(4, 8)
"""Letters of a word in which two may stand in the wrong order."""


def suggestion(endpoint: Endpoint | None, words: str) -> str:
    """The words as they are spelt here, without those that are like none; ``""`` where
    no other spelling of any is known."""
    wanted = narrowing.plain_words(words)
    out = [
        word
        if _is_known(endpoint, word)
        else _swapped(endpoint, word) or _nearest_word(endpoint, word)
        for word in wanted
    ]
    spelt = [word for word in out if word]
    return "" if set(spelt) <= set(wanted) else " ".join(spelt)


def _is_known(endpoint: Endpoint | None, word: str) -> bool:
    return finds(endpoint, Asked(words=word))


def _swapped(endpoint: Endpoint | None, word: str) -> str:
    """The word with two letters beside each other in the other order, where that is
    known: of a short word such a slip leaves hardly three letters as they were."""
    if len(word) not in _SWAPPED_IN:
        return ""
    for at in range(len(word) - 1):
        other = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if other != word and _is_known(endpoint, other):
            return other
    return ""


@transaction.atomic
def _nearest_word(endpoint: Endpoint | None, word: str) -> str:
    """The word of a name that shares most of its letters, three at a time (pg_trgm)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)",
            [str(_SIMILAR)],
        )
    rows = PublishedService.objects.filter(
        endpoint=endpoint, names_text__trigram_word_similar=word
    )
    names = rows.values_list("names_text", flat=True)[:_NAMES_COMPARED]
    seen = Counter(part for name in names for part in narrowing.plain_words(name, 99))
    likeness = _likeness(word)
    best = max(seen, key=lambda other: (likeness(other), seen[other]), default="")
    return best if best and likeness(best) >= _SIMILAR else ""


def _likeness(word: str) -> Callable[[str], float]:
    wanted = _trigrams(word)

    def of(other: str) -> float:
        theirs = _trigrams(other)
        return len(wanted & theirs) / len(wanted | theirs)

    return of


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
