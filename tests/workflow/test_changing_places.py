"""An administrator puts right how a place or a partner is set up."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts import accents
from accounts.models import AuditEvent, Partner, Partnership, User
from accounts.roles import Role
from common.errors import InvalidInput
from publishing import actions
from publishing.models import PublishedService
from tests import world
from tests.workflow.pages import text
from workflow.actions.setting_up import (
    create_place,
    state_of,
    update_partner,
    update_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def administrator(place: world.Place) -> User:
    return world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def address_of(row: Partnership | Partner) -> str:
    name = "change-partner" if isinstance(row, Partner) else "change-place"
    return reverse(f"workflow:{name}", args=[row.pk])


def form_of(client: Client, row: Partnership | Partner) -> dict[str, str]:
    """What the form of a place or a partner sends as it stands."""
    form = client.get(address_of(row)).context["form"]
    return {field.name: field.value() for field in form}


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


def _said(event: AuditEvent) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was before and after an event."""
    return dict(event.before or {}), dict(event.after or {})


# --- a place --------------------------------------------------------------------------


def test_a_place_is_changed_as_the_list_leads_to_it(
    place: world.Place, client: Client
) -> None:
    slug = place.partnership.slug
    rows = client.get(reverse("workflow:places")).context["rows"]
    (where,) = [row[0]["url"] for row in rows if row[0]["text"] == "Testham"]
    said = form_of(client, place.partnership) | {
        "name": "Testham and Villages", "role_mailbox": "hello@testham.example",
        "host_names": "Testham.example, www.testham.example., testham.example",
        "accent": "moss",
    }  # fmt: skip

    answer = client.post(where, said, follow=True)

    assert "Testham and Villages is saved." in text(answer)
    row = Partnership.objects.get(pk=place.partnership.pk)
    assert (row.name, row.slug, row.role_mailbox, row.accent) == (
        "Testham and Villages", slug, "hello@testham.example", "moss",
    )  # fmt: skip
    assert row.host_names == ["testham.example", "www.testham.example"]
    front = Client().get("/").content.decode()
    assert 'data-accent="moss"' in front
    assert "Testham and Villages" in front


def test_what_was_and_is_is_written_down(place: world.Place, client: Client) -> None:
    said = form_of(client, place.partnership) | {"accent": "clay"}

    client.post(address_of(place.partnership), said)
    # Once more as it stands: nothing happened.
    client.post(address_of(place.partnership), form_of(client, place.partnership))

    event = AuditEvent.objects.get(verb="place_changed")
    assert event.partnership_id == place.partnership.pk
    assert event.actor_label == "Ada Administrator"
    before, after = _said(event)
    assert (before["accent"], after["accent"]) == ("spruce", "clay")
    assert before | {"accent": "clay"} == after


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Fill in “Name of the place”."),
        ("name", "Newham", "There is a place called Newham already."),
        ("role_mailbox", "", "Fill in “Its shared mailbox”."),
        ("accent", "pink", None),
        ("host_names", "https://testham.example/", None),
        ("host_names", "a.example, b..example", None),
        ("host_names", "testham.example:8000", None),
        ("host_names", "x.example, newham.example",
         "Newham answers at newham.example already."),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_saved(
    place: world.Place, administrator: User, client: Client,
    field: str, typed: str, sentence: str | None,
) -> None:  # fmt: skip
    create_place(
        by=administrator, name="Newham", role_mailbox="hello@newham.example",
        host_names=["newham.example"],
    )  # fmt: skip
    said = form_of(client, place.partnership) | {"accent": "moss", field: typed}

    answer = client.post(address_of(place.partnership), said)

    assert answer.status_code == 200
    assert list(errors(answer)) == [field]
    assert sentence is None or errors(answer)[field] == [sentence]
    assert answer.context["form"][field].value() == typed
    assert Partnership.objects.get(pk=place.partnership.pk).accent == "spruce"


def test_a_new_place_takes_no_host_name_of_another(
    place: world.Place, client: Client
) -> None:
    Partnership.objects.update(host_names=["testham.example"])

    def typed(hosts: str) -> Any:
        said = {
            "place-name": "Newham", "place-role_mailbox": "hello@newham.example",
            "place-host_names": hosts,
        }  # fmt: skip
        return client.post(reverse("workflow:places"), said).context["place_form"]

    assert dict(typed("testham.example").errors) == {
        "host_names": ["Testham answers at testham.example already."]
    }
    assert list(typed("https://newham.example").errors) == ["host_names"]


def test_whoever_was_slower_is_told_what_stands_and_may_save_again(
    place: world.Place, client: Client
) -> None:
    mine = form_of(client, place.partnership) | {
        "accent": "moss", "host_names": "a.example",
    }  # fmt: skip
    theirs = form_of(client, place.partnership) | {"accent": "clay"}
    client.post(address_of(place.partnership), theirs)

    late = client.post(address_of(place.partnership), mine)

    assert late.status_code == 409
    assert "Somebody else changed Testham meanwhile" in text(late)
    assert errors(late) == {
        "__all__": errors(late)["__all__"],
        "accent": ["“Clay, a brick red” stands here now."],
        "host_names": ["Nothing stands here now."],
    }
    assert Partnership.objects.get(pk=place.partnership.pk).accent == "clay"
    again = {field.name: field.value() for field in late.context["form"]}
    assert client.post(address_of(place.partnership), again).status_code == 302
    row = Partnership.objects.get(pk=place.partnership.pk)
    assert (row.accent, row.host_names) == ("moss", ["a.example"])


