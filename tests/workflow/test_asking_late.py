"""A mail that asks waits for the morning: what was said meanwhile is asked no more."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse

from accounts import mail
from accounts.models import AuditEvent, Message
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
from tests.workflow.deciding import signed_in
from tests.workflow.pages import text
from workflow import asking
from workflow.actions import (
    asking_by_hand,
    asking_run,
    checking,
    contact_points,
    periodic,
)
from workflow.actions.contact_points import Where
from workflow.actions.decisions import Choice, decide
from workflow.actions.listings import hide_listing
from workflow.actions.proposals import (
    propose_edit,
    say_still_right,
    withdraw_proposal,
)
from workflow.choices import Channel, Evidence, Hidden, Method, Stopped, Verdict
from workflow.models import Ask, AskedListing, Listing, Proposal, Remit
from workflow.tasks import send_mail

pytestmark = pytest.mark.django_db

DUE = MONDAY + dt.timedelta(days=15)
NIGHT = dt.datetime.combine(MONDAY, dt.time(3), tzinfo=clock.LONDON)
EARLY = NIGHT + dt.timedelta(hours=4)


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return falls_due(place, DUE)


def beside(place: world.Place, listing: Listing, name: str = "Chess") -> Listing:
    """Another record of the same organization that is due on the same day."""
    record = listing.record.__class__.objects.get(pk=world.organization_of(listing).pk)
    return due(place, DUE, name=name, run_by=record)


def written() -> None:
    """The run writes its mails in the night; they go out in the morning."""
    with clock.at(NIGHT):
        periodic.run_job("ask", asking_run.ask_everybody)


def confirmed(place: world.Place, listing: Listing) -> None:
    say_still_right(by=world.make_editor(listing), listing_id=listing.pk)


def checked(place: world.Place, listing: Listing) -> None:
    checking.check_listing(by=place.assurer, listing_id=listing.pk, method=Method.VISIT)


def sent_in(place: world.Place, listing: Listing) -> Proposal:
    return propose_edit(
        by=world.make_editor(listing), listing_id=listing.pk, evidence=Evidence.RUN_IT,
        edits={str(listing.record_id): {"fees": "£2"}},
        bases={str(listing.record_id): 1},
    )  # fmt: skip


def changed(place: world.Place, listing: Listing) -> None:
    proposal = propose_edit(
        by=place.contributor, listing_id=listing.pk, evidence=Evidence.RANG,
        edits={str(listing.record_id): {"fees": "£2"}},
        bases={str(listing.record_id): 1},
    )  # fmt: skip
    choices = {one.pk: Choice(Verdict.ACCEPTED) for one in proposal.changes.all()}
    decide(by=place.assurer, proposal_id=proposal.pk, choices=choices)


def withdrawn(place: world.Place, listing: Listing) -> None:
    hide_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN, reason="So."
    )


@pytest.mark.parametrize("news", [confirmed, checked, changed, sent_in, withdrawn])
def test_mail_whose_only_record_was_answered_meanwhile_does_not_go_out(
    place: world.Place, listing: Listing, news: Any
) -> None:
    written()
    with clock.at(EARLY):
        news(place, listing)
    sent(MONDAY)

    (message,) = mails()
    assert [one for one in outbox.outbox if one.to == [message.to]] == []
    assert (message.sent_at, message.claimed_at, message.key) == (None, None, "")
    assert message.cancelled_at is not None
    assert Ask.objects.get().revoked_at is not None
    assert AuditEvent.objects.get(verb="ask_left_out").after == {
        "listings": [str(listing.pk)]
    }


def test_record_that_was_answered_meanwhile_is_left_out_of_its_mail(
    place: world.Place, listing: Listing
) -> None:
    other = beside(place, listing)
    written()
    before = mails()[0].subject
    with clock.at(EARLY):
        checked(place, other)
    page_of_answers = link_in(mails()[0])
    sent(MONDAY)

    (went,) = [one for one in outbox.outbox if one.to == [mails()[0].to]]
    assert before == "Is this still right? Chess and 1 more"
    assert went.subject == "Is this still right? Tuesday coffee morning"
    assert (
        "The directory lists 2 services of Testham Friends; this is about one of them."
        in went.body
    )
    assert "Chess" not in went.body
    assert page_of_answers in went.body
    assert [one.listing_id for one in AskedListing.objects.all()] == [listing.pk]


def test_answer_given_meanwhile_stays_with_what_was_asked(
    place: world.Place, listing: Listing
) -> None:
    written()
    with clock.at(EARLY):
        confirmed(place, listing)
    sent(MONDAY)

    url = reverse("workflow:whom-to-ask", args=[listing.pk])
    said = text(signed_in(place.assurer).get(url))
    assert "not sent after all" in said
    assert AskedListing.objects.get().answered_how == "sign_in"


def test_mail_that_nobody_has_answered_goes_out_as_it_was_written(
    place: world.Place, listing: Listing
) -> None:
    written()
    before = Message.objects.get(kind="ask").words
    sent(MONDAY)

    (went,) = [one for one in outbox.outbox if one.to == ["info@friends.example"]]
    assert went.body == before
    assert not AuditEvent.objects.filter(verb="ask_left_out").exists()


def test_what_is_asked_by_hand_counts_only_what_came_after(
    place: world.Place, listing: Listing
) -> None:
    with at(MONDAY, 9):
        checked(place, listing)
    with at(MONDAY, 10):
        asking_by_hand.ask_by_hand(
            by=place.assurer, listing_id=listing.pk, channel=Channel.MAIL
        )
    sent(MONDAY)

    assert mails()[0].sent_at is not None


def test_mail_whose_link_was_taken_back_does_not_go_out(
    place: world.Place, listing: Listing
) -> None:
    written()
    with clock.at(EARLY):
        asking_by_hand.revoke_ask(by=place.assurer, ask_id=Ask.objects.get().pk)
    sent(MONDAY)

    assert mails()[0].cancelled_at is not None


def test_run_asks_again_about_what_its_mail_left_out(
    place: world.Place, listing: Listing
) -> None:
    """It is as if nobody had been asked: the next step is the first once more."""
    written()
    with clock.at(EARLY):
        proposal = sent_in(place, listing)
    sent(MONDAY)
    assert proposal.proposer
    with at(MONDAY):
        withdraw_proposal(by=proposal.proposer, proposal_id=proposal.pk)
    run(MONDAY + dt.timedelta(days=1))

    assert [one.step for one in AskedListing.objects.all()] == [-15]
    assert [one.cancelled_at is None for one in mails()] == [False, True]


def failing(monkeypatch: pytest.MonkeyPatch, meanwhile: Any = None) -> None:
    """Send what waits through a mail server that cannot be reached."""

    def cannot(message: Message) -> None:
        if meanwhile and message.kind == "ask":
            meanwhile()
        raise OSError("out of reach")

    with monkeypatch.context() as patch:
        patch.setattr(mail, "_written", cannot)
        sent(MONDAY)


def test_mail_is_not_tried_again_once_its_contact_wants_none(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stops a contact cannot cancel a mail that is being sent."""
    written()
    contact_id = Ask.objects.get().contact_id
    failing(
        monkeypatch,
        lambda: contact_points.stop(contact_id, Stopped.ASKED_NOT, actor="They"),
    )
    with at(MONDAY, 12):
        send_mail()
        assert [one.listing for one in asking.to_ring(place.assurer, clock.now())] == [
            listing
        ]

    assert (mails()[0].failures, mails()[0].sent_at) == (1, None)
    assert mails()[0].cancelled_at is not None


