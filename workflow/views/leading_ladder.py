"""The reminder ladder of a place, for its lead."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.permissions import Permission
from common.forms import PlainForm
from workflow import asking
from workflow.actions.ladders import LATEST, MOST, save_ladder
from workflow.choices import AskTo
from workflow.forms import first
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import holding, place_led, shared

BEFORE, AFTER = "before", "after"


class LadderForm(PlainForm):
    """The steps: so many days before or after the due date, and whom; and for most
    records how often somebody is rung."""

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
                self.add_error(
                    f"to_{n}", "Choose whom, or empty the days of this step."
                )
            if to and days is None and f"days_{n}" not in self.errors:
                self.add_error(f"days_{n}", "Give the days, or choose “Nobody”.")
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
    contract."""
    place = place_led(request, Permission.SET_POLICY)
    contracted = bool(kind)
    now = asking.ladder_of(place, contracted=contracted)
    start: dict[str, Any] = {"call_tries": place.policy.call_tries}
    for number in range(1, MOST + 1):
        start[f"when_{number}"] = AFTER
    for number, step in enumerate(now[:MOST], start=1):
        start |= {
            f"days_{number}": abs(step.days),
            f"when_{number}": BEFORE if step.days < 0 else AFTER,
            f"to_{number}": step.to,
        }
    data = request.POST if request.method == "POST" else None
    form = LadderForm(data, initial=start, contracted=contracted)

    def act() -> None:
        save_ladder(
            by=person(request), place=place, contracted=contracted,
            steps=form.steps(), call_tries=form.cleaned_data.get("call_tries"),
        )  # fmt: skip

    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(act, form)
    if status == DONE:
        messages.success(request, "Saved. It holds from the next run on.")
        return redirect(request.path)
    context = {**shared(request, place, "reminders"), "form": form, "kind": kind}
    return render(request, "workflow/leading/ladder.html", context, status=status)
