"""Leaving out of a record what cannot be used, and saying so for each value.

Pure. Text is made plain by ``directory/validation.py``; here is said what was repaired,
and every value that validation objects to is taken out alone. What is missing stays
missing: a draft may have gaps.
"""

from dataclasses import dataclass, field
from typing import Any

from directory import validation
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from directory.payload import Payload
from directory.text import clean
from workflow.importing.noting import About, What

_TEXTS = (Type.LINE, Type.TEXT)


@dataclass
class Sifted:
    """A payload that holds only what can be used, and the paths that lost a value.

    ``lost`` are paths as in ``directory/diff.py``, each with the name of the field of
    the element that is gone, ``""`` for the whole.
    """

    payload: Payload
    lost: list[tuple[str, str]] = field(default_factory=list)


def sift(kind: str, payload: Payload, about: About) -> Sifted:
    """The payload in its stored form without what cannot be used."""
    entity = RECORDS[kind]
    _note_repairs(entity, payload, about, "")
    out = Sifted(validation.normalise(kind, _with_codes(entity, payload)))
    for each in entity.lists:
        _sift_list(each, out, about)
    _drop_no_point(out, about)
    for name in _take_out(entity, out.payload, about, "", kind):
        out.lost.append((name, ""))
    _drop_half_a_point(out, about)
    return out


# --- text -----------------------------------------------------------------------------


def _note_repairs(entity: Entity, payload: Payload, about: About, at: str) -> None:
    for item in entity.fields:
        value = payload.get(item.name)
        if item.type in _TEXTS and isinstance(value, str):
            notes = clean(value)[1]
            if notes:
                about.say(What.REPAIRED, at + item.name, value, ". ".join(notes) + ".")
    for each in entity.lists:
        for element in payload.get(each.name) or []:
            _note_repairs(each.entity, element, about, f"{at}{each.name}.")


def _with_codes(entity: Entity, payload: Payload) -> Payload:
    """The payload with codes written as the standard does, whatever their case."""
    out = dict(payload)
    for item in entity.fields:
        value = out.get(item.name)
        if item.type == Type.CHOICE and isinstance(value, str):
            codes = {key.lower(): key for key, _ in item.choices}
            out[item.name] = codes.get(" ".join(value.lower().split()), value)
    for each in entity.lists:
        if out.get(each.name):
            out[each.name] = [_with_codes(each.entity, e) for e in out[each.name]]
    return out


# --- points ---------------------------------------------------------------------------

_POINT = ("latitude", "longitude")


def _drop_no_point(out: Sifted, about: About) -> None:
    """Nought and nought is what systems write that know no point."""
    if [out.payload.get(name) for name in _POINT] == [0, 0]:
        about.say(
            What.UNREADABLE, "latitude", "0, 0",
            "The point is 0, 0, which is in the sea off Africa.",
        )  # fmt: skip
        _drop_point(out)


def _drop_half_a_point(out: Sifted, about: About) -> None:
    there = [name for name in _POINT if name in out.payload]
    if len(there) == 1:
        about.say(
            What.UNREADABLE, there[0], out.payload[there[0]],
            "Half a point says nothing: latitude and longitude belong together.",
        )  # fmt: skip
        _drop_point(out)


def _drop_point(out: Sifted) -> None:
    for name in _POINT:
        out.payload.pop(name, None)
        out.lost.append((name, ""))


# --- values ---------------------------------------------------------------------------


def _take_out(
    entity: Entity, values: Payload, about: About, at: str, kind: str = ""
) -> list[str]:
    """Take out what validation objects to; the names of what was taken out.

    Again until nothing is left to object to, since a value may be wrong only beside
    another. ``kind`` for a whole record.
    """
    gone: list[str] = []
    told: set[str] = set()
    while True:
        wrong = _problems(entity, values, kind)
        bad = {
            name: sentence
            for name, sentence in wrong.items()
            if name in values and name not in told
        }
        for name, sentence in bad.items():
            item = entity.get(name)
            if isinstance(item, Field) and _is_too_long(item, values[name]):
                about.say(What.TOO_LONG, at + name, values[name], sentence)
                told.add(name)
                continue
            what = What.UNREADABLE
            if isinstance(item, Field) and item.type == Type.CHOICE:
                what = What.NOT_ON_LIST
            about.say(what, at + name, values.pop(name), sentence)
            gone.append(name)
        if not bad:
            break
    for name, sentence in wrong.items():
        if name not in values and name not in gone and name not in _POINT:
            about.say(What.INCOMPLETE, at + name, "", _not_said(entity, name, sentence))
    return gone


def _problems(entity: Entity, values: Payload, kind: str) -> dict[str, str]:
    """A sentence for each field of these values alone, not of lists inside."""
    found = (
        validation.problems(kind, values)
        if kind
        else validation.element_problems(entity, values)
    )
    return {
        name: sentence
        for name, sentence in found.items()
        if "/" not in name and "." not in name
    }


def _is_too_long(item: Field, value: Any) -> bool:
    """Whether a text is only too long: a person can shorten it when deciding."""
    return (
        item.type in _TEXTS
        and item.max_length is not None
        and len(str(value)) > item.max_length
    )


def _not_said(entity: Entity, name: str, sentence: str) -> str:
    item = entity.get(name)
    if isinstance(item, Field) and item.required:
        return f"The source does not say: {item.label.lower().rstrip('?')}."
    return sentence


# --- lists ----------------------------------------------------------------------------


def _sift_list(each: List, out: Sifted, about: About) -> None:
    kept: list[Payload] = []
    seen: dict[tuple[Any, ...], Payload] = {}
    for element in out.payload.pop(each.name, []):
        path = f"{each.name}/{element['id']}"
        lost = _sift_element(each, element, about, f"{each.name}.")
        if lost is None:
            out.lost.append((path, ""))
            continue
        out.lost += [(path, name) for name in lost]
        key = tuple(element.get(name) for name in each.key)
        if each.key and key in seen:
            _note_twice(each, element, seen[key], about)
            continue
        seen[key] = element
        kept.append(element)
    if kept:
        out.payload[each.name] = kept


def _sift_element(
    each: List, element: Payload, about: About, at: str
) -> list[str] | None:
    """The names of what an element lost; None if it cannot be used without that."""
    lost = []
    for inner in each.entity.lists:
        kept = []
        for inside in element.pop(inner.name, []):
            gone = _sift_element(inner, inside, about, f"{at}{inner.name}.")
            if gone is not None:
                kept.append(inside)
            if gone != []:
                lost.append(inner.name)
        if kept:
            element[inner.name] = kept
    lost += _take_out(each.entity, element, about, at)
    left = set(element) - {"id"}
    required = [f.name for f in each.entity.fields if f.required]
    if left and (len(required) != 1 or required[0] in element):
        return lost
    if left:
        about.say(
            What.INCOMPLETE, at.rstrip("."), _words(element),
            f"{each.entity.label}: without its main value this was left out.",
        )  # fmt: skip
    return None


def _words(element: Payload) -> str:
    return "; ".join(f"{k}: {v}" for k, v in element.items() if k != "id")


def _note_twice(each: List, element: Payload, first: Payload, about: About) -> None:
    """Tell of an element that says something else of the same thing, and is left."""
    differs = {k: v for k, v in element.items() if k != "id"} != {
        k: v for k, v in first.items() if k != "id"
    }
    if differs:
        about.say(
            What.CONFLICT, each.name, _words(element),
            f"{each.label}: the same one is there twice and the first was kept.",
        )  # fmt: skip
