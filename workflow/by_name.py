"""Services by the words of their names, and of the names of who runs them.

Names are looked through in an index of their letters by threes, and the services
looked up by the names found: so a rare word costs little however many services there
are, and a common one is met soon enough.
"""

from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Upper

from workflow.models import Listing, Record

MOST = 10
"""How many are offered."""
FEW = 20_000
"""Of a word that is in so many names, the services are looked up by these."""
_OF_EACH = 100
_MOST_WORDS = 6
_LONG_ENOUGH = 4
"""Letters from which on a word can be known by most of them."""


def called(words: str) -> Q:
    """Whether a service has every word in its name or in that of who runs it."""
    wanted = words.split()
    if not wanted:
        return Q()
    numbers = {word: _named(word)[: FEW + 1].count() for word in wanted}
    rarest = min(wanted, key=lambda word: numbers[word])
    where = Q()
    for word in wanted:
        who = _named(word).filter(pk=OuterRef("organization_id"))
        where &= Q(title__icontains=word) | Q(Exists(who))
    if numbers[rarest] > FEW:
        return where
    some = Listing.objects.filter(where).order_by().values_list("pk", flat=True)
    itself = some.filter(record__in=_named(rarest))
    run_by = some.filter(organization_id__in=_named(rarest))
    return Q(pk__any_of=list(itself.union(run_by)))


def near(found: QuerySet[Listing], words: str) -> list[Any]:
    """The keys of those among ``found`` that have most of the words, and whose names
    are most like them; nothing that has half as many as the best, or fewer. Asked only
    where nothing is called by all of them."""
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


def _named(word: str) -> QuerySet[Record]:
    return Record.objects.filter(label__icontains=word).order_by()


def _like(word: str) -> Q:
    if len(word) < _LONG_ENOUGH:
        return called(word)
    # In capitals, as the index has them; letters are compared without case.
    alike = Record.objects.annotate(capitals=Upper("label")).filter(
        capitals__trigram_word_similar=word
    )
    ids = list(alike.order_by().values_list("pk", flat=True)[:FEW])
    return called(word) | Q(record_id__any_of=ids)


def _one_if(condition: Q) -> Any:
    return Case(
        When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
