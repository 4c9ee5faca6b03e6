"""What holds for every record that the declarations allow, and for every wrong one."""

import json
import random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from directory import diff, gate, payload, validation
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Type
from directory.models import Taxonomy, TaxonomyTerm
from directory.payload import Payload
from tests import generated

KINDS = pytest.mark.parametrize("kind", list(Kind))


def in_order(value: Any) -> Any:
    """A payload with every list in the order of its elements' ids."""
    if isinstance(value, dict):
        return {key: in_order(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((in_order(inner) for inner in value), key=lambda e: str(e["id"]))
    return value


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same with every list in another order."""
    if isinstance(value, dict):
        return {key: shuffled(inner, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return chance.sample([shuffled(inner, chance) for inner in value], len(value))
    return value


# --- payload → tables → payload -------------------------------------------------------


def _what_is_referred_to() -> None:
    taxonomy = Taxonomy.objects.create(name="Generated")
    for key in generated.TERMS:
        TaxonomyTerm.objects.create(pk=key, taxonomy=taxonomy, name=key)
    payload.write("organization", {"id": generated.ORGANIZATION, "name": "Friends"})
    for key in generated.LOCATIONS:
        payload.write("location", {"id": key, "location_type": "physical"})


@KINDS
def test_what_is_written_to_the_tables_is_read_again(kind: str, db: None) -> None:
    _what_is_referred_to()

    @settings(max_examples=20)
    @given(generated.payloads(kind), generated.payloads(kind))
    def holds(before: Payload, after: Payload) -> None:
        assert validation.problems(kind, after) == {}
        with transaction.atomic():
            payload.write(kind, before)
            payload.write(kind, after)
            assert payload.read(kind, generated.RECORD) == after
            transaction.set_rollback(True)

    holds()


# --- differences ----------------------------------------------------------------------


@KINDS
@settings(max_examples=25)
@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_changes_in_any_order_lead_from_one_version_to_the_other(
    kind: str, data: st.DataObject, chance: random.Random
) -> None:
    base, target = (data.draw(generated.payloads(kind)) for _ in range(2))
    found = diff.changes(RECORDS[kind], base, target)

    result = base
    for change in chance.sample(found, len(found)):
        assert diff.at(result, change.path) == change.was
        result = diff.put(result, change.path, change.value)

    assert in_order(result) == in_order(target)


@KINDS
@settings(max_examples=25)
@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_order_is_never_a_change(
    kind: str, data: st.DataObject, chance: random.Random
) -> None:
    base = data.draw(generated.payloads(kind))

    assert diff.changes(RECORDS[kind], base, shuffled(base, chance)) == []


@KINDS
@settings(max_examples=25)
@given(data=st.data())
def test_every_element_changes_whole(kind: str, data: st.DataObject) -> None:
    entity = RECORDS[kind]
    base, target = (data.draw(generated.payloads(kind)) for _ in range(2))

    for change in diff.changes(entity, base, target):
        name, element = diff.split(change.path)
        in_base = {e["id"]: e for e in base.get(name, [])} if element else base
        in_target = {e["id"]: e for e in target.get(name, [])} if element else target
        key = element or name
        assert (change.was, change.value) == (in_base.get(key), in_target.get(key))
        assert bool(element) == (name in {each.name for each in entity.lists})


@KINDS
@settings(max_examples=30)
@given(terms=st.lists(st.sampled_from(generated.TERMS)), data=st.data())
def test_terms_are_a_set(kind: str, terms: list[str], data: st.DataObject) -> None:
    def tagged(keys: list[str]) -> Payload:
        ids = data.draw(st.lists(st.uuids(), min_size=len(keys), max_size=len(keys)))
        elements = [
            {"id": str(pk), "taxonomy_term_id": key}
            for pk, key in zip(ids, keys, strict=True)
        ]
        return validation.normalise(
            kind, {"id": generated.RECORD, "attributes": elements}
        )

    one, other = tagged(terms), tagged(sorted(set(terms)))

    assert diff.changes(RECORDS[kind], one, other) == []
    assert len(one.get("attributes", [])) == len(set(terms))


# --- the stored form ------------------------------------------------------------------


@KINDS
@settings(max_examples=30)
@given(data=st.data())
def test_stored_form_of_anything_stays_as_it_is(kind: str, data: st.DataObject) -> None:
    once = validation.normalise(kind, data.draw(generated.documents(kind)))

    assert validation.normalise(kind, once) == once


@KINDS
@settings(max_examples=30)
@given(data=st.data())
def test_anything_gets_sentences_and_no_exception(
    kind: str, data: st.DataObject
) -> None:
    raw = data.draw(generated.documents(kind))

    for document in (raw, validation.normalise(kind, raw)):
        found = validation.problems(kind, document)
        assert [s for s in found.values() if not (isinstance(s, str) and s)] == []


@KINDS
def test_nothing_that_problems_lets_through_is_refused_by_the_tables(
    kind: str, db: None
) -> None:
    """Whatever is wrong has a sentence: none is left to the database to find."""
    _what_is_referred_to()

    @settings(max_examples=25)
    @given(generated.payloads(kind), generated.documents(kind))
    def holds(right: Payload, raw: Payload) -> None:
        document = validation.normalise(kind, {**right, **raw})
        for path in validation.problems(kind, document):
            path = path.split(".")[0]
            document = diff.put(document, path, diff.at(right, path))
        assume(validation.problems(kind, document) == {})
        with transaction.atomic():
            payload.write(kind, document)
            assert payload.read(kind, generated.RECORD) == document
            transaction.set_rollback(True)

    holds()


# --- the gate -------------------------------------------------------------------------


def planted(entity: Entity, document: Payload, seen: bool = True) -> Payload:
    """The document with a secret in every text that is not for everybody."""
    out = dict(document)
    for item in entity.fields:
        hidden = not seen or item.visibility != Visibility.OPEN
        if hidden and item.type != Type.BOOLEAN:
            out[item.name] = f"secret-{item.name}"
    for each in entity.lists:
        open_ = seen and each.visibility == Visibility.OPEN
        elements = out.get(each.name, []) if open_ else [{"id": generated.RECORD}]
        out[each.name] = [planted(each.entity, e, open_) for e in elements]
    return out


def names(entity: Entity) -> set[str]:
    """The dotted names of all fields that everybody may see, ids included."""
    found = {f.name for f in entity.fields if f.visibility == Visibility.OPEN} | {"id"}
    for each in entity.lists:
        if each.visibility == Visibility.OPEN:
            found |= {f"{each.name}.{name}" for name in names(each.entity)}
    return found


def names_in(document: Payload) -> set[str]:
    """The dotted names that a document has."""
    found = set()
    for key, value in document.items():
        if isinstance(value, list):
            found |= {f"{key}.{name}" for e in value for name in names_in(e)}
        else:
            found.add(key)
    return found


@KINDS
@settings(max_examples=25)
@given(data=st.data())
def test_public_payload_holds_open_fields_alone(kind: str, data: st.DataObject) -> None:
    entity = RECORDS[kind]
    record = planted(entity, data.draw(generated.payloads(kind)))
    found = gate.findings(kind, record, gate.Context())
    released = data.draw(
        st.dictionaries(
            st.sampled_from(sorted({f.key for f in found}) or ["none"]),
            st.sampled_from(("", "team@example.org")),
        )
    )

    public = gate.public_payload(kind, record, gate.Context(released=released))

    assert "secret-" in json.dumps(record)
    assert "secret-" not in json.dumps(public)
    assert names_in(public) - names(entity) == set()


@KINDS
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_not_open_says_nothing_between_the_lines(
    kind: str, data: st.DataObject
) -> None:
    """The public version is the same whatever stands in fields that are not open."""
    entity = RECORDS[kind]
    record = data.draw(generated.payloads(kind))
    noted = planted(entity, record)
    context = gate.Context()

    assert gate.public_payload(kind, noted, context) == gate.public_payload(
        kind, record, context
    )


@settings(max_examples=25)
@given(generated.payloads("location"))
def test_secret_place_is_its_id_alone(record: Payload) -> None:
    secret = {**record, "sensitive": True}

    public = gate.public_payload("location", secret, gate.Context())

    assert public == {"id": generated.RECORD}
