"""The components in a real browser: for everybody, and what the small modules add."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    ViewportSize,
)

pytestmark = [pytest.mark.slow, pytest.mark.urls("tests.pages.urls")]

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)


@pytest.fixture
def address(live_server: Any) -> str:
    """Where the gallery is served."""
    return f"{live_server.url}/gallery/"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The gallery on a desk, failing at the end if the browser complained."""
    context = browser.new_context(viewport=DESK)
    complaints: list[str] = []
    page = context.new_page()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def scriptless(browser: Browser, address: str) -> Iterator[Page]:
    """The gallery on a phone that runs no script."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def _overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_even_with_every_panel_open(
    page: Page, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    violations = Axe().run(page).response["violations"]

    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []


def test_nothing_is_wider_than_a_small_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    assert _overflow(page) == 0


def test_wider_letters_and_lines_still_fit(page: Page) -> None:
    # WCAG 2.2, 1.4.12: what a reader may set without losing anything. The content
    # policy refuses a style element, so the rules are put in as a sheet.
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`* { line-height: 1.5 !important;
            letter-spacing: 0.12em !important; word-spacing: 0.16em !important }`);
          document.adoptedStyleSheets = [sheet];
        }"""
    )

    assert _overflow(page) == 0


def test_skip_link_is_the_first_stop_and_leads_to_the_content(
    scriptless: Page, address: str
) -> None:
    # The gallery lists errors, and so opens at them.
    scriptless.goto(f"{address}unknown/")
    scriptless.keyboard.press("Tab")
    first = scriptless.evaluate("document.activeElement.className")
    scriptless.keyboard.press("Enter")

    assert (first, scriptless.evaluate("document.activeElement.id")) == (
        "govuk-skip-link",
        "main",
    )


def test_reasons_open_with_the_choice_without_any_script(scriptless: Page) -> None:
    row = scriptless.locator("#row-1")
    before = row.locator(".v-decide__reason").is_visible()

    row.get_by_label("Reject").check()
    rejecting = (
        row.locator(".v-decide__value").is_visible(),
        row.locator(".v-decide__reason").is_visible(),
    )
    row.get_by_label("Change it, and say why").check()
    changing = (
        row.locator(".v-decide__value").is_visible(),
        row.locator(".v-decide__reason").is_visible(),
    )

    assert (before, rejecting, changing) == (False, (False, True), (True, True))


def test_values_stand_beside_each_other_where_there_is_room(page: Page) -> None:
    boxes = page.locator("#row-1 .v-value")
    now, proposed = boxes.nth(0), boxes.nth(1)
    beside = now.bounding_box()["y"] == proposed.bounding_box()["y"]  # type: ignore[index]

    page.set_viewport_size(PHONE)
    below = now.bounding_box()["x"] == proposed.bounding_box()["x"]  # type: ignore[index]

    assert (beside, below) == (True, True)


def test_long_text_says_how_much_is_left(page: Page) -> None:
    area = page.locator("#id_description")
    line = page.locator("#id_description_count")

    area.fill("Tea\nand cake")
    left = line.text_content()
    area.fill("x" * 601)

    assert (left, line.text_content()) == (
        "587 characters left",
        "1 character too many",
    )


def test_leaving_with_unsaved_changes_is_asked_about(page: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("#row-1").get_by_label("Accept", exact=True).check()

    page.reload()

    assert asked == ["beforeunload"]


def test_open_panels_stay_open_on_the_next_page(page: Page, address: str) -> None:
    page.locator("#rail-notes > summary").click()
    page.locator("#rail-history > summary").click()
    # Looked at by a timer of its own: what the browser's driver polls with is code
    # made from a string, which the pages forbid.
    page.evaluate(
        """() => new Promise((kept) => {
          const look = () =>
            sessionStorage.getItem("vouch:panels")?.includes("history")
              ? kept()
              : setTimeout(look, 20);
          look();
        })"""
    )

    page.goto(address)

    assert page.eval_on_selector_all(
        "#rail-history, #rail-notes", "panels => panels.map(panel => panel.open)"
    ) == [False, True]


def test_errors_are_where_the_reader_is_brought(page: Page) -> None:
    focused = page.evaluate("document.activeElement.className")

    page.get_by_role("link", name="Write the name people know it by.").click()

    assert (focused, page.evaluate("document.activeElement.id")) == (
        "govuk-error-summary",
        "id_wrong-name",
    )


def test_page_without_scripts_opens_at_its_errors_too(scriptless: Page) -> None:
    focused = scriptless.evaluate("document.activeElement.className")

    assert focused == "govuk-error-summary"


def test_menu_of_the_person_closes_with_escape(page: Page) -> None:
    name = page.locator(".v-person > summary")
    name.focus()
    page.keyboard.press("Enter")
    opened = page.locator(".v-person__panel").is_visible()

    page.keyboard.press("Escape")

    assert (opened, page.locator(".v-person__panel").is_visible()) == (True, False)
    assert name.evaluate("summary => summary === document.activeElement") is True


def test_page_on_paper_keeps_its_content_and_drops_the_controls(page: Page) -> None:
    page.emulate_media(media="print")

    assert [
        page.locator(selector).first.is_visible()
        for selector in ("h1", ".v-ins", ".v-nav", ".govuk-button", ".v-rail")
    ] == [True, True, False, False, False]