@pytest.mark.parametrize("email", ["new@friends.example", ""])
def test_mail_goes_to_the_address_that_holds_when_it_goes_out(
    place: world.Place, listing: Listing, email: str
) -> None:
    written()
    with clock.at(EARLY):
        contact_points.save_contact_points(
            by=place.assurer, listing_id=listing.pk,
            first=Where(email=email), second=Where(),
        )  # fmt: skip
    sent(MONDAY)

    to = [one.to for one in outbox.outbox if "Is this still right?" in one.subject]
    assert to == ([[email]] if email else [])
    assert [one.to_label for one in Ask.objects.filter(revoked_at=None)] == (
        [email] if email else []
    )
    run(MONDAY + dt.timedelta(days=1))
    assert list(AskedListing.objects.values_list("ask__channel", flat=True)) == [
        Channel.MAIL if email else Channel.PHONE
    ]


def test_mail_that_is_tried_again_keeps_once_what_it_left_out(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = beside(place, listing)
    written()
    with clock.at(EARLY):
        confirmed(place, other)
    failing(monkeypatch)
    with at(MONDAY, 12):
        send_mail()

    assert mails()[0].sent_at is not None
    assert AuditEvent.objects.get(verb="ask_left_out").after == {
        "listings": [str(other.pk)]
    }


def test_answers_go_to_who_asks_about_what_is_left(
    place: world.Place, listing: Listing
) -> None:
    """The place asks where it is about services of two partners, else the one."""
    other = beside(place, listing)
    health = Remit.objects.create(
        partnership=place.partnership,
        partner=place.health,
        name="Clinics",
        lead=place.assurer,
    )
    Listing.objects.filter(pk=other.pk).update(remit=health)
    written()
    before = mails()[0].reply_to
    with clock.at(EARLY):
        confirmed(place, other)
    sent(MONDAY)

    assert before == "directory@testham.example"
    assert mails()[0].reply_to == "services@testham.example"


def test_asking_by_hand_again_after_an_ask_was_left_out(
    place: world.Place, listing: Listing
) -> None:
    """The numbers of asks by hand are not given twice where one of them has gone."""

    def ask(channel: Channel) -> None:
        asking_by_hand.ask_by_hand(
            by=place.assurer, listing_id=listing.pk, channel=channel
        )

    with at(MONDAY, 7):
        ask(Channel.MAIL)
        ask(Channel.LETTER)
    with at(MONDAY, 8):
        changed(place, listing)
    sent(MONDAY)
    with at(MONDAY, 11):
        ask(Channel.LETTER)

    channels = AskedListing.objects.order_by("step").values_list("ask__channel")
    assert [channel for (channel,) in channels] == [Channel.LETTER, Channel.LETTER]
