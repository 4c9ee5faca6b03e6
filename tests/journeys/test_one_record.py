"""One record goes the whole way, in a browser without JavaScript, on a real feed.

Harvest, decision, publication, suggestions (one about a shared hall), lapse and return:
with the real web, worker and beat, and the clock moved on for all of them at once.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from accounts.models import User
from common import clock
from tests.journeys.site import ROOT, Site, running, until
from workflow import queries
from workflow.actions import checking
from workflow.choices import Method, Stage
from workflow.models import Listing

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SHARED = Path(os.environ.get("VOUCH_SHARED") or ROOT.parent / "shared")
FEED = SHARED / "data" / "oruk1_services_page.json"
SOON = 10.0
"""Seconds within which what was decided is public."""


@pytest.fixture
def site(process_environment: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    if not FEED.exists():
        pytest.skip(f"VOUCH_SHARED has no {FEED.name}")
    environment = process_environment | {"VOUCH_DEMO": "1"}
    with running(environment, tmp_path, "web", "worker") as started:
        started.manage("load_demo", "--small")
        started.start("beat")
        yield started


def sign_in(browser: Browser, site: Site, email: str) -> Page:
    """A person with a browser of their own, signed in, without JavaScript."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site.address}/sign-in/")
    page.get_by_role("button", name=f"Sign in as {email}").click()
    return page


def row(page: Page, label: str) -> Locator:
    """The row of the decision page that is about a field."""
    return page.locator("section.v-row").filter(
        has=page.get_by_role("heading", name=label, exact=True)
    )


def section(page: Page, title: str) -> Locator:
    """A section to fill in, opened first where what is missing did not open it."""
    record, _, named = title.partition(": ")
    # Named by its text: in a closed panel a button has no accessible name.
    words = re.compile(f"^{re.escape(f'{named}: {record}')}$")
    opener = page.locator("button[name=open]").filter(has_text=words)
    if opener.count():
        if not opener.is_visible():
            page.locator("summary").filter(has_text="section").click()
        with page.expect_navigation():
            opener.click()
    opened = page.locator("section.v-row").filter(
        has=page.get_by_role("heading", name=title, exact=True)
    )
    opened.wait_for()
    return opened


def open_from_queue(page: Page, site: Site, title: str) -> None:
    page.goto(f"{site.address}/work/?kind=new")
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_load_state()
    start = page.get_by_role("button", name="Start")
    if start.count():
        with page.expect_navigation():
            start.click()


def item(site: Site, service_id: Any) -> dict[str, Any]:
    return site.api(f"/services/{service_id}") or {}


def shows(site: Site, listing: Listing, words: str) -> bool:
    """Whether the API's document of a service holds these words."""
    return words in str(item(site, listing.record_id))


def harvested() -> Listing:
    """A service of the feed that nothing keeps from the public once it is decided."""
    waiting = Listing.objects.filter(source__isnull=False, stage=Stage.SUBMITTED)
    for listing in waiting.order_by("title"):
        draft = queries.drafted(listing)
        if draft.service.get("url") and not queries.public_parts(draft).stops:
            return listing
    raise AssertionError("Nothing of the feed could be published.")


# --- the steps ------------------------------------------------------------------------


def decide_the_new_service(page: Page, site: Site, listing: Listing) -> None:
    """The assurer rings: fills in the place, changes one value, rejects one."""
    open_from_queue(page, site, listing.title)
    rows = page.locator("section.v-row[id^=row-]")
    for number in range(rows.count()):
        fold = rows.nth(number).get_by_text("Accept, change or reject")
        if fold.count():
            fold.click()
        rows.nth(number).get_by_label("Accept", exact=True).check()
    text = row(page, "What it is")
    text.get_by_label("Change it, and say why").check()
    text.get_by_label("What it is").fill("They listen, and help you find your feet.")
    text.get_by_label("In your words").fill("They asked for a shorter text.")
    link = row(page, "Web page")
    link.get_by_label("Reject").check()
    link.get_by_label("Why not?").select_option("We asked, and it is not so")
    where = section(page, "Service: Where")
    place = where.get_by_label("Place", exact=True).first
    if not place.is_visible():
        where.locator("summary").first.click()
    place.select_option("Wexcombe Town Hall")
    contact = section(page, "Service: How to get in touch")
    ring = contact.get_by_label("Number", exact=True).first
    if not ring.is_visible():
        contact.locator("summary").first.click()
    ring.fill("01632 960199")
    page.get_by_label("Who told you?").fill("Kit, the coordinator")
    page.get_by_role("group", name="How?").get_by_label("Phone call").check()
    today = clock.today()
    when = page.get_by_role("group", name="When?")
    when.get_by_label("Day").fill(str(today.day))
    when.get_by_label("Month").fill(str(today.month))
    when.get_by_label("Year").fill(str(today.year))
    checked = page.get_by_role("group", name="How did you check it?")
    checked.get_by_label("Phone call").check()
    odd = page.get_by_label("If it is right all the same, say why")
    if odd.count():
        odd.fill("I asked, and it is so.")
    page.get_by_role("button", name="Save and assure it").click()


def suggest(
    page: Page, site: Site, listing: Listing, section: str, label: str, value: str
) -> None:
    """The contributor suggests one value in a section (``location/…/address``)."""
    page.goto(f"{site.address}/records/{listing.pk}/suggest/")
    kind, _, slug = section.partition("/")
    link = page.locator(f"a[href*='/suggest/{kind}/'][href$='/{slug}/']").first
    page.goto(site.address + (link.get_attribute("href") or ""))
    page.get_by_label(label, exact=True).first.fill(value)
    page.get_by_label("I went there").check()
    page.get_by_role("button", name="Send the suggestion").click()
    page.wait_for_load_state()
    assert page.locator(".govuk-error-summary").count() == 0


