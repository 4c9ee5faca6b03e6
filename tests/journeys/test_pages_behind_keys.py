"""The pages that no link of the site leads to, looked at by a machine.

They open with the key of a mail, after a form was sent, or where something went wrong.
On a telephone, with everything folded open but the person's menu, axe finds nothing;
one heading and the tab say what the page is; nothing scrolls sideways, there or on a
desk.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, Response

from accounts.actions import invite, withdraw_invitation
from accounts.models import Invitation, Message
from accounts.roles import Role
from common import clock
from publishing import actions as publishing
from publishing import queries
from tests import world
from tests.journeys.looking import DESK, PHONE, faults
from tests.workflow.asking_scene import MONDAY, due, link_in, run
from tests.workflow.deciding import edit
from tests.workflow.test_enter_browser import open_as
from tests.workflow.town import ACCEPT
from workflow import wrong_keys
from workflow.actions import claiming, decisions, listings, public_reports
from workflow.choices import Hidden
from workflow.models import Listing, PublicReport, Record

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SOON = MONDAY + dt.timedelta(days=15)
LATE = MONDAY + dt.timedelta(days=60)
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis"


class Visit:
    """Somebody's way through the pages, and what is wrong with those looked at."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        self.status = 0
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(f"{self.address}{path}")

    def press(self, name: str) -> None:
        """Press a button, the first whose words begin so, and be where it leads."""
        button = self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))
        with self.page.expect_navigation():
            button.first.click()

    def fill(self, **fields: str) -> None:
        """Write into fields of the page, by their names."""
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)

    def look(self, heading: str, status: int = 200) -> None:
        """Look at the page that stands open, which is headed so."""
        found = self.page.locator("h1").first.inner_text()
        assert (found, self.status) == (heading, status)
        name = f"{heading} ({self.page.url.removeprefix(self.address)[-60:]})"
        self.wrong += faults(self.page, name, axe=(PHONE,), fits=(PHONE, DESK))

    def look_refused(self, status: int = 200) -> None:
        """Look at the page that came back with what is wrong in its form: all that it
        showed before, and more."""
        assert self.page.locator(".govuk-error-summary").count() == 1, self.page.url
        self.look(self.page.locator("h1").first.inner_text(), status)


@pytest.fixture
def place(settings: Any, live_server: Any) -> world.Place:
    """The place that answers, on a Monday morning; nobody has tried wrong keys."""
    cache.clear()
    settings.PUBLIC_URL = live_server.url
    clock.move_to(dt.datetime.combine(MONDAY, dt.time(10), tzinfo=clock.LONDON))
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Visit]:
    """Somebody who is not signed in."""
    context = browser.new_context(viewport=PHONE)
    yield Visit(context.new_page(), live_server.url)
    context.close()


def path_in(kind: str) -> str:
    """The address in the newest mail of a kind."""
    words = Message.objects.filter(kind=kind).latest("created_at").text
    found = re.search(r"http://[^/\s]+(/\S+)", words)
    assert found is not None
    return found[1]


def later(**much: float) -> None:
    """Let time go by, for the site too."""
    clock.move_to(clock.now() + dt.timedelta(**much))


# --- answering what was asked ---------------------------------------------------------


@pytest.fixture
def listing(place: world.Place) -> Listing:
    """A service that is asked about, with all that makes its page long."""
    return due(
        place, SOON, name=f"{LONG} self-help group", fees="Free",
        description=f"Tea and talk. {LONG * 2} " * 3,
        schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                    "closes_at": "12:00"}],
    )  # fmt: skip


