"""Statements that stay ready: what they take and give, and that they keep to
transactions."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from common import prepared

KEY = uuid.UUID("6f1c2a7e-0000-4000-8000-000000000001")


@pytest.mark.django_db
def test_values_of_every_kind_go_in_and_come_out() -> None:
    statement = """
        SELECT %(key)s::uuid, %(word)s, %(number)s::int, %(nothing)s::text, %(word)s,
            %(keys)s::uuid[], 'a%%'::text, '\\x00ff'::bytea,
            timestamptz '2026-03-29 02:30+01'
    """
    given = {
        "key": KEY, "word": "it's", "number": 7, "nothing": None, "keys": [KEY],
    }  # fmt: skip
    at = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    found = (KEY, "it's", 7, None, "it's", [KEY], "a%", b"\x00\xff", at)
    assert prepared.rows(statement, given) == [found]
    assert prepared.rows(statement, given) == [found]


@pytest.mark.django_db
def test_a_value_of_another_type_is_taken_for_what_it_is() -> None:
    statement = "SELECT %(value)s::text"
    asked = [prepared.rows(statement, {"value": value}) for value in (1, "1", 70_000)]
    assert asked == [[("1",)], [("1",)], [("70000",)]]


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_transaction_is_in_it() -> None:
    now = "SELECT pg_current_xact_id()::text, now()"
    with transaction.atomic():
        first, second = prepared.rows(now, {}), prepared.rows(now, {})
    assert first == second
    assert prepared.rows(now, {}) != first


@pytest.mark.django_db(transaction=True)
def test_a_fault_is_told_and_what_comes_after_it_is_answered() -> None:
    for _ in range(2):
        with pytest.raises(ProgrammingError, match="no_such_table"):
            prepared.rows("SELECT * FROM no_such_table", {})
    assert prepared.rows("SELECT 1", {}) == [(1,)]


@pytest.mark.parametrize("gone", ["DEALLOCATE ALL", "ALTER TABLE one ADD b int"])
@pytest.mark.django_db(transaction=True)
def test_a_statement_that_is_not_ready_any_more_is_made_ready_anew(gone: str) -> None:
    """As after a pooler's, or where a table has changed: one fault, and no more."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE one AS SELECT 1 AS a")
        assert prepared.rows("SELECT * FROM one", {}) == [(1,)]
        cursor.execute(gone)
        with pytest.raises(DatabaseError):
            prepared.rows("SELECT * FROM one", {})
        found = prepared.rows("SELECT * FROM one", {})
        cursor.execute("DROP TABLE one")
    assert found[0][0] == 1


@pytest.mark.django_db
def test_preparing_that_is_broken_off_is_in_nobodys_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken_off(*_: Any) -> Any:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(prepared, "_checked", broken_off)
        with pytest.raises(TimeoutError):
            prepared.rows("SELECT 7", {})
    assert prepared.rows("SELECT 7", {}) == [(7,)]
    assert prepared.rows("SELECT 8", {}) == [(8,)]
