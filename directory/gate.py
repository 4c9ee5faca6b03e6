"""The gate: what of a record may be open data (PRODUCT.md section 6).

Looks at every open field and at nothing else. A finding holds back the field (in free
text: the words), never the record; only a held-back name stops publication. Pure: the
releases that people decided are handed in.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory import personal, phones, postcodes
from directory.choices import Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, Type
from directory.payload import Payload

SENTENCES = {
    "personal_email": "This looks like a person's own e-mail address.",
    "mobile": "This is a mobile number. Is it the group's public line?",
    "identity_number": "This looks like a number that identifies a person.",
    "person_name": "This looks like the name of a private person.",
    "home_address": "This looks like somebody's home.",
    "secret_place": "This would give away a place that is kept secret.",
}
NAMES = ("name",)
_LEADS_HOME = (
    "name", "alternate_name", "latitude", "longitude", "external_identifier",
    "description", "transportation", "url",
)  # fmt: skip


@dataclass(frozen=True)
class HeldBack:
    """One finding. ``start`` and ``end`` are characters of the field's text.

    ``path`` is the path of the change it belongs to (``phones/<uuid>``); ``field`` the
    dotted way from there to the field.
    """

    path: str
    field: str
    label: str
    kind: str
    certainty: str
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What a release is stored under: the kind and a hash of the value."""
        return release_key(self.kind, self.text)

    @property
    def sentence(self) -> str:
        """The finding in a sentence for the person who decides."""
        return SENTENCES[self.kind]


@dataclass(frozen=True)
class Context:
    """What the gate knows besides the record.

    ``released`` maps release keys to a replacement, or ``""`` for "show it as it is".
    ``secrets`` are texts of sensitive places that may appear nowhere, ``homes`` those
    of places that somebody lives at; ``secret_places`` are the sensitive ones' ids.
    """

    organization_names: tuple[str, ...] = ()
    released: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    secret_places: frozenset[str] = frozenset()


def release_key(kind: str, value: str) -> str:
    """The key of a release. A mobile is the same however its digits are grouped."""
    plain = "".join(c for c in value.lower() if not c.isspace())
    if kind == "mobile":
        plain = phones.normalise(value).replace(" ", "")
    return f"{kind}:{hashlib.sha256(plain.encode()).hexdigest()}"


def secrets_of(location: Payload) -> tuple[str, ...]:
    """The texts of a sensitive place that may appear nowhere in public."""
    if not location.get("sensitive"):
        return ()
    found = [location.get("name"), location.get("alternate_name")]
    found.append(location.get("external_identifier"))
    return tuple(t for t in found if t and len(t) > 3) + _address_texts(location)


def home_texts(location: Payload) -> tuple[str, ...]:
    """The texts that give away where somebody lives; none for any other place."""
    return _address_texts(location) if location.get("home") else ()


def _address_texts(location: Payload) -> tuple[str, ...]:
    """Postcode and street lines of a place, and their parts of several words."""
    found: list[str] = []
    for address in location.get("addresses", []):
        for name in ("address_1", "address_2", "postal_code"):
            line = str(address.get(name) or "")
            parts = [part.strip() for part in line.split(",")]
            found += [line, *(part for part in parts if " " in part)]
    return tuple(dict.fromkeys(text for text in found if len(text) > 3))


def open_fields(
    entity: Entity, payload: Payload, *, path: str = "", prefix: str = ""
) -> Iterator[tuple[str, str, Field, Any]]:
    """Every open value with its change path, dotted field name and declaration."""
    for item in entity.fields:
        value = payload.get(item.name)
        if item.visibility == Visibility.OPEN and value is not None:
            yield path or item.name, prefix + item.name, item, value
    for each in entity.lists:
        if each.visibility != Visibility.OPEN:
            continue
        for element in payload.get(each.name, []):
            yield from open_fields(
                each.entity,
                element,
                path=path or f"{each.name}/{element['id']}",
                prefix=f"{prefix}{each.name}/{element['id']}.",
            )


def findings(kind: str, payload: Payload, context: Context) -> list[HeldBack]:
    """What is held back from this record, releases already applied."""
    found = _all_findings(kind, payload, context)
    return [f for f in found if f.key not in context.released]


def _all_findings(kind: str, payload: Payload, context: Context) -> list[HeldBack]:
    found: list[HeldBack] = []
    for path, dotted, item, value in open_fields(RECORDS[kind], payload):
        if not isinstance(value, str):
            continue
        for kind_, certainty, start, end in _look(dotted, item, value, context):
            found.append(
                HeldBack(path, dotted, item.label, kind_, certainty,
                         value[start:end], start, end)
            )  # fmt: skip
    return found + _home(kind, payload) + _ways_in(payload, context)


