"""Telling a second thing by the same link, and what the page says came of it."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import resolve

from tests import world
from tests.workflow.asking_scene import MONDAY, at, falls_due, link_in, mails, run
from workflow.choices import Hidden, Stage
from workflow.models import AskedListing, Listing, Proposal
from workflow.views.answering import WHICH

pytestmark = pytest.mark.django_db

SOON = MONDAY + dt.timedelta(days=15)
WHO = {"name": "Jo Bright", "role": "Secretary"}
WHO_TELLS = {f"who-{name}": value for name, value in WHO.items()}
"""The same beside a part of a record, which may have a name of its own."""
FOR_NOW: dict[str, Any] = {
    "for_good": "no", "until_day": "3", "until_month": "9", "until_year": "2026",
    "words": "Builders.",
}  # fmt: skip


@pytest.fixture
def listing(old_place: world.Place) -> Listing:
    cache.clear()
    return falls_due(old_place, SOON)


@pytest.fixture
def link(listing: Listing) -> str:
    run(MONDAY)
    (message,) = mails()
    return link_in(message)


def post(client: Client, address: str, hour: int = 10, **data: Any) -> Any:
    with at(MONDAY, hour):
        return client.post(address, {**WHO, **WHO_TELLS, **data})


def get(client: Client, address: str) -> Any:
    with at(MONDAY):
        return client.get(address)


def told() -> list[tuple[str, Any, str]]:
    """What the one proposal says: path, value, verdict."""
    proposal = Proposal.objects.exclude(kind="new").get()
    return list(
        proposal.changes.order_by("position").values_list("path", "value", "verdict")
    )


def test_second_part_is_added_to_what_waits(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/cost/", version=1, fees="£3")
    first = AskedListing.objects.get()
    choices = get(client, f"{link}{listing.pk}/")
    form = get(client, f"{link}{listing.pk}/contact/")
    post(client, f"{link}{listing.pk}/contact/", hour=15, version=1,
         url="https://coffee.example.org/", email="new@friends.example")  # fmt: skip

    now = AskedListing.objects.get()
    assert (choices.status_code, form.status_code) == (200, 200)
    assert told() == [
        ("fees", "£3", "pending"), ("email", "new@friends.example", "pending"),
    ]  # fmt: skip
    assert (now.answer, now.answered_at) == ("change", first.answered_at)


def test_said_again_it_is_the_same_and_said_otherwise_it_takes_its_place(
    client: Client, listing: Listing, link: str
) -> None:
    for fees in ("£3", "£3", "£4"):
        post(client, f"{link}{listing.pk}/cost/", version=1, fees=fees)

    assert told() == [("fees", "£4", "pending")]


def test_closed_after_a_change_goes_with_it_and_is_urgent(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/cost/", version=1, fees="£3")
    form = get(client, f"{link}{listing.pk}/closed/")
    post(client, f"{link}{listing.pk}/closed/", **FOR_NOW)

    proposal = Proposal.objects.exclude(kind="new").get()
    assert form.status_code == 200
    assert told() == [
        ("fees", "£3", "pending"), ("status", "temporarily closed", "pending"),
    ]  # fmt: skip
    assert (proposal.kind, proposal.gravity, proposal.answer_by is None) == (
        "closure", "closed", False,
    )  # fmt: skip


def test_nothing_is_added_after_the_end_or_that_all_is_right(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, link, shown=f"{listing.pk}:1", same=str(listing.pk))
    choices = get(client, f"{link}{listing.pk}/")
    late = post(client, f"{link}{listing.pk}/cost/", version=1, fees="£3")

    assert (choices.status_code, late.status_code) == (302, 409)
    assert Proposal.objects.exclude(kind="new").count() == 0


def test_all_that_was_told_is_taken_back_after_the_last_of_it(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/cost/", version=1, fees="£3")
    post(client, f"{link}{listing.pk}/contact/", hour=15, version=1,
         url="https://coffee.example.org/", email="new@friends.example")  # fmt: skip
    post(client, f"{link}{listing.pk}/undo/", hour=15)

    assert [verdict for _, _, verdict in told()] == ["withdrawn", "withdrawn"]
    assert AskedListing.objects.get().answer == ""


def shown(client: Client, link: str) -> Any:
    (one,) = get(client, link).context["answered"]
    return one.told


def test_page_says_what_was_told_and_what_comes_of_it(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/cost/", version=1, fees="£3")
    page = get(client, link).content.decode()
    change = shown(client, link)
    post(client, f"{link}{listing.pk}/closed/", **FOR_NOW)
    closed = shown(client, link)

    assert [row["value"] for row in change.rows] == ["£3"]
    assert change.next.endswith("Until then the directory says what it said.")
    assert ("rely on it" in page, "Anything else different?" in page) == (False, True)
    assert closed.words == "Closed until 3 September 2026. Builders."
    assert closed.next.endswith("the directory says that it is closed for now.")


def test_page_says_that_what_has_ended_is_taken_out(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}{listing.pk}/closed/", for_good="yes")
    page = get(client, link).content.decode()

    assert shown(client, link).next.endswith("it is taken out of the directory.")
    assert "Anything else different?" not in page


def test_page_thanks_for_what_is_still_right(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, link, shown=f"{listing.pk}:1", same=str(listing.pk))

    assert shown(client, link).next == "People can rely on it for a while longer."
    Listing.objects.update(stage=Stage.UNPUBLISHED, hidden_because=[Hidden.WITHDRAWN])
    assert shown(client, link).next == (
        "It is not public at the moment. Ask Testham Council if it should be."
    )


def refused(client: Client, link: str, listing: Listing, **day: str) -> list[str]:
    page = post(client, f"{link}{listing.pk}/closed/", **{**FOR_NOW, **day})
    return list(page.context["form"].errors["until"])


def test_day_that_is_past_is_said_to_be_past(
    client: Client, listing: Listing, link: str
) -> None:
    assert refused(client, link, listing, until_year="2025") == [
        "3 September 2025 is in the past. Give a later day, on which it opens again."
    ]
    assert refused(client, link, listing, until_day="1", until_month="6") == [
        "1 June 2026 is today. Give a later day, on which it opens again."
    ]


def test_example_of_a_day_is_in_the_coming_year(
    client: Client, listing: Listing, link: str
) -> None:
    form = get(client, f"{link}{listing.pk}/closed/").context["form"]

    assert form["until"].help_text == "As far as you know. For example: 27 3 2027."
    assert refused(client, link, listing, until_month="13") == [
        "There is no such date. Write it like 27 3 2027."
    ]


def test_who_asked_us_to_stop_is_told_so(
    client: Client, listing: Listing, link: str
) -> None:
    post(client, f"{link}stop/", because="not_us")
    page = get(client, link)
    words = page.content.decode()

    assert (page.status_code, page.context["has_stopped"]) == (410, True)
    assert ("You asked us to stop writing to you" in words, "some weeks" in words) == (
        True, False,
    )  # fmt: skip


@pytest.mark.parametrize(("hour", "offered"), [(10, True), (11, False)])
def test_stop_is_taken_back_from_the_link_too_while_it_can_be(
    client: Client, listing: Listing, link: str, hour: int, offered: bool
) -> None:
    post(client, f"{link}stop/", because="not_us")
    with at(MONDAY, hour):
        page = client.get(link)

    assert (page.status_code, f"{link}stop/undo/" in page.content.decode()) == (
        410, offered,
    )  # fmt: skip


def test_stop_is_taken_back_in_a_browser_from_both_pages(
    listing: Listing, link: str
) -> None:
    browser = Client(enforce_csrf_checks=True)

    def token(page: Any) -> dict[str, str]:
        form = page.content.decode().split(f'action="{link}stop/undo/"')[1]
        return {"csrfmiddlewaretoken": form.split('value="')[1].split('"')[0]}

    def stop() -> Any:
        opened = browser.get(f"{link}stop/").content.decode()
        sent = opened.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        data = {**WHO, "because": "not_us", "csrfmiddlewaretoken": sent}
        return browser.post(f"{link}stop/", data)

    with at(MONDAY):
        first = browser.post(f"{link}stop/undo/", token(stop()))
        stop()
        second = browser.post(f"{link}stop/undo/", token(browser.get(link)))
        opened = browser.get(link)

    codes = (first.status_code, second.status_code, opened.status_code)
    assert codes == (302, 302, 200)


def test_enter_in_a_field_says_nothing_of_any_record(
    client: Client, listing: Listing, link: str
) -> None:
    first = get(client, link).content.decode()
    page = post(client, link, shown=f"{listing.pk}:1")

    form = first[first.index('<form class="v-section"') :]
    button = form[form.index("<button") : form.index("</button>")]
    assert ("inert" in button, "name=" in button) == (True, False)
    assert (page.status_code, page.context["sentences"]) == (200, [WHICH])
    assert page.context["form"]["name"].value() == WHO["name"]
    assert AskedListing.objects.get().answer == ""


@pytest.mark.parametrize("part", ["", "stop/"])
def test_head_has_the_headers_of_the_page_and_no_body(
    client: Client, link: str, part: str
) -> None:
    request = RequestFactory().head(f"{link}{part}")
    opened = resolve(request.path)
    with at(MONDAY):
        head = opened.func(request, *opened.args, **opened.kwargs)
        page = client.get(request.path)
        sent = client.head(request.path)

    assert (sent.status_code, sent["Content-Length"]) == (200, page["Content-Length"])
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) > 1000
    assert head["Content-Type"] == page["Content-Type"]
