"""The lead's page about a record that another place is to keep."""

import copy
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from common import clock
from directory.choices import Visibility
from directory.freshness import full_date
from tests import world
from tests.workflow.border_scene import WHY, Border, make_border
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow.actions import contracts, offering
from workflow.choices import OfferState
from workflow.models import HomeOffer, Record

pytestmark = pytest.mark.django_db

ALL = "/lead/neighbours/"


@pytest.fixture(scope="module")
def file_border(file_transaction: None) -> Border:
    """Two places and what they share, made once for all tests of the file."""
    return make_border()


@pytest.fixture
def border(file_border: Border, settings: Any, db: None) -> Border:
    """The same for one test, to change as it likes."""
    made = copy.deepcopy(file_border)
    made.listing = made.fresh
    settings.DEFAULT_PLACE = made.home.partnership.slug
    return made


def address(border: Border) -> str:
    return reverse("workflow:new-home", args=[border.listing.pk])


def send(border: Border, by: world.Place, **typed: str) -> HttpResponse:
    """What a form of the page sends, about the newest offer unless said."""
    newest = HomeOffer.objects.order_by("created_at").last()
    typed = {"answered": str(newest.pk) if newest else "", **typed}
    return signed_in(by.lead).post(address(border), typed)  # type: ignore[return-value]


def page(border: Border, by: world.Place) -> Any:
    return signed_in(by.lead).get(address(border))


def facts(answer: Any) -> dict[str, list[str]]:
    """What would move, by its label."""
    return {
        row["label"]: row.get("lines") or [row.get("value") or row["empty"]]
        for row in answer.context["facts"]
    }


def acts(answer: Any) -> list[str]:
    return sorted(answer.context["forms"])


# --- who ------------------------------------------------------------------------------


def test_page_is_for_leads_of_places_that_see_the_record(border: Border) -> None:
    administrator = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)
    for by in (border.home.assurer, border.home.publisher, administrator):
        assert signed_in(by).get(address(border)).status_code == 403
    assert page(border, border.home).status_code == 200
    assert page(border, border.other).status_code == 200

    Record.objects.filter(pk=border.listing.record_id).update(
        visibility=Visibility.PARTNERS
    )

    assert page(border, border.other).status_code == 404
    answer = page(border, border.home)
    assert (answer.status_code, acts(answer)) == (200, [])
    assert "The public does not see this record now." in text(answer)


def test_link_stands_on_the_records_page_for_leads_alone(border: Border) -> None:
    record = reverse("workflow:record", args=[border.listing.pk])
    shows = {
        by.name: address(border) in signed_in(by).get(record).content.decode()
        for by in (border.home.lead, border.home.assurer, border.home.contributor)
    }
    there = address(border) in signed_in(border.other.lead).get(record).content.decode()

    assert shows == {
        "Lena Lead": True, "Asha Assurer": False, "Cora Contributor": False
    }  # fmt: skip
    assert there is True


# --- seeing, proposing, answering -----------------------------------------------------


def test_both_see_exactly_what_would_move(border: Border) -> None:
    hall = Record.objects.get(pk=border.listing.location_ids[0])
    world.published(border.home, at=hall, name="Chess club")
    border.offer()
    due = full_date(border.fresh.due_on or clock.today())

    seen = [facts(page(border, by)) for by in (border.home, border.other)]

    assert seen[0] == seen[1]
    assert seen[0] == {
        "The record": ["“Tuesday coffee morning”"],
        "Moves with it": ["Testham Friends"],
        "Stays where it is": ["Testham Hall: kept by Nearham"],
        "Terms": ["All stay: none is of a list of Nearham’s own."],
        "Waits for a decision": ["Nothing"],
        "Next check": [f"{due}, as now."],
        "Who answers for it there": [
            "All of Farwell: Farwell Council, led by Asha Assurer."
        ],
        "Who is asked": [
            (
                "Farwell asks the contact that the record gives, until somebody says "
                "another."
            )
        ],
        "In Nearham’s directory": [
            (
                "It leaves within seconds. Whoever comes to its address is told that "
                "Farwell keeps it now."
            )
        ],
    }


def test_proposed_and_accepted_on_the_page(border: Border) -> None:
    assert acts(page(border, border.home)) == ["offer"]
    assert text(send(border, border.home, act="offer", reason="")).count("Say why") == 2
    send(border, border.home, act="offer", reason=WHY)
    theirs = page(border, border.other)
    assert acts(page(border, border.home)) == ["withdraw"]
    assert acts(theirs) == ["accept", "decline"]

    answer = send(
        border, border.other, act="accept", seen=theirs.context["fingerprint"]
    )

    assert (answer.status_code, answer["Location"]) == (302, address(border))
    assert border.fresh.partnership == border.other.partnership
    after = page(border, border.home)
    assert [event["text"] for event in after.context["events"]] == [
        "Accepted by Farwell", "Nearham proposed that Farwell keeps it"
    ]  # fmt: skip


