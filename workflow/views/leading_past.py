"""One figure at the end of a month that is over: how it divided, and exactly the
records that it counted.

What was counted is told by what was written at the time. In which part a record lies is
not written down each day, so the parts are those of today, and the page says so.
"""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common import clock
from common.pages import Pages
from common.templatetags.vouch import counted
from workflow import divided, splits, standing_counts, trends
from workflow.measuring import Figure
from workflow.models import Policy
from workflow.views import leading_rows
from workflow.views.keeping_answers import person
from workflow.views.leading_door import below, place_led
from workflow.views.leading_figures import (
    ON_A_PAGE,
    figure_of,
    name_of_part,
    narrowed_to,
    sees_figures,
    split_asked,
    table_of_parts,
    tabs,
    worked_out,
)


@sees_figures
@require_safe
def past_figure(request: HttpRequest, slug: str, year: int, month: str) -> HttpResponse:
    """What one figure counted when a month ended. In a very large place, where nobody
    would wait for it, only the numbers are kept."""
    place = place_led(request, Permission.SEE_FIGURES)
    asked, now, user = figure_of(slug), clock.now(), person(request)
    if not trends.is_told(asked) or standing_counts.is_large(place.policy):
        raise Http404
    end = _end_of(place.policy, now, f"{year}-{month}")
    every = trends.members(asked, place.policy, end)
    split = split_asked(request, every.model) or splits.REMITS
    key = request.GET.get("of", "")
    found = narrowed_to(split, every, key, user, place) if key else every
    page = Pages(found, ON_A_PAGE, leading_rows.with_rows).get_page(
        request.GET.get("page")
    )
    (point,) = trends.at(place.policy, [end], [asked.slug])
    parts = divided.parts_of(
        asked, split, place.policy, end, user, place, trends.members
    )
    context = {
        **below(place, "lead"),
        "figure": asked,
        "month": point.label,
        "day": point.day,
        "result": _result(asked, point.values[asked.slug], page.paginator.count, key),
        "page": page,
        "columns": leading_rows.columns(found.model),
        "rows": leading_rows.rows(found.model, page.object_list, user, place.policy),
        "tabs": tabs(request, split, place, found.model),
        **table_of_parts(request, asked, split, found.model, parts),
        "part": name_of_part(split, key, user, place) if key else "",
    }
    return render(request, "workflow/leading/past_figure.html", context)


def _end_of(policy: Policy, now: dt.datetime, month: str) -> dt.datetime:
    """The last instant of one of the last eleven months. Raises Http404."""
    for end in trends.wanted(policy, now):
        if f"{clock.london_day(end):%Y-%m}" == month:
            return end
    raise Http404


def _result(asked: Figure, number: int | None, listed: int, key: str) -> dict[str, str]:
    """The number of the figure, where it is not how many its list holds."""
    many = counted(listed, asked.noun)
    if key or (asked.is_count and number == listed):
        return {"many": many}
    return {
        "many": many,
        "number": asked.unit.said(number),
        "from": worked_out(asked, many),
    }
