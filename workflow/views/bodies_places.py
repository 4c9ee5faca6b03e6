"""Which services share a place: giving one its own, finding that two are the same."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from accounts.models import User
from directory.choices import Kind
from workflow import access, bodies, finding
from workflow.actions.records import split_location
from workflow.actions.shared_places import share_location
from workflow.forms import SamePlaceForm, SplitPlaceForm
from workflow.keeping_forms import BodySearchForm
from workflow.models import Record
from workflow.views.bodies import address, crumbs, seen_record, side_of
from workflow.views.keeping_answers import DONE, attempt, person

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def _place(request: HttpRequest, record_id: UUID) -> Record:
    """A place whose body's assurer asks; 404 for who does not see it."""
    record = seen_record(person(request), Kind.LOCATION, record_id)
    if record.replaced_by_id or not access.can_correct(person(request), record):
        raise PermissionDenied("This is for the body that keeps the place.")
    return record


@signed_in
@GET_AND_POST
def split(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Give one of the services here a place of its own."""
    user = person(request)
    record = seen_record(user, Kind.LOCATION, record_id)
    listings = bodies.splittable(user, bodies.showing(user, record))
    if not listings:
        raise PermissionDenied("No service here is yours to move.")
    options = [(str(one.pk), one.title) for one in listings]
    form = SplitPlaceForm(
        request.POST if request.method == "POST" else None, listings=options
    )
    made: list[Record] = []
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: made.append(
                split_location(
                    by=user, listing_id=form.cleaned_data["listing"],
                    location_id=record.pk,
                )
            ),
            form,
        )  # fmt: skip
    if status == DONE:
        name = dict(options)[form.cleaned_data["listing"]]
        messages.success(
            request,
            f"“{name}” has moved to a place of its own: this one. What is changed at "
            "either is not changed at the other any more.",
        )
        return redirect(address(made[0]))
    context = _context(user, record, form)
    return render(request, "workflow/bodies/split.html", context, status=status)


@signed_in
@GET_AND_POST
def same(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Find the place that this one is the same as, and say so."""
    user = person(request)
    record = _place(request, record_id)
    search = BodySearchForm(request.GET, kind=Kind.LOCATION)
    search.is_valid()
    words = str(search.cleaned_data.get("q") or "")
    found = finding.places_like(user, record.home, words, without=[str(record.pk)])
    form = SamePlaceForm(
        request.POST if request.method == "POST" else None, places=found
    )
    made: list[Record] = []
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: made.append(
                share_location(
                    by=user, location_id=record.pk,
                    other_id=form.cleaned_data["other"],
                    reason=form.cleaned_data["reason"],
                )
            ),
            form,
        )  # fmt: skip
    if status == DONE:
        messages.success(request, f"“{record}” is kept as this place now.")
        return redirect(address(made[0]))
    context = _context(user, record, form) | {
        "search": search,
        "asked": bool(words),
        "found": found,
    }
    return render(request, "workflow/bodies/same.html", context, status=status)


def _context(user: User, record: Record, form: Any) -> dict[str, Any]:
    side = side_of(user, record)
    return {
        "record": record,
        "side": side,
        "crumbs": crumbs(record, side),
        "form": form,
        "services": [one["label"] for one in bodies.showing(user, record).links()],
        "back": address(record),
    }
