"""Adding a place to a service: looked for by name or postcode, or brought as new."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from common.words import plain
from directory import postcodes
from directory.declarations import LOCATION
from directory.declare import Field, Section
from directory.elements import ADDRESS
from directory.filling import Filling
from directory.forms import RecordForm, section_form
from workflow import access, addresses, finding, keeping, queries, standing
from workflow.actions import checking, drafts, new_places, proposals
from workflow.choices import Evidence
from workflow.keeping_forms import EvidenceForm, FindPlaceForm, NoteForm
from workflow.models import Listing, Proposal, Record
from workflow.views.keeping_answers import (
    DONE,
    attempt,
    kept_listing,
    person,
    said_before,
    seen_listing,
)

POSTCODE = "postcode"
"""The field that is looked up, and the value of its button."""
NEW_PLACE = Section("place", "The place", ("name", "location_type", "addresses"))
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@GET_AND_POST
def find_place(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Look for a place of the directory and add it to one's own service."""
    found = kept_listing(request, listing_id)
    if not keeping.possible(person(request), found).edit:
        return redirect("workflow:listing", found.pk)
    return _find(request, found, suggesting=False)


@signed_in
@GET_AND_POST
def suggest_place(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Look for a place and suggest that a service also happens there."""
    return _find(request, _proposable(request, listing_id), suggesting=True)


@signed_in
@GET_AND_POST
def new_place(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """A place that is not in the directory yet, for one's own service."""
    found = kept_listing(request, listing_id)
    if request.method != "POST" and not keeping.possible(person(request), found).edit:
        return redirect("workflow:listing", found.pk)
    return _new(request, found, suggesting=False)


@signed_in
@GET_AND_POST
def suggest_new_place(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Suggest a place that is not in the directory yet."""
    return _new(request, _proposable(request, listing_id), suggesting=True)


def _proposable(request: HttpRequest, listing_id: UUID) -> Listing:
    found = seen_listing(request, listing_id)
    if not access.can_propose(person(request), found):
        raise PermissionDenied("You may not suggest changes to this service.")
    return found


# --- one that is there ----------------------------------------------------------------


def _find(request: HttpRequest, found: Listing, *, suggesting: bool) -> HttpResponse:
    user = person(request)
    looked = plain(str(request.POST.get("q") or request.GET.get("q") or ""))[:100]
    parts = queries.drafted if keeping.is_draft(found) else queries.whole
    linked = list(parts(found).locations)
    matches = finding.places_like(user, found.partnership, looked, without=linked)
    data = request.POST if request.method == "POST" else None
    form = FindPlaceForm(data, matches=matches)
    how = EvidenceForm(data) if suggesting else NoteForm(data)
    made: list[Proposal] = []

    def act() -> None:
        key = form.cleaned_data["location_id"]
        made.extend(_add(request, found, key, how.cleaned_data, suggesting=suggesting))

    status = 200
    if form.is_bound and form.is_valid() and how.is_valid():
        status = attempt(act, form, how)
    if status == DONE:
        return _added(request, found, made, suggesting=suggesting)
    new = "suggest-new-place" if suggesting else "new-place"
    context = {
        "listing": found,
        "looked": looked,
        "matches": matches,
        "form": form,
        "how": None if keeping.is_draft(found) else how,
        "forms": [form, how],
        "suggesting": suggesting,
        "most": finding.MOST_MATCHES,
        "new_url": _new_url(new, found, looked),
        "back": _back(found, suggesting=suggesting),
    }
    return render(request, "workflow/keeping/find_place.html", context, status=status)


def _new_url(name: str, found: Listing, looked: str) -> str:
    """Where a new place is added; a postcode that was looked for goes along."""
    url = reverse(f"workflow:{name}", args=[found.pk])
    if not postcodes.is_valid(looked):
        return url
    return f"{url}?{urlencode({POSTCODE: postcodes.normalise(looked)})}"


def _add(
    request: HttpRequest,
    found: Listing,
    location_id: str,
    said: dict[str, Any],
    *,
    suggesting: bool,
) -> list[Proposal]:
    """Add a place of the directory; the proposal, where it is one."""
    by, service = person(request), str(found.record_id)
    if keeping.is_draft(found):
        _add_to_draft(request, found, location_id, {})
        return []
    edit = {new_places.link_path(service, location_id): {"location_id": location_id}}
    revision = found.record.revision
    more: dict[str, Any] = {
        "by": by, "listing_id": found.pk, "edits": {service: edit},
        "bases": {service: revision.number if revision else 0}, **said,
    }  # fmt: skip
    if suggesting:
        return [proposals.propose_edit(partner=access.first_partner(by), **more)]
    return [checking.edit_own(**more)]


def _add_to_draft(
    request: HttpRequest, found: Listing, place_id: str, new: dict[str, Any]
) -> None:
    draft = dict(found.draft or {})
    service = dict(draft.get("service") or {"id": str(found.record_id)})
    links = service.get("service_at_locations", [])
    service["service_at_locations"] = [*links, {"location_id": place_id}]
    places = {**(draft.get("locations") or {}), **({place_id: new} if new else {})}
    drafts.save_draft(
        by=person(request), listing_id=found.pk,
        draft={**draft, "service": service, "locations": places},
        base=found.draft or {},
    )  # fmt: skip


def _back(found: Listing, *, suggesting: bool) -> str:
    return reverse(
        "workflow:suggest" if suggesting else "workflow:listing", args=[found.pk]
    )


def _added(
    request: HttpRequest, found: Listing, made: list[Proposal], *, suggesting: bool
) -> HttpResponse:
    if not made:
        messages.success(request, "The place is added.")
    elif made[0].repeats:
        messages.info(request, said_before(made[0], found))
    elif suggesting:
        messages.success(
            request,
            f"Thank you. {standing.waits_for(found)} decides on it, and we write to "
            "you when they have.",
        )
    else:
        messages.success(request, keeping.what_became_of(made[0], found))
    if suggesting:
        return redirect("workflow:suggestion", made[0].pk)
    return redirect("workflow:listing", found.pk)


# --- one that is new ------------------------------------------------------------------


def _new(request: HttpRequest, found: Listing, *, suggesting: bool) -> HttpResponse:
    draft = keeping.is_draft(found)
    data = request.POST if request.method == "POST" else None
    sent = _sent_id(request)
    if draft and sent in ((found.draft or {}).get("locations") or {}):
        return redirect("workflow:listing", found.pk)  # sent twice, added once
    looked = _looked_up(request, found)
    is_new = sent and (not draft or not Record.objects.filter(pk=sent).exists())
    place_id = sent if is_new else str(uuid.uuid4())
    stored = {"id": place_id, "location_type": "physical"}
    if looked and looked.values:
        data = _filled_in(data, stored, looked)
    form = section_form(LOCATION, NEW_PLACE, stored, data, draft=draft)
    how = _how(data, draft=draft, suggesting=suggesting, more=form.asked_for_more)
    made: list[Proposal] = []

    def act() -> None:
        if draft:
            _add_to_draft(request, found, place_id, form.payload())
            return
        said = {"evidence": Evidence.RUN_IT, **(how.cleaned_data if how else {})}
        user = person(request)
        made.append(
            new_places.propose_place(
                by=user, listing_id=found.pk,
                location=form.payload(),
                partner=access.first_partner(user) if suggesting else None, **said,
            )
        )  # fmt: skip

    status = 200
    if data is not None and not draft and form.is_valid():
        _need_name_or_address(form)
    if data is not None and form.is_valid() and (how is None or how.is_valid()):
        status = attempt(act, form, *([how] if how else []))
    if status == DONE:
        return _added(request, found, made, suggesting=suggesting)
    context = {
        "form": form,
        "how": how,
        "forms": [form, *([how] if how else [])],
        "listing": found,
        "typed_postcode": _typed_postcode(request),
        "looked": looked,
        "find_url": _find_url(found, looked, suggesting=suggesting),
        "place_id": place_id,
        "is_draft": draft,
        "body": standing.waits_for(found),
        "back": _back(found, suggesting=suggesting),
    }
    return render(request, "workflow/keeping/new_place.html", context, status=status)


def _typed_postcode(request: HttpRequest) -> str:
    typed = request.POST.get(POSTCODE) or request.GET.get(POSTCODE) or ""
    return plain(str(typed))[:20]


def _looked_up(request: HttpRequest, found: Listing) -> addresses.Looked | None:
    """What is known of the postcode that was typed; None where nobody asks."""
    asked = request.POST.get("add") == POSTCODE
    came_along = request.method != "POST" and POSTCODE in request.GET
    if not (asked or came_along):
        return None
    parts = queries.drafted if keeping.is_draft(found) else queries.whole
    return addresses.look_up(
        person(request), found.partnership, _typed_postcode(request),
        without=parts(found).locations,
    )  # fmt: skip


def _filled_in(data: Any, stored: dict[str, Any], looked: addresses.Looked) -> Any:
    """What the page sends once the address is filled in as far as it is known; nothing
    that was typed goes."""
    if data is None:
        data = {"location_type": "physical", "addresses-count": "1", "add": POSTCODE}
        data |= {POSTCODE: looked.postcode, "place_id": str(stored["id"])}
    filling = Filling(data)
    for name, value in looked.values.items():
        place = f"addresses-0-{name}"
        item = ADDRESS.get(name)
        if isinstance(item, Field) and filling.is_blank(place):
            filling.put(item, place, value)
    return filling.data


def _find_url(
    found: Listing, looked: addresses.Looked | None, *, suggesting: bool
) -> str:
    """Where the places at the postcode can be chosen."""
    name = "suggest-place" if suggesting else "find-place"
    query = urlencode({"q": looked.postcode}) if looked else ""
    return f"{reverse(f'workflow:{name}', args=[found.pk])}?{query}"


def _need_name_or_address(form: RecordForm) -> None:
    """Said with everything else that is missing, and judged again by the action."""
    if not set(form.payload()) & {"name", "addresses"}:
        form.add_errors({"name": new_places.NAME_OR_ADDRESS})


def _how(
    data: Any, *, draft: bool, suggesting: bool, more: bool
) -> EvidenceForm | NoteForm | None:
    """How they know, or a word to who decides. Nothing is missing while somebody only
    asks for one more group."""
    if draft:
        return None
    kind: Callable[..., EvidenceForm | NoteForm]
    kind = EvidenceForm if suggesting else NoteForm
    return kind(initial=data.dict()) if data is not None and more else kind(data)


def _sent_id(request: HttpRequest) -> str:
    """The id that the page gave to the new place, in the one spelling that is stored;
    ``""`` where none was sent. Raises Http404 for what is no id."""
    sent = request.POST.get("place_id")
    if not sent:
        return ""
    try:
        return str(uuid.UUID(sent))
    except ValueError:
        raise Http404 from None
