"""The quarterly review of a monitored organization: all it keeps, on one page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.guard import permitted
from accounts.models import Partnership
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.templatetags.when import full_date
from workflow import effort, figures, readiness, reviews
from workflow.actions.levels import review_organization
from workflow.choices import EffortKind, Grade, Level, Stage
from workflow.forms import ReviewForm, told
from workflow.models import LevelAdvice, Listing, Policy, Record
from workflow.views.deciding import conflict
from workflow.views.keeping_answers import person
from workflow.worklist import has_queue

COLUMNS = (
    {"label": "Service"}, {"label": "Freshness"},
    {"label": "Checked"}, {"label": "They said it is right"},
)  # fmt: skip


@permitted(has_queue)
def review(request: HttpRequest, organization_id: Any) -> HttpResponse:
    """Look at everything a monitored organization keeps, and say so."""
    user = person(request)
    row = reviews.monitored(user).filter(organization_id=organization_id).first()
    if row is None:
        raise PermissionDenied(
            "Either it is not monitored, or its review is for somebody else."
        )
    place = row.partnership
    minutes = effort.minutes_for(place.pk, EffortKind.REVIEW, Level.MONITORED)
    form = ReviewForm(request.POST or None, initial={"minutes": minutes})
    if request.method == "POST" and form.is_valid():
        try:
            review_organization(
                by=user, place=place, organization_id=organization_id,
                **form.cleaned_data,
            )  # fmt: skip
        except InvalidState as error:
            url = reverse("workflow:queue")
            return conflict(request, error.sentence, url, "Back to my work")
        except InvalidInput as error:
            told(form, error)
        else:
            record = Record.objects.get(pk=organization_id)
            messages.success(
                request,
                f"{record.label} is reviewed. It comes again in three months.",
            )
            return redirect("workflow:queue")
    return _page(request, place, row, form)


def _page(
    request: HttpRequest, place: Partnership, row: Any, form: ReviewForm
) -> HttpResponse:
    record = Record.objects.get(pk=row.organization_id)
    advice = LevelAdvice.objects.filter(
        partnership=place, organization_id=row.organization_id
    ).first()
    listings = Listing.objects.filter(
        partnership=place, organization_id=row.organization_id
    ).exclude(stage=Stage.DRAFT)
    policy, today = place.policy, clock.today()
    context = {
        "organization": record,
        "place": place,
        "last": row.reviewed_on,
        "since": row.since,
        "months": reviews.EVERY_MONTHS,
        "form": form,
        "row": {
            "sentences": readiness.sentences(advice.facts if advice else {}),
            "as_at": advice.as_at if advice else None,
        },
        "columns": COLUMNS,
        "rows": [
            _service(listing, policy, today)
            for listing in listings.select_related("record").order_by("title", "pk")
        ],
    }
    return render(request, "workflow/deciding/review.html", context)


def _service(listing: Listing, policy: Policy, today: Any) -> list[dict[str, Any]]:
    grade = Grade(figures.grade_of(listing, policy, today))
    return [
        {
            "text": listing.title,
            "url": reverse("workflow:record", args=[listing.pk]),
        },
        {"grade": grade}
        if listing.stage == Stage.PUBLISHED
        else {"stage": listing.stage, "reasons": []},
        {"text": full_date(listing.assured_on) if listing.assured_on else "Never"},
        {"text": full_date(listing.confirmed_on) if listing.confirmed_on else "No"},
    ]
