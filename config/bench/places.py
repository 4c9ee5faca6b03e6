"""The databases that are measured, made once and kept in ``var/bench``."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg

from config.local.faults import CannotStart
from config.local.paths import PYTHON, ROOT
from config.local.postgres import Postgres
from config.local.processes import run

PUBLIC_OF_A_HUNDRED = 89.2
"""Of seeded services; the rest are drafts, waiting, closed and so on."""

SLUG = "thornshire"


@dataclass(frozen=True)
class Place:
    """A database with about so many public services."""

    wanted: int
    url: str


def made(server: Postgres, public: int) -> Place:
    """The database with so many public services, seeded if it is not there yet.

    Raises CannotStart where it cannot be made.
    """
    services = round(public * 100 / PUBLIC_OF_A_HUNDRED)
    name = f"bench_{public}"
    parts = urlsplit(server.url)
    url = urlunsplit(parts._replace(path=f"/{name}"))
    environment = os.environ | {
        "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.local",
    }  # fmt: skip
    with psycopg.connect(server.url, autocommit=True) as connection:
        if is_finished(connection, name):
            command(environment, "migrate", "--verbosity", "0")
            return Place(public, url)
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
        command(environment, "migrate", "--verbosity", "0")
        command(environment, "seed_place", "--services", str(services), "--slug", SLUG)
        connection.execute(f"COMMENT ON DATABASE \"{name}\" IS 'finished'")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return Place(public, url)


def is_finished(connection: psycopg.Connection[tuple[str, ...]], name: str) -> bool:
    """Whether that database was made to its end."""
    found = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = %s",
        [name],
    ).fetchone()
    return found == ("finished",)


def command(environment: dict[str, str], *words: str) -> None:
    """Run one of our own commands. Raises CannotStart where it fails."""
    done = run([PYTHON, "manage.py", *words], env=environment, cwd=ROOT)
    if done.returncode != 0:
        raise CannotStart(f"manage.py {words[0]} failed; what it said stands above.")
