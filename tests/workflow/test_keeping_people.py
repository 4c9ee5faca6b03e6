"""The lead of an organisation's services: who keeps them, asking others, ending it."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import holds
from accounts.models import AuditEvent, Invitation, Message, User
from accounts.permissions import Permission
from accounts.roles import Role
from directory.models import Organization
from tests import world
from tests.workflow.pages import text
from workflow.keeping_forms import OWN_ADDRESS

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def friends(place: world.Place) -> Organization:
    return world.organization_of(world.published(place))


@pytest.fixture
def lead(friends: Organization) -> User:
    return world.give(world.person("Ola Lead"), Role.ORGANIZATION_LEAD, friends)


@pytest.fixture
def editor(friends: Organization) -> User:
    return world.give(world.person("Edda Editor"), Role.EDITOR, friends)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(organization: Organization) -> str:
    return reverse("workflow:keepers", args=[organization.pk])


def end_of(organization: Organization, user: User, role: Role = Role.EDITOR) -> str:
    return reverse("workflow:end-keeping", args=[organization.pk, user.pk, role])


def test_lead_finds_the_people_from_my_services(
    friends: Organization, lead: User, editor: User
) -> None:
    client = signed_in(lead)

    services = client.get("/my-services/")
    page = client.get(page_of(friends))

    assert f'href="{page_of(friends)}"' in services.content.decode()
    assert [(one["person"], one["is_you"]) for one in page.context["people"]] == [
        (editor, False), (lead, True),
    ]  # fmt: skip
    assert editor.email in text(page)


def test_editor_sees_who_else_and_neither_addresses_nor_acts(
    friends: Organization, lead: User, editor: User
) -> None:
    client = signed_in(editor)

    page = client.get(page_of(friends))
    asked = client.post(page_of(friends), {"email": "n@x.example", "role": "editor"})
    ended = client.post(
        end_of(friends, lead, Role.ORGANIZATION_LEAD), {"reason": "No."}
    )

    assert "Ola Lead" in text(page)
    assert lead.email not in page.content.decode()
    assert "Send the invitation" not in text(page)
    assert (asked.status_code, ended.status_code) == (403, 403)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ORGANIZATION_LEAD])
def test_lead_asks_somebody_to_help(
    friends: Organization, lead: User, role: Role
) -> None:
    client = signed_in(lead)

    done = client.post(
        page_of(friends), {"email": " New@Friends.example ", "role": role.value}
    )

    assert done["Location"] == page_of(friends)
    sent = Invitation.objects.get()
    assert (sent.email, sent.role, sent.target_id) == (
        "new@friends.example", role.value, friends.pk,
    )  # fmt: skip
    assert "new@friends.example" in text(client.get(page_of(friends)))


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"email": ["Fill in “Their e-mail address”."],
              "role": ["Choose an answer for “What will they do?”."]}),
        ({"email": "nobody", "role": "assurer"},
         {"email": ["Write the e-mail address like name@example.org."],
          "role": ["Choose one of the answers given for “What will they do?”."]}),
    ],
)  # fmt: skip
def test_invitation_says_all_that_is_wrong(
    friends: Organization, lead: User, typed: dict[str, str], errors: Any
) -> None:
    page = signed_in(lead).post(page_of(friends), typed)

    assert dict(page.context["form"].errors) == errors


def test_own_address_is_refused_beside_its_field(
    friends: Organization, lead: User
) -> None:
    page = signed_in(lead).post(
        page_of(friends), {"email": lead.email.upper(), "role": "editor"}
    )

    assert (page.status_code, page.context["form"].errors) == (
        200,
        {"email": [OWN_ADDRESS]},
    )
    assert page.context["form"]["email"].value() == lead.email.upper()


def test_lead_takes_an_invitation_back(
    friends: Organization, lead: User, editor: User
) -> None:
    client = signed_in(lead)
    client.post(page_of(friends), {"email": "new@friends.example", "role": "editor"})
    sent = Invitation.objects.get()
    mail = Message.objects.get(kind="invitation")
    link = re.search(r"/invitations/[^/]+/", mail.text)
    assert link is not None
    where = reverse("workflow:withdraw-invitation", args=[friends.pk, sent.pk])
    assert where in client.get(page_of(friends)).content.decode()
    assert signed_in(editor).post(where).status_code == 403

    done = client.post(where, follow=True)
    gone = Client().get(link.group())
    again = client.post(where, follow=True)

    assert done.context["invitations"] == []
    mail.refresh_from_db()
    assert mail.cancelled_at is not None
    assert gone.status_code == 410
    assert "It was taken back on" in text(gone)
    assert [str(m) for m in again.context["messages"]] == [
        "This invitation no longer works, so nothing had to be done."
    ]


def test_somebody_who_keeps_them_already_is_not_invited(
    friends: Organization, lead: User, editor: User
) -> None:
    page = signed_in(lead).post(
        page_of(friends), {"email": editor.email, "role": "editor"}
    )

    assert page.context["form"].errors == {
        "email": ["They are editor for Testham Friends already."]
    }


def test_lead_ends_a_part_with_a_reason(
    friends: Organization, lead: User, editor: User
) -> None:
    client = signed_in(lead)

    without = client.post(end_of(friends, editor), {"reason": " "})
    done = client.post(end_of(friends, editor), {"reason": "Left in June."})

    assert without.context["form"].errors == {
        "reason": ["Say why; it is written down."]
    }
    assert done["Location"] == page_of(friends)
    assert not holds(editor, Permission.EDIT_LISTINGS, friends)
    assert AuditEvent.objects.get(verb="role_taken").reason == "Left in June."
    assert client.post(end_of(friends, editor), {"reason": "x"}).status_code == 404


def test_lead_does_not_end_their_own_part(friends: Organization, lead: User) -> None:
    page = signed_in(lead).get(end_of(friends, lead, Role.ORGANIZATION_LEAD))

    assert page.status_code == 404


def test_another_organizations_people_are_not_there(
    place: world.Place, friends: Organization, lead: User, editor: User
) -> None:
    other = world.organization_of(
        world.published(place, body=world.organization(name="Others"))
    )
    stranger = world.give(world.person("Sam"), Role.ORGANIZATION_LEAD, other)
    client = signed_in(stranger)

    seen = client.get(page_of(friends)).status_code
    ended = client.post(end_of(friends, editor), {"reason": "No."}).status_code
    nobody = client.get(
        reverse("workflow:keepers", args=[uuid.uuid4()])
    ).status_code  # fmt: skip

    assert (seen, ended, nobody) == (404, 404, 404)
    assert holds(editor, Permission.EDIT_LISTINGS, friends)
    assert signed_in(place.lead).get(page_of(friends)).status_code == 404
