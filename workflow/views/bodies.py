"""The pages of organizations and places: what they say, who may see it, what shows
them, what waits, and what became of them."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import signed_in
from accounts.models import AuditEvent, User
from common import clock
from common.pages import COUNTED, FOUND, Pages
from directory.choices import Kind, Visibility
from directory.freshness import full_date
from workflow import (
    access,
    bodies,
    completing,
    keeping,
    seeing,
    standing,
    waiting_proposals,
)
from workflow.choices import ProposalKind, ProposalState, Stage, Verdict
from workflow.forms import NoteForm
from workflow.keeping_forms import BodySearchForm
from workflow.models import Listing, Proposal, Record, Revision
from workflow.seeing import Side
from workflow.views import deciding_history, deciding_undo, notes
from workflow.views.keeping_answers import person

ON_A_PAGE = 20
SHOWN = 30
"""How many of the services of a record stand on its page."""
NEWEST = 5
HAPPENED = {
    "visibility_set": "Who may see it was changed",
    "location_merged": "Another place was found to be this one",
    "location_shared": "This was found to be the same as another place",
}
"""Audit verbs about an organization or place that are told to partners, in words."""
WHO_SEES = {
    Visibility.OPEN: "Everybody. Some fields are for partners, or for those who keep "
    "it; that stands beside them.",
    Visibility.PARTNERS: "Workers of partners. It is never published.",
    Visibility.INTERNAL: "Only those who keep it.",
}


# --- finding --------------------------------------------------------------------------


@signed_in
@require_safe
def find(request: HttpRequest, kind: str) -> HttpResponse:
    """Organizations, or places, that the person sees, found by name."""
    user = person(request)
    form = BodySearchForm(request.GET, kind=kind)
    form.is_valid()
    words = str(form.cleaned_data.get("q") or "")
    found = bodies.find(user, kind, words)
    most = FOUND if words else COUNTED
    pages = Pages(found, ON_A_PAGE, lambda records: records, most)
    page = pages.get_page(request.GET.get("page"))
    counts = bodies.counts(user, page)
    context = {
        "kind": kind,
        "plural": bodies.PLURAL[Kind(kind)],
        "tabs": tabs(kind),
        "form": form,
        "page": page,
        "cards": [_card(record, counts[record.pk]) for record in page],
        "asked": bool(words),
        "here": reverse(f"workflow:{kind}s"),
    }
    return render(request, "workflow/bodies/find.html", context)


def tabs(current: str) -> list[dict[str, Any]]:
    """Services, organizations, places: the three kinds of record to look among."""
    found = [
        ("Services", "records", Kind.SERVICE),
        ("Organisations", "organizations", Kind.ORGANIZATION),
        ("Places", "locations", Kind.LOCATION),
    ]
    return [
        {"label": label, "url": reverse(f"workflow:{name}"), "count": None,
         "current": kind == current}
        for label, name, kind in found
    ]  # fmt: skip


def _card(record: Record, services: int) -> dict[str, Any]:
    return {
        "title": record.label,
        "url": address(record),
        "facts": [
            {
                "label": "Services",
                "value": str(services) if services else "None that you see",
            }
        ],
    }


def address(record: Record) -> str:
    """Where an organization or a place has its page."""
    return reverse(f"workflow:{record.kind}", args=[record.pk])


# --- the page -------------------------------------------------------------------------


def seen_record(user: User, kind: str, record_id: UUID) -> Record:
    """An organization or place that this person sees; 404 for any other."""
    found = (
        bodies.seen_by(user)
        .select_related("revision", "home", "replaced_by")
        .filter(kind=kind, pk=record_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def side_of(user: User, record: Record, version: int = 0) -> Side:
    """The record as this person sees it; 404 where that is nothing."""
    side = bodies.side_of(user, record, version)
    if side is None:
        raise Http404
    return side


@signed_in
@require_safe
def page(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Everything that this person may see of an organization or a place."""
    return show(request, kind, record_id)


