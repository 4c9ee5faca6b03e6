"""One service that is really two: what each of them says once it is divided.

Pure. The page that shows both before anybody decides and the action that writes them
ask the same function, so what was shown is what comes.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import InvalidInput
from directory import checks, diff, validation
from directory.choices import Kind
from directory.declarations import SERVICE
from directory.declare import Field, List
from directory.payload import Payload
from workflow.choices import Goes

SAME_FOR_BOTH = ("organization_id", "status")
"""What two services of one organization have in common without being asked."""
_OWN = ("name",)
"""What the first keeps; the new one is given its own."""
_OFTEN_SHARED = (
    "url", "email", "phones", "contacts", "service_at_locations", "service_areas",
    "languages", "attributes", "maintainers",
)  # fmt: skip
"""How to get in touch, where it is and what kind it is: mostly true of both."""


SAME = (
    "Both would say the same. Choose what belongs to one of them alone: another day, "
    "another price, another group of people."
)


@dataclass(frozen=True)
class Line:
    """One thing that a service says: a value, or an element of a list, at its path."""

    path: str
    item: Field | List
    value: Any

    @property
    def goes_at_first(self) -> Goes:
        """What is chosen for it before anybody has looked."""
        return Goes.BOTH if self.item.name in _OFTEN_SHARED else Goes.STAYS


@dataclass(frozen=True)
class Halves:
    """Both payloads, and the paths that left the first and that both have."""

    first: Payload
    second: Payload
    moved: tuple[str, ...]
    copied: tuple[str, ...]


def lines(service: Payload) -> Iterator[Line]:
    """What can be divided of a service, in declared order."""
    for item in SERVICE.items:
        value = service.get(item.name)
        if item.name in (*SAME_FOR_BOTH, *_OWN) or value in (None, "", []):
            continue
        if isinstance(item, Field):
            yield Line(item.name, item, value)
            continue
        for element in service[item.name]:
            yield Line(f"{item.name}/{element['id']}", item, element)


def divide(
    service: Payload, name: str, goes: Mapping[str, str], mandatory: list[str]
) -> Halves:
    """Both services: the first keeps its name, the new one is called ``name``.

    ``goes`` says by path what becomes of a line (``Goes``); what it does not name
    stays. ``mandatory`` is what the policy asks for: the first may not lose it.
    Elements of the new service have ids of their own: feeds and readers know the old
    ones as the first's. Raises InvalidInput, by path.
    """
    found = {line.path: line for line in lines(service)}
    errors = _unread(goes, name)
    if name.strip().casefold() == str(service.get("name", "")).strip().casefold():
        errors["name"] = "Give the new service a name of its own."
    chosen = {path: _goes(goes.get(path, "")) for path in found}
    if set(chosen.values()) <= {Goes.STAYS}:
        errors[""] = "Choose at least one thing that goes with the new service."
    if set(chosen.values()) == {Goes.BOTH}:
        errors[""] = SAME
    first = service
    second: Payload = {key: service[key] for key in SAME_FOR_BOTH if key in service}
    second |= {"id": str(uuid.uuid4()), "name": name.strip()}
    keys = {element: str(uuid.uuid4()) for element in _place_ids(service)}
    for path, line in found.items():
        if chosen[path] == Goes.MOVES:
            first = diff.put(first, path, None)
        if chosen[path] != Goes.STAYS:
            second = _with(second, line, keys)
    errors |= _apart(found, chosen) | _lost(service, first, mandatory)
    if errors:
        raise InvalidInput(errors)
    return Halves(
        first, validation.normalise(Kind.SERVICE, second),
        tuple(path for path, to in chosen.items() if to == Goes.MOVES),
        tuple(path for path, to in chosen.items() if to == Goes.BOTH),
    )  # fmt: skip


def _unread(goes: Mapping[str, str], name: str) -> dict[str, str]:
    errors = {path: "Choose where this goes." for path, to in goes.items()
              if to not in Goes.values}  # fmt: skip
    if not name.strip():
        errors["name"] = "Give the new service a name."
    return errors


def _goes(said: str) -> Goes:
    return Goes(said) if said in Goes.values else Goes.STAYS


def _place_ids(service: Payload) -> list[str]:
    return [link["id"] for link in service.get("service_at_locations", [])]


def _with(second: Payload, line: Line, keys: Mapping[str, str]) -> Payload:
    """The new service with a line of the first in it."""
    if isinstance(line.item, Field):
        return diff.put(second, line.path, line.value)
    key = keys.get(line.value["id"]) or str(uuid.uuid4())
    element = _anew(line.value) | {"id": key}
    at = element.get("service_at_location_id")
    if at:
        element["service_at_location_id"] = keys.get(at, at)
    if line.item.is_set:
        element.pop("id")  # follows from what it is a set of
    name = line.item.name
    return {**second, name: [*second.get(name, []), element]}


def _anew(element: Payload) -> Payload:
    """An element, with those inside it, without the ids that it had."""
    return {
        key: [_anew(one) for one in value] if _are_elements(value) else value
        for key, value in element.items()
        if key != "id"
    }


def _are_elements(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _apart(found: Mapping[str, Line], chosen: Mapping[str, Goes]) -> dict[str, str]:
    """A sentence for each time that would be without the place it is for."""
    errors = {}
    for path, line in found.items():
        at = not isinstance(line.item, Field) and line.value.get(
            "service_at_location_id"
        )
        place = chosen.get(f"service_at_locations/{at}") if at else None
        if place is None or place == Goes.BOTH or place == chosen[path]:
            continue
        errors[path] = (
            "This is for one of its places. Let both go the same way, or give the "
            "place to both services."
        )
    return errors


def _lost(before: Payload, after: Payload, mandatory: list[str]) -> dict[str, str]:
    """What the first would be without that it has to have, and had."""
    had_not = checks.missing(before, mandatory)
    gone = [
        sentence
        for name, sentence in checks.missing(after, mandatory).items()
        if name not in had_not
    ]
    if not gone:
        return {}
    return {"": f"“{before.get('name')}” would be left with too little. "
            + " ".join(gone)}  # fmt: skip
