"""Who does what in a place: the list, invitations, and ending a part."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import (
    AuditEvent,
    Invitation,
    Message,
    PartnerGrant,
    PartnershipGrant,
    User,
)
from accounts.roles import Role
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text

pytestmark = pytest.mark.django_db

OWN_ADDRESS = (
    "This is your own address. Nobody appoints themselves: ask an administrator."
)


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    settings.PUBLIC_URL = "https://vouch.testham.example"
    return made


def invite(place: world.Place, **typed: Any) -> Any:
    data = {"email": "new@testham.example", "role": "assurer", "partner": "", **typed}
    return signed_in(place.lead).post("/lead/people/", data)


def take(user: User, role: Role, on: Any) -> str:
    return reverse("workflow:take-role", args=[user.pk, role.value, on.pk])


# --- the list -------------------------------------------------------------------------


def test_people_are_listed_by_where_they_hold_what(place: world.Place) -> None:
    world.make_place("Elsewhere")

    groups = signed_in(place.lead).get("/lead/people/").context["groups"]

    assert [
        (group["title"], [(h["person"].name, h["title"]) for h in group["people"]])
        for group in groups
    ] == [
        ("Testham as a whole", [
            ("Dora Officer", "Data protection officer"),
            ("Lena Lead", "Partnership lead"),
            ("Petra Publisher", "Publisher"),
            ("Vera Volunteer", "Self-registered contributor"),
        ]),
        ("Testham Council", [("Asha Assurer", "Assurer"), ("Bert Assurer", "Assurer")]),
        ("Testham Health", [
            ("Cora Contributor", "Contributor"), ("Rita Reader", "Partner reader"),
        ]),
    ]  # fmt: skip


def test_lead_cannot_take_a_lead_away(place: world.Place) -> None:
    groups = signed_in(place.lead).get("/lead/people/").context["groups"]
    links = {h["person"].name: h["url"] for h in groups[0]["people"]}

    assert links["Lena Lead"] == ""
    assert links["Petra Publisher"] == take(
        place.publisher, Role.PUBLISHER, place.partnership
    )


# --- inviting -------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["assurer", "contributor", "reader"])
def test_somebody_is_invited_for_a_partner(place: world.Place, role: str) -> None:
    answer = invite(place, role=role, partner=place.health.pk)

    assert (answer.status_code, answer["Location"]) == (302, "/lead/people/")
    made = Invitation.objects.get()
    assert (made.email, made.role, made.target_id) == (
        "new@testham.example", role, place.health.pk,
    )  # fmt: skip
    mail = Message.objects.get(about_id=made.pk)
    assert "https://vouch.testham.example/invitations/" in mail.text
    page = text(signed_in(place.lead).get("/lead/people/"))
    assert "new@testham.example has been invited." not in page
    assert "Invited, and not yet here new@testham.example" in page


@pytest.mark.parametrize("role", ["publisher", "volunteer", "data_protection"])
def test_somebody_is_invited_for_the_place(place: world.Place, role: str) -> None:
    invite(place, role=role)

    made = Invitation.objects.get()
    assert (made.role, made.target_id) == (role, place.partnership.pk)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"role": "assurer"}, "partner", "Choose the partner for which they do it."),
        ({"role": "publisher", "partner": "health"}, "partner",
         "Publisher is for the whole place: choose that."),
        ({"email": "not an address", "partner": "health"}, "email",
         "Write the e-mail address like name@example.org."),
        ({"role": "lead"}, "role",
         "Choose one of the answers given for “What will they do?”."),
        ({"role": ""}, "role", "Choose an answer for “What will they do?”."),
        ({"email": "own", "partner": "health"}, "email",
         OWN_ADDRESS),
    ],
)  # fmt: skip
def test_invitation_says_beside_the_field_what_is_wrong(
    place: world.Place, typed: dict[str, str], field: str, sentence: str
) -> None:
    if typed.get("partner") == "health":
        typed = {**typed, "partner": str(place.health.pk)}
    if typed.get("email") == "own":
        typed = {**typed, "email": place.lead.email.upper()}

    answer = invite(place, **typed)

    form = answer.context["form"]
    assert (answer.status_code, form.errors) == (200, {field: [sentence]})
    assert form["email"].value() == typed.get("email", "new@testham.example")
    assert not Invitation.objects.exists()


def test_invitation_keeps_to_the_partners_of_the_place(place: world.Place) -> None:
    other = world.make_place("Elsewhere")

    answer = invite(place, partner=other.council.pk)

    assert set(answer.context["form"].errors) == {"partner"}
    assert not Invitation.objects.exists()


def test_nobody_else_invites(place: world.Place) -> None:
    data = {"email": "new@testham.example", "role": "publisher", "partner": ""}

    answer = signed_in(place.publisher).post("/lead/people/", data)

    assert (answer.status_code, Invitation.objects.count()) == (403, 0)


# --- taking away ----------------------------------------------------------------------


def test_role_is_taken_away_with_a_reason(place: world.Place) -> None:
    url = take(place.assurer, Role.ASSURER, place.council)
    client = signed_in(place.lead)
    page = client.get(url)

    answer = client.post(url, {"reason": "Moved on."})

    [said] = page.context["leads"]
    assert said == (
        "They lead “All of Testham” of Testham Council, with no records. Nobody leads "
        "it then."
    )
    assert (answer.status_code, answer["Location"]) == (302, "/lead/people/")
    assert not PartnerGrant.objects.filter(user=place.assurer).exists()
    event = AuditEvent.objects.get(verb="role_taken")
    assert (event.actor_id, event.reason) == (place.lead.pk, "Moved on.")
    assert client.get(url).status_code == 404


def test_role_on_the_place_is_taken_away(place: world.Place) -> None:
    url = take(place.publisher, Role.PUBLISHER, place.partnership)

    signed_in(place.lead).post(url, {"reason": "Moved on."})

    assert not PartnershipGrant.objects.filter(user=place.publisher).exists()


def test_role_is_not_taken_away_without_a_reason(place: world.Place) -> None:
    url = take(place.reader, Role.READER, place.health)

    answer = signed_in(place.lead).post(url, {"reason": " "})

    assert answer.context["form"].errors == {"reason": ["Say why; it is written down."]}
    assert PartnerGrant.objects.filter(user=place.reader).exists()


def test_roles_that_are_not_the_leads_to_take_are_not_found(
    place: world.Place,
) -> None:
    other = world.make_place("Elsewhere")
    client = signed_in(place.lead)
    urls = [
        take(place.lead, Role.LEAD, place.partnership),
        take(other.assurer, Role.ASSURER, other.council),
        take(other.publisher, Role.PUBLISHER, other.partnership),
        take(place.assurer, Role.READER, place.council),
        reverse("workflow:take-role", args=[uuid4(), "assurer", place.council.pk]),
        reverse("workflow:take-role", args=[place.lead.pk, "king", place.council.pk]),
    ]

    assert [client.post(url, {"reason": "x"}).status_code for url in urls] == [404] * 6
    assert PartnerGrant.objects.filter(user=other.assurer).exists()
    assert signed_in(place.publisher).get(urls[0]).status_code == 403


def test_lead_of_a_place_takes_an_invitation_back(place: world.Place) -> None:
    invited = actions.invite(
        by=place.lead, email="new@wexcombe.example", role=Role.ASSURER,
        on=place.council, base_url="http://testserver",
    )  # fmt: skip
    where = reverse("workflow:take-invitation-back", args=[invited.pk])
    elsewhere = world.make_place("Elsewhere")
    assert signed_in(elsewhere.lead).post(where).status_code == 404
    client = signed_in(place.lead)
    assert where in client.get(reverse("workflow:people")).content.decode()
    client.post(where)

    invited.refresh_from_db()
    assert invited.withdrawn_at is not None
    assert where not in client.get(reverse("workflow:people")).content.decode()
