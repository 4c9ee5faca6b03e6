"""A small place made large: its rows copied many times over, in a few statements.

The small place is what the real seeder made. All ids of its own records begin with the
same eight letters in the pattern that is copied, so that a copy is a replacement in the
text of a value, wherever the id stands: in a column, an array or a document.
"""

# ruff: noqa: S608 - every name of a table and column is our own

import re
from dataclasses import dataclass
from typing import Any

import psycopg

MARK = "c0de0000"
"""What the ids of the pattern begin with; no id of the small place does."""
_SPREAD = 2_654_435_761
"""Odd, so that each copy's ids begin with other letters, in no order."""
_UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WIDE = 32
"""How many copies lie side by side on the map."""
_STEP = (0.042, 0.063)
"""Degrees of latitude and longitude from one copy to the next."""

OPEN = "(SELECT id FROM workflow_proposal WHERE decided_at IS NULL)"
KEEPERS = "(SELECT user_id FROM directory_organizationgrant)"
RECORDS = "(SELECT id FROM workflow_record)"

TABLES: tuple[tuple[str, str], ...] = (
    ("accounts_user", f"id IN {KEEPERS}"),
    ("workflow_record", ""),
    ("workflow_revision", ""),
    ("workflow_listing", ""),
    ("workflow_proposal", ""),
    ("workflow_decision", ""),
    ("workflow_change", f"proposal_id IN {OPEN}"),
    ("workflow_assurance", ""),
    ("workflow_confirmation", ""),
    ("workflow_effort", ""),
    ("workflow_assurancelevel", ""),
    ("workflow_contactpoint", ""),
    ("directory_organization", ""),
    ("directory_location", ""),
    ("directory_service", ""),
    ("directory_serviceatlocation", ""),
    ("directory_address", ""),
    ("directory_contact", ""),
    ("directory_phone", ""),
    ("directory_schedule", ""),
    ("directory_attribute", ""),
    ("directory_organizationgrant", ""),
    ("accounts_auditevent", "verb IN ('listing_published', 'listing_hidden')"),
)
"""What is copied, and which rows of it. Left out: what is public (finished bytes), the
outbox, mails, the rest of the audit trail, decided changes, prices, languages and other
lists of a record that nothing measured here reads."""

_OWN = (
    "workflow_record", "workflow_revision", "workflow_listing", "workflow_proposal",
    "workflow_decision", "workflow_change", "workflow_assurance", "workflow_effort",
    "workflow_confirmation", "workflow_assurancelevel", "workflow_contactpoint",
)  # fmt: skip

# The copies lie beside each other, each in a postcode district of its own.
_SOUTH = f"(n / {_WIDE}) * {_STEP[0]}"
_WEST = f"(n % {_WIDE}) * {_STEP[1]}"
_DISTRICT = "regexp_replace({}, '^YC1', 'YC' || (1 + n % 98))"
SPECIAL: dict[tuple[str, str], str] = {
    ("directory_location", "latitude"): f"t.latitude + {_SOUTH}",
    ("directory_location", "longitude"): f"t.longitude + {_WEST}",
    ("directory_address", "postal_code"): _DISTRICT.format("t.postal_code"),
    ("workflow_listing", "area"): _DISTRICT.format("t.area"),
    ("workflow_listing", "main_place_id"): (
        f"replace(t.location_ids[1]::text, '{MARK}', h)::uuid"
    ),
    ("accounts_user", "email"): (
        f"'keeper.' || replace(t.id::text, '{MARK}', h) || '@thornshire.example'"
    ),
    ("workflow_revision", "payload"): (
        f"CASE WHEN t.payload ? 'latitude' THEN replace(t.payload::text, '{MARK}', h)"
        "::jsonb || jsonb_build_object("
        f"'latitude', (t.payload->>'latitude')::numeric + {_SOUTH},"
        f"'longitude', (t.payload->>'longitude')::numeric + {_WEST})"
        f" ELSE replace(t.payload::text, '{MARK}', h)::jsonb END"
    ),
}