def test_what_was_not_seen_is_not_accepted(border: Border) -> None:
    border.offer()

    answer = send(border, border.other, act="accept", seen="what it was before")

    assert answer.status_code == 409
    assert "was changed while you were reading" in text(answer)
    assert HomeOffer.objects.get().state == OfferState.OPEN


def test_answer_is_to_the_offer_that_was_seen_and_not_to_a_newer_one(
    border: Border,
) -> None:
    first = border.offer()
    seen = page(border, border.other)
    offering.withdraw_home(by=border.home.lead, offer_id=first.pk)
    second = border.offer(reason="Our people know it.")

    answers = [
        send(
            border, border.other, act=act, answered=str(first.pk), reason="We do not.",
            seen=seen.context["fingerprint"],
        )
        for act in ("accept", "decline")
    ]  # fmt: skip
    other = send(border, border.other, act="decline", answered="", reason="No.")

    assert f'name="answered" value="{first.pk}"' in seen.content.decode()
    assert [one.status_code for one in (*answers, other)] == [409, 409, 404]
    for one in answers:
        assert (
            "What you saw was answered already: taken back. Nearham has proposed "
            "something since; it stands here now."
        ) in text(one)
        assert one.content.decode().count(f'value="{second.pk}"') == 2
    assert "We do not." in text(answers[1])
    second.refresh_from_db()
    assert second.state == OfferState.OPEN


def test_looking_at_what_would_move_locks_and_writes_nothing(border: Border) -> None:
    client = signed_in(border.home.lead)
    client.get(address(border))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address(border))

    words = (" FOR UPDATE", " FOR NO KEY UPDATE", "SAVEPOINT", "UPDATE ", "INSERT ")
    assert [q["sql"] for q in asked if any(word in q["sql"] for word in words)] == []


def test_declined_and_taken_back_on_the_page(border: Border) -> None:
    border.offer()
    send(border, border.other, act="decline", reason="We do not know it.")
    border.offer()
    assert send(border, border.other, act="withdraw").status_code == 403
    send(border, border.home, act="withdraw")

    states = HomeOffer.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == [OfferState.DECLINED, OfferState.WITHDRAWN]
    assert send(border, border.other, act="sell").status_code == 404


def test_among_several_places_one_chooses_first(border: Border) -> None:
    third = world.make_place("Thirdbury").partnership
    answer = page(border, border.home)
    chosen = signed_in(border.home.lead).get(address(border), {"to": str(third.pk)})

    assert [p.name for p in answer.context["others"]] == ["Farwell", "Thirdbury"]
    assert (answer.context["facts"], acts(answer)) == ([], [])
    assert (chosen.context["to"], acts(chosen)) == (third, ["offer"])


def test_contract_is_told_to_both_and_leads_its_home_to_it(border: Border) -> None:
    contracts.add_contract(
        by=border.home.lead, place=border.home.partnership, terms=contracts.Terms(
            commissioner_id=border.home.health.pk, reference="H 1", review_months=6,
            starts_on=clock.today(), listing_ids=(border.listing.pk,),
            manager_mailbox="contracts@nearham.example",
        ),
    )  # fmt: skip
    here, there = page(border, border.home), page(border, border.other)

    assert acts(here) == acts(there) == []
    assert (here.context["contracts_url"], there.context["contracts_url"]) == (
        "/contracts/", ""
    )  # fmt: skip
    assert "H 1" not in text(there)


# --- the lists ------------------------------------------------------------------------


def test_offers_stand_with_the_neighbours_and_on_the_first_page(
    border: Border,
) -> None:
    border.offer()
    today = full_date(clock.today())
    there = signed_in(border.other.lead).get(ALL)

    assert [[c["text"] for c in row] for row in there.context["offers"]] == [
        ["Tuesday coffee morning", "Nearham", "Farwell", f"Waits for us since {today}"]
    ]
    waiting = [{
        "text": "Nearham would like you to keep “Tuesday coffee morning” from now on.",
        "url": address(border),
    }]  # fmt: skip
    assert there.context["waiting"] == waiting
    assert signed_in(border.other.lead).get("/lead/").context["neighbours"] == waiting
    assert signed_in(border.home.lead).get("/lead/").context["neighbours"] == []


def test_list_asks_as_much_for_one_offer_as_for_three(border: Border) -> None:
    border.offer()
    client = signed_in(border.other.lead)
    client.get(ALL)
    with CaptureQueriesContext(connection) as one:
        client.get(ALL)
    for name in ("Chess club", "Bridge"):
        Border(
            border.home, border.other, world.published(border.home, name=name)
        ).offer()
    with CaptureQueriesContext(connection) as three:
        answer = client.get(ALL)

    assert len(answer.context["offers"]) == 3
    assert len(three) == len(one)
