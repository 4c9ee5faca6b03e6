"""Answers without an account that say more than that nothing has changed, and keys
that no longer open anything."""

import datetime as dt
import io
import smtplib
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage as Mail
from django.core.management import call_command
from django.test import Client

from accounts.mail import header_id
from accounts.models import AuditEvent, Message
from common import clock
from config.logs import JsonFormatter
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
from workflow import answer_keys, asking, wrong_keys
from workflow.actions import asking_by_hand, bounces
from workflow.actions.answering import Who
from workflow.choices import Channel, Verdict
from workflow.models import (
    Ask,
    AskedListing,
    Confirmation,
    ContactPoint,
    Listing,
    Proposal,
)
from workflow.views.answering import TAKEN_BACK

pytestmark = pytest.mark.django_db

SOON = MONDAY + dt.timedelta(days=15)
WHO = {"name": "Jo Bright", "role": "Secretary"}
WHO_TELLS = {f"who-{name}": value for name, value in WHO.items()}
"""The same beside a part of a record, which may have a name of its own."""
JO = Who("Jo Bright", "Secretary")


@pytest.fixture(autouse=True)
def _no_wrong_keys_yet() -> None:
    cache.clear()


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return falls_due(place, SOON)


@pytest.fixture
def link(listing: Listing) -> str:
    run(MONDAY)
    (message,) = mails()
    return link_in(message)


def post(client: Client, address: str, **data: Any) -> Any:
    with at(MONDAY):
        return client.post(address, {**WHO, **WHO_TELLS, **data})


def get(client: Client, address: str) -> Any:
    with at(MONDAY):
        return client.get(address)


def asked() -> AskedListing:
    return AskedListing.objects.get()


# --- something is different -----------------------------------------------------------


def test_changed_field_is_a_proposal_of_the_providers(
    client: Client, place: world.Place, listing: Listing, link: str
) -> None:
    address = f"{link}{listing.pk}/cost/"
    page = get(client, address)
    answer = post(client, address, version=page.context["version"], fees="£3")

    proposal = Proposal.objects.get(kind="edit")
    (change,) = proposal.changes.all()
    assert (answer.status_code, answer["Location"]) == (302, link)
    assert (change.path, change.value, change.verdict) == (
        "fees", "£3", Verdict.PENDING,
    )  # fmt: skip
    assert (
        proposal.by_provider, proposal.proposer, proposal.proposer_label,
        proposal.evidence,
    ) == (True, None, "Jo Bright, Secretary", "run_it")  # fmt: skip
    assert (asked().answer, asked().proposal) == ("change", proposal)
    assert world.fresh(listing).confirmed_on is None


def test_every_part_that_can_be_changed_opens(
    client: Client, listing: Listing, link: str
) -> None:
    page = get(client, f"{link}{listing.pk}/")
    slugs = [part.slug for part in page.context["parts"]]
    statuses = [get(client, f"{link}{listing.pk}/{s}/").status_code for s in slugs]

    assert slugs == ["times", "contact", "cost", "joining", "who", "about"]
    assert statuses == [200] * 6
    assert get(client, f"{link}{listing.pk}/keeping/").status_code == 404


def test_nothing_different_is_no_proposal(
    client: Client, listing: Listing, link: str
) -> None:
    page = post(client, f"{link}{listing.pk}/cost/", version=1, fees="")

    assert page.status_code == 200
    assert Proposal.objects.filter(kind="edit").count() == 0


def test_closed_for_now_needs_a_day_and_waits_for_a_decision(
    client: Client, listing: Listing, link: str
) -> None:
    address = f"{link}{listing.pk}/closed/"
    without = post(client, address, for_good="no")
    post(
        client, address, for_good="no", until_day="3", until_month="9",
        until_year="2026", words="Builders.",
    )  # fmt: skip

    proposal = Proposal.objects.get(kind="closure")
    assert set(without.context["form"].errors) == {"until"}
    assert proposal.changes.get().value == "temporarily closed"
    assert proposal.evidence_words == "Closed until 3 September 2026. Builders."
    assert asked().answer == "closed_for_now"


