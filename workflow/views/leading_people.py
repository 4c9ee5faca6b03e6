"""Who does what in a place: the list, inviting somebody, and ending a part."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import partners_of
from accounts.actions import can_appoint, invite, take_role
from accounts.guard import permitted
from accounts.models import (
    Invitation,
    Partner,
    PartnerGrant,
    Partnership,
    PartnershipGrant,
    User,
)
from accounts.permissions import Permission
from accounts.roles import ROLES, Role, Target
from common import clock
from common.posting import posted_from
from workflow import leaders
from workflow.leading_forms import INVITED, InviteForm, TakeRoleForm
from workflow.views.keeping_answers import (
    DONE,
    attempt,
    person,
    withdraw_with_message,
)
from workflow.views.leading_door import below, holding, place_led, shared

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
APPOINTS = permitted(holding(Permission.APPOINT_PARTNER_ROLES))


@APPOINTS
@GET_AND_POST
def people(request: HttpRequest) -> HttpResponse:
    """Who holds which role in the place and at its partners; whom to invite."""
    place = place_led(request, Permission.APPOINT_PARTNER_ROLES)
    user = person(request)
    partners = partners_of(place)
    form = InviteForm(request.POST or None, partners=partners, own_email=user.email)
    status = 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        status = attempt(
            lambda: invite(
                by=user, email=typed["email"], role=Role(typed["role"]),
                on=typed["partner"] or place, base_url=settings.PUBLIC_URL,
            ),
            form,
        )  # fmt: skip
        if status == DONE:
            messages.success(request, f"{typed['email']} has been invited.")
            return redirect("workflow:people")
    context = {
        **shared(request, place, "people"),
        "form": form,
        "groups": _groups(place, list(partners), user),
        "invitations": Invitation.objects.filter(
            target_id__in=[place.pk, *(partner.pk for partner in partners)],
            accepted_at=None,
            expires_at__gt=clock.now(),
        ).order_by("-created_at"),
        "withdrawable": {role.value for role in INVITED},
        "titles": {role.value: spec.title for role, spec in ROLES.items()},
    }
    return render(request, "workflow/leading/people.html", context, status=status)


def _groups(
    place: Partnership, partners: list[Partner], user: User
) -> list[dict[str, Any]]:
    """The place and each partner, with who holds what there: two queries."""
    grants: list[Any] = [
        *PartnershipGrant.objects.filter(content_object=place).select_related(
            "user", "permission"
        ),
        *PartnerGrant.objects.filter(content_object__partnership=place).select_related(
            "user", "permission"
        ),
    ]
    held: dict[Any, list[Any]] = {}
    for grant in sorted(grants, key=lambda g: (g.user.name, g.permission.codename)):
        held.setdefault(grant.content_object_id, []).append(_held(grant, user))
    whole = f"{place.name} as a whole"
    return [
        {"title": whole, "id": place.slug, "people": held.get(place.pk, [])},
        *(
            {"title": one.name, "id": f"partner-{one.pk}", "people": held.get(one.pk)}
            for one in partners
        ),
    ]


def _held(grant: Any, user: User) -> dict[str, Any]:
    role = Role(grant.permission.codename)
    where = [grant.user_id, role.value, grant.content_object_id]
    may_take = role in INVITED
    return {
        "person": grant.user,
        "title": ROLES[role].title,
        "is_you": grant.user_id == user.pk,
        "url": reverse("workflow:take-role", args=where) if may_take else "",
    }


@APPOINTS
@posted_from("workflow:people")
def take_invitation_back(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take back an invitation to a role in the place or at one of its partners."""
    place = place_led(request, Permission.APPOINT_PARTNER_ROLES)
    partners = Partner.objects.filter(partnership=place)
    found = get_object_or_404(
        Invitation,
        Q(target_id=place.pk) | Q(target_id__in=partners.values("pk")),
        pk=invitation_id,
        role__in=INVITED,
    )
    withdraw_with_message(request, found)
    return redirect("workflow:people")


@APPOINTS
@GET_AND_POST
def take_away(
    request: HttpRequest, user_id: UUID, role: str, target_id: UUID
) -> HttpResponse:
    """End somebody's part, with a reason."""
    place = place_led(request, Permission.APPOINT_PARTNER_ROLES)
    part = _part(role)
    target = _target(place, part, target_id)
    held = get_object_or_404(_grants(part).filter(
        user_id=user_id, content_object_id=target.pk, permission__codename=part.value
    ).select_related("user"))  # fmt: skip
    if not can_appoint(person(request), part, target):
        raise Http404
    form, status = TakeRoleForm(request.POST or None), 200
    if form.is_bound and form.is_valid():
        if not form.cleaned_data["reason"].strip():
            form.add_error("reason", "Say why; it is written down.")
        else:
            status = attempt(
                lambda: take_role(
                    by=person(request), user=held.user, role=part, on=target,
                    reason=form.cleaned_data["reason"].strip(),
                ),
                form,
            )  # fmt: skip
        if status == DONE:
            messages.success(
                request,
                f"{held.user.name} is no longer {ROLES[part].title.lower()} for "
                f"{target}.",
            )
            return redirect("workflow:people")
    context = {
        **below(place, "people"),
        "form": form,
        "person": held.user,
        "title": ROLES[part].title,
        "sentence": ROLES[part].sentence,
        "target": target,
        **_lost(held.user, part, target),
    }
    return render(request, "workflow/leading/take_role.html", context, status=status)


def _part(role: str) -> Role:
    """One of the roles that a lead gives; 404 for any other."""
    if role not in INVITED:
        raise Http404
    return Role(role)


def _grants(role: Role) -> Any:
    of_partner = ROLES[role].target == Target.PARTNER
    return (PartnerGrant if of_partner else PartnershipGrant).objects


def _target(place: Partnership, role: Role, target_id: UUID) -> Partner | Partnership:
    if ROLES[role].target == Target.PARTNER:
        return get_object_or_404(Partner, pk=target_id, partnership=place)
    if target_id != place.pk:
        raise Http404
    return place


def _lost(
    user: User, role: Role, target: Partner | Partnership
) -> dict[str, list[str]]:
    """The areas of work that would be without this person, and those in which nobody
    could decide any more, in sentences."""
    if role != Role.ASSURER or not isinstance(target, Partner):
        return {"leads": [], "nobody": []}
    return {
        "leads": leaders.would_be_without(user, target),
        "nobody": leaders.left_to_nobody(user, target),
    }
