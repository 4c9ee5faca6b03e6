"""A service as the public is sent it: the ORUK 3.0 documents, from its public parts.

Pure: what may be public was decided by the gate, terms are handed in. Gaps are left
out, never null or ``""`` (digest 1.5), and so is a value that its field could not hold
or an element that lacks what it cannot do without. Nothing about a place without a kind
is said: a sensitive one comes from the gate as its bare id, and goes out as nothing.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from directory import different_days, personal, text, validation
from directory.choices import Kind, LocationType, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from directory.models import Taxonomy, TaxonomyTerm
from directory.payload import Payload
from directory.service_elements import HOLIDAYS, SCHEDULE

Document = dict[str, Any]

NAMESPACE = uuid.UUID("6f0a3b0e-6c0d-5b0c-9a53-1f6d2f7a4c11")
"""For the UUIDs of elements whose source gave them ids that are none."""

OTHER_REGISTER = "other"


class Incomplete(Exception):
    """The service lacks what the standard asks of every service."""


@dataclass(frozen=True)
class Public:
    """What of a service may be public, and who vouched for it when.

    ``terms`` holds, by id as text, the terms its records refer to, or those that
    replaced them, each with its taxonomy; ``assurer_email`` is a role mailbox, or
    ``""``.
    """

    service: Payload
    organization: Payload
    locations: Mapping[str, Payload]
    terms: Mapping[str, TaxonomyTerm]
    assured_on: dt.date | None = None
    assurer_email: str = ""


@dataclass(frozen=True)
class Documents:
    """One record in its four forms; a service's still without ``last_modified``.

    The strict forms hold the fields of the UK profile alone (digest 1.8, 6).
    """

    full: Document
    item: Document
    strict_full: Document
    strict_item: Document

    @property
    def version(self) -> str:
        """A hash that changes when, and only when, one of the forms does."""
        forms = [self.full, self.item, self.strict_full, self.strict_item]
        return hashlib.sha256(orjson.dumps(forms)).hexdigest()


def documents(public: Public) -> Documents:
    """The four forms. Raises Incomplete without a name or a status."""
    values = _Values()
    extended = _Form(public, values, strict=False)
    strict = _Form(public, values, strict=True)
    return Documents(extended.full(), extended.item(), strict.full(), strict.item())


def instant(moment: dt.datetime) -> str:
    """An instant as ``last_modified`` wants it: 2026-03-15T10:30:45.123Z."""
    utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


def with_places(documents: Documents) -> list[Documents]:
    """The service at each of its places: one ORUK ``service_at_location`` for each.

    From the documents of the service once they have their ``last_modified``. The full
    form nests the service without its places, the list form both without their lists.
    """
    pairs = zip(
        documents.full.get("service_at_locations", []),
        documents.strict_full.get("service_at_locations", []),
        strict=True,
    )
    return [
        Documents(
            full=_at_place(link, documents.full),
            item=_flat_at_place(link, documents.item),
            strict_full=_at_place(strict, documents.strict_full),
            strict_item=_flat_at_place(strict, documents.strict_item),
        )
        for link, strict in pairs
    ]


def _at_place(link: Document, service: Document) -> Document:
    inner = {k: v for k, v in service.items() if k != "service_at_locations"}
    return {**link, "service": inner}


def _flat_at_place(link: Document, service: Document) -> Document:
    return {**_flat(link), "location": _flat(link["location"]), "service": service}


def _flat(document: Document) -> Document:
    """Its own values, without lists and without what is nested in it."""
    return {k: v for k, v in document.items() if not isinstance(v, (list, dict))}


def of_organization(documents: Documents) -> Documents | None:
    """The organisation of a service by itself; None where it is not public."""
    if "organization" not in documents.full:
        return None
    full, strict = documents.full["organization"], documents.strict_full["organization"]
    return Documents(full, _flat(full), strict, _flat(strict))


def dated(documents: Documents, last_modified: dt.datetime) -> Documents:
    """A service's forms with the instant they last changed."""
    at = {"last_modified": instant(last_modified)}
    return Documents(
        full={**documents.full, **at},
        item={**documents.item, **at},
        strict_full={**documents.strict_full, **at},
        strict_item={**documents.strict_item, **at},
    )


def role_mailbox(address: str, body: str) -> str:
    """The address of a body that vouched; ``""`` for one that may be a person's."""
    if not address or text.email_problem(address) is not None:
        return ""
    if personal.looks_personal_email(address, organization_names=(body,)):
        return ""
    return address


def valid_values(entity: Entity, payload: Payload) -> Document:
    """The open values of a record or an element that its fields can hold.

    In the form they are published in, with the second names that carry the same text.
    """
    out: Document = {}
    for item in entity.fields:
        value = _readable(item, payload.get(item.name))
        if item.visibility != Visibility.OPEN or value is None:
            continue
        out[item.name] = _as_published(item, value)
        for other in filter(None, (item.same_as, item.also_as)):
            out[other] = out[item.name]
    return out


