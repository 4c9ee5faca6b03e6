"""Erasing whose an account was, when its holder asks (PRODUCT.md section 6).

The account is closed first. What was done stays, and when and why; who did it becomes
“somebody whose name was erased”, the same row for row, so that two pairs of eyes can
still be told from one.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.models import (
    AuditEvent,
    Invitation,
    Message,
    PartnerGrant,
    Partnership,
    PartnershipGrant,
    User,
)
from accounts.permissions import Permission
from common.errors import InvalidInput, InvalidState
from directory import blanking
from directory.models import OrganizationGrant
from workflow import access
from workflow.actions.erasure import blank, keep_others_out, let_others_in
from workflow.models import (
    Ask,
    AssuranceLevel,
    Decision,
    ErasedValue,
    HarvestRequest,
    HidingStop,
    KeptFigures,
    Listing,
    Proposal,
    Release,
    Revision,
)

NAMELESS = "Somebody whose name was erased"

ACTORS: tuple[tuple[type[models.Model], str, str], ...] = (
    (AuditEvent, "actor_label", "actor_id"),
    (Invitation, "invited_by_label", "invited_by_id"),
    (Revision, "made_by_label", "made_by_id"),
    (Proposal, "proposer_label", "proposer_id"),
    (AssuranceLevel, "decided_by_label", ""),
    (Release, "accepted_by_label", ""),
    (Release, "revoked_by_label", ""),
    (HidingStop, "decided_by_label", ""),
    (Decision, "undone_by_label", ""),
    (KeptFigures, "taken_by_label", ""),
    (ErasedValue, "erased_by_label", ""),
)
"""Every column that keeps who acted, and the id beside it; ``""`` where there is none
and the name alone says who, as it does where the id is empty."""


def erasable_by(by: User, place: Partnership) -> QuerySet[User]:
    """Closed accounts of people who took part in a place, whose names still stand."""
    if not access.can_in_place(by, Permission.ERASE, place):
        return User.objects.none()
    here: list[tuple[type[models.Model], Q]] = [
        (PartnershipGrant, Q(content_object=place)),
        (PartnerGrant, Q(content_object__partnership=place)),
        (
            OrganizationGrant,
            Q(
                content_object__in=Listing.objects.filter(partnership=place).values(
                    "organization_id"
                )
            ),
        ),
    ]
    took_part = Q(
        pk__in=AuditEvent.objects.filter(
            partnership_id=place.pk, actor_id__isnull=False
        ).values("actor_id")
    )
    for model, where in here:
        grants = model._default_manager.filter(where)
        took_part |= Q(pk__in=grants.values("user_id"))
    return (
        User.objects.filter(took_part, is_active=False)
        .exclude(name=NAMELESS)
        .order_by("name", "pk")
    )


@transaction.atomic
def erase_account(*, by: User, place: Partnership, user: User, reason: str) -> None:
    """Blank the name and address of a closed account wherever they were kept.

    Raises PermissionDenied, InvalidState while the account is open, InvalidInput.
    """
    if not access.can_in_place(by, Permission.ERASE, place):
        raise PermissionDenied("Only the data protection officer of the place may.")
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise InvalidState(
            f"The account of {user} is open. An administrator closes it first."
        )
    if not erasable_by(by, place).filter(pk=user.pk).exists():
        raise PermissionDenied(f"This person took no part in {place}.")
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; it is all that will be left."})
    named, address = blanking.wanted(user.name), blanking.wanted(user.email)
    if named.is_in(reason) or address.is_in(reason):
        raise InvalidInput({"reason": "Do not repeat the name: the reason is kept."})
    keep_others_out()
    blank_account(user)
    audit.record(
        "account_erased", user, actor=by, partnership_id=place.pk, reason=reason.strip()
    )


def blank_account(user: User) -> None:
    """Blank a closed account's name and address. Others are kept out, and the caller
    has authorised it."""
    _blank_actor(user)
    _blank_mentions(user, blanking.wanted(user.name))
    blank(blanking.wanted(user.email))
    let_others_in()
    user.name = NAMELESS
    user.email = f"{user.pk}@erased.invalid"
    user.set_unusable_password()
    user.save(update_fields=["name", "email", "password"])


def _blank_actor(user: User) -> None:
    """Who acted: by id where one is kept, else by the very name."""
    for model, label, key in ACTORS:
        same = Q(**{label: user.name[:250]})
        if key:
            same = Q(**{key: user.pk}) | same & Q(**{key: None})
        rows = model._default_manager.filter(same)
        rows.exclude(**{label: ""}).update(**{label: NAMELESS})


def _blank_mentions(user: User, named: blanking.Wanted) -> None:
    """The name in what was written about the account, and in mail that was sent."""
    about: list[tuple[QuerySet[Any], str]] = [
        (AuditEvent.objects.filter(object_id=user.pk), "object_label"),
        (HarvestRequest.objects.filter(asked_by=user), "name"),
        (Ask.objects.filter(to_label__iregex=named.sql), "to_label"),
        (Message.objects.filter(text__iregex=named.sql), "text"),
        (Message.objects.filter(subject__iregex=named.sql), "subject"),
    ]
    for rows, name in about:
        for row in rows:
            said = getattr(row, name)
            left = NAMELESS if said == user.name else named.without(said)
            if left != said:
                setattr(row, name, left)
                row.save(update_fields=[name])
