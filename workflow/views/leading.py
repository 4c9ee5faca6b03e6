"""The lead's first page: six figures, what needs them, and where to look further."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import (
    charts,
    contracts,
    figures,
    hours,
    leaders,
    reports,
    standing_counts,
    trends,
)
from workflow.actions.periodic import left_to_a_person
from workflow.figures import Figure
from workflow.measuring import Values
from workflow.models import HidingStop, KeptFigures, Listing, Policy, Remit
from workflow.trends import Point
from workflow.views import leading_rows
from workflow.views.deciding_cards import how_long
from workflow.views.keeping_answers import person
from workflow.views.leading_door import holding, place_led, shared
from workflow.views.leading_neighbours import asked_of

SHOWN = 5
"""How many of what needs the lead stand on the first page."""
LAPSED_SHOWN = 100
"""How many lapsed records can be decided on from there, the longest lapsed first."""
REMITS_SHOWN = 10
"""How many areas of work stand there, those that are most behind."""
CONTRACT_COLUMNS = (
    {"label": "Contract"}, {"label": "Commissioned by"}, {"label": "What comes"},
)  # fmt: skip
OF_PUBLISHED = ("in-date", *figures.GRADED)
"""What is said with its share of what is published."""


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def lead(request: HttpRequest) -> HttpResponse:
    """The six figures, what needs the lead, then all the rest."""
    place = place_led(request, Permission.SEE_FIGURES)
    now, user = clock.now(), person(request)
    kept = standing_counts.of_figures(place.policy)
    standing = standing_counts.values(figures.BY_SLUG, place.policy, now, kept)
    found, counted_at = standing.values, standing.counted_at
    points = trends.of_place(place.policy, now, count=not kept)
    start = reports.baseline_of(place.policy)
    context = {
        **shared(request, place, "lead"),
        "now": now,
        **_needs(place, user, found, now),
        "headlines": [
            _headline(one, found, points, counted_at) | _start(one, start)
            for one in figures.HEADLINES
        ],
        "groups": _groups(found, counted_at),
        **_slipping(place.policy, user, found, now),
        **_who_needs_help(place.policy, now, kept),
        **_falls_due(place.policy, found, now),
    }
    return render(request, "workflow/leading/lead.html", context)


def _needs(
    place: Partnership, user: User, found: Values, now: dt.datetime
) -> dict[str, Any]:
    """What only a person may decide: a stopped run, lapsed records, nobody's work."""
    policy, today = place.policy, clock.london_day(now)
    ids = left_to_a_person(policy, today)
    lapsed = leading_rows.lapsed_rows(
        leading_rows.with_rows(Listing.objects.filter(pk__in=ids)).order_by(
            "due_on", "pk"
        )[:LAPSED_SHOWN],
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
        "lapsed_count": len(ids),
        "lapsed_left_out": len(ids) - len(lapsed),
        "more_lapsed": lapsed[SHOWN:],
        "unowned_columns": leading_rows.UNOWNED_COLUMNS,
        "unowned": leading_rows.unowned_rows(unowned[:SHOWN], user, policy),
        "unowned_count": found["unowned"],
        "unled_columns": leading_rows.UNLED_COLUMNS,
        "unled": leading_rows.unled_rows(leaders.unled(place)),
        "neighbours": asked_of(user, place),
        "contract_columns": CONTRACT_COLUMNS,
        "contracts": _contracts(place, user, today),
    }


def _contracts(
    place: Partnership, user: User, today: dt.date
) -> list[list[dict[str, str]]]:
    """The contracts of a review or an end that comes, for who keeps them."""
    kept = contracts.kept_by(user).filter(partnership=place)
    return [
        [
            {"text": one.reference, "url": reverse("workflow:contract", args=[one.pk])},
            {"text": one.commissioner.name},
            {"text": "; ".join(each.words for each in coming)},
        ]
        for one, coming in contracts.to_look_at(kept, today)
    ]


def _slipping(
    policy: Policy, user: User, found: Values, now: dt.datetime
) -> dict[str, Any]:
    """What lapses soonest unless somebody checks it."""
    rows = leading_rows.with_rows(
        figures.members(figures.BY_SLUG["slipping"], policy, now)
    )
    return {
        "slipping_columns": leading_rows.columns(Listing),
        "slipping": leading_rows.rows(Listing, rows[:SHOWN], user, policy),
        "slipping_count": found["slipping"],
    }


