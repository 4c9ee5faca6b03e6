"""What falls due, against the hours there are."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import page, query_count, signed_in, text
from tests.workflow.leading import check, listing
from workflow import hours
from workflow.actions import listings
from workflow.choices import Hidden, Stage
from workflow.models import Listing

pytestmark = pytest.mark.django_db

THURSDAY = dt.datetime(2026, 11, 19, 12, tzinfo=clock.LONDON)


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def test_weeks_follow_each_other_without_a_gap() -> None:
    weeks = hours.weeks(THURSDAY.date())

    assert [week.label for week in weeks[:4]] == [
        "Due already", "The rest of this week", "The week of 23 November 2026",
        "The week of 30 November 2026",
    ]  # fmt: skip
    for before, after in itertools.pairwise(weeks):
        assert after.first == before.last + dt.timedelta(days=1)
    assert [week.last.weekday() for week in weeks[1:]] == [6] * 8


def test_a_sunday_has_no_rest_of_the_week() -> None:
    weeks = hours.weeks(dt.date(2026, 11, 22))

    assert [week.label for week in weeks[:2]] == [
        "Due already", "The week of 23 November 2026",
    ]  # fmt: skip


def test_each_week_lists_exactly_what_it_counts(place: world.Place) -> None:
    with clock.at(THURSDAY):
        for days in (-40, -1, 0, 1, 3, 4, 10, 11, 17, 80):
            listing(
                place, stage=Stage.PUBLISHED,
                due_on=clock.today() + dt.timedelta(days=days),
            )  # fmt: skip
        listing(place, stage=Stage.DRAFT, due_on=clock.today())

        counted = {w.number: n for w, n in hours.falls_due(place.policy, clock.today())}
        shown = {
            number: len(page(place.lead, "week-figure", number).context["rows"])
            for number in counted
        }

    assert counted == shown
    assert list(counted.values()) == [3, 2, 2, 2, 0, 0, 0, 0, 0]


def test_a_week_that_is_not_shown_is_not_found(place: world.Place) -> None:
    assert page(place.lead, "week-figure", 9).status_code == 404


def test_pace_is_what_was_checked_in_a_week(place: world.Place) -> None:
    made = listing(place, stage=Stage.PUBLISHED)
    for days in (1, 2, 3, 8, 9, 10, 20, 21):
        check(place, made, created_at=clock.now() - dt.timedelta(days=days))
    check(
        place,
        made,
        created_at=clock.now() - dt.timedelta(days=4),
        undone_at=clock.now(),
    )

    assert hours.pace(place.policy, clock.now()) == round(8 / 3)


def test_pace_forgets_what_is_older_than_twelve_weeks(place: world.Place) -> None:
    made = listing(place, stage=Stage.PUBLISHED)
    for days in (400, 399, 398, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14):
        check(place, made, created_at=clock.now() - dt.timedelta(days=days))

    assert hours.pace(place.policy, clock.now()) == round(13 / 12)


def test_pace_is_not_known_where_nothing_was_checked(place: world.Place) -> None:
    assert hours.pace(place.policy, clock.now()) == 0


def test_the_overview_says_which_weeks_are_more_than_the_pace(
    place: world.Place,
) -> None:
    with clock.at(THURSDAY):
        for _ in range(3):
            made = listing(place, stage=Stage.PUBLISHED, due_on=clock.today())
        check(place, made, created_at=clock.now() - dt.timedelta(days=2))

        rows = page(place.lead, "lead").context["weeks"]

    assert [cell["text"] for cell in rows[0]] == [
        "Due already", "3", "about 30 minutes", "2 more than a week’s checks",
    ]  # fmt: skip
    assert [cell["text"] for cell in rows[1]][1:] == [
        "0", "Nothing", "Within a week’s checks",
    ]  # fmt: skip


def test_weeks_cost_the_same_with_one_and_three(place: world.Place) -> None:
    address = reverse("workflow:week-figure", args=[0])
    listing(place, stage=Stage.PUBLISHED, due_on=clock.today())
    one = query_count(place.lead, address)
    for _ in range(2):
        listing(place, stage=Stage.PUBLISHED, due_on=clock.today())

    assert query_count(place.lead, address) == one


def test_who_is_behind_is_the_same_in_every_place_that_says_it(
    place: world.Place,
) -> None:
    """What is hidden for want of a check is behind too; what is closed is not."""
    late = clock.today() - dt.timedelta(days=60)
    reasons: list[list[str]] = [[], [Hidden.LAPSED], [Hidden.LAPSED], [Hidden.CLOSED]]
    for number, because in enumerate(reasons):
        one = world.published(place, name=f"Service {number}")
        Listing.objects.filter(pk=one.pk).update(
            due_on=late, assured_on=late, hidden_because=because,
            stage=Stage.UNPUBLISHED if because else Stage.PUBLISHED,
        )  # fmt: skip

    overview = page(place.lead, "lead").context
    behind = page(place.lead, "remit-figure", place.remit.pk, "late").context
    work = page(place.assurer, "queue").context["groups"]

    (row,) = overview["remits"]
    labels = [column["label"] for column in overview["remit_columns"]]
    told = dict(zip(labels, row, strict=True))
    (stat,) = [one for one in overview["headlines"] if one["label"] == "Behind"]
    assert (told["Published"]["text"], told["Behind"]["text"]) == ("1", "3")
    assert (stat["value"], overview["most_behind"]) == (
        "3", f"{place.remit.name}: 3 behind",
    )  # fmt: skip
    assert len(behind["rows"]) == 3
    assert [(one["section"].slug, one["count"]) for one in work] == [("lapsed", 3)]


def test_what_an_area_of_work_has_is_divided_when_that_is_asked_for(
    place: world.Place,
) -> None:
    """It is all in one area and of one partner; and may be most of a large place."""
    world.published(place)
    url = reverse("workflow:remit-figure", args=[place.remit.pk, "public"])
    client = signed_in(place.lead)

    plain = client.get(url)
    divided = client.get(url, {"by": "type"})
    part = client.get(url, {"by": "type", "of": "none"})

    labels = [tab["label"] for tab in plain.context["tabs"]]
    assert "parts" not in plain.context
    assert "There is nothing to divide" not in text(plain)
    assert {"Area of work", "Partner"}.isdisjoint(labels)
    assert divided.context["parts"] != []
    assert [len(one.context["rows"]) for one in (plain, divided, part)] == [1, 1, 1]
    assert client.get(url, {"by": "anything"}).status_code == 404


def test_what_waits_for_a_team_is_not_all_in_the_work_of_each(
    place: world.Place,
) -> None:
    """An appeal is decided by another than who declined it: the lead is told why the
    numbers differ."""
    service = world.submitted(place)
    listings.decline_listing(
        by=place.assurer, listing_id=service.pk, because=Hidden.REFUSED, reason="No."
    )
    listings.appeal_listing(
        by=place.contributor, listing_id=service.pk, words="It is one."
    )

    overview = page(place.lead, "lead")
    (row,) = overview.context["remits"]
    totals = [
        page(who, "queue").context["total"]
        for who in (place.assurer, place.second_assurer)
    ]

    assert (row[-1]["text"], totals) == ("1", [0, 1])
    assert overview.context["remit_columns"][-1]["label"] == "Waiting for its team"
    assert "an appeal against what they declined, wait for a colleague" in text(
        overview
    )
