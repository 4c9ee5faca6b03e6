"""Signing in and out, a forgotten password, invitations, the mail of the demo."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from accounts import demo, mail
from accounts.actions import invite
from accounts.models import AuditEvent, Invitation, Message, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput
from tests import world
from tests.workflow.threads import while_holding

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW = "a kettle on the stove"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def text(response: Any) -> str:
    """The words of a page, without markup."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)


def link_in(message: Message) -> str:
    """The address that a mail asks to open, without the host."""
    found = re.search(r"http://[^/\s]+(/\S+)", message.text)
    assert found is not None
    return found[1]


# --- signing in -----------------------------------------------------------------------


def test_sign_in_opens_home(client: Client, place: world.Place) -> None:
    response = client.post(
        "/sign-in/", {"username": place.contributor.email, "password": PASSWORD}
    )

    assert (response.status_code, response["Location"]) == (302, "/home/")


def test_sign_in_says_that_accounts_come_by_invitation_and_whom_to_ask(
    client: Client, place: world.Place, settings: Any
) -> None:
    settings.DEFAULT_PLACE = place.partnership.slug

    for address in ("/sign-in/", "/password/", "/password/sent/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert "directory@testham.example" in page.content.decode(), address
        assert "Ask whoever keeps them at your organisation." in text(page), address
    assert "Accounts come by invitation" in text(client.get("/sign-in/"))


def test_sign_in_does_not_mind_capitals_and_spaces(
    client: Client, place: world.Place
) -> None:
    typed = f" {place.contributor.email.upper()} "

    response = client.post("/sign-in/", {"username": typed, "password": PASSWORD})

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/my-suggestions/", "/my-suggestions/"),
        ("https://elsewhere.example/", "/home/"),
        ("//elsewhere.example/", "/home/"),
    ],
)
def test_sign_in_leads_on_inside_this_site_alone(
    client: Client, place: world.Place, asked: str, leads_to: str
) -> None:
    response = client.post(
        "/sign-in/",
        {"username": place.contributor.email, "password": PASSWORD, "next": asked},
    )

    assert response["Location"] == leads_to


def test_page_that_needs_a_person_leads_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/my-suggestions/")

    assert response["Location"] == "/sign-in/?next=/my-suggestions/"


@pytest.mark.parametrize("known", [True, False])
def test_wrong_password_says_the_same_whether_or_not_the_address_is_known(
    client: Client, place: world.Place, known: bool
) -> None:
    email = place.contributor.email if known else "nobody@wexcombe.example"

    response = client.post("/sign-in/", {"username": email, "password": "no"})

    assert response.context["form"].non_field_errors() == [
        (
            "This address and this password do not belong together. Look at both and "
            "try again."
        )
    ]
    assert f'value="{email}"' in response.content.decode()


def test_closed_account_is_told_whom_to_ask_where_its_password_is_right(
    client: Client, place: world.Place, settings: Any
) -> None:
    settings.DEFAULT_PLACE = place.partnership.slug
    email = place.contributor.email
    User.objects.filter(email=email).update(is_active=False)

    def said(password: str) -> Any:
        page = client.post("/sign-in/", {"username": email, "password": password})
        return page.context["form"].non_field_errors()

    no, right = said("no"), said(PASSWORD)

    assert no == [
        (
            "This address and this password do not belong together. Look at both and "
            "try again."
        )
    ]
    assert right == [
        (
            "Your account has been closed, so it does not let you in any more. If you "
            "still need it, ask the people who look after the directory: "
            "directory@testham.example."
        )
    ]
    assert "_auth_user_id" not in client.session


def test_who_guesses_is_locked_out_of_a_closed_account_too(
    client: Client, place: world.Place
) -> None:
    email = place.contributor.email
    User.objects.filter(email=email).update(is_active=False)
    for _ in range(5):
        client.post("/sign-in/", {"username": email, "password": "no"})

    right = client.post("/sign-in/", {"username": email, "password": PASSWORD})

    assert "signing in is closed for a quarter of an hour" in text(right)
    assert "has been closed" not in text(right)


