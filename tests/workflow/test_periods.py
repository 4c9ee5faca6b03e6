"""After how many months a record is checked again, and the dates that follow."""

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from common.errors import InvalidInput, InvalidState
from directory.freshness import add_months
from directory.models import TaxonomyTerm
from tests import world
from tests.workflow.ageing import at, run
from workflow import periods
from workflow.actions import place as places
from workflow.actions.redating import misdated, redate
from workflow.actions.revising import route
from workflow.choices import Level
from workflow.models import AssuranceLevel, Listing, OutboxEvent, Policy
from workflow.periods import Row

pytestmark = pytest.mark.django_db

LAST_OF_NOVEMBER = dt.date(2026, 11, 30)


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def periods_of(place: world.Place, *rows: Row, months: int = 3) -> Policy:
    """The lead gives the place these periods."""
    return places.save_policy(
        by=place.lead, place=place.partnership,
        values={"period_months": months, "period_rules": list(rows)},
    )  # fmt: skip


def checked(place: world.Place, day: dt.date = LAST_OF_NOVEMBER) -> Listing:
    """A public record that was checked on a day."""
    with at(day):
        return world.published(place)


def give(listing: Listing, *terms: TaxonomyTerm) -> None:
    Listing.objects.filter(pk=listing.pk).update(term_ids=[t.pk for t in terms])


def due(listing: Listing) -> dt.date | None:
    return world.fresh(listing).due_on


# --- which period ---------------------------------------------------------------------


def test_period_of_the_place_holds_where_there_is_no_exception() -> None:
    asked = periods.Periods(3, terms={uuid.uuid4(): 2}, levels={"trusted": 2})
    assert asked.of([uuid.uuid4()], Level.PROXY, critical=True) == 3


def test_shortest_of_several_exceptions_holds_and_one_may_lengthen() -> None:
    music, food = uuid.uuid4(), uuid.uuid4()
    asked = periods.Periods(
        2, terms={music: 3, food: 2}, levels={Level.TRUSTED: 3}, critical=3
    )
    assert asked.of([music], Level.PROXY, critical=False) == 3
    assert asked.of([music, food], Level.TRUSTED, critical=True) == 2
    assert asked.of([], Level.TRUSTED, critical=False) == 3
    assert asked.of([], Level.PROXY, critical=True) == 3
    assert asked.every == [2, 3]


def test_a_row_for_a_type_holds_for_everything_below_and_the_nearest_wins(
    place: world.Place,
) -> None:
    music = world.term("Music")
    choirs = world.term("Choirs", parent=music)
    gospel = world.term("Gospel choirs", parent=choirs)
    bands = world.term("Bands", parent=music)
    food = world.term("Food")

    found = periods.of_rows(3, [Row(2, term_id=music.pk), Row(3, term_id=choirs.pk)])

    assert found.terms == {music.pk: 2, choirs.pk: 3, gospel.pk: 3, bands.pk: 2}
    assert found.of([food.pk], "", critical=False) == 3


def test_a_retired_term_counts_as_the_one_that_replaced_it(place: world.Place) -> None:
    food, music = world.term("Food"), world.term("Music")
    day = dt.date(2026, 1, 1)
    old = world.term("Meals", parent=music, retired_on=day, replaced_by=food)
    ended = world.term("Whistling", parent=music, retired_on=day)

    found = periods.of_rows(3, [Row(2, term_id=food.pk), Row(3, term_id=music.pk)])

    assert found.terms == {food.pk: 2, old.pk: 2, music.pk: 3, ended.pk: 3}


