"""Log lines: one JSON object each on standard output, with the request id.

A line carries an event's name and ids, never a person's name, address or e-mail. Only
the attributes listed in `KEPT` are written, so that an `extra=` with something personal
in it is dropped rather than leaked; and where Django or Celery would quote an address
or an exception's words, which may hold what somebody typed, the line says less.
"""

import datetime as dt
import json
import logging
from typing import Any

from common import request_id

KEPT = (
    "actor_id",
    "attempt",
    "count",
    "duration_ms",
    "endpoint_id",
    "listing_id",
    "method",
    "object_id",
    "organization_id",
    "outbox_id",
    "place",
    "proposal_id",
    "reason",
    "source_id",
    "status_code",
    "task",
    "task_id",
)


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            "request_id": str(request_id.current()),
        }
        line |= {key: getattr(record, key) for key in KEPT if hasattr(record, key)}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, default=str, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    """What happened, in words that name no value."""
    request = getattr(record, "request", None)
    if request is not None and record.name.startswith("django."):
        match = getattr(request, "resolver_match", None)
        route = match.route if match else "no such address"
        return f"{record.name}: {getattr(record, 'status_code', '')} at {route}"
    if record.name == "celery.app.trace":
        context = getattr(record, "data", {})
        # Only a task that did not succeed has a description.
        outcome = context.get("description") or "succeeded"
        return f"task {context.get('name')} [{context.get('id')}] {outcome}"
    if record.name == "py.warnings":
        # The file, the line and the kind of warning; its words may quote a value.
        return ":".join(record.getMessage().split(":")[:3])
    return record.getMessage()


def _where(record: logging.LogRecord) -> list[str]:
    frames = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-12:]


def settings(level: str) -> dict[str, Any]:
    """Django's LOGGING setting, writing lines from `level` upwards."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # A 404 is nobody's fault, and SQL holds values.
            "django.request": {"level": "ERROR"},
            "django.db.backends": {"level": "WARNING"},
            "gunicorn.error": {"level": level, "propagate": True, "handlers": []},
            # Would write down who looked at what.
            "gunicorn.access": {"level": "CRITICAL"},
            # Names who failed to sign in; the audit trail and axes' table keep that.
            "axes": {"level": "CRITICAL"},
            "httpx": {"level": "WARNING"},
            # That a task was sent and received, every few seconds; its end is written.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
