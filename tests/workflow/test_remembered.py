"""What a page works out once, and when that is forgotten."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import PartnerGrant, User
from common import remembered
from tests import world
from workflow import access

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> list[int]:
    """How often it was worked out."""
    return []


@pytest.fixture
def reading() -> Iterator[None]:
    with remembered.while_reading():
        yield


def ask(asked: list[int]) -> int:
    def make() -> int:
        asked.append(1)
        return len(asked)

    return remembered.once("key", make)


def test_outside_of_a_request_nothing_is_kept(asked: list[int]) -> None:
    assert [ask(asked), ask(asked)] == [1, 2]
    with remembered.while_reading():
        ask(asked)
    assert ask(asked) == 4


def test_while_reading_it_is_worked_out_once(reading: None, asked: list[int]) -> None:
    list(User.objects.filter(name="Nobody"))
    User.objects.exists()

    assert [ask(asked), ask(asked)] == [1, 1]


@pytest.mark.parametrize(
    "more",
    [
        lambda: world.person("Somebody New"),
        lambda: User.objects.update(name="Other"),
        lambda: PartnerGrant.objects.all().delete(),
        lambda: list(User.objects.select_for_update()),
        lambda: list(User.objects.select_for_update(no_key=True)),
        transaction.savepoint,
    ],
)
def test_writing_and_locking_forget_it(reading: None, asked: list[int], more) -> None:
    ask(asked)
    more()

    assert ask(asked) == 2


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", True),
        ("\n  WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("WITH a AS (DELETE FROM b RETURNING 1) SELECT * FROM a", False),
        ("SELECT 1 FROM b FOR SHARE", False),
        ("CALL something()", False),
        ("LOCK TABLE b", False),
    ],
)
def test_what_only_reads_is_known_by_its_words(sql: str, expected: bool) -> None:
    assert remembered.only_reads(sql) is expected


def test_page_asks_once_who_somebody_is(place: world.Place) -> None:
    listing = world.published(place)
    client = Client()
    client.force_login(place.assurer)
    with CaptureQueriesContext(connection) as found:
        assert client.get(f"/records/{listing.pk}/").status_code == 200

    roles = [q for q in found.captured_queries if "accounts_partnergrant g" in q["sql"]]
    assert len(roles) == 1


def test_act_does_not_go_by_what_was_remembered(
    reading: None, place: world.Place
) -> None:
    """Somebody else takes the role away while its owner has a page open."""
    listing = world.published(place)
    assert access.can_check(place.assurer, listing)
    connection.connection.execute("DELETE FROM accounts_partnergrant")
    assert access.can_check(place.assurer, listing), "still remembered"

    with pytest.raises(PermissionDenied):
        world.check(place, listing)
