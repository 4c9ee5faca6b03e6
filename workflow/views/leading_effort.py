"""What each piece of work is reckoned to take: set by the lead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.permissions import Permission
from workflow import effort
from workflow.actions.efforts import save_effort_defaults
from workflow.effort_forms import EffortForm
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led


@permitted(holding(Permission.SET_POLICY))
@require_http_methods(["GET", "HEAD", "POST"])
def reckoned(request: HttpRequest) -> HttpResponse:
    """The minutes of each kind of work, level by level."""
    place = place_led(request, Permission.SET_POLICY)
    form = EffortForm(
        request.POST or None, reckoned=effort.of_place(place.pk),
        rate=place.policy.agreed_hourly_rate,
    )  # fmt: skip
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: save_effort_defaults(
                by=person(request),
                place=place,
                minutes=form.minutes(),
                rate=form.cleaned_data["rate"],
            ),
            form,
        )
        if status == DONE:
            messages.success(request, "Saved. It holds for work from now on.")
            return redirect("workflow:reckoned")
    context = {
        **below(place, "contracts"),
        "form": form,
    }
    return render(request, "workflow/leading/effort.html", context, status=status)
