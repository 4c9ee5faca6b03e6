"""The processes of one `make run`: started in order, kept up, stopped in reverse."""

import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from config.local.faults import CannotStart
from config.local.processes import Child
from config.local.steps import say

# A process that ends by itself more often than this within a minute is broken.
_RESTARTS = 5
# Seconds that a process has to finish what it is doing when it is asked to stop.
_PATIENCE = 20


@dataclass
class Member:
    """One process: how to start it, and when it had to be started again."""

    name: str
    start: Callable[[], Child]
    child: Child
    restarts: deque[float] = field(default_factory=lambda: deque(maxlen=_RESTARTS))


class Family:
    """The members in the order in which they were started."""

    def __init__(self) -> None:
        self._members: list[Member] = []
        self._endings = contextlib.ExitStack()

    def add(
        self,
        name: str,
        start: Callable[[], Child],
        stop: Callable[[], None] | None = None,
    ) -> None:
        """Start a process and take it in; `stop` is for one that needs more care."""
        if stop:
            # Before the start, which may be interrupted half-way.
            self._endings.callback(stop)
        member = Member(name, start, start())
        if not stop:
            self._endings.callback(lambda: member.child.stop(_PATIENCE))
        self._members.append(member)

    def complain_about_the_dead(self) -> None:
        """Raise CannotStart, with its last words, for a process that has ended."""
        for member in self._members:
            if not member.child.running():
                raise CannotStart(
                    f"{member.name} ended by itself. The end of {member.child.log}:\n"
                    f"{member.child.last_words()}"
                )

    def watch(self) -> NoReturn:
        """Start again whatever ends by itself, until a signal raises StopRequested.

        Raises CannotStart for a process that ends again and again.
        """
        while True:
            time.sleep(0.5)
            for member in self._members:
                if not member.child.running():
                    self._revive(member)

    def _revive(self, member: Member) -> None:
        now = time.monotonic()
        if len(member.restarts) == _RESTARTS and now - member.restarts[0] < 60:
            self.complain_about_the_dead()
        member.restarts.append(now)
        say(f"{member.name} ended by itself; starting it again.")
        member.child.stop(0)
        member.child = member.start()

    def stop(self) -> None:
        """Stop every member, the last started first."""
        self._endings.close()
