"""Where the points of a drawing stand."""

import pytest

from workflow import charts


@pytest.mark.parametrize(
    ("number", "above"),
    [(0, 1), (1, 1), (2, 2), (3, 5), (7, 10), (10, 10), (11, 20), (499, 500),
     (501, 1000)],
)  # fmt: skip
def test_ceiling_is_the_next_round_number(number: int, above: int) -> None:
    assert charts.ceiling(number) == above


def test_line_begins_at_nought_and_ends_at_the_edge() -> None:
    chart = charts.line([("Sep", 0), ("Oct", 5), ("Nov", 10)], width=520, height=220)

    assert [(dot.x, dot.y) for dot in chart.dots] == [
        (34, 190), (270, 108), (506, 26),
    ]  # fmt: skip
    assert chart.points == "34,190 270,108 506,26"
    assert chart.lines == ((190, 0), (26, 10))


def test_line_says_the_first_the_last_and_the_most() -> None:
    values = [("a", 1), ("b", 2), ("c", 9), ("d", 3), ("e", 4)]

    chart = charts.line(values, width=500, height=200)

    assert [dot.label for dot in chart.dots if dot.is_said] == ["a", "c", "e"]


def test_line_of_one_value_stands_at_the_left() -> None:
    (dot,) = charts.line([("Now", 3)], width=500, height=200).dots

    assert (dot.x, dot.value, dot.is_said) == (34, 3, True)


def test_spark_lies_in_the_middle_where_nothing_changed() -> None:
    assert {dot.y for dot in charts.spark([4, 4, 4]).dots} == {20}


def test_spark_reaches_from_its_least_to_its_most() -> None:
    assert [dot.y for dot in charts.spark([2, 4, 3]).dots] == [34, 6, 20]
