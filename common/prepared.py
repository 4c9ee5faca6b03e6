"""Statements that PostgreSQL plans once for each connection and answers in binary.

For the few questions that are asked all day long, where building SQL from a queryset,
planning it and keeping a cursor's books cost more than the answer does. They go to
libpq, the client library that psycopg stands on, without a cursor of psycopg's.
"""

import functools
import itertools
import re
import time
import weakref
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import OperationalError
from django.db import connection as django_connection
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

connection: Any = django_connection
"""With the attributes that its type stubs leave out."""

_IDLE = pq.TransactionStatus.IDLE
_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
_PARAMETER = re.compile(r"%\((\w+)\)s")

_number = itertools.count(1)
"""No name is given twice, so that one whose preparing was broken off is in nobody's
way."""

Names = dict[tuple[str, tuple[int, ...]], bytes]
_names: "weakref.WeakKeyDictionary[psycopg.Connection[Any], Names]" = (
    weakref.WeakKeyDictionary()
)
"""What each connection calls the statements it has ready: by their words, and the types
of the values."""


class _Cursor:
    """As much of a cursor as Django asks for when it wraps one."""

    def __init__(self, server: psycopg.Connection[Any]) -> None:
        self._server = server
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, statement: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement; its values are sent beside it. Raises psycopg.Error.

        After a fault everything is made ready anew: the server may have let go of it,
        or a table may have another form by now.
        """
        try:
            self._execute(statement, parameters)
        except psycopg.Error:
            _names.pop(self._server, None)
            raise

    def _execute(self, statement: str, parameters: Mapping[str, Any]) -> None:
        server = self._server
        if not server.autocommit and server.pgconn.transaction_status == _IDLE:
            server.execute("")  # begins the transaction that is to be
        words, wanted = _numbered(statement)
        adapting = Transformer(server)
        given = [parameters[name] for name in wanted]
        values: Any = adapting.dump_sequence(given, [PyFormat.AUTO] * len(given))
        types = adapting.types or ()
        name = self._ready(words, tuple(types))
        answer = server.pgconn.exec_prepared(
            name, values, adapting.formats, result_format=pq.Format.BINARY
        )
        adapting.set_pgresult(_checked(server, answer))
        self._rows = adapting.load_rows(0, answer.ntuples, tuple)

    def _ready(self, words: str, types: tuple[int, ...]) -> bytes:
        names = _names.setdefault(self._server, {})
        name = names.get((words, types))
        if name is None:
            name = b"ready_%d" % next(_number)
            prepared = self._server.pgconn.prepare(name, words.encode(), types)
            _checked(self._server, prepared)
            names[words, types] = name
        return name

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        return self._rows

    def close(self) -> None:
        """Nothing is kept open."""


def _checked(server: psycopg.Connection[Any], answer: pq.abc.PGresult) -> Any:
    """An answer that is none of a fault. Raises psycopg.Error."""
    if server.pgconn.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError(server.pgconn.get_error_message())
    if answer.status not in _DONE:
        raise errors.error_from_result(answer)
    return answer


@functools.cache
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """A statement with its values numbered, and their names in that order."""
    names = tuple(dict.fromkeys(_PARAMETER.findall(statement)))
    number = {name: f"${place}" for place, name in enumerate(names, 1)}
    words = _PARAMETER.sub(lambda found: number[found[1]], statement)
    return words.replace("%%", "%"), names


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
    with connection.make_cursor(_Cursor(connection.connection)) as cursor:
        begun = time.monotonic()
        try:
            cursor.execute(statement, parameters)
        finally:
            if connection.queries_logged:
                took = f"{time.monotonic() - begun:.3f}"
                connection.queries_log.append({"sql": statement, "time": took})
        return cursor.fetchall()
