"""What is kept for some minutes beside the database, and may be gone at any time: a
cache out of reach stops no page."""

import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)


def read(name: str) -> int | None:
    """The number that is kept under a name; None where none is."""
    try:
        found: int | None = cache.get(name)
    except Exception:  # whatever the cache's own library raises
        logger.warning("cache_unreachable")
        return None
    return found


def keep(name: str, number: int, seconds: int) -> None:
    """Keep a number for so many seconds."""
    try:
        cache.set(name, number, seconds)
    except Exception:  # as above
        logger.warning("cache_unreachable")


def forget(name: str) -> None:
    """Keep it no longer."""
    try:
        cache.delete(name)
    except Exception:  # as above
        logger.warning("cache_unreachable")
