"""The data dictionary: a public page, and the same as CSV and JSON."""

import csv
import io
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import public
from directory.declarations import RECORDS
from directory.dictionary import COLUMNS, Entry, entries

_ON_PAGE = ("Field", "What it is", "Type", "Must be there", "Who may see it",
            "Standard", "Weight")  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take for the beginning of a formula."""


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every field in words, record by record."""
    every = entries()
    return render(
        request,
        "publishing/dictionary.html",
        {
            "columns": [{"label": label} for label in _ON_PAGE],
            "records": [
                {
                    "slug": kind,
                    "title": entity.label,
                    "rows": [_cells(entry) for entry in every if entry.record == kind],
                }
                for kind, entity in RECORDS.items()
            ],
        },
    )


def _cells(entry: Entry) -> list[dict[str, Any]]:
    shown = f" For example: {entry.example}." if entry.example else ""
    may_be = f": {', '.join(entry.choices)}" if entry.choices else ""
    texts = [
        f"{entry.label} ({entry.path})",
        f"{entry.meaning}{shown}",
        f"{entry.type}{may_be}",
        "Yes" if entry.mandatory else "No",
        entry.seen_by,
        entry.standard,
        str(entry.weight) if entry.weight else "None",
    ]
    return [{"text": text} for text in texts]


@public
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS.values())
    for entry in entries():
        writer.writerow(guarded(value) for value in entry.as_dict().values())
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="data-dictionary.csv"'},
    )


def guarded(value: Any) -> str:
    """A cell as text; an apostrophe stands before what could be read as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = ", ".join(value) if isinstance(value, list) else str(value)
    return f"'{said}" if said.startswith(_FORMULA) else said


@public
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    document = {"columns": COLUMNS, "fields": [e.as_dict() for e in entries()]}
    return HttpResponse(
        orjson.dumps(document),
        content_type="application/json",
        headers={"Access-Control-Allow-Origin": "*"},
    )
