"""What is worked out once while a page is read.

A page asks the same dozens of times: who is this, what may they see. What is kept here
is kept for one request that only reads, and is forgotten as soon as a statement runs
that writes or locks: an action, which asks again once it holds its locks, never gets an
answer from before. Outside of a request nothing is kept at all.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.db import connection

T = TypeVar("T")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)

_READS = ("SELECT", "(SELECT", "WITH")
_MORE_THAN_READS = (
    "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "SAVEPOINT", " FOR ",
)  # fmt: skip


@contextmanager
def while_reading() -> Iterator[None]:
    """Remember until the end of the block, or until something is written or locked."""
    token = _kept.set({})
    try:
        with connection.execute_wrapper(_forget_before_more):
            yield
    finally:
        _kept.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` gives; what it gave before, where that is remembered."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        # First made and then kept: a statement of its own may forget all.
        made = make()
        kept[key] = made
    return cast(T, kept[key])


def _forget_before_more(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    kept = _kept.get()
    if kept and not only_reads(sql):
        kept.clear()
    return execute(sql, params, many, context)


def only_reads(sql: Any) -> bool:
    """Whether a statement surely neither writes nor locks."""
    if not isinstance(sql, str):
        return False
    words = sql.lstrip()
    return words.startswith(_READS) and not any(w in words for w in _MORE_THAN_READS)
