"""The statement of a partner's work, each number with exactly its records."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from tests import world
from tests.workflow.leading import signed_in
from workflow import figures, rates, statements
from workflow.actions import checking
from workflow.actions.efforts import save_effort_defaults
from workflow.choices import Method
from workflow.measuring import worked
from workflow.models import Effort, Listing, Policy
from workflow.statements import Quarter

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 10, 10, tzinfo=clock.LONDON)
SPRING = Quarter(2026, 2)


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def on(day: str) -> Any:
    year, month, number = map(int, day.split("-"))
    return clock.at(NOW.replace(year=year, month=month, day=number))


def service(place: world.Place, first: str, *later: str) -> Listing:
    """Assured on a day, and checked on others."""
    with on(first):
        listing = world.published(place)
    for day in later:
        with on(day):
            world.check(place, listing)
    return listing


def agree(place: world.Place, rate: str, day: str) -> None:
    save_effort_defaults(
        by=place.lead, place=place.partnership, minutes={}, rate=Decimal(rate),
        rate_from=dt.date.fromisoformat(day),
    )  # fmt: skip


def account(place: world.Place, quarter: Quarter = SPRING) -> statements.Account:
    return statements.account(place.council, quarter, NOW.date())


def test_every_record_that_was_due_is_in_one_part(place: world.Place) -> None:
    service(place, "2026-01-15", "2026-04-20")  # due 15 April, overdue on the 29th
    service(place, "2026-01-15", "2026-04-28")
    service(place, "2026-01-15", "2026-04-29")  # late
    service(place, "2026-01-15")  # never again
    service(place, "2026-03-05")  # due 5 June, not overdue yet
    service(place, "2026-03-20")  # due after today

    assert account(place).numbers == {"due": 5, "in_time": 2, "late": 2, "open": 1}


def test_record_that_was_due_twice_is_in_time_only_if_both_were(
    place: world.Place,
) -> None:
    Policy.objects.update(period_months=2)
    service(place, "2026-02-01", "2026-04-01", "2026-06-01")
    service(place, "2026-02-01", "2026-04-20", "2026-06-05")

    assert account(place).numbers == {"due": 2, "in_time": 1, "late": 1, "open": 0}


def test_undone_check_makes_nothing_in_time(place: world.Place) -> None:
    listing = service(place, "2026-01-15")
    with on("2026-04-20"):
        done = checking.check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL
        )
        checking.undo_check(by=place.assurer, assurance_id=done.pk)

    assert account(place).numbers["late"] == 1


def test_what_is_closed_or_of_another_partner_is_not_due(place: world.Place) -> None:
    closed = service(place, "2026-01-15")
    Listing.objects.filter(pk=closed.pk).update(
        stage="unpublished", hidden_because=["closed"]
    )

    assert account(place).numbers["due"] == 0
    service(place, "2026-01-15")
    other = statements.account(place.health, SPRING, NOW.date())
    assert other.numbers["due"] == 0


def test_hours_and_cost_are_those_of_the_quarter(place: world.Place) -> None:
    agree(place, "30.00", "2026-01-01")
    service(place, "2026-01-15", "2026-04-20", "2026-05-20")  # 25 before, 15 + 15

    found = account(place)

    assert (found.minutes, found.time, found.cost) == (
        30, "30 minutes", Decimal("15.00")
    )  # fmt: skip
    assert account(place, Quarter(2026, 1)).minutes == 25
    assert [(row["kind"], row["number"]) for row in found.by_kind] == [("check", 2)]


def test_work_is_charged_at_the_rate_of_its_day(place: world.Place) -> None:
    agree(place, "30.00", "2026-01-01")
    service(place, "2026-03-02", "2026-04-20", "2026-05-20")  # 25, then 15 and 15
    agree(place, "40.00", "2026-05-20")

    parts = [
        (one.stretch.first, one.stretch.last, one.minutes, one.cost)
        for one in account(place).charges
    ]

    assert parts == [
        (dt.date(2026, 4, 1), dt.date(2026, 5, 19), 15, Decimal("7.50")),
        (dt.date(2026, 5, 20), dt.date(2026, 6, 30), 15, Decimal("10.00")),
    ]
    assert (account(place).time, account(place).cost) == (
        "30 minutes", Decimal("17.50")
    )  # fmt: skip
    assert account(place, Quarter(2026, 1)).cost == Decimal("12.50")
    page = signed_in(place.lead).get(f"/statements/{place.council.pk}/work/")
    assert "20 May 2026 to 30 June 2026: 15 minutes at £40.00" in page.content.decode()


def test_cost_of_the_last_days_is_what_the_statement_charges(
    place: world.Place,
) -> None:
    def cost() -> int | None:
        return figures.of_slugs(["cost"], place.policy, clock.now())["cost"]

    service(place, "2026-03-02", "2026-05-25", "2026-06-10")
    assert cost() is None

    agree(place, "30.00", "2026-01-01")
    agree(place, "60.00", "2026-06-09")

    assert account(place).cost == Decimal("22.50")
    assert cost() == 2250


def test_rate_from_an_earlier_day_holds_until_the_next(place: world.Place) -> None:
    agree(place, "40.00", "2026-05-20")
    service(place, "2026-03-02", "2026-04-20", "2026-05-20")

    assert [one.cost for one in account(place).charges] == [None, Decimal("10.00")]
    assert account(place).cost == Decimal("10.00")
    agree(place, "30.00", "2026-04-01")
    assert [one.cost for one in account(place).charges] == [
        Decimal("7.50"), Decimal("10.00")
    ]  # fmt: skip
    assert account(place, Quarter(2026, 1)).cost is None


@pytest.mark.parametrize(
    ("minutes", "said", "cost"),
    [
        (5, "5 minutes", "2.04"), (60, "1 hour", "24.50"), (61, "1 hour 1 minute",
        "24.91"), (0, "0 minutes", "0.00"), (74_105, "1,235 hours 5 minutes",
        "30259.54"),
    ],
)  # fmt: skip
def test_time_is_charged_as_it_is_shown(minutes: int, said: str, cost: str) -> None:
    """Who multiplies what the page says with the rate has the same."""
    assert (worked(minutes), rates.cost_of(minutes, Decimal("24.50"))) == (
        said, Decimal(cost)
    )  # fmt: skip


def test_without_a_rate_there_is_no_cost(place: world.Place) -> None:
    service(place, "2026-04-15")

    assert account(place).cost is None


def test_what_was_taken_back_and_own_work_do_not_count(place: world.Place) -> None:
    service(place, "2026-04-15", "2026-05-20", "2026-05-25")
    first, second, _ = Effort.objects.order_by("created_at")
    Effort.objects.filter(pk=first.pk).update(taken_back_at=NOW)
    Effort.objects.filter(pk=second.pk).update(partner=None)

    assert account(place).minutes == 15


@pytest.mark.parametrize(
    ("day", "quarter", "first", "after"),
    [
        (dt.date(2026, 3, 31), Quarter(2026, 1), dt.date(2026, 1, 1),
         dt.date(2026, 4, 1)),
        (dt.date(2026, 12, 31), Quarter(2026, 4), dt.date(2026, 10, 1),
         dt.date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_quarters_begin_and_end_with_their_months(
    day: dt.date, quarter: Quarter, first: dt.date, after: dt.date
) -> None:
    found = statements.quarter_of(day)

    assert (found, found.first, found.after) == (quarter, first, after)
    assert found.next.before == found


@pytest.mark.parametrize(
    "said", ["2026-5", "x", "2026", "1850-1", "2199-1", f"{10**30}-1"]
)
def test_quarter_that_is_none_is_not_found(place: world.Place, said: str) -> None:
    url = f"/statements/{place.council.pk}/work/?quarter={said}"

    assert signed_in(place.lead).get(url).status_code == 404


@pytest.mark.parametrize("show", ["due", "in_time", "late", "open", "minutes"])
def test_each_number_stands_beside_exactly_its_records(
    place: world.Place, show: str
) -> None:
    service(place, "2026-01-15", "2026-04-20")
    service(place, "2026-01-15")
    service(place, "2026-03-05")
    url = f"/statements/{place.council.pk}/work"
    client = signed_in(place.assurer)

    page = client.get(f"{url}/?show={show}").context["page"]
    table: Any = client.get(f"{url}.csv?show={show}")
    lines = b"".join(table.streaming_content).decode().strip().split("\r\n")

    found = account(place)
    number = (
        sum(row["number"] for row in found.by_kind)
        if show == "minutes"
        else found.numbers[show]
    )
    assert (page.paginator.count, len(lines) - 1) == (number, number)


def test_statement_names_no_person(place: world.Place) -> None:
    service(place, "2026-01-15", "2026-04-20")

    shown = signed_in(place.lead).get(f"/statements/{place.council.pk}/work/")

    assert place.assurer.name not in shown.content.decode()


def test_statement_is_for_its_partner_and_the_lead(place: world.Place) -> None:
    url = f"/statements/{place.council.pk}/work/"
    people = (place.lead, place.assurer, place.reader, place.publisher)

    assert [signed_in(one).get(url).status_code for one in people] == [
        200, 200, 404, 403
    ]  # fmt: skip


def test_statement_asks_as_often_for_three_as_for_one(place: world.Place) -> None:
    service(place, "2026-01-15", "2026-04-20")
    client = signed_in(place.lead)
    url = f"/statements/{place.council.pk}/work/"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _ in range(2):
        service(place, "2026-01-15", "2026-04-20")
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(three) == len(one)


def test_lead_sets_minutes_and_rate_by_a_page(place: world.Place) -> None:
    client = signed_in(place.lead)
    shown = client.get("/lead/effort/").context["form"]
    typed = {name: shown[name].value() or "" for name in shown.fields} | {
        "rate_from_day": "1", "rate_from_month": "June", "rate_from_year": "2026",
    }  # fmt: skip

    wrong = client.post("/lead/effort/", {**typed, "check:proxy": "9999"})
    done = client.post("/lead/effort/", {**typed, "check:proxy": "18", "rate": "24.50"})

    assert (wrong.status_code, done.status_code) == (200, 302)
    assert list(wrong.context["form"].errors) == ["check:proxy"]
    assert rates.of_place(place.partnership.pk).agreed == [
        (dt.date(2026, 6, 1), Decimal("24.50"))
    ]
    shown_again = client.get("/lead/effort/")
    assert "the rate for work from 1 June 2026." in shown_again.content.decode()
    again = shown_again.context
    assert again["form"]["rate"].value() == Decimal("24.50")
    assert again["rates"] == [[{"text": "1 June 2026"}, {"text": "£24.50"}]]
    service(place, "2026-04-15", "2026-05-20")
    assert account(place).minutes == 25 + 18
