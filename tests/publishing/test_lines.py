"""Every list of the API as lines: the same records as in its pages, without pages."""

from typing import Any

import orjson
import pytest
from django.test import Client

from publishing.models import Endpoint
from tests import world
from tests.publishing import sample
from tests.publishing.test_lists import BASE, LISTS, asked, hall

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_endpoint(file_transaction: None) -> Endpoint:
    """More services than a page holds, each of them somewhere and of some kind."""
    endpoint = Endpoint.objects.create(
        partnership=world.make_place().partnership, slug="testham", name="Testham"
    )
    term = world.term("Company")
    for number in range(130):
        sample.shelve(
            endpoint, f"Group {number:03}", places=[hall(51.2, -2.2)], terms=[term]
        )
    return endpoint


@pytest.mark.parametrize("name", LISTS)
def test_lines_are_the_same_records_without_pages(
    file_endpoint: Endpoint, db: None, client: Client, settings: Any, name: str
) -> None:
    settings.DEFAULT_PLACE = file_endpoint.slug
    answer: Any = client.get(f"{BASE}/{name}", {"format": "ndjson", "page": "2"})
    lines = b"".join(answer.streaming_content).splitlines()
    page = asked(client, name, per_page=100)

    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(lines) == page["total_items"] > 0
    assert [orjson.loads(line) for line in lines[:100]] == page["contents"]
