"""Dates and times as people say them, on pages."""

import datetime as dt

import pytest

from common import clock
from directory.templatetags import when

_NOW = dt.datetime(2026, 7, 10, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def tenth_of_july(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at 1pm in London on 10 July 2026."""
    monkeypatch.setattr(clock, "now", lambda: _NOW)


def test_full_date_is_the_day_in_london() -> None:
    late = dt.datetime(2026, 7, 9, 23, 30, tzinfo=dt.UTC)

    assert when.full_date(late) == "10 July 2026"


def test_no_date_is_no_words() -> None:
    assert [f(None) for f in (when.full_date, when.age, when.iso, when.moment)] == [
        "",
        "",
        "",
        "",
    ]


def test_age_counts_from_today() -> None:
    assert when.age(dt.date(2026, 6, 19)) == "3 weeks ago"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (dt.datetime(2026, 7, 10, 9, 42, tzinfo=dt.UTC), "today at 10.42am"),
        (
            dt.datetime(2026, 7, 9, 11, 0, tzinfo=dt.UTC),
            "yesterday, 9 July 2026, at 12 noon",
        ),
        (dt.datetime(2026, 1, 3, 17, 5, tzinfo=dt.UTC), "3 January 2026 at 5.05pm"),
    ],
)
def test_moment_names_today_and_yesterday(instant: dt.datetime, words: str) -> None:
    assert when.moment(instant) == words