def _readable(item: Field, value: Any) -> Any:
    """A value in its stored form; None for what says nothing or cannot be read.

    Texts go out as they were accepted: cleaning them again could change them.
    """
    if item.type in (Type.LINE, Type.TEXT):
        value = value if isinstance(value, str) and value.strip() else None
    elif not isinstance(value, (dict, list)):
        value = validation.normalise_value(item, value)
    if value is None or value == "":
        return None
    return value if validation.value_problem(item, value) is None else None


def _as_published(item: Field, value: Any) -> Any:
    return f"{value}:00" if item.type == Type.TIME else value


def _outside_the_profile(entity: Entity) -> set[str]:
    """The names of HSDS 3.0 that the UK profile left out (digest 1.8, 6)."""
    names = {f.name for f in entity.fields if not f.profile}
    return names | {f.also_as for f in entity.fields if f.also_as}


def _with_different_days(each: List, payload: Payload) -> list[Payload]:
    """The elements of a list; to opening times come the days that are different, which
    the standard has no list for."""
    elements = list(payload.get(each.name, []))
    if each.entity is not SCHEDULE:
        return elements
    for different in payload.get(HOLIDAYS.name, []):
        elements += different_days.as_schedules(different)
    return elements


def _uuid(value: Any, *parents: str) -> str:
    """An id as the standard wants it; a foreign one becomes the same UUID each time."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return str(uuid.uuid5(NAMESPACE, "|".join((*parents, str(value)))))


class _Values:
    """:func:`valid_values` of the records of one service, which its forms share."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], tuple[Payload, Document]] = {}

    def of(self, entity: Entity, payload: Payload) -> Document:
        """The values of a record or an element; read once, not to be changed."""
        key = (entity.name, id(payload))
        if key not in self._read:
            # The payload is kept, so that nothing else can get its id.
            self._read[key] = payload, valid_values(entity, payload)
        return self._read[key][1]


class _Form:
    """Writes the documents of one service, strict or with the HSDS 3.0 names too."""

    def __init__(self, public: Public, values: _Values, *, strict: bool) -> None:
        self.public = public
        self.values = values
        self.strict = strict
        self.links = self._links()

    def full(self) -> Document:
        """The service with everything that hangs on it."""
        lists = self._lists(Kind.SERVICE, self.public.service)
        return {**self._service(), **self._organization(self._lists), **lists}

    def item(self) -> Document:
        """The service as it stands in a list: values, and its organization's."""
        return {**self._service(), **self._organization(lambda kind, payload: {})}

    # --- the records ------------------------------------------------------------------

    def _service(self) -> Document:
        service = self._values(RECORDS[Kind.SERVICE], self.public.service)
        if not {"name", "status"} <= set(service):
            raise Incomplete
        if not self.public.organization:
            service.pop("organization_id", None)
        if self.public.assured_on:
            service["assured_date"] = self.public.assured_on.isoformat()
            if self.public.assurer_email:
                service["assurer_email"] = self.public.assurer_email
        return service

    def _organization(self, lists: Callable[[str, Payload], Document]) -> Document:
        payload = self.public.organization
        values = self._values(RECORDS[Kind.ORGANIZATION], payload) if payload else {}
        if "name" not in values:
            return {}
        values.setdefault("description", values["name"])
        return {"organization": {**values, **lists(Kind.ORGANIZATION, payload)}}

    def _location(self, payload: Payload) -> Document:
        values = self._values(RECORDS[Kind.LOCATION], payload)
        return {**values, **self._lists(Kind.LOCATION, payload)}

    def _links(self) -> dict[str, Document]:
        """The links to places that are public, by id: all else is left out."""
        kept = {}
        for link in self.public.service.get("service_at_locations", []):
            place = self.public.locations.get(link["location_id"], {})
            values = self.values.of(RECORDS[Kind.LOCATION], place)
            if "location_type" in values:
                kept[_uuid(link["id"], self.public.service["id"])] = place
        return kept

    def _values(self, entity: Entity, payload: Payload) -> Document:
        """The record's id and those of its values that this form has."""
        left_out = _outside_the_profile(entity) if self.strict else set()
        values = self.values.of(entity, payload)
        out = {"id": _uuid(payload["id"])}
        return out | {k: v for k, v in values.items() if k not in left_out}

    # --- what hangs on them -----------------------------------------------------------

    def _lists(self, kind: str, payload: Payload) -> Document:
        return self._lists_of(RECORDS[kind], payload, _uuid(payload["id"]))

    def _lists_of(self, entity: Entity, payload: Payload, parent: str) -> Document:
        out = {}
        for each in entity.lists:
            if each.visibility != Visibility.OPEN or (self.strict and not each.profile):
                continue
            elements = [
                self._element(each, element, entity.name, parent)
                for element in _with_different_days(each, payload)
            ]
            written = [e for e in elements if e is not None]
            if each.entity.name == "attribute":
                written = _each_term_once(written)
            if written:
                out[each.name] = written
        return out

    def _element(
        self, each: List, element: Payload, owner: str, parent: str
    ) -> Document | None:
        """One element; None if it lacks what it needs, or says nothing in this form."""
        entity = each.entity
        values = _COMPLETED.get(entity.name, _as_it_is)(self.values.of(entity, element))
        if any(f.required and f.name not in values for f in entity.fields):
            return None
        if self.strict:
            extra = _outside_the_profile(entity)
            values = {k: v for k, v in values.items() if k not in extra}
        own = _uuid(element.get("id"), parent, each.name)
        values = {**values, **self._lists_of(entity, element, own)}
        if entity.name == "attribute":
            return self._attribute({"id": own, **values}, owner, parent)
        if entity.name == "service_at_location":
            return self._place({"id": own, **values}, parent)
        if entity.name == "schedule" and (
            values.get("service_at_location_id") not in self.links
        ):
            values.pop("service_at_location_id", None)
        return {"id": own, **values} if values else None

    def _place(self, values: Document, service: str) -> Document | None:
        """A link with the whole place in it; None for one that is not public."""
        place = self.links.get(values["id"])
        if place is None:
            return None
        return {**values, "service_id": service, "location": self._location(place)}

    def _attribute(self, values: Document, owner: str, parent: str) -> Document | None:
        term = self.public.terms.get(values["taxonomy_term_id"])
        if term is None:
            return None
        own, link = values.pop("id"), {"link_id": parent}
        if not self.strict:
            link["link_entity"] = owner
        shown = term_document(term, strict=self.strict)
        values["taxonomy_term_id"] = shown["id"]
        return {"id": own, **link, **values, "taxonomy_term": shown}


