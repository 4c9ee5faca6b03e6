"""The lead's first page: what needs them, and the figures with what is behind each."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import figures
from workflow.actions.periodic import left_to_a_person
from workflow.figures import Figure
from workflow.models import HidingStop, Listing, Policy, Remit
from workflow.views import leading_rows
from workflow.views.keeping_answers import person
from workflow.views.leading_door import below, holding, place_led, shared
from workflow.views.leading_neighbours import asked_of

ON_A_PAGE = 50
SHOWN = 5
"""How many of what needs the lead stand on the first page."""
OF_PUBLISHED = ("in-date", "due-soon", "due", "overdue", "lapsed", "carried-over")
"""Parts of what is published; together they are all of it."""


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def lead(request: HttpRequest) -> HttpResponse:
    """What needs the lead, then every figure."""
    place = place_led(request, Permission.SEE_FIGURES)
    now, user = clock.now(), person(request)
    found = figures.counts(place.policy, now)
    context = {
        **shared(request, place, "lead"),
        "now": now,
        **_needs(place, user, found, now),
        "groups": _groups(place.policy, found, now),
        "remit_columns": leading_rows.REMIT_COLUMNS,
        "remits": leading_rows.remit_rows(place.policy, now),
    }
    return render(request, "workflow/leading/lead.html", context)


def _needs(
    place: Partnership, user: User, found: dict[str, int], now: dt.datetime
) -> dict[str, Any]:
    """What only a person may decide: a stopped run, lapsed records, nobody's work."""
    policy, today = place.policy, clock.london_day(now)
    lapsed = leading_rows.lapsed_rows(
        leading_rows.with_rows(
            Listing.objects.filter(pk__in=left_to_a_person(policy, today))
        ).order_by("due_on", "pk"),
        user,
        policy,
    )
    unowned = leading_rows.with_rows(
        figures.members(figures.BY_SLUG["unowned"], policy, now)
    )
    return {
        "stop": HidingStop.objects.filter(partnership=place, decided_at=None).first(),
        "lapsed_columns": leading_rows.LAPSED_COLUMNS,
        "lapsed": lapsed[:SHOWN],
        "more_lapsed": lapsed[SHOWN:],
        "unowned_columns": leading_rows.UNOWNED_COLUMNS,
        "unowned": leading_rows.unowned_rows(unowned[:SHOWN], user, policy),
        "unowned_count": found["unowned"],
        "neighbours": asked_of(place),
    }


def _groups(
    policy: Policy, found: dict[str, int], now: dt.datetime
) -> list[dict[str, Any]]:
    """The figures by group; reasons for hiding that nothing has are left out."""
    earlier = figures.earlier_counts(policy, now)
    then = clock.london_day(now - figures.COMPARED)
    groups: dict[str, list[dict[str, Any]]] = {}
    for figure in figures.FIGURES:
        stats = groups.setdefault(figure.group, [])
        if figure.group == figures.HIDING and not found[figure.slug]:
            continue
        stats.append(_stat(figure, found, earlier, then))
    return [
        {"title": title, "id": f"group-{number}", "stats": stats}
        for number, (title, stats) in enumerate(groups.items(), 1)
    ]


def _stat(
    figure: Figure, found: dict[str, int], earlier: dict[str, int], then: dt.date
) -> dict[str, Any]:
    value = found[figure.slug]
    one = value == 1
    stat: dict[str, Any] = {
        "value": f"{value:,}",
        "label": figure.label,
        "definition": figure.definition,
        "url": reverse("workflow:figure", args=[figure.slug]),
        "link": f"Show the {'' if one else f'{value:,} '}"
        f"{counted(value, figure.noun).split(' ', 1)[1]}"
        if value
        else "See the empty list",
    }
    if figure.slug in OF_PUBLISHED and found["published"]:
        # Rounded down, so that “100%” is said of all of them only.
        percent = value * 100 // found["published"]
        stat["of"] = f"of {found['published']:,}, {percent}%"
    if figure.slug in earlier:
        stat |= _trend(value - earlier[figure.slug], then)
    return stat


def _trend(more: int, then: dt.date) -> dict[str, str]:
    day = full_date(then)
    if more == 0:
        return {"trend": f"as many as on {day}", "direction": "same"}
    words = "more" if more > 0 else "fewer"
    direction = "up" if more > 0 else "down"
    return {"trend": f"{abs(more):,} {words} than on {day}", "direction": direction}


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def figure(request: HttpRequest, slug: str) -> HttpResponse:
    """Exactly what one figure counts."""
    place = place_led(request, Permission.SEE_FIGURES)
    asked = figures.BY_SLUG.get(slug)
    if asked is None:
        raise Http404
    return _figure_page(request, place, asked)


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def remit_figure(request: HttpRequest, remit_id: UUID, slug: str) -> HttpResponse:
    """Exactly what one number of an area of work counts."""
    place = place_led(request, Permission.SEE_FIGURES)
    remit = get_object_or_404(Remit, pk=remit_id, partnership=place)
    asked = figures.in_remit(remit, place.policy, clock.now()).get(slug)
    if asked is None:
        raise Http404
    return _figure_page(request, place, asked)


def _figure_page(
    request: HttpRequest, place: Partnership, asked: Figure
) -> HttpResponse:
    now = clock.now()
    found = leading_rows.with_rows(figures.members(asked, place.policy, now))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **below(place, "lead"),
        "figure": asked,
        "now": now,
        "page": page,
        "columns": leading_rows.columns(found.model),
        "rows": leading_rows.rows(
            found.model, page.object_list, person(request), place.policy
        ),
    }
    return render(request, "workflow/leading/figure.html", context)
