"""The public pages on which something is said to be wrong, and attacks on them."""

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from publishing import actions
from publishing.reporting_forms import sealed
from tests import world
from workflow.actions import decisions, listings, public_reports
from workflow.choices import Hidden
from workflow.models import Listing, OutboxEvent, Proposal, PublicReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    listing = world.published(place)
    actions.consume_outbox()
    return listing


def page(listing: Listing) -> str:
    return f"/services/{listing.record_id}/report/"


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def form(client: Client, listing: Listing, what: str = "times") -> dict[str, str]:
    """The fields of the second question as a browser has them."""
    body = client.get(page(listing), {"what": what}).content.decode()
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body)
    hidden = {name: html.unescape(value) for name, value in fields
              if name != "csrfmiddlewaretoken"}  # fmt: skip
    return {**hidden, "words": "I was there."}


def send(client: Client, listing: Listing, what: str = "times", **typed: str) -> Any:
    return client.post(page(listing), {**form(client, listing, what), **typed})


def written() -> tuple[int, int, int]:
    return (
        PublicReport.objects.count(),
        Proposal.objects.filter(proposer=None).count(),
        OutboxEvent.objects.filter(done_at=None).count(),
    )


# --- the way through ------------------------------------------------------------------


def test_page_of_a_service_leads_to_it(client: Client, listing: Listing) -> None:
    service = client.get(f"/services/{listing.record_id}/")

    assert (
        f'<a class="govuk-link" href="{page(listing)}">Tell us what is wrong</a>'
        in (text(service))
    )


def test_one_small_question_follows_another(client: Client, listing: Listing) -> None:
    first = client.get(page(listing))
    nothing = client.get(page(listing), {"asked": "yes"})
    second = client.get(page(listing), {"what": "moved"})
    sent = send(client, listing, "moved", words="At the library.")
    receipt = client.get(sent["Location"])
    report = PublicReport.objects.get()

    assert "What is wrong?" in text(first)
    assert "Choose what is wrong." in text(nothing)
    assert "Where is it now, as far as you know?" in text(second)
    assert "Is it closed for good?" not in text(second)
    assert sent.status_code == 302
    assert report.reference in text(receipt)
    assert "Tuesday coffee morning" in text(receipt)
    assert f'href="http://testserver{sent["Location"]}"' in text(receipt)


@pytest.mark.parametrize("asked", [{}, {"what": "moved"}])
def test_name_of_the_service_stands_over_the_question_once(
    client: Client, listing: Listing, asked: dict[str, str]
) -> None:
    said = client.get(page(listing), asked).content.decode()
    main = re.sub(r"<[^>]+>", " ", said[said.index('class="v-page"') :])

    assert main.count("Tuesday coffee morning") == 1


def test_answer_stands_on_the_private_page(
    place: world.Place, client: Client, listing: Listing
) -> None:
    now = clock.now()
    link = send(client, listing, words="It is on Wednesdays.")["Location"]
    proposal = PublicReport.objects.get().proposal
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices={},
        answer="We rang: it is on Tuesdays.",
    )  # fmt: skip
    early = text(client.get(link))
    with clock.at(now + dt.timedelta(minutes=15)):
        answer = client.get(link)

    assert "The answer stands here in a few minutes." in early
    assert "We rang: it is on Tuesdays." not in early
    assert "<p>We rang: it is on Tuesdays.</p>" in text(answer)
    assert "It is on Wednesdays." not in text(answer)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


def test_closed_asks_for_good_or_for_now(client: Client, listing: Listing) -> None:
    without = send(client, listing, "closed")
    sent = send(client, listing, "closed", closed="for_now")

    assert "Choose whether it is closed for good." in text(without)
    assert sent.status_code == 302
    assert PublicReport.objects.get().proposal.kind == "closure"


def test_nothing_typed_is_lost_where_something_is_wrong(
    client: Client, listing: Listing
) -> None:
    answer = send(client, listing, words="Ring twice.", answer_to="not an address")

    assert answer.status_code == 200
    assert "Ring twice.</textarea>" in text(answer)
    assert 'value="not an address"' in text(answer)
    assert 'data-errors tabindex="-1" autofocus>' in text(answer)
    assert written()[:2] == (0, 0)


