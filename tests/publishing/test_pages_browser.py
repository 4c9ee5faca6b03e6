"""The public pages in a real browser: for everybody, without scripts, and on paper."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, ViewportSize

from publishing import actions
from publishing.models import Endpoint, Gone
from tests import world
from tests.publishing import sample

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SIZES = {
    "phone": ViewportSize(width=320, height=800),
    "desk": ViewportSize(width=1280, height=900),
}


@pytest.fixture(params=list(SIZES))
def page(request: Any, browser: Browser) -> Iterator[Page]:
    """A window of some size, which fails at the end if a page asked for a script."""
    context = browser.new_context(viewport=SIZES[request.param])
    window = context.new_page()
    scripts: list[str] = []

    def listen(request: Request) -> None:
        if request.resource_type == "script":
            scripts.append(request.url)

    window.on("request", listen)
    yield window
    context.close()
    assert scripts == []


@pytest.fixture
def addresses(place: world.Place, live_server: Any) -> dict[str, str]:
    """A page of each kind: everything known, nothing known, found, not found, gone."""
    filler = sample.Filler("word", {"taxonomy_term_id": str(world.term().pk)})
    service, body, hall = (
        filler.record(kind) for kind in ("service", "organization", "location")
    )
    full = world.published(place, body=body, in_hall=hall, **service)
    actions.consume_outbox()
    endpoint = Endpoint.objects.get()
    bare = sample.shelve(endpoint, "Pneumonoultramicroscopicsilicovolcanoconiosis " * 4)
    for number in range(25):
        sample.shelve(endpoint, f"Group {number}")
    gone = Gone.objects.create(
        endpoint=endpoint, service_id=bare.listing_id, reason="closed"
    )
    paths = {
        "front": "/",
        "second": "/?page=2",
        "found": "/?q=group",
        "nothing": "/?q=zzz",
        "wrong": f"/?q={'x' * 300}",
        "full": f"/services/{full.record_id}/",
        "bare": f"/services/{bare.service_id}/",
        "gone": f"/services/{gone.service_id}/",
    }
    return {name: live_server.url + path for name, path in paths.items()}


def test_pages_are_for_everybody(page: Page, addresses: dict[str, str]) -> None:
    wrong = []
    for name, address in addresses.items():
        page.goto(address)
        found = Axe().run(page).response["violations"]
        wrong += [f"{name}: {v['id']}: {v['nodes'][0]['html']}" for v in found]
        if page.locator("h1").count() != 1:
            wrong.append(f"{name}: not one heading says what it is")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{name}: scrolls sideways")

    assert wrong == []


def test_search_works_by_keyboard_and_without_scripts(
    browser: Browser, addresses: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses["front"])
    page.get_by_label("What are you looking for?").focus()
    page.keyboard.type("group 7")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Group 7").press("Enter")
    heading = page.locator("h1").inner_text()
    page.get_by_role("link", name="All services").press("Enter")
    back = page.locator("h1").inner_text()
    context.close()

    assert (heading, back) == ("Group 7", "Local services in Testham")


def test_refused_form_opens_at_its_errors_each_time(
    page: Page, addresses: dict[str, str]
) -> None:
    page.goto(f"{addresses['full']}report/")
    summary = page.locator(".govuk-error-summary:focus")
    focused = []
    for _ in range(2):
        page.get_by_role("button", name="Go on").click()
        # A selector, for the page forbids the code that a polled function is made of.
        summary.wait_for()
        focused.append(summary.count())
        # The way to the field puts an anchor into the address.
        page.locator(".govuk-error-summary a").click()

    assert focused == [1, 1]


def test_page_on_paper_keeps_what_one_takes_along(
    browser: Browser, addresses: dict[str, str]
) -> None:
    page = browser.new_page()
    page.goto(addresses["full"])
    page.emulate_media(media="print")
    shown = {
        words: page.get_by_text(words).first.is_visible()
        for words in (
            "Printed from Testham’s directory",
            "Checked today, on",
            "Get in touch",
            "BA12 9AA",
            "Something wrong?",
            "Find it on OpenStreetMap",
        )
    }
    page.close()

    assert shown == {
        "Printed from Testham’s directory": True,
        "Checked today, on": True,
        "Get in touch": True,
        "BA12 9AA": True,
        "Something wrong?": False,
        "Find it on OpenStreetMap": False,
    }
