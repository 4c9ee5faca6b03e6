"""The read side is made again from the write side, whatever befell its rows."""

import datetime as dt
import uuid
from typing import Any

import orjson
import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from common import clock
from publishing import actions
from publishing.models import Gone, PublishedService
from publishing.render import instant
from publishing.shelving import FORMS
from tests import world
from tests.publishing.test_actions import published, row_of
from workflow.actions import listings
from workflow.choices import Hidden
from workflow.models import Listing

pytestmark = pytest.mark.django_db

MOMENTS = ("last_modified", "here_since", *FORMS)
COLUMNS = [
    field
    for field in PublishedService._meta.concrete_fields
    if not (field.generated or field.is_relation or field.primary_key)
    and field.name not in ("service_id", *MOMENTS)
]
"""What is worked out from the records, by column."""


def values(row: PublishedService) -> dict[str, Any]:
    """The columns of a row, its moments apart."""
    return {field.name: getattr(row, field.name) for field in COLUMNS}


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value that the column holds."""
    if isinstance(field, ArrayField):
        return [] if value else [uuid.uuid4()]
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, (models.IntegerField, models.FloatField)):
        return (value or 0) + 1
    if isinstance(field, models.DateField):
        return (value or clock.today()) + dt.timedelta(days=1)
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    return f"Not {value}"[: field.max_length]


def in_every_column(place: world.Place) -> Listing:
    """A public service that has something in every kind of column."""
    return published(
        place, minimum_age=16, maximum_age=90,
        schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                    "closes_at": "12:00"}],
        attributes=[{"taxonomy_term_id": str(world.term().pk)}],
    )  # fmt: skip


def test_changed_columns_are_put_right(place: world.Place) -> None:
    """The version apart, nothing public changed: its moment stays."""
    listing = in_every_column(place)
    before = row_of(listing)
    wrong = {
        f.name: other(f, getattr(before, f.name))
        for f in COLUMNS
        if f.name != "version"
    }
    PublishedService.objects.filter(pk=before.pk).update(**wrong)
    damaged = values(row_of(listing))
    assert [n for n in wrong if damaged[n] == values(before)[n]] == []

    actions.rebuild()

    after = row_of(listing)
    assert values(after) == values(before)
    assert after.last_modified == before.last_modified
    assert [bytes(getattr(after, f)) for f in FORMS] == [
        bytes(getattr(before, f)) for f in FORMS
    ]


@pytest.mark.parametrize("name", [*FORMS, "version", "last_modified"])
def test_damaged_bytes_are_sent_right_again_with_a_new_moment(
    place: world.Place, name: str
) -> None:
    """What was sent meanwhile was something else, so whoever kept it asks again."""
    listing = published(place)
    before = row_of(listing)
    wrong: Any = {"version": "0" * 64, "last_modified": clock.now()}
    damage = wrong.get(name, b'{"id": "damaged"}')
    PublishedService.objects.filter(pk=before.pk).update(**{name: damage})

    actions.rebuild()

    after = row_of(listing)
    assert values(after) == values(before)
    assert after.last_modified > before.last_modified
    for form in FORMS:
        document = orjson.loads(bytes(getattr(after, form)))
        was = orjson.loads(bytes(getattr(before, form)))
        assert document.pop("last_modified") == instant(after.last_modified)
        assert (was.pop("last_modified"), document) == (
            instant(before.last_modified), was
        )  # fmt: skip


def test_words_for_those_who_come_back_are_put_right(place: world.Place) -> None:
    hidden, shown = published(place), published(place)
    listings.hide_listing(
        by=place.publisher, listing_id=hidden.pk, because=Hidden.CLOSED, reason="Shut."
    )
    actions.consume_outbox()
    kept = ("endpoint_id", "service_id", "reason", "since")
    before = list(Gone.objects.values_list(*kept))
    waiting = world.submitted(place)
    endpoint = Gone.objects.get().endpoint
    Gone.objects.update(reason="duplicate")
    for service_id in (shown.record_id, waiting.record_id, uuid.uuid4()):
        Gone.objects.create(endpoint=endpoint, service_id=service_id, reason="closed")

    actions.rebuild()

    assert list(Gone.objects.values_list(*kept)) == before
