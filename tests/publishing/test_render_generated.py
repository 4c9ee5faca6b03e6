"""Whatever the declarations allow can be published: made up by hypothesis."""

import datetime as dt
import json
import uuid
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import gate
from directory.choices import Kind
from directory.models import Taxonomy, TaxonomyTerm
from directory.payload import Payload
from publishing import render
from tests import generated

NOON = dt.datetime(2026, 9, 12, 12, tzinfo=dt.UTC)
FORMS = ("full", "item", "strict_full", "strict_item")
NOTHING: tuple[Any, ...] = (None, "", [], {})


def term(key: str) -> TaxonomyTerm:
    """A term that is in no database."""
    taxonomy = Taxonomy(id=uuid.UUID(int=1), name="Generated")
    return TaxonomyTerm(id=uuid.UUID(key), taxonomy=taxonomy, name="A term")


def public(
    service: Payload, organization: Payload, locations: list[Payload]
) -> render.Public:
    """These records as the gate lets them through."""
    keys = generated.LOCATIONS
    places = {k: {**p, "id": k} for k, p in zip(keys, locations, strict=True)}
    body = {**organization, "id": generated.ORGANIZATION}
    passed = gate.Context()
    return render.Public(
        gate.public_payload(Kind.SERVICE, service, passed),
        gate.public_payload(Kind.ORGANIZATION, body, passed),
        {
            key: gate.public_payload(Kind.LOCATION, place, passed)
            for key, place in places.items()
        },
        {key: term(key) for key in generated.TERMS},
        NOON.date(),
        "services@council.example",
    )


def gaps(value: Any, path: str = "") -> list[str]:
    """Where a document says nothing instead of leaving it out."""
    if value in NOTHING:
        return [path]
    if isinstance(value, dict):
        return [g for key, inner in value.items() for g in gaps(inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [g for n, inner in enumerate(value) for g in gaps(inner, f"{path}[{n}]")]
    return []


@settings(max_examples=40, deadline=None)
@given(
    generated.payloads(Kind.SERVICE),
    generated.payloads(Kind.ORGANIZATION),
    st.lists(generated.payloads(Kind.LOCATION), min_size=2, max_size=2),
)
def test_every_record_that_may_be_accepted_can_be_sent(
    service: Payload, organization: Payload, locations: list[Payload]
) -> None:
    shown = public(service, organization, locations)
    if "name" not in shown.service:
        return  # a held-back name stops publication before

    documents = render.documents(shown)

    dated = render.dated(documents, NOON)
    for form in FORMS:
        sent = json.loads(orjson.dumps(getattr(dated, form)))
        assert sent.pop("last_modified") == "2026-09-12T12:00:00.000Z"
        assert sent == getattr(documents, form)
        assert gaps(sent) == []
