"""Two workers count what a very large place shows, at once."""

from typing import Any

import pytest

from common import clock
from tests import world
from tests.workflow.lively import lively
from tests.workflow.threads import together
from workflow import figures, standing_counts
from workflow.actions import counting_standing, periodic
from workflow.models import JobRun, StandingCount

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> world.Place:
    made = world.make_place()
    lively(made)
    monkeypatch.setattr(standing_counts, "LARGE", 0)
    return made


def run() -> JobRun:
    return periodic.run_job("count_standing", counting_standing.count_standing)


def kept() -> dict[tuple[str, str], tuple[Any, ...]]:
    """What is kept, less the moment at which it was counted."""
    rows = StandingCount.objects.values_list(
        "figure", "split", "number", "parts", "left_out"
    )
    return {(figure, split): tuple(rest) for figure, split, *rest in rows}


def test_two_workers_keep_what_one_keeps(place: world.Place) -> None:
    alone = run()
    once = kept()
    StandingCount.objects.all().delete()

    runs = together(run, run, run)

    assert [(type(one), getattr(one, "failed", None)) for one in runs] == [
        (JobRun, 0)
    ] * 3
    assert [one.places_failed for one in runs] == [0, 0, 0]
    assert (kept(), StandingCount.objects.count()) == (once, alone.done)


def test_what_two_workers_keep_is_what_is_counted(place: world.Place) -> None:
    StandingCount.objects.create(
        partnership=place.partnership, figure="no-more", split="", number=3,
        counted_at=clock.now(),
    )  # fmt: skip

    together(run, run)

    now = clock.now()
    found = standing_counts.values(
        figures.BY_SLUG, place.policy, now, standing_counts.of_figures(place.policy)
    )
    assert found.values == figures.values(place.policy, now)
    assert not StandingCount.objects.filter(figure="no-more").exists()
