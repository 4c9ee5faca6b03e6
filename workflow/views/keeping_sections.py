"""Editing one section of a listing; beginning a new service and what it needs."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from accounts.models import User
from directory.choices import Kind
from directory.declare import List, Section
from directory.forms import RecordForm, section_form
from directory.payload import Payload
from workflow import (
    access,
    copying,
    duties,
    finding,
    keeping,
    naming,
    queries,
    seeing,
    standing,
)
from workflow.actions import checking, drafts
from workflow.completing import TERMS
from workflow.keeping_forms import NewServiceForm, NoteForm, RunByForm
from workflow.models import Listing
from workflow.seeing import Side
from workflow.views.keeping_answers import (
    DONE,
    attempt,
    kept_listing,
    may_start,
    person,
    place_of,
    said_before,
)

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
CHANGED_MEANWHILE = (
    "Somebody else saved this section while you were writing. What you typed is below; "
    "save once more to put it in place of theirs."
)


@signed_in
@GET_AND_POST
def section(
    request: HttpRequest, listing_id: UUID, kind: str, record_id: UUID, slug: str
) -> HttpResponse:
    """One section of a record of a listing."""
    found = kept_listing(request, listing_id)
    if request.method != "POST" and not keeping.possible(person(request), found).edit:
        return redirect("workflow:listing", found.pk)
    if keeping.is_draft(found):
        return _draft_section(request, found, kind, str(record_id), slug)
    return _own_section(request, found, kind, str(record_id), slug)


def find_section(
    sides: list[Side], kind: str, record_id: str, slug: str
) -> tuple[Side, Section]:
    """The part of a record that an address means, or 404. Terms are set by assurers."""
    for side in sides:
        kept = side.is_kept_here and slug != TERMS
        if side.kind == kind and side.record_id == record_id and kept:
            try:
                return side, side.section(slug)
            except KeyError:
                break
    raise Http404


def _page(
    request: HttpRequest,
    found: Listing,
    side: Side,
    part: Section,
    form: RecordForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "listing": found,
        "side": side,
        "section": part,
        "form": form,
        "forms": [form, *([more["note"]] if "note" in more else [])],
        "body": standing.waits_for(found),
        "back": f"{reverse('workflow:listing', args=[found.pk])}#{side.record_id}",
        "button": "Save",
        **more,
    }
    return render(request, "workflow/keeping/section.html", context, status=status)


def few_places(choices: naming.Offered, side: Side) -> naming.Offered:
    """Without places that the record does not name already, where they are too many for
    a list: those are looked for on a page of their own."""

    def few() -> list[naming.Option]:
        offered = choices[Kind.LOCATION]
        if len(offered) <= finding.MOST_IN_A_SELECT:
            return offered
        linked = set(queries.location_ids(side.payload))
        return [one for one in offered if one[0] in linked]

    return choices.with_other(Kind.LOCATION, few)


# --- a draft --------------------------------------------------------------------------


def _draft_section(
    request: HttpRequest, found: Listing, kind: str, record_id: str, slug: str
) -> HttpResponse:
    sides = seeing.drafted_sides(person(request), found)
    side, part = find_section(sides, kind, record_id, slug)
    choices = few_places(seeing.choices_for(person(request), found, sides), side)
    data = request.POST if request.method == "POST" else None
    form = section_form(
        side.entity, part, side.payload, data, choices=choices, draft=True,
        sources=copying.sources(person(request), found, sides, side, part.names),
    )  # fmt: skip
    if data is None:
        wanted = keeping.missing(found, side) if found.returned_because else {}
        form.look(wanted)
    seen = _fingerprint(side, part)
    status = 200
    if data is not None and not form.asked_for_more:
        status = _keep(request, found, side, form, seen)
    if status != DONE:
        return _page(
            request, found, side, part, form, status, is_draft=True, seen=seen,
            place_url=_place_address(found, part),
        )  # fmt: skip
    if form.doubts:
        messages.warning(
            request,
            f"It is saved. {' '.join(form.doubts)} If that was a slip, put it right "
            "below; if not, go on.",
        )
        return redirect(request.path)
    if form.errors:
        messages.warning(
            request,
            "What you typed is kept, but some of it would not be accepted yet.",
        )
        return redirect(request.path)
    messages.success(request, f"“{part.title}” is saved.")
    return redirect("workflow:listing", found.pk)


def _keep(
    request: HttpRequest, found: Listing, side: Side, form: RecordForm, seen: str
) -> int:
    """Keep what was typed, valid or not; the status to answer with."""
    if request.POST.get("seen") != seen:
        form.add_error(None, CHANGED_MEANWHILE)
        return 409
    draft = _put_side(found, side, form.payload())
    return attempt(
        lambda: drafts.save_draft(
            by=person(request),
            listing_id=found.pk,
            draft=draft,
            base=found.draft or {},
        ),
        form,
    )


def _put_side(found: Listing, side: Side, payload: Payload) -> dict[str, Any]:
    """The draft with one of its records replaced."""
    draft = dict(found.draft or {"service": {"id": str(found.record_id)}})
    if side.kind == Kind.LOCATION:
        draft["locations"] = {
            **(draft.get("locations") or {}), side.record_id: payload,
        }  # fmt: skip
    else:
        draft[side.kind] = payload
    return draft


def _fingerprint(side: Side, part: Section) -> str:
    """What a section says, in short: another one means that somebody changed it."""
    said = {name: side.payload.get(name) for name in part.names}
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _place_address(found: Listing, part: Section) -> str:
    """Where one looks for a place to add."""
    if "service_at_locations" not in part.names:
        return ""
    return reverse("workflow:find-place", args=[found.pk])


# --- an accepted record ---------------------------------------------------------------


def versions(request: HttpRequest, record_id: str) -> dict[str, int]:
    """Which version of the record the page that was sent in had shown."""
    sent = str(request.POST.get("version", ""))
    return {record_id: int(sent)} if sent.isdecimal() and len(sent) < 9 else {}


def _own_section(
    request: HttpRequest, found: Listing, kind: str, record_id: str, slug: str
) -> HttpResponse:
    user = person(request)
    sides = seeing.accepted_sides(user, found, versions(request, record_id))
    side, part = find_section(sides, kind, record_id, slug)
    data = request.POST if request.method == "POST" else None
    choices = few_places(seeing.choices_for(user, found, sides), side)
    form = section_form(
        side.entity, part, side.payload, data, choices=choices,
        sources=copying.sources(user, found, sides, side, part.names),
    )  # fmt: skip
    waits = duties.waits_for_others(user, found, side, part.names)
    note = NoteForm(data, at_once=len(waits) < len(part.names))
    status = 200
    if data is not None and form.is_valid() and note.is_valid():
        status = _send_edit(request, found, side, form, note)
    if status == DONE:
        return redirect("workflow:listing", found.pk)
    changes = keeping.waiting_changes(user, [side])
    button, outcome = _what_saving_does(found, side, part, waits)
    return _page(
        request, found, side, part, form, status, note=note, version=side.number,
        button=button, outcome=outcome,
        place_url=_place_address(found, part),
        also=keeping.also_changes(found, side),
        waiting=keeping.waiting_here(
            [c for c in changes if c.path.split("/")[0] in part.names],
            side, seeing.names_for(user, sides), user=user,
        ),
    )  # fmt: skip


def _what_saving_does(
    found: Listing, side: Side, part: Section, waits: list[str]
) -> tuple[str, str]:
    """The words of the button, and what happens when it is pressed; ``waits`` are the
    fields that somebody else decides."""
    body, public = standing.waits_for(found), queries.may_be_public(found)
    if len(waits) == len(part.names):
        until = " Until then people see what is there now." if public else ""
        return "Save", f"{body} looks at what you save before it counts.{until}"
    labels = [
        item.label or item.entity.label if isinstance(item, List) else item.label
        for item in map(side.entity.get, waits)
    ]
    said = (
        "Your organisation is trusted, so what you save here is "
        f"{'public' if public else 'on the record'} at once: nobody looks at it first."
    )
    if labels:
        said += f" Only {', '.join(labels)}: {body} decides on that before it counts."
    return "Save and publish" if public else "Save", said


def _send_edit(
    request: HttpRequest, found: Listing, side: Side, form: RecordForm, note: NoteForm
) -> int:
    def act() -> None:
        proposal = checking.edit_own(
            by=person(request),
            listing_id=found.pk,
            edits={side.record_id: form.edits()},
            bases={side.record_id: side.number},
            words=note.cleaned_data["words"],
        )
        fresh = kept_listing(request, found.pk)
        if proposal.repeats:
            messages.info(request, said_before(proposal, fresh))
        else:
            messages.success(request, keeping.what_became_of(proposal, fresh))

    return attempt(act, form, note)


# --- beginning ------------------------------------------------------------------------


@signed_in
@GET_AND_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin a new service: a name and one clue."""
    user, place = person(request), place_of(request)
    if place is None or not may_start(request):
        raise PermissionDenied("You may not add a service here.")
    mine = _own_organizations(user)
    form = NewServiceForm(
        None if _looks(request) or request.method != "POST" else request.POST,
        organizations=_organizations(request),
        own=mine,
        looked=_looks(request),
        initial=request.POST.dict() if _looks(request) else _only_one(mine),
    )
    made: list[Listing] = []

    def act() -> None:
        typed = form.cleaned_data
        service = {"name": typed["name"], "description": typed["description"]}
        made.append(
            drafts.start_listing(
                by=user,
                place=place,
                service={k: v for k, v in service.items() if v}
                | _run_by_id(typed["organization_id"]),
                organization=_new_organization(typed),
                partner=access.first_partner(user),
            )
        )

    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(act, form)
    if status == DONE:
        messages.success(request, "It is begun, and kept here until you send it in.")
        return redirect("workflow:listing", made[0].pk)
    context = {"form": form}
    return render(request, "workflow/keeping/new.html", context, status=status)


