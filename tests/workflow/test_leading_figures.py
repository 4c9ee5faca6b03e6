"""The lead's figures: the number, its definition and the list behind it agree."""

import datetime as dt
import random
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.roles import Role
from common import clock
from directory import freshness
from directory.choices import Kind, Visibility
from tests import world
from tests.workflow.deciding import (
    edit,
    later,
    page,
    query_count,
    report,
    signed_in,
)
from workflow import figures
from workflow.actions.checking import edit_own
from workflow.actions.decisions import decide
from workflow.choices import Hidden, Stage
from workflow.models import Listing, Policy, Record

pytestmark = pytest.mark.django_db

GRADES = {
    "not-due": freshness.CURRENT,
    "due-soon": freshness.DUE_SOON,
    "due": freshness.DUE,
    "overdue": freshness.OVERDUE,
    "lapsed": freshness.LAPSED,
    "carried-over": freshness.NEVER,
}


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def counted(place: world.Place) -> dict[str, int]:
    return figures.counts(place.policy, clock.now())


def made_up(place: world.Place, dice: random.Random, number: int) -> list[Listing]:
    """Listings in random states, as rows: only counting is tried here."""
    rows = []
    for _ in range(number):
        stage = dice.choice(Stage.values)
        reasons: list[str] = []
        if stage == Stage.UNPUBLISHED:
            reasons = sorted(dice.sample(Hidden.values, dice.randint(1, 3)))
        record = Record(
            kind=Kind.SERVICE, home=place.partnership, label="Made up",
            visibility=dice.choice([Visibility.OPEN, Visibility.OPEN, "partners"]),
        )  # fmt: skip
        days = dice.choice([None, *range(-40, 40)])
        rows.append(
            Listing(
                record=record, partnership=place.partnership, stage=stage,
                title="Made up", author=place.contributor, hidden_because=reasons,
                due_on=None if days is None
                else clock.today() + dt.timedelta(days=days),
                critical=dice.random() < 0.3,
                remit=dice.choice([place.remit, None]),
                organization_id=uuid.uuid4(),
            )
        )  # fmt: skip
    Record.objects.bulk_create(row.record for row in rows)
    return Listing.objects.bulk_create(rows)


def listed(place: world.Place, slug: str) -> list[str]:
    """The first cells of every row of every page behind a figure."""
    client, url = signed_in(place.lead), reverse("workflow:figure", args=[slug])
    first = client.get(url)
    pages = first.context["page"].paginator.num_pages
    found = [row[0]["text"] for row in first.context["rows"]]
    for number in range(2, pages + 1):
        response = client.get(url, {"page": str(number)})
        found += [row[0]["text"] for row in response.context["rows"]]
    return found


@pytest.mark.parametrize("seed", range(2))
def test_each_figure_lists_exactly_what_it_counts(
    place: world.Place, seed: int
) -> None:
    dice = random.Random(seed)
    made_up(place, dice, 70)
    made_up(world.make_place("Elsewhere"), dice, 10)
    for number in range(dice.randint(1, 2)):
        service = world.published(place, name=f"Service {number}")
        edit(place, service, fees="Free")
        report(place, service, harm=dice.random() < 0.5)
    place.policy.due_soon_days, place.policy.overdue_days = 10, dice.randint(1, 15)
    place.policy.lapsed_days = place.policy.overdue_days + dice.randint(1, 15)
    place.policy.save()

    found = counted(place)

    assert {slug: len(listed(place, slug)) for slug in found} == found
    assert set(found) == {one.slug for one in figures.FIGURES if one.is_count}


@pytest.mark.parametrize("seed", range(4))
def test_grades_count_what_the_pure_rule_says(place: world.Place, seed: int) -> None:
    rows = made_up(place, random.Random(seed), 60)
    public = [
        row
        for row in rows
        if row.stage == Stage.PUBLISHED and row.record.visibility == Visibility.OPEN
    ]

    found = counted(place)

    assert {slug: found[slug] for slug in GRADES} == {
        slug: sum(
            figures.grade_of(row, place.policy, clock.today()) == grade
            for row in public
        )
        for slug, grade in GRADES.items()
    }
    assert found["published"] == sum(found[slug] for slug in GRADES) == len(public)


def test_grades_follow_the_policy_of_the_place(place: world.Place) -> None:
    world.published(place)
    with later(days=80):
        before = counted(place)["due-soon"]
        Policy.objects.filter(pk=place.policy.pk).update(due_soon_days=5)
        place.policy.refresh_from_db()
        after = counted(place)["due-soon"]

    assert (before, after) == (1, 0)


def test_a_listing_with_two_reasons_counts_for_each(place: world.Place) -> None:
    listing = world.published(place)
    Listing.objects.filter(pk=listing.pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=["closed", "lapsed"]
    )

    found = counted(place)

    assert (found["hidden-closed"], found["hidden-lapsed"]) == (1, 1)


