"""The lists of terms of a place: which there are, and what stands for what.

Everything here reads. A retired term is resolved to the one that replaced it when it
is rendered or asked for; what is stored stays (ADR 14).
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When

from accounts.models import Partnership
from common.models import as_uuid
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm, TermMapping

_DEEPEST = 50
"""Far more levels, or replacements in a row, than any list has."""


@dataclass(frozen=True)
class Way:
    """A need people come with, or what is so in their life, and the ids of all service
    types that answer it.

    ``service_type_ids`` holds those it is mapped to and everything below them, none
    of them retired. A service answers the need if it carries any of them.
    """

    term: TaxonomyTerm
    service_type_ids: frozenset[uuid.UUID]

    @property
    def is_plain(self) -> bool:
        """Whether it is one of the few that the lead put first."""
        return self.term.plain_position is not None


def lists_of(place: Partnership) -> QuerySet[Taxonomy]:
    """The place's own lists and the shared ones it uses, in the order of facets."""
    here = Q(partnership=place) | Q(partnership=None, used_by=place)
    order = Case(
        *(When(facet=facet, then=Value(n)) for n, facet in enumerate(Facet.values))
    )
    rows = Taxonomy.objects.filter(here).distinct()
    return rows.order_by(order, F("partnership").asc(nulls_last=True), "name", "pk")


def terms_of(
    place: Partnership, *facets: Facet, retired: bool = False
) -> QuerySet[TaxonomyTerm]:
    """The terms of a place that may be chosen, by list and name; of some facets only
    where these are given. With ``retired`` those that may be no more come too."""
    lists = lists_of(place)
    if facets:
        lists = lists.filter(facet__in=facets)
    rows = TaxonomyTerm.objects.filter(taxonomy__in=lists.order_by().values("pk"))
    if not retired:
        rows = rows.filter(retired_on=None)
    return rows.select_related("taxonomy").order_by("taxonomy__name", "name", "pk")


def other_words(place_id: Any) -> list[tuple[str, ...]]:
    """What people may say for the same, group by group: the name of each term of a
    place for which other words are known, then these. One query."""
    here = Q(taxonomy__partnership=place_id) | Q(taxonomy__used_by=place_id)
    rows = TaxonomyTerm.objects.filter(here, retired_on=None).exclude(other_words=[])
    found = rows.order_by("name", "pk").distinct()
    return [(name, *words) for name, words in found.values_list("name", "other_words")]


def may_be_chosen(place: Partnership, term_id: Any) -> bool:
    """Whether a record of the place may be given this term from now on."""
    return terms_of(place).filter(pk=term_id).exists()


def plain_needs(place: Partnership) -> list[Way]:
    """The plain needs that the public front page of a place begins with, in order.

    At most six as we deliver them; none where its lead has chosen none. Four queries,
    however many there are. A page that offers one of them narrows to services whose
    ``term_ids`` overlap its ``service_type_ids``.
    """
    needs = terms_of(place, Facet.NEED).filter(plain_position__isnull=False)
    chosen = list(needs.order_by("plain_position", "taxonomy__name", "pk"))
    return _ways(chosen)


def ways(place: Partnership) -> list[Way]:
    """What the public front page begins with: the plain needs in order, then the other
    needs and then the circumstances that lead to a service type, by name. Four queries
    too."""
    needs_first = Case(When(taxonomy__facet=Facet.NEED, then=Value(0)), default=1)
    rows = terms_of(place, Facet.NEED, Facet.CIRCUMSTANCE).order_by(
        F("plain_position").asc(nulls_last=True), needs_first, "name", "pk"
    )
    return [way for way in _ways(rows) if way.is_plain or way.service_type_ids]


def _ways(rows: Iterable[TaxonomyTerm]) -> list[Way]:
    chosen = list(rows)
    found = led_to(term.pk for term in chosen)
    return [Way(term, found.get(term.pk, frozenset())) for term in chosen]


