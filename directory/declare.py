"""How a field of the record is declared: once, for every use of it.

Forms, validation, diff, gate, serialiser, data dictionary and importers all read these
declarations; the tables are made from them (``directory/models.py``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from directory.choices import Visibility

Choices = tuple[tuple[str, str], ...]


class Type(StrEnum):
    """What kind of value a field holds. In a payload all but numbers are strings."""

    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    URL = "url"
    PHONE = "phone"
    POSTCODE = "postcode"
    DATE = "date"
    TIME = "time"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DAYS = "days"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Field:
    """One value of a record or of an element of one of its lists.

    ``profile`` is False for an HSDS 3.0 name that the UK profile left out: it is
    published beside the profile's own unless strict output is set (digest 1.8, 6).
    ``same_as`` names a second ORUK field that carries the same text (digest 1.8, 11).
    ``also_as`` names one that the UK profile left out (``fees_description``).
    ``folded`` marks what few people ever fill in: a form shows it when asked for more.
    ``weight`` is how much a value helps those who read the record (digest 5), ``why``
    says it to whoever fills it in.
    """

    name: str
    label: str
    type: Type = Type.LINE
    help: str = ""
    visibility: Visibility = Visibility.OPEN
    required: bool = False
    profile: bool = True
    choices: Choices = ()
    most: int = 0
    refers_to: str = ""
    same_as: str = ""
    also_as: str = ""
    folded: bool = False
    example: str = ""
    weight: int = 0
    why: str = ""

    @property
    def hint(self) -> str:
        """What stands beside the question: plain help, and an example where there is
        nothing to choose from."""
        chosen = self.type in (Type.CHOICE, Type.REFERENCE)
        shown = "" if chosen or not self.example else f"For example: {self.example}."
        return " ".join(part for part in (self.help, shown) if part)

    @property
    def max_length(self) -> int | None:
        """How many characters fit, None for a text without limit."""
        lengths = {Type.LINE: 255, Type.EMAIL: 254, Type.URL: 1000, Type.PHONE: 60}
        return self.most or lengths.get(self.type, 0) or None


@dataclass(frozen=True)
class List:
    """A list on a record. Its elements go by UUID and are decided whole.

    With ``is_set`` the elements are a set keyed by ``key`` (terms): their UUIDs follow
    from it. ``folded``, ``weight`` and ``why`` are those of a field.
    """

    name: str
    label: str
    entity: "Entity"
    help: str = ""
    visibility: Visibility = Visibility.OPEN
    profile: bool = True
    is_set: bool = False
    key: tuple[str, ...] = ()
    folded: bool = False
    weight: int = 0
    why: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a record that is shown and edited by itself."""

    slug: str
    title: str
    names: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True)
class Entity:
    """A record or an element in ORUK/HSDS terms, with all its fields and lists."""

    name: str
    label: str
    fields: tuple[Field, ...]
    lists: tuple[List, ...] = ()
    sections: tuple[Section, ...] = field(default=())

    @property
    def items(self) -> "tuple[Field | List, ...]":
        """Its fields and lists, in the order they are shown."""
        return (*self.fields, *self.lists)

    def get(self, name: str) -> Field | List:
        """The declaration of this name. Raises KeyError for an undeclared one."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(f"{self.name} has no field {name}")

    def section(self, slug: str) -> Section:
        """The section of this slug. Raises KeyError."""
        for section in self.sections:
            if section.slug == slug:
                return section
        raise KeyError(slug)

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Field]]:
        """Every field with its dotted path, lists included (``phones[].number``)."""
        for item in self.fields:
            yield prefix + item.name, item
        for each in self.lists:
            yield from each.entity.walk(f"{prefix}{each.name}[].")
