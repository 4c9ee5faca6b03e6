"""What a lead decides about the place: its organisations, its areas of work."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partner, PartnerGrant, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from directory.models import Organization
from workflow.actions.remits import Parts, create_remit
from workflow.choices import Stage
from workflow.leading_forms import (
    RemitForm,
)
from workflow.models import Listing, Remit
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import holding, place_led, shared

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


# --- organisations --------------------------------------------------------------------


def organizations_of(place: Partnership) -> QuerySet[Organization]:
    """The organizations that run a service in the place, drafts apart."""
    run_by = Listing.objects.filter(
        partnership=place, organization_id__isnull=False
    ).values("organization_id")
    return Organization.objects.filter(pk__in=run_by).order_by("name", "pk")


def _partners(place: Partnership) -> QuerySet[Partner]:
    return Partner.objects.filter(partnership=place).order_by("name")


# --- areas of work --------------------------------------------------------------------


@permitted(holding(Permission.HAND_OVER))
@GET_AND_POST
def remits(request: HttpRequest) -> HttpResponse:
    """Who answers for which part of the place, and a new area of work."""
    place = place_led(request, Permission.HAND_OVER)
    assurers = PartnerGrant.objects.filter(
        content_object__partnership=place, permission__codename=Role.ASSURER.value
    ).values("user_id")
    form = RemitForm(
        request.POST or None,
        partners=_partners(place),
        organizations=organizations_of(place),
        assurers=User.objects.filter(pk__in=assurers, is_active=True).order_by("name"),
    )
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(lambda: _create(person(request), form.cleaned_data), form)
        if status == DONE:
            name = form.cleaned_data["name"]
            messages.success(request, f"“{name}” is an area of work now.")
            return redirect("workflow:remits")
    unowned = Listing.objects.filter(partnership=place, remit=None).exclude(
        stage__in=(Stage.DRAFT, Stage.UNPUBLISHED)
    )
    context = {
        **shared(request, place, "remits"),
        "form": form,
        "cards": [_remit_card(row) for row in _remits(place)],
        "unowned": unowned.count(),
    }
    return render(request, "workflow/leading/remits.html", context, status=status)


def _create(by: User, said: dict[str, Any]) -> Remit:
    organization = said.pop("organization")
    parts = Parts((organization.pk,)) if organization else Parts()
    return create_remit(by=by, is_default=not organization, parts=parts, **said)


def _remits(place: Partnership) -> QuerySet[Any]:
    return (
        Remit.objects.filter(partnership=place)
        .select_related("partner", "lead", "deputy")
        .annotate(
            public=Count("listings", filter=Q(listings__stage=Stage.PUBLISHED)),
            held=Count("listings"),
        )
        .order_by("-is_default", "name")
    )


def _remit_card(remit: Any) -> dict[str, Any]:
    named = Organization.objects.filter(pk__in=remit.organization_ids)
    covers = "Services of " + ", ".join(map(str, named)) if named else ""
    return {
        "title": remit.name,
        "caption": remit.partner.name,
        "text": covers or "All that no other area of work takes",
        "facts": [
            {"label": "Led by", "value": remit.lead.name},
            {"label": "Stands in", "value": getattr(remit.deputy, "name", "Nobody")},
            {"label": "Services", "value": f"{remit.held}, {remit.public} published"},
        ],
    }
