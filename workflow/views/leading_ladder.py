"""The reminder ladder of a place: the lead sees it, and changes it once they have seen
whom that would ask."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership
from accounts.permissions import Permission
from common.forms import PlainForm
from common.templatetags.vouch import counted
from workflow import asking, ladder_previewing
from workflow.actions.ladders import LATEST, MOST, as_read, save_ladder
from workflow.asking import Step
from workflow.choices import AskTo
from workflow.forms import first
from workflow.ladder_previewing import Preview
from workflow.previewing import Number
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared

BEFORE, AFTER = "before", "after"
SAVE, EDIT = "save", "edit"
"""What a button of the preview asks for; without one the preview is shown."""


class LadderForm(PlainForm):
    """The steps: so many days before or after the due date, and whom; and for most
    records how often somebody is rung. ``seen`` is the ladder that the person looks
    at."""

    seen = forms.CharField(widget=forms.HiddenInput)
    call_tries = forms.IntegerField(
        label="How often is somebody rung who never answers, before the lead is told?",
        min_value=1, max_value=9, required=False,
        widget=forms.TextInput({
            "inputmode": "numeric", "class": "govuk-input--width-3",
        }),
    )  # fmt: skip

    def __init__(self, *args: Any, contracted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if contracted:
            del self.fields["call_tries"]
        for number in range(1, MOST + 1):
            self.fields[f"days_{number}"] = forms.IntegerField(
                label=f"Step {number}: days", required=False,
                min_value=0, max_value=LATEST,
                error_messages={
                    **dict.fromkeys(
                        ("invalid", "min_value"),
                        f"Step {number}: write a whole number of days, 0 or more.",
                    ),
                    "max_value": f"Step {number}: write {LATEST} days or fewer.",
                },
                widget=forms.TextInput({
                    "inputmode": "numeric", "class": "govuk-input--width-3",
                }),
            )  # fmt: skip
            self.fields[f"when_{number}"] = forms.ChoiceField(
                label=f"Step {number}: before or after", required=False,
                choices=[(BEFORE, "days before it is due"), (AFTER, "days after")],
            )  # fmt: skip
            self.fields[f"to_{number}"] = forms.ChoiceField(
                label=f"Step {number}: whom",
                choices=first("Nobody", AskTo.choices),
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """A step has a day and somebody, or neither: nothing typed is thrown away."""
        typed = super().clean() or self.cleaned_data
        for n in range(1, MOST + 1):
            days, to = typed.get(f"days_{n}"), typed.get(f"to_{n}")
            if days is not None and not to:
                self.add_error(f"to_{n}", f"Step {n}: choose whom, or empty its days.")
            if to and days is None and f"days_{n}" not in self.errors:
                self.add_error(
                    f"days_{n}", f"Step {n}: give the days, or choose “Nobody”."
                )
        return typed

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The controls of each step, for the page."""
        return [
            (self[f"days_{n}"], self[f"when_{n}"], self[f"to_{n}"])
            for n in range(1, MOST + 1)
        ]

    def steps(self) -> list[tuple[int, str]]:
        """What was typed, without the empty steps."""
        typed = self.cleaned_data
        every = [
            (typed[f"days_{n}"], typed[f"when_{n}"], typed[f"to_{n}"])
            for n in range(1, MOST + 1)
        ]
        return [
            (-days if when == BEFORE else days, to)
            for days, when, to in every
            if days is not None and to
        ]


