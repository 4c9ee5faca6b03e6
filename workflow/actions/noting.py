"""What went wrong in a run of a job, kept with the run."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from workflow.models import JobRun

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def noted(run: JobRun, row_id: Any) -> Iterator[None]:
    """Keep a fault with the run and go on: one bad row never stops the rest."""
    try:
        yield
    except Exception as error:
        run.failed += 1
        run.error = type(error).__name__
        logger.exception("periodic_step_failed", extra={"id": str(row_id)})


@contextlib.contextmanager
def noted_place(run: JobRun, place_id: Any) -> Iterator[None]:
    """The same for all that a job does in a place: the others are seen to, and the run
    counts as broken off, since nothing in that place may have been."""
    try:
        yield
    except Exception as error:
        run.places_failed += 1
        run.error = type(error).__name__
        logger.exception("periodic_place_failed", extra={"id": str(place_id)})
