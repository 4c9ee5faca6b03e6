"""What the records and terms that a payload refers to are called, and what may be
chosen where a form asks for one."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q

from accounts.models import Partnership
from directory import terms
from directory.choices import TAGGED, Kind
from workflow.models import Record

Option = tuple[str, Any]


def names(values: Iterable[Any]) -> dict[str, str]:
    """Names by id as text, for everything these values refer to: two queries, or none.

    Takes payloads and single elements alike. A place a service happens at is named
    after its location.
    """
    references: dict[str, str] = {}
    for value in values:
        for key, target in _references(value):
            # What a link stands for is said where it is, and not where it is named.
            if key != target or key not in references:
                references[key] = target
    if not references:
        return {}
    wanted = set(references.values())
    records = Record.objects.filter(pk__in=wanted).values_list("pk", "label")
    found = {str(pk): name for pk, name in records} | terms.names(wanted)
    links = {
        key: found[target]
        for key, target in references.items()
        if key != target and target in found
    }
    return found | links


def refers_to(value: Any) -> set[str]:
    """The ids of all that a value refers to."""
    return {target for _, target in _references(value)}


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


class Offered(Mapping[str, list[Any]]):
    """What may be chosen for a reference, by the kind of thing it refers to.

    A list is put together when somebody asks for it: a place may have thousands of
    organizations, and hardly a form asks for one.
    """

    def __init__(self, makers: Mapping[str, Callable[[], list[Any]]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, list[Any]] = {}

    def __getitem__(self, kind: str) -> list[Any]:
        if kind not in self._made:
            self._made[kind] = self._makers[kind]()
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def with_other(self, kind: str, make: Callable[[], list[Any]]) -> "Offered":
        """The same, but for one kind of thing."""
        return Offered({**self._makers, kind: make})


def options(place: Partnership, drafted: Iterable[Record] = ()) -> Offered:
    """What may be chosen in a place.

    Organizations and places at home here or shown by a listing of this place, terms
    that are not retired in groups by their list; also the ``drafted`` records, which
    nobody has accepted yet.
    """
    mine = {record.pk for record in drafted}
    return Offered(
        {
            Kind.ORGANIZATION: lambda: _records(Kind.ORGANIZATION, place, mine),
            Kind.LOCATION: lambda: _records(Kind.LOCATION, place, mine),
            "taxonomy_term": lambda: _terms(place),
        }
    )


def _records(kind: Kind, place: Partnership, mine: set[Any]) -> list[Option]:
    known = Q(pk__in=mine) | Q(revision__isnull=False, home=place)
    if kind == Kind.ORGANIZATION:
        run_by = place.listings.values("organization_id")
        known |= Q(revision__isnull=False, pk__in=run_by)
    rows = Record.objects.filter(known, kind=kind, replaced_by=None).order_by("label")
    return [(str(pk), label) for pk, label in rows.values_list("pk", "label")]


def _terms(place: Partnership) -> list[Option]:
    groups: dict[str, list[Option]] = {}
    rows = terms.terms_of(place, *TAGGED)
    for pk, name, taxonomy in rows.values_list("pk", "name", "taxonomy__name"):
        groups.setdefault(taxonomy, []).append((str(pk), name))
    return list(groups.items())
