"""How a value of the record reads: in words, for people, never as it is stored.

The decision page, the record, the preview and the history all say a value this way.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from common.days import read_day
from directory import different_days, phones, schedules, wall_clock
from directory.declare import Entity, Field, List, Type
from directory.elements import LANGUAGE
from directory.freshness import full_date
from directory.payload import Payload

Names = Mapping[str, str]
"""What the records and terms that a value refers to are called, by id as text."""

_SCHEDULE_NOTES = (
    "description",
    "attending_type",
    "notes",
    "schedule_link",
    "service_at_location_id",
)
UNKNOWN_REFERENCE = "No longer in the directory"


def show(item: Field | List, value: Any, names: Names | None = None) -> str | list[str]:
    """A value in words: ``""`` or ``[]`` where there is none.

    A field, or one element of a list, gives a text; a whole list gives one line for
    each element (opening times are put together). What cannot be read, in a draft, is
    shown as it was typed. ``names`` are those of what the value refers to.
    """
    known = names or {}
    if isinstance(item, List):
        if isinstance(value, Mapping):
            return element_text(item.entity, dict(value), known)
        return _lines(item, list(value or []), known)
    return field_text(item, value, known)


def field_text(item: Field, value: Any, names: Names) -> str:
    """One value of one field in words; ``""`` for none."""
    if value is None or value == "":
        return ""
    try:
        return _WORDS.get(item.type, _plain)(item, value, names)
    except (ValueError, TypeError, InvalidOperation):
        return str(value)


def element_text(entity: Entity, element: Payload, names: Names) -> str:
    """One element of a list in one line."""
    sentence = _ELEMENTS.get(entity.name)
    if sentence:
        return sentence(entity, element, names) or _generic(entity, element, names)
    return _generic(entity, element, names)


def details(entity: Entity, element: Payload, names: Names) -> list[tuple[str, str]]:
    """An element as label and words, for each of its fields that has a value."""
    rows = [
        (item.label, field_text(item, element.get(item.name), names))
        for item in entity.fields
    ]
    for each in entity.lists:
        lines = _lines(each, element.get(each.name, []), names)
        rows.append((each.label, "; ".join(lines)))
    return [(label, text) for label, text in rows if text]


def _lines(item: List, elements: list[Payload], names: Names) -> list[str]:
    if item.entity.name == "schedule" and not any(_has_notes(e) for e in elements):
        return schedules.describe_all(elements)
    texts = (element_text(item.entity, element, names) for element in elements)
    shown = [text for text in texts if text]
    # Two terms of which one replaced the other read the same.
    return list(dict.fromkeys(shown)) if item.is_set else shown


def _has_notes(schedule: Payload) -> bool:
    """Whether there is more to an opening time than its times."""
    return any(schedule.get(name) for name in _SCHEDULE_NOTES)


def _plain(item: Field, value: Any, names: Names) -> str:
    return str(value)


def _choice(item: Field, value: Any, names: Names) -> str:
    return dict(item.choices).get(value, str(value))


def _reference(item: Field, value: Any, names: Names) -> str:
    return names.get(str(value), UNKNOWN_REFERENCE)


def _time(item: Field, value: Any, names: Names) -> str:
    return wall_clock.in_words(wall_clock.minutes(str(value)))


_WORDS: dict[Type, Callable[[Field, Any, Names], str]] = {
    Type.PHONE: lambda item, value, names: phones.display(str(value)),
    Type.DATE: lambda item, value, names: full_date(read_day(str(value))),
    Type.TIME: _time,
    Type.BOOLEAN: lambda item, value, names: "Yes" if value else "No",
    Type.CHOICE: _choice,
    Type.DAYS: lambda item, value, names: (
        schedules.describe({"byday": value}) or str(value)
    ),
    Type.REFERENCE: _reference,
}


def _texts(entity: Entity, element: Payload, names: Names) -> dict[str, str]:
    fields = [item for item in entity.items if isinstance(item, Field)]
    return {f.name: field_text(f, element.get(f.name), names) for f in fields}


def _joined(parts: list[str], by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def _with_note(text: str, notes: list[str]) -> str:
    note = _joined(notes)
    return f"{text} ({note})" if text and note else text or note


def _generic(entity: Entity, element: Payload, names: Names) -> str:
    """The first thing it says, the rest behind it in brackets."""
    said = [text for text in _texts(entity, element, names).values() if text]
    return _with_note(said[0], said[1:]) if said else ""


def _schedule(entity: Entity, element: Payload, names: Names) -> str:
    said = schedules.describe(element)
    texts = _texts(entity, element, names)
    notes = [texts[name] for name in _SCHEDULE_NOTES]
    return _with_note(
        said, [note for note in notes if note.lower() not in said.lower()]
    )


def _phone(entity: Entity, element: Payload, names: Names) -> str:
    said = _texts(entity, element, names)
    number = said["number"]
    if said["extension"]:
        number = f"{number} extension {said['extension']}".strip()
    kind = said["type"].lower() if element.get("type") not in (None, "voice") else ""
    spoken = [_generic(LANGUAGE, each, names) for each in element.get("languages", [])]
    return _with_note(number, [said["description"], kind, *spoken])


def _contact(entity: Entity, element: Payload, names: Names) -> str:
    said = _texts(entity, element, names)
    who = _joined([said["name"], said["title"], said["department"]])
    lines = [line for each in entity.lists
             for line in _lines(each, element.get(each.name, []), names)]  # fmt: skip
    return _joined([who, said["email"], *lines], "; ")


def _cost(entity: Entity, element: Payload, names: Names) -> str:
    said = _texts(entity, element, names)
    price = money(element.get("amount"), element.get("currency") or "GBP")
    until = [f"from {said['valid_from']}"] if said["valid_from"] else []
    until += [f"until {said['valid_to']}"] if said["valid_to"] else []
    words = _joined([said["option"], price], ": ")
    return _with_note(words, [said["amount_description"], *until])


def money(amount: Any, currency: str = "GBP") -> str:
    """``£3``, ``£3.50``, ``free``; another currency by its code ("3 EUR")."""
    if amount is None or amount == "":
        return ""
    try:
        value = Decimal(str(amount))
        if not value.is_finite():
            return str(amount)
    except InvalidOperation:
        return str(amount)
    if value == 0:
        return "Free"
    figures = f"{value:,.0f}" if value == value.to_integral() else f"{value:,.2f}"
    return f"£{figures}" if currency == "GBP" else f"{figures} {currency}"


def _address(entity: Entity, element: Payload, names: Names) -> str:
    said = _texts(entity, element, names)
    order = ("attention", "address_1", "address_2", "region", "city",
             "state_province", "postal_code")  # fmt: skip
    country = said["country"] if said["country"] not in ("", "GB") else ""
    return _joined([*(said[name] for name in order), country])


def _term(entity: Entity, element: Payload, names: Names) -> str:
    return _texts(entity, element, names)["taxonomy_term_id"]


def _area(entity: Entity, element: Payload, names: Names) -> str:
    said = _texts(entity, element, names)
    outline = "with an outline" if said["extent"] else ""
    if element.get("extent_type") == "text":
        outline = said["extent"]
    return _with_note(said["name"], [outline])


def _identifier(entity: Entity, element: Payload, names: Names) -> str:
    said = _texts(entity, element, names)
    register = said["identifier_scheme"] or said["identifier_type"]
    return _joined([register, said["identifier"]], " ")


def _different(entity: Entity, element: Payload, names: Names) -> str:
    return different_days.describe(element)


_ELEMENTS: dict[str, Callable[[Entity, Payload, Names], str]] = {
    "schedule": _schedule,
    "holiday_schedule": _different,
    "phone": _phone,
    "contact": _contact,
    "cost_option": _cost,
    "address": _address,
    "attribute": _term,
    "service_area": _area,
    "organization_identifier": _identifier,
}
