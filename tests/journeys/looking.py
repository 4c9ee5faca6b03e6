"""What a machine finds wrong with the page that stands open in a browser."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
SMALL = ViewportSize(width=320, height=800)

AXE = Axe().axe_script
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""All that axe tries by itself, and its rule of WCAG 2.2, which is off until asked."""

RUN = """rules => axe.run(rules).then(found =>
  found.violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 160)]))"""
"""Hands over what is wrong and nothing else: the rest of the answer is long."""

OPEN = """menus => document.querySelectorAll('details').forEach(fold => {
  fold.open = menus || !fold.matches('.v-person') })"""
"""Opens all that is folded; the menu that lies over the page may be left shut."""


def faults(
    page: Page, name: str, *, axe: Sequence[ViewportSize], fits: Sequence[ViewportSize]
) -> list[str]:
    """What is wrong, in words that begin with ``name``, with everything folded open.

    The rules of axe are tried in a window of each size in ``axe``; that nothing scrolls
    sideways is looked at in each in ``fits``. On a telephone the person's menu covers
    most of what axe should judge the colours of: axe finds it open at a desk only.
    """
    wrong = []
    page.evaluate(AXE)
    for size in axe:
        page.set_viewport_size(size)
        page.evaluate(OPEN, size == DESK)
        wrong += [
            f"{name}: {rule} at {size['width']}: {html}"
            for rule, html in page.evaluate(RUN, RULES)
        ]
    page.evaluate(OPEN, True)
    if page.locator("h1").count() != 1:
        wrong.append(f"{name}: {page.locator('h1').count()} h1 headings")
    if not page.title().partition(" – ")[0]:
        wrong.append(f"{name}: its tab does not say what it is")
    for size in fits:
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            wrong.append(f"{name}: {width} pixels wide at {size['width']}")
    return wrong
