"""Letting go of what has been kept long enough: the table of ``workflow/retention.py``.

Each batch is one transaction that claims its rows, so a killed worker loses nothing,
two workers share the work, and one that comes later finds nothing to do. Tables that
are append-only are in no rule.
"""

import datetime as dt
import logging
import time

from django.db import transaction

from common import clock
from workflow.models import JobRun
from workflow.retention import RULES, Rule

logger = logging.getLogger(__name__)

BATCH = 500
TIME_FOR_ONE_RUN = 60.0
"""Seconds; what is left over then is for the next run, an hour later."""


def retain(run: JobRun) -> None:
    """Delete or blank all that is past its time; a rule that fails stops no other."""
    until = time.monotonic() + TIME_FOR_ONE_RUN
    for rule in RULES:
        try:
            while time.monotonic() < until:
                done = _batch(rule)
                run.done += done
                if done == 0:
                    break
        except Exception as error:
            run.failed += 1
            run.error = type(error).__name__
            logger.exception("retention_failed", extra={"kind": rule.kind})


@transaction.atomic
def _batch(rule: Rule) -> int:
    """Let go of some rows of a kind; how many they were."""
    rows = rule.rows(clock.now() - dt.timedelta(days=rule.days))
    locked = rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    keys = list(locked.values_list("pk", flat=True)[:BATCH])
    found = rows.model._default_manager.filter(pk__in=keys)
    if rule.blank:
        found.update(**rule.blank)
    else:
        found.delete()
    return len(keys)
