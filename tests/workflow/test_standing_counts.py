"""What a very large place shows is what was counted last, with its time."""

import datetime as dt
from typing import Any

import pytest

from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.deciding import edit, page, query_count, report, signed_in
from tests.workflow.leading import listing
from tests.workflow.lively import lively
from tests.workflow.pages import text
from tests.workflow.test_areas import EAST, WEST, at, feature, load
from workflow import divided, figures, hours, splits, standing_counts
from workflow.actions import counting_standing, periodic
from workflow.choices import Stage
from workflow.models import JobRun, Remit, StandingCount

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def count(place: world.Place) -> int:
    return counting_standing.count_place(place.policy, clock.now())


def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_counts, "LARGE", 0)


def run() -> JobRun:
    return periodic.run_job("count_standing", counting_standing.count_standing)


def test_what_is_kept_is_what_is_counted(place: world.Place, tmp_path: Any) -> None:
    """Every figure, and every figure in every way it divides, read from what is kept,
    is what the rows give at the same instant."""
    load(place, tmp_path, feature("West", "W1", WEST), feature("East", "W2", EAST))
    lively(place)
    listing(place, stage=Stage.PUBLISHED, location_ids=[at(-2.19, 51.1).pk])
    world.give(place.lead, Role.READER, place.council)
    now = clock.now()
    counting_standing.count_place(place.policy, now)

    found = standing_counts.values(
        figures.BY_SLUG, place.policy, now, standing_counts.of_figures(place.policy)
    )

    assert found.values == figures.values(place.policy, now)
    assert set(found.counted_at.values()) == {now}
    assert {"checks", "waiting", "unclaimed", "pace"} <= set(found.counted_at)
    assert "published" not in found.counted_at
    kept, counted, most = {}, {}, 0
    for figure in figures.FIGURES:
        model = figures.members(figure, place.policy, now).model
        for split in splits.offered(place.partnership, model):
            rows = standing_counts.of_figure(figure, split, place.policy)
            was = standing_counts.parts(
                figure, split, place.policy, now, place.lead, rows
            )
            if was is None:
                continue
            name = (figure.slug, split.slug)
            kept[name] = (was.parts, was.left_out)
            counted[name] = (
                divided.parts_of(
                    figure, split, place.policy, now, place.lead, place.partnership
                ),
                0,
            )
            most = max(most, len(was.parts))
    assert kept == counted
    assert len(kept) > 300
    assert most > 2


def test_areas_of_work_are_kept_as_they_are_counted(place: world.Place) -> None:
    lively(place)
    now = clock.now()
    counting_standing.count_place(place.policy, now)

    tallies, counted_at = standing_counts.of_remits(
        standing_counts.of_figures(place.policy)
    ) or ({}, None)

    def told(found: list[Any]) -> list[tuple[Any, ...]]:
        return [
            (remit.name, *(getattr(remit, slug) for slug in hours.OF_REMIT))
            for remit in found
        ]

    Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="New",
        lead=place.assurer,
    )  # fmt: skip
    plain = told(hours.by_remit(place.policy, now))
    assert counted_at == now
    assert told(hours.by_remit(place.policy, now, counted=tallies)) == plain
    assert told(hours.by_remit(place.policy, now, counted=tallies, most=1)) == plain[:1]
    assert sum(row[1] for row in plain) > 0


