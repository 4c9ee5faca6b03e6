"""How the rows of a seeded place become text, in one process or in several."""

import datetime as dt
import uuid

import pytest

from accounts.models import AuditEvent, Partnership
from common import clock
from config.demo.founding import found
from config.seeding import copying, generator, making, place, processes
from directory.models import TaxonomyTerm
from publishing import border

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 11, 30, tzinfo=clock.LONDON)
KEYED_BY_THE_SEED = (
    "workflow_record", "workflow_listing", "workflow_revision", "workflow_change",
    "workflow_decision", "workflow_assurance", "accounts_user",
)  # fmt: skip


def test_bulk_in_several_processes_makes_the_same_rows_in_the_same_order() -> None:
    made = founded(villages_in_a_part=1)

    alone = list(processes.in_order(made, 1))
    together = list(processes.in_order(made, 2))

    assert [part.services for part in together] == [10, 10, 10, 10, 10]
    assert set(texts(alone[0])) == set(KEYED_BY_THE_SEED)
    assert [texts(part) for part in together] == [texts(part) for part in alone]
    assert [part.postcodes for part in together] == [part.postcodes for part in alone]


def test_bulk_says_what_failed_in_another_process() -> None:
    made = founded(villages_in_a_part=5)
    made.standing.people.pop("assurer")

    with pytest.raises(KeyError, match="assurer"):
        list(processes.in_order(made, 2))


def founded(villages_in_a_part: int) -> making.Maker:
    town = generator.head("thornshire", "Thornshire")
    with clock.at(NOW - dt.timedelta(days=1200)):
        standing = found(town, "!unusable", place.STAFF)
    with clock.at(NOW):
        endpoint = border.endpoint_of(standing.place)
    terms = {str(t.pk): t for t in TaxonomyTerm.objects.select_related("taxonomy")}
    return making.Maker(
        standing, endpoint, terms, 50, 7, NOW, villages_in_a_part
    )  # fmt: skip


def texts(part: making.Made) -> dict[str, bytes]:
    """The rows of the tables whose keys do not come from a sequence."""
    return {
        name: table.text
        for table in part.tables
        for name in KEYED_BY_THE_SEED
        if f'"{name}"' in table.statement
    }


@pytest.mark.parametrize(
    "value", ["plain", "a\tb\nc\rd", "C:\\N \\.", "\\N", '“quoted” "too"', ""]
)
def test_copied_text_comes_back_as_it_was(value: str) -> None:
    words = {"words": value, "list": [value, None]}
    batch = copying.Batch()
    row = copying.new(
        AuditEvent, verb="tried", actor_label=value, object_type="x", before=words,
        object_id=uuid.uuid4(), request_id=uuid.uuid4(),
    )  # fmt: skip
    place_row = copying.new(
        Partnership, id=uuid.uuid4(), name="X", slug="x", host_names=[value, "b,c"]
    )
    batch.put(row)
    batch.put(place_row)

    copying.write(batch.written())

    stored = AuditEvent.objects.get(verb="tried")
    assert (stored.actor_label, stored.before) == (value, words)
    assert stored.pk == row.pk
    assert Partnership.objects.get(slug="x").host_names == [value, "b,c"]