def test_sql_and_python_give_every_record_the_same_period(place: world.Place) -> None:
    music, food, other = world.term("Music"), world.term("Food"), world.term("Chess")
    base = checked(place)
    organizations = {level: uuid.uuid4() for level in Level}
    for level, key in organizations.items():
        AssuranceLevel.objects.create(
            partnership=place.partnership, organization_id=key, level=level
        )
    terms: tuple[list[uuid.UUID], ...] = (
        [],
        [music.pk],
        [food.pk, other.pk],
        [music.pk, food.pk],
        [other.pk],
    )
    every = itertools.product(
        terms, [*organizations.values(), uuid.uuid4(), None], (True, False)
    )
    policies: tuple[list[Row], ...] = (
        [], [Row(2, critical=True)], [Row(2, term_id=music.pk)],
        [Row(3, term_id=music.pk), Row(2, term_id=food.pk)],
        [Row(2, level=Level.TRUSTED), Row(3, level=Level.PROXY)],
        [Row(3, critical=True), Row(2, level=Level.MONITORED),
         Row(3, term_id=music.pk)],
    )  # fmt: skip
    cases = list(every)

    for rows, months in itertools.product(policies, (2, 3)):
        found = periods.of_rows(months, rows)
        for term_ids, organization, critical in cases:
            Listing.objects.filter(pk=base.pk).update(
                term_ids=term_ids, organization_id=organization, critical=critical
            )
            level = next(
                (k for k, v in organizations.items() if v == organization), Level.PROXY
            )
            row = periods.with_due(Listing.objects.filter(pk=base.pk), found).get()
            expected = found.of(term_ids, level, critical=critical)
            assert row.months == expected
            assert row.falls_due == add_months(LAST_OF_NOVEMBER, expected)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 30), 3, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
        (dt.date(2027, 12, 31), 2, dt.date(2028, 2, 29)),
        (dt.date(2028, 2, 29), 3, dt.date(2028, 5, 29)),
        (dt.date(2026, 7, 31), 2, dt.date(2026, 9, 30)),
        (dt.date(2026, 1, 31), 3, dt.date(2026, 4, 30)),
        (dt.date(2026, 9, 25), 3, dt.date(2026, 12, 25)),
        (dt.date(2026, 1, 29), 2, dt.date(2026, 3, 29)),
    ],
)
def test_month_ends_leap_days_and_bank_holidays_are_the_same_in_sql(
    place: world.Place, day: dt.date, months: int, expected: dt.date
) -> None:
    """Clamped to the end of the month; Christmas and the night the clocks change are
    days like others."""
    listing = checked(place, day)
    rows = Listing.objects.filter(pk=listing.pk)

    row = periods.with_due(rows, periods.Periods(months)).get()

    assert row.falls_due == expected == add_months(day, months)


# --- when dates move ------------------------------------------------------------------


def test_a_changed_policy_moves_the_dates_and_tells_the_public(
    place: world.Place,
) -> None:
    first, second = checked(place), checked(place)
    music = world.term("Music")
    give(second, music)
    OutboxEvent.objects.all().delete()

    periods_of(place, Row(2, term_id=music.pk))

    assert (due(first), due(second)) == (dt.date(2027, 2, 28), dt.date(2027, 1, 30))
    told = OutboxEvent.objects.values_list("record_id", flat=True)
    assert list(told) == [second.record_id]
    periods_of(place)
    assert due(second) == dt.date(2027, 2, 28)


def test_the_day_of_the_check_itself_never_moves(place: world.Place) -> None:
    listing = checked(place)
    periods_of(place, months=2)

    now = world.fresh(listing)

    assert now.assurance is not None
    assert (now.assured_on, now.due_on) == (LAST_OF_NOVEMBER, dt.date(2027, 1, 30))
    assert now.assurance.due_on == dt.date(2027, 2, 28)


def test_a_check_takes_the_period_of_the_record(place: world.Place) -> None:
    periods_of(place, Row(2, critical=True))
    listing = checked(place)
    with at(LAST_OF_NOVEMBER):
        places.set_critical(
            by=place.lead, listing_id=listing.pk, critical=True, reason="Statutory."
        )
        world.check(place, listing)

    assert due(listing) == dt.date(2027, 1, 30)