def test_pages_of_a_mails_link_are_clean(
    visit: Visit, place: world.Place, listing: Listing
) -> None:
    body = Record.objects.get(pk=str(listing.organization_id))
    due(place, SOON, name="Second", run_by=body)
    run(MONDAY)
    link = link_in(Message.objects.get(kind="ask"))
    one = f"{link}{listing.pk}/"
    who = {"name": "Jo Bright", "role": "Secretary"}

    visit.open(link)
    visit.press("Nothing has changed")
    visit.look_refused()

    visit.open(one)
    visit.look("What is different?")
    visit.open(f"{one}times/")
    visit.press("Send it")
    visit.look_refused()
    visit.open(f"{one}closed/")
    visit.press("Send it")
    visit.look_refused()
    visit.open(f"{link}stop/")
    visit.press("Stop writing")
    visit.look_refused()

    # A place that became secret while somebody said how to get into it.
    hall = Record.objects.get(kind="location", pk__in=listing.location_ids)
    visit.open(f"{one}about/{hall.pk}/about/")
    visit.look("What should it say?")
    secret = edit(place, listing, record=str(hall.pk), sensitive=True)
    decisions.decide(
        by=place.assurer, proposal_id=secret.pk,
        choices={change.pk: ACCEPT for change in secret.changes.all()},
    )  # fmt: skip
    visit.fill(description="By the back door.")
    visit.press("Send it")
    visit.look("This cannot be changed here any more", 409)

    visit.open(f"{one}cost/")
    visit.fill(fees="£3", **{f'"who-{name}"': said for name, said in who.items()})
    visit.press("Send it")
    visit.look("Is this still right?")
    visit.fill(**who)
    visit.press("Nothing has changed")
    visit.look("Thank you")

    visit.open(f"{link}stop/")
    visit.page.check("[name=because] >> nth=0")
    visit.fill(**who)
    visit.press("Stop writing")
    visit.look("We have stopped writing")
    visit.open(link)
    visit.look("You asked us to stop writing to you", 410)

    assert visit.wrong == []


