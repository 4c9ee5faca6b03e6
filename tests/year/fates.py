"""What each person of a played year does follows from the record and the day alone, so
that a year can be played again."""

import zlib
from typing import Any


def fate(*words: Any) -> int:
    """A number from 0 to 99 that is always the same for the same words."""
    return zlib.crc32(":".join(map(str, words)).encode()) % 100
