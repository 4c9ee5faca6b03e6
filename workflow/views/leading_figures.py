"""One figure: its twelve months, how it divides, and exactly the records it counts."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock, spreadsheets
from common.pages import Pages
from common.templatetags.vouch import counted
from workflow import charts, divided, figures, hours, splits, standing_counts, trends
from workflow.figures import Figure, Unit
from workflow.models import Policy, Remit
from workflow.splits import Split
from workflow.views import leading_rows
from workflow.views.keeping_answers import person
from workflow.views.leading_door import below, holding, place_led

ON_A_PAGE = 25
AT_ONCE = 2000
"""How many rows of a download are put into words at a time."""
SCALES: Mapping[Unit, tuple[int, str]] = {
    Unit.PERCENT: (1, "In percent"),
    Unit.SPAN: (60, "In hours"),
    Unit.WORK: (60, "In hours"),
    Unit.MONEY: (100, "In pounds"),
}
"""What a drawing is in: how many of the kept numbers make one of its own, and its
name."""
PARTS_SHOWN = 10
"""How many parts of a divided figure stand outside the fold."""
PARTS_LISTED = 200
"""How many are listed at all, the largest: a place may have thousands of providers."""

sees_figures = permitted(holding(Permission.SEE_FIGURES))


def figure_of(slug: str) -> Figure:
    """The figure of this name. Raises Http404."""
    found = figures.BY_SLUG.get(slug)
    if found is None:
        raise Http404
    return found


@sees_figures
@require_safe
def figure(request: HttpRequest, slug: str) -> HttpResponse:
    """What one figure counts, divided as is asked for."""
    place = place_led(request, Permission.SEE_FIGURES)
    return _figure_page(request, place, figure_of(slug))


@sees_figures
@require_safe
def download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same records as a table for a spreadsheet."""
    place, asked = place_led(request, Permission.SEE_FIGURES), figure_of(slug)
    user, now = person(request), clock.now()
    found = figures.members(asked, place.policy, now)
    split = split_asked(request, found.model) or splits.REMITS
    if key := request.GET.get("of", ""):
        found = narrowed_to(split, found, key, user, place)
    header = [column["label"] for column in leading_rows.columns(found.model)]
    name = f"{place.slug}-{asked.slug}-{clock.london_day(now).isoformat()}"
    rows = _rows_in_words(leading_rows.with_rows(found), user, place.policy)
    return spreadsheets.download(name, header, rows)


def _rows_in_words(
    found: QuerySet[Any], user: User, policy: Policy
) -> Iterator[list[str]]:
    some: list[Any] = []
    for one in found.iterator(chunk_size=AT_ONCE):
        some.append(one)
        if len(some) == AT_ONCE:
            yield from _in_words(some, user, policy)
            some = []
    yield from _in_words(some, user, policy)


def _in_words(some: list[Any], user: User, policy: Policy) -> Iterator[list[str]]:
    if some:
        for row in leading_rows.rows(type(some[0]), some, user, policy):
            yield [leading_rows.as_text(cell) for cell in row]


@sees_figures
@require_safe
def remit_figure(request: HttpRequest, remit_id: UUID, slug: str) -> HttpResponse:
    """Exactly what one number of an area of work counts. It is of one partner's one
    area, and divided when that is asked for: it may be most of a large place."""
    place = place_led(request, Permission.SEE_FIGURES)
    remit = get_object_or_404(Remit, pk=remit_id, partnership=place)
    asked = hours.in_remit(remit, place.policy, clock.now()).get(slug)
    if asked is None:
        raise Http404
    return _figure_page(request, place, asked, within=splits.OF_REMITS)


@sees_figures
@require_safe
def week_figure(request: HttpRequest, number: int) -> HttpResponse:
    """The records whose check falls due in one of the weeks ahead."""
    place = place_led(request, Permission.SEE_FIGURES)
    weeks = {week.number: week for week in hours.weeks(clock.today())}
    if number not in weeks:
        raise Http404
    return _figure_page(request, place, weeks[number].figure())


def split_asked(request: HttpRequest, model: type) -> Split | None:
    """How it is asked to be divided, if that is said."""
    asked = request.GET.get("by")
    if asked is None:
        return None
    found = splits.BY_SLUG.get(asked)
    if found is None or not splits.can_divide(found, model):
        raise Http404
    return found


