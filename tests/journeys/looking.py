"""What a machine finds wrong with the page that stands open in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

OPEN_ALL = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
RULES = {"resultTypes": ["violations"]}


def faults(page: Page, name: str, first: ViewportSize, then: ViewportSize) -> list[str]:
    """What is wrong, in words that begin with ``name``, with everything folded open.

    The rules of axe are tried in a window of the first size; that one heading and the
    tab say what the page is, and that nothing scrolls sideways, is looked at in both.
    """
    page.set_viewport_size(first)
    page.evaluate(OPEN_ALL)
    violations = Axe().run(page, options=RULES).response["violations"]
    wrong = [f"{name}: {v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
    if page.locator("h1").count() != 1:
        wrong.append(f"{name}: {page.locator('h1').count()} h1 headings")
    if not page.title().partition(" – ")[0]:
        wrong.append(f"{name}: its tab does not say what it is")
    for size in (first, then):
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            wrong.append(f"{name}: {width} pixels wide at {size['width']}")
    return wrong
