"""The policy of a place: the lead sees it, and changes it once they have seen what that
would do."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership
from accounts.permissions import Permission
from common import clock
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory.choices import Facet
from directory.terms import terms_of
from workflow import periods, previewing, term_offers
from workflow.actions.place import EDITABLE, save_policy
from workflow.choices import Grade
from workflow.policy_forms import PolicyForm
from workflow.policy_words import differences
from workflow.views.deciding_cards import how_long
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
SAVE, EDIT = "save", "edit"

_GRADES = {Grade.CURRENT.label: "Not due yet"}
"""As the figures say it: “in date” counts there what is due soon too."""
"""What a button of the preview asks for; without one the preview is shown."""


@permitted(holding(Permission.SET_POLICY))
@GET_AND_POST
def policy(request: HttpRequest) -> HttpResponse:
    """How the place checks and publishes; what is typed is first shown as a preview."""
    place = place_led(request, Permission.SET_POLICY)
    form, step = _form(place, request.POST or None), request.POST.get("step")
    if not form.is_bound or not form.is_valid():
        return _page(request, place, form)
    values = dict(form.cleaned_data)
    seen = values.pop("seen")
    different = differences(form, place.policy)
    is_late = seen != place.policy.version
    if not different and not (is_late and step == SAVE):
        messages.info(request, "Nothing is different, so nothing was saved.")
        return redirect("workflow:policy")
    if step == SAVE:
        status = attempt(
            lambda: save_policy(
                by=person(request), place=place, values=values, seen=seen
            ),
            form,
        )
        if status == DONE:
            messages.success(request, "The policy is saved and holds from now on.")
            return redirect("workflow:policy")
        if status == 409:  # else it would be refused again and again
            place.policy.refresh_from_db(fields=["version"])
            typed = request.POST.copy()
            typed["seen"] = str(place.policy.version)
            form.data = typed
        return _page(request, place, form, status)
    if step == EDIT:
        return _page(request, place, form)
    found = previewing.preview(place.policy, values, clock.today())
    sent = [
        (name, value)
        for name, several in request.POST.lists()
        for value in several
        if name not in ("csrfmiddlewaretoken", "step")
    ]
    context = {
        **below(place, "policy"), "preview": found, "differences": different,
        "sent": sent, **_tables(found),
    }  # fmt: skip
    return render(request, "workflow/leading/policy_preview.html", context)


def _tables(found: previewing.Preview) -> dict[str, Any]:
    """Records by grade, and the checks of each area of work that it touches."""
    numbers = [{"label": word, "number": True} for word in ("Now", "Then")]
    texts = ("In the next 30 days", "In a month after that", "For each assurer")
    touched = [row for row in found.work if row.month.more or row.soon.more]
    return {
        "grade_columns": [{"label": "Public records"}, *numbers],
        "grade_rows": [
            [
                {"text": _GRADES.get(g.label, g.label)},
                {"text": f"{g.now:,}"},
                {"text": f"{g.then:,}"},
            ]
            for g in found.grades
        ],
        "work_columns": [{"label": t} for t in ("Area of work", *texts)],
        "work_rows": [
            [
                {"text": row.name},
                {"text": f"{counted(row.soon.then, 'check')} (now {row.soon.now:,})"},
                {"text": f"{counted(row.month.then, 'check')} (now {row.month.now:,})"},
                {"text": _share(row)},
            ]
            for row in touched
        ],
    }


def _share(work: previewing.Work) -> str:
    if not work.people:
        return "Nobody assures here yet"
    each = work.minutes_each
    people = counted(work.people, "person,people")
    return f"{how_long(each.then)} a month (now {how_long(each.now)}), {people}"


def _page(
    request: HttpRequest, place: Partnership, form: PolicyForm, status: int = 200
) -> HttpResponse:
    lists = [form["mandatory"], form["always_checked"]]
    context = {**shared(request, place, "policy"), "form": form, "lists": lists}
    return render(request, "workflow/leading/policy.html", context, status=status)


def _form(place: Partnership, typed: Any) -> PolicyForm:
    stands = {name: getattr(place.policy, name) for name in EDITABLE}
    types = term_offers.with_paths(terms_of(place, Facet.SERVICE_TYPE))
    return PolicyForm(
        typed,
        types=[(key, name) for text, name in types if (key := as_uuid(text))],
        rows=periods.rows_of(place.policy),
        initial={**stands, "seen": place.policy.version},
    )
