"""Notes about a record for one's own team, in the rail beside it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guard import signed_in
from accounts.models import User
from common.errors import InvalidState
from common.posting import posted_from
from directory.templatetags.when import full_date
from workflow import access
from workflow.actions.notes import add_note, strike_note
from workflow.forms import NoteForm
from workflow.models import Listing
from workflow.views import records
from workflow.views.keeping_answers import DONE, attempt, person


def rail_part(user: User, listing: Listing, form: NoteForm | None) -> dict[str, Any]:
    """The notes as a part of the rail; empty for who has no team here."""
    may_add = access.can_note(user, listing)
    found = list(
        access.notes_by(user)
        .filter(listing=listing)
        .select_related("author", "struck_by", "partner")
        .order_by("-created_at")
    )
    if not found and not may_add:
        return {}
    strikeable = set(
        access.strikeable_by(user)
        .filter(pk__in=[note.pk for note in found])
        .values_list("pk", flat=True)
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
        "form": (form or NoteForm()) if may_add else None,
        "form_url": reverse("workflow:add-note", args=[listing.pk]),
        "button": "Leave the note",
    }


@signed_in
@posted_from("workflow:record", "listing_id")
def add(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Leave a note; a refusal comes back on the record's page, with what was typed."""
    listing = records.readable(request, listing_id)
    form = NoteForm(request.POST)
    status = 200
    if form.is_valid():
        status = attempt(
            lambda: add_note(
                by=person(request), listing_id=listing.pk, **form.cleaned_data
            ),
            form,
        )
    if status != DONE:
        return records.show(request, listing.pk, note_form=form, status=status)
    messages.success(request, "Your note is there. Only your team sees it.")
    return redirect("workflow:record", listing_id=listing.pk)


@signed_in
def strike(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Strike a note out."""
    note = get_object_or_404(access.notes_by(person(request)), pk=note_id)
    if request.method == "POST":
        try:
            strike_note(by=person(request), note_id=note.pk)
        except InvalidState as error:
            back = reverse("workflow:record", args=[note.listing_id])
            context = {"sentence": error.sentence, "url": back, "label": "Back to it"}
            return render(request, "errors/409.html", context, status=409)
        messages.success(request, "The note is struck out.")
    return redirect("workflow:record", listing_id=note.listing_id)
