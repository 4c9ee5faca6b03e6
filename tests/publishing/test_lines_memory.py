"""Everything at once is sent row by row: more of it needs no more memory."""

import tracemalloc
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from publishing.models import Endpoint, PublishedService
from tests.publishing import sample
from tests.publishing.test_lists import BASE

pytestmark = pytest.mark.django_db

FEW = 500


@pytest.fixture
def row(endpoint: Endpoint) -> PublishedService:
    """A published service of which much is said."""
    words = "Come in, sit down and have a cup of tea with us. " * 40
    return sample.shelve(endpoint, "Group", service={"description": words})


def more_of(row: PublishedService, number: int) -> None:
    """So many more like it, put there without any workflow."""
    columns = [f.attname for f in row._meta.concrete_fields if not f.primary_key]
    values = {name: getattr(row, name) for name in columns}
    for _ in range(number // FEW):
        PublishedService.objects.bulk_create(
            PublishedService(
                **values | {"service_id": uuid.uuid4(), "listing_id": uuid.uuid4()}
            )
            for _ in range(FEW)
        )


def sent(client: Client, **query: str) -> Iterator[bytes]:
    answer: Any = client.get(f"{BASE}/services", query)
    assert answer.streaming
    yield from answer.streaming_content


def most_held(client: Client, **query: str) -> tuple[int, int]:
    """Bytes sent, and the most held at any moment: no line is kept here."""
    tracemalloc.start()
    try:
        size = sum(map(len, sent(client, **query)))
        return size, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


QUERIES = [{"format": "ndjson", "full": "true"}, {"minimal": "true"}]


@pytest.mark.parametrize("query", QUERIES)
def test_four_times_the_services_need_no_more_memory(
    row: PublishedService, client: Client, query: dict[str, str]
) -> None:
    more_of(row, 2 * FEW)
    most_held(client, **query)  # what is only loaded once is loaded
    few_sent, few = most_held(client, **query)
    more_of(row, 6 * FEW)

    many_sent, many = most_held(client, **query)

    assert many_sent > 3.9 * few_sent
    assert many < 1.2 * few


@pytest.mark.parametrize("query", QUERIES)
def test_rows_stay_at_the_database_until_they_are_sent(
    row: PublishedService, client: Client, query: dict[str, str]
) -> None:
    """What the driver holds is not seen by Python, so the database is asked."""
    more_of(row, FEW)
    lines = sent(client, **query)
    begun = [next(lines), next(lines)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name <> ''")
        [(open_cursors,)] = cursor.fetchall()
    size = sum(map(len, [*begun, *lines]))

    assert open_cursors == 1
    assert size > FEW * len(begun[-1])
