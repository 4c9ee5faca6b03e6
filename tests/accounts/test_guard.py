"""The door of a view: who comes in, who is asked to sign in, who is refused."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views import View

from accounts.guard import (
    PermissionDeclaredMiddleware,
    door_of,
    permitted,
    public,
    signed_in,
)
from accounts.models import User

STRANGER = AnonymousUser()
PERSON = User(email="asha@wexcombe.example", name="Asha")
CLOSED = User(email="bert@wexcombe.example", name="Bert", is_active=False)
SUPERUSER = User(email="root@wexcombe.example", name="Root", is_superuser=True)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def only_asha(user: Any) -> bool:
    return str(user.email) == PERSON.email


def ask(view: Any, user: Any) -> HttpResponse | None:
    """What the door answers; None lets the request in."""
    request = RequestFactory().get("/inside/", {"page": "2"})
    request.user = user
    guard = PermissionDeclaredMiddleware(page)
    return guard.process_view(request, view, (), {})


@pytest.mark.parametrize("user", [STRANGER, PERSON, CLOSED, SUPERUSER])
def test_undeclared_address_answers_nobody(user: Any) -> None:
    def undeclared(request: HttpRequest) -> HttpResponse:
        return page(request)

    with pytest.raises(PermissionDenied):
        ask(undeclared, user)


@pytest.mark.parametrize("user", [STRANGER, PERSON, CLOSED, SUPERUSER])
def test_public_address_answers_everybody(user: Any) -> None:
    assert ask(public(lambda request: page(request)), user) is None


@pytest.mark.parametrize("user", [STRANGER, CLOSED])
def test_who_is_not_in_is_led_to_sign_in_and_back(user: Any) -> None:
    for declare in (signed_in, permitted(only_asha)):
        answer = ask(declare(lambda request: page(request)), user)

        assert answer is not None
        assert answer["Location"] == "/sign-in/?next=/inside/%3Fpage%3D2"


def test_signed_in_address_lets_any_person_in() -> None:
    assert ask(signed_in(lambda request: page(request)), PERSON) is None


def test_permitted_address_asks_its_rule_and_nothing_else() -> None:
    view = permitted(only_asha)(lambda request: page(request))

    assert ask(view, PERSON) is None
    with pytest.raises(PermissionDenied):
        ask(view, SUPERUSER)


def test_door_of_a_class_is_found_on_the_class() -> None:
    @public
    class Page(View):
        pass

    door = door_of(Page.as_view())

    assert door is not None
    assert (door.name, door.rule) == ("public", None)