def test_pages_of_a_link_that_ran_out_are_clean(
    visit: Visit, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(MONDAY)
    link = link_in(Message.objects.get(kind="ask"))
    visit.open(f"{link}{listing.pk}/times/")
    visit.fill(**{"schedules-in-words": f"Tuesdays, {LONG}"})
    Listing.objects.update(due_on=LATE + dt.timedelta(days=40))
    later(days=60)
    visit.press("Send it")
    visit.look("This link no longer works", 410)
    visit.press("Send a new link there")
    visit.look("We send a new link by e-mail")

    visit.open(f"/answer/{'x' * 43}/")
    visit.look("This link no longer works", 404)
    visit.open("/answer/")
    visit.fill(code="BCDF-2345-GHJK")
    visit.press("Go on")
    visit.look_refused()
    monkeypatch.setattr(wrong_keys, "MOST", 1)
    visit.open(link)
    visit.look("Answer our letter", 429)

    assert visit.wrong == []


# --- saying that something is wrong ---------------------------------------------------


def test_pages_of_a_public_report_are_clean(
    visit: Visit, place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = world.published(place, name=f"{LONG} self-help group")
    publishing.consume_outbox()
    page = f"/services/{public.record_id}/report/"

    visit.open(page)
    visit.press("Go on")
    visit.look_refused()
    visit.open(f"{page}?what=harm")
    visit.look("Somebody could come to harm there")
    visit.open(f"{page}?what=times")
    visit.press("Send it")
    visit.look_refused()
    visit.fill(words=f"They are shut. {LONG}", answer_to="jo@mail.example")
    visit.press("Send it")
    visit.look("Thank you: we have your report")
    receipt = visit.page.url.removeprefix(visit.address)

    monkeypatch.setattr(public_reports, "ABOUT_ONE_SERVICE", 1)
    visit.open(f"{page}?what=times")
    visit.fill(words="Shut.")
    visit.press("Send it")
    visit.look_refused(429)

    report = PublicReport.objects.get()
    decisions.decide(
        by=place.assurer, proposal_id=report.proposal_id, choices={},
        answer=f"We rang: it is on Tuesdays. {LONG}",
    )  # fmt: skip
    visit.open(receipt)
    visit.look("Your report has been looked into")
    later(minutes=11)
    visit.open(receipt)
    visit.look("What came of your report")

    listings.hide_listing(
        by=place.assurer, listing_id=public.pk, because=Hidden.CLOSED, reason="Shut."
    )
    publishing.consume_outbox()
    visit.open(page)
    visit.look("This is no longer shown", 410)

    assert visit.wrong == []


# --- accounts -------------------------------------------------------------------------


def test_pages_of_invitations_and_passwords_are_clean(
    visit: Visit, place: world.Place
) -> None:
    def invited(email: str) -> str:
        invite(
            by=place.lead, email=email, role=Role.PUBLISHER, on=place.partnership,
            base_url=visit.address,
        )  # fmt: skip
        return path_in("invitation")

    path = invited(f"{LONG.lower()}@wexcombe.example")
    visit.open(path)
    visit.press("Accept the invitation")
    visit.look_refused()
    withdraw_invitation(by=place.lead, invitation_id=Invitation.objects.get().pk)
    visit.open(path)
    visit.look("This invitation no longer works", 410)
    visit.open(invited(place.reader.email))
    visit.look("Join Testham")

    visit.open("/password/")
    visit.press("Send me")
    visit.look_refused()
    visit.fill(email=place.lead.email)
    visit.press("Send me")
    path = path_in("password_reset")
    visit.open(path)
    visit.press("Save my password")
    visit.look_refused()
    visit.fill(
        new_password1="a kettle on the stove", new_password2="a kettle on the stove"
    )
    visit.press("Save my password")
    visit.open(path)
    visit.look("This link no longer works")

    visit.open("/sign-in/")
    visit.fill(username=place.lead.email, password="no")
    visit.press("Sign in")
    visit.look_refused()
    for _ in range(4):
        visit.fill(username=place.lead.email, password="no")
        visit.press("Sign in")
    visit.look("Too many tries", 429)

    assert visit.wrong == []


# --- with an account ------------------------------------------------------------------


def test_refused_forms_and_errors_are_clean(
    browser: Browser, live_server: Any, place: world.Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    public = world.published(place, name=f"{LONG} self-help group")
    proposal = edit(place, public, fees="Free", alert=f"Mind the step. {LONG}")
    page = open_as(browser, live_server, place.assurer, "/nowhere/")
    visit = Visit(page, live_server.url)
    record = f"/records/{public.pk}"

    visit.open("/nowhere/")
    visit.look("There is nothing at this address", 404)
    visit.open("/lead/policy/")
    visit.look("This is not yours to open", 403)
    for path, button in (
        (f"{record}/suggest/service/{public.record_id}/times/", "Send the suggestion"),
        (f"{record}/closed/", "Send it"),
        (f"{record}/correct/?section=times", "Save, and I checked"),
        (f"{record}/check/", "It is right"),
        ("/listings/new/", "Begin"),
        (f"/work/proposals/{proposal.pk}/", "Save what I decided"),
    ):
        visit.open(path)
        visit.press(button)
        visit.look_refused()

    decisions.decide(
        by=place.second_assurer, proposal_id=proposal.pk,
        choices={change.pk: ACCEPT for change in proposal.changes.all()},
    )  # fmt: skip
    page.check("[value=accept] >> nth=0")
    visit.press("Save what I decided")
    visit.look(page.locator("h1").inner_text(), 409)

    visit.open(f"{record}/check/")
    claiming.start_checking(by=place.second_assurer, listing_id=public.pk)
    visit.press("Start")
    visit.look("Somebody else was faster", 409)
    visit.open(f"{record}/problem/")
    page.context.clear_cookies()
    visit.press("Send it")
    visit.look("This page has been open for too long", 403)
    monkeypatch.setattr(queries, "services_by_id", None)
    visit.open("/my-list/")
    visit.look("Something went wrong here", 500)
    page.set_extra_http_headers({"Content-Type": "text/plain; charset=latin-1"})
    visit.open("/")
    visit.look("We could not read that", 400)
    page.context.close()

    assert visit.wrong == []
