"""The public page of an organisation, with what it runs: from the published copy."""

import datetime as dt
import uuid
from typing import Any

import orjson
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import public
from common import clock
from directory import freshness
from publishing import queries, showing, sureness
from publishing.models import PublishedService

CARDS_ON_A_PAGE = 20


@public
@require_safe
def run_by(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Who an organisation is, and each of its services that is public here.

    404 where it has none: an organisation is public as long as one of its services is.
    """
    endpoint = queries.endpoint_of(request.place)  # type: ignore[attr-defined]
    row = queries.organization(endpoint, organization_id)
    if row is None:
        raise Http404
    today = clock.today()
    services = queries.services_of(endpoint, [organization_id])
    found = services.select_related("kept_by")
    page = Paginator(found, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "provider": showing.provider(orjson.loads(bytes(row.full))),
        "page": page,
        "cards": [_card(one, today) for one in page],
        "breadcrumbs": [{"label": "All services", "url": reverse("publishing:front")}],
    }
    return render(request, "publishing/organization.html", context)


def _card(row: PublishedService, today: dt.date) -> dict[str, Any]:
    """One of its services; how fresh it is stands out where it is not, and a doubt."""
    grade = sureness.grade(row, today)
    document = orjson.loads(bytes(row.full))
    checked = {"date": row.assured_on} if row.assured_on else {"value": "not yet"}
    facts: list[dict[str, Any]] = [
        {"label": "When", "value": showing.when_in_short(document, today)},
        {"label": "Where", "value": showing.where_in_short(document)},
        {"label": "Checked", **checked},
    ]
    return {
        "title": row.title,
        "url": reverse("publishing:service", args=[row.service_id]),
        "grade": "" if grade == freshness.CURRENT else grade,
        "doubt": row.being_checked,
        "tags": showing.tags(document, row.entry),
        "text": showing.in_short(document),
        "facts": [one for one in facts if one.get("date") or one.get("value")],
    }
