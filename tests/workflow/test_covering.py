"""The pages of standing in: the team sees it, the lead arranges and ends it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import PartnerGrant, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput
from tests import world
from tests.workflow.leading import signed_in
from workflow.actions.covers import arrange_cover
from workflow.models import Cover

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def nurse(place: world.Place) -> User:
    return world.give(world.person("Nina Nurse"), Role.ASSURER, place.health)


def typed(user: User, begins: dt.date, ends: dt.date) -> dict[str, Any]:
    data: dict[str, Any] = {"user": user.pk, "reason": "Asha is away."}
    for name, day in (("begins_on", begins), ("ends_on", ends)):
        for part in ("day", "month", "year"):
            data[f"{name}_{part}"] = getattr(day, part)
    return data


def url(place: world.Place) -> str:
    return f"/work/standing-in/{place.remit.pk}/"


def cover(place: world.Place, user: User, ends_on: dt.date) -> Cover:
    return Cover.objects.create(
        remit=place.remit, user=user, begins_on=ends_on - DAY, ends_on=ends_on,
        reason="Asha is away.", arranged_by=place.lead,
    )  # fmt: skip


def test_lead_arranges_and_ends_cover(place: world.Place, nurse: User) -> None:
    client, today = signed_in(place.lead), clock.today()

    answer = client.post(url(place), typed(nurse, today, today + DAY))

    made = Cover.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url(place))
    assert (made.user, made.begins_on, made.ends_on) == (nurse, today, today + DAY)

    client.post(f"{url(place)}{made.pk}/end/")

    assert not Cover.objects.exists()


def test_refusal_stands_beside_its_field(place: world.Place, nurse: User) -> None:
    today = clock.today()

    answer = signed_in(place.lead).post(url(place), typed(nurse, today, today - DAY))

    assert answer.context["form"].errors == {
        "ends_on": ["The last day is before the first."]
    }
    assert not Cover.objects.exists()


def test_who_leads_an_area_of_work_stands_in_for_others_alone(
    place: world.Place, nurse: User
) -> None:
    client, today = signed_in(place.lead), clock.today()
    offered = client.get(url(place)).context["form"].fields["user"].queryset

    assert place.remit.lead not in offered
    assert nurse in offered
    with pytest.raises(InvalidInput) as refused:
        arrange_cover(
            by=place.lead, remit_id=place.remit.pk, user=place.remit.lead,
            begins_on=today, ends_on=today, reason="Asha is away.",
        )  # fmt: skip
    assert refused.value.errors == {
        "user": f"{place.remit.lead} leads “All of Testham”. Choose somebody else."
    }


def test_who_was_named_and_leads_no_more_may_stand_in(
    place: world.Place, nurse: User
) -> None:
    """The lead went to the body that the nurse assures for."""
    gone, today = place.remit.lead, clock.today()
    PartnerGrant.objects.filter(user=gone).delete()
    world.give(gone, Role.ASSURER, place.health)
    offered = signed_in(place.lead).get(url(place)).context["form"].fields["user"]
    assert gone in offered.queryset
    made = arrange_cover(
        by=place.lead, remit_id=place.remit.pk, user=gone,
        begins_on=today, ends_on=today, reason="Nobody leads it now.",
    )  # fmt: skip
    assert made.user == gone


def test_team_sees_who_stands_in_and_cannot_say_it(
    place: world.Place, nurse: User
) -> None:
    kept = cover(place, nurse, clock.today())
    client = signed_in(place.second_assurer)

    (card,) = client.get("/work/standing-in/").context["cards"]
    page = client.get(url(place))

    refused = client.post(f"{url(place)}{kept.pk}/end/")

    assert (card["title"], card["text"][:10]) == ("All of Testham", "Nina Nurse")
    assert (page.context["may"], len(page.context["rows"])) == (False, 1)
    assert refused.status_code == 403
    assert Cover.objects.filter(pk=kept.pk).exists()


def test_what_is_over_is_shown_no_more(place: world.Place, nurse: User) -> None:
    cover(place, nurse, clock.today() - DAY)
    client = signed_in(place.second_assurer)

    assert client.get(url(place)).context["rows"] == []
    assert client.get("/work/standing-in/").context["cards"][0]["text"] == ""


def test_other_teams_areas_of_work_are_not_there(
    place: world.Place, nurse: User
) -> None:
    assert signed_in(nurse).get(url(place)).status_code == 403
    other = world.make_place("Elsewhere")
    assert signed_in(other.assurer).get(url(place)).status_code == 404


def test_list_asks_as_much_for_three_as_for_one(
    place: world.Place, nurse: User
) -> None:
    client = signed_in(place.second_assurer)
    cover(place, nurse, clock.today())
    one = queries(client)
    cover(place, nurse, clock.today() + 5 * DAY)
    cover(place, nurse, clock.today() + 9 * DAY)

    assert queries(client) == one


def queries(client: Client) -> int:
    client.get("/work/standing-in/")
    with CaptureQueriesContext(connection) as found:
        assert client.get("/work/standing-in/").status_code == 200
    return len(found)
