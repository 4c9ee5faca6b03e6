"""What somebody without an account tells us: taken down once, answered, let go of."""

import datetime as dt
import secrets
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import AuditEvent, Message
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.pages import text
from workflow import queries
from workflow.actions import decisions, erasure, listings, public_reports
from workflow.actions.public_reports import Told, TooMany
from workflow.actions.retaining import retain
from workflow.choices import (
    Gravity,
    Hidden,
    ProposalKind,
    ProposalState,
    Stage,
    WhatIsWrong,
)
from workflow.models import JobRun, Listing, Proposal, PublicReport
from workflow.views.deciding_context import confidence

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)  # a Monday
MAIL = "neighbour@mail.example"


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    with clock.at(NOW):
        return world.stocked()


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def tell(listing: Listing, what: str = WhatIsWrong.TIMES, **more: Any) -> PublicReport:
    told = {"once": secrets.token_hex(8), "sender": "192.0.2.7",
            "words": "I was there.", **more}  # fmt: skip
    return public_reports.report_publicly(
        listing_id=listing.pk, told=Told(what=what, **told)
    )


def answer(place: world.Place, report: PublicReport, text: str) -> None:
    decisions.decide(
        by=place.assurer, proposal_id=report.proposal_id, choices={}, answer=text
    )


# --- how it reads ---------------------------------------------------------------------


def test_report_is_headed_by_the_words_of_who_reported(
    place: world.Place, listing: Listing
) -> None:
    proposal = tell(listing, words="It is on Wednesdays now.").proposal
    page = text(signed_in(place.assurer).get(f"/work/proposals/{proposal.pk}/"))

    assert (
        "In their words The days or times are wrong. It is on Wednesdays now." in page
    )
    assert "Something else" not in page
    assert "How they know" not in page


# --- taken down -----------------------------------------------------------------------


def test_report_waits_in_the_queue_with_its_clock(listing: Listing) -> None:
    with clock.at(NOW):
        report = tell(listing, words="It is on Wednesdays now.", answer_to=MAIL)
    proposal = report.proposal

    assert (proposal.kind, proposal.gravity) == (ProposalKind.REPORT, Gravity.ERROR)
    assert proposal.evidence_words == (
        "The days or times are wrong. It is on Wednesdays now."
    )
    assert proposal.proposer_label == "Somebody without an account"
    assert (proposal.proposer, proposal.source, proposal.answer_to) == (None, None, "")
    assert proposal.answer_by == dt.datetime(2026, 9, 16, 23, 59, tzinfo=clock.LONDON)
    assert confidence(proposal) == (
        "They have no account, so nothing is known of them: ask somebody else."
    )
    assert report.answer_to == MAIL


def test_their_words_are_in_no_audit_row(listing: Listing) -> None:
    tell(listing, words="Joan told me.", answer_to=MAIL)
    rows = AuditEvent.objects.filter(actor_label="Somebody without an account")

    assert sorted(rows.values_list("verb", "reason")) == [
        ("change_proposed", ""), ("reported_publicly", ""),
    ]  # fmt: skip
    assert [r for r in AuditEvent.objects.all() if MAIL in str(vars(r))] == []


@pytest.mark.parametrize(
    ("closed", "kind", "value"),
    [
        ("for_good", ProposalKind.CLOSURE, "defunct"),
        ("for_now", ProposalKind.CLOSURE, "temporarily closed"),
        ("not_sure", ProposalKind.REPORT, None),
    ],
)
def test_closure_is_shown_as_being_checked_at_once(
    listing: Listing, closed: str, kind: str, value: str | None
) -> None:
    with clock.at(NOW):
        report = tell(listing, WhatIsWrong.CLOSED, closed=closed)
    proposal = report.proposal

    assert (proposal.kind, proposal.gravity) == (kind, Gravity.CLOSED)
    assert [c.value for c in proposal.changes.all()] == ([value] if value else [])
    assert proposal.answer_by == dt.datetime(2026, 9, 14, 23, 59, tzinfo=clock.LONDON)
    assert queries.being_checked(world.fresh(listing)) is True


