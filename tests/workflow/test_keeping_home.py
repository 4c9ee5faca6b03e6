"""Where people begin, what the menu offers, and the administrator's page."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import Invitation, Message, Partner, Partnership, User
from accounts.roles import Role
from common import clock
from config.beat import PERIODIC
from tests import world
from tests.workflow.deciding import query_count
from tests.workflow.pages import text
from workflow.actions.jobs import ALL_KEPT
from workflow.models import JobRun, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def administrator(place: world.Place) -> User:
    return world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- home -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("assurer", "/work/"),
        ("lead", "/lead/"),
        ("contributor", "/start/"),
        ("reader", "/start/"),
        ("volunteer", "/start/"),
        ("publisher", "/records/"),
    ],
)
def test_home_is_where_the_work_begins(
    place: world.Place, who: str, where: str
) -> None:
    assert signed_in(getattr(place, who)).get("/home/")["Location"] == where


def test_home_of_a_provider_and_of_an_administrator(
    place: world.Place, administrator: User
) -> None:
    editor = world.make_editor(world.published(place))

    assert signed_in(editor).get("/home/")["Location"] == "/my-services/"
    assert signed_in(administrator).get("/home/")["Location"] == "/administration/"


def test_home_of_somebody_without_a_part_says_so(place: world.Place) -> None:
    response = signed_in(world.person("Nobody Yet", is_superuser=True)).get("/home/")

    assert response.status_code == 200
    assert "nobody has given you a part yet" in text(response)


# --- the menu -------------------------------------------------------------------------


def menu(user: User) -> dict[str, int | None]:
    nav = signed_in(user).get("/my-suggestions/").context["nav"]
    return {item["label"]: item["count"] for item in nav}


def test_menu_offers_what_a_role_has_with_how_much_waits(place: world.Place) -> None:
    with clock.at(clock.now() - dt.timedelta(hours=1)):
        listing = world.published(place)
    world.submitted(place)
    world.draft(place, name="Choir")
    editor = world.make_editor(listing)
    body = Record.objects.get(pk=world.organization_of(listing).pk)
    world.draft(place, by=editor, run_by=body)

    assert menu(place.contributor) == {
        "My services": 1, "Start": None, "Records": None, "My suggestions": 1,
    }  # fmt: skip
    assert menu(place.volunteer) == {
        "Start": None, "Records": None, "My suggestions": 0,
    }  # fmt: skip
    assert menu(place.assurer) == {
        "My work": 1, "Records": None, "My suggestions": 0,
    }  # fmt: skip
    assert menu(editor) == {"My services": 1, "My suggestions": 0}
    assert menu(place.reader) == {"Start": None, "Records": None}
    assert menu(place.lead) == {"Overview": None, "Records": None}


def test_menu_says_what_its_numbers_count_and_nothing_at_none(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)

    before = text(signed_in(editor).get("/my-suggestions/"))
    with clock.at(clock.now() + dt.timedelta(days=80)):
        after = text(signed_in(editor).get("/my-suggestions/"))

    assert "My services My suggestions" in before
    assert "My services 1 to see to My suggestions" in after


def test_menu_counts_what_is_soon_due(place: world.Place) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)

    before = menu(editor)["My services"]
    with clock.at(clock.now() + dt.timedelta(days=80)):
        after = menu(editor)["My services"]

    assert (before, after) == (0, 1)


def test_menu_marks_the_page_one_is_on(place: world.Place) -> None:
    nav = signed_in(place.contributor).get("/start/").context["nav"]

    assert [item["label"] for item in nav if item["current"]] == ["Start"]


def test_stranger_has_no_menu(client: Client) -> None:
    assert list(client.get("/sign-in/").context["nav"]) == []


# --- the administrator ----------------------------------------------------------------


def test_administration_is_for_administrators_alone(
    place: world.Place, administrator: User
) -> None:
    superuser = world.person("Sue Peruser", is_superuser=True)
    addresses = {
        reverse("workflow:administration"): "get",
        reverse("workflow:invite-person"): "post",
        reverse("workflow:places"): "post",
        reverse("workflow:partners"): "post",
        reverse("workflow:close-person", args=[place.reader.pk]): "post",
    }
    for user in (place.lead, place.assurer, superuser):
        client = signed_in(user)
        for where, method in addresses.items():
            assert getattr(client, method)(where).status_code == 403, where

    assert signed_in(administrator).get("/administration/").status_code == 200


def test_administration_says_what_runs_who_is_there_and_what_they_may(
    place: world.Place, administrator: User
) -> None:
    JobRun.objects.create(name="freshen", finished_at=clock.now(), done=7, failed=1)

    client = signed_in(administrator)
    response = client.get("/administration/")

    words = text(client.get("/administration/jobs/"))
    assert "Last ran today at" in words
    assert "and saw to 7 records." in words
    assert "1 record could not be done." in words
    assert "Clock of the jobs" not in words
    partners = client.get("/administration/partners/").context["rows"]
    assert [cell["text"] for cell in partners[0][:3]] == [
        "Testham Council", "Council", "Testham",
    ]  # fmt: skip
    places = client.get("/administration/places/").context["rows"]
    assert [cell["text"] for cell in places[0][:3]] == ["Testham", "Lena Lead", "2"]
    held = {
        one.name: [role["text"] for role in roles]
        for one, roles in response.context["people"]
    }
    assert held["Asha Assurer"] == ["Assurer, Testham Council"]
    assert held["Ada Administrator"] == ["Administrator"]
    assert [tab["label"] for tab in response.context["tabs"]] == [
        "People", "Places", "Partners", "Jobs and health",
    ]  # fmt: skip
    counts = [tab["count"] for tab in response.context["tabs"]]
    assert counts == [User.objects.count(), 1, 2, 9]
    assert "“Look at every date”" not in text(response)
    assert "1 record could not be done." in text(response)


@pytest.mark.parametrize("tab", ["administration", "places", "partners", "jobs"])
def test_administration_costs_the_same_for_more_people_and_places(
    place: world.Place, administrator: User, tab: str
) -> None:
    address = reverse(f"workflow:{tab}")
    world.make_place("Place 1")
    one = query_count(administrator, address)
    for count in (2, 3):
        world.make_place(f"Place {count}")

    assert query_count(administrator, address) == one


def test_administrator_ends_a_leads_role_with_a_reason(
    place: world.Place, administrator: User
) -> None:
    client = signed_in(administrator)
    people = client.get("/administration/", {"q": "lena"}).context["people"]
    ((_, (held,)),) = people

    without = client.post(held["end_url"], {"reason": " "})
    done = client.post(held["end_url"], {"reason": "Moved on."}, follow=True)

    assert list(without.context["form"].errors) == ["reason"]
    said = "Lena Lead is no longer partnership lead of Testham."
    assert said in text(done)
    assert client.get(held["end_url"]).status_code == 404
    after = client.get("/administration/", {"q": "lena"}).context["people"]
    assert [roles for _, roles in after] == [[]]


def test_administrator_ends_no_role_that_others_give(
    place: world.Place, administrator: User
) -> None:
    client = signed_in(administrator)
    ((_, (held,)),) = client.get("/administration/", {"q": "asha"}).context["people"]
    address = reverse(
        "workflow:end-role", args=[place.assurer.pk, "assurer", place.council.pk]
    )

    assert held["end_url"] == ""
    assert client.post(address, {"reason": "No."}).status_code == 404


def test_the_last_administrator_stays(place: world.Place, administrator: User) -> None:
    address = reverse("workflow:end-role", args=[administrator.pk, "administrator"])

    answer = signed_in(administrator).post(address, {"reason": "Tired."})

    assert answer.status_code == 409


def test_administrator_invites_a_lead(place: world.Place, administrator: User) -> None:
    signed_in(administrator).post(
        reverse("workflow:invite-person"),
        {"invite-email": "New@wexcombe.example", "invite-role": "lead",
         "invite-place": place.partnership.pk},
    )  # fmt: skip

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("new@wexcombe.example", "lead")
    assert "http://127.0.0.1:8000/invitations/" in Message.objects.get().text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"invite-email": "nobody", "invite-role": "administrator"}, "email"),
        ({"invite-email": "a@example.org", "invite-role": "lead"}, "place"),
        ({"invite-email": "a@example.org", "invite-role": "assurer"}, "role"),
    ],
)
def test_administrator_reads_what_is_wrong_with_an_invitation(
    place: world.Place, administrator: User, typed: dict[str, str], field: str
) -> None:
    response = signed_in(administrator).post(reverse("workflow:invite-person"), typed)

    assert response.status_code == 200
    assert list(response.context["invite_form"].errors) == [field]
    assert response.context["invite_form"]["email"].value() == typed["invite-email"]
    assert Invitation.objects.count() == 0


def test_administrator_sets_up_a_place_and_a_partner(
    place: world.Place, administrator: User
) -> None:
    client = signed_in(administrator)

    client.post(
        reverse("workflow:places"),
        {"place-name": "Newham", "place-role_mailbox": "hello@newham.example",
         "place-host_names": "newham.example, WWW.newham.example"},
    )  # fmt: skip
    made = Partnership.objects.get(name="Newham")
    client.post(
        reverse("workflow:partners"),
        {"partner-place": made.pk, "partner-name": "Newham Council",
         "partner-kind": "council"},
    )  # fmt: skip
    again = client.post(
        reverse("workflow:places"),
        {"place-name": "Newham", "place-role_mailbox": "other@newham.example"},
    )
    bare = client.post(reverse("workflow:places"), {"place-name": "Oldham"})

    assert made.host_names == ["newham.example", "www.newham.example"]
    assert Partner.objects.get(name="Newham Council").partnership == made
    assert dict(again.context["place_form"].errors) == {
        "name": ["There is a place called Newham already."]
    }
    assert list(bare.context["place_form"].errors) == ["role_mailbox"]


def test_administrator_closes_an_account_with_a_reason(
    place: world.Place, administrator: User
) -> None:
    client = signed_in(administrator)
    where = reverse("workflow:close-person", args=[place.reader.pk])

    without = client.post(where, {"reason": " "})
    client.post(where, {"reason": "Left the service."})
    twice = client.post(where, {"reason": "Left the service."})

    assert list(without.context["form"].errors) == ["reason"]
    assert User.objects.get(pk=place.reader.pk).is_active is False
    assert twice.status_code == 409


def test_nobody_closes_their_own_account(
    place: world.Place, administrator: User
) -> None:
    client = signed_in(administrator)
    where = reverse("workflow:close-person", args=[administrator.pk])

    response = client.post(where, {"reason": "Tired."})

    assert response.status_code == 409
    assert "Ask another administrator to close your account." in text(response)
    assert User.objects.get(pk=administrator.pk).is_active is True
    page = client.get(reverse("workflow:administration")).content.decode()
    assert where not in page


def test_administrator_whose_account_was_closed_meanwhile_closes_nobody(
    place: world.Place, administrator: User
) -> None:
    other = world.give(world.person("Olu Other"), Role.ADMINISTRATOR, None)
    User.objects.filter(pk=other.pk).update(is_active=False)

    with pytest.raises(PermissionDenied):
        close_account(by=other, user=administrator, reason="Left.")

    assert User.objects.get(pk=administrator.pk).is_active is True


def test_every_job_of_the_timetable_stands_there_and_runs_at_once(
    place: world.Place, administrator: User, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    sent: list[str] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, **_: sent.append(name)
    )
    client = signed_in(administrator)

    shown = client.get("/administration/jobs/").context["jobs"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/administration/jobs/freshen/run/", follow=True)

    assert [job["name"] for job in shown] == sorted(PERIODIC)
    assert sent == ["workflow.freshen"]
    assert "“Look at every date” runs now." in text(answer)
    assert client.post("/administration/jobs/nothing/run/").status_code == 404


def test_job_that_stands_still_is_pointed_out(
    place: world.Place, administrator: User
) -> None:
    long_ago = clock.now() - dt.timedelta(hours=2)
    JobRun.objects.create(name="freshen", started_at=long_ago, finished_at=long_ago)

    words = text(signed_in(administrator).get("/administration/jobs/"))

    assert "It should have run since." in words


def test_job_that_came_to_no_end_in_a_place_says_so(
    place: world.Place, administrator: User
) -> None:
    JobRun.objects.create(
        name="ask", finished_at=clock.now(), failed=2, places_failed=1, error="KeyError"
    )

    page = signed_in(administrator).get("/administration/jobs/")

    (job,) = [job for job in page.context["jobs"] if job["name"] == "ask"]
    assert job["trouble"] == (
        "It came to no end in 1 place. The log names the fault: KeyError. It is tried "
        "again by itself."
    )
    assert job["history"][0][-1]["text"] == "KeyError: not done in 1 place"


def test_job_that_fails_again_and_again_says_so_and_shows_its_runs(
    place: world.Place, administrator: User
) -> None:
    began = clock.now() - dt.timedelta(minutes=50)
    for number, (failed, error) in enumerate(
        [(0, ""), (2, "DataError"), (0, "OSError")]
    ):
        at = began + dt.timedelta(minutes=10 * number)
        JobRun.objects.create(
            name="freshen", started_at=at, done=7, failed=failed, error=error,
            finished_at=at + dt.timedelta(seconds=75),
        )  # fmt: skip
    JobRun.objects.create(name="freshen", started_at=began - dt.timedelta(hours=2))

    page = signed_in(administrator).get("/administration/jobs/")

    (job,) = [job for job in page.context["jobs"] if job["name"] == "freshen"]
    assert job["trouble"] == (
        "It broke off. The log names the fault: OSError. That is 2 runs in a row. "
        "It is tried again by itself."
    )
    assert [[cell["text"] for cell in row][1:] for row in job["history"]] == [
        ["1 min 15 s", "7", "0", "OSError: it broke off"],
        ["1 min 15 s", "7", "2", "DataError"],
        ["1 min 15 s", "7", "0", "–"],
        ["did not end", "0", "0", "It was ended"],
    ]
    assert text(page).count("Its last 4 runs") == 1


def test_job_without_work_is_no_alarm(
    place: world.Place, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    day_ago = now - dt.timedelta(days=1)
    JobRun.objects.create(name="bring_in", started_at=day_ago, finished_at=day_ago)
    looked = {"workflow.bring_in": now, "workflow.send_mail": now - dt.timedelta(1)}
    monkeypatch.setattr("common.health.last_done", lambda url, tasks: looked)

    shown = signed_in(administrator).get("/administration/jobs/").context["jobs"]

    assert {job["name"]: (job["seen_at"], job["is_late"]) for job in shown} == {
        **dict.fromkeys(PERIODIC, (None, False)),
        "bring_in": (now, False),
        "mail": (now - dt.timedelta(1), True),
    }


def test_job_says_only_what_is_known(place: world.Place, administrator: User) -> None:
    day_ago = clock.now() - dt.timedelta(days=1)
    JobRun.objects.create(name="bring_in", started_at=day_ago, finished_at=day_ago)

    words = text(signed_in(administrator).get("/administration/jobs/"))

    assert words.count("It is not known when it last looked.") == (
        len(PERIODIC) - len(ALL_KEPT)
    )
    assert words.count("Last found something to do") == 1
    assert words.count("It should have run since.") == 0


def test_administrator_finds_a_person(place: world.Place, administrator: User) -> None:
    page = signed_in(administrator).get("/administration/", {"q": "asha"})

    assert [one.name for one, _ in page.context["people"]] == ["Asha Assurer"]
