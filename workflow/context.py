"""What every page is given: the place, who is signed in, and where they can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common import caching
from common.or_more import OrMore
from workflow import access, duties, places, roles, worklist
from workflow.models import HidingStop

Item = dict[str, Any]

COUNTED_AGAIN = 5 * 60
"""Seconds after which much that waits is counted again for the menu; the queue itself
counts it whenever it is opened."""


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
        items.append(_item("Overview", "lead", stops.count() or None, "to decide"))
    if held & roles.ASSURERS or (
        held & roles.PROVIDERS and access.trusted_own_by(user).exists()
    ):
        items.append(_item("My work", "queue", _work(request, user), "to do"))
    elif Role.PUBLISHER in held:
        items.append(_item("To publish", "queue", _work(request, user), "to do"))
    if held & roles.PROVIDERS or (
        held & roles.SUGGESTERS and access.begun_by(user).exists()
    ):
        items.append(_my_services(user))
    if held & roles.READERS:
        if roles.home_of(held) == "workflow:start-here":
            items.append(_item("Start", "start-here"))
        items.append(_item("Records", "records"))
    if held & (roles.SUGGESTERS | roles.PROVIDERS):
        sent = duties.unanswered(user).count()
        items.append(_item("My suggestions", "my-suggestions", sent, "unanswered"))
    if held & roles.ERASERS and not held & roles.LEADS:
        items.append(_item("Erase a value", "erase"))
    if held & roles.ADMINISTRATORS:
        items.append(_item("Administration", "administration"))
    for item in items:
        item["current"] = request.path == item["url"]
    return items


def _work(request: HttpRequest, user: User) -> int:
    """Everything in the queue of this person, as the queue itself counts it: counted
    once for a request, by the queue where that is the page. What is so much that it is
    not counted to its end is not counted again on every page."""
    here = places.here(request)
    name = f"work:{user.pk}:{here.pk if here else ''}"
    counted: int | None = getattr(request, "waiting", None)
    if counted is None and (much := caching.read(name)) is not None:
        return OrMore(much)
    if counted is None:
        counted = worklist.total(user, places.away(request))
    if isinstance(counted, OrMore):
        caching.keep(name, int(counted), COUNTED_AGAIN)
    else:
        caching.forget(name)
    return counted


def _my_services(user: User) -> Item:
    asking = duties.services_that_ask(user).count()
    return _item("My services", "my-services", asking, "to see to")


def _item(label: str, name: str, count: int | None = None, of: str = "") -> Item:
    """One entry; where something waits there, how much and ``of`` what, in words: a
    bare number beside “My services” reads as how many there are."""
    url = reverse(f"workflow:{name}")
    return {"label": label, "url": url, "count": count, "of": of}
