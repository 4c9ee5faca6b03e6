"""Whom a person is told the name of where many records are listed.

People are named to their own team only and never ranked (PRODUCT.md section 5): to
everybody else they are somebody of the body that they acted for. Where a record itself
says who supplied and who accepted what, that is its history and no list.
"""

from collections.abc import Collection
from typing import Any

from accounts.models import PartnerGrant, User


def team_of(user: User) -> set[Any]:
    """The ids of the people of the bodies that the person takes part for, and
    their own: one query."""
    own = PartnerGrant.objects.filter(user_id=str(user.pk)).values("content_object_id")
    team = PartnerGrant.objects.filter(content_object_id__in=own, user__is_active=True)
    return {*team.values_list("user_id", flat=True), user.pk}


def named(
    who: User, body: str, team: Collection[Any], *, of: str = "Somebody of"
) -> str:
    """Who did something for a body, as the people of this team are told."""
    return str(who) if who.pk in team else f"{of} {body}"
