"""Records made up by hypothesis from the field declarations, right ones and wrong ones.

A field that is declared tomorrow is in them by itself. ``payloads`` are what could have
been accepted; ``documents`` are anything that JSON can say under the declared names.
"""

import functools
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from directory import diff, validation
from directory.declarations import RECORDS
from directory.declare import Entity, Field, Type
from directory.payload import Payload

RECORD = "0b1f5a3e-5c1d-4c57-9c43-2f6f2f1d0c01"
ORGANIZATION = "1c7d0b9a-0f0a-4b8e-8a55-6a7d5a1e0c02"
LOCATIONS = (
    "2d8e1cab-1a1b-4c9f-9b66-7b8e6b2f0c03",
    "3e9f2dbc-2b2c-4da0-8c77-8c9f7c3a0c04",
)
TERMS = (
    "4fa03ecd-3c3d-4eb1-9d88-9da08d4b0c05",
    "5ab14fde-4d4e-4fc2-8e99-aeb19e5c0c06",
    "6bc25aef-5e5f-4ad3-9faa-bfc2af6d0c07",
)
REFERRED_TO: Mapping[str, tuple[str, ...]] = {
    "organization": (ORGANIZATION,),
    "location": LOCATIONS,
    "taxonomy_term": TERMS,
    "service_at_location": LOCATIONS,
}

TEXTS = st.one_of(
    st.sampled_from((
        "Tea, cake and company", "Ring Jo Marsh on 07700 900123 or jo@example.org",
        "In St Mary’s Hall, BA12 9AA", "First line\n\nSecond line", "<b>Bold</b> tea",
        "£2", "0", "No",
    )),
    st.text(max_size=40),
)  # fmt: skip
DATES = st.dates().map(lambda day: day.isoformat())
TIMES = st.times().map(lambda time: time.strftime("%H:%M"))

_VALUES: Mapping[Type, st.SearchStrategy[Any]] = {
    Type.LINE: TEXTS,
    Type.TEXT: TEXTS,
    Type.EMAIL: st.sampled_from(("info@example.org", "jo.marsh@mail.example")),
    Type.URL: st.sampled_from(("https://www.example.org/", "http://tea.example/a?b=1")),
    Type.PHONE: st.sampled_from(("01632 960101", "07700 900123", "0808 157 0101")),
    Type.POSTCODE: st.sampled_from(("BA12 9AA", "SP1 1AA")),
    Type.DATE: DATES,
    Type.TIME: TIMES,
    Type.INTEGER: st.integers(-3, 140),
    Type.DECIMAL: st.one_of(
        st.integers(-3, 200),
        st.floats(-200, 200).map(lambda number: round(number, 7)),
    ),
    Type.BOOLEAN: st.booleans(),
    Type.DAYS: st.sampled_from(("MO", "MO,TH", "2TU", "-1FR", "SA,SU")),
}

JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), TEXTS,
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=5,
)  # fmt: skip


def value(item: Field) -> st.SearchStrategy[Any]:
    """What a field may hold; some of it only by itself, not beside other values."""
    if item.type == Type.CHOICE:
        return st.sampled_from([key for key, _ in item.choices])
    if item.type == Type.REFERENCE:
        return st.sampled_from(REFERRED_TO[item.refers_to])
    return _VALUES[item.type]


def _element(entity: Entity) -> st.SearchStrategy[Payload]:
    values = {f.name: value(f) for f in entity.fields}
    inner = {x.name: st.lists(_element(x.entity), max_size=2) for x in entity.lists}
    ids = st.uuids(version=4).map(str)
    needed = {f.name: values.pop(f.name) for f in entity.fields if f.required}
    return st.fixed_dictionaries(needed, optional={**values, **inner, "id": ids})


def _accepted(kind: str, payload: Payload) -> Payload:
    """The payload in its stored form, without what could not be accepted."""
    payload = validation.normalise(kind, payload)
    for path in validation.problems(kind, payload):
        payload = diff.put(payload, path.split(".")[0], None)
    for name in [f.name for f in RECORDS[kind].fields if f.required]:
        payload.setdefault(name, "Tea and talk")
    if not {"latitude", "longitude"} <= set(payload):
        payload.pop("latitude", None)
        payload.pop("longitude", None)
    return payload


@functools.cache
def payloads(kind: str) -> st.SearchStrategy[Payload]:
    """Payloads that nothing objects to, in their stored form, all of one record."""
    entity = RECORDS[kind]
    values = {f.name: value(f) for f in entity.fields}
    needed = {f.name: values.pop(f.name) for f in entity.fields if f.required}
    lists = {x.name: st.lists(_element(x.entity), max_size=2) for x in entity.lists}
    whole = st.fixed_dictionaries(
        {"id": st.just(RECORD), **needed}, optional={**values, **lists}
    )
    return whole.map(lambda payload: _accepted(kind, payload))


@functools.cache
def documents(kind: str) -> st.SearchStrategy[Payload]:
    """Anything at all under the declared names: what a draft or a feed may hold."""
    return st.fixed_dictionaries({"id": st.just(RECORD)}, optional=_anything(kind))


def _anything(kind: str) -> dict[str, st.SearchStrategy[Any]]:
    entity = RECORDS[kind]
    loose = {f.name: st.one_of(value(f), JSON) for f in entity.fields}
    for each in entity.lists:
        wild = st.fixed_dictionaries(
            {}, optional={"id": JSON, **{i.name: JSON for i in each.entity.items}}
        )
        some = st.lists(st.one_of(_element(each.entity), wild, JSON), max_size=2)
        loose[each.name] = st.one_of(some, JSON)
    return loose
