"""How far each organisation is trusted, who is ready for more, and deciding on it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import permitted
from accounts.models import Partner, Partnership
from accounts.permissions import Permission
from common.posting import posted_from
from directory.freshness import full_date
from workflow import readiness
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


def with_level(place: Partnership) -> QuerySet[Any]:
    """The organizations of a place with their level, its reason, the advice."""
    here = {"partnership": place, "organization_id": OuterRef("pk")}
    level = AssuranceLevel.objects.filter(**here)
    advice = LevelAdvice.objects.filter(**here)
    public = (
        Listing.objects.filter(**here, stage=Stage.PUBLISHED)
        .order_by()
        .values("organization_id")
        .annotate(number=Count("pk"))
    )
    return organizations_of(place).annotate(
        level=Coalesce(Subquery(level.values("level")[:1]), Value(Level.PROXY.value)),
        level_reason=Subquery(level.values("reason")[:1]),
        level_by=Subquery(level.values("decided_by_label")[:1]),
        level_at=Subquery(level.values("decided_at")[:1]),
        advice=Coalesce(Subquery(advice.values("advice")[:1]), Value("")),
        level_facts=Subquery(advice.values("facts")[:1]),
        as_at=Subquery(advice.values("as_at")[:1]),
        public=Coalesce(Subquery(public.values("number")[:1]), 0),
    )


def _counts(place: Partnership) -> dict[str, int]:
    """How many organizations are at each level, and of how many something is advised:
    three queries that read no facts."""
    every = organizations_of(place).order_by().count()
    levels = AssuranceLevel.objects.filter(
        partnership=place, organization_id__in=organizations_of(place).values("pk")
    )
    found = dict(levels.order_by().values_list("level").annotate(Count("pk")))
    advice = LevelAdvice.objects.filter(partnership=place).exclude(advice="")
    found |= dict(advice.order_by().values_list("advice").annotate(Count("pk")))
    higher = found.get(Level.MONITORED, 0) + found.get(Level.TRUSTED, 0)
    return found | {"": every, Level.PROXY.value: every - higher}


TABS = (
    ("", "All"),
    (Advice.READY.value, "Ready for more"),
    (Advice.STEP_DOWN.value, "To step down"),
    (Level.PROXY.value, "Kept for them"),
    (Level.MONITORED.value, "Monitored"),
    (Level.TRUSTED.value, "Trusted"),
)


def _shown(place: Partnership, show: str, words: str) -> QuerySet[Any]:
    """What one of the tabs holds, those first of which something is advised."""
    found = with_level(place)
    for word in words.split():
        found = found.filter(name__icontains=word)
    if show in Advice.values:
        found = found.filter(advice=show)
    elif show in Level.values:
        found = found.filter(level=show)
    first = Case(
        When(advice=Advice.STEP_DOWN, then=0), When(advice=Advice.READY, then=1),
        default=2, output_field=IntegerField(),
    )  # fmt: skip
    return found.order_by(first, "name", "pk")


@SETS_LEVELS
@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """How far the place trusts each of its organisations, and who is ready for more."""
    place = place_led(request, Permission.SET_LEVEL)
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "show": ""}
    words, show = str(asked["q"] or ""), str(asked["show"] or "")
    page = Paginator(_shown(place, show, words), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    numbers = _counts(place)
    context = {
        **shared(request, place, "levels"),
        "form": form,
        "asked": bool(words),
        "clear_url": _address({"show": show}),
        "page": page,
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


@SETS_LEVELS
@GET_AND_POST
def organization(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """One organisation: how far it is trusted, and which partner it is."""
    place = place_led(request, Permission.SET_LEVEL)
    row: Any = get_object_or_404(with_level(place), pk=organization_id)
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
    row: Any = get_object_or_404(with_level(place), pk=organization_id)
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
    return Partner.objects.filter(partnership=place).order_by("name")


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
