"""The seam: a record as one nested, ORUK-shaped document, and back.

A *payload* is a dict of JSON values: ``id``, the declared fields that have a value, and
its lists, each a list of dicts with an ``id``. Gaps are left out, never null or ``""``.
Other records are referred to by id. This is the only module that turns records into
payloads and payloads into records.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models

from common.models import as_uuid
from directory.columns import Element, to_column, to_payload
from directory.declarations import RECORDS
from directory.declare import Entity, List, Type
from directory.models import ELEMENT_MODELS, RECORD_MODELS, Contact

Payload = dict[str, Any]


def tidy(entity: Entity, payload: Payload) -> Payload:
    """The payload with undeclared keys and gaps left out, in declared order."""
    out: Payload = {}
    if payload.get("id"):
        out["id"] = str(payload["id"])
    for item in entity.fields:
        value = payload.get(item.name)
        if item.type == Type.BOOLEAN and not value:
            continue
        if value is not None and value != "":
            out[item.name] = value
    for each in entity.lists:
        elements = [tidy(each.entity, e) for e in payload.get(each.name) or []]
        if elements:
            out[each.name] = elements
    return out


def element_id(record_id: str, item: List, element: Payload) -> str:
    """The stable UUIDv5 of an element that came without one.

    From its record, the list and its natural key (PRODUCT.md section 4); where the
    list declares no key the whole value is the key.
    """
    key = item.key or tuple(f.name for f in item.entity.fields)
    natural = "|".join(str(element.get(name, "")).strip().lower() for name in key)
    return str(uuid.uuid5(uuid.UUID(record_id), f"{item.name}|{natural}"))


def with_ids(entity: Entity, payload: Payload) -> Payload:
    """The payload with an id on every element; equal ones of a list become one.

    Where two elements share a natural key but differ, the later gets its own id.
    """
    out = dict(payload)
    for each in entity.lists:
        seen: dict[str, Payload] = {}
        for element in payload.get(each.name) or []:
            element = with_ids_inside(each, element, out["id"])
            while element["id"] in seen and seen[element["id"]] != element:
                element = {
                    **element,
                    "id": str(uuid.uuid5(uuid.UUID(element["id"]), "again")),
                }
            seen[element["id"]] = element
        if seen:
            out[each.name] = list(seen.values())
    return out


def with_ids_inside(each: List, element: Payload, record_id: str) -> Payload:
    """One element with its id and those of the lists inside it.

    An id that is no UUID names nothing here: the element gets its own.
    """
    keep = None if each.is_set else as_uuid(element.get("id"))
    element = {**element, "id": str(keep or element_id(record_id, each, element))}
    return with_ids(each.entity, element)


def write(kind: str, payload: Payload, *, new: bool = False) -> None:
    """Make the directory tables say exactly what this accepted payload says.

    Of a ``new`` record they say nothing yet, so nothing is cleared. Runs inside the
    caller's transaction. Raises django.db.IntegrityError where a constraint is broken,
    ValueError for a value that its column cannot hold.
    """
    entity, model = RECORDS[kind], RECORD_MODELS[kind]
    values = _columns(entity, payload)
    if new or not model._default_manager.filter(pk=payload["id"]).update(**values):
        model(id=payload["id"], **values).save(force_insert=True)
    if not new:
        for each in entity.lists:
            _clear(kind, payload["id"], each)
    for each in entity.lists:
        _insert(each, payload.get(each.name, []), {f"{kind}_id": payload["id"]})


def rows(
    kind: str, payload: Payload, number: Callable[[type[Element]], int]
) -> Iterator[models.Model]:
    """The rows that :func:`write` makes of a record, unsaved, parents before children.

    For whoever writes very many at once; ``number`` gives the key of a new row.
    """
    entity, model = RECORDS[kind], RECORD_MODELS[kind]
    yield model(id=payload["id"], **_columns(entity, payload))
    for each in entity.lists:
        elements = payload.get(each.name, [])
        yield from _rows(each, elements, {f"{kind}_id": payload["id"]}, number)


def _rows(
    each: List, elements: list[Payload], parent: dict[str, Any],
    number: Callable[[type[Element]], int],
) -> Iterator[Element]:  # fmt: skip
    model = ELEMENT_MODELS[each.entity.name]
    for position, element in enumerate(elements):
        row = _row(each, element, position, parent)
        row.pk = number(model)
        yield row
        for inner in each.entity.lists:
            key = {f"{each.entity.name}_id": row.pk}
            yield from _rows(inner, element.get(inner.name, []), key, number)


def _row(
    each: List, element: Payload, position: int, parent: dict[str, Any]
) -> Element:
    return ELEMENT_MODELS[each.entity.name](
        element_id=element["id"],
        position=position,
        **_columns(each.entity, element),
        **_scope(each, parent),
    )


def read(kind: str, record_id: uuid.UUID | str) -> Payload:
    """The payload of the accepted record. Raises the model's DoesNotExist."""
    entity, model = RECORDS[kind], RECORD_MODELS[kind]
    row = model._default_manager.get(pk=record_id)
    out = {"id": str(row.pk), **_values(entity, row)}
    for each in entity.lists:
        elements = _elements(each, {f"{kind}_id": row.pk})
        if elements:
            out[each.name] = elements
    return out


def _columns(entity: Entity, payload: Payload) -> dict[str, Any]:
    return {f.name: to_column(f, payload.get(f.name)) for f in entity.fields}


def _values(entity: Entity, row: models.Model) -> Payload:
    values = {f.name: to_payload(f, getattr(row, f.name)) for f in entity.fields}
    return {name: value for name, value in values.items() if value is not None}


def _scope(each: List, parent: dict[str, Any]) -> dict[str, Any]:
    """Which rows of the shared table belong to this list of this parent."""
    model = ELEMENT_MODELS[each.entity.name]
    return {**parent, "list_name": each.name} if model is Contact else parent


def _clear(kind: str, record_id: str, each: List) -> None:
    """Take away all rows of a list's table that are the record's, whatever list they
    say they are in."""
    model = ELEMENT_MODELS[each.entity.name]
    model._default_manager.filter(**{f"{kind}_id": record_id}).delete()


def _insert(each: List, elements: list[Payload], parent: dict[str, Any]) -> None:
    model = ELEMENT_MODELS[each.entity.name]
    made = [_row(each, e, position, parent) for position, e in enumerate(elements)]
    model._default_manager.bulk_create(made)
    for inner in each.entity.lists:
        for row, element in zip(made, elements, strict=True):
            key = {f"{each.entity.name}_id": row.pk}
            _insert(inner, element.get(inner.name, []), key)


def _elements(each: List, parent: dict[str, Any]) -> list[Payload]:
    model = ELEMENT_MODELS[each.entity.name]
    out = []
    for row in model._default_manager.filter(**_scope(each, parent)).order_by(
        "position"
    ):
        element = {"id": str(row.element_id), **_values(each.entity, row)}
        for inner in each.entity.lists:
            inside = _elements(inner, {f"{each.entity.name}_id": row.pk})
            if inside:
                element[inner.name] = inside
        out.append(element)
    return out
