"""What was erased must not come back: asked wherever somebody or a feed brings words.

See docs/adr/0011-erased-values-are-remembered.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

from common import clock, prepared
from common.errors import InvalidInput
from directory.freshness import full_date
from directory.remembering import Mark, Memory, mark
from workflow.models import ErasedValue

K = TypeVar("K", bound=Hashable)


def keep_out() -> None:
    """Wait for an erasure that is under way, and let none begin before the transaction
    ends.

    Whoever locks a record does so by that. For who writes words of records, or words
    that somebody typed, without locking one; before anything else is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE workflow_record IN ROW SHARE MODE")


def mark_of(value: str) -> Mark:
    """The mark of a value under this installation's key. Raises ValueError."""
    return mark(value, settings.ERASURE_KEY)


def memory() -> Memory | None:
    """What is remembered now; None while nothing was ever erased.

    Asked inside the transaction that writes: no erasure begins until that is over.
    """
    if connection.in_atomic_block:
        keep_out()
    if not prepared.rows(_ANYTHING, {}):
        return None
    rows = ErasedValue.objects.select_related("partnership").filter(let_in_at=None)
    marks = {Mark(row.kind, row.size, row.digest): row for row in rows}
    return Memory(settings.ERASURE_KEY, marks) if marks else None


_ANYTHING = "SELECT FROM workflow_erasedvalue WHERE let_in_at IS NULL LIMIT 1"


def faults(values: Mapping[K, Any]) -> dict[K, str]:
    """A sentence, by path, for each of these values that holds what was erased."""
    # Where nothing is said, nothing that was erased is.
    known = memory() if any(values.values()) else None
    if known is None:
        return {}
    found = {path: next(known.every(v), None) for path, v in values.items()}
    return {
        path: sentence(known.known[hit.digest]) for path, hit in found.items() if hit
    }


def refuse(values: Mapping[str, Any]) -> None:
    """Raise InvalidInput, by path, where one of these values holds what was erased."""
    if wrong := faults(values):
        raise InvalidInput(wrong)


def sentence(row: ErasedValue) -> str:
    """For somebody who typed it again."""
    return (
        f"Something here was erased on {_day(row)} because somebody asked for it, so "
        "it cannot be put in again. Leave it out. If it has to be here, ask the data "
        f"protection officer of {row.partnership}."
    )


def not_taken(rows: Iterable[ErasedValue]) -> str:
    """For the list of what a source said and could not be used."""
    said = dict.fromkeys(
        f"Erased on {_day(row)} for {row.partnership} (“{row.reason}”); not taken."
        for row in rows
    )
    return " ".join(said)


def _day(row: ErasedValue) -> str:
    return full_date(clock.london_day(row.erased_at))
