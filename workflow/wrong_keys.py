"""Counting wrong keys, so that nobody tries them one after another."""

import logging

from django.core.cache import cache

from common import caching
from workflow.actions.public_reports import sender_of

MOST = 20
WITHIN = 60 * 60
"""So many wrong keys from one sender within so many seconds, then none is looked up."""

logger = logging.getLogger(__name__)


def _name(address: str) -> str:
    # Not the address itself, and good for a day.
    return f"wrong-keys:{sender_of(address)}"


def are_too_many(address: str) -> bool:
    """Whether a sender has tried so many wrong keys that no more are taken for now."""
    return (caching.read(_name(address)) or 0) >= MOST


def count(address: str) -> None:
    """One more wrong key from a sender."""
    try:
        cache.add(_name(address), 0, WITHIN)
        cache.incr(_name(address))
    except Exception:  # out of reach, or the key ran out in between
        logger.warning("cache_unreachable")
