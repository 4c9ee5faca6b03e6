"""What every page is given: the place, who is signed in, and where they can go."""

from typing import Any

from django.conf import settings
from django.db.models import DateField, ExpressionWrapper, F, Q, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common import clock
from workflow import access, places, roles, worklist
from workflow.choices import ProposalState, Stage
from workflow.models import HidingStop, Proposal

Item = dict[str, Any]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of ``templates/base.html``. The menu is made when it is drawn."""
    return {
        "place": SimpleLazyObject(lambda: _place(request)),
        "places": SimpleLazyObject(lambda: _places(request)),
        "demo": settings.VOUCH_DEMO,
        "nav": SimpleLazyObject(lambda: _menu(request)),
    }


def _place(request: HttpRequest) -> Partnership | None:
    """On public pages the place that answers, else the one the person works in."""
    match = request.resolver_match
    if match is None or match.namespace != "workflow":
        return getattr(request, "place", None) or None
    return places.here(request)


def _places(request: HttpRequest) -> list[Item]:
    """The places to choose between, for who has a part in several."""
    own = places.mine(request)
    if len(own) < 2:
        return []
    now = places.here(request)
    return [{"id": str(one.pk), "name": one.name, "current": one == now} for one in own]


def _menu(request: HttpRequest) -> list[Item]:
    """Where this person can go, with how much waits there in their place."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    held = roles.held_by(user)
    items: list[Item] = []
    if held & roles.LEADS:
        led = access.places_with(user, Permission.DECIDE_HIDING)
        stops = HidingStop.objects.filter(decided_at=None, partnership__in=led).exclude(
            partnership__in=places.away(request)
        )
        # A number stands here only where a run waits for an answer.
        items.append(_item("Overview", "lead", stops.count() or None))
    if held & roles.ASSURERS or (
        held & roles.PROVIDERS and access.trusted_own_by(user).exists()
    ):
        items.append(_item("My work", "queue", _work(request, user)))
    elif Role.PUBLISHER in held:
        items.append(_item("To publish", "queue", _work(request, user)))
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


def _work(request: HttpRequest, user: User) -> int:
    """Everything in the queue of this person, as the queue itself counts it."""
    return worklist.total(user, places.away(request))


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
