"""Adding, changing, handing over and ending an area of work: typed, seen as a
preview, confirmed. Who leads it moves no record, and is saved without a preview."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership
from accounts.permissions import Permission
from workflow import leaders
from workflow.actions.handing_over import hand_over_all, state_with_records
from workflow.actions.naming_leaders import name_leaders
from workflow.actions.remits import (
    change_remit,
    create_remit,
    end_remit,
    parts_of,
    state_of,
)
from workflow.models import Remit
from workflow.remit_forms import (
    EndRemitForm,
    HandOverAllForm,
    NameLeadersForm,
    NewRemitForm,
    RemitForm,
    initial_of,
)
from workflow.remit_previewing import Flow, would_move
from workflow.views.covering import days_of
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
SAVE, EDIT = "save", "edit"
"""What a button of the preview asks for; without one the preview is shown."""
STALE = 409
_GIVES_OUT = permitted(holding(Permission.HAND_OVER))


@dataclass(frozen=True)
class Step:
    """One thing to do with an area of work, and the words around it."""

    title: str
    button: str
    done: str
    template: str = "workflow/leading/remit.html"


@_GIVES_OUT
@GET_AND_POST
def new(request: HttpRequest) -> HttpResponse:
    """A new area of work."""
    place = place_led(request, Permission.HAND_OVER)
    form = NewRemitForm(request.POST or None, request.FILES or None, place=place)

    def act() -> None:
        said = form.cleaned_data
        named = {key: said[key] for key in ("name", "partner", "lead", "deputy")}
        create_remit(
            by=person(request), is_default=said["is_default"], parts=form.parts, **named
        )

    words = Step("Add an area of work", "Add it", "“{}” is an area of work now.")
    return _through(request, place, form, act, words)


@_GIVES_OUT
@GET_AND_POST
def change(request: HttpRequest, remit_id: UUID) -> HttpResponse:
    """What an area of work is called and takes."""
    place = place_led(request, Permission.HAND_OVER)
    remit = _remit(place, remit_id)
    initial = initial_of(remit, parts_of(remit), state_of(remit))
    form = RemitForm(
        request.POST or None, request.FILES or None, place=place, remit=remit,
        initial=initial,
    )  # fmt: skip
    if remit.is_default:
        for name in ("organizations", "terms", "areas", "districts", "drawn"):
            form.fields[name].disabled = True

    def act() -> None:
        said = form.cleaned_data
        change_remit(
            by=person(request), remit_id=remit.pk, base=said["base"],
            name=said["name"], parts=form.parts,
        )  # fmt: skip

    words = Step(f"Change “{remit}”", "Save it", "“{}” is changed.")
    return _through(request, place, form, act, words, remit)


@_GIVES_OUT
@GET_AND_POST
def end(request: HttpRequest, remit_id: UUID) -> HttpResponse:
    """End an area of work, with a reason."""
    place = place_led(request, Permission.HAND_OVER)
    remit = _remit(place, remit_id)
    form = EndRemitForm(request.POST or None, initial={"base": state_of(remit)})

    def act() -> None:
        said = form.cleaned_data
        end_remit(
            by=person(request), remit_id=remit.pk, base=said["base"],
            reason=said["reason"],
        )  # fmt: skip

    words = Step(
        f"End “{remit}”", "End it", f"“{remit}” has ended.",
        "workflow/leading/remit_end.html",
    )  # fmt: skip
    return _through(request, place, form, act, words, remit)


@_GIVES_OUT
@GET_AND_POST
def hand_over(request: HttpRequest, remit_id: UUID) -> HttpResponse:
    """Give all records of an area of work to another, or back to the rules."""
    place = place_led(request, Permission.HAND_OVER)
    remit = _remit(place, remit_id)
    form = HandOverAllForm(
        request.POST or None, remit=remit, initial={"base": state_with_records(remit)}
    )

    def act() -> None:
        said = form.cleaned_data
        hand_over_all(
            by=person(request), remit_id=remit.pk, to=form.chosen, base=said["base"],
            reason=said["reason"],
        )  # fmt: skip

    words = Step(
        f"Hand over all of “{remit}”", "Hand them over",
        f"The records of “{remit}” are handed over. To take it back, open the area of "
        "work that has them now and hand them back to the rules.",
        "workflow/leading/remit_hand_over.html",
    )  # fmt: skip
    return _through(request, place, form, act, words, remit)


@_GIVES_OUT
@GET_AND_POST
def who_leads(request: HttpRequest, remit_id: UUID) -> HttpResponse:
    """Who leads an area of work, and who is the deputy."""
    place = place_led(request, Permission.HAND_OVER)
    remit = _remit(place, remit_id)
    led = leaders.of_remit(remit)
    form = NameLeadersForm(
        request.POST or None, remit=remit,
        initial={"base": state_of(remit), "lead": led.lead, "deputy": led.deputy},
    )  # fmt: skip
    status = 200
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        status = attempt(
            lambda: name_leaders(by=person(request), remit_id=remit.pk, **said), form
        )
        if status == DONE:
            messages.success(request, f"{said['lead']} leads “{remit}”.")
            return redirect("workflow:remits")
        if status == STALE:
            # The page says who leads it now; sent again, it is an answer to that.
            remit = _remit(place, remit_id)
            led = leaders.of_remit(remit)
            typed = {name: form.data[name] for name in form.data}
            form.data = {**typed, "base": state_of(remit)}
    above = below(place, "remits")
    back = reverse("workflow:remit", args=[remit.pk])
    crumbs = [*above["crumbs"], {"label": remit.name, "url": back}]
    standing = leaders.covers().filter(remit=remit, can=True)
    context = {
        **above, "crumbs": crumbs, "back": back, "form": form, "remit": remit,
        "led": led, "covers": [f"{one.user} {days_of(one)}" for one in standing],
    }  # fmt: skip
    page = "workflow/leading/remit_leaders.html"
    return render(request, page, context, status=status)


def _remit(place: Partnership, remit_id: UUID) -> Remit:
    rows = Remit.objects.select_related("partner", "lead", "deputy")
    return get_object_or_404(rows, pk=remit_id, partnership=place)


def _through(
    request: HttpRequest,
    place: Partnership,
    form: BaseForm,
    act: Callable[[], Any],
    words: Step,
    remit: Remit | None = None,
) -> HttpResponse:
    """The form, then what it would move, then the deed; a refusal shows the form."""
    step, status = request.POST.get("step"), 200
    context = {**below(place, "remits"), "form": form, "words": words, "remit": remit}
    if remit:
        context["led"] = leaders.of_remit(remit)
    if form.is_bound and form.is_valid() and step != EDIT:
        if step == SAVE:
            status = attempt(act, form)
            if status == DONE:
                name = form.cleaned_data.get("name", "")
                messages.success(request, words.done.format(name))
                return redirect("workflow:remits")
        else:
            flows: list[Flow] = []
            status = attempt(lambda: flows.extend(would_move(act, place.pk)), form)
            if status == DONE:
                context |= {"sent": _again(request, form), **_table(flows)}
                return render(request, "workflow/leading/remit_preview.html", context)
    return render(request, words.template, context, status=status)


def _again(request: HttpRequest, form: BaseForm) -> list[tuple[str, Any]]:
    """What was typed, for the page to send again; a file as the text that it had."""
    sent = [
        (name, value)
        for name, several in request.POST.lists()
        for value in several
        if name not in ("csrfmiddlewaretoken", "step", "drawn")
    ]
    if isinstance(form, RemitForm):
        sent.append(("drawn", form.drawn_text))
    return sent


def _table(flows: list[Flow]) -> dict[str, Any]:
    return {
        "moving": sum(flow.number for flow in flows),
        "columns": [
            {"label": "From"}, {"label": "To"}, {"label": "Records", "number": True}
        ],
        "rows": [
            [{"text": flow.was}, {"text": flow.now}, {"text": f"{flow.number:,}"}]
            for flow in flows
        ],
    }  # fmt: skip
