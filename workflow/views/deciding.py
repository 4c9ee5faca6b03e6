"""The queue: what this person may do next, and starting, stopping and undoing it."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guard import permitted
from accounts.models import User
from common import clock, or_more
from common.errors import InvalidState
from workflow import (
    access,
    batch_words,
    batches,
    effort,
    phoning,
    sections,
    waiting_checks,
    waiting_proposals,
    worklist,
)
from workflow.actions.decisions import undo_decision
from workflow.actions.proposals import start_deciding, stop_deciding
from workflow.choices import ProposalState
from workflow.effort import Reckoned
from workflow.forms import QueueForm
from workflow.models import Decision, Proposal
from workflow.narrowed import Filters
from workflow.sections import Section
from workflow.views import deciding_asked, deciding_cards, deciding_undo
from workflow.views.deciding_asked import Asked
from workflow.views.deciding_cards import how_long
from workflow.views.keeping_answers import person
from workflow.worklist import has_queue

SHOWN = 3
"""How many of a section are shown on the first page; its own page shows the rest."""
OPEN = 2
"""How many sections of a long queue stand open: the first are the oldest duty."""
FEW = 12
"""A queue of no more than this stands open as a whole."""
PER_PAGE = 20


def conflict(request: HttpRequest, sentence: str, url: str, label: str) -> HttpResponse:
    """Say that it can no longer be done, and where to go on."""
    context = {"sentence": sentence, "url": url, "label": label}
    return render(request, "errors/409.html", context, status=409)


@permitted(has_queue)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person, oldest duty first."""
    user, now = person(request), clock.now()
    reach = waiting_checks.reach_of(user)
    form = deciding_asked.form_of(request)
    asked = deciding_asked.read(request, form)
    section = asked.section
    shown = 0 if section else SHOWN
    begins = worklist.start(user, asked.filters, now, shown, reach)
    found, total = begins.counts, begins.total
    if not asked.filters.narrows:
        request.waiting = total  # type: ignore[attr-defined]
    places = access.places_assured_by(user)
    reckoned = effort.in_general(places - asked.filters.away)
    groups = (
        [_whole(request, section, begins, asked)]
        if section
        else _starts(user, begins, asked, now)
    )
    takes = worklist.minutes(found, reckoned)
    takes |= {one["section"].slug: one["minutes"] for one in groups if one["is_few"]}
    for group in groups:
        group["how_long"] = how_long(takes[group["section"].slug])
    plain = Asked(Filters())
    assures = bool(places)
    context = {
        "form": form,
        "tabs": _tabs(found, asked),
        "groups": groups,
        "first": next((card for group in groups for card in group["cards"]), None),
        "total": total,
        "how_long": how_long(or_more.together(takes.values())),
        "is_filtered": asked.filters.narrows or section is not None,
        "applied": _applied(form, asked),
        "undos": deciding_undo.of_last(request),
        "calls": phoning.count(user, now, asked.filters.away) if assures else None,
        "sees_sources": assures,
        "all_url": plain.to("queue"),
        "clear_url": plain.only(section).to("queue") if asked.filters.narrows else "",
        "soonest": None
        if total
        else waiting_checks.soonest_due(
            user, clock.london_day(now), asked.filters.away, begins.reach
        ),
    }
    return render(request, "workflow/deciding/queue.html", context)


def _applied(form: QueueForm, asked: Asked) -> list[dict[str, str]]:
    """What the queue is narrowed by, each with the address without it."""
    out = []
    for name in ("whose", "days", "why", "remit", "area", "term", "run_by"):
        value = getattr(asked.filters, name)
        if not value:
            continue
        field = form.fields[name]
        said = str(value)
        if isinstance(field, ChoiceField):
            said = str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]
        less = replace(asked.filters, **{name: type(value)()})
        url = Asked(less, asked.section).to("queue")
        out.append({"label": f"{field.label}: {said}", "url": url})
    return out


def _tabs(found: dict[str, int], asked: Asked) -> list[dict[str, Any]]:
    """Everything, and each section that holds something or is looked at."""
    every = asked.only(None).to("queue")
    tabs = [{"label": "Everything", "url": every,
             "count": or_more.together(found.values()),
             "current": asked.section is None}]  # fmt: skip
    for section in sections.SECTIONS:
        current = section == asked.section
        if found[section.slug] or current:
            tabs.append(
                {"label": section.title, "url": asked.only(section).to("queue"),
                 "count": found[section.slug], "current": current}
            )  # fmt: skip
    return tabs


