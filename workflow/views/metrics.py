"""The metrics dictionary: a public page, and the same as CSV and JSON.

It says what is counted and never how many, so anybody may read it.
"""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import public
from common import spreadsheets
from workflow import metrics
from workflow.metrics import Entry

NAME = "metrics-dictionary"


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every figure in words, group by group."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in metrics.entries():
        groups.setdefault(entry.group, []).append(_row(entry))
    context = {
        "groups": [
            {"title": title, "id": f"group-{number}", "rows": rows}
            for number, (title, rows) in enumerate(groups.items(), 1)
        ]
    }
    return render(request, "workflow/metrics.html", context)


def _row(entry: Entry) -> dict[str, Any]:
    """A figure for ``summary_list.html``."""
    facts = (entry.name, f"unit: {entry.unit}", f"lists: {entry.counts}", entry.source)
    return {
        "label": entry.label,
        "lines": [entry.definition, entry.known],
        "note": "; ".join(facts),
    }


@public
@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """The same for a spreadsheet."""
    rows = (list(entry.as_dict().values()) for entry in metrics.entries())
    return spreadsheets.download(NAME, list(metrics.COLUMNS.values()), rows)


@public
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    document = {
        "columns": metrics.COLUMNS,
        "figures": [entry.as_dict() for entry in metrics.entries()],
    }
    return HttpResponse(
        orjson.dumps(document),
        content_type="application/json",
        headers={"Access-Control-Allow-Origin": "*"},
    )
