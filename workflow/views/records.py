"""The staff record page with what may be done to it, its history, the exact preview."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guard import signed_in
from common.errors import InvalidInput, InvalidState
from directory.choices import Kind
from workflow import access, effort, homes, queries, seeing, showing, standing
from workflow.choices import Level, Stage
from workflow.forms import NoteForm, told
from workflow.models import Listing, Release
from workflow.views import (
    asking,
    deciding_acts,
    deciding_history,
    deciding_record,
    deciding_undo,
    notes,
)
from workflow.views.deciding_acts import Act
from workflow.views.keeping_answers import person, say_if_withheld

PER_PAGE = 15


def readable(request: HttpRequest, listing_id: Any) -> Listing:
    """A listing this person may read; 404 for any other, a sentence for one that is
    hidden because of personal data."""
    say_if_withheld(person(request), listing_id)
    return get_object_or_404(
        access.read_by(person(request)).select_related(
            "record__revision", "record__home", "record__replaced_by",
            "partnership__policy", "remit__partner", "remit__lead",
            "assurance", "author",
        ),
        pk=listing_id,
    )  # fmt: skip


def crumbs(listing: Listing) -> list[dict[str, str]]:
    """The way to the pages of a record."""
    url = reverse("workflow:record", args=[listing.pk])
    return [{"label": listing.title, "url": url}]


@signed_in
def record(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Everything a partner may see of a service, and what this person may do.

    To anybody else, a neighbour for one, what the public sees, and how to suggest.
    """
    if access.read_by(person(request)).filter(pk=listing_id).exists():
        return show(request, listing_id)
    return _published(request, listing_id)


def _published(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """The published version, for who reads nothing else of it; 404 without one."""
    user = person(request)
    say_if_withheld(user, listing_id)
    listing = get_object_or_404(
        access.public_to(user).select_related(
            "record__revision", "partnership__policy", "remit__partner"
        ),
        pk=listing_id,
    )
    if queries.public_parts(queries.whole(listing)).stops:
        raise Http404
    sides = seeing.accepted_sides(user, listing)
    names = seeing.names_for(user, sides)
    context = {
        "listing": listing,
        "keeper": _keeper(listing, sides),
        "decides": standing.waits_for(listing),
        "grade": deciding_record.grade(listing),
        "doubt": doubt(listing),
        "body": listing.assurance.body_label if listing.assurance else "",
        "may_propose": access.can_propose(user, listing),
        "may_move": homes.may_begin(user, listing),
        "records": [_public_side(side, names) for side in sides],
    }
    return render(request, "workflow/records/published.html", context)


def doubt(listing: Listing) -> str:
    """What to say while somebody looks into whether it can be relied on, as its public
    page does; ``""`` otherwise."""
    return standing.BEING_CHECKED if queries.being_checked(listing) else ""


def _keeper(listing: Listing, sides: list[seeing.Side]) -> standing.Keeper:
    """Who keeps it, as its public page says."""
    level = effort.level_of(listing.partnership_id, listing.organization_id)
    names = (
        side.payload.get("name", "") for side in sides if side.kind == Kind.ORGANIZATION
    )
    return standing.keeper(
        provider=next(names, ""),
        by_provider=level != Level.PROXY,
        checked_by=listing.assurance.body_label if listing.assurance else "",
        place=listing.partnership.name,
    )


def _public_side(side: seeing.Side, names: dict[str, str]) -> dict[str, Any]:
    parts = []
    for section in side.sections:
        rows = seeing.rows(side, section, names, {})
        known = [row for row in rows if row["value"] or row["lines"]]
        if known:
            parts.append({"title": section.title, "rows": known, "unknown": []})
    label = side.heading
    if side.kind == Kind.LOCATION:
        label = f"Place: {side.name}"
    return {"label": label, "parts": parts}


def show(
    request: HttpRequest,
    listing_id: Any,
    *,
    refused: tuple[Act, Form] | None = None,
    note_form: NoteForm | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    """The record page; ``refused`` is an act that failed, with what was typed, and
    ``note_form`` a note that was refused."""
    user, listing = person(request), readable(request, listing_id)
    context = deciding_record.page(user, listing, refused)
    team = notes.rail_part(user, listing, note_form)
    told = asking.rail_part(user, listing)
    context["rail"] += [part for part in (told, team) if part]
    context |= {
        "sentence": sentence,
        "doubt": doubt(listing) if listing.stage == Stage.PUBLISHED else "",
        "refused_form": refused[1] if refused else note_form,
        "undos": deciding_undo.of_record(user, listing),
    }
    return render(request, "workflow/records/record.html", context, status=status)


@signed_in
def do(request: HttpRequest, listing_id: Any, slug: str) -> HttpResponse:
    """Do one act. A refusal comes back on the record page, with what was typed."""
    user, listing = person(request), readable(request, listing_id)
    if request.method != "POST":
        return redirect("workflow:record", listing_id=listing.pk)
    act = deciding_acts.BY_SLUG[slug]
    form = deciding_acts.make_form(act, listing, request.POST)
    if not form.is_valid():
        return show(request, listing.pk, refused=(act, form), status=200)
    if "release" in form.cleaned_data:
        get_object_or_404(
            Release,
            pk=form.cleaned_data["release"],
            organization_id=listing.organization_id,
        )
    try:
        act.run(user, listing, form.cleaned_data)
    except InvalidState as error:
        return show(
            request, listing.pk, refused=(act, form), sentence=error.sentence,
            status=409,
        )  # fmt: skip
    except InvalidInput as error:
        told(form, error)
        return show(request, listing.pk, refused=(act, form), status=200)
    messages.success(request, act.done.format(listing.title))
    return redirect("workflow:record", listing_id=listing.pk)


@signed_in
def history(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Every version of the service and of what it shows, and what happened to it."""
    user, listing = person(request), readable(request, listing_id)
    keeps = access.can_see_internal(user, listing)
    versions = deciding_history.versions(listing, keeps=keeps)
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "listing": listing,
        "crumbs": crumbs(listing),
        "page": page,
        "versions": deciding_history.described(page.object_list, keeps=keeps),
        "happenings": deciding_history.happenings(listing, keeps=keeps),
    }
    return render(request, "workflow/records/history.html", context)


@signed_in
def preview(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Exactly what the public would see, with what is held back struck through."""
    user, listing = person(request), readable(request, listing_id)
    whole = deciding_record.whole_of(user, listing)
    public = queries.public_parts(whole)
    names = deciding_record.names_of(user, listing, whole)
    keeps = access.can_see_internal(user, listing)
    publish = deciding_acts.BY_SLUG["publish"]
    may_publish = publish.may(user, listing)
    context = {
        "listing": listing,
        "crumbs": crumbs(listing),
        "as_public": showing.public_view(whole, public, names, keeps=keeps),
        "stops": deciding_record.stops(listing, public),
        "is_public": queries.may_be_public(listing),
        "hidden": deciding_record.why_hidden(listing),
        "publish": deciding_acts.make_form(publish, listing) if may_publish else None,
        "held": deciding_record.held_count(public),
    }
    return render(request, "workflow/records/preview.html", context)