def test_harm_cannot_wait(listing: Listing) -> None:
    report = tell(listing, WhatIsWrong.HARM, words="The floor has given way.")

    assert report.proposal.gravity == Gravity.HARM


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"what": "nonsense"}, "what"),
        ({"what": "else", "words": ""}, "words"),
        ({"what": "times", "words": ""}, "words"),
        ({"what": "moved", "words": " "}, "words"),
        ({"what": "cost", "words": ""}, "words"),
        ({"what": "reach", "words": ""}, "words"),
        ({"what": "harm", "words": "  "}, "words"),
        ({"what": "times", "words": "x" * 2001}, "words"),
        ({"what": "closed"}, "closed"),
        ({"what": "closed", "closed": "never"}, "closed"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    listing: Listing, told: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        tell(listing, **told)

    assert list(refused.value.errors) == [field]
    assert PublicReport.objects.count() == Proposal.objects.filter(
        proposer=None).count() == 0  # fmt: skip


@pytest.mark.parametrize("hidden", [Hidden.WITHDRAWN, Hidden.PERSONAL_DATA])
def test_hidden_service_takes_none(
    place: world.Place, listing: Listing, hidden: str
) -> None:
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=hidden, reason="Asked for."
    )
    with pytest.raises(InvalidState, match="not public any more"):
        tell(listing)


# --- said twice -----------------------------------------------------------------------


def test_same_form_twice_is_one_report(listing: Listing) -> None:
    first = tell(listing, once="one form", words="Closed on Mondays.")
    again = tell(listing, once="one form", words="Something else")

    assert (again.pk, PublicReport.objects.count()) == (first.pk, 1)
    assert Proposal.objects.filter(proposer=None).count() == 1


def test_same_of_others_within_a_day_joins_what_waits(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW):
        first = tell(listing, words="It is on Wednesdays.")
    with clock.at(NOW + dt.timedelta(hours=20)):
        other = tell(listing, words="On Wednesday, at 2.", sender="198.51.100.9")
        another_matter = tell(listing, WhatIsWrong.COST)
    with clock.at(NOW + dt.timedelta(hours=25)):
        later = tell(listing, words="Wednesday!")
    first.proposal.refresh_from_db()

    assert other.proposal_id == first.proposal_id
    assert first.proposal.evidence_words == (
        "The days or times are wrong. It is on Wednesdays.\n\nOn Wednesday, at 2."
    )
    assert len({r.proposal_id for r in (first, another_matter, later)}) == 3
    assert len({r.reference for r in (first, other)}) == 2
    assert confidence(first.proposal) == (
        "2 reports without an account say so; they may be of one person."
    )


def test_closed_for_good_does_not_join_closed_for_now(listing: Listing) -> None:
    reports = [
        tell(listing, WhatIsWrong.CLOSED, closed=closed)
        for closed in ("for_good", "for_now", "not_sure", "for_good")
    ]

    assert len({report.proposal_id for report in reports}) == 3
    assert reports[0].proposal_id == reports[3].proposal_id


def test_decided_report_is_not_joined(place: world.Place, listing: Listing) -> None:
    first = tell(listing)
    answer(place, first, "We rang, and it is right.")

    assert tell(listing).proposal_id != first.proposal_id


# --- floods ---------------------------------------------------------------------------


def test_sender_is_stopped_after_so_many_in_an_hour(place: world.Place) -> None:
    services = [world.published(place, name=f"Tea {n}") for n in range(8)]
    with clock.at(NOW):
        for listing in services[:6]:
            tell(listing)
        with pytest.raises(TooMany, match="6 reports came from your connection"):
            tell(services[6])
        tell(services[6], sender="198.51.100.9")
    with clock.at(NOW + dt.timedelta(hours=1, minutes=1)):
        tell(services[7])

    assert PublicReport.objects.count() == 8


def test_service_takes_so_many_in_a_day_whoever_sends_them(listing: Listing) -> None:
    for number in range(public_reports.ABOUT_ONE_SERVICE):
        tell(listing, sender=f"198.51.100.{number}")
    with pytest.raises(TooMany, match="Several people have told us"):
        tell(listing, sender="203.0.113.1")

    assert Proposal.objects.filter(proposer=None).count() == 1


def test_flood_hides_and_lapses_nothing(listing: Listing) -> None:
    due = world.fresh(listing).due_on
    for number in range(public_reports.ABOUT_ONE_SERVICE):
        tell(listing, WhatIsWrong.CLOSED, closed="for_good",
             sender=f"198.51.100.{number}")  # fmt: skip
    after = world.fresh(listing)

    assert (after.stage, after.hidden_because, after.due_on) == (
        Stage.PUBLISHED, [], due,
    )  # fmt: skip


