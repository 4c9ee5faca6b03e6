"""The phone list, and writing down what came of a call."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from common import clock
from common.errors import InvalidState
from common.forms import PlainDateField, PlainForm
from common.models import as_uuid
from common.posting import posted_from
from directory.templatetags.when import full_date, moment
from workflow import access, answer_pages, phoning, places, teams
from workflow.actions.answering import LONGEST_NAME, Who
from workflow.actions.calling import Said, record_call
from workflow.actions.calling_undo import undo_call
from workflow.actions.telling import UNDO
from workflow.choices import CallOutcome
from workflow.closing_forms import coming_day
from workflow.effort_forms import minutes_field
from workflow.models import Call
from workflow.phoning import LATER, NOW, WITH_LEAD, Line
from workflow.views import deciding_record
from workflow.views.deciding_cards import how_long
from workflow.views.keeping_answers import DONE, attempt, person

PER_PAGE = 20
GROUPS = (
    (NOW, "Ring now", ""),
    (LATER, "Ring later", "They come up by themselves when it is time."),
    (WITH_LEAD, "With the lead", "Nobody answered as often as the place tries."),
)
JUST_CALLED = "just_called"


class CallForm(PlainForm):
    """Who answered, how long it took, and when to ring again."""

    about = forms.MultipleChoiceField(
        label="Which services did you ask about?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one service."},
    )
    name = forms.CharField(
        label="Who answered?", max_length=LONGEST_NAME, required=False,
        help_text="A name. It is for us alone, and is erased after a year.",
    )  # fmt: skip
    role = forms.CharField(
        label="What they do there", max_length=LONGEST_NAME, required=False,
        help_text="For example: secretary, volunteer, manager.",
    )  # fmt: skip
    minutes = minutes_field("Took about how many minutes?", required=False)
    again_on = PlainDateField(label="Ring again on", required=False)

    def __init__(self, *args: Any, line: Line, **more: Any) -> None:
        shown = [(str(row.pk), row.listing.title) for row in line.asked]
        start = {"about": [key for key, _ in shown], "minutes": line.minutes}
        super().__init__(*args, initial=start, **more)
        self.fields["about"].choices = shown  # type: ignore[attr-defined]
        self.fields["again_on"].help_text = f"For example: {coming_day()}"
        if len(shown) == 1:
            self.fields["about"].required = False


# --- the list -------------------------------------------------------------------------


@permitted(phoning.rings)
@require_safe
def phone_list(request: HttpRequest) -> HttpResponse:
    """Whom the person rings today, with what to ask and why."""
    user, now, away = person(request), clock.now(), places.away(request)
    found = phoning.contacts(user, now, away)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    order = [row["ask__contact"] for row in page.object_list]
    lines = phoning.lines(user, order, now)
    shown = [lines[key] for key in order if key in lines]
    team = teams.team_of(user)
    groups = [
        {"title": title, "why": why, "lines": some}
        for turn, title, why in GROUPS
        if (some := [_shown(line, team) for line in shown if line.turn == turn])
    ]
    minutes = phoning.minutes(user, now, away)
    context = {
        "groups": groups,
        "page": page,
        "count": phoning.count(user, now, away),
        "how_long": how_long(minutes) if minutes else "",
        "undos": _undos(request),
        "today": clock.today(),
    }
    return render(request, "workflow/phoning/list.html", context)


def _shown(line: Line, team: Collection[Any]) -> dict[str, Any]:
    """One line with its words for the page."""
    wrong = [one for one in line.numbers if one.wrong_since]
    return {
        "line": line,
        "numbers": [one for one in line.numbers if not one.wrong_since],
        "wrong": wrong,
        "tried": _tried(line, team),
        "when": _when(line),
        "how_long": how_long(line.minutes),
        "kept": line.asked[0].listing_id,
    }


def _tried(line: Line, team: Collection[Any]) -> str:
    """“Rung twice. The last time, on 3 May 2026 at 10.42am: no answer.”"""
    if not line.tries:
        return ""
    last, times = line.tries[0], len(line.tries)
    who = teams.named(last.called_by, last.body_label, team, of="somebody of")
    number = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return (
        f"Rung {number}. The last time, {moment(last.created_at)}, by {who}: "
        f"{str(last).lower()}."
    )


def _when(line: Line) -> str:
    """“Ring again on 4 May 2026, in the afternoon.”"""
    if line.turn != LATER or line.try_at is None:
        return ""
    return f"Ring again {_on(line.try_at)}."


def _undos(request: HttpRequest) -> list[dict[str, Any]]:
    """The banner for what was just written down, once, while it can be undone."""
    key = request.session.pop(JUST_CALLED, None)
    call = key and (
        Call.objects.select_related("contact")
        .filter(pk=key, called_by=person(request), taken_back_at=None)
        .filter(created_at__gte=clock.now() - UNDO)
        .first()
    )
    if not call:
        return []
    first = call.about.select_related("asked__listing").order_by("created_at").first()
    listing = first.asked.listing if first else None
    said = f"Written down: {str(call).lower()}."
    if call.lead_ask_id:
        said += " The lead is told that nobody ever answers."
    elif call.next_at:
        said += f" It comes up again {_on(call.next_at)}."
    banner = {
        "text": said,
        "undo_url": reverse("workflow:call-undo", args=[call.pk]),
        "until": call.created_at + UNDO,
        "after": "Undone, it is as if you had not rung.",
    }
    if (
        listing
        and call.outcome == CallOutcome.SAME
        and access.can_check(person(request), listing)
    ):
        banner |= {
            "next_url": reverse("workflow:check", args=[listing.pk]),
            "next_label": f"I checked the whole record of “{listing.title}” too",
        }
    return [banner]


def _on(moment_of: dt.datetime) -> str:
    """“on 4 May 2026, in the afternoon”"""
    local = moment_of.astimezone(clock.LONDON)
    half = "morning" if local.time() < phoning.NOON else "afternoon"
    return f"on {full_date(local.date())}, in the {half}"


# --- one call -------------------------------------------------------------------------


def _line(request: HttpRequest, contact_id: UUID) -> Line | None:
    return phoning.lines(person(request), [contact_id], clock.now()).get(contact_id)


@permitted(phoning.rings)
@require_safe
def call(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Everything that is needed while ringing one contact point."""
    line = _line(request, contact_id)
    if line is None:
        return _nothing_left(request, contact_id)
    return _call_page(request, line, CallForm(line=line))


