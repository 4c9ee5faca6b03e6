"""The queue: what this person may do next, and starting, stopping and undoing it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guard import permitted
from common import clock
from common.errors import InvalidState
from workflow import access, places, worklist
from workflow.actions.decisions import undo_decision
from workflow.actions.proposals import start_deciding, stop_deciding
from workflow.forms import QueueForm
from workflow.models import Decision, Proposal
from workflow.views import deciding_cards, deciding_undo
from workflow.views.keeping_answers import person
from workflow.worklist import Filters, Section, has_queue

SHOWN = 5
"""How many of a section are shown on the first page; its own page shows the rest."""
PER_PAGE = 20


def conflict(request: HttpRequest, sentence: str, url: str, label: str) -> HttpResponse:
    """Say that it can no longer be done, and where to go on."""
    context = {"sentence": sentence, "url": url, "label": label}
    return render(request, "errors/409.html", context, status=409)


@permitted(has_queue)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person, oldest duty first."""
    user, now = person(request), clock.now()
    away = places.away(request)
    remits = [(str(r.pk), r.name) for r in worklist.remits_of(user, away)]
    form = QueueForm(
        request.GET,
        kinds=[(s.slug, s.title) for s in worklist.SECTIONS],
        remits=remits,
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    filters = Filters(chosen.get("whose", ""), chosen.get("remit", ""), away)
    found = worklist.counts(user, filters, now)
    section = worklist.BY_SLUG.get(chosen.get("kind", ""))
    shown = [section] if section else [s for s in worklist.SECTIONS if found[s.slug]]
    total = sum(found.values())
    context = {
        "form": form,
        "tabs": _tabs(found, section, filters),
        "groups": [_group(request, s, found, filters, bool(section)) for s in shown],
        "total": total,
        "how_long": deciding_cards.how_long(worklist.minutes(found)),
        "is_filtered": bool(filters.whose or filters.remit or section),
        "undos": deciding_undo.of_last(request),
        "sees_sources": bool(access.places_assured_by(user)),
        "all_url": _address("", Filters()),
        "clear_url": _address(section.slug if section else "", Filters())
        if filters.whose or filters.remit
        else "",
        "soonest": worklist.soonest_due(user, clock.london_day(now), away),
    }
    return render(request, "workflow/deciding/queue.html", context)


def _address(kind: str, filters: Filters) -> str:
    asked = {"kind": kind, "whose": filters.whose, "remit": filters.remit}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("workflow:queue") + (f"?{query}" if query else "")


def _tabs(
    found: dict[str, int], current: Section | None, filters: Filters
) -> list[dict[str, Any]]:
    """Everything, and each section that holds something or is looked at."""
    tabs = [{"label": "Everything", "url": _address("", filters),
             "count": sum(found.values()), "current": current is None}]  # fmt: skip
    for section in worklist.SECTIONS:
        if found[section.slug] or section == current:
            tabs.append(
                {"label": section.title, "url": _address(section.slug, filters),
                 "count": found[section.slug], "current": section == current}
            )  # fmt: skip
    return tabs


def _group(
    request: HttpRequest,
    section: Section,
    found: dict[str, int],
    filters: Filters,
    alone: bool,
) -> dict[str, Any]:
    user, now = person(request), clock.now()
    rows = worklist.rows(user, section, filters, now)
    count = found[section.slug]
    group = {"section": section, "count": count, "url": _address(section.slug, filters)}
    if alone:
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return group | {
            "page": page,
            "cards": deciding_cards.cards(section, page.object_list, user, now),
        }
    return group | {
        "cards": deciding_cards.cards(section, rows[:SHOWN], user, now),
        "more": max(0, count - SHOWN),
    }


@permitted(has_queue)
def start(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Claim an item for half an hour and open it."""
    if request.method == "POST":
        user = person(request)
        get_object_or_404(worklist.visible_by(user), pk=proposal_id)
        try:
            start_deciding(by=user, proposal_id=proposal_id)
        except InvalidState as error:
            back = reverse("workflow:queue")
            return conflict(request, error.sentence, back, "Take another one")
    return redirect("workflow:proposal", proposal_id=proposal_id)


@permitted(has_queue)
def stop(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Give an item back to the queue."""
    if request.method == "POST":
        user = person(request)
        get_object_or_404(worklist.visible_by(user), pk=proposal_id)
        try:
            stop_deciding(by=user, proposal_id=proposal_id)
        except InvalidState as error:
            back = reverse("workflow:queue")
            return conflict(request, error.sentence, back, "Back to my work")
        messages.info(request, "You have given it back. Anybody may take it now.")
    return redirect("workflow:queue")


@permitted(has_queue)
def undo(request: HttpRequest, decision_id: Any) -> HttpResponse:
    """Take a decision back within ten minutes; the suggestion waits again."""
    decision = get_object_or_404(Decision, pk=decision_id)
    if request.method != "POST":
        return redirect("workflow:queue")
    done = deciding_undo.what_was_decided(decision)
    try:
        again: Proposal = undo_decision(by=person(request), decision_id=decision.pk)
    except InvalidState as error:
        back = reverse("workflow:queue")
        return conflict(request, error.sentence, back, "Back to my work")
    messages.success(
        request, f"Undone: {done} It waits for a decision again, as it came."
    )
    return redirect("workflow:proposal", proposal_id=again.pk)
