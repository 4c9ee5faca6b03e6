"""How many records of a place say each term, and how its lists look as trees."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Partnership
from directory.models import Attribute, Taxonomy, TaxonomyTerm
from workflow.models import Record

Options = list[tuple[str, Any]]


def _said(place: Partnership) -> QuerySet[Attribute]:
    """What the records of a place say, one row for each record and term."""
    own = Record.objects.filter(home=place, pk=OuterRef("about"))
    # Asked once of whichever it is: of one or another of three, the database would go
    # through the records of the place for each row.
    about = Coalesce("service_id", "organization_id", "location_id")
    return Attribute.objects.alias(about=about).filter(Exists(own))


def by_term(place: Partnership, taxonomy: Taxonomy) -> dict[uuid.UUID, int]:
    """How many records say each term of a list, by its id. One query."""
    rows = _said(place).filter(taxonomy_term__taxonomy=taxonomy)
    counted = rows.values_list("taxonomy_term").annotate(Count("pk"))
    return dict(counted.order_by())


def by_list(place: Partnership) -> dict[uuid.UUID, int]:
    """How many terms of each list are said by records, each time. One query."""
    counted = _said(place).values_list("taxonomy_term__taxonomy").annotate(Count("pk"))
    return dict(counted.order_by())


def of_term(place: Partnership, term: TaxonomyTerm) -> int:
    """How many records say one term."""
    return _said(place).filter(taxonomy_term=term).count()


def in_order(rows: Iterable[TaxonomyTerm]) -> list[tuple[int, TaxonomyTerm]]:
    """Terms as a tree read from the top: each with how deep it stands.

    One whose parent is not among them stands at the top.
    """
    known = {term.pk: term for term in rows}
    below: defaultdict[uuid.UUID | None, list[TaxonomyTerm]] = defaultdict(list)
    for term in sorted(known.values(), key=lambda t: (t.name.lower(), str(t.pk))):
        below[term.parent_id if term.parent_id in known else None].append(term)
    out: list[tuple[int, TaxonomyTerm]] = []
    waiting = [(0, term) for term in reversed(below[None])]
    while waiting:
        depth, term = waiting.pop()
        out.append((depth, term))
        waiting += [(depth + 1, child) for child in reversed(below[term.pk])]
    return out


def options(rows: Iterable[TaxonomyTerm]) -> Options:
    """Terms for a select, those below others drawn in."""
    return [
        (str(term.pk), f"{'– ' * depth}{term.name}") for depth, term in in_order(rows)
    ]


def grouped(rows: Iterable[TaxonomyTerm]) -> Options:
    """Terms for check boxes or a select, in groups by what stands at the top.

    Something below a second level is named with what it is below.
    """
    groups: Options = []
    path: list[str] = []
    ordered = in_order(rows)
    parents = {term.parent_id for _, term in ordered}
    for depth, term in ordered:
        path[depth:] = [term.name]
        if depth == 0:
            label = f"{term.name}, all of it" if term.pk in parents else term.name
            groups.append((term.name, [(str(term.pk), label)]))
        else:
            groups[-1][1].append((str(term.pk), " → ".join(path[1:])))
    return groups
