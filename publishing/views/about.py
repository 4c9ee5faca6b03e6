"""What the data is, for those who read it and for those who build with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import public
from accounts.models import Partnership
from directory import terms
from directory.choices import Facet
from publishing import examples, queries
from publishing.api import parameters
from publishing.api.views import VERSION, etag_of_one
from publishing.asking import rules_of

REGISTER = "https://openreferraluk.org/developers/register"


@public
@require_safe
def about_the_data(request: HttpRequest) -> HttpResponse:
    """What checked means, how fresh it is, who keeps it, and what is left out."""
    place = request.place  # type: ignore[attr-defined]
    context = {"rules": rules_of(place), "lists": _lists_of(place)}
    return render(request, "publishing/about_the_data.html", context)


def _lists_of(place: Partnership | None) -> list[dict[str, str]]:
    """The lists of terms that a place uses: what each is for, whose it is."""
    if not place:
        return []
    return [
        {
            "name": each.name,
            "facet": str(Facet(each.facet).label),
            "uri": each.uri,
            "version": each.version,
            "whose": str(place) if each.partnership_id else each.attribution,
            "licence": each.licence,
        }
        for each in terms.lists_of(place)
    ]


@public
@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """The open data: what there is and how to ask, with examples that work."""
    endpoint = queries.endpoint_of(request.place)  # type: ignore[attr-defined]
    row = queries.any_service(endpoint)
    found = []
    if row:
        changed = queries.changed_lately(endpoint, examples.FEW_CHANGED)
        found = examples.examples(row, etag=etag_of_one(row), changed=changed)
    base = reverse("publishing:oruk-about")
    context = {
        "examples": found,
        "base": request.build_absolute_uri(base).rstrip("/"),
        "root": request.build_absolute_uri("/").rstrip("/"),
        "openapi": reverse("publishing:oruk-openapi"),
        "version": VERSION,
        "register": REGISTER,
        "per_page": parameters.PER_PAGE,
        "most": parameters.MOST_PER_PAGE,
    }
    return render(request, "publishing/developers.html", context)
