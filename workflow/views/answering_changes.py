"""Saying without an account what is different, or that a service has closed."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from directory.choices import Kind
from directory.declare import Section
from directory.forms import section_form
from workflow import answer_pages, standing
from workflow.actions import answering, answering_other
from workflow.actions.answering import Who
from workflow.answer_parts import SECTIONS, asked_for
from workflow.answer_typed import WHO
from workflow.answering_forms import ClosedForm, TellForm
from workflow.models import Ask, AskedListing
from workflow.seeing import Side
from workflow.views.answering import no_longer, not_shown, with_key
from workflow.views.answering_who import remember, remembered
from workflow.views.keeping_answers import DONE, attempt

NOTHING_TO_CHOOSE: dict[str, list[Any]] = {
    "organization": [], "location": [], "taxonomy_term": [],
}  # fmt: skip


def _asked(ask: Ask, listing_id: UUID) -> AskedListing:
    """One record of an ask; 404 for what it is not about."""
    found = (
        ask.asked.select_related(
            "ask__contact",
            "listing__record__revision",
            "listing__partnership__policy",
            "listing__remit__partner",
        )
        .filter(listing=listing_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _is_over(asked: AskedListing, request: HttpRequest) -> bool:
    """Whether a form is not shown any more; what was sent with it is refused with a
    sentence instead."""
    over = asked.answer and not answering.may_add(asked)
    return bool(over or _is_gone(asked)) and request.method != "POST"


def _is_gone(asked: AskedListing) -> bool:
    """Whether it is no longer theirs to answer for: the page of the ask says why."""
    return answering.gone(asked.ask, asked.listing) != ""


@with_key
def different(
    request: HttpRequest, ask: Ask, key: str, listing_id: UUID
) -> HttpResponse:
    """What has changed: a part of the record, or that it has closed."""
    if not answering.works(ask):
        return no_longer(request, ask, key)
    asked = _asked(ask, listing_id)
    if _is_gone(asked) or (asked.answer and not answering.may_add(asked)):
        return redirect("workflow:answer", key)
    service, *others = answer_pages.sides_of(asked.listing)
    context = {
        "asked": asked,
        "key": key,
        "parts": _parts(service),
        "others": [{"side": one, "parts": _parts(one)} for one in others],
        "body": standing.waits_for(asked.listing),
        **answer_pages.whom_to_ring(ask),
    }
    return render(request, "workflow/answering/different.html", context)


def _parts(side: Side) -> list[Section]:
    return [_part(side, slug) for slug in SECTIONS[side.kind]]


def _part(side: Side, slug: str) -> Section:
    return asked_for(side.section(slug))


@with_key
def section(
    request: HttpRequest,
    ask: Ask,
    key: str,
    listing_id: UUID,
    slug: str,
    record_id: UUID | None = None,
) -> HttpResponse:
    """One part of a service, of who runs it or of one of its places: change only what
    is different."""
    if not answering.works(ask):
        return no_longer(request, ask, key)
    asked = _asked(ask, listing_id)
    about = str(record_id or "")
    side = answer_pages.side_of(asked.listing, about, _version(request))
    if side is None and request.method == "POST":
        return not_shown(request, ask, key)
    if side is None or slug not in SECTIONS[side.kind]:
        raise Http404
    if _is_over(asked, request):
        return redirect("workflow:answer", key)
    data = request.POST if request.method == "POST" else None
    part = _part(side, slug)
    form = section_form(
        side.entity, part, side.payload, data, choices=NOTHING_TO_CHOOSE
    )
    is_sent = data is not None and not form.asked_for_more
    who = _who(request, is_sent=is_sent)

    def act() -> None:
        typed = who.cleaned_data
        answering_other.say_different(
            ask=ask, listing_id=listing_id, who=Who(typed["name"], typed["role"]),
            edits=form.edits(), base=side.number, record_id=side.record_id,
            words=typed["words"],
        )  # fmt: skip

    status: int = HTTPStatus.OK
    if is_sent:
        if form.is_valid() and not form.edits():
            form.add_error(None, "Nothing is different from what is there now.")
        if form.is_valid() and who.is_valid():
            status = attempt(act, form, who)
    if status == DONE:
        said = Who(who.cleaned_data["name"], who.cleaned_data["role"])
        return remember(redirect("workflow:answer", key), key, said)
    context = {
        "asked": asked,
        "key": key,
        "section": part,
        "side": side,
        "is_shared": side.kind != Kind.SERVICE,
        "form": form,
        "who": who,
        "forms": [form, who],
        "version": side.number,
        "body": standing.waits_for(asked.listing),
    }
    return render(request, "workflow/answering/section.html", context, status=status)


def _who(request: HttpRequest, *, is_sent: bool) -> TellForm:
    """Who answers, with names of its own: a service has a name too."""
    if is_sent:
        return TellForm(request.POST, prefix=WHO)
    known = remembered(request)
    typed = {
        name: request.POST.get(f"{WHO}-{name}", "") for name in TellForm.base_fields
    }
    return TellForm(prefix=WHO, initial=typed if request.POST else known)


def _version(request: HttpRequest) -> int:
    """The version of the record that the person began with; 0 for the present one."""
    text = str(request.POST.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@with_key
def closed(request: HttpRequest, ask: Ask, key: str, listing_id: UUID) -> HttpResponse:
    """Closed for now, until a day; or for good."""
    if not answering.works(ask):
        return no_longer(request, ask, key)
    asked = _asked(ask, listing_id)
    if _is_over(asked, request):
        return redirect("workflow:answer", key)
    data = request.POST if request.method == "POST" else None
    form = ClosedForm(data, initial=remembered(request))

    def act() -> None:
        typed = form.cleaned_data
        answering_other.say_closed(
            ask=ask, listing_id=listing_id, who=Who(typed["name"], typed["role"]),
            until=typed["until"] if typed["for_good"] == "no" else None,
            words=typed["words"],
        )  # fmt: skip

    status: int = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        status = attempt(act, form)
    if status == DONE:
        said = Who(form.cleaned_data["name"], form.cleaned_data["role"])
        return remember(redirect("workflow:answer", key), key, said)
    context = {
        "asked": asked,
        "key": key,
        "form": form,
        "body": standing.waits_for(asked.listing),
    }
    return render(request, "workflow/answering/closed.html", context, status=status)