def narrowed_to(
    split: Split, found: QuerySet[Any], key: str, user: User, place: Partnership
) -> QuerySet[Any]:
    """What is counted in one part. Raises Http404 where there is none such."""
    # Where parts are kept they are the same for everybody, and so are their lists.
    same = split.slug in ("ward", "area") and standing_counts.is_large(place.policy)
    try:
        return splits.narrow(split, found, key, user, place, all_secret=same)
    except ValueError:
        raise Http404 from None


def name_of_part(split: Split, key: str, user: User, place: Partnership) -> str:
    """What a part is called. Raises Http404 where there is none such."""
    try:
        return splits.name_of(split, key, user, place)
    except ValueError:
        raise Http404 from None


def _figure_page(
    request: HttpRequest,
    place: Partnership,
    asked: Figure,
    within: tuple[Split, ...] = (),
) -> HttpResponse:
    """The page of a figure; it does not divide ``within`` which it lies in one part."""
    now, user = clock.now(), person(request)
    every = figures.members(asked, place.policy, now)
    split = split_asked(request, every.model)
    if split is None and not within:
        split = splits.REMITS
    key = request.GET.get("of", "") if split else ""
    found = narrowed_to(split, every, key, user, place) if split and key else every
    rows = (
        standing_counts.of_figure(asked, split, place.policy)
        if split and _is_of_place(asked)
        else {}
    )
    number, counted_at = _number(asked, place.policy, now, rows)
    pages = Pages(found, ON_A_PAGE, leading_rows.with_rows)
    if asked.is_count and number is not None and not key and not counted_at:
        # The number that is kept counted: the list holds just as many.
        pages.count = number
    page = pages.get_page(request.GET.get("page"))
    context = {
        **below(place, "lead"),
        "figure": asked,
        "result": _result(asked, number, pages.count, key, counted_at),
        "share": share_of(asked),
        "now": now,
        "page": page,
        "columns": leading_rows.columns(found.model),
        "rows": leading_rows.rows(found.model, page.object_list, user, place.policy),
        "tabs": tabs(request, split, place, found.model, within),
        "download_url": _download(asked, split, key),
        **(_divided(request, asked, split, every, user, place, rows) if split else {}),
        "part": name_of_part(split, key, user, place) if split and key else "",
        **_history(asked, number, place.policy, now, bool(rows)),
    }
    return render(request, "workflow/leading/figure.html", context)


def _is_of_place(asked: Figure) -> bool:
    """Whether it is a figure of the place, and not of a week or an area of work."""
    return figures.BY_SLUG.get(asked.slug) is asked


def _number(
    asked: Figure, policy: Policy, now: dt.datetime, rows: standing_counts.Rows
) -> tuple[int | None, dt.datetime | None]:
    """The figure itself, and when it was counted, if not now; None also for what is no
    figure of the place."""
    if not _is_of_place(asked):
        return None, None
    found = standing_counts.values([asked.slug], policy, now, rows)
    return found.values[asked.slug], found.counted_at.get(asked.slug)


def _result(
    asked: Figure,
    number: int | None,
    listed: int,
    key: str,
    counted_at: dt.datetime | None,
) -> dict[str, Any]:
    """The number of the figure, and what its list holds."""
    many = counted(listed, asked.noun)
    if key or (asked.is_count and not counted_at):
        return {"many": many}
    return {
        "many": many, "number": asked.unit.said(number), "at": counted_at,
        "from": worked_out(asked, many),
    }  # fmt: skip


def worked_out(asked: Figure, many: str) -> str:
    """What the list of a figure holds that is not simply how many there are: of a share
    it is the part, not the whole."""
    if asked.unit == Unit.PERCENT:
        return f"the list below has the {many} that count towards it"
    return f"worked out from {many}"


def share_of(asked: Figure) -> dict[str, Any] | None:
    """Of a share the figure that is divided, and those that it is divided by."""
    if asked.derived is None or not asked.derived.whole:
        return None
    part, *_ = asked.derived.needs
    whole = [figures.BY_SLUG[slug] for slug in asked.derived.whole]
    return {"part": figures.BY_SLUG[part], "whole": whole}


def _download(asked: Figure, split: Split | None, key: str) -> str:
    """Where the same records can be had; what is no figure by itself has no address."""
    if not _is_of_place(asked):
        return ""
    url = reverse("workflow:figure-records", args=[asked.slug])
    part = f"?{urlencode({'by': split.slug, 'of': key})}" if split and key else ""
    return f"{url}{part}"