def test_address_is_kept_in_no_form_that_can_be_turned_back() -> None:
    with clock.at(NOW):
        today = public_reports.sender_of("192.0.2.7")
        with override_settings(SECRET_KEY="another"):
            elsewhere = public_reports.sender_of("192.0.2.7")
    with clock.at(NOW + dt.timedelta(days=1)):
        tomorrow = public_reports.sender_of("192.0.2.7")

    assert len({today, tomorrow, elsewhere}) == 3


def test_ipv6_counts_by_its_network() -> None:
    of = public_reports.sender_of

    assert of("2001:db8::1") == of("2001:db8::ffff:2")
    assert of("2001:db8::1") != of("2001:db8:0:1::1")
    assert of("::ffff:192.0.2.7") == of("192.0.2.7") != of("::ffff:192.0.2.8")


# --- the answer -----------------------------------------------------------------------


def test_answer_is_mailed_to_each_and_stands_on_their_page(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW):
        first = tell(listing, answer_to=MAIL)
        other = tell(listing, sender="198.51.100.9", answer_to="two@mail.example")
        silent = tell(listing, sender="198.51.100.10")
        waiting = public_reports.answer_of(first)
        answer(place, first, "We rang: it is on Tuesdays.")
    first, silent = (PublicReport.objects.get(pk=r.pk) for r in (first, silent))
    with clock.at(NOW + dt.timedelta(minutes=9)):
        settling = public_reports.answer_of(first)
    with clock.at(NOW + dt.timedelta(minutes=11)):
        settled = [public_reports.answer_of(r) for r in (first, silent)]
    about = Message.objects.filter(kind="outcome", about_id=first.proposal_id)
    mails = about.order_by("to")

    assert (waiting.lines, waiting.until) == ([], first.proposal.answer_by)
    assert (settling.lines, settling.settling) == ([], True)
    assert [a.lines for a in settled] == [["We rang: it is on Tuesdays."]] * 2
    assert [m.to for m in mails] == [MAIL, other.answer_to]
    assert "We rang: it is on Tuesdays." in mails[0].text
    assert mails[0].send_after == NOW + dt.timedelta(minutes=10)


def test_private_link_opens_one_report_alone(listing: Listing) -> None:
    report = tell(listing, once="a secret")
    token = public_reports.token_of("a secret")

    assert public_reports.of_token(token) == report
    assert len(token) == 64
    assert token not in (report.token_hash, report.reference)
    for wrong in ("", token[:-1], token.upper(), report.token_hash, report.reference,
                  "a secret", "\x00"):  # fmt: skip
        assert public_reports.of_token(wrong) is None


# --- let go of ------------------------------------------------------------------------


def test_what_is_kept_of_them_goes_in_its_time(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW):
        report = tell(listing, answer_to=MAIL)
        answer(place, report, "It is right.")

    def after(days: int) -> list[tuple[str, bool]]:
        with clock.at(NOW + dt.timedelta(days=days, minutes=1)):
            retain(JobRun(name="workflow.retain"))
        rows = PublicReport.objects.values_list("answer_to", "sender")
        return [(to, sender != "") for to, sender in rows]

    assert after(0) == [(MAIL, True)]
    assert after(1) == [(MAIL, False)]
    assert after(30) == [("", False)]
    assert after(365) == []
    assert Proposal.objects.get(pk=report.proposal_id).state == ProposalState.DECIDED


def test_erasure_reaches_address_and_words(
    place: world.Place, listing: Listing
) -> None:
    report = tell(listing, words="Ask Joan Pennyfeather.", answer_to=MAIL)
    for value in (MAIL, "Joan Pennyfeather"):
        erasure.erase_value(
            by=place.officer, place=place.partnership, value=value, reason="Asked for."
        )
    report.refresh_from_db()
    report.proposal.refresh_from_db()

    assert report.answer_to == ""
    assert "Pennyfeather" not in report.proposal.evidence_words
    with pytest.raises(InvalidInput) as refused:
        tell(listing, words="Joan Pennyfeather runs it")
    assert list(refused.value.errors) == ["words"]
