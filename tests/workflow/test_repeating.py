"""The same person saying the same again: nothing is put into the queue twice."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Message, User
from common import clock
from tests import world
from tests.workflow.pages import filled_in, text
from tests.workflow.threads import while_holding
from workflow.actions import proposals
from workflow.actions.decisions import Choice, decide
from workflow.choices import Evidence, Gravity, ProposalState, Verdict
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {"evidence": Evidence.VISITED}


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def report(listing: Listing, by: User, words: str = "Shut.", **more: Any) -> Proposal:
    return proposals.report_problem(
        by=by, listing_id=listing.pk, words=words, **SAID, **more
    )


def closure(listing: Listing, by: User, words: str = "Shut.", **more: Any) -> Proposal:
    return proposals.report_closed(
        by=by, listing_id=listing.pk, words=words, **SAID, **more
    )


def edit(listing: Listing, by: User, **values: Any) -> Proposal:
    key = str(listing.record_id)
    return proposals.propose_edit(
        by=by, listing_id=listing.pk, edits={key: values}, bases={key: 1}, **SAID
    )


def open_ones() -> list[Proposal]:
    rows = Proposal.objects.filter(state=ProposalState.OPEN)
    return list(rows.exclude(kind="new").order_by("created_at"))


@pytest.mark.parametrize("say", [report, closure])
def test_a_report_sent_twice_is_in_the_queue_once(
    place: world.Place, listing: Listing, say: Any
) -> None:
    first = say(listing, place.contributor)
    audited = AuditEvent.objects.count()

    again = say(listing, place.contributor)

    assert (again.pk, again.repeats) == (first.pk, "same")
    assert open_ones() == [first]
    assert AuditEvent.objects.count() == audited


@pytest.mark.parametrize("say", [report, closure])
def test_new_words_go_with_what_waits(
    place: world.Place, listing: Listing, say: Any
) -> None:
    first = say(listing, place.contributor)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        again = say(listing, place.contributor, "The sign is gone too.")
    third = say(listing, place.contributor, "The sign is gone too.")

    assert (again.pk, again.repeats, third.repeats) == (first.pk, "more", "same")
    (only,) = open_ones()
    assert only.evidence_words == "Shut.\n\nThe sign is gone too."
    assert AuditEvent.objects.filter(verb="words_added").count() == 1


def test_another_persons_report_is_another(
    place: world.Place, listing: Listing
) -> None:
    report(listing, place.contributor)

    assert report(listing, place.volunteer).repeats == ""
    assert len(open_ones()) == 2


def test_a_report_that_was_taken_back_can_be_sent_anew(
    place: world.Place, listing: Listing
) -> None:
    first = report(listing, place.contributor)
    proposals.withdraw_proposal(by=place.contributor, proposal_id=first.pk)

    again = report(listing, place.contributor)

    assert (again.repeats, open_ones()) == ("", [again])


def test_a_report_said_again_as_harm_gets_the_clock_of_harm(
    place: world.Place, listing: Listing
) -> None:
    monday = dt.datetime(2026, 6, 1, 10, tzinfo=clock.LONDON)
    with clock.at(monday):
        report(listing, place.contributor)
        again = report(listing, place.contributor, harm=True)

    (only,) = open_ones()
    assert (again.repeats, only.gravity) == ("more", Gravity.HARM)
    assert only.answer_by == monday.replace(hour=23, minute=59)


def test_another_answer_to_for_good_takes_the_place_of_the_first(
    place: world.Place, listing: Listing
) -> None:
    first = closure(listing, place.contributor, for_good=False)
    second = closure(listing, place.contributor, for_good=True)

    first.refresh_from_db()
    assert (first.state, open_ones()) == (ProposalState.WITHDRAWN, [second])
    assert [c.verdict for c in first.changes.all()] == [Verdict.WITHDRAWN]
    assert second.changes.get().value == "defunct"


def test_the_same_change_suggested_twice_is_in_the_queue_once(
    place: world.Place, listing: Listing
) -> None:
    first = edit(listing, place.contributor, fees="£2")

    again = edit(listing, place.contributor, fees="£2")
    other = edit(listing, place.contributor, fees="£2", alert="Bring a mug.")

    assert (again.pk, again.repeats) == (first.pk, "same")
    assert [c.path for c in other.changes.all()] == ["alert"]
    assert other.repeats == ""


def test_another_value_for_the_same_field_takes_the_place_of_ones_own(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    first = edit(listing, editor, fees="£2")
    anothers = edit(listing, place.contributor, fees="£4")

    second = edit(listing, editor, fees="£3")

    first.refresh_from_db()
    assert (first.state, first.changes.get().verdict, first.changes.get().value) == (
        ProposalState.WITHDRAWN, Verdict.WITHDRAWN, "£2",
    )  # fmt: skip
    assert (second.repeats, second.changes.get().verdict) == ("", Verdict.PENDING)
    assert anothers.changes.get().verdict == Verdict.PENDING
    assert AuditEvent.objects.filter(verb="proposal_withdrawn").count() == 1


def test_what_else_was_suggested_with_a_replaced_value_waits_on(
    place: world.Place, listing: Listing
) -> None:
    first = edit(listing, place.contributor, fees="£2", alert="Bring a mug.")

    edit(listing, place.contributor, fees="£3")

    first.refresh_from_db()
    assert first.state == ProposalState.OPEN
    assert dict(first.changes.values_list("path", "verdict")) == {
        "fees": "withdrawn", "alert": "pending",
    }  # fmt: skip
    assert AuditEvent.objects.filter(verb="change_replaced").count() == 1


def test_replacing_the_last_undecided_value_closes_and_tells_of_the_rest(
    place: world.Place, listing: Listing
) -> None:
    first = edit(listing, place.contributor, fees="£2", alert="Bring a mug.")
    alert = first.changes.get(path="alert")
    decide(
        by=place.assurer, proposal_id=first.pk,
        choices={alert.pk: Choice(Verdict.ACCEPTED)},
    )  # fmt: skip

    edit(listing, place.contributor, fees="£3")

    first.refresh_from_db()
    assert first.state == ProposalState.DECIDED
    (message,) = Message.objects.filter(about_id=first.pk)
    assert "- Cost in words: “£2”, taken back" in message.text.splitlines()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("say", [report, closure])
def test_of_two_clicks_at_once_one_is_kept(
    place: world.Place, listing: Listing, say: Any
) -> None:
    first, second = while_holding(
        lambda: say(listing, place.contributor),
        lambda: say(listing, place.contributor),
    )

    assert (second.pk, second.repeats) == (first.pk, "same")
    assert open_ones() == [first]


# --- on the pages ---------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("problem", {"words": "Shut.", "evidence": "visited"}),
        ("closed", {"words": "Shut.", "evidence": "visited", "for_good": "yes"}),
    ],
)
def test_page_says_kindly_that_it_is_there_already(
    place: world.Place, listing: Listing, name: str, typed: dict[str, str]
) -> None:
    client = client_of(place.contributor)
    address = reverse(f"workflow:{name}", args=[listing.pk])
    with clock.at(dt.datetime(2026, 6, 1, 10, tzinfo=clock.LONDON)):
        client.post(address, typed)
        (waiting,) = open_ones()
        Proposal.objects.filter(pk=waiting.pk).update(created_at=clock.now())

    before = client.get(address)
    again = client.post(address, typed, follow=True)

    page = reverse("workflow:suggestion", args=[waiting.pk])
    assert "You told us on 1 June 2026, and Testham Council has it." in text(before)
    assert f'href="{page}"' in before.content.decode()
    assert again.redirect_chain == [(page, 302)]
    assert (
        "Testham Council has had this from you since 1 June 2026, so nothing was sent "
        "twice." in text(again)
    )
    assert "Take it back" in text(again)


def test_providers_edit_sent_twice_says_that_it_waits(
    place: world.Place, listing: Listing
) -> None:
    client = client_of(world.make_editor(listing))
    where = [listing.pk, "service", listing.record_id, "cost"]
    address = reverse("workflow:section", args=where)
    sent = filled_in(client.get(address), fees="£2")

    client.post(address, sent)
    again = client.post(address, sent, follow=True)

    assert "Testham Council has had this from you since" in text(again)
    assert len(open_ones()) == 1