def tabs(
    request: HttpRequest,
    current: Split | None,
    place: Partnership,
    model: type,
    within: tuple[Split, ...] = (),
) -> list[dict[str, Any]]:
    """The ways in which a figure can be divided, one of them shown."""
    return [
        {
            "label": split.label,
            "url": f"{request.path}?{urlencode({'by': split.slug})}#parts",
            "count": None,
            "current": split is current,
        }
        for split in splits.offered(place, model)
        if split not in within
    ]


def _divided(
    request: HttpRequest,
    asked: Figure,
    split: Split,
    every: QuerySet[Any],
    user: User,
    place: Partnership,
    kept: standing_counts.Rows,
) -> dict[str, Any]:
    now, counted_at = clock.now(), None
    was = standing_counts.parts(asked, split, place.policy, now, user, kept)
    if was:
        parts, counted_at = was.parts, was.counted_at
        left_out = was.left_out + max(0, len(parts) - PARTS_LISTED)
    elif asked.derived or asked.measure:
        parts = divided.parts_of(asked, split, place.policy, now, user, place)
        left_out = max(0, len(parts) - PARTS_LISTED)
    else:
        parts, left_out = divided.largest(split, every, user, place, PARTS_LISTED)
    return {
        **table_of_parts(request, asked, split, every.model, parts),
        "parts_left_out": left_out,
        "parts_at": counted_at,
    }


def table_of_parts(
    request: HttpRequest,
    asked: Figure,
    split: Split,
    model: type,
    parts: list[divided.Part],
) -> dict[str, Any]:
    """The parts of a figure as a table, each with the address of its records."""
    rows = []
    for part in parts[:PARTS_LISTED]:
        query = urlencode({"by": split.slug, "of": part.key})
        url = f"{request.path}?{query}#records"
        rows.append(
            [{"text": part.name}, {"text": asked.unit.said(part.number), "url": url}]
        )
    return {
        "split": split,
        "split_about": splits.about(split, model),
        "every_url": f"{request.path}?{urlencode({'by': split.slug})}",
        "part_columns": [{"label": split.label}, {"label": "Number", "number": True}],
        "parts": rows[:PARTS_SHOWN],
        "more_parts": rows[PARTS_SHOWN:],
    }


def _history(
    asked: Figure, value: int | None, policy: Policy, now: dt.datetime, is_large: bool
) -> dict[str, Any]:
    """Twelve months as a drawing and as a table; nothing before the figure began."""
    if not _is_of_place(asked):
        return {}
    points = trends.of_place(policy, now, [asked.slug], count=not is_large)
    numbers = [(p.label, p.values[asked.slug]) for p in points]
    numbers.append(("Now", value))
    listed = trends.is_told(asked) and not is_large
    lists = {p.label: past_url(asked.slug, p.day) for p in points if listed}
    if len(numbers) < 2:
        return {"began": asked.began.value}
    drawn = [(label, number) for label, number in numbers if number is not None]
    scale, words = SCALES.get(asked.unit, (1, ""))
    short = [(label[:3], round(number / scale)) for label, number in drawn]
    return {
        "began": asked.began.value,
        "chart": charts.line(short, width=520, height=220) if short else None,
        "chart_in": words,
        "chart_words": _in_a_sentence(asked, drawn) if drawn else "",
        "month_columns": [{"label": "End of"}, {"label": "Number", "number": True}],
        "months": [
            [
                {"text": label},
                {"text": asked.unit.said(number), "url": lists.get(label)},
            ]
            for label, number in numbers
        ][::-1],
    }


def past_url(slug: str, day: dt.date) -> str:
    """Where what a figure counted at the end of a month is listed."""
    month = f"{day.month:02}"
    return reverse("workflow:past-figure", args=[slug, day.year, month])


def _in_a_sentence(asked: Figure, numbers: list[tuple[str, int]]) -> str:
    said = asked.unit.said
    first, last = numbers[0], numbers[-1]
    most = max(numbers, key=lambda one: one[1])
    now = "now" if last[0] == "Now" else f"at the end of {last[0]}"
    return (
        f"{asked.label}: {said(first[1])} at the end of {first[0]}, {said(last[1])} "
        f"{now}; most {said(most[1])} ({most[0]})."
    )
