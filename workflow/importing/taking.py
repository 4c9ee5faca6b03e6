"""Taking a record of a source into our names, value by value, forgiving its shape.

What comes out has the declared names, the source's own ids and references, and values
as they came: ``settling`` makes them ours.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.choices import Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from directory.text import clean_line
from workflow.importing.noting import About, Notes, What

Raw = dict[str, Any]

LONGEST_ID = 255


@dataclass
class Found:
    """One record of a source, in our names, as it came."""

    kind: str
    external_id: str
    label: str
    payload: Raw
    about: About


@dataclass
class Reading:
    """One service of a source with the organization and the places it names.

    ``service.payload`` refers to them by the source's ids; a term is a dict of clues.
    """

    service: Found
    organization: Found | None
    locations: list[Found] = field(default_factory=list)
    assured_on: Any = None
    is_short: bool = False

    @property
    def every(self) -> list[Found]:
        """The service and what it names."""
        organization = [self.organization] if self.organization else []
        return [self.service, *organization, *self.locations]


@dataclass(frozen=True)
class Dialect:
    """What a standard calls our fields, by entity, and what it says that we leave."""

    names: Mapping[str, Mapping[str, str]]
    left_out: Mapping[str, frozenset[str]]


def is_empty(value: Any) -> bool:
    """Whether a source says nothing with this value."""
    return value is None or value == [] or value == {} or _is_blank(value)


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def text_of(value: Any) -> str:
    """A scalar as plain text on one line, ``""`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return clean_line(str(value))


def elements(value: Any) -> list[Any]:
    """The elements of what should be a list: one thing alone is a list of it."""
    if is_empty(value):
        return []
    return [v for v in value if not is_empty(v)] if isinstance(value, list) else [value]


def external_id(given: Any, *natural: Any) -> str:
    """A source's id as text that fits its column, else one made from a natural key.

    ``""`` where there is neither. A made one gives nothing away of what it is made of.
    """
    said = ""
    if isinstance(given, (str, int)) and not isinstance(given, bool):
        said = str(given).strip()
    if 0 < len(said) <= LONGEST_ID:
        return said
    said = said or "|".join(text_of(n).lower() for n in natural)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return f"made|{digest}" if said.strip("|") else ""


def found(
    kind: str, key: str, value: Raw, notes: Notes, dialect: Dialect, skip: set[str]
) -> Found:
    """A record with all its declared fields and lists taken; ``skip`` is read apart."""
    label = text_of(value.get("name"))[:LONGEST_ID] or "Without a name"
    about = notes.about(kind, key, label)
    payload = take(RECORDS[kind], value, about, dialect, skip=skip)
    return Found(kind, key, label, payload, about)


def take(
    entity: Entity,
    value: Raw,
    about: About,
    dialect: Dialect,
    *,
    skip: set[str] | frozenset[str] = frozenset(),
    at: str = "",
) -> Raw:
    """The declared, open fields and lists of one record or element, values as given."""
    names = dialect.names.get(entity.name, {})
    left_out = dialect.left_out.get(entity.name, frozenset())
    out: Raw = {}
    # Names of the standard's own before those they are also known by.
    for name in sorted(value, key=lambda n: n in names):
        given = value[name]
        if name in skip or name in left_out or is_empty(given):
            continue
        item = _open_item(entity, names.get(name, name))
        if name == "id":
            out["id"] = external_id(given)
        elif item is None or (item.name in out and out[item.name] != given):
            if not name.endswith("_id"):
                about.unknown(at + name)
        elif isinstance(item, Field):
            _take_value(item, given, out, about, at)
        else:
            inside = f"{at}{item.name}."
            out[item.name] = [
                take(item.entity, each, about, dialect, at=inside)
                for each in _as_dicts(item, given, about, at)
            ]
    return out


def _open_item(entity: Entity, name: str) -> Field | List | None:
    """The declaration of a name that a source may fill: open ones only."""
    for item in entity.items:
        if item.name == name and item.visibility == Visibility.OPEN:
            return item
    return None


def _take_value(item: Field, given: Any, out: Raw, about: About, at: str) -> None:
    single = given
    if isinstance(given, list) and len(given) == 1:
        single = given[0]
    wrong_truth = isinstance(single, bool) and item.type != Type.BOOLEAN
    if isinstance(single, (dict, list)) or wrong_truth:
        about.say(
            What.UNREADABLE, at + item.name, given,
            f"{item.label}: a single value is wanted here.",
        )  # fmt: skip
    else:
        out[item.name] = single


def _as_dicts(item: List, given: Any, about: About, at: str) -> list[Raw]:
    """The elements of a list; a bare value is the one field its entity cannot miss."""
    required = [f.name for f in item.entity.fields if f.required]
    out = []
    for each in elements(given):
        if isinstance(each, dict):
            out.append(each)
        elif len(required) == 1 and not isinstance(each, (list, bool)):
            out.append({required[0]: each})
        else:
            about.say(
                What.UNREADABLE, at + item.name, each,
                f"{item.label}: this is not in the form of the standard.",
            )  # fmt: skip
    return out