def test_five_wrong_passwords_lock_this_name_out_however_it_is_spelt(
    client: Client, place: world.Place
) -> None:
    email = place.contributor.email
    spellings = [email, email.upper(), f" {email}", email.title(), email]

    statuses = [
        client.post("/sign-in/", {"username": s, "password": "no"}).status_code
        for s in spellings
    ]
    right = client.post("/sign-in/", {"username": email, "password": PASSWORD})

    assert statuses == [200, 200, 200, 200, 429]
    assert right.status_code == 429
    assert "signing in is closed for a quarter of an hour" in text(right)


def test_sign_out_is_a_button_and_no_link(client: Client, place: world.Place) -> None:
    client.force_login(place.contributor)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_demo_people_are_offered_in_demo_mode_alone(
    client: Client, settings: Any
) -> None:
    before = client.get("/sign-in/").content.decode()
    settings.VOUCH_DEMO = True
    after = client.get("/sign-in/").content.decode()

    assert demo.PASSWORD not in before
    assert [a.email for a in demo.ACCOUNTS if a.email not in after] == []
    assert demo.PASSWORD in after


# --- a forgotten password -------------------------------------------------------------


def test_reset_writes_a_mail_that_opens_a_page(
    client: Client, place: world.Place
) -> None:
    response = client.post("/password/", {"email": place.lead.email.upper()})

    assert response["Location"] == "/password/sent/"
    message = Message.objects.get(kind="password_reset")
    assert (message.to, message.forget_when_sent) == (place.lead.email, True)
    page = client.get(link_in(message), follow=True)
    assert page.context["validlink"] is True


def test_reset_says_the_same_to_a_stranger_and_writes_nothing(
    client: Client, place: world.Place
) -> None:
    known = client.post("/password/", {"email": place.lead.email}, follow=True)
    unknown = client.post("/password/", {"email": "nobody@example.org"}, follow=True)

    assert text(known) == text(unknown)
    assert Message.objects.filter(kind="password_reset").count() == 1


def test_reset_forgets_the_key_once_it_is_sent(
    client: Client, place: world.Place
) -> None:
    client.post("/password/", {"email": place.lead.email})
    message = Message.objects.get(kind="password_reset")
    link = link_in(message)

    assert mail.send(message.pk) is True

    message.refresh_from_db()
    assert link not in message.text


def test_reset_writes_no_more_than_three_mails_in_an_hour(
    client: Client, place: world.Place
) -> None:
    for _ in range(5):
        client.post("/password/", {"email": place.lead.email})

    assert Message.objects.filter(kind="password_reset").count() == 3


def test_closed_account_that_asks_for_a_link_is_told_by_mail(
    client: Client, place: world.Place, settings: Any
) -> None:
    settings.DEFAULT_PLACE = place.partnership.slug
    User.objects.filter(pk=place.lead.pk).update(is_active=False)

    pages = [
        client.post("/password/", {"email": email}, follow=True).content
        for email in (place.lead.email, "nobody@wexcombe.example")
    ]

    assert pages[0] == pages[1]
    (message,) = Message.objects.all()
    assert (message.to, message.subject) == (
        place.lead.email, "Your account with Vouch is closed",
    )  # fmt: skip
    assert "http" not in message.text
    assert message.text.splitlines()[2] == (
        "The account that goes with this address has been closed, so there is no "
        "password to choose. If you still need the account, ask the people who look "
        "after the directory: directory@testham.example."
    )


def test_reset_without_an_address_says_what_is_missing(client: Client) -> None:
    response = client.post("/password/", {"email": "nobody"})

    assert response.context["form"].errors == {
        "email": ["Write the e-mail address like name@example.org."]
    }


