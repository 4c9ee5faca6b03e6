"""How far each organisation is trusted, who is ready for more, and deciding on it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import partners_of
from accounts.guard import permitted
from accounts.models import Partner, Partnership
from accounts.permissions import Permission
from common.pages import Pages
from common.posting import posted_from
from directory.freshness import full_date
from workflow import readiness, standing_counts
from workflow.actions.place import set_level
from workflow.actions.setting_up import link_own_body
from workflow.choices import Advice, Level, Stage
from workflow.effort_forms import LEVEL_NAMES
from workflow.leading_forms import FindForm, LevelForm, OwnBodyForm
from workflow.models import (
    AssuranceLevel,
    LevelAdvice,
    Listing,
    OrganizationReview,
    OwnBody,
)
from workflow.remit_forms import organizations_of
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared

ON_A_PAGE = 25
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
SETS_LEVELS = permitted(holding(Permission.SET_LEVEL))


def with_level(organizations: QuerySet[Any], place: Partnership) -> QuerySet[Any]:
    """Organizations with their level in a place, its reason, the advice."""
    here = {"partnership": place, "organization_id": OuterRef("pk")}
    level = AssuranceLevel.objects.filter(**here)
    advice = LevelAdvice.objects.filter(**here)
    public = (
        Listing.objects.filter(**here, stage=Stage.PUBLISHED)
        .order_by()
        .values("organization_id")
        .annotate(number=Count("pk"))
    )
    return organizations.annotate(
        level=Coalesce(Subquery(level.values("level")[:1]), Value(Level.PROXY.value)),
        level_reason=Subquery(level.values("reason")[:1]),
        level_by=Subquery(level.values("decided_by_label")[:1]),
        level_at=Subquery(level.values("decided_at")[:1]),
        advice=Coalesce(Subquery(advice.values("advice")[:1]), Value("")),
        level_facts=Subquery(advice.values("facts")[:1]),
        as_at=Subquery(advice.values("as_at")[:1]),
        public=Coalesce(Subquery(public.values("number")[:1]), 0),
    )


def _counts(place: Partnership) -> tuple[Mapping[str, int], dt.datetime | None]:
    """How many organizations each tab holds, and when they were counted, if not now."""
    if kept := standing_counts.of_levels(place.policy):
        return kept
    return readiness.counts(place), None


TABS = (
    ("", "All"),
    (Advice.READY.value, "Ready for more"),
    (Advice.STEP_DOWN.value, "To step down"),
    (Level.PROXY.value, "Kept for them"),
    (Level.MONITORED.value, "Monitored"),
    (Level.TRUSTED.value, "Trusted"),
)


def _shown(place: Partnership, show: str, words: str) -> QuerySet[Any]:
    """What one of the tabs holds, by name."""
    found = organizations_of(place)
    for word in words.split():
        found = found.filter(name__icontains=word)
    here = {"partnership": place, "organization_id": OuterRef("pk")}
    levels = AssuranceLevel.objects.filter(**here)
    if show in Advice.values:
        return found.filter(Exists(LevelAdvice.objects.filter(**here, advice=show)))
    if show == Level.PROXY:
        return found.exclude(Exists(levels.exclude(level=Level.PROXY)))
    if show in Level.values:
        return found.filter(Exists(levels.filter(level=show)))
    return found


@SETS_LEVELS
@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """How far the place trusts each of its organisations, and who is ready for more."""
    place = place_led(request, Permission.SET_LEVEL)
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "show": ""}
    words, show = str(asked["q"] or ""), str(asked["show"] or "")
    numbers, counted_at = _counts(place)
    pages = Pages(
        _shown(place, show, words), ON_A_PAGE, lambda rows: with_level(rows, place)
    )
    if not words and not counted_at:
        pages.count = numbers.get(show, 0)
    page = pages.get_page(request.GET.get("page"))
    context = {
        **shared(request, place, "levels"),
        "form": form,
        "asked": bool(words),
        "clear_url": _address({"show": show}),
        "page": page,
        "counted_at": counted_at,
        "shows": [
            {
                "label": label,
                "url": _address({"show": key, "q": words}),
                "count": numbers.get(key, 0),
                "current": key == show,
            }
            for key, label in TABS
        ],
        "rows": [_row(one) for one in page],
        "rule": readiness.RULE,
    }
    return render(request, "workflow/leading/levels.html", context)


def _address(query: dict[str, str]) -> str:
    said = urlencode({key: value for key, value in query.items() if value})
    return reverse("workflow:levels") + (f"?{said}" if said else "")


def _row(row: Any) -> dict[str, Any]:
    """One organisation: its name, level, what is advised, and the facts in words."""
    return {
        "id": row.pk,
        "name": row.name,
        "url": reverse("workflow:level", args=[row.pk]),
        "level": LEVEL_NAMES[row.level],
        "advice": readiness.ADVICE_WORDS.get((row.advice, row.level), ""),
        "is_down": row.advice == Advice.STEP_DOWN,
        "public": row.public,
        "decided": f"“{row.level_reason}”, {row.level_by}" if row.level_by else "",
        "sentences": readiness.sentences(row.level_facts or {}),
        "as_at": row.as_at,
    }


def _organization(place: Partnership, organization_id: UUID) -> Any:
    mine = with_level(organizations_of(place), place)
    return get_object_or_404(mine, pk=organization_id)


@SETS_LEVELS
@GET_AND_POST
def organization(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """One organisation: how far it is trusted, and which partner it is."""
    place = place_led(request, Permission.SET_LEVEL)
    row: Any = get_object_or_404(
        with_level(organizations_of(place), place), pk=organization_id
    )
    form, status = LevelForm(request.POST or None, initial={"level": row.level}), 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: set_level(
                by=person(request), place=place, organization=row, **form.cleaned_data
            ),
            form,
        )
        if status == DONE:
            messages.success(request, f"The level of {row.name} is saved.")
            return redirect("workflow:levels")
    return _organization_page(request, place, row, status, level_form=form)


@SETS_LEVELS
@posted_from("workflow:level", "organization_id")
def own_body(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Say that an organisation and a partner are one body."""
    place = place_led(request, Permission.SET_LEVEL)
    row: Any = get_object_or_404(
        with_level(organizations_of(place), place), pk=organization_id
    )
    form, status = OwnBodyForm(request.POST, partners=_partners(place)), 200
    if form.is_valid():
        partner = form.cleaned_data["partner"]
        status = attempt(
            lambda: link_own_body(
                by=person(request), partner=partner, organization=row
            ),
            form,
        )
        if status == DONE:
            messages.success(request, f"{row.name} and {partner} are one body now.")
            return redirect("workflow:level", organization_id=row.pk)
    return _organization_page(request, place, row, status, own_form=form)


