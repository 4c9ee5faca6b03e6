"""The data dictionary: every field of the record in words, from the declarations.

For those who read the published data or bring data in; nothing is said twice, so it
cannot fall behind. What never leaves Vouch is listed too: everybody may know that it
is kept, and who sees it.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from directory.choices import Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type

TYPES: dict[Type, str] = {
    Type.LINE: "Text, one line",
    Type.TEXT: "Text",
    Type.EMAIL: "E-mail address",
    Type.URL: "Web address",
    Type.PHONE: "Phone number",
    Type.POSTCODE: "UK postcode",
    Type.DATE: "Date, YYYY-MM-DD",
    Type.TIME: "Time, HH:MM:SS by the clock in Europe/London",
    Type.INTEGER: "Whole number",
    Type.DECIMAL: "Number",
    Type.BOOLEAN: "Yes or no",
    Type.CHOICE: "One of a list",
    Type.DAYS: "Days as in RFC 5545, such as MO,TH or 2TU",
    Type.REFERENCE: "Reference, by UUID",
}
PROFILE = "ORUK 3.0"
HSDS = "HSDS 3.0, beside the UK profile"
OURS = "Not published"
COLUMNS = {
    "record": "Record",
    "path": "Path",
    "label": "Field",
    "meaning": "What it is",
    "type": "Type",
    "choices": "May be",
    "most": "Longest, in characters",
    "mandatory": "Must be there",
    "seen_by": "Who may see it",
    "standard": "Standard",
    "example": "Example",
    "weight": "Weight",
}
"""The columns of a row and what stands over them."""


@dataclass(frozen=True)
class Entry:
    """One field. ``path`` is where it stands in the published JSON
    (``service.phones[].number``) or would; ``weight`` is how much it counts for
    completeness, 0 for nothing; ``most`` is None for a text without limit."""

    record: str
    path: str
    label: str
    meaning: str
    type: str
    choices: list[str]
    most: int | None
    mandatory: bool
    seen_by: str
    standard: str
    example: str
    weight: int

    def as_dict(self) -> dict[str, object]:
        """Its values by the names of :data:`COLUMNS`."""
        return asdict(self)


def entries() -> list[Entry]:
    """Every field and list of every record, in the order they are shown."""
    return [
        entry
        for kind, entity in RECORDS.items()
        for entry in _of(entity, kind, kind, Visibility.OPEN, in_profile=True)
    ]


def _of(
    entity: Entity, record: str, path: str, seen: Visibility, *, in_profile: bool
) -> Iterator[Entry]:
    for item in entity.fields:
        yield _field(item, record, path, seen, in_profile=in_profile)
    for each in entity.lists:
        narrower = each.visibility if seen == Visibility.OPEN else seen
        inside = in_profile and each.profile
        yield _list(each, record, path, narrower, in_profile=inside)
        yield from _of(
            each.entity, record, f"{path}.{each.name}[]", narrower, in_profile=inside
        )


def _field(
    item: Field, record: str, path: str, seen: Visibility, *, in_profile: bool
) -> Entry:
    narrower = item.visibility if seen == Visibility.OPEN else seen
    others = [f"{path}.{n}" for n in (item.same_as, item.also_as) if n]
    also = f" Also published as {', '.join(others)}." if others else ""
    return Entry(
        record=record,
        path=f"{path}.{item.name}",
        label=item.label,
        meaning=f"{item.help}{also}",
        type=TYPES[item.type],
        choices=[str(key) for key, _ in item.choices],
        most=item.max_length,
        mandatory=item.required,
        seen_by=str(Visibility(narrower).label),
        standard=_standard(narrower, in_profile=in_profile and item.profile),
        example=item.example,
        weight=item.weight,
    )


def _list(
    each: List, record: str, path: str, seen: Visibility, *, in_profile: bool
) -> Entry:
    return Entry(
        record=record,
        path=f"{path}.{each.name}[]",
        label=each.label,
        meaning=each.help,
        type=f"List: {each.entity.label.lower()}",
        choices=[],
        most=None,
        mandatory=False,
        seen_by=str(Visibility(seen).label),
        standard=_standard(seen, in_profile=in_profile),
        example="",
        weight=each.weight,
    )


def _standard(seen: Visibility, *, in_profile: bool) -> str:
    if seen != Visibility.OPEN:
        return OURS
    return PROFILE if in_profile else HSDS
