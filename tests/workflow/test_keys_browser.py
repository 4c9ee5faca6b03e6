"""Single keys on the queue and the decision page, and switching them off."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import world
from tests.workflow.deciding import edit
from tests.workflow.test_enter_browser import open_as

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_keys_go_on_accept_and_reject_but_never_while_typing(
    browser: Browser, live_server: Any, settings: Any
) -> None:
    place = world.make_place()
    settings.DEFAULT_PLACE = place.partnership.slug
    listing = world.published(place)
    proposal = edit(place, listing, fees="Free", alert="Mind the step.")
    page = open_as(browser, live_server, place.assurer, "/work/")

    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/work/proposals/{proposal.pk}/**")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.keyboard.press("r")
    chosen = page.eval_on_selector_all(
        "input[type=radio]:checked", "all => all.map(one => one.value)"
    )
    assert chosen == ["accept", "reject"]

    words = page.locator("#row-2").get_by_label("Why, in your words")
    words.press_sequentially("jar")
    assert words.input_value() == "jar"
    assert page.locator("input[value=accept]:checked").count() == 1

    single = edit(place, world.published(place, name="Choir"), fees="Free")
    page.goto(f"{live_server.url}/work/proposals/{single.pk}/")
    page.keyboard.press("a")
    assert page.locator("input[value=accept]:checked").count() == 1

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch these keys off").click()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    page.context.close()