def _partners(place: Partnership) -> QuerySet[Partner]:
    return partners_of(place)


def _organization_page(
    request: HttpRequest,
    place: Partnership,
    row: Any,
    status: int,
    *,
    level_form: BaseForm | None = None,
    own_form: BaseForm | None = None,
) -> HttpResponse:
    same = OwnBody.objects.filter(organization_id=row.pk, partner__partnership=place)
    linked = [link.partner for link in same.select_related("partner")]
    others = _partners(place).exclude(pk__in=[partner.pk for partner in linked])
    context = {
        **below(place, "levels"),
        "organization": row,
        "facts": [
            {"label": "Level now", "value": Level(row.level).label,
             "note": row.level_reason and f"“{row.level_reason}”, {row.level_by}"},
            {"label": "Published services", "value": str(row.public)},
            {"label": "Last quarterly review", "value": _last_review(place, row),
             "empty": "None yet"},
            {"label": "Same body as", "lines": [str(one) for one in linked],
             "empty": "None of the partners"},
        ],
        "row": _row(row) | {"decided": ""},
        "rule": readiness.RULE,
        "form": level_form or LevelForm(initial={"level": row.level}),
        "own_form": own_form or (OwnBodyForm(partners=others) if others else None),
        "refused": [f for f in (level_form, own_form) if f is not None],
    }  # fmt: skip
    return render(request, "workflow/leading/organization.html", context, status=status)


def _last_review(place: Partnership, row: Any) -> str:
    last = (
        OrganizationReview.objects.filter(partnership=place, organization_id=row.pk)
        .order_by("-reviewed_on", "-created_at")
        .first()
    )
    return f"{full_date(last.reviewed_on)}, {last.body_label}" if last else ""
