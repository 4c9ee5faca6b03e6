"""Phone numbers: one way of writing, dialling, plain words, finding in text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import phones


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("01632960123", "01632 960123"),
        ("01632 960 123", "01632 960123"),
        ("(01632) 960123", "01632 960123"),
        ("01632-960123", "01632 960123"),
        ("01632/960123", "01632 960123"),
        ("01632\u00a0960123", "01632 960123"),
        ("Tel: 01632 960123", "01632 960123"),
        ("tel no. 01632 960123", "01632 960123"),
        ("tel:01632960123", "01632 960123"),
        ("+44 1632 960123", "01632 960123"),
        ("+44 (0)1632 960123", "01632 960123"),
        ("0044 1632 960123", "01632 960123"),
        ("441632960123", "01632 960123"),
        ("０１６３２ ９６０１２３", "01632 960123"),
        ("\u202d01632 960123\u202c", "01632 960123"),
        ("02079460018", "020 7946 0018"),
        ("02920180123", "029 2018 0123"),
        ("01134960123", "0113 496 0123"),
        ("01314960123", "0131 496 0123"),
        ("0120412345", "01204 12345"),
        ("01539620123", "015396 20123"),
        ("07700900123", "07700 900123"),
        ("+447700900123", "07700 900123"),
        ("03069990123", "0306 999 0123"),
        ("08081570123", "0808 157 0123"),
        ("0800123456", "0800 123456"),
        ("08001111", "0800 1111"),
        ("09098790123", "0909 879 0123"),
        ("01632 960123 ext 204", "01632 960123 ext 204"),
        ("01632 960123 (Ext. 204)", "01632 960123 ext 204"),
        ("01632 960123x204", "01632 960123 ext 204"),
        ("01632 960123 extension 204", "01632 960123 ext 204"),
        ("01632 960123, option 2", "01632 960123 option 2"),
        ("18001 01632 960123", "18001 01632 960123"),
        ("1800101632960123", "18001 01632 960123"),
        ("Textphone: 01632 960123", "01632 960123 (textphone)"),
        ("01632 960123 (minicom)", "01632 960123 (textphone)"),
        ("111", "111"),
        ("999", "999"),
        ("101", "101"),
        ("18000", "18000"),
        ("116123", "116 123"),
        ("116 123", "116 123"),
        ("118118", "118 118"),
        ("85258", "85258"),
        ("+353 1 234 5678", "+353 1 234 5678"),
        ("00353 12345678", "+353 1 234 5678"),
    ],
)
def test_normalise_writes_a_number_as_uk_people_do(typed, expected):
    assert phones.normalise(typed) == expected
    assert phones.normalise(expected) == expected
    assert phones.problem(typed) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a phone number, for example 01632 960123."),
        (" \u200b ", "Enter a phone number, for example 01632 960123."),
        ("01632 96012", "“01632 96012” has too few figures: 10 instead of 11."),
        ("01632 9601234", "“01632 9601234” has too many figures: 12 instead of 11."),
        ("07700 90012", "“07700 90012” has too few figures: 10 instead of 11."),
        ("0163", "“0163” has too few figures: 4 instead of 11."),
        ("1632 960123", "“1632 960123” has lost its first 0. Is it 01632 960123?"),
        ("7700900123", "“7700900123” has lost its first 0. Is it 07700 900123?"),
        ("960123", "“960123” needs its area code, for example 01632."),
        ("06123 456789", "No UK number begins with 06. Check “06123 456789”."),
        ("04123 456789", "No UK number begins with 04. Check “04123 456789”."),
        ("0104 567 8901", "No UK number begins with 01. Check “0104 567 8901”."),
        (
            "0500 123456",
            "“0500 123456” cannot be rung: 0500 numbers were switched off in 2017.",
        ),
        (
            "01632 960123 after 6pm",
            (
                "“01632 960123 after 6pm” is more than a phone number. "
                "Put other words in the description."
            ),
        ),
        (
            "ask at the desk",
            (
                "“ask at the desk” is not a phone number. "
                "Check the digits, for example 01632 960123."
            ),
        ),
        ("01632 960123 or 07700 900123", "Put one number in each phone field."),
        ("01632 960123/01632 960124", "Put one number in each phone field."),
        ("123", "“123” is not a phone number."),
        ("+999 1", "“+999 1” is not a phone number."),
        (
            "0163abc",
            (
                "“0163abc” is not a phone number. "
                "Check the digits, for example 01632 960123."
            ),
        ),
        (
            "+",
            "“+” is not a phone number. Check the digits, for example 01632 960123.",
        ),
    ],
)
def test_problem_says_what_is_wrong(typed, sentence):
    assert phones.problem(typed) == sentence
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        phones.normalise(typed)


def test_display_leaves_what_is_no_number_as_it_is():
    assert phones.display(" ask at the desk ") == "ask at the desk"
    assert phones.display("+441632960123") == "01632 960123"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("01632 960123", "tel:+441632960123"),
        ("01632 960123 ext 204", "tel:+441632960123;ext=204"),
        ("01632 960123 option 2", "tel:+441632960123"),
        ("07700 900123", "tel:+447700900123"),
        ("111", "tel:111"),
        ("116 123", "tel:116123"),
        ("18001 01632 960123", "tel:1800101632960123"),
        ("+353 1 234 5678", "tel:+35312345678"),
    ],
)
def test_tel_uri_dials_the_number(number, expected):
    assert phones.tel_uri(number) == expected


def test_tel_uri_refuses_what_cannot_be_dialled():
    with pytest.raises(ValueError, match="is not a phone number"):
        phones.tel_uri("javascript:alert(1)")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("07700 900123", True),
        ("+44 7700 900123", True),
        ("07624 123456", True),
        ("18001 07700 900123", True),
        ("07700 900123 ext 2", True),
        ("07012 345678", False),
        ("07612 345678", False),
        ("01632 960123", False),
        ("0808 157 0123", False),
        ("111", False),
        ("70123", False),
        ("+33 7 00 12 34 56", False),
        ("07700", False),
        ("", False),
    ],
)
def test_is_mobile_tells_mobiles_from_other_07_numbers(number, expected):
    assert phones.is_mobile(number) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring 01632 960123 first.", ["01632 960123"]),
        (
            "Tel:01632960123, fax 01632 960124.",
            ["01632960123", "01632 960124"],
        ),
        ("01632 960123/07700 900123", ["01632 960123", "07700 900123"]),
        ("01632 960123 or 960124", ["01632 960123"]),
        ("(01632) 960123", ["(01632) 960123"]),
        ("(call 01632 960123)", ["01632 960123"]),
        ("+44 (0) 1632 960 123", ["+44 (0) 1632 960 123"]),
        ("0044 7700 900123", ["0044 7700 900123"]),
        ("https://wa.me/447700900123", ["447700900123"]),
        ("07700 900123", ["07700 900123"]),
        ("07700900123", ["07700900123"]),
        ("0770 0900 123", ["0770 0900 123"]),
        ("077 0090 0123", ["077 0090 0123"]),
        ("07700 900 123", ["07700 900 123"]),
        ("07700-900-123", ["07700-900-123"]),
        ("07700.900.123", ["07700.900.123"]),
        ("07700 – 900123", ["07700 – 900123"]),
        ("07700\u00a0900\u00a0123", ["07700\u00a0900\u00a0123"]),
        ("0 7 7 0 0 9 0 0 1 2 3", ["0 7 7 0 0 9 0 0 1 2 3"]),
        ("Mob07700900123", ["07700900123"]),
        ("07700 900123 9am to 5pm", ["07700 900123"]),
        ("01204 12345 6pm", ["01204 12345"]),
        ("01632 960123ext 204", ["01632 960123"]),
        ("Samaritans 116 123, free", ["116 123"]),
        ("18001 01632 960123", ["18001 01632 960123"]),
        ("0800 1111", ["0800 1111"]),
        ("0808 157 0123", ["0808 157 0123"]),
        ("from Dublin +353 1 234 5678", ["+353 1 234 5678"]),
        ("111 07700 900123", ["07700 900123"]),
    ],
)
def test_find_in_text_finds_numbers_in_every_usual_spacing(text, expected):
    found = phones.find_in_text(text)

    assert [raw for _, _, raw in found] == expected
    assert [text[start:end] for start, end, _ in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Open 0900-1700 and 0930-1200 daily",
        "0900 - 1700, 0930 - 1600",
        "Charity number 1012345",
        "Company number 01234567",
        "ISBN 0123456789",
        "on 01/02/2026 10:00-12:00",
        "on 01-02-2026 10-12",
        "since 01.02.2026 and 2030",
        "call 111 or 999",
        "UPRN 100012345678",
        "ref AB07700900123",
        "case=07700900123",
        "123456789012345678901",
        "077009001234",
        "£07700900123",
        "0 1 2 3 4 5 6 7 8 9",
    ],
)
def test_find_in_text_leaves_other_figures(text):
    assert phones.find_in_text(text) == []


NATIONAL = st.one_of(
    st.from_regex(r"\A01[2-9][2-9][2-9][0-9]{6}\Z"),
    st.from_regex(r"\A02[03489][0-9]{8}\Z"),
    st.from_regex(r"\A03[0347][0-9]{8}\Z"),
    st.from_regex(r"\A07[1-57-9][0-9]{8}\Z"),
    st.from_regex(r"\A080[08][0-9]{7}\Z"),
)


@given(NATIONAL, st.data())
def test_normalise_is_the_same_for_every_way_of_writing(digits, data):
    spaces = data.draw(st.lists(st.integers(1, 10), max_size=3))
    spaced = "".join(" " + c if i in spaces else c for i, c in enumerate(digits))

    written = phones.normalise(digits)

    assert re.sub(r"\D", "", written) == digits
    assert phones.normalise(written) == written
    assert phones.normalise(spaced) == written
    assert phones.normalise(f"+44{digits[1:]}") == written
    assert phones.tel_uri(written) == f"tel:+44{digits[1:]}"


@given(
    st.from_regex(r"\A07[1-57-9][0-9]{8}\Z"),
    st.sampled_from(["", " ", "-", ".", "\u00a0"]),
)
def test_find_in_text_finds_every_mobile(digits, gap):
    written = f"{digits[:5]}{gap}{digits[5:8]}{gap}{digits[8:]}"

    assert phones.find_in_text(f"Text {written}.") == [(5, 5 + len(written), written)]
    assert phones.is_mobile(written) is True


@given(st.text(alphabet="0123456789+() -.x7ext", max_size=40))
def test_find_in_text_gives_places_in_order_that_can_be_dialled(text):
    last = 0
    for start, end, raw in phones.find_in_text(text):
        assert last <= start < end
        assert raw == text[start:end]
        assert phones.problem(raw) is None
        last = end


@given(st.text(max_size=40))
def test_display_never_fails(text):
    assert phones.display(phones.display(text)) == phones.display(text)
