"""Who stands in for an area of work: its team sees it, its lead says it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Person
from accounts.guard import permitted
from accounts.models import User
from accounts.permissions import Permission
from common import clock
from common.forms import PlainDateField, PlainForm
from common.posting import posted_from
from directory.freshness import full_date
from workflow import access, leaders
from workflow.actions import covers as acts
from workflow.forms import words
from workflow.models import Cover, Remit
from workflow.remit_forms import assurers_of
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import place_led

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


class CoverForm(PlainForm):
    """Who stands in, on which days and why."""

    user = forms.ModelChoiceField(
        label="Who stands in?",
        help_text="Anybody else who assures for a partner of the place.",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who stands in."},
    )
    begins_on = PlainDateField(label="First day")
    ends_on = PlainDateField(label="Last day")
    reason = words("Why?", help_text="They are sent it. For example: Asha is away.")

    def __init__(self, *args: Any, remit: Remit, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            lead = leaders.of_remit(remit).lead
            field.queryset = assurers_of(remit.partnership).exclude(
                pk__in=[by.pk, *([lead.pk] if lead else [])]
            )


def _seen_by(user: Person) -> QuerySet[Remit]:
    """The areas of work whose cover the person sees: their team's, and those for which
    they arrange it."""
    return Remit.objects.filter(
        Q(pk__in=access.remits_by(user).values("pk"))
        | Q(pk__in=access.cover_arrangeable_by(user).values("pk"))
    ).select_related("partnership", "partner", "lead", "deputy")


def sees_cover(user: Person) -> bool:
    """The rule of the door."""
    return _seen_by(user).exists()


@permitted(sees_cover)
@require_safe
def covers(request: HttpRequest) -> HttpResponse:
    """Every area of work of the person's team, with who stands in and until when."""
    rows = _seen_by(person(request)).order_by("partnership__name", "name")
    standing = leaders.covers().filter(can=True)
    found = rows.prefetch_related(
        Prefetch("covers", queryset=standing, to_attr="standing")
    )
    led = leaders.of_remits(found)
    context = {"cards": [_card(row, led[row.pk]) for row in found]}
    return render(request, "workflow/deciding/covers.html", context)


def _card(remit: Any, led: leaders.Leaders) -> dict[str, Any]:
    said = [f"{cover.user} {days_of(cover)}" for cover in remit.standing]
    return {
        "title": remit.name,
        "url": reverse("workflow:cover", args=[remit.pk]),
        "caption": remit.partner.name,
        "text": "; ".join(said),
        "facts": [
            {"label": "Led by", "value": led.who},
            {"label": "Deputy", "value": getattr(led.deputy, "name", "Nobody")},
        ],
    }


def days_of(cover: Cover) -> str:
    """“until 3 May 2026” of one that holds, else from when until when."""
    if cover.holds_on(clock.today()):
        return f"until {full_date(cover.ends_on)}"
    if cover.begins_on == cover.ends_on:
        return f"on {full_date(cover.begins_on)}"
    return f"from {full_date(cover.begins_on)} until {full_date(cover.ends_on)}"


@permitted(sees_cover)
@GET_AND_POST
def cover(request: HttpRequest, remit_id: UUID) -> HttpResponse:
    """Who stands in for one area of work; its lead arranges it here."""
    user = person(request)
    remit = get_object_or_404(_seen_by(user), pk=remit_id)
    form = CoverForm(request.POST or None, remit=remit, by=user)
    status = 200
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        status = attempt(
            lambda: acts.arrange_cover(by=user, remit_id=remit.pk, **said), form
        )
        if status == DONE:
            messages.success(request, f"{said['user']} stands in and has been told.")
            return redirect("workflow:cover", remit_id=remit.pk)
    standing = leaders.covers().filter(remit=remit)
    back = reverse("workflow:covers")
    context = {
        "crumbs": [{"label": "Who stands in", "url": back}],
        "back": back,
        "remit": remit,
        "led": leaders.of_remit(remit),
        "may": access.can_arrange_cover(user, remit),
        "names": access.can_in_place(user, Permission.HAND_OVER, remit.partnership)
        and place_led(request, Permission.HAND_OVER) == remit.partnership,
        "rows": [
            {"cover": row, "days": days_of(row)}
            for row in standing.select_related("arranged_by")
        ],
        "form": form,
    }
    return render(request, "workflow/deciding/cover.html", context, status=status)


@permitted(sees_cover)
@posted_from("workflow:cover", "remit_id")
def end(request: HttpRequest, remit_id: UUID, cover_id: UUID) -> HttpResponse:
    """End that somebody stands in."""
    remit = get_object_or_404(_seen_by(person(request)), pk=remit_id)
    found = get_object_or_404(remit.covers.select_related("user"), pk=cover_id)
    form = PlainForm()
    form.full_clean()
    ended = attempt(lambda: acts.end_cover(by=person(request), cover_id=cover_id), form)
    if ended == DONE:
        messages.success(request, f"{found.user} stands in no longer.")
    else:
        messages.info(request, "This is over already.")
    return redirect("workflow:cover", remit_id=remit_id)
