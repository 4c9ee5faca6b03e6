"""Records whose names have some of the words that were looked for, or one spelt like
them: asked only where nothing is called by all of them.

Never more candidates than a few of each word, so that a common word costs no more than
a rare one.
"""

from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from workflow.models import Listing, Record

MOST = 10
"""How many are offered."""
_OF_EACH = 100
_MOST_WORDS = 6
_LONG_ENOUGH = 4
"""Letters from which on a word can be known by most of them."""


def called(word: str) -> Q:
    """Whether a service, or who runs it, has a word in its name."""
    named = Record.objects.filter(label__icontains=word).values("pk")
    return Q(title__icontains=word) | Q(organization_id__in=named)


def near(found: QuerySet[Listing], words: str) -> list[Any]:
    """The keys of those among ``found`` that have most of the words, and whose names
    are most like them; nothing that has half as many as the best, or fewer."""
    parts = [_like(word) for word in words.split()[:_MOST_WORDS]]
    if not parts:
        return []
    some = found.order_by()
    first, *others = (some.filter(part).values("pk")[:_OF_EACH] for part in parts)
    hits = reduce(add, (_one_if(part) for part in parts))
    rows = list(
        Listing.objects.filter(pk__in=first.union(*others, all=True))
        .annotate(hits=hits, like=TrigramWordSimilarity(words, "title"))
        .order_by("-hits", "-like", "title", "pk")
        .values_list("pk", "hits")[:MOST]
    )
    best = rows[0][1] if rows else 0
    return [key for key, number in rows if 2 * number > best]


def _like(word: str) -> Q:
    if len(word) < _LONG_ENOUGH:
        return called(word)
    return called(word) | Q(title__trigram_word_similar=word)


def _one_if(condition: Q) -> Any:
    return Case(
        When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
