"""A running Vouch for a test: real web, worker and beat on the test's own database."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40.0


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until something holds and return it; fail, saying what, if it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"Waited {seconds:.0f} seconds in vain for {what}.")


@dataclass
class Site:
    """Processes that share one environment; each can be killed and started again."""

    environment: dict[str, str]
    logs: Path
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the pages answer."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *names: str) -> None:
        """Start some of web, worker and beat."""
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery"]
        commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "-c", "python:config.web"),
                *("--bind", f"127.0.0.1:{self.port}", "config.wsgi:application"),
            ],
            "worker": [
                *(*celery, "worker", "--concurrency", "2"),
                *("--without-gossip", "--without-mingle"),
            ],
            "beat": [*celery, "beat"],
        }
        for name in names:
            with (self.logs / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    commands[name],
                    cwd=ROOT,
                    env=self.environment | {"PUBLIC_URL": self.address},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        if "web" in names:
            until(lambda: self.get("/healthz")[0], "the web process")

    def tend(self) -> list[str]:
        """Start again what ended by itself, as whatever supervises them does; what
        that was (``restart`` in docker-compose.yml, ``config/local/family.py``)."""
        ended = [name for name, x in self.running.items() if x.poll() is not None]
        self.start(*ended)
        return ended

    def kill(self, name: str) -> None:
        """Kill -9 a process with everything it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End everything."""
        for name in list(self.running):
            process = self.running.pop(name)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a GET as a stranger; status 0 if nothing answers."""
        try:
            with urllib.request.urlopen(  # noqa: S310 - our own address
                self.address + path, timeout=10
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read()
        except OSError:
            return 0, b""

    def api(self, path: str) -> Any:
        """The JSON of an API address, None where it does not answer with 200."""
        status, body = self.get(f"/oruk/v3{path}")
        return json.loads(body) if status == 200 else None

    def send(self, task: str) -> None:
        """Hand a task to the worker, by its name, as web and beat do."""
        with app.connection_for_write(self.environment["REDIS_URL"]) as broker:
            app.send_task(task, connection=broker)

    def manage(self, *words: str) -> str:
        """Run a management command beside the site; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextlib.contextmanager
def running(environment: dict[str, str], logs: Path, *names: str) -> Iterator[Site]:
    """A site whose processes end with the block."""
    site = Site(environment, logs)
    try:
        site.start(*names)
        yield site
    finally:
        site.stop()
