"""The wards, parishes and districts of a place, and what is public in each."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.pages import Pages
from workflow import areas, figures, splits, standing_counts
from workflow.choices import AreaKind, Stage
from workflow.leading_forms import FindAreaForm
from workflow.models import Area, Listing
from workflow.views import leading_rows
from workflow.views.keeping_answers import person
from workflow.views.leading_door import below, holding, place_led, shared
from workflow.views.leading_figures import ON_A_PAGE

HEADINGS = {
    AreaKind.WARD: "Wards",
    AreaKind.PARISH: "Parishes",
    AreaKind.DISTRICT: "Districts",
}
AREAS_ON_A_PAGE = 100
FEW = 12
"""Areas that are seen at a glance; more can be narrowed by name."""
WARDS = splits.BY_SLUG["ward"]
_LABELS = ("Public services", "Places they happen")


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def wards(request: HttpRequest) -> HttpResponse:
    """Every area with how much is public there; none where nothing was loaded.

    As where a figure is divided by ward, homes and secret places are left out.
    """
    place = place_led(request, Permission.SEE_FIGURES)
    numbers, counted_at = _numbers(request, place)
    every = areas.counted(place, numbers)
    form = FindAreaForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = [one for one in every if words.lower() in one.area.name.lower()]
    page = Paginator(found, AREAS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **shared(request, place, "wards"),
        "page": page,
        "counted_at": counted_at,
        "tables": [
            {"title": title, "columns": _columns(kind), "rows": rows}
            for kind, title in HEADINGS.items()
            if (rows := [_row(one) for one in page if one.area.kind == kind])
        ],
        "empty": sum(one.services == 0 for one in found),
        "form": form if len(every) > FEW else None,
        "words": words,
        "in_none": _in_none(request, place, every),
    }
    return render(request, "workflow/leading/wards.html", context)


def _in_none(
    request: HttpRequest, place: Partnership, every: list[areas.Counted]
) -> dict[str, Any] | None:
    """How many public services are in no ward, with the way to them; None where no
    ward is on the map."""
    if not any(one.area.kind == AreaKind.WARD for one in every):
        return None
    user, now, figure = person(request), clock.now(), figures.BY_SLUG["published"]
    rows = standing_counts.of_figure(figure, WARDS, place.policy)
    kept = standing_counts.parts(figure, WARDS, place.policy, now, user, rows)
    if kept:
        parts = {part.key: part.number for part in kept.parts}
        number = parts.get(splits.NOBODY) or 0
    else:
        public = figures.members(figure, place.policy, now)
        number = splits.narrow(WARDS, public, splits.NOBODY, user, place).count()
    query = urlencode({"by": WARDS.slug, "of": splits.NOBODY})
    address = reverse("workflow:figure", args=[figure.slug])
    return {"number": number, "url": f"{address}?{query}#records"}


def _numbers(
    request: HttpRequest, place: Partnership
) -> tuple[areas.Numbers, dt.datetime | None]:
    """What is public in each area, and when it was counted, if not now."""
    if kept := standing_counts.of_areas(place.policy):
        return kept
    return areas.numbers(place, splits.secret_places(person(request))), None


def _columns(kind: AreaKind) -> list[dict[str, Any]]:
    numbers = [{"label": label, "number": True} for label in _LABELS]
    return [{"label": kind.label, "number": False}, *numbers]


def _row(one: areas.Counted) -> list[dict[str, str]]:
    url = reverse("workflow:ward", args=[one.area.pk])
    return [
        {"text": one.area.name, "url": url},
        {"text": f"{one.services:,}"},
        {"text": f"{one.places:,}"},
    ]


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def ward(request: HttpRequest, area_id: UUID) -> HttpResponse:
    """The public services that happen in one area."""
    place = place_led(request, Permission.SEE_FIGURES)
    area = get_object_or_404(
        Area.objects.select_related("partnership"), pk=area_id, partnership=place
    )
    public = Listing.objects.filter(partnership=place, stage=Stage.PUBLISHED)
    told = _told(request, place)
    found = splits.in_area(public, area.pk, told).order_by("title", "pk")
    pages = Pages(found, ON_A_PAGE, leading_rows.with_rows)
    page = pages.get_page(request.GET.get("page"))
    context = {
        **below(place, "wards"),
        "area": area,
        "page": page,
        "columns": leading_rows.columns(Listing),
        "rows": leading_rows.rows(
            Listing, page.object_list, person(request), place.policy
        ),
    }
    return render(request, "workflow/leading/ward.html", context)


def _told(request: HttpRequest, place: Partnership) -> User | None:
    """Whose secret places count for them: in a very large place nobody's do, as where
    its figures are divided."""
    return None if standing_counts.is_large(place.policy) else person(request)
