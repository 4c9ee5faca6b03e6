"""Is this payload what the declarations say? Values tidied, a sentence for the rest.

Drafts may hold anything; a value is accepted only when nothing here objects to it.
"""

import datetime as dt
import uuid
from typing import Any

from common.days import read_day
from directory import different_days, phones, postcodes, schedules, text
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from directory.freshness import full_date
from directory.payload import Payload, tidy, with_ids

Errors = dict[str, str]


def normalise(kind: str, payload: Payload) -> Payload:
    """The payload as it would be stored: text cleaned, postcodes, times and numbers in
    one form, gaps left out, an id on every element. A value that cannot be read stays
    as it came, for :func:`problems` to name; what should be an element of a list and is
    no object has no fields, and is left out."""
    entity = RECORDS[kind]
    return with_ids(entity, tidy(entity, _normalise(entity, payload)))


def _normalise(entity: Entity, payload: Payload) -> Payload:
    out = dict(payload)
    for item in entity.fields:
        if item.name in out:
            out[item.name] = normalise_value(item, out[item.name])
    if entity.name == "schedule":
        out = {**out, **schedules.normalise(out)}
    for each in entity.lists:
        elements = [_normalise(each.entity, e) for e in _elements(each, out)]
        out[each.name] = [e for e in elements if _says_something(each.entity, e)]
    return out


