"""The data dictionary: a public page, and the same as CSV and JSON."""

import csv
import io
from typing import Any

import orjson
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import public
from common.forms import PlainForm
from directory.declarations import RECORDS
from directory.declare import Entity
from directory.dictionary import COLUMNS, Entry, entries

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take for the beginning of a formula."""


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every field in words, folded by record and section; or those that are looked
    for, by what is said of them."""
    form = FindFieldForm(request.GET)
    words = form.cleaned_data["q"].casefold().split() if form.is_valid() else []
    every = [e for e in entries() if all(word in _said(e) for word in words)]
    records = [
        {"slug": kind, "title": entity.label, "groups": groups}
        for kind, entity in RECORDS.items()
        if (groups := _groups(entity, [e for e in every if e.record == kind]))
    ]
    context = {
        "form": form,
        "asked": bool(words),
        "number": len(every),
        "records": records,
    }
    return render(request, "publishing/dictionary.html", context)


class FindFieldForm(PlainForm):
    """Which field is looked for."""

    q = forms.CharField(
        label="Find a field",
        help_text="Its name here, in the open data, or a word of what it means.",
        required=False,
        max_length=100,
    )


def _said(entry: Entry) -> str:
    return f"{entry.label} {entry.path} {entry.meaning}".casefold()


def _groups(entity: Entity, every: list[Entry]) -> list[dict[str, Any]]:
    """The fields of a record by the sections of its forms, and what is on none."""
    left = every
    out: list[dict[str, Any]] = []
    for section in entity.sections:
        rows = [entry for entry in left if _of(entry) in section.names]
        left = [entry for entry in left if entry not in rows]
        out.append({"slug": section.slug, "title": section.title, "entries": rows})
    out.append({"slug": "other", "title": "Not on a form", "entries": left})
    return [
        {**group, "rows": [_row(entry) for entry in group["entries"]]}
        for group in out
        if group["entries"]
    ]


def _of(entry: Entry) -> str:
    """The name of the field or list of the record itself that an entry belongs to."""
    return entry.path.split(".")[1].removesuffix("[]")


def _row(entry: Entry) -> dict[str, Any]:
    """A field for ``summary_list.html``."""
    lines = [entry.meaning]
    if entry.example:
        lines.append(f"For example: {entry.example}.")
    if entry.choices:
        lines.append(f"One of: {', '.join(entry.choices)}.")
    facts = [
        entry.path,
        entry.type,
        "must be there" if entry.mandatory else "",
        f"seen by: {entry.seen_by.lower()}",
        entry.standard,
        f"weight {entry.weight}" if entry.weight else "",
    ]
    note = "; ".join(fact for fact in facts if fact)
    return {"label": entry.label, "lines": lines, "note": note}


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
    place = request.place  # type: ignore[attr-defined]
    document = {"columns": COLUMNS, "fields": [e.as_dict() for e in entries()]}
    if place:
        licence = {"name": place.licence.name, "url": place.licence.url}
        document = {"licence": licence, **document}
    return HttpResponse(
        orjson.dumps(document),
        content_type="application/json",
        headers={"Access-Control-Allow-Origin": "*"},
    )
