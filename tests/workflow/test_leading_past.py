"""A figure at the end of a month that is over: the number, its parts and its list."""

import datetime as dt
import random
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import edit, page, query_count, report, signed_in
from workflow import figures, standing_counts, trends
from workflow.actions import listings, periodic
from workflow.actions.decisions import decide
from workflow.choices import Hidden
from workflow.models import JobRun, Remit

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 6, 17)
NOON = dt.time(12)


def on(month: int, day: int) -> Any:
    """The clock at noon of a day of 2026."""
    return clock.at(dt.datetime.combine(dt.date(2026, month, day), NOON, clock.LONDON))


@pytest.fixture
def place(settings: Any) -> world.Place:
    with on(1, 20):
        made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def address(slug: str, month: str) -> str:
    return f"/lead/{slug}/{month}/"


def test_list_of_every_figure_holds_just_as_many_as_its_number(
    place: world.Place,
) -> None:
    dice = random.Random(3)
    made = []
    for number in range(6):
        with on(dice.randint(2, 5), dice.randint(1, 28)):
            made.append(world.published(place, name=f"Service {number}"))
    with on(5, 30):
        listings.hide_listing(
            by=place.assurer, listing_id=made[0].pk, because=Hidden.WITHDRAWN,
            reason="They asked.",
        )  # fmt: skip
        report(place, made[1])
        proposal = edit(place, made[2], fees="Free")
    with on(6, 2):
        periodic.freshen(JobRun(name="freshen"))
        decide(by=place.assurer, proposal_id=proposal.pk,
               choices=world.accept_all(proposal))  # fmt: skip
    told = [one for one in figures.FIGURES if trends.is_told(one) and one.is_count]
    with on(6, 17):
        ends = trends.wanted(place.policy, clock.now())
        points = trends.at(place.policy, ends, [one.slug for one in told])
        for end, point in zip(ends, points, strict=True):
            for one in told:
                listed = trends.members(one, place.policy, end).count()
                assert listed == point.values[one.slug], (one.slug, point.label)
    assert len(ends) == 4
    assert sum(bool(point.values["published"]) for point in points) > 1
    assert len(told) > 30


def test_past_month_shows_what_it_counted_and_not_what_is_now(
    place: world.Place,
) -> None:
    with on(2, 3):
        hidden = world.published(place, name="Hidden since")
        world.published(place, name="Still there")
    with on(5, 4):
        listings.hide_listing(
            by=place.assurer, listing_id=hidden.pk, because=Hidden.CLOSED,
            reason="It closed.",
        )  # fmt: skip
    with on(5, 10):
        world.published(place, name="New in May")
    lead = signed_in(place.lead)
    with on(6, 17):
        march = lead.get(address("published", "2026-03"))
        may = lead.get(address("published", "2026-05"))
        figure = page(place.lead, "figure", "published")

    def names(answer: Any) -> set[str]:
        return {row[0]["text"] for row in answer.context["rows"]}

    assert names(march) == {"Hidden since", "Still there"}
    assert names(may) == {"Still there", "New in May"}
    assert march.context["result"] == {"many": "2 records"}
    assert "31 March 2026" in march.content.decode()
    rows = {row[0]["text"]: row[1] for row in figure.context["months"]}
    assert rows["March 2026"]["text"] == "2"
    assert rows["March 2026"]["url"] == address("published", "2026-03")
    assert rows["Now"]["url"] is None


def test_past_month_divides_and_each_part_lists_its_own(place: world.Place) -> None:
    with on(2, 3):
        mine = world.published(place, name="Mine")
        world.published(place, name="Of nobody")
        assert mine.remit_id
        remit = Remit.objects.get(pk=mine.remit_id)
    mine.__class__.objects.exclude(pk=mine.pk).update(remit=None)
    lead = signed_in(place.lead)
    with on(6, 17):
        answer = lead.get(address("published", "2026-03"), {"by": "remit"})
        parts = {row[0]["text"]: row[1] for row in answer.context["parts"]}
        of_remit = lead.get(parts[remit.name]["url"])
        share = lead.get(address("in-date-share", "2026-03"), {"by": "remit"})

    assert {name: cell["text"] for name, cell in parts.items()} == {
        remit.name: "1", "Nobody’s area of work": "1",
    }  # fmt: skip
    assert [row[0]["text"] for row in of_remit.context["rows"]] == ["Mine"]
    assert of_remit.context["part"] == remit.name
    assert share.context["result"] == {
        "many": "2 records", "number": "100%",
        "from": "the list below has the 2 records that count towards it",
    }  # fmt: skip
    assert {row[1]["text"] for row in share.context["parts"]} == {"100%"}


@pytest.mark.parametrize(
    ("slug", "month"),
    [
        ("published", "2025-12"),  # there was no place yet
        ("published", "2026-06"),  # is not over
        ("published", "2026-13"),
        ("unowned", "2026-03"),  # only its number is kept
        ("nothing", "2026-03"),
    ],
)
def test_there_is_no_other_past(place: world.Place, slug: str, month: str) -> None:
    with on(6, 17):
        assert signed_in(place.lead).get(address(slug, month)).status_code == 404


def test_very_large_place_keeps_numbers_alone(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on(2, 3):
        world.published(place)
    monkeypatch.setattr(standing_counts, "is_large", lambda policy: True)
    with on(6, 17):
        answer = signed_in(place.lead).get(address("published", "2026-03"))

    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["contributor", "assurer", "publisher"])
def test_past_is_for_who_sees_figures(place: world.Place, who: str) -> None:
    with on(2, 3):
        world.published(place)
    with on(6, 17):
        answer = signed_in(getattr(place, who)).get(address("published", "2026-03"))

    assert answer.status_code == 403


def test_number_of_a_monthly_report_leads_to_what_it_counted(
    place: world.Place,
) -> None:
    with on(2, 3):
        world.published(place)
    with on(4, 2):
        periodic.freshen(JobRun(name="freshen"))
        answer = signed_in(place.lead).get(
            reverse("workflow:month-report", args=[2026, "03"])
        )

    cells = {
        row[0]["text"]: row[1] for group in answer.context["groups"]
        for row in group["rows"]
    }  # fmt: skip
    assert cells["Published"]["url"] == address("published", "2026-03")
    assert {cell["url"] is None for cell in cells.values()} == {False}


def test_past_asks_as_much_of_many_as_of_one(place: world.Place) -> None:
    with on(2, 3):
        world.published(place, name="One")
    url = address("published", "2026-03")
    with on(6, 17):
        one = query_count(place.lead, url)
    with on(2, 4):
        for number in range(4):
            world.published(place, name=f"Service {number}")
    with on(6, 17):
        assert query_count(place.lead, url) == one