def led_to(term_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """The service types in use that each need or circumstance leads to, with
    everything below them. Three queries."""
    rows = TermMapping.objects.filter(from_term__in=list(term_ids))
    pairs = list(rows.values_list("from_term", "to_term"))
    now = resolve(to for _, to in pairs)
    below = descendants(now.values())
    out: defaultdict[uuid.UUID, frozenset[uuid.UUID]] = defaultdict(frozenset)
    for from_id, to_id in pairs:
        out[from_id] |= below[now[to_id]]
    return dict(out)


def resolve(term_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """For each term the one that stands for it now: the end of its replacements.

    A term that is in use, or retired without a replacement, stands for itself; an id
    that is none of a term too. One query.
    """
    wanted = set(term_ids)
    out = {key: key for key in wanted}
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_RESOLVE, [list(wanted), _DEEPEST])
            out |= dict(cursor.fetchall())
    return out


def replacements() -> dict[uuid.UUID, uuid.UUID]:
    """Every replaced term with the one that stands for it now. Two queries."""
    rows = TaxonomyTerm.objects.filter(replaced_by__isnull=False)
    return resolve(rows.values_list("pk", flat=True))


def standing_for(term_id: uuid.UUID) -> set[uuid.UUID]:
    """A term and all that it, or what replaced it, stands for: whose bytes may change
    with it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [term_id, _DEEPEST])
        return {term_id, *(key for (key,) in cursor.fetchall())}


def names(term_ids: Iterable[Any]) -> dict[str, str]:
    """What terms are called now, by id as text; ids that are none are left out.

    One query. A term that was replaced goes by the name of what stands for it.
    """
    wanted = [key for key in map(as_uuid, set(term_ids)) if key]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [wanted, _DEEPEST])
        return {str(key): name for key, name in cursor.fetchall()}


def descendants(
    term_ids: Iterable[uuid.UUID],
) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """For each term itself and all below it that are in use. One query.

    A term that is retired is left out; what is below it and in use is not.
    """
    out: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    wanted = set(term_ids)
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_BELOW, [list(wanted), _DEEPEST])
            for top, key in cursor.fetchall():
                out[top].add(key)
    return {key: frozenset(out[key]) for key in wanted}


_RESOLVE = """
WITH RECURSIVE chain (origin, id, next, depth) AS (
    SELECT id, id, replaced_by_id, 0 FROM directory_taxonomyterm WHERE id = ANY(%s)
    UNION ALL
    SELECT chain.origin, term.id, term.replaced_by_id, depth + 1
    FROM chain JOIN directory_taxonomyterm term ON term.id = chain.next
    WHERE depth < %s
)
SELECT DISTINCT ON (origin) origin, id FROM chain ORDER BY origin, depth DESC
"""

_NAMES = (
    f"SELECT found.origin, term.name FROM ({_RESOLVE}) found "  # noqa: S608
    "JOIN directory_taxonomyterm term ON term.id = found.id"
)

_REPLACED = """
WITH RECURSIVE replaced (id, depth) AS (
    SELECT id, 0 FROM directory_taxonomyterm WHERE id = %s
    UNION ALL
    SELECT term.id, depth + 1
    FROM replaced JOIN directory_taxonomyterm term ON term.replaced_by_id = replaced.id
    WHERE depth < %s
)
SELECT DISTINCT id FROM replaced
"""

_BELOW = """
WITH RECURSIVE below (top, id, retired_on, depth) AS (
    SELECT id, id, retired_on, 0 FROM directory_taxonomyterm WHERE id = ANY(%s)
    UNION ALL
    SELECT below.top, term.id, term.retired_on, depth + 1
    FROM below JOIN directory_taxonomyterm term ON term.parent_id = below.id
    WHERE depth < %s
)
SELECT DISTINCT top, id FROM below WHERE retired_on IS NULL
"""