def test_limit_is_told_and_nothing_typed_is_lost(
    client: Client, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_reports, "ABOUT_ONE_SERVICE", 1)
    send(client, listing)
    answer = send(client, listing, words="Ring twice.", answer_to="a@mail.example")

    assert answer.status_code == 429
    assert "Several people have told us about this service today" in text(answer)
    assert "Ring twice.</textarea>" in text(answer)
    assert 'value="a@mail.example"' in text(answer)
    assert PublicReport.objects.count() == 1


# --- attacks --------------------------------------------------------------------------


def test_form_of_another_website_is_refused(listing: Listing) -> None:
    strict = Client(enforce_csrf_checks=True)
    fields = form(strict, listing)

    assert strict.post(page(listing), fields).status_code == 403
    assert written()[:2] == (0, 0)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client: Client, listing: Listing, method: str) -> None:
    fields = form(client, listing)
    before = written()
    answer = getattr(client, method)(page(listing), {**fields, "words": "x"})

    assert (answer.status_code, written()) == (200, before)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(
    client: Client, listing: Listing, method: str
) -> None:
    assert getattr(client, method)(page(listing)).status_code == 405


def test_form_sent_twice_is_one_report(client: Client, listing: Listing) -> None:
    fields = form(client, listing)
    answers = [client.post(page(listing), fields)["Location"] for _ in range(3)]

    assert (len(set(answers)), written()[:2]) == (1, (1, 1))


def test_secret_of_a_form_is_good_for_one_service_and_one_day(
    place: world.Place, client: Client, listing: Listing
) -> None:
    other = world.published(place, name="Yoga")
    actions.consume_outbox()
    for once in (
        form(client, other)["once"], sealed("a", uuid.uuid4()), "a", "", "a:b:c",
        form(client, listing)["once"][:-2],
    ):  # fmt: skip
        answer = client.post(
            page(listing), {"what": "times", "once": once, "words": "On Wednesdays."}
        )
        assert answer.status_code == 200
        assert "send it once more" in text(answer)
        assert "On Wednesdays.</textarea>" in text(answer)

    assert written()[:2] == (0, 0)


def test_form_that_is_too_old_can_be_sent_once_more(
    client: Client, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = form(client, listing)
    monkeypatch.setattr("publishing.reporting_forms.GOOD_FOR", -1)
    late = client.post(page(listing), fields)
    monkeypatch.undo()
    (once,) = re.findall(r'name="once" value="([^"]*)"', late.content.decode())
    sent = client.post(page(listing), {**fields, "once": html.unescape(once)})

    assert (late.status_code, sent.status_code) == (200, 302)


def test_machine_falls_into_the_trap(client: Client, listing: Listing) -> None:
    answer = send(client, listing, website="https://buy.example/")

    assert answer["Location"] == f"/services/{listing.record_id}/"
    assert written()[:2] == (0, 0)


@pytest.mark.parametrize("token", ["x", "0" * 64, "a" * 63, "%00", "..", "é" * 64])
def test_guessed_link_opens_nothing(
    client: Client, listing: Listing, token: str
) -> None:
    send(client, listing)

    assert client.get(f"/reports/{token}/").status_code == 404


@pytest.mark.parametrize("because", [Hidden.WITHDRAWN, Hidden.PERSONAL_DATA])
def test_hidden_service_is_named_nowhere(
    place: world.Place, client: Client, listing: Listing, because: str
) -> None:
    link = send(client, listing)["Location"]
    fields = form(client, listing)
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=because, reason="Asked for."
    )
    late = client.post(page(listing), fields)
    actions.consume_outbox()
    answers = [client.get(page(listing)), client.post(page(listing), fields)]
    receipt = client.get(link)

    assert late.status_code == 409
    assert "is not public any more" in text(late)
    assert [a.status_code for a in answers] == [410, 410]
    for answer in (*answers, receipt):
        assert "coffee morning" not in text(answer)
    assert receipt.status_code == 200


