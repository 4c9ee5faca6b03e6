"""What differs between two payloads, path by path, and putting differences in.

A path is the name of a field (``name``) or an element of a list (``phones/<uuid>``).
Elements are decided whole; terms are a set; order is never a change (PRODUCT.md 4).
"""

from dataclasses import dataclass
from typing import Any

from directory.declare import Entity, Field, List
from directory.payload import Payload


@dataclass(frozen=True)
class PathChange:
    """One difference: ``was`` and ``value`` are None where there is nothing."""

    path: str
    was: Any
    value: Any

    @property
    def op(self) -> str:
        """``add``, ``replace`` or ``remove``."""
        if self.was is None:
            return "add"
        return "remove" if self.value is None else "replace"


def split(path: str) -> tuple[str, str]:
    """Name and element id of a path (the id is ``""`` for a plain field)."""
    name, _, element = path.partition("/")
    return name, element


def declaration(entity: Entity, path: str) -> Field | List:
    """The declaration of the field or list a path leads to. Raises KeyError."""
    return entity.get(split(path)[0])


def at(payload: Payload, path: str) -> Any:
    """The value at a path, None where there is none."""
    name, element = split(path)
    if not element:
        return payload.get(name)
    return next((e for e in payload.get(name, []) if e["id"] == element), None)


def same(a: Any, b: Any) -> bool:
    """Whether two values say the same, whatever the order of their lists."""
    return _plain(a) == _plain(b)


def without_ids(value: Any) -> Any:
    """A value without the ids that its elements were given: what it says."""
    if isinstance(value, dict):
        return {k: without_ids(v) for k, v in value.items() if k != "id"}
    if isinstance(value, list):
        return [without_ids(v) for v in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((_plain(v) for v in value), key=repr)
    return value


def changes(
    entity: Entity, base: Payload, target: Payload, names: tuple[str, ...] = ()
) -> list[PathChange]:
    """What leads from ``base`` to ``target``, in declared order.

    ``names`` limits it to some fields and lists (a form that showed only those).
    """
    out = []
    for item in entity.items:
        if names and item.name not in names:
            continue
        if isinstance(item, Field):
            was, value = base.get(item.name), target.get(item.name)
            if was != value:
                out.append(PathChange(item.name, was, value))
            continue
        before = {e["id"]: e for e in base.get(item.name, [])}
        after = {e["id"]: e for e in target.get(item.name, [])}
        for key in [*before, *(k for k in after if k not in before)]:
            if not same(before.get(key), after.get(key)):
                out.append(
                    PathChange(f"{item.name}/{key}", before.get(key), after.get(key))
                )
    return out


def put(payload: Payload, path: str, value: Any) -> Payload:
    """The payload with this value at this path (None takes it away)."""
    name, element = split(path)
    out = dict(payload)
    if not element:
        if value is None:
            out.pop(name, None)
        else:
            out[name] = value
        return out
    elements = list(out.get(name, []))
    place = next((i for i, e in enumerate(elements) if e["id"] == element), None)
    if value is None:
        if place is not None:
            elements.pop(place)
    elif place is None:
        elements.append(value)
    else:
        elements[place] = value
    if elements:
        out[name] = elements
    else:
        out.pop(name, None)
    return out