def _looks(request: HttpRequest) -> bool:
    """Whether the button that looks for an organization was pressed: nothing is judged
    then, and nothing that was typed goes."""
    return "look" in request.POST


def _own_organizations(user: User) -> list[tuple[str, str]]:
    return [(str(o.pk), str(o)) for o in access.edited_organizations(user)]


def _only_one(mine: list[tuple[str, str]]) -> dict[str, str]:
    """Who keeps the services of one organization adds one of its services."""
    return {"organization_id": mine[0][0]} if len(mine) == 1 else {}


def _organizations(request: HttpRequest) -> list[tuple[str, str]]:
    """Organizations to choose from: the person's own first, then those of the place."""
    mine = _own_organizations(person(request))
    known = {key for key, _ in mine}
    place = place_of(request)
    if place is None:
        return mine
    offered = seeing.offered_to(person(request), place)
    others = offered[Kind.ORGANIZATION]
    return [*mine, *(o for o in others if o[0] not in known)]


def _run_by_id(organization_id: str) -> dict[str, str]:
    return {"organization_id": organization_id} if organization_id else {}


def _new_organization(typed: dict[str, Any]) -> Payload | None:
    name = typed["organization_name"].strip()
    return {"name": name} if name and not typed["organization_id"] else None


@signed_in
@GET_AND_POST
def run_by(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Who runs a service that is still a draft."""
    found = kept_listing(request, listing_id)
    if request.method != "POST" and not keeping.possible(person(request), found).submit:
        return redirect("workflow:listing", found.pk)
    draft = found.draft or {}
    service = dict(draft.get("service") or {})
    body = draft.get("organization") or {}
    organization_id = service.get("organization_id", "")
    if body.get("id") == organization_id:
        organization_id = ""
    form = RunByForm(
        None if _looks(request) or request.method != "POST" else request.POST,
        organizations=_organizations(request),
        own=_own_organizations(person(request)),
        looked=_looks(request),
        initial=request.POST.dict()
        if _looks(request)
        else {
            "organization_id": organization_id,
            "organization_name": "" if organization_id else body.get("name", ""),
        },
    )

    def act() -> None:
        typed = form.cleaned_data
        service.pop("organization_id", None)
        made = _new_organization(typed)
        drafts.save_draft(
            by=person(request), listing_id=found.pk,
            draft={
                **draft,
                "service": {**service, **_run_by_id(typed["organization_id"])},
                "organization": {**body, **made} if made else None,
            },
            base=found.draft or {},
        )  # fmt: skip

    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(act, form)
    if status == DONE:
        messages.success(request, "Who runs it is saved.")
        return redirect("workflow:listing", found.pk)
    context = {"form": form, "listing": found}
    return render(request, "workflow/keeping/run_by.html", context, status=status)