def change_mailbox(by: User, row: Partnership | Partner, mailbox: str) -> None:
    row.refresh_from_db()
    if isinstance(row, Partner):
        update_partner(
            by=by, partner_id=row.pk, base=state_of(row), name=row.name,
            kind=row.kind, role_mailbox=mailbox,
        )  # fmt: skip
    else:
        update_place(
            by=by, place_id=row.pk, base=state_of(row), name=row.name,
            role_mailbox=mailbox, host_names=row.host_names, accent=row.accent,
        )  # fmt: skip


def test_wrong_mailbox_goes_from_what_is_public_at_once(
    place: world.Place, administrator: User
) -> None:
    listing = world.published(place)
    public = []
    changes: tuple[tuple[Any, str], ...] = (
        (place.council, "borough@testham.example"),
        (place.council, ""),
        (place.partnership, "help@testham.example"),
        (place.council, "help@testham.example"),
        (place.partnership, "hello@testham.example"),
        (place.health, "health@testham.example"),
    )

    for row, mailbox in changes:
        change_mailbox(administrator, row, mailbox)
        actions.consume_outbox()
        shown = PublishedService.objects.get(service_id=listing.record_id)
        public.append(shown.body_mailbox)

    assert public == [
        "borough@testham.example",
        "directory@testham.example",  # the place's, where the body has none
        "help@testham.example",
        # From now on the body's own, whatever becomes of the place's.
        "help@testham.example",
        "help@testham.example",
        "help@testham.example",
    ]


def test_new_name_is_not_put_under_what_was_checked_before(
    place: world.Place, administrator: User
) -> None:
    listing = world.published(place)

    update_partner(
        by=administrator, partner_id=place.council.pk, base=state_of(place.council),
        name="Borough of Testham", kind="council",
        role_mailbox="borough@testham.example",
    )  # fmt: skip
    change_mailbox(administrator, place.council, "people@testham.example")

    actions.consume_outbox()
    row = PublishedService.objects.get(service_id=listing.record_id)
    assert (row.body_label, row.body_mailbox) == (
        "Testham Council", "people@testham.example",
    )  # fmt: skip


# --- a partner ------------------------------------------------------------------------


def test_a_partner_is_changed_as_the_list_leads_to_it(
    place: world.Place, client: Client
) -> None:
    rows = client.get(reverse("workflow:partners")).context["rows"]
    (where,) = [row[0]["url"] for row in rows if row[0]["text"] == "Testham Council"]
    said = form_of(client, place.council) | {
        "name": "Testham Borough Council", "kind": "voluntary",
        "role_mailbox": "borough@testham.example",
    }  # fmt: skip

    answer = client.post(where, said, follow=True)

    assert "Testham Borough Council is saved." in text(answer)
    row = Partner.objects.get(pk=place.council.pk)
    assert (row.name, row.kind, row.role_mailbox, row.partnership_id) == (
        "Testham Borough Council", "voluntary", "borough@testham.example",
        place.partnership.pk,
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="partner_changed")
    before, after = _said(event)
    assert before["name"] == "Testham Council"
    assert after["name"] == "Testham Borough Council"


@pytest.mark.parametrize(
    ("field", "typed"), [("name", "Other"), ("kind", "bank"), ("role_mailbox", "no")]
)
def test_what_is_wrong_with_a_partner_stands_beside_the_field(
    place: world.Place, client: Client, field: str, typed: str
) -> None:
    Partner.objects.filter(pk=place.health.pk).update(name="Other")
    said = form_of(client, place.council) | {field: typed}

    answer = client.post(address_of(place.council), said)

    assert (answer.status_code, list(errors(answer))) == (200, [field])
    assert AuditEvent.objects.filter(verb="partner_changed").count() == 0


def test_whoever_was_slower_with_a_partner_is_told(
    place: world.Place, client: Client
) -> None:
    mine = form_of(client, place.council) | {"name": "Mine"}
    client.post(address_of(place.council), mine | {"kind": "health"})

    late = client.post(address_of(place.council), mine)

    assert late.status_code == 409
    assert list(errors(late)) == ["__all__", "kind"]
    assert errors(late)["kind"] == ["“Health” stands here now."]


# --- who, and what there is to choose -------------------------------------------------


def test_changing_is_for_administrators_alone(place: world.Place) -> None:
    client = Client()
    client.force_login(place.lead)

    for row in (place.partnership, place.council):
        assert client.get(address_of(row)).status_code == 403
        assert client.post(address_of(row), {"name": "Mine"}).status_code == 403
    with pytest.raises(PermissionDenied):
        update_partner(
            by=place.lead, partner_id=place.council.pk, base=state_of(place.council),
            name="Mine", kind="council", role_mailbox="",
        )  # fmt: skip


def test_an_act_refuses_a_colour_that_there_is_not(
    place: world.Place, administrator: User
) -> None:
    with pytest.raises(InvalidInput) as refused:
        update_place(
            by=administrator, place_id=place.partnership.pk,
            base=state_of(place.partnership), name="Testham", host_names=[],
            role_mailbox="help@testham.example", accent="pink",
        )  # fmt: skip

    assert list(refused.value.errors) == ["accent"]


def test_colours_are_those_of_the_stylesheet() -> None:
    styles = Path(__file__).parents[2] / "styles" / "parts" / "_places.scss"

    assert set(re.findall(r'^  "(\w+)": \(', styles.read_text(), re.M)) == (
        accents.NAMES
    )
