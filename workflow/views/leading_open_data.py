"""The licence of the open data of a place: set by the lead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.licences import LICENCES
from accounts.permissions import Permission
from workflow.actions.open_data import set_licence
from workflow.open_data_forms import LicenceForm
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led


@permitted(holding(Permission.SET_POLICY))
@require_http_methods(["GET", "HEAD", "POST"])
def open_data(request: HttpRequest) -> HttpResponse:
    """Under which licence anybody may use what is public of the place."""
    place = place_led(request, Permission.SET_POLICY)
    form = LicenceForm(request.POST or None, initial={"licence": place.open_licence})
    status = 200
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["licence"]
        status = attempt(
            lambda: set_licence(by=person(request), place=place, licence=chosen), form
        )
        if status == DONE:
            messages.success(request, "Saved. The open data says so from now on.")
            return redirect("workflow:open-data")
    context = {**below(place, "policy"), "form": form, "licences": LICENCES}
    return render(request, "workflow/leading/open_data.html", context, status=status)
