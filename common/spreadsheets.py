"""Tables for a spreadsheet: CSV that opens well, and of which no cell is a formula.

A spreadsheet takes what begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break
as a formula; such a cell gets an apostrophe in front, which the spreadsheet hides.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(value: Any) -> str:
    """A cell as text that a spreadsheet shows and does not carry out."""
    text = "" if value is None else str(value)
    begins = text.lstrip(" \u00a0\ufeff")
    return f"'{text}" if begins.startswith(_FORMULA) else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV, marked as UTF-8 for the spreadsheets that need to be told."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([guarded(cell) for cell in header])
    for row in rows:
        yield writer.writerow([guarded(cell) for cell in row])


def download(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """A CSV of this name, without its ending, written as it is sent."""
    answer = StreamingHttpResponse(
        lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
