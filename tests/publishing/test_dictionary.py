"""The data dictionary as a page, as CSV and as JSON."""

import csv
import io

import pytest
from django.test import Client

from directory.dictionary import COLUMNS, entries
from publishing.dictionary import guarded

pytestmark = pytest.mark.django_db


def test_page_shows_every_field(client: Client) -> None:
    page = client.get("/data-dictionary/")

    text = page.content.decode()
    assert page.status_code == 200
    assert [e.path for e in entries() if f">{e.path}; " not in text] == []


def test_page_is_folded_by_section_and_a_field_can_be_found(client: Client) -> None:
    page = client.get("/data-dictionary/").content.decode()
    found = client.get("/data-dictionary/", {"q": "PHONES[].number"})
    shown = [
        row["note"].split(";")[0]
        for record in found.context["records"]
        for group in record["groups"]
        for row in group["rows"]
    ]

    assert ("<details" in page, 'v-fold" open' in page) == (True, False)
    assert shown == [e.path for e in entries() if "phones[].number" in e.path]
    assert client.get("/data-dictionary/", {"q": "qxzkw"}).context["number"] == 0


def test_spreadsheet_has_a_row_for_every_field(client: Client) -> None:
    answer = client.get("/data-dictionary.csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0] == list(COLUMNS.values())
    assert [row[1] for row in rows[1:]] == [entry.path for entry in entries()]


@pytest.mark.parametrize("value", ["=1+1", "-2.1", "+44", "@x", "\tx", "\rx"])
def test_cell_that_could_be_a_formula_is_guarded(value: str) -> None:
    assert guarded(value) == f"'{value}"


def test_other_cells_are_plain() -> None:
    assert [guarded(v) for v in ("a=b", None, True, ["a", "b"], 3)] == [
        "a=b", "", "yes", "a, b", "3",
    ]  # fmt: skip


def test_no_cell_of_the_spreadsheet_begins_a_formula(client: Client) -> None:
    answer = client.get("/data-dictionary.csv")

    cells = [c for row in csv.reader(io.StringIO(answer.content.decode())) for c in row]
    assert [c for c in cells if c.startswith(("=", "+", "-", "@"))] == []


def test_json_says_the_same(client: Client) -> None:
    answer = client.get("/data-dictionary.json")

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "columns": COLUMNS,
        "fields": [entry.as_dict() for entry in entries()],
    }


def test_every_page_leads_there(client: Client) -> None:
    assert 'href="/data-dictionary/"' in client.get("/").content.decode()
