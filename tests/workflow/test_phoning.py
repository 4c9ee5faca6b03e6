"""The phone list: whom to ring, what came of it, and when to try again."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Message
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.asking_scene import MONDAY, at, due, falls_due, run
from tests.workflow.pages import text
from workflow import access, asking, phoning, ringing
from workflow.actions.answering import Who
from workflow.actions.batches import prepare_batch
from workflow.actions.calling import Said, record_call
from workflow.actions.calling_undo import undo_call
from workflow.actions.checking import check_listing
from workflow.actions.covers import arrange_cover
from workflow.actions.place import save_policy
from workflow.choices import Method, ProposalKind
from workflow.models import (
    Ask,
    AskedListing,
    Assurance,
    AssuranceLevel,
    Call,
    Confirmation,
    ContactPoint,
    Effort,
    Listing,
    Policy,
    Proposal,
    Record,
)
from workflow.views import deciding_record

pytestmark = pytest.mark.django_db

JO = Who("Jo Bright", "secretary")
LIST = "/work/phone/"


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


def kept_for_them(place: world.Place, due_on: dt.date = MONDAY, **more: Any) -> Listing:
    """A record that nobody but the assurer keeps, so that it is rung about."""
    listing = due(place, due_on, **more) if more else falls_due(place, due_on)
    AssuranceLevel.objects.all().delete()
    return listing


@pytest.fixture
def listing(place: world.Place) -> Listing:
    made = kept_for_them(place)
    run(MONDAY)
    return made


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def row() -> AskedListing:
    return AskedListing.objects.select_related("ask").get()


def ring(by: Any, outcome: str, **said: Any) -> Call:
    """What the person writes down of a call about everything there."""
    last = said.pop("last_id", None)
    asked = row()
    return record_call(
        by=by, contact_id=asked.ask.contact_id, about={asked.pk: 1}, last_id=last,
        said=Said(outcome, **said),
    )  # fmt: skip


def to_ring(user: Any) -> list[int]:
    """Whose turn each call of the person's list is."""
    return [one["whose"] for one in phoning.contacts(user, clock.now())]


# --- what came of it ------------------------------------------------------------------


