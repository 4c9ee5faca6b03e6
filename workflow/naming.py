"""What the records and terms that a payload refers to are called, and what may be
chosen where a form asks for one."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q

from accounts.models import Partnership
from directory import terms
from directory.choices import TAGGED, Kind
from workflow.models import Record

Option = tuple[str, Any]


def names(values: Iterable[Any]) -> dict[str, str]:
    """Names by id as text, for everything these values refer to: two queries.

    Takes payloads and single elements alike. A place a service happens at is named
    after its location.
    """
    references: dict[str, str] = {}
    for value in values:
        references |= dict(_references(value))
    wanted = set(references.values())
    records = Record.objects.filter(pk__in=wanted).values_list("pk", "label")
    found = {str(pk): name for pk, name in records} | terms.names(wanted)
    links = {
        key: found[target]
        for key, target in references.items()
        if key != target and target in found
    }
    return found | links


def _references(value: Any) -> Iterator[tuple[str, str]]:
    """Each id that is referred to with what it stands for; a link element stands for
    its location."""
    if isinstance(value, Mapping):
        location = value.get("location_id")
        if _is_id(location) and _is_id(value.get("id")):
            yield str(value["id"]), str(location)
        for key, inner in value.items():
            if key.endswith("_id") and _is_id(inner):
                yield str(inner), str(inner)
            elif isinstance(inner, (Mapping, list)):
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _is_id(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def options(place: Partnership, drafted: Iterable[Record] = ()) -> dict[str, list[Any]]:
    """What may be chosen for a reference, by the kind of thing it refers to.

    Organizations and places at home here or shown by a listing of this place, terms
    that are not retired in groups by their list; also the ``drafted`` records, which
    nobody has accepted yet.
    """
    mine = {record.pk for record in drafted}
    listings = place.listings.all()
    known = Record.objects.filter(
        Q(pk__in=mine)
        | Q(revision__isnull=False, home=place)
        | Q(revision__isnull=False, pk__in=listings.values("organization_id")),
        replaced_by=None,
    ).order_by("label")
    by_kind: dict[str, list[Any]] = {Kind.ORGANIZATION: [], Kind.LOCATION: []}
    for pk, kind, label in known.values_list("pk", "kind", "label"):
        if kind in by_kind:
            by_kind[kind].append((str(pk), label))
    return {
        "organization": by_kind[Kind.ORGANIZATION],
        "location": by_kind[Kind.LOCATION],
        "taxonomy_term": _terms(place),
    }


def _terms(place: Partnership) -> list[Option]:
    groups: dict[str, list[Option]] = {}
    rows = terms.terms_of(place, *TAGGED)
    for pk, name, taxonomy in rows.values_list("pk", "name", "taxonomy__name"):
        groups.setdefault(taxonomy, []).append((str(pk), name))
    return list(groups.items())
