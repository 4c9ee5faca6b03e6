"""Who may open a lead's page, for which place, and the tabs that join these pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from accounts.access import Person
from accounts.guard import Rule
from accounts.models import Partnership, User
from accounts.permissions import Permission
from accounts.roles import ROLES, Target
from workflow import access, roles
from workflow.views.keeping_answers import person, place_of

TABS: tuple[tuple[Permission, str, str], ...] = (
    (Permission.SEE_FIGURES, "lead", "Overview"),
    (Permission.SET_POLICY, "policy", "Policy"),
    (Permission.SET_POLICY, "reminders", "Reminders"),
    (Permission.SET_LEVEL, "levels", "Organisations"),
    (Permission.SET_LEVEL, "contracts", "Contracts"),
    (Permission.HAND_OVER, "remits", "Areas of work"),
    (Permission.SEE_FIGURES, "wards", "Wards"),
    (Permission.APPOINT_PARTNER_ROLES, "people", "People"),
    (Permission.KEEP_TERMS, "terms", "Terms"),
    (Permission.HARVEST, "sources", "Sources"),
    (Permission.SHARE, "neighbours", "Neighbours"),
    (Permission.CARRY_OVER, "carry-over", "Carry over"),
    (Permission.ERASE, "erase", "Erase a value"),
)
"""What opens each page, its address name and its label."""


def holding(permission: Permission) -> Rule:
    """The rule of a door: the person holds this on some place."""

    def rule(user: Person) -> bool:
        return access.places_with(user, permission).exists()

    rule.__name__ = f"holds_{permission.value}"
    return rule


def place_led(request: HttpRequest, permission: Permission) -> Partnership:
    """The place that answers, where the person holds the permission, else their own.

    Raises PermissionDenied where they hold it nowhere.
    """
    mine = access.places_with(person(request), permission).select_related("policy")
    here = place_of(request)
    found = mine.filter(pk=here.pk).first() if here else None
    found = found or mine.order_by("name").first()
    if found is None:
        raise PermissionDenied("Your roles do not open this page.")
    return found


def shared(request: HttpRequest, place: Partnership, current: str) -> dict[str, Any]:
    """What every page of a lead is given: the place and the tabs open to the person."""
    held = _held(person(request))
    tabs = [
        {
            "label": label,
            "url": reverse(f"workflow:{name}"),
            "count": None,
            "current": name == current,
        }
        for permission, name, label in TABS
        if permission in held
    ]
    return {"place": place, "tabs": tabs if len(tabs) > 1 else []}


def below(place: Partnership, name: str) -> dict[str, Any]:
    """What a page under one of the tabs is given: the place and the way back."""
    label = next(label for _, tab, label in TABS if tab == name)
    crumb = {"label": label, "url": reverse(f"workflow:{name}")}
    return {"place": place, "crumbs": [crumb], "back": crumb["url"]}


def _held(user: User) -> set[Permission]:
    """Everything that the person may do in some place as a whole."""
    specs = (ROLES[role] for role in roles.held_by(user))
    of_places = (one for one in specs if one.target == Target.PARTNERSHIP)
    return {permission for one in of_places for permission in one.permissions}
