"""The open data has a way in of its own, and a connection that it does not test."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import prepared
from common.prepared import connection
from publishing.models import Endpoint
from tests import world
from tests.publishing import sample

LIST = "/oruk/v3/services"


def backend() -> int:
    return int(prepared.rows("SELECT pg_backend_pid()", {})[0][0])


def lose_connection() -> int:
    """The server goes away while the connection is kept for the next request; which
    of its processes it was."""
    lost = backend()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
    other.close()
    connection.health_check_done = False
    return lost


@pytest.mark.parametrize("known_to_work", [False, True])
@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_replaced_and_nobody_notices(
    endpoint: Endpoint, client: Client, known_to_work: bool
) -> None:
    """But not where it was lost in the middle of what a request asks."""
    row = sample.shelve(endpoint, "Art")
    for address in (LIST, f"{LIST}/{row.service_id}"):
        lost = lose_connection()
        connection.health_check_done = known_to_work
        answer = client.get(address)
        if known_to_work:
            assert (answer.status_code, answer["Retry-After"]) == (503, "10")
            connection.close()
        else:
            assert (answer.status_code, backend() == lost) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_takes_too_long_is_sent_once(endpoint: Endpoint) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 20")
    connection.health_check_done = False
    captured = CaptureQueriesContext(connection)
    with captured, pytest.raises(OperationalError):
        prepared.rows("SELECT pg_sleep(5)", {})
    connection.close()
    assert len(captured) == 1


def test_open_data_looks_at_nobodys_session(endpoint: Endpoint, client: Client) -> None:
    sample.shelve(endpoint, "Art")
    client.force_login(world.make_place("Otherham").lead)
    answer: Any = client.get(LIST)
    request = answer.wsgi_request
    found = (hasattr(request, "session"), hasattr(request, "user"))
    assert (answer.status_code, *found) == (200, False, False)
    assert request.resolver_match.view_name == "publishing:oruk-services"
    assert "X-Request-Id" in answer.headers


@pytest.mark.parametrize("path", ["", "services", "taxonomies", "nothing"])
def test_open_data_of_a_host_that_is_not_ours_is_refused(
    endpoint: Endpoint, client: Client, settings: Any, path: str
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    address = f"/oruk/v3/{path}"
    answer = client.get(address, headers={"host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_answers_say_how_long_they_are(endpoint: Endpoint, client: Client) -> None:
    answer = client.get(LIST)
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.django_db
def test_what_a_page_reads_stands_in_the_rows() -> None:
    found = prepared.rows(
        "SELECT attrelid::regclass::text, attstorage::text FROM pg_attribute"
        " WHERE attname = 'item' ORDER BY 1",
        {},
    )
    names = ("organization", "place", "service")
    assert found == [(f"publishing_published{name}", "m") for name in names]
