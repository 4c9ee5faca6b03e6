"""Notes about a record for one's own team, in the rail beside it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guard import signed_in
from accounts.models import User
from common.errors import InvalidState
from common.posting import posted_from
from directory.templatetags.when import full_date
from workflow import access
from workflow.actions.notes import add_note, add_record_note, strike_note
from workflow.forms import NoteForm
from workflow.models import Listing, Record, TeamNote
from workflow.views import bodies, records
from workflow.views.keeping_answers import DONE, attempt, person


def rail_part(user: User, listing: Listing, form: NoteForm | None) -> dict[str, Any]:
    """The notes about a service as a part of the rail; empty for who has no team
    here."""
    may_add = access.can_note(user, listing)
    url = reverse("workflow:add-note", args=[listing.pk])
    return _part(user, Q(listing=listing), url if may_add else "", form)


def record_rail_part(
    user: User, record: Record, form: NoteForm | None
) -> dict[str, Any]:
    """The same about an organization or a location."""
    may_add = access.can_note_record(user, record)
    url = reverse(f"workflow:{record.kind}-add-note", args=[record.pk])
    return _part(user, Q(record=record), url if may_add else "", form)


def _part(user: User, about: Q, add_url: str, form: NoteForm | None) -> dict[str, Any]:
    found = _seen(user, about)
    if not found and not add_url:
        return {}
    strikeable = (
        set(
            access.strikeable_by(user)
            .filter(pk__in=[note.pk for note in found])
            .values_list("pk", flat=True)
        )
        if found
        else set()
    )
    return {
        "id": "notes",
        "title": "Notes for your team",
        "count": sum(note.struck_at is None for note in found),
        "open": bool(found) or form is not None,
        "notes": [
            {
                "text": note.words,
                "by": f"{note.author}, {note.partner}",
                "at": note.created_at,
                "struck": f"Struck out by {note.struck_by} on "
                f"{full_date(note.struck_at)}"
                if note.struck_at
                else "",
                "strike_url": reverse("workflow:strike-note", args=[note.pk])
                if note.pk in strikeable
                else "",
            }
            for note in found
        ],
        "empty": "Nobody of your team has left one.",
        "form": (form or NoteForm()) if add_url else None,
        "form_url": add_url,
        "button": "Leave the note",
    }


def _seen(user: User, about: Q) -> list[TeamNote]:
    """The notes about a record that the person sees, the newest first. Of most records
    there are none, and who may see them is not asked."""
    if not TeamNote.objects.filter(about).exists():
        return []
    return list(
        access.notes_by(user)
        .filter(about)
        .select_related("author", "struck_by", "partner")
        .order_by("-created_at")
    )


@signed_in
@posted_from("workflow:record", "listing_id")
def add(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Leave a note; a refusal comes back on the record's page, with what was typed."""
    listing = records.readable(request, listing_id)
    form, status = _tried(request, partial(add_note, listing_id=listing.pk))
    if status != DONE:
        return records.show(request, listing.pk, note_form=form, status=status)
    return _added(request, reverse("workflow:record", args=[listing.pk]))


@signed_in
def add_to_record(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Leave a note about an organization or a location, in the same way."""
    record = bodies.seen_record(person(request), kind, record_id)
    if request.method != "POST":
        return redirect(bodies.address(record))
    form, status = _tried(request, partial(add_record_note, record_id=record.pk))
    if status != DONE:
        return bodies.show(request, kind, record_id, note_form=form, status=status)
    return _added(request, bodies.address(record))


def _tried(request: HttpRequest, add: Callable[..., TeamNote]) -> tuple[NoteForm, int]:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return form, 200
    return form, attempt(lambda: add(by=person(request), **form.cleaned_data), form)


def _added(request: HttpRequest, url: str) -> HttpResponse:
    messages.success(request, "Your note is there. Only your team sees it.")
    return redirect(url)


@signed_in
def strike(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Strike a note out."""
    note = get_object_or_404(
        access.notes_by(person(request)).select_related("record"), pk=note_id
    )
    back = (
        bodies.address(note.record)
        if note.record
        else reverse("workflow:record", args=[note.listing_id])
    )
    if request.method == "POST":
        try:
            strike_note(by=person(request), note_id=note.pk)
        except InvalidState as error:
            context = {"sentence": error.sentence, "url": back, "label": "Back to it"}
            return render(request, "errors/409.html", context, status=409)
        messages.success(request, "The note is struck out.")
    return redirect(back)