def test_service_that_never_was_public_is_unknown(
    place: world.Place, client: Client, listing: Listing
) -> None:
    draft = world.draft(place)

    for address in (page(draft), f"/services/{uuid.uuid4()}/report/"):
        assert client.get(address).status_code == 404
        assert client.post(address, form(client, listing)).status_code == 404


def test_hostile_words_are_only_words(
    place: world.Place, client: Client, listing: Listing
) -> None:
    words = "<script>alert(1)</script> {{ 7*7 }} =cmd() \u202e\r\nBcc: a@mail.example"
    link = send(client, listing, words=words)["Location"]
    client.force_login(place.assurer)
    proposal = PublicReport.objects.get().proposal
    bodies = [
        client.get(link).content.decode(),
        client.get(f"/work/proposals/{proposal.pk}/").content.decode(),
        client.get("/work/").content.decode(),
    ]

    for body in bodies:
        assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in bodies[1]


@pytest.mark.parametrize("words", ["\x00", "x" * 2001])
def test_words_that_cannot_be_kept_are_told(
    client: Client, listing: Listing, words: str
) -> None:
    answer = send(client, listing, words=words)

    assert (answer.status_code, written()[:2]) == (200, (0, 0))


def test_nobody_sees_what_others_reported(client: Client, listing: Listing) -> None:
    send(client, listing, words="Joan told me.", answer_to="joan@mail.example")
    stranger = Client()
    link = send(stranger, listing, words="On Wednesdays.")["Location"]
    pages = [link, page(listing), f"/services/{listing.record_id}/", "/",
             f"/oruk/v3/services/{listing.record_id}"]  # fmt: skip

    assert PublicReport.objects.count() == 2
    for address in pages:
        body = stranger.get(address).content.decode()
        assert "Joan" not in body
        assert "joan@" not in body


def test_address_of_the_sender_is_written_nowhere(
    client: Client, listing: Listing
) -> None:
    client.post(page(listing), form(client, listing), REMOTE_ADDR="203.0.113.99")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_json(r)::text FROM workflow_publicreport r")
        rows = cursor.fetchall()
        cursor.execute("SELECT to_json(a)::text FROM accounts_auditevent a")
        rows += cursor.fetchall()

    assert PublicReport.objects.count() == 1
    assert [row for (row,) in rows if "203.0.113.99" in row] == []


def test_pages_ask_the_database_as_often_for_three_reports_as_for_one(
    client: Client, listing: Listing
) -> None:
    counts = []
    for _ in range(3):
        link = send(client, listing, "else", words="Something.")["Location"]
        with CaptureQueriesContext(connection) as captured:
            client.get(link)
            client.get(page(listing))
        counts.append(len(captured))

    assert counts == [counts[0]] * 3


# --- which contact --------------------------------------------------------------------


def test_wrong_contact_asks_which_and_says_so_to_who_looks(
    client: Client, listing: Listing
) -> None:
    answer = client.get(page(listing), {"what": "reach"})
    asked = answer.context["form"]
    number = asked.fields["contact"].choices[0][0]

    assert number == "01632 960101"
    assert asked.fields["contact"].choices[-1] == ("", "I am not sure")
    send(client, listing, "reach", contact=number, words="Nobody answers.")
    (proposal,) = Proposal.objects.filter(proposer=None)
    assert proposal.evidence_words.endswith("01632 960101: Nobody answers.")


def test_only_wrong_contacts_are_asked_for_one(
    client: Client, listing: Listing
) -> None:
    answer = client.get(page(listing), {"what": "times"})

    assert "contact" not in answer.context["form"].fields


def test_contact_that_is_not_shown_is_refused(client: Client, listing: Listing) -> None:
    answer = send(client, listing, "reach", contact="07700 900999", words="Wrong.")

    assert answer.context["form"].errors == {"contact": ["Choose one of them."]}
    assert Proposal.objects.filter(proposer=None).count() == 0
