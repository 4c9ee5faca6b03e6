"""Where a contributor and a partner reader begin: find, say, and see what is ours."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import signed_in
from accounts.models import Partner, User
from common import clock
from directory.templatetags.when import full_date
from workflow import access, duties, figures, hours, leaders, roles, splits, standing
from workflow.choices import Stage
from workflow.keeping_forms import SearchForm
from workflow.models import Listing, Policy
from workflow.views import keeping_records, keeping_suggestions
from workflow.views.keeping_answers import may_start, person, place_of
from workflow.views.leading_rows import REMIT_COLUMNS

SHOWN = 5


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """A search box, the person’s suggestions with their answers, what only colleagues
    see, and what their own body answers for."""
    user, place = person(request), place_of(request)
    held = roles.held_by(user)
    suggests = bool(held & roles.SUGGESTERS)
    context: dict[str, Any] = {
        "form": SearchForm(places=keeping_records.places_seen(user)),
        "suggests": suggests,
        "may_start": may_start(request),
        **(_suggestions(user) if suggests else {}),
    }
    team = access.first_partner(user)
    policy = Policy.objects.filter(partnership=place).first() if place else None
    if team and policy and team.partnership_id == policy.partnership_id:
        context |= _for_colleagues(user, policy) | _ours(user, team, policy)
    return render(request, "workflow/keeping/start.html", context)


def _suggestions(user: User) -> dict[str, Any]:
    mine = keeping_suggestions.newest(user, SHOWN)
    return {
        "suggestions": keeping_suggestions.cards(user, mine),
        "unanswered": duties.unanswered(user).count(),
    }


def _for_colleagues(user: User, policy: Policy) -> dict[str, Any]:
    """What colleagues may see though the public does not, the most useful first."""
    found = _not_public(user, policy)
    return {
        "closed_count": found.count(),
        "closed": [_closed_card(one) for one in found[:SHOWN]],
    }


def _not_public(user: User, policy: Policy) -> QuerySet[Listing]:
    readable = access.read_by(user).values("pk")
    return (
        Listing.objects.filter(keeping_records.FOR_COLLEAGUES, pk__in=readable)
        .filter(partnership_id=policy.partnership_id)
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .order_by("title", "pk")
    )


def _closed_card(listing: Listing) -> dict[str, Any]:
    words = "For partners only: tell nobody else its details."
    if listing.stage == Stage.UNPUBLISHED:
        day = full_date(listing.assured_on)
        words = f"Not checked since {day}: ring before you send somebody."
    return {
        "title": listing.title,
        "url": keeping_records.record_url(listing),
        "text": words,
        "stage": listing.stage if listing.stage != Stage.PUBLISHED else "",
        "reasons": standing.reasons(listing),
    }


def _ours(user: User, team: Partner, policy: Policy) -> dict[str, Any]:
    """What the person’s own body answers for, and its figures."""
    now = clock.now()
    remits = hours.by_remit(policy, now, partner=team)
    split = splits.BY_SLUG["partner"]
    led = leaders.of_remits(remits)
    stats = []
    for figure in figures.HEADLINES:
        every = figures.members(figure, policy, now)
        ours = splits.narrow(split, every, str(team.pk), user, policy.partnership)
        stats.append(
            {
                "label": figure.label,
                "value": f"{ours.count():,}",
                "definition": f"{figure.definition} Of these, what {team} answers for.",
            }
        )
    return {
        "team": team,
        "remit_columns": REMIT_COLUMNS,
        "remits": [
            [
                {"text": f"{remit.name} ({led[remit.pk].who})"},
                *(
                    {"text": f"{getattr(remit, slug):,}"}
                    for slug in ("public", "soon", "late", "waiting")
                ),
            ]
            for remit in remits
        ],
        "own_services": _run_by(team, policy),
        "stats": [*(stats if remits else []), *_said(team, policy, now)],
    }


def _run_by(team: Partner, policy: Policy) -> int:
    """How many public services the body itself runs."""
    own = team.own_bodies.values("organization_id")
    return figures.listings(policy).filter(
        figures.PUBLIC, organization_id__in=own
    ).count()  # fmt: skip


def _said(team: Partner, policy: Policy, now: dt.datetime) -> list[dict[str, Any]]:
    """What the body’s people suggested lately, and how much of it was right; nothing
    where they suggested nothing, which a person’s older ones above would contradict."""
    sent, taken = (
        figures.members(figures.BY_SLUG[slug], policy, now)
        .filter(proposer_partner=team)
        .count()
        for slug in ("received", "accepted")
    )
    if not sent:
        return []
    return [
        {
            "label": "Suggestions from our people, last 90 days",
            "value": f"{sent:,}",
            "of": f"{taken:,} accepted",
            "definition": f"What people of {team} sent in during the last 90 days, and "
            "how much of it was accepted, at least in part.",
        }
    ]
