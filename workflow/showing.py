"""A record on a page: its sections in words, and exactly what the public would see.

Pure but for what is handed in. The order is that of the declarations, the wording that
of ``directory/words.py``; both the staff pages and the preview stand on it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from directory import diff, personal, phones, words
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List
from directory.gate import HeldBack
from directory.payload import Payload
from workflow.queries import PublicParts, Whole
from workflow.wording import Segment

Names = Mapping[str, str]
Row = dict[str, Any]

EVERYTHING = frozenset(Visibility)
FOR_PARTNERS = frozenset({Visibility.OPEN, Visibility.PARTNERS})
_WHO_SEES = {
    Visibility.OPEN: "",
    Visibility.PARTNERS: "For partners only, never public.",
    Visibility.INTERNAL: "Only for those who keep the record.",
}
# Nought is an answer: the youngest who may come to a baby group is 0.
_NOTHING: tuple[Any, ...] = (None, "", [])
SOMEWHERE = "A place that is kept secret"
HIDDEN_PLACE = "This place is kept secret: nothing about where it is becomes public."


@dataclass(frozen=True)
class Part:
    """One section in words. ``unknown`` names what nobody has filled in."""

    slug: str
    title: str
    rows: list[Row]
    unknown: list[str] = field(default_factory=list)


def say(item: Field | List, value: Any, names: Names) -> str:
    """A value in words, as one text; ``""`` for none."""
    said = words.show(item, value, names)
    return said if isinstance(said, str) else "\n".join(said)


def parts(
    entity: Entity,
    payload: Payload,
    names: Names,
    see: Collection[Visibility] = FOR_PARTNERS,
    changed: Collection[str] = (),
) -> list[Part]:
    """The sections of a record that have something to show to whoever may ``see``.

    ``changed`` are the names of fields and lists that hold a suggested change.
    """
    out = []
    for section in entity.sections:
        items = [
            item for item in map(entity.get, section.names) if item.visibility in see
        ]
        known = [item for item in items if payload.get(item.name) not in _NOTHING]
        rows = [
            _row(item, payload[item.name], names, item.name in changed)
            for item in known
        ]
        unknown = [
            item.label
            for item in items
            if item.visibility == Visibility.OPEN and item not in known
        ]
        if rows:
            out.append(Part(section.slug, section.title, rows, unknown))
    return out


def _row(item: Field | List, value: Any, names: Names, changed: bool) -> Row:
    said = words.show(item, value, names)
    key = "value" if isinstance(said, str) else "lines"
    return {
        "label": item.label,
        key: said,
        "note": _WHO_SEES[item.visibility],
        "changed": changed,
    }


def discreet(whole: Whole, names: Names) -> tuple[Whole, Names]:
    """A service for somebody who does not keep it: without its secret places."""
    secret = {key for key, place in whole.locations.items() if place.get("sensitive")}
    links = {e["id"]: e["location_id"]
             for e in whole.service.get("service_at_locations", [])}  # fmt: skip
    hidden = {key for key in names if key in secret or links.get(key) in secret}
    return (
        replace(
            whole,
            locations={k: v for k, v in whole.locations.items() if k not in secret},
        ),
        {key: SOMEWHERE if key in hidden else name for key, name in names.items()},
    )


# --- exactly what the public would see ------------------------------------------------


@dataclass(frozen=True)
class PublicPart:
    """One section as the public would read it. Rows have label, segments, reason."""

    title: str
    rows: list[Row]


def public_view(
    whole: Whole, public: PublicParts, names: Names, *, keeps: bool = True
) -> list[PublicPart]:
    """Every open word of a service with its places and organization.

    What is held back is there too, marked "held", with the sentence that says why; but
    nothing about a secret place for somebody who does not keep the record.
    """
    _, names = discreet(whole, names)
    found = _Held(public.held_back)
    out = _sections(Kind.SERVICE, whole.service, public.service, found, names)
    for key, location in whole.locations.items():
        shown = public.locations.get(key, {})
        out.append(_place(location, shown, found, names, keeps))
    if whole.organization:
        rows = [
            row
            for part in _sections(
                Kind.ORGANIZATION, whole.organization, public.organization, found, names
            )
            for row in part.rows
        ]
        out.append(PublicPart("Who runs it", rows))
    return [part for part in out if part.rows]


class _Held:
    """Findings by record and field."""

    def __init__(self, held_back: Mapping[str, Iterable[HeldBack]]) -> None:
        self.held_back = held_back

    def of(self, record_id: str, path: str) -> list[HeldBack]:
        found = [f for f in self.held_back.get(record_id, ()) if f.path == path]
        return sorted(found, key=lambda f: (f.field, f.start))


def _place(
    location: Payload, public: Payload, held: _Held, names: Names, keeps: bool
) -> PublicPart:
    if location.get("sensitive"):
        name = str((keeps and location.get("name")) or "Its name and address")
        row = {"label": "Place", "segments": [(name, "held")], "reason": HIDDEN_PLACE}
        return PublicPart("Where it happens", [row])
    sections = _sections(Kind.LOCATION, location, public, held, names)
    return PublicPart(
        "Where it happens", [row for part in sections for row in part.rows]
    )


# What is shown by itself, from the record that it leads to.
_LINKS = ("organization_id", "parent_organization_id", "service_at_locations")


def _sections(
    kind: str, payload: Payload, public: Payload, held: _Held, names: Names
) -> list[PublicPart]:
    entity = RECORDS[kind]
    out = []
    for section in entity.sections:
        rows = []
        for item in map(entity.get, section.names):
            value: Any = payload.get(item.name)
            if item.visibility != Visibility.OPEN or item.name in _LINKS:
                continue
            if value in _NOTHING:
                continue
            record_id = str(payload.get("id"))
            if isinstance(item, List):
                row = _list(item, value, public, record_id, held, names)
            else:
                found = held.of(record_id, item.name)
                row = _value(item, value, public.get(item.name), found, names)
            rows.append({"label": item.label, **row})
        out.append(PublicPart(section.title, rows))
    return [part for part in out if part.rows]


def _value(
    item: Field, value: Any, public: Any, found: list[HeldBack], names: Names
) -> Row:
    text = say(item, value, names)
    if not found:
        if public is not None and public != value:
            return _instead(text, say(item, public, names))
        return {"segments": [(text, "")], "reason": ""}
    if public is None:
        return {"segments": [(text, "held")], "reason": reasons(found)}
    return {"segments": _spans(str(value), found), "reason": reasons(found)}


def _instead(text: str, shown: str) -> Row:
    return {
        "segments": [(text, "held"), (" ", ""), (shown, "")],
        "reason": "A shared mailbox is shown in its place.",
    }


def _spans(text: str, found: Iterable[personal.Span]) -> list[Segment]:
    """The text in segments, with what is found in it marked as held back."""
    return [(part, "held" if f else "") for part, f in personal.marked(text, found)]


def _list(
    item: List, elements: list[Payload], public: Payload, record_id: str,
    held: _Held, names: Names,
) -> Row:  # fmt: skip
    found = {e["id"]: held.of(record_id, f"{item.name}/{e['id']}") for e in elements}
    if not any(found.values()):
        shown = public.get(item.name, [])
        return {"segments": [(say(item, shown, names), "")], "reason": ""}
    segments: list[Segment] = []
    for element in elements:
        if segments:
            segments.append(("\n", ""))
        text = say(item, element, names)
        shown = diff.at(public, f"{item.name}/{element['id']}")
        if found[element["id"]] and shown is None:
            segments.append((text, "held"))
        else:
            segments += _marked(text, found[element["id"]])
    everything = [f for each in found.values() for f in each]
    return {"segments": segments, "reason": reasons(everything)}


def _marked(text: str, found: list[HeldBack]) -> list[Segment]:
    """A text with the words of findings marked; the whole where they are not in it."""
    places = []
    for finding in found:
        for said in (finding.text, phones.display(finding.text)):
            start = text.find(said)
            if said and start >= 0:
                places.append(_Place(start, start + len(said)))
                break
        else:
            return [(text, "held")]
    return _spans(text, places)


class _Place(NamedTuple):
    """Where words stand in a text."""

    start: int
    end: int


def reasons(found: Iterable[HeldBack]) -> str:
    """Why something is held back, each sentence once."""
    return " ".join(dict.fromkeys(f.sentence for f in found))
