"""`make run`, in a copy of the project: what a person at the terminal meets."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.local import running
from config.local.faults import CannotStart
from config.local.paths import ROOT, VENV

# Bounds for a machine that is busy with other things.
COMES_UP, GOES_DOWN = 150, 60


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], bool], seconds: float) -> bool:
    """Whether it happened in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.2)
    return False


def processes_in(directory: Path) -> dict[int, str]:
    """Command lines of the processes that work in a directory or below it."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            place = (entry / "cwd").resolve(strict=True)
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if place == directory or directory in place.parents:
            found[int(entry.name)] = command.strip()
    return found


class Clone:
    """A copy of the project with its own data, run by make as a person would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self.output = root / "output"

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """`make run`, from when it says that it answers; gone on leaving."""
        before = self.said().count("Vouch answers at")
        with self.output.open("ab") as output:
            process = subprocess.Popen(
                ["make", "run", f"PYTHON={VENV / 'bin' / 'python'}"],
                cwd=self.root,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def settled() -> bool:
            answers = self.said().count("Vouch answers at") > before
            return answers or process.poll() is not None

        try:
            assert wait_for(settled, COMES_UP), self.said()
            assert process.poll() is None, self.said()
            yield process
        finally:
            for number in processes_in(self.root):
                # One may end because another one did.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            process.wait()

    def environment(self) -> dict[str, str]:
        """What a person's shell has, so without the variables of these tests."""
        own = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL")
        kept = {name: text for name, text in os.environ.items() if name not in own}
        return kept | {"PORT": str(self.port)}

    def said(self) -> str:
        """Everything written to the terminal so far."""
        return self.output.read_text() if self.output.exists() else ""

    def health(self) -> dict[str, str]:
        """What /healthz says."""
        return running.state(self.port)

    def front_page(self) -> str:
        """What the public sees there."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/") as answer:
            return str(answer.read().decode())

    def launcher(self) -> int:
        """The process that make started."""
        launchers = [
            number
            for number, command in processes_in(self.root).items()
            if command.endswith("-m config.local run") and "make" not in command
        ]
        assert len(launchers) == 1
        return launchers[0]

    def nothing_left(self) -> bool:
        """Whether no process of this copy runs any more."""
        return processes_in(self.root) == {}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Clone:
    root = tmp_path_factory.mktemp("clone")
    skipped = shutil.ignore_patterns(
        ".*", "var", "tests", "docs", "node_modules", "__pycache__"
    )
    shutil.copytree(ROOT, root, ignore=skipped, dirs_exist_ok=True)
    (root / ".venv").symlink_to(VENV)
    return Clone(root)


@pytest.mark.slow
def test_run_refuses_a_second_start_starts_again_what_died_and_stops_at_sigterm(clone):
    with clone.running() as process:
        assert clone.health()["status"] == "ok"
        assert 'data-place="wexcombe"' in clone.front_page()
        second = subprocess.run(
            ["make", "run"],
            cwd=clone.root,
            env=clone.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.stderr.splitlines()[0] == (
            "Vouch is already running in this directory at "
            f"http://127.0.0.1:{clone.port} (process {clone.launcher()}). Use that "
            "one, or stop it with Ctrl-C where it was started."
        )

        restarts = clone.said().count("starting it again")
        for name in ("config.celery worker", "valkey-server"):
            killed = min(n for n, c in processes_in(clone.root).items() if name in c)
            os.kill(killed, signal.SIGKILL)
        assert wait_for(
            lambda: clone.said().count("starting it again") == restarts + 2, 30
        )
        assert wait_for(lambda: clone.health().get("status") == "ok", 60)
        process.terminate()
        process.wait(GOES_DOWN)
        assert clone.nothing_left()


@pytest.mark.slow
def test_run_leaves_nothing_when_make_is_killed(clone):
    with clone.running() as process:
        process.kill()
        process.wait()
        assert wait_for(clone.nothing_left, GOES_DOWN), processes_in(clone.root)


@pytest.mark.slow
def test_run_leaves_nothing_when_the_launcher_is_killed_and_keeps_its_data(clone):
    with clone.running() as process:
        sockets = Path((clone.root / "var" / "postgres.sockets").read_text())
        os.kill(clone.launcher(), signal.SIGKILL)
        process.wait()
        assert wait_for(clone.nothing_left, GOES_DOWN), processes_in(clone.root)
        assert sockets.exists()

    with clone.running() as process:
        assert clone.said().count("demo places loaded") == 1
        assert not sockets.exists()
        os.kill(clone.launcher(), signal.SIGINT)
        assert process.wait(GOES_DOWN) == 0
        assert clone.nothing_left()


def test_second_start_is_refused_before_anything_else(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "VAR", tmp_path)
    with (tmp_path / "running.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotStart, match="already running in this directory"):
            running.main([])


def test_port_that_is_taken_is_named(monkeypatch):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CannotStart, match=f"Port {port} is taken by another"):
            running.chosen_port()


@pytest.mark.parametrize("word", ["http", "0", "65536", "-1"])
def test_port_must_be_a_port(monkeypatch, word):
    monkeypatch.setenv("PORT", word)
    with pytest.raises(CannotStart) as fault:
        running.chosen_port()
    assert str(fault.value) == (f"PORT must be a number from 1 to 65535, not “{word}”.")