@dataclass(frozen=True)
class Column:
    """One column of a table: how it is stored, and whether it refers to a copy."""

    name: str
    kind: str
    marked: bool
    numbered: bool


def copy_out(connection: psycopg.Connection[Any], copies: int) -> None:
    """Add so many copies of everything there is, without triggers or foreign keys."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL synchronous_commit = off")
        _make_pattern(connection)
        stride = _stride(connection)
        for table, _ in TABLES:
            columns = _columns(connection, table)
            connection.execute(_statement(table, columns, copies, stride))
            for column in columns:
                if column.name == "id" and column.numbered:
                    connection.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                        f" (SELECT max(id) FROM {table}))"
                    )
        connection.execute("DROP SCHEMA pattern CASCADE")


def _make_pattern(connection: psycopg.Connection[Any]) -> None:
    """The rows that are copied, with marked ids, in tables of the same shape."""
    own = _own_ids(connection)

    def marked(found: re.Match[bytes]) -> bytes:
        key = found.group()
        return MARK.encode() + key[8:] if key in own else key

    connection.execute("DROP SCHEMA IF EXISTS pattern CASCADE; CREATE SCHEMA pattern")
    for table, where in TABLES:
        connection.execute(f"CREATE TABLE pattern.{table} (LIKE public.{table})")
        names = ", ".join(f'"{name}"' for name, _ in _stored(connection, table))
        rows = f"SELECT {names} FROM {table} WHERE {where or 'true'}"
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY ({rows}) TO STDOUT") as out:
                text = b"".join(bytes(piece) for piece in out)
            with cursor.copy(f"COPY pattern.{table} ({names}) FROM STDIN") as into:
                into.write(_UUID.sub(marked, text))


def _own_ids(connection: psycopg.Connection[Any]) -> set[bytes]:
    """The ids of everything that belongs to a record, or to who keeps one."""
    wanted = [f"SELECT id FROM {table}" for table in _OWN]
    wanted.append(f"SELECT id FROM accounts_user WHERE id IN {KEEPERS}")
    wanted += [
        f"SELECT element_id FROM {table}"
        for table, _ in TABLES
        if "element_id" in [name for name, _ in _stored(connection, table)]
    ]
    rows = connection.execute(" UNION ".join(wanted)).fetchall()
    return {str(key).encode() for (key,) in rows}


def _stored(connection: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    """The columns of a table that are not worked out, with their types."""
    return connection.execute(
        "SELECT column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()


def _columns(connection: psycopg.Connection[Any], table: str) -> list[Column]:
    made = []
    for name, kind in _stored(connection, table):
        marked = connection.execute(
            f'SELECT EXISTS (SELECT FROM pattern.{table} t WHERE t."{name}"::text'
            f" LIKE '%{MARK}%')"
        ).fetchone()
        numbered = kind == "int8" and (name == "id" or name.endswith("_id"))
        made.append(Column(name, kind, marked == (True,), numbered))
    return made


def _stride(connection: psycopg.Connection[Any]) -> int:
    """More than any number that a row of the small place has for an id."""
    highest = 0
    for table, _ in TABLES:
        if ("id", "int8") in _stored(connection, table):
            row = connection.execute(f"SELECT max(id) FROM {table}").fetchone()
            highest = max(highest, (row and row[0]) or 0)
    return highest + 1


def _statement(table: str, columns: list[Column], copies: int, stride: int) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(_value(table, column, stride) for column in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM ("
        f" SELECT n, lpad(to_hex((n::bigint * {_SPREAD}) & 4294967295), 8, '0') AS h"
        f" FROM generate_series(1, {copies}) n OFFSET 0) k"
        f" CROSS JOIN LATERAL (SELECT * FROM pattern.{table} OFFSET 0) t"
    )


def _value(table: str, column: Column, stride: int) -> str:
    if special := SPECIAL.get((table, column.name)):
        return special
    value = f't."{column.name}"'
    if column.numbered:
        return f"{value} + n::bigint * {stride}"
    if column.marked:
        kind = {"_uuid": "uuid[]"}.get(column.kind, column.kind)
        return f"replace({value}::text, '{MARK}', h)::{kind}"
    return value
