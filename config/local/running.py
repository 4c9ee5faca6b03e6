"""`make run`: a whole Vouch on this machine, from nothing to an answering page."""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from config.local import environment
from config.local.family import Family
from config.local.faults import CannotStart, StopRequested
from config.local.paths import PYTHON, REMEMBERED, ROOT, VAR
from config.local.postgres import Postgres
from config.local.processes import run, spawn
from config.local.steps import say, step
from config.local.valkey import Valkey

LOGS = VAR / "log"
# Seconds until a started installation must say that all of it is well.
_PATIENCE = 60


def chosen_port() -> int:
    """PORT, or 8000. Raises CannotStart unless a server may listen on it."""
    wanted = os.environ.get("PORT", "").strip() or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not “{wanted}”.")
    port = int(wanted)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(
                f"You may not listen on port {port}; choose one above 1023: "
                "make run PORT=8001"
            ) from None
        except OSError:
            raise CannotStart(
                f"Port {port} is taken by another program. Stop that, or choose "
                f"another port: make run PORT={port + 1 if port < 65535 else 8001}"
            ) from None
    return port


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Refuse, kindly, a second Vouch in the same clone."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "running.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"Vouch is already running in this directory{lock.read()}. "
                "Use that one, or stop it with Ctrl-C where it was started."
            ) from None
        yield


def _note_running(address: str) -> None:
    (VAR / "running.lock").write_text(f" at {address} (process {os.getpid()})")


def _secret_key() -> str:
    path = VAR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _remember(variables: dict[str, str]) -> None:
    """Let `manage.py`, typed in the same clone, find the same servers."""
    REMEMBERED.unlink(missing_ok=True)
    REMEMBERED.touch(mode=0o600)
    REMEMBERED.write_text(json.dumps(variables, indent=2))


def _start_servers(family: Family) -> dict[str, str]:
    """Start what DATABASE_URL and REDIS_URL do not name; the addresses of both."""
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not database:
        with step("PostgreSQL"):
            postgres = Postgres(VAR / "postgres", LOGS / "postgres.log")
            family.add("PostgreSQL", postgres.start, postgres.stop)
            database = postgres.url
    if not broker:
        with step("Valkey"):
            valkey = Valkey(VAR / "valkey", LOGS / "valkey.log")
            family.add("Valkey", valkey.start, valkey.stop)
            broker = valkey.url
    return {"DATABASE_URL": database, "REDIS_URL": broker}


def _prepare(variables: dict[str, str]) -> str:
    """Migrate, and load the demo if the database is new; the sign-ins, as text."""
    say("  Database")
    done = run([PYTHON, "manage.py", "prepare"], env=variables, cwd=ROOT, keep="output")
    if done.returncode != 0:
        raise CannotStart(
            "The database could not be prepared; what went wrong stands above."
        )
    return done.stdout.strip()


def _start_processes(family: Family, variables: dict[str, str], port: int) -> None:
    """Start worker, beat and web; they are stopped the other way round."""
    celery = (PYTHON, "-m", "celery", "--quiet", "-A", "config.celery")
    commands: dict[str, list[str | Path]] = {
        "worker": [
            *(*celery, "worker", "--concurrency", "2"),
            *("--without-gossip", "--without-mingle"),
        ],
        "beat": [*celery, "beat"],
        "web": [
            *(PYTHON, "-m", "gunicorn", "-c", "python:config.web"),
            *("--bind", f"127.0.0.1:{port}", "config.wsgi:application"),
        ],
    }
    for name, command in commands.items():
        log = LOGS / f"{name}.log"
        family.add(
            name,
            partial(
                spawn,
                name,
                command,
                env=variables,
                cwd=ROOT,
                log=log,
                # A worker that ends in good order asks a broker which is gone by then.
                # What it leaves unfinished comes back, as after any kill.
                orphan_signal=signal.SIGKILL,
            ),
        )


def state(port: int) -> dict[str, str]:
    """What /healthz says; empty while nothing answers."""
    try:
        address = f"http://127.0.0.1:{port}/healthz"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as answer:
        try:
            return dict(json.load(answer))
        except ValueError:
            return {}
    except (OSError, ValueError):
        return {}


def _wait_until_well(family: Family, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    seen: dict[str, str] = {}
    while time.monotonic() < deadline:
        seen = state(port)
        if seen.get("status") == "ok":
            return
        family.complain_about_the_dead()
        time.sleep(0.2)
    down = [name for name, word in seen.items() if word != "ok" and name != "status"]
    raise CannotStart(
        f"Vouch did not come up within {_PATIENCE} seconds; not well: "
        f"{', '.join(down) or 'web'}. See the files in {LOGS}."
    )


def _stop(family: Family) -> None:
    """Stop everything; a second Ctrl-C does not cut that short."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    family.stop()


def _serve(port: int, family: Family) -> None:
    """Bring everything up, and keep it up until a stop is requested."""
    begun = time.monotonic()
    address = f"http://127.0.0.1:{port}"
    with step("Python environment"):
        environment.ensure("local")
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "PUBLIC_URL": address,
        "DEFAULT_PLACE": os.environ.get("DEFAULT_PLACE") or "wexcombe",
        "SECRET_KEY": _secret_key(),
        "VOUCH_DEMO": "1",
        "CLOCK_FILE": str(VAR / "clock"),
        **_start_servers(family),
    }
    variables = os.environ | own | {"PYTHONUNBUFFERED": "1"}
    sign_ins = _prepare(variables)
    _remember(own)
    with step("Web, worker and beat"):
        _start_processes(family, variables, port)
        _wait_until_well(family, port)
    _note_running(address)
    say(f"\nVouch answers at {address} after {time.monotonic() - begun:.1f} s")
    if sign_ins:
        say(f"\n{sign_ins}")
    say(f"\nLogs are in {LOGS.relative_to(ROOT)}/. Ctrl-C stops everything.\n")
    family.watch()


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; 0 after a clean stop."""
    del arguments
    with _only_one():
        port = chosen_port()
        _note_running("")
        say("Starting Vouch")
        family = Family()
        try:
            _serve(port, family)
        except StopRequested:
            say("\nStopping")
            return 0
        finally:
            _stop(family)
            say("Stopped; your data is kept in var/.")
    return 0