def decide_one(page: Page, site: Site, title: str, label: str, verdict: str) -> None:
    """The assurer opens what waits about a service and decides on one field."""
    page.goto(f"{site.address}/work/?kind=changes")
    links = page.get_by_role("link", name=title, exact=True).all()
    waiting = [link.get_attribute("href") or "" for link in links]
    for href in waiting:
        if "/proposals/" not in href:
            continue
        page.goto(site.address + href)
        wanted = row(page, label)
        if wanted.count() and wanted.get_by_label(verdict, exact=True).count():
            wanted.get_by_label(verdict, exact=True).check()
            if verdict == "Reject":
                wanted.get_by_label("Why not?").select_option("We could not confirm it")
                wanted.get_by_label("In your words").fill("Nobody there knew of it.")
            with page.expect_navigation():
                page.get_by_role(
                    "button", name="Save what I decided", exact=True
                ).click()
            return
    raise AssertionError(f"Nothing about {label} waits in the queue.")


def keep_the_others_fresh(listing: Listing, day: dt.date) -> None:
    """Everybody else's records are checked on that day, so that one alone lapses."""
    assurer = User.objects.get(email="assurer@wexcombe.example")
    neighbour = User.objects.get(email="assurer@hartmoor.example")
    with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.LONDON)):
        for other in (
            Listing.objects.filter(stage=Stage.PUBLISHED, assured_on__isnull=False)
            .exclude(pk=listing.pk)
            .select_related("partnership")
        ):
            by = assurer if other.partnership.slug == "wexcombe" else neighbour
            checking.check_listing(by=by, listing_id=other.pk, method=Method.CALL)


def move_clock_to(day: dt.date) -> None:
    clock.move_to(dt.datetime.combine(day, dt.time(10), tzinfo=clock.LONDON))


def due_day(listing: Listing) -> dt.date:
    day = Listing.objects.get(pk=listing.pk).due_on
    if day is None:
        raise AssertionError("It has no due date.")
    return day


# --- the journey ----------------------------------------------------------------------


def test_one_record_goes_the_whole_way(site: Site, browser: Browser) -> None:
    site.manage("harvest", str(FEED), "--partner", "Wexcombe Council")
    listing = harvested()
    key = listing.record_id
    assurer = sign_in(browser, site, "assurer@wexcombe.example")

    # Decided, filled in, published: in the API within seconds.
    decide_the_new_service(assurer, site, listing)
    public = until(lambda: item(site, key), "the service in the API", SOON)
    assert public["description"] == "They listen, and help you find your feet."
    assert "url" not in public
    assert public["phones"][0]["number"] == "01632 960199"
    hall = public["service_at_locations"][0]["location"]
    assert hall["name"] == "Wexcombe Town Hall"
    assert public["assured_date"] == clock.today().isoformat()

    # A contributor suggests three changes, one of them to the hall that others share.
    contributor = sign_in(browser, site, "contributor@wexcombe.example")
    suggest(contributor, site, listing, "service/about", "Notice", "Shut on 5 May")
    suggest(contributor, site, listing, "service/cost", "Cost in words", "Free")
    tram = "Tram to the Market."
    suggest(contributor, site, listing, "location/address", "Getting there", tram)
    decide_one(assurer, site, listing.title, "Getting there", "Accept")
    decide_one(assurer, site, listing.title, "Cost in words", "Accept")
    decide_one(assurer, site, listing.title, "Notice", "Reject")

    # The API shows exactly that, also for the other services in the hall.
    until(lambda: item(site, key).get("fees") == "Free", "the price", SOON)
    others = Listing.objects.filter(
        location_ids__contains=[hall["id"]], stage=Stage.PUBLISHED
    )
    assert others.count() > 2
    for other in others:
        until(partial(shows, site, other, tram), f"the tram at {other}", SOON)
    assert "alert" not in item(site, key)

    # The contributor reads why, when it can no longer be undone.
    clock.move_to(clock.now() + dt.timedelta(minutes=11))
    contributor.goto(f"{site.address}/my-suggestions/")
    answers = [
        link.get_attribute("href") or ""
        for link in contributor.get_by_role("link", name=listing.title).all()
    ]
    read = []
    for href in answers:
        contributor.goto(site.address + href)
        read.append(contributor.locator("main").inner_text())
    assert any("Nobody there knew of it." in text for text in read)

    # The clock moves on: due, overdue, lapsed.
    site.kill("beat")
    due = due_day(listing)
    page = f"/services/{key}/"
    for days, words in ((0, "Due now"), (14, "Overdue")):
        move_clock_to(due + dt.timedelta(days=days))
        status, body = site.get(page)
        assert status == 200
        assert words in body.decode()
    lapse = due + dt.timedelta(days=28)
    keep_the_others_fresh(listing, lapse)
    move_clock_to(lapse)
    site.send("workflow.freshen")
    until(lambda: site.get(f"/oruk/v3/services/{key}")[0] != 200, "it to be hidden", 20)
    status, body = site.get(page)
    assert status == 410
    assert listing.title not in site.get("/")[1].decode()
    reader = sign_in(browser, site, "reader@wexcombe.example")
    reader.goto(f"{site.address}/records/{listing.pk}/")
    assert "so the public does not see it" in reader.locator("main").inner_text()

    # Checked again, and back.
    assurer.goto(f"{site.address}/records/{listing.pk}/check/")
    assurer.get_by_label("Phone call").check()
    assurer.get_by_role("button", name="It is right: I checked it").click()
    back = until(lambda: item(site, key), "it to be back", SOON)
    assert back["assured_date"] == lapse.isoformat()
    assert site.get(page)[0] == 200