def _nothing_left(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Back to the list with a sentence where this person rang or could have; 404 for
    what was never theirs."""
    about = access.in_remit_by(person(request)).filter(asked__ask__contact=contact_id)
    if not about.exists():
        raise Http404
    messages.info(request, "There is nothing left to ring about there.")
    return redirect("workflow:phone-list")


def _call_page(
    request: HttpRequest, line: Line, form: CallForm, *, status: int = 200
) -> HttpResponse:
    back = reverse("workflow:phone-list")
    services = answer_pages.of_services([row.listing for row in line.asked])
    context = {
        "crumbs": [{"label": "Phone list", "url": back}],
        "back": back,
        "shown": _shown(line, teams.team_of(person(request))),
        "line": line,
        "form": form,
        "services": [
            {"row": row, "of": of} for row, of in zip(line.asked, services, strict=True)
        ],
    }
    return render(request, "workflow/phoning/call.html", context, status=status)


@permitted(phoning.rings)
@posted_from("workflow:call", "contact_id")
def record(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Write down what came of a call."""
    line = _line(request, contact_id)
    if line is None:
        return _nothing_left(request, contact_id)
    form = CallForm(_typed(request, line), line=line)
    if not form.is_valid():
        return _call_page(request, line, form)
    told = form.cleaned_data
    versions = {str(row.pk): row.listing.record.revision.number for row in line.asked}
    shown = _versions(request)
    said = Said(
        outcome=str(request.POST.get("outcome", "")),
        number=str(request.POST.get("number", "")),
        who=Who(told["name"], told["role"]),
        again_on=told["again_on"],
        minutes=told["minutes"],
    )
    made: list[Call] = []

    def act() -> None:
        made.append(
            record_call(
                by=person(request),
                contact_id=contact_id,
                about={key: shown.get(key, versions[key]) for key in told["about"]},
                said=said,
                last_id=as_uuid(request.POST.get("last", "")),
            )
        )

    status = attempt(act, form)
    if status != DONE:
        fresh = _line(request, contact_id)
        if fresh is None:
            for sentence in form.non_field_errors():
                messages.warning(request, str(sentence))
            return redirect("workflow:phone-list")
        return _call_page(request, fresh, form, status=status)
    request.session[JUST_CALLED] = str(made[0].pk)
    if said.outcome == CallOutcome.CHANGE:
        return redirect(_write_it_down(request, made[0]))
    return redirect("workflow:phone-list")


def _typed(request: HttpRequest, line: Line) -> Any:
    """What was sent; a button of the list is about everything there."""
    data = request.POST.copy()
    whole = data.get("whole") == "yes" or len(line.asked) == 1
    if whole and not data.getlist("about"):
        data.setlist("about", [str(row.pk) for row in line.asked])
    return data


def _versions(request: HttpRequest) -> dict[str, int]:
    """The versions that were shown, by what was asked."""
    out = {}
    for text in request.POST.getlist("shown"):
        key, _, number = text.partition(":")
        if number.isdecimal() and len(number) < 9:
            out[key] = int(number)
    return out


def _write_it_down(request: HttpRequest, call: Call) -> str:
    """Where one writes down what somebody said is different, and comes back here."""
    about = call.about.select_related("asked__listing__partnership__policy").get()
    listing = about.asked.listing
    corrects = deciding_record.may_correct(person(request), listing)
    name = "correct" if corrects else "suggest"
    return f"{reverse(f'workflow:{name}', args=[listing.pk])}?then=phone"


@permitted(phoning.rings)
@posted_from("workflow:phone-list")
def undo(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Take back what one wrote down of a call."""
    mine = Call.objects.filter(called_by=person(request))
    if not mine.filter(pk=call_id).exists():
        raise Http404
    try:
        undo_call(by=person(request), call_id=call_id)
    except InvalidState as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, "Taken back. It is on the list as before.")
    return redirect("workflow:phone-list")
