"""The launcher's commands, and how they end."""

import os
import signal
import sys
from types import FrameType

from config.local import running, verifying
from config.local.faults import CannotStart, StopRequested
from config.local.processes import die_with_parent
from config.local.steps import complain

_COMMANDS = {
    "run": running.main,
    "test": verifying.test,
    "check": verifying.check,
    "year": verifying.year,
    "bench": verifying.bench,
    "bench-assurance": verifying.bench_assurance,
}


def _request_stop(number: int, _frame: FrameType | None) -> None:
    raise StopRequested(number)


def main(arguments: list[str]) -> int:
    """Run one command to its end; what the process should exit with."""
    if not arguments or arguments[0] not in _COMMANDS:
        complain(f"Say one of: {', '.join(_COMMANDS)}.")
        return 2
    if not sys.platform.startswith("linux"):
        complain("Vouch's own commands need Linux; elsewhere use docker-compose.yml.")
        return 2
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _request_stop)
    if os.environ.get("MAKELEVEL"):
        # make does not tell us when it is killed; the kernel does.
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        return _COMMANDS[arguments[0]](arguments[1:])
    except CannotStart as fault:
        complain(str(fault))
        return 1
    except StopRequested as stop:
        return 128 + int(stop.args[0])
