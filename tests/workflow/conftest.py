"""Worlds that the tests of a file share, so that each need not be made many times."""

import copy
from typing import Any

import pytest

from tests import world
from tests.workflow.asking_scene import long_ago
from tests.workflow.town import Town, as_it_is, make_town


@pytest.fixture(scope="module")
def shared_place(file_transaction: None) -> world.Place:
    """A place that all tests of a file use; what a test does to it is undone."""
    return world.make_place("Sharedham")


@pytest.fixture
def place(db: None) -> world.Place:
    """A place of this test alone."""
    return world.make_place()


@pytest.fixture(scope="module")
def shared_town(shared_place: world.Place) -> Town:
    """Two public services in one hall, for all tests of a file."""
    return make_town(shared_place)


@pytest.fixture
def town(shared_town: Town, db: None) -> Town:
    """That town as it was made, read anew."""
    return as_it_is(copy.deepcopy(shared_town))


@pytest.fixture(scope="module")
def file_long_ago(file_transaction: None) -> world.Place:
    """A place whose public service is old and not due, for all tests of a file."""
    return long_ago()


@pytest.fixture
def old_place(file_long_ago: world.Place, db: None, settings: Any) -> world.Place:
    """That place for one test, on every host name."""
    settings.DEFAULT_PLACE = file_long_ago.partnership.slug
    settings.PUBLIC_URL = "https://vouch.testham.example"
    return copy.deepcopy(file_long_ago)
