"""Every page that the people of the demo can reach by links, looked at by a machine.

With everything that can be folded open, axe finds nothing, one heading says what the
page is and nothing scrolls sideways at 320 pixels; and no link leads to an error.
"""

from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, ViewportSize

from accounts.demo import ACCOUNTS
from tests.journeys.looking import faults
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

DESK = ViewportSize(width=1280, height=900)
SMALL = ViewportSize(width=320, height=800)


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


def links(page: Page, site: Site) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    own = [a.partition("#")[0] for a in found if a.startswith(site.address)]
    return list(dict.fromkeys(own))


def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page, in words."""
    answer = page.goto(address)
    where = urlsplit(address).path
    if answer is None or answer.status >= 400:
        return [f"{where}: answers {answer.status if answer else 'nothing'}"]
    wrong = faults(page, where, DESK, SMALL)
    page.set_viewport_size(DESK)
    return wrong


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
        elif address in starts or kind in HUBS - hubs:
            page.goto(address)
        else:
            continue
        hubs.add(kind)
        for link in links(page, site):
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
        for email in [None, *(a.email for a in ACCOUNTS)]:
            context = browser.new_context(viewport=DESK)
            page = context.new_page()
            if email:
                sign_in(page, site, email)
            wrong += walk(page, site, seen, ALSO.get(email, ()))
            context.close()

    assert wrong == []
    assert len(seen) >= 90
