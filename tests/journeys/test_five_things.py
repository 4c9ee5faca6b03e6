"""Each person does their commonest things at a telephone's width, by keys alone.

On one running site of the demo, one after the other: what one of them sends is what
the next one answers. Nothing is opened by its address but the front page, home and the
sign-in; a mail's link is followed where the demo shows its mails. No script runs.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserFault

from common import clock
from tests.journeys.keyboard import Keyboard
from tests.journeys.site import Site, running, until
from workflow.choices import KeptKind
from workflow.models import KeptFigures

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MORNING = dt.datetime(2027, 3, 1, 10, tzinfo=clock.LONDON)
"""A working day: the job that asks providers does nothing on others."""

NO_UNDO = dt.timedelta(minutes=11)
"""After so long a decision stands, and whoever suggested it reads the answer."""
HOME, FRONT = "/home/", "/"

Thing = Callable[[Keyboard], None]


# --- the administrator ----------------------------------------------------------------


def runs_a_job(keys: Keyboard) -> None:
    keys.follow("Jobs and health")
    keys.press("Run it now: Look at every date")
    keys.sees("“Look at every date” runs now")
    keys.press("Run it now: Ask providers")
    keys.sees("“Ask providers” runs now")


def invites_a_lead(keys: Keyboard) -> None:
    keys.fill("E-mail address", "new.lead@wexcombe.example")
    keys.choose("Partnership lead")
    keys.pick("Of which place?", "Wexcombe")
    keys.press("Send the invitation")
    keys.sees("new.lead@wexcombe.example has been invited.", "for Wexcombe, until")


def finds_a_person(keys: Keyboard) -> None:
    keys.fill("Name or e-mail address", "Nadia")
    keys.press("Find")
    keys.sees("1 account found", "nhs@wexcombe.example")


def adds_a_partner(keys: Keyboard) -> None:
    keys.follow("Partners")
    keys.pick("Place", "Wexcombe")
    keys.fill("Name of the body", "Wexcombe College")
    keys.pick("What it is", "School or college")
    keys.fill("Its shared mailbox", "office@college.example")
    keys.press("Add")
    keys.sees("Wexcombe College takes part now.", "office@college.example")


def adds_a_place(keys: Keyboard) -> None:
    keys.follow("Places")
    keys.fill("Name of the place", "Lower Fenmarsh")
    keys.fill("Its shared mailbox", "directory@fenmarsh.example")
    keys.press("Set it up")
    keys.sees("Lower Fenmarsh is set up.", "Places 3")


# --- a provider -----------------------------------------------------------------------


def says_nothing_has_changed(keys: Keyboard) -> None:
    keys.follow("Nothing has changed: Food parcels to your door")
    keys.press("Nothing has changed")
    keys.sees("“Food parcels to your door” is still right")


def changes_the_phone_number(keys: Keyboard) -> None:
    keys.follow("Change something: Pantry at St Aldhelm’s")
    keys.follow("Change “How to get in touch”")
    keys.fill("Number", "01632 960777")
    keys.press("Save")
    keys.sees("Sent in: 1 change is waiting", "01632 960777")


def changes_the_times(keys: Keyboard) -> None:
    keys.follow("Change something: Food parcels to your door")
    keys.follow("Change “When”")
    keys.fill("Say the times in your own words", "Tuesdays 10 to 12")
    keys.press("Show what you understood")
    keys.sees("We read this as:", "Tuesdays, 10am to 12 noon")
    keys.press("Save")
    keys.sees("Sent in: 1 change is waiting", "Tuesdays, 10am to 12 noon")


def says_whom_to_ask(keys: Keyboard) -> None:
    keys.follow("Pantry at St Aldhelm’s")
    keys.follow("See and say whom we ask")
    keys.fill("E-mail address that we ask first", "office@foodshare.example")
    keys.fill("Whose it is", "The office")
    keys.press("Save")
    keys.follow("Go back")
    keys.follow("See and say whom we ask")
    assert keys.reads("E-mail address that we ask first") == "office@foodshare.example"


def begins_a_new_service(keys: Keyboard) -> None:
    keys.follow("Add a service")
    keys.fill("What is it called?", "Soup on Sunday")
    keys.fill("What is it?", "A bowl of soup and company for anybody.")
    keys.pick("Who runs it?", "Wexcombe Food Share")
    keys.press("Begin")
    keys.sees("Soup on Sunday", "Draft")
    keys.follow("How to get in touch")
    keys.fill("Number", "01632 960778")
    keys.press("Save")
    keys.sees("“How to get in touch” is saved.", "In progress")


# --- who answers a mail ---------------------------------------------------------------


def opens_the_mail(keys: Keyboard, about: str) -> None:
    """Follow the link of the mail that asks about a record."""
    keys.follow("read the mail that Vouch wrote")
    keys.unfold(f"Is this still right? {about}")
    keys.follow(re.compile("^http.*answer"), part=f"Is this still right? {about}")
    keys.sees("Is this still right?", "You need no account")


def answers_that_nothing_has_changed(keys: Keyboard) -> None:
    opens_the_mail(keys, "Digital help desk")
    keys.fill("Your name", "Dee Desk")
    keys.fill("What you do there", "help desk")
    keys.press("Nothing has changed for Digital help desk")
    keys.sees("We have your answer", "Digital help desk: nothing has changed")


def answers_with_another_number(keys: Keyboard) -> None:
    opens_the_mail(keys, "Safe Harbour helpline")
    keys.follow("Something is different for Safe Harbour helpline")
    keys.follow("How to get in touch")
    keys.fill("Number", "0808 157 0999")
    keys.fill("Your name", "Sal Harbour")
    keys.fill("What you do there", "manager")
    keys.press("Send it")
    keys.sees("We have your answer", "0808 157 0999")


def answers_closed_for_now(keys: Keyboard) -> None:
    opens_the_mail(keys, "Little Lambs toddler group")
    keys.follow("Something is different for Little Lambs toddler group")
    keys.follow("It is closed for now, or we no longer run it")
    keys.choose("No, for now")
    keys.fill("Day", "12")
    keys.fill("Month", "4")
    keys.fill("Year", "2027")
    keys.fill("Your name", "Lou Lamb")
    keys.fill("What you do there", "helper")
    keys.press("Send it")
    keys.sees("closed for now, today", "Closed until 12 April 2027")


def answers_not_us(keys: Keyboard) -> None:
    opens_the_mail(keys, "Pantry at St Aldhelm’s")
    keys.follow("This is not us any more, or please do not write to us")
    keys.choose("This is not us any more, or never was")
    keys.fill("Your name", "Pat Pantry")
    keys.fill("What you do there", "caretaker")
    keys.press("Stop writing")
    keys.sees("We have stopped writing")


# --- a contributor --------------------------------------------------------------------


def finds_a_record(keys: Keyboard) -> None:
    keys.fill("Service, or who runs it", "fridge")
    keys.press("Find")
    keys.follow("Community fridge")
    keys.sees("Community fridge", "01632 960201")


def reports_in_three_taps(keys: Keyboard) -> None:
    keys.fill("Service, or who runs it", "Books at home")
    keys.press("Find")
    keys.follow("Something is wrong: Books at home")
    keys.fill("What is wrong?", "The day has moved.")
    keys.choose("Somebody who uses it told me")
    keys.press("Send it")
    keys.sees("Thank you.", "The day has moved.", "has not decided yet")


def suggests_a_change(keys: Keyboard) -> None:
    keys.fill("Service, or who runs it", "Men’s Shed")
    keys.press("Find")
    keys.follow("Say something about it: Men’s Shed")
    keys.follow("Suggest a change “What it costs”")
    keys.fill("Cost in words", "Pay what you can")
    keys.choose("I went there")
    keys.press("Send the suggestion")
    keys.sees("Thank you.", "Waiting", "Pay what you can")


def says_it_is_still_right(keys: Keyboard) -> None:
    keys.follow("Records")
    keys.fill("Service, or who runs it", "Friday youth club")
    keys.press("Find")
    keys.follow("Still right: Friday youth club")
    keys.press("Yes, it is still right")
    keys.sees("That helps everybody who uses “Friday youth club”")


def reads_the_answers(keys: Keyboard) -> None:
    keys.follow("My suggestions")
    keys.follow("Health walks")
    keys.sees("It has been decided", "Accepted", "Closed for good")


# --- an assurer -----------------------------------------------------------------------


def decides_the_first(keys: Keyboard) -> None:
    keys.follow(re.compile("^Open the first"))
    keys.press("Start")
    keys.choose("Accept")
    keys.press("Save what I decided")
    keys.sees("“Health walks”: is it running? accepted.", "Undo")


def checks_a_record(keys: Keyboard) -> None:
    keys.unfold("Due now")
    keys.press("Check", part="Bereavement café")
    keys.choose("Phone call")
    keys.press("It is right: I checked it")
    keys.sees("“Bereavement café” is checked.", "falls due on 1 June 2027")


def answers_a_report(keys: Keyboard) -> None:
    keys.follow("Falls clinic")
    keys.press("Start")
    keys.fill("What came of it?", "The room is the same as before.")
    keys.press("Answer and close it")
    keys.sees("“Falls clinic”: answered.", "Undo")


def records_a_call(keys: Keyboard) -> None:
    keys.follow(re.compile("^Phone list"))
    keys.follow("Norton Knit and Natter")
    keys.fill("Who answered?", "Nell Norton")
    keys.fill("What they do there", "organiser")
    keys.press("All still right")
    keys.sees("Written down: all still right", "Nobody has to be rung")


def narrows_the_queue(keys: Keyboard) -> None:
    keys.unfold("Narrow what waits for you")
    keys.pick("What", "Changes")
    keys.press("Show")
    keys.sees("Open the first: Tuesday coffee morning")


# --- a lead ---------------------------------------------------------------------------


def opens_a_figure(keys: Keyboard) -> None:
    keys.follow(re.compile(r"Show the \d+ records"))
    keys.sees("Every record that the public can see today", "Knit and Natter")


def reads_a_monthly_report(keys: Keyboard) -> None:
    keys.follow("The monthly reports, and what the place started with")
    keys.follow("February 2027")
    keys.sees("February 2027", "Published", "Download as a spreadsheet (CSV)")


def tries_a_policy(keys: Keyboard) -> None:
    keys.follow("Policy")
    keys.choose("Every two months")
    keys.press("See what this would change")
    keys.sees("Nothing is saved yet", "What it does to the records")
    keys.follow("Go back without saving")
    keys.unfold("How often")
    assert not keys.chosen("Every two months")


def hands_a_record_over(keys: Keyboard) -> None:
    keys.follow(re.compile("^See what it means, and answer.*Winter readiness visits"))
    keys.press("Accept: Wexcombe keeps it from now on")
    keys.sees("Done. Wexcombe keeps it from now on.")


def writes_a_contract_down(keys: Keyboard) -> None:
    keys.follow("Contracts")
    keys.follow("Write a contract down")
    keys.pick("Who commissions it?", "Wexcombe Fire and Rescue")
    keys.fill("Reference", "FR 7")
    keys.fill("Find the organisation or the services", "Carers")
    keys.press("Find")
    keys.choose("Wexcombe Carers")
    keys.fill("Or the mailbox of the role", "contracts@fire.example")
    keys.press("Save the contract")
    keys.sees("The contract is written down.", "FR 7", "For Wexcombe Carers")


def invites_an_assurer(keys: Keyboard) -> None:
    keys.follow("People")
    keys.unfold("Invite somebody")
    keys.fill("Their e-mail address", "fresh@council.example")
    keys.choose(re.compile("^Assurer"))
    keys.pick("For which partner?", "Wexcombe Council")
    keys.press("Send the invitation")
    keys.sees("fresh@council.example has been invited.")


# --- a partner reader -----------------------------------------------------------------


def reads_a_record(keys: Keyboard) -> None:
    keys.fill("Service, or who runs it", "Debt advice")
    keys.press("Find")
    keys.follow("Debt advice")
    keys.sees("Wexcombe Citizens’ Desk", "Who answers for it")


def reads_the_statement(keys: Keyboard) -> None:
    keys.follow("Services that Wexcombe Fire and Rescue commissions")
    keys.follow("its work of Wexcombe Fire and Rescue")
    keys.follow("October to December 2026")
    keys.sees("Statement, October to December 2026", "The quarter in numbers")


def downloads_a_list(keys: Keyboard) -> None:
    keys.follow("Services that Wexcombe Fire and Rescue commissions")
    keys.follow("the services it commissions (Wexcombe Fire and Rescue)")
    assert "Carers’ group" in keys.download("Download 2 services as a spreadsheet")


def reads_what_a_figure_means(keys: Keyboard) -> None:
    keys.follow("Services that Wexcombe Fire and Rescue commissions")
    keys.follow("its work of Wexcombe Fire and Rescue")
    keys.follow("metrics dictionary")
    keys.unfold("Statement of a partner")
    keys.sees("Done in time")


# --- a resident -----------------------------------------------------------------------


def finds_by_words(keys: Keyboard) -> None:
    keys.fill("What are you looking for?", "fridge")
    keys.press("Search")
    keys.follow("Community fridge")
    keys.sees("Get in touch", "01632 960201")


def finds_near_a_postcode(keys: Keyboard) -> None:
    keys.fill("What are you looking for?", "food")
    keys.fill("Where? Your postcode", "WX1 2BD")
    keys.press("Search")
    keys.sees("nearest first", "Pantry at St Aldhelm’s")


def begins_from_a_need(keys: Keyboard) -> None:
    keys.follow("Food and essentials")
    keys.sees("7 services", "Ashcott lunch club")


def takes_it_along(keys: Keyboard) -> None:
    keys.follow("Community fridge")
    assert "BEGIN:VCALENDAR" in keys.download("Put the times into a calendar")
    keys.press("Put it on my list")
    keys.sees("1 service, to print", "Community fridge")


def reports_a_problem(keys: Keyboard) -> None:
    keys.follow("Community fridge")
    keys.follow("Tell us what is wrong")
    keys.choose("The price is wrong")
    keys.press("Go on")
    keys.fill("What", "They ask for a pound now.")
    keys.press("Send it")
    keys.sees("Thank you: we have your report", "Your reference")


# --- all of them ----------------------------------------------------------------------

ADMINISTRATOR: tuple[Thing, ...] = (
    runs_a_job, invites_a_lead, finds_a_person, adds_a_partner, adds_a_place,
)  # fmt: skip
PROVIDER: tuple[Thing, ...] = (
    says_nothing_has_changed, changes_the_phone_number, changes_the_times,
    says_whom_to_ask, begins_a_new_service,
)  # fmt: skip
ANSWERING: tuple[Thing, ...] = (
    answers_that_nothing_has_changed, answers_with_another_number,
    answers_closed_for_now, answers_not_us,
)  # fmt: skip
CONTRIBUTOR: tuple[Thing, ...] = (
    finds_a_record, reports_in_three_taps, suggests_a_change, says_it_is_still_right,
)  # fmt: skip
ASSURER: tuple[Thing, ...] = (
    narrows_the_queue, decides_the_first, answers_a_report, checks_a_record,
    records_a_call,
)  # fmt: skip
LATER: tuple[Thing, ...] = (reads_the_answers,)
LEAD: tuple[Thing, ...] = (
    opens_a_figure, reads_a_monthly_report, tries_a_policy, hands_a_record_over,
    invites_an_assurer, writes_a_contract_down,
)  # fmt: skip
READER: tuple[Thing, ...] = (
    reads_a_record, reads_the_statement, downloads_a_list, reads_what_a_figure_means,
)  # fmt: skip
RESIDENT: tuple[Thing, ...] = (
    finds_by_words, finds_near_a_postcode, begins_from_a_need, takes_it_along,
    reports_a_problem,
)  # fmt: skip


EVERYBODY: tuple[tuple[str, str, tuple[Thing, ...]], ...] = (
    ("admin@wexcombe.example", HOME, ADMINISTRATOR),
    ("provider@wexcombe.example", HOME, PROVIDER),
    ("", FRONT, ANSWERING),
    ("contributor@wexcombe.example", HOME, CONTRIBUTOR),
    ("assurer@wexcombe.example", HOME, ASSURER),
    ("contributor@wexcombe.example", HOME, LATER),
    ("lead@wexcombe.example", HOME, LEAD),
    ("reader@wexcombe.example", HOME, READER),
    ("", FRONT, RESIDENT),
)
"""In turn: who signs in, where they begin each thing, and what they do."""


def cannot(
    browser: Browser, site: Site, email: str, start: str, things: tuple[Thing, ...]
) -> Iterator[str]:
    """What a person cannot do, in words."""
    keys = Keyboard(browser, site.address)
    if email:
        keys.sign_in(email)
    for thing in things:
        try:
            keys.open(start)
            thing(keys)
        except (AssertionError, BrowserFault) as fault:
            yield f"{email or 'Who has no account'} {thing.__name__}: {fault}"
    keys.leave()


def has_been_asked(site: Site) -> bool:
    """Whether the jobs that the administrator ran are done: the mails are written,
    and the reports of the months are made."""
    return b"Is this still right?" in site.get("/demo/mail/")[1] and (
        KeptFigures.objects.filter(kind=KeptKind.MONTH).exists()
    )


def test_everybody_does_their_things_on_a_phone_by_keys_alone(
    process_environment: dict[str, str], tmp_path: Path, browser: Browser
) -> None:
    environment = process_environment | {"VOUCH_DEMO": "1"}
    wrong: list[str] = []
    clock.move_to(MORNING)
    with running(environment, tmp_path, "web", "worker") as site:
        site.manage("load_demo", "--small")
        site.send("publishing.consume_outbox")
        until(
            lambda: (site.api("/services?per_page=1") or {}).get("total_items", 0) > 20,
            "the demo to be published",
        )
        for email, start, things in EVERYBODY:
            if things is LATER:
                clock.move_to(clock.now() + NO_UNDO)
            wrong += cannot(browser, site, email, start, things)
            if things is ADMINISTRATOR:
                until(partial(has_been_asked, site), "the jobs that were run")

    assert wrong == []