def _elements(each: List, payload: Payload) -> list[Payload]:
    """The elements of a list, whatever else stands there or between them."""
    value = payload.get(each.name)
    return [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []


def _says_something(entity: Entity, element: Payload) -> bool:
    return bool(set(tidy(entity, element)) - {"id"})


def normalise_value(item: Field, value: Any) -> Any:
    """One value in its stored form; returned as it came when it cannot be read."""
    if value is None or value == "":
        return None
    if isinstance(value, (dict, list)):
        return value
    try:
        return _READERS.get(item.type, _read_line)(value)
    except (ValueError, TypeError, OverflowError):
        return value


def _read_line(value: Any) -> str:
    return text.clean_line(str(value))


def _read_number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise TypeError("a number is wanted")
    number = float(str(value).strip().replace(",", "").lstrip("£"))
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("a number is wanted")
    return int(number) if number.is_integer() else number


def _read_date(value: Any) -> str:
    return read_day(str(value)).isoformat()


_READERS: dict[Type, Any] = {
    Type.TEXT: lambda v: text.clean(str(v))[0],
    Type.EMAIL: lambda v: str(v).strip(),
    Type.URL: lambda v: text.normalise_url(str(v)),
    Type.PHONE: lambda v: phones.normalise(str(v)),
    Type.POSTCODE: lambda v: postcodes.normalise(str(v)),
    Type.DATE: _read_date,
    Type.TIME: lambda v: schedules.parse_time(str(v)),
    Type.INTEGER: _read_number,
    Type.DECIMAL: _read_number,
    Type.BOOLEAN: lambda v: v is True or str(v).lower() in ("true", "1", "yes", "on"),
    Type.CHOICE: lambda v: str(v).strip(),
    Type.DAYS: lambda v: str(v).strip(),
    Type.REFERENCE: lambda v: str(uuid.UUID(str(v))),
}


def value_problem(item: Field, value: Any) -> str | None:
    """What is wrong with one value, in a sentence that says what to do; else None."""
    if value is None or value == "":
        return _still_empty(item) if item.required else None
    if isinstance(value, (dict, list)):
        return f"{item.label}: one value is wanted here, not a list."
    if item.max_length and len(str(value)) > item.max_length:
        return (
            f"{item.label} is too long: {len(str(value))} characters, "
            f"{item.max_length} at most."
        )
    check = _CHECKS.get(item.type)
    return check(item, value) if check else None


def _still_empty(item: Field) -> str:
    """What to do about a gap, in a sentence that reads well with any label."""
    label = item.label
    if item.type in (Type.CHOICE, Type.REFERENCE):
        return f"Choose an answer for “{label}”."
    if label.startswith("What ") or label.endswith(" by"):
        return f"Fill in “{label}”."
    return f"Enter the {label.lower()}."


def _number_problem(item: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"{item.label}: enter a number, for example 5."
    if item.type == Type.INTEGER and not isinstance(value, int):
        return f"{item.label}: enter a whole number, for example 5."
    if abs(value) > 2_000_000_000:
        return f"{item.label}: this number is too large."
    return None


def _choice_problem(item: Field, value: Any) -> str | None:
    allowed = [key for key, _ in item.choices]
    if value in allowed:
        return None
    names = ", ".join(label for _, label in item.choices)
    return f"{item.label}: “{value}” is not one of: {names}."


def _date_problem(item: Field, value: Any) -> str | None:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return f"{item.label}: enter a date, for example 27 3 2026."
    return None


def _reference_problem(item: Field, value: Any) -> str | None:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return f"{item.label}: choose one from the list."
    return None


def _time_problem(item: Field, value: Any) -> str | None:
    try:
        schedules.parse_time(str(value))
    except ValueError as error:
        return f"{item.label}: {error}"
    return None


def _postcode_problem(item: Field, value: Any) -> str | None:
    try:
        postcodes.normalise(str(value))
    except ValueError as error:
        return str(error)
    return None


_CHECKS: dict[Type, Any] = {
    Type.EMAIL: lambda item, v: text.email_problem(str(v)),
    Type.URL: lambda item, v: text.url_problem(str(v)),
    Type.PHONE: lambda item, v: phones.problem(str(v)),
    Type.POSTCODE: _postcode_problem,
    Type.DATE: _date_problem,
    Type.TIME: _time_problem,
    Type.INTEGER: _number_problem,
    Type.DECIMAL: _number_problem,
    Type.CHOICE: _choice_problem,
    Type.REFERENCE: _reference_problem,
}


def element_problems(entity: Entity, element: Payload) -> Errors:
    """A sentence for each wrong field of one element of a list (by field name)."""
    errors = {}
    for item in entity.fields:
        problem = value_problem(item, element.get(item.name))
        if problem:
            errors[item.name] = problem
    if entity.name == "schedule":
        errors = {**schedules.problems(element), **errors}
    if entity.name == "holiday_schedule":
        errors = {**different_days.problems(element), **errors}
    if entity.name == "cost_option":
        amount = element.get("amount")
        if isinstance(amount, (int, float)) and amount < 0:
            errors["amount"] = "Amount in pounds: enter 0 or more."
    if not errors.keys() & {"valid_from", "valid_to"}:
        errors |= _in_order(element, "valid_from", "valid_to", "Until", "the first day")
    for each in entity.lists:
        errors |= _shape_problem(each, element)
        for inner in _elements(each, element):
            for name, problem in element_problems(each.entity, inner).items():
                errors[f"{each.name}.{name}"] = problem
    return errors


def _in_order(
    payload: Payload, first: str, last: str, label: str, than: str
) -> dict[str, str]:
    a, b = payload.get(first), payload.get(last)
    both = isinstance(a, type(b)) and isinstance(a, (int, float, str))
    if both and a not in (None, "") and b not in (None, "") and b < a:
        return {last: f"{label} ({_said(b)}) is before {than} ({_said(a)})."}
    return {}


def _said(value: float | str) -> str:
    """An age as it is, a day in full."""
    return full_date(read_day(value)) if isinstance(value, str) else str(value)


def problems(kind: str, payload: Payload) -> Errors:
    """A sentence for each thing that cannot be accepted, by path.

    Paths are as in ``directory/diff.py``, with ``.field`` after an element's.
    """
    entity = RECORDS[kind]
    errors: Errors = {}
    for item in entity.fields:
        problem = value_problem(item, payload.get(item.name))
        if problem:
            errors[item.name] = problem
    if not errors.keys() & {"minimum_age", "maximum_age"}:
        errors |= _in_order(
            payload, "minimum_age", "maximum_age", "Oldest age", "the youngest age"
        )
    for name in ("minimum_age", "maximum_age"):
        age = payload.get(name)
        if name not in errors and isinstance(age, int) and not 0 <= age <= 130:
            errors[name] = "Enter an age between 0 and 130."
    errors |= _point_problems(payload)
    for each in entity.lists:
        errors |= _list_problems(each, payload)
    return errors


def _point_problems(payload: Payload) -> Errors:
    errors: Errors = {}
    latitude, longitude = payload.get("latitude"), payload.get("longitude")
    if (latitude is None) != (longitude is None):
        missing = "longitude" if longitude is None else "latitude"
        return {missing: "Give latitude and longitude together, or neither."}
    for name, value, most in (
        ("latitude", latitude, 90), ("longitude", longitude, 180),
    ):  # fmt: skip
        if isinstance(value, (int, float)) and abs(value) > most:
            errors[name] = f"{name.title()}: enter a number from -{most} to {most}."
    return errors


def _shape_problem(each: List, payload: Payload) -> Errors:
    """A sentence where there should be a list of elements and is something else."""
    value = payload.get(each.name)
    if value is None or value == _elements(each, payload):
        return {}
    return {each.name: f"{each.label}: a list of entries is wanted here."}


def _list_problems(each: List, payload: Payload) -> Errors:
    errors = _shape_problem(each, payload)
    seen: set[tuple[str, ...]] = set()
    for element in _elements(each, payload):
        path = f"{each.name}/{element.get('id', '')}"
        for name, problem in element_problems(each.entity, element).items():
            errors[f"{path}.{name}"] = problem
        key = tuple(str(element.get(name)) for name in each.key)
        if each.key and key in seen:
            errors[path] = f"{each.label}: the same one is there twice."
        seen.add(key)
    return errors
