"""What a lead decides about the place: its policy, its organisations, its work."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from accounts.guard import permitted
from accounts.models import Partner, PartnerGrant, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common.posting import posted_from
from directory.models import Organization
from workflow.actions.place import EDITABLE, save_policy, set_level
from workflow.actions.setting_up import create_remit, link_own_body
from workflow.choices import Level, Stage
from workflow.leading_forms import (
    FindForm,
    LevelForm,
    OwnBodyForm,
    PolicyForm,
    RemitForm,
)
from workflow.models import AssuranceLevel, Listing, OwnBody, Remit
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared

ON_A_PAGE = 25
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


# --- the policy -----------------------------------------------------------------------


@permitted(holding(Permission.SET_POLICY))
@GET_AND_POST
def policy(request: HttpRequest) -> HttpResponse:
    """How the place checks and publishes."""
    place = place_led(request, Permission.SET_POLICY)
    now = {name: getattr(place.policy, name) for name in EDITABLE}
    form, status = PolicyForm(request.POST or None, initial=now), 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: save_policy(
                by=person(request), place=place, values=form.cleaned_data
            ),
            form,
        )
        if status == DONE:
            messages.success(request, "The policy is saved and holds from now on.")
            return redirect("workflow:policy")
    lists = [form["mandatory"], form["always_checked"]]
    context = {**shared(request, place, "policy"), "form": form, "lists": lists}
    return render(request, "workflow/leading/policy.html", context, status=status)


# --- organisations --------------------------------------------------------------------


def organizations_of(place: Partnership) -> QuerySet[Organization]:
    """The organizations that run a service in the place, drafts apart."""
    run_by = Listing.objects.filter(
        partnership=place, organization_id__isnull=False
    ).values("organization_id")
    return Organization.objects.filter(pk__in=run_by).order_by("name", "pk")


def _with_level(place: Partnership) -> QuerySet[Any]:
    level = AssuranceLevel.objects.filter(
        partnership=place, organization_id=OuterRef("pk")
    )
    public = (
        Listing.objects.filter(
            partnership=place, organization_id=OuterRef("pk"), stage=Stage.PUBLISHED
        )
        .order_by()
        .values("organization_id")
        .annotate(number=Count("pk"))
    )
    return organizations_of(place).annotate(
        level=Subquery(level.values("level")[:1]),
        level_reason=Subquery(level.values("reason")[:1]),
        level_by=Subquery(level.values("decided_by_label")[:1]),
        public=Subquery(public.values("number")[:1]),
    )


def _level_words(row: Any) -> str:
    return str(Level(row.level or Level.PROXY).label)


@permitted(holding(Permission.SET_LEVEL))
@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """How far the place trusts each of its organisations."""
    place = place_led(request, Permission.SET_LEVEL)
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = _with_level(place)
    for word in str(asked.get("q") or "").split():
        found = found.filter(name__icontains=word)
    if asked.get("level") == Level.PROXY:
        found = found.filter(Q(level=Level.PROXY) | Q(level=None))
    elif asked.get("level"):
        found = found.filter(level=asked["level"])
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            {"text": row.name, "url": reverse("workflow:level", args=[row.pk])},
            {"text": _level_words(row)},
            {"text": row.level_by or "Nobody yet"},
            {"text": f"{row.public or 0}"},
        ]
        for row in page
    ]
    context = {
        **shared(request, place, "levels"),
        "form": form,
        "asked": any(asked.values()),
        "page": page,
        "columns": [
            {"label": "Organisation"},
            {"label": "Level"},
            {"label": "Decided by"},
            {"label": "Published", "number": True},
        ],
        "rows": rows,
    }
    return render(request, "workflow/leading/levels.html", context)


@permitted(holding(Permission.SET_LEVEL))
@GET_AND_POST
def organization(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """One organisation: how far it is trusted, and which partner it is."""
    place = place_led(request, Permission.SET_LEVEL)
    row: Any = get_object_or_404(_with_level(place), pk=organization_id)
    form = LevelForm(request.POST or None, initial={"level": row.level or Level.PROXY})
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: set_level(
                by=person(request), place=place, organization=row, **form.cleaned_data
            ),
            form,
        )
        if status == DONE:
            messages.success(request, f"The level of {row.name} is saved.")
            return redirect("workflow:levels")
    return _organization_page(request, place, row, status, level_form=form)


@permitted(holding(Permission.SET_LEVEL))
@posted_from("workflow:level", "organization_id")
def own_body(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Say that an organisation and a partner are one body."""
    place = place_led(request, Permission.SET_LEVEL)
    row: Any = get_object_or_404(_with_level(place), pk=organization_id)
    form, status = OwnBodyForm(request.POST, partners=_partners(place)), 200
    if form.is_valid():
        partner = form.cleaned_data["partner"]
        status = attempt(
            lambda: link_own_body(
                by=person(request), partner=partner, organization=row
            ),
            form,
        )
        if status == DONE:
            messages.success(request, f"{row.name} and {partner} are one body now.")
            return redirect("workflow:level", organization_id=row.pk)
    return _organization_page(request, place, row, status, own_form=form)


def _partners(place: Partnership) -> QuerySet[Partner]:
    return Partner.objects.filter(partnership=place).order_by("name")


def _organization_page(
    request: HttpRequest,
    place: Partnership,
    row: Any,
    status: int,
    *,
    level_form: BaseForm | None = None,
    own_form: BaseForm | None = None,
) -> HttpResponse:
    same = OwnBody.objects.filter(organization_id=row.pk, partner__partnership=place)
    linked = [link.partner for link in same.select_related("partner")]
    others = _partners(place).exclude(pk__in=[partner.pk for partner in linked])
    context = {
        **below(place, "levels"),
        "organization": row,
        "facts": [
            {"label": "Level now", "value": _level_words(row),
             "note": row.level_reason and f"“{row.level_reason}”, {row.level_by}"},
            {"label": "Published services", "value": str(row.public or 0)},
            {"label": "Same body as", "lines": [str(one) for one in linked],
             "empty": "None of the partners"},
        ],
        "form": level_form or LevelForm(initial={"level": row.level or Level.PROXY}),
        "own_form": own_form or (OwnBodyForm(partners=others) if others else None),
        "refused": [f for f in (level_form, own_form) if f is not None],
    }  # fmt: skip
    return render(request, "workflow/leading/organization.html", context, status=status)


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
        status = attempt(
            lambda: create_remit(by=person(request), **form.cleaned_data), form
        )
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


def _remits(place: Partnership) -> QuerySet[Any]:
    return (
        Remit.objects.filter(partnership=place)
        .select_related("partner", "lead", "deputy", "organization")
        .annotate(
            public=Count("listings", filter=Q(listings__stage=Stage.PUBLISHED)),
            held=Count("listings"),
        )
        .order_by("-is_default", "name")
    )


def _remit_card(remit: Any) -> dict[str, Any]:
    covers = f"Services of {remit.organization}" if remit.organization_id else ""
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