def _who_needs_help(
    policy: Policy, now: dt.datetime, kept: standing_counts.Rows
) -> dict[str, Any]:
    """The areas of work that are most behind, and of how many."""
    tallies, counted_at = standing_counts.of_remits(kept) or (None, None)
    remits = hours.by_remit(policy, now, most=REMITS_SHOWN, counted=tallies)
    first = remits[0] if remits else None
    behind = f"{first.name}: {first.late:,} behind" if first else ""
    return {
        "remits_at": counted_at,
        "remit_columns": leading_rows.REMIT_COLUMNS,
        "remits": leading_rows.remit_rows(remits),
        "remit_count": Remit.objects.filter(partnership=policy.partnership_id).count(),
        "most_behind": behind if first and first.late else "Nobody is behind",
    }


def _falls_due(policy: Policy, found: Values, now: dt.datetime) -> dict[str, Any]:
    """The weeks ahead, and what was done in a week of late."""
    pace = found["pace"] or 0
    due = hours.falls_due(policy, clock.london_day(now))
    most = max(number for _, number in due)
    each = hours.minutes_of_check(policy)
    already = due[0][1]
    return {
        "pace": pace,
        "pace_long": how_long(pace * each),
        "pace_weeks": figures.PACE_WEEKS,
        "week_minutes": each,
        "ahead_columns": leading_rows.AHEAD_COLUMNS,
        "ahead_rows": [
            leading_rows.ahead_row(one) for one in hours.forecast(policy, found, now)
        ],
        "week_columns": leading_rows.WEEK_COLUMNS,
        "ahead": f"{counted(already, 'check')} due already",
        "weeks": [leading_rows.week_row(*one, pace, most, each) for one in due],
    }


Times = Mapping[str, dt.datetime]
"""When those figures were counted, by slug, that were not counted just now."""


def _groups(found: Values, counted_at: Times) -> list[dict[str, Any]]:
    """The other figures by group; reasons that nothing is hidden for are left out."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for figure in figures.FIGURES:
        if figure in figures.HEADLINES:
            continue
        stats = groups.setdefault(figure.group, [])
        if figure.group == figures.HIDING and not found[figure.slug]:
            continue
        stats.append(_stat(figure, found, counted_at))
    return [
        {"title": title, "id": f"group-{number}", "stats": stats}
        for number, (title, stats) in enumerate(groups.items(), 1)
    ]


def share(value: int, published: int) -> str:
    """``of 354, 87%``: rounded down, so that only all are 100% and only none are 0%."""
    percent = value * 100 // published
    said = "under 1%" if value and not percent else f"{percent}%"
    return f"of {published:,}, {said}"


def _stat(figure: Figure, found: Values, counted_at: Times) -> dict[str, Any]:
    value = found[figure.slug]
    stat: dict[str, Any] = {
        "value": figure.unit.said(value),
        "label": figure.label,
        "definition": figure.definition,
        "url": reverse("workflow:figure", args=[figure.slug]),
        "link": _link(figure, value),
        "at": counted_at.get(figure.slug),
    }
    published = found["published"]
    if figure.slug in OF_PUBLISHED and published:
        stat["of"] = share(value or 0, published)
    return stat


def _link(figure: Figure, value: int | None) -> str:
    """What the list behind a figure holds."""
    if not figure.is_count:
        return "See what is measured" if value is not None else "See the empty list"
    if not value:
        return "See the empty list"
    many = f"{value:,} " if value > 1 else ""
    return f"Show the {many}{counted(value, figure.noun).split(' ', 1)[1]}"


def _headline(
    figure: Figure, found: Values, points: list[Point], counted_at: Times
) -> dict[str, Any]:
    """One of the six, with its twelve months as a small line and in words."""
    stat = _stat(figure, found, counted_at)
    then = [point.values[figure.slug] or 0 for point in points]
    if not then:
        return stat
    value = found[figure.slug] or 0
    stat["spark"] = charts.spark([*then, value])
    return stat | _trend(value - then[-1], points[-1].day)


def _start(figure: Figure, start: KeptFigures | None) -> dict[str, str]:
    """What the figure was when the place started, of what stands at an instant."""
    value = reports.values_of(start).get(figure.slug)
    if start is None or value is None or not figures.stands(figure.slug):
        return {}
    return {"start": f"{figure.unit.said(value)} at the start, {full_date(start.day)}"}


def _trend(more: int, then: dt.date) -> dict[str, str]:
    day = full_date(then)
    if more == 0:
        return {"trend": f"as many as on {day}", "direction": "same"}
    words = "more" if more > 0 else "fewer"
    direction = "up" if more > 0 else "down"
    return {"trend": f"{abs(more):,} {words} than on {day}", "direction": direction}
