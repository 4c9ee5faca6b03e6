"""Giving a place its own copy of the starter lists.

Ids follow from the place and the words, so the copy of one place is the same whenever
it is made.
"""

import uuid
from collections.abc import Iterable

from accounts.models import Partnership
from directory import starter_words as words
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm, TermMapping

LISTS: tuple[tuple[Facet, str, str], ...] = (
    (Facet.SERVICE_TYPE, "Service types", "What kind of help a service is."),
    (Facet.NEED, "Needs", "What people come with, in their own words."),
    (Facet.CIRCUMSTANCE, "Circumstances", "What is so in somebody’s life."),
    (Facet.AUDIENCE, "Audiences", "Who a service is meant for."),
    (Facet.ACCESSIBILITY, "Access", "What makes a place usable by everybody."),
)


def starter_id(place: Partnership, facet: Facet, *names: str) -> uuid.UUID:
    """The id of a starter list of a place, or of the term of this name in it."""
    return uuid.uuid5(uuid.UUID(str(place.pk)), "/".join(("starter", facet, *names)))


def write_starter_lists(place: Partnership) -> list[Taxonomy]:
    """The starter lists of a place that has none of these names yet.

    Runs inside the caller's transaction. Raises django.db.IntegrityError where the
    place has one of them.
    """
    lists = [
        Taxonomy(
            pk=starter_id(place, facet), partnership=place, facet=facet, name=name,
            description=description,
        )
        for facet, name, description in LISTS
    ]  # fmt: skip
    Taxonomy.objects.bulk_create(lists)
    ways = (*words.PLAIN_NEEDS, *words.MORE_NEEDS)
    TaxonomyTerm.objects.bulk_create([
        *_service_types(place),
        *_flat(place, Facet.NEED, ((w.name, w.description) for w in ways)),
        *_flat(
            place, Facet.CIRCUMSTANCE,
            ((w.name, w.description) for w in words.CIRCUMSTANCES),
        ),
        *_flat(place, Facet.AUDIENCE, words.AUDIENCES),
        *_flat(place, Facet.ACCESSIBILITY, words.ACCESSIBILITY),
    ])  # fmt: skip
    TermMapping.objects.bulk_create(
        TermMapping(
            from_term_id=starter_id(place, facet, way.name),
            to_term_id=starter_id(place, Facet.SERVICE_TYPE, name),
        )
        for facet, group in (
            (Facet.NEED, ways), (Facet.CIRCUMSTANCE, words.CIRCUMSTANCES),
        )
        for way in group
        for name in way.to
    )  # fmt: skip
    return lists


def _service_types(place: Partnership) -> Iterable[TaxonomyTerm]:
    """The groups first, so that each kind finds the one it is below."""
    facet = Facet.SERVICE_TYPE
    groups = {group.name: _term(place, facet, group.name, group.description)
              for group in words.SERVICE_TYPES}  # fmt: skip
    yield from groups.values()
    for group in words.SERVICE_TYPES:
        for name, description in group.kinds:
            kind = _term(place, facet, name, description)
            kind.parent = groups[group.name]
            yield kind


def _flat(
    place: Partnership, facet: Facet, rows: Iterable[words.Words]
) -> Iterable[TaxonomyTerm]:
    for position, (name, description) in enumerate(rows, 1):
        term = _term(place, facet, name, description)
        if facet == Facet.NEED and position <= len(words.PLAIN_NEEDS):
            term.plain_position = position
        yield term


def _term(
    place: Partnership, facet: Facet, name: str, description: str
) -> TaxonomyTerm:
    return TaxonomyTerm(
        pk=starter_id(place, facet, name), taxonomy_id=starter_id(place, facet),
        name=name, description=description,
        other_words=list(words.OTHER_WORDS.get(name, ())),
    )  # fmt: skip
