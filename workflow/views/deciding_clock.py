"""The clock of a report on its page: how it stands, letting it wait and go on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.guard import permitted
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.forms import PlainForm
from workflow import access, report_clock, waiting_proposals
from workflow.actions import clocks
from workflow.choices import Method, ProposalState
from workflow.models import Proposal, ReportPause
from workflow.report_clock import Light
from workflow.views.deciding import conflict
from workflow.views.keeping_answers import person
from workflow.worklist import has_queue

LIGHTS = {Light.AMBER: "Its time is nearly over", Light.RED: "Its time is over"}
"""What is said beside the colour."""
KINDS = {Light.AMBER: "due", Light.RED: "bad"}


class AskedForm(PlainForm):
    """How the provider was asked."""

    how = forms.ChoiceField(
        label="How did you ask them?",
        choices=[(how.value, Method(how).label) for how in clocks.HOW],
    )


def about(user: User, proposal: Proposal) -> dict[str, Any] | None:
    """The clock of a report for its page; None where it has none.

    One query, and two for somebody who may answer it.
    """
    if proposal.answer_by is None:
        return None
    rows = ReportPause.objects.filter(proposal=proposal).select_related("paused_by")
    pauses = list(rows.order_by("created_at"))
    is_open = proposal.state == ProposalState.OPEN
    may = is_open and access.can_decide(user, proposal)
    now = clock.now()
    waits = next((p for p in pauses if p.ended_at is None and p.until > now), None)
    hours = proposal.partnership.policy.amber_hours
    light = report_clock.light(proposal.answer_by, now, hours)
    return {
        "kind": KINDS.get(light, ""),
        "light_words": LIGHTS.get(light, "") if is_open and not waits else "",
        "waits": waits,
        "pauses": pauses,
        "may_resume": bool(may and waits),
        "form": AskedForm() if may and clocks.can_pause(proposal) else None,
        "days": proposal.partnership.policy.pause_days,
    }


def _answer(
    request: HttpRequest, proposal_id: Any, act: Callable[[], Any], said: str
) -> HttpResponse:
    here = reverse("workflow:proposal", args=[proposal_id])
    if request.method != "POST":
        return redirect(here)
    get_object_or_404(waiting_proposals.visible_by(person(request)), pk=proposal_id)
    try:
        act()
    except InvalidState as error:
        return conflict(request, error.sentence, here, "Back to the report")
    except InvalidInput as error:
        messages.error(request, " ".join(error.errors.values()))
    else:
        messages.success(request, said)
    return redirect(here)


@permitted(has_queue)
def wait(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Somebody asked the provider: the clock stands still."""
    return _answer(
        request,
        proposal_id,
        lambda: clocks.pause_clock(
            by=person(request), proposal_id=proposal_id,
            how=request.POST.get("how", ""),
        ),
        "Its clock stands still until they answer.",
    )  # fmt: skip


@permitted(has_queue)
def go_on(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """The provider answered: the clock goes on."""
    return _answer(
        request,
        proposal_id,
        lambda: clocks.resume_clock(by=person(request), proposal_id=proposal_id),
        "Its clock goes on.",
    )