def test_all_still_right_is_the_providers_word_by_telephone(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        call = ring(place.assurer, "same", who=JO, number="01632 960123")
        again = to_ring(place.assurer)

    said, asked, kept = Confirmation.objects.get(), row(), world.fresh(listing)
    assert (kept.confirmed_on, kept.assured_on) == (MONDAY, listing.assured_on)
    assert (said.source, said.said_on, said.said_by) == ("provider", MONDAY, None)
    assert (asked.answer, asked.answered_how, asked.answered_by) == (
        "same", "phone", "Jo Bright, secretary",
    )  # fmt: skip
    assert asked.confirmation == said
    assert again == []
    assert call.effort is not None
    assert (call.effort.kind, call.effort.minutes) == ("call", 5)
    verbs = AuditEvent.objects.filter(
        actor_id=place.assurer.pk, body_label="Testham Council"
    )
    assert set(verbs.values_list("verb", flat=True)) >= {
        "listing_confirmed", "provider_rung",
    }  # fmt: skip
    assert not AuditEvent.objects.filter(after__icontains="Bright").exists()


def test_all_still_right_needs_a_name_and_a_role(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11), pytest.raises(InvalidInput) as refused:
        ring(place.assurer, "same", who=Who("", "secretary"))

    assert refused.value.errors == {"name": "Write down who answered."}
    assert Call.objects.count() == 0


def test_no_answer_comes_up_the_next_working_day_in_the_other_half(
    place: world.Place, listing: Listing
) -> None:
    friday = MONDAY + dt.timedelta(days=4)
    with at(friday, 10):
        first = ring(place.assurer, "no_answer")
        later = to_ring(place.assurer)
    with at(MONDAY + dt.timedelta(days=7), 12):
        still_later = to_ring(place.assurer)
    with at(MONDAY + dt.timedelta(days=7), 13):
        again = to_ring(place.assurer)
        second = ring(place.assurer, "no_answer", last_id=first.pk)

    assert first.next_at == phoning.at(MONDAY + dt.timedelta(days=7), dt.time(13))
    assert second.next_at == phoning.at(MONDAY + dt.timedelta(days=8), dt.time(9))
    assert (later, still_later, again) == ([1], [1], [0])


def test_a_call_that_was_promised_stands_when_the_period_changes(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "later", again_on=MONDAY + dt.timedelta(days=9))
        for months in (2, 3, 2):
            values = {"period_months": months}
            save_policy(by=place.lead, place=place.partnership, values=values)
    run(MONDAY + dt.timedelta(days=1))

    with at(MONDAY + dt.timedelta(days=1), 11):
        (one,) = phoning.contacts(place.assurer, clock.now())
    assert one["whose"] == phoning.LATER
    assert one["at"] == phoning.at(MONDAY + dt.timedelta(days=9))
    assert row().due_on == world.fresh(listing).due_on


def test_lead_is_told_after_as_many_tries_as_the_place_makes(
    place: world.Place, listing: Listing
) -> None:
    Policy.objects.update(call_tries=2)
    with at(MONDAY, 10):
        first = ring(place.assurer, "no_answer")
    with at(MONDAY + dt.timedelta(days=1), 14):
        second = record_call(
            by=place.assurer, contact_id=first.contact_id,
            about={first.about.get().asked_id: 1}, said=Said("no_answer"),
            last_id=first.pk,
        )  # fmt: skip
        turns = to_ring(place.assurer)

    told = Message.objects.get(kind="unanswered")
    assert (told.to, first.lead_ask, second.next_at) == (place.lead.email, None, None)
    assert listing.title in told.text
    assert turns == [2]
    assert Ask.objects.get(channel="lead").asked.get().listing == listing


def test_ring_again_waits_for_its_day(place: world.Place, listing: Listing) -> None:
    day = MONDAY + dt.timedelta(days=3)
    with at(MONDAY, 11):
        with pytest.raises(InvalidInput):
            ring(place.assurer, "later", again_on=MONDAY)
        ring(place.assurer, "later", again_on=day)
        before = to_ring(place.assurer)
    with at(day, 9):
        then = to_ring(place.assurer)

    assert (before, then) == ([1], [0])


def test_wrong_number_is_marked_and_offered_no_more(
    place: world.Place, listing: Listing
) -> None:
    ContactPoint.objects.update(phone="01632 960199", by_hand=True)
    with at(MONDAY, 11):
        (before,) = phoning.lines(
            place.assurer, [row().ask.contact_id], clock.now()
        ).values()
        ring(place.assurer, "wrong_number", number=before.numbers[0].text)
        (after,) = phoning.lines(
            place.assurer, [row().ask.contact_id], clock.now()
        ).values()

    assert before.numbers[0].text == "01632 960199"
    assert [one.text for one in after.numbers if one.wrong_since] == ["01632 960199"]
    assert to_ring(place.assurer) == [0]


def test_wrong_number_is_offered_on_no_page(
    place: world.Place, listing: Listing
) -> None:
    client, key = client_of(place.assurer), (place.assurer, listing)
    ContactPoint.objects.update(phone="01632 960199", by_hand=True)
    pages = [
        reverse("workflow:record", args=[listing.pk]),
        reverse("workflow:check", args=[listing.pk]),
        "/work/?kind=due",
    ]
    said = "01632 960199 is a wrong number (rung on 1 June 2026)"
    whom = reverse("workflow:whom-to-ask", args=[listing.pk])
    with at(MONDAY, 11):
        assert [said in text(client.get(one)) for one in [*pages, whom]] == [False] * 4
        assert 'href="tel:' in client.get(pages[0]).content.decode()
        call = ring(place.assurer, "wrong_number", number="01632 960199")
        found = deciding_record.ring(*key)
        assert found
        assert (found["number"], found["wrong"]) == ("01632 960101", [said])
        for page in [*pages, whom]:
            assert said in text(client.get(page)), page
            assert "Ring 01632 960199" not in text(client.get(page))
        undo_call(by=place.assurer, call_id=call.pk)
        again = deciding_record.ring(*key)
        assert again
        assert (again["number"], again["wrong"]) == ("01632 960199", [])


def test_not_them_any_more_is_said_where_it_is_checked(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(place.assurer)
    said = "They say it is not them any more (1 June 2026)."

    def pages() -> list[bool]:
        batch = prepare_batch(
            by=place.assurer, act="check", listing_ids=[str(listing.pk)]
        )
        urls = [
            reverse("workflow:record", args=[listing.pk]),
            reverse("workflow:check", args=[listing.pk]),
            "/work/?kind=due",
            f"/work/together/{batch.pk}/",
        ]
        return [said in text(client.get(url)) for url in urls]

    with at(MONDAY, 11):
        before = pages()
        call = ring(place.assurer, "not_us", who=JO)
        then = pages()
        with CaptureQueriesContext(connection) as asked:
            asking.not_theirs([listing])
        cost = len(asked)
        undo_call(by=place.assurer, call_id=call.pk)
        undone = pages()

    assert (before, then, undone) == ([False] * 4, [True] * 4, [False] * 4)
    assert cost == 1


def test_not_them_any_more_is_settled_by_a_check_or_the_providers_word(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "not_us", who=JO)
        assert list(asking.not_theirs([listing])) == [listing.pk]
        said = Confirmation.objects.create(
            listing=listing, source="provider", said_on=MONDAY
        )
        Confirmation.objects.filter(pk=said.pk).update(
            created_at=clock.now() + dt.timedelta(hours=1)
        )
        by_word = asking.not_theirs([listing])
        Confirmation.objects.filter(pk=said.pk).delete()
        check_listing(by=place.assurer, listing_id=listing.pk, method=Method.VISIT)

        assert (by_word, asking.not_theirs([world.fresh(listing)])) == ({}, {})


def test_page_without_a_number_that_works_says_so(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "wrong_number", number="01632 960101")
        found = deciding_record.ring(place.assurer, listing)
        page = client_of(place.assurer).get(
            reverse("workflow:record", args=[listing.pk])
        )

    assert found
    assert (found["number"], len(found["wrong"])) == ("", 1)
    assert "Ring 01632" not in text(page)
    assert "01632 960101 is a wrong number" in text(page)


@pytest.mark.parametrize("how", ["check", "undone", "provider", "colleague"])
def test_wrong_number_is_offered_again_once_somebody_vouches_for_the_record(
    place: world.Place, listing: Listing, how: str
) -> None:
    """A misdialled number must not stay wrong for good; a visit of a colleague says
    nothing of it."""
    with at(MONDAY, 11):
        ring(place.assurer, "wrong_number", number="01632 960101")
    with at(MONDAY, 12):
        if how in ("check", "undone"):
            check_listing(by=place.assurer, listing_id=listing.pk, method=Method.VISIT)
        else:
            source = {"provider": "provider", "colleague": "other"}[how]
            Confirmation.objects.create(listing=listing, source=source, said_on=MONDAY)
        if how == "undone":
            Assurance.objects.update(undone_at=clock.now())
        listing = world.fresh(listing)
        found = ringing.of_listings([listing])[listing.pk]
        whom = client_of(place.assurer).get(
            reverse("workflow:whom-to-ask", args=[listing.pk])
        )

    known = how in ("check", "provider")
    assert (found["number"] == "01632 960101", bool(found["wrong"])) == (
        known,
        not known,
    )
    assert ("is a wrong number" in text(whom)) is not known


def test_phone_list_offers_a_number_again_once_all_it_asks_about_is_vouched_for(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "wrong_number", number="01632 960101")
        point = ContactPoint.objects.get()
        asked = list(phoning.waiting(place.assurer, clock.now()))
        made = list(Call.objects.all())

    def wrong(vouched: dt.datetime | None) -> list[bool]:
        found = phoning.numbers(point, {}, asked, made, vouched)
        return [one.wrong_since is not None for one in found]

    later = made[0].created_at + dt.timedelta(days=1)
    assert [wrong(at_) for at_ in (None, later)] == [[True], [False]]


def test_number_that_is_written_instead_is_offered(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "wrong_number", number="01632 960101")
        ContactPoint.objects.update(phone="01632 960177", by_hand=True)

        found = deciding_record.ring(place.assurer, listing)

    assert found
    assert (found["number"], found["wrong"]) == ("01632 960177", [])


def test_nobody_is_asked_what_came_of_ringing_no_number(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(place.assurer)
    offered = []
    with at(MONDAY, 11):
        (line,) = phoning.lines(
            place.assurer, [row().ask.contact_id], clock.now()
        ).values()
        offered.append('value="no_answer"' in client.get(LIST).content.decode())
        last = None
        for number in line.numbers:
            call = ring(place.assurer, "wrong_number", number=number.text, last_id=last)
            last = call.pk
        offered.append('value="no_answer"' in client.get(LIST).content.decode())

    assert offered == [True, False]


def test_they_no_longer_run_it_is_decided_by_somebody_else(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "closed", who=JO)

    said = Proposal.objects.get(kind=ProposalKind.CLOSURE)
    change = said.changes.get()
    assert (said.by_provider, said.proposer, said.gravity) == (
        True, place.assurer, "closed",
    )  # fmt: skip
    assert (change.path, change.value) == ("status", "defunct")
    assert (row().answer, row().proposal) == ("closed", said)
    assert [
        said in access.decidable_at_once(who)
        for who in (place.assurer, place.second_assurer)
    ] == [False, True]


def test_not_them_any_more_stops_the_mails_and_stays_on_the_list(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "not_us", number="01632 960123")

    assert ContactPoint.objects.get(position=1).stopped_because == "not_us"
    assert to_ring(place.assurer) == [0]


# --- who may, and races ---------------------------------------------------------------


def test_only_who_assures_there_writes_it_down(
    place: world.Place, listing: Listing
) -> None:
    for role in ("lead", "contributor", "publisher", "reader"):
        with at(MONDAY, 11), pytest.raises(PermissionDenied):
            ring(getattr(place, role), "no_answer")

    assert Call.objects.count() == 0


def test_second_of_two_is_told_what_the_first_found_out(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "no_answer")
        with pytest.raises(InvalidState) as refused:
            ring(place.second_assurer, "same", who=JO)

    assert refused.value.sentence == (
        "Asha Assurer rang them at 11am on 1 June 2026: no answer. Nothing of yours "
        "was written down."
    )
    assert Confirmation.objects.count() == 0


def test_what_was_checked_meanwhile_is_not_confirmed_by_an_old_page(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        check_listing(
            by=place.second_assurer, listing_id=listing.pk, method=Method.CALL
        )
        with pytest.raises(InvalidState):
            ring(place.assurer, "same", who=JO)

    assert Call.objects.count() == 0


def test_closed_record_leaves_the_list(place: world.Place, listing: Listing) -> None:
    Listing.objects.update(stage="unpublished", hidden_because=["closed"])

    with at(MONDAY, 11):
        assert to_ring(place.assurer) == []


def test_who_stands_in_has_the_list_of_whom_they_stand_in_for(
    place: world.Place, listing: Listing
) -> None:
    other = world.give(world.person("Stan In"), Role.ASSURER, place.health)
    with at(MONDAY, 11):
        before = to_ring(other)
        arrange_cover(
            by=place.lead, remit_id=place.remit.pk, user=other, begins_on=MONDAY,
            ends_on=MONDAY, reason="Away.",
        )  # fmt: skip
        standing = to_ring(other)
        ring(other, "no_answer")

    assert (before, standing) == ([], [0])
    assert Call.objects.get().body_label == "Testham Council"


# --- undo -----------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["same", "closed", "not_us", "no_answer"])
def test_undone_call_is_as_if_nobody_had_rung(
    place: world.Place, listing: Listing, outcome: str
) -> None:
    Policy.objects.update(call_tries=1)
    with at(MONDAY, 11):
        call = ring(place.assurer, outcome, who=JO)
        with pytest.raises(PermissionDenied):
            undo_call(by=place.second_assurer, call_id=call.pk)
        undo_call(by=place.assurer, call_id=call.pk)
        turns = to_ring(place.assurer)

    asked, kept = row(), world.fresh(listing)
    assert (asked.answer, asked.answered_at, asked.answered_by) == ("", None, "")
    assert (kept.confirmed_on, turns) == (None, [0])
    assert ContactPoint.objects.get(position=1).stopped_at is None
    assert not Proposal.objects.filter(kind="closure", state="open").exists()
    assert not Message.objects.filter(kind="unanswered", cancelled_at=None).exists()
    assert Effort.objects.get(kind="call").taken_back_at is not None


def test_call_is_not_undone_after_ten_minutes(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        call = ring(place.assurer, "same", who=JO)
    with at(MONDAY, 12), pytest.raises(InvalidState):
        undo_call(by=place.assurer, call_id=call.pk)

    assert world.fresh(listing).confirmed_on == MONDAY


# --- the pages ------------------------------------------------------------------------


def test_pages_show_the_number_and_take_two_taps(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(place.assurer)
    contact = row().ask.contact_id
    with at(MONDAY, 11):
        work = client.get("/work/")
        page = client.get(LIST)
        one = client.get(f"{LIST}{contact}/")
        done = client.post(
            f"{LIST}{contact}/done/",
            {"outcome": "same", "shown": f"{row().pk}:1", "last": "", "minutes": "7",
             "name": "Jo Bright", "role": "secretary", "number": "01632 960123"},
            follow=True,
        )  # fmt: skip
        history = client.get(f"/listings/{listing.pk}/whom-to-ask/")
        client.post(done.context["undos"][0]["undo_url"])

    form = one.content.decode().split('id="answered"')[1]
    assert "inert" in form[form.index("<button") : form.index("</button>")]
    assert work.context["calls"] == 1
    assert "Phone list: 1 to ring now" in work.content.decode()
    (group,) = page.context["groups"]
    (shown,) = group["lines"]
    assert shown["line"].asked[0].listing == listing
    assert shown["line"].why == "The record is kept for them, so they are rung first."
    assert [b'href="tel:+44' in each.content for each in (page, one)] == [True, True]
    assert done.redirect_chain == [(LIST, 302)]
    assert done.context["undos"][0]["text"] == "Written down: all still right."
    assert Effort.objects.get(kind="call").minutes == 7
    assert [event["text"] for event in history.context["events"]] == [
        "Rang 01632 960123: all still right",
        "Phone list to info@friends.example: for somebody to ring",
    ]
    assert Call.objects.get().taken_back_at is not None


def test_list_says_what_is_due_and_what_was(place: world.Place) -> None:
    kept_for_them(place, MONDAY + dt.timedelta(days=8))
    run(MONDAY)

    with at(MONDAY, 11):
        before = client_of(place.assurer).get(LIST).content.decode()
    with at(MONDAY + dt.timedelta(days=9), 11):
        after = client_of(place.assurer).get(LIST).content.decode()

    assert [page.count("the first is due on") for page in (before, after)] == [1, 0]
    assert [page.count("the first was due on") for page in (before, after)] == [0, 1]


def test_no_answer_is_one_tap_on_the_list(place: world.Place, listing: Listing) -> None:
    client = client_of(place.assurer)
    with at(MONDAY, 11):
        answer = client.post(
            f"{LIST}{row().ask.contact_id}/done/",
            {"outcome": "no_answer", "whole": "yes", "last": ""}, follow=True,
        )  # fmt: skip

    (group,) = answer.context["groups"]
    assert group["title"] == "Ring later"
    assert group["lines"][0]["when"] == "Ring again on 2 June 2026, in the afternoon."


def test_something_has_changed_leads_to_writing_it_down_and_back(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(place.assurer)
    with at(MONDAY, 11):
        answer = client.post(
            f"{LIST}{row().ask.contact_id}/done/",
            {"outcome": "change", "about": str(row().pk), "last": ""},
        )  # fmt: skip
        where = answer.headers["Location"]
        section = f"{listing.record_id}:description"
        form = client.get(f"{where}&section={section}")

    assert where == f"/records/{listing.pk}/correct/?then=phone"
    assert form.context["informant"].initial["informed_by"] == Method.CALL
    assert Call.objects.get().outcome == "change"
    assert to_ring(place.assurer) == [0]


def test_one_service_at_a_time_has_changed(
    place: world.Place, listing: Listing
) -> None:
    run_by = Record.objects.get(pk=str(listing.organization_id))
    due(place, MONDAY, name="Second", run_by=run_by)
    AssuranceLevel.objects.all().delete()
    tuesday = MONDAY + dt.timedelta(days=1)
    run(tuesday)
    with at(tuesday, 11):
        answer = client_of(place.assurer).post(
            f"{LIST}{ContactPoint.objects.get().pk}/done/",
            {"outcome": "change", "whole": "yes", "last": ""},
        )  # fmt: skip

    assert answer.context["form"].errors["about"] == [
        "Choose the one service that has changed."
    ]
    assert (AskedListing.objects.count(), Call.objects.count()) == (2, 0)


def test_number_is_kept_without_what_cannot_be_stored(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 11):
        ring(place.assurer, "no_answer", number="01632\x00 960\n101")

    assert Call.objects.get().number == "01632 960101"


def test_nothing_of_others_lists_is_shown(place: world.Place, listing: Listing) -> None:
    contact = row().ask.contact_id
    with at(MONDAY, 11):
        stranger = client_of(world.make_place("Farham").assurer)
        codes = [
            stranger.get(f"{LIST}{contact}/").status_code,
            stranger.post(f"{LIST}{contact}/done/", {"outcome": "same"}).status_code,
            client_of(place.lead).get(LIST).status_code,
        ]

    assert codes == [404, 404, 403]


def test_queries_do_not_grow_with_the_calls(place: world.Place) -> None:
    kept_for_them(place)
    run(MONDAY)
    client = client_of(place.assurer)

    def cost() -> int:
        with at(MONDAY, 11), CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    cost()
    one = cost()
    for name in ("Second", "Third"):
        kept_for_them(place, name=name)
    run(MONDAY)
    with at(MONDAY, 11):
        assert len(asking.to_ring(place.assurer, clock.now())) == 3

    assert cost() == one


# --- the same number everywhere -------------------------------------------------------


@pytest.mark.parametrize("written", ["", "01632 960199"])
def test_phone_list_and_record_name_the_same_number(
    place: world.Place, written: str
) -> None:
    """The service's own before the organisation's; what somebody wrote before both."""
    number = {"id": str(uuid.uuid4()), "number": "01632 960777"}
    listing = kept_for_them(place, body=world.organization(phones=[number]))
    run(MONDAY)
    ContactPoint.objects.update(phone=written or "01632 960777", by_hand=bool(written))
    with at(MONDAY, 11):
        (line,) = phoning.lines(
            place.assurer, [row().ask.contact_id], clock.now()
        ).values()

    of_record = ringing.of_listings([world.fresh(listing)])[listing.pk]
    assert line.numbers[0].text == of_record["number"]
    assert of_record["number"] == (written or "01632 960101")
    assert "01632 960777" in [one.text for one in line.numbers]


@pytest.mark.parametrize(
    ("saved", "who"),
    [
        ("01632 960777", "the organisation’s own number"),
        ("01632960777", "the organisation’s own number"),
        ("01632 960199", ringing.WRITTEN),
    ],
)
def test_number_is_said_to_be_written_by_somebody_only_where_no_record_has_it(
    place: world.Place, saved: str, who: str
) -> None:
    """Who saves a postal address alone saves the number that stood there."""
    number = {"id": str(uuid.uuid4()), "number": "01632 960777"}
    listing = kept_for_them(place, body=world.organization(phones=[number]))
    run(MONDAY)
    ContactPoint.objects.update(phone=saved, postal="1 High Street", by_hand=True)
    with at(MONDAY, 11):
        (line,) = phoning.lines(
            place.assurer, [row().ask.contact_id], clock.now()
        ).values()

    of_record = ringing.of_listings([world.fresh(listing)])[listing.pk]
    assert (line.numbers[0].source, of_record["who"]) == (who, who)
