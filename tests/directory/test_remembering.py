"""An erased value is known again in whatever spelling, and nothing else is."""

import pytest

from directory import blanking
from directory.remembering import Memory, mark

KEY = "a key of the tests"


def memory(*values: str) -> Memory:
    return Memory(KEY, {mark(value, KEY): value for value in values})


@pytest.mark.parametrize(
    ("value", "text", "left"),
    [
        ("07700 900123", "Ring 07700900123.", "Ring [erased]."),
        ("07700 900123", "+44 (0)7700 900 123", "[erased]"),
        ("+447700900123", "(07700) 900-123 now", "[erased] now"),
        ("07700 900123", "07700 900123 ext 2", "[erased] ext 2"),
        ("07700 900123", "107700 900123", "107700 900123"),
        ("07700 900123", "07700 900123 4", "[erased] 4"),
        ("07700 900123", "07700 9001234", "07700 9001234"),
        ("07700 900123", "01632 960101, 07700 900123/4", "01632 960101, [erased]/4"),
        ("07700 900123", "4 07700 900123 01632 960101", "4 [erased] 01632 960101"),
        ("07700 900123", "0044 7700 900123", "[erased]"),
        ("Jo.Bloggs@friends.example", "to jo.bloggs@FRIENDS.example!", "to [erased]!"),
        ("jo@friends.example", "jo at friends dot example", "[erased]"),
        ("jo@friends.example", "jo [at] friends [dot] example", "[erased]"),
        ("jo@friends.example", "mary.jo@friends.example", "mary.jo@friends.example"),
        ("jo@friends.example", "jo@friends.example.org", "jo@friends.example.org"),
        ("BA12 9AA", "at ba129aa, in", "at [erased], in"),
        ("Ann O'Neill", "ANN\n o’neill leads", "[erased] leads"),
        ("Ann Jones", "Joann Jones, Ann Joneses", "Joann Jones, Ann Joneses"),
        ("(100%_off)", "A+B (100%_off) now", "A+B ([erased]) now"),
    ],
)
def test_memory_finds_what_erasure_would(value: str, text: str, left: str) -> None:
    assert memory(value).without(text) == left
    known = blanking.wanted(value)
    assert known.is_in(text) is ("[erased]" in left)


def test_a_whole_value_is_told_from_a_part() -> None:
    known = memory("Jo Bloggs")

    assert [known.is_all_of(t) for t in (" jo  bloggs ", "Jo Bloggs leads", "")] == [
        True, False, False,
    ]  # fmt: skip
    assert blanking.erased({"name": "Jo Bloggs", "fees": "Jo Bloggs"}, known) == {
        "name": "[erased]"
    }


def test_hits_in_a_document_say_which_value_it_was() -> None:
    known = memory("Jo Bloggs", "07700 900123")
    said = {"a": ["Ask Jo Bloggs"], "b": {"c": "0770 0900 123"}, "d": True, "e": None}

    assert [known.known[hit.digest] for hit in known.every(said)] == [
        "Jo Bloggs", "07700 900123",
    ]  # fmt: skip


def test_a_mark_is_of_its_key_and_says_nothing_of_the_value() -> None:
    one, other = mark("Jo Bloggs", KEY), mark("Jo Bloggs", "another")

    assert one.digest != other.digest
    assert one == mark("jo  BLOGGS", KEY)
    assert (one.kind, one.size, len(one.digest)) == ("words", 2, 64)
    with pytest.raises(ValueError, match="no letter"):
        mark("?!?!?", KEY)


@pytest.mark.parametrize(
    "written",
    [
        "E\u0301lodie A\u030angstro\u0308m",
        "É\u200blodie\u200b Ång\u00adström",
        "ÉLODIE_ÅNGSTRÖM",
        "Élodie-Ångström",
        "jo\u200b@fri\u00adends.example",
        "07700\u200b 900\u00ad123",
    ],
)
def test_a_value_is_known_however_its_letters_are_written(written: str) -> None:
    values = ("Élodie Ångström", "jo@friends.example", "07700 900123")
    known = Memory(KEY, {mark(value, KEY): value for value in values})

    assert known.without(f"Ask {written}, please") == "Ask [erased], please"
    assert known.is_all_of(written)