def choose(client: Client, user: User, first: str, second: str) -> Any:
    """Ask for a link, open it, and choose a password."""
    client.post("/password/", {"email": user.email})
    message = Message.objects.filter(kind="password_reset").latest("created_at")
    form = client.get(link_in(message))["Location"]
    return client.post(form, {"new_password1": first, "new_password2": second})


def test_new_password_is_chosen_once_and_written_down(
    client: Client, place: world.Place
) -> None:
    response = choose(client, place.lead, NEW, NEW)

    assert response["Location"] == "/password/saved/"
    place.lead.refresh_from_db()
    assert place.lead.check_password(NEW)
    assert AuditEvent.objects.filter(verb="password_set").count() == 1
    used = client.get(link_in(Message.objects.get(kind="password_reset")), follow=True)
    assert used.context["validlink"] is False


def test_new_password_unlocks_who_was_locked_out(
    client: Client, place: world.Place
) -> None:
    for _ in range(5):
        client.post("/sign-in/", {"username": place.lead.email, "password": "no"})

    choose(client, place.lead, NEW, NEW)
    response = client.post("/sign-in/", {"username": place.lead.email, "password": NEW})

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (NEW, "another", "new_password2"),
        ("short", "short", "new_password2"),
        ("", "", "new_password1"),
    ],
)
def test_new_password_that_will_not_do_is_said_beside_it(
    client: Client, place: world.Place, first: str, second: str, field: str
) -> None:
    response = choose(client, place.lead, first, second)

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert User.objects.get(pk=place.lead.pk).check_password(PASSWORD)


def test_broken_reset_link_offers_a_new_one(client: Client) -> None:
    response = client.get("/password/MQ/abc-def/")

    assert "This link no longer works" in text(response)
    assert 'href="/password/"' in response.content.decode()


# --- invitations ----------------------------------------------------------------------


def invite_new(place: world.Place, email: str = "new@wexcombe.example") -> Invitation:
    return invite(
        by=place.lead, email=email, role=Role.ASSURER, on=place.council,
        base_url="http://testserver",
    )  # fmt: skip


def invited(place: world.Place, email: str = "new@wexcombe.example") -> str:
    """The address of a fresh invitation to assure for the council."""
    invite_new(place, email)
    return link_in(Message.objects.filter(kind="invitation").latest("created_at"))


def test_invitation_says_from_whom_to_what(client: Client, place: world.Place) -> None:
    link = invited(place)

    words = text(client.get(link))

    assert "Join Testham Council" in words
    assert "Lena Lead" in words
    assert Invitation.objects.get().accepted_at is None


def test_invitation_makes_an_account_and_signs_it_in(
    client: Client, place: world.Place
) -> None:
    link = invited(place)

    response = client.post(link, {"name": "Nina New", "password": NEW})

    assert response["Location"] == "/home/"
    user = User.objects.get(email="new@wexcombe.example")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get("/home/")["Location"] == "/work/"


def test_invitation_to_an_organization_finds_it(
    client: Client, place: world.Place
) -> None:
    listing = world.published(place)
    editor = world.give(
        world.person("Ola Lead"), Role.ORGANIZATION_LEAD, world.organization_of(listing)
    )
    invite(
        by=editor, email="new@wexcombe.example", role=Role.EDITOR,
        on=world.organization_of(listing),
        base_url="http://testserver",
    )  # fmt: skip
    link = link_in(Message.objects.get(kind="invitation"))

    client.post(link, {"name": "Nina New", "password": NEW})

    assert client.get("/home/")["Location"] == "/my-services/"


def test_invitation_keeps_what_was_typed_and_says_what_is_wrong(
    client: Client, place: world.Place
) -> None:
    response = client.post(invited(place), {"name": "Nina New", "password": "short"})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["password"]
    assert 'value="Nina New"' in response.content.decode()
    assert not User.objects.filter(email="new@wexcombe.example").exists()


