"""Spreading the first checks of what was never checked, seen before it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.permissions import Permission
from common import clock
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import first_checks, hours
from workflow.actions.spreading import spread_first_checks
from workflow.policy_forms import CapacityForm
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
SAVE = "save"


@permitted(holding(Permission.SET_POLICY))
@GET_AND_POST
def first(request: HttpRequest) -> HttpResponse:
    """How many first checks a week: what that would come to, then the plan itself."""
    place = place_led(request, Permission.SET_POLICY)
    policy, people = place.policy, first_checks.assurers(place)
    form = CapacityForm(
        request.POST or None, people=people, each=hours.minutes_of_check(policy),
        initial={"checks": policy.checks_per_week},
    )  # fmt: skip
    context: dict[str, Any] = {
        **below(place, "policy"), "form": form, "people": people,
        "waiting": first_checks.unchecked(policy).count(),
    }  # fmt: skip
    status = 200
    if form.is_bound and form.is_valid():
        per_week = form.per_week
        if request.POST.get("step") == SAVE:
            made: list[first_checks.Plan] = []
            status = attempt(
                lambda: made.append(
                    spread_first_checks(
                        by=person(request), place=place, per_week=per_week
                    )
                ),
                form,
            )
            if status == DONE:
                messages.success(request, _said(made[0]))
                return redirect("workflow:policy")
        else:
            plan = first_checks.plan(policy, per_week, clock.today())
            context |= {"plan": plan, **_table(plan)}
    return render(request, "workflow/leading/first.html", context, status=status)


def _said(plan: first_checks.Plan) -> str:
    if plan.last is None:
        return "Everything has its day already, so nothing was planned."
    many = counted(len(plan.days), "first check")
    return f"{many} planned, the last on {full_date(plan.last)}."


def _table(plan: first_checks.Plan) -> dict[str, Any]:
    return {
        "columns": [
            {"label": "Week of"}, {"label": "First checks", "number": True},
        ],
        "rows": [
            [{"text": full_date(monday)}, {"text": f"{number:,}"}]
            for monday, number in plan.weeks
        ],
    }  # fmt: skip
