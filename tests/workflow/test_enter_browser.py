"""Enter in a field of a section does what the page's main button does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests import world
from workflow import finding
from workflow.models import Contract, Listing, Proposal

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What a keyboard or a screen reader comes to and nobody can see.
UNSEEN = """() => [...document.querySelectorAll("main button, main a, main input")]
    .filter(one => one.type !== "hidden" && !one.closest("[inert]"))
    .filter(one => one.tabIndex >= 0 && !one.closest("details:not([open])"))
    .filter(one => one.closest(".govuk-visually-hidden"))
    .map(one => one.outerHTML)"""


def open_as(browser: Browser, server: Any, user: User, address: str) -> Page:
    client = Client()
    client.force_login(user)
    context = browser.new_context()
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}{address}")
    return page


def section_of(listing: Listing, name: str) -> str:
    where = [listing.pk, "service", listing.record_id, "contact"]
    return reverse(f"workflow:{name}", args=where)


def test_enter_sends_and_no_control_is_unseen(
    browser: Browser, live_server: Any, settings: Any
) -> None:
    place = world.make_place()
    settings.DEFAULT_PLACE = place.partnership.slug
    listing = world.published(place)
    page = open_as(browser, live_server, place.contributor,
                   section_of(listing, "suggest-section"))  # fmt: skip

    page.fill("[name=url]", "https://tea.example.org/")
    assert page.evaluate(UNSEEN) == []
    page.check("[name=evidence] >> nth=0")
    page.press("[name=url]", "Enter")
    page.wait_for_url("**/my-suggestions/**")

    sent = Proposal.objects.get(kind="edit")
    assert [change.value for change in sent.changes.all()] == [
        "https://tea.example.org/"
    ]
    page.context.close()


def test_hidden_button_cannot_be_come_to(
    browser: Browser, live_server: Any, settings: Any
) -> None:
    place = world.make_place()
    settings.DEFAULT_PLACE = place.partnership.slug
    listing = world.published(place)
    page = open_as(browser, live_server, world.make_editor(listing),
                   section_of(listing, "section"))  # fmt: skip

    came = page.evaluate(
        """() => {
            const button = document.querySelector("main form button");
            button.focus();
            return [button.textContent, document.activeElement === button];
        }"""
    )

    assert came == ["Save", False]
    page.context.close()


def test_enter_looks_for_who_runs_a_new_service_and_begins_it_elsewhere(
    browser: Browser,
    live_server: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = world.make_place()
    settings.DEFAULT_PLACE = place.partnership.slug
    monkeypatch.setattr(finding, "MOST_IN_A_SELECT", 0)
    listing = world.published(place)
    page = open_as(browser, live_server, place.contributor, "/listings/new/")

    page.fill("[name=name]", "Chess")
    page.fill("[name=organization_search]", "friends")
    page.press("[name=organization_search]", "Enter")
    page.wait_for_selector("main form p[autofocus]")
    opened_at = page.evaluate("document.activeElement.textContent")
    page.check(f"[name=organization_id][value='{listing.organization_id}']")
    page.press("[name=name]", "Enter")
    page.wait_for_url("**/listings/**")

    begun = Listing.objects.get(title="Chess")
    assert opened_at == "Found for “friends”: 1 organisation. Choose below."
    draft = begun.draft or {}
    assert draft["service"]["organization_id"] == str(listing.organization_id)
    page.context.close()


def test_enter_finds_in_the_search_and_saves_a_contract_elsewhere(
    browser: Browser, live_server: Any, settings: Any
) -> None:
    place = world.make_place()
    settings.DEFAULT_PLACE = place.partnership.slug
    listing = world.published(place)
    page = open_as(browser, live_server, place.assurer, "/contracts/add/")

    page.select_option("[name=commissioner]", str(place.health.pk))
    page.fill("[name=manager_mailbox]", "contracts@testham.example")
    page.fill("[name=q]", listing.title)
    page.press("[name=q]", "Enter")
    page.wait_for_selector("main form p[autofocus]")
    opened_at = page.evaluate("document.activeElement.textContent")
    page.check(f"[name=listings][value='{listing.pk}']")
    page.fill("[name=reference]", "H 7")
    page.press("[name=reference]", "Enter")
    page.wait_for_url("**/contracts/")

    assert opened_at == f"Found for “{listing.title}”: 1 service. Choose below."
    assert [one.listing for one in Contract.objects.get().named.all()] == [listing]
    page.context.close()
