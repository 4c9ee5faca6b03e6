"""Where each person begins, and the administrator's page."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from accounts.access import is_administrator
from accounts.actions import close_account, invite
from accounts.guard import permitted, signed_in
from accounts.mail import MOST_FAILURES
from accounts.models import Invitation, Message, Partnership, User
from accounts.roles import ROLES, Role
from common import clock, health
from common.errors import InvalidInput
from common.posting import posted_from
from common.templatetags.vouch import counted
from workflow import roles
from workflow.actions import jobs
from workflow.actions.setting_up import create_partner, create_place
from workflow.keeping_forms import (
    CloseAccountForm,
    FindPersonForm,
    InviteForm,
    PartnerForm,
    PlaceForm,
)
from workflow.models import JobRun, OutboxEvent
from workflow.views.keeping_answers import DONE, attempt, person

PEOPLE_ON_A_PAGE = 50
PARTS = {
    "web": "Pages",
    "database": "Database",
    "broker": "Queue of work",
    "worker": "Work in the background",
    "beat": "Timetable",
}
"""The parts of the installation, in words."""
JOBS = {
    "publish": (
        "Bring changes to the public",
        "What was accepted is on the public pages and in the feeds within seconds.",
    ),
    "mail": ("Send mail", "Answers, invitations and reminders go out."),
    "freshen": (
        "Look at every date",
        "Records that nobody checked in time are hidden, and come back when checked.",
    ),
    "bring_in": ("Read sources", "Feeds and files that a lead asked for are read."),
    "retain": (
        "Let go of old data",
        "What has been kept long enough is deleted, or blanked where only words go.",
    ),
}
"""Each job by its name: what it is called, and what it is for."""


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
    find = FindPersonForm(request.GET)
    find.is_valid()
    asked = str(find.cleaned_data.get("q") or "").strip()
    people = User.objects.order_by("name", "email")
    for word in asked.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
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
        "public_side": _public_side(),
        "find_form": find,
        "asked": asked,
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
    """Each job of the timetable: when it ran, when it runs next, what went wrong."""
    return [_job(job) for job in jobs.timetable()]


def _job(job: jobs.Job) -> dict[str, Any]:
    title, about = JOBS.get(job.name, (job.name.replace("_", " ").capitalize(), ""))
    run = job.last
    return {
        "name": job.name,
        "title": title,
        "about": about,
        "every": _every(job.every),
        "run": run,
        "keeps_all": job.keeps_all,
        "seen_at": job.seen_at,
        "next_at": job.next_at,
        "is_late": job.is_late,
        "trouble": _trouble(run) if run else "",
    }


def _every(time: dt.timedelta) -> str:
    seconds = int(time.total_seconds())
    if seconds < 60:
        return f"every {seconds} seconds"
    minutes = seconds // 60
    return "every minute" if minutes == 1 else f"every {minutes} minutes"


def _trouble(run: JobRun) -> str:
    """What went wrong in a run, in a sentence; the log has the rest."""
    if run.failed:
        words = f"{counted(run.failed, 'record')} could not be done."
    elif run.error:
        words = "It broke off."
    else:
        return ""
    named = f" The log names the fault: {run.error}." if run.error else ""
    return f"{words}{named} It is tried again by itself."


def _public_side() -> dict[str, int]:
    """Changes on their way to the public, and those that failed so far."""
    waiting = OutboxEvent.objects.filter(done_at=None)
    return waiting.aggregate(
        waiting=Count("pk"), failing=Count("pk", filter=Q(failures__gt=0))
    )


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


@permitted(is_administrator)
@posted_from("workflow:administration")
def run_job(request: HttpRequest, name: str) -> HttpResponse:
    """Run a job at once."""
    try:
        jobs.run_job_now(by=person(request), name=name)
    except InvalidInput:
        raise Http404 from None
    title = JOBS.get(name, (name, ""))[0]
    return _done(request, f"“{title}” runs now. Look again in a moment.")


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("workflow:administration")


@permitted(is_administrator)
@posted_from("workflow:administration")
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite a lead, or a fellow administrator."""
    form = InviteForm(request.POST, prefix="invite", own_email=person(request).email)
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
@posted_from("workflow:administration")
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
@posted_from("workflow:administration")
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
