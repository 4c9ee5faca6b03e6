"""The metrics dictionary, and that a figure is the same number wherever it stands."""

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.test import Client

from common import clock
from tests import world
from tests.workflow.leading import listing, random_states, signed_in
from workflow import figures, hours, metrics
from workflow.choices import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def body(answer: Any) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode().removeprefix("\ufeff")


def test_each_figure_is_defined_once() -> None:
    names = [entry.name for entry in metrics.entries()]

    assert sorted(names) == sorted(set(names))
    assert set(figures.BY_SLUG) - set(names) == set()
    assert [entry.name for entry in metrics.entries() if "" in entry.as_dict()] == []


def test_page_csv_and_json_say_the_same_to_anybody() -> None:
    said = [entry.as_dict() for entry in metrics.entries()]
    client = Client()

    page = client.get("/metrics-dictionary/")
    rows = [row for group in page.context["groups"] for row in group["rows"]]
    header, *table = csv.reader(
        io.StringIO(body(client.get("/metrics-dictionary.csv")))
    )
    document = json.loads(body(client.get("/metrics-dictionary.json")))

    assert [(row["label"], row["lines"][0]) for row in rows] == [
        (one["label"], one["definition"]) for one in said
    ]
    assert [dict(zip(metrics.COLUMNS, row, strict=True)) for row in table] == said
    assert header == list(metrics.COLUMNS.values())
    assert document == {"columns": metrics.COLUMNS, "figures": said}


def test_every_number_of_the_overview_is_in_the_dictionary(place: world.Place) -> None:
    random_states(place, 1)
    context = signed_in(place.lead).get("/lead/").context
    more = [stat for group in context["groups"] for stat in group["stats"]]
    defined = {(entry.label, entry.definition) for entry in metrics.entries()}
    labels = {label for label, _ in defined}

    shown = {(one["label"], one["definition"]) for one in context["headlines"] + more}

    assert shown - defined == set()
    columns = context["remit_columns"][1:]
    assert [one["label"] for one in columns if one["label"] not in labels] == []


def test_forecast_holds_what_falls_due_against_what_can_be_done(
    place: world.Place,
) -> None:
    place.policy.checks_per_week = 10
    place.policy.save()
    monday = dt.datetime(2026, 3, 2, 9, tzinfo=clock.LONDON)
    for day in (1, 2, 14, 15, 60):
        listing(
            place, stage=Stage.PUBLISHED, due_on=dt.date(2026, 3, 1) + day * hours._DAY
        )
    with clock.at(monday):
        rows = signed_in(place.lead).get("/lead/").context["ahead_rows"]

    assert [[cell["text"] for cell in row] for row in rows] == [
        ["14 days", "3", "4", "20", "It can be done"],
        ["30 days", "3", "4", "44", "It can be done"],
        ["60 days", "4", "5", "84", "It can be done"],
    ]