@permitted(holding(Permission.SET_POLICY))
@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Who is asked when: for most records, and under ``kind`` for those of a
    contract. What is typed is first shown as a preview."""
    place = place_led(request, Permission.SET_POLICY)
    contracted = bool(kind)
    form, step = _form(request, place, contracted), request.POST.get("step")
    if not form.is_bound or not form.is_valid() or step == EDIT:
        return _page(request, place, form, kind)
    tries = form.cleaned_data.get("call_tries") or place.policy.call_tries
    is_late = form.cleaned_data["seen"] != as_read(place, contracted=contracted)
    if not _differs(form, place, tries) and not (is_late and step == SAVE):
        messages.info(request, "Nothing is different, so nothing was saved.")
        return redirect(request.path)
    save = partial(
        save_ladder, by=person(request), place=place, contracted=contracted,
        steps=form.steps(), call_tries=form.cleaned_data.get("call_tries"),
        seen=form.cleaned_data["seen"],
    )  # fmt: skip
    if step == SAVE:
        status = attempt(save, form)
        if status == DONE:
            messages.success(request, "Saved. It holds from the next run on.")
            return redirect(request.path)
        return _page(request, place, form, kind, status)
    found: list[Preview] = []
    status = attempt(
        lambda: found.append(ladder_previewing.preview(place, save, tries=tries)), form
    )
    if status != DONE:
        return _page(request, place, form, kind, status)
    return _shown(request, place, form, kind, found[0])


def _form(request: HttpRequest, place: Partnership, contracted: bool) -> LadderForm:
    now = asking.ladder_of(place, contracted=contracted)
    start: dict[str, Any] = {
        "call_tries": place.policy.call_tries,
        "seen": as_read(place, contracted=contracted),
    }
    for number in range(1, MOST + 1):
        start[f"when_{number}"] = AFTER
    for number, step in enumerate(now[:MOST], start=1):
        start |= {
            f"days_{number}": abs(step.days),
            f"when_{number}": BEFORE if step.days < 0 else AFTER,
            f"to_{number}": step.to,
        }
    data = request.POST.dict() if request.method == "POST" else None
    return LadderForm(data, initial=start, contracted=contracted)


def _wanted(form: LadderForm, place: Partnership, contracted: bool) -> list[Step]:
    """The steps that would hold: what was typed, or ours where all were emptied."""
    pairs = sorted(form.steps())
    return asking.steps(
        pairs or asking.default_ladder(place.policy, contracted=contracted)
    )


def _differs(form: LadderForm, place: Partnership, tries: int) -> bool:
    contracted = "call_tries" not in form.fields
    goes_back = not form.steps() and place.ladder_steps.filter(contracted=contracted)
    return (
        tries != place.policy.call_tries
        or _wanted(form, place, contracted)
        != asking.ladder_of(place, contracted=contracted)
        or bool(goes_back)
    )


def _page(
    request: HttpRequest, place: Partnership, form: LadderForm, kind: str,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The form; after a change by somebody else with what the ladder is now, to which
    what was typed is then compared."""
    context = {**shared(request, place, "reminders"), "form": form, "kind": kind}
    if status == 409:
        contracted = bool(kind)
        place.policy.refresh_from_db()
        form.data = {**form.data, "seen": as_read(place, contracted=contracted)}
        context["stands"] = _in_words(asking.ladder_of(place, contracted=contracted))
        context["tries"] = "" if contracted else _times(place.policy.call_tries)
    return render(request, "workflow/leading/ladder.html", context, status=status)


def _shown(
    request: HttpRequest, place: Partnership, form: LadderForm, kind: str,
    found: Preview,
) -> HttpResponse:  # fmt: skip
    contracted = bool(kind)
    tries = form.cleaned_data.get("call_tries") or place.policy.call_tries
    sent = [
        (name, value)
        for name, several in request.POST.lists()
        for value in several
        if name not in ("csrfmiddlewaretoken", "step")
    ]
    context = {
        **below(place, "reminders"),
        "preview": found,
        "days": ladder_previewing.DAYS,
        "now": _in_words(asking.ladder_of(place, contracted=contracted)),
        "then": _in_words(_wanted(form, place, contracted)),
        "tries": (
            (_times(place.policy.call_tries), _times(tries))
            if tries != place.policy.call_tries
            else None
        ),
        "sent": sent,
        **_tables(found),
    }
    return render(request, "workflow/leading/ladder_preview.html", context)


def _tables(found: Preview) -> dict[str, Any]:
    """Who is asked, and the calls of each area of work whose part changes."""
    numbers = [{"label": word, "number": True} for word in ("Now", "Then")]
    return {
        "next_columns": [{"label": "How"}, *numbers],
        "next_rows": _rows(found.mails, found.rung, found.told),
        "month_columns": [{"label": "Records, each time"}, *numbers],
        "month_rows": _rows(
            found.written_in_month, found.rung_in_month, found.told_in_month
        ),
        "call_columns": [
            {"label": label}
            for label in ("Area of work", "Onto the phone list", "For each assurer")
        ],
        "call_rows": [
            [
                {"text": one.name},
                {"text": f"{one.number.then:,} (now {one.number.now:,})"},
                {
                    "text": f"{one.each.then:,} (now {one.each.now:,}), "
                    f"{counted(one.people, 'person,people')}"
                    if one.people
                    else "Nobody assures here yet"
                },
            ]
            for one in found.calls
        ],
    }


def _rows(*numbers: Number) -> list[list[dict[str, str]]]:
    return [
        [{"text": n.label}, {"text": f"{n.now:,}"}, {"text": f"{n.then:,}"}]
        for n in numbers
    ]


def _in_words(steps: Sequence[Step]) -> list[str]:
    return [f"{_day(step.days)}: {AskTo(step.to).label.lower()}" for step in steps]


def _day(days: int) -> str:
    if not days:
        return "On the day"
    return f"{counted(abs(days), 'day')} {'before' if days < 0 else 'after'}"


def _times(tries: int) -> str:
    return counted(tries, "call")
