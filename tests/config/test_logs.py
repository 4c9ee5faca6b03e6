import json
import logging
import sys
from types import SimpleNamespace

import pytest

from config.logs import JsonFormatter


def line(**attributes: object) -> dict[str, object]:
    """What is written for a record with these attributes."""
    record = logging.makeLogRecord({"levelname": "INFO", "name": "test"} | attributes)
    return json.loads(JsonFormatter().format(record))


def test_line_keeps_ids_and_drops_everything_else():
    written = line(msg="listing_lapsed", listing_id="abc", email="a@wexcombe.example")
    assert sorted(written) == [
        "at",
        "event",
        "level",
        "listing_id",
        "logger",
        "request_id",
    ]


def test_line_names_the_exception_without_its_words():
    try:
        raise ValueError("a@wexcombe.example is no date")
    except ValueError:
        written = line(msg="failed", exc_info=sys.exc_info())
    assert written["exception"] == "ValueError"
    assert "wexcombe" not in json.dumps(written)


def test_line_names_the_route_and_not_the_address():
    request = SimpleNamespace(resolver_match=SimpleNamespace(route="join/<token>/"))
    written = line(
        name="django.request",
        msg="%s: %s",
        args=("Internal Server Error", "/join/secret-token/"),
        status_code=500,
        request=request,
    )
    assert written["event"] == "django.request: 500 at join/<token>/"


def test_line_of_a_failed_task_leaves_out_what_it_said():
    written = line(
        name="celery.app.trace",
        msg="Task %(name)s[%(id)s] %(description)s: %(exc)s",
        data={
            "name": "workflow.tasks.lapse",
            "id": "7",
            "description": "raised unexpected",
            "exc": "ValueError('a@wexcombe.example')",
        },
    )
    assert written["event"] == "task workflow.tasks.lapse [7] raised unexpected"


def test_line_of_a_warning_leaves_out_what_it_said():
    written = line(
        name="py.warnings",
        msg="/srv/a.py:7: RuntimeWarning: a@wexcombe.example is naive\n  warn()\n",
    )
    assert written["event"] == "/srv/a.py:7: RuntimeWarning"


@pytest.mark.django_db
def test_response_carries_the_request_id(client):
    first, second = client.get("/healthz"), client.get("/healthz")
    assert first["X-Request-Id"] != second["X-Request-Id"]
