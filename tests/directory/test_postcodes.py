"""UK postcodes: one way of writing, plain words for a wrong one, finding in text."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import postcodes


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ba123ab", "BA12 3AB"),
        (" BA12   3AB ", "BA12 3AB"),
        ("BA12\u00a03AB", "BA12 3AB"),
        ("ba1 1aa", "BA1 1AA"),
        ("b11aa", "B1 1AA"),
        ("m601nw", "M60 1NW"),
        ("w1a1aa", "W1A 1AA"),
        ("EC1A1BB", "EC1A 1BB"),
        ("sw1w 0ny", "SW1W 0NY"),
        ("se1p 5lx", "SE1P 5LX"),
        ("n1p 3ab", "N1P 3AB"),
        ("e20 2st", "E20 2ST"),
        ("je2 3ab", "JE2 3AB"),
        ("im1 1ea", "IM1 1EA"),
        ("bt1 5gs", "BT1 5GS"),
        ("gir0aa", "GIR 0AA"),
        ("bfpo58", "BFPO 58"),
        ("BFPO 1234", "BFPO 1234"),
        ("bf1 0aa", "BF1 0AA"),
        ("fiqq1zz", "FIQQ 1ZZ"),
        ("STHL 1ZZ", "STHL 1ZZ"),
        ("gx11 1aa", "GX11 1AA"),
        ("BA12-3AB", "BA12 3AB"),
        ("BA12 3AB.", "BA12 3AB"),
        ("\u200bBA12 3AB\u200b", "BA12 3AB"),
        ("ＢＡ１２ ３ＡＢ", "BA12 3AB"),
        ("BA12 OAB", "BA12 0AB"),
        ("BA12 lAB", "BA12 1AB"),
        ("gir oaa", "GIR 0AA"),
    ],
)
def test_normalise_writes_a_postcode_one_way(typed, expected):
    assert postcodes.normalise(typed) == expected
    assert postcodes.is_valid(typed) is True


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a postcode, for example BA12 3AB."),
        ("  - ", "Enter a postcode, for example BA12 3AB."),
        (
            "BA1",
            (
                "“BA1” is only the first half of a postcode. Add the second half: "
                "a figure and two letters."
            ),
        ),
        ("BFPO", "“BFPO” needs its number, for example BFPO 58."),
        (
            "3ab",
            (
                "“3ab” is only the second half of a postcode. Put the first half "
                "before it, for example BA12."
            ),
        ),
        ("QA1 1AA", "“QA1 1AA” cannot be a postcode: none begins with Q."),
        (
            "BJ1 1AA",
            "“BJ1 1AA” cannot be a postcode: none has J as its second letter.",
        ),
        (
            "BA12 3CV",
            "“BA12 3CV” cannot be a postcode: the last two letters are never C.",
        ),
        (
            "W1I 1AA",
            "“W1I 1AA” cannot be a postcode: the first half never ends with I here.",
        ),
        (
            "EC1C 1AA",
            "“EC1C 1AA” cannot be a postcode: the first half never ends with C here.",
        ),
        (
            "not known",
            "“not known” is not a UK postcode. A postcode looks like BA12 3AB.",
        ),
        ("12345", "“12345” is not a UK postcode. A postcode looks like BA12 3AB."),
        (
            "BA12 3AB, UK",
            "“BA12 3AB, UK” is not a UK postcode. A postcode looks like BA12 3AB.",
        ),
        (
            "Flat 2, The Hall, Wexcombe",
            "This is too long for a postcode. A postcode looks like BA12 3AB.",
        ),
        ("BFPO 0", "“BFPO 0” is not a UK postcode. A postcode looks like BA12 3AB."),
    ],
)
def test_normalise_says_what_is_wrong(typed, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        postcodes.normalise(typed)
    assert postcodes.is_valid(typed) is False


OUTWARD_FORMS = st.one_of(
    st.from_regex(r"\A[A-PR-UWYZ][0-9]{1,2}\Z"),
    st.from_regex(r"\A[A-PR-UWYZ][A-HK-Y][0-9]{1,2}\Z"),
    st.from_regex(r"\A[A-PR-UWYZ][0-9][ABCDEFGHJKPSTUW]\Z"),
    st.from_regex(r"\A[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]\Z"),
)
INWARD_FORMS = st.from_regex(r"\A[0-9][ABD-HJLNP-UW-Z]{2}\Z")


@given(OUTWARD_FORMS, INWARD_FORMS)
def test_normalise_accepts_every_form_with_and_without_its_space(first, second):
    expected = f"{first} {second}"

    assert postcodes.normalise(first + second) == expected
    assert postcodes.normalise(expected.lower()) == expected
    assert postcodes.normalise(expected) == expected
    assert postcodes.outward(first + second) == first
    assert postcodes.find_in_text(f"({expected})") == [(1, 1 + len(expected), expected)]


@given(
    OUTWARD_FORMS, st.sampled_from("CIKMOV"), st.sampled_from(string.ascii_uppercase)
)
def test_normalise_refuses_the_letters_that_end_no_postcode(first, forbidden, other):
    assert postcodes.is_valid(f"{first} 1{forbidden}{other}") is False
    assert postcodes.is_valid(f"{first} 1{other}{forbidden}") is False


@given(st.text(max_size=30))
def test_normalise_only_ever_raises_a_sentence(text):
    try:
        written = postcodes.normalise(text)
    except ValueError as error:
        assert str(error)[-1] in ".!"  # noqa: PT017 - either outcome is right
    else:
        assert postcodes.normalise(written) == written


def test_find_in_text_gives_places_and_the_normal_form():
    text = "We meet at BA12 3AB or ba99zz; forces: BFPO 58. Not at Room B2 2pm."

    found = postcodes.find_in_text(text)

    assert [(text[start:end], written) for start, end, written in found] == [
        ("BA12 3AB", "BA12 3AB"),
        ("ba99zz", "BA9 9ZZ"),
        ("BFPO 58", "BFPO 58"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Room B2 2pm to 4pm",
        "Bus 1A, 2B or E1",
        "PRODUCTBA12 3ABX",
        "xBA12 3AB",
        "BA12 3ABC",
        "Company 01234567",
        "the A36 2 miles on",
        "BA12 3CV",
        "",
    ],
)
def test_find_in_text_leaves_what_is_no_postcode(text):
    assert postcodes.find_in_text(text) == []


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [("ba123ab", "BA12"), ("EC1A 1BB", "EC1A"), ("bfpo 58", "BFPO"), ("B1 1AA", "B1")],
)
def test_outward_is_the_first_half(postcode, expected):
    assert postcodes.outward(postcode) == expected


def test_outward_refuses_what_is_no_postcode():
    with pytest.raises(ValueError, match="is not a UK postcode"):
        postcodes.outward("nowhere")
