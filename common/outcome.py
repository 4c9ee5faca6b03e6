"""What one run of something did."""

from dataclasses import dataclass


@dataclass
class Outcome:
    """How many rows a run saw to, and how many it could not do."""

    done: int = 0
    failed: int = 0
