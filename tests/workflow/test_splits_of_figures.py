"""Every figure divided in every way: each part lists exactly what it counts."""

import copy

import pytest

from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.lively import lively
from workflow import divided, figures, splits
from workflow.models import Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    made = world.make_place()
    lively(made)
    world.give(made.lead, Role.READER, made.council)
    return made


@pytest.fixture
def lively_place(file_place: world.Place, db: None) -> world.Place:
    return copy.deepcopy(file_place)


@pytest.mark.parametrize("split", splits.SPLITS, ids=lambda split: split.slug)
@pytest.mark.parametrize(
    "slug", ["published", "behind", "waiting", "checks", "single-handed"]
)
def test_each_part_lists_exactly_what_it_counts(
    lively_place: world.Place, split: splits.Split, slug: str
) -> None:
    place = lively_place
    found = figures.members(figures.BY_SLUG[slug], place.policy, clock.now())
    if split is splits.FROM and found.model is not Proposal:
        assert split not in splits.offered(place.partnership, found.model)
        return

    parts = divided.parts(split, found, place.lead, place.partnership)
    listed = {
        part.key: splits.narrow(
            split, found, part.key, place.lead, place.partnership
        ).count()
        for part in parts
    }

    assert {part.key: part.number for part in parts} == listed
    if split.slug not in ("type", "ward"):
        assert sum(listed.values()) == found.count()
