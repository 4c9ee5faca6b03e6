"""Servers that live no longer than what uses them: for tests and for a developer.

`.venv/bin/python -m config.local.throwaway COMMAND …` runs a command (a shell, without
one) with DATABASE_URL and REDIS_URL pointing at an empty PostgreSQL and an empty Valkey
that disappear afterwards.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.local.faults import CannotStart
from config.local.postgres import Postgres
from config.local.valkey import Valkey


@contextlib.contextmanager
def _directory(name: str) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix=f"vouch-{name}-"))
    # The server's own user may be another one; its data inside is closed to others.
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def throwaway_postgres() -> Iterator[Postgres]:
    """A running PostgreSQL without fsync; gone, data and all, on leaving."""
    with _directory("postgres") as directory:
        server = Postgres(directory / "data", directory / "log", durable=False)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def throwaway_valkey() -> Iterator[Valkey]:
    """A running Valkey that writes nothing to disk; gone on leaving."""
    with _directory("valkey") as directory:
        server = Valkey(directory / "data", directory / "log", durable=False)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def main(command: list[str]) -> int:
    """Run a command with throwaway servers; its return code."""
    with throwaway_postgres() as postgres, throwaway_valkey() as valkey:
        addresses = {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
        for name, address in addresses.items():
            print(f"{name}={address}", file=sys.stderr)
        process = subprocess.Popen(command, env=os.environ | addresses)
        # Ctrl-C is for the command; the servers go when it has ended.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return process.wait()
        finally:
            process.kill()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main(sys.argv[1:] or [os.environ.get("SHELL", "/bin/sh")]))
    except CannotStart as fault:
        sys.exit(str(fault))
