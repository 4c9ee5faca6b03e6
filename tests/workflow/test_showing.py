"""A record in words, for those who keep it and for partners."""

from typing import Any

from directory.choices import Kind
from directory.declarations import RECORDS
from workflow import showing


def test_youngest_age_of_nought_is_known() -> None:
    payload = {"id": "s", "minimum_age": 0, "maximum_age": 4}

    (part,) = showing.parts(RECORDS[Kind.SERVICE], payload, {})

    said = {row["label"]: row["value"] for row in part.rows}
    assert said == {"Youngest age": "0", "Oldest age": "4"}
    assert {"Youngest age", "Oldest age"} & set(part.unknown) == set()
    assert "Languages" in part.unknown


def test_section_without_anything_is_left_out() -> None:
    payload: dict[str, Any] = {"id": "s", "minimum_age": None, "languages": []}

    assert showing.parts(RECORDS[Kind.SERVICE], payload, {}) == []
