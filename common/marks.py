"""Marks of what a page was made of, so that a late save overwrites nobody's."""

import hashlib
import json
from typing import Any


def mark(*said: Any) -> str:
    """What a form carries of what its page says: another as soon as any of it is.

    How a browser ends lines, and whether nothing is None or empty, makes no difference.
    """
    lines = [str(one or "").splitlines() for one in said]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()
