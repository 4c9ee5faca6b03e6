"""Records for tests of publishing: small ones, and one with every declared field."""

import datetime as dt
import itertools
import uuid
import zlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from common import clock
from directory.choices import Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from directory.models import Taxonomy, TaxonomyTerm
from publishing import render, shelving
from publishing.models import Endpoint, PublishedService
from workflow import queries
from workflow.actions import revising
from workflow.models import Record

Payload = dict[str, Any]

NUMBERS = {
    "minimum_age": 18,
    "maximum_age": 65,
    "year_incorporated": 1985,
    "interval": 2,
    "latitude": 51.25,
    "longitude": -2.125,
    "amount": 3.5,
}
WORDS = {
    "what": "times",
    "closes_at": "12:00",
    "valid_to": "2099-12-31",
    "country": "GB",
    "currency": "GBP",
    "code": "pl",
    "bymonthday": "1,15",
}
PLAIN = {
    Type.DATE: "2026-01-06",
    Type.TIME: "10:00",
    Type.POSTCODE: "BA12 9AA",
    Type.DAYS: "TU",
}


class Filler:
    """Writes payloads in which every declared field has a value of its own.

    ``tag`` begins every text, so that two fillers never write the same words;
    ``references`` says what fields that refer to records or terms hold.
    """

    def __init__(self, tag: str, references: Payload) -> None:
        self.tag = tag
        self.references = references
        self.first_phone = zlib.crc32(tag.encode()) % 1000
        self.numbers = itertools.count(1)

    def value(self, item: Field) -> Any:
        """A valid value for a field."""
        number = next(self.numbers)
        if item.type == Type.REFERENCE:
            return self.references[item.name]
        if item.name in NUMBERS:
            return NUMBERS[item.name]
        if item.name in WORDS:
            return WORDS[item.name]
        if item.type in PLAIN:
            return PLAIN[item.type]
        if item.type == Type.CHOICE:
            return item.choices[0][0]
        if item.type == Type.EMAIL:
            return f"info@{self.tag}{number}.example"
        if item.type == Type.URL:
            return f"https://www.{self.tag}{number}.example/page"
        if item.type == Type.PHONE:
            return f"01632 960{(self.first_phone + number) % 1000:03}"
        if item.type == Type.TEXT:
            return f"{self.tag}{number} is what they call it, and everybody may come."
        return f"{self.tag}{number} words"[: item.max_length]

    def record(self, kind: str, visibility: Visibility | None = None) -> Payload:
        """A record: all of it but switches, or what is of one visibility alone."""
        entity = RECORDS[kind]
        return self.element(entity, visibility)

    def element(self, entity: Entity, visibility: Visibility | None = None) -> Payload:
        """A record or element with its values and lists."""
        out = {
            item.name: self.value(item)
            for item in entity.fields
            if visibility in (None, item.visibility) and self._has_value(item)
        }
        for each in entity.lists:
            if visibility in (None, each.visibility) and self._can_write(each):
                out[each.name] = self.elements(each)
        return out

    def _has_value(self, item: Field) -> bool:
        if item.type == Type.REFERENCE:
            return item.name in self.references
        return item.type != Type.BOOLEAN

    def _can_write(self, each: List) -> bool:
        """Whether it knows what the elements of a list have to refer to."""
        needed = [f for f in each.entity.fields if f.required]
        return all(self._has_value(f) for f in needed)

    def elements(self, each: List) -> list[Payload]:
        """The elements of a list: one, or two opening times, by week and by month."""
        if each.entity.name != "schedule":
            return [self.element(each.entity)]
        weekly, monthly = self.element(each.entity), self.element(each.entity)
        del weekly["bymonthday"]
        monthly |= {"freq": "MONTHLY", "interval": 1}
        del monthly["byday"]
        return [weekly, monthly]


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


@transaction.atomic
def amend(record_id: Any, **values: Any) -> None:
    """Make the next version of a record; None takes a value away."""
    record = revising.lock_records([record_id])[str(record_id)]
    payload = {**queries.current(record), **values}
    payload = {name: value for name, value in payload.items() if value is not None}
    revising.write_revision(record, payload, by="test", body="", method="call")


def record(record_id: Any) -> Record:
    """The versioned record of this id."""
    return Record.objects.get(pk=record_id)


def term(**values: Any) -> TaxonomyTerm:
    """A term with all that can be said of one, not in the database."""
    taxonomy = Taxonomy(id=uuid.uuid4(), name="Kinds of service")
    named = {"name": "Coffee mornings", "description": "With coffee."}
    more = {"code": "cs:1", "term_uri": "https://terms.example.org/1"}
    return TaxonomyTerm(
        id=uuid.uuid4(), taxonomy=taxonomy, **{**named, **more, **values}
    )


def shelve(
    endpoint: Endpoint,
    name: str,
    *,
    service: Payload | None = None,
    places: list[Payload] | None = None,
    terms: list[TaxonomyTerm] | None = None,
    **row: Any,
) -> PublishedService:
    """A small published service put on the read side without any workflow.

    ``service`` adds to its payload, ``places`` are payloads of where it happens, the
    rest are columns that do not follow from the documents.
    """
    organization = {"id": str(uuid.uuid4()), "name": f"Friends of {name}"}
    halls = {(hall := {"id": str(uuid.uuid4()), **p})["id"]: hall for p in places or []}
    payload = {
        "id": str(uuid.uuid4()),
        "name": name,
        "status": "active",
        "organization_id": organization["id"],
        "service_at_locations": [
            {"id": str(uuid.uuid4()), "location_id": key} for key in halls
        ],
        "attributes": [
            {"id": str(uuid.uuid4()), "taxonomy_term_id": str(term.pk)}
            for term in terms or []
        ],
        **(service or {}),
    }
    known = {str(term.pk): term for term in terms or []}
    documents = render.documents(render.Public(payload, organization, halls, known))
    moment = row.pop("last_modified", clock.now().replace(microsecond=0))
    row.setdefault("listing_id", uuid.uuid4())
    with transaction.atomic():
        return shelving.shelve(endpoint, documents, last_modified=moment, **row)


def instant(text: str) -> dt.datetime:
    """An instant in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
