"""Many rows in few transactions, of which one bad row spoils none.

docs/adr/0035-lapsing-in-passes.md says why.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from workflow.actions.noting import noted
from workflow.models import JobRun

logger = logging.getLogger(__name__)

A_PASS = 1000
"""Rows that one transaction takes."""


def in_passes(
    run: JobRun, ids: Iterable[Any], step: Callable[[list[Any]], int]
) -> None:
    """Take many rows in passes, each of them one transaction.

    ``step`` locks those it is given, asks again what holds, and says how many it did.
    A pass that fails is taken again in halves, down to the row that it fails for: that
    one is noted with the run, and the others are done.
    """
    every = list(ids)
    for first in range(0, len(every), A_PASS):
        _in_halves(run, every[first : first + A_PASS], step)


def _in_halves(run: JobRun, ids: list[Any], step: Callable[[list[Any]], int]) -> None:
    if len(ids) == 1:
        with noted(run, ids[0]):
            run.done += _at_once(ids, step)
        return
    try:
        done = _at_once(ids, step)
    except Exception as error:
        logger.warning(
            "pass_taken_in_halves",
            extra={"number": len(ids), "reason": type(error).__name__},
        )
        half = len(ids) // 2
        _in_halves(run, ids[:half], step)
        _in_halves(run, ids[half:], step)
    else:
        run.done += done


@transaction.atomic
def _at_once(ids: list[Any], step: Callable[[list[Any]], int]) -> int:
    return step(ids)