def test_only_the_largest_providers_are_kept(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many, and how many more there are; a share of them is of these too."""
    monkeypatch.setattr(counting_standing, "LISTED", 1)
    first = world.published(place, name="One")
    listing(place, stage=Stage.PUBLISHED, organization_id=first.organization_id)
    world.published(place, name="Other")
    listing(place, stage=Stage.PUBLISHED, organization_id=None)
    count(place)
    split = splits.BY_SLUG["provider"]

    kept = {}
    for slug in ("published", "in-date-share"):
        figure = figures.BY_SLUG[slug]
        rows = standing_counts.of_figure(figure, split, place.policy)
        was = standing_counts.parts(
            figure, split, place.policy, clock.now(), place.lead, rows
        )
        assert was
        kept[slug] = ([part.number for part in was.parts], was.left_out)

    assert kept == {"published": ([2], 2), "in-date-share": ([50], 2)}


def test_pages_of_a_very_large_place_show_the_last_count_and_say_when(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    large(monkeypatch)
    with clock.at(clock.now() - dt.timedelta(hours=2)):
        one = world.published(place, name="One")
    with clock.at(clock.now() - dt.timedelta(minutes=50)):
        then = clock.now()
        run()
    world.check(place, one)

    overview = page(place.lead, "lead").context
    shown = page(place.lead, "figure", "checks", by="remit")

    (stat,) = [s for s in overview["headlines"] if s["label"].startswith("Checks of")]
    (live,) = [s for s in overview["headlines"] if s["label"] == "Published"]
    was = shown.context["result"]["number"]
    assert (stat["value"], stat["at"], live["at"]) == (was, then, None)
    assert shown.context["result"]["at"] == then
    assert shown.context["parts_at"] == then
    assert shown.context["parts"][0][1]["text"] == was
    # The list is of now, and says so.
    assert shown.context["page"].paginator.count == int(was) + 1
    assert f"the list below has {int(was) + 1} checks" in text(shown)

    run()
    assert page(place.lead, "figure", "checks").context["result"]["number"] == str(
        int(was) + 1
    )


def test_nothing_is_kept_of_a_place_that_is_not_large(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.published(place)
    with monkeypatch.context() as few:
        large(few)
        assert run().done == StandingCount.objects.count() > 300

    assert run().done == 0
    assert StandingCount.objects.count() == 0
    assert "at" not in page(place.lead, "figure", "checks").context["result"]


def test_parts_by_area_of_a_large_place_tell_nobody_of_a_secret_place(
    place: world.Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """What is kept is for everybody, so also who keeps a secret place is not told by
    it; the list of each part holds what is counted."""
    large(monkeypatch)
    load(place, tmp_path, feature("West", "W1", WEST))
    refuge = at(-2.19, 51.1, sensitive=True)
    hall = at(-2.19, 51.1)
    listing(place, stage=Stage.PUBLISHED, location_ids=[hall.pk])
    listing(place, stage=Stage.PUBLISHED, location_ids=[refuge.pk])
    listing(place, stage=Stage.PUBLISHED, location_ids=[])
    world.give(place.lead, Role.ASSURER, place.council)
    run()
    client = signed_in(place.lead)

    rows = client.get("/lead/published/?by=ward").context["parts"]

    named = {row[0]["text"]: int(row[1]["text"]) for row in rows}
    listed = {
        row[0]["text"]: client.get(row[1]["url"]).context["page"].paginator.count
        for row in rows
    }
    assert named == listed == {
        "West": 1, "In no ward of the map": 1, splits.UNTOLD: 1,
    }  # fmt: skip


def test_pages_of_a_large_place_cost_the_same_with_one_and_three(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    large(monkeypatch)
    addresses = ("/lead/", "/lead/published/", "/lead/checks/?by=assurer")

    def fill(name: str) -> None:
        service = world.published(place, name=name)
        edit(place, service, fees="Free")
        report(place, service)

    fill("One")
    run()
    one = [query_count(place.lead, address) for address in addresses]
    fill("Two")
    fill("Three")
    run()

    assert [query_count(place.lead, address) for address in addresses] == one


def test_wards_of_a_large_place_are_those_of_the_last_count(
    place: world.Place, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(place, tmp_path, feature("West", "W1", WEST), feature("East", "W2", EAST))
    hall = at(-2.19, 51.1).pk
    listing(place, stage=Stage.PUBLISHED, location_ids=[hall])
    client = signed_in(place.lead)

    def rows(answer: Any) -> list[list[str]]:
        (table,) = answer.context["tables"]
        return [[cell["text"] for cell in row] for row in table["rows"]]

    plain = client.get("/lead/wards/")
    large(monkeypatch)
    run()
    listing(place, stage=Stage.PUBLISHED, location_ids=[hall])

    shown = client.get("/lead/wards/")

    assert "counted every hour" not in text(plain)
    assert "The numbers are counted every hour. As at" in text(shown)
    assert rows(shown) == rows(plain) == [["East", "0", "0"], ["West", "1", "1"]]
    run()
    assert rows(client.get("/lead/wards/"))[1] == ["West", "2", "1"]


def test_levels_of_a_large_place_are_those_of_the_last_count(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.published(place, body=world.organization(name="Chess people"))
    large(monkeypatch)
    run()
    world.published(place, body=world.organization(name="Zebra people"))
    client = signed_in(place.lead)

    shown = client.get("/lead/organisations/")

    assert shown.context["shows"][0]["count"] == 1
    assert "The numbers above are counted every hour. As at" in text(shown)
    assert shown.context["page"].paginator.count == 2
    run()
    assert client.get("/lead/organisations/").context["shows"][0]["count"] == 2
