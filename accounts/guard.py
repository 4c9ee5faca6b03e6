"""The door: no address answers unless it says who may come in.

A view is declared ``@public``, ``@signed_in`` or ``@permitted(rule)``. What it may show
and do beyond the door is decided by the querysets and actions it calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.access import Person, is_person

Rule = Callable[[Person], bool]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """Who may come in: everybody (``rule`` is None) or those the rule lets pass."""

    name: str
    rule: Rule | None


PUBLIC = Door("public", None)


def public(view: View) -> View:
    """Declare that anybody may ask this address."""
    view.door = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Declare that any signed-in person may ask; what they see depends on them."""
    view.door = Door("signed in", is_person)  # type: ignore[attr-defined]
    return view


def permitted(rule: Rule) -> Callable[[View], View]:
    """Declare that only people for whom the rule holds may ask."""

    def declare(view: View) -> View:
        view.door = Door(rule.__name__, rule)  # type: ignore[attr-defined]
        return view

    return declare


def door_of(view: Any) -> Door | None:
    """The declaration of a view, be it a function or a class's ``as_view()``."""
    return getattr(view, "door", None) or getattr(
        getattr(view, "view_class", None), "door", None
    )


class PermissionDeclaredMiddleware:
    """Keeps the door. An address without a declaration answers nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        door = door_of(view)
        if door is None:
            raise PermissionDenied("This address has not declared who may see it.")
        if door.rule is None:
            return None
        if not is_person(request.user):
            return redirect_to_login(request.get_full_path())
        if not door.rule(request.user):
            raise PermissionDenied("Your roles do not open this page.")
        return None