def show(
    request: HttpRequest,
    kind: str,
    record_id: UUID,
    *,
    note_form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """That page; ``note_form`` is a note that was refused."""
    user = person(request)
    record = seen_record(user, kind, record_id)
    side = side_of(user, record)
    names = seeing.names_for(user, [side])
    showing = bodies.showing(user, record)
    listings = showing.listings
    may_order = side.sees == seeing.EVERYTHING and completing.may_order(len(listings))
    is_thin = may_order and request.GET.get("order") == completing.THIN
    if is_thin:
        listings = tuple(completing.thinnest_first(listings))
    waiting = waits(user, record)
    may_propose = record.replaced_by_id is None and bodies.can_propose(user, record)
    context = {
        "undos": deciding_undo.of_body(user, record),
        "record": record,
        "side": side,
        "label": side.entity.label,
        "home_url": reverse(f"workflow:{kind}s"),
        "home_label": bodies.PLURAL[Kind(kind)].capitalize(),
        "sections": keeping.sections(
            side,
            names,
            keeping.waiting_changes(user, [side]),
            address=partial(_change_url, record) if may_propose else None,
        ),
        "verb": "Change" if bodies.is_own(user, record) else "Suggest a change",
        "acts": _acts(user, record, showing),
        "may_propose": may_propose,
        "facts": _facts(record, side, showing),
        "services": [service_card(one) for one in listings[:SHOWN]],
        "more_services": max(0, len(listings) - SHOWN) + showing.others,
        "may_order": may_order,
        "is_thin": is_thin,
        "replaced_by": _replaced_by(user, record),
        "rail": _rail(user, record, side, waiting)
        + [part for part in (notes.record_rail_part(user, record, note_form),) if part],
        "refused_form": note_form,
        "is_public_version": side.sees == seeing.PUBLIC,
    }
    return render(request, "workflow/bodies/page.html", context, status=status)


def _change_url(record: Record, slug: str) -> str:
    return reverse(f"workflow:{record.kind}-change", args=[record.pk, slug])


def _acts(user: User, record: Record, showing: bodies.Showing) -> list[dict[str, str]]:
    """What this person can do with the whole record: words and an address each."""
    out: list[dict[str, str]] = []
    if record.replaced_by_id:
        return out
    if bodies.may_correct(user, record):
        url = reverse(f"workflow:{record.kind}-correct", args=[record.pk])
        out.append({"label": "Correct it", "url": url})
    if record.kind == Kind.LOCATION and bodies.splittable(user, showing):
        url = reverse("workflow:location-split", args=[record.pk])
        out.append({"label": "Give a service its own place", "url": url})
    if record.kind == Kind.LOCATION and access.can_correct(user, record):
        url = reverse("workflow:location-same", args=[record.pk])
        out.append({"label": "Same place as …", "url": url})
    return out


def _replaced_by(user: User, record: Record) -> dict[str, str]:
    other = record.replaced_by
    if other is None:
        return {}
    seen = bodies.can_see(user, other)
    name = other.label if seen else seeing.UNNAMED
    return {
        "text": f"This is the same as “{name}”, and is kept there now.",
        "url": address(other) if seen else "",
    }


def service_card(listing: Listing) -> dict[str, Any]:
    """A service that shows the record: its stage, its freshness and its dates."""
    public = listing.stage == Stage.PUBLISHED
    return {
        "title": listing.title,
        "url": reverse("workflow:record", args=[listing.pk]),
        "stage": "" if public else listing.stage,
        "reasons": standing.reasons(listing),
        "grade": standing.grade(listing, clock.today()),
        "text": standing.dates(listing),
        "facts": [{"label": "Answers for it", "value": standing.waits_for(listing)}],
    }


def _facts(record: Record, side: Side, showing: bodies.Showing) -> list[dict[str, Any]]:
    """The credit and the dates: who keeps it, when it was vouched for, what changed."""
    owner = bodies.owner_of(record)
    home = str(record.home)
    rows = [{"label": "Kept by", "value": f"{owner}, for {home}" if owner else home}]
    checked = bodies.vouched(record, showing.listings)
    if checked:
        said = (
            f"Checked on {full_date(checked.assured_on)} with “{checked.listing}”, by "
            f"{checked.body_label}."
        )
        if checked.covers[str(record.pk)] != side.number:
            said += " It has changed since."
        rows.append({"label": "Information checked", "value": said})
    if side.sees != seeing.PUBLIC and record.revision:
        revision: Revision = record.revision
        day = full_date(revision.made_at.astimezone(clock.LONDON))
        rows.append(
            {
                "label": "Last changed",
                "value": f"{day}, version {revision.number}, accepted by "
                f"{revision.made_by_label}",
            }
        )
    rows.append(
        {"label": "Who sees it", "value": WHO_SEES[Visibility(record.visibility)]}
    )
    return rows


# --- what waits, and the rail ---------------------------------------------------------


def waits(user: User, record: Record) -> list[dict[str, Any]]:
    """Open suggestions about this record, with a link for those who may open them;
    whoever sees only what is public is told of their own."""
    rows = Proposal.objects.filter(
        pk__in=Proposal.objects.filter(
            changes__record=record, changes__verdict=Verdict.PENDING
        ).values("pk"),
        state=ProposalState.OPEN,
    ).order_by("created_at", "pk")
    if bodies.sees(user, record) == seeing.PUBLIC:
        rows = rows.filter(proposer=user)
    opened = set(
        waiting_proposals.visible_by(user)
        .filter(pk__in=rows.values("pk"))
        .values_list("pk", flat=True)
    )
    return [_waiting(one, user, may_open=one.pk in opened) for one in rows]


def _waiting(one: Proposal, user: User, *, may_open: bool) -> dict[str, Any]:
    text, url = ProposalKind(one.kind).label, ""
    if may_open:
        text = f"{text}, from {one.proposer_label}"
        url = reverse("workflow:proposal", args=[one.pk])
    elif one.proposer_id == user.pk:
        text = f"{text}, from you"
        url = reverse("workflow:suggestion", args=[one.pk])
    return {"text": text, "at": one.created_at, "url": url, "link": "Open it"}


def _rail(
    user: User, record: Record, side: Side, waiting: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"id": "waiting", "title": "Waiting", "count": len(waiting),
         "open": bool(waiting), "events": waiting,
         "empty": "Nobody has suggested anything that is not decided."},
    ]  # fmt: skip
    if side.sees == seeing.PUBLIC:
        return parts
    keeps = side.sees == seeing.EVERYTHING
    versions = deciding_history.versions_of(record, keeps=keeps)
    other = happenings(user, record, keeps=keeps)
    newest = [*other, *(_version(one) for one in versions[:NEWEST])]
    newest.sort(key=lambda event: event["at"], reverse=True)
    url = reverse(f"workflow:{record.kind}-history", args=[record.pk])
    parts.append(
        {"id": "history", "title": "What happened",
         "count": versions.count() + len(other),
         "open": True, "events": newest[:NEWEST],
         "empty": "Nothing has happened to it yet.",
         "url": url, "link": "The whole history"}
    )  # fmt: skip
    return parts


