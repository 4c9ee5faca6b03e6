"""Who keeps an organization's services: the list, asking somebody, ending a part."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.actions import can_appoint, invite, take_role
from accounts.guard import signed_in
from accounts.models import Invitation
from accounts.roles import Role
from common import clock
from common.posting import posted_from
from directory.models import Organization, OrganizationGrant
from workflow import access
from workflow.keeping_forms import EndKeepingForm, InviteKeeperForm
from workflow.views.keeping_answers import (
    DONE,
    attempt,
    person,
    withdraw_with_message,
)

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
DOES = {
    Role.EDITOR: "keeps the services right",
    Role.ORGANIZATION_LEAD: "keeps the services right, and says who else does",
}


@signed_in
@GET_AND_POST
def keepers(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Everybody who keeps the services of an organization; its lead asks others."""
    user = person(request)
    organization = _mine(request, organization_id)
    leads = can_appoint(user, Role.EDITOR, organization)
    if request.method == "POST" and not leads:
        raise PermissionDenied("Only who leads these services asks others to join.")
    form = InviteKeeperForm(
        request.POST if request.method == "POST" else None, own_email=user.email
    )
    status = 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        status = attempt(
            lambda: invite(
                by=user, email=typed["email"], role=Role(typed["role"]),
                on=organization, base_url=settings.PUBLIC_URL,
            ),
            form,
        )  # fmt: skip
        if status == DONE:
            messages.success(request, f"{typed['email']} has been invited.")
            return redirect("workflow:keepers", organization.pk)
    context = {
        "organization": organization,
        "leads": leads,
        "people": [_held(grant, request, leads) for grant in _grants(organization)],
        "invitations": _invitations(organization) if leads else [],
        "form": form,
    }
    return render(request, "workflow/keeping/keepers.html", context, status=status)


def _mine(request: HttpRequest, organization_id: UUID) -> Organization:
    """An organization whose services the person keeps, or 404."""
    mine = access.edited_organizations(person(request))
    return get_object_or_404(mine, pk=organization_id)


def _grants(organization: Organization) -> Any:
    return (
        OrganizationGrant.objects.filter(content_object=organization)
        .select_related("user", "permission")
        .order_by("user__name", "user__email", "permission__codename")
    )


def _held(grant: Any, request: HttpRequest, leads: bool) -> dict[str, Any]:
    where = [grant.content_object_id, grant.user_id, grant.permission.codename]
    is_you = grant.user_id == person(request).pk
    may_end = leads and not is_you
    return {
        "person": grant.user,
        "does": DOES[Role(grant.permission.codename)],
        "is_you": is_you,
        "url": reverse("workflow:end-keeping", args=where) if may_end else "",
    }


def _invitations(organization: Organization) -> list[dict[str, Any]]:
    open_ones = Invitation.objects.filter(
        target_id=organization.pk, accepted_at=None, expires_at__gt=clock.now()
    )
    return [
        {
            "email": one.email,
            "does": DOES[Role(one.role)],
            "until": one.expires_at,
            "url": reverse(
                "workflow:withdraw-invitation", args=[organization.pk, one.pk]
            ),
        }
        for one in open_ones.order_by("-created_at")
    ]


@signed_in
@posted_from("workflow:keepers", "organization_id")
def take_invitation_back(
    request: HttpRequest, organization_id: UUID, invitation_id: UUID
) -> HttpResponse:
    """Take back an invitation to keep an organization's services."""
    organization = _mine(request, organization_id)
    found = get_object_or_404(Invitation, pk=invitation_id, target_id=organization.pk)
    withdraw_with_message(request, found)
    return redirect("workflow:keepers", organization.pk)


@signed_in
@GET_AND_POST
def end_keeping(
    request: HttpRequest, organization_id: UUID, user_id: UUID, role: str
) -> HttpResponse:
    """End somebody's part in keeping an organization's services, with a reason."""
    user = person(request)
    organization = _mine(request, organization_id)
    held = _grants(organization).filter(
        user_id=user_id, permission__codename=role
    ).first()  # fmt: skip
    if held is None or user_id == user.pk:
        raise Http404
    part = Role(role)
    if not can_appoint(user, part, organization):
        raise PermissionDenied("Only who leads these services ends somebody's part.")
    form = EndKeepingForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: take_role(
                by=user, user=held.user, role=part, on=organization,
                reason=form.cleaned_data["reason"],
            ),
            form,
        )  # fmt: skip
    if status == DONE:
        messages.success(
            request, f"{held.user.name} no longer keeps the services of {organization}."
        )
        return redirect("workflow:keepers", organization.pk)
    context = {
        "form": form,
        "organization": organization,
        "person": held.user,
        "does": DOES[part],
        "back": reverse("workflow:keepers", args=[organization.pk]),
    }
    return render(request, "workflow/keeping/end_keeping.html", context, status=status)
