"""What was due in a quarter that is over stays as it was then."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Partner
from common import clock
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow import statements
from workflow.actions import checking, periodic, redating
from workflow.actions.keeping_quarters import keep_quarter
from workflow.actions.place import save_policy
from workflow.choices import Method, Stage
from workflow.models import Assurance, KeptCheck, KeptQuarter, Listing, Policy, Remit
from workflow.statements import Quarter

pytestmark = pytest.mark.django_db

SPRING = Quarter(2026, 2)
SUMMER = Quarter(2026, 3)


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def on(day: str) -> Any:
    return clock.at(dt.datetime.fromisoformat(f"{day}T10:00").replace(
        tzinfo=clock.LONDON
    ))  # fmt: skip


def service(place: world.Place, first: str, *later: str) -> Listing:
    """Assured on a day, and checked on others."""
    with on(first):
        listing = world.published(place)
    for day in later:
        check(place, listing, day)
    return listing


def check(place: world.Place, listing: Listing, day: str) -> Assurance:
    with on(day):
        return checking.check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL
        )


def policy_of(place: world.Place) -> Policy:
    return Policy.objects.select_related("partnership").get(
        partnership=place.partnership
    )


def keep(place: world.Place, day: str = "2026-07-01") -> int:
    with on(day):
        return keep_quarter(policy_of(place), clock.today())


def set_policy(place: world.Place, day: str, **values: Any) -> None:
    with on(day):
        save_policy(by=place.lead, place=place.partnership, values=values)


def numbers(
    partner: Partner, day: str = "2026-09-01", quarter: Quarter = SPRING
) -> list[int]:
    """Due, in time, late and open; as many records stand behind each."""
    partner = Partner.objects.select_related("partnership__policy").get(pk=partner.pk)
    with on(day):
        today = clock.today()
        found = statements.account(partner, quarter, today).numbers
        rows = statements.due(partner, quarter, today)
        behind = {name: rows.filter(q).count() for name, q in statements.PARTS.items()}
    assert behind == dict(found)
    return [found[name] for name in ("due", "in_time", "late", "open")]


@pytest.fixture
def spring(place: world.Place) -> list[Listing]:
    """Due on 15 April: one in time, one late, one never; one due on 20 June."""
    return [
        service(place, "2026-01-15", "2026-04-20"),
        service(place, "2026-01-15", "2026-05-20"),
        service(place, "2026-01-15"),
        service(place, "2026-03-20"),
    ]


def test_record_that_goes_to_another_partner_stays_in_the_quarter_of_the_first(
    place: world.Place, spring: list[Listing]
) -> None:
    keep(place)
    other = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health",
        lead=place.reader,
    )  # fmt: skip
    Listing.objects.update(remit=other)

    assert numbers(place.council) == [4, 1, 3, 0]
    assert numbers(place.health) == [0, 0, 0, 0]


def test_policy_that_changes_later_changes_no_quarter_that_is_over(
    place: world.Place, spring: list[Listing]
) -> None:
    keep(place)
    before = numbers(place.council)
    set_policy(place, "2026-07-02", overdue_days=2, period_months=2)

    assert numbers(place.council) == before == [4, 1, 3, 0]


def test_record_that_is_closed_later_was_due_all_the_same(
    place: world.Place, spring: list[Listing]
) -> None:
    keep(place)
    Listing.objects.filter(pk=spring[0].pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=["closed"]
    )

    assert numbers(place.council) == [4, 1, 3, 0]


def test_check_after_the_quarter_still_counts_and_an_undone_one_does_not(
    place: world.Place, spring: list[Listing]
) -> None:
    keep(place)
    assert numbers(place.council, "2026-07-01") == [4, 1, 2, 1]

    done = check(place, spring[3], "2026-07-03")
    in_time = numbers(place.council)
    with on("2026-07-03"):
        checking.undo_check(by=place.assurer, assurance_id=done.pk)

    assert (in_time, numbers(place.council)) == ([4, 2, 2, 0], [4, 1, 3, 0])


def test_quarter_is_written_down_once(
    place: world.Place, spring: list[Listing]
) -> None:
    first = [keep(place), keep(place), keep(place, "2026-09-30")]
    checks = KeptCheck.objects.count()

    assert first == [1, 0, 0]
    assert keep(place, "2026-10-01") == 1
    assert [str(one) for one in KeptQuarter.objects.order_by("created_at")] == [
        "2026-2", "2026-3",
    ]  # fmt: skip
    assert checks == 4


def test_record_in_nobodys_area_of_work_is_nobodys(
    place: world.Place, spring: list[Listing]
) -> None:
    Listing.objects.filter(pk=spring[0].pk).update(remit=None)
    keep(place)
    Listing.objects.update(remit=place.remit)

    assert numbers(place.council) == [3, 0, 3, 0]


def test_job_writes_it_down(place: world.Place, spring: list[Listing]) -> None:
    with on("2026-07-01"):
        periodic.run_job("freshen", periodic.freshen)

    kept = KeptQuarter.objects.get()
    assert (str(kept), kept.overdue_days) == ("2026-2", 14)
    assert kept.checks.count() == 4


def test_another_place_keeps_its_own(place: world.Place, spring: list[Listing]) -> None:
    other = world.make_place("Otherham")
    service(other, "2026-01-15")
    keep(place)

    assert KeptCheck.objects.count() == 4
    keep(other)
    assert numbers(other.council) == [1, 0, 1, 0]


def test_asks_as_often_for_many_records_as_for_few(
    place: world.Place, spring: list[Listing]
) -> None:
    with CaptureQueriesContext(connection) as four:
        keep(place)
    KeptQuarter.objects.all().delete()
    for _ in range(3):
        service(place, "2026-01-15")
    with CaptureQueriesContext(connection) as seven:
        keep(place)

    assert (len(four), KeptCheck.objects.count()) == (len(seven), 7)


# --- the period that held -------------------------------------------------------------


def test_check_falls_due_by_the_period_that_held_while_it_stood(
    place: world.Place,
) -> None:
    """A longer period puts off what was not due yet; by the one of the day of the check
    it would have been late."""
    set_policy(place, "2026-01-02", period_months=2)
    listing = service(place, "2026-02-15")  # due on 15 April
    set_policy(place, "2026-04-01", period_months=3)  # on 15 May
    check(place, listing, "2026-05-14")

    first = Assurance.objects.order_by("created_at")[0]
    assert (first.due_on, first.redated_due_on) == (
        dt.date(2026, 4, 15), dt.date(2026, 5, 15),
    )  # fmt: skip
    assert numbers(place.council, "2026-06-30") == [1, 1, 0, 0]


def test_shorter_period_brings_a_check_into_an_earlier_quarter(
    place: world.Place,
) -> None:
    service(place, "2026-04-15")  # due on 15 July
    set_policy(place, "2026-05-01", period_months=2)  # on 15 June

    assert numbers(place.council, "2026-08-30") == [1, 0, 1, 0]
    assert numbers(place.council, "2026-08-30", SUMMER) == [0, 0, 0, 0]


def test_period_that_changes_after_a_check_leaves_the_one_before_it(
    place: world.Place,
) -> None:
    service(place, "2026-01-15", "2026-04-10")  # the first due on 15 April
    set_policy(place, "2026-05-01", period_months=2)

    first, second = Assurance.objects.order_by("created_at")
    assert (first.redated_due_on, second.redated_due_on) == (
        None, dt.date(2026, 6, 10),
    )  # fmt: skip


def test_check_may_fall_due_in_two_quarters_each_as_it_was_written_down(
    place: world.Place,
) -> None:
    set_policy(place, "2026-01-02", period_months=2)
    service(place, "2026-04-25")  # due on 25 June
    keep(place)
    set_policy(place, "2026-07-02", period_months=3)  # on 25 July
    keep(place, "2026-10-01")

    assert KeptCheck.objects.count() == 2
    assert numbers(place.council, "2026-10-02") == [1, 0, 1, 0]
    assert numbers(place.council, "2026-10-02", SUMMER) == [1, 0, 1, 0]


def test_redating_what_is_right_changes_no_check(place: world.Place) -> None:
    service(place, "2026-04-25")

    assert redating.redate(place.partnership) == 0
    assert not Assurance.objects.exclude(redated_due_on=None).exists()


# --- the page -------------------------------------------------------------------------


def test_page_says_as_of_when_it_counts(
    place: world.Place, spring: list[Listing]
) -> None:
    url = f"/statements/{place.council.pk}/work/?quarter="

    def words(quarter: str) -> str:
        with on("2026-07-04"):
            return text(signed_in(place.lead).get(url + quarter))

    not_kept = words("2026-2")
    keep(place, "2026-07-02")

    assert "was not written down when it ended: what was due goes by" in not_kept
    assert "was written down on 2 July 2026, by the areas of work" in words("2026-2")
    assert "When the quarter ends it is written down" in words("2026-3")
