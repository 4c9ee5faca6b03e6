"""Who is signed in, and for how long: keys, sign-out, closing, new passwords."""

import datetime as dt
import os
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.actions import close_account, set_password
from accounts.models import User
from accounts.roles import Role
from common import clock
from config.local.verifying import PRODUCTION
from tests import world

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW = "a kettle on the stove"


@pytest.fixture
def person() -> User:
    return world.person("Sana Signer")


def sign_in(person: User, client: Client | None = None, **more: Any) -> Client:
    """A browser in which this person has signed in with the form."""
    client = client or Client()
    answer = client.post(
        "/sign-in/", {"username": person.email, "password": PASSWORD}, **more
    )
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    """Whether this browser still opens pages that need a person."""
    return client.get("/my-suggestions/").status_code == 200


def test_signing_in_gives_a_new_session_key(person: User, client: Client) -> None:
    """A key that somebody planted before is worth nothing afterwards."""
    planted = client.session
    planted["planted"] = True
    planted.save()
    key = str(planted.session_key)
    client.cookies["sessionid"] = key

    sign_in(person, client)

    assert client.cookies["sessionid"].value != key
    assert not Session.objects.filter(session_key=key).exists()
    attacker = Client()
    attacker.cookies["sessionid"] = key
    assert not is_in(attacker)


def test_signing_in_as_somebody_else_keeps_nothing_of_the_first(person: User) -> None:
    client = sign_in(person)
    session = client.session
    session["left behind"] = "by the first"
    session.save()
    client.post("/sign-out/")

    sign_in(world.person("Other Person"), client)

    assert "left behind" not in client.session


def test_made_up_session_key_is_never_taken_over(client: Client) -> None:
    client.cookies["sessionid"] = "a" * 32

    client.get("/sign-in/")

    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_sign_out_ends_the_session_for_whoever_copied_it(person: User) -> None:
    client = sign_in(person)
    copied = Client()
    copied.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(copied)

    client.post("/sign-out/")

    assert not is_in(copied)
    assert Session.objects.count() == 0


def test_open_session_of_a_closed_account_ends_at_once(person: User) -> None:
    client = sign_in(person)
    administrator = world.give(world.person("Ada Admin"), Role.ADMINISTRATOR, None)
    assert is_in(client)

    close_account(by=administrator, user=person, reason="Left.")

    assert not is_in(client)


def test_new_password_ends_every_session_of_the_old_one(person: User) -> None:
    here, there = sign_in(person), sign_in(person)

    set_password(user=person, password=NEW)

    assert (is_in(here), is_in(there)) == (False, False)


def test_password_chosen_by_mail_ends_every_session(person: User) -> None:
    open_one = sign_in(person)
    person.refresh_from_db()
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    link = f"/password/{uid}/{default_token_generator.make_token(person)}/"
    browser = Client()
    form = browser.get(link)["Location"]

    saved = browser.post(form, {"new_password1": NEW, "new_password2": NEW})

    assert saved["Location"] == "/password/saved/"
    assert (is_in(open_one), is_in(browser)) == (False, False)
    assert User.objects.get(pk=person.pk).check_password(NEW)


def test_session_ends_after_a_working_day(person: User) -> None:
    client = sign_in(person)

    (session,) = Session.objects.all()
    length = session.expire_date - clock.now()
    assert dt.timedelta(hours=11, minutes=59) < length <= dt.timedelta(hours=12)
    assert client.cookies["sessionid"]["max-age"] == 12 * 60 * 60


def test_stranger_who_only_reads_gets_no_cookie(client: Client) -> None:
    for address in ("/", "/oruk/v3/services", "/healthz"):
        client.get(address)

    assert dict(client.cookies) == {}


_FLAGS = """
import django
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.contrib.sessions.backends.cache import SessionStore
from unittest import mock

def view(request):
    get_token(request)
    request.session["x"] = 1
    return HttpResponse()

request = RequestFactory().get("/", secure=True)
with mock.patch("django.contrib.sessions.backends.db.SessionStore.save"), mock.patch(
    "django.contrib.sessions.backends.db.SessionStore._get_or_create_session_key",
    return_value="k" * 32,
):
    middleware = CsrfViewMiddleware(view)
    response = SessionMiddleware(lambda r: middleware(r))(request)
for name, cookie in sorted(response.cookies.items()):
    print(name, cookie["secure"], cookie["httponly"], cookie["samesite"],
          cookie["path"], repr(cookie["domain"]))
"""


def test_cookies_of_production_are_for_this_site_and_https_alone() -> None:
    """The prefix __Host- makes browsers refuse them in any other form."""
    done = subprocess.run(
        [sys.executable, "-c", _FLAGS], env=os.environ | PRODUCTION,
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.splitlines() == [
        "__Host-csrf True True Lax / ''",
        "__Host-session True True Lax / ''",
    ]