def test_invitation_of_somebody_known_asks_for_nothing_and_not_for_a_password(
    client: Client, place: world.Place
) -> None:
    link = invited(place, place.reader.email)

    page = client.get(link)
    response = client.post(link, {"name": "Somebody Else", "password": NEW})

    assert 'name="password"' not in page.content.decode()
    assert response["Location"] == "/sign-in/"
    place.reader.refresh_from_db()
    assert place.reader.name == "Rita Reader"
    assert place.reader.check_password(PASSWORD)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("method", ["get", "post"])
def test_invitation_that_has_run_out_says_what_to_do(
    client: Client, place: world.Place, method: str
) -> None:
    link = invited(place)
    with clock.at(clock.now() + dt.timedelta(days=15)):
        response = getattr(client, method)(link)

    assert response.status_code == 410
    assert "Ask whoever invited you for a new one" in text(response)


def test_invitation_works_once(client: Client, place: world.Place) -> None:
    link = invited(place)
    client.post(link, {"name": "Nina New", "password": NEW})

    assert Client().post(link, {"name": "Two", "password": NEW}).status_code == 410


def test_invitation_gives_way_to_a_newer_one_to_the_same_role(
    client: Client, place: world.Place
) -> None:
    older, newer = invited(place), invited(place)

    gone = client.get(older)
    accepted = client.post(older, {"name": "Nina New", "password": NEW})

    assert (gone.status_code, accepted.status_code) == (410, 410)
    assert "A newer invitation took its place on" in text(gone)
    assert "open the link in that one" in text(gone)
    assert client.post(newer, {"name": "Nina", "password": NEW}).status_code == 302
    mails = Message.objects.filter(kind="invitation").order_by("created_at")
    assert [bool(mail.cancelled_at) for mail in mails] == [True, False]


def test_invitation_to_another_role_or_address_stays(
    client: Client, place: world.Place
) -> None:
    first = invited(place)
    invited(place, "other@wexcombe.example")
    invite(
        by=place.lead, email="new@wexcombe.example", role=Role.READER,
        on=place.council, base_url="http://testserver",
    )  # fmt: skip

    assert client.get(first).status_code == 200


def test_invitation_to_a_role_that_is_held_is_refused(place: world.Place) -> None:
    with pytest.raises(InvalidInput) as refused:
        invited(place, place.assurer.email)

    assert refused.value.errors == {
        "email": "They are assurer for Testham Council already."
    }
    assert not Invitation.objects.exists()


def test_invitation_says_everything_that_is_missing_at_once(
    client: Client, place: world.Place
) -> None:
    response = client.post(invited(place), {"name": "", "password": "short"})

    assert list(response.context["form"].errors) == ["name", "password"]


@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_at_once_one_stays_open(place: world.Place) -> None:
    _, second = while_holding(
        lambda: invite_new(place), lambda: invite_new(place)
    )  # fmt: skip

    assert isinstance(second, Invitation)
    still = Invitation.objects.filter(expires_at__gt=clock.now())
    assert list(still.values_list("pk", flat=True)) == [second.pk]


def test_invitation_nobody_sent_says_so(client: Client, db: None) -> None:
    page = client.get("/invitations/never-was/")

    assert page.status_code == 410
    assert "There is no invitation at this address." in text(page)
    assert "sign in" not in text(page)


# --- the mail of the demo -------------------------------------------------------------


def test_demo_mail_is_there_in_demo_mode_alone(
    client: Client, place: world.Place, settings: Any
) -> None:
    invited(place)
    invited(place, "second@wexcombe.example")

    assert client.get("/demo/mail/").status_code == 404

    settings.VOUCH_DEMO = True
    page = client.get("/demo/mail/")
    assert [m.to for m in page.context["page"]] == [
        "second@wexcombe.example", "new@wexcombe.example",
    ]  # fmt: skip
    assert "asks you to join as assurer" in text(page)