def _starts(
    user: User, begins: worklist.Start, asked: Asked, now: dt.datetime
) -> list[dict[str, Any]]:
    """The first of each section that holds something; the names cost one query,
    what each takes two."""
    every = [x for some in begins.first.values() for x in some]
    names = deciding_cards.names_of(every)
    deciding_cards.mark_numbers(user, every)
    reckoned = deciding_cards.reckoned_for(every)
    few = begins.total <= FEW
    shown = [s for s in sections.SECTIONS if begins.counts[s.slug]]
    return [
        _about(section, begins.counts, asked)
        | _minutes(section, begins, begins.first[section.slug], reckoned)
        | {
            "cards": deciding_cards.cards(
                section, begins.first[section.slug], user, now, asked, names, reckoned
            ),
            "more": max(0, begins.counts[section.slug] - SHOWN),
            "is_open": few or at < OPEN,
        }
        for at, section in enumerate(shown)
    ]


def _whole(
    request: HttpRequest, section: Section, begins: worklist.Start, asked: Asked
) -> dict[str, Any]:
    """One section, page by page."""
    user, now = person(request), clock.now()
    waiting = worklist.pages(user, section, asked.filters, now, begins.reach)
    pages = Paginator(waiting, PER_PAGE)
    pages.count = begins.counts[section.slug]
    page = pages.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = deciding_cards.names_of(rows)
    deciding_cards.mark_numbers(user, rows)
    reckoned = deciding_cards.reckoned_for(rows)
    cards = deciding_cards.cards(section, rows, user, now, asked, names, reckoned)
    acts = batch_words.buttons(
        user, section, of_checks=waiting_checks.is_check(section)
    )
    if acts:
        for card, row in zip(cards, rows, strict=True):
            card |= {"pick": row.pk, "ticked": request.GET.get("tick") == "all"}
    about = _about(section, begins.counts, asked)
    about |= _minutes(section, begins, rows, reckoned)
    return about | {
        "page": page,
        "cards": cards,
        "acts": acts,
        "choose_url": asked.to("together-choose"),
        "most": batches.MOST,
    }


def _minutes(
    section: Section, begins: worklist.Start, rows: list[Any], reckoned: Reckoned
) -> dict[str, Any]:
    """What the items that are shown take, and whether they are so few that the section
    says just that, on every page, and not what such items take in general."""
    return {
        "minutes": sum(deciding_cards.minutes(section, row, reckoned) for row in rows),
        "is_few": len(rows) == begins.counts[section.slug] <= SHOWN,
    }


def _about(section: Section, found: dict[str, int], asked: Asked) -> dict[str, Any]:
    count = found[section.slug]
    return {
        "section": section,
        "count": count,
        "url": asked.only(section).to("queue"),
    }


@permitted(has_queue)
def start(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Claim an item for half an hour and open it."""
    asked = deciding_asked.read(request)
    if request.method == "POST":
        user = person(request)
        get_object_or_404(waiting_proposals.visible_by(user), pk=proposal_id)
        try:
            start_deciding(by=user, proposal_id=proposal_id)
        except InvalidState as error:
            back = asked.to("queue")
            return conflict(request, error.sentence, back, "Take another one")
    return redirect(asked.to("proposal", proposal_id))


@permitted(has_queue)
def stop(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Give an item back to the queue."""
    if request.method == "POST":
        user = person(request)
        get_object_or_404(waiting_proposals.visible_by(user), pk=proposal_id)
        try:
            stop_deciding(by=user, proposal_id=proposal_id)
        except InvalidState as error:
            back = reverse("workflow:queue")
            return conflict(request, error.sentence, back, "Back to my work")
        messages.info(request, "You have given it back. Anybody may take it now.")
    return redirect("workflow:queue")


@permitted(has_queue)
def undo(request: HttpRequest, decision_id: Any) -> HttpResponse:
    """Take a decision back within ten minutes; the suggestion waits again, but for
    one's own, which is over."""
    decision = get_object_or_404(Decision, pk=decision_id)
    if request.method != "POST":
        return redirect("workflow:queue")
    done = deciding_undo.what_was_decided(decision)
    try:
        again: Proposal = undo_decision(by=person(request), decision_id=decision.pk)
    except InvalidState as error:
        back = reverse("workflow:queue")
        return conflict(request, error.sentence, back, "Back to my work")
    if again.state == ProposalState.WITHDRAWN:
        messages.success(request, f"Undone: “{again.title}” says what it said before.")
        return redirect(_of_own(again))
    messages.success(
        request, f"Undone: {done} It waits for a decision again, as it came."
    )
    return redirect("workflow:proposal", proposal_id=again.pk)


def _of_own(proposal: Proposal) -> str:
    """The page of what one changed, for who runs it."""
    if proposal.record:
        return reverse(f"workflow:{proposal.record.kind}", args=[proposal.record.pk])
    return reverse("workflow:listing", args=[proposal.listing_id])
