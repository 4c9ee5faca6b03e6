"""The manager of a contract is told of its reviews and ends, and the lead sees them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Message
from common import clock
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow import contracts, tasks
from workflow.actions import contract_notices, contract_reminders, periodic, telling
from workflow.actions.contracts import (
    Terms,
    add_contract,
    change_contract,
    end_contract,
    review_contract,
    terms_of,
)
from workflow.models import (
    Contract,
    ContractNotice,
    ContractReminder,
    JobRun,
    Listing,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 10, tzinfo=clock.LONDON)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
MAILBOX = "contracts@testham.example"


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def listing(place: world.Place) -> Listing:
    """Checked 110 days ago: overdue."""
    with clock.at(NOW - 110 * DAY):
        return world.published(place)


def made(place: world.Place, listing: Listing, **more: Any) -> Contract:
    """A contract from today on, whose first review is due on 1 December."""
    values: dict[str, Any] = {
        "commissioner_id": place.health.pk, "reference": "H 7", "review_months": 6,
        "starts_on": TODAY, "manager_mailbox": MAILBOX, "listing_ids": (listing.pk,),
    }  # fmt: skip
    return add_contract(
        by=place.lead, place=place.partnership, terms=Terms(**{**values, **more})
    )


def run(day: dt.date = TODAY, hour: int = 10) -> JobRun:
    moment = dt.datetime.combine(day, dt.time(hour), tzinfo=clock.LONDON)
    with clock.at(moment):
        return periodic.run_job("remind", contract_reminders.remind_managers)


def told() -> list[tuple[str, str]]:
    mails = Message.objects.filter(kind="contract_due").order_by("created_at", "to")
    return list(mails.values_list("to", "subject"))


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (0, None, []),
        # A review is due 365 days after the first day.
        (31 - 365, None, []),
        (30 - 365, None, [("review_soon", 30)]),
        (1 - 365, None, [("review_soon", 1)]),
        (-365, None, [("review_due", 0)]),
        (-400, None, [("review_due", -35)]),
        (-100, 61, []),
        (-100, 60, [("end_near", 60)]),
        (-100, 0, [("end_near", 0)]),
        (-100, -1, [("ended", -1)]),
        (-100, -30, [("ended", -30)]),
        (-100, -31, []),
        (-400, 10, [("review_due", -35), ("end_near", 10)]),
        (20 - 365, 10, [("end_near", 10)]),
        (20 - 365, 20, [("review_soon", 20), ("end_near", 20)]),
        (1, None, []),
    ],
)
def test_what_comes_of_a_contract(
    starts: int, ends: int | None, expected: list[tuple[str, int]]
) -> None:
    contract = Contract(
        starts_on=TODAY + starts * DAY, review_months=12,
        ends_on=None if ends is None else TODAY + ends * DAY,
    )  # fmt: skip

    found = contracts.coming(contract, TODAY)

    assert [(one.about.value, (one.day - TODAY).days) for one in found] == expected


def test_manager_is_told_of_a_review_before_and_on_its_day(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing)
    review = contracts.review_due(contract)
    days = [review - 31 * DAY, review - 30 * DAY, review - DAY, review, review + DAY]

    done = [run(day).done for day in days]

    assert done == [0, 1, 0, 1, 0]
    assert told() == [
        (MAILBOX, "Contract H 7: its review falls due on 1 December 2026"),
        (MAILBOX, "Contract H 7: its review fell due on 1 December 2026"),
    ]
    rows = ContractReminder.objects.order_by("created_at")
    assert [(row.about, row.day) for row in rows] == [
        ("review_soon", review), ("review_due", review),
    ]  # fmt: skip
    events = AuditEvent.objects.filter(verb="contract_reminded").order_by("id")
    assert [(event.object_id, event.after) for event in events] == [
        (contract.pk, {"review_soon": "2026-12-01"}),
        (contract.pk, {"review_due": "2026-12-01"}),
    ]


def test_review_begins_the_telling_anew(place: world.Place, listing: Listing) -> None:
    contract = made(place, listing)
    review = contracts.review_due(contract)
    run(review)
    with clock.at(dt.datetime.combine(review, dt.time(12), tzinfo=clock.LONDON)):
        review_contract(by=place.lead, contract_id=contract.pk)

    assert run(review + DAY).done == 0
    assert run(dt.date(2027, 5, 15)).done == 1
    assert told()[-1][1] == "Contract H 7: its review falls due on 1 June 2027"


def test_manager_is_told_of_an_end_before_and_after_it(
    place: world.Place, listing: Listing
) -> None:
    end = TODAY + 70 * DAY
    contract = made(place, listing, ends_on=end, review_months=36)

    done = [run(end - n * DAY).done for n in (61, 60, 20, 0, -1, -2)]

    assert done == [0, 1, 0, 0, 1, 0]
    assert [subject for _, subject in told()] == [
        "Contract H 7: it ends on 10 August 2026",
        "Contract H 7: it ended on 10 August 2026",
    ]
    assert ContractReminder.objects.filter(contract=contract).count() == 2


def test_later_end_is_told_of_when_it_comes(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing, ends_on=TODAY + 30 * DAY, review_months=36)
    run()
    later = Terms(**{
        **vars(terms_of(contract)), "ends_on": TODAY + 200 * DAY,
    })  # fmt: skip
    change_contract(by=place.lead, contract_id=contract.pk, terms=later)

    assert [run(TODAY + n * DAY).done for n in (1, 31, 140)] == [0, 0, 1]


def test_one_mail_has_all_that_one_manager_is_told(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing, ends_on=TODAY + 9 * DAY)
    made(place, listing, reference="H 8", starts_on=TODAY - 200 * DAY)
    made(
        place, listing, reference="H 9", starts_on=TODAY - 200 * DAY,
        manager_mailbox="", manager_id=place.reader.pk,
    )  # fmt: skip

    assert run().done == 3

    assert sorted(told()) == sorted(
        [
            (MAILBOX, "2 contracts to look at"),
            (place.reader.email, "Contract H 9: its review fell due on 13 May 2026"),
        ]
    )
    mail = Message.objects.get(to=MAILBOX)
    assert mail.text.splitlines()[2:9] == [
        "You manage these contracts, and something is to be done about them:", "",
        f"{place.health}, H 8", "  - Its review fell due on 13 May 2026", "",
        f"{place.health}, H 7", "  - It ends on 10 June 2026",
    ]  # fmt: skip
    assert "/contracts/" in mail.text
    assert "once a contract has been reviewed, has been extended" in mail.text
    alone = Message.objects.get(to=place.reader.email)
    assert alone.text.splitlines()[2] == (
        "You manage this contract, and something is to be done about it:"
    )
    assert "once the contract has been reviewed, has been extended" in alone.text


def test_nobody_is_told_of_what_was_ended(place: world.Place, listing: Listing) -> None:
    contract = made(place, listing, ends_on=TODAY + 9 * DAY)
    end_contract(by=place.lead, contract_id=contract.pk, reason="It was merged.")

    assert run().done == 0


def test_nobody_is_told_at_night(place: world.Place, listing: Listing) -> None:
    made(place, listing, ends_on=TODAY + 9 * DAY)

    assert [run(hour=3).done, run(hour=9).done] == [0, 1]


def test_closed_account_of_a_manager_is_the_role_mailbox(
    place: world.Place, listing: Listing
) -> None:
    made(
        place, listing, ends_on=TODAY + 9 * DAY, manager_mailbox="",
        manager_id=place.reader.pk,
    )  # fmt: skip
    place.reader.is_active = False
    place.reader.save()
    place.health.role_mailbox = ""
    place.health.save()
    nowhere = run().done
    place.health.role_mailbox = "office@health.example"
    place.health.save()

    assert (nowhere, run().done) == (0, 1)
    assert told() == [
        ("office@health.example", "Contract H 7: it ends on 10 June 2026")
    ]


def test_one_that_cannot_be_told_does_not_stop_the_others(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for letter in "abc":
        made(
            place, listing, reference=letter, ends_on=TODAY + 9 * DAY,
            manager_mailbox=f"{letter}@testham.example",
        )  # fmt: skip

    def refuses(address: str, **mail: Any) -> Message:
        if address.startswith("b@"):
            raise ValueError("No mail can go there.")
        return telling.tell(address, **mail)

    jobs = []
    for module, job in (
        (contract_reminders, contract_reminders.remind_managers),
        (contract_notices, contract_notices.tell_managers),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, "tell", refuses)
            jobs.append(periodic.run_job("tell", job))
        jobs.append(periodic.run_job("tell", job))

    assert [(job.done, job.failed) for job in jobs] == [(2, 1), (1, 0)] * 2
    assert ContractReminder.objects.exclude(message=None).count() == 3
    assert ContractNotice.objects.exclude(message=None).count() == 3


def test_task_tells_of_what_is_overdue_and_of_what_comes(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing, ends_on=TODAY + 9 * DAY)

    tasks.tell_contract_managers()

    kinds = Message.objects.filter(to=MAILBOX).order_by("kind")
    assert list(kinds.values_list("kind", flat=True)) == [
        "contract_due", "contract_overdue",
    ]  # fmt: skip


def test_run_asks_as_often_for_three_contracts_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    counts = []
    for some in (1, 3):
        for number in range(some):
            made(
                place, listing, reference=f"{some} {number}",
                ends_on=TODAY + 9 * DAY,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            run()
        counts.append(len([q for q in queries if "auditevent" not in q["sql"]]))
    assert counts[0] == counts[1]


# --- the pages ------------------------------------------------------------------------


def test_lead_sees_what_comes_of_contracts(
    place: world.Place, listing: Listing
) -> None:
    calm = signed_in(place.lead).get("/lead/")
    contract = made(place, listing, ends_on=TODAY + 9 * DAY)
    made(place, listing, reference="H 8")

    page = signed_in(place.lead).get("/lead/")

    assert calm.context["contracts"] == []
    assert page.context["contracts"] == [[
        {"text": "H 7", "url": f"/contracts/{contract.pk}/"},
        {"text": str(place.health)},
        {"text": "It ends on 10 June 2026"},
    ]]  # fmt: skip
    assert "Contracts to look at 1" in text(page)


def test_leads_page_asks_as_often_for_three_contracts_as_for_one(
    place: world.Place, listing: Listing
) -> None:
    counts = []
    for number in range(3):
        made(place, listing, reference=f"H {number}", ends_on=TODAY + 9 * DAY)
        client = signed_in(place.lead)
        with CaptureQueriesContext(connection) as queries:
            client.get("/lead/")
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_page_of_a_contract_says_what_its_manager_was_told(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing, ends_on=TODAY + 9 * DAY)
    url = f"/contracts/{contract.pk}/"
    before = signed_in(place.lead).get(url)
    run()

    page = signed_in(place.lead).get(url)

    assert "what its manager was told" not in text(before)
    said = "It ends on 10 June 2026: on its way Mail to contracts@testham.example"
    assert said in text(page)
    Message.objects.all().delete()  # by its time
    later = text(signed_in(place.lead).get(url))
    assert "It ends on 10 June 2026: sent long ago" in later
    assert "Mail to" not in later


def test_page_of_a_contract_shows_its_reviews_between_what_was_told(
    place: world.Place, listing: Listing
) -> None:
    contract = made(place, listing, ends_on=TODAY + 70 * DAY)
    url = f"/contracts/{contract.pk}/"
    for day, who, words in (
        (0, place.assurer, " All well."), (20, place.lead, "The rota is thin."),
    ):  # fmt: skip
        with clock.at(NOW + day * DAY):
            for _ in range(2):  # sent twice
                signed_in(who).post(f"{url}review/", {"words": words})
        run(TODAY + (day + 10) * DAY)

    with clock.at(NOW + 40 * DAY):
        page = signed_in(place.lead).get(url)

    assert [
        (event["text"].partition(" on ")[0], event["by"], event["detail"])
        for event in page.context["happened"]
    ] == [
        ("Reviewed", str(place.lead), "The rota is thin."),
        ("It ends", "Vouch", f"Mail to {MAILBOX}"),
        ("Reviewed", str(place.assurer), "All well."),
    ]  # fmt: skip
    assert "The rota is thin." in text(page)


def test_review_with_other_words_or_by_somebody_else_is_one_more(
    place: world.Place, listing: Listing
) -> None:
    url = f"/contracts/{made(place, listing).pk}/"
    for who, words in (
        (place.lead, ""), (place.lead, "Good."), (place.assurer, "Good."),
        (place.lead, "Good."),
    ):  # fmt: skip
        signed_in(who).post(f"{url}review/", {"words": words})

    assert AuditEvent.objects.filter(verb="contract_reviewed").count() == 3


@pytest.mark.parametrize(("late", "said"), [(0, "is due on"), (1, "was due on")])
def test_page_says_that_a_review_was_due_once_its_day_is_past(
    place: world.Place, listing: Listing, late: int, said: str
) -> None:
    contract = made(place, listing)
    with clock.at(NOW.replace(month=12) + late * DAY):
        page = signed_in(place.lead).get(f"/contracts/{contract.pk}/")

    assert f"The next review {said} 1 December 2026." in text(page)


def test_record_shows_that_the_manager_of_its_contract_was_told(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    periodic.run_job("tell", contract_notices.tell_managers)
    other = world.published(place, name="Another")

    client = signed_in(place.assurer)
    page = client.get(f"/records/{listing.pk}/")
    asked = client.get(reverse("workflow:whom-to-ask", args=[listing.pk]))

    said = f"Mail to {place.health}, who manages contract H 7: on its way"
    assert said in text(page)
    assert [event["text"] for event in asked.context["events"]] == [said]
    due = world.fresh(listing).due_on
    assert due is not None
    assert f"It was due on {due:%-d %B %Y}, and overdue." in text(asked)
    assert said not in text(client.get(f"/records/{other.pk}/"))


def test_new_home_is_not_shown_what_the_earlier_one_told(
    place: world.Place, listing: Listing
) -> None:
    made(place, listing)
    periodic.run_job("tell", contract_notices.tell_managers)
    elsewhere = world.make_place("Otherham")
    Listing.objects.filter(pk=listing.pk).update(partnership=elsewhere.partnership)

    assert not contracts.notices_about(world.fresh(listing)).exists()
