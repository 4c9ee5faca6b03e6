"""Tables for a spreadsheet, which carries nothing out."""

import csv
import io
from typing import Any

import pytest

from common import spreadsheets


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1"],
)
def test_what_a_spreadsheet_would_carry_out_is_guarded(text: str) -> None:
    assert spreadsheets.guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Knit & Natter", "01632 960199", "", "a=b", "10-12"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert spreadsheets.guarded(text) == text


def test_nothing_is_an_empty_cell() -> None:
    assert spreadsheets.guarded(None) == ""


def test_download_can_be_read_back() -> None:
    rows = [["Tea, cake", 'The "Hall"'], ["=1", "two\nlines"]]

    answer: Any = spreadsheets.download("tea", ["Name", "Place"], rows)

    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="tea.csv"'
    assert list(csv.reader(io.StringIO(body, newline=""))) == [
        ["Name", "Place"], ["Tea, cake", 'The "Hall"'], ["'=1", "two\nlines"],
    ]  # fmt: skip
