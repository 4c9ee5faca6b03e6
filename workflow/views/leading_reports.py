"""The monthly reports: made when a month is over, as a page to read or print and as a
table for a spreadsheet; and what the place started with."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.models import Partnership
from accounts.permissions import Permission
from common import clock, spreadsheets
from common.errors import InvalidState
from common.posting import posted_from
from workflow import figures, reports, standing_counts, trends
from workflow.actions.keeping_figures import take_baseline
from workflow.models import KeptFigures
from workflow.reports import Line
from workflow.views.keeping_answers import person
from workflow.views.leading_door import below, holding, place_led
from workflow.views.leading_figures import past_url

HEADER = (
    "Name", "Group", "Figure", "Unit", "Number", "Month before", "Year before",
    "At the start",
)  # fmt: skip

sees_figures = permitted(holding(Permission.SEE_FIGURES))


@sees_figures
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The months that have a report, and what the place started with."""
    place = place_led(request, Permission.SEE_FIGURES)
    kept = reports.months_of(place.policy)
    baseline = reports.baseline_of(place.policy)
    context = {
        **below(place, "lead"),
        "columns": [{"label": "Month"}, {"label": "Published", "number": True},
                    {"label": "In date", "number": True}],
        "rows": [_month_row(one) for one in kept],
        "baseline": baseline,
        "baseline_columns": [{"label": "Figure"}, {"label": "Number", "number": True}],
        "baseline_rows": [
            [{"text": line.label}, {"text": line.said}]
            for line in (reports.read(baseline) if baseline else ())
        ],
    }  # fmt: skip
    return render(request, "workflow/leading/reports.html", context)


def _month_row(kept: KeptFigures) -> list[dict[str, Any]]:
    lines = {line.slug: line for line in reports.read(kept)}
    url = reverse("workflow:month-report", args=[kept.day.year, f"{kept.day.month:02}"])
    return [
        {"text": reports.month_name(kept.day), "url": url},
        {"text": lines["published"].said},
        {"text": lines["in-date-share"].said},
    ]


@permitted(holding(Permission.SET_POLICY))
@posted_from("workflow:reports")
def baseline(request: HttpRequest) -> HttpResponse:
    """Keep today's figures as what the place started with."""
    place = place_led(request, Permission.SET_POLICY)
    try:
        take_baseline(by=person(request), place=place)
    except InvalidState as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "Kept. Every later figure is held against it.")
    return redirect("workflow:reports")


@sees_figures
@require_safe
def report(request: HttpRequest, year: int, month: str) -> HttpResponse:
    """One month: the six figures in sentences, then every figure with what changed."""
    place = place_led(request, Permission.SEE_FIGURES)
    kept, lines = _kept(place, year, month)
    start = reports.baseline_of(place.policy)
    names = reports.compared_with(kept.day, start.day if start else None)
    first = [one.slug for one in figures.HEADLINES]
    by_slug = {line.slug: line for line in lines}
    known = [key for key in names if any(line.other(key) is not None for line in lines)]
    context = {
        **below(place, "lead"),
        "month": reports.month_name(kept.day),
        "kept": kept,
        "sentences": [
            reports.sentence(by_slug[slug], names) for slug in first if slug in by_slug
        ],
        "columns": [
            {"label": "Figure"},
            {"label": "Number", "number": True},
            *({"label": f"Than {names[key]}", "number": True} for key in known),
        ],
        "groups": _groups(lines, known, _lists(place, kept)),
        "left_out": "baseline" in known,
        "table_url": reverse("workflow:month-report-table", args=[year, month]),
    }
    return render(request, "workflow/leading/report.html", context)


def _kept(place: Partnership, year: int, month: str) -> tuple[KeptFigures, list[Line]]:
    """What is kept of a month. Raises Http404 where it is not over, or none of ours."""
    for one in reports.months_of(place.policy):
        if f"{one.day:%Y-%m}" == f"{year}-{month}":
            return one, reports.read(one)
    raise Http404


def _lists(place: Partnership, kept: KeptFigures) -> dict[str, str]:
    """By figure, the address of what it counted then, as long as that is shown."""
    if standing_counts.is_large(place.policy):
        return {}
    ends = trends.wanted(place.policy, clock.now())
    if kept.day not in map(clock.london_day, ends):
        return {}
    return {
        figure.slug: past_url(figure.slug, kept.day)
        for figure in figures.FIGURES
        if trends.is_told(figure)
    }


def _groups(
    lines: Sequence[Line], known: Sequence[str], lists: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Every figure by its group, beside what something is known of: a place in its
    first year has no year before."""
    groups: dict[str, list[list[dict[str, Any]]]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(
            [
                {"text": line.label},
                {"text": line.said, "url": lists.get(line.slug)},
                *({"text": _beside(line, key)} for key in known),
            ]
        )
    return [{"title": title, "rows": rows} for title, rows in groups.items()]


def _beside(line: Line, key: str) -> str:
    """A number beside another; beside the first day only what stood on it."""
    if key == "baseline" and line.start is None and line.baseline is not None:
        return "Not compared"
    return line.than(line.other(key))


@sees_figures
@require_safe
def table(request: HttpRequest, year: int, month: str) -> HttpResponseBase:
    """The same numbers for a spreadsheet, as whole numbers of their unit."""
    place = place_led(request, Permission.SEE_FIGURES)
    kept, lines = _kept(place, year, month)
    rows = (
        [
            line.slug, line.group, line.label, line.unit.kept, line.value, line.before,
            line.year_before, line.baseline,
        ]
        for line in lines
    )  # fmt: skip
    return spreadsheets.download(f"{place.slug}-{kept.day:%Y-%m}", HEADER, rows)
