"""What the people of a played year do, written down as they do it.

Of each day it says what the rows have to say when the day is over; of the whole year it
counts how often each thing was done.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Diary:
    """``did`` counts the year. The rest is of one day, and begins anew with it."""

    did: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[Any, str, str]] = field(default_factory=Counter)
    """Which record was answered for, what was said, and by which way."""
    checked: set[Any] = field(default_factory=set)
    """Which records somebody vouched for."""
    back: set[Any] = field(default_factory=set)
    """Which of them were hidden for want of a check alone."""
    stopped: dict[Any, str] = field(default_factory=dict)
    """Which contact points are written to no more, and why."""

    def turn_the_page(self) -> None:
        """Begin a new day."""
        self.answers, self.checked, self.back = Counter(), set(), set()
        self.stopped = {}
