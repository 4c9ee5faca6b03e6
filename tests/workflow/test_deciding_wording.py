"""Words taken out and put in."""

from hypothesis import given
from hypothesis import strategies as st

from workflow import wording


def text_of(segments: list[wording.Segment] | None) -> str:
    return "".join(text for text, _ in segments or [])


def test_compare_marks_the_words_that_differ() -> None:
    found = wording.compare("Every Tuesday, 10am", "Every Thursday, 10am")

    assert found.before == [("Every ", ""), ("Tuesday", "del"), (", 10am", "")]
    assert found.after == [("Every ", ""), ("Thursday", "ins"), (", 10am", "")]


def test_compare_marks_neighbouring_words_as_one() -> None:
    found = wording.compare(
        "Tea and cake for the older people of the town hall",
        "Tea and cake for all young families of the town hall",
    )

    assert found.before == [
        ("Tea and cake for ", ""),
        ("the older people", "del"),
        (" of the town hall", ""),
    ]
    assert found.after == [
        ("Tea and cake for ", ""),
        ("all young families", "ins"),
        (" of the town hall", ""),
    ]


def test_compare_takes_a_phone_number_by_its_parts() -> None:
    found = wording.compare("01632 960101", "01632 960102")

    assert found.after == [("01632 ", ""), ("960102", "ins")]


def test_compare_keeps_an_address_whole() -> None:
    found = wording.compare("info@old.example", "info@new.example")

    assert found.before == [("info@old.example", "del")]
    assert found.after == [("info@new.example", "ins")]


def test_compare_does_not_mark_crumbs_in_a_text_written_anew() -> None:
    found = wording.compare(
        "A warm place to sit, and a friendly ear for anybody.",
        "Games, crafts and supper: the youth club meets weekly.",
    )

    assert [mark for _, mark in found.before or []] == ["del", ""]
    assert found.before is not None
    assert found.before[1] == (".", "")


def test_compare_with_nothing_marks_the_whole() -> None:
    assert wording.compare(None, "New") == wording.Comparison(None, [("New", "ins")])
    assert wording.compare("Old", "") == wording.Comparison([("Old", "del")], None)


def test_compare_of_equal_texts_marks_nothing() -> None:
    assert wording.compare("a b", "a b") == wording.Comparison(
        [("a b", "")], [("a b", "")]
    )


def test_compare_of_very_long_texts_marks_what_lies_between_equal_ends() -> None:
    old = "Start. " + "one two " * 2000 + "End."
    new = "Start. " + "three four " * 2000 + "End."

    found = wording.compare(old, new)

    assert [mark for _, mark in found.before or []] == ["", "del", ""]
    assert text_of(found.after) == new


@given(st.text(max_size=60), st.text(max_size=60))
def test_compare_loses_no_letter(before: str, after: str) -> None:
    found = wording.compare(before, after)

    assert text_of(found.before) == before
    assert text_of(found.after) == after


@given(st.lists(st.sampled_from(["a", "b", "c", "d", " "]), max_size=12),
       st.lists(st.sampled_from(["a", "b", "c", "d", " "]), max_size=12))  # fmt: skip
def test_compare_leaves_the_same_words_unmarked_on_both_sides(
    one: list[str], other: list[str]
) -> None:
    found = wording.compare("".join(one), "".join(other))

    def kept(segments: list[wording.Segment] | None) -> str:
        return "".join(text for text, mark in segments or [] if not mark)

    assert kept(found.before) == kept(found.after)
