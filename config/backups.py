"""A backup that can be trusted: one file, and beside it what must come out of it again.

PostgreSQL's own `pg_dump` and `pg_restore` do the work. The list beside the backup
(`FILE.json`) says which migrations had run, how many rows each table had and a sum over
them, and what had been erased until then (`workflow/actions/erasing_again.py`); nothing
in it can be read as anybody's data. A restore is compared with it, table by table.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from common import clock
from config.local.faults import CannotStart
from config.local.postgres import find_installation
from workflow.actions.erasing_again import erased_so_far

FORMAT = 1
LEFT_OUT = ("django_session",)
"""Tables that are backed up empty: whoever signed out since must not be signed in."""

Sums = dict[str, tuple[int, int]]
_SUM = """
    SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text
    FROM {table} t
"""


class BackupFault(Exception):
    """Why there is no backup, or it was not restored: a sentence for an operator."""


@dataclass(frozen=True)
class Restored:
    """What came back: rows, and which migrations this version has still to run."""

    tables: int
    rows: int
    to_migrate: list[str]


def listed_beside(file: Path) -> Path:
    """Where the list that belongs to a backup is."""
    return file.with_name(f"{file.name}.json")


def back_up(file: Path) -> int:
    """Write a backup and its list; how many rows are in it.

    While serving: what it holds is one moment's. Neither file is there before it is
    whole, and both are for their owner's eyes. Raises BackupFault.
    """
    if file.exists() or listed_beside(file).exists():
        raise BackupFault(f"{file} is there already, and stays as it is.")
    if not file.parent.is_dir():
        raise BackupFault(f"There is no directory {file.parent}.")
    partial = file.with_name(f"{file.name}.partial")
    try:
        with transaction.atomic():
            snapshot = _hold_still()
            _run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={snapshot}", f"--file={partial}",
                *(f"--exclude-table-data=public.{name}" for name in LEFT_OUT),
            )  # fmt: skip
            sums = _sums()
            listed = {
                "format": FORMAT,
                "made_at": clock.now().isoformat(),
                "migrations": sorted(".".join(key) for key in _applied()),
                "tables": sums,
                "erased": erased_so_far(),
            }
        partial.chmod(0o600)
        _write(listed_beside(file), listed)
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    return sum(rows for rows, _ in sums.values())


def restore(file: Path) -> Restored:
    """Bring a backup back into an empty database, whole or not at all, and compare.

    Raises BackupFault: for a database that holds anything, a file that is no backup,
    one of a newer Vouch, or a table that is not as it was.
    """
    listed = read_list(listed_beside(file))
    if not file.is_file():
        raise BackupFault(f"There is no file {file}.")
    if found := _tables():
        raise BackupFault(
            f"This database is not empty: it has {len(found)} tables. Make a new one "
            "(createdb) and point DATABASE_URL at it."
        )
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(listed["migrations"]) - known):
        raise BackupFault(
            f"This backup is of a newer Vouch, which knows {newer[-1]}. Install that "
            "version, then restore."
        )
    connection.close()
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
        "--no-privileges", f"--dbname={connection.settings_dict['NAME']}", str(file),
    )  # fmt: skip
    with transaction.atomic():
        _hold_still()
        sums = _sums()
    if different := _different(listed["tables"], sums):
        raise BackupFault(
            "What came back is not what was backed up. Do not use this database. "
            f"Not the same: {', '.join(different)}."
        )
    return Restored(
        len(sums),
        sum(rows for rows, _ in sums.values()),
        sorted(known - set(listed["migrations"])),
    )


def note_erasures(file: Path) -> int:
    """Write the list of what was erased until now; how many entries. It may be written
    over. Raises BackupFault."""
    erased = erased_so_far()
    _write(file, {"format": FORMAT, "erased": erased})
    return sum(map(len, erased.values()))


def read_list(file: Path) -> dict[str, Any]:
    """A list that was written beside a backup. Raises BackupFault."""
    try:
        listed = json.loads(file.read_text())
    except FileNotFoundError:
        raise BackupFault(f"There is no file {file}, which lists what it holds.") from (
            None
        )
    except (OSError, ValueError):
        raise BackupFault(f"{file} cannot be read as a list of a backup.") from None
    if not isinstance(listed, dict) or listed.get("format") != FORMAT:
        raise BackupFault(f"{file} is not a list that this version of Vouch wrote.")
    return listed


def _write(file: Path, listed: Mapping[str, Any]) -> None:
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.write_text(json.dumps(listed, indent=1))
        partial.chmod(0o600)
        partial.rename(file)
    except OSError as fault:
        raise BackupFault(f"{file} cannot be written: {fault.strerror}.") from None


def _different(before: Mapping[str, Any], after: Sums) -> list[str]:
    names = sorted({*before, *after})
    return [n for n in names if list(before.get(n, ())) != list(after.get(n, ()))]


# --- the database ---------------------------------------------------------------------


def _hold_still() -> str:
    """Let this transaction see one moment, and write rows one way; the snapshot."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        cursor.execute("SET LOCAL extra_float_digits = 1")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def _sums() -> Sums:
    """Of each table how many rows it has, and a sum over all that stands in them that
    does not depend on their order."""
    found: Sums = {}
    with connection.cursor() as cursor:
        for name in _tables():
            if name in LEFT_OUT:
                continue
            table = connection.ops.quote_name(name)
            # The name is from the catalogue, and quoted.
            cursor.execute(_SUM.format(table=table))
            rows, total = cursor.fetchone()
            found[name] = (rows, int(total))
    return found


def _applied() -> set[tuple[str, str]]:
    return set(MigrationLoader(connection).applied_migrations)


def _run(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on this database; the password is in its
    environment, where no list of processes shows it. Raises BackupFault."""
    parts = connection.settings_dict
    environment = {
        "PGDATABASE": parts["NAME"], "PGUSER": parts["USER"], "PGHOST": parts["HOST"],
        "PGPORT": str(parts["PORT"] or ""), "PGPASSWORD": parts["PASSWORD"],
        "PGSSLMODE": str(parts["OPTIONS"].get("sslmode", "")),
        "PGSSLROOTCERT": str(parts["OPTIONS"].get("sslrootcert", "")),
        "PGOPTIONS": "",
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603
        [_program(name), *arguments],
        env=os.environ | {key: value for key, value in environment.items() if value},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BackupFault(f"{name} failed: {_without_values(said[0])}")


def _without_values(line: str) -> str:
    """What PostgreSQL says after DETAIL or quotes may be somebody's."""
    return re.split(r"DETAIL|CONTEXT", line)[0].strip()


def _program(name: str) -> str:
    """One that is at least as new as the server, as it must be. Raises BackupFault."""
    server = connection.cursor().connection.info.server_version // 10000
    found = [path for path in (shutil.which(name), _beside_servers(name)) if path]
    for path in found:
        said = subprocess.run(  # noqa: S603
            [path, "--version"], capture_output=True, text=True, check=False
        ).stdout
        version = re.search(r"\) (\d+)", said)
        if version and int(version[1]) >= server:
            return path
    raise BackupFault(
        f"There is no {name} of version {server} or later here. Install PostgreSQL's "
        "client programs of the server's version."
    )


def _beside_servers(name: str) -> str | None:
    try:
        installation, _ = find_installation()
    except CannotStart:
        return None
    program = installation / "bin" / name
    return str(program) if program.exists() else None