def test_closed_for_good_hides_nothing_by_itself(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/closed/", for_good="yes")

    assert Proposal.objects.get(kind="closure").changes.get().value == "defunct"
    assert (asked().answer, world.fresh(listing).stage) == ("closed", "published")


def test_not_us_any_more_stops_the_mail_and_is_rung_about(
    client: Client, place: world.Place, listing: Listing, link: str
) -> None:
    post(client, f"{link}stop/", because="not_us")

    with at(MONDAY):
        ring = [row.listing for row in asking.to_ring(place.assurer, clock.now())]
    contact = ContactPoint.objects.get()
    assert (contact.stopped_because, asked().answer, ring) == (
        "not_us", "not_us", [listing],
    )  # fmt: skip
    assert get(client, link).status_code == 410
    run(SOON)
    assert len(mails()) == 1


def test_not_us_any_more_and_taking_it_back_are_in_the_trail(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}stop/", because="not_us")
    post(client, f"{link}stop/undo/")
    post(client, f"{link}stop/", because="asked_not")

    told = AuditEvent.objects.filter(object_id=listing.pk, verb__contains="answer")
    assert list(told.order_by("pk").values_list(
        "verb", "actor_label", "before", "after"
    )) == [
        ("ask_answered", "The provider, by link in the mail", None,
         {"answer": "not_us"}),
        ("answer_taken_back", "The provider, by link in the mail",
         {"answer": "not_us"}, None),
    ]  # fmt: skip


def test_no_more_mails_please(client: Client, listing: Listing, link: str) -> None:
    post(client, f"{link}stop/", because="asked_not")
    run(SOON)

    assert ContactPoint.objects.get().stopped_because == "asked_not"
    assert len(mails()) == 1
    assert get(client, link).status_code == 200


@pytest.mark.parametrize("because", ["not_us", "asked_not"])
def test_stop_is_taken_back_within_ten_minutes(
    client: Client, listing: Listing, link: str, because: str
) -> None:
    def said() -> tuple[str, str, bool]:
        contact = ContactPoint.objects.get()
        answer = AskedListing.objects.get().answer
        return contact.stopped_because, answer, contact.stopped_at is None

    stopped = post(client, f"{link}stop/", because=because)
    assert "Take it back" in stopped.content.decode()
    with at(MONDAY, 11):
        late = client.post(f"{link}stop/undo/")
    assert (said()[0], late.status_code) == (
        because, {"not_us": 302, "asked_not": 409}[because],
    )  # fmt: skip
    get(client, f"{link}stop/undo/")
    assert said()[0] == because
    post(client, f"{link}stop/undo/")

    assert said() == ("", "", True)
    assert get(client, link).status_code == 200


def test_who_answers_is_asked_once_in_a_browser_and_told_to_no_other(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/closed/", for_good="yes")
    cookie = client.cookies["answering"]
    forms = [get(who, f"{link}stop/").context["form"] for who in (client, Client())]

    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == (link, True, "")
    assert [form.initial for form in forms] == [WHO, {}]


def test_link_is_for_its_records_alone(
    client: Client, place: world.Place, link: str
) -> None:
    other = due(place, SOON + dt.timedelta(days=90), name="Other")
    revision = other.record.revision
    assert revision is not None

    post(client, link, shown=f"{other.pk}:{revision.number}", same=str(other.pk))

    assert [get(client, f"{link}{other.pk}/").status_code] == [404]
    assert Confirmation.objects.count() == 0


def test_all_that_are_shown_are_confirmed_and_no_others(
    client: Client, place: world.Place, listing: Listing
) -> None:
    run_by = listing.record.__class__.objects.get(pk=str(listing.organization_id))
    second = due(place, SOON, name="Second", run_by=run_by)
    third = due(place, SOON, name="Third", run_by=run_by)
    run(MONDAY)
    (message,) = mails()
    shown = [f"{one.pk}:1" for one in (listing, second)]

    post(client, link_in(message), shown=shown, same="all")

    rows = AskedListing.objects.values_list("listing", "answer")
    assert dict(rows) == {listing.pk: "same", second.pk: "same", third.pk: ""}
    assert Ask.objects.get().used_at is None


def test_record_that_changed_meanwhile_is_not_confirmed(
    client: Client, listing: Listing, link: str
) -> None:
    page = post(client, link, shown=f"{listing.pk}:7", same=str(listing.pk))

    assert page.status_code == 409
    assert Confirmation.objects.count() == 0


@pytest.mark.parametrize("number", ["²", "9" * 5000, "", "-1"])
def test_version_that_is_no_number_says_nothing(
    client: Client, listing: Listing, link: str, number: str
) -> None:
    page = post(client, link, shown=f"{listing.pk}:{number}", same=str(listing.pk))

    assert (page.status_code, Confirmation.objects.count()) == (302, 0)


# --- taking back ----------------------------------------------------------------------


def confirm(client: Client, link: str, listing: Listing) -> None:
    post(client, link, shown=f"{listing.pk}:1", same=str(listing.pk))


def test_answer_can_be_taken_back_for_ten_minutes(
    client: Client, listing: Listing, link: str
) -> None:
    confirm(client, link, listing)
    post(client, f"{link}{listing.pk}/undo/")
    page = get(client, link)

    assert [str(one) for one in page.context["messages"]] == [TAKEN_BACK]
    assert Confirmation.objects.count() == 0
    assert (asked().answer, asked().answered_by) == ("", "")
    assert world.fresh(listing).confirmed_on is None


def test_after_ten_minutes_it_stays(
    client: Client, listing: Listing, link: str
) -> None:
    confirm(client, link, listing)
    with at(MONDAY, 11):
        late = client.post(f"{link}{listing.pk}/undo/")

    assert (late.status_code, Confirmation.objects.count()) == (409, 1)


def test_taking_back_a_change_withdraws_the_proposal(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/cost/", version=1, fees="£3")
    post(client, f"{link}{listing.pk}/undo/")

    assert Proposal.objects.get(kind="edit").state == "withdrawn"
    assert asked().answer == ""


# --- keys -----------------------------------------------------------------------------


def test_scanner_that_opens_every_address_confirms_nothing(
    client: Client, listing: Listing, link: str
) -> None:
    parts = ["", "stop/", "stop/undo/", "new-link/",
             f"{listing.pk}/", f"{listing.pk}/undo/",
             f"{listing.pk}/closed/", f"{listing.pk}/cost/"]  # fmt: skip
    before = Message.objects.count()
    with at(MONDAY):
        for part in parts:
            for method in (client.get, client.head, client.options):
                method(f"{link}{part}")

    assert (asked().answer, Confirmation.objects.count()) == ("", 0)
    assert Proposal.objects.exclude(kind="new").count() == 0
    assert (Message.objects.count(), ContactPoint.objects.get().stopped_at) == (
        before, None,
    )  # fmt: skip


def test_revoked_key_opens_nothing(
    client: Client, place: world.Place, link: str
) -> None:
    asking_by_hand.revoke_ask(by=place.assurer, ask_id=Ask.objects.get().pk)

    assert get(client, link).status_code == 410


def test_new_link_goes_to_the_same_mailbox_once_a_day(
    client: Client, listing: Listing, link: str
) -> None:
    later = MONDAY + dt.timedelta(days=46)
    Listing.objects.update(due_on=later + dt.timedelta(days=40))
    with at(later):
        for _ in range(3):
            client.post(f"{link}new-link/")
        old = client.get(link).status_code

    first, second = mails()
    with at(later):
        new = client.get(link_in(second)).status_code
    assert (first.to, second.to, old, new) == (
        "info@friends.example", "info@friends.example", 410, 200,
    )  # fmt: skip


def test_letter_code_opens_the_same_page_however_it_is_typed(
    client: Client, place: world.Place, listing: Listing
) -> None:
    with at(MONDAY):
        ask = asking_by_hand.ask_by_hand(
            by=place.assurer, listing_id=listing.pk, channel=Channel.LETTER
        )
    code = answer_keys.key_of(ask)
    typed = code.lower().replace("-", " ")

    answer = post(client, "/answer/", code=typed)
    post(client, answer["Location"], shown=f"{listing.pk}:1", same=str(listing.pk))

    assert answer["Location"] == f"/answer/{code}/"
    assert (len(code), asked().answered_how) == (14, "letter")
    assert code not in str(vars(Ask.objects.get()))


def test_wrong_codes_are_stopped_after_a_while(client: Client, link: str) -> None:
    statuses = [
        post(client, "/answer/", code="BCDF-2345-GHJK").status_code
        for _ in range(wrong_keys.MOST + 1)
    ]

    assert statuses == [200] * wrong_keys.MOST + [429]
    assert get(client, link).status_code == 429


def test_key_is_in_no_log_line(
    client: Client, listing: Listing, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = link.split("/")[2]
    with caplog.at_level(0):
        get(client, link)
        confirm(client, link, listing)
        get(client, f"{link}{listing.pk}/nowhere/")

    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert [line for line in lines if key in line] == []


# --- mails that come back -------------------------------------------------------------


def report(message: Message, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery report (RFC 3464) about one of our mails."""
    inner = EmailMessage()
    inner["Message-ID"] = header_id(message.pk)
    inner["Subject"] = message.subject
    inner.set_content("Is this still right?")
    fields = (
        "Reporting-MTA: dns; mx.friends.example\n\n"
        f"Final-Recipient: rfc822; {message.to}\nAction: {action}\nStatus: {status}\n"
    )
    mark = "=_report"
    return (
        "From: MAILER-DAEMON@friends.example\nSubject: Back\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/report; report-type=delivery-status;"
        f' boundary="{mark}"\n\n'
        f"--{mark}\nContent-Type: text/plain\n\nSorry.\n"
        f"--{mark}\nContent-Type: message/delivery-status\n\n{fields}\n"
        f"--{mark}\nContent-Type: message/rfc822\n\n{inner.as_string()}\n--{mark}--\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "action", "stopped"),
    [
        ("5.1.1", "failed", "bounced"),
        ("5.2.1", "failed", "bounced"),
        ("4.4.1", "delayed", ""),
        ("5.7.1", "failed", ""),
    ],
)
def test_report_of_a_failure_for_good_stops_the_contact(
    listing: Listing, link: str, tmp_path: Any, status: str, action: str, stopped: str
) -> None:
    sent(MONDAY)
    box = tmp_path / "returned"
    head = b"From MAILER-DAEMON Mon Jun  1 10:00:00 2026\n"
    box.write_bytes(head + report(mails()[0], status, action) + b"\n")

    with at(MONDAY):
        call_command("read_bounces", str(box))
        call_command("read_bounces", str(box))

    assert ContactPoint.objects.get().stopped_because == stopped
    assert (Ask.objects.get().bounced_with != "") == bool(stopped)


def test_forged_report_stops_nobody(listing: Listing, link: str) -> None:
    stranger = Message(to="x@friends.example", subject="?")
    done = bounces.read(bounces.in_stream(io.BytesIO(report(stranger))))

    assert (done.mails, done.failures, done.stopped) == (1, 1, 0)
    assert ContactPoint.objects.get().stopped_at is None


def test_refusal_by_the_server_stops_the_contact_and_is_not_tried_again(
    place: world.Place, listing: Listing, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Mail, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"5.1.1 unknown")})

    monkeypatch.setattr(Mail, "send", refuse)
    sent(MONDAY)
    sent(MONDAY + dt.timedelta(days=1))
    run(MONDAY + dt.timedelta(days=1))

    (message,) = mails()
    contact = ContactPoint.objects.get()
    assert (message.failures, message.sent_at, message.refused_with) == (0, None, "550")
    assert (contact.stopped_because, Ask.objects.get().bounced_with) == (
        "bounced", "550",
    )  # fmt: skip
