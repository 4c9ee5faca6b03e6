"""Unsaved rows into their tables, by PostgreSQL's COPY."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

PLAIN = (
    models.CharField, models.TextField, models.UUIDField, models.BooleanField,
    models.DateField, models.TimeField, models.IntegerField, models.FloatField,
    models.BinaryField, models.DecimalField, models.ForeignKey, ArrayField,
)  # fmt: skip
"""Fields of which psycopg writes the Python value as it is."""


class Batch:
    """Rows that belong together, in the order they were made, by table.

    Keys from a sequence are given when the batch is written, so that a row may be
    referred to as an object before.
    """

    def __init__(self) -> None:
        self.rows: defaultdict[type[models.Model], list[Any]] = defaultdict(list)

    def put(self, row: models.Model) -> None:
        """Take in one row."""
        self.rows[type(row)].append(row)

    def write(self) -> int:
        """Write everything in one go; how many rows there were.

        Foreign keys are checked by the end of the transaction, so the order of the
        tables is free but for keys that come from a sequence.
        """
        for model in sorted(self.rows, key=lambda m: m._meta.label):
            number_rows(model, [row for row in self.rows[model] if row.pk is None])
        for model, rows in self.rows.items():
            _follow_numbers(model, rows)
            copy_rows(model, rows)
        count = sum(map(len, self.rows.values()))
        self.rows.clear()
        return count


class Numbers:
    """Keys from the tables' sequences, many fetched at once."""

    AT_ONCE = 500

    def __init__(self) -> None:
        self._left: defaultdict[type[models.Model], list[int]] = defaultdict(list)

    def next_of(self, model: type[models.Model]) -> int:
        """The next key of a table; keys of one table ascend."""
        left = self._left[model]
        if not left:
            left.extend(reversed(_reserve(model, self.AT_ONCE)))
        return left.pop()


def number_rows(model: type[models.Model], rows: list[Any]) -> None:
    """Give rows the next numbers of their table's sequence, in their order."""
    for row, number in zip(rows, _reserve(model, len(rows)), strict=True):
        row.pk = number


def _reserve(model: type[models.Model], count: int) -> list[int]:
    """So many numbers of a table's sequence, ascending."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) "
            "FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', model._meta.pk.column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _follow_numbers(model: type[models.Model], rows: list[Any]) -> None:
    """Let rows refer to the numbers that their parents have been given meanwhile."""
    numbered = [
        field for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.target_field, models.AutoField | models.BigAutoField)
    ]  # fmt: skip
    for field in numbered:
        for row in rows:
            if getattr(row, field.attname) is None and field.is_cached(row):
                parent = field.get_cached_value(row)
                setattr(row, field.attname, parent.pk if parent else None)


def copy_rows(model: type[models.Model], rows: Iterable[Any]) -> None:
    """COPY rows into their table."""
    names, readers = _columns(model)
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = row.__dict__
            copy.write_row([read(values) for read in readers])


Reader = Callable[[dict[str, Any]], Any]


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], list[Reader]]:
    """The columns that are written, and how each is read off a row."""
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    return [str(f.column) for f in fields], [_reader(f) for f in fields]


def _reader(field: models.Field[Any, Any]) -> Reader:
    name = field.attname
    if isinstance(field, models.JSONField):
        return lambda values: _json(values[name])
    if isinstance(field, PLAIN):
        return lambda values: values[name]
    return lambda values: field.get_db_prep_save(values[name], connection)


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value, default=str).decode()
