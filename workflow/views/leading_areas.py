"""The wards, parishes and districts of a place, and what is public in each."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.permissions import Permission
from workflow import areas, splits
from workflow.choices import AreaKind, Stage
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
_NUMBERS = ("Public services", "Places they happen")


@permitted(holding(Permission.SEE_FIGURES))
@require_safe
def wards(request: HttpRequest) -> HttpResponse:
    """Every area with how much is public there; none where nothing was loaded.

    As where a figure is divided by ward, homes and secret places are left out.
    """
    place = place_led(request, Permission.SEE_FIGURES)
    found = areas.counted(place, splits.secret_places(person(request)))
    context = {
        **shared(request, place, "wards"),
        "tables": [
            {"title": title, "columns": _columns(kind), "rows": rows}
            for kind, title in HEADINGS.items()
            if (rows := [_row(one) for one in found if one.area.kind == kind])
        ],
        "empty": sum(one.services == 0 for one in found),
    }
    return render(request, "workflow/leading/wards.html", context)


def _columns(kind: AreaKind) -> list[dict[str, Any]]:
    numbers = [{"label": label, "number": True} for label in _NUMBERS]
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
    public = areas.listings_in(area).filter(stage=Stage.PUBLISHED)
    secret = splits.at_secret_places(public, person(request))
    found = leading_rows.with_rows(public.exclude(secret).order_by("title", "pk"))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
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
