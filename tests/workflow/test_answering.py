"""From a record that is due to an answer without an account."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from directory.freshness import full_date
from tests import world
from tests.workflow.asking_scene import MONDAY, at, falls_due, link_in, mails, run, sent
from tests.workflow.deciding import edit
from tests.workflow.pages import text
from tests.workflow.town import ACCEPT
from workflow import asking_words
from workflow.actions import decisions
from workflow.actions.public_reports import Told, report_publicly
from workflow.models import AskedListing, Confirmation, Listing

pytestmark = pytest.mark.django_db

SOON = MONDAY + dt.timedelta(days=15)
GUARDED = {
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
WHO = {"name": "Jo Bright", "role": "Secretary"}


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


def shown(listing: Listing) -> str:
    """The record as the form names it, with the version that was shown."""
    revision = world.fresh(listing).record.revision
    assert revision is not None
    return f"{listing.pk}:{revision.number}"


def confirm(client: Client, link: str, listing: Listing, **more: Any) -> Any:
    """Press “Nothing has changed” for one record."""
    data = {**WHO, "shown": shown(listing), "same": str(listing.pk), **more}
    with at(MONDAY):
        return client.post(link, data)


def test_mail_leads_to_a_confirmation_without_an_account(
    client: Client, listing: Listing, link: str
) -> None:
    answer = confirm(client, link, listing)

    said = Confirmation.objects.get()
    asked = AskedListing.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, link)
    assert (said.source, said.said_by, said.said_on) == ("provider", None, MONDAY)
    assert (asked.answer, asked.answered_by, asked.answered_how) == (
        "same", "Jo Bright, Secretary", "link",
    )  # fmt: skip
    assert asked.confirmation == said
    now = world.fresh(listing)
    assert (now.confirmed_on, now.assured_on, now.due_on) == (
        MONDAY, listing.assured_on, SOON,
    )  # fmt: skip


@pytest.mark.parametrize(("day", "was"), [(SOON, ""), (MONDAY, "it was ")])
def test_day_of_a_check_that_is_over_is_said_to_be(
    listing: Listing, day: dt.date, was: str
) -> None:
    listing.assured_on, listing.due_on = MONDAY, day
    with at(MONDAY + dt.timedelta(days=1)):
        said = asking_words.dates(listing)

    checked, due = full_date(MONDAY), full_date(day)
    assert said == f"Last checked on {checked}; {was}to be checked again by {due}."


def test_page_says_what_somebody_told_us_is_wrong(
    client: Client, listing: Listing, link: str
) -> None:
    with at(MONDAY):
        report_publicly(
            listing_id=listing.pk,
            told=Told(what="times", words="Shut.", once="1", sender="192.0.2.7"),
        )
        told = text(client.get(link))

    assert "“The days or times are wrong.”" in told
    assert "Shut." not in told


def test_what_has_stood_for_longest_stands_among_the_first(
    client: Client, place: world.Place, listing: Listing, link: str
) -> None:
    """As in the mail: of what is not likeliest to be wrong in any record."""

    def labels() -> list[str]:
        with at(MONDAY):
            (one,) = client.get(link).context["open"]
        return [row["label"] for row in one.first]

    before = labels()
    proposal = edit(place, listing, description="Tea and cake.")
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={change.pk: ACCEPT for change in proposal.changes.all()},
    )  # fmt: skip

    assert before[-1] == "What it is"
    assert "What it is" not in labels()


def test_page_asks_for_no_days_that_are_different(client: Client, link: str) -> None:
    with at(MONDAY):
        page = client.get(link)

    (one,) = page.context["open"]
    empty = {row["label"]: row["empty"] for row in one.first if not row["lines"]}
    assert empty["Days that are different"] == "None that we know of"


def test_answer_leaves_an_audit_row_without_a_name(
    client: Client, listing: Listing, link: str
) -> None:
    confirm(client, link, listing)

    event = AuditEvent.objects.get(verb="listing_confirmed")
    assert (event.object_id, event.actor_label) == (
        listing.pk, "The provider, by link in the mail",
    )  # fmt: skip
    assert "Bright" not in str(vars(event))


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_confirms_nothing(
    client: Client, listing: Listing, link: str, method: str
) -> None:
    with at(MONDAY):
        for _ in range(3):
            getattr(client, method)(link)

    assert Confirmation.objects.count() == 0
    assert AskedListing.objects.get().answer == ""


def test_page_is_neither_stored_nor_found_nor_told_to_others(
    client: Client, link: str
) -> None:
    with at(MONDAY):
        page = client.get(link)

    assert page.status_code == 200
    assert {name: page[name] for name in GUARDED} == GUARDED


def test_name_and_role_are_asked_for(
    client: Client, listing: Listing, link: str
) -> None:
    page = confirm(client, link, listing, name="", role="")

    assert page.status_code == 200
    assert page.context["form"].errors.as_data().keys() == {"name", "role"}
    assert 'data-errors tabindex="-1" autofocus>' in page.content.decode()
    assert Confirmation.objects.count() == 0


def test_record_is_answered_once(client: Client, listing: Listing, link: str) -> None:
    confirm(client, link, listing)

    again = confirm(client, link, listing)

    assert again.status_code == 409
    assert Confirmation.objects.count() == 1


def test_link_that_has_run_out_says_so_kindly(
    client: Client, listing: Listing, link: str
) -> None:
    with at(MONDAY + dt.timedelta(days=46)):
        page = client.get(link)

    assert page.status_code == 410
    assert "services@testham.example" in page.content.decode()


def test_key_is_stored_nowhere_once_the_mail_has_gone(link: str) -> None:
    sent(MONDAY)

    (message,) = mails()
    key = link.split("/")[2]
    assert message.key == ""
    assert key not in str(vars(message))
    assert key not in str(vars(AskedListing.objects.get().ask))


def test_link_opens_nothing_of_what_somebody_else_runs_by_now(
    client: Client, place: world.Place, listing: Listing, link: str
) -> None:
    with at(MONDAY):
        other = world.published(place, name="Chess club")
        suggested = edit(place, listing, organization_id=str(other.organization_id))
        decisions.decide(
            by=place.assurer, proposal_id=suggested.pk,
            choices={one.pk: ACCEPT for one in suggested.changes.all()},
        )  # fmt: skip
    assert world.fresh(listing).organization_id == other.organization_id

    refused = confirm(client, link, listing)

    said = (
        "“Tuesday coffee morning” is run by somebody else now, as far as we know, and "
        "they are asked about it. If that is not right, tell Testham: "
        "directory@testham.example."
    )
    assert (refused.status_code, refused.context["sentences"]) == (409, [said])
    with at(MONDAY):
        page = client.get(link)
        inside = client.get(f"{link}{listing.pk}/closed/")
    assert (page.context["open"], page.context["gone"]) == ([], [said])
    assert (inside.status_code, inside["Location"]) == (302, link)
    assert Confirmation.objects.count() == 0
    assert AskedListing.objects.get().answer == ""
