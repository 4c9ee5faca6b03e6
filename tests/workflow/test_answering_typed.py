"""A link that stops working while somebody types: what was typed is not lost."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from directory.choices import Kind
from tests import world
from tests.workflow.asking_scene import MONDAY, at, due, link_in, mails, run
from tests.workflow.deciding import edit
from tests.workflow.town import ACCEPT
from workflow import wrong_keys
from workflow.actions import asking_by_hand, contact_points, decisions
from workflow.actions.answering import Who
from workflow.choices import Stopped
from workflow.models import Ask, Listing, Proposal, Record

pytestmark = pytest.mark.django_db

SOON = MONDAY + dt.timedelta(days=15)
LATE = MONDAY + dt.timedelta(days=60)
TIMES: dict[str, Any] = {
    "schedules-in-words": "Tuesday evenings",
    "schedules-count": "2",
    "schedules-0-id": "7f0d3a56-0000-4000-8000-000000000001",
    "schedules-0-remove": "on",
    "schedules-1-byday": ["TU", "TH"],
    "schedules-1-opens_at": "half six",
}
WHO: dict[str, Any] = {
    "who-name": "Jo Bright",
    "who-role": "Secretary",
    "who-words": "Ring me.",
}


@pytest.fixture(autouse=True)
def _no_wrong_keys_yet() -> None:
    cache.clear()


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    settings.PUBLIC_URL = "https://vouch.testham.example"
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return due(place, SOON)


@pytest.fixture
def link(listing: Listing) -> str:
    run(MONDAY)
    (message,) = mails()
    return link_in(message)


def send(client: Client, address: str, **data: Any) -> Any:
    """Send a form after the link has run out."""
    return send_on(LATE, client, address, data)


def send_on(day: dt.date, client: Client, address: str, data: dict[str, Any]) -> Any:
    with at(day):
        return client.post(address, data)


def rows(page: Any) -> dict[str, Any]:
    """What the page says was typed: label → value or lines."""
    return {row["label"]: row["lines"] or row["value"] for row in page.context["typed"]}


def test_what_was_typed_into_a_part_stands_where_the_link_has_run_out(
    client: Client, listing: Listing, link: str
) -> None:
    page = send(client, f"{link}{listing.pk}/cost/", version=1, fees="£3 & tea", **WHO)

    assert page.status_code == 410
    assert rows(page) == {
        "Cost in words": "£3 & tea",
        "Anything else we should know? (if you like)": "Ring me.",
        "Your name": "Jo Bright",
        "What you do there": "Secretary",
    }
    assert "£3 &amp; tea" in page.text
    assert Proposal.objects.filter(kind="edit").count() == 0


def test_times_and_groups_come_back_as_they_were_typed(
    client: Client, listing: Listing, link: str
) -> None:
    page = send(
        client,
        f"{link}{listing.pk}/times/",
        **TIMES,
    )

    assert rows(page) == {
        "Opening times, in your own words": "Tuesday evenings",
        "Opening time (1)": ["To be taken away"],
        "Opening time (2)": ["Days: Tuesday, Thursday", "Opens at: half six"],
    }


def test_closure_and_stop_come_back_too(
    client: Client, listing: Listing, link: str
) -> None:
    closed = send(
        client, f"{link}{listing.pk}/closed/", for_good="no",
        until_day="3", until_month="May", until_year="2027", name="Jo", role="Helper",
    )  # fmt: skip
    stopped = send(client, f"{link}stop/", because=Stopped.NOT_US, name="Jo")

    assert rows(closed) == {
        "Has it closed for good?": "No, for now",
        "When does it open again? (if it is closed for now)": "3 May 2027",
        "Your name": "Jo",
        "What you do there": "Helper",
    }
    assert rows(stopped) == {
        "What is it?": "This is not us any more, or never was", "Your name": "Jo",
    }  # fmt: skip


def test_ended_link_tells_nothing_of_the_record_beside_what_was_typed(
    client: Client, place: world.Place
) -> None:
    kept = due(place, SOON, fees="Only sixpence", in_hall=world.hall())
    run(MONDAY)
    link = link_in(mails()[0])
    asking_by_hand.revoke_ask(by=place.assurer, ask_id=Ask.objects.get().pk)

    page = send_on(
        MONDAY, client, f"{link}{kept.pk}/cost/", {"version": 1, "fees": "£3"}
    )

    assert (page.status_code, rows(page)) == (410, {"Cost in words": "£3"})
    assert "sixpence" not in page.text
    assert kept.title not in page.text


def test_key_that_never_was_tells_nobody_which_records_there_are(
    client: Client, place: world.Place
) -> None:
    kept = due(place, SOON, in_hall=world.hall())
    hall = Record.objects.get(kind=Kind.LOCATION)
    wrong = f"/answer/{'x' * 43}/"
    typed = {"description": "By the back door.", "number-0": "1"}

    answers = [
        client.post(f"{wrong}{kept.pk}/about/{key}/about/", typed)
        for key in (hall.pk, world.organization_of(kept).pk, uuid.uuid4())
    ]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len({str(rows(one)) for one in answers}) == 1
    assert list(rows(answers[0]).values()) == ["By the back door."]


def test_what_was_typed_goes_along_when_a_new_link_is_asked_for(
    client: Client, listing: Listing, link: str
) -> None:
    Listing.objects.update(due_on=LATE + dt.timedelta(days=40))
    page = send(client, f"{link}{listing.pk}/cost/", fees="£3 & tea", **WHO)
    typed = page.context["typed_text"]
    after = send(client, f"{link}new-link/", typed=typed)

    assert typed.splitlines()[0] == "Cost in words: £3 & tea"
    assert 'name="typed"' in page.text
    assert "Cost in words: £3 &amp; tea<br>" in after.text


def test_what_was_typed_stands_where_too_many_wrong_codes_came_from_there(
    client: Client, listing: Listing, link: str
) -> None:
    for _ in range(wrong_keys.MOST):
        send_on(MONDAY, client, "/answer/", {"code": "BCDF-2345-GHJK"})

    page = send_on(MONDAY, client, f"{link}{listing.pk}/cost/", {"fees": "£3"})

    assert (page.status_code, rows(page)) == (429, {"Cost in words": "£3"})
    assert "£3" in page.text


def test_stopped_mailbox_gets_what_was_typed_back(
    client: Client, listing: Listing, link: str
) -> None:
    with at(MONDAY):
        contact_points.say_stop(
            ask=Ask.objects.get(), who=Who("Jo", "Helper"), because=Stopped.NOT_US
        )
    page = send_on(MONDAY, client, f"{link}{listing.pk}/cost/", {"fees": "£3"})

    assert (page.status_code, rows(page)) == (410, {"Cost in words": "£3"})


def test_part_of_a_place_that_was_taken_out_meanwhile_gives_back_what_was_typed(
    client: Client, place: world.Place, listing: Listing, link: str
) -> None:
    """It became secret while somebody said how to get into it."""
    hall = Record.objects.get(kind=Kind.LOCATION)
    address = f"{link}{listing.pk}/about/{hall.pk}/about/"
    with at(MONDAY):
        opened = client.get(address).status_code
    proposal = edit(place, listing, record=str(hall.pk), sensitive=True)
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={change.pk: ACCEPT for change in proposal.changes.all()},
    )  # fmt: skip

    page = send_on(MONDAY, client, address, {"description": "By the back door."})

    assert (opened, page.status_code) == (200, 409)
    assert rows(page) == {"About the place": "By the back door."}
    assert hall.label not in page.text
