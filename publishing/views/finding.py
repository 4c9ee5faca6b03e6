"""The front page: what there is, and a search over it."""

import datetime as dt
from typing import Any

import orjson
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import public
from common import clock
from directory import freshness
from publishing import queries, showing, sureness
from publishing.forms import METRES_IN_A_MILE, FindForm
from publishing.models import PublishedService

CARDS_ON_A_PAGE = 20


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What there is here, and a search over it."""
    today = clock.today()
    place = request.place  # type: ignore[attr-defined]
    endpoint = queries.endpoint_of(place)
    kinds = [(str(term.pk), f"{term} ({n})") for term, n in queries.kinds(endpoint)]
    form = FindForm(request.GET, kinds=kinds)
    asked = form.asked()
    found = queries.with_distance(queries.services(endpoint, today, asked), asked)
    page = Paginator(found, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    applied = [
        {"label": words, "url": _without(request, name)}
        for name, words in form.applied()
    ]
    context = {
        "form": form,
        "words": asked.words,
        "applied": applied,
        "near": asked.near,
        "kinds": kinds,
        "page": page,
        "cards": [_card(row, today) for row in page],
    }
    return render(request, "publishing/front.html", context)


def _without(request: HttpRequest, name: str) -> str:
    """The address of the same list without one of its questions."""
    left = request.GET.copy()
    for gone in {name, "page"}:
        left.pop(gone, None)
    return f"{request.path}?{left.urlencode()}"


def _miles(metres: float | None) -> str:
    """A distance as people say it; to a tenth of a mile, which is two minutes' walk."""
    if metres is None:
        return ""
    miles = metres / METRES_IN_A_MILE
    if miles < 0.1:
        return "very near"
    return f"{miles:.1f} miles away" if miles < 10 else f"{miles:.0f} miles away"


def _card(row: PublishedService, today: dt.date) -> dict[str, Any]:
    """A service in a list; how fresh it is stands out where it is not."""
    grade = sureness.grade(row, today)
    document = orjson.loads(bytes(row.full))
    checked = {"date": row.assured_on} if row.assured_on else {"value": "not yet"}
    kept_by = row.kept_by.name if row.kept_by else ""
    facts: list[dict[str, Any]] = [
        {"label": "When", "value": showing.when_in_short(document)},
        {"label": "Where", "value": showing.where_in_short(document)},
        {"label": "How far", "value": _miles(row.metres)},  # type: ignore[attr-defined]
        {"label": "Checked", **checked},
        {"label": "Kept by", "value": kept_by},
    ]
    status = showing.status_words(document)
    return {
        "title": row.title,
        "url": reverse("publishing:service", args=[row.service_id]),
        "caption": document.get("organization", {}).get("name", ""),
        "grade": "" if grade == freshness.CURRENT else grade,
        "tags": [{"text": status, "icon": "warning", "kind": "bad"}] if status else [],
        "text": showing.in_short(document),
        "facts": [f for f in facts if f.get("date") or f.get("value")],
    }
