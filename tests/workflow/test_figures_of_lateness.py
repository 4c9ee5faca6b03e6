"""The bands of what is behind, each day of them counted by hand."""

import datetime as dt

import pytest

from common import clock
from directory.choices import Visibility
from tests import world
from tests.workflow.leading import listing
from workflow import figures
from workflow.choices import Hidden, Stage

pytestmark = pytest.mark.django_db

SLUGS = ("behind", "behind-overdue", "behind-lapsed", "behind-long")


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def bands(place: world.Place) -> tuple[int | None, ...]:
    found = figures.values(place.policy, clock.now())
    return tuple(found[slug] for slug in SLUGS)


def late(place: world.Place, days: int, *reasons: Hidden, **values: str) -> None:
    """A record so many days past its day: public, or hidden for these reasons."""
    listing(
        place, stage=Stage.UNPUBLISHED if reasons else Stage.PUBLISHED,
        due_on=clock.today() - dt.timedelta(days=days), hidden_because=list(reasons),
        **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, (0, 0, 0, 0)), (0, (0, 0, 0, 0)), (13, (0, 0, 0, 0)),
        (14, (1, 1, 0, 0)), (27, (1, 1, 0, 0)),
        (28, (1, 0, 1, 0)), (55, (1, 0, 1, 0)),
        (56, (1, 0, 0, 1)), (400, (1, 0, 0, 1)),
    ],
)  # fmt: skip
def test_public_record_is_in_the_band_of_its_days(
    place: world.Place, days: int, expected: tuple[int, ...]
) -> None:
    late(place, days)

    assert bands(place) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    # A check is due again in the future, and what hid it was not lifted.
    [(-20, (1, 1, 0, 0)), (27, (1, 1, 0, 0)), (28, (1, 0, 1, 0)), (56, (1, 0, 0, 1))],
)
def test_what_is_hidden_for_want_of_a_check_is_behind_whatever_its_day(
    place: world.Place, days: int, expected: tuple[int, ...]
) -> None:
    late(place, days, Hidden.LAPSED)

    assert bands(place) == expected


def test_bands_follow_the_policy_and_leave_out_what_is_not_theirs(
    place: world.Place,
) -> None:
    for days in (20, 30, 60):
        late(place, days, Hidden.CLOSED)
        late(place, days, visibility=Visibility.PARTNERS)
        late(place, days, Hidden.LAPSED, Hidden.CLOSED)
    for days in (10, 19, 20, 40, 48, 70):
        late(place, days)
    listing(place, stage=Stage.PUBLISHED)
    place.policy.overdue_days, place.policy.lapsed_days = 15, 20
    place.policy.save()

    # In each band the public ones, and those that lapsed and were closed besides.
    assert bands(place) == (5 + 3, 1, 2 + 2, 2 + 1)


def test_together_they_are_all_that_is_behind(place: world.Place) -> None:
    for days in range(0, 70, 3):
        late(place, days)

    every, *parts = bands(place)

    assert every == sum(part or 0 for part in parts) == len(range(15, 70, 3))
