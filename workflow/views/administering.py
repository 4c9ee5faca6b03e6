"""The administrator’s pages: people and whom to invite, places, partners, jobs."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import is_administrator
from accounts.actions import close_account, invite, take_role
from accounts.guard import permitted
from accounts.models import Invitation, Partner, Partnership, PartnershipGrant, User
from accounts.roles import ROLES, Role
from common import clock, health
from common.errors import InvalidInput
from common.posting import posted_from
from directory.templatetags.when import full_date
from workflow import leaders, roles
from workflow.actions import jobs
from workflow.actions.setting_up import create_partner, create_place
from workflow.keeping_forms import (
    CloseAccountForm,
    FindPersonForm,
    InviteForm,
    PartnerForm,
    PlaceForm,
)
from workflow.leading_forms import TakeRoleForm
from workflow.views import administering_jobs
from workflow.views.keeping_answers import DONE, attempt, person

ON_A_PAGE = 50
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
ENDS = (Role.LEAD.value, Role.ADMINISTRATOR.value)
"""The roles that an administrator gives, and ends."""
TABS = (
    ("administration", "People"),
    ("places", "Places"),
    ("partners", "Partners"),
    ("jobs", "Jobs and health"),
)
PLACE_COLUMNS = [
    {"label": label, "number": label == "Partners"}
    for label in ("Place", "Led by", "Partners", "Mailbox", "Host names")
]
PARTNER_COLUMNS = [
    {"label": label} for label in ("Partner", "What it is", "Place", "Mailbox", "State")
]


def _tab(
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    form: BaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """One tab, with counts on all of them and what stands still on each."""
    shown = administering_jobs.shown()
    wrong = [job for job in shown if job["is_late"] or job["trouble"]]
    counts = {
        "administration": User.objects.count(),
        "places": Partnership.objects.count(),
        "partners": Partner.objects.count(),
        "jobs": len(shown),
    }
    tabs = [
        {
            "label": label,
            "url": reverse(f"workflow:{tab}"),
            "count": counts[tab],
            "current": tab == name,
        }
        for tab, label in TABS
    ]
    context |= {
        "tab": name,
        "tabs": tabs,
        "jobs": shown,
        "wrong": wrong if name != "jobs" else [],
        "refused": form if form is not None and form.errors else None,
    }
    page = "workflow/keeping/administration.html"
    return render(request, page, context, status=status)


@permitted(is_administrator)
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """Whom to invite, and everybody who has an account."""
    return _people(request, InviteForm(prefix="invite"))


def _people(request: HttpRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    find = FindPersonForm(request.GET)
    find.is_valid()
    asked = str(find.cleaned_data.get("q") or "").strip()
    people = User.objects.order_by("name", "email")
    for word in asked.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    page = Paginator(people, ON_A_PAGE).get_page(request.GET.get("page"))
    held = roles.parts(page.object_list)
    context = {
        "invite_form": form,
        "find_form": find,
        "asked": asked,
        "page": page,
        "people": [(one, _ended_at(one, held.get(one.pk, []))) for one in page],
        "invitations": Invitation.objects.filter(
            accepted_at=None, expires_at__gt=clock.now()
        ).order_by("-created_at")[:20],
    }
    return _tab(request, "administration", context, form, status)


def _ended_at(user: User, held: list[roles.Part]) -> list[dict[str, str]]:
    """The roles of a person in words, each with the address that ends it, if any."""
    out = []
    for part in held:
        end = ""
        if part.role in ENDS:
            target = [part.target_id] if part.target_id else []
            end = reverse("workflow:end-role", args=[user.pk, part.role, *target])
        out.append({"text": part.title, "end_url": end})
    return out


@permitted(is_administrator)
@posted_from("workflow:jobs")
def run_job(request: HttpRequest, name: str) -> HttpResponse:
    """Run a job at once."""
    try:
        jobs.run_job_now(by=person(request), name=name)
    except InvalidInput:
        raise Http404 from None
    title = administering_jobs.JOBS.get(name, (name, ""))[0]
    return _done(request, f"“{title}” runs now. Look again in a moment.", "jobs")


def _done(request: HttpRequest, sentence: str, tab: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(f"workflow:{tab}")


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
        return _people(request, form, status)
    sentence = f"{form.cleaned_data['email']} has been invited."
    return _done(request, sentence, "administration")


@permitted(is_administrator)
@GET_AND_POST
def places(request: HttpRequest) -> HttpResponse:
    """The places with their leads; on POST set one up."""
    form = PlaceForm(request.POST if request.method == "POST" else None, prefix="place")
    status = 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        status = attempt(
            lambda: create_place(
                by=person(request), name=typed["name"],
                role_mailbox=typed["role_mailbox"], host_names=typed["host_names"],
            ),
            form,
        )  # fmt: skip
    if status == DONE:
        name = form.cleaned_data["name"]
        sentence = f"{name} is set up. Invite its lead now."
        return _done(request, sentence, "administration")
    found = Partnership.objects.prefetch_related("partners").order_by("name")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    leads = _leads(page.object_list)
    rows = [
        [
            {
                "text": one.name,
                "url": reverse("workflow:change-place", args=[one.pk]),
            },
            {"text": ", ".join(leads.get(one.pk, [])) or "Nobody leads it yet"},
            {"text": f"{sum(not p.ended_at for p in one.partners.all())}"},
            {"text": one.role_mailbox},
            {"text": ", ".join(one.host_names) or "None of its own"},
        ]
        for one in page
    ]
    context = {"page": page, "rows": rows, "columns": PLACE_COLUMNS, "place_form": form}
    return _tab(request, "places", context, form, status)


def _leads(places: Iterable[Partnership]) -> dict[Any, list[str]]:
    """Who leads each of these places."""
    out: dict[Any, list[str]] = {}
    grants = PartnershipGrant.objects.filter(
        content_object__in=places, permission__codename=Role.LEAD.value,
        user__is_active=True,
    )  # fmt: skip
    rows = grants.order_by("user__name").values_list("content_object_id", "user__name")
    for key, name in rows:
        out.setdefault(key, []).append(name)
    return out


@permitted(is_administrator)
@GET_AND_POST
def partners(request: HttpRequest) -> HttpResponse:
    """The bodies that take part; on POST add one."""
    form = PartnerForm(
        request.POST if request.method == "POST" else None, prefix="partner"
    )
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: create_partner(by=person(request), **form.cleaned_data), form
        )
    if status == DONE:
        sentence = f"{form.cleaned_data['name']} takes part now."
        return _done(request, sentence, "partners")
    found = Partner.objects.select_related("partnership").order_by(
        "partnership__name", "name"
    )
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            {
                "text": one.name,
                "url": reverse("workflow:change-partner", args=[one.pk]),
            },
            {"text": one.get_kind_display()},
            {"text": one.partnership.name},
            {"text": one.role_mailbox or "None"},
            {"text": _since(one)},
        ]
        for one in page
    ]
    context = {"page": page, "rows": rows, "columns": PARTNER_COLUMNS}
    return _tab(request, "partners", context | {"partner_form": form}, form, status)


def _since(partner: Partner) -> str:
    """Whether a body takes part, and since when no more."""
    if partner.ended_at is None:
        return "Takes part"
    return f"Ended on {full_date(partner.ended_at)}"


@permitted(is_administrator)
@require_safe
def jobs_page(request: HttpRequest) -> HttpResponse:
    """Each job: its last run, how many, failures, the next run; and the health."""
    context = {
        "health": [
            {"label": administering_jobs.PARTS.get(name, name), "well": well}
            for name, well in health.state().items()
        ],
        "public_side": administering_jobs.public_side(),
        "mails": administering_jobs.mails(),
        "history_columns": administering_jobs.HISTORY,
    }
    return _tab(request, "jobs", context)


@permitted(is_administrator)
@GET_AND_POST
def end_role(
    request: HttpRequest, user_id: UUID, role: str, target_id: UUID | None = None
) -> HttpResponse:
    """End a role that an administrator gives, with a reason."""
    user = get_object_or_404(User, pk=user_id)
    held = {
        (one.role, one.target_id): one for one in roles.parts([user]).get(user_id, [])
    }
    one = held.get((role, target_id))
    if one is None or one.role not in ENDS:
        raise Http404
    target = Partnership.objects.filter(pk=target_id).first() if target_id else None
    form = TakeRoleForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"].strip()
        if not reason:
            form.add_error("reason", "Say why; it is written down.")
        else:
            status = attempt(
                lambda: take_role(
                    by=person(request), user=user, role=Role(role), on=target,
                    reason=reason,
                ),
                form,
            )  # fmt: skip
    if status == DONE:
        of = f" of {target}" if target else ""
        sentence = f"{user.name} is no longer {ROLES[Role(role)].title.lower()}{of}."
        return _done(request, sentence, "administration")
    back = reverse("workflow:administration")
    context = {
        "crumbs": [{"label": "Administration", "url": back}],
        "back": back,
        "form": form,
        "person": user,
        "title": ROLES[Role(role)].title,
        "sentence": ROLES[Role(role)].sentence,
        "target": target or "The installation",
        "leads": [],
        "nobody": [],
    }
    return render(request, "workflow/leading/take_role.html", context, status=status)


@permitted(is_administrator)
@GET_AND_POST
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
        sentence = f"The account of {user} is closed."
        return _done(request, sentence, "administration")
    context = {
        "form": form,
        "person": user,
        "leads": leaders.would_be_without(user),
        "nobody": leaders.left_to_nobody(user),
        "back": reverse("workflow:administration"),
    }
    return render(
        request, "workflow/keeping/close_account.html", context, status=status
    )
