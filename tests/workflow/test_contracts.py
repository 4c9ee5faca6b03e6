"""Contracts: what is contracted, who keeps them, who is told, the statement."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Message
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow import asking, contracts, figures, statements
from workflow.actions import contract_notices, periodic, proposals
from workflow.actions.contracts import (
    Terms,
    add_contract,
    change_contract,
    end_contract,
    review_contract,
)
from workflow.actions.listings import hide_listing
from workflow.choices import Evidence, Hidden, Stage
from workflow.models import Contract, ContractNotice, Listing
from workflow.views.contracts import FOUND, found_words

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 10, tzinfo=clock.LONDON)
TODAY = NOW.date()
MAILBOX = "contracts@testham.example"


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    with clock.at(NOW - dt.timedelta(days=110)):
        return world.stocked()


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    """Checked 110 days ago: due 21 days ago, so overdue and not lapsed yet."""
    return world.published(place)


def terms(place: world.Place, listing: Listing | None = None, **more: Any) -> Terms:
    named = {"listing_ids": (listing.pk,)} if listing else {}
    values: dict[str, Any] = {
        "commissioner_id": place.health.pk, "reference": "H 7", "review_months": 6,
        "starts_on": TODAY - dt.timedelta(days=200), "manager_mailbox": MAILBOX,
    }  # fmt: skip
    return Terms(**{**values, **named, **more})


def made(place: world.Place, listing: Listing | None = None, **more: Any) -> Contract:
    return add_contract(
        by=place.lead, place=place.partnership, terms=terms(place, listing, **more)
    )


def seen(client: Client, url: str) -> dict[str, str]:
    """What the form of a contract carries of what it was made of."""
    return {"seen": client.get(url).context["form"]["seen"].value()}


def run(at: dt.datetime = NOW) -> int:
    with clock.at(at):
        job = periodic.run_job("tell", contract_notices.tell_managers)
    assert job.error == ""
    return job.done


# --- what is contracted ---------------------------------------------------------------


def test_contract_names_services_or_takes_all_of_an_organization(
    place: world.Place, listing: Listing
) -> None:
    other = world.published(place, body=world.organization(name="Chess people"))
    made(place, listing)
    assert [asking.is_contracted(one) for one in (listing, other)] == [True, False]

    made(place, reference="H 8", organization_id=other.organization_id)

    assert [asking.is_contracted(one) for one in (listing, other)] == [True, True]


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False)],
)
def test_contract_holds_from_its_first_day_to_its_last(
    place: world.Place, listing: Listing, starts: int, ends: int | None, holds: bool
) -> None:
    made(
        place, listing, starts_on=TODAY + dt.timedelta(days=starts),
        ends_on=None if ends is None else TODAY + dt.timedelta(days=ends),
    )  # fmt: skip

    assert asking.is_contracted(listing) is holds


def test_ended_contract_holds_no_more(place: world.Place, listing: Listing) -> None:
    contract = made(place, listing)
    end_contract(by=place.assurer, contract_id=contract.pk, reason="It was merged.")

    assert not asking.is_contracted(listing)
    with pytest.raises(InvalidState):
        review_contract(by=place.lead, contract_id=contract.pk)


def test_page_of_a_contract_that_is_over_names_no_next_review(
    place: world.Place, listing: Listing
) -> None:
    contract = made(
        place, listing, starts_on=TODAY - dt.timedelta(days=500),
        ends_on=TODAY - dt.timedelta(days=1),
    )  # fmt: skip
    client = signed_in(place.lead)

    shown = text(client.get(f"/contracts/{contract.pk}/"))

    assert "Its last day was 31 May 2026." in shown
    assert "The next review was due" not in shown
    assert "The next review is due" not in shown


def test_review_is_due_by_its_period(place: world.Place, listing: Listing) -> None:
    contract = made(place, listing, starts_on=dt.date(2025, 8, 31))
    assert contracts.review_due(contract) == dt.date(2026, 2, 28)

    contract = review_contract(by=place.assurer, contract_id=contract.pk, words="Good.")

    assert contracts.review_due(contract) == dt.date(2026, 12, 1)
    event = AuditEvent.objects.get(verb="contract_reviewed")
    assert (event.before, event.after, event.reason) == ("", "2026-06-01", "Good.")


def test_contract_that_ends_soon_says_that_its_review_is_due_too(
    place: world.Place, listing: Listing
) -> None:
    soon: dict[str, Any] = {"ends_on": TODAY + dt.timedelta(days=30)}
    due = made(place, listing, **soon)
    fresh = made(place, reference="H 8", organization_id=listing.organization_id,
                 starts_on=TODAY, **soon)  # fmt: skip

    assert [contracts.standing(one, TODAY) for one in (due, fresh)] == [
        ("Ends soon, review due", "due"), ("Ends soon", "due"),
    ]  # fmt: skip


def test_change_is_told_in_the_audit_trail_without_the_mailbox(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing)
    change_contract(
        by=place.assurer, contract_id=contract.pk,
        terms=terms(place, listing, reference="H 9"),
    )  # fmt: skip

    event = AuditEvent.objects.get(verb="contract_changed")
    before, after = event.before or {}, event.after or {}
    assert (before["reference"], after["reference"]) == ("H 7", "H 9")
    assert MAILBOX not in str(event.before) + str(event.after)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reference": " "}, "reference"),
        ({"review_months": 0}, "review_months"),
        ({"ends_on": dt.date(2020, 1, 1)}, "ends_on"),
        ({"manager_mailbox": ""}, "manager"),
        ({"listing_ids": ()}, "organization"),
        ({"organization_id": "00000000-0000-0000-0000-000000000001"}, "organization"),
    ],
)
def test_contract_says_beside_the_field_what_is_wrong(
    place: world.Place, listing: Listing, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        made(place, **{"listing_ids": (listing.pk,), **wrong})

    assert list(refused.value.errors) == [field]


def test_reference_is_once_while_it_holds(place: world.Place, listing: Listing) -> None:
    contract = made(place, listing)
    with pytest.raises(InvalidInput):
        made(place, listing)
    end_contract(by=place.lead, contract_id=contract.pk, reason="Done.")

    assert made(place, listing).reference == "H 7"


def test_manager_has_a_part_in_the_commissioner(
    place: world.Place, listing: Listing
) -> None:
    with pytest.raises(InvalidInput):
        made(place, listing, manager_mailbox="", manager_id=place.assurer.pk)

    kept = made(place, listing, manager_mailbox="", manager_id=place.reader.pk)
    assert kept.manager == place.reader


def test_readers_keep_no_contracts(place: world.Place, listing: Listing) -> None:
    with pytest.raises(PermissionDenied):
        add_contract(
            by=place.reader, place=place.partnership, terms=terms(place, listing)
        )


# --- telling the manager --------------------------------------------------------------


def test_manager_is_told_once_of_what_is_overdue(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)

    assert [run(), run(), run(NOW + dt.timedelta(days=1))] == [1, 0, 0]

    mail = Message.objects.get(kind="contract_overdue")
    assert (mail.to, mail.subject) == (
        MAILBOX, "1 record of a service you commission is overdue"
    )  # fmt: skip
    due = world.fresh(listing).due_on
    assert due is not None
    assert mail.text.splitlines()[2] == (
        "What the directory says of this service has not been checked in time. We have "
        "asked those who provide it; it may help if you mention it too."
    )
    assert f"  - {listing.title}: due on " in mail.text
    assert f"/statements/{place.health.pk}/services/" in mail.text
    notice = ContractNotice.objects.get()
    assert (notice.listing, notice.due_on, notice.message) == (listing, due, mail)
    assert AuditEvent.objects.filter(verb="contract_manager_told").count() == 1


def test_next_missed_day_is_told_again(place: world.Place, listing: Listing) -> None:
    made(place, listing)
    run()
    world.check(place, listing)

    assert run(NOW + dt.timedelta(days=100)) == 0
    assert run(NOW + dt.timedelta(days=107)) == 1


def test_one_mail_for_each_manager_with_all_that_is_theirs(
    place: world.Place, listing: Listing
) -> None:
    with clock.at(NOW - dt.timedelta(days=115)):
        other = world.published(place, body=world.organization(name="Chess people"))
        third = world.published(place, body=world.organization(name="Zebra people"))
    made(place, listing)
    made(place, other, reference="H 8")
    made(place, third, reference="H 9", manager_mailbox="", manager_id=place.reader.pk)

    assert run() == 3

    mails = Message.objects.filter(kind="contract_overdue").order_by("to")
    assert [(mail.to, mail.text.count("  - ")) for mail in mails] == [
        (MAILBOX, 2), (place.reader.email, 1)
    ]  # fmt: skip
    assert ["of these services has" in mail.text for mail in mails] == [True, False]
    assert mails[0].subject == "2 records of services you commission are overdue"


@pytest.mark.parametrize(
    ("checked", "overdue"),
    [
        (dt.date(2026, 2, 19), dt.date(2026, 6, 2)),
        (dt.date(2026, 3, 1), dt.date(2026, 6, 15)),
    ],
)
def test_what_is_not_overdue_is_not_told(
    place: world.Place, checked: dt.date, overdue: dt.date
) -> None:
    with clock.at(NOW.replace(month=checked.month, day=checked.day)):
        listing = world.published(place)
    made(place, listing)

    day_before = NOW.replace(day=overdue.day) - dt.timedelta(days=1)
    assert run(day_before) == 0
    assert run(NOW.replace(day=overdue.day)) == 1


def test_nobody_is_told_of_what_is_closed_or_no_longer_commissioned(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing)
    Listing.objects.filter(pk=listing.pk).update(
        stage="unpublished", hidden_because=["closed"]
    )
    assert run() == 0
    Listing.objects.filter(pk=listing.pk).update(stage="published", hidden_because=[])
    end_contract(by=place.lead, contract_id=contract.pk, reason="Done.")

    assert run() == 0


def test_closed_account_of_a_manager_is_the_role_mailbox(
    place: world.Place, listing: Listing
) -> None:
    place.health.role_mailbox = "office@health.example"
    place.health.save()
    made(place, listing, manager_mailbox="", manager_id=place.reader.pk)
    place.reader.is_active = False
    place.reader.save()

    run()

    assert Message.objects.get(kind="contract_overdue").to == "office@health.example"


def test_nobody_is_told_at_night(place: world.Place, listing: Listing) -> None:
    made(place, listing)

    assert run(NOW.replace(hour=3)) == 0


def test_run_asks_as_often_for_three_records_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    with CaptureQueriesContext(connection) as one:
        run()
    ContractNotice.objects.all().delete()
    with clock.at(NOW - dt.timedelta(days=115)):
        for number in range(2):
            more = world.published(place, name=f"Another {number}")
            made(place, more, reference=f"H {number}")
    with CaptureQueriesContext(connection) as three:
        run()

    assert len(three) == len(one)


# --- the statement --------------------------------------------------------------------


def test_statement_says_how_each_service_stands(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    with clock.at(NOW - dt.timedelta(days=5)):
        proposals.report_problem(
            by=place.contributor, listing_id=listing.pk, evidence=Evidence.VISITED,
            words="The door was locked.",
        )  # fmt: skip

    row = statements.contracted_services(place.health).get()

    assert (row.pk, row.reference) == (listing.pk, "H 7")
    assert (row.errors, row.open_errors, row.stood.days, row.changes) == (1, 1, 5, 0)


def test_in_date_is_counted_by_the_rule_of_the_figure(
    place: world.Place, listing: Listing
) -> None:
    """What is not public, or for partners alone, is not in date for the lead either."""
    hidden = world.published(place, name="Choir")
    with clock.at(NOW):
        for number, one in enumerate((listing, hidden)):
            made(place, one, reference=f"H {number}")
    Listing.objects.filter(pk=hidden.pk).update(stage=Stage.ASSURED)
    Listing.objects.update(due_on=NOW.date() + dt.timedelta(days=9))

    page = signed_in(place.reader).get(f"/statements/{place.health.pk}/services/")
    found = figures.values(place.policy, NOW)

    assert page.context["in_date"] == found["in-date"] == 1
    assert page.context["page"].paginator.count == 2


def test_service_of_two_contracts_stands_once(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    made(place, reference="H 8", organization_id=listing.organization_id)

    assert statements.contracted_services(place.health).count() == 1


def test_statement_is_for_the_commissioner_and_the_lead(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    url = f"/statements/{place.health.pk}/services/"
    people = (place.reader, place.lead, place.assurer, place.publisher)

    assert [signed_in(one).get(url).status_code for one in people] == [
        200, 200, 404, 403
    ]  # fmt: skip


def test_statement_can_be_had_as_a_table(place: world.Place, listing: Listing) -> None:
    made(place, listing)

    answer: Any = signed_in(place.reader).get(
        f"/statements/{place.health.pk}/services.csv"
    )
    lines = b"".join(answer.streaming_content).decode().split("\r\n")

    assert len(lines) == 3
    assert lines[1].startswith(f"{listing.title},Testham Friends,H 7,yes,Overdue,")


def test_statement_asks_as_often_for_three_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    client = signed_in(place.reader)
    url = f"/statements/{place.health.pk}/services/"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(2):
        made(place, world.published(place), reference=f"H {number}")
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(three) == len(one)


# --- the pages ------------------------------------------------------------------------


def test_contract_is_written_down_changed_reviewed_and_ended_by_pages(
    place: world.Place, listing: Listing
) -> None:
    client = signed_in(place.assurer)
    typed: dict[str, Any] = {
        "commissioner": place.health.pk, "reference": "H 7", "review_months": "6",
        "organization": listing.organization_id, "manager_mailbox": MAILBOX,
        "starts_on_day": "1", "starts_on_month": "3", "starts_on_year": "2026",
    }  # fmt: skip
    assert client.post("/contracts/add/", typed).status_code == 302
    contract = Contract.objects.get()
    url = f"/contracts/{contract.pk}/"

    other = world.published(place, name="Another Thing")
    ticked = {**typed, "reference": "", "listings": [str(other.pk)], "find": "1"}
    shown = client.post(url, {**ticked, "q": listing.title}).context["form"]
    assert shown["listings"].field.choices == [
        (str(other.pk), "Another Thing"), (str(listing.pk), listing.title),
    ]  # fmt: skip
    assert (shown["listings"].value(), shown["reference"].value(), shown.errors) == (
        [str(other.pk)], "", {},
    )  # fmt: skip
    assert shown["manager_mailbox"].value() == MAILBOX
    changed = {
        **typed, "organization": "", "listings": [str(listing.pk)], **seen(client, url),
    }  # fmt: skip
    assert client.post(url, changed).status_code == 302
    assert client.post(f"{url}review/", {"words": "All well."}).status_code == 302
    assert client.post(f"{url}end/", {"reason": ""}).status_code == 200
    assert client.post(f"{url}end/", {"reason": "It was merged."}).status_code == 302

    contract.refresh_from_db()
    assert contract.organization_id is None
    assert [one.listing_id for one in contract.named.all()] == [listing.pk]
    assert (contract.reviewed_on, contract.ended_because) == (TODAY, "It was merged.")


def typed_again(contract: Contract, **more: Any) -> dict[str, Any]:
    """What the form of a contract sends that says the same, with ``more``."""
    day = contract.starts_on
    return {
        "commissioner": contract.commissioner_id, "reference": contract.reference,
        "review_months": contract.review_months, "manager_mailbox": MAILBOX,
        "listings": [str(one.listing_id) for one in contract.named.all()],
        "starts_on_day": day.day, "starts_on_month": day.month,
        "starts_on_year": day.year, **more,
    }  # fmt: skip


def test_late_save_overwrites_nobody_and_keeps_what_was_typed(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing)
    url, client = f"/contracts/{contract.pk}/", signed_in(place.assurer)
    mine, theirs = (
        typed_again(contract, **seen(client, url), **more)
        for more in (
            {"review_months": 9},
            {"reference": "H 77", "organization": listing.organization_id},
        )
    )
    assert client.post(url, theirs).status_code == 302

    late = client.post(url, mine)

    contract.refresh_from_db()
    assert (contract.reference, contract.review_months) == ("H 77", 6)
    assert late.status_code == 409
    html = text(late)
    assert "Somebody else has changed this contract meanwhile" in html
    stands = html.partition("What somebody else has saved")[2].partition("</dl>")[0]
    for said in ("H 77", "6 months", listing.title, "Testham Friends", MAILBOX,
                 str(place.health)):  # fmt: skip
        assert said in stands
    form = late.context["form"]
    assert (form["reference"].value(), form["review_months"].value()) == ("H 7", "9")
    # Who has seen what stands saves theirs in its place.
    assert client.post(url, mine | {"seen": form["seen"].value()}).status_code == 302
    contract.refresh_from_db()
    assert (contract.reference, contract.review_months) == ("H 7", 9)


def test_save_that_is_sent_twice_is_saved_once(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing)
    url, client = f"/contracts/{contract.pk}/", signed_in(place.assurer)
    sent = typed_again(contract, reference="H 77 ", **seen(client, url))

    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(verb="contract_changed").count() == 1


def test_who_manages_it_is_chosen_by_name_and_partner(place: world.Place) -> None:
    form = signed_in(place.assurer).get("/contracts/add/").context["form"]

    offered = [label for _, label in form.fields["manager"].choices]

    assert offered[0] == "Nobody by name"
    assert f"{place.reader}, {place.health}" in offered
    assert len(offered) == len(set(offered))


def test_list_of_contracts_is_that_of_the_person(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    made(place, reference="C 1", commissioner_id=place.council.pk,
         organization_id=listing.organization_id)  # fmt: skip

    seen = {
        who.name: [row[0] for row in signed_in(who).get("/contracts/").context["rows"]]
        for who in (place.lead, place.reader)
    }

    assert [one["text"] for one in seen["Lena Lead"]] == ["C 1", "H 7"]
    assert seen["Rita Reader"] == [{"text": "H 7"}]


def test_statement_is_linked_for_who_may_open_it(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing)
    statement = f"/statements/{place.health.pk}/services/"

    linked = [
        [
            f'href="{statement}"' in client.get(page).content.decode()
            for page in ("/contracts/", f"/contracts/{contract.pk}/")
        ]
        for client in (signed_in(place.assurer), signed_in(place.lead))
    ]

    assert linked == [[False, False], [True, True]]


def test_reader_is_not_asked_to_write_a_contract_down(place: world.Place) -> None:
    page = signed_in(place.reader).get("/contracts/").content.decode()

    assert ("No contracts yet" in page, "rite one down" in page) == (True, False)


def test_role_at_another_partner_sees_no_contract(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    other = world.make_place("Elsewhere")
    stranger = world.give(world.person("Stray Reader"), Role.READER, other.council)

    assert signed_in(stranger).get("/contracts/").context["rows"] == []


def test_search_offers_what_the_person_reads(place: world.Place) -> None:
    hidden = world.published(place, name="Zebra of somebody")
    hide_listing(
        by=place.assurer, listing_id=hidden.pk, because=Hidden.PERSONAL_DATA,
        reason="It names her.",
    )  # fmt: skip
    shown = world.published(place, name="Zebra for all")
    nurse = world.give(world.person("Nora Nurse"), Role.ASSURER, place.health)
    sent = {"q": "\x00zebra", "find": "1", "listings": [str(hidden.pk)]}

    form = signed_in(nurse).post("/contracts/add/", sent).context["form"]

    assert form["listings"].field.choices == [(str(shown.pk), "Zebra for all")]


def test_page_opens_at_a_sentence_of_how_many_were_found(place: world.Place) -> None:
    world.published(place, name="Zebra", body=world.organization(name="Zebra people"))
    client = signed_in(place.assurer)

    def said(words: str) -> str:
        page = client.post("/contracts/add/", {"q": words, "find": "1"})
        html = page.content.decode()
        assert html.count(" autofocus>") == 1
        return html.partition(" autofocus>")[2].partition("</p>")[0]

    assert said("zebra") == (
        "Found for “zebra”: 1 organisation and 1 service. Choose below."
    )
    assert said("people") == "Found for “people”: 1 organisation. Choose below."
    assert said("okapi") == (
        "We found nothing with “okapi” in its name. Try one word of it."
    )
    assert said(" ") == "Write a word of the name, then find it."


def test_more_than_is_offered_is_said_to_be_the_first_of_them() -> None:
    assert found_words("tea", 1, FOUND + 1) == (
        "Found for “tea”: 1 organisation and the first 20 services. Choose below. "
        "If it is not among them, write more of its name."
    )
