"""Blanking a value in texts and JSON values."""

import uuid
from typing import Any

import pytest

from directory import blanking


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Jo Bloggs", None),
        (" jo  BLOGGS ", None),
        ("Ask Jo Bloggs", "Ask [erased]"),
        ("Jo Bloggses", "Jo Bloggses"),
        (["Jo Bloggs", "x"], ["x"]),
        ({"name": "Jo Bloggs", "title": "Jo Bloggs", "x": None, "n": 3, "t": True},
         {"name": "[erased]", "x": None, "n": 3, "t": True}),
        (None, None),
        (12345, 12345),
    ],
)  # fmt: skip
def test_blanking_a_json_value(value: Any, expected: Any) -> None:
    assert blanking.erased(value, blanking.wanted("Jo Bloggs")) == expected


def test_a_long_text_stays_within_its_field() -> None:
    name = ("abcde " * 42).strip()
    payload = {"id": str(uuid.uuid4()), "name": name}

    out = blanking.erased_payload("service", payload, blanking.wanted("abcde"))

    assert len(out["name"]) == 255