def test_a_mark_as_critical_and_a_level_move_the_date(place: world.Place) -> None:
    periods_of(place, Row(2, critical=True), Row(2, level=Level.TRUSTED))
    listing, other = checked(place), checked(place)
    assert due(listing) == dt.date(2027, 2, 28)

    for critical, expected in ((True, dt.date(2027, 1, 30)),
                               (False, dt.date(2027, 2, 28))):  # fmt: skip
        places.set_critical(
            by=place.lead, listing_id=listing.pk, critical=critical, reason="So it is."
        )
        assert due(listing) == expected
    places.set_level(
        by=place.lead, place=place.partnership, level=Level.TRUSTED,
        organization=world.organization_of(listing), reason="They keep it well.",
    )  # fmt: skip
    assert (due(listing), due(other)) == (dt.date(2027, 1, 30), dt.date(2027, 2, 28))


def test_a_changed_type_moves_the_date(place: world.Place) -> None:
    music = world.term("Music")
    periods_of(place, Row(2, term_id=music.pk))
    listing = checked(place)
    payload = {
        **world.fresh(listing).record.revision.payload,  # type: ignore[union-attr]
        "attributes": [
            {"id": str(uuid.uuid4()), "taxonomy_term_id": str(music.pk),
             "link_type": "service_type"},
        ],
    }  # fmt: skip
    route(world.fresh(listing), payload)
    assert due(listing) == dt.date(2027, 1, 30)


def test_a_changed_tree_of_terms_moves_the_dates_with_the_next_run(
    place: world.Place,
) -> None:
    music, choirs = world.term("Music"), world.term("Choirs")
    listing = checked(place)
    give(listing, choirs)
    periods_of(place, Row(2, term_id=music.pk))
    assert due(listing) == dt.date(2027, 2, 28)
    choirs.parent = music
    choirs.save()

    job = run(dt.date(2026, 12, 1))

    assert (due(listing), job.done) == (dt.date(2027, 1, 30), 1)
    assert run(dt.date(2026, 12, 1)).done == 0


def test_a_place_is_dated_with_as_many_queries_for_one_as_for_three(
    place: world.Place,
) -> None:
    counts = []
    for number in (1, 3):
        for _ in range(number):
            checked(place)
        policy = Policy.objects.get(partnership=place.partnership)
        policy.period_months = 5 - policy.period_months
        policy.save()
        wrong = misdated(policy).count()
        with CaptureQueriesContext(connection) as queries:
            moved = redate(place.partnership)
        assert moved == wrong > 0
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- saving ---------------------------------------------------------------------------


def test_what_was_changed_is_in_the_audit_trail_as_it_was_and_is(
    place: world.Place,
) -> None:
    music = world.term("Music")
    places.save_policy(
        by=place.lead, place=place.partnership,
        values={
            "period_rules": [Row(2, term_id=music.pk), Row(2, critical=True)],
            "closed_days": [dt.date(2026, 12, 24)], "report_days": 3,
        },
    )  # fmt: skip

    event = AuditEvent.objects.get(verb="policy_changed")

    assert event.before == {"period_rules": [], "closed_days": [], "report_days": 2}
    assert event.after == {
        "period_rules": ["Music: every 2 months", "critical: every 2 months"],
        "closed_days": ["2026-12-24"], "report_days": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([Row(2, critical=True), Row(3, critical=True)],
         "Give each type, level and risk one period."),
        ([Row(2, term_id=uuid.uuid4())],
         "Choose types of service from your own lists."),
        ([Row(2, level="royal")], "Choose a level."),
    ],
)  # fmt: skip
def test_exceptions_that_cannot_be_are_refused(
    place: world.Place, rows: list[Row], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        periods_of(place, *rows)
    assert refused.value.errors == {"period_rules": sentence}


def test_a_policy_that_somebody_else_changed_meanwhile_is_not_saved_over(
    place: world.Place,
) -> None:
    seen = Policy.objects.get(partnership=place.partnership).version
    save: Any = {"by": place.lead, "place": place.partnership, "seen": seen}
    places.save_policy(values={"report_days": 3}, **save)

    with pytest.raises(InvalidState):
        places.save_policy(values={"report_days": 4}, **save)

    policy = Policy.objects.get(partnership=place.partnership)
    assert (policy.report_days, policy.version) == (3, seen + 1)
