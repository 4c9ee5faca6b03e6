"""What every page is given: the place, who is signed in, and where they can go."""

from typing import Any

from django.conf import settings
from django.db.models import DateField, ExpressionWrapper, F, Q, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import Role
from common import clock
from workflow import access, roles
from workflow.choices import ProposalState, Stage
from workflow.models import HidingStop, Proposal

Item = dict[str, Any]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of ``templates/base.html``. The menu is made when it is drawn."""
    return {
        "place": getattr(request, "place", None),
        "demo": settings.VOUCH_DEMO,
        "nav": SimpleLazyObject(lambda: _menu(request)),
    }


def _menu(request: HttpRequest) -> list[Item]:
    """Where this person can go, with how much waits there: a query for each count."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    held = roles.held_by(user)
    items: list[Item] = []
    if held & roles.LEADS:
        led = access.places_with(user, Permission.DECIDE_HIDING)
        stops = HidingStop.objects.filter(decided_at=None, partnership__in=led)
        items.append(_item("Overview", "lead", stops.count()))
    if held & roles.ASSURERS:
        items.append(_item("My work", "queue", access.decidable_by(user).count()))
    elif Role.PUBLISHER in held:
        waiting = access.publishable_by(user).filter(stage=Stage.ASSURED)
        items.append(_item("To publish", "queue", waiting.count()))
    if held & roles.PROVIDERS:
        items.append(_item("My services", "my-services", _to_do(user)))
    elif held & roles.SUGGESTERS and (begun := access.begun_by(user).count()):
        items.append(_item("My services", "my-services", begun))
    if held & roles.READERS:
        items.append(_item("Records", "records"))
    if held & (roles.SUGGESTERS | roles.PROVIDERS):
        sent = Proposal.objects.filter(proposer=user, state=ProposalState.OPEN)
        items.append(_item("My suggestions", "my-suggestions", sent.count()))
    if held & roles.ERASERS and not held & roles.LEADS:
        items.append(_item("Erase a value", "erase"))
    if held & roles.ADMINISTRATORS:
        items.append(_item("Administration", "administration"))
    for item in items:
        item["current"] = request.path == item["url"]
    return items


def _to_do(user: User) -> int:
    """How many of a provider's listings ask for something: unsent, or soon due."""
    soon = ExpressionWrapper(
        Value(clock.today()) + F("partnership__policy__due_soon_days"),
        output_field=DateField(),
    )
    shown = (Stage.PUBLISHED, Stage.UNPUBLISHED)
    asks = Q(stage=Stage.DRAFT) | Q(stage__in=shown, due_on__lte=soon)
    return access.own_by(user).filter(asks).count()


def _item(label: str, name: str, count: int | None = None) -> Item:
    return {"label": label, "url": reverse(f"workflow:{name}"), "count": count}
