"""Whom we ask, what was asked and answered, letters and text messages, and all of a
provider's services on one page."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Message
from common import clock
from tests import world
from tests.workflow.asking_scene import (
    MONDAY,
    at,
    due,
    falls_due,
    link_in,
    mails,
    run,
    sent,
)
from workflow.models import (
    Ask,
    AskedListing,
    AssuranceLevel,
    Confirmation,
    ContactPoint,
    Listing,
)

pytestmark = pytest.mark.django_db

with at(MONDAY):
    MINUTES_AGO = [clock.now() - dt.timedelta(minutes=n) for n in range(12)]

SOON = MONDAY + dt.timedelta(days=15)
WHERE = {
    "first_email": "Office@Friends.example", "first_role": "The office",
    "second_email": "chair@friends.example",
}  # fmt: skip


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return falls_due(place, SOON)


def query_count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def whom(listing: Listing) -> str:
    return f"/listings/{listing.pk}/whom-to-ask/"


def test_provider_says_whom_to_ask_and_they_are_asked(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(world.make_editor(listing))

    answer = client.post(whom(listing), WHERE)
    run(MONDAY)

    rows = ContactPoint.objects.order_by("position")
    assert answer.status_code == 302
    assert [(r.email, r.role, r.by_hand) for r in rows] == [
        ("office@friends.example", "The office", True),
        ("chair@friends.example", "", True),
    ]
    assert [message.to for message in mails()] == ["office@friends.example"]


def test_page_begins_with_what_the_record_knows_and_stores_nothing(
    place: world.Place, listing: Listing
) -> None:
    page = client_of(place.assurer).get(whom(listing))

    assert page.context["form"].initial["first_email"] == "info@friends.example"
    assert ContactPoint.objects.count() == 0


@pytest.mark.parametrize("role", ["contributor", "reader", "lead", "publisher"])
def test_nobody_else_sees_whom_we_ask(
    place: world.Place, listing: Listing, role: str
) -> None:
    assert client_of(getattr(place, role)).get(whom(listing)).status_code == 404


def test_stopped_contact_is_shown_and_can_be_written_to_again(
    place: world.Place, listing: Listing
) -> None:
    ContactPoint.objects.create(
        partnership=place.partnership, organization_id=str(listing.organization_id),
        email="info@friends.example", stopped_because="bounced",
        stopped_at=dt.datetime(2026, 5, 3, 9, tzinfo=dt.UTC),
    )  # fmt: skip
    client = client_of(place.assurer)
    page = client.get(whom(listing))
    client.post(f"{whom(listing)}1/start-again/")

    (one,) = page.context["stopped"]
    assert one["text"] == (
        "We write to the first address no more since 3 May 2026. What we send comes "
        "back."
    )
    assert ContactPoint.objects.get().stopped_at is None


def test_every_message_its_delivery_and_answer_stand_on_the_record(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    (message,) = mails()
    link = link_in(message)
    sent(MONDAY)
    with at(MONDAY):
        Client().post(link, {
            "name": "Jo Bright", "role": "Secretary", "same": str(listing.pk),
            "shown": f"{listing.pk}:1",
        })  # fmt: skip
        page = client_of(place.assurer).get(f"/listings/{listing.pk}/whom-to-ask/")
        record = client_of(place.assurer).get(f"/records/{listing.pk}/")

    (event,) = page.context["events"]
    assert (event["text"], event["by"], event["detail"]) == (
        "E-mail to info@friends.example: sent",
        "Testham Council",
        "Nothing has changed: 1 June 2026, Jo Bright, Secretary (link in the mail).",
    )
    assert "asked" in [part["id"] for part in record.context["rail"]]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({}, "on its way"),
        ({"claimed_at": MINUTES_AGO[1]}, "on its way"),
        (
            {"claimed_at": MINUTES_AGO[11]},
            "broken off while it was sent: it may not have arrived",
        ),
        ({"failures": 5}, "not sent: the mail server could not be reached"),
    ],
)
def test_mail_that_went_astray_is_not_said_to_be_on_its_way(
    place: world.Place, listing: Listing, row: dict[str, Any], says: str
) -> None:
    run(MONDAY)
    Message.objects.update(**row)

    with at(MONDAY):
        page = client_of(place.assurer).get(f"/listings/{listing.pk}/whom-to-ask/")

    (event,) = page.context["events"]
    assert event["text"] == f"E-mail to info@friends.example: {says}"


def test_words_of_a_mail_can_be_read_later_without_what_its_link_opens(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    (message,) = mails()
    key = link_in(message).rstrip("/").rpartition("/")[2]
    editor = client_of(world.make_editor(listing))
    stranger = client_of(place.contributor)
    with at(MONDAY):
        seen = client_of(place.assurer).get(whom(listing))
        (event,) = seen.context["events"]
        pages = [client.get(event["url"]) for client in (editor, stranger)]
        page = client_of(place.assurer).get(event["url"])
    sent(MONDAY)
    with at(MONDAY):
        after = client_of(place.assurer).get(event["url"])

    assert [p.status_code for p in pages] == [200, 404]
    for each in (page, after, pages[0]):
        words = each.content.decode()
        assert message.subject in words
        assert listing.title in each.context["text"]
        assert "Here stood the link" in words
        assert key not in words
    assert (page.context["how"], after.context["how"]) == ("on its way", "sent")


def test_words_that_the_lead_got_are_not_for_whom_they_are_about(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    (message,) = mails()
    Ask.objects.update(channel="lead", contact=None)
    address = f"/listings/{listing.pk}/asked/{Ask.objects.get().pk}/"
    with at(MONDAY):
        provider = client_of(world.make_editor(listing)).get(address)
        assurer = client_of(place.assurer).get(address)

    assert (provider.status_code, assurer.status_code) == (404, 200)
    assert message.subject in assurer.content.decode()


@pytest.mark.parametrize("channel", ["letter", "sms"])
def test_letter_and_text_message_lead_to_the_answer_page(
    place: world.Place, listing: Listing, channel: str
) -> None:
    client = client_of(place.assurer)
    with at(MONDAY):
        made = client.post(f"/listings/{listing.pk}/ask-now/{channel}/")
        page = client.get(made["Location"])
        again = client.get(made["Location"])
        answer = Client().get(f"/answer/{page.context['key']}/")

    assert (answer.status_code, Ask.objects.get().channel) == (200, channel)
    assert page.context["key"] == again.context["key"]
    assert page.context["key"] in page.content.decode()


@pytest.mark.parametrize(
    ("numbers", "own", "said"),
    [
        (["07700 900123"], [], "We have this, but do not publish it."),
        ([], ["01632 960199"], "None of its own: we publish the organisation’s."),
        ([], ["07700 900123"], "We publish none."),
        (["01632 960101"], [], "01632 960101"),
    ],
)
def test_what_we_ask_tells_the_truth_of_a_number_that_is_not_published(
    place: world.Place, numbers: list[str], own: list[str], said: str
) -> None:
    body = world.organization(phones=[{"number": each} for each in own])
    phones = [{"number": each} for each in numbers]
    listing = due(place, MONDAY, body=body, phones=phones)
    client = client_of(place.assurer)
    AssuranceLevel.objects.all().delete()
    run(MONDAY)
    with at(MONDAY):
        call = client.get(f"/work/phone/{ContactPoint.objects.get().pk}/")
        letter = client.get(
            client.post(f"/listings/{listing.pk}/ask-now/letter/")["Location"]
        )
        page = Client().get(f"/answer/{letter.context['key']}/")

    (shown,) = page.context["open"]
    (rung,) = call.context["services"]
    of_phone = {fact.label: fact.words for fact in letter.context["entry"].facts}
    rows = [
        next(row for row in one.first if row["label"].startswith("Phone"))
        for one in (shown, rung["of"])
    ]
    assert of_phone["Phone"] == said
    assert ["; ".join(row["lines"]) or row["empty"] for row in rows] == [said, said]


def test_only_the_assurer_of_the_remit_sees_the_code_of_a_letter(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY):
        made = client_of(place.assurer).post(f"/listings/{listing.pk}/ask-now/letter/")
        seen = client_of(world.make_editor(listing)).get(made["Location"])

    assert seen.status_code == 404


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("letter", "A letter about it was made just now."),
        ("sms", "Words for a text message about it were made just now."),
    ],
)
def test_letter_or_text_message_that_is_asked_for_twice_is_one(
    place: world.Place, listing: Listing, channel: str, said: str
) -> None:
    client = client_of(place.assurer)
    address = f"/listings/{listing.pk}/ask-now/{channel}/"
    with at(MONDAY):
        made = client.post(address)["Location"]
        told = client.post(address, follow=True)
        ask = Ask.objects.get()
        client.post(reverse("workflow:end-link", args=[listing.pk, ask.pk]))
        another = client.post(address)["Location"]
    later = MONDAY + dt.timedelta(days=1)
    with at(later):
        client_of(place.assurer).post(address)

    page = told.content.decode()
    assert (told.redirect_chain[-1][0], said in page) == (whom(listing), True)
    assert f'href="{made}"' in page
    assert another != made, "the code of the first was ended"
    assert Ask.objects.filter(asked_on=later).count() == 1


def test_letter_is_found_again_from_the_record_for_as_long_as_its_code_works(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY):
        assurer, editor = (
            client_of(place.assurer),
            client_of(world.make_editor(listing)),
        )
        made = assurer.post(f"/listings/{listing.pk}/ask-now/letter/")["Location"]
        kept, provider = assurer.get(whom(listing)), editor.get(whom(listing))
        record = assurer.get(reverse("workflow:record", args=[listing.pk]))
    expires = Ask.objects.get().expires_at
    assert expires
    with at(clock.london_day(expires)):
        later = client_of(place.assurer).get(whom(listing))
        gone = client_of(place.assurer).get(made)

    link = f'href="{made}"'
    assert link in kept.content.decode()
    assert link in record.content.decode()
    assert link not in provider.content.decode()
    assert link not in later.content.decode()
    assert gone.status_code == 404


def test_asking_now_needs_a_form(place: world.Place, listing: Listing) -> None:
    with at(MONDAY):
        client_of(place.assurer).get(f"/listings/{listing.pk}/ask-now/mail/")
        client_of(place.assurer).get(f"{whom(listing)}1/start-again/")

    assert Ask.objects.count() == 0


# --- signed in ------------------------------------------------------------------------


def three(place: world.Place, listing: Listing) -> list[Listing]:
    record = listing.record.__class__.objects.get(pk=str(listing.organization_id))
    more = [due(place, SOON, name=name, run_by=record) for name in ("Two", "Three")]
    return [listing, *more]


def test_all_that_are_shown_are_confirmed_and_the_rest_stays(
    place: world.Place, listing: Listing
) -> None:
    first, second, third = three(place, listing)
    client = client_of(world.make_editor(listing))
    run(MONDAY)
    with at(MONDAY):
        page = client.get("/my-services/nothing-has-changed/")
        client.post("/my-services/nothing-has-changed/", {
            "same": "all", "shown": [f"{first.pk}:1", f"{second.pk}:1"],
        })  # fmt: skip

    assert len(page.context["shown"]) == 3
    rows = AskedListing.objects.values_list("listing", "answer", "answered_how")
    assert set(rows) == {
        (first.pk, "same", "sign_in"), (second.pk, "same", "sign_in"),
        (third.pk, "", ""),
    }  # fmt: skip
    said = Confirmation.objects.values_list("listing", "source")
    assert set(said) == {(first.pk, "provider"), (second.pk, "provider")}


def test_one_is_confirmed_by_itself_and_never_what_changed_meanwhile(
    place: world.Place, listing: Listing
) -> None:
    first, second, _ = three(place, listing)
    client = client_of(world.make_editor(listing))
    both = [f"{first.pk}:1", f"{second.pk}:7"]
    with at(MONDAY):
        one = client.post("/my-services/nothing-has-changed/", {
            "same": str(first.pk), "shown": both,
        })  # fmt: skip
        late = client.post("/my-services/nothing-has-changed/", {
            "same": str(second.pk), "shown": both,
        })  # fmt: skip

    assert (one.status_code, late.status_code) == (302, 409)
    assert [said.listing for said in Confirmation.objects.all()] == [first]


def test_pages_ask_as_much_for_three_services_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(world.make_editor(listing))
    address = "/my-services/nothing-has-changed/"
    with at(MONDAY):
        client.get(address)
        one = query_count(client, address)
        three(place, listing)
        more = query_count(client, address)

    assert more == one


def test_answer_page_asks_as_much_for_three_services_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    link = link_in(mails()[0])
    with at(MONDAY):
        Client().get(link)
        one = query_count(Client(), link)
        ask = Ask.objects.get()
        for other in three(place, listing)[1:]:
            AskedListing.objects.create(ask=ask, listing=other, due_on=SOON, step=0)
        more = query_count(Client(), link)

    assert more == one


def test_assurer_ends_a_link_that_went_to_a_wrong_place(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    link = link_in(mails()[0])
    end = f"/listings/{listing.pk}/asked/{Ask.objects.get().pk}/end/"
    client = client_of(place.assurer)

    with at(MONDAY):
        before = client.get(whom(listing)).context["open"]
        provider_sees = client_of(world.make_editor(listing)).get(whom(listing))
        opened = Client().get(link).status_code
        client.post(end)
        after = client.get(whom(listing)).context["open"]
        gone = Client().get(link)

    assert [row["text"] for row in before] == ["E-mail to info@friends.example"]
    assert provider_sees.context["open"] == []
    assert (opened, after, gone.status_code) == (200, [], 410)
