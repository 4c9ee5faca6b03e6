"""What each piece of work is reckoned to take: set by the lead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.permissions import Permission
from common import clock
from directory.freshness import full_date
from workflow import effort, rates
from workflow.actions.efforts import save_effort_defaults
from workflow.effort_forms import EffortForm
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led


@permitted(holding(Permission.SET_POLICY))
@require_http_methods(["GET", "HEAD", "POST"])
def reckoned(request: HttpRequest) -> HttpResponse:
    """The minutes of each kind of work, level by level."""
    place = place_led(request, Permission.SET_POLICY)
    agreed, today = rates.of_place(place.pk), clock.today()
    form = EffortForm(
        request.POST or None, reckoned=effort.of_place(place.pk),
        rate=agreed.on(today), today=today,
    )  # fmt: skip
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: save_effort_defaults(
                by=person(request),
                place=place,
                minutes=form.minutes(),
                rate=form.cleaned_data["rate"],
                rate_from=form.cleaned_data["rate_from"],
            ),
            form,
        )
        if status == DONE:
            since = full_date(form.cleaned_data["rate_from"])
            messages.success(
                request,
                "Saved. The minutes hold for work from now on, the rate for work from "
                f"{since}.",
            )
            return redirect("workflow:reckoned")
    context = {
        **below(place, "contracts"),
        "form": form,
        "rate_columns": [{"label": "From"}, {"label": "An hour", "number": True}],
        "rates": [
            [
                {"text": full_date(day)},
                {"text": "None agreed" if rate is None else f"£{rate}"},
            ]
            for day, rate in agreed.agreed
        ],
    }
    return render(request, "workflow/leading/effort.html", context, status=status)
