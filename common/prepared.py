"""Statements that PostgreSQL plans once for each connection and answers in binary.

For the few questions that are asked all day long, where building SQL from a queryset
and planning it cost more than the answer does.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import OperationalError
from django.db import connection as django_connection

connection: Any = django_connection
"""With the attributes that its type stubs leave out."""


class _Cursor(psycopg.Cursor[Any]):
    """One that keeps every statement ready; connections allow it by their settings."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_Cursor":
        """Run a statement; its values are sent beside it."""
        return super().execute(query, params, prepare=True, binary=True)


def rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that only reads, or is part of a transaction.

    A connection is not asked first whether it still stands, as Django would: the
    statement itself shows it, and is sent once more where the server had gone away.
    """
    unproved = connection.connection is not None and not connection.health_check_done
    connection.health_check_done = True
    try:
        return _rows(statement, parameters)
    except OperationalError:
        if not unproved or connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _rows(statement, parameters)


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    logged = connection.queries_logged
    make = connection.make_debug_cursor if logged else connection.make_cursor
    with make(_Cursor(connection.connection)) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
