"""Where each person begins, and the administrator's page."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import is_administrator
from accounts.actions import close_account, invite
from accounts.guard import permitted, signed_in
from accounts.mail import MOST_FAILURES
from accounts.models import Invitation, Message, Partnership, User
from accounts.roles import ROLES, Role
from common import clock, health
from workflow import roles
from workflow.actions.setting_up import create_partner, create_place
from workflow.keeping_forms import (
    CloseAccountForm,
    InviteForm,
    PartnerForm,
    PlaceForm,
)
from workflow.models import JobRun
from workflow.views.keeping_answers import DONE, attempt, person

PEOPLE_ON_A_PAGE = 50
PARTS = {
    "web": "Web",
    "database": "Database",
    "broker": "Broker",
    "worker": "Worker",
    "beat": "Clock of the jobs",
}


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page on which the person's work begins."""
    held = roles.held_by(person(request))
    for name, wanted in roles.HOMES:
        if held & wanted:
            return redirect(name)
    return render(request, "workflow/keeping/no_part.html")


@permitted(is_administrator)
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """Jobs and health, places, partners, people, and whom to invite."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **forms: BaseForm) -> HttpResponse:
    people = User.objects.order_by("name", "email")
    page = Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    titles = roles.titles(page.object_list)
    shown: dict[str, BaseForm] = {
        "invite_form": InviteForm(prefix="invite"),
        "place_form": PlaceForm(prefix="place"),
        "partner_form": PartnerForm(prefix="partner"),
        **forms,
    }
    context = {
        "health": [
            {"label": PARTS.get(name, name), "well": well}
            for name, well in health.state().items()
        ],
        "jobs": _jobs(),
        "mails": _mails(),
        "places": Partnership.objects.prefetch_related("partners").order_by("name"),
        "page": page,
        "people": [(one, titles.get(one.pk, [])) for one in page],
        "invitations": Invitation.objects.filter(
            accepted_at=None, expires_at__gt=clock.now()
        ).order_by("-created_at")[:20],
        "role_titles": {role.value: spec.title for role, spec in ROLES.items()},
        "forms": list(forms.values()),
        **shown,
    }
    return render(
        request, "workflow/keeping/administration.html", context, status=status
    )


def _jobs() -> list[dict[str, Any]]:
    """The last run of each job, and the last one that did not go well."""
    last = JobRun.objects.order_by("name", "-started_at").distinct("name")
    return [
        {
            "name": run.name.replace("_", " ").capitalize(),
            "at": run.finished_at or run.started_at,
            "running": run.finished_at is None,
            "done": run.done,
            "failed": run.failed,
            "error": run.error,
        }
        for run in last
    ]


def _mails() -> dict[str, int]:
    """Mails that wait, and those that need a person."""
    open_ones = Message.objects.filter(sent_at=None, cancelled_at=None)
    return {
        "waiting": open_ones.filter(
            claimed_at=None, failures__lt=MOST_FAILURES
        ).count(),
        "given_up": open_ones.filter(failures__gte=MOST_FAILURES).count(),
        "unsure": open_ones.filter(claimed_at__isnull=False).count(),
    }


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("workflow:administration")


@permitted(is_administrator)
@require_POST
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite a lead, or a fellow administrator."""
    form = InviteForm(request.POST, prefix="invite")
    status = 200
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        target = form.cleaned_data["place"] if role == Role.LEAD else None
        status = attempt(
            lambda: invite(
                by=person(request), email=form.cleaned_data["email"], role=role,
                on=target, base_url=settings.PUBLIC_URL,
            ),
            form,
        )  # fmt: skip
    if status != DONE:
        return _page(request, status, invite_form=form)
    return _done(request, f"{form.cleaned_data['email']} has been invited.")


@permitted(is_administrator)
@require_POST
def add_place(request: HttpRequest) -> HttpResponse:
    """Set up a place."""
    form = PlaceForm(request.POST, prefix="place")
    status = 200
    if form.is_valid():
        typed = form.cleaned_data
        hosts = [h.strip().lower() for h in typed["host_names"].split(",") if h.strip()]
        status = attempt(
            lambda: create_place(
                by=person(request), name=typed["name"],
                role_mailbox=typed["role_mailbox"], host_names=hosts,
            ),
            form,
        )  # fmt: skip
    if status != DONE:
        return _page(request, status, place_form=form)
    return _done(
        request, f"{form.cleaned_data['name']} is set up. Invite its lead now."
    )


@permitted(is_administrator)
@require_POST
def add_partner(request: HttpRequest) -> HttpResponse:
    """Add a body that takes part."""
    form = PartnerForm(request.POST, prefix="partner")
    status = 200
    if form.is_valid():
        status = attempt(
            lambda: create_partner(by=person(request), **form.cleaned_data), form
        )
    if status != DONE:
        return _page(request, status, partner_form=form)
    return _done(request, f"{form.cleaned_data['name']} takes part now.")


@permitted(is_administrator)
@require_http_methods(["GET", "HEAD", "POST"])
def close_person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close a person's account, with a reason."""
    user = get_object_or_404(User, pk=user_id)
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        status = attempt(
            lambda: close_account(by=person(request), user=user, reason=reason), form
        )
    if status == DONE:
        return _done(request, f"The account of {user} is closed.")
    context = {
        "form": form,
        "person": user,
        "back": reverse("workflow:administration"),
    }
    return render(
        request, "workflow/keeping/close_account.html", context, status=status
    )
