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


WRITTEN = [
    "Élodie Ångström",
    "E\u0301lodie A\u030angstro\u0308m",
    "É\u200blodie\u200b Ång\u00adström",
    "E\u200b\u0301LODIE  ÅNGSTRÖM",
    "Élodie_Ångström",
    "Élodie-Ångström",
    "Élodie\u2011Ångström",
]


@pytest.mark.parametrize("wanted", ["Élodie Ångström", "E\u0301lodie-A\u030angström"])
@pytest.mark.parametrize("written", WRITTEN)
def test_a_name_goes_however_its_letters_are_written(wanted: str, written: str) -> None:
    text = f"👨\u200d👩\u200d👧 Ask {written}, please_{written}_or Élodie."

    assert blanking.erased(text, blanking.wanted(wanted)) == (
        "👨\u200d👩\u200d👧 Ask [erased], please_[erased]_or Élodie."
    )


@pytest.mark.parametrize("text", ["Elodie Angstrom", "Élodie Ångströme\u0301"])
def test_another_name_stays(text: str) -> None:
    assert blanking.erased(text, blanking.wanted("Élodie Ångström")) == text


def test_a_name_without_an_accent_is_not_the_one_with_it() -> None:
    wanted = blanking.wanted("Ana Jose")

    assert blanking.erased("Ask Ana Jose\u0301", wanted) == "Ask Ana Jose\u0301"


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        ("07700 900123", "07700\u200b 900\u00ad123"),
        ("jo@friends.example", "jo\u200b@fri\u00adends.example"),
    ],
)
def test_numbers_and_addresses_go_with_what_is_not_seen(
    wanted: str, written: str
) -> None:
    what = blanking.wanted(wanted)

    assert blanking.erased(f"Ask {written} now", what) == "Ask [erased] now"
