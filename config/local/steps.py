"""What a person at the terminal sees: each step, and how long it took."""

import contextlib
import sys
import time
from collections.abc import Iterator


def say(line: str = "") -> None:
    """Write a line at once, also into a pipe."""
    print(line, flush=True)


def complain(line: str) -> None:
    """Write a line to standard error at once."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is done and, if it succeeds, how many seconds it took."""
    begun = time.monotonic()
    yield
    say(f"  {name:<44}{time.monotonic() - begun:6.1f} s")
