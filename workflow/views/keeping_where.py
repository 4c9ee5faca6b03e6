"""Where most of a service happens, as those who run it see it and say it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from accounts.models import User
from directory.models import Location
from workflow import access, standing
from workflow.actions.main_areas import declare_main, keeps_a_secret
from workflow.models import Listing
from workflow.remit_forms import MainAreaForm
from workflow.views.keeping_answers import DONE, attempt, kept_listing, person


def main_of(user: User, listing: Listing) -> str:
    """What counts as where most of it happens, in words, for who runs it; ``""`` where
    there is nothing to say: one place, or one that is kept secret."""
    if not access.is_own(user, listing) or not listing.was_assured:
        return ""
    if len(listing.location_ids) < 2 and not listing.main_area_id:
        return ""
    if keeps_a_secret(listing):
        return ""
    if listing.main_place_id in listing.location_ids:
        return f"at {Location.objects.get(pk=str(listing.main_place_id))}"
    if listing.main_area:
        return f"in {listing.main_area}"
    return f"all over {listing.partnership}"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Say where most of a service happens, so that the people of that part check it."""
    user, found = person(request), kept_listing(request, listing_id)
    main = main_of(user, found)
    if not main:
        raise Http404
    form = MainAreaForm(request.POST or None, listing=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        status = attempt(
            lambda: declare_main(by=user, listing_id=found.pk, **said), form
        )
        if status == DONE:
            messages.success(request, "Thank you. We have written down where it is.")
            return redirect("workflow:listing", found.pk)
    context = {
        "listing": found,
        "form": form,
        "main": main,
        "body": standing.waits_for(found),
    }
    return render(request, "workflow/keeping/where.html", context, status=status)
