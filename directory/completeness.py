"""What a record lacks that would help people most: never a bare score.

The weights are declared with the fields (``Field.weight``): those of the first version
of the standard (digest 5), with its conditions put right. A place counts unless people
take part only by phone, online or at home; access and the way there count only where
people go. How recently it was checked is no matter of filling in, and does not count.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from directory.checks import only_remote
from directory.choices import Kind, LocationType
from directory.declarations import RECORDS
from directory.declare import Field, List
from directory.payload import Payload

_SAID_ELSEWHERE: dict[str, Callable[[Payload], bool]] = {
    "cost_options": lambda service: bool(service.get("fees")),
    "phones": lambda record: any(c.get("phones") for c in record.get("contacts", [])),
}
"""A list that may be empty because another field says the same."""


@dataclass(frozen=True)
class Missing:
    """Something worth filling in: of which record, in which section of it, and why."""

    kind: str
    record_id: str
    section: str
    name: str
    item_label: str
    label: str
    """The same with the name of the place, where it is of one."""
    why: str
    weight: int

    @property
    def sentence(self) -> str:
        """“Getting there”: People without a car look for how to get there."""
        return f"“{self.label}”: {self.why}"


def missing(service: Payload, places: Iterable[Payload] = ()) -> list[Missing]:
    """What would help people most, the most useful first; empty for a full record."""
    gaps = [one for one, filled in _counted(service, places) if not filled]
    return sorted(gaps, key=lambda gap: -gap.weight)


def share(service: Payload, places: Iterable[Payload] = ()) -> Decimal:
    """How much of what counts is there, 0 to 100 with two decimals.

    For putting records in order and for narrowing lists; people are shown
    :func:`missing`.
    """
    counted = _counted(service, places)
    there = sum(one.weight for one, filled in counted if filled)
    of = sum(one.weight for one, _ in counted)
    return (Decimal(100 * there) / of).quantize(Decimal("0.01"), ROUND_HALF_UP)


def thinnest_first(
    records: Mapping[str, tuple[Payload, list[Payload]]],
) -> list[str]:
    """Keys of services with their places, what lacks most first; equal ones as they
    came."""
    return sorted(records, key=lambda key: share(*records[key]))


def _counted(service: Payload, places: Iterable[Payload]) -> list[tuple[Missing, bool]]:
    """Everything that counts for this service, and whether it is there."""
    records = [(str(Kind.SERVICE), service)]
    records += [(str(Kind.LOCATION), place) for place in places if _is_visited(place)]
    return [
        (_as_missing(kind, record, item), _is_there(record, item))
        for kind, record in records
        for item in RECORDS[kind].items
        if item.weight and _applies(kind, item, service)
    ]


def _is_visited(place: Payload) -> bool:
    """Whether people go there and may be told how."""
    kind = place.get("location_type", LocationType.PHYSICAL)
    return kind == LocationType.PHYSICAL and not place.get("sensitive")


def _applies(kind: str, item: Field | List, service: Payload) -> bool:
    if kind == Kind.LOCATION:
        return item.name in ("accessibility", "transportation")
    return item.name != "service_at_locations" or not only_remote(service)


def _is_there(record: Payload, item: Field | List) -> bool:
    value = record.get(item.name)
    if value not in (None, "", []):
        return True
    elsewhere = _SAID_ELSEWHERE.get(item.name)
    return elsewhere is not None and elsewhere(record)


def _as_missing(kind: str, record: Payload, item: Field | List) -> Missing:
    entity = RECORDS[kind]
    section = next(s.slug for s in entity.sections if item.name in s.names)
    label = item.label
    if kind == Kind.LOCATION and record.get("name"):
        label = f"{item.label}, {record['name']}"
    return Missing(
        kind, str(record.get("id", "")), section, item.name, item.label, label,
        item.why, item.weight,
    )  # fmt: skip