# --- history --------------------------------------------------------------------------


def happenings(user: User, record: Record, *, keeps: bool) -> list[dict[str, Any]]:
    """What happened to a record besides new versions, newest first."""
    rows = AuditEvent.objects.filter(object_id=record.pk, verb__in=list(HAPPENED))
    out = [
        deciding_history.happening(row, HAPPENED[row.verb], keeps=keeps) for row in rows
    ]
    if record.kind == Kind.LOCATION:
        out += _moved_away(user, record, keeps=keeps)
    return sorted(out, key=lambda event: event["at"], reverse=True)


def _version(revision: Revision) -> dict[str, Any]:
    first = revision.number == 1
    supplied = revision.decision.proposal.proposer_label if revision.decision else ""
    by = revision.made_by_label
    return {
        "text": "First version" if first else f"Version {revision.number}",
        "at": revision.made_at,
        "by": f"from {supplied}, accepted by {by}" if supplied not in ("", by) else by,
        "detail": "",
    }


def _moved_away(user: User, record: Record, *, keeps: bool) -> list[dict[str, Any]]:
    """Services that were given a place of their own instead of this one."""
    rows = list(
        AuditEvent.objects.filter(
            verb="location_split", before__location=str(record.pk)
        )
    )
    told: dict[Any, str] = {
        one.pk: one.title
        for one in bodies.told(user).filter(pk__in=[row.object_id for row in rows])
    }
    return [
        deciding_history.happening(
            row,
            f"“{told[row.object_id]}” has moved to a place of its own"
            if row.object_id in told
            else "A service has moved to a place of its own",
            keeps=keeps,
        )
        for row in rows
        if keeps or row.object_id in told
    ]


@signed_in
@require_safe
def history(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Every version of an organization or a place: what changed, who supplied it, who
    accepted it, when and how they knew."""
    user = person(request)
    record = seen_record(user, kind, record_id)
    side = side_of(user, record)
    if side.sees == seeing.PUBLIC:
        raise Http404
    keeps = side.sees == seeing.EVERYTHING
    versions = deciding_history.versions_of(record, keeps=keeps)
    found = Paginator(versions, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "listing": side.name,
        "crumbs": crumbs(record, side),
        "page": found,
        "versions": deciding_history.described(found.object_list, keeps=keeps),
        "happenings": happenings(user, record, keeps=keeps),
    }
    return render(request, "workflow/bodies/history.html", context)


def crumbs(record: Record, side: Side) -> list[dict[str, str]]:
    """The way to the pages of an organization or a place."""
    kind = Kind(record.kind)
    return [
        {
            "label": bodies.PLURAL[kind].capitalize(),
            "url": reverse(f"workflow:{kind}s"),
        },
        {"label": side.name, "url": address(record)},
    ]