def test_reports_are_late_when_their_clock_has_run_out(place: world.Place) -> None:
    report(place, world.published(place))

    now = counted(place)["late"]
    with later(days=9):
        then = counted(place)["late"]

    assert (now, then) == (0, 1)


def test_what_was_decided_waits_no_longer(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")
    before = counted(place)["waiting"]

    decide(by=place.assurer, proposal_id=proposal.pk,
           choices=world.accept_all(proposal))  # fmt: skip

    assert (before, counted(place)["waiting"]) == (1, 0)


def test_single_handed_decisions_count_for_ninety_days(place: world.Place) -> None:
    listing = world.published(place)
    world.trust(place, listing)
    editor = world.make_editor(listing)
    world.check(place, listing, by=editor)

    now = counted(place)["single-handed-checks"]
    with later(days=91):
        then = counted(place)["single-handed-checks"]

    assert (now, then) == (1, 0)


def test_counting_costs_the_same_however_much_there_is(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    made_up(place, random.Random(1), 30)

    # One for what is kept counted, four for what is looked at, two for the pace.
    with django_assert_num_queries(7 + len(figures.SOURCES)):
        figures.values(place.policy, clock.now())


@pytest.mark.parametrize("slug", ["published", "waiting", "single-handed-checks"])
def test_a_list_costs_the_same_with_one_and_three(
    place: world.Place, slug: str
) -> None:
    def add(name: str) -> None:
        listing = world.published(place, name=name)
        edit(place, listing, fees="Free")
        world.trust(place, listing)
        world.check(place, listing, by=world.make_editor(listing))

    address = reverse("workflow:figure", args=[slug])
    add("One")
    one = query_count(place.lead, address)
    add("Two")
    add("Three")

    assert query_count(place.lead, address) == one


def test_the_lead_page_costs_the_same_with_one_and_three(place: world.Place) -> None:
    def add(name: str) -> None:
        listing = world.published(place, name=name)
        edit(place, listing, fees="Free")
        Listing.objects.filter(pk=listing.pk).update(remit=None)

    address = reverse("workflow:lead")
    add("One")
    one = query_count(place.lead, address)
    add("Two")
    add("Three")

    assert query_count(place.lead, address) == one


def who(place: world.Place, slug: str) -> list[str]:
    """Who did what a figure counts, as its list tells the lead."""
    answer = page(place.lead, "figure", slug)
    labels = [column["label"] for column in answer.context["columns"]]
    at = labels.index("Decided by" if "Decided by" in labels else "Checked by")
    return [row[at]["text"] for row in answer.context["rows"]]


def test_lists_name_people_to_their_own_team_only(place: world.Place) -> None:
    listing = world.published(place)
    world.check(place, listing, by=place.second_assurer)
    world.trust(place, listing)
    edit_own(
        by=world.make_editor(listing), listing_id=listing.pk,
        edits={str(listing.record_id): {"fees": "Free"}},
        bases={str(listing.record_id): 1},
    )  # fmt: skip

    strangers = who(place, "checks"), who(place, "single-handed")
    address = reverse("workflow:figure-records", args=["checks"])
    table = b"".join(signed_in(place.lead).get(address))
    world.give(place.lead, Role.READER, place.council)

    council = "Somebody of Testham Council"
    assert strangers == ([council] * 2, ["Somebody of Testham Friends"])
    assert b"Bert" not in table
    assert who(place, "checks") == ["Bert Assurer", "Asha Assurer"]


@pytest.mark.parametrize(
    ("slug", "words", "led_to"),
    [
        ("in-date-share", "It is “In date” divided by “Published”, rounded down.",
         ["in-date", "published"]),
        ("accepted-share", ("It is “Of these, accepted” divided by “Suggestions "
         "received”, rounded down."), ["accepted", "received"]),
        ("in-time-share", ("It is “Reports answered in time” divided by “Reports "
         "answered in time” and “Reports answered late” together, rounded down."),
         ["answered-in-time", "answered-late"]),
    ],
)  # fmt: skip
def test_page_of_a_share_says_what_it_divides_by(
    place: world.Place, slug: str, words: str, led_to: list[str]
) -> None:
    url = reverse("workflow:figure", args=[slug])

    page = signed_in(place.lead).get(url).content.decode()

    assert words in strip_tags(page)
    for one in led_to:
        assert f'href="{reverse("workflow:figure", args=[one])}"' in page


def test_page_of_what_is_no_share_divides_by_nothing(place: world.Place) -> None:
    for slug in ("published", "pace"):
        answer = signed_in(place.lead).get(reverse("workflow:figure", args=[slug]))
        assert "rounded down" not in answer.content.decode()
