"""The servers that are measured: gunicorn as in production, and what it costs."""

import contextlib
import http.client
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.local.faults import CannotStart
from config.local.paths import PYTHON, ROOT
from config.local.processes import Child, spawn, wait_until

HOST = "bench.example"
THREADS = 1


@dataclass(frozen=True)
class Server:
    """One running gunicorn with one worker."""

    child: Child
    port: int

    def connection(self) -> http.client.HTTPConnection:
        """A connection that stays open from one request to the next."""
        found = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        found.connect()
        found.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found

    def cpu(self) -> float:
        """Seconds of processor time that its processes have used."""
        return cpu_of(self.child.process.pid)

    def memory(self) -> float:
        """Megabytes of memory that its largest process held at most since
        :meth:`forget_memory`, or since it began."""
        return max(_most_held(pid) for pid in _family(self.child.process.pid)) / 1024

    def forget_memory(self) -> None:
        """Let what its processes held at most begin with what they hold now."""
        for pid in _family(self.child.process.pid):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextlib.contextmanager
def serving(application: str, log: Path, more: Mapping[str, str]) -> Iterator[Server]:
    """A server of this application. Raises CannotStart."""
    port = _free_port()
    command: list[str | Path] = [
        *(PYTHON, "-m", "gunicorn", "-c", "python:config.web"),
        *("--workers", "1", "--threads", str(THREADS)),
        *("--bind", f"127.0.0.1:{port}", application),
    ]
    child = spawn("gunicorn", command, log=log, env=os.environ | more, cwd=ROOT)
    try:
        if not wait_until(lambda: _answers(port), child, 60):
            raise CannotStart(f"{application} does not start:\n{child.last_words()}")
        yield Server(child, port)
    finally:
        child.stop(10)


def production(database_url: str, slug: str) -> dict[str, str]:
    """The environment of an installation that serves one place."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ERASURE_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_URL": f"https://{HOST}",
        "PROXY_COUNT": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DEFAULT_PLACE": slug,
        "VOUCH_DEMO": "0",
        "CLOCK_FILE": "",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and all that it has started, with what has
    ended (PostgreSQL starts helpers for one query) as far as it waited for them."""
    running = sum(_own_cpu(one) for one in _family(pid)) / 1e9
    return running + _ended_cpu(pid)


def _ended_cpu(pid: int) -> float:
    """Seconds of the children that have ended: two fields behind the name, which may
    hold anything."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[13]) + int(told[14])) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            children += map(int, task.read_text().split())
    return [pid, *(each for child in children for each in _family(child))]


def _most_held(pid: int) -> int:
    """Kilobytes, at the peak."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0])


def _own_cpu(pid: int) -> int:
    """Nanoseconds, of all threads."""
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(task.read_text().split()[0])
    return total