def _each_term_once(attributes: list[Document]) -> list[Document]:
    """Of terms that are one since one was replaced by another, the first."""
    once: dict[str, Document] = {}
    for attribute in attributes:
        once.setdefault(attribute["taxonomy_term_id"], attribute)
    return list(once.values())


# --- terms ----------------------------------------------------------------------------


def term_document(term: TaxonomyTerm, *, strict: bool) -> Document:
    """A term with its taxonomy's name; ``code`` is none of the profile's."""
    out = {
        "id": str(term.pk),
        "name": term.name,
        "term": term.name,
        "description": term.description or term.name,
        "taxonomy": term.taxonomy.name,
        "taxonomy_id": str(term.taxonomy_id),
    }
    if term.parent_id:
        out["parent_id"] = str(term.parent_id)
    if term.term_uri and text.url_problem(term.term_uri) is None:
        out["term_uri"] = term.term_uri
    if term.code and not strict:
        out["code"] = term.code
    return out


def taxonomy_document(taxonomy: Taxonomy) -> Document:
    """A list of terms, without its terms."""
    out = {
        "id": str(taxonomy.pk),
        "name": taxonomy.name,
        "description": " ".join(_about(taxonomy)),
    }
    if taxonomy.uri and text.url_problem(taxonomy.uri) is None:
        out["uri"] = taxonomy.uri
    if taxonomy.version:
        out["version"] = taxonomy.version
    return out


def _about(taxonomy: Taxonomy) -> Iterator[str]:
    """What it is, and its licence, for which the standard has no field."""
    yield taxonomy.description or taxonomy.name
    if taxonomy.attribution:
        yield f"Source: {taxonomy.attribution.rstrip('.')}."
    if taxonomy.licence:
        yield f"Licence: {taxonomy.licence.rstrip('.')}."


# --- what the standard asks for and people leave out ----------------------------------


def _as_it_is(values: Document) -> Document:
    return values


def _address(values: Document) -> Document:
    """With its country (ISO 3166-1 alpha-2; "UK" is not one) and its kind."""
    country = values.get("country", "").upper()
    known = len(country) == 2 and country.isalpha() and country != "UK"
    kind = values.get("address_type", LocationType.PHYSICAL.value)
    return {**values, "country": country if known else "GB", "address_type": kind}


def _identifier(values: Document) -> Document:
    """Without a scheme where the register is none of org-id.guide's."""
    if values.get("identifier_scheme") == OTHER_REGISTER:
        return {k: v for k, v in values.items() if k != "identifier_scheme"}
    return values


def _program(values: Document) -> Document:
    """With the description that HSDS asks for."""
    if "name" not in values:
        return values
    return {"description": values["name"], **values}


_COMPLETED: dict[str, Callable[[Document], Document]] = {
    "address": _address,
    "organization_identifier": _identifier,
    "program": _program,
}
