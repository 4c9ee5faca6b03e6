"""Child processes that end when the launcher ends, however that happens."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
# A log that outgrew this many bytes is begun afresh at the next start.
_LOG_LIMIT = 10_000_000


def die_with_parent(stop_signal: int, parent: int) -> None:
    """Ask the kernel to send this process a signal when process `parent` ends.

    Called in a child between fork and exec. Changing one's user clears the request, so
    it comes last. A parent that is gone already would never send anything.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _before_exec(
    stop_signal: int, become: Callable[[], None] | None
) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        # The launcher may be ignoring signals while it stops; its children do not.
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_DFL)
        if become:
            become()
        die_with_parent(stop_signal, parent)

    return prepare


@dataclass
class Child:
    """A long-running process in its own session, writing to a log file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: int

    def running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def stop(self, patience: float) -> None:
        """Ask it to end, insist after `patience` seconds, then end what it left."""
        if self.running():
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """End what still runs in the child's session, such as pool processes."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for a message about a failure."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stop_signal: int = signal.SIGTERM,
    orphan_signal: int | None = None,
    become: Callable[[], None] | None = None,
) -> Child:
    """Start a child whose output goes to `log`; `become` changes its user, if given.

    `orphan_signal` is what it gets when the launcher is killed: its `stop_signal`,
    unless that would leave it waiting for servers which are stopping too.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.unlink()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_before_exec(orphan_signal or stop_signal, become),
        )
    return Child(name, process, log, stop_signal)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    become: Callable[[], None] | None = None,
    keep: Literal["nothing", "output", "everything"] = "nothing",
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, which is at once if the launcher is stopped meanwhile.

    What it writes is shown; with `keep` its output, or its output and its errors in
    one, come back as `stdout` instead. The caller judges the return code.
    """
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=None if keep == "nothing" else subprocess.PIPE,
        stderr=subprocess.STDOUT if keep == "everything" else None,
        text=True,
        errors="replace",
        env=dict(env) if env is not None else None,
        cwd=cwd,
        check=False,
        preexec_fn=_before_exec(signal.SIGKILL, become),
    )


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> bool:
    """Whether `ready` came true within `seconds` while the child was running."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if not child.running():
            return False
        time.sleep(0.05)
    return False
