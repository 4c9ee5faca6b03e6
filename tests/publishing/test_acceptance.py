"""The official validator, repeated against a running server."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from publishing import actions
from publishing.models import Endpoint, PublishedService
from tests import world
from tests.publishing import sample

pytestmark = pytest.mark.django_db(transaction=True)

REQUIRED = ("/", "/services", "/services/{id}")


def verdict(shared: Path, base: str) -> dict[str, Any]:
    """What the validator and its extra checks say of the API at this address."""
    tool = shared / "tools" / "oruk_accept.py"
    done = subprocess.run(
        [sys.executable, str(tool), base, "--extras"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def statuses(result: dict[str, Any]) -> dict[str, str]:
    return {r["endpoint"]: r["status"] for r in result["results"] if r["required"]}


COPY = """
INSERT INTO {table} ({columns})
SELECT {values}
FROM {table} row, (
    SELECT number, gen_random_uuid() AS fresh
    FROM generate_series(1, %(times)s) number
) made
WHERE row.id = %(id)s
"""


def copies(row: PublishedService, times: int) -> None:
    """The same service many times more, each with an id and a name of its own."""
    fresh = {"service_id": "fresh", "sort_key": "row.sort_key || ' ' || number"}
    for name in ("full", "item", "strict_full", "strict_item"):
        fresh[name] = (
            f"convert_to(replace(convert_from(row.\"{name}\", 'UTF8'), "
            "row.service_id::text, fresh::text), 'UTF8')"
        )
    columns = [
        str(field.column)
        for field in PublishedService._meta.concrete_fields
        if field.column not in ("id", "search")
    ]
    sql = COPY.format(
        table=PublishedService._meta.db_table,
        columns=", ".join(f'"{name}"' for name in columns),
        values=", ".join(fresh.get(name, f'row."{name}"') for name in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"times": times, "id": row.pk})


@pytest.mark.parametrize("services", [1, 5000])
@pytest.mark.parametrize("strict", [True, False])
def test_feed_passes_however_many_there_are(
    place: world.Place, live_server: Any, shared: Path, settings: Any, strict: bool,
    services: int,
) -> None:  # fmt: skip
    settings.ORUK_STRICT_PROFILE = strict
    world.published(place)
    actions.consume_outbox()
    copies(PublishedService.objects.get(), services - 1)
    result = verdict(shared, f"{live_server.url}/oruk/v3")

    assert PublishedService.objects.count() == services
    assert result["service"]["isValid"] is True
    assert result["extras"] == []
    assert statuses(result) == dict.fromkeys(REQUIRED, "PassedValidation")


@pytest.mark.parametrize("strict", [True, False])
def test_feed_of_real_records_passes(
    place: world.Place, live_server: Any, shared: Path, settings: Any, strict: bool
) -> None:
    settings.ORUK_STRICT_PROFILE = strict
    term = world.term()
    references = {
        "taxonomy_term_id": str(term.pk),
        "location_id": "unknown",
        "organization_id": "unknown",
    }
    filler = sample.Filler("word", references)
    service, body, hall = (
        filler.record(kind) for kind in ("service", "organization", "location")
    )
    for name in ("organization_id", "service_at_locations"):
        del service[name]
    world.published(place, body=body, in_hall=hall, **service)
    world.published(place)
    actions.consume_outbox()
    endpoint = Endpoint.objects.get()
    for number in range(120):
        sample.shelve(endpoint, f"Group {number}")
    result = verdict(shared, f"{live_server.url}/oruk/v3")

    assert result["service"]["isValid"] is True
    assert result["service"]["profile"] == "HSDS-UK-3.0"
    assert result["extras"] == []
    assert statuses(result) == dict.fromkeys(REQUIRED, "PassedValidation")


@pytest.mark.parametrize("strict", [True, False])
def test_feed_of_nothing_passes(
    place: world.Place, live_server: Any, shared: Path, settings: Any, strict: bool
) -> None:
    settings.ORUK_STRICT_PROFILE = strict
    result = verdict(shared, f"{live_server.url}/oruk/v3/")

    assert result["service"]["isValid"] is True
    assert result["extras"] == []
    assert statuses(result) == {
        "/": "PassedValidation",
        "/services": "PassedWithWarnings",
        "/services/{id}": "NotTested",
    }
