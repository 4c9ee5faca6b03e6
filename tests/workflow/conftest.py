"""Worlds that the tests of a file share, so that each need not be made many times."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests import world
from tests.workflow.town import Town, as_it_is, make_town


@pytest.fixture(scope="module")
def file_transaction(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """One transaction around all tests of a file; each test is undone to its start."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


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
    return as_it_is(shared_town)
