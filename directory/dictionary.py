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


ID = ("id", "Id", "The same in every answer, and never that of anything else.", "UUID")
"""What every record and every element of a list has."""
ITS_TERM = "A term of one of the lists of the place: "
WRITTEN: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "service": (
        ("assured_date", "Checked on",
         "The day on which somebody last vouched for the whole record.",
         TYPES[Type.DATE]),
        ("assurer_email", "Who checks it",
         "The mailbox of the body that vouches for it, where it has one.",
         TYPES[Type.EMAIL]),
        ("last_modified", "Last changed",
         "When anything that is published of it last changed.",
         "Instant, YYYY-MM-DDTHH:MM:SS.mmmZ"),
        ("organization", "Who runs it",
         "All that is published of the organisation, as under “organization”.",
         "Object"),
    ),
    "service_at_location": (
        ("service_id", "Of which service", "The id of the service.", "UUID"),
        ("location", "Where",
         "All that is published of the place, as under “location”.", "Object"),
    ),
    "attribute": (
        ("link_id", "Of what", "The id of what it says something about.", "UUID"),
        ("link_entity", "Of what kind", "What that is, such as service.",
         TYPES[Type.LINE]),
        ("taxonomy_term.id", "The term", f"{ITS_TERM}its id.", "UUID"),
        ("taxonomy_term.name", "Name of the term", f"{ITS_TERM}what it is called.",
         TYPES[Type.LINE]),
        ("taxonomy_term.term", "Name of the term, once more",
         f"{ITS_TERM}the same name, where HSDS looks for it.", TYPES[Type.LINE]),
        ("taxonomy_term.description", "What the term means",
         f"{ITS_TERM}what it is for, else its name.", TYPES[Type.TEXT]),
        ("taxonomy_term.code", "Code of the term",
         f"{ITS_TERM}its code in that list, where it has one.", TYPES[Type.LINE]),
        ("taxonomy_term.term_uri", "Address of the term",
         f"{ITS_TERM}where that is described.", TYPES[Type.URL]),
        ("taxonomy_term.parent_id", "The term above",
         f"{ITS_TERM}the id of the wider one.", "UUID"),
        ("taxonomy_term.taxonomy", "The list", f"{ITS_TERM}what the list is called.",
         TYPES[Type.LINE]),
        ("taxonomy_term.taxonomy_id", "Id of the list",
         f"{ITS_TERM}the id of its list.", "UUID"),
    ),
    "accessibility": (
        ("accessibility", "How it is accessible, once more",
         "The description again, where the UK profile looks for it.", TYPES[Type.TEXT]),
    ),
}  # fmt: skip
"""What we write ourselves into what is published, by entity: name, label, meaning and
type. Nobody is asked for it."""


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
    """Every field and list of every record, in the order they are shown, and what we
    write beside them into what is published."""
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
    if seen == Visibility.OPEN:
        for written in (ID, *WRITTEN.get(entity.name, ())):
            yield _written(written, record, path, in_profile=in_profile)
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


def _written(
    what: tuple[str, str, str, str], record: str, path: str, *, in_profile: bool
) -> Entry:
    name, label, meaning, kind = what
    return Entry(
        record=record, path=f"{path}.{name}", label=label, meaning=meaning, type=kind,
        choices=[], most=None, mandatory=name == "id",
        seen_by=str(Visibility.OPEN.label),
        standard=_standard(Visibility.OPEN, in_profile=in_profile), example="",
        weight=0,
    )  # fmt: skip


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
