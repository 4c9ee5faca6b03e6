"""Words without what is not seen."""

import pytest

from common.words import folded, folded_with_places, plain

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f\u200d\U0001f525"
WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
PERSIAN = "\u0645\u06cc\u200c\u0631\u0648\u0645"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("E\u0301lodie A\u030angstro\u0308m", "\u00c9lodie \u00c5ngstr\u00f6m"),
        ("J\u200bo B\u00adlog\u2060gs\ufeff", "Jo Bloggs"),
        ("Jo\u200d Bl\u200coggs", "Jo Bloggs"),
        ("a\x00b\u202ec\u2066d", "abcd"),
        ("two\r\n\tlines", "two\r\n\tlines"),
        ("J\U000e0067o", "Jo"),
        (f"{FAMILY} {HEART} {WALES} {PERSIAN}", f"{FAMILY} {HEART} {WALES} {PERSIAN}"),
        (f"{WALES}\u200b\u200d", WALES),
    ],
)
def test_plain_leaves_what_is_seen_and_what_it_needs(typed: str, expected: str) -> None:
    assert plain(typed) == expected


def test_what_is_compared_knows_where_each_letter_stood() -> None:
    text = "x\u200be\u0301\u00ady"

    assert folded(text) == "x\u00e9y"
    assert folded_with_places(text) == ("x\u00e9y", [(0, 2), (2, 5), (5, 6)])
