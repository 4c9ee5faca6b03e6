"""Every page that the people of the demo can reach by links, looked at by a machine.

With everything that can be folded open, axe finds nothing at a desk (1280 pixels) nor
on a telephone (390, the person's menu shut), one heading says what the page is and
nothing scrolls sideways at either end (1280 and 320); and no link leads to an error.
Each kind of page is looked at once, in all these widths, as the first person sees it
who comes by: to try axe again on a page that stands open costs less than to open the
page again for the next person.
"""

import re
from collections import deque
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from accounts.demo import ACCOUNTS
from tests.journeys.looking import DESK, PHONE, SMALL, faults
from tests.journeys.site import Site, running, until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NOT_PAGES = {"/healthz", "/sign-out/"}
TIMES = 1
"""How often each kind of page is looked at, over all people: once is quick."""

ALSO = {
    None: ("/answer/", "/password/sent/", "/password/saved/"),
    "provider@wexcombe.example": ("/my-services/nothing-has-changed/",),
    "lead@wexcombe.example": (
        "/contracts/", "/contracts/add/", "/lead/effort/", "/lead/areas/nobodys/",
        "/lead/areas/new/", "/lead/policy/", "/records/",
    ),
    "reader@wexcombe.example": ("/contracts/", "/records/?colleagues=on"),
    "admin@wexcombe.example": ("/administration/partners/",),
}  # fmt: skip
"""Pages of each person that a link from where somebody else was first may hide."""

HUBS = {
    "workflow:contracts", "workflow:listing", "workflow:location", "workflow:record",
    "workflow:organization", "workflow:suggest", "workflow:suggest-section",
}  # fmt: skip
"""Kinds of page with other links for each person: each is followed once by each."""


def kind_of(address: str) -> str | None:
    """The name of the view behind an address, None for what is no page of ours."""
    parts = urlsplit(address)
    if parts.path in NOT_PAGES or parts.path.startswith(("/oruk/", "/static/")):
        return None
    if parts.path.endswith((".csv", ".json", ".ics")):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    return match.view_name + ("?" if parts.query else "")


def links(address: str, source: str, site: Site) -> list[str]:
    """Where a page of the site leads to within it."""
    hrefs = re.findall(r'<a\s[^>]*?href="([^"]*)"', source)
    found = [urljoin(address, unescape(href)).partition("#")[0] for href in hrefs]
    return list(dict.fromkeys(a for a in found if a.startswith(site.address)))


def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page, in words."""
    answer = page.goto(address)
    where = urlsplit(address).path
    if answer is None or answer.status >= 400:
        return [f"{where}: answers {answer.status if answer else 'nothing'}"]
    return faults(page, where, axe=(PHONE, DESK), fits=(DESK, SMALL))


def walk(
    page: Page, site: Site, seen: dict[str, int], also: tuple[str, ...] = ()
) -> list[str]:
    """Follow links from the front page, home and ``also``, each kind of page once."""
    wrong = []
    starts = tuple(f"{site.address}{path}" for path in ("/", "/home/", *also))
    hubs: set[str] = set()
    waiting = deque(starts)
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind is None:
            continue
        if seen.get(kind, 0) < TIMES:
            seen[kind] = seen.get(kind, 0) + 1
            wrong += look(page, address)
            where, source = page.url, page.content()
        elif address in starts or kind in HUBS - hubs:
            answer = page.request.get(address)  # for its links: nobody looks at it
            where, source = answer.url, answer.text()
        else:
            continue
        hubs.add(kind)
        for link in links(where, source, site):
            if link not in known:
                known.add(link)
                waiting.append(link)
    return wrong


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.address}/sign-in/")
    page.get_by_role("button", name=f"Sign in as {email}").click()
    page.wait_for_load_state()
    assert "/sign-in/" not in page.url, f"{email} could not sign in"


def test_every_page_is_clean(
    process_environment: dict[str, str], tmp_path: Path, browser: Browser
) -> None:
    environment = process_environment | {"VOUCH_DEMO": "1"}
    wrong: list[str] = []
    with running(environment, tmp_path, "web", "worker") as site:
        site.manage("load_demo", "--small")
        site.send("publishing.consume_outbox")
        until(
            lambda: (site.api("/services?per_page=1") or {}).get("total_items", 0) > 20,
            "the demo to be published",
        )
        seen: dict[str, int] = {}
        # One window for all of them: a new one would begin by reading styles, scripts
        # and axe as if for the first time.
        page = browser.new_page(viewport=DESK)
        for email in [None, *(a.email for a in ACCOUNTS)]:
            page.context.clear_cookies()
            if email:
                sign_in(page, site, email)
            wrong += walk(page, site, seen, ALSO.get(email, ()))
        page.close()

    assert wrong == []
    assert len(seen) >= 90