def _look(
    dotted: str, item: Field, value: str, context: Context
) -> Iterator[tuple[str, str, int, int]]:
    """The findings in one value: kind, certainty, start, end."""
    whole = (0, len(value))
    for start, end in _spans(value, context.secrets):
        yield "secret_place", personal.CERTAIN, start, end
    for start, end in _spans(value, context.homes):
        yield "home_address", personal.CERTAIN, start, end
    if item.type == Type.EMAIL:
        certainty = personal.looks_personal_email(
            value, organization_names=context.organization_names
        )
        if certainty:
            yield "personal_email", certainty, *whole
    elif item.type == Type.PHONE:
        if phones.is_mobile(value):
            yield "mobile", personal.SUSPECTED, *whole
    elif item.type in (Type.LINE, Type.TEXT):
        is_contact = dotted.endswith(".name") and "contacts/" in dotted
        if is_contact and personal.is_person_name(
            value, organization_names=context.organization_names
        ):
            yield "person_name", personal.SUSPECTED, *whole
            return
        for finding in personal.find_in_text(
            value, organization_names=context.organization_names
        ):
            yield finding.kind, finding.certainty, finding.start, finding.end


def _spans(value: str, texts: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where these texts stand in a value, whatever lies between their words."""
    for text in texts:
        words = [re.escape(word) for word in re.findall(r"\w+", text)]
        if words:
            pattern = r"(?<!\w)" + r"\W{1,3}".join(words) + r"(?!\w)"
            for match in re.finditer(pattern, value, re.IGNORECASE):
                yield match.span()
    wanted = {text.replace(" ", "").upper() for text in texts}
    for start, end, code in postcodes.find_in_text(value):
        if code.replace(" ", "") in wanted:
            yield start, end


def _ways_in(payload: Payload, context: Context) -> list[HeldBack]:
    """What a service says about how to find its room in a sensitive place."""
    found = []
    for link in payload.get("service_at_locations", []):
        words = link.get("description")
        if words and link.get("location_id") in context.secret_places:
            path = f"service_at_locations/{link['id']}"
            label = "Where in the building"
            found.append(
                HeldBack(path, f"{path}.description", label, "secret_place",
                         personal.CERTAIN, words, 0, len(words))
            )  # fmt: skip
    return found


def _home(kind: str, payload: Payload) -> list[HeldBack]:
    """A place somebody lives at: its address and everything that leads to it."""
    if kind != "location" or not payload.get("home"):
        return []
    return [
        HeldBack(path, dotted, item.label, "home_address", personal.CERTAIN,
                 str(value), 0, len(str(value)))
        for path, dotted, item, value in open_fields(RECORDS[kind], payload)
        if tells_home(path)
    ]  # fmt: skip


def tells_home(path: str) -> bool:
    """Whether a field of a place that somebody lives at leads to it."""
    return path.startswith("addresses/") or path in _LEADS_HOME


def stops_publication(kind: str, found: list[HeldBack]) -> bool:
    """Whether a name is held back; without one there is nothing to publish."""
    return kind != "location" and any(f.field in NAMES for f in found)


def public_payload(kind: str, payload: Payload, context: Context) -> Payload:
    """The record as the public may see it: open fields, less what is held back.

    A sensitive place comes back as its id alone.
    """
    if kind == "location" and payload.get("sensitive"):
        return {"id": payload["id"]}
    return _public(kind, payload, context, _all_findings(kind, payload, context))


def through(
    kind: str, payload: Payload, context: Context
) -> tuple[list[HeldBack], Payload]:
    """:func:`findings` and :func:`public_payload` in one look."""
    found = _all_findings(kind, payload, context)
    shown = (
        {"id": payload["id"]}
        if kind == "location" and payload.get("sensitive")
        else _public(kind, payload, context, found)
    )
    return [f for f in found if f.key not in context.released], shown


def _public(
    kind: str, payload: Payload, context: Context, findings: list[HeldBack]
) -> Payload:
    found: dict[str, list[HeldBack]] = {}
    for finding in findings:
        if context.released.get(finding.key) != "":
            found.setdefault(finding.field, []).append(finding)
    return _strip(RECORDS[kind], payload, found, context.released)


def _strip(
    entity: Entity,
    payload: Payload,
    found: dict[str, list[HeldBack]],
    released: Mapping[str, str],
    prefix: str = "",
) -> Payload:
    out: Payload = {"id": payload["id"]} if "id" in payload else {}
    for item in entity.fields:
        value = payload.get(item.name)
        if item.visibility != Visibility.OPEN or value is None:
            continue
        kept = _kept(item, value, found.get(prefix + item.name, []), released)
        if kept not in (None, ""):
            out[item.name] = kept
    for each in entity.lists:
        if each.visibility != Visibility.OPEN:
            continue
        elements = [
            _strip(each.entity, e, found, released, f"{prefix}{each.name}/{e['id']}.")
            for e in payload.get(each.name, [])
        ]
        elements = [e for e in elements if _still_says(each.entity, e)]
        if elements:
            out[each.name] = elements
    return out


def _still_says(entity: Entity, element: Payload) -> bool:
    """Whether an element makes sense after what was held back has gone."""
    required = [f.name for f in entity.fields if f.required]
    return set(element) > {"id"} and all(name in element for name in required)


def _kept(
    item: Field, value: Any, found: list[HeldBack], released: Mapping[str, str]
) -> Any:
    """The value without what is held back, with the mailbox put where one was."""
    if not found:
        return value
    held = [f for f in found if f.key not in released]
    if item.type not in (Type.TEXT, Type.LINE):
        return None if held else released[found[0].key]
    whole = any(f.end - f.start >= len(value) for f in held)
    if whole or (held and item.name in NAMES):
        return None
    return personal.redact(
        value, found, lambda f: released.get(f.key) or personal.HELD_BACK
    )
